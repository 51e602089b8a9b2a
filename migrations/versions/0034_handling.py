"""Handling of incidents: steps of the status, who handles it, duplicates, timeline, who watches.

What is kept about an incident is read by the incident's readers: ``reader_ids`` follows the incident.
"""

from alembic import op

revision = "0034"
down_revision = "0033"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"{ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
HANDLERS = f"{ROLE} in ('coordinator', 'officer')"
READERS = f"(reader_ids is null or {PERSON} = any(reader_ids))"
READ = f"city_id = {CITY} and {TEAM} and {READERS}"
HANDLE = f"city_id = {CITY} and {HANDLERS} and {READERS}"
TABLES = ("incident_handling", "incident_note", "incident_watch")
# From, to. The steps to and from a duplicate need the row that says of which.
STEPS = """
  ('reported', 'under_review'), ('reported', 'duplicate'),
  ('under_review', 'verified'), ('under_review', 'unverified'), ('under_review', 'unfounded'), ('under_review', 'duplicate'),
  ('verified', 'closed'), ('verified', 'under_review'), ('verified', 'duplicate'),
  ('unverified', 'closed'), ('unverified', 'under_review'), ('unverified', 'duplicate'),
  ('unfounded', 'under_review'),
  ('closed', 'under_review'), ('closed', 'duplicate'),
  ('duplicate', 'reported'), ('duplicate', 'under_review'), ('duplicate', 'verified'), ('duplicate', 'unverified'),
  ('duplicate', 'closed')
"""


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    op.execute("""
    create table incident_handling (
      city_id uuid not null,
      incident_id uuid not null,
      assignee_id uuid references person,
      duplicate_of_id uuid,
      status_before text,
      outcome text not null default '' check (length(outcome) <= 5000),
      lessons text not null default '' check (length(lessons) <= 5000),
      closed_at timestamptz,
      closed_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      version integer not null default 1,
      reader_ids uuid[],
      primary key (city_id, incident_id),
      foreign key (city_id, incident_id) references incident,
      foreign key (city_id, duplicate_of_id) references incident (city_id, incident_id),
      constraint incident_handling_itself_check check (duplicate_of_id <> incident_id),
      constraint incident_handling_before_check check ((duplicate_of_id is null) = (status_before is null))
    );
    create index incident_handling_assignee on incident_handling (city_id, assignee_id);
    create index incident_handling_duplicate on incident_handling (city_id, duplicate_of_id)
      where duplicate_of_id is not null;
    create table incident_note (
      city_id uuid not null,
      note_id uuid not null default new_id(),
      revision integer not null default 1 check (revision between 1 and 1000),
      incident_id uuid not null,
      kind text not null check (kind in ('happened', 'done', 'decided', 'status', 'assigned', 'merged', 'unmerged')),
      body text not null check (length(body) <= 5000),
      happened_at timestamptz not null,
      created_by uuid not null references person,
      author_name text not null,
      created_at timestamptz not null default now(),
      reader_ids uuid[],
      primary key (city_id, note_id, revision),
      foreign key (city_id, incident_id) references incident
    );
    create index incident_note_incident on incident_note (city_id, incident_id, happened_at);
    create table incident_watch (
      city_id uuid not null,
      incident_id uuid not null,
      person_id uuid not null references person,
      created_at timestamptz not null default now(),
      reader_ids uuid[],
      primary key (city_id, incident_id, person_id),
      foreign key (city_id, incident_id) references incident
    );
    -- What waits for triage, the longest first.
    create index incident_waiting on incident (city_id, created_at, incident_id)
      where status in ('reported', 'under_review') and archived_at is null;
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy maintain_definer on {table} for all to concord_definer using (true) with check (true)")
        op.execute(f"grant select, insert, update, delete on {table} to concord_definer")
        allow(table, "select_own", "select", READ)
    allow("incident_handling", "handle", "insert", None, HANDLE)
    allow("incident_handling", "change", "update", HANDLE, HANDLE)
    # Entries of the timeline are corrected by another revision: nobody changes or removes one.
    allow("incident_note", "write", "insert", None, f"{HANDLE} and created_by = {PERSON}")
    allow("incident_watch", "watch", "insert", None, f"{READ} and person_id = {PERSON}")
    allow("incident_watch", "stop", "delete", f"{READ} and person_id = {PERSON}")
    functions()


def functions() -> None:
    op.execute(f"""
    -- What is kept about an incident has the incident's readers, whoever writes it.
    create function inherit_incident_readers() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      new.reader_ids := record_readers(new.city_id, 'incident', new.incident_id);
      return new;
    end $$;
    alter function inherit_incident_readers() owner to concord_definer;

    create function spread_incident_readers() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      readers uuid[] := case when new.tlp = 'RED' then new.named_reader_ids end;
    begin
      update incident_handling set reader_ids = readers where city_id = new.city_id and incident_id = new.incident_id;
      update incident_note set reader_ids = readers where city_id = new.city_id and incident_id = new.incident_id;
      update incident_watch set reader_ids = readers where city_id = new.city_id and incident_id = new.incident_id;
      return null;
    end $$;
    alter function spread_incident_readers() owner to concord_definer;
    create trigger spread_incident_readers after update on incident for each row
      when ((old.tlp = 'RED') <> (new.tlp = 'RED') or old.named_reader_ids <> new.named_reader_ids)
      execute function spread_incident_readers();

    -- Who handles an incident, and how it ended, stands in its history like its own fields.
    create function track_handling() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      before jsonb := case when TG_OP = 'INSERT' then '{{}}' else to_jsonb(old) end;
      changed jsonb := changed_fields(
        before - 'assignee_id' || jsonb_build_object('assignee', (select name from person where person_id = (before ->> 'assignee_id')::uuid)),
        to_jsonb(new) - 'assignee_id' || jsonb_build_object('assignee', (select name from person where person_id = new.assignee_id)),
        array['incident_id', 'closed_at', 'closed_by', 'status_before', 'duplicate_of_id']);
    begin
      select coalesce(jsonb_object_agg(key, value), '{{}}') into changed from jsonb_each(changed)
        where not (coalesce(value ->> 0, '') = '' and coalesce(value ->> 1, '') = '');
      if changed <> '{{}}' then
        perform note_event(new.city_id, 'incident', new.incident_id, 'changed', changed, new.reader_ids);
      end if;
      return null;
    end $$;
    alter function track_handling() owner to concord_definer;
    create trigger track_handling after insert or update on incident_handling
      for each row execute function track_handling();
    revoke execute on function inherit_incident_readers(), spread_incident_readers(), track_handling() from public;

    -- The steps that a status may take. They bind whoever acts for a city; what an administrator repairs
    -- is not meant.
    create function guard_incident_status() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      kept public.incident_handling;
    begin
      if current_user <> 'concord_city' then
        return new;
      end if;
      if not {HANDLERS} then
        raise insufficient_privilege using message = 'permission denied: this role may not take an incident a step on';
      end if;
      select * into kept from incident_handling where city_id = new.city_id and incident_id = new.incident_id;
      if not (old.status, new.status) in (values {STEPS})
         or (new.status = 'duplicate' and kept.duplicate_of_id is null)
         or (old.status = 'duplicate' and coalesce(kept.status_before, 'under_review') <> new.status)
         or (new.status = 'closed' and coalesce(kept.outcome, '') = '') then
        raise check_violation using message = format('an incident can''t go from %s to %s', old.status, new.status),
          constraint = 'incident_status_step';
      end if;
      return new;
    end $$;
    create trigger guard_incident_status before update of status on incident for each row
      when (old.status <> new.status) execute function guard_incident_status();

    -- No chains of duplicates, and none whose way back would be lost.
    create function guard_incident_handling() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      found_status text;
    begin
      if current_user <> 'concord_city' then
        return new;
      end if;
      if TG_OP = 'UPDATE' and old.duplicate_of_id is not distinct from new.duplicate_of_id
         and old.status_before is not distinct from new.status_before then
        return new;
      end if;
      select i.status into found_status from incident i where i.city_id = new.city_id and i.incident_id = new.incident_id;
      if (TG_OP = 'UPDATE' and found_status = 'duplicate')
         or (new.duplicate_of_id is not null and found_status is distinct from new.status_before)
         or exists (select from incident_handling h where h.city_id = new.city_id
           and h.duplicate_of_id = new.incident_id and new.duplicate_of_id is not null)
         or exists (select from incident i where i.city_id = new.city_id and i.incident_id = new.duplicate_of_id
           and i.status = 'duplicate') then
        raise check_violation using message = 'this can''t be a duplicate of that', constraint = 'incident_duplicate_step';
      end if;
      return new;
    end $$;
    create trigger guard_incident_handling before insert or update on incident_handling
      for each row execute function guard_incident_handling();

    -- A correction belongs to the entry that it corrects.
    create function guard_incident_note() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      if current_user = 'concord_city' and (new.revision > 1) <> exists (
          select from incident_note n where n.city_id = new.city_id and n.note_id = new.note_id
            and n.revision = new.revision - 1 and n.incident_id = new.incident_id and n.kind in ('happened', 'done', 'decided')
            and new.kind in ('happened', 'done', 'decided')) then
        raise check_violation using message = 'there is no such entry to correct', constraint = 'incident_note_correction';
      end if;
      return new;
    end $$;
    create trigger guard_incident_note before insert on incident_note
      for each row execute function guard_incident_note();
    """)
    for table in TABLES:
        op.execute(
            f"create trigger inherit_incident_readers before insert on {table}"
            " for each row execute function inherit_incident_readers()"
        )


def downgrade() -> None:
    op.execute(f"""
    drop trigger guard_incident_status on incident;
    drop trigger spread_incident_readers on incident;
    drop table {", ".join(reversed(TABLES))};
    drop index incident_waiting;
    drop function guard_incident_note(), guard_incident_handling(), guard_incident_status(), track_handling(),
      spread_incident_readers(), inherit_incident_readers();
    """)

"""Tasks and referrals of an incident, read by the incident's readers."""

from alembic import op

revision = "0042"
down_revision = "0041"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"{ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
HANDLERS = f"{ROLE} in ('coordinator', 'officer')"
READERS = f"(reader_ids is null or {PERSON} = any(reader_ids))"
READ = f"city_id = {CITY} and {TEAM} and {READERS}"
HANDLE = f"city_id = {CITY} and {HANDLERS} and {READERS}"
TABLES = ("incident_task", "incident_referral")
KINDS = "'happened', 'done', 'decided', 'status', 'assigned', 'merged', 'unmerged'"
MORE = "'task', 'task_done', 'task_opened', 'referred', 'answered'"


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def spread(tables: tuple[str, ...]) -> None:
    """The function that gives what is kept about an incident its readers, for these tables."""
    updates = "\n".join(
        f"      update {table} set reader_ids = readers where city_id = new.city_id and incident_id = new.incident_id;"
        for table in tables
    )
    op.execute(f"""
    create or replace function spread_incident_readers() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      readers uuid[] := case when new.tlp = 'RED' then new.named_reader_ids end;
    begin
{updates}
      return null;
    end $$
    """)


def upgrade() -> None:
    op.execute(f"""
    create table incident_task (
      city_id uuid not null,
      task_id uuid not null default new_id(),
      incident_id uuid not null,
      title text not null check (length(title) between 1 and 300),
      owner_id uuid references person,
      due_at timestamptz not null,
      done_at timestamptz,
      done_by uuid references person,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      version integer not null default 1,
      reader_ids uuid[],
      primary key (city_id, task_id),
      foreign key (city_id, incident_id) references incident,
      constraint incident_task_done_check check ((done_at is null) = (done_by is null))
    );
    create index incident_task_incident on incident_task (city_id, incident_id);
    create index incident_task_open on incident_task (city_id, due_at, task_id) where done_at is null and archived_at is null;
    create table incident_referral (
      city_id uuid not null,
      referral_id uuid not null default new_id(),
      incident_id uuid not null,
      recipient_kind text not null check (recipient_kind in ('police', 'prosecutor', 'victim_support', 'other')),
      partner_id uuid,
      recipient text not null check (length(recipient) between 1 and 300),
      note text not null default '' check (length(note) <= 2000),
      sent_on date not null,
      sent_by_name text not null check (length(sent_by_name) between 1 and 300),
      answer text not null default '' check (length(answer) <= 5000),
      answered_on date,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      version integer not null default 1,
      reader_ids uuid[],
      primary key (city_id, referral_id),
      foreign key (city_id, incident_id) references incident,
      foreign key (city_id, partner_id) references partner,
      constraint incident_referral_answered_check check ((answer = '') = (answered_on is null) and answered_on >= sent_on)
    );
    create index incident_referral_incident on incident_referral (city_id, incident_id);
    create index incident_referral_open on incident_referral (city_id, sent_on, referral_id)
      where answered_on is null and archived_at is null;
    alter table incident_note drop constraint incident_note_kind_check,
      add constraint incident_note_kind_check check (kind in ({KINDS}, {MORE}));
    """)
    op.execute("""
    -- Tasks and referrals stand in the history of their incident, each as one line of text.
    create function incident_part_text(kind text, part jsonb) returns text language sql stable security definer
    set search_path = pg_catalog, public, pg_temp as $$
      select case when part is null then null when kind = 'incident_task' then concat_ws(' · ', part ->> 'title',
          (select name from person where person_id = (part ->> 'owner_id')::uuid),
          to_char((part ->> 'due_at')::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
          case when part ->> 'done_at' is not null then '✓' end, case when part ->> 'archived_at' is not null then '✗' end)
        else concat_ws(' · ', part ->> 'recipient', part ->> 'sent_on', part ->> 'sent_by_name', nullif(part ->> 'note', ''),
          nullif(part ->> 'answer', ''), part ->> 'answered_on', case when part ->> 'archived_at' is not null then '✗' end) end
    $$;
    alter function incident_part_text(text, jsonb) owner to concord_definer;
    create function track_incident_part() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      before text := case when TG_OP = 'UPDATE' then incident_part_text(TG_TABLE_NAME, to_jsonb(old)) end;
      after text := incident_part_text(TG_TABLE_NAME, to_jsonb(new));
    begin
      if before is distinct from after then
        perform note_event(new.city_id, 'incident', new.incident_id, 'changed',
          jsonb_build_object(replace(TG_TABLE_NAME, 'incident_', ''), jsonb_build_array(before, after)), new.reader_ids);
      end if;
      return null;
    end $$;
    alter function track_incident_part() owner to concord_definer;
    revoke execute on function incident_part_text(text, jsonb), track_incident_part() from public;
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy maintain_definer on {table} for all to concord_definer using (true) with check (true)")
        op.execute(f"grant select, insert, update, delete on {table} to concord_definer")
        allow(table, "select_own", "select", READ)
        allow(table, "write", "insert", None, f"{HANDLE} and created_by = {PERSON}")
        allow(table, "change", "update", HANDLE, HANDLE)
        op.execute(
            f"create trigger track_incident_part after insert or update on {table}"
            " for each row execute function track_incident_part()"
        )
    # Whoever changes a row can't change its readers.
    op.execute("drop trigger inherit_incident_readers on incident_handling")
    for table in ("incident_handling", *TABLES):
        op.execute(
            f"create trigger inherit_incident_readers before insert or update on {table}"
            " for each row execute function inherit_incident_readers()"
        )
    spread(("incident_handling", "incident_note", "incident_watch", *TABLES))


def downgrade() -> None:
    spread(("incident_handling", "incident_note", "incident_watch"))
    op.execute(f"""
    drop table {", ".join(reversed(TABLES))};
    drop function track_incident_part(), incident_part_text(text, jsonb);
    drop trigger inherit_incident_readers on incident_handling;
    create trigger inherit_incident_readers before insert on incident_handling
      for each row execute function inherit_incident_readers();
    alter table incident_note no force row level security;
    delete from incident_note where kind in ({MORE});
    alter table incident_note force row level security;
    alter table incident_note drop constraint incident_note_kind_check,
      add constraint incident_note_kind_check check (kind in ({KINDS}));
    """)

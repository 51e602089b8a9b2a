"""What every record of a city has: an entry to find it by, its history, comments, files, links.

Each table of records gets the trigger ``track_record``; nobody can write a record without its
history, and nobody can write history without a record.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"{ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
OWN = f"city_id = {CITY} and {TEAM}"
READ = f"{OWN} and (reader_ids is null or {PERSON} = any(reader_ids))"
SIGNED = f"{READ} and created_by = {PERSON}"
TABLES = ("record_entry", "record_event", "record_comment", "record_attachment", "record_attachment_chunk",
          "record_link", "notification", "mail_choice")  # fmt: skip


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    grants = "select, insert, update, delete" if command == "all" else command
    op.execute(f"grant {grants} on {table} to concord_city")


def upgrade() -> None:
    op.execute("""
    create table record_entry (
      city_id uuid not null references city,
      record_type text not null check (record_type ~ '^[a-z_]+$'),
      record_id uuid not null,
      title text not null,
      body text not null default '',
      is_archived boolean not null default false,
      reader_ids uuid[],
      updated_at timestamptz not null default now(),
      search tsvector not null generated always as (
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'B')
      ) stored,
      primary key (city_id, record_type, record_id)
    );
    create index record_entry_updated on record_entry (city_id, updated_at desc, record_id desc);
    create table record_event (
      city_id uuid not null references city,
      event_id uuid not null default new_id(),
      record_type text not null,
      record_id uuid not null,
      action text not null check (action in ('created', 'changed', 'archived', 'restored', 'deleted')),
      changes jsonb not null default '{}',
      person_id uuid,
      person_name text not null default '',
      occurred_at timestamptz not null default now(),
      reader_ids uuid[],
      primary key (city_id, event_id)
    );
    create index record_event_record on record_event (city_id, record_type, record_id, event_id desc);
    create table record_comment (
      city_id uuid not null references city,
      comment_id uuid not null default new_id(),
      record_type text not null,
      record_id uuid not null,
      body text not null check (length(body) between 1 and 5000),
      mentioned_ids uuid[] not null default '{}',
      created_by uuid not null references person,
      author_name text not null,
      created_at timestamptz not null default now(),
      edited_at timestamptz,
      deleted_at timestamptz,
      reader_ids uuid[],
      primary key (city_id, comment_id)
    );
    create index record_comment_record on record_comment (city_id, record_type, record_id, comment_id);
    create table record_attachment (
      city_id uuid not null references city,
      attachment_id uuid not null default new_id(),
      record_type text not null,
      record_id uuid not null,
      file_name text not null check (length(file_name) between 1 and 300),
      media_type text not null,
      byte_count bigint not null check (byte_count > 0),
      sha256 bytea not null,
      created_by uuid not null references person,
      author_name text not null,
      created_at timestamptz not null default now(),
      deleted_at timestamptz,
      reader_ids uuid[],
      primary key (city_id, attachment_id)
    );
    create index record_attachment_record on record_attachment
      (city_id, record_type, record_id, attachment_id);
    create table record_attachment_chunk (
      city_id uuid not null,
      attachment_id uuid not null,
      position integer not null,
      content bytea not null,
      reader_ids uuid[],
      primary key (city_id, attachment_id, position),
      foreign key (city_id, attachment_id) references record_attachment on delete cascade
    );
    create table record_link (
      city_id uuid not null references city,
      from_type text not null,
      from_id uuid not null,
      to_type text not null,
      to_id uuid not null,
      note text not null default '' check (length(note) <= 500),
      created_by uuid not null references person,
      created_at timestamptz not null default now(),
      reader_ids uuid[],
      primary key (city_id, from_type, from_id, to_type, to_id),
      check ((from_type, from_id) <> (to_type, to_id))
    );
    create index record_link_back on record_link (city_id, to_type, to_id);
    create table notification (
      city_id uuid not null references city,
      notification_id uuid not null default new_id(),
      person_id uuid not null references person,
      kind text not null check (kind ~ '^[a-z_]+$'),
      record_type text not null,
      record_id uuid not null,
      actor_name text not null default '',
      created_at timestamptz not null default now(),
      read_at timestamptz,
      mailed_at timestamptz,
      primary key (city_id, notification_id)
    );
    create index notification_person on notification (city_id, person_id, notification_id desc);
    create table mail_choice (
      city_id uuid not null references city,
      person_id uuid not null references person,
      choice text not null check (choice in ('at_once', 'daily', 'none')),
      primary key (city_id, person_id)
    );
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy maintain_definer on {table} for all to concord_definer using (true) with check (true)"
        )
        op.execute(f"grant select, insert, update, delete on {table} to concord_definer")
    op.execute("create policy maintain_definer on person for select to concord_definer using (true)")
    op.execute("create policy maintain_definer on incident for select to concord_definer using (true)")
    op.execute("grant select on person, incident to concord_definer")
    allow("record_entry", "select_own", "select", READ)
    allow("record_event", "select_own", "select", READ)
    for table in ("record_comment", "record_attachment"):
        # Deleted ones stay readable for their authors' undo; lists leave them out.
        allow(table, "select_own", "select", READ)
        allow(table, "write_own", "insert", None, SIGNED)
    allow("record_comment", "change_own", "update", SIGNED, SIGNED)
    allow("record_attachment", "change_own", "update",
          f"{READ} and (created_by = {PERSON} or {ROLE} = 'coordinator')", READ)
    allow("record_attachment_chunk", "select_own", "select", READ)
    allow("record_attachment_chunk", "write_own", "insert", None, READ)
    allow("record_link", "select_own", "select", READ)
    allow("record_link", "write_own", "insert", None, SIGNED)
    allow("record_link", "remove_own", "delete", READ)
    own_notice = f"city_id = {CITY} and person_id = {PERSON}"
    allow("notification", "select_own", "select", own_notice)
    allow("notification", "send", "insert", None, OWN)
    allow("notification", "mark_read", "update", own_notice, own_notice)
    allow("mail_choice", "choose_own", "all", own_notice, own_notice)
    functions()


def functions() -> None:
    op.execute("""
    create function record_readers(city uuid, type text, id uuid) returns uuid[]
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      found_readers uuid[];
    begin
      -- Incidents are too many for an entry each; they carry their own readers.
      if type = 'incident' then
        select case when tlp = 'RED' then named_reader_ids end into found_readers
          from incident where city_id = city and incident_id = id;
      else
        select reader_ids into found_readers from record_entry
          where city_id = city and record_type = type and record_id = id;
      end if;
      if not found then
        raise foreign_key_violation using message = 'there is no such record', constraint = 'record_exists';
      end if;
      return found_readers;
    end $$;
    alter function record_readers(uuid, text, uuid) owner to concord_definer;

    -- What is written about a record has the record's readers, whoever writes it.
    create function inherit_readers() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      if TG_TABLE_NAME = 'record_attachment_chunk' then
        select reader_ids into new.reader_ids from record_attachment
          where city_id = new.city_id and attachment_id = new.attachment_id;
      elsif TG_TABLE_NAME = 'record_link' then
        new.reader_ids := record_readers(new.city_id, new.from_type, new.from_id);
        declare
          others uuid[] := record_readers(new.city_id, new.to_type, new.to_id);
        begin
          if new.reader_ids is null then
            new.reader_ids := others;
          elsif others is not null then
            new.reader_ids := array(select unnest(new.reader_ids) intersect select unnest(others));
          end if;
        end;
      else
        new.reader_ids := record_readers(new.city_id, new.record_type, new.record_id);
      end if;
      return new;
    end $$;
    alter function inherit_readers() owner to concord_definer;

    -- When the readers of a record change, so do those of all that was written about it.
    create function spread_readers(city uuid, type text, id uuid, readers uuid[]) returns void
    language sql security definer set search_path = pg_catalog, public, pg_temp as $$
      update record_event set reader_ids = readers
        where city_id = city and record_type = type and record_id = id;
      update record_comment set reader_ids = readers
        where city_id = city and record_type = type and record_id = id;
      update record_attachment set reader_ids = readers
        where city_id = city and record_type = type and record_id = id;
      update record_attachment_chunk c set reader_ids = readers from record_attachment a
        where c.city_id = city and a.city_id = city and a.attachment_id = c.attachment_id
          and a.record_type = type and a.record_id = id;
      -- A link is read by those who may read both of its ends.
      update record_link l set reader_ids = case
          when a.readers is null then b.readers when b.readers is null then a.readers
          else array(select unnest(a.readers) intersect select unnest(b.readers)) end
        from record_link k
        cross join lateral (select record_readers(k.city_id, k.from_type, k.from_id)) a(readers)
        cross join lateral (select record_readers(k.city_id, k.to_type, k.to_id)) b(readers)
        where k.city_id = city and ((k.from_type, k.from_id) = (type, id) or (k.to_type, k.to_id) = (type, id))
          and (l.city_id, l.from_type, l.from_id, l.to_type, l.to_id)
            = (k.city_id, k.from_type, k.from_id, k.to_type, k.to_id)
    $$;
    alter function spread_readers(uuid, text, uuid, uuid[]) owner to concord_definer;

    create function note_event(city uuid, type text, id uuid, act text, changed jsonb, readers uuid[])
    returns void language sql security definer set search_path = pg_catalog, public, pg_temp as $$
      insert into record_event (city_id, record_type, record_id, action, changes, person_id, person_name, reader_ids)
      select city, type, id, act, changed, p.me, coalesce((select name from person where person_id = p.me), ''), readers
      from (select nullif(current_setting('concord.person_id', true), '')::uuid) p(me)
    $$;
    alter function note_event(uuid, text, uuid, text, jsonb, uuid[]) owner to concord_definer;

    create function changed_fields(before jsonb, after jsonb, untracked text[]) returns jsonb
    language sql immutable set search_path = pg_catalog as $$
      select coalesce(jsonb_object_agg(key, jsonb_build_array(before -> key, after -> key)), '{}')
      from jsonb_object_keys(before || after) key
      where before -> key is distinct from after -> key and key <> all (untracked)
        and key <> all (array['city_id', 'version', 'created_at', 'created_by', 'updated_at', 'updated_by',
          'archived_at', 'archived_by', 'reader_ids', 'search'])
    $$;

    -- Arguments: record type, id column, title column, body columns, columns left out of the history.
    create function track_record() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      before jsonb := case when TG_OP = 'INSERT' then '{}' else to_jsonb(old) end;
      after jsonb := case when TG_OP = 'DELETE' then '{}' else to_jsonb(new) end;
      one jsonb := case when TG_OP = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
      city uuid := (one ->> 'city_id')::uuid;
      type text := TG_ARGV[0];
      id uuid := (one ->> TG_ARGV[1])::uuid;
      readers uuid[] := case when jsonb_typeof(one -> 'reader_ids') = 'array'
        then array(select jsonb_array_elements_text(one -> 'reader_ids')::uuid) end;
      changed jsonb := changed_fields(before, after, string_to_array(TG_ARGV[4], ','));
      is_archived boolean := coalesce(one ->> 'archived_at', '') <> '';
      act text;
    begin
      if TG_OP = 'DELETE' then
        delete from record_entry where city_id = city and record_type = type and record_id = id;
        perform note_event(city, type, id, 'deleted', jsonb_build_object(TG_ARGV[2],
          jsonb_build_array(before -> TG_ARGV[2], null)), readers);
        return null;
      end if;
      insert into record_entry (city_id, record_type, record_id, title, body, is_archived, reader_ids)
        select city, type, id, left(coalesce(after ->> TG_ARGV[2], ''), 500),
          left(coalesce((select string_agg(after ->> c, ' ') from unnest(string_to_array(TG_ARGV[3], ',')) c), ''), 20000),
          is_archived, readers
        on conflict (city_id, record_type, record_id) do update set title = excluded.title, body = excluded.body,
          is_archived = excluded.is_archived, reader_ids = excluded.reader_ids, updated_at = now();
      if TG_OP = 'INSERT' then
        act := 'created';
        changed := '{}';
      elsif (before ->> 'archived_at' is null) <> (after ->> 'archived_at' is null) then
        act := case when is_archived then 'archived' else 'restored' end;
      elsif changed <> '{}' then
        act := 'changed';
      end if;
      if act is not null then
        perform note_event(city, type, id, act, changed, readers);
      end if;
      if TG_OP = 'UPDATE' and before -> 'reader_ids' is distinct from after -> 'reader_ids' then
        perform spread_readers(city, type, id, readers);
      end if;
      return null;
    end $$;
    alter function track_record() owner to concord_definer;

    -- An incident has no entry, and its creation stands in the record itself: imports are large.
    create function track_incident() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      readers uuid[] := case when new.tlp = 'RED' then new.named_reader_ids end;
      changed jsonb := changed_fields(to_jsonb(old), to_jsonb(new), array['record_key', 'is_counted']);
    begin
      if (old.archived_at is null) <> (new.archived_at is null) then
        perform note_event(new.city_id, 'incident', new.incident_id,
          case when new.archived_at is null then 'restored' else 'archived' end, changed, readers);
      elsif changed <> '{}' then
        perform note_event(new.city_id, 'incident', new.incident_id, 'changed', changed, readers);
      end if;
      if (old.tlp = 'RED') <> (new.tlp = 'RED') or old.named_reader_ids <> new.named_reader_ids then
        perform spread_readers(new.city_id, 'incident', new.incident_id, readers);
      end if;
      return null;
    end $$;
    alter function track_incident() owner to concord_definer;
    create function queue_digests() returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
      select count(defer_job('records.mail_digest', jsonb_build_object('as_organisation', n.city_id,
          'as_person', n.person_id), null))
      from (select distinct city_id, person_id from notification where read_at is null and mailed_at is null) n
      left join mail_choice c on c.city_id = n.city_id and c.person_id = n.person_id
      where coalesce(c.choice, 'daily') = 'daily'
    $$;
    alter function queue_digests() owner to concord_definer;
    grant execute on function queue_digests() to concord_worker;
    create trigger track_incident after update on incident for each row execute function track_incident();

    revoke execute on function record_readers(uuid, text, uuid), inherit_readers(),
      spread_readers(uuid, text, uuid, uuid[]), note_event(uuid, text, uuid, text, jsonb, uuid[]),
      track_record(), track_incident(), queue_digests() from public;
    """)
    for table in ("record_comment", "record_attachment", "record_attachment_chunk", "record_link"):
        op.execute(
            f"create trigger inherit_readers before insert on {table} for each row execute function inherit_readers()"
        )


def downgrade() -> None:
    op.execute(f"""
    drop trigger track_incident on incident;
    drop table {", ".join(reversed(TABLES))};
    drop function queue_digests(), track_incident(), track_record(), changed_fields(jsonb, jsonb, text[]),
      note_event(uuid, text, uuid, text, jsonb, uuid[]), spread_readers(uuid, text, uuid, uuid[]),
      inherit_readers(), record_readers(uuid, text, uuid);
    drop policy maintain_definer on person;
    drop policy maintain_definer on incident;
    revoke select on person, incident from concord_definer;
    """)

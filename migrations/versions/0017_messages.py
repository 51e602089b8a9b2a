"""Planned messages in their languages, with the life of each text, and the templates of a city."""

from alembic import op

revision = "0017"
down_revision = "0016"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'communications')"
# The mayor reviews and approves; the trigger below keeps them from the words.
HANDLERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'communications', 'mayor')"
OCCASIONS = ("'everyday', 'campaign', 'attack_first_hour', 'attack_update', 'help', 'hate_incident', 'backlash',"
             " 'rumour', 'tension', 'commemoration', 'recovery'")  # fmt: skip
TABLES = ("planned_message", "message_version", "message_audience", "message_channel", "message_template")
KEPT = """
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
"""


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    op.execute(f"""
    create table planned_message (
      city_id uuid not null references city,
      message_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      occasion text not null check (occasion in ({OCCASIONS})),
      purpose text not null default '' check (length(purpose) <= 2000),
      planned_on date not null,
      spokesperson_id uuid,
      {KEPT}
      primary key (city_id, message_id),
      foreign key (city_id, spokesperson_id) references spokesperson
    );
    create index planned_message_day on planned_message (city_id, planned_on desc, message_id desc);
    create table message_version (
      city_id uuid not null references city,
      message_version_id uuid not null default new_id(),
      message_id uuid not null,
      language text not null check (length(language) between 2 and 3),
      name text not null check (length(name) between 1 and 200),
      body text not null check (length(body) between 1 and 10000),
      short_text text not null default '' check (length(short_text) <= 500),
      status text not null default 'draft'
        check (status in ('draft', 'in_review', 'approved', 'published', 'withdrawn')),
      written_by uuid references person,
      reviewer_id uuid references person,
      submitted_at timestamptz,
      reviewed_by uuid references person,
      reviewed_at timestamptz,
      approved_by uuid references person,
      approved_at timestamptz,
      published_by uuid references person,
      published_at timestamptz,
      link text not null default '' check (length(link) <= 1000),
      return_note text not null default '' check (length(return_note) <= 1000),
      {KEPT}
      primary key (city_id, message_version_id),
      foreign key (city_id, message_id) references planned_message on delete cascade,
      constraint message_version_approval check
        (status not in ('draft', 'in_review')
          or (approved_by is null and approved_at is null and published_by is null and published_at is null)),
      constraint message_version_approved check (status not in ('approved', 'published') or approved_at is not null),
      constraint message_version_published check (status not in ('published', 'withdrawn') or published_at is not null),
      constraint message_version_four_eyes check
        (approved_by is null or (approved_by is distinct from written_by and approved_by is distinct from created_by))
    );
    create unique index message_version_language_key on message_version (city_id, message_id, language)
      where archived_at is null;
    create index message_version_status on message_version (city_id, status, published_at);
    create table message_audience (
      city_id uuid not null,
      message_id uuid not null,
      audience_id uuid not null,
      primary key (city_id, message_id, audience_id),
      foreign key (city_id, message_id) references planned_message on delete cascade,
      foreign key (city_id, audience_id) references audience on delete cascade
    );
    create index message_audience_audience on message_audience (city_id, audience_id);
    create table message_channel (
      city_id uuid not null,
      message_id uuid not null,
      channel_id uuid not null,
      primary key (city_id, message_id, channel_id),
      foreign key (city_id, message_id) references planned_message on delete cascade,
      foreign key (city_id, channel_id) references channel on delete cascade
    );
    create index message_channel_channel on message_channel (city_id, channel_id);
    create table message_template (
      city_id uuid not null references city,
      message_template_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      occasion text not null check (occasion in ({OCCASIONS})),
      language text not null check (length(language) between 2 and 3),
      headline text not null default '' check (length(headline) <= 200),
      body text not null check (length(body) between 1 and 10000),
      note text not null default '' check (length(note) <= 1000),
      {KEPT}
      primary key (city_id, message_template_id)
    );
    create unique index message_template_name_key on message_template (city_id, lower(name))
      where archived_at is null;
    create index message_template_name on message_template (city_id, name, message_template_id);
    alter table rumour add column message_id uuid;
    alter table rumour add constraint rumour_message_id_fkey
      foreign key (city_id, message_id) references planned_message;
    create index rumour_message on rumour (city_id, message_id) where message_id is not null;
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        allow(table, "select_own", "select", TEAM)
    for table in ("planned_message", "message_template"):
        allow(table, "write_own", "insert", None, WRITERS)
        allow(table, "change_own", "update", WRITERS, WRITERS)
    for table in ("message_audience", "message_channel"):
        allow(table, "write_own", "insert", None, WRITERS)
        allow(table, "remove_own", "delete", WRITERS)
    allow("message_version", "write_own", "insert", None,
          f"{WRITERS} and status = 'draft' and created_by = {PERSON} and written_by = {PERSON}")
    allow("message_version", "change_own", "update", HANDLERS, HANDLERS)
    op.execute(f"""
    -- What is approved is what somebody else wrote, word for word. Maintenance is not bound by this.
    create function guard_message_version() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      me uuid := {PERSON};
      is_text_changed boolean := (new.message_id, new.language, new.name, new.body, new.short_text)
        is distinct from (old.message_id, old.language, old.name, old.body, old.short_text);
    begin
      if current_user <> 'concord_city' then
        return new;
      end if;
      if new.created_by is distinct from old.created_by or (new.written_by is distinct from old.written_by
          and (not is_text_changed or new.written_by is distinct from me))
          or (is_text_changed and new.written_by is distinct from me) then
        raise insufficient_privilege using message = 'permission denied: a text has the author who wrote it';
      end if;
      if is_text_changed and (new.status <> 'draft' or old.status = 'published') then
        raise insufficient_privilege using message = 'permission denied: a changed text is a draft';
      end if;
      if {ROLE} = 'mayor' and (is_text_changed or new.archived_at is distinct from old.archived_at
          or new.status not in (old.status, 'draft', 'approved') or old.status not in ('in_review', 'approved')) then
        raise insufficient_privilege using message = 'permission denied: the mayor reviews and approves';
      end if;
      if new.status <> old.status and (old.status, new.status) not in (('draft', 'in_review'),
          ('in_review', 'draft'), ('in_review', 'approved'), ('approved', 'draft'), ('approved', 'published'),
          ('published', 'withdrawn'), ('withdrawn', 'draft')) then
        raise insufficient_privilege using message = 'permission denied: a text does not take this step';
      end if;
      if new.approved_by is not null and new.approved_by is distinct from old.approved_by
          and ({ROLE} not in ('coordinator', 'mayor') or new.approved_by is distinct from me) then
        raise insufficient_privilege using message = 'permission denied: coordinator or mayor approve for themselves';
      end if;
      if new.status = 'approved' and old.status <> 'approved' and new.approved_by is distinct from me then
        raise insufficient_privilege using message = 'permission denied: somebody approves';
      end if;
      return new;
    end $$;
    create trigger guard_message_version before update on message_version for each row
      execute function guard_message_version();
    create trigger track_record after insert or update or delete on planned_message for each row
      execute function track_record('planned_message', 'message_id', 'name', 'purpose', 'spokesperson_id');
    create trigger track_record after insert or update or delete on message_version for each row
      execute function track_record('message_version', 'message_version_id', 'name', 'body,short_text',
        'message_id,written_by,reviewer_id,submitted_at,reviewed_by,reviewed_at,approved_by,approved_at,published_by,published_at');
    create trigger track_record after insert or update or delete on message_template for each row
      execute function track_record('message_template', 'message_template_id', 'name', 'headline,body,note', '');
    drop trigger track_record on rumour;
    create trigger track_record after insert or update or delete on rumour for each row
      execute function track_record('rumour', 'rumour_id', 'name', 'claim,where_seen,affected,facts,response',
        'message_id');
    """)


def downgrade() -> None:
    op.execute(f"""
    drop trigger track_record on rumour;
    create trigger track_record after insert or update or delete on rumour for each row
      execute function track_record('rumour', 'rumour_id', 'name', 'claim,where_seen,affected,facts,response', '');
    alter table rumour drop column message_id;
    drop table {", ".join(reversed(TABLES))};
    drop function guard_message_version();
    """)

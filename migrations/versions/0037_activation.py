"""Responses that run: situation, live tasks, who fills a role, and a log that only grows."""

from alembic import op

revision = "0037"
down_revision = "0036"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WORKERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer', 'communications')"
TABLES = ("response_activation", "response_task", "response_shift", "response_log_entry")


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")


def upgrade() -> None:
    op.execute("""
    create table response_activation (
      city_id uuid not null references city,
      response_activation_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 300),
      reason text not null default '' check (length(reason) <= 2000),
      response_plan_id uuid,
      incident_id uuid,
      known text not null default '' check (length(known) <= 5000),
      confirmed text not null default '' check (length(confirmed) <= 5000),
      open_questions text not null default '' check (length(open_questions) <= 5000),
      next_steps text not null default '' check (length(next_steps) <= 5000),
      started_at timestamptz not null default now(),
      ended_at timestamptz check (ended_at >= started_at),
      ended_by uuid references person,
      outcome text not null default '' check (length(outcome) <= 5000),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (city_id, response_activation_id),
      foreign key (city_id, response_plan_id) references response_plan,
      foreign key (city_id, incident_id) references incident
    );
    create index response_activation_started on response_activation
      (city_id, started_at desc, response_activation_id desc);
    create table response_task (
      city_id uuid not null,
      response_task_id uuid not null default new_id(),
      response_activation_id uuid not null,
      name text not null check (length(name) between 1 and 300),
      phase text not null check (phase in ('first_hour', 'first_day', 'first_week', 'first_months')),
      strand text not null check (strand in ('security', 'communication', 'care')),
      detail text not null default '' check (length(detail) <= 2000),
      role_name text not null default '' check (length(role_name) <= 300),
      position integer not null check (position between 1 and 9999),
      done_at timestamptz,
      done_by uuid references person,
      done_by_name text not null default '',
      check ((done_at is null) = (done_by is null)),
      primary key (city_id, response_task_id),
      foreign key (city_id, response_activation_id) references response_activation on delete cascade
    );
    create index response_task_activation on response_task (city_id, response_activation_id, position);
    create table response_shift (
      city_id uuid not null,
      response_shift_id uuid not null default new_id(),
      response_activation_id uuid not null,
      name text not null check (length(name) between 1 and 300),
      holder_name text not null default '' check (length(holder_name) <= 300),
      position integer not null check (position between 1 and 9999),
      since timestamptz not null default now(),
      version integer not null default 1,
      primary key (city_id, response_shift_id),
      foreign key (city_id, response_activation_id) references response_activation on delete cascade
    );
    create index response_shift_activation on response_shift (city_id, response_activation_id, position);
    create table response_log_entry (
      city_id uuid not null,
      response_log_entry_id uuid not null default new_id(),
      response_activation_id uuid not null,
      kind text not null check (kind in
        ('note', 'decision', 'task', 'hand_over', 'situation', 'correction', 'begin', 'end')),
      body text not null check (length(body) between 1 and 5000),
      decided_by text not null default '' check (length(decided_by) <= 300),
      reason text not null default '' check (length(reason) <= 2000),
      corrects_id uuid,
      created_by uuid not null references person,
      author_name text not null,
      created_at timestamptz not null default clock_timestamp(),
      check ((kind = 'correction') = (corrects_id is not null)),
      check (kind <> 'decision' or (decided_by <> '' and reason <> '')),
      primary key (city_id, response_log_entry_id),
      unique (city_id, response_activation_id, response_log_entry_id),
      foreign key (city_id, response_activation_id) references response_activation on delete cascade,
      foreign key (city_id, response_activation_id, corrects_id)
        references response_log_entry (city_id, response_activation_id, response_log_entry_id) on delete cascade
    );
    create index response_log_entry_time on response_log_entry
      (city_id, response_activation_id, created_at desc, response_log_entry_id desc);
    create index response_log_entry_corrects on response_log_entry (city_id, corrects_id) where corrects_id is not null;

    -- Nobody changes an entry, whatever their rights; it goes with its city alone.
    create function keep_log_entry() returns trigger language plpgsql set search_path = pg_catalog as $$
    begin
      raise exception 'an entry of the log stays as it is' using errcode = 'insufficient_privilege';
    end $$;
    create trigger keep_log_entry before update on response_log_entry for each row execute function keep_log_entry();
    create trigger track_record after insert or update or delete on response_activation for each row
      execute function track_record('response_activation', 'response_activation_id', 'name', 'reason',
        'response_plan_id,incident_id,started_at,ended_at,ended_by');
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        allow(table, "select_own", "select", TEAM)
        op.execute(f"grant select on {table} to concord_city")
    for table in TABLES[:3]:
        allow(table, "write_own", "insert", None, WORKERS)
        allow(table, "change_own", "update", WORKERS, WORKERS)
        op.execute(f"grant insert, update on {table} to concord_city")
    allow("response_log_entry", "write_own", "insert", None, f"{WORKERS} and created_by = {PERSON}")
    # The time of an entry is the database's, so that nobody can write into the past.
    op.execute(
        "grant insert (city_id, response_log_entry_id, response_activation_id, kind, body, decided_by, reason,"
        " corrects_id, created_by, author_name) on response_log_entry to concord_city"
    )


def downgrade() -> None:
    op.execute(f"drop table {', '.join(reversed(TABLES))}")
    op.execute("drop function keep_log_entry()")

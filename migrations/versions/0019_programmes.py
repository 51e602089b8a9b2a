"""Prevention programmes with sessions, outcome indicators and evaluations."""

from alembic import op

revision = "0019"
down_revision = "0018"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
TABLES = ("programme", "programme_community", "programme_session", "programme_indicator", "programme_measurement",
          "programme_evaluation")  # fmt: skip
RECORDS = {
    "programme": "aim,target_groups,places",
    "programme_session": "place,district,note",
    "programme_indicator": "source",
    "programme_evaluation": "findings,consequences",
}
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
    create table programme (
      city_id uuid not null references city,
      programme_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      aim text not null default '' check (length(aim) <= 5000),
      target_groups text not null default '' check (length(target_groups) <= 1000),
      prevention_level text not null check (prevention_level in ('primary', 'secondary', 'tertiary')),
      places text not null default '' check (length(places) <= 500),
      districts text[] not null default '{{}}' check (cardinality(districts) <= 100),
      partner_id uuid,
      objective_id uuid,
      status text not null default 'planned' check (status in ('planned', 'active', 'done', 'stopped')),
      starts_on date,
      ends_on date check (ends_on >= starts_on),
      budget numeric(14, 2) check (budget >= 0),
      currency text not null default '' check (currency ~ '^([A-Z]{{3}})?$'),
      funding_source text not null default '' check (length(funding_source) <= 300),
      practice_slug text not null default '' check (length(practice_slug) <= 300),
      adapted_from_practice text not null default '' check (length(adapted_from_practice) <= 2000),
      changed_from_practice text not null default '' check (length(changed_from_practice) <= 2000),
      {KEPT}
      primary key (city_id, programme_id),
      constraint programme_partner_fkey foreign key (city_id, partner_id) references partner,
      constraint programme_objective_fkey foreign key (city_id, objective_id) references objective
    );
    create unique index programme_name_key on programme (city_id, lower(name)) where archived_at is null;
    create index programme_name on programme (city_id, name, programme_id);
    create index programme_objective on programme (city_id, objective_id) where objective_id is not null;
    create table programme_community (
      city_id uuid not null,
      programme_id uuid not null,
      community_id uuid not null,
      primary key (city_id, programme_id, community_id),
      foreign key (city_id, programme_id) references programme on delete cascade,
      foreign key (city_id, community_id) references community on delete cascade
    );
    create index programme_community_community on programme_community (city_id, community_id);
    create table programme_session (
      city_id uuid not null,
      programme_session_id uuid not null default new_id(),
      programme_id uuid not null,
      name text not null check (length(name) between 1 and 200),
      held_on date not null,
      place text not null default '' check (length(place) <= 200),
      district text not null default '' check (length(district) <= 100),
      attendance integer check (attendance between 0 and 1000000),
      under_18 integer check (under_18 >= 0),
      from_18_to_29 integer check (from_18_to_29 >= 0),
      from_30_to_64 integer check (from_30_to_64 >= 0),
      from_65 integer check (from_65 >= 0),
      note text not null default '' check (length(note) <= 5000),
      {KEPT}
      primary key (city_id, programme_session_id),
      foreign key (city_id, programme_id) references programme on delete cascade,
      constraint programme_session_bands check (coalesce(under_18, 0) + coalesce(from_18_to_29, 0)
        + coalesce(from_30_to_64, 0) + coalesce(from_65, 0) <= coalesce(attendance, 0))
    );
    create index programme_session_programme on programme_session
      (city_id, programme_id, held_on desc, programme_session_id desc);
    create index programme_session_day on programme_session (city_id, held_on);
    create table programme_indicator (
      city_id uuid not null,
      programme_indicator_id uuid not null default new_id(),
      programme_id uuid not null,
      name text not null check (length(name) between 1 and 200),
      unit text not null default '' check (length(unit) <= 50),
      source text not null default '' check (length(source) <= 500),
      baseline numeric(14, 2),
      target numeric(14, 2),
      target_on date,
      {KEPT}
      primary key (city_id, programme_indicator_id),
      foreign key (city_id, programme_id) references programme on delete cascade
    );
    create index programme_indicator_programme on programme_indicator (city_id, programme_id, name);
    create table programme_measurement (
      city_id uuid not null,
      programme_indicator_id uuid not null,
      measured_on date not null,
      value numeric(14, 2) not null,
      note text not null default '' check (length(note) <= 500),
      created_by uuid references person,
      created_at timestamptz not null default now(),
      primary key (city_id, programme_indicator_id, measured_on),
      foreign key (city_id, programme_indicator_id) references programme_indicator on delete cascade
    );
    create table programme_evaluation (
      city_id uuid not null,
      programme_evaluation_id uuid not null default new_id(),
      programme_id uuid not null,
      name text not null check (length(name) between 1 and 200),
      evaluated_on date not null,
      method text not null check (method in
        ('feedback', 'monitoring', 'before_after', 'comparison', 'interviews', 'independent')),
      carried_out_by text not null default '' check (length(carried_out_by) <= 200),
      findings text not null check (length(findings) between 1 and 10000),
      rating smallint not null check (rating between 1 and 5),
      consequences text not null default '' check (length(consequences) <= 5000),
      {KEPT}
      primary key (city_id, programme_evaluation_id),
      foreign key (city_id, programme_id) references programme on delete cascade
    );
    create index programme_evaluation_programme on programme_evaluation (city_id, programme_id, evaluated_on desc);
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        allow(table, "select_own", "select", TEAM)
        allow(table, "write_own", "insert", None, WRITERS)
        if table != "programme_community":
            allow(table, "change_own", "update", WRITERS, WRITERS)
    for table in ("programme_community", "programme_measurement"):
        allow(table, "remove_own", "delete", WRITERS)
    for table, body in RECORDS.items():
        # Ids of other records say nothing in a history.
        op.execute(
            f"create trigger track_record after insert or update or delete on {table} for each row execute function"
            f" track_record('{table}', '{table}_id', 'name', '{body}', 'programme_id,partner_id,objective_id')"
        )


def downgrade() -> None:
    op.execute(f"drop table {', '.join(reversed(TABLES))}")

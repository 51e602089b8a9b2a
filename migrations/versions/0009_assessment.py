"""Assessments of threats and of who is vulnerable. Threats and communities have a register of their
own, so that an assessment, a programme and a strategy mean the same one over the years; a version of
the assessment holds what the city thought of each at that time, and does not change once adopted.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
DECIDERS = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer')"
PARTS = ("assessment_threat", "assessment_community", "assessment_exposure")
TABLES = ("threat", "community", "assessment", *PARTS)


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    for register in ("threat", "community"):
        op.execute(f"""
        create table {register} (
          city_id uuid not null references city,
          {register}_id uuid not null default new_id(),
          name text not null check (length(name) between 1 and 200),
          description text not null default '' check (length(description) <= 5000),
          version integer not null default 1,
          created_at timestamptz not null default now(),
          created_by uuid references person,
          updated_at timestamptz not null default now(),
          updated_by uuid references person,
          archived_at timestamptz,
          archived_by uuid references person,
          primary key (city_id, {register}_id)
        );
        create unique index {register}_name_key on {register} (city_id, lower(name)) where archived_at is null;
        create index {register}_name on {register} (city_id, name, {register}_id);
        """)
    op.execute("""
    create table assessment (
      city_id uuid not null references city,
      assessment_id uuid not null default new_id(),
      number integer not null check (number > 0),
      title text not null check (length(title) between 1 and 200),
      status text not null default 'draft' check (status in ('draft', 'in_review', 'adopted', 'superseded')),
      period_from date not null,
      period_to date not null,
      method text not null default '' check (length(method) <= 5000),
      summary text not null default '' check (length(summary) <= 10000),
      confidence text not null default 'low' check (confidence in ('low', 'medium', 'high')),
      review_due date,
      copied_from_id uuid,
      adopted_on date,
      adopted_by uuid references person,
      adopted_by_name text not null default '' check (length(adopted_by_name) <= 300),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (city_id, assessment_id),
      unique (city_id, number),
      foreign key (city_id, copied_from_id) references assessment,
      check (period_from <= period_to),
      check ((status in ('adopted', 'superseded')) = (adopted_on is not null)),
      check (archived_at is null or status = 'draft')
    );
    create unique index assessment_adopted on assessment (city_id) where status = 'adopted';
    create unique index assessment_open on assessment (city_id)
      where status in ('draft', 'in_review') and archived_at is null;
    create table assessment_threat (
      city_id uuid not null,
      assessment_id uuid not null,
      threat_id uuid not null,
      name text not null check (length(name) between 1 and 200),
      ideology text not null check (ideology in (
        'far_right', 'far_left', 'jihadist', 'other_religious', 'ethnic_national', 'misogynist',
        'anti_government', 'single_issue', 'conspiracy', 'mixed', 'none', 'other')),
      narrative text not null default '' check (length(narrative) <= 5000),
      actors text not null default '' check (length(actors) <= 2000),
      places text not null default '' check (length(places) <= 2000),
      likelihood smallint not null check (likelihood between 1 and 5),
      impact smallint not null check (impact between 1 and 5),
      trend text not null check (trend in ('rising', 'stable', 'falling', 'unknown')),
      confidence text not null check (confidence in ('low', 'medium', 'high')),
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      primary key (city_id, assessment_id, threat_id),
      foreign key (city_id, assessment_id) references assessment on delete cascade,
      foreign key (city_id, threat_id) references threat
    );
    create index assessment_threat_threat on assessment_threat (city_id, threat_id);
    create table assessment_community (
      city_id uuid not null,
      assessment_id uuid not null,
      community_id uuid not null,
      name text not null check (length(name) between 1 and 200),
      groups text not null default '' check (length(groups) <= 2000),
      size_band text not null check (size_band in (
        'unknown', 'under_100', 'under_1000', 'under_10000', 'under_100000', 'over_100000')),
      vulnerability_factors text not null default '' check (length(vulnerability_factors) <= 5000),
      protective_factors text not null default '' check (length(protective_factors) <= 5000),
      spoken_for_by text not null default '' check (length(spoken_for_by) <= 1000),
      partner_id uuid,
      confidence text not null check (confidence in ('low', 'medium', 'high')),
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      primary key (city_id, assessment_id, community_id),
      foreign key (city_id, assessment_id) references assessment on delete cascade,
      foreign key (city_id, community_id) references community,
      foreign key (city_id, partner_id) references partner
    );
    create index assessment_community_community on assessment_community (city_id, community_id);
    create index assessment_community_partner on assessment_community (city_id, partner_id);
    create table assessment_exposure (
      city_id uuid not null,
      assessment_id uuid not null,
      threat_id uuid not null,
      community_id uuid not null,
      primary key (city_id, assessment_id, threat_id, community_id),
      foreign key (city_id, assessment_id, threat_id) references assessment_threat on delete cascade,
      foreign key (city_id, assessment_id, community_id) references assessment_community on delete cascade
    );
    create index assessment_exposure_community on assessment_exposure (city_id, assessment_id, community_id);
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        allow(table, "select_own", "select", TEAM)
    for table in ("threat", "community"):
        allow(table, "write_own", "insert", None, WRITERS)
        allow(table, "change_own", "update", WRITERS, WRITERS)
    allow("assessment", "write_own", "insert", None, f"{WRITERS} and status = 'draft'")
    allow("assessment", "change_own", "update", DECIDERS, DECIDERS)
    for table in PARTS:
        allow(table, "write_own", "insert", None, WRITERS)
        allow(table, "change_own", "update", WRITERS, WRITERS)
        allow(table, "remove_own", "delete", WRITERS)
    guards()
    for name, columns in (("threat", "description"), ("community", "description")):
        op.execute(f"""create trigger track_record after insert or update or delete on {name} for each row
          execute function track_record('{name}', '{name}_id', 'name', '{columns}', '')""")
    op.execute("""create trigger track_record after insert or update or delete on assessment for each row
      execute function track_record('assessment', 'assessment_id', 'title', 'summary,method', 'number')""")


def guards() -> None:
    """What people of a city can't do with an assessment, whatever their page asks for."""
    op.execute("""
    create function guard_assessment() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      acting text := current_setting('concord.role', true);
      settled text[] := array['status', 'adopted_on', 'adopted_by', 'adopted_by_name', 'updated_at', 'updated_by',
        'version'];
      is_same boolean := to_jsonb(new) - settled = to_jsonb(old) - settled;
    begin
      if (old.status, new.status) not in (('draft', 'draft'), ('draft', 'in_review'), ('in_review', 'draft'),
          ('in_review', 'adopted'), ('adopted', 'superseded'))
        or not is_same and (old.status <> 'draft' or new.status <> 'draft')
        or acting = 'mayor' and (not is_same or old.status = 'draft' or new.status = old.status)
        or new.status in ('adopted', 'superseded') and acting not in ('mayor', 'coordinator')
      then
        raise insufficient_privilege using message = 'permission denied to change an assessment in this way';
      end if;
      return new;
    end $$;
    create trigger guard_assessment before update on assessment for each row
      when (current_user = 'concord_city') execute function guard_assessment();

    create function guard_assessment_part() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      if (TG_OP <> 'INSERT' and not exists (select 1 from assessment
            where city_id = old.city_id and assessment_id = old.assessment_id and status = 'draft'))
        or (TG_OP <> 'DELETE' and not exists (select 1 from assessment
            where city_id = new.city_id and assessment_id = new.assessment_id and status = 'draft'))
      then
        raise insufficient_privilege using message = 'permission denied: only a draft can be changed';
      end if;
      return case when TG_OP = 'DELETE' then old else new end;
    end $$;
    revoke execute on function guard_assessment(), guard_assessment_part() from public;
    """)
    for table in PARTS:
        op.execute(f"""create trigger guard_assessment_part before insert or update or delete on {table}
          for each row when (current_user = 'concord_city') execute function guard_assessment_part()""")


def downgrade() -> None:
    op.execute(f"""
    delete from record_entry where record_type in ('threat', 'community', 'assessment');
    drop table {", ".join(reversed(TABLES))};
    drop function guard_assessment(), guard_assessment_part();
    """)

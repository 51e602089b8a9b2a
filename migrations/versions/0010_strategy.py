"""Strategies of a city, their objectives, the actions that carry them out and what is told of them."""

from alembic import op

revision = "0010"
down_revision = "0009"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
PARTNERS = "nullif(current_setting('concord.partner_ids', true), '')::uuid[]"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
MANAGERS = f"city_id = {CITY} and {ROLE} = 'coordinator'"
OUTSIDER = f"city_id = {CITY} and {ROLE} = 'partner'"
DECIDERS = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator')"
TABLES = ("strategy", "objective", "action", "action_report", "strategy_version", "indicator", "measurement",
          "consultation")  # fmt: skip
PARTY = "^(partner:[0-9a-f-]{36}|role:(mayor|coordinator|officer|communications|analyst))$"

PARTIES = """
      lead_partner_id uuid,
      lead_person_id uuid references person,
      lead_name text not null default '' check (length(lead_name) <= 300),
      support text[] not null default '{}' check (cardinality(support) <= 60),
      support_names text[] not null default '{}',
      consulted text[] not null default '{}' check (cardinality(consulted) <= 60),
      consulted_names text[] not null default '{}',
      check (lead_partner_id is null or lead_person_id is null),
      check (are_parties(support) and are_parties(consulted)),
      foreign key (city_id, lead_partner_id) references partner,
"""
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
    create function are_parties(keys text[]) returns boolean language sql immutable
    set search_path = pg_catalog as $$
      select coalesce(bool_and(key ~ '{PARTY}'), true) from unnest(keys) key
    $$;
    create function assigned_partners(lead uuid, support text[]) returns uuid[] language sql immutable
    set search_path = pg_catalog as $$
      select coalesce(array_agg(distinct id), '{{}}') from (
        select lead where lead is not null union all
        select substr(key, 9)::uuid from unnest(support) key where key like 'partner:%'
      ) x(id)
    $$;
    create table strategy (
      city_id uuid not null references city,
      strategy_id uuid not null default new_id(),
      title text not null check (length(title) between 1 and 200),
      kind text not null check (kind in ('standalone', 'integrated')),
      integrated_into text not null default '' check (length(integrated_into) <= 500),
      vision text not null default '' check (length(vision) <= 5000),
      situation text not null default '' check (length(situation) <= 20000),
      principles text not null default '' check (length(principles) <= 10000),
      period_from date,
      period_until date check (period_until >= period_from),
      review_due date,{KEPT}
      primary key (city_id, strategy_id)
    );
    create table objective (
      city_id uuid not null,
      objective_id uuid not null default new_id(),
      strategy_id uuid not null,
      position integer not null default 0 check (position between 0 and 1000),
      title text not null check (length(title) between 1 and 300),
      description text not null default '' check (length(description) <= 5000),
      communities text not null default '' check (length(communities) <= 1000),{PARTIES}{KEPT}
      primary key (city_id, objective_id),
      foreign key (city_id, strategy_id) references strategy on delete cascade
    );
    create index objective_strategy on objective (city_id, strategy_id, position, objective_id);
    create table action (
      city_id uuid not null references city,
      action_id uuid not null default new_id(),
      strategy_id uuid,
      objective_id uuid,
      title text not null check (length(title) between 1 and 300),
      description text not null default '' check (length(description) <= 10000),{PARTIES}
      assigned_partner_ids uuid[] not null generated always as (assigned_partners(lead_partner_id, support)) stored,
      starts_on date,
      due_on date check (due_on >= starts_on),
      due_key date not null generated always as (coalesce(due_on, '9999-12-31')) stored,
      budget numeric(14, 2) check (budget >= 0),
      currency text not null default '' check (currency ~ '^([A-Z]{{3}})?$'),
      funding_source text not null default '' check (length(funding_source) <= 300),
      status text not null default 'planned' check (status in ('planned', 'active', 'done', 'stopped')),
      percent smallint not null default 0 check (percent between 0 and 100),
      practice_slug text not null default '' check (length(practice_slug) <= 200),
      adapted_from_practice text not null default '' check (length(adapted_from_practice) <= 2000),
      changed_from_practice text not null default '' check (length(changed_from_practice) <= 2000),{KEPT}
      primary key (city_id, action_id),
      foreign key (city_id, strategy_id) references strategy on delete cascade,
      foreign key (city_id, objective_id) references objective on delete cascade
    );
    create index action_due on action (city_id, due_key, action_id);
    create index action_objective on action (city_id, objective_id);
    create table action_report (
      city_id uuid not null,
      report_id uuid not null default new_id(),
      action_id uuid not null,
      partner_id uuid,
      body text not null check (length(body) between 1 and 5000),
      percent smallint check (percent between 0 and 100),
      proposed_status text not null default ''
        check (proposed_status in ('', 'planned', 'active', 'done', 'stopped')),
      author_name text not null,
      created_by uuid not null references person,
      created_at timestamptz not null default now(),
      answered_at timestamptz,
      answered_by uuid references person,
      is_accepted boolean,
      primary key (city_id, report_id),
      foreign key (city_id, action_id) references action on delete cascade,
      foreign key (city_id, partner_id) references partner
    );
    create index action_report_action on action_report (city_id, action_id, report_id desc);
    create table strategy_version (
      city_id uuid not null,
      version_id uuid not null default new_id(),
      strategy_id uuid not null,
      number integer not null check (number > 0),
      state text not null default 'draft' check (state in ('draft', 'in_review', 'adopted', 'superseded')),
      content jsonb,
      note text not null default '' check (length(note) <= 2000),
      submitted_on date,
      adopted_on date,
      decided_by text not null default '' check (length(decided_by) <= 200),
      review_due date,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      primary key (city_id, version_id),
      foreign key (city_id, strategy_id) references strategy on delete cascade,
      constraint strategy_version_number_key unique (city_id, strategy_id, number),
      check ((content is null) = (state = 'draft')),
      check ((state in ('adopted', 'superseded')) = (adopted_on is not null))
    );
    create unique index strategy_version_open_key on strategy_version (city_id, strategy_id)
      where state in ('draft', 'in_review');
    create unique index strategy_version_adopted_key on strategy_version (city_id, strategy_id)
      where state = 'adopted';
    create table indicator (
      city_id uuid not null,
      indicator_id uuid not null default new_id(),
      strategy_id uuid not null,
      objective_id uuid,
      name text not null check (length(name) between 1 and 300),
      unit text not null default '' check (length(unit) <= 50),
      source text not null default '' check (length(source) <= 500),
      baseline numeric(16, 4),
      baseline_on date,
      target numeric(16, 4),
      target_on date,{KEPT}
      primary key (city_id, indicator_id),
      foreign key (city_id, strategy_id) references strategy on delete cascade,
      foreign key (city_id, objective_id) references objective on delete cascade
    );
    create index indicator_strategy on indicator (city_id, strategy_id);
    create table measurement (
      city_id uuid not null,
      indicator_id uuid not null,
      measured_on date not null,
      value numeric(16, 4) not null,
      note text not null default '' check (length(note) <= 500),
      created_by uuid references person,
      created_at timestamptz not null default now(),
      primary key (city_id, indicator_id, measured_on),
      foreign key (city_id, indicator_id) references indicator on delete cascade
    );
    create table consultation (
      city_id uuid not null,
      consultation_id uuid not null default new_id(),
      strategy_id uuid not null,
      title text not null check (length(title) between 1 and 200),
      held_on date not null,
      form text not null check (form in ('meeting', 'visit', 'interview', 'survey', 'written', 'council', 'other')),
      heard text not null default '' check (length(heard) <= 2000),
      communities text not null default '' check (length(communities) <= 1000),
      community_ids uuid[] not null default '{{}}' check (cardinality(community_ids) <= 100),
      people_count integer check (people_count between 0 and 1000000),
      said text not null default '' check (length(said) <= 10000),
      followed text not null default '' check (length(followed) <= 5000),{KEPT}
      primary key (city_id, consultation_id),
      foreign key (city_id, strategy_id) references strategy on delete cascade
    );
    create index consultation_held on consultation (city_id, held_on desc, consultation_id desc);
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in ("strategy", "objective", "indicator", "strategy_version"):
        writers = DECIDERS if table == "strategy_version" else MANAGERS
        allow(table, "select_own", "select", TEAM)
        allow(table, "write_own", "insert", None, MANAGERS)
        allow(table, "change_own", "update", writers, writers)
    for table in ("measurement", "consultation"):
        allow(table, "select_own", "select", TEAM)
        allow(table, "write_own", "insert", None, WRITERS)
        allow(table, "change_own", "update", WRITERS, WRITERS)
    allow("measurement", "remove_own", "delete", WRITERS)
    allow("action", "select_own", "select",
          f"({TEAM}) or ({OUTSIDER} and archived_at is null and assigned_partner_ids && {PARTNERS})")  # fmt: skip
    allow("action", "write_own", "insert", None, WRITERS)
    allow("action", "change_own", "update", WRITERS, WRITERS)
    # A partner tells how it goes in its own name, and reads nothing of what others told.
    signed = f"created_by = {PERSON} and answered_at is null and is_accepted is null"
    allow("action_report", "select_own", "select", f"({TEAM}) or ({OUTSIDER} and partner_id = any({PARTNERS}))")
    allow("action_report", "write_own", "insert", None,
          f"{signed} and ((({WRITERS}) and partner_id is null) or ({OUTSIDER} and partner_id = any({PARTNERS})))")  # fmt: skip
    allow("action_report", "change_own", "update", WRITERS, WRITERS)
    op.execute(f"""
    -- A reference is checked without the row policies, so this is: one reports on what one can see.
    create function check_report() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      if {ROLE} = 'partner' and not exists (select 1 from action a where a.city_id = new.city_id
          and a.action_id = new.action_id and new.partner_id = any(a.assigned_partner_ids)) then
        raise insufficient_privilege using message = 'permission denied: this action is not assigned';
      end if;
      return new;
    end $$;
    create trigger check_report before insert on action_report for each row execute function check_report();
    -- What was adopted stays as it was: a version can only be superseded afterwards.
    create function check_version() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      if old.state in ('adopted', 'superseded') and (to_jsonb(new) - 'state' <> to_jsonb(old) - 'state'
          or (old.state, new.state) not in (('adopted', 'adopted'), ('adopted', 'superseded'),
            ('superseded', 'superseded'))) then
        raise check_violation using message = 'an adopted version can not change', constraint = 'version_is_final';
      end if;
      return new;
    end $$;
    create trigger check_version before update on strategy_version for each row execute function check_version();
    create trigger track_record after insert or update or delete on indicator for each row
      execute function track_record('indicator', 'indicator_id', 'name', 'source', '');
    create trigger track_record after insert or update or delete on consultation for each row
      execute function track_record('consultation', 'consultation_id', 'title', 'heard,communities,said,followed',
        'community_ids');
    create trigger track_record after insert or update or delete on strategy for each row
      execute function track_record('strategy', 'strategy_id', 'title', 'vision,situation', '');
    create trigger track_record after insert or update or delete on objective for each row
      execute function track_record('objective', 'objective_id', 'title', 'description,communities',
        'strategy_id,lead_partner_id,lead_person_id,support,consulted,position');
    create trigger track_record after insert or update or delete on action for each row
      execute function track_record('action', 'action_id', 'title', 'description,lead_name,adapted_from_practice',
        'strategy_id,objective_id,lead_partner_id,lead_person_id,support,consulted,assigned_partner_ids,due_key');
    """)


def downgrade() -> None:
    op.execute(f"""
    drop table {', '.join(reversed(TABLES))};
    drop function check_report(), check_version(), assigned_partners(uuid, text[]), are_parties(text[]);
    """)

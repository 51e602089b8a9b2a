"""Soft targets and public spaces with their reviews and measures; the city's mandate, the decisions
on it and the national policies that bear on it."""

from alembic import op

revision = "0022"
down_revision = "0021"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
KEPT = """
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person"""
TABLES = {
    "soft_target": ("insert", "update"),
    "soft_target_review": ("insert",),
    "soft_target_measure": ("insert", "update", "delete"),
    "mandate": ("insert", "update"),
    "mandate_decision": ("insert", "update"),
    "mandate_policy": ("insert", "update", "delete"),
}
RECORDS = (
    ("soft_target", "soft_target_id", "name", "district,description,owner", ""),
    ("mandate", "mandate_id", "name", "legal_basis,allows,limits", ""),
    ("mandate_decision", "decision_id", "title", "body,decided_by,reference", ""),
)


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    op.execute(f"""
    create table soft_target (
      city_id uuid not null references city,
      soft_target_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      place_type text not null check (place_type in (
        'worship', 'cemetery', 'school', 'culture', 'sport', 'market', 'event', 'transport', 'health', 'public_building',
        'public_space', 'shelter', 'nightlife', 'memorial', 'media', 'other')),
      district text not null default '' check (length(district) <= 200),
      description text not null default '' check (length(description) <= 5000),
      owner text not null check (length(owner) between 1 and 300),
      contact text not null default '' check (length(contact) <= 500),
      community_id uuid,
      partner_id uuid,
      reviewed_on date,
      review_due_on date not null,
      {KEPT},
      primary key (city_id, soft_target_id),
      foreign key (city_id, community_id) references community,
      foreign key (city_id, partner_id) references partner
    );
    create index soft_target_name on soft_target (city_id, name, soft_target_id);
    create index soft_target_due on soft_target (city_id, review_due_on, soft_target_id);
    create index soft_target_community on soft_target (city_id, community_id);
    create index soft_target_partner on soft_target (city_id, partner_id);
    create table soft_target_review (
      city_id uuid not null,
      review_id uuid not null default new_id(),
      soft_target_id uuid not null,
      reviewed_on date not null,
      finding text not null check (length(finding) between 1 and 5000),
      reviewer_name text not null,
      created_by uuid not null references person,
      created_at timestamptz not null default now(),
      primary key (city_id, review_id),
      foreign key (city_id, soft_target_id) references soft_target on delete cascade
    );
    create index soft_target_review_target on soft_target_review (city_id, soft_target_id, reviewed_on desc);
    create table soft_target_measure (
      city_id uuid not null,
      measure_id uuid not null default new_id(),
      soft_target_id uuid not null,
      title text not null check (length(title) between 1 and 300),
      kind text not null check (kind in ('building', 'staff', 'training', 'plan', 'police', 'communication', 'other')),
      status text not null check (status in ('planned', 'in_place', 'dropped')),
      owner text not null default '' check (length(owner) <= 300),
      due_on date,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (city_id, measure_id),
      foreign key (city_id, soft_target_id) references soft_target on delete cascade
    );
    create index soft_target_measure_target on soft_target_measure (city_id, soft_target_id, title);
    create table mandate (
      city_id uuid not null references city,
      mandate_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      level text not null check (level in ('own', 'shared', 'delegated', 'voluntary', 'unclear')),
      legal_basis text not null default '' check (length(legal_basis) <= 5000),
      allows text not null default '' check (length(allows) <= 5000),
      limits text not null default '' check (length(limits) <= 5000),
      takes_over text not null default '' check (length(takes_over) <= 5000),
      priority text not null check (priority in ('top', 'high', 'normal', 'low', 'open')),
      priority_reason text not null default '' check (length(priority_reason) <= 2000),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      primary key (city_id, mandate_id),
      unique (city_id)
    );
    create table mandate_decision (
      city_id uuid not null references city,
      decision_id uuid not null default new_id(),
      title text not null check (length(title) between 1 and 300),
      decided_on date not null,
      decided_by text not null check (length(decided_by) between 1 and 300),
      reference text not null default '' check (length(reference) <= 200),
      body text not null default '' check (length(body) <= 10000),
      url text not null default '' check (length(url) <= 500),
      {KEPT},
      primary key (city_id, decision_id)
    );
    create index mandate_decision_day on mandate_decision (city_id, decided_on desc, decision_id desc);
    create table mandate_policy (
      city_id uuid not null references city,
      policy_id uuid not null default new_id(),
      title text not null check (length(title) between 1 and 300),
      level text not null check (level in ('national', 'regional', 'international')),
      issuer text not null default '' check (length(issuer) <= 300),
      issued_on date,
      url text not null default '' check (length(url) <= 500),
      asks text not null default '' check (length(asks) <= 5000),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (city_id, policy_id)
    );
    create index mandate_policy_title on mandate_policy (city_id, title, policy_id);
    """)
    for table, commands in TABLES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        allow(table, "select_own", "select", TEAM)
        if "insert" in commands:
            allow(table, "write_own", "insert", None, WRITERS)
        if "update" in commands:
            allow(table, "change_own", "update", WRITERS, WRITERS)
        if "delete" in commands:
            allow(table, "remove_own", "delete", WRITERS)
    for table, key, title, body, untracked in RECORDS:
        op.execute(f"""create trigger track_record after insert or update or delete on {table} for each row
          execute function track_record('{table}', '{key}', '{title}', '{body}', '{untracked}')""")


def downgrade() -> None:
    op.execute(f"""
    delete from record_entry where record_type in ('soft_target', 'mandate', 'mandate_decision');
    drop table {", ".join(reversed(TABLES))};
    """)

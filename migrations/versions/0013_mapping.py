"""What exists already against threats and for communities: policies, programmes, services, resources."""

from alembic import op

revision = "0013"
down_revision = "0012"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
TABLES = ("resource", "resource_threat", "resource_community")


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    op.execute("""
    create table resource (
      city_id uuid not null references city,
      resource_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      resource_type text not null check (resource_type in (
        'policy', 'programme', 'service', 'resource', 'partnership')),
      description text not null default '' check (length(description) <= 5000),
      owner text not null default '' check (length(owner) <= 300),
      partner_id uuid,
      reach text not null default '' check (length(reach) <= 1000),
      target_groups text not null default '' check (length(target_groups) <= 1000),
      prevention_levels text[] not null default '{}'
        check (prevention_levels <@ array['primary', 'secondary', 'tertiary']),
      status text not null check (status in ('planned', 'running', 'ended')),
      ends_on date,
      website text not null default '' check (length(website) <= 500),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (city_id, resource_id),
      foreign key (city_id, partner_id) references partner
    );
    create index resource_name on resource (city_id, name, resource_id);
    create index resource_partner on resource (city_id, partner_id);
    create table resource_threat (
      city_id uuid not null,
      resource_id uuid not null,
      threat_id uuid not null,
      primary key (city_id, resource_id, threat_id),
      foreign key (city_id, resource_id) references resource on delete cascade,
      foreign key (city_id, threat_id) references threat
    );
    create index resource_threat_threat on resource_threat (city_id, threat_id);
    create table resource_community (
      city_id uuid not null,
      resource_id uuid not null,
      community_id uuid not null,
      primary key (city_id, resource_id, community_id),
      foreign key (city_id, resource_id) references resource on delete cascade,
      foreign key (city_id, community_id) references community
    );
    create index resource_community_community on resource_community (city_id, community_id);
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        allow(table, "select_own", "select", TEAM)
        allow(table, "write_own", "insert", None, WRITERS)
    allow("resource", "change_own", "update", WRITERS, WRITERS)
    allow("resource_threat", "remove_own", "delete", WRITERS)
    allow("resource_community", "remove_own", "delete", WRITERS)
    op.execute("""create trigger track_record after insert or update or delete on resource for each row
      execute function track_record('resource', 'resource_id', 'name', 'description,owner,target_groups', '')""")


def downgrade() -> None:
    op.execute(f"""
    delete from record_entry where record_type = 'resource';
    drop table {", ".join(reversed(TABLES))};
    """)

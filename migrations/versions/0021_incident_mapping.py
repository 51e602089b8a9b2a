"""A city's own mappings of files to incidents."""

from alembic import op

revision = "0021"
down_revision = "0020"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
RULE = f"city_id = {CITY} and current_setting('concord.role', true) in ('coordinator', 'officer', 'analyst')"


def upgrade() -> None:
    op.execute(f"""
    create table incident_mapping (
      city_id uuid not null references city,
      mapping_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 100),
      definition jsonb not null check (jsonb_typeof(definition) = 'object' and length(definition::text) <= 500000),
      outline text not null default '',
      file_columns text[] not null default '{{}}' check (cardinality(file_columns) <= 500),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (city_id, mapping_id)
    );
    create unique index incident_mapping_name_key on incident_mapping (city_id, lower(name)) where archived_at is null;
    alter table incident_mapping enable row level security;
    alter table incident_mapping force row level security;
    create policy select_own_city on incident_mapping for select to concord_city using ({RULE});
    create policy write_own_city on incident_mapping for insert to concord_city with check ({RULE});
    create policy change_own_city on incident_mapping for update to concord_city using ({RULE}) with check ({RULE});
    grant select, insert, update on incident_mapping to concord_city;
    create trigger track_record after insert or update or delete on incident_mapping for each row
      execute function track_record('incident_mapping', 'mapping_id', 'name', 'outline', 'definition,file_columns');
    """)


def downgrade() -> None:
    op.execute("""
    drop table incident_mapping;
    """)

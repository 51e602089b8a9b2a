"""Imports keep what was chosen for a file and show how far they are; rows are staged in the session."""

from alembic import op

revision = "0018"
down_revision = "0017"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
RULE = f"city_id = {CITY} and current_setting('concord.role', true) in ('coordinator', 'officer', 'analyst')"
STATUS = "uploaded validating unclear ready rejected applying done failed discarded".split()
BEFORE = [status for status in STATUS if status not in ("unclear", "discarded")]


def listed(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def upgrade() -> None:
    op.execute(f"""
    drop table import_row;
    alter table import_run
      add column definition jsonb,
      add column settings jsonb not null default '{{}}',
      add column found jsonb not null default '{{}}',
      add column preview jsonb not null default '{{}}',
      add column progress smallint not null default 0 check (progress between 0 and 100),
      add column progressed_at timestamptz not null default now(),
      drop constraint import_run_status_check,
      add constraint import_run_status_check check (status in ({listed(STATUS)}));
    alter table incident add column import_id uuid;
    alter table incident add constraint incident_import_fkey foreign key (city_id, import_id)
      references import_run (city_id, import_id);
    create index incident_import on incident (city_id, import_id) where import_id is not null;
    """)


def downgrade() -> None:
    op.execute(f"""
    alter table incident drop column import_id;
    alter table import_run no force row level security;
    update import_run set status = 'rejected' where status in ('unclear', 'discarded');
    alter table import_run force row level security;
    alter table import_run
      drop column definition, drop column settings, drop column found, drop column preview, drop column progress,
      drop column progressed_at,
      drop constraint import_run_status_check,
      add constraint import_run_status_check check (status in ({listed(BEFORE)}));
    create table import_row (
      city_id uuid not null,
      import_id uuid not null,
      line integer not null,
      external_reference text not null,
      data jsonb not null,
      primary key (city_id, import_id, external_reference),
      foreign key (city_id, import_id) references import_run on delete cascade
    );
    alter table import_row enable row level security;
    alter table import_row force row level security;
    create policy work_own_city on import_row for all to concord_city using ({RULE}) with check ({RULE});
    grant select, insert, update, delete on import_row to concord_city;
    """)

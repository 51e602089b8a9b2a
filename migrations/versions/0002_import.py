"""Imports of incident files: the file, what was read from it, what is wrong with it."""

from alembic import op

revision = "0002"
down_revision = "0001"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
RULE = f"city_id = {CITY} and current_setting('concord.role', true) in ('coordinator', 'officer', 'analyst')"


def upgrade() -> None:
    op.execute("""
    create table import_run (
      city_id uuid not null references city,
      import_id uuid not null default new_id(),
      file_name text not null check (length(file_name) between 1 and 300),
      mapping text not null,
      status text not null default 'uploaded' check (status in
        ('uploaded', 'validating', 'ready', 'rejected', 'applying', 'done', 'failed')),
      rows_read integer not null default 0,
      rows_new integer not null default 0,
      rows_changed integer not null default 0,
      rows_unchanged integer not null default 0,
      rows_skipped integer not null default 0,
      problem_count integer not null default 0,
      reason text not null default '',
      created_by uuid references person,
      created_at timestamptz not null default now(),
      finished_at timestamptz,
      primary key (city_id, import_id)
    );
    create table import_chunk (
      city_id uuid not null,
      import_id uuid not null,
      position integer not null,
      content bytea not null,
      primary key (city_id, import_id, position),
      foreign key (city_id, import_id) references import_run on delete cascade
    );
    create table import_row (
      city_id uuid not null,
      import_id uuid not null,
      line integer not null,
      external_reference text not null,
      data jsonb not null,
      primary key (city_id, import_id, external_reference),
      foreign key (city_id, import_id) references import_run on delete cascade
    );
    create table import_problem (
      city_id uuid not null,
      import_id uuid not null,
      position integer not null,
      line integer not null,
      column_name text not null,
      value text not null,
      reason text not null,
      primary key (city_id, import_id, position),
      foreign key (city_id, import_id) references import_run on delete cascade
    );
    """)
    for table in ("import_run", "import_chunk", "import_row", "import_problem"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy work_own_city on {table} for all to concord_city"
            f" using ({RULE}) with check ({RULE})"
        )
        op.execute(f"grant select, insert, update, delete on {table} to concord_city")


def downgrade() -> None:
    op.execute("drop table import_problem, import_row, import_chunk, import_run")

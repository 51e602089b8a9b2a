"""Files of practices that curators import: kept between preview and publication."""

from alembic import op

revision = "0031"
down_revision = "0030"

PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
CURATOR = f"current_setting('concord.role', true) = 'curator' and created_by = {PERSON}"


def upgrade() -> None:
    op.execute(f"""
    create table practice_import (
      import_id uuid primary key default new_id(),
      file_name text not null check (length(file_name) between 1 and 300),
      rows jsonb not null check (jsonb_typeof(rows) = 'array'),
      created_by uuid not null references person,
      created_at timestamptz not null default now(),
      applied_at timestamptz
    );
    create index practice_import_latest on practice_import (created_by, import_id desc);
    alter table practice_import enable row level security;
    alter table practice_import force row level security;
    create policy keep_own_network on practice_import for all to concord_network using ({CURATOR}) with check ({CURATOR});
    grant select, insert, update, delete on practice_import to concord_network;
    """)


def downgrade() -> None:
    op.execute("drop table practice_import")

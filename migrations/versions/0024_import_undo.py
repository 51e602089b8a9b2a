"""A coordinator takes an import back as a whole, and can bring it back."""

from alembic import op

revision = "0024"
down_revision = "0023"

STATUS = "uploaded validating unclear ready rejected applying done failed discarded".split()
UNDONE = ["archiving", "archived", "restoring"]


def listed(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def upgrade() -> None:
    op.execute(f"""
    alter table import_run
      add column archived_at timestamptz,
      add column archived_by uuid references person,
      drop constraint import_run_status_check,
      add constraint import_run_status_check check (status in ({listed(STATUS + UNDONE)}));
    create policy undo_by_coordinator on import_run as restrictive for update to concord_city using (true)
      with check (status not in ({listed(UNDONE)}) or current_setting('concord.role', true) = 'coordinator');
    """)


def downgrade() -> None:
    op.execute(f"""
    drop policy undo_by_coordinator on import_run;
    alter table import_run no force row level security;
    update import_run set status = 'done' where status in ({listed(UNDONE)});
    alter table import_run force row level security;
    alter table import_run
      drop column archived_at, drop column archived_by,
      drop constraint import_run_status_check,
      add constraint import_run_status_check check (status in ({listed(STATUS)}));
    """)

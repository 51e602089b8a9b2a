"""What a city searched for, asked and thanked for goes along with its data."""

from alembic import op

revision = "0041"
down_revision = "0040"

OURS = "organisation_id = nullif(current_setting('concord.tenant_id', true), '')::uuid"
RIGHTS = (("saved_search", "select"), ("saved_search", "insert"), ("practice_question", "select"), ("practice_thanks", "select"))


def upgrade() -> None:
    for table, command in RIGHTS:
        rule = f"with check ({OURS})" if command == "insert" else f"using ({OURS})"
        op.execute(f"create policy leave_{command}_custodian on {table} for {command} to concord_custodian {rule}")
        op.execute(f"grant {command} on {table} to concord_custodian")


def downgrade() -> None:
    for table, command in RIGHTS:
        op.execute(f"drop policy leave_{command}_custodian on {table}")
        op.execute(f"revoke {command} on {table} from concord_custodian")

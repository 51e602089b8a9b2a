"""Templates of the network from which cities begin their strategies."""

from alembic import op

revision = "0026"
down_revision = "0025"

ORG = "nullif(current_setting('concord.organisation_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"{ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
KEEPERS = f"organisation_id = {ORG} and {ROLE} in ('curator', 'coordinator')"


def upgrade() -> None:
    op.execute("""
    create table strategy_template (
      organisation_id uuid not null,
      template_id uuid not null default new_id(),
      organisation_kind text not null default 'network' check (organisation_kind = 'network'),
      position integer not null default 0 check (position between 0 and 1000),
      title text not null check (length(title) between 1 and 200),
      summary text not null check (length(summary) between 1 and 2000),
      kind text not null check (kind in ('standalone', 'integrated')),
      integrated_into text not null default '' check (length(integrated_into) <= 500),
      vision text not null default '' check (length(vision) <= 5000),
      situation text not null default '' check (length(situation) <= 20000),
      principles text not null default '' check (length(principles) <= 10000),
      outline text not null check (length(outline) between 1 and 30000),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (organisation_id, template_id),
      foreign key (organisation_id, organisation_kind) references organisation (organisation_id, kind)
    );
    alter table strategy_template enable row level security;
    alter table strategy_template force row level security;
    """)
    for role, name, command, rule in (
        ("city", "select_in_use", "select", f"using (archived_at is null and {TEAM})"),
        ("network", "select_own", "select", f"using ({KEEPERS})"),
        ("network", "write_own", "insert", f"with check ({KEEPERS})"),
        ("network", "change_own", "update", f"using ({KEEPERS}) with check ({KEEPERS})"),
    ):
        op.execute(f"create policy {name}_{role} on strategy_template for {command} to concord_{role} {rule}")
        op.execute(f"grant {command} on strategy_template to concord_{role}")


def downgrade() -> None:
    op.execute("drop table strategy_template")

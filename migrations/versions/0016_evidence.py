"""On what an assessment rests: figures of the city's own incidents with the question kept, other
sources, and what is not known yet. Ids stay the same from version to version, so that they compare.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
TABLES = ("assessment_evidence", "evidence_threat", "evidence_community", "assessment_gap")


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    op.execute("""
    create table assessment_evidence (
      city_id uuid not null,
      assessment_id uuid not null,
      evidence_id uuid not null default new_id(),
      kind text not null check (kind in ('figure', 'source')),
      title text not null check (length(title) between 1 and 300),
      finding text not null default '' check (length(finding) <= 5000),
      confidence text not null check (confidence in ('low', 'medium', 'high')),
      query jsonb,
      incident_count integer check (incident_count >= 0),
      year_before_count integer check (year_before_count >= 0),
      counted_at timestamptz,
      previous_count integer check (previous_count >= 0),
      previous_counted_at timestamptz,
      url text not null default '' check (length(url) <= 500),
      publisher text not null default '' check (length(publisher) <= 300),
      published_on date,
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      primary key (city_id, assessment_id, evidence_id),
      foreign key (city_id, assessment_id) references assessment on delete cascade,
      check ((kind = 'figure') = (query is not null)),
      check ((kind = 'figure') = (incident_count is not null and year_before_count is not null and counted_at is not null))
    );
    create table evidence_threat (
      city_id uuid not null,
      assessment_id uuid not null,
      evidence_id uuid not null,
      threat_id uuid not null,
      primary key (city_id, assessment_id, evidence_id, threat_id),
      foreign key (city_id, assessment_id, evidence_id) references assessment_evidence on delete cascade,
      foreign key (city_id, assessment_id, threat_id) references assessment_threat on delete cascade
    );
    create index evidence_threat_threat on evidence_threat (city_id, assessment_id, threat_id);
    create table evidence_community (
      city_id uuid not null,
      assessment_id uuid not null,
      evidence_id uuid not null,
      community_id uuid not null,
      primary key (city_id, assessment_id, evidence_id, community_id),
      foreign key (city_id, assessment_id, evidence_id) references assessment_evidence on delete cascade,
      foreign key (city_id, assessment_id, community_id) references assessment_community on delete cascade
    );
    create index evidence_community_community on evidence_community (city_id, assessment_id, community_id);
    create table assessment_gap (
      city_id uuid not null,
      assessment_id uuid not null,
      gap_id uuid not null default new_id(),
      question text not null check (length(question) between 1 and 500),
      reason text not null default '' check (length(reason) <= 2000),
      could_answer text not null default '' check (length(could_answer) <= 500),
      partner_id uuid,
      answer text not null default '' check (length(answer) <= 5000),
      is_answered boolean not null default false,
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      primary key (city_id, assessment_id, gap_id),
      foreign key (city_id, assessment_id) references assessment on delete cascade,
      foreign key (city_id, partner_id) references partner
    );
    create index assessment_gap_partner on assessment_gap (city_id, partner_id);
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        allow(table, "select_own", "select", TEAM)
        allow(table, "write_own", "insert", None, WRITERS)
        allow(table, "remove_own", "delete", WRITERS)
        if not table.startswith("evidence_"):
            allow(table, "change_own", "update", WRITERS, WRITERS)
        op.execute(f"""create trigger guard_assessment_part before insert or update or delete on {table}
          for each row when (current_user = 'concord_city') execute function guard_assessment_part()""")


def downgrade() -> None:
    op.execute(f"drop table {', '.join(reversed(TABLES))}")

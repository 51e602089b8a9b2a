"""Meetings with partners: series, attendance, minutes, decisions, follow-ups, calendar feeds."""

from alembic import op

revision = "0011"
down_revision = "0010"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
PARTNERS = "nullif(current_setting('concord.partner_ids', true), '')::uuid[]"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
STANDS = f"city_id = {CITY} and {ROLE} = 'partner'"
TABLES = ("meeting_series", "meeting", "meeting_minutes", "meeting_decision", "meeting_attendance",
          "meeting_follow_up", "calendar_feed")  # fmt: skip


def allow(
    table: str, name: str, command: str, using: str | None, check: str | None = None, role: str = "city", columns: str = ""
) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_{role} on {table} for {command} to concord_{role}{rule}")
    op.execute(f"grant {command}{columns} on {table} to concord_{role}")


def upgrade() -> None:
    op.execute("""
    create table meeting_series (
      city_id uuid not null references city,
      series_id uuid not null default new_id(),
      title text not null check (length(title) between 1 and 200),
      purpose text not null default '' check (length(purpose) <= 5000),
      rhythm text not null check (rhythm in ('weekly', 'fortnightly', 'monthly', 'quarterly')),
      weekday text not null check (weekday in ('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')),
      week_of_month smallint check (week_of_month in (1, 2, 3, 4, -1)),
      rrule text not null check (rrule like 'FREQ=%'),
      starts_on date not null,
      ends_on date check (ends_on >= starts_on),
      start_time time not null,
      minutes smallint not null check (minutes between 5 and 1440),
      place text not null default '' check (length(place) <= 300),
      partner_ids uuid[] not null default '{}' check (cardinality(partner_ids) <= 500),
      person_ids uuid[] not null default '{}' check (cardinality(person_ids) <= 500),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (city_id, series_id),
      constraint meeting_series_week_check
        check ((rhythm in ('monthly', 'quarterly')) = (week_of_month is not null))
    );
    create table meeting (
      city_id uuid not null references city,
      meeting_id uuid not null default new_id(),
      series_id uuid,
      occurs_on date,
      title text not null check (length(title) between 1 and 200),
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      place text not null default '' check (length(place) <= 300),
      agenda text[] not null default '{}' check (cardinality(agenda) <= 100),
      partner_ids uuid[] not null default '{}' check (cardinality(partner_ids) <= 500),
      person_ids uuid[] not null default '{}' check (cardinality(person_ids) <= 500),
      status text not null default 'planned' check (status in ('planned', 'held', 'cancelled')),
      is_announced boolean not null default false,
      sequence integer not null default 0,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (city_id, meeting_id),
      foreign key (city_id, series_id) references meeting_series,
      constraint meeting_end_check check (ends_at > starts_at),
      constraint meeting_occurrence_check check ((series_id is null) = (occurs_on is null)),
      constraint meeting_occurrence_key unique (city_id, series_id, occurs_on)
    );
    create index meeting_starts on meeting (city_id, starts_at, meeting_id);
    create table meeting_minutes (
      city_id uuid not null,
      meeting_id uuid not null,
      body text not null check (length(body) <= 50000),
      partner_ids uuid[] not null default '{}' check (cardinality(partner_ids) <= 500),
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      primary key (city_id, meeting_id),
      foreign key (city_id, meeting_id) references meeting on delete cascade
    );
    create table meeting_attendance (
      city_id uuid not null,
      attendance_id uuid not null default new_id(),
      meeting_id uuid not null,
      partner_id uuid,
      person_id uuid references person,
      state text not null check (state in ('present', 'excused', 'absent')),
      note_id uuid,
      primary key (city_id, attendance_id),
      foreign key (city_id, meeting_id) references meeting on delete cascade,
      foreign key (city_id, partner_id) references partner,
      foreign key (city_id, note_id) references partner_note on delete set null (note_id),
      constraint meeting_attendance_party_check check (num_nonnulls(partner_id, person_id) = 1),
      constraint meeting_attendance_partner_key unique (city_id, meeting_id, partner_id),
      constraint meeting_attendance_person_key unique (city_id, meeting_id, person_id)
    );
    create index meeting_attendance_note on meeting_attendance (city_id, note_id) where note_id is not null;
    create table meeting_decision (
      city_id uuid not null,
      decision_id uuid not null default new_id(),
      meeting_id uuid not null,
      body text not null check (length(body) between 1 and 2000),
      created_at timestamptz not null default now(),
      created_by uuid references person,
      primary key (city_id, decision_id),
      foreign key (city_id, meeting_id) references meeting on delete cascade
    );
    create index meeting_decision_meeting on meeting_decision (city_id, meeting_id, decision_id);
    create table meeting_follow_up (
      city_id uuid not null,
      follow_up_id uuid not null default new_id(),
      meeting_id uuid not null,
      decision_id uuid,
      title text not null check (length(title) between 1 and 300),
      owner_person_id uuid references person,
      owner_partner_id uuid,
      due_on date,
      done_at timestamptz,
      done_by uuid references person,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      primary key (city_id, follow_up_id),
      foreign key (city_id, meeting_id) references meeting on delete cascade,
      foreign key (city_id, decision_id) references meeting_decision on delete set null (decision_id),
      foreign key (city_id, owner_partner_id) references partner,
      constraint meeting_follow_up_owner_check check (num_nonnulls(owner_person_id, owner_partner_id) = 1)
    );
    create index meeting_follow_up_meeting on meeting_follow_up (city_id, meeting_id, follow_up_id);
    create index meeting_follow_up_decision on meeting_follow_up (city_id, decision_id);
    create table calendar_feed (
      city_id uuid not null references city,
      feed_id uuid not null default new_id(),
      person_id uuid not null references person,
      name text not null check (length(name) between 1 and 100),
      holds_all boolean not null default false,
      token_hash bytea not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      revoked_at timestamptz,
      primary key (city_id, feed_id)
    );
    create unique index calendar_feed_token_key on calendar_feed (city_id, token_hash);
    create index calendar_feed_token on calendar_feed (token_hash);
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    readers = {
        "meeting": f" or ({STANDS} and archived_at is null and partner_ids && {PARTNERS})",
        "meeting_minutes": f" or ({STANDS} and partner_ids && {PARTNERS})",
        "meeting_follow_up": f" or ({STANDS} and owner_partner_id = any({PARTNERS}))",
    }
    for table in TABLES[:-1]:
        allow(table, "select_own", "select", f"({TEAM}){readers.get(table, '')}")
        allow(table, "write_own", "insert", None, WRITERS)
        allow(table, "change_own", "update", WRITERS, WRITERS)
    # A meeting of a series that nobody knows of yet may be planned anew; the others are cancelled.
    allow("meeting", "remove_own", "delete", f"{WRITERS} and status = 'planned' and not is_announced")
    for table in ("meeting_attendance", "meeting_decision", "meeting_follow_up"):
        allow(table, "remove_own", "delete", WRITERS)
    mine = f"city_id = {CITY} and person_id = {PERSON}"
    allow("calendar_feed", "select_own", "select", mine)
    allow("calendar_feed", "issue", "insert", None, mine)
    allow("calendar_feed", "revoke", "update", mine, mine, columns=" (revoked_at)")
    allow("calendar_feed", "find", "select", "revoked_at is null", role="identity")
    allow("calendar_feed", "mark_used", "update", "revoked_at is null", "true", "identity", " (last_used_at)")
    op.execute("""
    create trigger track_record after insert or update or delete on meeting_series for each row
      execute function track_record('meeting_series', 'series_id', 'title', 'purpose,place', 'rrule');
    create trigger track_record after insert or update or delete on meeting for each row
      execute function track_record('meeting', 'meeting_id', 'title', 'place,agenda',
        'sequence,is_announced,occurs_on');
    """)


def downgrade() -> None:
    op.execute(f"drop table {', '.join(reversed(TABLES))}")

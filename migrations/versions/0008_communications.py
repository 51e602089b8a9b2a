"""What a city says and hears: key messages, audiences, channels, spokespeople, rumours."""

from alembic import op

revision = "0008"
down_revision = "0007"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'communications')"
RECORDERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'communications', 'officer')"
CHANNELS = ("array['website', 'social_media', 'messenger', 'press', 'radio_tv', 'newsletter', 'letter', 'poster',"
            " 'meeting', 'partners', 'telephone', 'other']")  # fmt: skip
TABLES = {
    "key_message": (WRITERS, "body,facts", ""),
    "audience": (WRITERS, "description,trusted_voices", ""),
    "channel": (WRITERS, "address,keeper,note", ""),
    # How somebody is reached is nobody's business once it has changed.
    "spokesperson": (WRITERS, "function,topics", "email,phone"),
    "rumour": (RECORDERS, "claim,where_seen,affected,facts,response", ""),
}
KEPT = """
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
"""


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    op.execute(f"""
    create table key_message (
      city_id uuid not null references city,
      key_message_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      kind text not null check (kind in ('value', 'message')),
      body text not null default '' check (length(body) <= 5000),
      facts text not null default '' check (length(facts) <= 5000),
      avoid text not null default '' check (length(avoid) <= 2000),
      {KEPT}
      primary key (city_id, key_message_id)
    );
    create table audience (
      city_id uuid not null references city,
      audience_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      description text not null default '' check (length(description) <= 5000),
      languages text[] not null default '{{}}' check (cardinality(languages) <= 60),
      channel_kinds text[] not null default '{{}}' check (channel_kinds <@ {CHANNELS}),
      trusted_voices text not null default '' check (length(trusted_voices) <= 1000),
      {KEPT}
      primary key (city_id, audience_id)
    );
    create table channel (
      city_id uuid not null references city,
      channel_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      kind text not null check (kind = any({CHANNELS})),
      address text not null default '' check (length(address) <= 500),
      languages text[] not null default '{{}}' check (cardinality(languages) <= 60),
      keeper text not null default '' check (length(keeper) <= 200),
      note text not null default '' check (length(note) <= 1000),
      {KEPT}
      primary key (city_id, channel_id)
    );
    create table spokesperson (
      city_id uuid not null references city,
      spokesperson_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      function text not null default '' check (length(function) <= 200),
      languages text[] not null default '{{}}' check (cardinality(languages) <= 60),
      topics text not null default '' check (length(topics) <= 1000),
      email text not null default '' check (length(email) <= 254),
      phone text not null default '' check (length(phone) <= 50),
      availability text not null default '' check (length(availability) <= 500),
      {KEPT}
      primary key (city_id, spokesperson_id)
    );
    create table rumour (
      city_id uuid not null references city,
      rumour_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      claim text not null default '' check (length(claim) <= 5000),
      narrative text not null check (narrative in ('group_blamed', 'invented_event', 'false_perpetrator',
        'further_attack', 'authorities_hide', 'privileges', 'conspiracy', 'manipulated_picture', 'election', 'other')),
      first_seen_on date not null,
      where_seen text not null default '' check (length(where_seen) <= 1000),
      channel_kinds text[] not null default '{{}}' check (channel_kinds <@ {CHANNELS}),
      spread text not null check (spread in ('single', 'few', 'local', 'city', 'beyond')),
      harm smallint not null check (harm between 1 and 5),
      affected text not null default '' check (length(affected) <= 1000),
      facts text not null default '' check (length(facts) <= 5000),
      evidence_links text[] not null default '{{}}' check (cardinality(evidence_links) <= 20),
      response text not null default '' check (length(response) <= 5000),
      status text not null default 'open' check (status in ('open', 'watching', 'answered', 'closed')),
      {KEPT}
      primary key (city_id, rumour_id)
    );
    create index rumour_first_seen on rumour (city_id, first_seen_on desc, rumour_id desc);
    """)
    for table, (writers, body, untracked) in TABLES.items():
        if table != "rumour":
            op.execute(f"""
            create unique index {table}_name_key on {table} (city_id, lower(name)) where archived_at is null;
            create index {table}_name on {table} (city_id, name, {table}_id);
            """)
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        allow(table, "select_own", "select", TEAM)
        allow(table, "write_own", "insert", None, writers)
        allow(table, "change_own", "update", writers, writers)
        op.execute(
            f"create trigger track_record after insert or update or delete on {table} for each row"
            f" execute function track_record('{table}', '{table}_id', 'name', '{body}', '{untracked}')"
        )


def downgrade() -> None:
    op.execute(f"drop table {', '.join(reversed(TABLES))}")

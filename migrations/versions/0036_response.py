"""Emergency response plans with roles, checklists, calls, places and editions; exercises."""

from alembic import op

revision = "0036"
down_revision = "0035"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} = 'coordinator'"
WORKERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer', 'communications')"
DECIDERS = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator') and adopted_by = {PERSON}"
SCENARIOS = """array['place_of_worship', 'public_gathering', 'community_threat', 'official', 'school', 'tension',
        'online', 'other']"""
# Who may write each kind of record, what of it search finds, and what the history leaves out: ids,
# places in an order, and every way to reach somebody.
RECORDS = {
    "response_plan": (WRITERS, "scenario,purpose,activation", ""),
    "response_role": (WRITERS, "duties", "holder_person_id,holder_partner_id,holder_contact,deputy_person_id,"
                      "deputy_partner_id,deputy_contact,position,response_plan_id"),
    "response_item": (WRITERS, "detail", "position,response_plan_id,response_role_id"),
    "response_call": (WRITERS, "reason", "contact,position,response_plan_id,partner_id"),
    "response_place": (WRITERS, "address,purpose,access", "contact,position,response_plan_id"),
    "response_exercise": (WORKERS, "participants,situation,findings", "response_plan_id"),
}  # fmt: skip
PLAIN = {
    "response_plan_message": WRITERS,
    "response_plan_edition": DECIDERS,
    "response_exercise_action": WORKERS,
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


def part(table: str) -> str:
    """The columns that everything of a plan begins with."""
    return f"""
      city_id uuid not null,
      {table}_id uuid not null default new_id(),
      response_plan_id uuid not null,
      name text not null check (length(name) between 1 and 300),"""


def party(name: str) -> str:
    """Somebody of the team, a partner, or only a name; and how to reach them."""
    return f"""
      {name}_person_id uuid references person,
      {name}_partner_id uuid,
      {name}_name text not null default '' check (length({name}_name) <= 300),
      {name}_contact text not null default '' check (length({name}_contact) <= 300),
      constraint response_role_{name}_one check ({name}_person_id is null or {name}_partner_id is null),
      constraint response_role_{name}_fkey foreign key (city_id, {name}_partner_id) references partner,"""


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    op.execute(f"""
    create table response_plan (
      city_id uuid not null references city,
      response_plan_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 300),
      scenario_kinds text[] not null default '{{}}' check (scenario_kinds <@ {SCENARIOS}),
      scenario text not null default '' check (length(scenario) <= 5000),
      purpose text not null default '' check (length(purpose) <= 5000),
      activation text not null default '' check (length(activation) <= 2000),
      meeting_place text not null default '' check (length(meeting_place) <= 1000),
      {KEPT}
      primary key (city_id, response_plan_id)
    );
    create unique index response_plan_name_key on response_plan (city_id, lower(name)) where archived_at is null;
    create index response_plan_name on response_plan (city_id, name, response_plan_id);
    create table response_role ({part("response_role")}
      duties text not null default '' check (length(duties) <= 2000),
      position integer not null check (position between 1 and 9999),{party("holder")}{party("deputy")}
      {KEPT}
      primary key (city_id, response_role_id),
      unique (city_id, response_plan_id, response_role_id),
      foreign key (city_id, response_plan_id) references response_plan on delete cascade
    );
    create table response_item ({part("response_item")}
      phase text not null check (phase in ('first_hour', 'first_day', 'first_week', 'first_months')),
      strand text not null check (strand in ('security', 'communication', 'care')),
      response_role_id uuid,
      detail text not null default '' check (length(detail) <= 2000),
      position integer not null check (position between 1 and 9999),
      {KEPT}
      primary key (city_id, response_item_id),
      foreign key (city_id, response_plan_id) references response_plan on delete cascade,
      constraint response_item_role_fkey foreign key (city_id, response_plan_id, response_role_id)
        references response_role (city_id, response_plan_id, response_role_id)
    );
    create table response_call ({part("response_call")}
      position integer not null check (position between 1 and 9999),
      level text not null default 'local' check (level in ('local', 'regional', 'national', 'network')),
      partner_id uuid,
      contact text not null default '' check (length(contact) <= 300),
      call_when text not null default '' check (length(call_when) <= 300),
      reason text not null default '' check (length(reason) <= 1000),
      {KEPT}
      primary key (city_id, response_call_id),
      foreign key (city_id, response_plan_id) references response_plan on delete cascade,
      constraint response_call_partner_fkey foreign key (city_id, partner_id) references partner
    );
    create table response_place ({part("response_place")}
      address text not null default '' check (length(address) <= 300),
      purpose text not null default '' check (length(purpose) <= 1000),
      access text not null default '' check (length(access) <= 1000),
      contact text not null default '' check (length(contact) <= 300),
      position integer not null check (position between 1 and 9999),
      {KEPT}
      primary key (city_id, response_place_id),
      foreign key (city_id, response_plan_id) references response_plan on delete cascade
    );
    create table response_exercise ({part("response_exercise")}
      held_on date not null,
      kind text not null default 'tabletop' check (kind in ('tabletop', 'call_out', 'walk_through', 'full')),
      participants text not null default '' check (length(participants) <= 2000),
      situation text not null default '' check (length(situation) <= 5000),
      findings text not null default '' check (length(findings) <= 10000),
      {KEPT}
      primary key (city_id, response_exercise_id),
      foreign key (city_id, response_plan_id) references response_plan on delete cascade
    );
    create index response_exercise_day on response_exercise (city_id, held_on desc, response_exercise_id desc);
    create table response_plan_message (
      city_id uuid not null,
      response_plan_id uuid not null,
      message_template_id uuid not null,
      primary key (city_id, response_plan_id, message_template_id),
      foreign key (city_id, response_plan_id) references response_plan on delete cascade,
      constraint response_plan_message_template_fkey
        foreign key (city_id, message_template_id) references message_template on delete cascade
    );
    create table response_plan_edition (
      city_id uuid not null,
      response_plan_id uuid not null,
      number integer not null check (number >= 1),
      adopted_on date not null,
      review_on date not null check (review_on > adopted_on),
      note text not null default '' check (length(note) <= 1000),
      content jsonb not null,
      adopted_by uuid not null references person,
      adopted_by_name text not null,
      created_at timestamptz not null default now(),
      constraint response_plan_edition_pkey primary key (city_id, response_plan_id, number),
      foreign key (city_id, response_plan_id) references response_plan on delete cascade
    );
    create table response_exercise_action (
      city_id uuid not null,
      response_exercise_id uuid not null,
      action_id uuid not null,
      primary key (city_id, response_exercise_id, action_id),
      foreign key (city_id, response_exercise_id) references response_exercise on delete cascade,
      foreign key (city_id, action_id) references action on delete cascade
    );
    """)
    for table, (writers, body, untracked) in RECORDS.items():
        if table != "response_plan":
            op.execute(f"create index {table}_plan on {table} (city_id, response_plan_id)")
        protect(table)
        allow(table, "select_own", "select", TEAM)
        allow(table, "write_own", "insert", None, writers)
        allow(table, "change_own", "update", writers, writers)
        op.execute(
            f"create trigger track_record after insert or update or delete on {table} for each row"
            f" execute function track_record('{table}', '{table}_id', 'name', '{body}', '{untracked}')"
        )
    for table, writers in PLAIN.items():
        protect(table)
        allow(table, "select_own", "select", TEAM)
        allow(table, "write_own", "insert", None, writers)
        if table != "response_plan_edition":
            allow(table, "remove_own", "delete", writers)


def protect(table: str) -> None:
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute(f"drop table {', '.join([*reversed(PLAIN), *reversed(RECORDS)])}")

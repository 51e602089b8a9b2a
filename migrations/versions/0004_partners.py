"""Partner organisations of a city, their contacts, what was talked about, and who stands for them."""

from alembic import op

revision = "0004"
down_revision = "0003"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PARTNERS = "nullif(current_setting('concord.partner_ids', true), '')::uuid[]"
ROLE = "current_setting('concord.role', true)"
TEAM = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
WRITERS = f"city_id = {CITY} and {ROLE} in ('coordinator', 'officer')"
MANAGERS = f"city_id = {CITY} and {ROLE} = 'coordinator'"
TABLES = ("partner", "partner_contact", "partner_note", "partner_person")


def allow(table: str, name: str, command: str, using: str | None, check: str | None = None) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name}_city on {table} for {command} to concord_city{rule}")
    op.execute(f"grant {command} on {table} to concord_city")


def upgrade() -> None:
    op.execute("""
    create table partner (
      city_id uuid not null references city,
      partner_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      partner_type text not null constraint partner_type_check check (partner_type in (
        'ngo', 'faith', 'school', 'university', 'youth', 'sport', 'culture', 'police', 'prosecutor', 'health',
        'social_service', 'victim_support', 'business', 'media', 'community', 'city_department', 'government',
        'other')),
      description text not null default '' check (length(description) <= 5000),
      communities text not null default '' check (length(communities) <= 1000),
      languages text[] not null default '{}' check (cardinality(languages) <= 30),
      prevention_levels text[] not null default '{}'
        check (prevention_levels <@ array['primary', 'secondary', 'tertiary']),
      website text not null default '' check (length(website) <= 500),
      email text not null default '' check (length(email) <= 254),
      phone text not null default '' check (length(phone) <= 50),
      is_listed boolean not null default false,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      primary key (city_id, partner_id)
    );
    create unique index partner_name_key on partner (city_id, lower(name)) where archived_at is null;
    create index partner_name on partner (city_id, name, partner_id);
    create table partner_contact (
      city_id uuid not null,
      contact_id uuid not null default new_id(),
      partner_id uuid not null,
      name text not null check (length(name) between 1 and 200),
      function text not null default '' check (length(function) <= 200),
      email text not null default '' check (length(email) <= 254),
      phone text not null default '' check (length(phone) <= 50),
      languages text[] not null default '{}' check (cardinality(languages) <= 30),
      consented_on date,
      note text not null default '' check (length(note) <= 1000),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (city_id, contact_id),
      foreign key (city_id, partner_id) references partner on delete cascade
    );
    create index partner_contact_partner on partner_contact (city_id, partner_id, name);
    create table partner_note (
      city_id uuid not null,
      note_id uuid not null default new_id(),
      partner_id uuid not null,
      kind text not null check (kind in ('meeting', 'call', 'mail', 'visit', 'other')),
      happened_on date not null,
      body text not null check (length(body) between 1 and 5000),
      author_name text not null,
      created_by uuid not null references person,
      created_at timestamptz not null default now(),
      primary key (city_id, note_id),
      foreign key (city_id, partner_id) references partner on delete cascade
    );
    create index partner_note_partner on partner_note (city_id, partner_id, happened_on desc, note_id desc);
    create table partner_person (
      city_id uuid not null,
      partner_id uuid not null,
      email text not null check (email = lower(email) and email like '%_@_%'),
      created_at timestamptz not null default now(),
      primary key (city_id, partner_id, email),
      foreign key (city_id, partner_id) references partner on delete cascade
    );
    """)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table, write in (("partner", WRITERS), ("partner_contact", WRITERS), ("partner_note", WRITERS),
                         ("partner_person", MANAGERS)):  # fmt: skip
        own = f"({TEAM})"
        if table == "partner":
            own += f" or (city_id = {CITY} and {ROLE} = 'partner' and partner_id = any({PARTNERS}))"
        allow(table, "select_own", "select", own)
        allow(table, "write_own", "insert", None, write)
        if table != "partner_person":
            allow(table, "change_own", "update", write, write)
        if table != "partner":
            allow(table, "remove_own", "delete", write)
    op.execute("""
    create policy maintain_definer on partner_person for select to concord_definer using (true);
    create policy maintain_definer on partner for select to concord_definer using (true);
    grant select on partner_person, partner to concord_definer;
    create function my_partner_ids() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp as $$
      select array_agg(x.partner_id) from partner_person x
      join partner p on p.city_id = x.city_id and p.partner_id = x.partner_id and p.archived_at is null
      where x.city_id = nullif(current_setting('concord.city_id', true), '')::uuid
        and x.email = (select email from person
          where person_id = nullif(current_setting('concord.person_id', true), '')::uuid)
    $$;
    alter function my_partner_ids() owner to concord_definer;
    revoke execute on function my_partner_ids() from public;
    grant execute on function my_partner_ids() to concord_city;
    create trigger track_record after insert or update or delete on partner for each row
      execute function track_record('partner', 'partner_id', 'name', 'description,communities', '');
    """)


def downgrade() -> None:
    op.execute(f"drop function my_partner_ids(); drop table {', '.join(reversed(TABLES))}")

"""Organisations, people, sharing agreements, incidents and their roll-up, the job queue."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None

ORG = "nullif(current_setting('concord.organisation_id', true), '')::uuid"
CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
PERSON = "nullif(current_setting('concord.person_id', true), '')::uuid"
COUNTRY = "nullif(current_setting('concord.country', true), '')"
ROLE = "current_setting('concord.role', true)"
COUNT_CITIES = "nullif(current_setting('concord.count_city_ids', true), '')::uuid[]"
RECORD_CITIES = "nullif(current_setting('concord.record_city_ids', true), '')::uuid[]"
TEAM = f"{ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
RECORDERS = f"{ROLE} in ('coordinator', 'officer', 'analyst')"
SIGNERS = f"{ROLE} in ('mayor', 'coordinator')"
MANAGERS = f"{ROLE} in ('coordinator', 'operator')"

BIAS = """racism_xenophobia racism_xenophobia.anti_black racism_xenophobia.anti_asian
racism_xenophobia.anti_arab racism_xenophobia.anti_hispanic racism_xenophobia.anti_indigenous
racism_xenophobia.anti_white racism_xenophobia.other_ethnicity racism_xenophobia.language
anti_roma antisemitism anti_muslim anti_christian anti_christian.catholic
anti_christian.protestant anti_christian.orthodox anti_christian.other_denomination
other_religion other_religion.sikh other_religion.hindu other_religion.buddhist
sex_gender sexual_orientation gender_identity disability age political_opinion other
unknown""".split()
KIND = """hate_crime hate_incident hate_speech_online hate_speech_offline threat
extremist_propaganda recruitment disinformation tension_protest attack_completed attack_foiled
harassment_official other""".split()
CRIME = """homicide physical_assault sexual_assault threats damage_property graffiti_vandalism
arson theft_robbery desecration_graves attack_place_of_worship incitement disturbance_peace
other""".split()
STATUS = "reported under_review verified unverified unfounded closed duplicate".split()
SOURCE = "police prosecutor municipality ngo victim witness media public_form import".split()
PLACE = """street home education public_transport place_of_worship cemetery business
public_building park health_facility online other unknown""".split()
TLP = "RED AMBER+STRICT AMBER GREEN CLEAR".split()


def listed(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def secure(table: str) -> None:
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")


def allow(
    table: str, name: str, command: str, role: str, using: str | None, check: str | None = None
) -> None:
    rule = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    scope = f"concord_{role}"
    op.execute(f'create policy "{name}_{role}" on {table} for {command} to {scope}{rule}')
    grants = "select, insert, update, delete" if command == "all" else command
    op.execute(f"grant {grants} on {table} to {scope}")


ROLE_RULE = """(kind = 'city' and role in
 ('mayor', 'coordinator', 'officer', 'communications', 'analyst', 'partner'))
 or (kind = 'nation' and role in ('analyst', 'coordinator'))
 or (kind = 'network' and role in ('curator', 'support_officer', 'coordinator'))
 or (kind = 'platform' and role = 'operator')"""


def upgrade() -> None:
    op.execute("""
    create function new_id() returns uuid language sql volatile parallel safe
    set search_path = pg_catalog as $$
      select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6), 52, 1), 53, 1), 'hex')::uuid $$
    """)
    op.execute("""
    grant usage on schema public to concord_public, concord_identity, concord_city,
      concord_nation, concord_network, concord_platform, concord_definer
    """)
    identity()
    sharing()
    incidents()
    trends()
    queue()


def identity() -> None:
    op.execute("""
    create table organisation (
      organisation_id uuid primary key default new_id(),
      kind text not null check (kind in ('city', 'nation', 'network', 'platform')),
      name text not null check (length(name) between 1 and 200),
      slug text not null constraint organisation_slug_key unique
        check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
      country text check (country ~ '^[A-Z]{2}$'),
      is_demo boolean not null default false,
      created_at timestamptz not null default now(),
      unique (organisation_id, kind),
      check ((kind in ('city', 'nation')) = (country is not null))
    );
    create table city (
      city_id uuid primary key,
      kind text not null default 'city' check (kind = 'city'),
      country text not null,
      population integer not null check (population > 0),
      latitude double precision not null check (latitude between -90 and 90),
      longitude double precision not null check (longitude between -180 and 180),
      time_zone text not null,
      geoname_id integer constraint city_geoname_id_key unique,
      foreign key (city_id, kind) references organisation (organisation_id, kind)
    );
    create table person (
      person_id uuid primary key default new_id(),
      email text not null constraint person_email_key unique
        check (email = lower(email) and email like '%_@_%'),
      name text not null check (length(name) between 1 and 200),
      password_hash text,
      locale text,
      created_at timestamptz not null default now(),
      disabled_at timestamptz
    );
    create table person_session (
      session_id uuid primary key default new_id(),
      person_id uuid not null references person,
      organisation_id uuid references organisation,
      token_hash bytea not null constraint person_session_token_key unique,
      user_agent text not null default '',
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null default now(),
      expires_at timestamptz not null,
      revoked_at timestamptz
    );
    create index on person_session (person_id);
    create table login_attempt (
      attempt_id uuid primary key default new_id(),
      subject_hash bytea not null,
      attempted_at timestamptz not null default now()
    );
    create index on login_attempt (subject_hash, attempted_at);
    create table password_reset (
      reset_id uuid primary key default new_id(),
      person_id uuid not null references person,
      token_hash bytea constraint password_reset_token_key unique,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index on password_reset (person_id);
    """)
    op.execute(f"""
    create table membership (
      organisation_id uuid not null,
      person_id uuid not null references person,
      kind text not null,
      role text not null,
      created_at timestamptz not null default now(),
      primary key (organisation_id, person_id),
      foreign key (organisation_id, kind) references organisation (organisation_id, kind),
      constraint membership_role_check check ({ROLE_RULE})
    );
    create index on membership (person_id);
    create table invitation (
      organisation_id uuid not null,
      invitation_id uuid not null default new_id(),
      kind text not null,
      role text not null,
      email text not null check (email = lower(email) and email like '%_@_%'),
      token_hash bytea,
      invited_by uuid references person,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      accepted_at timestamptz,
      revoked_at timestamptz,
      primary key (organisation_id, invitation_id),
      foreign key (organisation_id, kind) references organisation (organisation_id, kind),
      constraint invitation_role_check check ({ROLE_RULE})
    );
    create unique index invitation_open_key on invitation (organisation_id, email)
      where accepted_at is null and revoked_at is null;
    create index on invitation (token_hash);
    create table api_token (
      organisation_id uuid not null references organisation,
      token_id uuid not null default new_id(),
      name text not null check (length(name) between 1 and 200),
      token_hash bytea not null,
      scopes text[] not null,
      created_by uuid references person,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      last_used_at timestamptz,
      revoked_at timestamptz,
      primary key (organisation_id, token_id)
    );
    create unique index api_token_hash_key on api_token (organisation_id, token_hash);
    create index on api_token (token_hash);
    """)
    for table in """organisation city person person_session login_attempt password_reset
                 membership invitation api_token""".split():
        secure(table)
    for table in ("organisation", "city"):
        key = "organisation_id" if table == "organisation" else "city_id"
        for role in ("city", "nation", "network", "platform"):
            allow(table, "select_own", "select", role, f"{key} = {ORG}")
        for role in ("nation", "network"):
            allow(table, "select_agreed", "select", role,
                  f"{key} = any({COUNT_CITIES}) or {key} = any({RECORD_CITIES})")
        allow(table, "select_all", "select", "platform", "true")
        allow(table, "create", "insert", "platform", None, "true")
        allow(table, "change", "update", "platform", "true", "true")
        allow(table, "find", "select", "identity", "true")
        allow(table, "maintain", "select", "definer", "true")
    allow("organisation", "select_counterpart", "select", "city",
          f"kind = 'network' or (kind = 'nation' and country = {COUNTRY})")
    for table in ("person", "person_session", "login_attempt", "password_reset"):
        allow(table, "identify", "all", "identity", "true", "true")
    for role in ("city", "nation", "network", "platform"):
        # A membership is only visible inside its own organisation, so this shows colleagues.
        allow("person", "select_colleague", "select", role,
              "exists (select 1 from membership m where m.person_id = person.person_id)"
              f" or person_id = {PERSON}")
        manage = f"organisation_id = {ORG} and {MANAGERS}"
        if role == "platform":
            manage = f"{ROLE} = 'operator'"
        allow("membership", "select_own", "select", role,
              f"organisation_id = {ORG}" if role != "platform" else manage)
        allow("membership", "change", "update", role, manage, manage)
        allow("membership", "remove", "delete", role, manage)
        allow("invitation", "select_own", "select", role, manage)
        allow("invitation", "invite", "insert", role, None, manage)
        allow("invitation", "change", "update", role, manage, manage)
        if role in ("nation", "network"):
            allow("api_token", "select_own", "select", role, manage)
            allow("api_token", "issue", "insert", role, None, manage)
            allow("api_token", "change", "update", role, manage, manage)
    allow("membership", "identify", "all", "identity", "true", "true")
    allow("invitation", "identify", "all", "identity", "true", "true")
    allow("api_token", "identify", "select", "identity", "true")
    allow("api_token", "mark_used", "update", "identity", "true", "true")


def sharing() -> None:
    op.execute("""
    create table sharing_agreement (
      city_id uuid not null references city,
      agreement_id uuid not null default new_id(),
      recipient_id uuid not null,
      recipient_kind text not null check (recipient_kind in ('nation', 'network')),
      grants text[] not null check (cardinality(grants) > 0
        and grants <@ array['counts', 'records', 'readiness']),
      valid_from timestamptz not null default now(),
      valid_until timestamptz check (valid_until > valid_from),
      signed_by uuid not null references person,
      signed_by_name text not null,
      signed_at timestamptz not null default now(),
      revoked_at timestamptz,
      revoked_by uuid references person,
      is_counted boolean not null default false,
      primary key (city_id, agreement_id),
      foreign key (recipient_id, recipient_kind) references organisation (organisation_id, kind)
    );
    create unique index sharing_agreement_open_key on sharing_agreement (city_id, recipient_id)
      where revoked_at is null;
    create index on sharing_agreement (recipient_id);
    """)
    secure("sharing_agreement")
    own = f"city_id = {CITY}"
    allow("sharing_agreement", "select_own", "select", "city", f"{own} and {TEAM}")
    allow("sharing_agreement", "sign", "insert", "city", None,
          f"{own} and {SIGNERS} and signed_by = {PERSON} and not is_counted")
    allow("sharing_agreement", "revoke", "update", "city", f"{own} and {SIGNERS}", own)
    for role in ("nation", "network"):
        allow("sharing_agreement", "select_received", "select", role, f"recipient_id = {ORG}")
    allow("sharing_agreement", "maintain", "select", "definer", "true")
    allow("sharing_agreement", "settle", "update", "definer", "true", "true")


def incidents() -> None:
    op.execute(f"""
    create table incident (
      city_id uuid not null references city,
      incident_id uuid not null default new_id(),
      kind text not null constraint incident_kind_check check (kind in ({listed(KIND)})),
      bias_motivations text[] not null constraint incident_bias_check check (
        cardinality(bias_motivations) between 1 and 12
        and bias_motivations <@ array[{listed(BIAS)}]::text[]),
      crime_type text constraint incident_crime_check check (crime_type in ({listed(CRIME)})),
      severity smallint not null constraint incident_severity_check
        check (severity between 1 and 5),
      status text not null default 'reported' constraint incident_status_check
        check (status in ({listed(STATUS)})),
      source text not null constraint incident_source_check check (source in ({listed(SOURCE)})),
      occurred_at timestamptz not null,
      occurred_on date not null,
      occurred_precision text not null
        check (occurred_precision in ('minute', 'day', 'month', 'year')),
      reported_at timestamptz,
      reported_precision text check (reported_precision in ('minute', 'day', 'month', 'year')),
      place_type text not null default 'unknown' constraint incident_place_check
        check (place_type in ({listed(PLACE)})),
      district text not null default '' check (length(district) <= 200),
      place_name text not null default '' check (length(place_name) <= 300),
      place_precision text not null default 'city'
        check (place_precision in ('city', 'district', 'neighbourhood', 'street', 'site')),
      affected_groups text not null default '' check (length(affected_groups) <= 500),
      summary text not null default '' check (length(summary) <= 10000),
      tlp text not null default 'AMBER+STRICT' constraint incident_tlp_check
        check (tlp in ({listed(TLP)})),
      named_reader_ids uuid[] not null default '{{}}',
      external_source text not null default '' check (length(external_source) <= 100),
      external_reference text check (length(external_reference) between 1 and 200),
      original_labels jsonb not null default '{{}}',
      record_key bigint not null default
        ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8))::bit(32)::bigint,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      created_by uuid references person,
      updated_at timestamptz not null default now(),
      updated_by uuid references person,
      archived_at timestamptz,
      archived_by uuid references person,
      is_counted boolean not null generated always as
        (tlp <> 'RED' and archived_at is null and status not in ('unfounded', 'duplicate')) stored,
      primary key (city_id, incident_id)
    );
    create index incident_occurred on incident (city_id, occurred_at desc, incident_id desc);
    create unique index incident_external_key
      on incident (city_id, external_source, external_reference);
    """)
    secure("incident")
    team = f"city_id = {CITY} and {TEAM} and (tlp <> 'RED' or {PERSON} = any(named_reader_ids))"
    write = f"city_id = {CITY} and {RECORDERS} and (tlp <> 'RED' or {PERSON} = any(named_reader_ids))"
    allow("incident", "select_own", "select", "city", team)
    allow("incident", "record", "insert", "city", None, write)
    allow("incident", "change", "update", "city", write, write)
    shared = f"city_id = any({RECORD_CITIES}) and archived_at is null and tlp in"
    allow("incident", "select_shared", "select", "nation", f"{shared} ('AMBER', 'GREEN', 'CLEAR')")
    allow("incident", "select_shared", "select", "network", f"{shared} ('GREEN', 'CLEAR')")


def trends() -> None:
    dims = """grain text not null check (grain in ('day', 'month', 'year')),
      period date not null,
      bias text not null,
      kind text not null,
      severity smallint not null,
      incidents integer not null,
      record_key bigint not null"""
    op.execute(f"""
    create table trend_cell (
      city_id uuid not null references city,
      cell_id bigint generated always as identity,
      {dims},
      primary key (city_id, cell_id)
    );
    create index trend_cell_period on trend_cell (city_id, grain, period);
    create table shared_trend_cell (
      organisation_id uuid not null references organisation,
      cell_id bigint generated always as identity,
      country text not null,
      {dims},
      primary key (organisation_id, cell_id)
    );
    create index shared_trend_cell_period on shared_trend_cell
      (organisation_id, grain, bias, period);
    """)
    secure("trend_cell")
    secure("shared_trend_cell")
    allow("trend_cell", "select_own", "select", "city", f"city_id = {CITY} and {TEAM}")
    for role in ("nation", "network"):
        allow("trend_cell", "select_agreed", "select", role, f"city_id = any({COUNT_CITIES})")
        allow("shared_trend_cell", "select_own", "select", role, f"organisation_id = {ORG}")
    for table in ("trend_cell", "shared_trend_cell"):
        allow(table, "maintain", "all", "definer", "true", "true")
    op.execute("""
    create function bias_cells(bias text[]) returns setof text language sql immutable
    set search_path = pg_catalog as $$
      select '' union select unnest(bias) union select split_part(b, '.', 1) from unnest(bias) b $$;

    create function cell_periods(occurred date, accuracy text)
    returns table (grain text, period date) language sql immutable
    set search_path = pg_catalog as $$
      select 'day', occurred where accuracy in ('minute', 'day')
      union all
      select 'month', date_trunc('month', occurred)::date where accuracy in ('minute', 'day', 'month')
      union all
      select 'year', date_trunc('year', occurred)::date where accuracy = 'year' $$;
    """)
    sources = {
        "insert": "select n.*, 1 as sign from new_rows n",
        "delete": "select o.*, -1 as sign from old_rows o",
        "update": "select o.*, -1 as sign from old_rows o union all"
        " select n.*, 1 as sign from new_rows n",
    }
    for command, source in sources.items():
        op.execute(f"""
        create function roll_up_{command}() returns trigger language plpgsql security definer
        set search_path = pg_catalog, public, pg_temp as $$
        begin
          -- An agreement that starts or ends waits for writers of the same city, and they for it,
          -- so that no delta falls between the sum that it takes and the deltas that follow.
          perform pg_advisory_xact_lock_shared(hashtextextended(c.city_id::text, 1))
            from (select distinct s.city_id from ({source}) s order by 1) c;
          with delta as (
            select s.city_id, p.grain, p.period, b.bias, s.kind, s.severity,
                   sum(s.sign)::integer as incidents, sum(s.sign * s.record_key)::bigint as record_key
            from ({source}) s
            cross join lateral bias_cells(s.bias_motivations) as b(bias)
            cross join lateral cell_periods(s.occurred_on, s.occurred_precision) as p
            where s.is_counted
            group by 1, 2, 3, 4, 5, 6
            having sum(s.sign) <> 0 or sum(s.sign * s.record_key) <> 0
          ), own as (
            insert into trend_cell (city_id, grain, period, bias, kind, severity, incidents, record_key)
            select * from delta
          )
          insert into shared_trend_cell
            (organisation_id, country, grain, period, bias, kind, severity, incidents, record_key)
          select a.recipient_id, c.country, d.grain, d.period, d.bias, d.kind, d.severity,
                 sum(d.incidents), sum(d.record_key)
          from delta d
          join sharing_agreement a on a.city_id = d.city_id and a.is_counted
          join city c on c.city_id = d.city_id
          where d.grain <> 'day'
          group by 1, 2, 3, 4, 5, 6, 7;
          return null;
        end $$;
        alter function roll_up_{command}() owner to concord_definer;
        """)
        tables = " ".join(
            f"{which} table as {which}_rows"
            for which in ("old", "new")
            if f"{which}_rows" in source
        )
        op.execute(f"""
        create trigger roll_up_{command} after {command} on incident referencing {tables}
        for each statement execute function roll_up_{command}()
        """)
    op.execute("""
    create function settle_agreements() returns integer language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    declare
      due record;
      settled integer := 0;
      counts boolean;
    begin
      for due in
        select city_id, agreement_id from sharing_agreement a
        where is_counted is distinct from ('counts' = any(grants) and revoked_at is null
          and valid_from <= now() and (valid_until is null or valid_until > now()))
        order by city_id, agreement_id
      loop
        perform pg_advisory_xact_lock(hashtextextended(due.city_id::text, 1));
        -- Read again under the lock: another session may have settled it meanwhile.
        select 'counts' = any(grants) and revoked_at is null and valid_from <= now()
            and (valid_until is null or valid_until > now()) into counts
          from sharing_agreement where city_id = due.city_id and agreement_id = due.agreement_id;
        update sharing_agreement set is_counted = counts
          where city_id = due.city_id and agreement_id = due.agreement_id
            and is_counted is distinct from counts;
        if found then
          insert into shared_trend_cell
            (organisation_id, country, grain, period, bias, kind, severity, incidents, record_key)
          select a.recipient_id, c.country, t.grain, t.period, t.bias, t.kind, t.severity,
                 case when counts then 1 else -1 end * sum(t.incidents),
                 case when counts then 1 else -1 end * sum(t.record_key)
          from trend_cell t
          join sharing_agreement a on a.city_id = t.city_id and a.agreement_id = due.agreement_id
          join city c on c.city_id = t.city_id
          where t.city_id = due.city_id and t.grain <> 'day'
          group by 1, 2, 3, 4, 5, 6, 7
          having sum(t.incidents) <> 0 or sum(t.record_key) <> 0;
          settled := settled + 1;
        end if;
      end loop;
      return settled;
    end $$;
    alter function settle_agreements() owner to concord_definer;

    create function settle_changed_agreement() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      perform public.settle_agreements();
      return null;
    end $$;
    alter function settle_changed_agreement() owner to concord_definer;
    create trigger settle_changed_agreement
      after insert or update of grants, valid_from, valid_until, revoked_at on sharing_agreement
      for each statement execute function settle_changed_agreement();

    create function fold_trend_cells() returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
      with crowded as (
        select city_id, grain, period from trend_cell group by 1, 2, 3
        having count(*) > count(distinct (bias, kind, severity))
      ), taken as (
        delete from trend_cell t using crowded c
        where (t.city_id, t.grain, t.period) = (c.city_id, c.grain, c.period) returning t.*
      ), kept as (
        insert into trend_cell (city_id, grain, period, bias, kind, severity, incidents, record_key)
        select city_id, grain, period, bias, kind, severity, sum(incidents), sum(record_key)
        from taken group by 1, 2, 3, 4, 5, 6 having sum(incidents) <> 0 or sum(record_key) <> 0
      ), crowded_shared as (
        select organisation_id, country, grain, period from shared_trend_cell group by 1, 2, 3, 4
        having count(*) > count(distinct (bias, kind, severity))
      ), taken_shared as (
        delete from shared_trend_cell t using crowded_shared c
        where (t.organisation_id, t.country, t.grain, t.period)
          = (c.organisation_id, c.country, c.grain, c.period) returning t.*
      ), kept_shared as (
        insert into shared_trend_cell
          (organisation_id, country, grain, period, bias, kind, severity, incidents, record_key)
        select organisation_id, country, grain, period, bias, kind, severity,
               sum(incidents), sum(record_key)
        from taken_shared group by 1, 2, 3, 4, 5, 6, 7
        having sum(incidents) <> 0 or sum(record_key) <> 0
      )
      select (select count(*) from taken) + (select count(*) from taken_shared) $$;
    alter function fold_trend_cells() owner to concord_definer;
    revoke execute on function roll_up_insert(), roll_up_update(), roll_up_delete(),
      settle_agreements(), settle_changed_agreement(), fold_trend_cells() from public;
    grant execute on function settle_agreements() to concord_nation, concord_network;
    """)


def queue() -> None:
    """Procrastinate's own schema, in a namespace that only the worker and one function reach."""
    connection = op.get_bind()
    op.execute("create schema procrastinate")
    op.execute("set local search_path = procrastinate")
    # Several statements with bare per cent signs: only the driver itself takes them as they are.
    connection.connection.cursor().execute(SchemaManager.get_schema())
    op.execute("set local search_path = public")
    op.execute("""
    grant usage on schema procrastinate to concord_worker, concord_definer;
    grant select, insert, update, delete on all tables in schema procrastinate
      to concord_worker, concord_definer;
    grant usage on all sequences in schema procrastinate to concord_worker, concord_definer;
    grant execute on function fold_trend_cells(), settle_agreements() to concord_worker;
    grant usage on schema public to concord_worker;

    create function defer_job(task text, arguments jsonb, queue_lock text default null)
    returns bigint language sql security definer
    set search_path = procrastinate, pg_catalog, pg_temp as $$
      select unnest(procrastinate_defer_jobs_v1(array[row('default', task, 0, queue_lock, null,
        arguments, null)::procrastinate_job_to_defer_v1])) $$;
    alter function defer_job(text, jsonb, text) owner to concord_definer;
    revoke execute on function defer_job(text, jsonb, text) from public;
    grant execute on function defer_job(text, jsonb, text) to concord_identity, concord_city,
      concord_nation, concord_network, concord_platform;
    """)


def downgrade() -> None:
    op.execute("""
    drop function defer_job(text, jsonb, text);
    drop schema procrastinate cascade;
    drop table shared_trend_cell, trend_cell, incident, sharing_agreement, api_token, invitation,
      membership, password_reset, login_attempt, person_session, person, city, organisation cascade;
    drop function fold_trend_cells(), settle_changed_agreement(), settle_agreements(),
      roll_up_insert(), roll_up_update(), roll_up_delete(), cell_periods(date, text),
      bias_cells(text[]), new_id();
    revoke usage on schema public from concord_public, concord_identity, concord_city,
      concord_nation, concord_network, concord_platform, concord_definer, concord_worker;
    """)

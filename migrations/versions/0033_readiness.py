"""The readiness profile of a city as dated history, shared under a readiness agreement."""

from alembic import op

revision = "0033"
down_revision = "0032"

CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"{ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
KEEPERS = f"city_id = {CITY} and {ROLE} in ('mayor', 'coordinator')"
SHARED = "nullif(current_setting('concord.readiness_city_ids', true), '')::uuid[]"


def upgrade() -> None:
    op.execute(f"""
    create table readiness_snapshot (
      city_id uuid not null references city,
      taken_on date not null,
      rules_version integer not null check (rules_version > 0),
      indicators jsonb not null check (jsonb_typeof(indicators) = 'object' and length(indicators::text) <= 20000),
      taken_at timestamptz not null default now(),
      primary key (city_id, taken_on)
    );
    alter table readiness_snapshot enable row level security;
    alter table readiness_snapshot force row level security;
    create policy select_own_city on readiness_snapshot for select to concord_city
      using (city_id = {CITY} and {TEAM});
    create policy keep_city on readiness_snapshot for insert to concord_city with check ({KEEPERS});
    create policy keep_again_city on readiness_snapshot for update to concord_city
      using ({KEEPERS}) with check ({KEEPERS});
    grant select, insert, update on readiness_snapshot to concord_city;
    create policy select_shared_nation on readiness_snapshot for select to concord_nation
      using (city_id = any({SHARED}));
    create policy select_shared_network on readiness_snapshot for select to concord_network
      using (city_id = any({SHARED}));
    grant select on readiness_snapshot to concord_nation, concord_network;

    create function queue_snapshots() returns bigint language sql security definer
    set search_path = pg_catalog, public, pg_temp as $$
      select count(defer_job('readiness.keep_snapshot', jsonb_build_object('as_organisation', m.organisation_id,
          'as_person', m.person_id), null))
      from (select distinct on (m.organisation_id) m.organisation_id, m.person_id
        from membership m join organisation o on o.organisation_id = m.organisation_id and o.closed_at is null
        where m.kind = 'city' and m.role in ('coordinator', 'mayor')
        order by m.organisation_id, m.role, m.person_id) m
    $$;
    alter function queue_snapshots() owner to concord_definer;
    revoke execute on function queue_snapshots() from public;
    grant execute on function queue_snapshots() to concord_worker;
    """)


def downgrade() -> None:
    op.execute("""
    drop function queue_snapshots();
    drop table readiness_snapshot;
    """)

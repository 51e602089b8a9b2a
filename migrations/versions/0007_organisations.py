"""Closing organisations, names that are unique, population by year, a city's own facts."""

from alembic import op

revision = "0007"
down_revision = "0006"

ORG = "nullif(current_setting('concord.organisation_id', true), '')::uuid"
CITY = "nullif(current_setting('concord.city_id', true), '')::uuid"
ROLE = "current_setting('concord.role', true)"
TEAM = f"{ROLE} in ('mayor', 'coordinator', 'officer', 'communications', 'analyst')"
AGREED = "nullif(current_setting('concord.agreed_city_ids', true), '')::uuid[]"
COUNT_CITIES = "nullif(current_setting('concord.count_city_ids', true), '')::uuid[]"
RECORD_CITIES = "nullif(current_setting('concord.record_city_ids', true), '')::uuid[]"
KEYS = {"organisation": "organisation_id", "city": "city_id"}


def upgrade() -> None:
    op.execute("""
    alter table organisation
      add column version integer not null default 1,
      add column closed_at timestamptz,
      add column closed_by uuid references person,
      add constraint organisation_platform_stays check (kind <> 'platform' or closed_at is null);
    create unique index organisation_name_key on organisation (kind, country, lower(name))
      nulls not distinct;
    create index organisation_by_name on organisation (lower(name), organisation_id);
    alter table city
      add column version integer not null default 1,
      add column updated_at timestamptz not null default now(),
      add column updated_by uuid references person;
    create table city_population (
      city_id uuid not null references city,
      population_id uuid not null default new_id(),
      year smallint check (year between 1900 and 2200),
      population integer not null check (population > 0),
      source text not null default '' check (length(source) <= 200),
      recorded_at timestamptz not null default now(),
      recorded_by uuid references person,
      primary key (city_id, population_id),
      constraint city_population_year_key unique nulls not distinct (city_id, year)
    );
    """)
    # The owner's own policies are forced upon it too, so it sees no city while they are.
    op.execute("""
    alter table city no force row level security;
    insert into city_population (city_id, population, source)
      select city_id, population, case when geoname_id is null then '' else 'GeoNames' end from city;
    alter table city force row level security;
    alter table city_population enable row level security;
    alter table city_population force row level security;
    """)
    own = f"city_id = {CITY}"
    manage = f"{own} and {ROLE} = 'coordinator'"
    op.execute(f"""
    create policy select_own_city on city_population for select to concord_city using ({own} and {TEAM});
    create policy record_city on city_population for insert to concord_city with check ({manage});
    create policy correct_city on city_population for update to concord_city
      using ({manage}) with check ({manage});
    create policy remove_city on city_population for delete to concord_city using ({manage});
    grant select, insert, update, delete on city_population to concord_city;
    create policy select_all_platform on city_population for select to concord_platform using (true);
    create policy record_platform on city_population for insert to concord_platform with check (true);
    create policy correct_platform on city_population for update to concord_platform
      using (true) with check (true);
    grant select, insert, update on city_population to concord_platform;

    create policy change_own_city on city for update to concord_city using ({manage}) with check ({manage});
    grant update (population, time_zone, version, updated_at, updated_by) on city to concord_city;
    """)
    closing()
    for table, key in KEYS.items():
        for role in ("nation", "network"):
            op.execute(f'drop policy "select_agreed_{role}" on {table}')
            op.execute(
                f'create policy "select_agreed_{role}" on {table} for select to concord_{role}'
                f" using ({key} = any({AGREED}))"
            )


def closing() -> None:
    """Nobody acts for a closed organisation, and no agreement with one is in force."""
    # Whoever looks for a caller finds no closed organisation, whatever the query says.
    op.execute("""
    drop policy "find_identity" on organisation;
    create policy "find_identity" on organisation for select to concord_identity
      using (closed_at is null);

    create function end_agreements() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      -- Waits for whoever is signing with this organisation right now, and they for this.
      perform pg_advisory_xact_lock(hashtextextended(new.organisation_id::text, 2));
      update sharing_agreement set revoked_at = now(), revoked_by = new.closed_by
        where revoked_at is null and new.organisation_id in (city_id, recipient_id);
      return null;
    end $$;
    alter function end_agreements() owner to concord_definer;
    create trigger end_agreements after update of closed_at on organisation for each row
      when (old.closed_at is null and new.closed_at is not null) execute function end_agreements();

    create function refuse_closed_party() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
    begin
      perform pg_advisory_xact_lock_shared(hashtextextended(p.id::text, 2))
        from (select unnest(array[new.city_id, new.recipient_id]) as id order by 1) p;
      if exists (select 1 from organisation
          where organisation_id in (new.city_id, new.recipient_id) and closed_at is not null) then
        raise check_violation using message = 'a party of this agreement is closed',
          constraint = 'sharing_agreement_open_parties';
      end if;
      return new;
    end $$;
    alter function refuse_closed_party() owner to concord_definer;
    create trigger refuse_closed_party before insert on sharing_agreement
      for each row execute function refuse_closed_party();
    create trigger refuse_closed_party_again before update of revoked_at on sharing_agreement
      for each row when (old.revoked_at is not null and new.revoked_at is null)
      execute function refuse_closed_party();
    revoke execute on function end_agreements(), refuse_closed_party() from public;
    """)


def downgrade() -> None:
    for table, key in KEYS.items():
        for role in ("nation", "network"):
            op.execute(f'drop policy "select_agreed_{role}" on {table}')
            op.execute(
                f'create policy "select_agreed_{role}" on {table} for select to concord_{role}'
                f" using ({key} = any({COUNT_CITIES}) or {key} = any({RECORD_CITIES}))"
            )
    op.execute("""
    drop trigger refuse_closed_party_again on sharing_agreement;
    drop trigger refuse_closed_party on sharing_agreement;
    drop trigger end_agreements on organisation;
    drop function refuse_closed_party(), end_agreements();
    drop policy "find_identity" on organisation;
    create policy "find_identity" on organisation for select to concord_identity using (true);
    drop policy change_own_city on city;
    revoke update (population, time_zone, version, updated_at, updated_by) on city from concord_city;
    drop table city_population;
    alter table city drop column version, drop column updated_at, drop column updated_by;
    drop index organisation_by_name, organisation_name_key;
    alter table organisation drop constraint organisation_platform_stays, drop column version,
      drop column closed_at, drop column closed_by;
    """)

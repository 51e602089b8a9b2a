"""A large network made by a few statements: its cities, who may ask about them, incidents."""

import uuid
from dataclasses import dataclass

import psycopg

from network.identity.permissions import permissions_of
from network.kernel.tenancy import Actor, Scope
from tests.conftest import Connection

NATIONS = 10
BATCH = 250_000


@dataclass(frozen=True)
class Size:
    """How much of everything, and how often each thing is measured."""

    cities: int
    incidents: int
    imported: int
    runs: int


FULL = Size(cities=500, incidents=1_000_000, imported=20_000, runs=9)
SMALL = Size(cities=20, incidents=4_000, imported=500, runs=3)


@dataclass(frozen=True)
class Network:
    """Who asks."""

    city: Actor
    nation: Actor
    network: Actor
    size: Size


def build(admin: Connection, size: Size) -> Network:
    """Fill an empty, migrated database. The first city has twice as many incidents as the others
    have on average, the nation a tenth of the cities; every city shares counts with its nation and
    with the network.

    The triggers are off meanwhile, and the roll-up is made in a few statements as they would make
    it; the benchmark compares it with a recount.
    """
    admin.execute("set session_replication_role = replica")
    admin.execute(
        f"""
        insert into organisation (kind, name, slug, country)
          select 'nation', 'Agency ' || n, 'agency-' || n, 'A' || chr(64 + n) from generate_series(1, {NATIONS}) n
          union all select 'network', 'Network', 'network', null;
        insert into organisation (kind, name, slug, country)
          select 'city', 'City ' || n, 'city-' || n, 'A' || chr(65 + n % {NATIONS})
          from generate_series(1, {size.cities}) n;
        insert into city (city_id, country, population, latitude, longitude, time_zone)
          select organisation_id, country, 50000 + 997 * split_part(slug, '-', 2)::integer, 0, 0, 'UTC'
          from organisation where kind = 'city';
        insert into person (email, name)
          select slug || '@bench.example', 'Person of ' || name from organisation;
        insert into membership (organisation_id, person_id, kind, role)
          select organisation_id, person_id, kind, 'coordinator' from organisation
          join person on email = slug || '@bench.example';
        insert into sharing_agreement (city_id, recipient_id, recipient_kind, grants, signed_by, signed_by_name,
            is_counted)
          select c.organisation_id, r.organisation_id, r.kind, '{{counts}}', m.person_id, 'Signer', true
          from organisation c join membership m using (organisation_id)
          join organisation r on r.kind = 'network' or r.kind = 'nation' and r.country = c.country
          where c.kind = 'city';
        create temporary table place as
          select row_number() over (order by split_part(slug, '-', 2)::integer) - 1 as n, organisation_id
          from organisation where kind = 'city';
        create unique index on place (n);
        """
    )
    for first in range(0, size.incidents, BATCH):
        last = min(first + BATCH, size.incidents)
        admin.execute(_INCIDENTS, {"first": first, "last": last - 1, "cities": size.cities})
    admin.execute(_CELLS)
    admin.execute("set session_replication_role = origin")
    admin.execute("vacuum analyze")
    return Network(
        _actor(admin, "city-1", Scope.CITY), _actor(admin, "agency-2", Scope.NATION),
        _actor(admin, "network", Scope.NETWORK), size,
    )  # fmt: skip


# Ten years; some biases and kinds are far more frequent than others, as in the real files; every
# eighth incident has two biases. Whoever repeats it gets the same numbers, ids and keys apart.
_INCIDENTS = """
insert into incident (city_id, kind, bias_motivations, crime_type, severity, status, source, occurred_at,
    occurred_on, occurred_precision, district, summary, external_source, external_reference)
select p.organisation_id,
  (array['hate_crime', 'hate_crime', 'hate_crime', 'hate_crime', 'threat', 'threat', 'hate_speech_online',
    'hate_speech_offline', 'hate_incident', 'extremist_propaganda'])[1 + (g * 31 + g / 97) %% 10],
  case when g %% 8 = 0 then array[b.bias, 'other'] else array[b.bias] end,
  (array['threats', 'physical_assault', 'damage_property', null])[1 + g %% 4],
  1 + (g * 17 + g / 131) %% 5, 'verified', 'police', d.day + interval '12 hours', d.day, 'day',
  'District ' || g %% 20, 'Incident number ' || g || ' of the benchmark', 'bench', 'b-' || g
from generate_series(%(first)s::bigint, %(last)s::bigint) g
cross join lateral (select (array['antisemitism', 'antisemitism', 'antisemitism', 'anti_muslim', 'anti_muslim',
    'racism_xenophobia.anti_black', 'racism_xenophobia.anti_black', 'racism_xenophobia.anti_asian',
    'sexual_orientation', 'sexual_orientation', 'gender_identity', 'anti_roma', 'disability',
    'anti_christian.catholic'])[1 + (g * 13 + g / 89) %% 14] as bias) b
cross join lateral (select date '2015-01-01' + ((g * 7919 + g / 61) %% 3650)::integer as day) d
join place p on p.n = case when g %% (2 * %(cities)s) = 1 then 0 else g %% %(cities)s end
"""

_CELLS = """
create temporary table cell as
  select city_id, occurred_on as period, bias, kind, severity, count(*)::integer as incidents,
    sum(record_key)::bigint as record_key
  from incident cross join lateral (
    select distinct unnest(array[''] || bias_motivations
      || array(select split_part(b, '.', 1) from unnest(bias_motivations) b)) as bias) b
  where is_counted group by 1, 2, 3, 4, 5;
insert into trend_cell (city_id, grain, period, bias, kind, severity, incidents, record_key)
  select city_id, 'day', period, bias, kind, severity, incidents, record_key from cell;
insert into trend_cell (city_id, grain, period, bias, kind, severity, incidents, record_key)
  select city_id, 'month', date_trunc('month', period)::date, bias, kind, severity, sum(incidents), sum(record_key)
  from cell group by 1, 3, 4, 5, 6;
insert into shared_trend_cell (organisation_id, country, grain, period, bias, kind, severity, incidents, record_key)
  select a.recipient_id, c.country, t.grain, t.period, t.bias, t.kind, t.severity, sum(t.incidents), sum(t.record_key)
  from trend_cell t join city c using (city_id) join sharing_agreement a using (city_id)
  where t.grain = 'month' group by 1, 2, 3, 4, 5, 6, 7;
"""


def _actor(admin: Connection, slug: str, scope: Scope) -> Actor:
    row = admin.execute(
        "select organisation_id, country, person_id from organisation join membership using (organisation_id)"
        " where slug = %s", (slug,),
    ).fetchone()  # fmt: skip
    assert row
    return Actor(scope, uuid.UUID(str(row[0])), row[1], row[2], "coordinator", permissions_of(scope, "coordinator"))


def copy_plainly(url: str, rows: list[tuple[object, ...]]) -> None:
    """COPY of the same values into a table without indexes, triggers or policies."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "create temporary table plain (external_reference text, kind text, bias_motivations text, severity integer,"
            " occurred_on date, district text, summary text)"
        )
        with cursor.copy("copy plain from stdin") as copy:
            for row in rows:
                copy.write_row(row)

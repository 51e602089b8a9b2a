"""By raw SQL: who changes a city's facts, who creates and closes, and what closing leaves."""

import uuid

import pytest

from network.identity.permissions import OPERATOR
from network.kernel.tenancy import IDENTITY, PUBLIC, Actor
from tests.conftest import Connection
from tests.tenancy.test_intruders import As
from tests.world import World, add_incident, add_organisation

__all__ = ["as_"]


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


@pytest.fixture
def world(admin: Connection) -> World:
    world = World(admin)
    admin.execute("insert into city_population (city_id, population) select city_id, population from city")
    return world


CALLERS = [("toronto", "mayor"), ("toronto", "officer"), ("toronto", "analyst"), ("toronto", "communications"),
           ("toronto", "partner"), ("ottawa", "coordinator"), ("canada", "coordinator"), ("france", "coordinator"),
           ("network", "coordinator"), (None, None)]  # fmt: skip


def caller(world: World, name: str | None, role: str | None) -> Actor | None:
    return world.actor(name, role) if name and role else None


def state(admin: Connection) -> object:
    return [
        admin.execute(f"select * from {table} order by 1, 2").fetchall()
        for table in ("organisation", "city", "city_population")
    ]


@pytest.mark.parametrize(("name", "role"), CALLERS)
def test_a_citys_facts_are_changed_by_its_coordinator_alone(
    world: World, as_: As, admin: Connection, name: str | None, role: str | None
) -> None:
    world.agree("toronto", "canada", "{counts,records,readiness}")
    actor, toronto = caller(world, name, role), world.ids["toronto"]
    before = state(admin)
    mine = "city_id = %s"
    assert as_.run(actor, f"update city set population = 1 where {mine}", toronto) == 0
    assert as_.run(actor, f"update city set time_zone = 'Asia/Tokyo' where {mine}", toronto) == 0
    assert as_.run(actor, f"update city_population set population = 1 where {mine}", toronto) == 0
    assert as_.run(actor, f"delete from city_population where {mine}", toronto) == 0
    assert as_.run(actor, "insert into city_population (city_id, population, year) values (%s, 1, 2020)", toronto) == 0
    assert state(admin) == before


def test_the_coordinator_changes_these_facts_and_no_others(world: World, as_: As, admin: Connection) -> None:
    coordinator, toronto, ottawa = world.actor("toronto", "coordinator"), world.ids["toronto"], world.ids["ottawa"]
    assert as_.run(coordinator, "update city set population = 7, time_zone = 'Asia/Tokyo', version = 2") == 1
    assert as_.run(coordinator, "insert into city_population (city_id, population, year) values (%s, 1, 2020)", toronto) == 1
    assert as_.run(coordinator, "update city_population set population = 2 where year = 2020") == 1
    before = state(admin)
    for column, value in (("country", "US"), ("latitude", 0), ("longitude", 0), ("geoname_id", 1), ("city_id", ottawa),
                          ("kind", "city")):  # fmt: skip
        assert as_.run(coordinator, f"update city set {column} = %s", value) == 0, column
    for statement in ("update city_population set city_id = %s", "insert into city_population (city_id, population) values (%s, 1)",
                      "update city set population = 1 where city_id = %s", "delete from city where city_id = %s",
                      "update organisation set name = 'Mine', version = 5 where organisation_id = %s"):  # fmt: skip
        assert as_.run(coordinator, statement, ottawa) == 0, statement
    assert as_.run(coordinator, "update organisation set closed_at = now()") == 0
    assert state(admin) == before
    assert as_.run(coordinator, "delete from city_population where year = 2020") == 1


@pytest.mark.parametrize(
    ("name", "role", "count"),
    [("toronto", "analyst", 1), ("toronto", "mayor", 1), ("toronto", "partner", 0), ("ottawa", "coordinator", 1),
     ("canada", "coordinator", 0), ("network", "coordinator", 0), ("platform", "operator", 2), (None, None, 0)],
)  # fmt: skip
def test_who_reads_the_history_of_a_population(
    world: World, as_: As, name: str | None, role: str | None, count: int
) -> None:
    world.agree("toronto", "canada")
    assert as_.count(caller(world, name, role), "city_population") == count
    assert as_.count(PUBLIC, "city_population") == as_.count(IDENTITY, "city_population") == 0


@pytest.mark.parametrize(("name", "role"), [("toronto", "coordinator"), *CALLERS])
def test_the_operator_alone_creates_and_closes(
    world: World, as_: As, admin: Connection, name: str | None, role: str | None
) -> None:
    actor = caller(world, name, role)
    before = state(admin)
    for statement in (
        "insert into organisation (kind, name, slug, country) values ('nation', 'X', 'x', 'CA')",
        "update organisation set closed_at = now()", "update organisation set closed_at = null, name = 'X'",
        "delete from organisation", "delete from city",
    ):  # fmt: skip
        assert as_.run(actor, statement) == 0, statement
    assert as_.run(
        actor, "insert into city (city_id, country, population, latitude, longitude, time_zone)"
        " values (%s, 'CA', 1, 0, 0, 'UTC')", world.ids["canada"]) == 0  # fmt: skip
    assert state(admin) == before


def test_the_operator_sees_organisations_and_no_content(world: World, as_: As, admin: Connection) -> None:
    for _ in range(6):
        add_incident(admin, world.ids["toronto"])
    world.agree("toronto", "canada", "{counts,records}")
    admin.execute(
        "insert into api_token (organisation_id, name, token_hash, scopes, expires_at)"
        " values (%s, 'BI', 'x', '{trend:read}', now() + interval '1 day')", (world.ids["canada"],))
    operator = world.actor("platform", "operator")
    for actor in (operator, OPERATOR):
        assert as_.count(actor, "organisation") == 6 and as_.count(actor, "city") == 2
        for table in ("incident", "trend_cell", "shared_trend_cell", "sharing_agreement", "api_token", "import_run",
                      "import_problem", "person_session"):  # fmt: skip
            assert as_.count(actor, table) == 0, table
        assert as_.run(actor, "update sharing_agreement set revoked_at = now()") == 0
    assert admin.execute("select revoked_at from sharing_agreement").fetchall() == [(None,)]


def test_closing_by_the_operator_ends_the_agreements_that_it_can_not_see(
    world: World, as_: As, admin: Connection
) -> None:
    for _ in range(6):
        add_incident(admin, world.ids["toronto"])
    world.agree("toronto", "canada", "{counts,records,readiness}")
    world.agree("toronto", "network")
    world.agree("ottawa", "canada")
    operator, nation = world.actor("platform", "operator"), world.actor("canada", "coordinator")
    assert as_.count(nation, "trend_cell") > 0
    close = "update organisation set closed_at = now(), closed_by = %s where organisation_id = %s"
    assert as_.run(operator, close, operator.person_id, world.ids["toronto"]) == 1
    for actor in (nation, world.actor("network", "curator")):
        for table in ("incident", "trend_cell"):
            assert as_.count(actor, table) == 0, table
        city = f"organisation where organisation_id = '{world.ids['toronto']}'"
        assert as_.count(actor, city) == 0
        rest = "(select 1 from shared_trend_cell group by grain, period, bias, kind, severity having sum(incidents) <> 0) x"
        assert as_.count(actor, rest) == 0
    # The other city's agreement goes on.
    assert as_.count(nation, "sharing_agreement where revoked_at is null") == 1
    # Nothing that was ended comes back with the city, or can be brought back while it is closed.
    signer = world.actor("toronto", "coordinator")
    with pytest.raises(AssertionError, match="is closed"):
        as_.run(signer, "update sharing_agreement set revoked_at = null")
    assert as_.run(operator, "update organisation set closed_at = null") == 6
    assert as_.count(nation, "incident") == 0


def test_who_looks_for_a_caller_finds_no_closed_organisation(world: World, as_: As, admin: Connection) -> None:
    world.actor("toronto", "officer")
    assert as_.count(IDENTITY, "organisation") == 6
    admin.execute("update organisation set closed_at = now() where slug = 'toronto'")
    assert as_.count(IDENTITY, "organisation") == 5
    assert as_.count(IDENTITY, "membership m join organisation o using (organisation_id)") == 0
    assert as_.run(IDENTITY, "update organisation set closed_at = null") == 0


def test_an_agreement_on_readiness_alone_tells_the_city_and_nothing_else(
    world: World, as_: As, admin: Connection
) -> None:
    add_incident(admin, world.ids["toronto"], tlp="CLEAR")
    world.agree("toronto", "canada", "{readiness}")
    nation = world.actor("canada", "analyst")
    for table, key in (("organisation", "organisation_id"), ("city", "city_id")):
        assert as_.count(nation, f"{table} where {key} = '{world.ids['toronto']}'") == 1
        assert as_.count(nation, f"{table} where {key} = '{world.ids['ottawa']}'") == 0
    for table in ("incident", "trend_cell", "city_population"):
        assert as_.count(nation, table) == 0


def test_names_are_unique_among_their_kind_and_country(admin: Connection) -> None:
    add_organisation(admin, "nation", "interior", "DK")
    admin.execute("insert into organisation (kind, name, slug, country) values ('nation', 'Interior', 'i2', 'SE')")
    admin.execute("insert into organisation (kind, name, slug) values ('network', 'Interior', 'i3')")
    for kind, country in (("nation", "DK"), ("network", None)):
        with pytest.raises(Exception, match="organisation_name_key"):
            admin.execute(
                "insert into organisation (kind, name, slug, country) values (%s, 'INTERIOR', %s, %s)",
                (kind, uuid.uuid4().hex, country))

"""For each tenant table: who should not get in sees nothing and can write nothing, by raw SQL."""

import uuid

import psycopg
import pytest
from sqlalchemy import create_engine

from network.kernel.tenancy import PUBLIC, Actor, Scope, apply_context
from tests.conftest import Connection
from tests.world import World, add_incident

TABLES = ("incident", "trend_cell", "shared_trend_cell", "sharing_agreement", "membership", "city",
          "organisation", "invitation", "api_token", "person")  # fmt: skip


@pytest.fixture
def world(admin: Connection) -> World:
    world = World(admin)
    world.agree("toronto", "canada", "{counts,records}")
    for tlp in ("AMBER+STRICT", "AMBER", "GREEN", "CLEAR"):
        add_incident(admin, world.ids["toronto"], tlp=tlp)
    add_incident(admin, world.ids["toronto"], tlp="RED")
    owner = world.ids["toronto"]
    admin.execute(
        "insert into invitation (organisation_id, kind, role, email, expires_at)"
        " values (%s, 'city', 'officer', 'new@example.org', now() + interval '1 day')", (owner,))
    admin.execute(
        "insert into api_token (organisation_id, name, token_hash, scopes, expires_at)"
        " values (%s, 'BI', 'x', '{trend:read}', now() + interval '1 day')", (world.ids["canada"],))
    return world


class As:
    """A raw connection with the context of an actor, as the application sets it."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))

    def count(self, actor: Actor | None, table: str) -> int:
        with self.engine.connect() as connection:
            apply_context(connection, actor)
            try:
                return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar_one())
            except Exception as error:
                assert "permission denied" in str(error)
                return 0

    def run(self, actor: Actor | None, statement: str, *parameters: object) -> int:
        """Rows changed and committed; refused is 0."""
        with self.engine.connect() as connection:
            apply_context(connection, actor)
            try:
                changed = connection.exec_driver_sql(statement, parameters).rowcount
            except Exception as error:
                assert "permission denied" in str(error) or "row-level security" in str(error)
                return 0
            connection.commit()
            return changed


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def test_the_city_sees_its_own(world: World, as_: As) -> None:
    officer = world.actor("toronto", "officer")
    assert as_.count(officer, "incident") == 4
    assert as_.count(officer, "trend_cell") > 0
    assert as_.count(officer, "sharing_agreement") == 1


@pytest.mark.parametrize("table", TABLES)
def test_without_context_nothing_is_visible(world: World, as_: As, table: str) -> None:
    assert as_.count(None, table) == 0
    assert as_.count(PUBLIC, table) == 0


@pytest.mark.parametrize("table", ("incident", "trend_cell", "shared_trend_cell",
                                   "sharing_agreement", "invitation", "api_token"))  # fmt: skip
@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("france", "coordinator"), ("network", "coordinator"),
     ("platform", "operator"), ("toronto", "partner")],
)  # fmt: skip
def test_outsiders_see_no_row(world: World, as_: As, table: str, name: str, role: str) -> None:
    if (name, table) == ("platform", "invitation"):
        pytest.skip("the operator manages invitations of every organisation, and nothing else")
    assert as_.count(world.actor(name, role), table) == 0


@pytest.mark.parametrize("table", ("city", "organisation", "membership"))
def test_a_foreign_nation_does_not_learn_that_the_city_exists(
    world: World, as_: As, table: str
) -> None:
    key = "city_id" if table == "city" else "organisation_id"
    where = f"{table} where {key} = '{world.ids['toronto']}'"
    assert as_.count(world.actor("france", "coordinator"), where) == 0
    assert as_.count(world.actor("ottawa", "coordinator"), where) == 0
    assert as_.count(world.actor("network", "curator"), where) == 0


def test_nation_reads_what_the_agreement_and_the_tlp_allow(world: World, as_: As) -> None:
    nation = world.actor("canada", "analyst")
    assert as_.count(nation, "incident") == 3
    assert as_.count(nation, "trend_cell where bias = '' and grain = 'month'") == 4
    assert as_.count(nation, "shared_trend_cell") > 0


@pytest.mark.parametrize("end", ["revoked_at = now()", "valid_until = now()"])
def test_an_ended_agreement_shows_nothing(world: World, as_: As, admin: Connection, end: str) -> None:
    nation = world.actor("canada", "analyst")
    admin.execute("update sharing_agreement set valid_from = now() - interval '1 day'")
    admin.execute(f"update sharing_agreement set {end}")
    assert as_.count(nation, "incident") == 0
    assert as_.count(nation, "trend_cell") == 0
    rest = as_.count(nation, "(select 1 from shared_trend_cell group by bias, kind, severity,"
                             " period, grain having sum(incidents) <> 0) x")  # fmt: skip
    assert rest == 0


def test_counts_alone_open_no_record(admin: Connection, as_: As) -> None:
    world = World(admin)
    world.agree("toronto", "canada", "{counts}")
    add_incident(admin, world.ids["toronto"], tlp="CLEAR")
    nation = world.actor("canada", "coordinator")
    assert as_.count(nation, "incident") == 0
    assert as_.count(nation, "trend_cell") > 0


def test_red_is_for_the_named_alone_and_never_counted(world: World, as_: As, admin: Connection) -> None:
    named, other = world.actor("toronto", "officer"), world.actor("toronto", "coordinator")
    admin.execute("update incident set named_reader_ids = %s where tlp = 'RED'", ([named.person_id],))
    assert as_.count(named, "incident where tlp = 'RED'") == 1
    assert as_.count(other, "incident where tlp = 'RED'") == 0
    assert as_.count(named, "trend_cell where grain = 'month' and bias = ''") == 4


INSERT = (
    "insert into incident (city_id, kind, bias_motivations, severity, source, occurred_at,"
    " occurred_on, occurred_precision) values (%s, 'threat', '{age}', 1, 'police', now(),"
    " '2024-01-01', 'day')"
)


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("france", "coordinator"),
     ("network", "coordinator"), ("platform", "operator"), ("toronto", "partner"),
     ("toronto", "communications"), ("toronto", "mayor"), (None, None)],
)  # fmt: skip
def test_who_may_not_write_changes_nothing(
    world: World, as_: As, admin: Connection, name: str | None, role: str | None
) -> None:
    actor = world.actor(name, role) if name and role else None
    before = admin.execute("select incident_id, version, summary from incident order by 1").fetchall()
    cells = admin.execute("select sum(incidents), sum(record_key) from trend_cell").fetchone()
    assert as_.run(actor, INSERT, world.ids["toronto"]) == 0
    assert as_.run(actor, "update incident set summary = 'taken'") == 0
    assert as_.run(actor, "delete from incident") == 0
    assert as_.run(actor, "delete from trend_cell") == 0
    assert as_.run(actor, "update shared_trend_cell set incidents = 0") == 0
    assert as_.run(actor, "delete from sharing_agreement") == 0
    assert admin.execute(
        "select incident_id, version, summary from incident order by 1").fetchall() == before
    assert admin.execute("select sum(incidents), sum(record_key) from trend_cell").fetchone() == cells


@pytest.mark.parametrize(
    ("name", "role"),
    [("toronto", "officer"), ("toronto", "analyst"), ("ottawa", "mayor"), ("canada", "coordinator")],
)  # fmt: skip
def test_only_signers_sign_and_revoke(
    world: World, as_: As, admin: Connection, name: str, role: str
) -> None:
    actor = world.actor(name, role)
    assert as_.run(actor, "update sharing_agreement set grants = '{counts,records,readiness}'") == 0
    assert as_.run(
        actor, "insert into sharing_agreement (city_id, recipient_id, recipient_kind, grants,"
        " signed_by, signed_by_name) values (%s, %s, 'network', '{records}', %s, 'X')",
        world.ids["toronto"], world.ids["network"], actor.person_id) == 0  # fmt: skip
    assert admin.execute("select grants from sharing_agreement").fetchall() == [(["counts", "records"],)]


def test_a_row_cannot_be_moved_to_another_city(world: World, as_: As, admin: Connection) -> None:
    officer = world.actor("toronto", "officer")
    assert as_.run(officer, "update incident set city_id = %s", world.ids["ottawa"]) == 0
    rows = admin.execute("select distinct city_id from incident").fetchall()
    assert rows == [(world.ids["toronto"],)]


def test_a_failed_transaction_leaks_no_context(
    world: World, app_connection: Connection, database: tuple[str, str]
) -> None:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(database[1]), pool_size=1, max_overflow=0
    )
    officer = world.actor("toronto", "officer")
    with engine.connect() as connection, pytest.raises(Exception, match="division by zero"):
        apply_context(connection, officer)
        assert connection.exec_driver_sql("select count(*) from incident").scalar_one() == 4
        connection.exec_driver_sql("select 1 / 0")
    with engine.connect() as connection:
        assert connection.exec_driver_sql(
            "select current_user = session_user, current_setting('concord.city_id', true)"
        ).one() == (True, "")
        with pytest.raises(Exception, match="permission denied"):
            connection.exec_driver_sql("select count(*) from incident")


def test_an_unknown_id_as_context_opens_nothing(world: World, as_: As) -> None:
    guess = Actor(Scope.CITY, uuid.uuid4(), "CA", uuid.uuid4(), "coordinator")
    assert as_.count(guess, "incident") == 0
    assert as_.run(guess, INSERT, world.ids["toronto"]) == 0

"""Published practices by raw SQL: who reads which, and that curators alone write."""

import pytest

from network.kernel.tenancy import PUBLIC
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.tenancy.test_intruders import As
from tests.world import World


@pytest.fixture
def world(admin: Connection) -> World:
    add_practice(admin, "open")
    add_practice(admin, "closed", visibility="network", summary="zebrafish")
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def test_the_public_sees_public_ones_alone(world: World, as_: As) -> None:
    assert as_.count(PUBLIC, "published_practice") == 1
    assert as_.count(world.actor("platform", "operator"), "published_practice") == 1
    assert as_.count(None, "published_practice") == 0
    for name in ("rank_public_practices", "rank_practices"):
        search = f"{name}('zebrafish'::tsquery, '{{zebrafish}}', 10)"
        assert as_.count(PUBLIC, search) == 0
        assert as_.count(world.actor("platform", "operator"), search) == 0
        assert as_.count(None, search) == 0
        assert as_.count(world.actor("canada", "analyst"), search) == (1 if name == "rank_practices" else 0)
    for name, role in (("toronto", "partner"), ("canada", "analyst"), ("network", "support_officer")):
        assert as_.count(world.actor(name, role), "published_practice") == 2


@pytest.mark.parametrize(("name", "role"), [
    ("toronto", "coordinator"), ("toronto", "mayor"), ("canada", "coordinator"), ("platform", "operator"),
    ("network", "coordinator"), ("network", "support_officer"), (None, None),
])  # fmt: skip
def test_who_is_no_curator_changes_nothing(
    world: World, as_: As, admin: Connection, name: str | None, role: str | None
) -> None:
    for actor in (world.actor(name, role) if name and role else None, PUBLIC):
        before = admin.execute("select * from published_practice order by slug").fetchall()
        assert as_.run(actor, "update published_practice set visibility = 'public', summary = 'taken'") == 0
        assert as_.run(actor, "delete from published_practice") == 0
        assert as_.run(
            actor, "insert into published_practice (slug, visibility, language, title, city, country, summary,"
            " themes, prevention_levels, steps, cost_band, evidence_rating)"
            " values ('x', 'public', 'en', 'x', 'x', 'DK', 'x', '{}', '{}', '{}', 'low', 0)") == 0  # fmt: skip
        assert admin.execute("select * from published_practice order by slug").fetchall() == before


def test_a_curator_publishes_and_takes_back(world: World, as_: As, admin: Connection) -> None:
    curator = world.actor("network", "curator")
    assert as_.run(curator, "update published_practice set visibility = 'network'") == 2
    assert as_.count(PUBLIC, "published_practice") == 0
    assert as_.run(curator, "delete from published_practice") == 2

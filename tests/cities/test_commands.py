"""``concord organisation …``: the same rules as the pages, with errors that say what to do."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from network.cities.organisations.commands import organisation
from network.kernel.errors import ConcordError, Refused, ValidationFailed
from tests.cities.conftest import rows
from tests.world import World


def run(app: Flask, *arguments: str, say: str = "") -> Result:
    result = CliRunner().invoke(organisation, arguments, obj=lambda: app, input=say)
    if result.exception and not isinstance(result.exception, (SystemExit, ConcordError)):
        raise result.exception
    return result


def test_a_city_by_its_id_in_geonames(app: Flask, world: World) -> None:
    done = run(app, "create", "city", "--geoname", "2624652", "Aarhus", "--coordinator", "First@Aarhus.example")
    assert (done.exit_code, done.output) == (0, "aarhus\n")
    assert rows(world, "select name, city.country, population, time_zone from city join organisation on city_id = organisation_id"
                       " where geoname_id = 2624652") == [("Aarhus", "DK", 285273, "Europe/Copenhagen")]  # fmt: skip
    assert rows(world, "select email, role, invited_by from invitation") == [("first@aarhus.example", "coordinator", None)]
    assert rows(world, "select source, year from city_population") == [("GeoNames", None)]
    # Nobody in particular asked, so the worker sends it without somebody's rights.
    assert rows(world, "select args ? 'as_person' from procrastinate.procrastinate_jobs"
                       " where task_name = 'identity.send_invitation'") == [(False,)]  # fmt: skip
    again = run(app, "create", "city", "--geoname", "2624652")
    assert isinstance(again.exception, ValidationFailed)
    assert again.exception.errors == {"name": ["This place is on the platform already: Aarhus."]}


def test_a_city_by_name_and_country_with_a_better_figure(app: Flask, world: World) -> None:
    assert run(app, "create", "city", "gdansk", "--country", "Poland", "--population", "486022",
               "--population-year", "2021", "--population-source", "Census").output == "gdansk\n"  # fmt: skip
    assert rows(world, "select population, source, year from city_population") == [(486022, "Census", 2021)]
    run(app, "create", "city", "Malmo", "--country", "SE", "--population", "360000")
    assert ("Malmö",) in rows(world, "select name from organisation")
    # What somebody gave is not said to be from GeoNames.
    assert rows(world, "select source from city_population where population = 360000") == [("",)]


def test_a_city_by_hand(app: Flask, world: World) -> None:
    given = ["--population", "9000", "--latitude", "33.7", "--longitude", "35.9", "--time-zone", "Asia/Beirut"]
    assert run(app, "create", "city", "Majdal Anjar", "--country", "LBN", *given).output == "majdal-anjar\n"
    assert rows(world, "select geoname_id, latitude from city where population = 9000") == [(None, 33.7)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["create", "city"], "Say which city"), (["create", "city", "Toronto"], "Say which city"),
        (["create", "city", "--geoname", "5"], "no place with the id 5"),
        (["create", "city", "--geoname", "x"], "not a valid integer"),
        (["create", "city", "Toronto", "--country", "Atlantis"], "'Atlantis' is no country"),
        (["create", "city", "Karak", "--country", "JO"], "6946409  Karak City (Karak), Al Karak, Jordan, 21,678"),
        (["create", "city", "Highland Park", "--country", "US"], "New Jersey"),
        (["create", "city", "Atlantis", "--country", "GR"], "give --population, --latitude"),
        (["create", "city", "Toront", "--country", "CA"], "Near it:\n    6167865  Toronto, Ontario, Canada"),
        (["create", "nation", "X"], "Missing option '--country'"), (["create", "war", "X"], "No such command"),
        (["show", "nowhere"], "There is no organisation 'nowhere'"), (["close", "nowhere", "--yes"], "no organisation"),
        (["reopen", "nowhere"], "no organisation"), (["invite", "nowhere", "a@b.example"], "no organisation"),
        (["places", "Xyzzyq"], "no place called"), (["list", "--country", "ZZ"], "no country"),
        (["list", "--kind", "war"], "is not one of"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(app: Flask, world: World, arguments: list[str], message: str) -> None:
    before = rows(world, "select * from organisation order by 1")
    done = run(app, *arguments)
    assert done.exit_code != 0 and message in done.output, done.output
    assert rows(world, "select * from organisation order by 1") == before


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        (["create", "city", "--geoname", "2624652", "--time-zone", "Mars/Olympus"], {"time_zone"}),
        (["create", "city", "--geoname", "2624652", "--population", "-1", "--latitude", "99"], {"population", "latitude"}),
        (["create", "city", "--geoname", "2624652", "--country", "SE"], {"country"}),
        (["create", "city", "--geoname", "2624652", "--coordinator", "nobody"], {"coordinator_email"}),
        (["create", "nation", " ", "--country", "DK"], {"name"}), (["create", "nation", "canada", "--country", "CA"], {"name"}),
        (["create", "network", "Second"], {"name"}), (["invite", "toronto", "a@b.example", "--role", "king"], {"role"}),
    ],
)  # fmt: skip
def test_rules_are_those_of_the_pages(app: Flask, world: World, arguments: list[str], fields: set[str]) -> None:
    before = rows(world, "select * from organisation order by 1"), rows(world, "select * from invitation")
    done = run(app, *arguments)
    assert isinstance(done.exception, ValidationFailed) and set(done.exception.errors) == fields
    assert (rows(world, "select * from organisation order by 1"), rows(world, "select * from invitation")) == before


def test_list_and_show(app: Flask, world: World) -> None:
    world.actor("toronto", "mayor")
    names = [line.split()[0] for line in run(app, "list").output.splitlines()]
    assert names == ["canada", "france", "network", "ottawa", "platform", "toronto"]
    assert [line.split() for line in run(app, "list", "--kind", "city", "--search", "TOR").output.splitlines()] == [
        ["toronto", "city", "CA", "1", "Toronto"]]  # fmt: skip
    assert run(app, "invite", "toronto", "new@toronto.example", "--role", "officer").exit_code == 0
    shown = run(app, "show", "toronto").output
    for fact in ("CA Canada", "100,000", "43.7, -79.4", "UTC", "Mayor Person", "new@toronto.example as officer"):
        assert fact in shown
    assert "country" not in run(app, "show", "network").output


def test_close_asks_and_reopen_undoes(app: Flask, world: World) -> None:
    closed = "select slug from organisation where closed_at is not null"
    assert run(app, "close", "toronto", say="n\n").exit_code == 1
    assert rows(world, closed) == []
    asked = run(app, "close", "toronto", say="y\n")
    assert asked.exit_code == 0 and "its agreements end for good" in asked.output
    assert rows(world, closed) == [("toronto",)]
    assert "toronto" not in run(app, "list").output and "toronto" in run(app, "list", "--closed").output
    assert "closed:" in run(app, "show", "toronto").output
    assert isinstance(run(app, "invite", "toronto", "a@b.example").exception, Refused)
    assert run(app, "reopen", "toronto").exit_code == 0
    assert run(app, "close", "ottawa", "--yes").exit_code == 0
    assert rows(world, closed) == [("ottawa",)]
    assert isinstance(run(app, "close", "platform", "--yes").exception, Refused)


def test_places_of_the_gazetteer(app: Flask) -> None:
    assert run(app, "places", "saida").output.splitlines()[0] == "     268064  Sidon (Saida), Al Janūb, Lebanon, 163,554"
    assert "Algeria" not in run(app, "places", "saida", "--country", "LB").output

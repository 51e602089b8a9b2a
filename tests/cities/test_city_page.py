"""A city's own facts: its team reads, its coordinator changes, rates and incidents follow the rules."""

import re
from typing import Any

import pytest
from flask import Flask

from network.cities import facts
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound
from network.kernel.tenancy import acting_as
from tests.conftest import Connection
from tests.test_main_path import gql, issue, post, sign_in
from tests.world import World, add_incident

FIGURE = {"population": "200000", "population_year": "2021", "population_source": "Census"}


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    world = World(admin)
    admin.execute("insert into city_population (city_id, population) select city_id, population from city")
    return world


@pytest.fixture
def coordinator(app: Flask, world: World) -> Any:
    return sign_in(app, world, "toronto", "coordinator")


def figures(world: World) -> Any:
    return world.admin.execute(
        "select year, population, source from city_population where city_id = %s order by year nulls last",
        (world.ids["toronto"],),
    ).fetchall()


def current(world: World) -> Any:
    return world.admin.execute(
        "select population, time_zone, version from city where city_id = %s", (world.ids["toronto"],)
    ).fetchone()


def version(client: Any) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get("/city/").text)
    assert found
    return found[1]


def send(client: Any, path: str, **data: Any) -> Any:
    """A form of the page, with the version that the page shows now."""
    return post(client, f"/city/{path}", page="/city/", **{"version": version(client), **data})


@pytest.mark.parametrize("role", ["mayor", "coordinator", "officer", "communications", "analyst"])
def test_the_whole_team_reads_and_the_coordinator_alone_changes(app: Flask, world: World, role: str) -> None:
    client = sign_in(app, world, "toronto", role)
    page = client.get("/city/").text
    assert "100,000" in page and "Canada" in page and "Used for rates" in page
    assert ("Record a figure" in page) == (role == "coordinator")
    assert '<a href="/city/"' in client.get("/", follow_redirects=True).text
    if role != "coordinator":
        before = figures(world), current(world)
        for path, data in (("population", FIGURE), ("time-zone", {"time_zone": "UTC"})):
            answer = post(client, f"/city/{path}", page="/account", version="1", **data)
            assert answer.status_code == 404
        assert (figures(world), current(world)) == before


@pytest.mark.parametrize(
    ("name", "role"),
    [("toronto", "partner"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator")],
)
def test_others_have_no_city_page(app: Flask, world: World, name: str, role: str) -> None:
    world.agree("toronto", "canada")
    world.agree("toronto", "network")
    client = sign_in(app, world, name, role)
    assert client.get("/city/").status_code == 404
    assert post(client, "/city/population", page="/account", version="1", **FIGURE).status_code == 404
    assert figures(world) == [(None, 100000, "")]
    actor = world.actor(name, role)
    for call in (lambda: facts.record_population({"population": 5}, version=1, actor=actor),
                 lambda: facts.change_time_zone("UTC", version=1, actor=actor)):  # fmt: skip
        with pytest.raises(NotFound), app.app_context(), acting_as(actor):
            call()


def test_rates_use_the_figure_of_the_latest_year(app: Flask, world: World, coordinator: Any) -> None:
    for _ in range(8):
        add_incident(world.admin, world.ids["toronto"])
    world.agree("toronto", "canada")
    token = issue(app, world, "canada")

    def rate() -> tuple[int, float]:
        answer = gql(app, token, '{ trends(from: "2024-01-01", to: "2024-12-31", interval: YEAR) {'
                                 " population series { counts rates } } }")["data"]["trends"]  # fmt: skip
        (count,), (rate,) = answer["series"][0]["counts"], answer["series"][0]["rates"]
        # Noise and all: a rate is what is published for 100,000 people, scaled to the eight there are.
        return answer["population"], round(rate / count * 8, 3)

    assert rate() == (100_000, 8.0)
    assert send(coordinator, "population", **FIGURE).status_code == 302
    assert rate() == (200_000, 4.0)
    # An older figure is kept and not used; the same year is corrected.
    send(coordinator, "population", population="150000", population_year="2016")
    assert rate() == (200_000, 4.0)
    send(coordinator, "population", population="160000", population_year="2021", population_source="Census, revised")
    assert rate() == (160_000, 5.0)
    assert figures(world) == [(2016, 150000, ""), (2021, 160000, "Census, revised"), (None, 100000, "")]

    page = coordinator.get("/city/").text
    years = re.findall(r'<th scope="row">\s*(\d{4}|Not stated)', page)
    assert years == ["2021", "2016", "Not stated"]
    newest = re.search(r'action="(/city/population/[0-9a-f-]+/remove)"', page)
    assert newest
    assert post(coordinator, newest[1], page="/city/", version=version(coordinator)).status_code == 302
    assert rate()[0] == 150_000
    again = post(coordinator, newest[1], page="/city/", version=version(coordinator))
    assert again.status_code == 404
    assert figures(world) == [(2016, 150000, ""), (None, 100000, "")]


def test_the_last_figure_stays(world: World, coordinator: Any) -> None:
    assert "Remove" not in coordinator.get("/city/").text
    only = world.admin.execute(
        "select population_id from city_population where city_id = %s", (world.ids["toronto"],)
    ).fetchone()
    assert only
    refused = send(coordinator, f"population/{only[0]}/remove")
    assert refused.status_code == 422 and "keeps at least one figure" in refused.text
    assert len(figures(world)) == 1


def test_another_citys_figure_is_not_found(world: World, coordinator: Any) -> None:
    send(coordinator, "population", **FIGURE)
    foreign = world.admin.execute(
        "select population_id from city_population where city_id = %s", (world.ids["ottawa"],)
    ).fetchone()
    assert foreign
    assert send(coordinator, f"population/{foreign[0]}/remove").status_code == 404
    assert world.admin.execute("select count(*) from city_population").fetchone() == (3,)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"population": "0"}, "1 to 100,000,000"), ({"population": ""}, "Fill in"), ({"population": "1e6"}, "whole number"),
     ({"population_year": "2999"}, "1900 to this year"), ({"population_source": "y" * 201}, "at most 200")],
)  # fmt: skip
def test_a_wrong_figure_is_shown_again(world: World, coordinator: Any, change: dict[str, str], message: str) -> None:
    answer = send(coordinator, "population", **{**FIGURE, **change})
    assert answer.status_code == 400 and message in answer.text
    assert 'href="#field-population' in answer.text
    assert ('value="Census"' in answer.text) or "population_source" in change
    assert figures(world) == [(None, 100000, "")] and current(world) == (100000, "UTC", 1)


def test_two_coordinators_at_once_are_told(app: Flask, world: World, coordinator: Any) -> None:
    read_at = version(coordinator)
    assert send(coordinator, "time-zone", time_zone="America/Toronto").status_code == 302
    for path, data in (("population", FIGURE), ("time-zone", {"time_zone": "Asia/Tokyo"})):
        late = post(coordinator, f"/city/{path}", page="/city/", version=read_at, **data)
        assert late.status_code == 409 and "Somebody else changed these facts" in late.text
        assert "America/Toronto <" in late.text
    assert 'value="Census"' in post(coordinator, "/city/population", page="/city/", version=read_at, **FIGURE).text
    assert figures(world) == [(None, 100000, "")] and current(world)[1] == "America/Toronto"
    actor = world.actor("toronto", "coordinator")
    with pytest.raises(Conflict), app.app_context(), acting_as(actor):
        facts.change_time_zone("Asia/Tokyo", version=1, actor=actor)


def test_a_zone_that_is_none_is_refused(world: World, coordinator: Any) -> None:
    for zone in ("Mars/Olympus", "", "../UTC", "Etc/GMT+5"):
        answer = send(coordinator, "time-zone", time_zone=zone)
        assert answer.status_code == 400, zone
        assert 'href="#field-time_zone"' in answer.text
    assert current(world)[1] == "UTC"


def test_recorded_incidents_keep_their_day_when_the_time_zone_changes(
    app: Flask, world: World, coordinator: Any
) -> None:
    """The day of an incident is the local day at recording; counts by day, month and year stay."""
    night = {"kind": "threat", "bias_motivations": "anti_roma", "severity": "3", "status": "reported",
             "source": "ngo", "occurred_on": "2023-12-31", "occurred_time": "23:30", "tlp": "AMBER+STRICT"}  # fmt: skip
    send(coordinator, "time-zone", time_zone="America/Toronto")
    assert post(coordinator, "/incidents/new", **night).status_code == 302
    stored = "select occurred_on::text, occurred_at at time zone 'UTC' from incident order by created_at"
    cells = "select grain, period::text, sum(incidents) from trend_cell where bias = '' group by 1, 2 order by 1, 2"
    before = world.admin.execute(stored).fetchall(), world.admin.execute(cells).fetchall()
    assert (before[0][0][0], str(before[0][0][1])) == ("2023-12-31", "2024-01-01 04:30:00")
    assert before[1] == [("day", "2023-12-31", 1), ("month", "2023-12-01", 1)]

    assert send(coordinator, "time-zone", time_zone="Asia/Tokyo").status_code == 302
    assert (world.admin.execute(stored).fetchall(), world.admin.execute(cells).fetchall()) == before
    # A new one gets its moment in the new zone.
    assert post(coordinator, "/incidents/new", **night).status_code == 302
    day, moment = world.admin.execute(stored).fetchall()[1]
    assert (day, str(moment)) == ("2023-12-31", "2023-12-31 14:30:00")


def test_the_page_costs_a_fixed_number_of_statements(app: Flask, world: World, coordinator: Any) -> None:
    from sqlalchemy import event

    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for years in (range(1990, 1991), range(1991, 2020)):
        for year in years:
            world.admin.execute(
                "insert into city_population (city_id, population, year) values (%s, 5, %s)", (world.ids["toronto"], year))
        seen.clear()
        assert coordinator.get("/city/").status_code == 200
        counts.append(len(seen))
    assert counts == [5, 5]


def test_a_moment_is_told_by_the_clock_of_the_city(app: Flask, world: World) -> None:
    world.admin.execute("update city set time_zone = 'America/Toronto'")
    made = add_incident(world.admin, world.ids["toronto"])
    officer = sign_in(app, world, "toronto", "officer")
    post(officer, f"/records/incident/{made}/comments", page=f"/incidents/{made}", body="Seen")
    world.admin.execute("update record_comment set created_at = '2026-11-28T02:15:45Z'")
    page = officer.get(f"/incidents/{made}").text
    assert "Nov 27, 2026, 9:15" in page and "Nov 28, 2026" not in page

"""The list of incidents: sorted, filtered, paged; and who reads what is RED."""

import re

import pytest
from flask import Flask

from tests.conftest import Connection
from tests.test_main_path import post, sign_in
from tests.world import World, add_incident


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def follow(client, path: str, rel: str) -> list[str]:  # type: ignore[no-untyped-def]
    """The incidents of every page reached by following the links ``rel``, in the order shown."""
    seen: list[str] = []
    while path:
        page = client.get(path).text
        seen += re.findall(r'<th scope="row"><a href="/incidents/([0-9a-f-]{36})"', page)
        link = re.search(rf'rel="{rel}" href="([^"]+)"', page)
        path = link[1].replace("&amp;", "&") if link else ""
    return seen


@pytest.mark.parametrize(
    ("sort", "order"),
    [("newest", "occurred_at desc, incident_id desc"), ("oldest", "occurred_at, incident_id"),
     ("severity", "severity desc, occurred_at desc, incident_id desc"),
     ("recorded", "created_at desc, incident_id desc")],
)  # fmt: skip
def test_every_order_pages_without_gap_or_repeat(app: Flask, world: World, sort: str, order: str) -> None:
    for i in range(120):
        add_incident(world.admin, world.ids["toronto"], severity=i % 5 + 1, occurred_at=f"2024-03-{i % 9 + 1:02d}T00:00Z")
    client = sign_in(app, world, "toronto", "officer")
    expected = [str(row[0]) for row in world.admin.execute(f"select incident_id from incident order by {order}")]
    assert follow(client, f"/incidents/?sort={sort}", "next") == expected
    second = re.search(r'rel="next" href="([^"]+)"', client.get(f"/incidents/?sort={sort}").text)
    assert second
    page = client.get(second[1].replace("&amp;", "&")).text
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back and follow(client, back[1].replace("&amp;", "&"), "prev") == expected[:50]


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyIyMDI0IiwgIngiXQ", "W251bGwsIG51bGxd", "x%00"])
def test_a_broken_page_address_is_a_clear_error(app: Flask, world: World, cursor: str) -> None:
    answer = sign_in(app, world, "toronto", "officer").get(f"/incidents/?after={cursor}")
    assert answer.status_code == 400
    assert "This page address is not valid." in answer.text


def test_filters_in_force_are_shown_and_can_be_taken_away(app: Flask, world: World) -> None:
    add_incident(world.admin, world.ids["toronto"], severity=4, district="Centre")
    client = sign_in(app, world, "toronto", "officer")
    page = client.get("/incidents/?severity=4&q=Centre&kind=nonsense").text
    assert "Search: Centre" in page and "4 Grave" in page
    assert 'href="/incidents/?severity=4&amp;kind=nonsense"' in page
    assert "Nothing fits these filters" in client.get("/incidents/?severity=1").text


RED = {"kind": "threat", "bias_motivations": "anti_roma", "severity": "3", "status": "reported", "source": "ngo",
       "occurred_on": "2024-02-03", "summary": "for few eyes", "tlp": "RED"}  # fmt: skip


def test_red_is_read_by_the_people_named(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    mayor, analyst = sign_in(app, world, "toronto", "mayor"), sign_in(app, world, "toronto", "analyst")
    made = post(officer, "/incidents/new", **RED, named_reader_ids=str(world.people["toronto", "mayor"]))
    where = str(made.location)
    assert "Mayor Person" in officer.get(where).text
    assert "for few eyes" in mayor.get(where).text
    assert analyst.get(where).status_code == 404
    assert "for few eyes" not in analyst.get("/incidents/").text + analyst.get("/incidents/export.csv").text
    version = re.search(r'name="version" value="(\d+)"', officer.get(f"{where}/edit").text)
    assert version
    changed = {**RED, "tlp": "AMBER+STRICT", "version": version[1]}
    assert post(officer, f"{where}/edit", **changed).status_code == 302
    assert world.admin.execute("select named_reader_ids from incident").fetchone() == ([],)
    assert analyst.get(where).status_code == 200


@pytest.mark.parametrize(("name", "role"), [("ottawa", "officer"), ("toronto", "partner"), ("canada", "analyst")])
def test_only_people_of_the_team_can_be_named(app: Flask, world: World, name: str, role: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    stranger = world.actor(name, role).person_id
    answer = post(officer, "/incidents/new", **RED, named_reader_ids=str(stranger))
    assert answer.status_code == 400
    assert "Choose people of your team." in answer.text
    assert "for few eyes" in answer.text
    assert world.admin.execute("select count(*) from incident").fetchone() == (0,)


def test_a_time_to_the_minute_survives_an_edit(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    timed = {**RED, "tlp": "AMBER", "occurred_time": "23:45", "occurred_precision": "minute", "reported_on": "2024-02-04"}
    where = str(post(officer, "/incidents/new", **timed).location)
    form = officer.get(f"{where}/edit").text
    assert 'value="23:45"' in form and 'value="2024-02-04"' in form

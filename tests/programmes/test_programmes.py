"""Programmes: kept by coordinators and officers, counted without names, measured and evaluated."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from network.kernel.tenancy import acting_as
from network.programmes.queries import list_community_reach, list_district_reach, programme_progress
from tests.communications.counting import count_statements
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World, add_incident

TODAY = date.today()
GOOD: dict[str, Any] = {
    "name": "Stand by your neighbour", "aim": "Pupils step in when somebody is insulted.", "prevention_level": "primary",
    "status": "active", "target_groups": "Pupils of 14 to 16 years", "districts": "North, East ; North",
    "starts_on": "2025-01-15", "budget": "25000.50", "currency": "cad",
}  # fmt: skip
TABLES = ("programme", "programme_community", "programme_session", "programme_indicator", "programme_measurement",
          "programme_evaluation")  # fmt: skip


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def insert(world: World, table: str, **values: Any) -> str:
    marks = ", ".join(f"%({key})s" for key in values)
    key = {"community": "community_id", "partner": "partner_id"}.get(table, f"{table}_id")
    row = world.admin.execute(
        f"insert into {table} ({', '.join(values)}) values ({marks}) returning {key}::text", values
    ).fetchone()
    assert row
    return str(row[0])


def community(world: World, name: str, city: str = "toronto") -> str:
    return insert(world, "community", city_id=world.ids[city], name=name)


def begin(client: FlaskClient, **data: Any) -> str:
    answer = post(client, "/programmes/new", **{**GOOD, **data})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def hold(client: FlaskClient, where: str, **data: Any) -> Any:
    session = {"name": "Workshop", "held_on": str(TODAY), "attendance": "20", **data}
    return post(client, f"{where}/sessions/new", **session)


def test_a_programme_is_kept_found_changed_archived_and_brought_back(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    somali, foreign = community(world, "Somali families"), community(world, "Elsewhere", "ottawa")
    partner = insert(world, "partner", city_id=world.ids["toronto"], name="House of Youth", partner_type="youth")
    assert "No programmes yet" in officer.get("/programmes/").text
    where = begin(officer, community_ids=[somali], partner_id=partner)
    page = officer.get(where).text
    for words in ("Pupils step in", "Somali families", "House of Youth", "(North, East)", "CA$25,000.50"):
        assert words in page, words
    assert 'value="25000.5"' in officer.get(f"{where}/edit").text
    assert f'value="{somali}" checked' in officer.get(f"{where}/edit").text
    again = post(officer, "/programmes/new", **{**GOOD, "name": "stand by your NEIGHBOUR"})
    assert again.status_code == 400 and "of this name already" in again.text
    for field in ("community_ids", "partner_id", "objective_id"):
        bad = post(officer, "/programmes/new", **{**GOOD, "name": "Other", field: foreign})
        assert bad.status_code == 400 and "not a value of the list" in bad.text, field
    assert "Stand by your neighbour" in officer.get(f"/partners/{partner}").text, "the partner shows it among its links"
    changed = {**GOOD, "version": "1", "name": "Stand together", "community_ids": []}
    assert post(officer, f"{where}/edit", **changed).status_code == 302
    assert "Stand together" not in officer.get(f"/partners/{partner}").text
    assert world.admin.execute("select count(*) from programme_community").fetchone() == (0,)
    assert "<del>Stand by your neighbour</del> <ins>Stand together</ins>" in officer.get(where).text
    late = post(officer, f"{where}/edit", **{**GOOD, "version": "1", "name": "Mine"})
    assert late.status_code == 409 and "Stand together" in late.text and 'value="Mine"' in late.text
    assert "Stand together" in officer.get("/search?q=together").text
    post(officer, f"{where}/archive", page=where)
    assert "Stand together" not in officer.get("/programmes/").text
    assert "Stand together" in officer.get("/programmes/?archived=1").text
    post(officer, f"{where}/archive", page=where, undo="1")
    assert "Stand together" in officer.get("/programmes/").text


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("name", "", "Fill in this field"), ("prevention_level", "none", "not a value of the list"),
     ("ends_on", "2024-01-01", "lies before the start"), ("currency", "XXZ", "no such currency"),
     ("currency", "", "in which currency"), ("budget", "-1", "From 0"), ("districts", "x" * 101, "at most 100"),
     ("practice_slug", "../etc", "not allowed"), ("community_ids", "nonsense", "not an id")],
)  # fmt: skip
def test_bad_input_is_shown_again_with_its_reason(app: Flask, world: World, field: str, value: str, reason: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    community(world, "Somali families")
    answer = post(officer, "/programmes/new", **{**GOOD, field: value})
    assert answer.status_code == 400
    assert "Pupils step in" in answer.text and reason in answer.text
    assert world.admin.execute("select count(*) from programme").fetchone() == (0,)


def test_a_programme_is_taken_from_a_practice(app: Flask, world: World) -> None:
    add_practice(world.admin, "open-kitchen", title="Open kitchen", target_groups=["Families", "Pupils"])
    officer = sign_in(app, world, "toronto", "officer")
    form = officer.get("/programmes/new?practice=open-kitchen").text
    assert 'value="Open kitchen"' in form and 'name="practice_slug" value="open-kitchen"' in form
    assert "Open kitchen (Springfield)" in form and "Families, Pupils" in form and "What the city did." in form
    assert officer.get("/programmes/new?practice=nothing-of-the-kind").status_code == 404
    assert "/programmes/new?practice=open-kitchen" in officer.get("/practices/open-kitchen").text
    assert "/programmes/new" not in app.test_client().get("/practices/open-kitchen").text
    where = begin(officer, practice_slug="open-kitchen", adapted_from_practice="Theirs", changed_from_practice="Shorter")
    page = officer.get(where).text
    assert 'href="/practices/open-kitchen"' in page and "Shorter" in page


def test_sessions_count_people_and_the_sums_are_right(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    where = begin(officer)
    hold(officer, where, attendance="20", under_18="12", from_65="8")
    hold(officer, where, name="Second", held_on=str(TODAY - timedelta(days=400)), attendance="5")
    hold(officer, where, name="To come", held_on=str(TODAY + timedelta(days=9)), attendance="")
    page = officer.get(where).text
    assert "2 sessions held so far, attendance of 25." in page and "to come" in page
    for data, reason in (
        ({"attendance": "5", "under_18": "6"}, "add up to more"), ({"attendance": "", "under_18": "6"}, "altogether"),
        ({"held_on": str(TODAY + timedelta(days=1))}, "before the day"), ({"attendance": "-1"}, "From 0"),
        ({"name": ""}, "Fill in this field"),
    ):  # fmt: skip
        bad = hold(officer, where, note="typed with care", **data)
        assert bad.status_code == 400 and reason in bad.text and "typed with care" in bad.text, data
    session = re.search(r"/programmes/sessions/[0-9a-f-]{36}", page)
    assert session
    text = officer.get("/programmes/sessions/export.csv").text
    assert text.count("Stand by your neighbour") == 3
    post(officer, f"{session[0]}/archive", page=session[0])
    assert officer.get("/programmes/sessions/export.csv").text.count("Stand by your neighbour") == 2
    post(officer, f"{session[0]}/archive", page=session[0], undo="1")
    assert post(officer, f"{session[0]}/edit", version="3", name="Renamed", held_on=str(TODAY)).status_code == 302
    late = post(officer, f"{session[0]}/edit", version="3", name="Mine", held_on=str(TODAY))
    assert late.status_code == 409 and "Renamed" in late.text
    assert "<ins>Renamed</ins>" in officer.get(session[0]).text
    other = begin(officer, name="Another")
    assert "Renamed" not in officer.get(f"/programmes/sessions/export.csv?programme={other[-36:]}").text


def test_an_indicator_is_measured(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    where = begin(officer)
    post(officer, f"{where}/indicators/new", name="Would step in", unit="%", baseline="31", target="50", target_on="2027-06-30")
    indicator = re.search(r"/programmes/indicators/[0-9a-f-]{36}", officer.get(where).text)
    assert indicator
    value = f"{indicator[0]}/values"
    day = str(TODAY - timedelta(days=30))
    assert post(officer, value, page=indicator[0], measured_on=day, value="38.5").status_code == 302
    assert post(officer, value, page=indicator[0], measured_on=day, value="39").status_code == 302
    assert post(officer, value, page=indicator[0], measured_on=str(TODAY), value="42", note="60 answers").status_code == 302
    bad = post(officer, value, page=indicator[0], measured_on=str(TODAY + timedelta(days=1)), value="many")
    assert bad.status_code == 400 and "in the future" in bad.text and "Write a number" in bad.text
    page = officer.get(indicator[0]).text
    assert "60 answers" in page and "39 %" in page and "38.5" not in page
    assert "42 %" in officer.get(where).text
    sheet = load_workbook(io.BytesIO(officer.get("/programmes/indicators/export.xlsx").data)).active
    assert sheet is not None and [cell.value for cell in list(sheet.rows)[1]][-1] == 42
    assert post(officer, value, page=indicator[0], remove=str(TODAY)).status_code == 302
    assert post(officer, value, page=indicator[0], remove=str(TODAY)).status_code == 404
    assert post(officer, value, page=indicator[0], remove="yesterday").status_code == 404
    assert "39 %" in officer.get(where).text


def test_an_evaluation_says_whether_it_helped(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    where = begin(officer)
    assert "Stand by" in officer.get("/programmes/?evaluated=0").text
    data = {"name": "First year", "evaluated_on": str(TODAY), "method": "before_after", "rating": "4", "findings": "More step in."}
    for field, value in (("rating", "6"), ("method", "guess"), ("findings", ""), ("evaluated_on", "2099-01-01")):
        assert post(officer, f"{where}/evaluations/new", **{**data, field: value}).status_code == 400, field
    assert post(officer, f"{where}/evaluations/new", **data).status_code == 302
    page = officer.get(where).text
    assert "4 It helps" in page and "Before and after" in page
    assert "Stand by" not in officer.get("/programmes/?evaluated=0").text
    assert "4 It helps" in officer.get("/programmes/?evaluated=1").text
    assert "More step in." in officer.get("/programmes/evaluations/export.csv").text


def test_list_and_export_hold_what_the_filters_mean(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    somali = community(world, "Somali families")
    where = begin(officer, name="=First", community_ids=[somali])
    begin(officer, name="Second", status="planned", prevention_level="tertiary", districts="West", aim="Ways out")
    hold(officer, where)

    def names(query: str) -> list[str]:
        return [row.split(",")[0] for row in officer.get(f"/programmes/export.csv?{query}").text.splitlines()[1:]]

    assert names("") == ["'=First", "Second"]
    assert names("status=planned&level=tertiary") == ["Second"]
    assert names(f"community={somali}") == ["'=First"]
    assert names("district=West") == names("q=ways") == ["Second"]
    assert names("q=nothing") == []
    sheet = load_workbook(io.BytesIO(officer.get("/programmes/export.xlsx?status=active").data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert [row[0] for row in rows][1:] == ["'=First"] and rows[1][-3:-1] == [1, 20] and "Somali families" in rows[1]
    page = officer.get("/programmes/?sort=newest").text
    assert page.index("Second</a>") < page.index("=First</a>")


def test_reach_is_held_against_communities_and_districts(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    reached, planned, nobody = (community(world, name) for name in ("A reached", "B planned", "C nobody"))
    community(world, "Elsewhere", "ottawa")
    first = begin(officer, community_ids=[reached, planned])
    begin(officer, name="Later", community_ids=[nobody], status="planned")
    hold(officer, first, attendance="20", district="North")
    hold(officer, first, attendance="7", district="north", held_on=str(TODAY - timedelta(days=100)))
    hold(officer, first, attendance="1000", district="Old", held_on=str(TODAY - timedelta(days=500)))
    hold(officer, first, attendance="", district="South")
    for district, count in (("North", 2), ("East", 3)):
        for _i in range(count):
            add_incident(world.admin, world.ids["toronto"], occurred_on=TODAY, occurred_at=f"{TODAY}T00:00Z", district=district)
    actor = world.actor("toronto", "officer")
    year = TODAY - timedelta(days=365)
    with app.app_context(), acting_as(actor):
        communities = list_community_reach(actor=actor, date_from=year, date_to=TODAY)
        districts = list_district_reach([("East", 3), ("North", 2)], actor=actor, date_from=year, date_to=TODAY)
        progress = programme_progress(actor=actor)
    assert [(c.name, c.programmes, c.sessions, c.attendance) for c in communities] == [
        ("A reached", 1, 2, 27), ("B planned", 1, 2, 27), ("C nobody", 0, 0, 0)]  # fmt: skip
    assert [(d.name, d.sessions, d.attendance, d.incidents) for d in districts] == [("East", 0, 0, 3), ("North", 2, 27, 2)]
    assert (progress.programmes_active, progress.sessions_last_year, progress.reached_last_year) == (1, 2, 27)
    assert (progress.communities_reached, progress.communities_not_reached) == (2, 1)
    assert (progress.evaluated, progress.without_evaluation) == (0, 1)
    page = officer.get("/programmes/reach").text
    assert "C nobody" in page and "Elsewhere" not in page and page.count("Not reached") == 2
    text = officer.get("/programmes/reach/districts.csv").text
    assert "East,3,0,0" in text and "North,2,2,27" in text and "Old" not in text
    assert "Old" in officer.get("/programmes/reach/districts.csv?from=2020-01-01").text
    assert "A reached,1,2,27" in officer.get("/programmes/reach/communities.csv").text
    assert officer.get("/programmes/reach?from=nonsense&to=2020-01-01").status_code == 200
    # What is archived reaches nobody.
    post(officer, f"{first}/archive", page=first)
    with app.app_context(), acting_as(actor):
        assert programme_progress(actor=actor).reached_last_year == 0
        assert all(c.sessions == 0 for c in list_community_reach(actor=actor, date_from=year, date_to=TODAY))


def whole(app: Flask, world: World) -> tuple[str, dict[str, str]]:
    """A programme with one of everything, and the addresses of its parts."""
    officer = sign_in(app, world, "toronto", "officer")
    where = begin(officer, name="Hidden work", community_ids=[community(world, "Hidden people")])
    hold(officer, where)
    post(officer, f"{where}/indicators/new", name="Indicator")
    post(officer, f"{where}/evaluations/new", name="E", evaluated_on=str(TODAY), method="feedback", rating="3", findings="x")
    page = officer.get(where).text
    parts = {}
    for kind in ("sessions", "indicators", "evaluations"):
        found = re.search(rf"/programmes/{kind}/[0-9a-f-]{{36}}", page)
        assert found
        parts[kind] = found[0]
    post(officer, f"{parts['indicators']}/values", page=where, measured_on=str(TODAY), value="1")
    return where, parts


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    where, parts = whole(app, world)
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for path in (where, f"{where}/edit", f"{where}/sessions/new", *parts.values(), *(f"{p}/edit" for p in parts.values())):
        assert client.get(path).status_code == 404, path
    for path in ("/programmes/", "/programmes/export.csv", "/programmes/reach", "/programmes/reach/communities.csv",
                 "/programmes/sessions/export.csv", "/programmes/indicators/export.csv",
                 "/programmes/evaluations/export.csv"):  # fmt: skip
        assert "Hidden" not in client.get(path).text, path
    for path in (where, *parts.values()):
        assert post(client, f"{path}/archive", page="/account").status_code == 404
    assert post(client, f"{parts['indicators']}/values", page="/account", measured_on="2026-01-01", value="9").status_code == 404
    for table in (*TABLES, "record_entry"):
        assert as_.count(actor, table) == 0 and as_.count(None, table) == 0, table
    city, programme = world.ids["toronto"], where[-36:]
    for statement, values in (
        ("insert into programme (city_id, name, prevention_level) values (%s, 'In', 'primary')", (city,)),
        ("insert into programme_session (city_id, programme_id, name, held_on) values (%s, %s, 'In', now())", (city, programme)),
        ("insert into programme_indicator (city_id, programme_id, name) values (%s, %s, 'In')", (city, programme)),
        ("insert into programme_measurement (city_id, programme_indicator_id, measured_on, value) values (%s, %s, '2020-01-01', 1)",
         (city, parts["indicators"][-36:])),
        ("insert into programme_evaluation (city_id, programme_id, name, evaluated_on, method, findings, rating)"
         " values (%s, %s, 'In', now(), 'feedback', 'x', 1)", (city, programme)),
        ("update programme set name = 'Mine'", ()), ("update programme_session set attendance = 0", ()),
        ("update programme_evaluation set rating = 5", ()), ("update programme_measurement set value = 0", ()),
        ("delete from programme_community", ()), ("delete from programme_measurement", ()),
    ):  # fmt: skip
        assert as_.run(actor, statement, *values) == 0, statement
    for table in TABLES:
        assert world.admin.execute(f"select count(*) from {table}").fetchone() == (1,), table


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    where, parts = whole(app, world)
    client = sign_in(app, world, "toronto", role)
    for path in (where, *parts.values(), "/programmes/reach"):
        page = client.get(path)
        assert page.status_code == 200 and "/edit" not in page.text and "/new" not in page.text, path
    for path in ("/programmes/new", f"{where}/edit", f"{where}/sessions/new", f"{parts['sessions']}/edit"):
        assert client.get(path).status_code == 404, path
    actor = world.actor("toronto", role)
    assert as_.run(actor, "update programme set name = 'Changed'") == 0
    assert as_.run(actor, "update programme_session set attendance = 0") == 0
    assert as_.run(actor, "delete from programme_measurement") == 0


def test_pages_cost_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    first = ""
    counts = []
    for step in range(2):
        for i in range(4):
            where = begin(officer, name=f"Programme {step} {i}", community_ids=[community(world, f"Community {step} {i}")])
            first = first or where
            hold(officer, first, district=f"District {step} {i}")
            post(officer, f"{first}/indicators/new", name=f"Indicator {step} {i}")
        counts.append([count_statements(app, officer, path) for path in ("/programmes/", "/programmes/reach", first)])
    assert counts[0] == counts[1]

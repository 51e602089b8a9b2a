"""Soft targets: reviewed and protected in turn, for the eyes of the team alone."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from network.kernel.db import db
from tests.assessment.factory import one
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

GOOD = {"name": "Central mosque", "place_type": "worship", "owner": "Mosque council", "contact": "Duty phone in the safe",
        "review_due_on": str(date.today() + timedelta(days=10))}  # fmt: skip
MEASURE = {"title": "Second exit", "kind": "building", "status": "planned", "owner": "Mosque council"}
TABLES = ("soft_target", "soft_target_review", "soft_target_measure")


def add_place(world: World, name: str = "Hidden hall", *, city: str = "toronto", due: int = 30) -> str:
    return one(
        world, "insert into soft_target (city_id, name, place_type, owner, contact, review_due_on)"
        " values (%s, %s, 'school', 'Board', 'Night phone 77', %s) returning soft_target_id",
        world.ids[city], name, date.today() + timedelta(days=due),
    )  # fmt: skip


def add_measure(world: World, place: str) -> str:
    return one(
        world, "insert into soft_target_measure (city_id, soft_target_id, title, kind, status)"
        " values (%s, %s, 'Hidden gate', 'building', 'in_place') returning measure_id", world.ids["toronto"], place,
    )  # fmt: skip


def test_a_place_is_kept_reviewed_protected_and_archived(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "No places yet" in officer.get("/places/").text
    where = str(post(officer, "/places/new", **GOOD).location)
    assert "Duty phone in the safe" in officer.get(where).text
    today, again = str(date.today()), str(date.today() + timedelta(days=200))
    post(officer, f"{where}/review", reviewed_on=today, finding="Exit is blocked", review_due_on=again)
    assert "Exit is blocked" in officer.get(where).text
    post(officer, f"{where}/review", reviewed_on="2024-01-01", finding="From the old files", review_due_on="2024-06-01")
    kept = world.admin.execute("select reviewed_on::text, review_due_on::text from soft_target").fetchone()
    assert kept == (today, again)
    assert post(officer, f"{where}/measures/new", **MEASURE).status_code == 302
    measure = world.admin.execute("select measure_id from soft_target_measure").fetchone()
    assert measure
    edit = f"{where}/measures/{measure[0]}/edit"
    post(officer, edit, **{**MEASURE, "status": "in_place", "version": "1"})
    assert "In place" in officer.get(where).text
    late = post(officer, edit, **{**MEASURE, "title": "Mine", "version": "1"})
    assert late.status_code == 409 and "Second exit" in late.text
    post(officer, edit, remove="1")
    assert "Second exit" not in officer.get(where).text
    post(officer, f"{where}/edit", **{**GOOD, "name": "Mosque", "version": "2"})
    assert "<del>Central mosque</del> <ins>Mosque</ins>" in officer.get(where).text
    post(officer, f"{where}/archive", page=where)
    assert "Mosque" not in officer.get("/places/?type=worship").text
    post(officer, f"{where}/archive", page=where, undo="1")
    assert "Mosque" in officer.get("/places/?type=worship").text


def test_due_reviews_come_by_their_day(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    for name, due in (("Overdue place", -5), ("Soon place", 20), ("Later place", 300)):
        add_place(world, name, due=due)
    page = officer.get("/places/?due=soon").text
    assert page.index("Overdue place") < page.index("Soon place") and "Later place" not in page
    page = officer.get("/places/?due=overdue").text
    assert "Overdue place" in page and "Soon place" not in page
    assert "Later place" in officer.get("/places/?due=never").text
    text = officer.get("/places/export.csv?due=overdue").text
    assert "Overdue place" in text and "Soon place" not in text


@pytest.mark.parametrize(
    ("path", "good", "field", "value", "reason"),
    [("/places/new", GOOD, "name", "", "Fill in"), ("/places/new", GOOD, "owner", "", "Fill in"),
     ("/places/new", GOOD, "place_type", "moon", "of the list"), ("/places/new", GOOD, "review_due_on", "soon", "YYYY-MM-DD"),
     ("/places/new", GOOD, "community_id", "00000000-0000-7000-8000-000000000000", "Choose from the list"),
     ("{}/review", {"finding": "typed", "reviewed_on": "2024-02-01"}, "review_due_on", "2024-01-01", "after this one"),
     ("{}/review", {"finding": "typed", "review_due_on": "2199-01-01"}, "reviewed_on", "2190-01-01", "in the future"),
     ("{}/measures/new", MEASURE, "kind", "magic", "of the list"), ("{}/measures/new", MEASURE, "title", "", "Fill in")],
)  # fmt: skip
def test_bad_input_is_shown_again(
    app: Flask, world: World, path: str, good: dict[str, str], field: str, value: str, reason: str
) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    place = f"/places/{add_place(world)}" if "{" in path else ""
    before = [world.admin.execute(f"select * from {table}").fetchall() for table in TABLES]
    answer = post(officer, path.format(place), **{**good, field: value})
    assert answer.status_code == 400 and reason in answer.text
    assert [world.admin.execute(f"select * from {table}").fetchall() for table in TABLES] == before


def test_the_list_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for step in range(2):
        places = [add_place(world, f"P {step} {i}") for i in range(20)]
        for place in places:
            add_measure(world, place)
        for path in ("/places/", f"/places/{places[0]}"):
            seen.clear()
            assert officer.get(path).status_code == 200
            counts.append(len(seen))
    assert counts == [5, 13, 5, 13]


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    world.agree("toronto", "canada", "{counts,records,readiness}")
    place = add_place(world)
    measure = add_measure(world, place)
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    here = f"/places/{place}"
    for path in (here, f"{here}/edit", f"{here}/review", f"{here}/measures/new", f"{here}/measures/{measure}/edit"):
        assert client.get(path).status_code == 404, path
    for path in ("/places/", "/places/export.csv", "/search?q=hidden"):
        page = client.get(path).text
        assert "Hidden hall" not in page and "Night phone" not in page, path
    assert post(client, f"{here}/archive", page="/account").status_code == 404
    city = world.ids["toronto"]
    assert as_.run(
        actor, "insert into soft_target (city_id, name, place_type, owner, review_due_on)"
        " values (%s, 'x', 'school', 'x', now())", city) == 0  # fmt: skip
    for table in (*TABLES, "record_entry", "record_event"):
        assert as_.count(actor, table) == 0 and as_.count(None, table) == 0, table
    for table in TABLES:
        assert as_.run(actor, f"update {table} set city_id = city_id") == 0, table
        assert as_.run(actor, f"delete from {table}") == 0, table


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    place = add_place(world)
    add_measure(world, place)
    client = sign_in(app, world, "toronto", role)
    assert client.get(f"/places/{place}").status_code == 200
    assert client.get(f"/places/{place}/review").status_code == 404
    actor = world.actor("toronto", role)
    assert as_.run(actor, "update soft_target set name = 'x'") == 0
    assert as_.run(actor, "delete from soft_target_measure") == 0

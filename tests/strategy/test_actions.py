"""The action plan: kept by coordinators and officers, filtered, exported, open to nobody outside."""

import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook

from network.kernel.tenancy import acting_as
from network.strategy import queries, service
from tests.practices.factory import add_practice
from tests.strategy.conftest import add, add_partner
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

GOOD = {"title": "Open a youth café", "description": "Two evenings a week.", "status": "planned", "percent": "0",
        "due_on": "2030-05-01", "budget": "25 000.50", "currency": "cad", "funding_source": "City budget"}  # fmt: skip


def test_an_action_is_kept_changed_archived_and_brought_back(app: Flask, world: World) -> None:
    partner = add_partner(world, "House of Youth")
    officer = sign_in(app, world, "toronto", "officer")
    assert "No actions yet" in officer.get("/actions/").text
    assert 'name="currency" id="field-currency" value="CAD"' in officer.get("/actions/new").text
    lead = f"partner:{partner}"
    where = str(post(officer, "/actions/new", **{**GOOD, "lead": lead, "support": ["role:mayor"]}).location)
    page = officer.get(where).text
    assert "House of Youth" in page and "25,000.50" in page and "Mayor" in page
    post(officer, f"{where}/edit", **{**GOOD, "version": "1", "title": "Open two cafés", "lead": lead})
    assert "<del>Open a youth café</del> <ins>Open two cafés</ins>" in officer.get(where).text
    late = post(officer, f"{where}/edit", **{**GOOD, "version": "1", "title": "Mine"})
    assert late.status_code == 409 and "Open two cafés" in late.text and 'value="Mine"' in late.text
    assert "<dd>House of Youth</dd>" in late.text
    post(officer, f"{where}/archive", page=where)
    assert "Open two cafés" not in officer.get("/actions/").text
    assert "Open two cafés" in officer.get("/actions/?archived=1").text
    post(officer, f"{where}/archive", page=where, undo="1")
    assert "Open two cafés" in officer.get("/actions/").text


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("title", "", "Fill in this field"), ("budget", "many", "Write a number"), ("budget", "1.234", "two decimals"),
     ("budget", "-1", "0"), ("budget", "1e40", "not allowed"), ("budget", "NaN", "Write a number"), ("currency", "ZZZ", "no such currency"), ("currency", "", "in which currency"),
     ("starts_on", "2031-01-01", "before the start"), ("percent", "101", "100"), ("status", "lost", "not a value"),
     ("lead", "partner:00000000-0000-0000-0000-000000000000", "Choose from the list"),
     ("support", "role:king", "Choose from the list"), ("objective_id", "x", "not an id"),
     ("practice_slug", "../x", "not allowed")],
)  # fmt: skip
def test_bad_input_is_shown_again_with_its_reason(app: Flask, world: World, field: str, value: str, reason: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    answer = post(officer, "/actions/new", **{**GOOD, field: value})
    assert answer.status_code == 400
    assert "Two evenings a week." in answer.text and reason in answer.text
    assert world.admin.execute("select count(*) from action").fetchone() == (0,)


def test_another_citys_partner_person_or_objective_cannot_be_used(app: Flask, world: World) -> None:
    strange = add_partner(world, "Elsewhere", "ottawa")
    person = world.actor("ottawa", "officer").person_id
    strategy = add(world, "strategy", "ottawa", title="S", kind="standalone")
    objective = add(world, "objective", "ottawa", strategy_id=strategy, title="O")
    officer = sign_in(app, world, "toronto", "officer")
    for values in ({"lead": f"partner:{strange}"}, {"lead": f"person:{person}"}, {"support": f"partner:{strange}"},
                   {"objective_id": objective}):  # fmt: skip
        answer = post(officer, "/actions/new", **{**GOOD, **values})
        assert answer.status_code == 400 and "Choose from the list" in answer.text, values
    assert world.admin.execute("select count(*) from action").fetchone() == (0,)


def test_what_is_overdue_unowned_and_unfunded_is_found(app: Flask, world: World) -> None:
    officer = world.actor("toronto", "officer").person_id
    past, future = date.today() - timedelta(days=1), date.today() + timedelta(days=9)
    fine = {"lead_person_id": officer, "funding_source": "City", "due_on": future}
    add(world, "action", title="All is fine", **fine)
    add(world, "action", title="Late one", **fine | {"due_on": past})
    add(world, "action", title="Late but done", **fine | {"due_on": past, "status": "done"})
    add(world, "action", title="Orphan", **fine | {"lead_person_id": None})
    add(world, "action", title="Poor", **fine | {"funding_source": ""})
    add(world, "action", title="Free of charge", **fine | {"funding_source": "", "budget": 0})
    client = sign_in(app, world, "toronto", "officer")

    def titles(question: str) -> list[str]:
        return re.findall(r'<a href="/actions/[0-9a-f-]{36}">([^<]+)</a>', client.get(f"/actions/?{question}").text)

    assert titles("overdue=1") == ["Late one"]
    assert titles("unowned=1") == ["Orphan"]
    assert titles("unfunded=1") == ["Poor"]
    assert titles("lead=me&status=done") == ["Late but done"]
    assert titles("sort=-title")[0] == "Poor" and len(titles("")) == 6
    assert titles("q=orph") == ["Orphan"]
    with app.app_context(), acting_as(world.actor("toronto", "mayor")):
        found = queries.strategy_progress(actor=world.actor("toronto", "mayor"))
    assert (found.actions, found.actions_open, found.overdue, found.unowned, found.unfunded) == (6, 5, 1, 1, 1)


def test_the_export_holds_what_the_filter_means(app: Flask, world: World) -> None:
    add(world, "action", title="=cmd|one", budget=12.5, currency="CAD")
    add(world, "action", title="Two", status="active")
    add(world, "action", "ottawa", title="Elsewhere")
    client = sign_in(app, world, "toronto", "mayor")
    text = client.get("/actions/export.csv?status=planned").text
    assert "'=cmd|one" in text and "Two" not in text and "Elsewhere" not in text and "12.5" in text
    sheet = load_workbook(io.BytesIO(client.get("/actions/export.xlsx").data)).active
    assert sheet is not None
    assert {row[0].value for row in sheet.rows} == {"Title", "'=cmd|one", "Two"}
    assert all(cell.data_type != "f" for row in sheet.rows for cell in row)


def test_an_action_begins_from_a_practice_example(app: Flask, world: World) -> None:
    add_practice(world.admin, "night-buses", title="Night buses", city="Springfield")
    officer = sign_in(app, world, "toronto", "officer")
    page = officer.get("/actions/new?practice=night-buses").text
    assert 'value="Night buses"' in page and "Night buses (Springfield)" in page
    assert officer.get("/actions/new?practice=nothing").status_code == 404
    where = post(officer, "/actions/new", **{**GOOD, "practice_slug": "night-buses", "changed_from_practice": "Trams"})
    page = officer.get(str(where.location)).text
    assert 'href="/practices/night-buses"' in page and "Trams" in page


def test_the_team_tells_how_it_goes_and_it_takes_effect(app: Flask, world: World) -> None:
    action = add(world, "action", title="One")
    officer = sign_in(app, world, "toronto", "officer")
    where = f"/actions/{action}"
    assert post(officer, f"{where}/reports", page=where, body="", percent="20").status_code == 400
    post(officer, f"{where}/reports", page=where, body="Half way", percent="50", proposed_status="active")
    assert world.admin.execute("select status, percent from action").fetchone() == ("active", 50)
    post(officer, f"{where}/reports", page=where, body="There", proposed_status="done")
    assert world.admin.execute("select status, percent from action").fetchone() == ("done", 100)
    assert "Half way" in officer.get(where).text


def test_other_slices_add_actions_with_a_title_alone(app: Flask, world: World) -> None:
    actor = world.actor("toronto", "officer")
    with app.app_context(), acting_as(actor):
        action = service.add_action({"title": "Agreed at the meeting", "lead": f"person:{actor.person_id}"}, actor=actor)
        assert action.lead_name == "Officer Person" and action.strategy_id is None
        assert queries.action_choices(actor=actor) == [(str(action.action_id), "Agreed at the meeting")]
        assert queries.objective_choices(actor=actor) == []


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    strategy = add(world, "strategy", title="Hidden plan", kind="standalone")
    objective = add(world, "objective", strategy_id=strategy, title="Hidden objective")
    action = add(world, "action", strategy_id=strategy, objective_id=objective, title="Hidden action")
    writer = world.actor("toronto", "officer").person_id
    add(world, "action_report", action_id=action, body="Hidden words", author_name="O", created_by=writer)
    add(world, "strategy_version", strategy_id=strategy, number=1)
    indicator = add(world, "indicator", strategy_id=strategy, name="Hidden trust")
    world.admin.execute("insert into measurement (city_id, indicator_id, measured_on, value) values (%s, %s, now(), 1)",
                        (world.ids["toronto"], indicator))  # fmt: skip
    add(world, "consultation", strategy_id=strategy, title="Hidden talk", held_on="2024-01-01", form="meeting")
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for path in (f"/strategy/{strategy}", f"/strategy/{strategy}/edit", f"/strategy/objectives/{objective}",
                 f"/strategy/objectives/{objective}/edit", f"/strategy/{strategy}/objectives/new",
                 f"/actions/{action}", f"/actions/{action}/edit", f"/assigned/{action}"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in ("/strategy/?all=1", "/actions/", "/actions/export.csv", "/assigned/"):
        assert "Hidden" not in client.get(path).text, path
    for path in (f"/strategy/{strategy}/archive", f"/strategy/objectives/{objective}/archive", f"/actions/{action}/archive",
                 f"/actions/{action}/reports", f"/assigned/{action}"):  # fmt: skip
        assert post(client, path, page="/account", body="In").status_code == 404, path
    for table in ("strategy", "objective", "action", "action_report", "strategy_version", "indicator", "measurement",
                  "consultation", "record_entry", "record_event"):  # fmt: skip
        assert as_.count(actor, table) == 0, table
        assert as_.count(None, table) == 0, table
    city, me = world.ids["toronto"], actor.person_id
    for statement, values in (
        ("insert into strategy (city_id, title, kind) values (%s, 'In', 'standalone')", (city,)),
        ("insert into objective (city_id, strategy_id, title) values (%s, %s, 'In')", (city, strategy)),
        ("insert into action (city_id, title) values (%s, 'In')", (city,)),
        ("insert into action_report (city_id, action_id, body, author_name, created_by) values (%s, %s, 'In', 'I', %s)",
         (city, action, me)),
        ("insert into strategy_version (city_id, strategy_id, number) values (%s, %s, 9)", (city, strategy)),
        ("insert into indicator (city_id, strategy_id, name) values (%s, %s, 'In')", (city, strategy)),
        ("insert into measurement (city_id, indicator_id, measured_on, value) values (%s, %s, '2024-01-01', 9)",
         (city, indicator)),
        ("insert into consultation (city_id, strategy_id, title, held_on, form) values (%s, %s, 'In', now(), 'other')",
         (city, strategy)),
        ("update action set title = 'In'", ()),
        ("update strategy set title = 'In'", ()),
        ("delete from measurement", ()),
    ):  # fmt: skip
        assert as_.run(actor, statement, *values) == 0, statement
    assert world.admin.execute("select title from action").fetchall() == [("Hidden action",)]


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    action = add(world, "action", title="House")
    client = sign_in(app, world, "toronto", role)
    assert client.get(f"/actions/{action}").status_code == 200
    assert client.get(f"/actions/{action}/edit").status_code == 404
    assert as_.run(world.actor("toronto", role), "update action set title = 'Changed'") == 0


def test_the_list_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    from sqlalchemy import event

    from network.kernel.db import db

    officer = sign_in(app, world, "toronto", "officer")
    strategy = add(world, "strategy", title="Plan", kind="standalone")
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for step in range(2):
        for i in range(30):
            objective = add(world, "objective", strategy_id=strategy, title=f"Objective {step} {i}")
            add(world, "action", title=f"Action {step} {i}", strategy_id=strategy, objective_id=objective)
            add_partner(world, f"Partner {step} {i}")
            indicator = add(world, "indicator", strategy_id=strategy, name=f"Indicator {step} {i}")
            world.admin.execute("insert into measurement values (%s, %s, now(), 1)", (world.ids["toronto"], indicator))
            add(world, "consultation", strategy_id=strategy, title=f"Talk {step} {i}", held_on="2024-01-01", form="visit")
        for path in ("/actions/", "/actions/board", "/actions/timeline", f"/strategy/{strategy}",
                     f"/strategy/{strategy}/roles", f"/strategy/{strategy}/document", f"/strategy/{strategy}/consultations",
                     f"/strategy/{strategy}/versions/compare", f"/strategy/objectives/{objective}"):  # fmt: skip
            seen.clear()
            assert officer.get(path).status_code == 200
            counts.append(len(seen))
        actor = world.actor("toronto", "mayor")
        seen.clear()
        with app.app_context(), acting_as(actor):
            queries.strategy_progress(actor=actor)
        counts.append(len(seen))
    assert counts[: len(counts) // 2] == counts[len(counts) // 2 :]

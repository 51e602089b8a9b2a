"""The mandate as recorded answers, decisions with day and decider, policies of others; and the facts
that other pages show of all this."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from network.assessment.queries import AssessmentProgress, assessment_progress
from network.kernel.db import db
from network.kernel.tenancy import Actor, acting_as
from tests.assessment.factory import add_assessment, add_community, add_threat, one
from tests.assessment.test_evidence import add_gap, add_source
from tests.assessment.test_mapping import add_resource
from tests.assessment.test_places import add_place
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

ANSWERS = {"name": "Prevention of hate", "level": "voluntary", "legal_basis": "Council act 12", "allows": "Programmes",
           "limits": "No investigations", "takes_over": "Provincial police", "priority": "high"}  # fmt: skip
DECISION = {"title": "A coordinator for prevention", "decided_on": "2025-03-01", "decided_by": "City council", "reference": "2025/44"}
POLICY = {"title": "National strategy", "level": "national", "url": "https://ministry.example/strategy", "asks": "A local plan"}
TABLES = ("mandate", "mandate_decision", "mandate_policy")


def add_decision(world: World, title: str = "Hidden decision", day: str = "2025-01-01") -> str:
    return one(
        world, "insert into mandate_decision (city_id, title, decided_on, decided_by) values (%s, %s, %s, 'Council')"
        " returning decision_id", world.ids["toronto"], title, day,
    )  # fmt: skip


def add_answers(world: World) -> str:
    return one(
        world, "insert into mandate (city_id, name, level, priority) values (%s, 'Hidden task', 'own', 'top')"
        " returning mandate_id", world.ids["toronto"],
    )  # fmt: skip


def add_policy(world: World) -> str:
    return one(
        world, "insert into mandate_policy (city_id, title, level) values (%s, 'Hidden policy', 'national')"
        " returning policy_id", world.ids["toronto"],
    )  # fmt: skip


def test_answers_are_kept_and_changed(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "Nothing answered yet" in officer.get("/mandate/").text
    assert post(officer, "/mandate/edit", **ANSWERS).status_code == 302
    page = officer.get("/mandate/").text
    assert "No investigations" in page and "Provincial police" in page and "Taken up by the city itself" in page
    post(officer, "/mandate/edit", **{**ANSWERS, "limits": "No lists of people", "version": "1"})
    late = post(officer, "/mandate/edit", **{**ANSWERS, "limits": "Mine", "version": "1"})
    assert late.status_code == 409 and "No lists of people" in late.text and "Mine" in late.text
    page = officer.get("/mandate/").text
    assert "<ins>No lists of people</ins>" in page
    key = world.admin.execute("select mandate_id from mandate").fetchone()
    assert key and "No lists of people" in officer.get(f"/mandate/{key[0]}").text
    assert officer.get("/mandate/00000000-0000-7000-8000-000000000000").status_code == 404


def test_decisions_and_policies(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    where = str(post(officer, "/mandate/decisions/new", **DECISION).location)
    assert "2025/44" in officer.get(where).text and "A coordinator for prevention" in officer.get("/mandate/").text
    add_decision(world, "Other matter")
    page = officer.get("/mandate/decisions/?q=coordinator").text
    assert "A coordinator for prevention" in page and "Other matter" not in page
    assert "City council" in officer.get("/mandate/decisions/export.csv").text
    post(officer, f"{where}/edit", **{**DECISION, "title": "Two coordinators", "version": "1"})
    late = post(officer, f"{where}/edit", **{**DECISION, "title": "Mine", "version": "1"})
    assert late.status_code == 409 and "Two coordinators" in late.text
    post(officer, f"{where}/archive", page=where)
    assert "Two coordinators" not in officer.get("/mandate/decisions/").text
    assert "Two coordinators" in officer.get("/mandate/decisions/?archived=1").text
    post(officer, f"{where}/archive", page=where, undo="1")
    post(officer, "/mandate/policies/new", **POLICY)
    page = officer.get("/mandate/").text
    assert 'href="https://ministry.example/strategy"' in page and "A local plan" in page
    assert "National strategy" in officer.get("/mandate/policies.csv").text
    key = world.admin.execute("select policy_id from mandate_policy").fetchone()
    assert key
    post(officer, f"/mandate/policies/{key[0]}/edit", **{**POLICY, "asks": "Nothing", "version": "1"})
    post(officer, f"/mandate/policies/{key[0]}/edit", remove="1")
    assert "National strategy" not in officer.get("/mandate/").text


@pytest.mark.parametrize(
    ("path", "good", "field", "value", "reason"),
    [("edit", ANSWERS, "level", "x", "of the list"), ("edit", ANSWERS, "name", "", "Fill in"),
     ("decisions/new", DECISION, "decided_on", "2190-01-01", "in the future"), ("decisions/new", DECISION, "decided_by", "", "Fill in"),
     ("decisions/new", DECISION, "url", "javascript:1", "begins with https"), ("policies/new", POLICY, "url", "x", "begins with https"),
     ("policies/new", POLICY, "level", "galactic", "of the list")],
)  # fmt: skip
def test_bad_input_changes_nothing(
    app: Flask, world: World, path: str, good: dict[str, str], field: str, value: str, reason: str
) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    answer = post(officer, f"/mandate/{path}", **{**good, field: value})
    assert answer.status_code == 400 and reason in answer.text
    for table in TABLES:
        assert world.admin.execute(f"select count(*) from {table}").fetchone() == (0,)


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    world.agree("toronto", "canada", "{counts,records,readiness}")
    mandate, decision, policy = add_answers(world), add_decision(world), add_policy(world)
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for path in (f"/mandate/{mandate}", f"/mandate/decisions/{decision}", f"/mandate/decisions/{decision}/edit",
                 f"/mandate/policies/{policy}/edit"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in ("/mandate/", "/mandate/decisions/", "/mandate/policies.csv", "/mandate/decisions/export.csv"):
        assert "Hidden" not in client.get(path).text, path
    city = world.ids["toronto"]
    assert as_.run(actor, "insert into mandate_policy (city_id, title, level) values (%s, 'x', 'national')", city) == 0
    for table in (*TABLES, "record_entry", "record_event"):
        assert as_.count(actor, table) == 0 and as_.count(None, table) == 0, table
    for table in TABLES:
        assert as_.run(actor, f"update {table} set city_id = city_id") == 0, table
        assert as_.run(actor, f"delete from {table}") == 0, table


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    add_answers(world)
    decision = add_decision(world)
    add_policy(world)
    client, actor = sign_in(app, world, "toronto", role), world.actor("toronto", role)
    assert "Hidden task" in client.get("/mandate/").text
    assert client.get("/mandate/edit").status_code == client.get(f"/mandate/decisions/{decision}/edit").status_code == 404
    for table in TABLES:
        assert as_.run(actor, f"update {table} set city_id = city_id") == 0, table


NOTHING = AssessmentProgress(
    adopted_on=None, review_due=None, has_draft=False, threats=0, communities=0, communities_without_evidence=0,
    open_gaps=0, soft_targets=0, reviews_overdue=0, mandate_recorded=False, last_decision_on=None, mapped=0,
    uncovered_threats=0, uncovered_communities=0,
)  # fmt: skip


def progress(app: Flask, actor: Actor) -> tuple[AssessmentProgress, int]:
    seen: list[str] = []
    with app.app_context():
        engine = db.engine
    note: Any = lambda *a: seen.append(a[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    with app.app_context(), acting_as(actor):
        found = assessment_progress(actor=actor)
    event.remove(engine, "before_cursor_execute", note)
    return found, len(seen)


def test_progress_is_what_is_recorded(app: Flask, world: World) -> None:
    actor = world.actor("toronto", "mayor")
    assert progress(app, actor)[0] == NOTHING
    draft = add_assessment(world)
    threat = add_threat(world, draft)
    seen, unseen = add_community(world, draft, "Seen"), add_community(world, draft, "Unseen")
    add_source(world, draft, community=seen)
    add_gap(world, draft)
    add_resource(world, threat=threat)
    add_resource(world, "Old", status="ended", community=unseen)
    add_place(world, due=-1)
    add_place(world, "Other", due=5)
    add_place(world, "Foreign", city="ottawa", due=-5)
    add_answers(world)
    add_decision(world, day="2024-05-01")
    add_decision(world, day="2025-06-01")
    found, statements = progress(app, actor)
    assert found == dataclasses.replace(
        NOTHING, has_draft=True, threats=1, communities=2, communities_without_evidence=1, open_gaps=1, soft_targets=2,
        reviews_overdue=1, mandate_recorded=True, last_decision_on=date(2025, 6, 1), mapped=1, uncovered_communities=2,
    )  # fmt: skip
    adopted = add_assessment(world, number=2, status="adopted")
    add_threat(world, adopted, "Only this")
    found, again = progress(app, actor)
    assert (found.adopted_on, found.has_draft, found.threats, found.communities) == (date(2025, 1, 1), True, 1, 0)
    assert (found.uncovered_threats, found.uncovered_communities, found.open_gaps) == (1, 0, 0)
    for i in range(20):
        add_threat(world, adopted, f"T {i}")
        add_place(world, f"P {i}", due=-i - 1)
        add_resource(world, f"R {i}")
    assert progress(app, actor)[1] == again <= statements
    assert progress(app, world.actor("ottawa", "coordinator"))[0] == dataclasses.replace(
        NOTHING, soft_targets=1, reviews_overdue=1
    )

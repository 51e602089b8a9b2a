"""The ten steps: computed from what is recorded, kept by day, and shared by agreement alone."""

import dataclasses
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from network.kernel.db import db
from network.kernel.tenancy import Actor, acting_as
from network.readiness import rules
from network.readiness.facts import Facts, gather_facts
from network.readiness.service import keep_snapshot
from network.readiness.steps import STEPS
from tests.conftest import ROOT, Connection
from tests.tenancy.test_intruders import As
from tests.test_main_path import gql, issue, post, sign_in, work
from tests.world import World, add_agreement, add_incident, add_organisation


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


@pytest.fixture
def nothing(app: Flask, world: World) -> Facts:
    """What a new city has recorded."""
    with app.app_context(), acting_as(world.actor("toronto", "coordinator")):
        return gather_facts(actor=world.actor("toronto", "coordinator"))


def everything(facts: Facts) -> Facts:
    """A city that has done all that the rules look at."""
    day = date.today()
    change = dataclasses.replace
    return change(
        facts, incidents_last_year=3,
        partner_types={"police": 1, "victim_support": 1, "health": 1, "community": 2},
        assessment=change(
            facts.assessment, adopted_on=day, threats=2, communities=2, communities_without_evidence=0, soft_targets=2,
            reviews_overdue=0, mandate_recorded=True, last_decision_on=day, mapped=3, uncovered_threats=0,
            uncovered_communities=0,
        ),
        strategy=change(
            facts.strategy, adopted_on=day, review_due=day, objectives=1, actions=2, overdue=0, unowned=0,
            consultations=2, communities_not_consulted=0, indicators=1, indicators_measured=1,
        ),
        meetings=change(
            facts.meetings, partners=5, not_met=0, meetings_last_year=4, decisions=1, decisions_without_follow_up=0
        ),
        programmes=change(facts.programmes, programmes_active=1, communities_reached=2, communities_not_reached=0,
                          evaluated=1),
        communications=change(facts.communications, key_messages=1, spokespeople=2, audiences_not_reached=0,
                              rumours_unanswered=0, templates=1),
        response=change(facts.response, plans_adopted=1, roles=3, exercises_last_year=1),
    )  # fmt: skip


def test_a_new_city_has_begun_nothing_and_knows_what_comes_first(app: Flask, nothing: Facts) -> None:
    with app.test_request_context():
        states = rules.assess(nothing)
    assert [state.state for state in states] == ["not_started"] * 10
    assert states[0].missing[0].indicator.code == "assessment_current"


def test_a_city_that_has_done_all_is_in_place_but_never_for_what_is_not_recorded(app: Flask, nothing: Facts) -> None:
    with app.test_request_context():
        states = rules.assess(everything(nothing))
    assert [r.indicator.code for state in states for r in state.missing] == []
    assert [state.state for state in states] == ["in_place"] * 8 + ["under_way"] * 2


LAPSES = [
    ("assessment_current", "assessment", {"adopted_on": date.today() - timedelta(days=731)}),
    ("assessment_current", "assessment", {"adopted_on": None}),
    ("communities_with_evidence", "assessment", {"communities_without_evidence": 1}),
    ("places_reviewed", "assessment", {"reviews_overdue": 1}),
    ("decision_recent", "assessment", {"last_decision_on": date.today() - timedelta(days=1462)}),
    ("threats_covered", "assessment", {"uncovered_threats": 1}),
    ("strategy_reviewed", "strategy", {"review_due": date.today() - timedelta(days=1)}),
    ("actions_owned", "strategy", {"unowned": 1}),
    ("actions_on_time", "strategy", {"overdue": 1}),
    ("communities_consulted", "strategy", {"communities_not_consulted": 1}),
    ("progress_measured", "strategy", {"indicators_measured": 0}),
    ("partners_met", "meetings", {"not_met": 1}),
    ("decisions_followed", "meetings", {"decisions_without_follow_up": 1}),
    ("communities_reached", "programmes", {"communities_not_reached": 1}),
    ("response_plan_adopted", "response", {"plans_adopted": 0}),
    ("response_plan_adopted", "response", {"plan_review_due": 1}),
    ("response_deputies", "response", {"roles_without_deputy": 1}),
    ("response_exercised", "response", {"exercises_last_year": 0}),
    ("rumours_answered", "communications", {"rumours_unanswered": 1}),
]


@pytest.mark.parametrize(("code", "part", "change"), LAPSES, ids=[f"{c}-{next(iter(d))}" for c, _p, d in LAPSES])
def test_what_lapses_opens_its_indicator_and_no_other(
    app: Flask, nothing: Facts, code: str, part: str, change: dict[str, Any]
) -> None:
    facts = everything(nothing)
    facts = dataclasses.replace(facts, **{part: dataclasses.replace(getattr(facts, part), **change)})
    with app.test_request_context():
        assert [r.indicator.code for state in rules.assess(facts) for r in state.missing] == [code]


def test_the_rules_are_sound(app: Flask) -> None:
    codes = [indicator.code for indicator in rules.INDICATORS]
    assert len(codes) == len(set(codes))
    assert all(rules.TOTALS[step.number] > 0 for step in STEPS) and len(STEPS) == 10
    assert {i.endpoint for i in rules.INDICATORS} <= set(app.view_functions)


def test_every_step_names_practices_that_are_in_the_library() -> None:
    library = (ROOT / "network/demo/data/practices.json").read_text()
    for step in STEPS:
        assert all(f'"{slug}"' in library for slug in step.practices), step.number


def test_the_pages_say_why_and_where_to_go(app: Flask, world: World) -> None:
    add_incident(world.admin, world.ids["toronto"], occurred_on=date.today(), occurred_at=date.today())
    mayor = sign_in(app, world, "toronto", "mayor")
    page = mayor.get("/steps").text
    assert page.count("Not started") == 9 and page.count("Under way") == 1
    assert "1 of 33 indicators" in page.replace(str(len(rules.INDICATORS)), "33")
    step = mayor.get("/steps/1").text
    assert "1 recorded." in step and "None is adopted." in step
    for indicator in (i for i in rules.INDICATORS if i.step == 1):
        with app.test_request_context():
            from flask import url_for

            assert f'href="{url_for(indicator.endpoint)}"' in step
    assert mayor.get("/steps/10").status_code == 200
    assert mayor.get("/steps/11").status_code == 404 and mayor.get("/steps/0").status_code == 404


@pytest.mark.parametrize(("name", "role"), [("toronto", "partner"), ("canada", "coordinator"), ("network", "curator")])
def test_nobody_else_opens_a_citys_steps(app: Flask, world: World, name: str, role: str) -> None:
    client = sign_in(app, world, name, role)
    for path in ("/steps", "/steps/1", "/steps/history", "/steps/history.csv"):
        assert client.get(path).status_code in (403, 404)


def test_a_profile_is_kept_once_a_day_by_those_who_answer_for_the_city(app: Flask, world: World, as_: As) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert "No profile is kept yet" in coordinator.get("/steps/history").text
    for _ in range(2):
        post(coordinator, "/steps/history")
    assert world.admin.execute("select count(*) from readiness_snapshot").fetchone() == (1,)
    assert date.today().strftime("%Y") in coordinator.get("/steps/history").text
    assert coordinator.get("/steps/history.csv").text.count("\r\n") == 1 + len(rules.INDICATORS)
    analyst = sign_in(app, world, "toronto", "analyst")
    assert "Keep today" not in analyst.get("/steps/history").text
    assert post(analyst, "/steps/history", page="/incidents/new").status_code == 404
    insert = ("insert into readiness_snapshot (city_id, taken_on, rules_version, indicators)"
              " values (%s, '2020-01-01', 1, '{}')")  # fmt: skip
    for name, role in (("toronto", "analyst"), ("toronto", "partner"), ("ottawa", "coordinator"),
                       ("canada", "coordinator"), ("network", "coordinator")):  # fmt: skip
        actor = world.actor(name, role)
        assert as_.run(actor, insert, world.ids["toronto"]) == 0
        assert as_.run(actor, "update readiness_snapshot set indicators = '{}'") == 0
        assert as_.run(actor, "delete from readiness_snapshot") == 0
    assert as_.run(world.actor("toronto", "coordinator"), "delete from readiness_snapshot") == 0


def test_every_night_each_open_city_is_kept(app: Flask, world: World) -> None:
    world.actor("toronto", "mayor")
    world.actor("toronto", "coordinator")
    world.actor("ottawa", "analyst")
    world.actor("canada", "coordinator")
    assert world.admin.execute("select queue_snapshots()").fetchone() == (1,)
    work(app)
    assert world.admin.execute("select city_id, taken_on, rules_version from readiness_snapshot").fetchall() == [
        (world.ids["toronto"], date.today(), rules.RULES_VERSION)
    ]


def keep(world: World, name: str) -> None:
    actor = world.actor(name, "coordinator")
    with acting_as(actor):
        keep_snapshot(actor=actor)


READERS = [("canada", "{readiness}", 1), ("canada", "{counts,records}", 0), ("network", "{readiness}", 1),
           ("network", "{counts}", 0), ("france", None, 0), ("canada", None, 0)]  # fmt: skip


@pytest.mark.parametrize(("name", "grants", "seen"), READERS)
def test_others_see_it_under_an_agreement_on_readiness_alone(
    app: Flask, world: World, as_: As, name: str, grants: str | None, seen: int
) -> None:
    with app.app_context():
        keep(world, "toronto")
        keep(world, "ottawa")
    agreement = world.agree("toronto", name, grants) if grants else None
    actor: Actor = world.actor(name, "coordinator")
    assert as_.count(actor, "readiness_snapshot") == seen
    query = "{ readiness { totalCount nodes { name takenOn steps { number met } } summary { number notStarted } } }"
    token = issue(app, world, name)
    found = gql(app, token, query)["data"]["readiness"]
    assert found["totalCount"] == seen == len(found["nodes"])
    page = sign_in(app, world, name, "coordinator").get("/readiness").text
    assert ("Toronto" in page) == bool(seen) and "Ottawa" not in page
    if agreement and seen:
        assert found["nodes"][0]["takenOn"] == date.today().isoformat()
        world.admin.execute("update sharing_agreement set revoked_at = now()")
        assert as_.count(actor, "readiness_snapshot") == 0
        assert gql(app, token, query)["data"]["readiness"]["totalCount"] == 0


def test_no_context_another_city_and_a_partner_see_no_profile(app: Flask, world: World, as_: As) -> None:
    with app.app_context():
        keep(world, "toronto")
    assert as_.count(world.actor("toronto", "analyst"), "readiness_snapshot") == 1
    for actor in (None, world.actor("ottawa", "coordinator"), world.actor("toronto", "partner")):
        assert as_.count(actor, "readiness_snapshot") == 0


def test_a_token_without_the_scope_is_refused(app: Flask, world: World) -> None:
    world.agree("toronto", "canada", "{readiness}")
    answer = gql(app, issue(app, world, "canada", "trend:read"), "{ readiness { totalCount } }")
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_the_list_costs_the_same_for_any_number_of_cities_and_pages_by_name(app: Flask, world: World) -> None:
    client = sign_in(app, world, "network", "curator")
    seen: list[str] = []
    counts = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    for start in (0, 2):
        for number in range(start, 2 if not start else 60):
            city = add_organisation(world.admin, "city", f"town-{number:02d}", "SE")
            signer = world.actor("toronto", "coordinator").person_id
            assert signer
            add_agreement(world.admin, city, world.ids["network"], signer, "{readiness}")
            world.admin.execute(
                "insert into readiness_snapshot values (%s, current_date, 1, '{\"mandate_recorded\": true}')", (city,)
            )
        seen.clear()
        page = client.get("/readiness").text
        counts.append(len(seen))
    assert counts[0] == counts[1]
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following and "Town 59" in client.get(following[1].replace("&amp;", "&")).text
    assert "60 cities with a profile" in page
    assert client.get("/readiness/export.csv").text.count("Town") == 60


def test_the_start_page_says_what_waits_and_costs_the_same_for_any_number(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "Nothing waits for you" in officer.get("/").text
    seen: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for number in (1, 30):
        for _ in range(number):
            add_incident(world.admin, world.ids["toronto"], status="reported")
        seen.clear()
        page = officer.get("/").text
        counts.append(len(seen))
    assert "31 incidents are not reviewed yet" in page and 'href="/incidents/?status=reported"' in page
    assert counts[0] == counts[1]
    # Who may not review incidents is not told that some wait.
    assert "not reviewed yet" not in sign_in(app, world, "toronto", "communications").get("/").text


def test_a_partners_person_begins_with_what_is_assigned(app: Flask, world: World) -> None:
    answer = sign_in(app, world, "toronto", "partner").get("/")
    assert answer.status_code == 302 and answer.location.endswith("/assigned/")

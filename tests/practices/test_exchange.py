"""Adapting, reporting back, asking, thanking: each read by whom the city chose, and by nobody else."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from network.kernel.db import db
from network.kernel.tenancy import PUBLIC, acting_as
from network.practices.needs import Need
from network.practices.queries import suggest_practices
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.practices.test_life import publish, step
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World, add_incident


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    add_practice(admin, "open-one", title="Mentors at school", latitude=56.2, longitude=10.2, city="Aarhus", country="DK",
                 themes=["exit_mentoring"], steps=[6], evidence_rating=3)  # fmt: skip
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def report(client: object, where: str, version: str = "1", **values: str) -> object:
    return post(client, f"{where}/report", **{  # type: ignore[arg-type]
        "status": "finished", "changed": "Smaller groups.", "happened": "It held.", "recommends": "yes",
        "reported_on": str(date.today()), "shared_with": "network", "version": version, **values})  # fmt: skip


def test_a_city_adapts_goes_on_to_an_action_and_reports_back(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "ottawa", "officer")
    assert "Adapt this" in officer.get("/practices/open-one").text
    page = officer.get("/adaptations/new?practice=open-one").text
    assert "Put it into the action plan" in page
    answer = post(officer, "/adaptations/new", page="/adaptations/new?practice=open-one", practice="open-one",
                  title="Our mentors", status="planned", shared_with="city", goal="action")  # fmt: skip
    assert answer.location == "/actions/new?practice=open-one"
    assert "Mentors at school" in officer.get(answer.location).text
    found = re.search(r'href="(/adaptations/[0-9a-f-]{36})"', officer.get("/adaptations/").text)
    assert found
    where, visitor = found[1], app.test_client()
    member = sign_in(app, world, "toronto", "officer")
    assert "Our mentors" not in member.get("/practices/open-one").text
    late = report(officer, where, reported_on=str(date.today() + timedelta(days=2)))
    assert late.status_code == 400 and "in the future" in late.text and "It held." in late.text  # type: ignore[attr-defined]
    report(officer, where)
    shown = member.get("/practices/open-one").text
    assert "1 city adapted it; 1 recommends it" in shown and "It held." in shown and '<svg class="chart travels"' in shown
    assert "Our mentors" not in visitor.get("/practices/open-one").text
    assert report(officer, where, "1").status_code == 409  # type: ignore[attr-defined]
    report(officer, where, "2", shared_with="public")
    assert "Our mentors" in visitor.get("/practices/open-one").text
    post(officer, f"{where}/archive", page=where)
    assert "Our mentors" not in visitor.get("/practices/open-one").text
    assert "Our mentors" not in officer.get("/adaptations/").text
    assert "It held." in officer.get("/adaptations/export.csv?archived=1").text


def test_the_authors_read_what_is_for_them_and_get_a_notice(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where, slug = publish(app, world, coordinator)
    officer = sign_in(app, world, "ottawa", "officer")
    post(officer, "/adaptations/new", page=f"/adaptations/new?practice={slug}", practice=slug, title="Our benches",
         status="planned", shared_with="author")  # fmt: skip
    mine = re.search(r'href="(/adaptations/[0-9a-f-]{36})"', officer.get("/adaptations/").text)
    assert mine
    report(officer, mine[1], shared_with="author")
    assert "Our benches" in coordinator.get(f"/practices/{slug}").text
    assert "reports what became of your practice" in coordinator.get("/notifications/").text
    assert "Our benches" not in sign_in(app, world, "canada", "analyst").get(f"/practices/{slug}").text
    assert coordinator.get(mine[1]).status_code == 404
    assert "own practice" in post(coordinator, "/adaptations/new", page=f"/adaptations/new?practice={slug}", practice=slug,
                                  title="Again").text  # fmt: skip
    post(officer, f"/practices/{slug}/thanks", page=f"/practices/{slug}", note="It helped us.")
    assert "It helped us." in coordinator.get(f"/practices/{slug}").text
    assert "It helped us." not in app.test_client().get(f"/practices/{slug}").text
    step(coordinator, where, "withdraw")
    page = officer.get(mine[1]).text
    assert "not in the library any more" in page and "Listening benches" not in page
    assert world.admin.execute("select count(*) from practice_thanks").fetchone() == (0,)


def test_questions_are_answered_in_the_network_or_in_private(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    _where, slug = publish(app, world, coordinator)
    officer, ministry = sign_in(app, world, "ottawa", "officer"), sign_in(app, world, "canada", "coordinator")
    page = f"/practices/{slug}"
    post(officer, f"{page}/questions", page=page, body="What did it cost?")
    post(officer, f"{page}/questions", page=page, body="Secret question", is_private="1")
    assert "What did it cost?" not in ministry.get(page).text  # not answered yet
    assert "asks a question about your practice" in coordinator.get("/notifications/").text
    ids = world.admin.execute("select question_id::text from practice_question order by question_id").fetchall()
    for question in ids:
        refused = post(officer, f"{page}/questions", page=page, question=question[0], answer="I say it myself")
        assert refused.status_code == 404
        post(coordinator, f"{page}/questions", page=page, question=question[0], answer="Five thousand.")
    seen = ministry.get(page).text
    assert "What did it cost?" in seen and "Five thousand." in seen and "Secret question" not in seen
    assert "Secret question" in officer.get(page).text
    assert "What did it cost?" not in app.test_client().get(page).text
    curator = sign_in(app, world, "network", "curator")
    post(officer, "/practices/open-one/questions", page="/practices/open-one", body="Who runs it?")
    assert "Who runs it?" in curator.get("/practices/open-one").text


def test_who_should_not_get_in(world: World, as_: As, admin: Connection) -> None:
    practice = admin.execute("select practice_id from published_practice").fetchone()
    officer, stranger = world.actor("toronto", "officer"), world.actor("ottawa", "coordinator")
    assert practice and officer.person_id
    admin.execute(
        "insert into practice_adaptation (city_id, practice_id, title, status, city_name, country, created_by)"
        " values (%s, %s, 'Ours', 'planned', 'Toronto', 'CA', %s)", (world.ids["toronto"], practice[0], officer.person_id))  # fmt: skip
    admin.execute(
        "insert into practice_question (organisation_id, practice_id, asker_name, asked_by, body, is_private)"
        " values (%s, %s, 'Toronto', %s, 'Q', true)", (world.ids["toronto"], practice[0], officer.person_id))  # fmt: skip
    others = (stranger, world.actor("toronto", "partner"), world.actor("canada", "coordinator"),
              world.actor("network", "coordinator"), world.actor("platform", "operator"), PUBLIC, None)  # fmt: skip
    for table in ("practice_adaptation", "practice_question"):
        assert as_.count(officer, table) == 1
        for actor in others:
            assert as_.count(actor, table) == 0, (table, actor)
    for shared_with, readers in (("author", 0), ("network", 4), ("public", 6)):
        admin.execute("update practice_adaptation set shared_with = %s", (shared_with,))
        assert sum(as_.count(actor, "practice_adaptation") for actor in others) == readers, shared_with
    for actor in (*others, world.actor("toronto", "mayor"), world.actor("toronto", "analyst")):
        assert as_.run(actor, "update practice_adaptation set title = 'taken'") == 0
        assert as_.run(actor, "delete from practice_adaptation") == 0
        assert as_.run(actor, "update practice_question set answer = 'x', answered_at = now()") == 0
        assert as_.run(
            actor, "insert into practice_thanks (organisation_id, practice_id, organisation_name, created_by)"
            " values (%s, %s, 'Toronto', %s)", world.ids["toronto"], practice[0],
            world.people["ottawa", "coordinator"]) == 0  # fmt: skip
    assert as_.run(
        stranger, "insert into practice_adaptation (city_id, practice_id, title, status, city_name, country, created_by)"
        " values (%s, %s, 'Ours', 'planned', 'Toronto', 'CA', %s)", world.ids["toronto"], practice[0],
        stranger.person_id) == 0  # fmt: skip


def test_needs_are_answered_with_their_reasons(app: Flask, world: World) -> None:
    add_practice(world.admin, "rumours", themes=["anti_rumour"], summary="Volunteers answer rumours about refugees.", steps=[7])
    add_practice(world.admin, "closed", visibility="network", themes=["interfaith"])
    officer = world.actor("toronto", "officer")
    needs = [Need("rumours spread", words=("rumours", "newcomers")), Need("faith", themes=("interfaith",)), Need("nothing")]
    with app.app_context(), acting_as(officer):
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        found = suggest_practices(needs, actor=officer)
        assert len([s for s in seen if "published_practice" in s]) == 2
        assert {s.practice.slug: s.reasons for s in found} == {"rumours": ["rumours spread"], "closed": ["faith"]}
    add_incident(world.admin, world.ids["toronto"], kind="recruitment", occurred_on=str(date.today()),
                 occurred_at=f"{date.today()}T00:00Z")  # fmt: skip
    page = sign_in(app, world, "toronto", "officer").get("/for-you").text
    assert "You recorded lately: Recruitment" in page and "Mentors at school" in page
    assert "Nothing to suggest yet" in sign_in(app, world, "ottawa", "officer").get("/for-you").text


def test_cities_like_mine_come_first(app: Flask, world: World) -> None:
    add_practice(world.admin, "giant", population=9_000_000, country="JP")
    add_practice(world.admin, "alike", population=120_000, country="CA")
    add_practice(world.admin, "same-size", population=100_000, country="FR")
    page = sign_in(app, world, "toronto", "officer").get("/practices/?sort=similar").text
    order = [page.index(f'href="/practices/{slug}"') for slug in ("alike", "same-size", "giant")]
    assert order == sorted(order)
    assert app.test_client().get("/practices/?sort=similar").status_code == 200

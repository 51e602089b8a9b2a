"""The life of a practice: from a draft by two authors to the library, and out of it again."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from network.practices import life
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.tenancy.test_intruders import As
from tests.test_main_path import PASSWORD, post, sign_in
from tests.world import World, add_person

TEXT = {
    "title": "Listening benches", "summary": "Zebrafish benches on which people talk to trained neighbours.",
    "problem": "Nobody talked.", "approach": "Neighbours were trained to listen.", "themes": ["youth"],
    "prevention_levels": ["primary"], "steps": ["6"], "cost_band": "low", "evidence_rating": "2", "language": "en",
    "sources": "Report | City | 2024 | https://example.org/report", "partners": "Library\nTheatre",
}  # fmt: skip
SCORES = {"relevance": "3", "clarity": "4", "evidence": "2", "rights": "4", "inclusion": "3", "transferability": "3"}


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def second_curator(app: Flask, world: World) -> tuple[FlaskClient, uuid.UUID]:
    person = add_person(world.admin, world.ids["network"], "curator", email="second@network.example",
                        password_hash=app.extensions["concord.passwords"].hash(PASSWORD))  # fmt: skip
    client = app.test_client()
    assert post(client, "/sign-in", email="second@network.example", password=PASSWORD).status_code == 302
    return client, person


def start(client: FlaskClient, **values: Any) -> str:
    answer = post(client, "/our-practices/new", **{**TEXT, **values})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def step(client: FlaskClient, where: str, name: str, **values: str) -> Any:
    return post(client, f"{where}/step", page=where, step=name, **values)


def accept(app: Flask, world: World, review: str) -> None:
    """Two curators score, and it is accepted."""
    one = sign_in(app, world, "network", "curator")
    two, second = second_curator(app, world)
    for person in (world.people["network", "curator"], second):
        assert post(one, f"{review}/reviewers", page=review, reviewer_id=str(person)).status_code == 302
    for client in (one, two):
        assert post(client, f"{review}/score", page=review, **SCORES).status_code == 302
    answer = post(one, f"{review}/decision", page=review, outcome="accepted", reasons="Clear and honest.")
    assert answer.status_code == 302, answer.text


def review_path(world: World, where: str) -> str:
    return f"/review/{world.ids['toronto']}/{where.rsplit('/', 1)[-1]}"


def publish(app: Flask, world: World, client: FlaskClient, visibility: str = "public") -> tuple[str, str]:
    """A practice of Toronto in the library: its page in the city, and its slug."""
    where = start(client)
    step(client, where, "submit")
    accept(app, world, review_path(world, where))
    assert step(client, where, "publish", visibility=visibility).status_code == 302
    row = world.admin.execute("select slug from published_practice where author_id is not null").fetchone()
    assert row
    return where, row[0]


def test_two_authors_reviewers_changes_approval_and_withdrawal(app: Flask, world: World) -> None:
    officer, coordinator = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "coordinator")
    mate = sign_in(app, world, "toronto", "communications")
    where = start(officer)
    assert mate.get(f"{where}/edit").status_code == 404  # not an author yet
    people = [str(world.people["toronto", role]) for role in ("officer", "communications")]
    assert post(officer, f"{where}/authors", page=where, author_ids=people).status_code == 302
    assert post(mate, f"{where}/edit", **{**TEXT, "version": "2", "summary": "Benches, better."}).status_code == 302
    late = post(officer, f"{where}/edit", **{**TEXT, "version": "2", "summary": "Mine"})
    assert late.status_code == 409 and "Benches, better." in late.text and ">Mine" in late.text.replace("\n", "")
    differing = officer.get(f"{where}/versions/2").text
    assert "<del>Zebrafish" in differing and "better" in differing
    assert step(mate, where, "submit").status_code == 302
    assert mate.get(f"{where}/edit").status_code == 404  # it is with the curators now

    review = review_path(world, where)
    one = sign_in(app, world, "network", "curator")
    assert "Listening benches" in one.get("/review/").text
    refused = post(one, f"{review}/decision", page="/review/", outcome="accepted", reasons="Good enough for me.")
    assert refused.status_code == 422
    post(one, f"{review}/reviewers", page=review, reviewer_id=str(world.people["network", "curator"]))
    post(one, f"{review}/remarks", page=review, field="approach", passage="trained to listen", body="By whom?")
    missing = post(one, f"{review}/remarks", page=review, field="approach", passage="never said", body="kept words")
    assert missing.status_code == 400 and "kept words" in missing.text
    post(one, f"{review}/score", page=review, **SCORES)
    post(one, f"{review}/decision", page=review, outcome="changes_asked", reasons="Say who trains them.")
    page = mate.get(where).text
    assert "Say who trains them." in page and "By whom?" in page and "<mark>trained to listen</mark>" in page
    assert "asks for changes in your practice" in mate.get("/notifications/").text
    version = re.search(r'name="version" value="(\d+)"', mate.get(f"{where}/edit").text)
    assert version
    post(mate, f"{where}/edit", **{**TEXT, "version": version[1], "approach": "A theatre trains them."})
    step(mate, where, "submit")
    assert "<del>Neighbours" in one.get(f"{review}/versions/3").text
    assert "A theatre trains them." in one.get(review).text
    accept(app, world, review)
    assert officer.get("/practices/").text.count("Listening benches") == 0
    assert step(officer, where, "publish").status_code == 422  # an officer does not approve
    assert step(coordinator, where, "publish", visibility="public").status_code == 302
    visitor = app.test_client()
    shown = visitor.get("/practices/toronto-listening-benches")
    assert shown.status_code == 200 and "A theatre trains them." in shown.text
    for path in ("/practices/?q=benches", "/practices/feed.atom", "/sitemap.xml", "/practices/export.json"):
        assert "listening-benches" in visitor.get(path).text, path
    assert step(coordinator, where, "withdraw").status_code == 302
    for path in ("/practices/?q=benches", "/practices/feed.atom", "/sitemap.xml", "/practices/export.json",
                 "/practices/export.csv"):  # fmt: skip
        assert "listening-benches" not in visitor.get(path).text, path
    assert visitor.get("/practices/toronto-listening-benches").status_code == 404
    assert visitor.get("/practices/toronto-listening-benches").headers["Cache-Control"] == "no-store"
    assert one.get(review).status_code == 404 and one.get(f"{review}/versions/3").status_code == 404


def test_the_database_knows_the_same_steps(world: World, admin: Connection) -> None:
    roles = ("coordinator", "mayor", "officer", "communications", "analyst", "partner", "curator", "system")
    for source in life.STATUS:
        for target in life.STATUS:
            for role in roles:
                for is_author in (False, True):
                    told = any(
                        s.target == target and life.may_take(s, status=source, role=role, is_author=is_author)
                        for s in life.STEPS.values()
                    )
                    found = admin.execute(
                        "select practice_step_allowed(%s, %s, %s, %s)", (source, target, role, is_author)
                    ).fetchone()
                    assert found == (told,), (source, target, role, is_author)


def test_a_new_version_leaves_the_published_one_until_it_is_accepted(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where, slug = publish(app, world, coordinator)
    step(coordinator, where, "revise")
    version = re.search(r'name="version" value="(\d+)"', coordinator.get(f"{where}/edit").text)
    assert version
    post(coordinator, f"{where}/edit", **{**TEXT, "version": version[1], "problem": "Quite another problem."})
    assert "Nobody talked." in app.test_client().get(f"/practices/{slug}").text
    step(coordinator, where, "submit")
    review = review_path(world, where)
    curator = sign_in(app, world, "network", "curator")
    second = world.admin.execute("select person_id from person where email = 'second@network.example'").fetchone()
    assert second
    for person in (world.people["network", "curator"], second[0]):
        post(curator, f"{review}/reviewers", page=review, reviewer_id=str(person))
    post(curator, f"{review}/score", page=review, **SCORES)
    other = app.test_client()
    post(other, "/sign-in", email="second@network.example", password=PASSWORD)
    post(other, f"{review}/score", page=review, **SCORES)
    post(curator, f"{review}/decision", page=review, outcome="accepted", reasons="Better than before.")
    step(coordinator, where, "publish", visibility="network")
    assert app.test_client().get(f"/practices/{slug}").status_code == 404  # members only now
    assert "Quite another problem." in coordinator.get(f"/practices/{slug}").text


def test_after_two_years_it_is_due_and_the_city_confirms(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where, slug = publish(app, world, coordinator)
    world.admin.execute("update practice set renew_on = current_date")
    world.admin.execute("update published_practice set renew_on = current_date")
    world.admin.execute("select mark_due_practices()")
    assert "Due for renewal" in coordinator.get(where).text
    assert "asks whether your practice still holds" in coordinator.get("/notifications/").text
    assert "due for renewal" in app.test_client().get(f"/practices/{slug}").text
    assert step(coordinator, where, "confirm").status_code == 302
    assert "due for renewal" not in app.test_client().get(f"/practices/{slug}").text


def test_a_conflict_of_interest_counts_for_nothing(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where = start(coordinator)
    step(coordinator, where, "submit")
    review = review_path(world, where)
    one = sign_in(app, world, "network", "curator")
    two, second = second_curator(app, world)
    for person in (world.people["network", "curator"], second):
        post(one, f"{review}/reviewers", page=review, reviewer_id=str(person),
             due_on=str(date.today() + timedelta(days=7)))  # fmt: skip
    assert "Your scores" in two.get(review).text
    post(one, f"{review}/score", page=review, **SCORES)
    assert "You see the scores of the others" in two.get(review).text
    post(two, f"{review}/conflict", page=review, conflict_note="I worked there.")
    assert post(two, f"{review}/score", page=review, **SCORES).status_code == 422
    assert post(two, f"{review}/decision", page=review, outcome="declined", reasons="I do not like it.").status_code == 422
    answer = post(one, f"{review}/decision", page=review, outcome="accepted", reasons="Fine by me alone.")
    assert answer.status_code == 422 and "Two reviewers" in answer.text
    assert world.admin.execute("select status from practice").fetchone() == ("in_review",)


@pytest.mark.parametrize(("field", "text", "words"), [
    ("approach", "Write to ana.reyes@example.org", "ana.reyes@example.org"),
    ("approach", "Call 020 7946 0958 after six", "020 7946 0958"), ("approach", "ring +45 12 34 56 78", "+45 12 34 56 78"),
    ("setting", "The house at 12 Baker Street is open", "12 Baker Street"),
    ("setting", "au 14 rue des Lilas", "14 rue des Lilas"), ("setting", "in der Lindenstraße 7", "Lindenstraße 7"),
    ("results", "In the end two girls left the group", "two girls"), ("results", "3 victims came", "3 victims"),
    ("results", "trois élèves ont parlé", "trois élèves"), ("advice", "Ask Imam Yusuf Kaya first", "Imam Yusuf Kaya"),
    ("advice", "Thank Fatima Rahman for it", "Fatima Rahman"),
])  # fmt: skip
def test_personal_data_is_named_before_submission(app: Flask, world: World, field: str, text: str, words: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    page = officer.get(start(officer, **{field: text})).text
    assert f"“{words}”" in page
    assert "Say what stood in the way" in page  # and the missing parts


@pytest.mark.parametrize("text", [
    "In 2019 and 2020 the city trained 450 people in 12 districts.", "One person at a time may speak.",
    "Between 1,200 and 3,400 residents took part; 85% stayed.", "Costs are 40 000 euros a year (2021–2024).",
    "The James Street School and the Saint Paul University helped.", "See section 4.2.1 of the report.",
])  # fmt: skip
def test_harmless_figures_and_names_are_left_alone(app: Flask, world: World, text: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "People who could be recognised" not in officer.get(start(officer, approach=text)).text


@pytest.mark.parametrize(("field", "value", "reason"), [
    ("title", "", "Fill in this field"), ("sources", "A | javascript:alert(1)", "kept"), ("ended", "1890", "From 1900"),
    ("sources", "Fine | 2024\n | 1500 | https://x.example", "Line 2"), ("evidence_rating", "9", "From 0 to 5"),
    ("partners", "x" * 301, "300 characters"), ("language", "klingon", "not a value of the list"),
])  # fmt: skip
def test_bad_input_is_shown_again(app: Flask, world: World, field: str, value: str, reason: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    answer = post(officer, "/our-practices/new", **{**TEXT, "problem": "typed with care", field: value})
    if reason == "kept":  # a title with odd words is a title, never an address
        assert answer.status_code == 302 and 'href="javascript' not in officer.get(answer.location).text
        return
    assert answer.status_code == 400 and reason in answer.text and "typed with care" in answer.text


def test_what_is_not_whole_is_not_submitted(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    where = start(officer, summary="")
    answer = step(officer, where, "submit")
    assert answer.status_code == 400 and "Fill in this field" in answer.text
    assert world.admin.execute("select status from practice").fetchone() == ("draft",)


def test_who_should_not_get_in(app: Flask, world: World, as_: As) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    where = start(officer)
    practice = where.rsplit("/", 1)[-1]
    tables = ("practice", "practice_version", "practice_remark", "practice_review", "practice_decision")
    post(officer, f"{where}/remarks", page=where, body="Between us")
    for name, role in (("ottawa", "coordinator"), ("toronto", "partner"), ("canada", "coordinator"),
                       ("network", "coordinator"), ("network", "curator"), ("platform", "operator")):  # fmt: skip
        for table in tables:
            columns = f"(select city_id from {table}) x"
            assert as_.count(world.actor(name, role), columns) == 0, (name, role, table)
        client = sign_in(app, world, name, role)
        assert client.get(where).status_code == 404
        assert client.get(review_path(world, where)).status_code == 404
        assert client.get("/our-practices/").status_code == (200 if name == "ottawa" else 404)
    assert as_.count(None, "practice") == 0
    step(officer, where, "submit")
    curator = world.actor("network", "curator")
    # The state and the submitted version, never the working text.
    assert as_.count(curator, "(select status from practice) x") == 1
    assert as_.count(curator, "(select content from practice) x") == 0
    assert as_.count(curator, "practice_version") == 1
    assert as_.count(curator, "practice_remark") == 0
    for name, role in (("network", "coordinator"), ("network", "support_officer"), ("canada", "coordinator")):
        assert as_.count(world.actor(name, role), "practice_version") == 0
    assert as_.run(curator, "update practice_version set title = 'taken'") == 0
    before = world.admin.execute("select status, title from practice").fetchall()
    for name, role, statement in (
        ("network", "curator", "update practice set status = 'published', version = version + 1"),
        ("network", "curator", "update practice set status = 'accepted', version = version + 1"),
        ("network", "curator", "update practice set title = 'taken'"),
        ("toronto", "coordinator", "update practice set status = 'accepted'"),
        ("toronto", "coordinator", "update practice set content = '{}'"),
        ("toronto", "analyst", "update practice set status = 'draft'"),
        ("toronto", "partner", "update practice set status = 'draft'"),
        ("ottawa", "coordinator", "update practice set status = 'withdrawn'"),
    ):
        assert as_.run(world.actor(name, role), statement) == 0, (name, role, statement)
    assert world.admin.execute("select status, title from practice").fetchall() == before
    assert practice in where


def test_nobody_publishes_another_text_than_the_accepted_one(app: Flask, world: World, as_: As) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    _where, slug = publish(app, world, coordinator)
    me, curator = world.actor("toronto", "coordinator"), world.actor("network", "curator")
    assert as_.run(me, "update published_practice set summary = 'Quite different'") == 0
    assert as_.run(curator, "update published_practice set summary = 'Quite different'") == 0
    assert as_.run(world.actor("ottawa", "coordinator"), "update published_practice set renew_on = '2040-01-01'") == 0
    add_practice(world.admin, "of-the-network")
    assert as_.run(me, "update published_practice set summary = 'x' where slug = 'of-the-network'") == 0
    assert as_.run(
        me, "insert into published_practice (slug, author_id, visibility, language, title, city, country, summary,"
        " themes, prevention_levels, steps, cost_band, evidence_rating)"
        " values ('x', %s, 'public', 'en', 'x', 'x', 'CA', 'x', '{}', '{}', '{}', 'low', 0)",
        world.ids["toronto"]) == 0  # fmt: skip
    assert as_.run(world.actor("toronto", "officer"), "update practice set status = 'withdrawn'") == 0
    assert "Zebrafish" in app.test_client().get(f"/practices/{slug}").text


def test_reviews_are_ones_own(app: Flask, world: World, as_: As) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    publish(app, world, coordinator)
    curator = world.actor("network", "curator")
    mine = world.people["network", "curator"]
    assert as_.run(curator, "update practice_review set clarity = 1 where reviewer_id <> %s", mine) == 0
    assert as_.run(curator, "delete from practice_review") == 0
    for actor in (world.actor("toronto", "coordinator"), world.actor("network", "coordinator")):
        assert as_.count(actor, "practice_review") == 0
    assert as_.run(curator, "update practice_decision set reasons = 'other'") == 0


def test_lists_cost_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    from sqlalchemy import event

    from network.kernel.db import db

    officer, curator = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "network", "curator")
    seen: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for many in (1, 12):
        for i in range(many):
            step(officer, start(officer, title=f"Practice {many} {i}"), "submit")
        for client, path in ((officer, "/our-practices/"), (curator, "/review/")):
            seen.clear()
            assert client.get(path).status_code == 200
            counts.append(len(seen))
    assert counts[:2] == counts[2:] and max(counts) <= 9, counts


def test_exports_hold_what_the_filter_means(app: Flask, world: World) -> None:
    officer, curator = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "network", "curator")
    step(officer, start(officer, title="=cmd|one"), "submit")
    start(officer, title="Second")
    assert "'=cmd|one" in officer.get("/our-practices/export.csv?status=submitted").text
    assert "Second" not in officer.get("/our-practices/export.csv?status=submitted").text
    assert "Second" in officer.get("/our-practices/?mine=1&q=second").text
    assert "Second" not in sign_in(app, world, "toronto", "analyst").get("/our-practices/?mine=1").text
    table = curator.get("/review/export.csv").text
    assert "'=cmd|one" in table and "Second" not in table

"""Submitting, reviewing and publishing through GraphQL, by the same rules as on the pages."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Connection
from tests.practices.test_life import SCORES, TEXT, second_curator, start
from tests.test_main_path import gql, issue, post, sign_in
from tests.world import World

SUBMIT = "mutation($id: ID!) { submitPractice(id: $id) { id cityId status submittedVersion title } }"
REVIEW = """mutation($city: ID!, $id: ID!, $scores: PracticeScores!) {
  reviewPractice(cityId: $city, id: $id, scores: $scores) { status title advice { field } } }"""
DECIDE = """mutation($city: ID!, $id: ID!) {
  decidePractice(cityId: $city, id: $id, outcome: ACCEPTED, reasons: "Clear and honest.") { status } }"""
PUBLISH = "mutation($id: ID!) { publishPractice(id: $id, visibility: PUBLIC) { status slug } }"
WITHDRAW = "mutation($id: ID!) { changePractice(id: $id, step: WITHDRAW) { status publishedVersion } }"


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def ask(client: FlaskClient, query: str, **variables: Any) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    return client.post(
        "/graphql", json={"query": query, "variables": variables}, headers={"X-CSRFToken": token[1]}
    ).get_json()


def test_a_practice_lives_through_the_api(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    content = {"title": TEXT["title"], "summary": TEXT["summary"], "approach": "Ask Imam Yusuf Kaya.", "steps": [6],
               "themes": ["youth"], "sources": [{"title": "Report", "url": "https://example.org/r"}]}  # fmt: skip
    made = ask(coordinator, """mutation($content: PracticeInput!) { draftPractice(content: $content) {
        id cityId status title advice { kind passage } } }""", content=content)["data"]["draftPractice"]  # fmt: skip
    assert made["status"] == "DRAFT" and {"kind": "personal", "passage": "Imam Yusuf Kaya"} in made["advice"]
    key = {"city": made["cityId"], "id": made["id"]}
    assert ask(coordinator, SUBMIT, id=key["id"])["data"]["submitPractice"]["status"] == "SUBMITTED"
    one, (two, second) = sign_in(app, world, "network", "curator"), second_curator(app, world)
    review = f"/review/{key['city']}/{key['id']}"
    assert ask(one, "{ reviewQueue { id title } }")["data"]["reviewQueue"] == [{"id": key["id"], "title": None}]
    for person in (world.people["network", "curator"], second):
        post(one, f"{review}/reviewers", page=review, reviewer_id=str(person))
    scores = {name: int(value) for name, value in SCORES.items()}
    assert ask(one, DECIDE, **key)["errors"][0]["extensions"]["code"] == "REFUSED"
    bad = ask(one, REVIEW, **key, scores={**scores, "clarity": 7})["errors"][0]["extensions"]
    assert bad["code"] == "VALIDATION_FAILED" and list(bad["fields"]) == ["clarity"]
    for client in (one, two):
        answer = ask(client, REVIEW, **key, scores=scores)["data"]["reviewPractice"]
        assert answer == {"status": "IN_REVIEW", "title": None, "advice": None}
    assert ask(one, DECIDE, **key)["data"]["decidePractice"]["status"] == "ACCEPTED"
    published = ask(coordinator, PUBLISH, id=key["id"])["data"]["publishPractice"]
    assert published == {"status": "PUBLISHED", "slug": "toronto-listening-benches"}
    assert app.test_client().get("/practices/toronto-listening-benches").status_code == 200
    gone = ask(coordinator, WITHDRAW, id=key["id"])["data"]["changePractice"]
    assert gone == {"status": "WITHDRAWN", "publishedVersion": None}
    assert app.test_client().get("/practices/toronto-listening-benches").status_code == 404


def test_who_may_not_change_finds_nothing(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    practice = start(officer).rsplit("/", 1)[-1]
    key = {"city": str(world.ids["toronto"]), "id": practice}
    scores = {name: int(value) for name, value in SCORES.items()}
    token = issue(app, world, "network")
    for answer in (
        gql(app, token, REVIEW, **key, scores=scores), gql(app, token, SUBMIT, id=practice), gql(app, token, "{ reviewQueue { id } }"),
        ask(sign_in(app, world, "ottawa", "coordinator"), SUBMIT, id=practice),
        ask(sign_in(app, world, "ottawa", "coordinator"), WITHDRAW, id=practice),
        ask(sign_in(app, world, "network", "curator"), REVIEW, **key, scores=scores),
        ask(sign_in(app, world, "network", "curator"), SUBMIT, id=practice), ask(officer, SUBMIT, id="no id"),
        ask(sign_in(app, world, "toronto", "partner"), "{ ourPractices { id } }"),
    ):  # fmt: skip
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND", answer
    refused = ask(officer, PUBLISH, id=practice)["errors"][0]["extensions"]["code"]
    assert refused == "REFUSED"
    no_header = officer.post("/graphql", json={"query": SUBMIT, "variables": {"id": practice}})
    assert no_header.status_code == 403
    assert world.admin.execute("select status from practice").fetchone() == ("draft",)


def test_one_field_fails_alone(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    good, bad = (start(officer, summary=s).rsplit("/", 1)[-1] for s in ("Enough.", ""))
    answer = ask(officer, """mutation($good: ID!, $bad: ID!) {
        a: submitPractice(id: $bad) { status } b: submitPractice(id: $good) { status } }""", good=good, bad=bad)  # fmt: skip
    assert answer["data"] == {"a": None, "b": {"status": "SUBMITTED"}}
    rows = world.admin.execute("select status, count(*) from practice group by 1 order by 1").fetchall()
    assert rows == [("draft", 1), ("submitted", 1)]

"""The door for programs: who gets in, what it costs, what it never tells."""

import importlib.util
from pathlib import Path
from typing import Any

import graphql
import pytest
from flask import Flask

from network.api.snapshot import main as snapshot
from network.trends.disclosure import LARGEST_NOISE
from tests.conftest import ROOT, Connection
from tests.test_main_path import gql, issue, post, sign_in
from tests.world import World, add_incident

OPERATIONS = sorted((ROOT / "graphql" / "operations").glob("*.graphql"))
ONE_YEAR = {"from": "2024-01-01", "to": "2024-12-31"}


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    world = World(admin)
    world.agree("toronto", "canada")
    for month, count in ((1, 7), (2, 3), (3, 9)):
        for _ in range(count):
            add_incident(admin, world.ids["toronto"], occurred_on=f"2024-{month:02d}-05")
    return world


def test_the_contract_is_fresh_and_no_package() -> None:
    assert snapshot(["--check"]) == 0
    assert not list((ROOT / "graphql").rglob("*.py"))
    spec = importlib.util.find_spec("graphql")
    assert spec and spec.origin and "site-packages" in spec.origin
    assert Path(graphql.__file__).is_relative_to(Path(spec.origin).parent)


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda p: p.stem)
def test_every_published_operation_answers(app: Flask, world: World, path: Path) -> None:
    answer = gql(app, issue(app, world, "canada"), path.read_text(), **ONE_YEAR)
    assert "errors" not in answer, answer
    assert answer["extensions"]["cost"] > 0


def test_what_a_ministry_sees_is_protected_and_stays_the_same(app: Flask, world: World) -> None:
    query = """query($from: Date!, $to: Date!) { trends(from: $from, to: $to) {
      isProtected series { counts points { count rate } } } }"""
    token = issue(app, world, "canada")
    first, second = (gql(app, token, query, **ONE_YEAR)["data"]["trends"] for _ in range(2))
    assert first == second and first["isProtected"]
    counts = first["series"][0]["counts"]
    assert not {1, 2} & set(counts) and counts[3:] == [0] * 9
    assert all(abs(count - exact) <= LARGEST_NOISE for count, exact in zip(counts, (7, 3, 9), strict=False))


@pytest.mark.parametrize(
    ("name", "grants"), [("canada", "{records}"), ("france", None), ("network", None)]
)
def test_without_an_agreement_on_counts_there_is_nothing(
    app: Flask, admin: Connection, name: str, grants: str | None
) -> None:
    world = World(admin)
    add_incident(admin, world.ids["toronto"])
    if grants:
        world.agree("toronto", name, grants)
    token = issue(app, world, name)
    query = """query($from: Date!, $to: Date!, $city: ID!) {
      cities { totalCount } viewer { organisationName }
      a: trends(from: $from, to: $to, interval: YEAR) { series { counts } coverage { name } }
      b: trends(from: $from, to: $to, interval: YEAR, cities: [$city]) { series { counts } } }"""
    data = gql(app, token, query, **ONE_YEAR, city=str(world.ids["toronto"]))["data"]
    assert data["cities"]["totalCount"] == 0
    assert data["a"] == {"series": [{"counts": [0]}], "coverage": []}
    assert data["b"] == {"series": [{"counts": [0]}]}


def status(app: Flask, **request: Any) -> tuple[int, str]:
    answer = app.test_client().post("/graphql", **request)
    return answer.status_code, answer.get_json()["errors"][0]["extensions"]["code"]


def test_who_should_not_get_in(app: Flask, world: World, admin: Connection) -> None:
    query = {"query": "{ viewer { organisationName } }"}
    assert status(app, json=query) == (401, "UNAUTHENTICATED")
    assert status(app, json=query, headers={"Authorization": "Bearer guess"}) == (401, "UNAUTHENTICATED")
    token = issue(app, world, "canada")
    bearer = {"Authorization": f"Bearer {token}"}
    assert gql(app, token, query["query"])["data"]["viewer"]["organisationName"] == "Canada"
    stored = admin.execute("select token_hash::text from api_token").fetchone()
    assert stored and token not in stored[0]
    admin.execute("update api_token set scopes = '{practice:read}'")
    refused = gql(app, token, "{ cities { totalCount } }")
    assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    for change in ("expires_at = now()", "expires_at = now() + interval '1 day', revoked_at = now()"):
        admin.execute(f"update api_token set {change}")
        assert status(app, json=query, headers=bearer) == (401, "UNAUTHENTICATED")


def test_limits_speak_in_codes(app: Flask, world: World) -> None:
    bearer = {"Authorization": f"Bearer {issue(app, world, 'canada')}"}
    deep = "{ __schema " + "{ types { fields { type " * 8 + "{ name }" + " } } }" * 8 + " }"
    wide = "{" + " ".join(
        f'a{i}: trends(from: "2024-01-01", to: "2024-01-02") {{ population }}' for i in range(20)) + "}"
    circle = "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }"
    for request, expected in (
        ({"json": {"query": deep}}, (400, "TOO_DEEP")),
        ({"json": {"query": wide}}, (400, "TOO_COSTLY")),
        ({"json": [{"query": "{ viewer { kind } }"}]}, (400, "BATCHING_OFF")),
        ({"json": {"query": "{ viewer { kinf } }"}}, (400, "BAD_QUERY")),
        ({"data": {"query": "{ viewer { kind } }"}}, (415, "UNSUPPORTED_MEDIA_TYPE")),
        ({"json": {"query": "#" * 200_000}}, (413, "TOO_LARGE")),
        ({"json": {"query": "{ cities(first: 1000) { totalCount } }"}}, (200, "VALIDATION_FAILED")),
    ):
        assert status(app, headers=bearer, **request) == expected, request
    assert status(app, json={"query": circle}, headers=bearer)[0] == 400
    told = app.test_client().post("/graphql", json={"query": "{ viewer { kinf } }"}, headers=bearer).text
    assert "Did you mean" not in told


def test_a_query_costs_a_fixed_number_of_statements(app: Flask, world: World, admin: Connection) -> None:
    from sqlalchemy import event

    from network.kernel.db import db

    token = issue(app, world, "canada")
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    query = (ROOT / "graphql/operations/rates_by_city.graphql").read_text()
    counts = []
    for step in range(2):
        seen.clear()
        gql(app, token, query, **ONE_YEAR)
        counts.append(len(seen))
        if step:
            break
        world.agree("ottawa", "canada")
        for i in range(20):
            add_incident(admin, world.ids["ottawa"], occurred_on=f"2024-{i % 12 + 1:02d}-01")
    assert counts[0] == counts[1]


def test_the_form_in_the_browser_asks_as_the_person_signed_in(app: Flask, world: World) -> None:
    client = sign_in(app, world, "canada", "analyst")
    answer = post(client, "/graphql/explore", query="{ viewer { organisationName } }", variables="{}")
    assert answer.status_code == 200 and "&#34;organisationName&#34;: &#34;Canada&#34;" in answer.text
    wrong = post(client, "/graphql/explore", query="{ kept }", variables="[1")
    assert wrong.status_code == 400 and "as a JSON object" in wrong.text and "{ kept }" in wrong.text
    assert "BAD_QUERY" in post(client, "/graphql/explore", query="{ nothing }", variables="").text
    assert sign_in(app, world, "toronto", "officer").get("/graphql/explore").status_code == 404

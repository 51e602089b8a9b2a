"""The way of the three users, through the pages and the API, with real files."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from network.jobs.queue import run_worker
from network.trends.disclosure import LARGEST_NOISE
from tests.conftest import ROOT, Connection
from tests.world import World, add_incident

PASSWORD = "a long enough password"
TORONTO = ROOT / "network/demo/data/toronto_hate_crimes.csv"
NYPD = ROOT / "network/demo/data/nypd_hate_crimes.csv"


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def sign_in(app: Flask, world: World, name: str, role: str) -> FlaskClient:
    person = world.actor(name, role).person_id
    world.admin.execute(
        "update person set password_hash = %s where person_id = %s",
        (app.extensions["concord.passwords"].hash(PASSWORD), person),
    )
    email = world.admin.execute("select email from person where person_id = %s", (person,)).fetchone()
    client = app.test_client()
    answer = post(client, "/sign-in", email=email[0], password=PASSWORD)
    assert answer.status_code == 302, answer.text
    return client


def post(client: FlaskClient, path: str, *, page: str | None = None, **data: Any) -> Any:
    """Send a form as the page offers it, with its CSRF token."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page or path).text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **data}, content_type="multipart/form-data")


def work(app: Flask) -> None:
    """Let a worker empty the queue, in a thread since a browser test has an event loop already."""
    url = app.extensions["concord.settings"].database_app_url
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run_worker, app, url, wait=False).result()


def import_through_the_pages(app: Flask, client: FlaskClient, file: bytes, name: str) -> str:
    answer = post(client, "/incidents/import/", file=(io.BytesIO(file), name), mapping="")
    assert answer.status_code == 302, answer.text
    work(app)
    return str(answer.location)


def gql(app: Flask, token: str, query: str, **variables: Any) -> Any:
    answer = app.test_client().post(
        "/graphql", json={"query": query, "variables": variables}, headers={"Authorization": f"Bearer {token}"}
    )
    return answer.get_json()


def issue(app: Flask, world: World, name: str, *scopes: str) -> str:
    client = sign_in(app, world, name, "coordinator")
    scopes = scopes or ("trend:read", "practice:read", "readiness:read")
    page = post(client, "/tokens", name="BI", days="30", scopes=list(scopes)).text
    found = re.search(r"concord_[\w-]{30,}", page)
    assert found, page
    return found[0]


TRENDS = 'query { trends(from: "2018-01-01", to: "2024-12-31", interval: YEAR) { series { counts } coverage { name } } }'


def test_city_imports_shares_ministry_sees_and_revocation_is_immediate(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "no incidents yet" in officer.get("/").text
    where = import_through_the_pages(app, officer, TORONTO.read_bytes(), "toronto.csv")
    page = officer.get(where).text
    assert "1805 new incidents" in page, page
    assert world.admin.execute("select count(*) from incident").fetchone() == (0,)
    post(officer, f"{where}/apply", page=where)
    work(app)
    assert world.admin.execute("select count(*) from incident").fetchone() == (1805,)
    assert "Incidents per month" in officer.get("/").text

    token = issue(app, world, "canada")
    assert gql(app, token, TRENDS)["data"]["trends"]["coverage"] == []
    coordinator = sign_in(app, world, "toronto", "coordinator")
    post(coordinator, "/sharing/", recipient=str(world.ids["canada"]), grants="counts")
    answer = gql(app, token, TRENDS)["data"]["trends"]
    assert [c["name"] for c in answer["coverage"]] == ["Toronto"]
    # Counted from the raw file, by the year in which the events occurred.
    exact = [133, 135, 210, 261, 246, 372, 440]
    shown = answer["series"][0]["counts"]
    assert all(abs(count - right) <= LARGEST_NOISE for count, right in zip(shown, exact, strict=True))
    page = coordinator.get("/sharing/").text
    revoke = re.search(r'action="(/sharing/[0-9a-f-]+/revoke)"', page)
    assert revoke
    post(coordinator, revoke[1], page="/sharing/")
    assert gql(app, token, TRENDS)["data"]["trends"] == {
        "coverage": [], "series": [{"counts": [0] * 7}],
    }


def test_nypd_complaints_are_incidents_and_a_second_import_changes_nothing(app: Flask, world: World) -> None:
    analyst = sign_in(app, world, "toronto", "analyst")
    for expected in ("2823 new incidents", "0 new incidents, 0 changed, 2823 unchanged"):
        where = import_through_the_pages(app, analyst, NYPD.read_bytes(), "nypd.csv")
        assert expected in analyst.get(where).text
        post(analyst, f"{where}/apply", page=where)
        work(app)
        assert world.admin.execute("select count(*) from incident").fetchone() == (2823,)
    counted = world.admin.execute(
        "select sum(incidents) from trend_cell where grain = 'month' and bias = 'antisemitism'"
    ).fetchone()
    recount = world.admin.execute(
        "select count(*) from incident where 'antisemitism' = any(bias_motivations)"
    ).fetchone()
    assert counted == recount


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "not known"),
        (b"external_reference,kind,bias_motivations,severity,occurred_on\nx,threat,age,3,2999-01-01\n", "future"),
        (b"external_reference,kind,bias_motivations,severity,occurred_on\nx,war,age,3,2020-01-01\n", "not a value"),
        (b"external_reference,kind,bias_motivations,severity,occurred_on\nx,threat,age,9,2020-01-01\n", "5"),
        (b"external_reference,kind,bias_motivations,severity,occurred_on\n"
         b"x,threat,age,3,2020-01-01\nx,threat,age,3,2020-01-02\n", "Line 2 has the same reference"),
        (b"external_reference,kind,bias_motivations,severity,occurred_on\n,threat,age,3,2020-01-01\n", "missing"),
    ],
)
def test_a_bad_file_changes_nothing_and_says_why(app: Flask, world: World, content: bytes, reason: str) -> None:
    client = sign_in(app, world, "toronto", "officer")
    answer = post(client, "/incidents/import/", file=(io.BytesIO(content), "bad.csv"), mapping="")
    if answer.status_code == 302:
        work(app)
        where = str(answer.location)
        page = client.get(where).text
        assert reason in page
        if "Problems" in page:
            assert reason in client.get(f"{where}/problems.csv").text
        assert post(client, f"{where}/apply", page="/incidents/import/").status_code == 422
    else:
        assert answer.status_code == 400
        assert reason in answer.text
    assert world.admin.execute("select count(*) from incident").fetchone() == (0,)


def test_encodings_separators_and_formulas(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    text = (
        "external_reference;kind;bias_motivations;severity;occurred_on;summary\r\n"
        'a;threat;age;3;13.05.2020;"=cmd|café\r\nsecond line"\r\nb;threat;age;3;2020-05-14;x\r\n'
    )
    where = import_through_the_pages(app, client, text.encode("cp1252"), "latin.csv")
    assert "2 new incidents" in client.get(where).text
    post(client, f"{where}/apply", page=where)
    work(app)
    found = world.admin.execute("select summary, occurred_on::text from incident order by 2").fetchone()
    assert found is not None and found[0].startswith("=cmd|café") and found[1] == "2020-05-13"
    assert "'=cmd|caf" in client.get("/incidents/export.csv").text


def test_record_edit_conflict_archive(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    wrong = post(client, "/incidents/new", kind="threat", summary="kept <b>text</b>")
    assert wrong.status_code == 400
    assert "kept &lt;b&gt;text&lt;/b&gt;" in wrong.text
    assert 'href="#field-severity"' in wrong.text
    good = {"kind": "threat", "bias_motivations": "anti_roma", "severity": "3", "status": "reported",
            "source": "ngo", "occurred_on": "2024-02-03", "summary": "first", "tlp": "AMBER+STRICT"}
    made = post(client, "/incidents/new", **good)
    assert made.status_code == 302, made.text
    where = str(made.location)
    version = re.search(r'name="version" value="(\d+)"', client.get(f"{where}/edit").text)
    assert version
    assert post(client, f"{where}/edit", version=version[1], **{**good, "summary": "second"}).status_code == 302
    late = post(client, f"{where}/edit", version=version[1], **{**good, "summary": "third"})
    assert late.status_code == 409
    assert "second" in late.text and "third" in late.text
    assert world.admin.execute("select summary from incident").fetchone() == ("second",)
    count = "select coalesce(sum(incidents), 0) from trend_cell where grain = 'month' and bias = ''"
    assert world.admin.execute(count).fetchone() == (1,)
    post(client, f"{where}/archive", page=where)
    assert world.admin.execute(count).fetchone() == (0,)
    post(client, f"{where}/archive", page=where, undo="1")
    assert world.admin.execute(count).fetchone() == (1,)


def test_who_should_not_get_in(app: Flask, world: World) -> None:
    made = add_incident(world.admin, world.ids["toronto"], summary="secret words")
    for name, role in (("ottawa", "coordinator"), ("toronto", "partner"), ("canada", "coordinator"),
                       ("network", "coordinator"), ("platform", "operator")):
        client = sign_in(app, world, name, role)
        for path in (f"/incidents/{made}", f"/incidents/{made}/edit"):
            assert client.get(path).status_code == 404, (name, path)
        assert "secret words" not in client.get("/incidents/export.csv").text
    visitor = app.test_client()
    assert visitor.get(f"/incidents/{made}").status_code == 302
    mayor = sign_in(app, world, "toronto", "mayor")
    assert mayor.get("/incidents/new").status_code == 404
    assert mayor.get(f"/incidents/{made}").status_code == 200


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith("static"):
            continue
        assert hasattr(app.view_functions[rule.endpoint], "access"), rule


ROLES = [("toronto", "coordinator"), ("toronto", "mayor"), ("toronto", "partner"), ("canada", "analyst"),
         ("network", "coordinator"), ("network", "support_officer"), ("platform", "operator")]


@pytest.mark.parametrize(("name", "role"), ROLES)
def test_every_page_of_the_menu_opens_under_the_strict_policy(app: Flask, world: World, name: str, role: str) -> None:
    import html5lib

    client = sign_in(app, world, name, role)
    for path in sorted(set(re.findall(r'<a href="(/[^"]*)"', client.get("/", follow_redirects=True).text))):
        page = client.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        assert "script-src 'self'; style-src 'self'" in page.headers["Content-Security-Policy"]
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*src=)", page.text), path
        html5lib.HTMLParser(strict=False).parse(page.text)
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), path


def test_sign_in_is_throttled_and_tells_nothing(app: Flask, world: World) -> None:
    sign_in(app, world, "toronto", "officer")
    client = app.test_client()
    known = world.admin.execute("select email from person limit 1").fetchone()
    wrong = post(client, "/sign-in", email=known[0], password="not the password").text
    unknown = post(client, "/sign-in", email="nobody@example.org", password="not the password").text
    assert re.findall("E-mail or password is not right", wrong) == re.findall("E-mail or password is not right", unknown) != []
    codes = [post(client, "/sign-in", email=known[0], password="x").status_code for _ in range(10)]
    assert codes[-1] == 429


def test_invitation_reset_and_revoked_session(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert post(coordinator, "/team", email="New@example.org", role="analyst").status_code == 302
    work(app)
    folder = app.extensions["concord.settings"].data_dir / "mail"

    def newest() -> str:
        return max(folder.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns).read_text()

    link = re.search(r"/invitation/[\w=-]+", Path(max(folder.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns)).read_bytes().replace(b"=\n", b"").decode())
    assert link
    visitor = app.test_client()
    assert visitor.get(link[0]).location == "/invitation"
    assert post(visitor, "/invitation", name="New", password="short").status_code == 400
    assert post(visitor, "/invitation", name="New", password=PASSWORD).status_code == 302
    assert "New" in coordinator.get("/team").text
    again = app.test_client()
    again.get(link[0])
    assert again.get("/invitation").status_code == 404
    assert visitor.get("/incidents/").status_code == 200
    world.admin.execute("update person_session set revoked_at = now()")
    assert visitor.get("/incidents/").status_code == 302

    for email in ("new@example.org", "nobody@example.org"):
        assert post(app.test_client(), "/forgot", email=email).status_code == 302
    work(app)
    found = re.search(r"/reset/[\w=-]+", newest().replace("=\n", ""))
    assert found
    client = app.test_client()
    client.get(found[0])
    assert post(client, "/reset", password="another long password").status_code == 302
    second = app.test_client()
    second.get(found[0])
    token = post(second, "/reset", password="yet another password")
    assert token.status_code == 404
    secrets = world.admin.execute("select args::text from procrastinate.procrastinate_jobs").fetchall()
    assert all(found[0].split("/")[-1] not in row[0] for row in secrets)


def test_the_last_coordinator_stays(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    person = world.actor("toronto", "coordinator").person_id
    assert post(coordinator, f"/team/{person}", page="/team", remove="1").status_code == 422
    officer = world.actor("toronto", "officer").person_id
    assert post(coordinator, f"/team/{officer}", page="/team", role="analyst").status_code == 302
    other = world.actor("ottawa", "officer").person_id
    assert post(coordinator, f"/team/{other}", page="/team", remove="1").status_code == 404
    assert world.admin.execute("select count(*) from membership").fetchone() == (3,)


def test_forms_without_their_token_are_refused(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    answer = client.post("/incidents/new", data={"kind": "threat"})
    assert answer.status_code == 400
    assert world.admin.execute("select count(*) from incident").fetchone() == (0,)


def test_french_is_offered_and_arithmetic_of_pages_is_fixed(app: Flask, world: World) -> None:
    """A page costs the same number of statements for 5 and for 55 incidents."""
    from sqlalchemy import event

    from network.kernel.db import db

    client = sign_in(app, world, "toronto", "officer")
    counts = []
    with app.app_context():
        engine = db.engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    for more in (5, 50):
        for _ in range(more):
            add_incident(world.admin, world.ids["toronto"], district="Centre")
        for path in ("/", "/incidents/"):
            statements.clear()
            assert client.get(path).status_code == 200
            counts.append(len(statements))
    assert counts[:2] == counts[2:]
    assert counts[1] <= 5

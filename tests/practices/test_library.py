"""The library as a visitor, a member and a program meet it."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from network.demo.load import DATA, load_practices
from network.kernel.db import db
from network.kernel.errors import ValidationFailed
from network.kernel.tenancy import acting_as
from network.practices.schemas import PracticeSchema
from network.practices.service import publish_practice
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.test_main_path import gql, issue, sign_in
from tests.world import World

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    world = World(admin)
    add_practice(admin, "rumour-agents", city="Barcelona", country="ES", themes=["anti_rumour"], steps=[7],
                 title="Anti-rumour network", summary="Trained people answer false stories about migrants.",
                 approach="The municipality trains neighbours in every district.", evidence_rating=3,
                 languages=["ca", "es"])  # fmt: skip
    add_practice(admin, "school-mediation", city="Gdańsk", country="PL", themes=["schools", "youth"],
                 title="Mediation in schools", summary="Pupils learn to mediate.", evidence_rating=4,
                 prevention_levels=["primary", "secondary"], languages=["pl"])  # fmt: skip
    add_practice(admin, "hidden-casework", city="Ottawa", country="CA", themes=["exit_mentoring"],
                 title="Casework with mentors", summary="Zebrafish mentors meet people at risk.",
                 visibility="network", evidence_rating=2, languages=["fr"])  # fmt: skip
    return world


def parsed(answer: bytes) -> ET.Element:
    return ET.fromstring(answer)  # noqa: S314 (our own answer)


def titles(page: str) -> list[str]:
    return re.findall(r'<h2 class="h3" lang="\w+"><a href="/practices/([^"]+)"', page)


def test_a_visitor_reads_public_practices_alone(world: World, client: FlaskClient) -> None:
    page = client.get("/practices/").text
    assert sorted(titles(page)) == ["rumour-agents", "school-mediation"]
    assert "2 practices" in page
    assert "Canada" not in page and "Exit and mentoring" not in page and "French" not in page
    assert 'href="/practices/"' in client.get("/").text
    shown = client.get("/practices/rumour-agents")
    assert shown.status_code == 200 and "Trained people" in shown.text
    for path in ("/practices/hidden-casework", "/practices/unknown"):
        missing = client.get(path)
        assert missing.status_code == 404 and "Zebrafish" not in missing.text


@pytest.mark.parametrize("path", [
    "/practices/?q=zebrafish", "/practices/?q=zebrafsh", "/practices/?theme=exit_mentoring", "/practices/?country=CA",
    "/practices/feed.atom", "/practices/feed.atom?q=zebrafish", "/practices/export.json", "/practices/export.csv",
    "/sitemap.xml", "/practices/rumour-agents",
])  # fmt: skip
def test_nothing_of_a_members_practice_is_told_to_the_public(world: World, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "hidden-casework" not in answer.text and "mentors meet" not in answer.text


@pytest.mark.parametrize(("name", "role"), [
    ("toronto", "partner"), ("toronto", "officer"), ("canada", "analyst"), ("network", "support_officer"),
])  # fmt: skip
def test_every_member_reads_all_of_them(app: Flask, world: World, name: str, role: str) -> None:
    client = sign_in(app, world, name, role)
    assert len(titles(client.get("/practices/").text)) == 3
    assert titles(client.get("/practices/?q=zebrafish").text) == ["hidden-casework"]
    page = client.get("/practices/hidden-casework").text
    assert "Members only" in page and "og:title" not in page and "noindex" in page
    # What goes out of the network is public also when a member asks for it.
    for path in ("/practices/export.json", "/practices/feed.atom", "/sitemap.xml"):
        assert "hidden-casework" not in client.get(path).text


def test_the_operator_sees_what_everybody_sees(app: Flask, world: World) -> None:
    client = sign_in(app, world, "platform", "operator")
    assert len(titles(client.get("/practices/").text)) == 2
    assert titles(client.get("/practices/?q=mediate").text) == ["school-mediation"]
    assert client.get("/practices/hidden-casework").status_code == 404


@pytest.mark.parametrize(("query", "expected"), [
    ("q=rumour", ["rumour-agents"]), ("q=RUMOURS", ["rumour-agents"]), ("q=gdansk", ["school-mediation"]),
    ("q=medi", ["school-mediation"]), ("q=mediation+pupils", ["school-mediation"]), ("q=poland", ["school-mediation"]),
    ("q=mediaton", ["school-mediation"]), ("q=mediation+district", ["school-mediation", "rumour-agents"]),
    ("q=the+of", []), ("q=%27%29+%7C+%26+%21", ["rumour-agents", "school-mediation"]),
    ("theme=youth", ["school-mediation"]), ("theme=youth&theme=anti_rumour", ["rumour-agents", "school-mediation"]),
    ("step=7", ["rumour-agents"]), ("level=secondary", ["school-mediation"]), ("country=ES", ["rumour-agents"]),
    ("language=ca", ["rumour-agents"]), ("evidence=4", ["school-mediation"]), ("evidence=5", []),
    ("theme=no_such&sort=no_such&evidence=x", ["rumour-agents", "school-mediation"]),
])  # fmt: skip
def test_search_and_filters(world: World, client: FlaskClient, query: str, expected: list[str]) -> None:
    world.admin.execute("update published_practice set keywords = 'Poland' where country = 'PL'")
    answer = client.get(f"/practices/?{query}")
    assert answer.status_code == 200
    found = titles(answer.text)
    assert (found if "district" in query else sorted(found)) == expected
    if not expected:
        assert "No practice fits" in answer.text


def test_what_comes_close_is_said_to_be_so_and_words_are_marked(world: World, client: FlaskClient) -> None:
    assert "These come close" in client.get("/practices/?q=mediaton").text
    page = client.get("/practices/?q=rumour+false").text
    assert "These come close" not in page and "<mark>false</mark>" in page
    world.admin.execute("update published_practice set summary = 'Fish & \"bold\" <b>chips</b>'")
    page = client.get("/practices/?q=bold").text
    assert "Fish &amp; &#34;<mark>bold</mark>&#34;" in page and "<b>" not in page


def test_a_facet_counts_what_choosing_it_would_show(world: World, client: FlaskClient) -> None:
    page = client.get("/practices/?theme=schools&evidence=3").text
    # The other theme is counted under the evidence filter, not under the theme that is chosen.
    assert re.search(r'href="([^"]+)">Communication and anti-rumour work</a>\s*<span class="count">1<', page)
    chosen = re.search(r'href="([^"]+)" aria-current="true">Schools</a>', page)
    assert chosen and chosen[1] == "/practices/?evidence=3"
    for address, count in re.findall(r'<a href="(/practices/\?[^"]+)">[^<]+</a>\s*<span class="count">(\d+)<', page):
        wanted = address.replace("&amp;", "&")
        if "theme=" in wanted.replace("theme=schools", ""):
            continue  # a second theme adds to the first; its figure is of the theme alone
        assert len(titles(client.get(wanted).text)) == int(count), wanted


@pytest.mark.parametrize("sort", ["relevance", "evidence", "newest", "title"])
@pytest.mark.parametrize("text", ["", "&q=many"])
def test_pages_by_key_show_each_once_and_lead_back(
    world: World, client: FlaskClient, sort: str, text: str
) -> None:
    for i in range(45):
        add_practice(world.admin, f"many-{i:02d}", title=f"Many of them {i % 7}", evidence_rating=i % 6)
    seen: list[str] = []
    path = f"/practices/?sort={sort}{text}"
    pages: list[list[str]] = []
    while path:
        page = client.get(path).text
        pages.append(titles(page))
        seen += pages[-1]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == (45 if text else 47)
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back and titles(client.get(back[1].replace("&amp;", "&")).text) == pages[-2]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "WyJ4IiwieCJd", "bnVsbA"])
def test_a_made_up_page_address_is_refused(world: World, client: FlaskClient, cursor: str) -> None:
    assert client.get(f"/practices/?after={cursor}").status_code == 400
    assert client.get(f"/practices/?before={cursor}").status_code == 400


def test_a_page_costs_a_fixed_number_of_statements(app: Flask, world: World, client: FlaskClient) -> None:
    statements: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    counts = []
    for more in (0, 30):
        for i in range(more):
            add_practice(world.admin, f"more-{i}", approach="rumour")
        for path in ("/practices/", "/practices/?q=rumour", "/practices/?q=rumuor", "/practices/rumour-agents"):
            statements.clear()
            assert client.get(path).status_code == 200
            counts.append(len(statements))
    # The first of each is the context of the caller.
    assert counts == [4, 4, 5, 7] * 2


def test_metadata_canonical_address_and_sources(app: Flask, world: World, client: FlaskClient) -> None:
    world.admin.execute(
        "update published_practice set sources = %s, summary = %s where slug = 'rumour-agents'",
        (json.dumps([{"title": "Report", "publisher": "City", "url": "https://example.org/r", "year": 2020,
                      "is_checked": True}]), "Ends with </script><script>alert(1)</script>"))  # fmt: skip
    page = client.get("/practices/rumour-agents").text
    home = app.extensions["concord.settings"].public_url
    assert f'<link rel="canonical" href="{home}/practices/rumour-agents">' in page
    assert '<meta property="og:title" content="Anti-rumour network">' in page
    assert 'href="https://example.org/r" rel="noopener"' in page
    assert "<script>alert" not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "Article" and data["url"] == f"{home}/practices/rumour-agents"
    assert data["contentLocation"]["address"]["addressCountry"] == "ES"
    assert data["citation"] == ["https://example.org/r"]


def test_feed_sitemap_robots_and_exports(world: World, client: FlaskClient) -> None:
    world.admin.execute("update published_practice set title = '=1+1 & <x>' where slug = 'rumour-agents'")
    feed = parsed(client.get("/practices/feed.atom").data)
    assert len(feed.findall(f"{ATOM}entry")) == 2
    one = parsed(client.get("/practices/feed.atom?theme=anti_rumour").data)
    assert [e.findtext(f"{ATOM}title") for e in one.findall(f"{ATOM}entry")] == ["Barcelona: =1+1 & <x>"]
    sitemap = parsed(client.get("/sitemap.xml").data)
    assert len(sitemap) == 5
    assert "Sitemap: http" in client.get("/robots.txt").text
    export = client.get("/practices/export.json").get_json()
    assert export["licence"]["url"].startswith("https://creativecommons.org/") and export["count"] == 2
    table = list(csv.DictReader(io.StringIO(client.get("/practices/export.csv").data.decode("utf-8-sig"))))
    assert {row["title"] for row in table} == {"'=1+1 & <x>", "Mediation in schools"}
    assert all(row["licence"] for row in table)


GRAPHQL = """query($text: String, $after: String, $first: Int) {
  practices(text: $text, first: $first, after: $after, sort: TITLE) {
    totalCount isClose nodes { slug themes sources { url } }
    facets { name values { value count } } pageInfo { hasNextPage endCursor } } }"""


def test_programs_ask_the_same(app: Flask, world: World) -> None:
    token = issue(app, world, "canada", "practice:read")
    answer = gql(app, token, GRAPHQL, text="zebrafish", first=20)["data"]["practices"]
    assert answer["totalCount"] == 1 and not answer["isClose"]
    assert answer["nodes"] == [{"slug": "hidden-casework", "themes": ["EXIT_MENTORING"], "sources": []}]
    first = gql(app, token, GRAPHQL, text="", first=2)["data"]["practices"]
    assert first["totalCount"] == 3 and first["pageInfo"]["hasNextPage"]
    rest = gql(app, token, GRAPHQL, text="", first=2, after=first["pageInfo"]["endCursor"])["data"]["practices"]
    slugs = [node["slug"] for node in first["nodes"] + rest["nodes"]]
    assert slugs == ["rumour-agents", "hidden-casework", "school-mediation"]
    one = gql(app, token, '{ practice(slug: "rumour-agents") { title evidenceRating } }')
    assert one["data"]["practice"] == {"title": "Anti-rumour network", "evidenceRating": 3}
    for query in ('{ practice(slug: "none") { title } }',):
        assert gql(app, token, query)["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert gql(app, token, "{ cities { totalCount } }")["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    other = issue(app, world, "network", "trend:read")
    for query in ("{ practices { totalCount } }", '{ practice(slug: "rumour-agents") { title } }'):
        assert gql(app, other, query)["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def valid(**values: Any) -> dict[str, Any]:
    return {"title": "T", "summary": "S", "city": "C", "country": "DK", **values}


@pytest.mark.parametrize(("wrong", "field"), [
    ({"title": ""}, "title"), ({"title": "x" * 201}, "title"), ({"country": "ZZ"}, "country"),
    ({"themes": ["none"]}, "themes"), ({"steps": [11]}, "steps"), ({"evidence_rating": 6}, "evidence_rating"),
    ({"started": 2020, "ended": 2019}, "ended"), ({"sources": [{"title": ""}]}, "sources"),
    ({"sources": [{"title": "x", "url": "javascript:alert(1)"}]}, "sources"), ({"languages": ["xx"]}, "languages"),
    ({"visibility": "all"}, "visibility"), ({"latitude": 91}, "latitude"), ({"summary": "a\x00b"}, "summary"),
])  # fmt: skip
def test_bad_input_is_named(app: Flask, wrong: dict[str, Any], field: str) -> None:
    with app.app_context(), pytest.raises(ValidationFailed) as caught:
        data = valid(**wrong)
        PracticeSchema().checked({k: v for k, v in data.items() if v != ""})
    assert list(caught.value.errors) == [field]


def test_the_real_examples_load_and_a_second_time_changes_nothing(app: Flask, admin: Connection) -> None:
    world = World(admin)
    curator = world.actor("network", "curator")
    with app.app_context():
        load_practices(curator)
        rows = admin.execute("select slug, version, updated_at from published_practice order by 1").fetchall()
        load_practices(curator)
        assert rows == admin.execute("select slug, version, updated_at from published_practice order by 1").fetchall()
        assert len(rows) == len(json.loads((DATA / "practices.json").read_text())) > 0
        item = json.loads((DATA / "practices.json").read_text())[0]
        with acting_as(curator):
            publish_practice(item["slug"], PracticeSchema().checked(item | {"summary": "New."}), actor=curator)
    changed = admin.execute("select version from published_practice where summary = 'New.'").fetchone()
    assert changed == (2,)

"""Importing practices: seen before it happens, all or nothing, each bad value named."""

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook

from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.practices.test_life import publish
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

HEADER = "title,summary,city,country,themes,steps,evidence_rating,sources,visibility\n"
GOOD = HEADER + (
    '"Mentors, again",What was done,Aarhus,DK,"youth; schools",6; 5,3,Report | City | 2024 | https://example.org/r,public\n'
    'Rumours,Answered,Barcelona,ES,anti_rumour,7,2,,public\n'
)


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def bring(client: FlaskClient, content: str | bytes, name: str = "file.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return post(client, "/review/imports/", file=(io.BytesIO(data), name))


def test_a_file_is_seen_then_published_and_again_changes_nothing(app: Flask, world: World) -> None:
    curator, visitor = sign_in(app, world, "network", "curator"), app.test_client()
    where = str(bring(curator, GOOD).location)
    page = curator.get(where).text
    assert "Mentors, again" in page and "Publish them" in page
    assert "Mentors" not in visitor.get("/practices/").text
    assert post(curator, where).status_code == 302
    shown = visitor.get("/practices/aarhus-mentors-again").text
    assert "https://example.org/r" in shown and "Schools" in shown
    assert post(curator, where, page="/review/imports/").status_code == 422
    export = visitor.get("/practices/export.json").data
    again = str(bring(curator, export, "export.json").location)
    assert "The same already" in curator.get(again).text
    post(curator, again)
    assert world.admin.execute("select max(version), count(*) from published_practice").fetchone() == (1, 2)
    table = str(bring(curator, visitor.get("/practices/export.csv").data, "export.csv").location)
    assert '<span class="tag tag-strong">' not in curator.get(table).text


def test_bad_rows_are_named_and_nothing_happens(app: Flask, world: World) -> None:
    curator = sign_in(app, world, "network", "curator")
    bad = GOOD + ",No title,X,ZZ,nonsense,12,9,,public\nRumours,Twice,Barcelona,ES,anti_rumour,7,2,,public\n"
    where = str(bring(curator, bad).location)
    page = curator.get(where).text
    assert "Nothing is published while a row is wrong" in page and "Publish them" not in page
    table = curator.get(f"{where}/errors.csv").text
    for told in ("4,title,,Fill in this field", "4,country,ZZ,", "4,evidence_rating,9,", "5,slug,"):
        assert told in table, table
    assert post(curator, where, page="/review/imports/").status_code == 422
    assert world.admin.execute("select count(*) from published_practice").fetchone() == (0,)


def test_a_spreadsheet_is_read_too(app: Flask, world: World) -> None:
    curator = sign_in(app, world, "network", "curator")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Title", "Summary", "City", "Country", "Themes", "Started"], ["Benches", "Sit.", "Oslo", "NO", "youth", 2020]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    where = str(bring(curator, file.getvalue(), "file.xlsx").location)
    post(curator, where)
    assert world.admin.execute("select title, started, visibility from published_practice").fetchone() == ("Benches", 2020, "network")


@pytest.mark.parametrize(("content", "name"), [
    (b"\x00\x01", "x.csv"), (b"", "x.csv"), (b"a,b\n1,2\n", "x.csv"), (b"not a zip", "x.xlsx"), (b"{", "x.json"), (b"[1]", "x.json"),
    (b"[" * 5000, "x.json"), (b"title,a\n" + b"x,y\n" * 501, "x.csv"),
])  # fmt: skip
def test_what_is_no_file_of_practices_is_refused(app: Flask, world: World, content: bytes, name: str) -> None:
    curator = sign_in(app, world, "network", "curator")
    answer = bring(curator, content, name)
    assert answer.status_code == 400 and 'id="import-error"' in answer.text
    assert world.admin.execute("select count(*) from practice_import").fetchone() == (0,)


def test_who_should_not_import(app: Flask, world: World, as_: As) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    _where, slug = publish(app, world, coordinator)
    curator = sign_in(app, world, "network", "curator")
    taken = str(bring(curator, json.dumps([{"slug": slug, "title": "Mine", "summary": "S", "city": "C", "country": "CA"}]), "x.json").location)
    assert "belongs to a member city" in curator.get(taken).text
    add_practice(world.admin, "other")
    for name, role in (("toronto", "coordinator"), ("network", "coordinator"), ("canada", "coordinator")):
        client = sign_in(app, world, name, role)
        assert client.get("/review/imports/").status_code == 404 and client.get(taken).status_code == 404
        assert as_.count(world.actor(name, role), "practice_import") == 0
        assert as_.run(world.actor(name, role), "update practice_import set file_name = 'taken'") == 0
    assert as_.count(None, "practice_import") == 0

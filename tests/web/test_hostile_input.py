"""What no keyboard writes: it is left out at the door, so that every page and every file can be made."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from docx import Document
from flask import Flask
from pypdf import PdfReader

from network.strategy.documents.pdf import make_pdf
from network.web.downloads import harmless
from tests.conftest import Connection
from tests.test_main_path import PASSWORD, post, sign_in
from tests.web.test_addresses import lists
from tests.world import World, add_incident

NAMES = ("q", "language", "status", "type", "district", "from", "to", "until", "sort", "after", "before", "community")


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.mark.parametrize("value", ["a%00b", "%EF%BF%BE", "%01", "0001-01-01", "9999-12-31", "9" * 5000])
def test_no_list_breaks_over_a_value_in_its_address(app: Flask, world: World, value: str) -> None:
    client: Any = sign_in(app, world, "toronto", "coordinator")
    query = "&".join(f"{name}={value}" for name in NAMES if name not in ("after", "before") or "%" in value)
    for path in lists(app):
        assert client.get(f"{path}?{query}").status_code < 500, path


@pytest.mark.parametrize("path", ["/practices/a%00b", "/calendar/a%00b.ics", "/records/a%00b/x"])
def test_an_address_with_such_a_character_is_no_page(app: Flask, world: World, path: str) -> None:
    assert app.test_client().get(path).status_code == 404
    assert sign_in(app, world, "toronto", "coordinator").get(path).status_code == 404


def test_a_text_is_kept_without_them_and_leaves_in_every_form(app: Flask, world: World) -> None:
    client: Any = sign_in(app, world, "toronto", "coordinator")
    title = "Our\x00 \ufffestr\x1bategy\uffff"
    answer = post(client, "/strategy/new", title=title, kind="standalone", vision="One\x0b\x00two")
    row = world.admin.execute("select strategy_id, title, vision from strategy").fetchone()
    assert row and row[1:] == ("Our strategy", "Onetwo"), answer.text
    for kind in ("docx", "md"):
        answer = client.get(f"/strategy/{row[0]}/document.{kind}")
        assert answer.status_code == 200, kind
        if kind == "docx":
            assert "Our strategy" in [p.text for p in Document(BytesIO(answer.data)).paragraphs]


@pytest.mark.parametrize(
    ("value", "written"),
    [("=1+1", "'=1+1"), ("\n=1+1", "'\n=1+1"), ("-1+cmd", "'-1+cmd"), (-73.98, "-73.98"), (Decimal("-2.50"), "-2.50"), (-3, "-3")],
)
def test_a_list_holds_no_formula_and_keeps_its_numbers(value: object, written: str) -> None:
    assert harmless(value) == written


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "https://evil.example", "/..//evil.example\\@x"])
def test_signing_in_leads_nowhere_else(app: Flask, world: World, target: str) -> None:
    sign_in(app, world, "toronto", "officer")  # has a password now
    email = world.admin.execute("select email from person").fetchone()
    assert email
    for path, data in (("/sign-in", {"email": email[0], "password": PASSWORD}), ("/preferences", {"theme": "dark"})):
        answer = post(app.test_client(), path, page="/sign-in", next=target, **data)
        assert answer.status_code == 302 and urlsplit(answer.location).netloc in ("", "localhost"), (path, answer.location)
        assert not str(answer.location).startswith(("//", "/\\", "/\t", "/\n"))


def test_nothing_is_fetched_for_a_document() -> None:
    for address in ("file:///etc/hostname", "http://127.0.0.1:9/x", "ftp://127.0.0.1/x"):
        page = f'<html lang="en"><head><title>T</title><link rel="stylesheet" href="{address}"></head><body><h1>T</h1><img alt="x" src="{address}">' \
               f'<p><a rel="attachment" href="{address}">a</a></p></body></html>'  # fmt: skip
        made = PdfReader(BytesIO(make_pdf(page)))
        assert not made.attachments and "localhost" not in made.pages[0].extract_text()


def test_a_version_of_thousands_of_digits_is_no_version(app: Flask, world: World) -> None:
    made = add_incident(world.admin, world.ids["toronto"])
    client: Any = sign_in(app, world, "toronto", "coordinator")
    data = {"kind": "threat", "bias_motivations": "antisemitism", "severity": "3", "status": "verified",
            "source": "police", "occurred_on": "2024-03-05"}  # fmt: skip
    assert post(client, f"/incidents/{made}/edit", **data, version="9" * 5000).status_code == 409

"""What no keyboard writes: it is left out at the door, so that every page and every file can be made."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from flask import Flask

from tests.conftest import Connection
from tests.test_main_path import post, sign_in
from tests.web.test_addresses import lists
from tests.world import World

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

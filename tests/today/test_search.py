"""Searching everything: what has the words and may be read, and nothing else."""

import pytest
from flask import Flask

from tests.conftest import Connection
from tests.test_main_path import sign_in
from tests.world import World, add_incident


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    world = World(admin)
    for city, name in (("toronto", "Harbour Youth House"), ("toronto", "Harbour Choir"), ("ottawa", "Harbour Watch")):
        admin.execute("insert into partner (city_id, name, partner_type, description) values (%s, %s, 'ngo', 'Zoé plays')",
                      (world.ids[city], name))  # fmt: skip
    add_incident(admin, world.ids["toronto"], summary="Posters at the harbour", district="Harbour")
    add_incident(admin, world.ids["toronto"], summary="A hidden harbour", tlp="RED")
    return world


@pytest.mark.parametrize(
    ("words", "found", "missing"),
    [("harb", ["Harbour Youth House", "Harbour Choir"], ["Harbour Watch"]),
     ("youth harbour", ["Harbour Youth House"], ["Harbour Choir"]), ("ZOÉ", ["Harbour Choir"], []),
     ("nothing of this", [], ["Harbour Choir"]), ("' & | ! :* <->", [], ["Harbour Choir"]),
     ("<script>alert(1)</script>", [], ["<script>alert"])],
)  # fmt: skip
def test_words_find_records(app: Flask, world: World, words: str, found: list[str], missing: list[str]) -> None:
    page = sign_in(app, world, "toronto", "officer").get("/search", query_string={"q": words})
    assert page.status_code == 200
    for text in found:
        assert text in page.text
    for text in missing:
        assert text not in page.text
    if not found:
        assert "Nothing found" in page.text


def test_counts_say_nothing_about_what_one_may_not_read(app: Flask, world: World) -> None:
    page = sign_in(app, world, "toronto", "officer").get("/search?q=harbour").text
    assert "Incident (1)" in page and "Partner (2)" in page
    assert "hidden harbour" not in page


@pytest.mark.parametrize(("name", "role"), [("toronto", "partner"), ("canada", "analyst"), ("platform", "operator")])
def test_who_should_not_search(app: Flask, world: World, name: str, role: str) -> None:
    assert sign_in(app, world, name, role).get("/search?q=harbour").status_code == 404

"""Saved searches: one's own, told by mail once, and only about what one may read."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from network.kernel.tenancy import PUBLIC
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in, work
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def mails(app: Flask, before: set[Path]) -> list[str]:
    folder = app.extensions["concord.settings"].data_dir / "mail"
    fresh = [path for path in folder.glob("*.eml") if path not in before] if folder.exists() else []
    return [message_from_bytes(path.read_bytes(), policy=policy.default).get_content() for path in fresh]


def test_a_search_is_kept_and_its_news_are_mailed_once(app: Flask, world: World) -> None:
    add_practice(world.admin, "old-mentors", title="Mentors")
    officer = sign_in(app, world, "toronto", "officer")
    page = officer.get("/practices/?q=mentors&theme=youth").text
    assert "Keep this search" in page
    assert post(officer, "/saved-searches/", page="/practices/?q=mentors", q="mentors", theme="youth", name="Mentors").status_code == 302
    shown = officer.get("/saved-searches/").text
    assert 'href="/practices/?q=mentors&amp;theme=youth"' in shown and "/practices/feed.atom?q=mentors" in shown
    folder = app.extensions["concord.settings"].data_dir / "mail"
    before = set(folder.glob("*.eml")) if folder.exists() else set()
    for expected in (0, 1, 0):
        if expected:
            add_practice(world.admin, "new-mentors", title="Mentors for all", themes=["youth"])
            add_practice(world.admin, "other", title="Something else", themes=["schools"])
        world.admin.execute("select queue_search_digests()")
        work(app)
        found = mails(app, before)
        assert len(found) == expected
        if expected:
            assert "Mentors: 1" in found[0] and "/saved-searches/" in found[0] and "for all" not in found[0]
            before = set(folder.glob("*.eml"))
    assert "Keep this search" not in app.test_client().get("/practices/?q=mentors").text


def test_mails_end_and_searches_are_forgotten(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    post(officer, "/saved-searches/", page="/practices/?q=x", q="x")
    row = world.admin.execute("select search_id::text from saved_search").fetchone()
    assert row
    post(officer, "/saved-searches/", search=row[0], mail="0")
    assert world.admin.execute("select is_mailed from saved_search").fetchone() == (False,)
    other = sign_in(app, world, "toronto", "coordinator")
    post(other, "/saved-searches/", page="/practices/?q=y", q="y")
    assert post(other, "/saved-searches/", search=row[0], remove="1").status_code == 404
    post(officer, "/saved-searches/", search=row[0], remove="1")
    assert world.admin.execute("select name from saved_search").fetchall() == [("y",)]


def test_a_search_is_its_persons_alone(world: World, as_: As) -> None:
    officer = world.actor("toronto", "officer")
    world.admin.execute(
        "insert into saved_search (organisation_id, person_id, name, arguments) values (%s, %s, 'Mine', 'q=x')",
        (world.ids["toronto"], officer.person_id))  # fmt: skip
    assert as_.count(officer, "saved_search") == 1
    for actor in (world.actor("toronto", "coordinator"), world.actor("ottawa", "officer"), world.actor("network", "curator"),
                  world.actor("canada", "analyst"), world.actor("platform", "operator"), PUBLIC, None):  # fmt: skip
        assert as_.count(actor, "saved_search") == 0
        assert as_.run(actor, "update saved_search set name = 'taken'") == 0
        assert as_.run(actor, "delete from saved_search") == 0
    assert as_.run(
        world.actor("toronto", "coordinator"), "insert into saved_search (organisation_id, person_id, name, arguments)"
        " values (%s, %s, 'Forged', 'q=x')", world.ids["toronto"], officer.person_id) == 0  # fmt: skip

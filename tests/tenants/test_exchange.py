"""A city that asked, thanked, adapted and published: it goes whole, comes back, and others keep what is theirs."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from network.kernel import migrate
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.practices.test_files import CONTACT, add, picture
from tests.practices.test_life import accept, publish, review_path, start, step
from tests.tenants.test_tenants import content, export, remove, restore
from tests.test_main_path import post, sign_in
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def count(admin: Connection, table: str, where: str = "true") -> int:
    row = admin.execute(f"select count(*) from {table} where {where}").fetchone()
    assert row
    return int(row[0])


def fill(app: Flask, world: World) -> None:
    """Toronto published, adapted, asked, thanked and saved a search; so did Ottawa with Toronto's practice."""
    add_practice(world.admin, "of-the-network")
    toronto, ottawa = sign_in(app, world, "toronto", "coordinator"), sign_in(app, world, "ottawa", "coordinator")
    where = start(toronto)
    assert add(toronto, where, picture()).status_code == 302
    assert post(toronto, f"{where}/contact", **CONTACT).status_code == 302
    step(toronto, where, "submit")
    accept(app, world, review_path(world, where))
    assert step(toronto, where, "publish", visibility="public").status_code == 302
    row = world.admin.execute("select slug from published_practice where author_id is not null").fetchone()
    assert row
    for client, slug in ((toronto, "of-the-network"), (ottawa, row[0])):
        page = f"/practices/{slug}"
        assert post(client, f"{page}/questions", page=page, body="What did it cost?").status_code == 302
        assert post(client, f"{page}/thanks", page=page, note="It helped.").status_code == 302
        new = f"/adaptations/new?practice={slug}"
        assert post(client, new, title="Ours", status="running", shared_with="author").status_code == 302
        assert post(client, "/saved-searches/", page="/practices/?q=bench", name="Benches", q="bench").status_code == 302


def test_a_city_that_leaves_takes_all_of_its_own_and_nothing_of_others(
    app: Flask, world: World, database: tuple[str, str]
) -> None:
    fill(app, world)
    assert count(world.admin, "practice_read") > 0
    remove(database[0])
    toronto, ottawa = f"= '{world.ids['toronto']}'", f"= '{world.ids['ottawa']}'"
    for table in ("practice_question", "practice_thanks", "saved_search"):
        assert count(world.admin, table, f"organisation_id {toronto}") == 0
    for table in ("practice", "practice_file", "practice_contact", "practice_adaptation"):
        assert count(world.admin, table, f"city_id {toronto}") == 0
    assert count(world.admin, "published_practice") == 1 and count(world.admin, "practice_read", f"author_id {toronto}") == 0
    # What Ottawa asked and thanked for stood with the practice; what it does itself stays.
    assert count(world.admin, "practice_adaptation", f"city_id {ottawa} and author_id is null") == 1
    assert count(world.admin, "saved_search", f"organisation_id {ottawa}") == 1
    page = sign_in(app, world, "ottawa", "coordinator").get("/adaptations/")
    assert page.status_code == 200 and "Ours" in page.text


def test_it_comes_back_with_its_searches_and_its_practice_as_a_draft(
    app: Flask, world: World, database: tuple[str, str], tmp_path: Path
) -> None:
    fill(app, world)
    export(database[0], tmp_path / "a.zip")
    files = content(tmp_path / "a.zip")
    assert json.loads(files["questions_asked.jsonl"])["body"] == "What did it cost?"
    assert json.loads(files["thanks_given.jsonl"])["note"] == "It helped."
    remove(database[0])
    restore(database[0], tmp_path / "a.zip")
    state = world.admin.execute("select status, shared_version, published_version from practice").fetchall()
    assert state == [("draft", None, None)]
    assert count(world.admin, "published_practice", "author_id is not null") == 0
    assert world.admin.execute("select published_as, is_shared from practice_file").fetchall() == [("", False)]
    assert world.admin.execute("select published_as from practice_contact").fetchall() == [("",)]
    assert count(world.admin, "practice_version", "is_shared") == 0
    assert count(world.admin, "saved_search", f"organisation_id = '{world.ids['toronto']}'") == 1
    # It can be submitted and published again, with its picture and its contact.
    coordinator = sign_in(app, world, "toronto", "coordinator")
    row = world.admin.execute("select practice_id from practice").fetchone()
    assert row
    assert step(coordinator, f"/our-practices/{row[0]}", "submit").status_code == 302
    assert world.admin.execute("select is_shared from practice_file").fetchall() == [(True,)]


def test_another_installation_takes_it_in_where_the_author_is_unknown(
    app: Flask, world: World, database: tuple[str, str], new_database: Any, settings: Settings, tmp_path: Path
) -> None:
    author = sign_in(app, world, "toronto", "coordinator")
    _where, slug = publish(app, world, author)
    ottawa = sign_in(app, world, "ottawa", "coordinator")
    assert post(ottawa, f"/adaptations/new?practice={slug}", title="Ours", status="running", shared_with="author").status_code == 302
    export(database[0], tmp_path / "a.zip", slug="ottawa")
    fresh = new_database()
    provision(fresh, settings)
    migrate.upgrade(fresh)
    assert restore(fresh, tmp_path / "a.zip").name == "Ottawa"
    with connect(fresh) as there:
        assert there.execute("select title, author_id from practice_adaptation").fetchall() == [("Ours", None)]

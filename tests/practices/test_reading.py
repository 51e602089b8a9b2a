"""Reads are counted by day, of nobody in particular, and shown to those who wrote the practice."""

import pytest
from flask import Flask

from network.kernel.tenancy import PUBLIC
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.practices.test_life import publish, step
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def reads(world: World) -> list[tuple[int]]:
    return world.admin.execute("select reads from practice_read").fetchall()


def test_readers_are_counted_without_a_cookie_and_nothing_about_them_is_kept(app: Flask, world: World) -> None:
    author = sign_in(app, world, "toronto", "coordinator")
    where, slug = publish(app, world, author)
    page, nobody, ottawa = f"/practices/{slug}", app.test_client(), sign_in(app, world, "ottawa", "officer")
    assert author.get(page, headers=BROWSER).status_code == 200
    assert reads(world) == []
    for client in (nobody, nobody, ottawa):
        answer = client.get(page, headers=BROWSER)
        assert answer.status_code == 200
    assert "Set-Cookie" not in nobody.get("/practices/", headers=BROWSER).headers or reads(world) == [(3,)]
    assert reads(world) == [(3,)]
    for agent in ("Googlebot/2.1", "curl/8", "SomeCrawler", ""):
        nobody.get(page, headers={"User-Agent": agent})
    nobody.head(page, headers=BROWSER)
    assert reads(world) == [(3,)]
    columns = world.admin.execute(
        "select column_name from information_schema.columns where table_name = 'practice_read' order by 1"
    ).fetchall()
    assert [row[0] for row in columns] == ["author_id", "day", "practice_id", "reads"]
    assert post(ottawa, f"{page}/thanks", page=page, note="It helped.").status_code == 302
    shown = author.get(where).text
    assert "How your practice travelled" in shown and "It helped." in shown
    # The visit of Ottawa on which the thanks were written is a read too.
    assert "4 times" in shown and "4 of them in the last 30 days" in shown
    step(author, where, "withdraw")
    assert reads(world) == [] and "How your practice travelled" not in author.get(where).text


def test_the_figures_are_for_the_authors_alone(app: Flask, world: World, as_: As) -> None:
    author = sign_in(app, world, "toronto", "coordinator")
    _where, slug = publish(app, world, author, visibility="network")
    ottawa = sign_in(app, world, "ottawa", "officer")
    assert ottawa.get(f"/practices/{slug}", headers=BROWSER).status_code == 200
    assert as_.count(world.actor("toronto", "officer"), "practice_read") == 1
    for actor in (None, PUBLIC, world.actor("ottawa", "coordinator"), world.actor("toronto", "partner"),
                  world.actor("network", "curator"), world.actor("canada", "coordinator")):  # fmt: skip
        assert as_.count(actor, "practice_read") == 0
        assert as_.run(actor, "delete from practice_read") == 0
        assert as_.run(actor, "insert into practice_read (practice_id, day, reads) select practice_id, current_date, 5 from practice_read") == 0


def test_a_practice_that_one_may_not_read_is_not_counted(app: Flask, world: World) -> None:
    add_practice(world.admin, "hidden", visibility="network")
    assert app.test_client().get("/practices/hidden", headers=BROWSER).status_code == 404
    assert reads(world) == []

"""Collections, tags, features, translations and duplicates: curators keep them, withdrawal empties them."""

import re

import pytest
from flask import Flask

from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.practices.test_life import publish, step
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    add_practice(admin, "open-one", title="Mentors at school", summary="Older pupils mentor younger ones.")
    add_practice(admin, "closed-one", visibility="network", title="Hidden case work")
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def test_a_collection_is_made_filled_published_and_archived(app: Flask, world: World) -> None:
    curator, visitor = sign_in(app, world, "network", "curator"), app.test_client()
    where = str(post(curator, "/collections/new", title="First year", introduction="Read this.", position="1").location)
    assert where == "/collections/first-year"
    assert visitor.get(where).status_code == 404 and "First year" not in visitor.get("/collections/").text
    assert "Mentors at school" in curator.get(f"{where}?q=mentors").text
    for slug, place in (("open-one", "2"), ("closed-one", "1")):
        post(curator, f"{where}/practices", page=where, practice=slug, note=f"Note on {slug}", position=place)
    version = re.search(r'name="version" value="(\d+)"', curator.get(f"{where}/edit").text)
    assert version
    values = {"title": "First year", "introduction": "Read this.", "is_published": "1", "version": version[1]}
    assert post(curator, f"{where}/edit", **values).status_code == 302
    assert post(curator, f"{where}/edit", **values).status_code == 409
    page = visitor.get(where).text
    assert "Note on open-one" in page and "Hidden case work" not in page and "Note on closed-one" not in page
    assert "1 practice" in visitor.get("/collections/").text
    member = sign_in(app, world, "toronto", "officer")
    assert member.get(where).text.index("Note on closed-one") < member.get(where).text.index("Note on open-one")
    assert "First year" in visitor.get("/practices/open-one").text
    assert where in visitor.get("/sitemap.xml").text
    assert member.get("/collections/new").status_code == 404 and member.get(f"{where}/edit").status_code == 404
    post(curator, f"{where}/practices", page=where, remove=str(
        world.admin.execute("select practice_id from published_practice where slug = 'open-one'").fetchone()[0]))  # type: ignore[index]
    assert "Note on open-one" not in visitor.get(where).text
    post(curator, f"{where}/archive", page=where)
    assert visitor.get(where).status_code == 404
    post(curator, f"{where}/archive", page=where, undo="1")
    assert curator.get(where).status_code == 200


def test_a_withdrawn_practice_leaves_collections_and_translations(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where, slug = publish(app, world, coordinator)
    curator = sign_in(app, world, "network", "curator")
    post(curator, "/collections/new", title="Benches", is_published="1")
    post(curator, "/collections/benches/practices", page="/collections/benches", practice=slug, position="1")
    visitor = app.test_client()
    assert slug in visitor.get("/collections/benches").text
    post(coordinator, f"/practices/{slug}/translations/edit?language=fr", title="Des bancs", state="checked",
         summary="Pour écouter les ratons laveurs.", language="fr", version="0")  # fmt: skip
    assert "Des bancs" in visitor.get(f"/practices/{slug}?lang=fr").text
    assert slug in visitor.get("/practices/?q=ratons").text
    step(coordinator, where, "withdraw")
    assert slug not in visitor.get("/collections/benches").text
    assert slug not in visitor.get("/practices/?q=ratons").text
    for table in ("practice_collection_item", "practice_translation"):
        assert world.admin.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_translations_have_a_state_and_grow_old(app: Flask, world: World) -> None:
    curator, visitor = sign_in(app, world, "network", "curator"), app.test_client()
    path = "/practices/open-one/translations/edit?language=fr"
    post(curator, path, title="Mentors à l'école", state="draft", language="fr", version="0")
    assert "Mentors à l" not in visitor.get("/practices/open-one?lang=fr").text
    assert "French" not in visitor.get("/practices/open-one").text
    late = post(curator, path, title="Autre", state="draft", language="fr", version="0")
    assert late.status_code == 409 and "Mentors à l" in late.text
    post(curator, path, title="Mentors à l'école", state="checked", language="fr", version="1")
    page = visitor.get("/practices/open-one?lang=fr").text
    assert "Mentors à l&#39;école" in page and "Older than the practice" not in page
    assert 'hreflang="fr"' in page
    world.admin.execute("update published_practice set version = 2 where slug = 'open-one'")
    assert "Older than the practice" in visitor.get("/practices/open-one?lang=fr").text
    for name, role in (("toronto", "coordinator"), ("canada", "coordinator"), ("network", "coordinator")):
        assert sign_in(app, world, name, role).get(path).status_code == 404
    world.admin.execute("update published_practice set visibility = 'network' where slug = 'open-one'")
    assert visitor.get("/practices/open-one?lang=fr").status_code == 404


def test_tags_are_given_merged_and_searched(app: Flask, world: World) -> None:
    curator, visitor = sign_in(app, world, "network", "curator"), app.test_client()
    page = "/practices/open-one"
    post(curator, f"{page}/curate", page=page, tags="Peer Work, peers,  peers")
    assert "peer work" in visitor.get(page).text
    assert "open-one" in visitor.get("/practices/?tag=peers").text
    assert "open-one" in visitor.get("/practices/?q=peer").text
    post(curator, "/review/tags", tag="peers", into="peer work")
    found = world.admin.execute("select tags from published_practice where slug = 'open-one'").fetchone()
    assert found == (["peer work"],)
    assert "open-one" not in visitor.get("/practices/?tag=peers").text
    post(curator, f"{page}/curate", page=page, feature="1", note="Read it now.")
    assert "Read it now." in visitor.get("/practices/").text
    post(curator, f"{page}/curate", page=page, feature="0")
    assert "Read it now." not in visitor.get("/practices/").text
    officer = sign_in(app, world, "toronto", "officer")
    assert "For curators" not in officer.get(page).text
    assert post(officer, f"{page}/curate", page="/our-practices/new", tags="mine").status_code == 404


def test_duplicates_are_suggested_with_what_one_may_read(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    _where, slug = publish(app, world, coordinator)
    add_practice(world.admin, "copy", title="Listening bench", city="Toronto", country="CA",
                 summary="Zebrafish benches on which people talk to trained neighbours.")  # fmt: skip
    curator = sign_in(app, world, "network", "curator")
    page = curator.get("/review/tags").text
    assert "/practices/copy" in page and f"/practices/{slug}" in page
    review = world.admin.execute("select city_id, practice_id from practice").fetchone()
    assert review and "/practices/copy" in curator.get(f"/review/{review[0]}/{review[1]}").text


def test_who_should_not_write(world: World, as_: As) -> None:
    row = world.admin.execute(
        "insert into practice_collection (slug, title, is_published) values ('a', 'A', false) returning collection_id"
    ).fetchone()
    practice = world.admin.execute("select practice_id from published_practice where slug = 'closed-one'").fetchone()
    assert row and practice
    world.admin.execute(
        "insert into practice_collection_item (collection_id, practice_id, is_published, visibility, position)"
        " values (%s, %s, false, 'network', 1)", (row[0], practice[0]))  # fmt: skip
    world.admin.execute(
        "insert into practice_translation (practice_id, language, visibility, title, content, state, source_version,"
        " translator_name, created_by, updated_by) values (%s, 'fr', 'network', 'T', '{}', 'checked', 1, 'x', %s, %s)",
        (practice[0], world.actor("network", "curator").person_id, world.people["network", "curator"]))  # fmt: skip
    from network.kernel.tenancy import PUBLIC

    tables = ("practice_collection", "practice_collection_item", "practice_translation")
    for table in tables:
        assert as_.count(None, table) == 0 and as_.count(PUBLIC, table) == 0
        assert as_.count(world.actor("network", "curator"), table) == 1
        for actor in (world.actor("toronto", "coordinator"), world.actor("canada", "coordinator"), PUBLIC,
                      world.actor("network", "coordinator"), world.actor("platform", "operator")):  # fmt: skip
            name = "title" if table != "practice_collection_item" else "note"
            assert as_.run(actor, f"update {table} set {name} = 'taken'") == 0
            assert as_.run(actor, f"delete from {table}") == 0
    officer = world.actor("toronto", "officer")
    assert as_.count(officer, "practice_collection") == 0 and as_.count(officer, "practice_translation") == 1
    world.admin.execute("update practice_translation set state = 'draft'")
    assert as_.count(officer, "practice_translation") == 0
    # A city cannot make itself the author of somebody else's practice.
    with pytest.raises(Exception, match="violates foreign key"):
        as_.run(officer, "insert into practice_translation (practice_id, language, visibility, author_id, title, content,"
                " state, source_version, translator_name, created_by, updated_by) values (%s, 'de', 'network', %s, 'T',"
                " '{}', 'checked', 1, 'x', %s, %s)", practice[0], world.ids["toronto"], officer.person_id,
                officer.person_id)  # fmt: skip

"""Pictures, documents and the contact of a practice: what is kept, who sees it, and how it goes again."""

import io
import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfWriter

from network.kernel.tenancy import PUBLIC
from tests.conftest import Connection
from tests.practices.test_life import SCORES, accept, review_path, start, step
from tests.tenancy.test_intruders import As
from tests.test_main_path import PASSWORD, post, sign_in
from tests.world import World

WORDS = {"alt": "A bench under a lime tree", "credit": "City of Toronto", "licence": "cc-by-4.0", "is_agreed": "1"}
CONTACT = {"name": "Ada Loftus", "job": "Youth lead", "email": "ada@toronto.example", "shown_to": "public",
           "consented_on": "2026-01-05", "consent_note": "by mail to the coordinator", "is_agreed": "1"}  # fmt: skip


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture that says where it was taken, by whom, and more."""
    image = Image.new("RGB", size, "green")
    exif = Image.Exif()
    exif[0x010E] = "secret-description"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 39.0, 4.0), 3: "W", 4: (79.0, 23.0, 7.0)})
    out = io.BytesIO()
    more: dict[str, Any] = {"comment": b"secret-comment"} if kind == "JPEG" else {}
    image.save(out, kind, exif=exif, xmp=b"<x>secret-xmp</x>", **more)
    return out.getvalue()


def document() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(72, 72)
    writer.write(out)
    return out.getvalue()


def version_of(client: FlaskClient, where: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(f"{where}/files/new").text)
    assert found
    return found[1]


def add(client: FlaskClient, where: str, content: bytes, name: str = "a.jpg", **words: str) -> Any:
    said = {k: v for k, v in {**WORDS, **words}.items() if v}
    return post(client, f"{where}/files/new", **said, version=version_of(client, where), file=(io.BytesIO(content), name))


def address(client: FlaskClient, where: str) -> str:
    found = re.search(r'src="(/practices/files/[^"]+)"', client.get(where).text)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_without_place_and_hidden_parts(app: Flask, world: World, kind: str) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = start(client)
    before = picture(kind)
    assert b"secret-description" in before and Image.open(io.BytesIO(before)).getexif().get_ifd(0x8825)
    assert add(client, where, before, "anything.pdf").status_code == 302
    answer = client.get(address(client, where))
    assert answer.status_code == 200 and answer.mimetype == f"image/{kind.lower()}"
    shown = Image.open(io.BytesIO(answer.data))
    # Turned upright, since the mark that says how to turn it is gone as well.
    assert shown.size == (40, 60) and not shown.getexif() and b"secret" not in answer.data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"].startswith("inline") and answer.headers["Cache-Control"] == "no-store"


def test_large_pictures_become_smaller_and_moving_ones_still(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = start(client)
    assert add(client, where, picture("PNG", (3000, 30))).status_code == 302
    assert max(Image.open(io.BytesIO(client.get(address(client, where)).data)).size) == 2000


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + b"\0" * 40, b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", b"MZ\x90\0",
     picture()[:200], b"PK\x03\x04 office", b"x" * (10 * 1024 * 1024 + 1)],
    ids=["empty", "gif", "svg", "program", "half a picture", "zip", "large"],
)  # fmt: skip
def test_anything_else_is_refused_and_changes_nothing(app: Flask, world: World, content: bytes) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = start(client)
    answer = add(client, where, content, "a.png")
    assert answer.status_code == 400 and 'id="error-file"' in answer.text
    assert world.admin.execute("select count(*) from practice_file").fetchone() == (0,)
    assert world.admin.execute("select count(*) from practice_version").fetchone() == (1,)


def test_a_bomb_of_pixels_is_refused(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = start(client)
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert add(client, where, out.getvalue()).status_code == 400


@pytest.mark.parametrize("missing", ["alt", "credit", "licence", "is_agreed"])
def test_no_file_without_its_words(app: Flask, world: World, missing: str) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = start(client)
    assert add(client, where, picture(), **{missing: ""}).status_code == 400
    assert world.admin.execute("select count(*) from practice_file").fetchone() == (0,)


def test_files_go_with_the_text_that_was_accepted_and_leave_with_it(app: Flask, world: World) -> None:
    author = sign_in(app, world, "toronto", "coordinator")
    where = start(author)
    assert add(author, where, picture()).status_code == 302
    assert add(author, where, document(), "plan.pdf", alt="The plan").status_code == 302
    first = address(author, where)
    curator, ottawa, nobody = sign_in(app, world, "network", "curator"), sign_in(app, world, "ottawa", "officer"), app.test_client()
    assert [c.get(first).status_code for c in (author, curator, ottawa, nobody)] == [200, 404, 404, 404]
    step(author, where, "submit")
    assert [c.get(first).status_code for c in (author, curator, ottawa, nobody)] == [200, 200, 404, 404]
    assert first in curator.get(review_path(world, where)).text
    accept(app, world, review_path(world, where))
    # The text is closed: no file comes or goes unseen by the reviewers.
    assert author.get(f"{where}/files/new").status_code == 404
    assert step(author, where, "publish", visibility="network").status_code == 302
    assert [c.get(first).status_code for c in (curator, ottawa, nobody)] == [200, 200, 404]
    slug = world.admin.execute("select slug from published_practice where author_id is not null").fetchone()
    assert slug
    page = ottawa.get(f"/practices/{slug[0]}").text
    assert f'src="{first}" alt="A bench under a lime tree"' in page and "City of Toronto" in page
    assert "The plan" in page and "CC BY 4.0" in page
    saved = re.search(r'href="(/practices/files/[^"]+)"', page)
    assert saved
    pdf = ottawa.get(saved[1])
    assert pdf.mimetype == "application/pdf" and pdf.headers["Content-Disposition"].startswith("attachment")
    # A picture that is taken away in the next draft stays until that is accepted.
    step(author, where, "revise")
    again = author.get(where).text
    remove = re.search(r'action="(/our-practices/[^"]+/remove)"', again)
    assert remove
    assert post(author, remove[1], page=where, version=version_of(author, where)).status_code == 302
    assert "A bench under a lime tree" not in author.get(where).text and ottawa.get(first).status_code == 200
    assert [c.get(first).status_code for c in (author, nobody)] == [200, 404]
    step(author, where, "submit")
    accept_again(app, world, author, where)
    assert [c.get(first).status_code for c in (author, ottawa, nobody)] == [200, 404, 404]
    assert app.test_client().get(saved[1]).status_code == 200
    step(author, where, "withdraw")
    assert [c.get(saved[1]).status_code for c in (author, curator, ottawa, nobody)] == [200, 404, 404, 404]


def accept_again(app: Flask, world: World, author: FlaskClient, where: str) -> None:
    """The same two curators once more, and the city approves."""
    review, one, two = review_path(world, where), sign_in(app, world, "network", "curator"), app.test_client()
    assert post(two, "/sign-in", email="second@network.example", password=PASSWORD).status_code == 302
    for (person,) in world.admin.execute("select distinct reviewer_id from practice_review").fetchall():
        assert post(one, f"{review}/reviewers", page=review, reviewer_id=str(person)).status_code == 302
    for client in (one, two):
        assert post(client, f"{review}/score", page=review, **SCORES).status_code == 302
    assert post(one, f"{review}/decision", page=review, outcome="accepted", reasons="Clear and honest.").status_code == 302
    assert step(author, where, "publish", visibility="public").status_code == 302


def test_nobody_else_adds_or_takes_away(app: Flask, world: World) -> None:
    author = sign_in(app, world, "toronto", "officer")
    where = start(author)
    assert add(author, where, picture()).status_code == 302
    remove = re.search(r'action="(/our-practices/[^"]+/remove)"', author.get(where).text)
    assert remove
    for place, role, status in (("toronto", "analyst", {403, 404}), ("toronto", "communications", {404, 422}), ("toronto", "mayor", {403, 404}),
                                ("ottawa", "coordinator", {404}), ("network", "curator", {403, 404})):  # fmt: skip
        other = sign_in(app, world, place, role)
        assert other.get(f"{where}/files/new").status_code in status | {404}, role
        assert post(other, remove[1], page="/practices/", version="2").status_code in status, role
    stale = post(author, remove[1], page=where, version="1")
    assert stale.status_code == 409
    assert "A bench under a lime tree" in author.get(where).text


def test_no_file_reaches_the_library_that_was_not_accepted(app: Flask, world: World, as_: As) -> None:
    author = sign_in(app, world, "toronto", "coordinator")
    where = start(author)
    add(author, where, picture())
    step(author, where, "submit")
    accept(app, world, review_path(world, where))
    step(author, where, "publish", visibility="public")
    coordinator = world.actor("toronto", "coordinator")
    for files in ("[]", '[{"file_id": "00000000-0000-0000-0000-000000000000"}]'):
        statement = "update published_practice set files = %s::jsonb where author_id = %s"
        assert as_.run(coordinator, statement, files, world.ids["toronto"]) == 0
    for statement in ("update practice_file set published_as = 'public'", "update practice_file set is_shared = true",
                      "delete from practice_file", "update practice_contact set published_as = 'public'"):  # fmt: skip
        assert as_.run(coordinator, statement) == 0
    assert as_.count(PUBLIC, "practice_file") == 1 and as_.count(None, "practice_file") == 0


def test_a_contact_is_shown_with_consent_and_gone_at_once(app: Flask, world: World, as_: As) -> None:
    author = sign_in(app, world, "toronto", "coordinator")
    where = start(author)
    page = f"{where}/contact"
    for missing in ("email", "consented_on", "consent_note", "is_agreed"):
        assert post(author, page, **{k: v for k, v in CONTACT.items() if k != missing}).status_code == 400
    assert post(author, page, **CONTACT | {"consented_on": "2999-01-01"}).status_code == 400
    assert world.admin.execute("select count(*) from practice_contact").fetchone() == (0,)
    assert post(author, page, **CONTACT).status_code == 302
    assert "ada@toronto.example" in author.get(where).text
    step(author, where, "submit")
    curator, ottawa, nobody = sign_in(app, world, "network", "curator"), sign_in(app, world, "ottawa", "officer"), app.test_client()
    assert "ada@toronto.example" not in curator.get(review_path(world, where)).text
    accept(app, world, review_path(world, where))
    step(author, where, "publish", visibility="public")
    slug = world.admin.execute("select slug from published_practice where author_id is not null").fetchone()
    assert slug
    shown = f"/practices/{slug[0]}"
    assert all("ada@toronto.example" in c.get(shown).text for c in (curator, ottawa, nobody))
    for export in ("/practices/export.json", "/practices/export.csv", "/practices/feed.atom"):
        assert "ada@toronto.example" not in nobody.get(export).text
    assert post(author, page, **CONTACT | {"shown_to": "network"}).status_code == 302
    assert ["ada@toronto.example" in c.get(shown).text for c in (ottawa, nobody)] == [True, False]
    analyst = sign_in(app, world, "toronto", "analyst")
    assert post(analyst, f"{page}/end", page=where).status_code in (403, 404)
    mayor = sign_in(app, world, "toronto", "mayor")
    assert post(mayor, f"{page}/end", page=where).status_code == 302
    assert not any("ada@toronto.example" in c.get(shown).text for c in (author, ottawa, nobody))
    assert world.admin.execute("select count(*) from practice_contact").fetchone() == (0,)
    assert world.admin.execute("select count(*) from record_event where changes::text like '%Ada%'").fetchone() == (0,)


def test_a_contact_leaves_with_the_practice(app: Flask, world: World, as_: As) -> None:
    author = sign_in(app, world, "toronto", "coordinator")
    where = start(author)
    step(author, where, "submit")
    accept(app, world, review_path(world, where))
    step(author, where, "publish", visibility="public")
    assert post(author, f"{where}/contact", **CONTACT).status_code == 302
    assert as_.count(PUBLIC, "practice_contact") == 1
    step(author, where, "withdraw")
    for actor in (PUBLIC, world.actor("ottawa", "coordinator"), world.actor("network", "curator")):
        assert as_.count(actor, "practice_contact") == 0


def test_a_guessed_address_gives_nothing(app: Flask, world: World) -> None:
    assert app.test_client().get(f"/practices/files/{uuid.uuid4()}/{uuid.uuid4()}").status_code == 404

"""What is written about records: who reads it, who may not, and that it follows the record."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Connection
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in, work
from tests.world import World, add_incident

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + b"\x1f\x15\xc4\x89" + b"\x00" * 20
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def comment(client: FlaskClient, record: str, body: str, **data: Any) -> Any:
    return post(client, f"/records/incident/{record}/comments", page=f"/incidents/{record}", body=body, **data)


def attach(client: FlaskClient, record: str, content: bytes, name: str) -> Any:
    return post(client, f"/records/incident/{record}/attachments", page=f"/incidents/{record}",
                file=(io.BytesIO(content), name))  # fmt: skip


def test_history_says_who_changed_what_before_and_after(app: Flask, world: World) -> None:
    made = add_incident(world.admin, world.ids["toronto"], severity=2, summary="short")
    officer = sign_in(app, world, "toronto", "officer")
    page = officer.get(f"/incidents/{made}/edit").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    post(officer, f"/incidents/{made}/edit", version=version[1], kind="threat", bias_motivations="antisemitism",
         severity="4", status="verified", source="police", occurred_on="2024-03-05", summary="longer")  # fmt: skip
    page = officer.get(f"/incidents/{made}").text
    assert "Officer Person" in page
    assert "<strong>Severity:</strong> <del>2 Intimidating</del> <ins>4 Grave</ins>" in page
    assert "<del>short</del> <ins>longer</ins>" in page
    post(officer, f"/incidents/{made}/archive", page=f"/incidents/{made}")
    assert "archived it" in officer.get(f"/incidents/{made}").text


def test_a_comment_reaches_those_it_mentions_and_no_mail_holds_it(app: Flask, world: World) -> None:
    made = str(add_incident(world.admin, world.ids["toronto"]))
    officer, mayor = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "mayor")
    post(mayor, "/notifications/", choice="at_once")
    person = str(world.people["toronto", "mayor"])
    comment(officer, made, "Please look <b>here</b>", mentioned_ids=person)
    assert "Please look &lt;b&gt;here&lt;/b&gt;" in mayor.get(f"/incidents/{made}").text
    notices = mayor.get("/notifications/").text
    assert "Officer Person mentioned you in a comment" in re.sub(r"\s+", " ", notices)
    assert f'href="/incidents/{made}"' in notices
    work(app)
    folder = app.extensions["concord.settings"].data_dir / "mail"
    mail = max(folder.glob("*.eml"), key=lambda p: p.stat().st_mtime_ns).read_text()
    assert "New notices: 1" in mail
    assert "look" not in mail and made not in mail and "Officer" not in mail
    post(mayor, "/notifications/", all="1")
    assert "New</span>" not in mayor.get("/notifications/").text
    assert "No notices" in officer.get("/notifications/").text


def test_the_daily_mail_counts_what_waits_and_comes_once(app: Flask, world: World) -> None:
    made = str(add_incident(world.admin, world.ids["toronto"]))
    officer = sign_in(app, world, "toronto", "officer")
    for role in ("mayor", "analyst"):
        sign_in(app, world, "toronto", role)
    mayor, analyst = (str(world.people["toronto", role]) for role in ("mayor", "analyst"))
    world.admin.execute("insert into mail_choice select %s, %s, 'none'", (world.ids["toronto"], analyst))
    for _ in range(2):
        comment(officer, made, "again", mentioned_ids=[mayor, analyst])
    work(app)
    folder: Path = app.extensions["concord.settings"].data_dir / "mail"
    before = set(folder.glob("*.eml"))
    for expected in (1, 0):
        assert world.admin.execute("select queue_digests()").fetchone() == (expected,)
        work(app)
    (mail,) = set(folder.glob("*.eml")) - before
    assert "New notices: 2" in mail.read_text()


def test_own_comments_can_be_changed_taken_away_and_brought_back(app: Flask, world: World) -> None:
    made = str(add_incident(world.admin, world.ids["toronto"]))
    officer, analyst = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "analyst")
    comment(officer, made, "first words")
    (comment_id,) = world.admin.execute("select comment_id::text from record_comment").fetchone() or ("",)
    for path in ("edit", "delete"):
        answer = post(analyst, f"/records/comments/{comment_id}/{path}", page="/notifications/", body="taken over")
        assert answer.status_code == 404
    post(officer, f"/records/comments/{comment_id}/edit", body="second words")
    page = analyst.get(f"/incidents/{made}").text
    assert "second words" in page and "edited" in page
    gone = post(officer, f"/records/comments/{comment_id}/delete", page="/notifications/")
    assert "second words" not in analyst.get(f"/incidents/{made}").text
    post(officer, f"/records/comments/{comment_id}/delete", page=gone.location, undo="1")
    assert "second words" in analyst.get(f"/incidents/{made}").text


def test_an_empty_or_endless_comment_is_shown_again(app: Flask, world: World) -> None:
    made = str(add_incident(world.admin, world.ids["toronto"]))
    officer = sign_in(app, world, "toronto", "officer")
    assert comment(officer, made, " ").status_code == 400
    long = comment(officer, made, "kept " * 1500)
    assert long.status_code == 400
    assert "kept kept" in long.text and "at most 5000 characters" in long.text
    assert world.admin.execute("select count(*) from record_comment").fetchone() == (0,)


def test_files_are_what_they_say_and_come_back_as_they_were(app: Flask, world: World) -> None:
    made = str(add_incident(world.admin, world.ids["toronto"]))
    officer = sign_in(app, world, "toronto", "officer")
    for content, name, reason in (
        (b"<script>", "x.html", "of this kind"), (b"MZ\x90", "x.exe", "of this kind"),
        (b"<html><script>alert(1)</script>", "photo.png", "not what its name says"),
        (PNG, "paper.pdf", "not what its name says"), (b"", "a.txt", "not empty"), (b"\x00", "a.txt", "not what"),
        (b"%PDF" + b"x" * (20 << 20), "large.pdf", "at most 20 MB"), (PDF, "noending", "of this kind"),
    ):  # fmt: skip
        answer = attach(officer, made, content, name)
        assert (answer.status_code, reason in answer.text) == (400, True), (name, reason)
    assert world.admin.execute("select count(*) from record_attachment_chunk").fetchone() == (0,)
    assert attach(officer, made, PDF, "../../etc/évidence .pdf").status_code == 302
    (file_id,) = world.admin.execute("select attachment_id::text from record_attachment").fetchone() or ("",)
    answer = officer.get(f"/records/attachments/{file_id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    gone = post(officer, f"/records/attachments/{file_id}/delete", page=f"/incidents/{made}")
    assert officer.get(f"/records/attachments/{file_id}").status_code == 404
    post(officer, f"/records/attachments/{file_id}/delete", page=gone.location, undo="1")
    assert officer.get(f"/records/attachments/{file_id}").status_code == 200


def test_links_are_seen_from_both_ends(app: Flask, world: World) -> None:
    one, two = (str(add_incident(world.admin, world.ids["toronto"], occurred_on=f"2024-01-0{i}")) for i in (1, 2))
    officer = sign_in(app, world, "toronto", "officer")
    for _ in range(2):
        answer = post(officer, f"/records/incident/{one}/links", page=f"/incidents/{one}", to_type="incident",
                      to_id=two, note="same group")  # fmt: skip
        assert answer.status_code == 302
    assert world.admin.execute("select count(*) from record_link").fetchone() == (1,)
    for here, there in ((one, two), (two, one)):
        page = officer.get(f"/incidents/{here}").text
        assert f'href="/incidents/{there}"' in page and "same group" in page
    post(officer, f"/records/incident/{two}/links", page=f"/incidents/{two}", to_type="incident", to_id=one, remove="1")
    assert world.admin.execute("select count(*) from record_link").fetchone() == (0,)


def test_what_is_written_about_a_record_follows_its_readers(app: Flask, world: World, as_: As) -> None:
    """RED is for named people: so are its comments, files, links, history, at every moment."""
    city = world.ids["toronto"]
    made, other = str(add_incident(world.admin, city)), str(add_incident(world.admin, city))
    officer, analyst = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "analyst")
    comment(officer, made, "secret words")
    attach(officer, made, PDF, "secret.pdf")
    post(officer, f"/records/incident/{other}/links", page=f"/incidents/{other}", to_type="incident", to_id=made)
    tables = ("record_comment", "record_attachment", "record_attachment_chunk", "record_link")
    actor = world.actor("toronto", "analyst")
    assert [as_.count(actor, table) for table in tables] == [1, 1, 1, 1]
    world.admin.execute("update incident set tlp = 'RED', named_reader_ids = %s where incident_id = %s",
                        ([world.people["toronto", "officer"]], made))  # fmt: skip
    assert [as_.count(actor, table) for table in (*tables, "record_event")] == [0, 0, 0, 0, 0]
    assert [as_.count(world.actor("toronto", "officer"), table) for table in tables] == [1, 1, 1, 1]
    (file_id,) = world.admin.execute("select attachment_id::text from record_attachment").fetchone() or ("",)
    assert analyst.get(f"/records/attachments/{file_id}").status_code == 404
    assert made not in analyst.get(f"/incidents/{other}").text
    assert "secret" in officer.get(f"/incidents/{made}").text
    for path, data in (("comments", {"body": "me too"}), ("links", {"to_type": "incident", "to_id": other})):
        answer = post(analyst, f"/records/incident/{made}/{path}", page="/notifications/", **data)
        assert answer.status_code == 404
    assert as_.run(actor, "insert into record_comment (city_id, record_type, record_id, body, created_by, author_name)"
                   " values (%s, 'incident', %s, 'me too', %s, 'X')", city, made, actor.person_id) == 0  # fmt: skip
    world.admin.execute("update incident set tlp = 'AMBER'")
    assert [as_.count(actor, table) for table in tables] == [1, 1, 1, 1]


OUTSIDERS = [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
             ("toronto", "partner")]  # fmt: skip


@pytest.mark.parametrize(("name", "role"), OUTSIDERS)
def test_outsiders_see_and_write_nothing(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    city = world.ids["toronto"]
    made = str(add_incident(world.admin, city, tlp="CLEAR"))
    world.agree("toronto", "canada", "{counts,records}")
    world.agree("toronto", "network", "{counts,records}")
    officer = sign_in(app, world, "toronto", "officer")
    mentioned = str(world.actor("toronto", "mayor").person_id)
    comment(officer, made, "inside", mentioned_ids=mentioned)
    attach(officer, made, PDF, "inside.pdf")
    world.admin.execute("update incident set severity = 5")
    (file_id,) = world.admin.execute("select attachment_id::text from record_attachment").fetchone() or ("",)
    actor = world.actor(name, role)
    for table in ("record_event", "record_comment", "record_attachment", "record_attachment_chunk", "record_link",
                  "notification", "mail_choice", "record_entry"):  # fmt: skip
        assert as_.count(actor, table) == 0, table
    before = world.admin.execute("select count(*) from record_comment").fetchone()
    assert as_.run(actor, "insert into record_comment (city_id, record_type, record_id, body, created_by, author_name)"
                   " values (%s, 'incident', %s, 'in', %s, 'X')", city, made, actor.person_id) == 0  # fmt: skip
    assert as_.run(actor, "insert into notification (city_id, person_id, kind, record_type, record_id)"
                   " values (%s, %s, 'mentioned', 'incident', %s)", city, mentioned, made) == 0  # fmt: skip
    client = sign_in(app, world, name, role)
    assert client.get(f"/records/attachments/{file_id}").status_code == 404
    answer = post(client, f"/records/incident/{made}/comments", page="/account", body="in")
    assert answer.status_code == 404
    assert world.admin.execute("select count(*) from record_comment").fetchone() == before


def test_nobody_of_the_city_can_rewrite_history(world: World, as_: As) -> None:
    made = add_incident(world.admin, world.ids["toronto"])
    world.admin.execute("update incident set severity = 5 where incident_id = %s", (made,))
    actor = world.actor("toronto", "coordinator")
    assert as_.count(actor, "record_event") == 1
    assert as_.run(actor, "update record_event set person_name = 'Somebody else'") == 0
    assert as_.run(actor, "delete from record_event") == 0
    assert as_.run(actor, "insert into record_event (city_id, record_type, record_id, action) values"
                   " (%s, 'incident', %s, 'changed')", world.ids["toronto"], made) == 0  # fmt: skip
    assert as_.count(actor, "record_event") == 1


def test_somebody_elses_notices_and_choices_are_theirs(app: Flask, world: World, as_: As) -> None:
    made = str(add_incident(world.admin, world.ids["toronto"]))
    officer = sign_in(app, world, "toronto", "officer")
    mayor = world.actor("toronto", "mayor")
    comment(officer, made, "look", mentioned_ids=str(mayor.person_id))
    coordinator = world.actor("toronto", "coordinator")
    assert as_.count(mayor, "notification") == 1
    assert as_.count(coordinator, "notification") == 0
    assert as_.run(coordinator, "update notification set read_at = now()") == 0
    assert as_.run(coordinator, "insert into mail_choice values (%s, %s, 'none')", world.ids["toronto"], mayor.person_id) == 0


def test_a_record_that_does_not_exist_takes_no_comment(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    nothing = "01900000-0000-7000-8000-000000000000"
    for kind in ("incident", "nonsense"):
        answer = post(officer, f"/records/{kind}/{nothing}/comments", page="/notifications/", body="hello")
        assert answer.status_code == 404


def test_the_panel_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    from sqlalchemy import event

    from network.kernel.db import db

    made = str(add_incident(world.admin, world.ids["toronto"]))
    officer = sign_in(app, world, "toronto", "officer")
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for _ in range(2):
        for i in range(3):
            comment(officer, made, f"words {i}")
            attach(officer, made, PDF, f"{i}.pdf")
            other = str(add_incident(world.admin, world.ids["toronto"]))
            post(officer, f"/records/incident/{made}/links", page=f"/incidents/{made}", to_type="incident", to_id=other)
        seen.clear()
        assert officer.get(f"/incidents/{made}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_forms_about_another_citys_record_find_nothing(app: Flask, world: World) -> None:
    made = add_incident(world.admin, world.ids["ottawa"])
    officer = sign_in(app, world, "toronto", "officer")
    for what, data in (
        ("comments", {"body": ""}), ("comments", {"body": "Hello"}), ("attachments", {}),
        ("attachments", {"file": (io.BytesIO(PNG), "a.png")}),
        ("links", {"to_type": "incident", "to_id": str(made)}),
        ("links", {"to_type": "incident", "to_id": str(made), "remove": "1"}),
    ):  # fmt: skip
        answer = post(officer, f"/records/incident/{made}/{what}", page="/notifications/", **data)
        assert answer.status_code == 404, (what, data)

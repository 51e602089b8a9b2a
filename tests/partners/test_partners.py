"""The register of partners: kept by the team, closed to everybody else, open to a partner's own people."""

import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.conftest import Connection
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

GOOD = {"name": "House of Youth", "partner_type": "youth", "communities": "Young people in the north",
        "languages": ["en", "so"], "website": "https://youth.example"}  # fmt: skip


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def add(world: World, city: str, name: str) -> str:
    row = world.admin.execute(
        "insert into partner (city_id, name, partner_type) values (%s, %s, 'ngo') returning partner_id::text",
        (world.ids[city], name),
    ).fetchone()
    assert row
    return str(row[0])


def test_a_partner_is_kept_found_changed_archived_and_brought_back(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "No partners yet" in officer.get("/partners/").text
    where = str(post(officer, "/partners/new", **GOOD).location)
    page = officer.get(where).text
    assert "Young people in the north" in page and "Somali" in page
    assert 'value="https://youth.example"' in officer.get(f"{where}/edit").text
    post(officer, f"{where}/edit", **{**GOOD, "version": "1", "name": "Youth House"})
    assert "<del>House of Youth</del> <ins>Youth House</ins>" in officer.get(where).text
    late = post(officer, f"{where}/edit", **{**GOOD, "version": "1", "name": "Mine"})
    assert late.status_code == 409 and "Youth House" in late.text and 'value="Mine"' in late.text
    post(officer, f"{where}/archive", page=where)
    assert "Youth House" not in officer.get("/partners/").text
    assert "Youth House" in officer.get("/partners/?archived=1").text
    post(officer, f"{where}/archive", page=where, undo="1")
    assert "Youth House" in officer.get("/partners/").text


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("name", "", "Fill in this field"), ("name", "x" * 201, "200"), ("partner_type", "army", "not a value of the list"),
     ("website", "javascript:alert(1)", "begins with https"), ("email", "nobody", "full e-mail"),
     ("languages", "klingon", "not a value of the list"), ("communities", "x" * 1000, "999")],
)  # fmt: skip
def test_bad_input_is_shown_again_with_its_reason(app: Flask, world: World, field: str, value: str, reason: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    answer = post(officer, "/partners/new", **{**GOOD, "description": "typed with care", field: value})
    assert answer.status_code == 400
    assert "typed with care" in answer.text and reason in answer.text
    assert world.admin.execute("select count(*) from partner").fetchone() == (0,)


def test_a_name_is_in_the_register_once(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    add(world, "ottawa", "House of Youth")
    assert post(officer, "/partners/new", **GOOD).status_code == 302
    again = post(officer, "/partners/new", **{**GOOD, "name": "house of youth"})
    assert again.status_code == 400 and "in the register already" in again.text


def test_the_log_tells_who_has_not_been_met(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    met, forgotten = add(world, "toronto", "Met lately"), add(world, "toronto", "Met long ago")
    for partner, days in ((met, 10), (forgotten, 400)):
        answer = post(officer, f"/partners/{partner}/notes", page=f"/partners/{partner}", kind="call", body="We spoke",
                      happened_on=str(date.today() - timedelta(days=days)))  # fmt: skip
        assert answer.status_code == 302
    page = officer.get("/partners/?not_met=6").text
    assert "Met long ago" in page and "Met lately" not in page
    future = post(officer, f"/partners/{met}/notes", page=f"/partners/{met}", kind="call", body="kept words",
                  happened_on=str(date.today() + timedelta(days=2)))  # fmt: skip
    assert future.status_code == 400 and "in the future" in future.text and "kept words" in future.text


def test_people_are_kept_with_consent_and_erased_without_a_trace(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    partner = add(world, "toronto", "House")
    path = f"/partners/{partner}/contacts/new"
    assert post(officer, path, name="Ana Reyes").status_code == 400
    post(officer, path, name="Ana Reyes", consented_on=str(date.today()), phone="+1 555")
    page = officer.get(f"/partners/{partner}").text
    contact = re.search(rf'/partners/{partner}/contacts/([0-9a-f-]{{36}})', page)
    assert contact and "Ana Reyes" in page
    post(officer, f"/partners/{partner}/contacts/{contact[1]}", remove="1")
    dump = world.admin.execute("select count(*) from record_event where changes::text like '%Ana%'").fetchone()
    assert dump == (0,) and "Ana Reyes" not in officer.get(f"/partners/{partner}").text


def test_the_export_holds_what_the_filter_means(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    add(world, "toronto", "=cmd|one")
    add(world, "toronto", "Two")
    add(world, "ottawa", "Elsewhere")
    text = officer.get("/partners/export.csv?q=cmd").text
    assert "'=cmd|one" in text and "Two" not in text and "Elsewhere" not in text
    world.admin.execute("update partner set languages = '{so}' where name = 'Two'")
    assert "Two" in officer.get("/partners/export.csv?language=so").text
    assert "Two" not in officer.get("/partners/export.csv?language=de").text
    sheet = load_workbook(io.BytesIO(officer.get("/partners/export.xlsx").data)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.rows] == ["Name of the organisation", "'=cmd|one", "Two"]
    assert all(cell.data_type != "f" for row in sheet.rows for cell in row)


def test_a_partners_person_joins_and_sees_only_their_own_partner(app: Flask, world: World, as_: As) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    own, other = add(world, "toronto", "Own"), add(world, "toronto", "Other")
    answer = post(coordinator, f"/partners/{own}/people", page=f"/partners/{own}", email="Out@side.example")
    assert answer.status_code == 302
    assert world.admin.execute("select email, role from invitation").fetchall() == [("out@side.example", "partner")]
    twice = post(coordinator, f"/partners/{own}/people", page=f"/partners/{own}", email="out@side.example")
    assert twice.status_code == 400
    partner = world.actor("toronto", "partner")
    assert as_.count(partner, "partner") == 0
    world.admin.execute("update person set email = 'out@side.example' where person_id = %s", (partner.person_id,))
    assert as_.count(partner, "partner") == 1
    assert as_.count(partner, f"partner where partner_id = '{other}'") == 0
    for table in ("partner_contact", "partner_note", "partner_person", "record_entry"):
        assert as_.count(partner, table) == 0
    assert as_.run(partner, "update partner set name = 'Mine'") == 0
    world.admin.execute("update partner set archived_at = now()")
    assert as_.count(partner, "partner") == 0
    world.admin.execute("update partner set archived_at = null")
    post(coordinator, f"/partners/{own}/people", page=f"/partners/{own}", remove="out@side.example")
    assert as_.count(partner, "partner") == 0


def test_a_member_of_the_team_cannot_stand_for_a_partner(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    officer = world.actor("toronto", "officer").person_id
    email = world.admin.execute("select email from person where person_id = %s", (officer,)).fetchone()
    own = add(world, "toronto", "Own")
    assert email
    answer = post(coordinator, f"/partners/{own}/people", page=f"/partners/{own}", email=email[0])
    assert answer.status_code == 400 and "a member of your team" in answer.text


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    partner = add(world, "toronto", "Hidden House")
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for path in (f"/partners/{partner}", f"/partners/{partner}/edit", f"/partners/{partner}/contacts/new"):
        assert client.get(path).status_code == 404, path
    for path in ("/partners/", "/partners/export.csv"):
        assert "Hidden House" not in client.get(path).text
    for path in ("archive", "notes", "people"):
        assert post(client, f"/partners/{partner}/{path}", page="/account", email="x@y.example").status_code == 404
    for table in ("partner", "partner_contact", "partner_note", "partner_person", "record_entry", "record_event"):
        assert as_.count(actor, table) == 0, table
    city = world.ids["toronto"]
    assert as_.run(actor, "insert into partner (city_id, name, partner_type) values (%s, 'In', 'ngo')", city) == 0
    assert as_.run(actor, "insert into partner_person values (%s, %s, 'in@side.example')", city, partner) == 0
    assert world.admin.execute("select name from partner").fetchall() == [("Hidden House",)]
    assert world.admin.execute("select count(*) from partner_person").fetchone() == (0,)


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    partner = add(world, "toronto", "House")
    client = sign_in(app, world, "toronto", role)
    assert client.get(f"/partners/{partner}").status_code == 200
    assert client.get(f"/partners/{partner}/edit").status_code == 404
    assert as_.run(world.actor("toronto", role), "update partner set name = 'Changed'") == 0


def test_the_list_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    from sqlalchemy import event

    from network.kernel.db import db

    officer = sign_in(app, world, "toronto", "officer")
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for step in range(2):
        for i in range(30):
            add(world, "toronto", f"Partner {step} {i}")
        seen.clear()
        assert officer.get("/partners/").status_code == 200
        counts.append(len(seen))
    assert counts == [5, 5]

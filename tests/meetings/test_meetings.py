"""Meetings: planned, moved, held, with what comes out of them, and closed to whoever should not get in."""

import io
import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from network.kernel.tenancy import acting_as
from network.meetings.queries import meeting_progress
from tests.conftest import Connection
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

SOON, LATELY = date.today() + timedelta(days=20), date.today() - timedelta(days=3)
GOOD = {"title": "Round of partners", "on": str(SOON), "starts": "09:00", "ends": "10:30", "place": "City hall",
        "agenda": "Welcome\nWhat we heard\n\nNext steps"}  # fmt: skip
TABLES = ("meeting_series", "meeting", "meeting_minutes", "meeting_attendance", "meeting_decision",
          "meeting_follow_up", "calendar_feed")  # fmt: skip


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def add_partner(world: World, city: str, name: str, email: str = "") -> str:
    row = world.admin.execute(
        "insert into partner (city_id, name, partner_type, email) values (%s, %s, 'ngo', %s) returning partner_id::text",
        (world.ids[city], name, email),
    ).fetchone()
    assert row
    return str(row[0])


def add_meeting(world: World, city: str, title: str, when: date = SOON, partners: list[str] | None = None) -> str:
    row = world.admin.execute(
        "insert into meeting (city_id, title, starts_at, ends_at, partner_ids) values (%s, %s, %s, %s, %s::uuid[])"
        " returning meeting_id::text",
        (world.ids[city], title, datetime(when.year, when.month, when.day, 9, tzinfo=UTC),
         datetime(when.year, when.month, when.day, 10, tzinfo=UTC), partners or []),
    ).fetchone()  # fmt: skip
    assert row
    return str(row[0])


def send(client: FlaskClient, where: str, what: str, **data: Any) -> Any:
    return post(client, f"{where}/{what}", page=where, **data)


def test_a_meeting_is_planned_changed_cancelled_archived_and_brought_back(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "No meetings to come" in officer.get("/meetings/").text
    partner = add_partner(world, "toronto", "House of Youth")
    where = str(post(officer, "/meetings/new", **GOOD, partner_ids=[partner]).location)
    page = officer.get(where).text
    assert "What we heard" in page and "House of Youth" in page and "Nobody has been told yet" in page
    assert "Round of partners" in officer.get("/meetings/").text
    post(officer, f"{where}/edit", **{**GOOD, "version": "1", "place": "Library", "partner_ids": [partner]})
    assert "<del>City hall</del> <ins>Library</ins>" in officer.get(where).text
    late = post(officer, f"{where}/edit", **{**GOOD, "version": "1", "place": "Park"})
    assert late.status_code == 409 and "Library" in late.text and 'value="Park"' in late.text
    send(officer, where, "cancel")
    assert "Let it take place" in officer.get(where).text
    send(officer, where, "cancel", undo="1")
    send(officer, where, "archive")
    assert "Round of partners" not in officer.get("/meetings/").text
    assert "Round of partners" in officer.get("/meetings/?archived=1").text
    send(officer, where, "archive", undo="1")
    assert "Round of partners" in officer.get("/meetings/").text


def test_times_are_those_of_the_citys_clock(app: Flask, world: World) -> None:
    world.admin.execute("update city set time_zone = 'America/Toronto'")
    officer = sign_in(app, world, "toronto", "officer")
    where = str(post(officer, "/meetings/new", **{**GOOD, "on": "2030-01-15"}).location)
    assert world.admin.execute("select starts_at, ends_at from meeting").fetchone() == (
        datetime(2030, 1, 15, 14, 0, tzinfo=UTC), datetime(2030, 1, 15, 15, 30, tzinfo=UTC))  # fmt: skip
    assert 'value="09:00"' in officer.get(f"{where}/edit").text
    assert re.search(r"Tue.* Jan 15?.*9:00\sAM – 10:30\sAM|15 Jan 2030, 9:00\sAM – 10:30\sAM", officer.get(where).text)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("title", "", "Fill in this field"), ("title", "x" * 201, "200"), ("on", "soon", "YYYY-MM-DD"),
     ("ends", "08:00", "after the beginning"), ("starts", "nine", "HH:MM"), ("agenda", "x\n" * 101, "too many lines"),
     ("partner_ids", str(uuid.uuid4()), "Choose from the list"), ("person_ids", "me", "not an id")],
)  # fmt: skip
def test_bad_input_is_shown_again_with_its_reason(app: Flask, world: World, field: str, value: str, reason: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    add_partner(world, "toronto", "House")
    answer = post(officer, "/meetings/new", **{**GOOD, "place": "typed with care", field: value})
    assert answer.status_code == 400
    assert "typed with care" in answer.text and reason in answer.text
    assert world.admin.execute("select count(*) from meeting").fetchone() == (0,)


def test_nobody_of_another_city_is_invited(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    theirs = add_partner(world, "ottawa", "Elsewhere")
    stranger = str(world.actor("ottawa", "officer").person_id)
    for data in ({"partner_ids": [theirs]}, {"person_ids": [stranger]}):
        assert post(officer, "/meetings/new", **GOOD, **data).status_code == 400
    assert "Elsewhere" not in officer.get("/meetings/new").text


def test_attendance_counts_as_contact_and_can_be_taken_back(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    there, away = add_partner(world, "toronto", "Was there"), add_partner(world, "toronto", "Was away")
    soon = f"/meetings/{add_meeting(world, 'toronto', 'To come', partners=[there])}"
    assert send(officer, soon, "attendance", **{f"partner:{there}": "present"}).status_code == 422
    where = f"/meetings/{add_meeting(world, 'toronto', 'Lately', LATELY, [there, away])}"
    assert send(officer, where, "attendance", **{f"partner:{uuid.uuid4()}": "present"}).status_code == 400
    send(officer, where, "attendance", **{f"partner:{there}": "present", f"partner:{away}": "excused"})
    notes = "select partner_id::text, happened_on, body from partner_note"
    assert world.admin.execute(notes).fetchall() == [(there, LATELY, "Took part in: Lately")]
    send(officer, where, "attendance", **{f"partner:{there}": "present", f"partner:{away}": "absent"})
    assert len(world.admin.execute(notes).fetchall()) == 1
    assert "Was there" not in officer.get("/partners/?not_met=6").text
    contacts = officer.get("/meetings/partners").text
    assert contacts.index("Was away") < contacts.index("Was there")
    assert "Held" in officer.get(where).text
    send(officer, where, "attendance", **{f"partner:{there}": "", f"partner:{away}": "absent"})
    assert world.admin.execute(notes).fetchall() == []
    assert world.admin.execute("select status from meeting where title = 'Lately'").fetchone() == ("planned",)
    assert world.admin.execute("select state from meeting_attendance").fetchall() == [("absent",)]


def test_minutes_decisions_and_what_follows(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    partner = add_partner(world, "toronto", "House of Youth")
    colleague = world.actor("toronto", "communications").person_id
    where = f"/meetings/{add_meeting(world, 'toronto', 'Lately', LATELY, [partner])}"
    send(officer, where, "minutes", body="We spoke about the park.", version="0")
    assert "We spoke about the park." in officer.get(where).text
    late = send(officer, where, "minutes", body="My own text", version="0")
    assert late.status_code == 409 and "We spoke about the park." in late.text and "My own text" in late.text
    assert send(officer, where, "decisions", body="").status_code == 400
    send(officer, where, "decisions", body="Open the hall on Fridays")
    decision = world.admin.execute("select decision_id::text from meeting_decision").fetchone()
    assert decision and "Nothing follows yet" in officer.get(where).text
    assert "Open the hall on Fridays" in officer.get("/meetings/decisions?open=1").text
    with app.app_context(), acting_as(world.actor("toronto", "mayor")):
        assert meeting_progress(actor=world.actor("toronto", "mayor")).decisions_without_follow_up == 1
    bad = send(officer, where, "follow-ups", title="Ask the caretaker", owner=f"partner:{uuid.uuid4()}")
    assert bad.status_code == 400 and "Ask the caretaker" in bad.text
    send(officer, where, "follow-ups", title="Ask the caretaker", owner=f"partner:{partner}", decision_id=decision[0],
         due_on=str(date.today() - timedelta(days=1)))  # fmt: skip
    send(officer, where, "follow-ups", title="Print a poster", owner=f"person:{colleague}")
    page = officer.get(where).text
    assert "Nothing follows yet" not in page and "Overdue" in page and "Print a poster" in page
    assert world.admin.execute("select kind, record_type, person_id from notification").fetchall() == [
        ("follow_up", "action", colleague)]  # fmt: skip
    found = re.search(r'name="done" value="([^"]+)"', page)
    assert found
    send(officer, where, "follow-ups", done=found[1])
    assert "1 of 1 done" in officer.get("/meetings/decisions").text
    send(officer, where, "follow-ups", open=found[1])
    send(officer, where, "decisions", remove=decision[0])
    assert world.admin.execute("select decision_id from meeting_follow_up").fetchall() == [(None,), (None,)]
    action = world.admin.execute(
        "select action_id::text from action where title = 'Ask the caretaker' and status = 'active'").fetchone()
    assert action
    assert f'href="{where}"' in officer.get(f"/actions/{action[0]}").text
    assert f'/actions/{action[0]}"' in officer.get(where).text
    assert "Ask the caretaker" in officer.get("/actions/").text
    send(officer, where, "follow-ups", remove=found[1])
    assert f'name="done" value="{found[1]}"' not in officer.get(where).text
    assert world.admin.execute("select archived_at is not null from action where action_id = %s", action).fetchone() == (True,)


def test_the_exports_hold_what_the_filter_means(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    add_meeting(world, "toronto", "=cmd|one")
    add_meeting(world, "toronto", "Two")
    add_meeting(world, "ottawa", "Elsewhere")
    text = officer.get("/meetings/export.csv?q=cmd").text
    assert "'=cmd|one" in text and "Two" not in text and "Elsewhere" not in text
    sheet = load_workbook(io.BytesIO(officer.get("/meetings/export.xlsx").data)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.rows] == ["Title", "'=cmd|one", "Two"]
    assert officer.get("/meetings/decisions.xlsx").status_code == 200


def test_the_progress_of_step_five(app: Flask, world: World) -> None:
    mayor = world.actor("toronto", "mayor")
    partner = add_partner(world, "toronto", "House")
    add_meeting(world, "toronto", "Next", SOON, [partner])
    add_meeting(world, "toronto", "Last", LATELY, [partner])
    add_meeting(world, "ottawa", "Elsewhere", LATELY)
    world.admin.execute("update meeting set status = 'held' where starts_at < now()")
    with app.app_context(), acting_as(mayor):
        found = meeting_progress(actor=mayor)
    assert (found.partners, found.not_met, found.meetings_last_year, found.next_meeting_on) == (1, 1, 1, SOON)


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    partner = add_partner(world, "toronto", "House")
    meeting = add_meeting(world, "toronto", "Hidden Round", LATELY, [partner])
    where = f"/meetings/{meeting}"
    send(officer, where, "minutes", body="Hidden words", version="0", is_shared="1")
    send(officer, where, "decisions", body="Hidden decision")
    send(officer, where, "follow-ups", title="Hidden work", owner=f"partner:{partner}")
    send(officer, where, "attendance", **{f"partner:{partner}": "present"})
    post(officer, "/meetings/calendar", name="Phone")
    series = str(post(officer, "/meetings/series/new", title="Hidden Series", rhythm="weekly", weekday="MO", minutes="60",
                      starts_on=str(SOON), start_time="09:00").location)  # fmt: skip
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for path in (where, f"{where}.ics", f"{where}/edit", series, f"{series}.ics", f"{series}/edit"):
        assert client.get(path).status_code == 404, path
    for path in ("/meetings/", "/meetings/export.csv?when=all", "/meetings/decisions", "/meetings/partners",
                 "/meetings/series/"):  # fmt: skip
        assert "Hidden" not in client.get(path).text, path
    for path in ("send", "cancel", "archive", "attendance", "minutes", "decisions", "follow-ups"):
        assert post(client, f"{where}/{path}", page="/account", body="x").status_code == 404, path
    counted = {table: world.admin.execute(f"select count(*) from {table}").fetchone() for table in TABLES}
    assert all(count != (0,) for count in counted.values())
    for table in TABLES:
        assert as_.count(actor, table) == 0, table
        assert as_.run(actor, f"delete from {table}") == 0, table
        assert as_.run(actor, f"update {table} set city_id = city_id") == 0, table
    city = world.ids["toronto"]
    assert as_.run(actor, "insert into meeting (city_id, title, starts_at, ends_at) values (%s, 'In', now(), now() + interval '1 hour')", city) == 0
    assert as_.run(actor, "insert into meeting_decision (city_id, meeting_id, body) values (%s, %s, 'In')", city, meeting) == 0
    assert {table: world.admin.execute(f"select count(*) from {table}").fetchone() for table in TABLES} == counted


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    meeting = add_meeting(world, "toronto", "Round", LATELY)
    client = sign_in(app, world, "toronto", role)
    assert client.get(f"/meetings/{meeting}").status_code == 200
    assert client.get(f"/meetings/{meeting}/edit").status_code == 404
    assert client.get("/meetings/series/new").status_code == 404
    assert as_.run(world.actor("toronto", role), "update meeting set title = 'Changed'") == 0
    assert as_.run(world.actor("toronto", role), "delete from meeting") == 0


def test_a_partners_people_see_what_they_are_invited_to_and_no_more(app: Flask, world: World, as_: As) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    own, other = add_partner(world, "toronto", "Own"), add_partner(world, "toronto", "Other")
    world.admin.execute("update city set time_zone = 'America/Toronto'")
    person = world.actor("toronto", "partner")
    email = world.admin.execute("select email from person where person_id = %s", (person.person_id,)).fetchone()
    assert email
    world.admin.execute("insert into partner_person values (%s, %s, %s)", (world.ids["toronto"], own, email[0]))
    mine = f"/meetings/{add_meeting(world, 'toronto', 'Our round', LATELY, [own, other])}"
    theirs = f"/meetings/{add_meeting(world, 'toronto', 'Their round', LATELY, [other])}"
    for where in (mine, theirs):
        send(officer, where, "minutes", body="What was said", version="0")
        send(officer, where, "decisions", body="Inner decision")
        send(officer, where, "follow-ups", title="Their work", owner=f"partner:{other}")
    send(officer, mine, "follow-ups", title="Our work", owner=f"partner:{own}")
    client = sign_in(app, world, "toronto", "partner")
    page = client.get(mine).text
    assert "Our round" in page and "Our work" in client.get("/assigned/").text
    for word in ("What was said", "Our work", "Inner decision", "Their work", "Other", "Edit", "Comments"):
        assert word not in page, word
    assert client.get(theirs).status_code == 404
    listed = client.get("/meetings/?when=all").text
    assert "Our round" in listed and "Their round" not in listed
    send(officer, mine, "minutes", body="What was said", version="1", is_shared="1")
    assert "What was said" in client.get(mine).text
    assert as_.count(person, "meeting") == 1 and as_.count(person, "meeting_minutes") == 1
    assert as_.run(person, "update meeting set title = 'Mine'") == 0
    assert as_.count(person, "meeting_follow_up") == 0 and as_.count(person, "action") == 1
    world.admin.execute("delete from partner_person")
    assert as_.count(person, "meeting") == 0 and as_.count(person, "action") == 0


def test_the_list_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    from sqlalchemy import event

    from network.kernel.db import db

    officer = sign_in(app, world, "toronto", "officer")
    partner = add_partner(world, "toronto", "House")
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for step in range(2):
        for i in range(20):
            add_meeting(world, "toronto", f"Meeting {step} {i}", partners=[partner])
            add_partner(world, "toronto", f"Partner {step} {i}")
        for path in ("/meetings/", "/meetings/partners", "/meetings/export.csv"):
            seen.clear()
            assert officer.get(path).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:] and max(counts) <= 11

"""Series and their rhythm; calendars as another program reads them; invitations as mail carries them."""

import email
import email.policy
import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from flask import Flask
from icalendar import Calendar

from network.kernel.settings import Settings
from network.meetings.rhythm import Rhythm, place_in_time
from network.meetings.timezones import describe_zone
from tests.conftest import Connection
from tests.meetings.test_meetings import GOOD, LATELY, SOON, add_meeting, add_partner, send
from tests.test_main_path import post, sign_in, work
from tests.world import World

SERIES = {"title": "Monthly round", "purpose": "Know each other", "rhythm": "monthly", "weekday": "TU",
          "week_of_month": "1", "starts_on": str(date.today()), "start_time": "09:30", "minutes": "90",
          "place": "City hall"}  # fmt: skip


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    world = World(admin)
    admin.execute("update city set time_zone = 'America/Toronto'")
    return world


@pytest.fixture
def mails(settings: Settings) -> Path:
    folder = settings.data_dir / "mail"
    for file in folder.glob("*.eml"):
        file.unlink()
    return folder


def read_mails(folder: Path) -> list[Any]:
    found = [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in folder.glob("*.eml")]
    for file in folder.glob("*.eml"):
        file.unlink()
    return sorted(found, key=lambda m: str(m["To"]))


def events(content: bytes | str) -> list[Any]:
    text = content.decode() if isinstance(content, bytes) else content
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    # The reader keeps what it learned of a zone for good; here it must learn it from this text.
    vobject.icalendar.registerTzid("America/Toronto", None)
    calendar = vobject.readOne(text)
    calendar.validate(raiseException=True)
    return list(getattr(calendar, "vevent_list", []))


@pytest.mark.parametrize(
    "name", ["America/Toronto", "Europe/Copenhagen", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata",
             "America/New_York", "Europe/Dublin", "Pacific/Auckland"],
)  # fmt: skip
def test_another_program_reads_the_same_time_zone(name: str) -> None:
    """Hour by hour over years, by a reader that knows the zone from the calendar alone."""
    calendar = Calendar()
    calendar.add_component(describe_zone(ZoneInfo(name), 2026, 2030))
    read = tzical(io.StringIO(calendar.to_ical().decode())).get(name)
    moment, end = datetime(2026, 1, 2), datetime(2030, 12, 30)
    wrong = []
    while moment < end:
        ours = moment.replace(tzinfo=ZoneInfo(name))
        # An hour that the clock shows twice, or leaves out, has no one meaning.
        is_clear = ours.utcoffset() == ours.replace(fold=1).utcoffset()
        if is_clear and ours.utcoffset() != moment.replace(tzinfo=read).utcoffset():
            wrong.append(moment)
        moment += timedelta(hours=1)
    assert wrong == []


@pytest.mark.parametrize(
    ("rhythm", "starts_on", "rule", "days"),
    [
        (Rhythm("weekly", "TU"), date(2026, 3, 4), "FREQ=WEEKLY;BYDAY=TU", [date(2026, 3, 10), date(2026, 3, 17)]),
        (Rhythm("fortnightly", "FR"), date(2026, 3, 6), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
         [date(2026, 3, 6), date(2026, 3, 20)]),
        (Rhythm("monthly", "TU", 1), date(2026, 3, 4), "FREQ=MONTHLY;BYDAY=1TU", [date(2026, 4, 7), date(2026, 5, 5)]),
        (Rhythm("monthly", "FR", -1), date(2026, 1, 31), "FREQ=MONTHLY;BYDAY=-1FR", [date(2026, 2, 27), date(2026, 3, 27)]),
        (Rhythm("quarterly", "TU", 1), date(2026, 3, 4), "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU",
         [date(2026, 4, 7), date(2026, 7, 7)]),
    ],
)  # fmt: skip
def test_the_simple_form_means_a_rule_and_its_days(
    rhythm: Rhythm, starts_on: date, rule: str, days: list[date]
) -> None:
    assert rhythm.rrule == rule
    found = rhythm.days(starts_on)
    assert [next(found), next(found)] == days
    assert list(rhythm.days(starts_on, days[0])) == days[:1]


def test_a_meeting_keeps_its_time_of_day_when_clocks_change() -> None:
    zone = ZoneInfo("America/Toronto")
    winter, summer = (place_in_time(day, datetime(2000, 1, 1, 9).time(), 60, zone)[0]
                      for day in (date(2026, 3, 3), date(2026, 3, 10)))  # fmt: skip
    assert (winter.hour, summer.hour) == (14, 13)


def test_a_series_plans_its_meetings_once(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "No series yet" in officer.get("/meetings/series/").text
    for field, value in (("week_of_month", ""), ("minutes", "0"), ("weekday", "XX"), ("ends_on", "2020-01-01")):
        bad = post(officer, "/meetings/series/new", **{**SERIES, field: value})
        assert bad.status_code == 400 and "Know each other" in bad.text, field
    where = str(post(officer, "/meetings/series/new", **SERIES).location)
    days = [row[0] for row in world.admin.execute("select occurs_on from meeting order by 1")]
    assert 5 <= len(days) <= 7 and all(day.weekday() == 1 and day.day <= 7 for day in days)
    send(officer, where, "plan")
    again = [row[0] for row in world.admin.execute("select occurs_on from meeting order by 1")]
    assert again[: len(days)] == days and len(again) in (len(days) + 5, len(days) + 6, len(days) + 7)
    # One is announced and one changed by hand: they stay when the rhythm changes.
    world.admin.execute("update meeting set is_announced = true where occurs_on = %s", (days[0],))
    world.admin.execute("update meeting set version = 2 where occurs_on = %s", (days[1],))
    assert post(officer, f"{where}/edit", **{**SERIES, "weekday": "TH", "version": "1"}).status_code == 302
    weekdays = [row[0].weekday() for row in world.admin.execute("select occurs_on from meeting")]
    assert weekdays.count(1) == 2 and weekdays.count(3) >= 5
    late = post(officer, f"{where}/edit", **{**SERIES, "version": "1"})
    assert late.status_code == 409
    assert "Every month" in officer.get("/meetings/series/").text
    send(officer, where, "archive")
    assert "Monthly round" in officer.get("/meetings/series/?archived=1").text
    send(officer, where, "archive", undo="1")


def test_another_program_reads_the_series_with_its_exceptions(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    where = str(post(officer, "/meetings/series/new", **SERIES, ends_on=str(date.today() + timedelta(days=150))).location)
    ids = world.admin.execute("select meeting_id::text, occurs_on from meeting order by occurs_on").fetchall()
    send(officer, f"/meetings/{ids[1][0]}", "cancel")
    moved = {**GOOD, "title": "Monthly round", "on": str(ids[2][1] + timedelta(days=1)), "version": "1"}
    post(officer, f"/meetings/{ids[2][0]}/edit", **moved)
    answer = officer.get(f"{where}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "BEGIN:VTIMEZONE" in answer.text and "TZID=America/Toronto" in answer.text
    master, exception = events(answer.data)
    zone = ZoneInfo("America/Toronto")
    found = [moment.astimezone(zone).date() for moment in master.getrruleset(addRDate=True)]
    assert found == [day for _id, day in ids if day != ids[1][1]]
    assert master.dtstart.value.astimezone(zone).strftime("%H:%M") == "09:30"
    assert exception.uid.value == master.uid.value
    assert exception.recurrence_id.value.astimezone(zone).date() == ids[2][1]
    assert exception.dtstart.value.astimezone(UTC) == datetime.combine(
        ids[2][1] + timedelta(days=1), datetime(2000, 1, 1, 9).time(), zone).astimezone(UTC)  # fmt: skip


def test_a_meeting_is_a_file_for_calendars(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    title = "Round; with, commas and a very long title that must be folded — žluťoučký кот 🕊 and more words"
    where = str(post(officer, "/meetings/new", **{**GOOD, "title": title, "on": "2030-07-02", "agenda": "Secret point"}).location)
    answer = officer.get(f"{where}.ics")
    (event,) = events(answer.data)
    assert event.summary.value == title and event.location.value == "City hall"
    assert event.dtstart.value.astimezone(UTC) == datetime(2030, 7, 2, 13, 0, tzinfo=UTC)
    assert event.dtend.value.astimezone(UTC) == datetime(2030, 7, 2, 14, 30, tzinfo=UTC)
    assert "Secret" not in answer.text and "METHOD" not in answer.text


def test_a_feed_follows_the_rights_of_its_person_and_ends_at_once(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    person = str(world.actor("toronto", "officer").person_id)
    post(officer, "/meetings/new", **GOOD, person_ids=[person])
    where = str(post(officer, "/meetings/new", **{**GOOD, "title": "Without me"}).location)
    send(officer, where, "minutes", body="Secret words", version="0")
    assert post(officer, "/meetings/calendar", name="").status_code == 400
    made = [post(officer, "/meetings/calendar", name="Phone"), post(officer, "/meetings/calendar", name="All", holds_all="1")]
    tokens = [re.search(r"/calendar/([\w-]{43})\.ics", page.text) for page in made]
    assert tokens[0] and tokens[1]
    mine, everything = (f"/calendar/{token[1]}.ics" for token in tokens if token)
    assert tokens[0][1] not in officer.get("/meetings/calendar").text
    stored = world.admin.execute("select feed_id::text, token_hash::text from calendar_feed order by 1").fetchall()
    assert tokens[0][1] not in str(stored)
    visitor = app.test_client()
    answer = visitor.get(mine)
    assert answer.status_code == 200 and answer.content_type.startswith("text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [event.summary.value for event in events(answer.data)] == ["Round of partners"]
    titles = [event.summary.value for event in events(visitor.get(everything).data)]
    assert sorted(titles) == ["Round of partners", "Without me"]
    assert "Secret" not in visitor.get(everything).text and person not in visitor.get(everything).text
    send(officer, where, "cancel")
    states = {event.summary.value: event.status.value for event in events(visitor.get(everything).data)}
    assert states == {"Round of partners": "CONFIRMED", "Without me": "CANCELLED"}
    # Somebody else can't end it; its person can, and leaving the city ends it too.
    mayor = sign_in(app, world, "toronto", "mayor")
    assert post(mayor, f"/meetings/calendar/{stored[0][0]}/revoke", page="/account").status_code == 404
    assert "Phone" not in mayor.get("/meetings/calendar").text
    post(officer, f"/meetings/calendar/{stored[0][0]}/revoke", page="/meetings/calendar")
    assert visitor.get(mine).status_code == 404 and visitor.get(everything).status_code == 200
    assert visitor.get("/calendar/guessed.ics").status_code == 404
    world.admin.execute("update person set disabled_at = now() where person_id = %s", (person,))
    assert visitor.get(everything).status_code == 404
    world.admin.execute("update person set disabled_at = null where person_id = %s", (person,))
    world.admin.execute("delete from membership where person_id = %s", (person,))
    assert visitor.get(everything).status_code == 404


def test_the_feed_of_an_empty_city_is_a_calendar(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    token = re.search(r"/calendar/([\w-]{43})\.ics", post(officer, "/meetings/calendar", name="Phone").text)
    assert token
    assert events(app.test_client().get(f"/calendar/{token[1]}.ics").data) == []


def test_a_partners_feed_holds_what_their_partner_is_invited_to(app: Flask, world: World) -> None:
    own, other = add_partner(world, "toronto", "Own"), add_partner(world, "toronto", "Other")
    person = world.actor("toronto", "partner")
    row = world.admin.execute("select email from person where person_id = %s", (person.person_id,)).fetchone()
    assert row
    world.admin.execute("insert into partner_person values (%s, %s, %s)", (world.ids["toronto"], own, row[0]))
    add_meeting(world, "toronto", "Ours", partners=[own])
    add_meeting(world, "toronto", "Theirs", partners=[other])
    client = sign_in(app, world, "toronto", "partner")
    token = re.search(r"/calendar/([\w-]{43})\.ics", post(client, "/meetings/calendar", name="Phone", holds_all="1").text)
    assert token
    titles = [event.summary.value for event in events(app.test_client().get(f"/calendar/{token[1]}.ics").data)]
    assert titles == ["Ours"]


def test_invitations_changes_and_cancellations_go_out_by_mail(app: Flask, world: World, mails: Path) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    partner, other = add_partner(world, "toronto", "House", "house@side.example"), add_partner(world, "toronto", "No mail")
    colleague = world.actor("toronto", "mayor").person_id
    silent = world.actor("toronto", "analyst").person_id
    world.admin.execute("insert into mail_choice values (%s, %s, 'none')", (world.ids["toronto"], silent))
    where = str(post(officer, "/meetings/new", **GOOD).location)
    assert send(officer, where, "send").status_code == 422
    invited = {"partner_ids": [partner, other], "person_ids": [str(colleague), str(silent)]}
    post(officer, f"{where}/edit", **{**GOOD, "version": "1"}, **invited)
    work(app)
    assert read_mails(mails) == []
    send(officer, where, "send")
    work(app)
    found = read_mails(mails)
    assert len(found) == 2 and found[0]["To"] == "house@side.example"
    assert found[0]["Subject"] == "Invitation: Round of partners"
    assert "City hall" in found[0].get_body(("plain",)).get_content() and "Welcome" not in str(found[0])
    part = found[0].get_body(("calendar",)) or next(p for p in found[0].walk() if p.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    content = part.get_content().replace("\r\n", "\n").replace("\n", "\r\n")
    calendar = vobject.readOne(content)
    assert calendar.method.value == "REQUEST"
    event = calendar.vevent
    assert event.attendee.value == "mailto:house@side.example" and event.organizer.value == "mailto:concord@localhost"
    assert len(event.contents["attendee"]) == 1 and event.sequence.value == "0"
    uid = event.uid.value
    version = world.admin.execute("select version::text from meeting").fetchone()
    assert version
    changed = {**GOOD, "place": "Library", "version": version[0], "partner_ids": [other], "person_ids": [str(colleague)]}
    post(officer, f"{where}/edit", **changed)
    work(app)
    found = read_mails(mails)
    methods = {str(m["To"]): next(p for p in m.walk() if p.get_content_type() == "text/calendar") for m in found}
    assert methods["house@side.example"].get_param("method") == "CANCEL"
    (to_colleague,) = (part for to, part in methods.items() if to != "house@side.example")
    event = vobject.readOne(to_colleague.get_content()).vevent
    assert (event.sequence.value, event.location.value, event.uid.value) == ("1", "Library", uid)
    assert send(officer, where, "archive").status_code == 422
    send(officer, where, "cancel")
    work(app)
    (cancelled,) = read_mails(mails)
    assert cancelled["Subject"] == "Cancelled: Round of partners"
    event = vobject.readOne(next(p for p in cancelled.walk() if p.get_content_type() == "text/calendar").get_content()).vevent
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "2")
    assert send(officer, where, "send").status_code == 422


def test_each_address_of_a_partner_gets_a_mail_of_its_own(app: Flask, world: World, mails: Path) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    partner = add_partner(world, "toronto", "House", "House@side.example")
    for email_address in ("ana@side.example", "house@side.example"):
        world.admin.execute("insert into partner_person values (%s, %s, %s)", (world.ids["toronto"], partner, email_address))
    where = str(post(officer, "/meetings/new", **GOOD, partner_ids=[partner]).location)
    send(officer, where, "send")
    jobs = str(world.admin.execute("select args from procrastinate.procrastinate_jobs").fetchall())
    assert jobs.count("mail_invitation") == 0 and "side.example" not in jobs and jobs.count("REQUEST") == 2
    world.admin.execute("delete from partner_person where email = 'ana@side.example'")
    work(app)
    assert [mail["To"] for mail in read_mails(mails)] == ["house@side.example"]


def test_nobody_is_invited_to_what_is_over(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    partner = add_partner(world, "toronto", "House", "house@side.example")
    where = f"/meetings/{add_meeting(world, 'toronto', 'Over', LATELY, [partner])}"
    assert send(officer, where, "send").status_code == 422
    assert SOON > LATELY


EVIL = "Round\r\nBcc: all@evil.example\r\nATTENDEE:mailto:all@evil.example"


def test_a_title_of_several_lines_neither_breaks_a_calendar_nor_begins_a_header(
    app: Flask, world: World, mails: Path
) -> None:
    """One such title kept everybody's calendar from being made."""
    officer = sign_in(app, world, "toronto", "officer")
    partner = add_partner(world, "toronto", "House of Youth")
    world.admin.execute("update partner set email = 'house@youth.example'")
    typed = post(officer, "/meetings/new", **{**GOOD, "title": EVIL, "place": "Hall\nX-EVIL:1"}, partner_ids=[partner])
    kept = world.admin.execute("select title, place from meeting").fetchone()
    assert kept == (EVIL.replace("\r\n", " "), "Hall X-EVIL:1")
    stored = add_meeting(world, "toronto", EVIL, partners=[partner])
    token = re.search(r"/calendar/([\w-]{43})\.ics", post(officer, "/meetings/calendar", name="Phone", holds_all="1").text)
    assert token
    answer = app.test_client().get(f"/calendar/{token[1]}.ics")
    assert answer.status_code == 200 and len(events(answer.data)) == 2
    for where in (str(typed.location), f"/meetings/{stored}"):
        (event,) = events(officer.get(f"{where}.ics").data)
        assert not hasattr(event, "attendee") and "\n" not in event.summary.value
        send(officer, where, "send")
    work(app)
    found = [mail for mail in read_mails(mails) if mail["To"] == "house@youth.example"]
    assert len(found) == 2
    assert all(mail["Bcc"] is None and "Round Bcc: all" in mail["Subject"] for mail in found)

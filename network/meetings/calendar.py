"""Meetings in the form that calendar programs read: iCalendar (RFC 5545) and iTIP (RFC 5546).

A calendar leaves the platform, so an event holds its title, time and place and a link, nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur

from network.meetings.models import Meeting, MeetingSeries
from network.meetings.rhythm import Rhythm, place_in_time
from network.meetings.timezones import describe_zone

PRODUCT = "-//Concord//Meetings//EN"


@dataclass(frozen=True)
class Invitation:
    """What makes a calendar a message to one person: REQUEST or CANCEL, from whom, to whom."""

    method: str
    organizer: str
    attendee: str


def make_calendar(
    meetings: Iterable[Meeting], *, name: str, zone: ZoneInfo, site: str, invitation: Invitation | None = None
) -> bytes:
    """A calendar with one event for each meeting, in the city's time zone, which is described in it."""
    calendar = _empty(name, zone)
    if invitation is not None:
        calendar.add("method", invitation.method)
    for meeting in meetings:
        event = _event(meeting, zone, site)
        if invitation is not None:
            event.add("organizer", vCalAddress(f"mailto:{invitation.organizer}"))
            attendee = vCalAddress(f"mailto:{invitation.attendee}")
            attendee.params["PARTSTAT"] = "NEEDS-ACTION"
            attendee.params["ROLE"] = "REQ-PARTICIPANT"
            event.add("attendee", attendee)
            if invitation.method == "CANCEL":
                event["STATUS"] = "CANCELLED"
        calendar.add_component(event)
    return _written(calendar, zone)


def make_series_calendar(
    series: MeetingSeries, meetings: Sequence[Meeting], *, zone: ZoneInfo, site: str
) -> bytes:
    """A calendar with the series as one recurring event; meetings that were moved stand beside it
    as exceptions, cancelled ones are left out."""
    calendar = _empty(series.title, zone)
    rhythm = Rhythm(series.rhythm, series.weekday, series.week_of_month)
    event = Event()
    first = next(rhythm.days(series.starts_on), series.starts_on)
    begin = _slot(series, first, zone)
    event.add("uid", f"{series.series_id}@concord")
    event.add("summary", _line(series.title))
    event.add("dtstamp", series.updated_at.astimezone(UTC))
    event.add("dtstart", begin)
    event.add("duration", timedelta(minutes=series.minutes))
    if series.place:
        event.add("location", _line(series.place))
    event.add("url", f"{site}/meetings/series/{series.series_id}")
    rule = vRecur.from_ical(series.rrule)
    if series.ends_on is not None:
        rule["UNTIL"] = [_slot(series, series.ends_on, zone).replace(hour=23, minute=59).astimezone(UTC)]
    event.add("rrule", rule)
    calendar.add_component(event)
    days = set()
    last = max((m.occurs_on for m in meetings if m.occurs_on is not None), default=first)
    for day in rhythm.days(series.starts_on, last):
        days.add(day)
    left_out = []
    for meeting in meetings:
        if meeting.occurs_on is None or meeting.occurs_on not in days:
            continue
        slot = _slot(series, meeting.occurs_on, zone)
        if meeting.status == "cancelled" or meeting.archived_at is not None:
            left_out.append(slot)
            continue
        expected = place_in_time(meeting.occurs_on, series.start_time, series.minutes, zone)
        if (meeting.starts_at, meeting.ends_at, meeting.title, meeting.place) == (
            *expected, series.title, series.place
        ):  # fmt: skip
            continue
        changed = _event(meeting, zone, site)
        changed["UID"] = f"{series.series_id}@concord"
        changed.add("recurrence-id", slot)
        calendar.add_component(changed)
    if left_out:
        event.add("exdate", left_out)
    return _written(calendar, zone)


def _line(text: str) -> str:
    """A text as one line: one title with a break in it would keep a whole calendar from being made."""
    return " ".join(text.split())


def _slot(series: MeetingSeries, day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, series.start_time, zone)


def _empty(name: str, zone: ZoneInfo) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _line(name))
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", timedelta(hours=4), parameters={"VALUE": "DURATION"})
    return calendar


def _event(meeting: Meeting, zone: ZoneInfo, site: str) -> Event:
    event = Event()
    event.add("uid", f"{meeting.meeting_id}@concord")
    event.add("summary", _line(meeting.title))
    event.add("dtstamp", meeting.updated_at.astimezone(UTC))
    event.add("last-modified", meeting.updated_at.astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    if meeting.place:
        event.add("location", _line(meeting.place))
    event.add("sequence", meeting.sequence)
    event.add("status", "CANCELLED" if meeting.status == "cancelled" else "CONFIRMED")
    event.add("url", f"{site}/meetings/{meeting.meeting_id}")
    return event


def _written(calendar: Calendar, zone: ZoneInfo) -> bytes:
    years = [component.decoded("dtstart").year for component in calendar.walk("VEVENT")]
    if years and zone.key != "UTC":
        goes_on = any("RRULE" in component for component in calendar.walk("VEVENT"))
        described = describe_zone(zone, min(years) - 1, max(years) + (10 if goes_on else 1))
        calendar.subcomponents.insert(0, described)
    content: bytes = calendar.to_ical()
    return content

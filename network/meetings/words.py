"""When a meeting is, in words, by the clock of its city."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_time

from network.kernel.locale import reader_locale
from network.meetings.models import Meeting


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Day and time of day in a time zone, in the reader's language."""
    local, locale = value.astimezone(zone), reader_locale()
    return f"{format_skeleton('yMMMEd', local, locale=locale)}, {format_time(local.time(), 'short', locale=locale)}"


def span(meeting: Meeting, zone: ZoneInfo) -> str:
    """From when to when; the day of the end only where it is another one."""
    start, end = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    last = format_time(end.time(), "short", locale=reader_locale()) if start.date() == end.date() else moment(end, zone)
    return f"{moment(start, zone)} – {last}"

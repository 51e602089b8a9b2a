"""The rhythm of a series: a simple choice, the RFC 5545 rule that it means, and its days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

_PARTS = {
    "weekly": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
}
BY_MONTH = frozenset({"monthly", "quarterly"})


@dataclass(frozen=True)
class Rhythm:
    """Which days a series meets on: a weekday every so often, by months on its n-th in the month."""

    rhythm: str
    weekday: str
    week_of_month: int | None = None

    @property
    def rrule(self) -> str:
        """The rule as RFC 5545 writes it, without an end."""
        week = "" if self.week_of_month is None else str(self.week_of_month)
        return f"{_PARTS[self.rhythm]};BYDAY={week}{self.weekday}"

    def days(self, starts_on: date, ends_on: date | None = None) -> Iterator[date]:
        """The days from ``starts_on`` on, to ``ends_on`` if there is one, else without an end.

        The first is the first fitting day, from which the longer rhythms count.
        """
        shorter = {"fortnightly": "weekly", "quarterly": "monthly"}.get(self.rhythm, self.rhythm)
        closest = Rhythm(shorter, self.weekday, self.week_of_month).rrule
        begin = datetime.combine(starts_on, time())
        rule: Any = rrulestr(closest, dtstart=begin)
        first = rule.after(begin, inc=True)
        found = (moment.date() for moment in rrulestr(self.rrule, dtstart=first))
        return takewhile(lambda day: ends_on is None or day <= ends_on, found)


def place_in_time(day: date, start: time, minutes: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Begin and end in UTC of something that begins at a time of day in a time zone.

    A time of day that the change of clocks leaves out is the one that the clock shows instead.
    """
    begin = datetime.combine(day, start, zone).astimezone(UTC)
    return begin, begin + timedelta(minutes=minutes)

"""A month as weeks of days, with what is planned on each."""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from network.communications.models import PlannedMessage


@dataclass(frozen=True)
class Day:
    """One day of the page; ``is_outside`` for days of the months before and after."""

    day: date
    is_outside: bool
    messages: list[PlannedMessage]


@dataclass(frozen=True)
class Month:
    """A month with its weeks and its neighbours, as the first days of months."""

    first: date
    previous: date
    following: date
    weeks: list[list[Day]]


def read_month(text: str) -> date:
    """The first day of a month written as YYYY-MM; of this month for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return date.today().replace(day=1)
    return found if 1970 <= found.year <= 2200 else date.today().replace(day=1)


def month_days(first: date, first_weekday: int) -> list[list[date]]:
    """The weeks that a month touches, from a weekday on (Monday is 0)."""
    return calendar.Calendar(first_weekday).monthdatescalendar(first.year, first.month)


def make_month(first: date, first_weekday: int, messages: Iterable[PlannedMessage]) -> Month:
    """A month with the messages on their days; those of other days are left out."""
    planned: dict[date, list[PlannedMessage]] = defaultdict(list)
    for message in messages:
        planned[message.planned_on].append(message)
    weeks = [
        [Day(day, day.month != first.month, planned[day]) for day in week] for week in month_days(first, first_weekday)
    ]
    return Month(
        first, (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1), weeks
    )

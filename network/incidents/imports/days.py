"""Days and times as files write them."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

_CLOCK = r"(?:[T ,]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?)?$"
_YEAR_FIRST = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _CLOCK)
_YEAR_LAST = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + _CLOCK)
_ZONED = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$")


class Unclear(ValueError):
    """A day that can be read in two ways."""


def find_order(values: Iterable[str]) -> str | None:
    """Which comes first in days such as 04/05/2024: "dmy", "mdy", "" where no value needs an
    answer, None where the values fit both."""
    needs_answer = False
    for value in values:
        if not (found := _YEAR_LAST.match(value)):
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 and second <= 12:
            return "dmy"
        if second > 12 and first <= 12:
            return "mdy"
        # Days with dots are written with the day first wherever dots are used.
        needs_answer = needs_answer or (found[2] != "." and first != second)
    return None if needs_answer else ""


def tidy_day(value: str, *, order: str, zone: ZoneInfo) -> tuple[str, str]:
    """Day as YYYY-MM-DD and time as HH:MM, or "" for no time; what is no day comes back as it is.

    A moment with a time zone is turned into the local time of ``zone``. Unclear for a day that
    needs an ``order`` where none is given.
    """
    if _ZONED.match(value):
        moment = datetime.fromisoformat(value).astimezone(zone)
        return moment.date().isoformat(), f"{moment:%H:%M}"
    if found := _YEAR_FIRST.match(value):
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}", _clock(found[4], found[5], found[6])
    if found := _YEAR_LAST.match(value):
        first, second = int(found[1]), int(found[3])
        if not order and found[2] != "." and first != second and first <= 12 and second <= 12:
            raise Unclear(value)
        is_day_first = order == "dmy" or (not order and (found[2] == "." or first > 12))
        day, month = (first, second) if is_day_first else (second, first)
        return f"{found[4]}-{month:02d}-{day:02d}", _clock(found[5], found[6], found[7])
    return value, ""


def _clock(hour: str | None, minute: str | None, half: str | None) -> str:
    """Midnight is what systems write when they know no time, so it is none."""
    if hour is None:
        return ""
    number = int(hour) % 12 + 12 * half.lower().startswith("p") if half else int(hour)
    return "" if (number, minute) == (0, "00") else f"{number:02d}:{minute}"


def tidy_time(value: str) -> str:
    """HH:MM of 754, 7:54, 07:54:00 or 7:54 PM; anything else comes back as it is."""
    if value.isdecimal() and len(value) <= 4:
        return f"{int(value) // 100:02d}:{int(value) % 100:02d}"
    if found := re.match(r"^(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?$", value):
        hour = int(found[1]) % 12 + 12 * found[3].lower().startswith("p") if found[3] else int(found[1])
        return f"{hour:02d}:{found[2]}"
    if found := _YEAR_FIRST.match(value) or _YEAR_LAST.match(value):
        return _clock(*found.groups()[-3:]) or "00:00"
    return value

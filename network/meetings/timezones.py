"""The description of a time zone that RFC 5545 wants in a calendar (VTIMEZONE).

Each change of clocks is an observance of its own: some widely used programs read neither lists of
dates (RDATE) nor zones that they have no rule for.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments, in UTC and to the minute, from which the clock of a zone shows something else."""
    day = begin
    while day < end:
        following = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            before, after = day, following
            while after - before > timedelta(minutes=1):
                middle = before + (after - before) / 2
                middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
                if middle.astimezone(zone).utcoffset() == day.astimezone(zone).utcoffset():
                    before = middle
                else:
                    after = middle
            yield after
        day = following


def _observance(zone: ZoneInfo, moment: datetime, before: timedelta) -> TimezoneStandard | TimezoneDaylight:
    local = moment.astimezone(zone)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    # RFC 5545 3.6.5: the beginning is told by the clock as it was before the change.
    part.add("dtstart", (moment + before).replace(tzinfo=None))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", local.utcoffset())
    part.add("tzname", local.tzname() or zone.key)
    return part


@lru_cache(maxsize=256)
def describe_zone(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    """A VTIMEZONE that holds from the beginning of one year to the end of another; not to be changed."""
    described = Timezone()
    described.add("tzid", zone.key)
    begin = datetime(first_year, 1, 1, tzinfo=UTC)
    offset = begin.astimezone(zone).utcoffset() or timedelta()
    described.add_component(_observance(zone, begin, offset))
    for moment in _changes(zone, begin, datetime(last_year + 1, 1, 1, tzinfo=UTC)):
        described.add_component(_observance(zone, moment, offset))
        offset = moment.astimezone(zone).utcoffset() or timedelta()
    return described

"""Answers to "how many, when, of what kind, where", by the number of cells, not of incidents."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import text

from network.kernel.db import db
from network.kernel.errors import ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, Scope, narrow_to_cities
from network.trends.disclosure import publish


class Interval(StrEnum):
    """Length of one period; TOTAL makes one of the whole span, widened to whole months."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TOTAL = "total"


class GroupBy(StrEnum):
    """What the series of an answer stand for."""

    CITY = "city"
    COUNTRY = "country"
    BIAS = "bias"
    KIND = "kind"
    SEVERITY = "severity"


MOST_PERIODS = 400


@dataclass(frozen=True)
class TrendRequest:
    """A question. Days are inclusive and widened to whole intervals; empty filters ask for all.

    Day and week intervals leave out incidents that are dated to a month or year only, month and
    quarter those dated to a year only.
    """

    date_from: date
    date_to: date
    interval: Interval = Interval.MONTH
    group_by: GroupBy | None = None
    kinds: tuple[str, ...] = ()
    biases: tuple[str, ...] = ()
    severities: tuple[int, ...] = ()
    city_ids: tuple[uuid.UUID, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    """One period of a series; the rate is None where there is no population."""

    period: date
    count: int
    rate: float | None


@dataclass(frozen=True)
class Series:
    """One line of an answer: its key (code, country or city id; "" for the whole) and points."""

    key: str
    label: str
    population: int | None
    points: list[Point]


@dataclass(frozen=True)
class CoveredCity:
    """A city whose incidents the figures include, since when it shares them."""

    city_id: uuid.UUID
    name: str
    country: str
    population: int
    since: datetime | None


@dataclass(frozen=True)
class Trend:
    """An answer with the cities that it covers. ``is_protected``: the counts carry noise."""

    periods: list[date]
    series: list[Series]
    coverage: list[CoveredCity]
    is_protected: bool
    population: int = field(default=0)


def floor_period(day: date, interval: Interval) -> date:
    """The first day of the interval in which a day lies; weeks begin on Monday."""
    if interval is Interval.WEEK:
        return day - timedelta(days=day.weekday())
    if interval in (Interval.MONTH, Interval.TOTAL):
        return day.replace(day=1)
    if interval is Interval.QUARTER:
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if interval is Interval.YEAR:
        return day.replace(month=1, day=1)
    return day


def next_period(day: date, interval: Interval) -> date:
    """The first day of the interval after the one that begins on ``day``."""
    if interval is Interval.DAY:
        return day + timedelta(days=1)
    if interval is Interval.WEEK:
        return day + timedelta(days=7)
    months = {Interval.MONTH: 1, Interval.QUARTER: 3, Interval.YEAR: 12}[interval]
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _periods(request: TrendRequest) -> list[date]:
    if request.date_to < request.date_from:
        raise ValidationFailed({"to": [_("The end lies before the start.")]})
    if request.date_from.year < 1900 or request.date_to.year > 2200:
        raise ValidationFailed({"from": [_("Choose years between 1900 and 2200.")]})
    if request.interval is Interval.TOTAL:
        return [floor_period(request.date_from, request.interval)]
    day, periods = floor_period(request.date_from, request.interval), []
    while day <= request.date_to:
        periods.append(day)
        if len(periods) > MOST_PERIODS:
            raise ValidationFailed(
                {"interval": [_("Ask for at most %(count)s periods.", count=MOST_PERIODS)]}
            )
        day = next_period(day, request.interval)
    return periods


def list_coverage(*, actor: Actor) -> list[CoveredCity]:
    """The cities whose counts the caller may see: itself, or those that agreed."""
    if actor.scope is Scope.CITY:
        rows = db.session.execute(
            text(
                "select c.city_id, o.name, c.country, c.population, null from city c join organisation o"
                " on o.organisation_id = c.city_id where c.city_id = :org"
            ),
            {"org": actor.organisation_id},
        ).all()
    else:
        rows = db.session.execute(
            text(
                "select c.city_id, o.name, c.country, c.population, a.valid_from"
                " from sharing_agreement a join city c on c.city_id = a.city_id"
                " join organisation o on o.organisation_id = c.city_id"
                " where a.recipient_id = :org and 'counts' = any(a.grants) and a.revoked_at is null"
                " and a.valid_from <= now() and (a.valid_until is null or a.valid_until > now())"
                " order by o.name, c.city_id"
            ),
            {"org": actor.organisation_id},
        ).all()
    return [CoveredCity(*row) for row in rows]


def get_trend(request: TrendRequest, *, actor: Actor) -> Trend:
    """Counts and rates per 100,000 inhabitants, one series for each group, zero periods included.

    Exact for a city about itself; for nations and the network protected by the cell key method, so
    that sums of parts differ a little from their wholes.
    ValidationFailed names the argument that can't be answered.
    """
    if len(request.biases) > 1 and request.group_by is not GroupBy.BIAS:
        # An incident with two of them would count twice in a sum.
        raise ValidationFailed({"biases": [_("Ask for one bias, or group by bias.")]})
    periods = _periods(request)
    is_city = actor.scope is Scope.CITY
    secret = None if is_city else _settle_and_get_secret()
    coverage = [
        city for city in list_coverage(actor=actor)
        if (not request.city_ids or city.city_id in request.city_ids)
        and (not request.countries or city.country in request.countries)
    ]  # fmt: skip
    by_city = is_city or bool(request.city_ids) or request.group_by is GroupBy.CITY
    by_city = by_city or request.interval in (Interval.DAY, Interval.WEEK)
    if by_city and not is_city:
        narrow_to_cities([city.city_id for city in coverage])
    counts = _count(request, periods, by_city=by_city, actor=actor, secret=secret) if coverage else {}
    names = {str(city.city_id): city.name for city in coverage}
    series = []
    for key in _keys(request, coverage, counts):
        people = _population(request.group_by, key, coverage)
        points = []
        for period in periods:
            count = counts.get((key, period), 0)
            points.append(Point(period, count, round(count * 1e5 / people, 3) if people else None))
        series.append(Series(key, names.get(key, key), people, points))
    return Trend(periods, series, coverage, not is_city, sum(city.population for city in coverage))


def _settle_and_get_secret() -> bytes:
    """Put agreements into effect whose day has come; the secret of the noise."""
    row = db.session.execute(text("select settle_agreements(), cell_key_secret()")).one()
    return bytes(row[1])


def _population(group_by: GroupBy | None, key: str, coverage: list[CoveredCity]) -> int:
    return sum(
        city.population for city in coverage
        if not (group_by is GroupBy.CITY and str(city.city_id) != key)
        and not (group_by is GroupBy.COUNTRY and city.country != key)
    )  # fmt: skip


def _keys(
    request: TrendRequest, coverage: list[CoveredCity], counts: dict[tuple[str, date], int]
) -> list[str]:
    if request.group_by is None:
        return [""]
    if request.group_by is GroupBy.CITY:
        return [str(city.city_id) for city in coverage]
    if request.group_by is GroupBy.COUNTRY:
        return sorted({city.country for city in coverage})
    # A key without any published incident says nothing, so that a noise of zero can't be told from none.
    found = {key for (key, _period), count in counts.items() if count}
    return sorted(found | {str(v) for v in request.biases if request.group_by is GroupBy.BIAS})


_GROUPS = {
    GroupBy.CITY: "t.city_id::text", GroupBy.COUNTRY: "", GroupBy.BIAS: "t.bias",
    GroupBy.KIND: "t.kind", GroupBy.SEVERITY: "t.severity::text",
}  # fmt: skip


def _count(
    request: TrendRequest, periods: list[date], *, by_city: bool, actor: Actor, secret: bytes | None
) -> dict[tuple[str, date], int]:
    """Counts by key and period, zeros left out; with a secret, sums of published cells."""
    group = _GROUPS[request.group_by] if request.group_by else "''"
    if by_city:
        source, country = "trend_cell t join city c on c.city_id = t.city_id", "c.country"
        where = ["t.city_id = :org"] if actor.scope is Scope.CITY else []
    else:
        source, where, country = "shared_trend_cell t", ["t.organisation_id = :org"], "t.country"
        if request.countries:
            where.append("t.country = any(:countries)")
    if request.group_by is GroupBy.COUNTRY:
        group = country
    grains = {"day": ["day"], "week": ["day"], "year": ["month", "year"], "total": ["month", "year"]}
    end = request.date_to.replace(day=1) if request.interval is Interval.TOTAL else periods[-1]
    end = next_period(end, Interval.MONTH if request.interval is Interval.TOTAL else request.interval)
    where += ["t.grain = any(:grains)", "t.period >= :first", "t.period < :end"]
    if request.group_by is GroupBy.BIAS:
        where.append("t.bias = any(:biases)" if request.biases else "t.bias <> '' and t.bias !~ '[.]'")
    else:
        where.append("t.bias = :bias")
    # What is asked for beyond one value or all of a dimension is a sum of cells of one value each.
    parts = []
    for column, values in (("t.kind", request.kinds), ("t.severity", request.severities)):
        if values:
            where.append(f"{column} = any(:{column[2:]})")
        if len(values) > 1:
            parts.append(column)
    if request.city_ids:
        parts.append("t.city_id")
    elif len(request.countries) > 1:
        parts.append(country)
    if request.interval is Interval.TOTAL:
        # Whole calendar years are cells, and so are the months of the others.
        unit = "case when t.period >= :year_first and t.period < :year_end then 'year' else 'month' end"
        where.append("(t.grain = 'month' or t.period >= :year_first and t.period < :year_end)")
    else:
        unit = ":unit"
    year_first = date(periods[0].year + (periods[0] != date(periods[0].year, 1, 1)), 1, 1)
    parameters: dict[str, Any] = {
        "org": actor.organisation_id, "countries": list(request.countries),
        "grains": grains.get(request.interval.value, ["month"]), "first": periods[0], "end": end,
        "biases": list(request.biases), "bias": request.biases[0] if request.biases else "",
        "kind": list(request.kinds), "severity": list(request.severities), "unit": request.interval.value,
        "year_first": year_first, "year_end": date(end.year, 1, 1),
    }  # fmt: skip
    # Every part of the statement is a constant above; what callers ask for is bound. Deltas that
    # cancel out leave no key behind: it would tell of an incident that is not counted any more.
    columns = [group, f"date_trunc({unit}, t.period::timestamp)::date", *parts]
    statement = (
        f"select {group}, {columns[1]}, sum(t.incidents), sum(t.record_key)"
        f" from {source} where {' and '.join(where)}"
        f" group by {', '.join(str(i) if i < 3 else part for i, part in enumerate(columns, start=1))}"
        " having sum(t.incidents) <> 0"
    )
    counts: dict[tuple[str, date], int] = {}
    for key, period, incidents, cell_key in db.session.execute(text(statement), parameters):
        cell = key, periods[0] if request.interval is Interval.TOTAL else period
        exact = int(incidents)
        counts[cell] = counts.get(cell, 0) + (exact if secret is None else publish(exact, int(cell_key), secret))
    return counts

"""Reading kept profiles: a city its own, a nation and the network those that are shared with them."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import any_, func, literal, select

from network.cities.models import City
from network.identity.models import Organisation
from network.kernel.db import db
from network.kernel.paging import Page, encode_cursor, page_by_name
from network.kernel.tenancy import Actor
from network.readiness.models import ReadinessSnapshot
from network.readiness.rules import STATES, TOTALS, count_met, state_of
from network.sharing.models import SharingAgreement


@dataclass(frozen=True)
class ReadinessFilter:
    """Which cities are meant; an empty field asks for all."""

    text: str = ""
    country: str = ""


@dataclass(frozen=True)
class StepCount:
    """One step of a kept profile; ``state`` is a key of STATES."""

    number: int
    met: int
    total: int
    state: str


@dataclass(frozen=True)
class CityReadiness:
    """The latest profile that a city has kept; without one, ``taken_on`` is None and no step is begun."""

    city_id: uuid.UUID
    name: str
    country: str
    taken_on: date | None
    rules_version: int | None
    indicators: dict[str, bool]
    cursor: str = ""

    @property
    def steps(self) -> list[StepCount]:
        """The ten steps in their order; none without a profile."""
        return list_step_counts(self.indicators) if self.taken_on else []


@dataclass(frozen=True)
class StepSummary:
    """How many cities stand where in one step."""

    number: int
    cities: dict[str, int]


def list_step_counts(indicators: dict[str, Any]) -> list[StepCount]:
    """The ten steps of a kept profile."""
    return [
        StepCount(number, met, TOTALS[number], state_of(number, met, TOTALS[number]))
        for number, met in count_met(indicators).items()
    ]


def list_snapshots(*, actor: Actor, limit: int = 400) -> list[ReadinessSnapshot]:
    """The kept profiles of the acting city, the latest first."""
    query = (
        select(ReadinessSnapshot).where(ReadinessSnapshot.city_id == actor.organisation_id)
        .order_by(ReadinessSnapshot.taken_on.desc()).limit(limit)
    )  # fmt: skip
    return list(db.session.execute(query).scalars())


def _select(wanted: ReadinessFilter, actor: Actor) -> Any:
    latest = (
        select(ReadinessSnapshot.taken_on, ReadinessSnapshot.rules_version, ReadinessSnapshot.indicators)
        .where(ReadinessSnapshot.city_id == SharingAgreement.city_id)
        .order_by(ReadinessSnapshot.taken_on.desc()).limit(1).lateral("latest")
    )  # fmt: skip
    query = (
        select(
            SharingAgreement.city_id, Organisation.name, City.country, latest.c.taken_on,
            latest.c.rules_version, latest.c.indicators,
        )
        .join(Organisation, Organisation.organisation_id == SharingAgreement.city_id)
        .join(City, City.city_id == SharingAgreement.city_id)
        .outerjoin(latest, literal(True))
        .where(
            SharingAgreement.recipient_id == actor.organisation_id, SharingAgreement.revoked_at.is_(None),
            SharingAgreement.valid_from <= func.now(),
            func.coalesce(SharingAgreement.valid_until > func.now(), True),
            literal("readiness") == any_(SharingAgreement.grants),
        )
    )  # fmt: skip
    if wanted.text:
        query = query.where(Organisation.name.icontains(wanted.text, autoescape=True))
    if wanted.country:
        query = query.where(City.country == wanted.country)
    return query


def _city(row: Any) -> CityReadiness:
    cursor = encode_cursor(row[6], str(row[0])) if len(row) > 6 else ""
    return CityReadiness(row[0], row[1], row[2], row[3], row[4], row[5] or {}, cursor)


def list_readiness(
    wanted: ReadinessFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[CityReadiness]:
    """A page of the cities that share their readiness with the acting nation or network, by name.

    The order is the alphabet and never a score: the profile says where help is wanted, and it does not
    compare cities.
    """
    page = page_by_name(
        _select(wanted, actor), Organisation.name, SharingAgreement.city_id, after=after, before=before, limit=limit
    )
    return page.of([_city(row) for row in page.items])


def all_readiness(wanted: ReadinessFilter, *, actor: Actor, limit: int = 5000) -> list[CityReadiness]:
    """The same without pages, for a file or a summary."""
    query = _select(wanted, actor).order_by(Organisation.name, SharingAgreement.city_id).limit(limit)
    return [_city(row) for row in db.session.execute(query)]


def summarise(cities: list[CityReadiness]) -> list[StepSummary]:
    """How many of the cities with a profile stand where, for each step."""
    summaries = [StepSummary(number, dict.fromkeys(STATES, 0)) for number in TOTALS]
    for city in cities:
        for summary, step in zip(summaries, city.steps, strict=False):
            summary.cities[step.state] += 1
    return summaries

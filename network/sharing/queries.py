"""Which cities share with the acting nation or network."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, any_, func, literal, or_, select

from network.cities.models import City
from network.identity.models import Organisation
from network.kernel.db import db
from network.kernel.paging import Page, page_by_name
from network.kernel.tenancy import Actor
from network.sharing.models import SharingAgreement


@dataclass(frozen=True)
class CityFilter:
    """Which member cities are meant; an empty field asks for all."""

    text: str = ""
    country: str = ""
    grant: str = ""


@dataclass(frozen=True)
class MemberCity:
    """A city with an agreement in force: what it grants, since when, until when (None: open end)."""

    city_id: uuid.UUID
    name: str
    country: str
    population: int
    grants: list[str]
    since: datetime
    until: datetime | None
    signed_by: str


@dataclass(frozen=True)
class MemberTotals:
    """What the cities that share come to, and the countries that they lie in."""

    cities: int
    population: int
    countries: list[str]


def _in_force(actor: Actor) -> ColumnElement[bool]:
    return and_(
        SharingAgreement.recipient_id == actor.organisation_id,
        SharingAgreement.revoked_at.is_(None),
        SharingAgreement.valid_from <= func.now(),
        or_(SharingAgreement.valid_until.is_(None), SharingAgreement.valid_until > func.now()),
    )


def list_member_cities(
    wanted: CityFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[MemberCity]:
    """A page of the cities that have an agreement in force with the acting nation or network, by name.

    No others: who has no agreement does not learn that a city exists.
    """
    query = (
        select(SharingAgreement, Organisation.name, City.country, City.population)
        .join(Organisation, Organisation.organisation_id == SharingAgreement.city_id)
        .join(City, City.city_id == SharingAgreement.city_id)
        .where(_in_force(actor))
    )
    if wanted.text:
        query = query.where(Organisation.name.icontains(wanted.text, autoescape=True))
    if wanted.country:
        query = query.where(City.country == wanted.country)
    if wanted.grant:
        query = query.where(literal(wanted.grant) == any_(SharingAgreement.grants))
    page = page_by_name(
        query, Organisation.name, SharingAgreement.city_id, after=after, before=before, limit=limit
    )
    cities = []
    for agreement, name, country, population, *_key in page.items:
        cities.append(
            MemberCity(
                agreement.city_id, name, country, population, agreement.grants, agreement.valid_from,
                agreement.valid_until, agreement.signed_by_name,
            )
        )  # fmt: skip
    return page.of(cities)


def count_members(*, actor: Actor) -> MemberTotals:
    """How many cities share with the acting nation or network, with how many inhabitants, and where."""
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(City.population), 0), func.array_agg(City.country.distinct()))
        .select_from(SharingAgreement).join(City, City.city_id == SharingAgreement.city_id)
        .where(_in_force(actor))
    ).one()  # fmt: skip
    return MemberTotals(row[0], row[1], row[2] or [])

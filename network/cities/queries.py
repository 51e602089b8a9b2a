"""Reading what cities are, and for the operator which organisations there are."""

import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from network.cities.models import City, CityPopulation
from network.cities.names import fold
from network.identity.models import Membership, Organisation
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.paging import Page, page_by_name
from network.kernel.tenancy import Actor


def get_city(*, actor: Actor) -> City:
    """The acting city; NotFound for an actor that is none."""
    city = db.session.get(City, actor.organisation_id)
    if city is None:
        raise NotFound("city")
    return city


def get_time_zone(*, actor: Actor) -> ZoneInfo:
    """The time zone in which the acting city lives."""
    return ZoneInfo(get_city(actor=actor).time_zone)


def list_populations(city_id: uuid.UUID) -> list[CityPopulation]:
    """Every figure of a city's population that the caller may read, the latest year first.

    The first is the one that rates use; one whose year is not known comes last.
    """
    return list(
        db.session.execute(
            select(CityPopulation).where(CityPopulation.city_id == city_id)
            .order_by(CityPopulation.year.desc().nulls_last())
        ).scalars()
    )  # fmt: skip


@dataclass(frozen=True)
class OrganisationFilter:
    """Which organisations are meant; an empty field asks for all."""

    kind: str = ""
    country: str = ""
    text: str = ""
    closed: bool = False
    """The closed ones instead of the open ones."""


@dataclass(frozen=True)
class ListedOrganisation:
    """One line of the operator's list."""

    organisation: Organisation
    member_count: int


def list_organisations(
    wanted: OrganisationFilter, *, after: str = "", before: str = "", limit: int = 50
) -> Page[ListedOrganisation]:
    """A page of organisations by name, with the number of their people.

    The policies show all of them to the platform's operator, to anybody else only what is theirs.
    """
    members = (
        select(func.count()).select_from(Membership)
        .where(Membership.organisation_id == Organisation.organisation_id)
        .correlate(Organisation).scalar_subquery()
    )  # fmt: skip
    query = select(Organisation, members)
    query = query.where(Organisation.closed_at.is_not(None) if wanted.closed else Organisation.closed_at.is_(None))
    if wanted.kind:
        query = query.where(Organisation.kind == wanted.kind)
    if wanted.country:
        query = query.where(Organisation.country == wanted.country)
    if wanted.text:
        # The slug is the name without its accents.
        plain = fold(wanted.text).replace(" ", "-") or wanted.text
        query = query.where(
            or_(
                Organisation.name.icontains(wanted.text, autoescape=True),
                Organisation.slug.contains(plain, autoescape=True),
            )
        )
    page = page_by_name(
        query, Organisation.name, Organisation.organisation_id, after=after, before=before, limit=limit
    )
    return page.of([ListedOrganisation(row[0], row[1]) for row in page.items])


def get_organisation(organisation_id: uuid.UUID) -> tuple[Organisation, City | None]:
    """An organisation with its place if it is a city; NotFound if the caller may not see it."""
    row = db.session.execute(
        select(Organisation, City).outerjoin(City, City.city_id == Organisation.organisation_id)
        .where(Organisation.organisation_id == organisation_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("organisation")
    return row[0], row[1]


def find_organisation(slug: str) -> Organisation | None:
    """The organisation with a slug, if the caller may see it."""
    return db.session.execute(select(Organisation).where(Organisation.slug == slug)).scalar_one_or_none()


def find_member_cities(geoname_ids: list[int]) -> dict[int, uuid.UUID]:
    """Which places of the gazetteer are cities of the platform already, open or closed."""
    rows = db.session.execute(
        select(City.geoname_id, City.city_id).where(City.geoname_id.in_(geoname_ids))
    ).all()
    return {row[0]: row[1] for row in rows}

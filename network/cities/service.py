"""Creating, changing, closing and reopening organisations; the platform's operator alone may."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from network.cities.countries import name_country
from network.cities.facts import put_population
from network.cities.gazetteer import Place, gazetteer
from network.cities.models import City
from network.cities.names import fold
from network.cities.queries import get_organisation
from network.identity.models import Organisation
from network.identity.permissions import Permission
from network.identity.service import invite
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor

PLACE = ("latitude", "longitude", "time_zone")


def _check_operator(actor: Actor) -> None:
    if not actor.may(Permission.ORGANISATION_CREATE):
        raise NotFound("organisation")


def make_slug(name: str) -> str:
    """A clean address part for a name: lower-case ASCII letters, digits and hyphens."""
    plain = fold(name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or f"o-{uuid.uuid4().hex[:8]}"


def _free_slug(name: str, country: str | None) -> str:
    """A slug that nobody has: the name's, with the country or a number if need be."""
    slug = make_slug(name)
    taken = set(
        db.session.execute(
            select(Organisation.slug).where(Organisation.slug.startswith(slug, autoescape=True))
        ).scalars()
    )
    wanted = [slug, f"{slug}-{country.lower()}"] if country else [slug]
    wanted += [f"{wanted[-1]}-{number}" for number in range(2, len(taken) + 3)]
    return next(candidate for candidate in wanted if candidate not in taken)


def city_of_place(place: Place) -> dict[str, Any]:
    """What a place of the gazetteer says about a new city, as CitySchema returns it.

    GeoNames gives no year for a population; where it gives no population, there is none here either.
    """
    return {
        "name": place.name, "country": place.country, "population": place.population or None,
        "population_source": "GeoNames" if place.population else "", "latitude": place.latitude,
        "longitude": place.longitude, "time_zone": place.time_zone, "geoname_id": place.geoname_id,
    }  # fmt: skip


def create_organisation(
    kind: str, data: Mapping[str, Any], *, actor: Actor, is_demo: bool = False
) -> Organisation:
    """A city with its place, a national agency, the network or the platform.

    ``data`` is what the kind's schema in ``ORGANISATION_SCHEMAS`` returned. The first coordinator,
    if one is named, is invited by mail. NotFound for anybody but the operator; ValidationFailed if
    it is there already.
    """
    _check_operator(actor)
    if kind == "network":
        _check_only_network(None)
    name, country = data["name"].strip(), data.get("country")
    if data.get("geoname_id"):
        _check_place(data["geoname_id"], country)
    organisation = Organisation(
        kind=kind, name=name, slug=_free_slug(name, country), country=country, is_demo=is_demo
    )
    db.session.add(organisation)
    try:
        db.session.flush()
        if kind == "city":
            city = City(
                city_id=organisation.organisation_id, country=country, population=data["population"],
                geoname_id=data.get("geoname_id"), updated_by=actor.person_id,
                **{field: data[field] for field in PLACE},
            )  # fmt: skip
            db.session.add(city)
            db.session.flush()
            put_population(city, data, actor=actor)
            db.session.flush()
    except IntegrityError as error:
        raise _taken(error) from None
    if data.get("coordinator_email"):
        invite(
            email=data["coordinator_email"], role="coordinator", actor=actor,
            organisation_id=organisation.organisation_id,
        )  # fmt: skip
    return organisation


def _check_place(geoname_id: int, country: str | None) -> None:
    """A place of the gazetteer that lies in the country and is no city of the platform yet."""
    place = gazetteer().find(geoname_id)
    if place is None:
        raise ValidationFailed({"name": [_("The gazetteer has no place with this id.")]})
    if place.country != country:
        message = _("%(name)s lies in %(country)s.", name=place.name, country=name_country(place.country))
        raise ValidationFailed({"country": [message]})
    found = db.session.execute(
        select(Organisation).join(City, City.city_id == Organisation.organisation_id)
        .where(City.geoname_id == geoname_id)
    ).scalar_one_or_none()  # fmt: skip
    if found is not None and found.closed_at is None:
        raise ValidationFailed({"name": [_("This place is on the platform already: %(name)s.", name=found.name)]})
    if found is not None:
        message = _("This place was on the platform and is closed: reopen %(name)s instead.", name=found.name)
        raise ValidationFailed({"name": [message]})


def _check_only_network(but: uuid.UUID | None) -> None:
    found = db.session.execute(
        select(Organisation).where(
            Organisation.kind == "network", Organisation.closed_at.is_(None), Organisation.organisation_id != but
        )
    ).scalars().first()  # fmt: skip
    if found is not None:
        raise ValidationFailed({"name": [_("There is a network already: %(name)s.", name=found.name)]})


def _taken(error: IntegrityError) -> ValidationFailed:
    """What to tell about a constraint that was in the way; raises anything unforeseen."""
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", "")
    messages = {
        "organisation_name_key": _(
            "There is one of this name already, open or closed. Add what tells them apart, such as the region."
        ),
        "city_geoname_id_key": _("This place is on the platform already."),
        "organisation_slug_key": _("Somebody has just created one of this name. Look at the list and try again."),
    }
    if constraint not in messages:
        raise error
    return ValidationFailed({"name": [messages[constraint]]})


def version_of(organisation: Organisation, city: City | None) -> int:
    """What tells whether an organisation or its place has changed: both numbers only grow."""
    return organisation.version + (city.version if city else 0)


def change_organisation(
    organisation_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor
) -> Organisation:
    """Correct a name and, of a city, population, coordinates and time zone.

    ``data`` is what CityChangeSchema or NameSchema returned, ``version`` what ``version_of`` said
    when the caller read it; Conflict if it moved on since.
    """
    _check_operator(actor)
    organisation, city = get_organisation(organisation_id)
    if version_of(organisation, city) != version:
        raise Conflict(version_of(organisation, city))
    # Whoever comes second at the same moment finds another version and gives way.
    organisation.name = data["name"].strip()
    try:
        if city is not None:
            for field in PLACE:
                setattr(city, field, data[field])
            put_population(city, data, actor=actor)
            if db.session.is_modified(city):
                city.updated_at, city.updated_by = datetime.now(UTC), actor.person_id
        db.session.flush()
    except StaleDataError:
        raise Conflict(version + 1) from None
    except IntegrityError as error:
        if "city_population_year_key" in str(error.orig):
            raise Conflict(version + 1) from None
        raise _taken(error) from None
    return organisation


def close_organisation(organisation_id: uuid.UUID, *, actor: Actor) -> Organisation:
    """Let nobody act for an organisation from now on; its people, tokens and invitations stop.

    Its agreements end for good: reopening does not bring them back, a city signs anew. The
    database does that, since the operator sees no agreement. Refused for the platform itself.
    """
    _check_operator(actor)
    organisation = _locked(organisation_id)
    if organisation.kind == "platform":
        raise Refused(_("The platform itself can't be closed."))
    if organisation.closed_at is None:
        organisation.closed_at, organisation.closed_by = datetime.now(UTC), actor.person_id
        db.session.flush()
    return organisation


def reopen_organisation(organisation_id: uuid.UUID, *, actor: Actor) -> Organisation:
    """Undo closing: its people, tokens and open invitations work again; agreements stay ended."""
    _check_operator(actor)
    organisation = _locked(organisation_id)
    if organisation.closed_at is not None:
        if organisation.kind == "network":
            try:
                _check_only_network(organisation_id)
            except ValidationFailed as error:
                raise Refused(" ".join(error.errors["name"])) from None
        organisation.closed_at = organisation.closed_by = None
        db.session.flush()
    return organisation


def _locked(organisation_id: uuid.UUID) -> Organisation:
    found = db.session.get(Organisation, organisation_id, with_for_update=True)
    if found is None:
        raise NotFound("organisation")
    return found


def count_by_kind() -> dict[str, int]:
    """How many open organisations of each kind the caller may see."""
    rows = db.session.execute(
        select(Organisation.kind, func.count()).where(Organisation.closed_at.is_(None)).group_by(Organisation.kind)
    ).all()
    return {row[0]: row[1] for row in rows}

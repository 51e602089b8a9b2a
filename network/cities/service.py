"""Creating organisations; the platform operator alone may."""

import re
import unicodedata
import uuid
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import IntegrityError

from network.cities.models import City
from network.identity.models import Organisation
from network.kernel.db import db
from network.kernel.errors import ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor


def make_slug(name: str) -> str:
    """A clean address part for a name: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or f"o-{uuid.uuid4().hex[:8]}"


def create_organisation(
    *, kind: str, name: str, country: str | None, actor: Actor, is_demo: bool = False,
    population: int = 0, latitude: float = 0.0, longitude: float = 0.0, time_zone: str = "UTC",
    geoname_id: int | None = None,
) -> Organisation:  # fmt: skip
    """A city (with its place), a nation or the network; ValidationFailed if it is there already."""
    organisation = Organisation(kind=kind, name=name, slug=make_slug(name), country=country, is_demo=is_demo)
    db.session.add(organisation)
    try:
        db.session.flush()
        if kind == "city":
            ZoneInfo(time_zone)
            db.session.add(
                City(
                    city_id=organisation.organisation_id, country=country, population=population,
                    latitude=latitude, longitude=longitude, time_zone=time_zone, geoname_id=geoname_id,
                )  # fmt: skip
            )
            db.session.flush()
    except ZoneInfoNotFoundError:
        raise ValidationFailed({"time_zone": [_("There is no such time zone.")]}) from None
    except IntegrityError:
        raise ValidationFailed(
            {"name": [_("An organisation of this name exists already, or a value is not possible.")]}
        ) from None
    return organisation

"""Reading what the acting city is."""

from zoneinfo import ZoneInfo

from network.cities.models import City
from network.kernel.db import db
from network.kernel.errors import NotFound
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

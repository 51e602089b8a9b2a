"""What a city says of itself: its population by year and its time zone."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from network.cities.models import City, CityPopulation
from network.cities.queries import get_city, list_populations
from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor


def _own_city(version: int, actor: Actor) -> City:
    """The acting city as the caller read it; NotFound for who may not change it."""
    if not actor.may(Permission.CITY_MANAGE):
        raise NotFound("city")
    city = get_city(actor=actor)
    if city.version != version:
        raise Conflict(city.version)
    return city


def _save(city: City, actor: Actor) -> None:
    read_at = city.version
    city.updated_at, city.updated_by = datetime.now(UTC), actor.person_id
    try:
        db.session.flush()
    except (StaleDataError, IntegrityError):
        # Somebody else was faster by a moment: the city has moved on, or has a figure of that year.
        raise Conflict(read_at + 1) from None


def put_population(city: City, data: Mapping[str, Any], *, actor: Actor) -> None:
    """Keep a figure, in place of the one of the same year, and let rates use the latest year's.

    ``data`` is what PopulationSchema returned. Nothing changes if it is what stands there.
    """
    year, population = data.get("population_year"), data["population"]
    source = data.get("population_source") or ""
    figures = {figure.year: figure for figure in list_populations(city.city_id)}
    figure = figures.get(year)
    if figure is None:
        figure = CityPopulation(city_id=city.city_id, year=year, recorded_by=actor.person_id)
        db.session.add(figure)
        figures[year] = figure
    elif (figure.population, figure.source) == (population, source):
        return
    else:
        figure.recorded_at, figure.recorded_by = datetime.now(UTC), actor.person_id
    figure.population, figure.source = population, source
    _use_latest(city, list(figures.values()))


def _use_latest(city: City, figures: list[CityPopulation]) -> None:
    city.population = max(figures, key=lambda figure: figure.year or 0).population


def record_population(data: Mapping[str, Any], *, version: int, actor: Actor) -> City:
    """Add or correct a figure of the acting city; Conflict if the city moved on since ``version``.

    Rates of every period use the figure of the latest year, from the next question on.
    """
    city = _own_city(version, actor)
    put_population(city, data, actor=actor)
    _save(city, actor)
    return city


def remove_population(population_id: uuid.UUID, *, version: int, actor: Actor) -> City:
    """Take a wrong figure out. Refused for the only one, NotFound for another city's."""
    city = _own_city(version, actor)
    figures = list_populations(city.city_id)
    removed = [figure for figure in figures if figure.population_id == population_id]
    if not removed:
        raise NotFound("population")
    if len(figures) == 1:
        raise Refused(_("A city keeps at least one figure: record the right one first."))
    db.session.delete(removed[0])
    _use_latest(city, [figure for figure in figures if figure is not removed[0]])
    _save(city, actor)
    return city


def change_time_zone(time_zone: str, *, version: int, actor: Actor) -> City:
    """Move the acting city's clocks to another zone; ``time_zone`` is one that TimeZoneSchema passed.

    Incidents keep the day and the moment with which they were recorded, and so do all counts: a
    city that corrects its zone does not rewrite its past. New ones get their day in the new zone.
    """
    city = _own_city(version, actor)
    city.time_zone = time_zone
    _save(city, actor)
    return city

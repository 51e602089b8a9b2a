"""A city's page of facts about itself."""

import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.cities import facts, queries
from network.cities.countries import name_country
from network.cities.schemas import PopulationSchema, TimeZoneSchema
from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.web.access import current_actor, requires
from network.web.forms import Form

bp = Blueprint("city", __name__, url_prefix="/city", template_folder="templates")
bp.add_app_template_filter(name_country, "country")


def _page(population: Form | None = None, zone: Form | None = None, *, is_late: bool = False) -> str:
    """The page as things stand now, with what was typed into one of its forms."""
    actor = current_actor()
    assert actor.organisation_id is not None
    organisation, city = queries.get_organisation(actor.organisation_id)
    assert city is not None
    return render_template(
        "city/show.html", organisation=organisation, city=city, figures=queries.list_populations(city.city_id),
        population=population or Form(PopulationSchema()),
        zone=zone or Form(TimeZoneSchema(), initial={"time_zone": city.time_zone}),
        may_manage=actor.may(Permission.CITY_MANAGE), is_late=is_late,
        local_time=datetime.now(UTC).astimezone(ZoneInfo(city.time_zone)),
    )  # fmt: skip


def _version() -> int:
    value = request.form.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0


@bp.get("/")
@requires(Permission.CITY_READ)
def show() -> Any:
    """What is known about the city, and which figures its rates use."""
    return _page()


@bp.post("/population")
@requires(Permission.CITY_MANAGE)
def record_population() -> Any:
    """Add or correct the figure of a year."""
    form = Form(PopulationSchema(), request.form)
    try:
        facts.record_population(form.load(), version=_version(), actor=current_actor())
    except ValidationFailed:
        return _page(population=form), 400
    except Conflict:
        db.session.rollback()
        return _page(population=form, is_late=True), 409
    flash(_("The figure is recorded. Rates use the one of the latest year."))
    return redirect(url_for("city.show"))


@bp.post("/population/<uuid:population_id>/remove")
@requires(Permission.CITY_MANAGE)
def remove_population(population_id: uuid.UUID) -> Any:
    """Take a wrong figure out."""
    try:
        facts.remove_population(population_id, version=_version(), actor=current_actor())
    except Conflict:
        db.session.rollback()
        return _page(is_late=True), 409
    flash(_("The figure is removed. Rates use the one of the latest year."))
    return redirect(url_for("city.show"))


@bp.post("/time-zone")
@requires(Permission.CITY_MANAGE)
def change_time_zone() -> Any:
    """Move the city's clocks to another zone."""
    form = Form(TimeZoneSchema(), request.form)
    try:
        facts.change_time_zone(form.load()["time_zone"], version=_version(), actor=current_actor())
    except ValidationFailed:
        return _page(zone=form), 400
    except Conflict:
        db.session.rollback()
        return _page(zone=form, is_late=True), 409
    flash(_("The time zone is changed. Recorded incidents keep their day."))
    return redirect(url_for("city.show"))

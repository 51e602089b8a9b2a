"""Writing indicators (coordinators) and measurements (officers too)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import flush, set_archived, stamp
from network.strategy.indicators.queries import get_indicator
from network.strategy.models import Indicator, Measurement
from network.strategy.queries import get_objective, get_strategy
from network.strategy.service import open_draft


def _check(data: Mapping[str, Any], strategy_id: uuid.UUID, *, actor: Actor) -> None:
    if data.get("objective_id"):
        try:
            if get_objective(data["objective_id"], actor=actor).strategy_id == strategy_id:
                return
        except NotFound:
            pass
        raise ValidationFailed({"objective_id": [_("Choose from the list.")]})


def add_indicator(strategy_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> Indicator:
    """Add an indicator to a strategy or one of its objectives."""
    get_strategy(strategy_id, actor=actor)
    _check(data, strategy_id, actor=actor)
    indicator = Indicator(
        city_id=actor.organisation_id, strategy_id=strategy_id, **data, version=1, created_by=actor.person_id,
        updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(indicator)
    flush()
    open_draft(strategy_id, actor=actor)
    return indicator


def change_indicator(indicator_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> Indicator:
    """Change an indicator that the caller read at ``version``; Conflict if it moved on."""
    indicator = get_indicator(indicator_id, actor=actor)
    if indicator.version != version:
        raise Conflict(indicator.version)
    _check(data, indicator.strategy_id, actor=actor)
    for name, value in data.items():
        setattr(indicator, name, value)
    stamp(indicator, actor=actor)
    flush()
    open_draft(indicator.strategy_id, actor=actor)
    return indicator


def archive_indicator(indicator_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Indicator:
    """Take an indicator out of use, or bring it back with its measurements."""
    indicator = get_indicator(indicator_id, actor=actor)
    set_archived(indicator, is_archived=is_archived, actor=actor)
    return indicator


def measure(indicator_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> None:
    """Keep the value of a day; one that was kept for the same day is corrected."""
    get_indicator(indicator_id, actor=actor)
    values = {"value": data["value"], "note": data.get("note", ""), "created_by": actor.person_id}
    db.session.execute(
        insert(Measurement)
        .values(city_id=actor.organisation_id, indicator_id=indicator_id, measured_on=data["measured_on"], **values)
        .on_conflict_do_update(index_elements=["city_id", "indicator_id", "measured_on"], set_=values)
    )


def remove_measurement(indicator_id: uuid.UUID, measured_on: date, *, actor: Actor) -> None:
    """Take the value of a day away."""
    get_indicator(indicator_id, actor=actor)
    db.session.execute(
        delete(Measurement).where(
            Measurement.city_id == actor.organisation_id, Measurement.indicator_id == indicator_id,
            Measurement.measured_on == measured_on,
        )
    )  # fmt: skip

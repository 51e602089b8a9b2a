"""Reading indicators and their measurements."""

import uuid

from sqlalchemy import and_, select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.tenancy import Actor
from network.records.registry import RecordType
from network.strategy.indicators.schemas import IndicatorSchema
from network.strategy.models import Indicator, Measurement


def list_indicators(
    strategy_id: uuid.UUID, *, actor: Actor, objective_id: uuid.UUID | None = None
) -> list[tuple[Indicator, Measurement | None]]:
    """The indicators of a strategy by name, each with its latest measurement; one statement."""
    latest = (
        select(Measurement.measured_on)
        .where(Measurement.city_id == Indicator.city_id, Measurement.indicator_id == Indicator.indicator_id)
        .order_by(Measurement.measured_on.desc()).limit(1).correlate(Indicator).scalar_subquery()
    )  # fmt: skip
    query = (
        select(Indicator, Measurement)
        .outerjoin(Measurement, and_(Measurement.city_id == Indicator.city_id,
                                     Measurement.indicator_id == Indicator.indicator_id,
                                     Measurement.measured_on == latest))
        .where(Indicator.city_id == actor.organisation_id, Indicator.strategy_id == strategy_id,
               Indicator.archived_at.is_(None))
    )  # fmt: skip
    if objective_id:
        query = query.where(Indicator.objective_id == objective_id)
    rows = db.session.execute(query.order_by(Indicator.name, Indicator.indicator_id).limit(500))
    return [(row[0], row[1]) for row in rows]


def get_indicator(indicator_id: uuid.UUID, *, actor: Actor) -> Indicator:
    """One indicator; NotFound also for another city's."""
    found = db.session.get(Indicator, (actor.organisation_id, indicator_id))
    if found is None:
        raise NotFound("indicator")
    return found


def list_measurements(indicator_id: uuid.UUID, *, actor: Actor) -> list[Measurement]:
    """What was measured, the earliest first; the latest 1000."""
    rows = db.session.execute(
        select(Measurement)
        .where(Measurement.city_id == actor.organisation_id, Measurement.indicator_id == indicator_id)
        .order_by(Measurement.measured_on.desc()).limit(1000)
    ).scalars()  # fmt: skip
    return list(rows)[::-1]


RECORD_TYPES = (
    RecordType("indicator", _l("Indicator"), "indicators.show", "indicator_id", "strategy:read", IndicatorSchema),
)

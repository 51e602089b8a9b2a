"""Reading the register of soft targets."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select

from network.assessment import codes
from network.assessment.models import SoftTarget, SoftTargetMeasure, SoftTargetReview
from network.assessment.places.schemas import SoftTargetSchema
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Order, Page, paginate
from network.kernel.tenancy import Actor
from network.records.registry import RecordType

SOON = 60
"""Days before the due day of a review from which on it is named."""
SORTS: dict[str, Order] = {
    "name": ((SoftTarget.name, False), (SoftTarget.soft_target_id, False)),
    "due": ((SoftTarget.review_due_on, False), (SoftTarget.soft_target_id, False)),
}
"""The orders in which the register can be asked for."""


@dataclass(frozen=True)
class PlaceFilter:
    """Which places are meant; ``due`` is "overdue", "soon" (overdue ones too) or "never" reviewed."""

    text: str = ""
    place_type: str = ""
    due: str = ""
    is_archived: bool = False


def _select(wanted: PlaceFilter, actor: Actor) -> Select[tuple[SoftTarget]]:
    is_archived = SoftTarget.archived_at.is_not(None)
    query = select(SoftTarget).where(
        SoftTarget.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    if wanted.place_type:
        query = query.where(SoftTarget.place_type == wanted.place_type)
    if wanted.due == "overdue":
        query = query.where(SoftTarget.review_due_on < date.today())
    elif wanted.due == "soon":
        query = query.where(SoftTarget.review_due_on <= date.today() + timedelta(days=SOON))
    elif wanted.due == "never":
        query = query.where(SoftTarget.reviewed_on.is_(None))
    if wanted.text:
        columns = (SoftTarget.name, SoftTarget.district, SoftTarget.owner, SoftTarget.description)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return query


def list_places(
    wanted: PlaceFilter, *, actor: Actor, sort: str = "name", after: str = "", before: str = "", limit: int = 50
) -> Page[SoftTarget]:
    """A page of places; ``sort`` is a key of SORTS."""
    return paginate(_select(wanted, actor), SORTS[sort], after=after, before=before, limit=limit)


def all_places(wanted: PlaceFilter, *, actor: Actor, limit: int = 5000) -> list[SoftTarget]:
    """The places that the filter means, by name, for an export."""
    query = _select(wanted, actor).order_by(SoftTarget.name, SoftTarget.soft_target_id).limit(limit)
    return list(db.session.execute(query).scalars())


def get_place(soft_target_id: uuid.UUID, *, actor: Actor) -> SoftTarget:
    """One place; NotFound also for another city's."""
    found = db.session.get(SoftTarget, (actor.organisation_id, soft_target_id))
    if found is None:
        raise NotFound("soft target")
    return found


def list_reviews(soft_target_id: uuid.UUID, *, actor: Actor) -> list[SoftTargetReview]:
    """The reviews of a place, the latest first."""
    return list(
        db.session.execute(
            select(SoftTargetReview).where(
                SoftTargetReview.city_id == actor.organisation_id, SoftTargetReview.soft_target_id == soft_target_id
            ).order_by(SoftTargetReview.reviewed_on.desc(), SoftTargetReview.review_id.desc()).limit(200)
        ).scalars()
    )  # fmt: skip


def list_measures(soft_target_id: uuid.UUID, *, actor: Actor) -> list[SoftTargetMeasure]:
    """The measures of a place: planned ones by their due day, then those in place."""
    return list(
        db.session.execute(
            select(SoftTargetMeasure).where(
                SoftTargetMeasure.city_id == actor.organisation_id, SoftTargetMeasure.soft_target_id == soft_target_id
            ).order_by(SoftTargetMeasure.status.desc(), SoftTargetMeasure.due_on, SoftTargetMeasure.title).limit(200)
        ).scalars()
    )  # fmt: skip


def get_measure(soft_target_id: uuid.UUID, measure_id: uuid.UUID, *, actor: Actor) -> SoftTargetMeasure:
    """One measure of a place."""
    found = db.session.get(SoftTargetMeasure, (actor.organisation_id, measure_id))
    if found is None or found.soft_target_id != soft_target_id:
        raise NotFound("measure")
    return found


def count_measures(soft_target_ids: list[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, dict[str, int]]:
    """How many measures each place has, by their state; one statement."""
    rows = db.session.execute(
        select(SoftTargetMeasure.soft_target_id, SoftTargetMeasure.status, func.count())
        .where(
            SoftTargetMeasure.city_id == actor.organisation_id, SoftTargetMeasure.soft_target_id.in_(soft_target_ids)
        )
        .group_by(SoftTargetMeasure.soft_target_id, SoftTargetMeasure.status)
    )  # fmt: skip
    found: dict[uuid.UUID, dict[str, int]] = {key: {} for key in soft_target_ids}
    for key, status, count in rows:
        found[key][status] = count
    return found


RECORD_TYPES = (
    RecordType(
        "soft_target", _l("Soft target"), "places.show", "soft_target_id", "place:read", SoftTargetSchema,
        {"place_type": codes.PLACE_TYPES},
    ),
)  # fmt: skip

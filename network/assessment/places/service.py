"""Keeping the register of soft targets: coordinators and officers write, the team reads."""

import uuid
from datetime import UTC, datetime
from typing import Any

from network.assessment.models import SoftTarget, SoftTargetMeasure, SoftTargetReview
from network.assessment.places.queries import get_measure, get_place
from network.assessment.writing import archive, flush, set_values
from network.identity.models import Person
from network.kernel.db import db
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import stamp


def save_place(
    data: dict[str, Any], *, soft_target_id: uuid.UUID | None = None, version: int = 0, actor: Actor
) -> SoftTarget:
    """Put a place into the register, or change one that the caller read at ``version``."""
    if soft_target_id is None:
        found = SoftTarget(
            city_id=actor.organisation_id, **data, version=1, created_by=actor.person_id, updated_by=actor.person_id
        )
        db.session.add(found)
    else:
        found = get_place(soft_target_id, actor=actor)
        set_values(found, data, version)
        stamp(found, actor=actor)
    flush("community_id", _("Choose from the list."))
    return found


def archive_place(soft_target_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> SoftTarget:
    """Take a place out of the register, or bring it back."""
    found = get_place(soft_target_id, actor=actor)
    archive(found, is_archived, actor)
    flush("name")
    return found


def record_review(soft_target_id: uuid.UUID, data: dict[str, Any], *, actor: Actor) -> SoftTargetReview:
    """Note that somebody looked at a place. The latest review says when the next one is due."""
    place = get_place(soft_target_id, actor=actor)
    reviewer = db.session.get_one(Person, actor.person_id).name
    review = SoftTargetReview(
        city_id=actor.organisation_id, soft_target_id=soft_target_id, reviewed_on=data["reviewed_on"],
        finding=data["finding"], reviewer_name=reviewer, created_by=actor.person_id,
    )  # fmt: skip
    db.session.add(review)
    if place.reviewed_on is None or place.reviewed_on <= data["reviewed_on"]:
        place.reviewed_on, place.review_due_on = data["reviewed_on"], data["review_due_on"]
        stamp(place, actor=actor)
    flush()
    return review


def save_measure(
    soft_target_id: uuid.UUID, data: dict[str, Any], *, measure_id: uuid.UUID | None = None, version: int = 0,
    actor: Actor,
) -> SoftTargetMeasure:  # fmt: skip
    """Add a measure to a place, or change one that the caller read at ``version``."""
    get_place(soft_target_id, actor=actor)
    if measure_id is None:
        found = SoftTargetMeasure(city_id=actor.organisation_id, soft_target_id=soft_target_id, **data, version=1)
        db.session.add(found)
    else:
        found = get_measure(soft_target_id, measure_id, actor=actor)
        set_values(found, data, version)
        found.updated_at = datetime.now(UTC)
    flush("title")
    return found


def remove_measure(soft_target_id: uuid.UUID, measure_id: uuid.UUID, *, actor: Actor) -> None:
    """Take a measure away that was entered by mistake; one that is given up is "dropped"."""
    db.session.delete(get_measure(soft_target_id, measure_id, actor=actor))
    flush()

"""Keeping the mandate: coordinators and officers write, the team reads."""

import uuid
from datetime import UTC, datetime
from typing import Any

from network.assessment.mandate.queries import find_mandate, get_decision, get_policy
from network.assessment.models import Mandate, MandateDecision, MandatePolicy
from network.assessment.writing import archive, flush, set_values
from network.kernel.db import db
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import stamp


def save_mandate(data: dict[str, Any], *, version: int = 0, actor: Actor) -> Mandate:
    """Answer the questions about the mandate, or change the answers that the caller read at ``version``."""
    found = find_mandate(actor=actor)
    if found is None:
        found = Mandate(
            city_id=actor.organisation_id, **data, version=1, created_by=actor.person_id, updated_by=actor.person_id
        )
        db.session.add(found)
    else:
        set_values(found, data, version)
        stamp(found, actor=actor)
    flush("name", _("Somebody answered at the same moment. Reload the page."))
    return found


def save_decision(
    data: dict[str, Any], *, decision_id: uuid.UUID | None = None, version: int = 0, actor: Actor
) -> MandateDecision:
    """Record a decision, or correct one that the caller read at ``version``."""
    if decision_id is None:
        found = MandateDecision(
            city_id=actor.organisation_id, **data, version=1, created_by=actor.person_id, updated_by=actor.person_id
        )
        db.session.add(found)
    else:
        found = get_decision(decision_id, actor=actor)
        set_values(found, data, version)
        stamp(found, actor=actor)
    flush("title")
    return found


def archive_decision(decision_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> MandateDecision:
    """Put a decision away that is not in force any more, or bring it back."""
    found = get_decision(decision_id, actor=actor)
    archive(found, is_archived, actor)
    flush("title")
    return found


def save_policy(
    data: dict[str, Any], *, policy_id: uuid.UUID | None = None, version: int = 0, actor: Actor
) -> MandatePolicy:
    """Name a policy of others, or change one that the caller read at ``version``."""
    if policy_id is None:
        found = MandatePolicy(city_id=actor.organisation_id, **data, version=1)
        db.session.add(found)
    else:
        found = get_policy(policy_id, actor=actor)
        set_values(found, data, version)
        found.updated_at = datetime.now(UTC)
    flush("title")
    return found


def remove_policy(policy_id: uuid.UUID, *, actor: Actor) -> None:
    """Take a policy away."""
    db.session.delete(get_policy(policy_id, actor=actor))
    flush()

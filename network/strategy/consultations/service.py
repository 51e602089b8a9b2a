"""Writing who was heard: coordinators and officers."""

import uuid
from collections.abc import Mapping
from typing import Any

from network.assessment.queries import community_choices
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import flush, set_archived, stamp
from network.strategy.consultations.queries import get_consultation
from network.strategy.models import Consultation
from network.strategy.queries import get_strategy


def _check(data: Mapping[str, Any], *, kept: list[uuid.UUID], actor: Actor) -> None:
    known = {key for key, _name in community_choices(actor)} | {str(key) for key in kept}
    if not {str(key) for key in data.get("community_ids", [])} <= known:
        raise ValidationFailed({"community_ids": [_("Choose from the list.")]})


def add_consultation(strategy_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> Consultation:
    """Note that people were heard for a strategy."""
    get_strategy(strategy_id, actor=actor)
    _check(data, kept=[], actor=actor)
    found = Consultation(
        city_id=actor.organisation_id, strategy_id=strategy_id, **data, version=1, created_by=actor.person_id,
        updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(found)
    flush()
    return found


def change_consultation(
    consultation_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor
) -> Consultation:
    """Change one that the caller read at ``version``; Conflict if it moved on."""
    found = get_consultation(consultation_id, actor=actor)
    if found.version != version:
        raise Conflict(found.version)
    _check(data, kept=found.community_ids, actor=actor)
    for name, value in data.items():
        setattr(found, name, value)
    stamp(found, actor=actor)
    flush()
    return found


def archive_consultation(consultation_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Consultation:
    """Take one out of the record, or bring it back."""
    found = get_consultation(consultation_id, actor=actor)
    set_archived(found, is_archived=is_archived, actor=actor)
    return found

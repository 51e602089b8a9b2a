"""Keeping programmes: coordinators and officers write, the team reads."""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import delete, insert

from network.assessment.queries import community_choices
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.programmes.models import (
    Programme,
    ProgrammeCommunity,
    ProgrammeEvaluation,
    ProgrammeIndicator,
    ProgrammeMeasurement,
    ProgrammeSession,
)
from network.programmes.queries import find_communities, get_programme
from network.records.keeping import add_kept, archive_kept, change_kept, flush, get_kept
from network.records.service import link_records, unlink_records

C = TypeVar("C", ProgrammeSession, ProgrammeIndicator, ProgrammeEvaluation)
_NOT_IN_LIST = _l("This is not a value of the list.")
TAKEN = {
    "programme_name_key": ("name", _l("There is a programme of this name already.")),
    "programme_partner_fkey": ("partner_id", _NOT_IN_LIST),
    "programme_objective_fkey": ("objective_id", _NOT_IN_LIST),
}


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in data.items() if name != "community_ids"}
    return {**values, "currency": values.get("currency", "").upper()}


def _choose(programme_id: uuid.UUID, data: Mapping[str, Any], actor: Actor) -> None:
    """Make these the communities of a programme, and no others. Archived ones stay if they were
    chosen before."""
    before = set(find_communities([programme_id], actor=actor).get(programme_id, []))
    chosen = set(data.get("community_ids", []))
    known = {uuid.UUID(key) for key, _name in community_choices(actor)}
    if not chosen <= known | before:
        raise ValidationFailed({"community_ids": [_("This is not a value of the list.")]})
    of = (ProgrammeCommunity.city_id == actor.organisation_id, ProgrammeCommunity.programme_id == programme_id)
    if gone := before & known - chosen:
        db.session.execute(delete(ProgrammeCommunity).where(*of, ProgrammeCommunity.community_id.in_(gone)))
    if new := chosen - before:
        db.session.execute(
            insert(ProgrammeCommunity),
            [{"city_id": actor.organisation_id, "programme_id": programme_id, "community_id": one} for one in sorted(new)],
        )


def _link(programme: Programme, before: Mapping[str, uuid.UUID | None], actor: Actor) -> None:
    """Let the partner and the objective show the programme among their links, and former ones not."""
    for column, kind in (("partner_id", "partner"), ("objective_id", "objective")):
        old, new = before.get(column), getattr(programme, column)
        if old is not None and old != new:
            unlink_records("programme", programme.programme_id, to_type=kind, to_id=old, actor=actor)
        if new is not None and old != new:
            link_records("programme", programme.programme_id, to_type=kind, to_id=new, actor=actor)


def begin_programme(data: Mapping[str, Any], *, actor: Actor) -> Programme:
    """Add a programme; ValidationFailed if its name is taken or something chosen does not exist."""
    programme = add_kept(Programme, _values(data), actor=actor, taken=TAKEN)
    _choose(programme.programme_id, data, actor)
    _link(programme, {}, actor)
    return programme


def change_programme(programme_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> Programme:
    """Change a programme that the caller read at ``version``; Conflict if it moved on since."""
    programme = get_programme(programme_id, actor=actor)
    before = {"partner_id": programme.partner_id, "objective_id": programme.objective_id}
    programme = change_kept(programme, _values(data), version=version, actor=actor, taken=TAKEN)
    _choose(programme_id, data, actor)
    _link(programme, before, actor)
    return programme


def archive_programme(programme_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Programme:
    """Take a programme out of the lists and counts, or bring it back."""
    return archive_kept(get_programme(programme_id, actor=actor), is_archived=is_archived, actor=actor, taken=TAKEN)


def add_child(model: type[C], programme_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> C:
    """Add a session, an indicator or an evaluation to a programme."""
    get_programme(programme_id, actor=actor)
    return add_kept(model, {**data, "programme_id": programme_id}, actor=actor)


def change_child(model: type[C], child_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> C:
    """Change a session, an indicator or an evaluation that the caller read at ``version``."""
    return change_kept(get_kept(model, child_id, actor=actor), data, version=version, actor=actor)


def archive_child(model: type[C], child_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> C:
    """Take a session, an indicator or an evaluation out of the counts, or bring it back."""
    return archive_kept(get_kept(model, child_id, actor=actor), is_archived=is_archived, actor=actor)


def record_measurement(indicator_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> ProgrammeMeasurement:
    """Keep the value of an indicator on a day, in place of the one of the same day."""
    get_kept(ProgrammeIndicator, indicator_id, actor=actor)
    found = db.session.get(ProgrammeMeasurement, (actor.organisation_id, indicator_id, data["measured_on"]))
    if found is None:
        found = ProgrammeMeasurement(
            city_id=actor.organisation_id, programme_indicator_id=indicator_id, **data, created_by=actor.person_id
        )
        db.session.add(found)
    else:
        found.value, found.note, found.created_by = data["value"], data["note"], actor.person_id
    flush()
    return found


def remove_measurement(indicator_id: uuid.UUID, measured_on: Any, *, actor: Actor) -> None:
    """Take a wrong value out; NotFound if there is none on that day."""
    found = db.session.get(ProgrammeMeasurement, (actor.organisation_id, indicator_id, measured_on))
    if found is None:
        raise NotFound("measurement")
    db.session.delete(found)
    flush()

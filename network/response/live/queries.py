"""Reading activations: the situation, tasks, roles and the log."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.records.keeping import get_kept
from network.records.queries import find_titles
from network.records.registry import RecordType
from network.response.live.models import ResponseActivation, ResponseLogEntry, ResponseShift, ResponseTask
from network.response.live.schemas import ActivationSchema, EndSchema, SituationSchema


def _select(actor: Actor, state: str) -> Any:
    query = select(ResponseActivation).where(ResponseActivation.city_id == actor.organisation_id)
    if state:
        ended = ResponseActivation.ended_at.is_not(None)
        query = query.where(ended if state == "ended" else ~ended)
    return query


def list_activations(
    *, actor: Actor, state: str = "", after: str = "", before: str = "", limit: int = 50
) -> Page[ResponseActivation]:
    """A page of responses, the latest first; ``state`` is "running", "ended" or empty for all."""
    order = ((ResponseActivation.started_at, True), (ResponseActivation.response_activation_id, True))
    return paginate(_select(actor, state), order, after=after, before=before, limit=limit)


def all_activations(*, actor: Actor, state: str = "") -> list[ResponseActivation]:
    """The responses that a filter means, for an export."""
    query = _select(actor, state).order_by(ResponseActivation.started_at.desc()).limit(5000)
    return list(db.session.execute(query).scalars())


def get_activation(activation_id: uuid.UUID, *, actor: Actor) -> ResponseActivation:
    """One response; NotFound also for another city's."""
    return get_kept(ResponseActivation, activation_id, actor=actor)


def list_tasks(activation_id: uuid.UUID, *, actor: Actor) -> list[ResponseTask]:
    """The tasks of a response in their order."""
    query = select(ResponseTask).where(
        ResponseTask.city_id == actor.organisation_id, ResponseTask.response_activation_id == activation_id
    )
    return list(db.session.execute(query.order_by(ResponseTask.position, ResponseTask.response_task_id)).scalars())


def get_task(activation_id: uuid.UUID, task_id: uuid.UUID, *, actor: Actor) -> ResponseTask:
    """One task of a response; NotFound also for another response's."""
    found = db.session.get(ResponseTask, (actor.organisation_id, task_id))
    if found is None or found.response_activation_id != activation_id:
        raise NotFound("task")
    return found


def count_tasks(activation_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, tuple[int, int]]:
    """How many tasks of each response are done, and how many there are."""
    rows = db.session.execute(
        select(ResponseTask.response_activation_id, func.count(ResponseTask.done_at), func.count())
        .where(ResponseTask.city_id == actor.organisation_id, ResponseTask.response_activation_id.in_(activation_ids))
        .group_by(ResponseTask.response_activation_id)
    )  # fmt: skip
    return {row[0]: (row[1], row[2]) for row in rows}


def list_shifts(activation_id: uuid.UUID, *, actor: Actor) -> list[ResponseShift]:
    """The roles of a response and who fills them now."""
    query = select(ResponseShift).where(
        ResponseShift.city_id == actor.organisation_id, ResponseShift.response_activation_id == activation_id
    )
    return list(db.session.execute(query.order_by(ResponseShift.position, ResponseShift.response_shift_id)).scalars())


def get_shift(activation_id: uuid.UUID, shift_id: uuid.UUID, *, actor: Actor) -> ResponseShift:
    """One role of a response; NotFound also for another response's."""
    found = db.session.get(ResponseShift, (actor.organisation_id, shift_id))
    if found is None or found.response_activation_id != activation_id:
        raise NotFound("role")
    return found


def _log(activation_id: uuid.UUID, actor: Actor) -> Any:
    return select(ResponseLogEntry).where(
        ResponseLogEntry.city_id == actor.organisation_id, ResponseLogEntry.response_activation_id == activation_id
    )


def list_log(
    activation_id: uuid.UUID, *, actor: Actor, kind: str = "", after: str = "", before: str = "", limit: int = 50
) -> Page[ResponseLogEntry]:
    """A page of the log, the latest first."""
    query = _log(activation_id, actor)
    if kind:
        query = query.where(ResponseLogEntry.kind == kind)
    order = ((ResponseLogEntry.created_at, True), (ResponseLogEntry.response_log_entry_id, True))
    return paginate(query, order, after=after, before=before, limit=limit)


def all_log(activation_id: uuid.UUID, *, actor: Actor) -> list[ResponseLogEntry]:
    """The whole log in its order, for an export."""
    query = _log(activation_id, actor).order_by(ResponseLogEntry.created_at, ResponseLogEntry.response_log_entry_id)
    return list(db.session.execute(query.limit(20_000)).scalars())


def get_entry(activation_id: uuid.UUID, entry_id: uuid.UUID, *, actor: Actor) -> ResponseLogEntry:
    """One entry of the log of a response; NotFound also for another response's."""
    found = db.session.get(ResponseLogEntry, (actor.organisation_id, entry_id))
    if found is None or found.response_activation_id != activation_id:
        raise NotFound("entry")
    return found


def list_corrections(entry_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, list[ResponseLogEntry]]:
    """The corrections of each of these entries, the earliest first."""
    found: dict[uuid.UUID, list[ResponseLogEntry]] = {}
    rows = db.session.execute(
        select(ResponseLogEntry)
        .where(ResponseLogEntry.city_id == actor.organisation_id, ResponseLogEntry.corrects_id.in_(entry_ids))
        .order_by(ResponseLogEntry.created_at).limit(1000)
    ).scalars()  # fmt: skip
    for entry in rows:
        assert entry.corrects_id is not None
        found.setdefault(entry.corrects_id, []).append(entry)
    return found


def find_incident_title(incident_id: uuid.UUID | None, *, actor: Actor) -> str:
    """What the incident of a response is called; empty for none, or one that the caller may not read."""
    if incident_id is None:
        return ""
    return find_titles([("incident", incident_id)], actor=actor).get(("incident", incident_id), "")


class _HistorySchema(ActivationSchema, SituationSchema, EndSchema):
    """What the history calls the columns of a response."""


RECORD_TYPES = (
    RecordType(
        "response_activation", _l("Response"), "activations.show", "activation_id", "response:read", _HistorySchema
    ),
)

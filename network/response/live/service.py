"""Running a response: whoever works in it ticks, writes and hands over; nothing of the log is lost.

Coordinators, officers and communications may do all of it; what is done writes its own entry.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from network.identity.service import list_members
from network.incidents.queries import get_incident
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import add_kept, change_kept, flush
from network.response.document import holder_name
from network.response.live.models import ResponseActivation, ResponseLogEntry, ResponseShift, ResponseTask
from network.response.live.queries import get_activation, get_entry, get_shift, get_task
from network.response.models import ResponseItem, ResponseRole
from network.response.queries import get_plan, list_parts
from network.strategy.parties import find_parties

EMPTY = {"known": "", "confirmed": "", "open_questions": "", "next_steps": "", "outcome": ""}


def _name_of(actor: Actor) -> str:
    return next((person.name for person, _role in list_members(actor) if person.person_id == actor.person_id), "")


def _note(activation_id: uuid.UUID, kind: str, body: str, *, actor: Actor, **values: Any) -> None:
    db.session.execute(
        insert(ResponseLogEntry).values(
            city_id=actor.organisation_id, response_activation_id=activation_id, kind=kind, body=body[:5000],
            **{"decided_by": "", "reason": "", **values}, created_by=actor.person_id, author_name=_name_of(actor),
        )
    )  # fmt: skip


def _get_running(activation_id: uuid.UUID, actor: Actor) -> ResponseActivation:
    """A response that has not ended, held until the end of the transaction so that it can't end
    meanwhile; Refused for one that has."""
    activation = get_activation(activation_id, actor=actor)
    held = db.session.execute(
        select(ResponseActivation.ended_at)
        .where(ResponseActivation.city_id == actor.organisation_id,
               ResponseActivation.response_activation_id == activation_id)
        .with_for_update(read=True)
    ).scalar_one_or_none()  # fmt: skip
    if held is not None:
        raise Refused(_("This response has ended. Its log can be corrected, nothing more."))
    return activation


def begin_response(data: Mapping[str, Any], *, actor: Actor) -> ResponseActivation:
    """Activate a plan, or begin without one: its checklists become tasks and its roles are filled.

    ValidationFailed for a plan or an incident that the caller may not read.
    """
    values = {**EMPTY, **data}
    try:
        plan = get_plan(values["response_plan_id"], actor=actor) if values["response_plan_id"] else None
    except NotFound:
        raise ValidationFailed({"response_plan_id": [_("Choose from the list.")]}) from None
    try:
        if values["incident_id"]:
            get_incident(values["incident_id"], actor=actor)
    except NotFound:
        raise ValidationFailed({"incident_id": [_("This incident does not exist.")]}) from None
    activation = add_kept(ResponseActivation, values, actor=actor)
    activation_id = activation.response_activation_id
    if plan is not None:
        _take_over(plan.response_plan_id, activation_id, actor)
    begun = _("Begun with the plan: %(name)s", name=plan.name) if plan else _("Begun without a plan")
    _note(activation_id, "begin", f"{begun}\n{values['reason']}".strip(), actor=actor)
    return activation


def _take_over(plan_id: uuid.UUID, activation_id: uuid.UUID, actor: Actor) -> None:
    of = {"city_id": actor.organisation_id, "response_activation_id": activation_id}
    parties = find_parties(actor=actor)
    roles = list_parts(ResponseRole, plan_id, actor=actor)
    names = {role.response_role_id: role.name for role in roles}
    items = list_parts(ResponseItem, plan_id, actor=actor)
    if roles:
        db.session.execute(insert(ResponseShift), [
            {**of, "name": role.name, "holder_name": holder_name(role, parties), "position": role.position, "version": 1}
            for role in roles
        ])  # fmt: skip
    if items:
        db.session.execute(insert(ResponseTask), [
            {**of, "name": item.name, "phase": item.phase, "strand": item.strand, "detail": item.detail,
             "role_name": names.get(item.response_role_id, "") if item.response_role_id else "",
             "position": item.position, "done_by_name": ""}
            for item in items
        ])  # fmt: skip


def tell_situation(
    activation_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor
) -> ResponseActivation:
    """Change what is known at the version that the caller read; Conflict if somebody else was faster."""
    activation = _get_running(activation_id, actor)
    before = {name: getattr(activation, name) for name in data}
    activation = change_kept(activation, data, version=version, actor=actor)
    changed = [f"{label}: {data[name]}" for name, label in (
        ("confirmed", _("Confirmed")), ("known", _("Known, not confirmed")), ("open_questions", _("Unknown")),
        ("next_steps", _("Next")),
    ) if data.get(name) != before.get(name)]  # fmt: skip
    if changed:
        _note(activation_id, "situation", "\n".join(changed), actor=actor)
    return activation


def add_task(activation_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> ResponseTask:
    """Add something to do."""
    _get_running(activation_id, actor)
    task = ResponseTask(
        city_id=actor.organisation_id, response_activation_id=activation_id, **data, detail="", position=9999,
        done_by_name="",
    )  # fmt: skip
    db.session.add(task)
    flush()
    _note(activation_id, "task", _("New: %(name)s", name=task.name), actor=actor)
    return task


def tick_task(activation_id: uuid.UUID, task_id: uuid.UUID, *, is_done: bool, actor: Actor) -> bool:
    """Say that a task is done, or not after all. False if it stood so already: who was first stays,
    and the log has one entry."""
    _get_running(activation_id, actor)
    task = get_task(activation_id, task_id, actor=actor)
    now = datetime.now(UTC)
    stands = ResponseTask.done_at.is_(None) if is_done else ResponseTask.done_at.is_not(None)
    changed = db.session.execute(
        update(ResponseTask)
        .where(ResponseTask.city_id == actor.organisation_id, ResponseTask.response_task_id == task_id, stands)
        .values(done_at=now if is_done else None, done_by=actor.person_id if is_done else None,
                done_by_name=_name_of(actor) if is_done else "")
        .returning(ResponseTask.response_task_id).execution_options(synchronize_session=False)
    ).scalar_one_or_none()  # fmt: skip
    db.session.refresh(task)
    if changed is None:
        return False
    said = _("Done: %(name)s", name=task.name) if is_done else _("Open again: %(name)s", name=task.name)
    _note(activation_id, "task", said, actor=actor)
    return True


def write_entry(
    activation_id: uuid.UUID, data: Mapping[str, Any], *, entry_id: uuid.UUID | None = None, actor: Actor
) -> None:
    """Write into the log. The same ``entry_id`` sent twice, as on a bad line, is one entry."""
    _get_running(activation_id, actor)
    values = dict(data) if data["kind"] == "decision" else {**data, "decided_by": "", "reason": ""}
    row = {
        "city_id": actor.organisation_id, "response_activation_id": activation_id, **values,
        "created_by": actor.person_id, "author_name": _name_of(actor),
        **({"response_log_entry_id": entry_id} if entry_id else {}),
    }  # fmt: skip
    db.session.execute(insert_or_skip(ResponseLogEntry).values(row).on_conflict_do_nothing())


def correct_entry(activation_id: uuid.UUID, entry_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> None:
    """Say what is right instead of an entry, also after the end; the entry itself stays."""
    entry = get_entry(activation_id, entry_id, actor=actor)
    _note(activation_id, "correction", data["body"], corrects_id=entry.response_log_entry_id, actor=actor)


def hand_over(
    activation_id: uuid.UUID, shift_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor
) -> ResponseShift:
    """Give a role to the next person; Conflict if somebody else did so meanwhile."""
    _get_running(activation_id, actor)
    shift = get_shift(activation_id, shift_id, actor=actor)
    if shift.version != version:
        raise Conflict(shift.version)
    before = shift.holder_name or _("Nobody yet")
    shift.holder_name, shift.since = data["holder_name"], datetime.now(UTC)
    flush()
    said = _("%(role)s: from %(before)s to %(after)s", role=shift.name, before=before, after=shift.holder_name)
    _note(activation_id, "hand_over", f"{said}\n{data['note']}".strip(), actor=actor)
    return shift


def end_response(activation_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> ResponseActivation:
    """End a response; from then on its log can be corrected and nothing else."""
    activation = _get_running(activation_id, actor)
    values = {"outcome": data["outcome"], "ended_at": datetime.now(UTC), "ended_by": actor.person_id}
    activation = change_kept(activation, values, version=version, actor=actor)
    _note(activation_id, "end", data["outcome"], actor=actor)
    return activation

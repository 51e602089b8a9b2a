"""Tasks and referrals of incidents. Coordinators and officers may; the policies agree."""

import uuid
from datetime import UTC, datetime
from typing import Any

from network.cities.queries import get_time_zone
from network.incidents.handling.models import IncidentReferral, IncidentTask
from network.incidents.handling.queries import list_team
from network.incidents.handling.service import tell, tell_followers, write_step
from network.incidents.models import Incident
from network.incidents.queries import get_incident
from network.kernel.errors import ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import add_kept, archive_kept, change_kept, get_kept
from network.records.queries import find_titles


def _task_values(data: dict[str, Any], incident: Incident, actor: Actor) -> dict[str, Any]:
    """The columns of a task; ValidationFailed for an owner who is not of the team or may not read the incident."""
    owner = data["owner_id"]
    if owner is not None and owner not in list_team(actor=actor):
        raise ValidationFailed({"owner_id": [_("Choose people of your team.")]})
    if owner is not None and incident.tlp == "RED" and owner not in incident.named_reader_ids:
        raise ValidationFailed({"owner_id": [_("This incident is TLP:RED: name this person among its readers first.")]})
    due = datetime.combine(data["due_on"], data["due_time"], get_time_zone(actor=actor)).astimezone(UTC)
    return {"title": data["title"], "owner_id": owner, "due_at": due}


def add_task(incident_id: uuid.UUID, data: dict[str, Any], *, actor: Actor) -> IncidentTask:
    """Give somebody something to do about an incident; ``data`` is what TaskSchema returned."""
    incident = get_incident(incident_id, actor=actor)
    values = _task_values(data, incident, actor)
    task = add_kept(IncidentTask, {**values, "incident_id": incident_id}, actor=actor)
    write_step(incident, "task", task.title, actor=actor)
    tell(incident, "incident_task", [task.owner_id], actor=actor)
    tell_followers(incident, but=task.owner_id, actor=actor)
    return task


def change_task(task_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor) -> IncidentTask:
    """Change a task that was read at ``version``; a new owner is told. Conflict if it moved on since."""
    task = get_kept(IncidentTask, task_id, actor=actor)
    incident, before = get_incident(task.incident_id, actor=actor), task.owner_id
    change_kept(task, _task_values(data, incident, actor), version=version, actor=actor)
    if task.owner_id != before:
        tell(incident, "incident_task", [task.owner_id], actor=actor)
    return task


def finish_task(task_id: uuid.UUID, *, is_done: bool, version: int, actor: Actor) -> IncidentTask:
    """Say that a task is done, or that it is not done after all. Conflict if it moved on since."""
    task = get_kept(IncidentTask, task_id, actor=actor)
    if (task.done_at is not None) == is_done:
        return task
    incident = get_incident(task.incident_id, actor=actor)
    values = {"done_at": datetime.now(UTC) if is_done else None, "done_by": actor.person_id if is_done else None}
    change_kept(task, values, version=version, actor=actor)
    write_step(incident, "task_done" if is_done else "task_opened", task.title, actor=actor)
    tell_followers(incident, actor=actor)
    return task


def archive_task(task_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> IncidentTask:
    """Take a task out of the lists, or bring it back."""
    return archive_kept(get_kept(IncidentTask, task_id, actor=actor), is_archived=is_archived, actor=actor)


def _referral_values(data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    values = dict(data)
    sender = list_team(actor=actor).get(values.pop("sent_by_id"))
    if sender is None:
        raise ValidationFailed({"sent_by_id": [_("Choose people of your team.")]})
    values["sent_by_name"] = sender
    if values["partner_id"]:
        name = find_titles([("partner", values["partner_id"])], actor=actor).get(("partner", values["partner_id"]))
        if name is None:
            raise ValidationFailed({"partner_id": [_("Choose from the list.")]})
        values["recipient"] = values["recipient"] or name[:300]
    return values


def refer_incident(incident_id: uuid.UUID, data: dict[str, Any], *, actor: Actor) -> IncidentReferral:
    """Note that an incident was passed on; ``data`` is what ReferralSchema returned. Nothing is sent."""
    incident = get_incident(incident_id, actor=actor)
    values = _referral_values(data, actor)
    referral = add_kept(IncidentReferral, {**values, "incident_id": incident_id}, actor=actor)
    write_step(incident, "referred", referral.recipient, actor=actor)
    if referral.answer:
        write_step(incident, "answered", referral.recipient, actor=actor)
    tell_followers(incident, actor=actor)
    return referral


def change_referral(referral_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor) -> IncidentReferral:
    """Change a referral that was read at ``version``, or note its answer. Conflict if it moved on since."""
    referral = get_kept(IncidentReferral, referral_id, actor=actor)
    incident, had_answer = get_incident(referral.incident_id, actor=actor), bool(referral.answer)
    change_kept(referral, _referral_values(data, actor), version=version, actor=actor)
    if referral.answer and not had_answer:
        write_step(incident, "answered", referral.recipient, actor=actor)
        tell_followers(incident, actor=actor)
    return referral


def archive_referral(referral_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> IncidentReferral:
    """Take a referral out of the page, or bring it back."""
    return archive_kept(get_kept(IncidentReferral, referral_id, actor=actor), is_archived=is_archived, actor=actor)

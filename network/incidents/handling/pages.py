"""The page of one incident, drawn by whoever opens it or by a form on it that has to be shown again."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_babel import format_datetime

from network.cities.queries import get_time_zone
from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.handling import queries, states
from network.incidents.handling.schemas import NOTE_KINDS, REFERRAL_KINDS, NoteSchema, ReferralSchema, TaskSchema
from network.incidents.queries import get_incident
from network.records.queries import get_panel, list_choices
from network.web.access import current_actor
from network.web.forms import Form


def note_form(*, is_typed: bool = False) -> Form:
    """An empty entry of the timeline, at this moment, or what was typed."""
    now = datetime.now(get_time_zone(actor=current_actor()))
    initial = {"kind": "done", "happened_on": now.date().isoformat(), "happened_time": now.strftime("%H:%M")}
    return Form(NoteSchema(), request.form if is_typed else None, initial)


def moment_of(zone: ZoneInfo) -> Callable[[datetime], str]:
    """What shows moments in the time of a city."""
    return lambda moment: str(format_datetime(moment.astimezone(zone), "medium", rebase=False))


def _team(team: dict[uuid.UUID, str] | None) -> list[tuple[str, str]]:
    found = queries.list_team(actor=current_actor()) if team is None else team
    return [(str(person), name) for person, name in found.items()]


def task_form(
    values: dict[str, Any] | None = None, *, is_typed: bool = False, team: dict[uuid.UUID, str] | None = None
) -> Form:
    """An empty task that is due tomorrow, a stored one, or what was typed."""
    now = datetime.now(get_time_zone(actor=current_actor()))
    initial = {"due_on": (now.date() + timedelta(days=1)).isoformat(), "due_time": "17:00"} if values is None else values
    return Form(TaskSchema(), request.form if is_typed else None, initial, {"owner_id": _team(team)})


def referral_form(
    values: dict[str, Any] | None = None, *, is_typed: bool = False, team: dict[uuid.UUID, str] | None = None
) -> Form:
    """An empty referral of today, a stored one, or what was typed."""
    actor = current_actor()
    today = datetime.now(get_time_zone(actor=actor)).date().isoformat()
    initial = {"sent_on": today, "sent_by_id": str(actor.person_id)} if values is None else values
    choices = {"sent_by_id": _team(team), "partner_id": list_choices("partner", actor=actor)}
    return Form(ReferralSchema(), request.form if is_typed else None, initial, choices)


def render_incident(incident_id: uuid.UUID, **forms: Form) -> str:
    """The page with everything about an incident; ``forms`` are those with messages to show."""
    actor = current_actor()
    incident = get_incident(incident_id, actor=actor)
    handling = queries.get_handling(incident_id, actor=actor)
    zone = get_time_zone(actor=actor)
    readers = [name for person, name in handling.team.items() if person in incident.named_reader_ids]
    if may_handle := actor.may(Permission.INCIDENT_HANDLE) and not incident.archived_at:
        fresh = {"note": note_form(), "task": task_form(team=handling.team), "referral": referral_form(team=handling.team)}
        forms = fresh | forms
    return render_template(
        "incidents/show.html", incident=incident, codes=codes, readers=readers if incident.tlp == "RED" else [],
        panel=get_panel("incident", incident_id, actor=actor), handling=handling, states=states, note_kinds=NOTE_KINDS,
        forms=forms,
        referral_kinds=REFERRAL_KINDS, now=queries.read_clock(), moment_here=moment_of(zone),
        may_record=actor.may(Permission.INCIDENT_RECORD), may_import=actor.may(Permission.INCIDENT_IMPORT),
        may_handle=may_handle,
    )  # fmt: skip

"""The page of one incident, drawn by whoever opens it or by a form on it that has to be shown again."""

import uuid
from datetime import datetime

from flask import render_template, request
from flask_babel import format_datetime

from network.cities.queries import get_time_zone
from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.handling import queries, states
from network.incidents.handling.schemas import NOTE_KINDS, NoteSchema
from network.incidents.queries import get_incident
from network.records.queries import get_panel
from network.web.access import current_actor
from network.web.forms import Form


def note_form(*, is_typed: bool = False) -> Form:
    """An empty entry of the timeline, at this moment, or what was typed."""
    now = datetime.now(get_time_zone(actor=current_actor()))
    initial = {"kind": "done", "happened_on": now.date().isoformat(), "happened_time": now.strftime("%H:%M")}
    return Form(NoteSchema(), request.form if is_typed else None, initial)


def render_incident(incident_id: uuid.UUID, **forms: Form) -> str:
    """The page with everything about an incident; ``forms`` are those with messages to show."""
    actor = current_actor()
    incident = get_incident(incident_id, actor=actor)
    handling = queries.get_handling(incident_id, actor=actor)
    zone = get_time_zone(actor=actor)
    readers = [name for person, name in handling.team.items() if person in incident.named_reader_ids]
    return render_template(
        "incidents/show.html", incident=incident, codes=codes, readers=readers if incident.tlp == "RED" else [],
        panel=get_panel("incident", incident_id, actor=actor), handling=handling, states=states, note_kinds=NOTE_KINDS,
        forms={"note": note_form()} | forms, moment_here=lambda moment: format_datetime(moment.astimezone(zone), "medium", rebase=False),
        may_record=actor.may(Permission.INCIDENT_RECORD), may_import=actor.may(Permission.INCIDENT_IMPORT),
        may_handle=actor.may(Permission.INCIDENT_HANDLE) and not incident.archived_at,
    )  # fmt: skip

"""Recording and changing incidents. Only roles that may record reach this; policies agree."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from network.cities.queries import get_time_zone
from network.identity.service import list_members
from network.incidents.handling.states import FIRST
from network.incidents.models import Incident
from network.incidents.queries import get_incident
from network.incidents.schemas import place_times
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor


def check_readers(tlp: str, wanted: list[uuid.UUID], *, actor: Actor) -> list[uuid.UUID]:
    """RED is for named people of the team: whoever makes a record RED is always one of them.

    ValidationFailed for anybody who is not of the team.
    """
    if tlp != "RED" or actor.person_id is None:
        return []
    team = {person.person_id for person, role in list_members(actor) if role != "partner"}
    if not set(wanted) <= team:
        raise ValidationFailed({"named_reader_ids": [_("Choose people of your team.")]})
    return sorted({*wanted, actor.person_id})


def record_incident(data: dict[str, Any], *, actor: Actor) -> Incident:
    """Add an incident to the acting city; ``data`` is what IncidentFormSchema returned."""
    if data["status"] not in FIRST:
        raise ValidationFailed({"status": [_("A new incident can't have this status.")]})
    row = place_times(data, get_time_zone(actor=actor))
    row["named_reader_ids"] = check_readers(row["tlp"], row.get("named_reader_ids", []), actor=actor)
    incident = Incident(
        city_id=actor.organisation_id, **row, external_source="", original_labels={}, version=1,
        created_by=actor.person_id, updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(incident)
    db.session.flush()
    return incident


def change_incident(
    incident_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor
) -> Incident:
    """Change an incident that the caller read at ``version``; Conflict if it moved on since.

    The status is not among what is changed here: handling takes it from step to step.
    """
    incident = get_incident(incident_id, actor=actor)
    if incident.version != version:
        raise Conflict(incident.version)
    row = place_times(data, get_time_zone(actor=actor))
    row.pop("status", None)
    row["named_reader_ids"] = check_readers(
        row["tlp"], row.get("named_reader_ids", incident.named_reader_ids), actor=actor
    )
    for name, value in row.items():
        setattr(incident, name, value)
    return save_incident(incident, actor=actor)


def archive_incident(incident_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Incident:
    """Take an incident out of lists and counts, or bring it back; nothing is deleted."""
    incident = get_incident(incident_id, actor=actor)
    incident.archived_at = datetime.now(UTC) if is_archived else None
    incident.archived_by = actor.person_id if is_archived else None
    return save_incident(incident, actor=actor)


def save_incident(incident: Incident, *, actor: Actor) -> Incident:
    """Send the changes of an incident; Conflict when somebody else was faster."""
    read_at = incident.version
    incident.updated_at = datetime.now(UTC)
    incident.updated_by = actor.person_id
    try:
        db.session.flush()
    except StaleDataError:
        raise Conflict(read_at + 1) from None
    return incident

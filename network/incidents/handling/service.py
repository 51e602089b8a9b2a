"""Handling incidents. Coordinators and officers may; the policies and triggers agree."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from network.cities.queries import get_time_zone
from network.incidents.handling.models import IncidentHandling, IncidentNote, IncidentWatch
from network.incidents.handling.queries import find_handling, get_note, list_duplicates, list_team, list_watchers
from network.incidents.handling.schemas import NOTE_KINDS, is_ahead
from network.incidents.handling.states import PLAIN, may_step
from network.incidents.models import Incident
from network.incidents.queries import get_incident
from network.incidents.service import check_readers, save_incident
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.service import notify


def _at_version(incident_id: uuid.UUID, version: int, actor: Actor) -> Incident:
    incident = get_incident(incident_id, actor=actor)
    if incident.version != version:
        raise Conflict(incident.version)
    return incident


def _kept(incident: Incident, actor: Actor) -> IncidentHandling:
    """The incident's row of handling, made when it is needed for the first time."""
    row = find_handling(incident.incident_id, actor=actor)
    if row is None:
        row = IncidentHandling(
            city_id=incident.city_id, incident_id=incident.incident_id, outcome="", lessons="", version=1,
            updated_by=actor.person_id,
        )  # fmt: skip
        db.session.add(row)
    row.updated_at, row.updated_by = datetime.now(UTC), actor.person_id
    return row


def _flush() -> None:
    try:
        db.session.flush()
    except StaleDataError:
        raise Conflict(0) from None
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
        if name in ("incident_handling_pkey", "incident_note_pkey"):
            raise Conflict(0) from None
        raise


def _step(incident: Incident, after: str, actor: Actor) -> None:
    if not may_step(incident.status, after):
        raise Refused(_("An incident in this status can't take this step."))
    incident.status = after
    save_incident(incident, actor=actor)


def write_step(incident: Incident, kind: str, body: str, *, actor: Actor) -> None:
    """Let the timeline tell of a step; ``body`` is what its kind needs: a status, a name, an id."""
    db.session.add(
        IncidentNote(
            city_id=incident.city_id, incident_id=incident.incident_id, revision=1, kind=kind, body=body,
            happened_at=datetime.now(UTC), created_by=actor.person_id,
            author_name=list_team(actor=actor).get(actor.person_id or uuid.UUID(int=0), ""),
        )
    )  # fmt: skip
    _flush()


def tell(incident: Incident, kind: str, person_ids: Iterable[uuid.UUID | None], *, actor: Actor) -> None:
    """Tell people of the team who may read the incident."""
    readers = set(list_team(actor=actor))
    if incident.tlp == "RED":
        readers &= set(incident.named_reader_ids)
    found = sorted({person for person in person_ids if person is not None} & readers)
    notify(found, kind=kind, record_type="incident", record_id=incident.incident_id, actor=actor)


def tell_followers(incident: Incident, *, but: uuid.UUID | None = None, actor: Actor) -> None:
    """Tell whoever follows or handles an incident that something was done about it."""
    row = find_handling(incident.incident_id, actor=actor)
    followers = {*list_watchers(incident.incident_id, actor=actor), row.assignee_id if row else None} - {but}
    tell(incident, "incident_changed", followers, actor=actor)


def take_step(incident_id: uuid.UUID, *, to: str, version: int, actor: Actor) -> Incident:
    """Decide about an incident that was read at ``version``: review it, verify it, call it unfounded.

    Refused for a step that its status does not allow, Conflict if it moved on since.
    """
    incident = _at_version(incident_id, version, actor)
    if to not in PLAIN or incident.status == "duplicate":
        raise Refused(_("An incident in this status can't take this step."))
    if incident.status == "closed":
        row = _kept(incident, actor)
        row.closed_at = row.closed_by = None
        _flush()
    _step(incident, to, actor)
    write_step(incident, "status", to, actor=actor)
    tell_followers(incident, actor=actor)
    return incident


def close_incident(incident_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor) -> Incident:
    """Close a verified or unverified incident with its outcome; ``data`` is what ClosingSchema returned."""
    incident = _at_version(incident_id, version, actor)
    if incident.status == "duplicate":  # goes back to closed by undoing the merge alone
        raise Refused(_("An incident in this status can't take this step."))
    row = _kept(incident, actor)
    row.outcome, row.lessons = data["outcome"], data["lessons"]
    row.closed_at, row.closed_by = datetime.now(UTC), actor.person_id
    _flush()
    _step(incident, "closed", actor)
    write_step(incident, "status", "closed", actor=actor)
    tell_followers(incident, actor=actor)
    return incident


def assign_incident(incident_id: uuid.UUID, *, assignee_id: uuid.UUID | None, actor: Actor) -> IncidentHandling:
    """Say who of the team handles an incident, or nobody with None; they get a notice.

    ValidationFailed for others than the team, and for who may not read an incident that is RED.
    """
    incident = get_incident(incident_id, actor=actor)
    team = list_team(actor=actor)
    if assignee_id is not None and assignee_id not in team:
        raise ValidationFailed({"assignee_id": [_("Choose people of your team.")]})
    if assignee_id is not None and incident.tlp == "RED" and assignee_id not in incident.named_reader_ids:
        raise ValidationFailed({"assignee_id": [_("This incident is TLP:RED: name this person among its readers first.")]})
    row = _kept(incident, actor)
    if row.assignee_id == assignee_id:
        return row
    row.assignee_id = assignee_id
    _flush()
    write_step(incident, "assigned", team[assignee_id] if assignee_id else "", actor=actor)
    tell(incident, "incident_assigned", [assignee_id], actor=actor)
    tell_followers(incident, but=assignee_id, actor=actor)
    return row


def change_sharing(incident_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor) -> Incident:
    """Change severity, sharing level and named readers; ``data`` is what SharingSchema returned.

    From then on those may read the incident, and all that is kept about it, whom the level means.
    """
    incident = _at_version(incident_id, version, actor)
    incident.named_reader_ids = check_readers(data["tlp"], data["named_reader_ids"], actor=actor)
    incident.severity, incident.tlp = data["severity"], data["tlp"]
    save_incident(incident, actor=actor)
    tell_followers(incident, actor=actor)
    return incident


def merge_incident(
    incident_id: uuid.UUID, *, original_id: uuid.UUID, version: int, actor: Actor
) -> tuple[Incident, Incident]:
    """Say that an incident is the same as another one: it stays, points there and is not counted.

    Refused for itself, for one that is a duplicate or archived, and for one that has duplicates of its
    own. Gives the duplicate and its original.
    """
    if incident_id == original_id:
        raise Refused(_("An incident can't be a duplicate of itself."))
    # Two people who merge two incidents into each other at once wait for one another here.
    db.session.execute(
        select(Incident.incident_id).where(
            Incident.city_id == actor.organisation_id, Incident.incident_id.in_([incident_id, original_id])
        ).order_by(Incident.incident_id).with_for_update()
    )  # fmt: skip
    incident, original = _at_version(incident_id, version, actor), get_incident(original_id, actor=actor)
    db.session.refresh(incident)
    db.session.refresh(original)
    if incident.version != version:
        raise Conflict(incident.version)
    if original.status == "duplicate" or original.archived_at is not None:
        raise Refused(_("Choose an incident that is neither archived nor a duplicate itself."))
    if list_duplicates(incident_id, actor=actor):
        raise Refused(_("Others are duplicates of this incident: merge the other one into it instead."))
    if not may_step(incident.status, "duplicate"):
        raise Refused(_("An incident in this status can't take this step."))
    row = _kept(incident, actor)
    row.duplicate_of_id, row.status_before = original_id, incident.status
    _flush()
    _step(incident, "duplicate", actor)
    write_step(incident, "status", "duplicate", actor=actor)
    write_step(original, "merged", str(incident_id), actor=actor)
    tell_followers(incident, actor=actor)
    tell_followers(original, actor=actor)
    return incident, original


def unmerge_incident(incident_id: uuid.UUID, *, version: int, actor: Actor) -> Incident:
    """Undo a merge: the incident is what it was before, and counted again if it was."""
    incident = _at_version(incident_id, version, actor)
    row = find_handling(incident_id, actor=actor)
    if incident.status != "duplicate":
        raise Refused(_("This incident is no duplicate."))
    original_id = row.duplicate_of_id if row else None
    # One that came in from a file as a duplicate has no status to go back to.
    before = row.status_before if row and row.status_before else "under_review"
    _step(incident, before, actor)
    if row is not None:
        row = _kept(incident, actor)
        row.duplicate_of_id = row.status_before = None
        _flush()
    write_step(incident, "status", before, actor=actor)
    if original_id is not None:
        try:
            write_step(get_incident(original_id, actor=actor), "unmerged", str(incident_id), actor=actor)
        except NotFound:
            pass  # the original is RED by now, and the caller not among its readers
    tell_followers(incident, actor=actor)
    return incident


def _moment(data: dict[str, Any], actor: Actor) -> datetime:
    moment = datetime.combine(data["happened_on"], data["happened_time"], get_time_zone(actor=actor)).astimezone(UTC)
    if is_ahead(moment, datetime.now(UTC)):
        raise ValidationFailed({"happened_time": [_("This is in the future.")]})
    return moment


def write_note(incident_id: uuid.UUID, data: dict[str, Any], *, actor: Actor) -> IncidentNote:
    """Add an entry to the timeline; ``data`` is what NoteSchema returned."""
    incident = get_incident(incident_id, actor=actor)
    note = IncidentNote(
        city_id=incident.city_id, incident_id=incident_id, revision=1, kind=data["kind"], body=data["body"],
        happened_at=_moment(data, actor), created_by=actor.person_id,
        author_name=list_team(actor=actor).get(actor.person_id or uuid.UUID(int=0), ""),
    )  # fmt: skip
    db.session.add(note)
    _flush()
    tell_followers(incident, actor=actor)
    return note


def correct_note(note_id: uuid.UUID, data: dict[str, Any], *, revision: int, actor: Actor) -> IncidentNote:
    """Correct an entry that was read at ``revision``; what it said before stays beside it.

    Refused for entries that steps wrote, Conflict when somebody else corrected it meanwhile.
    """
    standing = get_note(note_id, actor=actor)
    if standing.kind not in NOTE_KINDS:
        raise Refused(_("This entry was written by a step and can't be corrected."))
    if standing.revision != revision:
        raise Conflict(standing.revision)
    incident = get_incident(standing.incident_id, actor=actor)
    note = IncidentNote(
        city_id=incident.city_id, note_id=note_id, revision=revision + 1, incident_id=incident.incident_id,
        kind=data["kind"], body=data["body"], happened_at=_moment(data, actor), created_by=actor.person_id,
        author_name=list_team(actor=actor).get(actor.person_id or uuid.UUID(int=0), ""),
    )  # fmt: skip
    db.session.add(note)
    _flush()
    tell_followers(incident, actor=actor)
    return note


def watch_incident(incident_id: uuid.UUID, *, is_watched: bool, actor: Actor) -> None:
    """Follow an incident, or stop: whoever follows gets a notice when something is done about it."""
    get_incident(incident_id, actor=actor)
    key = {"city_id": actor.organisation_id, "incident_id": incident_id, "person_id": actor.person_id}
    if is_watched:
        db.session.execute(insert(IncidentWatch).values(**key, created_at=func.now()).on_conflict_do_nothing())
    else:
        db.session.execute(delete(IncidentWatch).filter_by(**key))

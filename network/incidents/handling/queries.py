"""Reading what is done about incidents."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, and_, func, select, text

from network.identity.service import list_members
from network.incidents.handling.models import (
    IncidentHandling,
    IncidentNote,
    IncidentReferral,
    IncidentTask,
    IncidentWatch,
)
from network.incidents.handling.states import WAITING
from network.incidents.models import Incident
from network.incidents.queries import IncidentFilter, select_incidents
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Order, Page, paginate
from network.kernel.tenancy import Actor
from network.records.queries import find_titles

NOTICES = {
    "incident_assigned": _l("gave you an incident to handle"),
    "incident_task": _l("gave you a task about an incident"),
    "incident_changed": _l("worked on an incident that you follow"),
}
"""What people are told about incidents."""

SORTS: dict[str, Order] = {
    "waiting": ((Incident.created_at, False), (Incident.incident_id, False)),
    "severity": ((Incident.severity, True), (Incident.created_at, False), (Incident.incident_id, False)),
    "newest": ((Incident.occurred_at, True), (Incident.incident_id, True)),
}
"""The orders of the queue."""

ABOUT_OTHERS = ("merged", "unmerged")
CLOSE_DAYS = timedelta(days=14)
"""How far apart incidents may be that are offered as the same one."""


@dataclass(frozen=True)
class Entry:
    """An entry of the timeline as it stands, and what it said before, the oldest first."""

    note: IncidentNote
    earlier: list[IncidentNote]


@dataclass(frozen=True)
class Handling:
    """All that is kept about one incident for those who handle it.

    ``original`` and ``duplicates`` are only those that the caller may read, and so are the entries that
    name another incident; ``titles`` are theirs.
    """

    row: IncidentHandling | None
    entries: list[Entry]
    watcher_ids: list[uuid.UUID]
    original: Incident | None
    duplicates: list[Incident]
    team: dict[uuid.UUID, str]
    is_watched: bool
    titles: dict[str, str]
    tasks: list[IncidentTask]
    referrals: list[IncidentReferral]


def list_team(*, actor: Actor) -> dict[uuid.UUID, str]:
    """The names of the city's team by id, outsiders left out."""
    return {person.person_id: person.name for person, role in list_members(actor) if role != "partner"}


def _select_queue(wanted: IncidentFilter, assignee: str, actor: Actor) -> Select[tuple[Incident]]:
    if not wanted.status:
        wanted = IncidentFilter(**{**wanted.__dict__, "statuses": WAITING})
    query = select_incidents(wanted, actor=actor)
    if not assignee:
        return query
    query = query.outerjoin(
        IncidentHandling,
        and_(IncidentHandling.city_id == Incident.city_id, IncidentHandling.incident_id == Incident.incident_id),
    )
    if assignee == "nobody":
        return query.where(IncidentHandling.assignee_id.is_(None))
    return query.where(IncidentHandling.assignee_id == (actor.person_id if assignee == "me" else uuid.UUID(assignee)))


def list_queue(
    wanted: IncidentFilter, *, assignee: str = "", actor: Actor, sort: str = "waiting", after: str = "",
    before: str = "", limit: int = 50,
) -> Page[Incident]:  # fmt: skip
    """A page of what waits for triage, or of a status that is asked for.

    ``assignee`` is "me", "nobody", the id of a person as text, or empty for all.
    """
    return paginate(_select_queue(wanted, assignee, actor), SORTS[sort], after=after, before=before, limit=limit)


def all_queue(wanted: IncidentFilter, *, assignee: str = "", actor: Actor, limit: int = 5000) -> list[Incident]:
    """The whole queue for an export, what waits the longest first."""
    query = _select_queue(wanted, assignee, actor).order_by(Incident.created_at, Incident.incident_id)
    return list(db.session.execute(query.limit(limit)).scalars())


def find_assignees(incident_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, uuid.UUID]:
    """Who handles incidents, by the incident; those that nobody handles are left out."""
    rows = db.session.execute(
        select(IncidentHandling.incident_id, IncidentHandling.assignee_id).where(
            IncidentHandling.city_id == actor.organisation_id, IncidentHandling.incident_id.in_(incident_ids),
            IncidentHandling.assignee_id.is_not(None),
        )
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def find_handling(incident_id: uuid.UUID, *, actor: Actor) -> IncidentHandling | None:
    """The row of handling of an incident; None while nothing was decided about it."""
    return db.session.get(IncidentHandling, (actor.organisation_id, incident_id))


def list_entries(incident_id: uuid.UUID, *, actor: Actor) -> list[Entry]:
    """The timeline of an incident, in the order in which things happened."""
    notes = db.session.execute(
        select(IncidentNote).where(
            IncidentNote.city_id == actor.organisation_id, IncidentNote.incident_id == incident_id
        ).order_by(IncidentNote.note_id, IncidentNote.revision).limit(2000)
    ).scalars()  # fmt: skip
    by_id: dict[uuid.UUID, list[IncidentNote]] = {}
    for note in notes:
        by_id.setdefault(note.note_id, []).append(note)
    entries = [Entry(revisions[-1], revisions[:-1]) for revisions in by_id.values()]
    return sorted(entries, key=lambda entry: (entry.note.happened_at, entry.note.note_id))


def get_note(note_id: uuid.UUID, *, actor: Actor) -> IncidentNote:
    """An entry of the timeline as it stands; NotFound also for one that one may not read."""
    found = db.session.execute(
        select(IncidentNote).where(IncidentNote.city_id == actor.organisation_id, IncidentNote.note_id == note_id)
        .order_by(IncidentNote.revision.desc()).limit(1)
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("note")
    return found


def list_watchers(incident_id: uuid.UUID, *, actor: Actor) -> list[uuid.UUID]:
    """Who follows an incident."""
    return list(
        db.session.execute(
            select(IncidentWatch.person_id).where(
                IncidentWatch.city_id == actor.organisation_id, IncidentWatch.incident_id == incident_id
            )
        ).scalars()
    )


def list_duplicates(incident_id: uuid.UUID, *, actor: Actor) -> list[Incident]:
    """The incidents that were found to be the same as this one."""
    return list(
        db.session.execute(
            select(Incident).join(
                IncidentHandling,
                and_(IncidentHandling.city_id == Incident.city_id, IncidentHandling.incident_id == Incident.incident_id),
            ).where(
                Incident.city_id == actor.organisation_id, IncidentHandling.duplicate_of_id == incident_id
            ).order_by(Incident.occurred_at).limit(200)
        ).scalars()
    )  # fmt: skip


def get_handling(incident_id: uuid.UUID, *, actor: Actor) -> Handling:
    """What is kept about an incident that the caller has opened; nine statements at most."""
    row = find_handling(incident_id, actor=actor)
    watchers = list_watchers(incident_id, actor=actor)
    original = None
    if row is not None and row.duplicate_of_id:
        original = db.session.get(Incident, (actor.organisation_id, row.duplicate_of_id))
    entries = list_entries(incident_id, actor=actor)
    named = {uuid.UUID(entry.note.body) for entry in entries if entry.note.kind in ABOUT_OTHERS}
    titles = {
        str(key[1]): title for key, title in find_titles([("incident", other) for other in named], actor=actor).items()
    } if named else {}  # fmt: skip
    entries = [e for e in entries if e.note.kind not in ABOUT_OTHERS or e.note.body in titles]
    return Handling(
        row, entries, watchers, original, list_duplicates(incident_id, actor=actor), list_team(actor=actor),
        actor.person_id in watchers, titles,
        list_tasks_of(incident_id, actor=actor), list_referrals_of(incident_id, actor=actor),
    )  # fmt: skip


def list_similar(incident: Incident, *, words: str = "", actor: Actor, limit: int = 20) -> list[Incident]:
    """Incidents that may be the same one: near in time, those of the same kind and district first.

    With ``words`` all incidents are searched. Duplicates, archived ones and itself are left out.
    """
    query = select_incidents(IncidentFilter(text=words), actor=actor).where(
        Incident.incident_id != incident.incident_id, Incident.status != "duplicate"
    )
    if not words:
        query = query.where(
            Incident.occurred_at.between(incident.occurred_at - CLOSE_DAYS, incident.occurred_at + CLOSE_DAYS)
        )
    distance = func.abs(func.extract("epoch", Incident.occurred_at - incident.occurred_at))
    query = query.order_by(
        (Incident.district == incident.district).desc(), (Incident.kind == incident.kind).desc(), distance, Incident.incident_id
    )
    return list(db.session.execute(query.limit(limit)).scalars())


def count_waiting(*, actor: Actor) -> tuple[int, int]:
    """How many incidents wait for triage, and how many of them nobody handles; each at most 1000."""
    row = db.session.execute(
        text(
            "select count(*), count(*) filter (where h.assignee_id is null) from (select city_id, incident_id from incident"
            " where city_id = :city and status in ('reported', 'under_review') and archived_at is null limit 1000) i"
            " left join incident_handling h on h.city_id = i.city_id and h.incident_id = i.incident_id"
        ),
        {"city": actor.organisation_id},
    ).one()
    return int(row[0]), int(row[1])



def list_tasks_of(incident_id: uuid.UUID, *, actor: Actor) -> list[IncidentTask]:
    """The tasks of an incident, the open ones first, by when they are due."""
    return list(
        db.session.execute(
            select(IncidentTask).where(
                IncidentTask.city_id == actor.organisation_id, IncidentTask.incident_id == incident_id,
                IncidentTask.archived_at.is_(None),
            ).order_by(IncidentTask.done_at.is_not(None), IncidentTask.due_at, IncidentTask.task_id).limit(500)
        ).scalars()
    )  # fmt: skip


def list_referrals_of(incident_id: uuid.UUID, *, actor: Actor) -> list[IncidentReferral]:
    """To whom an incident was passed on, the earliest first."""
    return list(
        db.session.execute(
            select(IncidentReferral).where(
                IncidentReferral.city_id == actor.organisation_id, IncidentReferral.incident_id == incident_id,
                IncidentReferral.archived_at.is_(None),
            ).order_by(IncidentReferral.sent_on, IncidentReferral.referral_id).limit(500)
        ).scalars()
    )  # fmt: skip


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks are meant; ``owner`` is "me", "nobody", a person's id as text, or empty for all."""

    owner: str = ""
    state: str = "open"
    text: str = ""


TASK_STATES = ("open", "overdue", "done", "archived")


def _select_tasks(wanted: TaskFilter, actor: Actor) -> Select[tuple[IncidentTask]]:
    query = select(IncidentTask).where(IncidentTask.city_id == actor.organisation_id)
    is_archived = IncidentTask.archived_at.is_not(None)
    query = query.where(is_archived if wanted.state == "archived" else ~is_archived)
    if wanted.state in ("open", "overdue"):
        query = query.where(IncidentTask.done_at.is_(None))
    if wanted.state == "overdue":
        query = query.where(IncidentTask.due_at < func.now())
    if wanted.state == "done":
        query = query.where(IncidentTask.done_at.is_not(None))
    if wanted.owner == "nobody":
        query = query.where(IncidentTask.owner_id.is_(None))
    elif wanted.owner:
        query = query.where(IncidentTask.owner_id == (actor.person_id if wanted.owner == "me" else uuid.UUID(wanted.owner)))
    if wanted.text:
        query = query.where(IncidentTask.title.icontains(wanted.text, autoescape=True))
    return query


def list_tasks(
    wanted: TaskFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[IncidentTask]:
    """A page of tasks of all incidents that the caller may read, what is due first at the top."""
    order = ((IncidentTask.due_at, False), (IncidentTask.task_id, False))
    return paginate(_select_tasks(wanted, actor), order, after=after, before=before, limit=limit)


def all_tasks(wanted: TaskFilter, *, actor: Actor, limit: int = 5000) -> list[IncidentTask]:
    """The tasks that the filter means, for an export."""
    query = _select_tasks(wanted, actor).order_by(IncidentTask.due_at, IncidentTask.task_id).limit(limit)
    return list(db.session.execute(query).scalars())


def count_my_tasks(*, actor: Actor) -> tuple[int, int]:
    """How many tasks the caller has open, and how many of them are overdue."""
    row = db.session.execute(
        select(func.count(), func.count().filter(IncidentTask.due_at < func.now())).where(
            IncidentTask.city_id == actor.organisation_id, IncidentTask.owner_id == actor.person_id,
            IncidentTask.done_at.is_(None), IncidentTask.archived_at.is_(None),
        )
    ).one()  # fmt: skip
    return row[0], row[1]


def read_clock() -> datetime:
    """The moment by which pages say what is overdue."""
    return datetime.now(UTC)

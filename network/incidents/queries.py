"""Reading incidents. What may be seen is the policies' business; filters say what is meant."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select, text

from network.incidents import codes
from network.incidents.models import Incident
from network.incidents.schemas import IncidentFormSchema
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Order, Page, paginate
from network.kernel.tenancy import Actor
from network.records.registry import RecordType

MOST_COUNTED = 1000


@dataclass(frozen=True)
class IncidentFilter:
    """Which incidents are meant; an empty field asks for all. Days are inclusive."""

    date_from: date | None = None
    date_to: date | None = None
    kind: str = ""
    bias: str = ""
    severity: int | None = None
    status: str = ""
    text: str = ""
    archived: bool = False
    statuses: tuple[str, ...] = ()
    source: str = ""
    severity_from: int | None = None


def select_incidents(wanted: IncidentFilter, *, actor: Actor) -> Select[tuple[Incident]]:
    """The query for what a filter means, for lists that add to it."""
    query = select(Incident).where(Incident.city_id == actor.organisation_id)
    archived = Incident.archived_at.is_not(None) if wanted.archived else Incident.archived_at.is_(None)
    query = query.where(archived)
    if wanted.date_from:
        query = query.where(Incident.occurred_on >= wanted.date_from)
    if wanted.date_to:
        query = query.where(Incident.occurred_on <= wanted.date_to)
    if wanted.kind:
        query = query.where(Incident.kind == wanted.kind)
    if wanted.severity:
        query = query.where(Incident.severity == wanted.severity)
    if wanted.status:
        query = query.where(Incident.status == wanted.status)
    if wanted.statuses:
        query = query.where(Incident.status.in_(wanted.statuses))
    if wanted.source:
        query = query.where(Incident.source == wanted.source)
    if wanted.severity_from:
        query = query.where(Incident.severity >= wanted.severity_from)
    if wanted.bias:
        query = query.where(
            text(
                "exists (select 1 from unnest(incident.bias_motivations) b"
                " where b = :bias or split_part(b, '.', 1) = :bias)"
            ).bindparams(bias=wanted.bias)
        )
    if wanted.text:
        pattern = "%" + wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        columns = (Incident.summary, Incident.district, Incident.place_name, Incident.affected_groups,
                   Incident.external_reference)  # fmt: skip
        query = query.where(or_(*(column.ilike(pattern) for column in columns)))
    return query


SORTS: dict[str, Order] = {
    "newest": ((Incident.occurred_at, True), (Incident.incident_id, True)),
    "oldest": ((Incident.occurred_at, False), (Incident.incident_id, False)),
    "severity": ((Incident.severity, True), (Incident.occurred_at, True), (Incident.incident_id, True)),
    "recorded": ((Incident.created_at, True), (Incident.incident_id, True)),
}
"""The orders in which a list of incidents can be asked for."""


def list_incidents(
    wanted: IncidentFilter, *, actor: Actor, sort: str = "newest", after: str = "", before: str = "",
    limit: int = 50,
) -> Page[Incident]:  # fmt: skip
    """A page of the city's incidents; ``sort`` is a key of SORTS."""
    return paginate(select_incidents(wanted, actor=actor), SORTS[sort], after=after, before=before, limit=limit)


def count_incidents(wanted: IncidentFilter, *, actor: Actor) -> int:
    """How many incidents the filter means; counting stops at MOST_COUNTED."""
    found = select_incidents(wanted, actor=actor).with_only_columns(Incident.incident_id).limit(MOST_COUNTED).subquery()
    return db.session.execute(select(func.count()).select_from(found)).scalar_one()


def stream_incidents(wanted: IncidentFilter, *, actor: Actor, limit: int = 50_000) -> list[Incident]:
    """Everything that the filter means, for an export, the newest first."""
    query = select_incidents(wanted, actor=actor).order_by(Incident.occurred_at.desc(), Incident.incident_id.desc())
    return list(db.session.execute(query.limit(limit)).scalars())


def get_incident(incident_id: uuid.UUID, *, actor: Actor) -> Incident:
    """One incident of the acting city; NotFound also for those one may not read."""
    found = db.session.get(Incident, (actor.organisation_id, incident_id))
    if found is None:
        raise NotFound("incident")
    return found


def count_by_district(
    *, actor: Actor, date_from: date, date_to: date, limit: int = 12
) -> list[tuple[str, int]]:
    """Counted incidents by district in a period, the most first."""
    rows = db.session.execute(
        select(Incident.district, func.count())
        .where(
            Incident.city_id == actor.organisation_id, Incident.occurred_on >= date_from,
            Incident.occurred_on <= date_to, text("incident.is_counted"), Incident.district != "",
        )
        .group_by(Incident.district).order_by(func.count().desc(), Incident.district).limit(limit)
    ).all()  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def find_latest_day(*, actor: Actor) -> date | None:
    """The day of the latest counted incident of the acting city."""
    return db.session.execute(
        select(func.max(Incident.occurred_on)).where(
            Incident.city_id == actor.organisation_id, text("incident.is_counted")
        )
    ).scalar_one()


def _find_titles(incident_ids: list[uuid.UUID], actor: Actor) -> dict[uuid.UUID, str]:
    rows = db.session.execute(
        select(Incident.incident_id, Incident.kind, Incident.occurred_on).where(
            Incident.city_id == actor.organisation_id, Incident.incident_id.in_(incident_ids)
        )
    )
    return {row[0]: f"{codes.KIND[row[1]].label}, {row[2]}" for row in rows}


RECORD_TYPES = (
    RecordType(
        "incident", _l("Incident"), "incidents.show", "incident_id", "incident:read", IncidentFormSchema,
        {"kind": codes.KIND, "bias_motivations": codes.BIAS, "crime_type": codes.CRIME, "severity": codes.SEVERITY,
         "status": codes.STATUS, "source": codes.SOURCE, "place_type": codes.PLACE, "tlp": codes.TLP,
         "occurred_precision": codes.PRECISION, "place_precision": codes.PLACE_PRECISION},
        _find_titles,
    ),
)  # fmt: skip

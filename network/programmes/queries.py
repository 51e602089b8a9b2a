"""Reading programmes, what took place in them, and whom they reach."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, and_, func, or_, select

from network.assessment.queries import community_choices
from network.kernel.db import db
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Order, Page, paginate
from network.kernel.tenancy import Actor
from network.partners.codes import PREVENTION_LEVELS
from network.programmes import codes
from network.programmes.models import (
    Programme,
    ProgrammeCommunity,
    ProgrammeEvaluation,
    ProgrammeIndicator,
    ProgrammeMeasurement,
    ProgrammeSession,
)
from network.programmes.schemas import EvaluationSchema, IndicatorSchema, ProgrammeSchema, SessionSchema
from network.records.keeping import Kept, get_kept
from network.records.registry import RecordType

YEAR = timedelta(days=365)
C = TypeVar("C", ProgrammeSession, ProgrammeIndicator, ProgrammeEvaluation)


@dataclass(frozen=True)
class ProgrammeFilter:
    """Which programmes are meant; an empty field asks for all."""

    text: str = ""
    status: str = ""
    prevention_level: str = ""
    community_id: uuid.UUID | None = None
    partner_id: uuid.UUID | None = None
    objective_id: uuid.UUID | None = None
    district: str = ""
    is_evaluated: bool | None = None
    is_archived: bool = False


SORTS: dict[str, Order] = {
    "name": ((Programme.name, False), (Programme.programme_id, False)),
    "newest": ((Programme.created_at, True), (Programme.programme_id, True)),
    "changed": ((Programme.updated_at, True), (Programme.programme_id, True)),
}
"""The orders in which programmes can be asked for."""


def _of_programme(model: Any) -> tuple[Any, Any]:
    return model.city_id == Programme.city_id, model.programme_id == Programme.programme_id


def _select(wanted: ProgrammeFilter, actor: Actor) -> Select[Any]:
    is_archived = Programme.archived_at.is_not(None)
    query = select(Programme).where(
        Programme.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    for column, value in (
        (Programme.status, wanted.status), (Programme.prevention_level, wanted.prevention_level),
        (Programme.partner_id, wanted.partner_id), (Programme.objective_id, wanted.objective_id),
    ):  # fmt: skip
        if value:
            query = query.where(column == value)
    if wanted.district:
        query = query.where(Programme.districts.contains([wanted.district]))
    if wanted.community_id:
        meant = select(ProgrammeCommunity.community_id).where(
            *_of_programme(ProgrammeCommunity), ProgrammeCommunity.community_id == wanted.community_id
        )
        query = query.where(meant.exists())
    if wanted.is_evaluated is not None:
        evaluated = select(ProgrammeEvaluation.programme_evaluation_id).where(
            *_of_programme(ProgrammeEvaluation), ProgrammeEvaluation.archived_at.is_(None)
        )
        query = query.where(evaluated.exists() if wanted.is_evaluated else ~evaluated.exists())
    if wanted.text:
        columns = (Programme.name, Programme.aim, Programme.target_groups, Programme.places)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return query


def list_programmes(
    wanted: ProgrammeFilter, *, actor: Actor, sort: str = "name", after: str = "", before: str = "", limit: int = 50
) -> Page[Programme]:
    """A page of programmes; ``sort`` is a key of SORTS."""
    return paginate(_select(wanted, actor), SORTS[sort], after=after, before=before, limit=limit)


def all_programmes(wanted: ProgrammeFilter, *, actor: Actor, limit: int = 5000) -> list[Programme]:
    """What the filter means, by name, for an export."""
    query = _select(wanted, actor).order_by(Programme.name, Programme.programme_id).limit(limit)
    return list(db.session.execute(query).scalars())


def get_programme(programme_id: uuid.UUID, *, actor: Actor) -> Programme:
    """One programme; NotFound also for another city's."""
    return get_kept(Programme, programme_id, actor=actor)


def programme_choices(*, actor: Actor) -> list[tuple[str, str]]:
    """Programmes for a form: id as text and name, archived ones left out."""
    return [(str(p.programme_id), p.name) for p in all_programmes(ProgrammeFilter(), actor=actor)]


def find_communities(programme_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The communities that each of these programmes is for."""
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    rows = db.session.execute(
        select(ProgrammeCommunity.programme_id, ProgrammeCommunity.community_id)
        .where(ProgrammeCommunity.city_id == actor.organisation_id, ProgrammeCommunity.programme_id.in_(programme_ids))
        .order_by(ProgrammeCommunity.community_id)
    )  # fmt: skip
    for programme_id, community_id in rows:
        found.setdefault(programme_id, []).append(community_id)
    return found


@dataclass(frozen=True)
class Held:
    """What took place in a programme: sessions that were counted, and how many came to them."""

    sessions: int
    attendance: int
    last_held: date | None


def count_held(programme_ids: Sequence[uuid.UUID], *, actor: Actor, since: date | None = None) -> dict[uuid.UUID, Held]:
    """What took place in each of these programmes so far, programmes without a session left out."""
    query = select(
        ProgrammeSession.programme_id, func.count(), func.sum(ProgrammeSession.attendance),
        func.max(ProgrammeSession.held_on),
    ).where(
        ProgrammeSession.city_id == actor.organisation_id, ProgrammeSession.programme_id.in_(programme_ids), *_HELD
    )  # fmt: skip
    if since:
        query = query.where(ProgrammeSession.held_on >= since)
    rows = db.session.execute(query.group_by(ProgrammeSession.programme_id))
    return {row[0]: Held(row[1], row[2], row[3]) for row in rows}


_HELD = (ProgrammeSession.archived_at.is_(None), ProgrammeSession.attendance.is_not(None))


def find_ratings(programme_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, int]:
    """The rating of the latest evaluation of each of these programmes that has one."""
    rows = db.session.execute(
        select(ProgrammeEvaluation.programme_id, ProgrammeEvaluation.rating)
        .where(ProgrammeEvaluation.city_id == actor.organisation_id, ProgrammeEvaluation.archived_at.is_(None),
               ProgrammeEvaluation.programme_id.in_(programme_ids))
        .order_by(ProgrammeEvaluation.programme_id, ProgrammeEvaluation.evaluated_on, ProgrammeEvaluation.created_at)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


CHILD_ORDER: dict[type[Kept], Order] = {
    ProgrammeSession: ((ProgrammeSession.held_on, True), (ProgrammeSession.programme_session_id, True)),
    ProgrammeIndicator: ((ProgrammeIndicator.name, False), (ProgrammeIndicator.programme_indicator_id, False)),
    ProgrammeEvaluation: ((ProgrammeEvaluation.evaluated_on, True), (ProgrammeEvaluation.programme_evaluation_id, True)),
}


def list_children(
    model: type[C], programme_id: uuid.UUID, *, actor: Actor, after: str = "", before: str = "", limit: int = 50,
    is_archived: bool = False,
) -> Page[C]:  # fmt: skip
    """A page of a programme's sessions or evaluations (the latest first) or indicators (by name)."""
    archived = model.archived_at.is_not(None)
    query = select(model).where(
        model.city_id == actor.organisation_id, model.programme_id == programme_id,
        archived if is_archived else ~archived,
    )  # fmt: skip
    return paginate(query, CHILD_ORDER[model], after=after, before=before, limit=limit)


def all_children(
    model: type[C], *, actor: Actor, programme_id: uuid.UUID | None = None, limit: int = 20_000
) -> list[tuple[str, C]]:
    """All sessions, indicators or evaluations with the names of their programmes, archived ones of
    both left out; for an export."""
    query = (
        select(Programme.name, model)
        .join(Programme, and_(*_of_programme(model)))
        .where(model.city_id == actor.organisation_id, model.archived_at.is_(None), Programme.archived_at.is_(None))
    )  # fmt: skip
    if programme_id:
        query = query.where(model.programme_id == programme_id)
    order = [column.desc() if descends else column.asc() for column, descends in CHILD_ORDER[model]]
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Programme.name, *order).limit(limit))]


def list_measurements(
    indicator_ids: Sequence[uuid.UUID], *, actor: Actor
) -> dict[uuid.UUID, list[ProgrammeMeasurement]]:
    """The measurements of these indicators, the earliest first."""
    found: dict[uuid.UUID, list[ProgrammeMeasurement]] = {indicator_id: [] for indicator_id in indicator_ids}
    rows = db.session.execute(
        select(ProgrammeMeasurement)
        .where(ProgrammeMeasurement.city_id == actor.organisation_id,
               ProgrammeMeasurement.programme_indicator_id.in_(indicator_ids))
        .order_by(ProgrammeMeasurement.measured_on).limit(20_000)
    ).scalars()  # fmt: skip
    for measurement in rows:
        found[measurement.programme_indicator_id].append(measurement)
    return found


RECORD_TYPES = (
    RecordType(
        "programme", _l("Programme"), "programmes.show", "programme_id", "programme:read", ProgrammeSchema,
        {"status": codes.STATUSES, "prevention_level": PREVENTION_LEVELS},
    ),
    RecordType(
        "programme_session", _l("Session"), "programme_sessions.show", "child_id", "programme:read", SessionSchema
    ),
    RecordType(
        "programme_indicator", _l("Outcome indicator"), "programme_indicators.show", "child_id", "programme:read",
        IndicatorSchema,
    ),
    RecordType(
        "programme_evaluation", _l("Evaluation"), "programme_evaluations.show", "child_id", "programme:read",
        EvaluationSchema, {"method": codes.METHODS, "rating": codes.RATINGS},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class CommunityReach:
    """What took place for one community in a period.

    ``attendance`` counts everybody who came to a session of a programme that is for this community,
    whoever they were: sessions of a programme for several communities count for each of them.
    """

    community_id: uuid.UUID
    name: str
    programmes: int
    """Active programmes for this community now."""
    sessions: int
    attendance: int


@dataclass(frozen=True)
class DistrictReach:
    """What took place in one district in a period, beside the incidents recorded there."""

    name: str
    sessions: int
    attendance: int
    incidents: int | None
    """None where no figure is known: the district is not among those with the most incidents."""


def list_community_reach(*, actor: Actor, date_from: date, date_to: date) -> list[CommunityReach]:
    """Every community of the city's register, those that nothing reached too; two statements."""
    rows = db.session.execute(
        select(
            ProgrammeCommunity.community_id,
            func.count(Programme.programme_id.distinct()).filter(Programme.status == "active"),
            func.count(ProgrammeSession.programme_session_id), func.coalesce(func.sum(ProgrammeSession.attendance), 0),
        )
        .join(Programme, and_(*_of_programme(ProgrammeCommunity)))
        .outerjoin(
            ProgrammeSession,
            and_(*_of_programme(ProgrammeSession), *_HELD, ProgrammeSession.held_on.between(date_from, date_to)),
        )
        .where(ProgrammeCommunity.city_id == actor.organisation_id, Programme.archived_at.is_(None))
        .group_by(ProgrammeCommunity.community_id)
    )  # fmt: skip
    reached = {row[0]: row[1:] for row in rows}
    return [
        CommunityReach(uuid.UUID(key), name, *reached.get(uuid.UUID(key), (0, 0, 0)))
        for key, name in community_choices(actor)
    ]


def list_district_reach(
    incidents: Sequence[tuple[str, int]], *, actor: Actor, date_from: date, date_to: date
) -> list[DistrictReach]:
    """Districts in which something took place, and those of ``incidents`` (by name, with their
    counts in the period) in which nothing did; the most incidents first. One statement."""
    rows = db.session.execute(
        select(func.min(ProgrammeSession.district), func.count(), func.sum(ProgrammeSession.attendance))
        .join(Programme, and_(*_of_programme(ProgrammeSession)))
        .where(ProgrammeSession.city_id == actor.organisation_id, *_HELD, Programme.archived_at.is_(None),
               ProgrammeSession.district != "", ProgrammeSession.held_on.between(date_from, date_to))
        .group_by(func.lower(ProgrammeSession.district))
    )  # fmt: skip
    held = {row[0].casefold(): (row[0], row[1], row[2]) for row in rows}
    found = []
    for name, count in incidents:
        _name, sessions, attendance = held.pop(name.casefold(), (name, 0, 0))
        found.append(DistrictReach(name, sessions, attendance, count))
    rest = sorted(held.values(), key=lambda row: (-row[2], row[0]))
    return found + [DistrictReach(name, sessions, attendance, None) for name, sessions, attendance in rest]


@dataclass(frozen=True)
class ProgrammeProgress:
    """How a city's prevention goes, as counts; a year means the last 365 days."""

    programmes_active: int
    sessions_last_year: int
    reached_last_year: int
    """Attendance added up: somebody who came twice counts twice."""
    communities_reached: int
    """Communities for which a counted session took place in the year."""
    communities_not_reached: int
    evaluated: int
    """Programmes that are active or done and have an evaluation."""
    without_evaluation: int
    """Programmes that are active or done and have none."""


def programme_progress(*, actor: Actor) -> ProgrammeProgress:
    """The state of the acting city's programmes; three statements."""
    today = date.today()
    current = (Programme.city_id == actor.organisation_id, Programme.archived_at.is_(None))
    evaluated = (
        select(ProgrammeEvaluation.programme_evaluation_id)
        .where(*_of_programme(ProgrammeEvaluation), ProgrammeEvaluation.archived_at.is_(None))
        .correlate(Programme).exists()
    )  # fmt: skip
    running = Programme.status.in_(("active", "done"))
    held = (
        select(ProgrammeSession.attendance)
        .join(Programme, and_(*_of_programme(ProgrammeSession)))
        .where(*current, *_HELD, ProgrammeSession.held_on.between(today - YEAR, today)).subquery()
    )  # fmt: skip
    row = db.session.execute(
        select(
            select(func.count()).where(*current, Programme.status == "active").scalar_subquery(),
            select(func.count()).select_from(held).scalar_subquery(),
            select(func.coalesce(func.sum(held.c.attendance), 0)).scalar_subquery(),
            select(func.count()).where(*current, running, evaluated).scalar_subquery(),
            select(func.count()).where(*current, running, ~evaluated).scalar_subquery(),
        )
    ).one()
    reach = list_community_reach(actor=actor, date_from=today - YEAR, date_to=today)
    reached = sum(1 for one in reach if one.sessions)
    return ProgrammeProgress(row[0], row[1], row[2], reached, len(reach) - reached, row[3], row[4])

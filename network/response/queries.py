"""Reading response plans, their parts, editions and exercises."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, and_, func, or_, select

from network.communications.models import MessageTemplate
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Order, Page, paginate
from network.kernel.tenancy import Actor
from network.records.keeping import Kept, get_kept
from network.records.registry import RecordType
from network.response import codes
from network.response.models import (
    ResponseCall,
    ResponseExercise,
    ResponseExerciseAction,
    ResponseItem,
    ResponsePlace,
    ResponsePlan,
    ResponsePlanEdition,
    ResponsePlanMessage,
    ResponseRole,
)
from network.response.schemas import CallSchema, ExerciseSchema, ItemSchema, PlaceSchema, PlanSchema, RoleSchema
from network.strategy.models import Action

YEAR = timedelta(days=365)
P = TypeVar("P", bound=Kept)


@dataclass(frozen=True)
class PlanFilter:
    """Which plans are meant; an empty field asks for all."""

    text: str = ""
    scenario: str = ""
    state: str = ""
    is_archived: bool = False


SORTS: dict[str, Order] = {
    "name": ((ResponsePlan.name, False), (ResponsePlan.response_plan_id, False)),
    "newest": ((ResponsePlan.created_at, True), (ResponsePlan.response_plan_id, True)),
}
"""The orders in which plans can be asked for."""


def _latest(actor: Actor) -> Any:
    """The newest edition of each plan of the acting city."""
    return (
        select(
            ResponsePlanEdition.response_plan_id.label("plan_id"), ResponsePlanEdition.number,
            ResponsePlanEdition.adopted_on, ResponsePlanEdition.review_on,
        )
        .where(ResponsePlanEdition.city_id == actor.organisation_id)
        .distinct(ResponsePlanEdition.response_plan_id)
        .order_by(ResponsePlanEdition.response_plan_id, ResponsePlanEdition.number.desc())
        .subquery()
    )  # fmt: skip


def _select(wanted: PlanFilter, actor: Actor) -> Select[Any]:
    is_archived = ResponsePlan.archived_at.is_not(None)
    query = select(ResponsePlan).where(
        ResponsePlan.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    if wanted.scenario:
        query = query.where(ResponsePlan.scenario_kinds.contains([wanted.scenario]))
    if wanted.state:
        latest = _latest(actor)
        query = query.outerjoin(latest, latest.c.plan_id == ResponsePlan.response_plan_id)
        if wanted.state == "draft":
            query = query.where(latest.c.plan_id.is_(None))
        elif wanted.state == "review_due":
            query = query.where(latest.c.review_on < date.today())
        else:
            query = query.where(latest.c.review_on >= date.today())
    if wanted.text:
        columns = (ResponsePlan.name, ResponsePlan.scenario, ResponsePlan.purpose)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return query


def list_plans(
    wanted: PlanFilter, *, actor: Actor, sort: str = "name", after: str = "", before: str = "", limit: int = 50
) -> Page[ResponsePlan]:
    """A page of plans; ``sort`` is a key of SORTS."""
    return paginate(_select(wanted, actor), SORTS[sort], after=after, before=before, limit=limit)


def all_plans(wanted: PlanFilter, *, actor: Actor, limit: int = 5000) -> list[ResponsePlan]:
    """What the filter means, by name, for an export or a choice."""
    query = _select(wanted, actor).order_by(ResponsePlan.name, ResponsePlan.response_plan_id).limit(limit)
    return list(db.session.execute(query).scalars())


def get_plan(plan_id: uuid.UUID, *, actor: Actor) -> ResponsePlan:
    """One plan, archived or not; NotFound also for another city's."""
    return get_kept(ResponsePlan, plan_id, actor=actor)


@dataclass(frozen=True)
class Standing:
    """How a plan stands: its newest edition, and what is missing in its roles."""

    state: str
    edition: int = 0
    adopted_on: date | None = None
    review_on: date | None = None
    roles: int = 0
    without_deputy: int = 0
    items: int = 0


def _has_nobody(part: str) -> Any:
    return and_(
        getattr(ResponseRole, f"{part}_person_id").is_(None), getattr(ResponseRole, f"{part}_partner_id").is_(None),
        getattr(ResponseRole, f"{part}_name") == "",
    )  # fmt: skip


def find_standings(plan_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, Standing]:
    """How each of these plans stands; three statements."""
    latest = _latest(actor)
    editions: dict[uuid.UUID, tuple[Any, ...]] = {
        row[0]: tuple(row[1:]) for row in db.session.execute(select(latest).where(latest.c.plan_id.in_(plan_ids)))
    }
    roles: dict[uuid.UUID, tuple[int, int]] = {
        row[0]: (row[1], row[2]) for row in db.session.execute(
            select(ResponseRole.response_plan_id, func.count(), func.count().filter(_has_nobody("deputy")))
            .where(ResponseRole.city_id == actor.organisation_id, ResponseRole.response_plan_id.in_(plan_ids),
                   ResponseRole.archived_at.is_(None))
            .group_by(ResponseRole.response_plan_id)
        )
    }  # fmt: skip
    items = {
        row[0]: row[1] for row in db.session.execute(
            select(ResponseItem.response_plan_id, func.count())
            .where(ResponseItem.city_id == actor.organisation_id, ResponseItem.response_plan_id.in_(plan_ids),
                   ResponseItem.archived_at.is_(None))
            .group_by(ResponseItem.response_plan_id)
        )
    }  # fmt: skip
    found = {}
    for plan_id in plan_ids:
        number, adopted_on, review_on = editions.get(plan_id, (0, None, None))
        state = "draft" if not number else "review_due" if review_on < date.today() else "adopted"
        count, without_deputy = roles.get(plan_id, (0, 0))
        found[plan_id] = Standing(
            state, number, adopted_on, review_on, count, without_deputy, items.get(plan_id, 0)
        )
    return found


ORDERED = (ResponseRole, ResponseItem, ResponseCall, ResponsePlace)
"""The parts of a plan that have a place in an order."""


def list_parts(model: type[P], plan_id: uuid.UUID, *, actor: Actor, is_archived: bool = False) -> list[P]:
    """All parts of one kind of a plan in their order; exercises with the latest first."""
    of: Any = model
    archived = of.archived_at.is_not(None)
    order = (of.held_on.desc(), of.created_at.desc()) if of is ResponseExercise else (of.position, of.created_at)
    query = select(model).where(
        of.city_id == actor.organisation_id, of.response_plan_id == plan_id, archived if is_archived else ~archived
    )
    return list(db.session.execute(query.order_by(*order).limit(2000)).scalars())


def role_choices(plan_id: uuid.UUID, *, actor: Actor) -> list[tuple[str, str]]:
    """The roles of a plan for a form: id as text and name."""
    return [(str(role.record_id), role.name) for role in list_parts(ResponseRole, plan_id, actor=actor)]


def list_templates(plan_id: uuid.UUID, *, actor: Actor) -> list[MessageTemplate]:
    """The message templates of a plan that are in use, by name and language."""
    query = (
        select(MessageTemplate)
        .join(ResponsePlanMessage, and_(ResponsePlanMessage.city_id == MessageTemplate.city_id,
                                        ResponsePlanMessage.message_template_id == MessageTemplate.message_template_id))
        .where(ResponsePlanMessage.city_id == actor.organisation_id, ResponsePlanMessage.response_plan_id == plan_id,
               MessageTemplate.archived_at.is_(None))
        .order_by(MessageTemplate.name, MessageTemplate.language, MessageTemplate.message_template_id)
    )  # fmt: skip
    return list(db.session.execute(query.limit(200)).scalars())


def list_editions(plan_id: uuid.UUID, *, actor: Actor) -> list[ResponsePlanEdition]:
    """The editions of a plan, the newest first."""
    query = select(ResponsePlanEdition).where(
        ResponsePlanEdition.city_id == actor.organisation_id, ResponsePlanEdition.response_plan_id == plan_id
    )
    return list(db.session.execute(query.order_by(ResponsePlanEdition.number.desc()).limit(200)).scalars())


def get_edition(plan_id: uuid.UUID, number: int, *, actor: Actor) -> ResponsePlanEdition:
    """One edition of a plan; NotFound if there is none of this number."""
    found = db.session.get(ResponsePlanEdition, (actor.organisation_id, plan_id, number))
    if found is None:
        raise NotFound("edition")
    return found


EXERCISE_ORDER: Order = ((ResponseExercise.held_on, True), (ResponseExercise.response_exercise_id, True))


def _exercises(actor: Actor, kind: str, year: int | None, is_archived: bool) -> Select[Any]:
    archived = ResponseExercise.archived_at.is_not(None)
    query = select(ResponseExercise).where(
        ResponseExercise.city_id == actor.organisation_id, archived if is_archived else ~archived
    )
    if kind:
        query = query.where(ResponseExercise.kind == kind)
    if year:
        query = query.where(ResponseExercise.held_on.between(date(year, 1, 1), date(year, 12, 31)))
    return query


def list_exercises(
    *, actor: Actor, kind: str = "", year: int | None = None, is_archived: bool = False, after: str = "",
    before: str = "", limit: int = 50,
) -> Page[ResponseExercise]:  # fmt: skip
    """A page of the exercises of all plans, the latest first."""
    return paginate(_exercises(actor, kind, year, is_archived), EXERCISE_ORDER, after=after, before=before, limit=limit)


def all_exercises(*, actor: Actor, kind: str = "", year: int | None = None) -> list[ResponseExercise]:
    """The exercises of all plans for an export."""
    query = _exercises(actor, kind, year, False).order_by(ResponseExercise.held_on.desc()).limit(5000)
    return list(db.session.execute(query).scalars())


def find_plan_names(plan_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, str]:
    """What these plans are called."""
    rows = db.session.execute(
        select(ResponsePlan.response_plan_id, ResponsePlan.name).where(
            ResponsePlan.city_id == actor.organisation_id, ResponsePlan.response_plan_id.in_(plan_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def list_follow_ups(exercise_id: uuid.UUID, *, actor: Actor) -> list[Action]:
    """The actions that follow from an exercise, those due first at the top."""
    query = (
        select(Action)
        .join(ResponseExerciseAction, and_(ResponseExerciseAction.city_id == Action.city_id,
                                           ResponseExerciseAction.action_id == Action.action_id))
        .where(ResponseExerciseAction.city_id == actor.organisation_id,
               ResponseExerciseAction.response_exercise_id == exercise_id, Action.archived_at.is_(None))
        .order_by(Action.due_on, Action.action_id)
    )  # fmt: skip
    return list(db.session.execute(query.limit(200)).scalars())


@dataclass(frozen=True)
class ResponseProgress:
    """How ready a city is to respond, as counts; a year means the last 365 days."""

    plans_adopted: int
    """Plans in use of which an edition was adopted, the review overdue or not."""
    plan_review_due: int
    """Those of them whose review is overdue."""
    roles: int
    """Roles of all plans in use."""
    roles_without_deputy: int
    exercises_last_year: int
    """Exercises whose day is past and whose findings are written."""
    follow_ups_open: int
    """Actions from exercises that are neither done nor stopped."""


def response_progress(*, actor: Actor) -> ResponseProgress:
    """The state of the acting city's readiness to respond; one statement."""
    today = date.today()
    latest = _latest(actor)
    current = (ResponsePlan.city_id == actor.organisation_id, ResponsePlan.archived_at.is_(None))
    adopted = select(func.count()).select_from(ResponsePlan).join(
        latest, latest.c.plan_id == ResponsePlan.response_plan_id
    ).where(*current)  # fmt: skip
    roles = (
        select(func.count()).select_from(ResponseRole)
        .join(ResponsePlan, and_(ResponsePlan.city_id == ResponseRole.city_id,
                                 ResponsePlan.response_plan_id == ResponseRole.response_plan_id))
        .where(*current, ResponseRole.archived_at.is_(None))
    )  # fmt: skip
    exercises = select(func.count()).select_from(ResponseExercise).where(
        ResponseExercise.city_id == actor.organisation_id, ResponseExercise.archived_at.is_(None),
        ResponseExercise.held_on.between(today - YEAR, today), ResponseExercise.findings != "",
    )  # fmt: skip
    follow_ups = (
        select(func.count(Action.action_id.distinct())).select_from(ResponseExerciseAction)
        .join(Action, and_(Action.city_id == ResponseExerciseAction.city_id,
                           Action.action_id == ResponseExerciseAction.action_id))
        .where(ResponseExerciseAction.city_id == actor.organisation_id, Action.archived_at.is_(None),
               Action.status.in_(("planned", "active")))
    )  # fmt: skip
    row = db.session.execute(
        select(
            adopted.scalar_subquery(), adopted.where(latest.c.review_on < today).scalar_subquery(),
            roles.scalar_subquery(), roles.where(_has_nobody("deputy")).scalar_subquery(),
            exercises.scalar_subquery(), follow_ups.scalar_subquery(),
        )
    ).one()  # fmt: skip
    return ResponseProgress(*row)


RECORD_TYPES = (
    RecordType(
        "response_plan", _l("Response plan"), "response_plans.show", "plan_id", "response:read", PlanSchema,
        {"scenario_kinds": codes.SCENARIOS},
    ),
    RecordType(
        "response_role", _l("Role in a response plan"), "response_roles.show", "part_id", "response:read", RoleSchema
    ),
    RecordType(
        "response_item", _l("Line of a checklist"), "response_items.show", "part_id", "response:read", ItemSchema,
        {"phase": codes.PHASES, "strand": codes.STRANDS},
    ),
    RecordType(
        "response_call", _l("Call in a response plan"), "response_calls.show", "part_id", "response:read", CallSchema,
        {"level": codes.LEVELS},
    ),
    RecordType(
        "response_place", _l("Place for families"), "response_places.show", "part_id", "response:read", PlaceSchema
    ),
    RecordType(
        "response_exercise", _l("Exercise"), "response_exercises.show", "part_id", "response:read", ExerciseSchema,
        {"kind": codes.EXERCISES},
    ),
)  # fmt: skip

"""Reading strategies and actions. What may be seen is the policies' business: an invited partner finds
the actions that are assigned to it and nothing else."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.records.registry import RecordType, register_notice
from network.strategy import codes
from network.strategy.consultations.queries import list_not_consulted
from network.strategy.models import (
    Action,
    ActionReport,
    Consultation,
    Indicator,
    Measurement,
    Objective,
    Strategy,
    StrategyVersion,
)
from network.strategy.schemas import ActionSchema, ObjectiveSchema, StrategySchema

SORTS = ("due", "-due", "title", "-title")
MOST_ON_A_BOARD = 500


@dataclass(frozen=True)
class ActionFilter:
    """Which actions are meant; an empty field asks for all."""

    text: str = ""
    status: str = ""
    lead: str = ""
    """A key as in ``parties``, or "me" for those that the caller leads."""
    objective_id: uuid.UUID | None = None
    is_open: bool = False
    is_overdue: bool = False
    is_unowned: bool = False
    is_unfunded: bool = False
    has_reports: bool = False
    """Only actions with a report of a partner that nobody has answered."""
    is_archived: bool = False


IS_OPEN = Action.status.in_(codes.OPEN)
IS_UNOWNED = and_(IS_OPEN, Action.lead_partner_id.is_(None), Action.lead_person_id.is_(None))
IS_UNFUNDED = and_(IS_OPEN, Action.funding_source == "", or_(Action.budget.is_(None), Action.budget > 0))
"""Open, with a budget that is not known or not nothing, and no source named."""


def is_overdue(today: date) -> Any:
    """The condition for open actions whose day is past."""
    return and_(IS_OPEN, Action.due_on < today)


def _select(wanted: ActionFilter, actor: Actor) -> Select[tuple[Action]]:
    archived = Action.archived_at.is_not(None)
    query = select(Action).where(
        Action.city_id == actor.organisation_id, archived if wanted.is_archived else ~archived
    )
    if wanted.status:
        query = query.where(Action.status == wanted.status)
    kind, _colon, key = wanted.lead.partition(":")
    if wanted.lead == "me":
        query = query.where(Action.lead_person_id == actor.person_id)
    elif kind == "partner":
        query = query.where(Action.lead_partner_id == uuid.UUID(key))
    elif kind == "person":
        query = query.where(Action.lead_person_id == uuid.UUID(key))
    if wanted.objective_id:
        query = query.where(Action.objective_id == wanted.objective_id)
    if wanted.is_open:
        query = query.where(IS_OPEN)
    if wanted.is_overdue:
        query = query.where(is_overdue(date.today()))
    if wanted.is_unowned:
        query = query.where(IS_UNOWNED)
    if wanted.is_unfunded:
        query = query.where(IS_UNFUNDED)
    if wanted.has_reports:
        waiting = select(ActionReport.report_id).where(
            ActionReport.city_id == Action.city_id, ActionReport.action_id == Action.action_id,
            ActionReport.partner_id.is_not(None), ActionReport.answered_at.is_(None),
        )  # fmt: skip
        query = query.where(waiting.exists())
    if wanted.text:
        columns = (Action.title, Action.description, Action.lead_name, Action.funding_source)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return query


def _order(sort: str) -> tuple[tuple[Any, bool], ...]:
    column = Action.title if sort.endswith("title") else Action.due_key
    descends = sort.startswith("-")
    return ((column, descends), (Action.action_id, descends))


def list_actions(
    wanted: ActionFilter, *, actor: Actor, sort: str = "due", after: str = "", before: str = "", limit: int = 50
) -> Page[Action]:
    """A page of actions, by default those due first; actions without a day come last."""
    return paginate(_select(wanted, actor), _order(sort), after=after, before=before, limit=limit)


def all_actions(
    wanted: ActionFilter, *, actor: Actor, limit: int = 5000, strategy_id: uuid.UUID | None = None
) -> list[Action]:
    """The actions that the filter means, those due first, for a board, a file or a document."""
    query = _select(wanted, actor)
    if strategy_id:
        query = query.where(Action.strategy_id == strategy_id)
    return list(db.session.execute(query.order_by(Action.due_key, Action.action_id).limit(limit)).scalars())


def get_action(action_id: uuid.UUID, *, actor: Actor) -> Action:
    """One action; NotFound also for another city's, and for a partner's person if it is not theirs."""
    found = db.session.get(Action, (actor.organisation_id, action_id))
    if found is None:
        raise NotFound("action")
    return found


def action_choices(*, actor: Actor) -> list[tuple[str, str]]:
    """Actions for a form: id as text and title, archived ones left out."""
    rows = db.session.execute(
        select(Action.action_id, Action.title)
        .where(Action.city_id == actor.organisation_id, Action.archived_at.is_(None))
        .order_by(Action.title, Action.action_id).limit(5000)
    )  # fmt: skip
    return [(str(row[0]), row[1]) for row in rows]


def list_reports(action_id: uuid.UUID, *, actor: Actor, limit: int = 200) -> list[ActionReport]:
    """What was told of an action, the latest first; to a partner's person only what their partners told."""
    return list(
        db.session.execute(
            select(ActionReport).where(
                ActionReport.city_id == actor.organisation_id, ActionReport.action_id == action_id
            ).order_by(ActionReport.report_id.desc()).limit(limit)
        ).scalars()
    )  # fmt: skip


def get_report(action_id: uuid.UUID, report_id: uuid.UUID, *, actor: Actor) -> ActionReport:
    """One report on an action."""
    found = db.session.get(ActionReport, (actor.organisation_id, report_id))
    if found is None or found.action_id != action_id:
        raise NotFound("report")
    return found


def list_strategies(*, actor: Actor, is_archived: bool = False) -> list[Strategy]:
    """The strategies of the city, the newest first."""
    archived = Strategy.archived_at.is_not(None)
    return list(
        db.session.execute(
            select(Strategy).where(
                Strategy.city_id == actor.organisation_id, archived if is_archived else ~archived
            ).order_by(Strategy.strategy_id.desc()).limit(200)
        ).scalars()
    )  # fmt: skip


def find_current_strategy(*, actor: Actor) -> Strategy | None:
    """The newest strategy that is not archived."""
    found = list_strategies(actor=actor)
    return found[0] if found else None


def get_strategy(strategy_id: uuid.UUID, *, actor: Actor) -> Strategy:
    """One strategy; NotFound also for another city's."""
    found = db.session.get(Strategy, (actor.organisation_id, strategy_id))
    if found is None:
        raise NotFound("strategy")
    return found


def list_objectives(
    *, actor: Actor, strategy_id: uuid.UUID | None = None, is_archived: bool = False
) -> list[Objective]:
    """The objectives of a strategy, or of every current one, in their order."""
    archived = Objective.archived_at.is_not(None)
    query = select(Objective).where(
        Objective.city_id == actor.organisation_id, archived if is_archived else ~archived
    )
    if strategy_id:
        query = query.where(Objective.strategy_id == strategy_id)
    else:
        query = query.join(
            Strategy, and_(Strategy.city_id == Objective.city_id, Strategy.strategy_id == Objective.strategy_id)
        ).where(Strategy.archived_at.is_(None))
    return list(
        db.session.execute(query.order_by(Objective.position, Objective.objective_id).limit(500)).scalars()
    )


def get_objective(objective_id: uuid.UUID, *, actor: Actor) -> Objective:
    """One objective; NotFound also for another city's."""
    found = db.session.get(Objective, (actor.organisation_id, objective_id))
    if found is None:
        raise NotFound("objective")
    return found


def objective_choices(*, actor: Actor) -> list[tuple[str, str]]:
    """Objectives of the current strategies for a form: id as text and title."""
    return [(str(found.objective_id), found.title) for found in list_objectives(actor=actor)]


@dataclass(frozen=True)
class ActionCounts:
    """How many actions there are and what is wrong with them; archived ones are not counted."""

    total: int
    done: int
    open: int
    overdue: int
    unowned: int
    unfunded: int


def count_actions(*, actor: Actor, strategy_id: uuid.UUID | None = None) -> ActionCounts:
    """The counts of the whole city or of one strategy; one statement."""

    def where(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    query = select(
        func.count(), where(Action.status == "done"), where(IS_OPEN), where(is_overdue(date.today())),
        where(IS_UNOWNED), where(IS_UNFUNDED),
    ).where(Action.city_id == actor.organisation_id, Action.archived_at.is_(None))  # fmt: skip
    if strategy_id:
        query = query.where(Action.strategy_id == strategy_id)
    return ActionCounts(*(int(value) for value in db.session.execute(query).one()))


def my_partner_ids() -> list[uuid.UUID]:
    """The partners for which the caller, an invited outsider, stands; empty for the team."""
    mine = db.session.execute(select(func.current_setting("concord.partner_ids", True))).scalar_one() or ""
    return [uuid.UUID(key) for key in mine.strip("{}").split(",") if key]


def count_due(days: int, *, today: date, actor: Actor) -> tuple[int, int]:
    """How many open actions that the caller, or a partner of theirs, leads are due within ``days``,
    and how many are overdue."""
    leads: Any = Action.lead_person_id == actor.person_id
    if actor.role == "partner":
        leads = Action.lead_partner_id.in_(my_partner_ids())
    soon = and_(Action.due_on >= today, Action.due_on <= today + timedelta(days=days))
    row = db.session.execute(
        select(func.count().filter(soon), func.count().filter(Action.due_on < today))
        .where(Action.city_id == actor.organisation_id, Action.archived_at.is_(None), IS_OPEN, leads)
    ).one()  # fmt: skip
    return row[0], row[1]


@dataclass(frozen=True)
class StrategyProgress:
    """Where a city stands with its strategy: what is adopted, what is planned, what is missing.

    ``communities_not_consulted`` are communities of the assessment that no consultation names;
    ``indicators_measured`` are those with a measurement in the last year.
    """

    adopted_on: date | None
    review_due: date | None
    has_draft: bool
    objectives: int
    actions: int
    actions_open: int
    overdue: int
    unowned: int
    unfunded: int
    consultations: int
    communities_not_consulted: int
    indicators: int
    indicators_measured: int


def strategy_progress(*, actor: Actor) -> StrategyProgress:
    """The state of the current strategies of the acting city; a fixed number of statements."""
    city = actor.organisation_id
    live = select(Strategy.strategy_id).where(Strategy.city_id == city, Strategy.archived_at.is_(None))

    def of_live(model: Any, *conditions: Any) -> Any:
        return select(func.count()).select_from(model).where(
            model.city_id == city, model.strategy_id.in_(live), *conditions
        ).scalar_subquery()  # fmt: skip

    measured = select(Measurement.indicator_id).where(
        Measurement.city_id == Indicator.city_id, Measurement.indicator_id == Indicator.indicator_id,
        Measurement.measured_on > func.current_date() - 366,
    ).exists()  # fmt: skip
    adopted = select(StrategyVersion).where(
        StrategyVersion.city_id == city, StrategyVersion.strategy_id.in_(live), StrategyVersion.state == "adopted"
    )
    last = adopted.order_by(StrategyVersion.adopted_on.desc()).limit(1).subquery()
    row = db.session.execute(
        select(
            select(last.c.adopted_on).scalar_subquery(), select(last.c.review_due).scalar_subquery(),
            of_live(StrategyVersion, StrategyVersion.state.in_(("draft", "in_review"))),
            of_live(Objective, Objective.archived_at.is_(None)),
            of_live(Consultation, Consultation.archived_at.is_(None)),
            of_live(Indicator, Indicator.archived_at.is_(None)),
            of_live(Indicator, Indicator.archived_at.is_(None), measured),
        )
    ).one()  # fmt: skip
    counts = count_actions(actor=actor)
    return StrategyProgress(
        adopted_on=row[0], review_due=row[1], has_draft=row[2] > 0, objectives=row[3], actions=counts.total,
        actions_open=counts.open, overdue=counts.overdue, unowned=counts.unowned, unfunded=counts.unfunded,
        consultations=row[4], communities_not_consulted=len(list_not_consulted(actor=actor)),
        indicators=row[5], indicators_measured=row[6],
    )  # fmt: skip


RECORD_TYPES = (
    RecordType(
        "strategy", _l("Strategy"), "strategy.show", "strategy_id", "strategy:read", StrategySchema,
        {"kind": codes.KINDS},
    ),
    RecordType("objective", _l("Objective"), "strategy.objective", "objective_id", "strategy:read", ObjectiveSchema),
    RecordType(
        "action", _l("Action"), "actions.show", "action_id", "strategy:read", ActionSchema,
        {"status": codes.STATUSES},
    ),
)  # fmt: skip

register_notice("action_due", _l("reminds you of an action that is due soon"))
register_notice("action_overdue", _l("reminds you of an action that is overdue"))
register_notice("action_reported", _l("reported on an action"))

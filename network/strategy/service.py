"""Writing strategies and actions: coordinators write the strategy, officers the actions too, partners
tell how it goes. The policies of the database hold the same."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from network.identity.models import Person
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import flush, set_archived, stamp
from network.strategy import codes
from network.strategy.models import Action, ActionReport, Objective, Strategy, StrategyVersion
from network.strategy.parties import place_parties
from network.strategy.queries import (
    find_current_strategy,
    get_action,
    get_objective,
    get_report,
    get_strategy,
    my_partner_ids,
)
from network.strategy.schemas import ActionSchema


def my_name(actor: Actor) -> str:
    """What the caller is called."""
    return db.session.execute(select(Person.name).where(Person.person_id == actor.person_id)).scalar_one()


def add_strategy(data: Mapping[str, Any], *, actor: Actor) -> Strategy:
    """Begin a strategy; its first version is a draft. Actions that stand in no strategy join it."""
    strategy = Strategy(
        city_id=actor.organisation_id, **data, version=1, created_by=actor.person_id, updated_by=actor.person_id
    )
    db.session.add(strategy)
    flush()
    open_draft(strategy.strategy_id, actor=actor)
    db.session.execute(
        update(Action)
        .where(Action.city_id == actor.organisation_id, Action.strategy_id.is_(None))
        .values(strategy_id=strategy.strategy_id)
    )
    return strategy


def open_draft(strategy_id: uuid.UUID, *, actor: Actor) -> None:
    """Make sure that there is a version to work on; what was adopted stays as it is."""
    mine = (StrategyVersion.city_id == actor.organisation_id, StrategyVersion.strategy_id == strategy_id)
    number = select(func.coalesce(func.max(StrategyVersion.number), 0) + 1).where(*mine).scalar_subquery()
    is_open = select(StrategyVersion.version_id).where(*mine, StrategyVersion.state.in_(("draft", "in_review")))
    if db.session.execute(is_open).first() is None:
        db.session.execute(
            insert(StrategyVersion).values(
                city_id=actor.organisation_id, strategy_id=strategy_id, number=number, state="draft",
                created_by=actor.person_id,
            ).on_conflict_do_nothing()
        )  # fmt: skip


def change_strategy(strategy_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> Strategy:
    """Change the text of a strategy that the caller read at ``version``; Conflict if it moved on."""
    strategy = get_strategy(strategy_id, actor=actor)
    if strategy.version != version:
        raise Conflict(strategy.version)
    for name, value in data.items():
        setattr(strategy, name, value)
    stamp(strategy, actor=actor)
    flush()
    open_draft(strategy_id, actor=actor)
    return strategy


def archive_strategy(strategy_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Strategy:
    """Take a strategy out of use, or bring it back; its actions stay in the action plan."""
    strategy = get_strategy(strategy_id, actor=actor)
    set_archived(strategy, is_archived=is_archived, actor=actor)
    return strategy


def add_objective(strategy_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> Objective:
    """Add an objective to a strategy."""
    get_strategy(strategy_id, actor=actor)
    objective = Objective(
        city_id=actor.organisation_id, strategy_id=strategy_id, **place_parties(dict(data), actor=actor), version=1,
        created_by=actor.person_id, updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(objective)
    flush()
    open_draft(strategy_id, actor=actor)
    return objective


def change_objective(objective_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> Objective:
    """Change an objective that the caller read at ``version``; Conflict if it moved on."""
    objective = get_objective(objective_id, actor=actor)
    if objective.version != version:
        raise Conflict(objective.version)
    for name, value in place_parties(dict(data), before=objective, actor=actor).items():
        setattr(objective, name, value)
    stamp(objective, actor=actor)
    flush()
    open_draft(objective.strategy_id, actor=actor)
    return objective


def archive_objective(objective_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Objective:
    """Take an objective out of its strategy, or bring it back; its actions stay."""
    objective = get_objective(objective_id, actor=actor)
    set_archived(objective, is_archived=is_archived, actor=actor)
    open_draft(objective.strategy_id, actor=actor)
    return objective


def _place_action(data: dict[str, Any], *, before: Action | None, actor: Actor) -> dict[str, Any]:
    data = place_parties(data, before=before, actor=actor)
    if data["objective_id"]:
        try:
            data["strategy_id"] = get_objective(data["objective_id"], actor=actor).strategy_id
        except NotFound:
            raise ValidationFailed({"objective_id": [_("Choose from the list.")]}) from None
    elif before is None:
        current = find_current_strategy(actor=actor)
        data["strategy_id"] = current.strategy_id if current else None
    if data["status"] == "done":
        data["percent"] = 100
    data["currency"] = data["currency"].upper()
    return data


def add_action(data: Mapping[str, Any], *, actor: Actor) -> Action:
    """Add an action to the plan of the city; a title is enough.

    The values are those of ``ActionSchema``; what is not given has its default there. ``lead`` is a
    key as in ``parties``, such as "partner:<id>" or "person:<id>". It joins the strategy of its
    objective, else the current one, else none until there is one.
    """
    defaults = {name: item.load_default for name, item in ActionSchema().load_fields.items() if not item.required}
    given = {name: value() if callable(value) else value for name, value in defaults.items()} | dict(data)
    action = Action(
        city_id=actor.organisation_id, **_place_action(given, before=None, actor=actor), version=1,
        created_by=actor.person_id, updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(action)
    flush()
    return action


def change_action(action_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> Action:
    """Change an action that the caller read at ``version``; Conflict if it moved on."""
    action = get_action(action_id, actor=actor)
    if action.version != version:
        raise Conflict(action.version)
    for name, value in _place_action(dict(data), before=action, actor=actor).items():
        setattr(action, name, value)
    stamp(action, actor=actor)
    flush()
    return action


def move_action(action_id: uuid.UUID, *, status: str, actor: Actor) -> Action:
    """Give an action another status; what is done is done to 100 percent."""
    if status not in codes.STATUSES:
        raise ValidationFailed({"status": [_("Choose from the list.")]})
    action = get_action(action_id, actor=actor)
    _move(action, status)
    stamp(action, actor=actor)
    flush()
    return action


def _move(action: Action, status: str) -> None:
    action.status = status
    if status == "done":
        action.percent = 100


def archive_action(action_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Action:
    """Take an action out of the plan, or bring it back. Partners do not see it meanwhile."""
    action = get_action(action_id, actor=actor)
    set_archived(action, is_archived=is_archived, actor=actor)
    return action


def report_progress(action_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> ActionReport:
    """Tell how an action goes. What the team tells takes effect at once; what a partner proposes
    waits until somebody of the team accepts it."""
    action = get_action(action_id, actor=actor)
    partner_id = None
    if actor.role == "partner":
        partner_id = next(iter(find_my_partners(action)), None)
        if partner_id is None:
            raise NotFound("action")
    report = ActionReport(
        city_id=actor.organisation_id, action_id=action_id, partner_id=partner_id, body=data["body"],
        percent=data.get("percent"), proposed_status=data.get("proposed_status") or "", author_name=my_name(actor),
        created_by=actor.person_id,
    )  # fmt: skip
    db.session.add(report)
    if partner_id is None:
        _apply(report, action, actor=actor)
    flush()
    return report


def find_my_partners(action: Action) -> list[uuid.UUID]:
    """The partners with this action for which the caller, an invited outsider, stands."""
    known = set(my_partner_ids())
    return [partner_id for partner_id in action.assigned_partner_ids if partner_id in known]


def _apply(report: ActionReport, action: Action, *, actor: Actor) -> None:
    if report.percent is None and not report.proposed_status:
        return
    if report.percent is not None:
        action.percent = report.percent
    if report.proposed_status:
        _move(action, report.proposed_status)
    stamp(action, actor=actor)


def answer_report(action_id: uuid.UUID, report_id: uuid.UUID, *, is_accepted: bool, actor: Actor) -> ActionReport:
    """Take over what a partner proposed, or note that it was read without taking it over.

    Refused when somebody has answered already.
    """
    report = get_report(action_id, report_id, actor=actor)
    db.session.refresh(report, with_for_update=True)
    if report.partner_id is None:
        raise NotFound("report")
    if report.answered_at is not None:
        raise Refused(_("Somebody has answered this report already."))
    report.answered_at, report.answered_by, report.is_accepted = datetime.now(UTC), actor.person_id, is_accepted
    if is_accepted:
        _apply(report, get_action(action_id, actor=actor), actor=actor)
    flush()
    return report

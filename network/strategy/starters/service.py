"""Keeping templates (curators and coordinators of the network) and beginning with one (coordinators of
a city)."""

import json
import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from network.kernel.db import db
from network.kernel.errors import Conflict
from network.kernel.tenancy import Actor
from network.records.keeping import flush, set_archived, stamp
from network.strategy.indicators.schemas import IndicatorSchema
from network.strategy.indicators.service import add_indicator
from network.strategy.models import Strategy, StrategyTemplate
from network.strategy.schemas import ObjectiveSchema
from network.strategy.service import add_action, add_objective, add_strategy
from network.strategy.starters.outline import read_outline
from network.strategy.starters.queries import get_template, list_templates
from network.strategy.starters.schemas import TemplateSchema

SUPPLIED = Path(__file__).parents[1] / "data" / "templates.json"


def add_template(data: Mapping[str, Any], *, actor: Actor) -> StrategyTemplate:
    """Add a template for all cities."""
    template = StrategyTemplate(
        organisation_id=actor.organisation_id, **data, version=1, created_by=actor.person_id, updated_by=actor.person_id
    )
    db.session.add(template)
    flush()
    return template


def change_template(template_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> StrategyTemplate:
    """Change a template that the caller read at ``version``; strategies begun with it stay as they are."""
    template = get_template(template_id)
    if template.version != version:
        raise Conflict(template.version)
    for name, value in data.items():
        setattr(template, name, value)
    stamp(template, actor=actor)
    flush()
    return template


def archive_template(template_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> StrategyTemplate:
    """Take a template out of the list, or bring it back."""
    template = get_template(template_id)
    set_archived(template, is_archived=is_archived, actor=actor)
    return template


def load_supplied_templates(*, actor: Actor) -> int:
    """Add the templates that come with Concord, those whose title is not there yet; how many."""
    known = {t.title for archived in (False, True) for t in list_templates(actor=actor, is_archived=archived)}
    found = [item for item in json.loads(SUPPLIED.read_text()) if item["title"] not in known]
    for item in found:
        values = {name: "\n".join(value) if isinstance(value, list) else value for name, value in item.items()}
        add_template(TemplateSchema().checked(values), actor=actor)
    return len(found)


def begin_from_template(template_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> Strategy:
    """Begin a strategy with the objectives, actions and indicators of a template.

    ``data`` is the strategy's own text. Days are counted from today, nobody leads yet.
    """
    objectives = read_outline(get_template(template_id).outline)
    strategy = add_strategy(data, actor=actor)
    for position, item in enumerate(objectives, 1):
        values = ObjectiveSchema().checked({"title": item.title, "description": item.description, "position": position})
        objective = add_objective(strategy.strategy_id, values, actor=actor)
        for action in item.actions:
            due = date.today() + timedelta(days=round(action.months * 30.44)) if action.months else None
            add_action(
                {"title": action.title, "description": action.description, "due_on": due,
                 "objective_id": objective.objective_id}, actor=actor,
            )  # fmt: skip
        for indicator in item.indicators:
            plan = {"name": indicator.name, "unit": indicator.unit, "objective_id": str(objective.objective_id)}
            add_indicator(strategy.strategy_id, IndicatorSchema().checked(plan), actor=actor)
    return strategy

"""The strategies and action plans of two demonstration cities. People and organisations are invented."""

import json
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from network.kernel.tenancy import Actor, acting_as
from network.partners.queries import PartnerFilter, all_partners
from network.partners.schemas import PartnerSchema
from network.partners.service import add_partner, add_partner_person
from network.strategy.schemas import ActionSchema, ObjectiveSchema, StrategySchema
from network.strategy.service import add_action, add_objective, add_strategy, report_progress

DATA = json.loads((Path(__file__).parent / "data" / "strategies.json").read_text())


def _day(days: int | None) -> str | None:
    return None if days is None else str(date.today() + timedelta(days=days))


def _partners(wanted: dict[str, str], coordinator: Actor) -> dict[str, str]:
    """Keys by name; who is not in the register yet is added."""
    known = {partner.name: f"partner:{partner.partner_id}" for partner in all_partners(PartnerFilter(), actor=coordinator)}
    for name, kind in wanted.items():
        if name not in known:
            data = PartnerSchema().checked({"name": name, "partner_type": kind})
            known[name] = f"partner:{add_partner(data, actor=coordinator).partner_id}"
    return known


def load_strategy(short: str, *, coordinator: Actor, officer: Actor) -> None:
    """The strategy of one city with its objectives, actions and what was told of them."""
    city = DATA[short]
    people = {"coordinator": f"person:{coordinator.person_id}", "officer": f"person:{officer.person_id}"}
    with acting_as(coordinator):
        keys = people | _partners(city["partners"], coordinator)

        def place(item: dict[str, Any]) -> dict[str, Any]:
            parties = {name: [keys.get(who, who) for who in item.get(name, [])] for name in ("support", "consulted")}
            return {**item, **parties, "lead": keys.get(item.get("lead", ""), "")}

        text = city["strategy"]
        days = {name: _day(text[name]) for name in ("period_from", "period_until", "review_due")}
        strategy = add_strategy(StrategySchema().checked({**text, **days}), actor=coordinator)
        actions = list(city["actions"])
        for position, item in enumerate(city["objectives"], 1):
            data = ObjectiveSchema().checked({**place(item), "position": position})
            objective = add_objective(strategy.strategy_id, data, actor=coordinator)
            actions += [{**action, "objective_id": str(objective.objective_id)} for action in item["actions"]]
        for item in actions:
            item = {**place(item), "starts_on": _day(item.get("start")), "due_on": _day(item.get("due"))}
            action = add_action(ActionSchema().checked({k: v for k, v in item.items() if v is not None}), actor=coordinator)
            for words in item.get("reports", []):
                report_progress(action.action_id, {"body": words}, actor=coordinator)
        first = keys[next(iter(city["partners"]))]
        add_partner_person(_id(first), email=f"partner@{short}.example", actor=coordinator)


def _id(key: str) -> uuid.UUID:
    return uuid.UUID(key.removeprefix("partner:"))

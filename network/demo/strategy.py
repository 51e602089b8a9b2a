"""The strategies and action plans of two demonstration cities. People and organisations are invented."""

import json
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from network.assessment.queries import community_choices
from network.kernel.tenancy import Actor, acting_as
from network.partners.queries import PartnerFilter, all_partners
from network.partners.schemas import PartnerSchema
from network.partners.service import add_partner, add_partner_person
from network.strategy.consultations.schemas import ConsultationSchema
from network.strategy.consultations.service import add_consultation
from network.strategy.indicators.schemas import IndicatorSchema, MeasurementSchema
from network.strategy.indicators.service import add_indicator, measure
from network.strategy.queries import ActionFilter, all_actions, get_objective, list_objectives
from network.strategy.schemas import ActionSchema, ObjectiveSchema, ReportSchema, StrategySchema
from network.strategy.service import (
    add_action,
    add_objective,
    add_strategy,
    change_objective,
    report_progress,
)
from network.strategy.starters.service import load_supplied_templates
from network.strategy.versions.queries import list_versions
from network.strategy.versions.schemas import AdoptionSchema
from network.strategy.versions.service import adopt_version

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


def load_strategy(short: str, *, coordinator: Actor, officer: Actor, partner: Actor) -> None:
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
        objectives = {o.position: o.objective_id for o in list_objectives(actor=coordinator, strategy_id=strategy.strategy_id)}
        for item in city["indicators"]:
            plan = {**item, "objective_id": str(objectives[item["objective"] + 1])}
            plan |= {name: _day(item[name]) for name in ("baseline_on", "target_on") if name in item}
            indicator = add_indicator(strategy.strategy_id, IndicatorSchema().checked(plan), actor=coordinator)
            for day, value, note in item["measurements"]:
                data = MeasurementSchema().checked({"measured_on": _day(day), "value": value, "note": note})
                measure(indicator.indicator_id, data, actor=coordinator)
        communities = {name.casefold(): key for key, name in community_choices(coordinator)}
        for item in city["consultations"]:
            heard = [name.strip() for name in item["communities"].split(",") if name.strip()]
            known = [communities[name.casefold()] for name in heard if name.casefold() in communities]
            others = ", ".join(name for name in heard if name.casefold() not in communities)
            data = ConsultationSchema().checked(
                {**item, "held_on": _day(item["held"]), "community_ids": known, "communities": others}
            )
            add_consultation(strategy.strategy_id, data, actor=coordinator)
        version = list_versions(strategy.strategy_id, actor=coordinator)[0]
        adoption = city["adoption"]
        adopt_version(
            strategy.strategy_id, version.version_id,
            AdoptionSchema().checked({**adoption, "adopted_on": _day(adoption["on"]), "review_due": _day(text["review_due"])}),
            actor=coordinator,
        )  # fmt: skip
        # Since then the coordinator has begun the next version.
        third = get_objective(objectives[3], actor=coordinator)
        data = {name: getattr(third, name) for name in ObjectiveSchema().load_fields}
        data["description"] = f"{third.description} {city['next']}"
        change_objective(third.objective_id, data, version=third.version, actor=coordinator)
        first = keys[next(iter(city["partners"]))]
        add_partner_person(_id(first), email=f"partner@{short}.example", actor=coordinator)

    with acting_as(partner):
        mine = all_actions(ActionFilter(), actor=partner)
        for action, item in zip(mine, city["partner_reports"], strict=False):
            report_progress(action.action_id, ReportSchema().checked(item), actor=partner)


def _id(key: str) -> uuid.UUID:
    return uuid.UUID(key.removeprefix("partner:"))


def load_templates(curator: Actor) -> None:
    """The templates that come with Concord, as the network keeps them."""
    with acting_as(curator):
        load_supplied_templates(actor=curator)

"""A whole strategy as one document, as it stood at a moment: what a version keeps and every form of
print is made from."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, get_type_hints

from sqlalchemy import select

from network.identity.models import Organisation
from network.kernel.db import db
from network.kernel.tenancy import Actor
from network.strategy.consultations.queries import all_consultations, name_communities
from network.strategy.indicators.queries import list_indicators
from network.strategy.models import Strategy
from network.strategy.parties import Parties, find_parties
from network.strategy.queries import ActionFilter, all_actions, list_objectives


@dataclass(frozen=True)
class DocumentObjective:
    """An objective; ``lead`` and the others are names."""

    objective_id: str
    title: str
    description: str
    communities: str
    lead: str
    support: list[str]
    consulted: list[str]


@dataclass(frozen=True)
class DocumentAction:
    """An action; ``lead`` and the others are names, ``budget`` a number as text."""

    action_id: str
    objective_id: str
    title: str
    description: str
    lead: str
    support: list[str]
    consulted: list[str]
    starts_on: date | None
    due_on: date | None
    budget: str
    currency: str
    funding_source: str
    status: str
    percent: int
    adapted_from_practice: str
    changed_from_practice: str


@dataclass(frozen=True)
class DocumentIndicator:
    """An indicator with its latest measurement; numbers as text, empty for none."""

    indicator_id: str
    objective_id: str
    name: str
    unit: str
    source: str
    baseline: str
    baseline_on: date | None
    target: str
    target_on: date | None
    latest: str
    latest_on: date | None


@dataclass(frozen=True)
class DocumentConsultation:
    """Who was heard, and what they said."""

    consultation_id: str
    title: str
    held_on: date | None
    form: str
    heard: str
    communities: str
    people_count: int | None
    said: str
    followed: str


@dataclass(frozen=True)
class Document:
    """A strategy with all that belongs to it."""

    city: str
    title: str
    kind: str
    integrated_into: str
    vision: str
    situation: str
    principles: str
    period_from: date | None
    period_until: date | None
    review_due: date | None
    objectives: list[DocumentObjective]
    actions: list[DocumentAction]
    indicators: list[DocumentIndicator]
    consultations: list[DocumentConsultation]

    def actions_of(self, objective_id: str) -> list[DocumentAction]:
        """The actions of one objective; with "" those that have none in this document."""
        known = {objective.objective_id for objective in self.objectives}
        return [a for a in self.actions if (a.objective_id if a.objective_id in known else "") == objective_id]

    def indicators_of(self, objective_id: str) -> list[DocumentIndicator]:
        """The indicators of one objective; with "" those of the whole strategy."""
        known = {objective.objective_id for objective in self.objectives}
        return [i for i in self.indicators if (i.objective_id if i.objective_id in known else "") == objective_id]

    @property
    def budgets(self) -> dict[str, Decimal]:
        """The sum of the budgets in each currency, stopped actions left out."""
        sums: dict[str, Decimal] = {}
        for action in self.actions:
            if action.budget and action.currency and action.status != "stopped":
                sums[action.currency] = sums.get(action.currency, Decimal(0)) + Decimal(action.budget)
        return sums

    @property
    def items(self) -> list["DocumentObjective | DocumentAction"]:
        """Objectives and actions in the order of reading: each objective before its actions."""
        found: list[DocumentObjective | DocumentAction] = []
        for objective in self.objectives:
            found += [objective, *self.actions_of(objective.objective_id)]
        return [*found, *self.actions_of("")]

    @property
    def parties(self) -> list[str]:
        """Everybody who has a part in an objective or an action, by name."""
        found = {name for item in self.items for name in (item.lead, *item.support, *item.consulted) if name}
        return sorted(found, key=str.casefold)


def part_of(item: DocumentObjective | DocumentAction, name: str) -> str:
    """The part of somebody: "lead", "support", "consulted" or "" for none."""
    if item.lead == name:
        return "lead"
    if name in item.support:
        return "support"
    return "consulted" if name in item.consulted else ""


def number_text(value: Decimal | None) -> str:
    """A number without needless zeros; empty for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _parties(item: Any, parties: Parties) -> dict[str, Any]:
    return {
        "lead": parties.name_of(item.lead, item.lead_name),
        "support": [parties.name_of(k, n) for k, n in zip(item.support, item.support_names, strict=False)],
        "consulted": [parties.name_of(k, n) for k, n in zip(item.consulted, item.consulted_names, strict=False)],
    }


def _key(value: uuid.UUID | None) -> str:
    return str(value) if value else ""


def build_document(strategy: Strategy, *, actor: Actor) -> Document:
    """The strategy as it is now; a fixed number of statements."""
    sid = strategy.strategy_id
    parties = find_parties(actor=actor)
    city = db.session.execute(
        select(Organisation.name).where(Organisation.organisation_id == actor.organisation_id)
    ).scalar_one()
    objectives = [
        DocumentObjective(str(o.objective_id), o.title, o.description, o.communities, **_parties(o, parties))
        for o in list_objectives(actor=actor, strategy_id=sid)
    ]
    actions = [
        DocumentAction(
            str(a.action_id), _key(a.objective_id), a.title, a.description, **_parties(a, parties),
            starts_on=a.starts_on, due_on=a.due_on, budget=number_text(a.budget), currency=a.currency,
            funding_source=a.funding_source, status=a.status, percent=a.percent,
            adapted_from_practice=a.adapted_from_practice, changed_from_practice=a.changed_from_practice,
        ) for a in all_actions(ActionFilter(), actor=actor, strategy_id=sid)
    ]  # fmt: skip
    indicators = [
        DocumentIndicator(
            str(i.indicator_id), _key(i.objective_id), i.name, i.unit, i.source, number_text(i.baseline), i.baseline_on,
            number_text(i.target), i.target_on, number_text(last.value) if last else "", last.measured_on if last else None,
        ) for i, last in list_indicators(sid, actor=actor)
    ]  # fmt: skip
    names = name_communities(actor=actor)
    consultations = [
        DocumentConsultation(
            str(c.consultation_id), c.title, c.held_on, c.form, c.heard, names(c), c.people_count, c.said, c.followed
        ) for c in all_consultations(sid, actor=actor)
    ]  # fmt: skip
    return Document(
        city, strategy.title, strategy.kind, strategy.integrated_into, strategy.vision, strategy.situation,
        strategy.principles, strategy.period_from, strategy.period_until, strategy.review_due,
        objectives, actions, indicators, consultations,
    )  # fmt: skip


def to_content(document: Document) -> dict[str, Any]:
    """The document as plain values, as a version keeps it."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.isoformat() if isinstance(value, date) else value

    content: dict[str, Any] = plain(asdict(document))
    return content


_PARTS: dict[str, type[Any]] = {
    "objectives": DocumentObjective, "actions": DocumentAction, "indicators": DocumentIndicator,
    "consultations": DocumentConsultation,
}  # fmt: skip


def from_content(content: Mapping[str, Any]) -> Document:
    """The document that a version keeps; what an older version did not know is empty."""
    values = _read(Document, content)
    for name, part in _PARTS.items():
        values[name] = [part(**_read(part, item)) for item in content.get(name, [])]
    return Document(**values)


def _read(kind: type[Any], content: Mapping[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for item in fields(kind):
        hint, value = hints[item.name], content.get(item.name)
        if hint == date | None:
            value = date.fromisoformat(value) if value else None
        elif value is None and hint is str:
            value = ""
        elif value is None and hint is int:
            value = 0
        elif value is None and hint == list[str]:
            value = []
        values[item.name] = value
    return values

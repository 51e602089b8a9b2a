"""What changed between two documents, down to the words."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from network.kernel.locale import lazy_text as _l
from network.strategy import codes
from network.strategy.versions.document import Document

LABELS: dict[str, Any] = {
    "title": _l("Title"), "kind": _l("Kind"), "integrated_into": _l("Part of"), "vision": _l("Vision"),
    "situation": _l("Where we stand"), "principles": _l("How we work"), "period_from": _l("From"),
    "period_until": _l("Until"), "review_due": _l("Next review"), "description": _l("Description"),
    "communities": _l("Communities it is for"), "lead": _l("Lead"), "support": _l("Supported by"),
    "consulted": _l("Consulted"), "starts_on": _l("Start"), "due_on": _l("Due"), "budget": _l("Budget"),
    "currency": _l("Currency"), "funding_source": _l("Paid from"), "status": _l("Status"),
    "adapted_from_practice": _l("We took this from"), "changed_from_practice": _l("What we changed"),
    "name": _l("Name"), "unit": _l("Unit"), "source": _l("Source"), "baseline": _l("Baseline"),
    "baseline_on": _l("Baseline measured on"), "target": _l("Target"), "target_on": _l("Target day"),
    "objective_id": _l("Objective"),
}  # fmt: skip
"""The fields that are compared, in words. How far an action got is progress, not a change of the plan."""


@dataclass(frozen=True)
class Segment:
    """A run of words that stayed ("same"), went ("gone") or came ("new")."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One thing that differs; ``kind`` is "added", "removed" or "changed", ``what`` a key of WHAT."""

    kind: str
    what: str
    title: str
    fields: Sequence[tuple[Any, Sequence[Segment]]] = ()


WHAT: dict[str, Any] = {
    "text": _l("Text of the strategy"), "objectives": _l("Objectives"), "actions": _l("Actions"),
    "indicators": _l("Indicators"),
}  # fmt: skip


def compare_words(before: str, after: str) -> list[Segment]:
    """The words of two texts side by side in one line of reading."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    found: list[Segment] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Segment("same", "".join(old[i:j])))
            continue
        if j > i:
            found.append(Segment("gone", "".join(old[i:j])))
        if m > k:
            found.append(Segment("new", "".join(new[k:m])))
    return found


def _text(name: str, value: Any, objectives: dict[str, str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, date):
        return value.isoformat()
    if name == "status":
        return str(codes.STATUSES.get(value, value))
    if name == "kind":
        return str(codes.KINDS.get(value, value))
    if name == "objective_id":
        return objectives.get(value, "")
    return str(value)


def _fields(
    before: Any, after: Any, objectives: dict[str, str], key: str = ""
) -> list[tuple[Any, Sequence[Segment]]]:
    found: list[tuple[Any, Sequence[Segment]]] = []
    for item in fields(before):
        if item.name in LABELS and item.name != key:
            old, new = (_text(item.name, getattr(side, item.name), objectives) for side in (before, after))
            if old != new:
                found.append((LABELS[item.name], compare_words(old, new)))
    return found


def compare(before: Document, after: Document) -> list[Change]:
    """What is different in ``after``: its text first, then objectives, actions and indicators."""
    objectives = {o.objective_id: o.title for o in (*before.objectives, *after.objectives)}
    changes: list[Change] = []
    if text := _fields(before, after, objectives):
        changes.append(Change("changed", "text", after.title, text))
    for what, key in (("objectives", "objective_id"), ("actions", "action_id"), ("indicators", "indicator_id")):
        old = {getattr(item, key): item for item in getattr(before, what)}
        new = {getattr(item, key): item for item in getattr(after, what)}
        for one, item in new.items():
            title = item.name if what == "indicators" else item.title
            if one not in old:
                changes.append(Change("added", what, title))
            elif found := _fields(old[one], item, objectives, key):
                changes.append(Change("changed", what, title, found))
        for one, item in old.items():
            if one not in new:
                changes.append(Change("removed", what, item.name if what == "indicators" else item.title))
    return changes

"""The outline of a template: objectives, actions and indicators as lines of text.

    # An objective
    Lines without a mark describe what stands above them.
    - An action | 6
    * An indicator | %

The number behind an action says in how many months it is due, the text behind an indicator is its unit.
"""

import re
from dataclasses import dataclass, field

from network.kernel.errors import ValidationFailed
from network.kernel.locale import text as _

MOST_ITEMS = 200


@dataclass
class OutlineAction:
    """An action, due so many months after the start; None for no day."""

    title: str
    months: int | None = None
    description: str = ""


@dataclass
class OutlineIndicator:
    """An indicator with its unit."""

    name: str
    unit: str = ""


@dataclass
class OutlineObjective:
    """An objective with what belongs to it."""

    title: str
    description: str = ""
    actions: list[OutlineAction] = field(default_factory=list)
    indicators: list[OutlineIndicator] = field(default_factory=list)


def read_outline(text: str) -> list[OutlineObjective]:
    """The objectives of an outline; ValidationFailed names every line that does not fit."""
    objectives: list[OutlineObjective] = []
    errors: list[str] = []
    last: OutlineObjective | OutlineAction | None = None
    count = 0
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        mark, rest = line[:1], line[1:].strip()
        if not line:
            continue
        if mark in "#-*":
            count += 1
            name, _bar, more = (part.strip() for part in rest.rpartition("|")) if "|" in rest else (rest, "", "")
            if not 1 <= len(name) <= 300 or len(more) > 50:
                errors.append(_("Line %(number)s: a title has 1 to 300 characters.", number=number))
                continue
            if mark == "#":
                last = OutlineObjective(rest[:300])
                objectives.append(last)
            elif not objectives:
                errors.append(_("Line %(number)s: an objective (#) comes first.", number=number))
            elif mark == "-":
                if more and not re.fullmatch(r"[1-9]\d?", more):
                    errors.append(_("Line %(number)s: behind the bar stands a number of months, 1 to 99.", number=number))
                    continue
                last = OutlineAction(name, int(more) if more else None)
                objectives[-1].actions.append(last)
            else:
                objectives[-1].indicators.append(OutlineIndicator(name, more))
        elif last is None:
            errors.append(_("Line %(number)s: an objective (#) comes first.", number=number))
        else:
            last.description = f"{last.description}\n{line}".strip()
            if len(last.description) > 5000:
                errors.append(_("Line %(number)s: this description is too long.", number=number))
                last.description = ""
    if not objectives and not errors:
        errors.append(_("Write at least one objective: a line that begins with #."))
    if count > MOST_ITEMS:
        errors.append(_("At most %(count)s objectives, actions and indicators are possible.", count=MOST_ITEMS))
    if errors:
        raise ValidationFailed({"outline": errors[:20]})
    return objectives

"""The published rubric: six criteria, each from 1 to 4, with what a score means."""

from dataclasses import dataclass
from typing import Any

from network.kernel.locale import lazy_text as _l


@dataclass(frozen=True)
class Criterion:
    """One criterion: the question a reviewer answers, and what the lowest and the highest score mean."""

    value: str
    label: Any
    question: Any
    lowest: Any
    highest: Any


_ROWS = (
    ("relevance", _l("Relevance"), _l("Does it answer a problem that other cities have?"),
     _l("A local matter with little to learn for others"), _l("A problem that many cities name among their gaps")),
    ("clarity", _l("Clarity"), _l("Could a colleague elsewhere tell what was done, by whom and in which order?"),
     _l("One would have to ask for almost everything"), _l("Each step, role and means can be followed")),
    ("evidence", _l("Evidence"), _l("Do the sources carry what is claimed, and is the rating honest?"),
     _l("Claims without sources, or a rating too high"), _l("Every claim has a source, limits are named")),
    ("rights", _l("Rights and do no harm"), _l("Are rights, privacy and possible harm thought of?"),
     _l("People or groups could be harmed or recognised"), _l("Risks are named, with what was done about them")),
    ("inclusion", _l("Inclusion"), _l("Did those concerned take part, women and young people among them?"),
     _l("Done about people, without them"), _l("Those concerned helped to shape and to judge it")),
    ("transferability", _l("Transferability"), _l("Is it clear what another city needs to do the same?"),
     _l("Bound to one person, law or sum of money"), _l("Conditions, costs and smaller variants are told")),
)  # fmt: skip
RUBRIC: dict[str, Criterion] = {row[0]: Criterion(*row) for row in _ROWS}

SCORES = {1: _l("1: not met"), 2: _l("2: partly met"), 3: _l("3: met"), 4: _l("4: met very well")}

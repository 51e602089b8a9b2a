"""Two versions of the assessment side by side. Ids that stay the same say what belongs together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from network.assessment.evidence.queries import Evidence, get_evidence
from network.assessment.models import AssessedCommunity, AssessedThreat, Assessment, AssessmentEvidence, KnowledgeGap
from network.assessment.queries.versions import Content, get_content
from network.kernel.tenancy import Actor

COMMUNITY_FIELDS = ("name", "groups", "size_band", "vulnerability_factors", "protective_factors", "spoken_for_by",
                    "confidence")  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """What two versions say about the same thing; None where one is silent.

    ``change`` is "new", "gone", "higher", "lower", "changed" or "same".
    """

    earlier: Any
    later: Any
    change: str

    @property
    def name(self) -> str:
        """What the later version calls it, else the earlier one."""
        found = self.later if self.later is not None else self.earlier
        return str(getattr(found, "name", "") or getattr(found, "title", "") or getattr(found, "question", ""))


@dataclass(frozen=True)
class Comparison:
    """Two versions with everything that either names."""

    earlier: Assessment
    later: Assessment
    threats: list[Pair]
    communities: list[Pair]
    evidence: list[Pair]
    gaps: list[Pair]


def compare_versions(earlier: Assessment, later: Assessment, *, actor: Actor) -> Comparison:
    """Everything that either version names, what is new or changed first told by ``change``;
    fourteen statements, whatever there is."""
    contents: list[Content] = [get_content(v.assessment_id, actor=actor) for v in (earlier, later)]
    found: list[Evidence] = [get_evidence(v.assessment_id, actor=actor) for v in (earlier, later)]
    return Comparison(
        earlier, later,
        _pairs("threat_id", contents[0].threats, contents[1].threats, _risk_change),
        _pairs("community_id", contents[0].communities, contents[1].communities, _community_change),
        _pairs("evidence_id", found[0].items, found[1].items, _evidence_change),
        _pairs("gap_id", found[0].gaps, found[1].gaps, _gap_change),
    )  # fmt: skip


def _pairs(key: str, earlier: Iterable[Any], later: Iterable[Any], change: Any) -> list[Pair]:
    before, after = ({getattr(item, key): item for item in items} for items in (earlier, later))
    pairs = []
    for record_id in dict.fromkeys([*after, *before]):
        one, other = before.get(record_id), after.get(record_id)
        word = "new" if one is None else "gone" if other is None else change(one, other)
        pairs.append(Pair(one, other, word))
    return pairs


def _compared(before: int, after: int, is_changed: bool) -> str:
    if before != after:
        return "higher" if after > before else "lower"
    return "changed" if is_changed else "same"


def _risk_change(one: AssessedThreat, other: AssessedThreat) -> str:
    names = ("likelihood", "impact", "trend", "confidence", "ideology", "narrative", "actors", "places", "name")
    is_changed = any(getattr(one, name) != getattr(other, name) for name in names)
    return _compared(one.likelihood * one.impact, other.likelihood * other.impact, is_changed)


def _community_change(one: AssessedCommunity, other: AssessedCommunity) -> str:
    return "changed" if any(getattr(one, n) != getattr(other, n) for n in COMMUNITY_FIELDS) else "same"


def _evidence_change(one: AssessmentEvidence, other: AssessmentEvidence) -> str:
    names = ("title", "finding", "confidence", "query", "url", "publisher", "published_on")
    is_changed = any(getattr(one, name) != getattr(other, name) for name in names)
    return _compared(one.incident_count or 0, other.incident_count or 0, is_changed)


def _gap_change(one: KnowledgeGap, other: KnowledgeGap) -> str:
    names = ("question", "reason", "could_answer", "answer", "is_answered")
    return "changed" if any(getattr(one, n) != getattr(other, n) for n in names) else "same"

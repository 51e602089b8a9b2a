"""Reading evidence and gaps in knowledge, and counting what a kept question asks for."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from sqlalchemy import select

from network.assessment.models import AssessmentEvidence, EvidenceCommunity, EvidenceThreat, KnowledgeGap
from network.incidents import codes as incidents
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import reader_locale
from network.kernel.tenancy import Actor
from network.trends.service import Interval, TrendRequest, get_trend

Keys = dict[uuid.UUID, list[uuid.UUID]]


@dataclass(frozen=True)
class Evidence:
    """On what a version rests; ``about_threats`` and ``about_communities`` by id of the evidence."""

    items: list[AssessmentEvidence]
    about_threats: Keys
    about_communities: Keys
    gaps: list[KnowledgeGap]

    def on_threat(self, threat_id: uuid.UUID) -> list[AssessmentEvidence]:
        """The evidence about one threat."""
        return [item for item in self.items if threat_id in self.about_threats[item.evidence_id]]

    def on_community(self, community_id: uuid.UUID) -> list[AssessmentEvidence]:
        """The evidence about one community."""
        return [item for item in self.items if community_id in self.about_communities[item.evidence_id]]


def get_evidence(assessment_id: uuid.UUID, *, actor: Actor) -> Evidence:
    """All evidence and gaps of a version, open gaps first; four statements."""

    def rows(model: Any, *order: Any) -> list[Any]:
        return list(
            db.session.execute(
                select(model)
                .where(model.city_id == actor.organisation_id, model.assessment_id == assessment_id)
                .order_by(*order).limit(2000)
            ).scalars()
        )  # fmt: skip

    threats: Keys = defaultdict(list)
    communities: Keys = defaultdict(list)
    items = rows(AssessmentEvidence, AssessmentEvidence.kind, AssessmentEvidence.title, AssessmentEvidence.evidence_id)
    for threat in rows(EvidenceThreat, EvidenceThreat.threat_id):
        threats[threat.evidence_id].append(threat.threat_id)
    for community in rows(EvidenceCommunity, EvidenceCommunity.community_id):
        communities[community.evidence_id].append(community.community_id)
    gaps = rows(KnowledgeGap, KnowledgeGap.is_answered, KnowledgeGap.question, KnowledgeGap.gap_id)
    return Evidence(items, threats, communities, gaps)


def get_item(assessment_id: uuid.UUID, evidence_id: uuid.UUID, *, actor: Actor) -> AssessmentEvidence:
    """One piece of evidence of a version."""
    found = db.session.get(AssessmentEvidence, (actor.organisation_id, assessment_id, evidence_id))
    if found is None:
        raise NotFound("evidence")
    return found


def get_gap(assessment_id: uuid.UUID, gap_id: uuid.UUID, *, actor: Actor) -> KnowledgeGap:
    """One gap in knowledge of a version."""
    found = db.session.get(KnowledgeGap, (actor.organisation_id, assessment_id, gap_id))
    if found is None:
        raise NotFound("gap")
    return found


def count_figure(question: dict[str, Any], *, actor: Actor) -> tuple[int, int]:
    """How many counted incidents a kept question asks for, now, and how many a year before.

    Exact for the city itself; whole months; records that are not counted anywhere are not in it.
    """
    first, last = date.fromisoformat(question["from"]), date.fromisoformat(question["to"])

    def count(years_back: int) -> int:
        request = TrendRequest(
            # The first of the month exists in every year; the day of the end plays no part.
            first.replace(year=first.year - years_back, day=1), last.replace(year=last.year - years_back, day=1),
            Interval.TOTAL, kinds=(question["kind"],) if question.get("kind") else (),
            biases=(question["bias"],) if question.get("bias") else (),
            severities=(int(question["severity"]),) if question.get("severity") else (),
        )  # fmt: skip
        return sum(point.count for series in get_trend(request, actor=actor).series for point in series.points)

    return count(0), count(1)


def describe_question(question: dict[str, Any]) -> list[str]:
    """The filters of a kept question in words, the period left out."""
    tables = (("bias", incidents.BIAS), ("kind", incidents.KIND), ("severity", incidents.SEVERITY))
    return [str(table[str(question[name])].label) for name, table in tables if str(question.get(name) or "") in table]


def question_text(question: dict[str, Any]) -> str:
    """A kept question in words: its months, and its filters."""
    months = [format_skeleton("yMMM", date.fromisoformat(question[end]), locale=reader_locale()) for end in ("from", "to")]
    return ", ".join([" – ".join(dict.fromkeys(months)), *describe_question(question)])


def count_figures_now(assessment_id: uuid.UUID, *, actor: Actor) -> dict[uuid.UUID, tuple[int, int]]:
    """What each figure of a version would be now; some statements for each figure."""
    return {
        item.evidence_id: count_figure(item.query, actor=actor)
        for item in get_evidence(assessment_id, actor=actor).items if item.query is not None
    }  # fmt: skip

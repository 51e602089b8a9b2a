"""How far the city has come with steps one to three, as facts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from network.assessment.models import (
    AssessedCommunity,
    AssessedThreat,
    Assessment,
    EvidenceCommunity,
    KnowledgeGap,
    Mandate,
    MandateDecision,
    Resource,
    SoftTarget,
)
from network.assessment.queries.gaps import get_gap_view
from network.assessment.queries.versions import find_current
from network.kernel.db import db
from network.kernel.tenancy import Actor


@dataclass(frozen=True)
class AssessmentProgress:
    """Facts about the assessment, the mandate and the map.

    Threats, communities, evidence and open gaps in knowledge are those of the current version: the
    adopted one, else the one being written. ``mapped`` counts what runs or is planned;
    ``uncovered_*`` are threats and communities that nothing runs against or for.
    """

    adopted_on: date | None
    review_due: date | None
    has_draft: bool
    threats: int
    communities: int
    communities_without_evidence: int
    open_gaps: int
    soft_targets: int
    reviews_overdue: int
    mandate_recorded: bool
    last_decision_on: date | None
    mapped: int
    uncovered_threats: int
    uncovered_communities: int


def assessment_progress(*, actor: Actor) -> AssessmentProgress:
    """The facts of the acting city; at most nine statements, whatever there is."""
    city, today = actor.organisation_id, date.today()
    current = find_current(actor=actor)
    version = current.assessment_id if current is not None else None
    has_evidence = select(EvidenceCommunity.evidence_id).where(
        EvidenceCommunity.city_id == AssessedCommunity.city_id,
        EvidenceCommunity.assessment_id == AssessedCommunity.assessment_id,
        EvidenceCommunity.community_id == AssessedCommunity.community_id,
    )  # fmt: skip
    named = select(func.count()).select_from(AssessedCommunity).where(
        AssessedCommunity.city_id == city, AssessedCommunity.assessment_id == version
    )  # fmt: skip
    places = select(func.count()).select_from(SoftTarget).where(
        SoftTarget.city_id == city, SoftTarget.archived_at.is_(None)
    )  # fmt: skip
    row = db.session.execute(
        select(
            select(func.count()).select_from(Assessment).where(
                Assessment.city_id == city, Assessment.status.in_(("draft", "in_review")), Assessment.archived_at.is_(None)
            ).scalar_subquery(),
            select(func.count()).select_from(AssessedThreat).where(
                AssessedThreat.city_id == city, AssessedThreat.assessment_id == version
            ).scalar_subquery(),
            named.scalar_subquery(),
            named.where(~has_evidence.exists()).scalar_subquery(),
            select(func.count()).select_from(KnowledgeGap).where(
                KnowledgeGap.city_id == city, KnowledgeGap.assessment_id == version, ~KnowledgeGap.is_answered
            ).scalar_subquery(),
            places.scalar_subquery(),
            places.where(SoftTarget.review_due_on < today).scalar_subquery(),
            select(func.count()).select_from(Mandate).where(Mandate.city_id == city).scalar_subquery(),
            select(func.max(MandateDecision.decided_on)).where(
                MandateDecision.city_id == city, MandateDecision.archived_at.is_(None)
            ).scalar_subquery(),
            select(func.count()).select_from(Resource).where(
                Resource.city_id == city, Resource.status != "ended", Resource.archived_at.is_(None)
            ).scalar_subquery(),
        )
    ).one()  # fmt: skip
    view = get_gap_view(actor=actor)
    return AssessmentProgress(
        adopted_on=current.adopted_on if current is not None else None,
        review_due=current.review_due if current is not None else None,
        has_draft=bool(row[0]), threats=row[1], communities=row[2], communities_without_evidence=row[3], open_gaps=row[4],
        soft_targets=row[5], reviews_overdue=row[6], mandate_recorded=bool(row[7]), last_decision_on=row[8],
        mapped=row[9], uncovered_threats=sum(not c.running for c in view.threats),
        uncovered_communities=sum(not c.running for c in view.communities),
    )  # fmt: skip

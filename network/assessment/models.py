"""Threats, communities and the versions of the assessment. Constraints live in the migrations."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import FetchedValue, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from network.assessment.codes import risk_of
from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class Threat(Kept, Base):
    """A threat that a city knows, the same one over all versions of the assessment."""

    __tablename__ = "threat"
    id_name = "threat_id"
    threat_id: Mapped[NewId]
    name: Mapped[str]
    description: Mapped[str]


class Community(Kept, Base):
    """A community of the city, the same one over all versions, programmes and strategies."""

    __tablename__ = "community"
    id_name = "community_id"
    community_id: Mapped[NewId]
    name: Mapped[str]
    description: Mapped[str]


class Assessment(Kept, Base):
    """One version of the city's assessment; what is adopted does not change any more."""

    __tablename__ = "assessment"
    id_name = "assessment_id"
    assessment_id: Mapped[NewId]
    number: Mapped[int]
    title: Mapped[str]
    status: Mapped[str]
    period_from: Mapped[date]
    period_to: Mapped[date]
    method: Mapped[str]
    summary: Mapped[str]
    confidence: Mapped[str]
    review_due: Mapped[date | None]
    copied_from_id: Mapped[uuid.UUID | None]
    adopted_on: Mapped[date | None]
    adopted_by: Mapped[uuid.UUID | None]
    adopted_by_name: Mapped[str] = mapped_column(server_default=FetchedValue())

    @property
    def is_open(self) -> bool:
        """Whether its content can be changed."""
        return self.status == "draft" and self.archived_at is None


class AssessedThreat(Base):
    """What a version says about a threat."""

    __tablename__ = "assessment_threat"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    threat_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    ideology: Mapped[str]
    narrative: Mapped[str]
    actors: Mapped[str]
    places: Mapped[str]
    likelihood: Mapped[int]
    impact: Mapped[int]
    trend: Mapped[str]
    confidence: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}

    @property
    def risk(self) -> str:
        """The band of likelihood times impact."""
        return risk_of(self.likelihood, self.impact)


class AssessedCommunity(Base):
    """What a version says about a community."""

    __tablename__ = "assessment_community"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    groups: Mapped[str]
    size_band: Mapped[str]
    vulnerability_factors: Mapped[str]
    protective_factors: Mapped[str]
    spoken_for_by: Mapped[str]
    partner_id: Mapped[uuid.UUID | None]
    confidence: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}


class Exposure(Base):
    """That a threat hits a community, as a version sees it."""

    __tablename__ = "assessment_exposure"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    threat_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class Resource(Kept, Base):
    """Something that exists already: a policy, programme, service, resource or partnership."""

    __tablename__ = "resource"
    id_name = "resource_id"
    resource_id: Mapped[NewId]
    name: Mapped[str]
    resource_type: Mapped[str]
    description: Mapped[str]
    owner: Mapped[str]
    partner_id: Mapped[uuid.UUID | None]
    reach: Mapped[str]
    target_groups: Mapped[str]
    prevention_levels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str]
    ends_on: Mapped[date | None]
    website: Mapped[str]


class ResourceThreat(Base):
    """That a resource works against a threat."""

    __tablename__ = "resource_threat"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    resource_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    threat_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class ResourceCommunity(Base):
    """That a resource is for a community."""

    __tablename__ = "resource_community"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    resource_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class AssessmentEvidence(Base):
    """On what a version rests: a figure of the city's own incidents, or another source."""

    __tablename__ = "assessment_evidence"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[NewId]
    kind: Mapped[str]
    title: Mapped[str]
    finding: Mapped[str]
    confidence: Mapped[str]
    query: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    incident_count: Mapped[int | None]
    year_before_count: Mapped[int | None]
    counted_at: Mapped[datetime | None]
    previous_count: Mapped[int | None]
    previous_counted_at: Mapped[datetime | None]
    url: Mapped[str] = mapped_column(server_default=FetchedValue())
    publisher: Mapped[str] = mapped_column(server_default=FetchedValue())
    published_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}


class EvidenceThreat(Base):
    """That evidence is about a threat of its version."""

    __tablename__ = "evidence_threat"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    threat_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class EvidenceCommunity(Base):
    """That evidence is about a community of its version."""

    __tablename__ = "evidence_community"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class KnowledgeGap(Base):
    """What a version does not know, and who could tell."""

    __tablename__ = "assessment_gap"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    gap_id: Mapped[NewId]
    question: Mapped[str]
    reason: Mapped[str]
    could_answer: Mapped[str]
    partner_id: Mapped[uuid.UUID | None]
    answer: Mapped[str]
    is_answered: Mapped[bool]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}


class SoftTarget(Kept, Base):
    """A place that is open and hard to guard."""

    __tablename__ = "soft_target"
    id_name = "soft_target_id"
    soft_target_id: Mapped[NewId]
    name: Mapped[str]
    place_type: Mapped[str]
    district: Mapped[str]
    description: Mapped[str]
    owner: Mapped[str]
    contact: Mapped[str]
    community_id: Mapped[uuid.UUID | None]
    partner_id: Mapped[uuid.UUID | None]
    reviewed_on: Mapped[date | None]
    review_due_on: Mapped[date]


class SoftTargetReview(Base):
    """That somebody looked at a place, and what they found."""

    __tablename__ = "soft_target_review"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[NewId]
    soft_target_id: Mapped[uuid.UUID]
    reviewed_on: Mapped[date]
    finding: Mapped[str]
    reviewer_name: Mapped[str]
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class SoftTargetMeasure(Base):
    """What protects a place, or is to."""

    __tablename__ = "soft_target_measure"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    measure_id: Mapped[NewId]
    soft_target_id: Mapped[uuid.UUID]
    title: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}


class Mandate(Base):
    """What the city may and may not do, and how much it wants to; one for each city."""

    __tablename__ = "mandate"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    mandate_id: Mapped[NewId]
    name: Mapped[str]
    level: Mapped[str]
    legal_basis: Mapped[str]
    allows: Mapped[str]
    limits: Mapped[str]
    takes_over: Mapped[str]
    priority: Mapped[str]
    priority_reason: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]

    __mapper_args__ = {"version_id_col": version}


class MandateDecision(Kept, Base):
    """What a council or another body decided about this task."""

    __tablename__ = "mandate_decision"
    id_name = "decision_id"
    decision_id: Mapped[NewId]
    title: Mapped[str]
    decided_on: Mapped[date]
    decided_by: Mapped[str]
    reference: Mapped[str]
    body: Mapped[str]
    url: Mapped[str]


class MandatePolicy(Base):
    """A national, regional or international policy that bears on the city."""

    __tablename__ = "mandate_policy"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    policy_id: Mapped[NewId]
    title: Mapped[str]
    level: Mapped[str]
    issuer: Mapped[str]
    issued_on: Mapped[date | None]
    url: Mapped[str]
    asks: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}

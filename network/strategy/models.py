"""Strategies, their objectives and actions. Constraints live in the migrations."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, FetchedValue, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class Strategy(Kept, Base):
    """A strategy as it is worked on; what was adopted stands in its versions."""

    __tablename__ = "strategy"
    id_name = "strategy_id"
    strategy_id: Mapped[NewId]
    title: Mapped[str]
    kind: Mapped[str]
    integrated_into: Mapped[str]
    vision: Mapped[str]
    situation: Mapped[str]
    principles: Mapped[str]
    period_from: Mapped[date | None]
    period_until: Mapped[date | None]
    review_due: Mapped[date | None]


class Objective(Kept, Base):
    """What is to be reached. ``support`` and ``consulted`` hold keys as in ``parties``."""

    __tablename__ = "objective"
    id_name = "objective_id"
    objective_id: Mapped[NewId]
    strategy_id: Mapped[uuid.UUID]
    position: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
    communities: Mapped[str]
    lead_partner_id: Mapped[uuid.UUID | None]
    lead_person_id: Mapped[uuid.UUID | None]
    lead_name: Mapped[str]
    support: Mapped[list[str]] = mapped_column(ARRAY(Text))
    support_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    consulted: Mapped[list[str]] = mapped_column(ARRAY(Text))
    consulted_names: Mapped[list[str]] = mapped_column(ARRAY(Text))

    @property
    def lead(self) -> str:
        """The key of who leads, as in ``parties``; empty for nobody."""
        return lead_key(self.lead_partner_id, self.lead_person_id)


class Action(Kept, Base):
    """Something that is done. It may stand in no strategy yet, such as what a meeting agreed.

    ``due_key`` is the day to sort by, far in the future without a due day; ``assigned_partner_ids``
    are the partners that lead or support. Both are written by the database.
    """

    __tablename__ = "action"
    id_name = "action_id"
    action_id: Mapped[NewId]
    strategy_id: Mapped[uuid.UUID | None]
    objective_id: Mapped[uuid.UUID | None]
    title: Mapped[str]
    description: Mapped[str]
    lead_partner_id: Mapped[uuid.UUID | None]
    lead_person_id: Mapped[uuid.UUID | None]
    lead_name: Mapped[str]
    support: Mapped[list[str]] = mapped_column(ARRAY(Text))
    support_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    consulted: Mapped[list[str]] = mapped_column(ARRAY(Text))
    consulted_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    assigned_partner_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), server_default=FetchedValue())
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    due_key: Mapped[date] = mapped_column(server_default=FetchedValue())
    budget: Mapped[Decimal | None]
    currency: Mapped[str]
    funding_source: Mapped[str]
    status: Mapped[str]
    percent: Mapped[int]
    practice_slug: Mapped[str]
    adapted_from_practice: Mapped[str]
    changed_from_practice: Mapped[str]

    @property
    def lead(self) -> str:
        """The key of who leads, as in ``parties``; empty for nobody."""
        return lead_key(self.lead_partner_id, self.lead_person_id)


def lead_key(partner_id: uuid.UUID | None, person_id: uuid.UUID | None) -> str:
    """The key of a partner or a person of the team; empty for neither."""
    if partner_id:
        return f"partner:{partner_id}"
    return f"person:{person_id}" if person_id else ""


class ActionReport(Base):
    """How an action goes, told by the team or by a partner who works on it."""

    __tablename__ = "action_report"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    report_id: Mapped[NewId]
    action_id: Mapped[uuid.UUID]
    partner_id: Mapped[uuid.UUID | None]
    body: Mapped[str]
    percent: Mapped[int | None]
    proposed_status: Mapped[str]
    author_name: Mapped[str]
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None]
    is_accepted: Mapped[bool | None]


class StrategyVersion(Base):
    """One version of a strategy. ``content`` is the whole strategy as it was handed in for review or
    adopted; a draft has none, for it is what the strategy says now."""

    __tablename__ = "strategy_version"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version_id: Mapped[NewId]
    strategy_id: Mapped[uuid.UUID]
    number: Mapped[int]
    state: Mapped[str]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), deferred=True)
    note: Mapped[str]
    submitted_on: Mapped[date | None]
    adopted_on: Mapped[date | None]
    decided_by: Mapped[str]
    review_due: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]


class Indicator(Kept, Base):
    """What shows whether an objective, an action or the whole strategy works."""

    __tablename__ = "indicator"
    id_name = "indicator_id"
    indicator_id: Mapped[NewId]
    strategy_id: Mapped[uuid.UUID]
    objective_id: Mapped[uuid.UUID | None]
    name: Mapped[str]
    unit: Mapped[str]
    source: Mapped[str]
    baseline: Mapped[Decimal | None]
    baseline_on: Mapped[date | None]
    target: Mapped[Decimal | None]
    target_on: Mapped[date | None]


class Measurement(Base):
    """The value of an indicator on a day; one for each day."""

    __tablename__ = "measurement"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    indicator_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    measured_on: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[Decimal]
    note: Mapped[str]
    created_by: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Consultation(Kept, Base):
    """Who was heard for a strategy, from which communities, and what they said."""

    __tablename__ = "consultation"
    id_name = "consultation_id"
    consultation_id: Mapped[NewId]
    strategy_id: Mapped[uuid.UUID]
    title: Mapped[str]
    held_on: Mapped[date]
    form: Mapped[str]
    heard: Mapped[str]
    communities: Mapped[str]
    community_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    people_count: Mapped[int | None]
    said: Mapped[str]
    followed: Mapped[str]


class StrategyTemplate(Base):
    """A strategy to begin with, written by the network for every city; ``outline`` is read by
    ``starters.outline``."""

    __tablename__ = "strategy_template"
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    template_id: Mapped[NewId]
    position: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str]
    kind: Mapped[str]
    integrated_into: Mapped[str]
    vision: Mapped[str]
    situation: Mapped[str]
    principles: Mapped[str]
    outline: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[uuid.UUID | None]

    __mapper_args__ = {"version_id_col": version}

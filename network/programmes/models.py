"""Programmes with their sessions, indicators and evaluations. Constraints live in the migrations."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import FetchedValue, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class Programme(Kept, Base):
    """A prevention programme of the city or of a partner."""

    __tablename__ = "programme"
    id_name: ClassVar[str] = "programme_id"
    programme_id: Mapped[NewId]
    name: Mapped[str]
    aim: Mapped[str]
    target_groups: Mapped[str]
    prevention_level: Mapped[str]
    places: Mapped[str]
    districts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    partner_id: Mapped[uuid.UUID | None]
    objective_id: Mapped[uuid.UUID | None]
    status: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    budget: Mapped[Decimal | None]
    currency: Mapped[str]
    funding_source: Mapped[str]
    practice_slug: Mapped[str]
    adapted_from_practice: Mapped[str]
    changed_from_practice: Mapped[str]


class ProgrammeCommunity(Base):
    """A programme is meant for a community of the assessment."""

    __tablename__ = "programme_community"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    community_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class ProgrammeSession(Kept, Base):
    """Something that takes place in a programme; who came is counted, never named."""

    __tablename__ = "programme_session"
    id_name: ClassVar[str] = "programme_session_id"
    programme_session_id: Mapped[NewId]
    programme_id: Mapped[uuid.UUID]
    name: Mapped[str]
    held_on: Mapped[date]
    place: Mapped[str]
    district: Mapped[str]
    attendance: Mapped[int | None]
    under_18: Mapped[int | None]
    from_18_to_29: Mapped[int | None]
    from_30_to_64: Mapped[int | None]
    from_65: Mapped[int | None]
    note: Mapped[str]


class ProgrammeIndicator(Kept, Base):
    """What shows whether a programme reaches its aim."""

    __tablename__ = "programme_indicator"
    id_name: ClassVar[str] = "programme_indicator_id"
    programme_indicator_id: Mapped[NewId]
    programme_id: Mapped[uuid.UUID]
    name: Mapped[str]
    unit: Mapped[str]
    source: Mapped[str]
    baseline: Mapped[Decimal | None]
    target: Mapped[Decimal | None]
    target_on: Mapped[date | None]


class ProgrammeMeasurement(Base):
    """The value of an indicator on a day; one for each day."""

    __tablename__ = "programme_measurement"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    programme_indicator_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    measured_on: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[Decimal]
    note: Mapped[str]
    created_by: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ProgrammeEvaluation(Kept, Base):
    """A look at whether a programme helped: how it was found out, and what."""

    __tablename__ = "programme_evaluation"
    id_name: ClassVar[str] = "programme_evaluation_id"
    programme_evaluation_id: Mapped[NewId]
    programme_id: Mapped[uuid.UUID]
    name: Mapped[str]
    evaluated_on: Mapped[date]
    method: Mapped[str]
    carried_out_by: Mapped[str]
    findings: Mapped[str]
    rating: Mapped[int]
    consequences: Mapped[str]

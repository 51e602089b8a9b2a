"""A practice as its city keeps it, its versions, and what is said about it."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, FetchedValue
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUuid
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class Practice(Base):
    """The working text and its state. Curators read the state alone, never text that was not submitted.

    ``version`` counts changes of the row, ``version_no`` is the number of the latest text,
    ``shared_version`` that of the text under review, ``published_version`` that of the one in the library.
    """

    __tablename__ = "practice"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    practice_id: Mapped[NewId]
    title: Mapped[str]
    summary: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    status: Mapped[str]
    visibility: Mapped[str]
    author_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(PgUuid))
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    version_no: Mapped[int]
    shared_version: Mapped[int | None]
    published_version: Mapped[int | None]
    slug: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    review_due_on: Mapped[date | None]
    renew_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID]
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]
    archived_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}


class PracticeVersion(Base):
    """One text of a practice, never changed."""

    __tablename__ = "practice_version"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    practice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version_no: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    is_shared: Mapped[bool] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID]
    author_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class PracticeRemark(Base):
    """What somebody says about a passage; between the city and its curators if it is shared."""

    __tablename__ = "practice_remark"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    remark_id: Mapped[NewId]
    practice_id: Mapped[uuid.UUID]
    version_no: Mapped[int]
    field: Mapped[str]
    passage: Mapped[str]
    body: Mapped[str]
    is_shared: Mapped[bool]
    is_from_city: Mapped[bool]
    created_by: Mapped[uuid.UUID]
    author_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    settled_at: Mapped[datetime | None]


class PracticeDecision(Base):
    """What the curators decided about a version, and why."""

    __tablename__ = "practice_decision"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[NewId]
    practice_id: Mapped[uuid.UUID]
    version_no: Mapped[int]
    outcome: Mapped[str]
    reasons: Mapped[str]
    mean_score: Mapped[float | None]
    reviewer_count: Mapped[int]
    is_shared: Mapped[bool] = mapped_column(server_default=FetchedValue())
    decided_by: Mapped[uuid.UUID]
    decided_by_name: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

"""Reviews of submitted practices; the network's own, though each belongs to a city's practice."""

import uuid
from datetime import date, datetime

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base


class PracticeReview(Base):
    """One reviewer's view of one version: assigned, then scored 1 to 4 by each criterion."""

    __tablename__ = "practice_review"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    practice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version_no: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    reviewer_name: Mapped[str]
    due_on: Mapped[date | None]
    has_conflict: Mapped[bool]
    conflict_note: Mapped[str]
    relevance: Mapped[int | None]
    clarity: Mapped[int | None]
    evidence: Mapped[int | None]
    rights: Mapped[int | None]
    inclusion: Mapped[int | None]
    transferability: Mapped[int | None]
    note: Mapped[str]
    assigned_by: Mapped[uuid.UUID]
    assigned_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    scored_at: Mapped[datetime | None]

"""Reads of a practice in a day."""

import uuid
from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base


class PracticeRead(Base):
    """How often a practice was read on a day (UTC) by others than its own city; written by the database."""

    __tablename__ = "practice_read"
    practice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    author_id: Mapped[uuid.UUID | None]
    reads: Mapped[int]

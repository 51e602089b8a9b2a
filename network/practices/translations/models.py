"""A practice told in another language."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import FetchedValue
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base


class PracticeTranslation(Base):
    """One translation. ``source_version`` is the version of the practice that it translates, so it
    is out of date as soon as the practice has a newer one. ``visibility`` follows the practice."""

    __tablename__ = "practice_translation"
    practice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    visibility: Mapped[str]
    author_id: Mapped[uuid.UUID | None]
    title: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str]
    source_version: Mapped[int]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    translator_name: Mapped[str]
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID]

    __mapper_args__ = {"version_id_col": version}

"""A file of practices as it was read."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import FetchedValue
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class PracticeImport(Base):
    """One file: its rows as they stand in it, for the curator who brought it."""

    __tablename__ = "practice_import"
    import_id: Mapped[NewId]
    file_name: Mapped[str]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    applied_at: Mapped[datetime | None]

"""The dated profile of a city. Constraints live in the migrations."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import FetchedValue
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base


class ReadinessSnapshot(Base):
    """Where a city stood on one day: which indicators were met, by the rules of a version."""

    __tablename__ = "readiness_snapshot"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    taken_on: Mapped[date] = mapped_column(primary_key=True)
    rules_version: Mapped[int]
    indicators: Mapped[dict[str, Any]] = mapped_column(JSONB)
    taken_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

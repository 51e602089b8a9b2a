"""The incident table; what may be in it is said by its migration."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUuid
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class Incident(Kept, Base):
    """One incident of one city."""

    __tablename__ = "incident"
    id_name = "incident_id"
    incident_id: Mapped[NewId]
    kind: Mapped[str]
    bias_motivations: Mapped[list[str]] = mapped_column(ARRAY(Text))
    crime_type: Mapped[str | None]
    severity: Mapped[int]
    status: Mapped[str]
    source: Mapped[str]
    occurred_at: Mapped[datetime]
    occurred_on: Mapped[date]
    occurred_precision: Mapped[str]
    reported_at: Mapped[datetime | None]
    reported_precision: Mapped[str | None]
    place_type: Mapped[str]
    district: Mapped[str]
    place_name: Mapped[str]
    place_precision: Mapped[str]
    affected_groups: Mapped[str]
    summary: Mapped[str]
    tlp: Mapped[str]
    named_reader_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(PgUuid))
    external_source: Mapped[str]
    external_reference: Mapped[str | None]
    original_labels: Mapped[dict[str, Any]] = mapped_column(JSONB)
    import_id: Mapped[uuid.UUID | None]

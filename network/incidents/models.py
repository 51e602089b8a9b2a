"""The incident table; what may be in it is said by its migration."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, FetchedValue, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUuid
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class Incident(Base):
    """One incident of one city."""

    __tablename__ = "incident"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
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
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[uuid.UUID | None]

    __mapper_args__ = {"version_id_col": version}

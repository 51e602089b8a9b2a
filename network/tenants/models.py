"""Archives that a coordinator had made, and a city's wish to be deleted. Constraints live in the migrations."""

import uuid
from datetime import datetime

from sqlalchemy import FetchedValue, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class TenantExport(Base):
    """An archive being made or ready. Only who asked for it sees it: it holds what they may see."""

    __tablename__ = "tenant_export"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    export_id: Mapped[NewId]
    requested_by: Mapped[uuid.UUID]
    status: Mapped[str]
    tables_done: Mapped[int]
    tables_total: Mapped[int]
    row_count: Mapped[int]
    byte_count: Mapped[int]
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    requested_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class TenantDeletion(Base):
    """A city is to be deleted on a day; until then it can be undone by taking this away."""

    __tablename__ = "tenant_deletion"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    requested_by: Mapped[uuid.UUID]
    requested_by_name: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    due_at: Mapped[datetime]

"""The agreement between a city and one recipient."""

import uuid
from datetime import datetime

from sqlalchemy import ARRAY, FetchedValue, Text
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class SharingAgreement(Base):
    """One agreement; a revoked one stays as a record of what was shared."""

    __tablename__ = "sharing_agreement"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    agreement_id: Mapped[NewId]
    recipient_id: Mapped[uuid.UUID]
    recipient_kind: Mapped[str]
    grants: Mapped[list[str]] = mapped_column(ARRAY(Text))
    valid_from: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    valid_until: Mapped[datetime | None]
    signed_by: Mapped[uuid.UUID]
    signed_by_name: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[uuid.UUID | None]

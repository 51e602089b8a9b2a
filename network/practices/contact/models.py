"""The contact of a practice with the consent that it stands on."""

import uuid
from datetime import date, datetime

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base


class PracticeContact(Base):
    """One person; the row exists as long as the consent does. ``published_as`` is kept by the database."""

    __tablename__ = "practice_contact"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    practice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    job: Mapped[str]
    email: Mapped[str]
    shown_to: Mapped[str]
    consented_on: Mapped[date]
    consent_note: Mapped[str]
    recorded_by: Mapped[uuid.UUID]
    recorded_by_name: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    published_as: Mapped[str] = mapped_column(server_default=FetchedValue())

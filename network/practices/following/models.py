"""Saved searches; each is its person's alone."""

import uuid
from datetime import datetime

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class SavedSearch(Base):
    """A search of the library. ``arguments`` is its address, ``seen_until`` how far it was told."""

    __tablename__ = "saved_search"
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    search_id: Mapped[NewId]
    person_id: Mapped[uuid.UUID]
    name: Mapped[str]
    arguments: Mapped[str]
    is_mailed: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    seen_until: Mapped[datetime] = mapped_column(server_default=FetchedValue())

"""Collections of published practices. What is withdrawn leaves them at once."""

import uuid
from datetime import datetime

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class PracticeCollection(Base):
    """A collection with its introduction; visitors see published ones alone."""

    __tablename__ = "practice_collection"
    collection_id: Mapped[NewId]
    slug: Mapped[str]
    title: Mapped[str]
    introduction: Mapped[str]
    position: Mapped[int]
    is_published: Mapped[bool]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]
    archived_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}


class CollectionItem(Base):
    """One practice of a collection and why it stands there. ``is_published`` and ``visibility``
    follow the collection and the practice by their foreign keys."""

    __tablename__ = "practice_collection_item"
    collection_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    practice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    is_published: Mapped[bool]
    visibility: Mapped[str]
    position: Mapped[int]
    note: Mapped[str]

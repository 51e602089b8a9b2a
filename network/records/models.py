"""What is written about records. ``reader_ids`` is kept by the database: it follows the record."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, FetchedValue, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.dialects.postgresql import UUID as PgUuid
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId

ReaderIds = Mapped[list[uuid.UUID] | None]


class RecordEntry(Base):
    """One record of a city as search, links and notices know it; written by triggers alone."""

    __tablename__ = "record_entry"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_type: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)
    is_archived: Mapped[bool]
    updated_at: Mapped[datetime]
    search: Mapped[Any] = mapped_column(TSVECTOR, deferred=True)


class RecordEvent(Base):
    """Who changed what, before and after; written by triggers alone, never changed."""

    __tablename__ = "record_event"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[NewId]
    record_type: Mapped[str]
    record_id: Mapped[uuid.UUID]
    action: Mapped[str]
    changes: Mapped[dict[str, list[Any]]] = mapped_column(JSONB)
    person_id: Mapped[uuid.UUID | None]
    person_name: Mapped[str]
    occurred_at: Mapped[datetime]


class RecordComment(Base):
    """What somebody of the team wrote about a record."""

    __tablename__ = "record_comment"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    comment_id: Mapped[NewId]
    record_type: Mapped[str]
    record_id: Mapped[uuid.UUID]
    body: Mapped[str]
    mentioned_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(PgUuid))
    created_by: Mapped[uuid.UUID]
    author_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class RecordAttachment(Base):
    """A file that belongs to a record; its bytes lie in chunks beside it."""

    __tablename__ = "record_attachment"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    attachment_id: Mapped[NewId]
    record_type: Mapped[str]
    record_id: Mapped[uuid.UUID]
    file_name: Mapped[str]
    media_type: Mapped[str]
    byte_count: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[uuid.UUID]
    author_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    deleted_at: Mapped[datetime | None]


class RecordLink(Base):
    """Two records that belong together, read in both directions."""

    __tablename__ = "record_link"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    from_type: Mapped[str] = mapped_column(Text, primary_key=True)
    from_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    to_type: Mapped[str] = mapped_column(Text, primary_key=True)
    to_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    note: Mapped[str]
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Notification(Base):
    """Something that somebody should look at; it names the record and holds nothing of it."""

    __tablename__ = "notification"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    notification_id: Mapped[NewId]
    person_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    record_type: Mapped[str]
    record_id: Mapped[uuid.UUID]
    actor_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]


class MailChoice(Base):
    """How a person wants to be told by mail: at_once, daily or none."""

    __tablename__ = "mail_choice"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    choice: Mapped[str]

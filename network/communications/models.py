"""What a city says and hears. Constraints and policies live in the migrations."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class KeyMessage(Kept, Base):
    """A value of the city, or a sentence that everybody who speaks for it says."""

    __tablename__ = "key_message"
    id_name: ClassVar[str] = "key_message_id"
    key_message_id: Mapped[NewId]
    name: Mapped[str]
    kind: Mapped[str]
    body: Mapped[str]
    facts: Mapped[str]
    avoid: Mapped[str]


class Audience(Kept, Base):
    """People whom the city wants to reach, with the languages that it takes."""

    __tablename__ = "audience"
    id_name: ClassVar[str] = "audience_id"
    audience_id: Mapped[NewId]
    name: Mapped[str]
    description: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    channel_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    trusted_voices: Mapped[str]


class Channel(Kept, Base):
    """A way by which the city's words go out."""

    __tablename__ = "channel"
    id_name: ClassVar[str] = "channel_id"
    channel_id: Mapped[NewId]
    name: Mapped[str]
    kind: Mapped[str]
    address: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    keeper: Mapped[str]
    note: Mapped[str]


class Spokesperson(Kept, Base):
    """Somebody who may speak for the city; how to reach them is left out of the history."""

    __tablename__ = "spokesperson"
    id_name: ClassVar[str] = "spokesperson_id"
    spokesperson_id: Mapped[NewId]
    name: Mapped[str]
    function: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    topics: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    availability: Mapped[str]


class Rumour(Kept, Base):
    """A false or unchecked claim that goes round."""

    __tablename__ = "rumour"
    id_name: ClassVar[str] = "rumour_id"
    rumour_id: Mapped[NewId]
    name: Mapped[str]
    claim: Mapped[str]
    narrative: Mapped[str]
    first_seen_on: Mapped[date]
    where_seen: Mapped[str]
    channel_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    spread: Mapped[str]
    harm: Mapped[int]
    affected: Mapped[str]
    facts: Mapped[str]
    evidence_links: Mapped[list[str]] = mapped_column(ARRAY(Text))
    response: Mapped[str]
    status: Mapped[str]
    message_id: Mapped[uuid.UUID | None]


class PlannedMessage(Kept, Base):
    """What is to be said on one occasion, to whom and by which ways, in one or more languages."""

    __tablename__ = "planned_message"
    id_name: ClassVar[str] = "message_id"
    message_id: Mapped[NewId]
    name: Mapped[str]
    occasion: Mapped[str]
    purpose: Mapped[str]
    planned_on: Mapped[date]
    spokesperson_id: Mapped[uuid.UUID | None]


class MessageVersion(Kept, Base):
    """A message in one language, with its own life. The database holds the rules of that life:
    approved is only what somebody else wrote, and a changed text is a draft again."""

    __tablename__ = "message_version"
    id_name: ClassVar[str] = "message_version_id"
    message_version_id: Mapped[NewId]
    message_id: Mapped[uuid.UUID]
    language: Mapped[str]
    name: Mapped[str]
    body: Mapped[str]
    short_text: Mapped[str]
    status: Mapped[str]
    written_by: Mapped[uuid.UUID | None]
    reviewer_id: Mapped[uuid.UUID | None]
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[uuid.UUID | None]
    reviewed_at: Mapped[datetime | None]
    approved_by: Mapped[uuid.UUID | None]
    approved_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None]
    published_at: Mapped[datetime | None]
    link: Mapped[str]
    return_note: Mapped[str]


class MessageAudience(Base):
    """A message is meant for an audience."""

    __tablename__ = "message_audience"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    audience_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class MessageChannel(Base):
    """A message goes out by a channel."""

    __tablename__ = "message_channel"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    channel_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class MessageTemplate(Kept, Base):
    """Words of the city's own to begin a message from."""

    __tablename__ = "message_template"
    id_name: ClassVar[str] = "message_template_id"
    message_template_id: Mapped[NewId]
    name: Mapped[str]
    occasion: Mapped[str]
    language: Mapped[str]
    headline: Mapped[str]
    body: Mapped[str]
    note: Mapped[str]

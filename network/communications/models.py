"""What a city says and hears. Constraints and policies live in the migrations."""

from datetime import date
from typing import ClassVar

from sqlalchemy import ARRAY, Text
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

"""The register of partners. Constraints live in the migrations."""

import uuid
from datetime import date, datetime

from sqlalchemy import FetchedValue, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class Partner(Kept, Base):
    """An organisation that a city works with."""

    __tablename__ = "partner"
    id_name = "partner_id"
    partner_id: Mapped[NewId]
    name: Mapped[str]
    partner_type: Mapped[str]
    description: Mapped[str]
    communities: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    prevention_levels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    website: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    is_listed: Mapped[bool]


class PartnerContact(Base):
    """A person to talk to at a partner, kept with their consent."""

    __tablename__ = "partner_contact"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[NewId]
    partner_id: Mapped[uuid.UUID]
    name: Mapped[str]
    function: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    consented_on: Mapped[date | None]
    note: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}


class PartnerNote(Base):
    """One line of the relationship log."""

    __tablename__ = "partner_note"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    note_id: Mapped[NewId]
    partner_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    happened_on: Mapped[date]
    body: Mapped[str]
    author_name: Mapped[str]
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class PartnerPerson(Base):
    """An outsider, by e-mail, who stands for a partner once they have joined the city's team."""

    __tablename__ = "partner_person"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

"""Tables of handling. ``reader_ids`` is kept by the database: it follows the incident."""

import uuid
from datetime import date, datetime

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class IncidentHandling(Base):
    """Who handles an incident, of which one it is a duplicate, how it ended; at most one row each."""

    __tablename__ = "incident_handling"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    assignee_id: Mapped[uuid.UUID | None]
    duplicate_of_id: Mapped[uuid.UUID | None]
    status_before: Mapped[str | None]
    outcome: Mapped[str] = mapped_column(server_default=FetchedValue())
    lessons: Mapped[str] = mapped_column(server_default=FetchedValue())
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}


class IncidentNote(Base):
    """One revision of an entry of the timeline; the highest revision is what stands."""

    __tablename__ = "incident_note"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    note_id: Mapped[NewId]
    revision: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    body: Mapped[str]
    happened_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID]
    author_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class IncidentWatch(Base):
    """Somebody who wants to be told when something is done about an incident."""

    __tablename__ = "incident_watch"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class IncidentTask(Kept, Base):
    """Something that somebody has to do about an incident until a moment."""

    __tablename__ = "incident_task"
    id_name = "task_id"
    task_id: Mapped[NewId]
    incident_id: Mapped[uuid.UUID]
    title: Mapped[str]
    owner_id: Mapped[uuid.UUID | None]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[uuid.UUID | None]


class IncidentReferral(Kept, Base):
    """An incident that was passed on to the police, a prosecutor or those who support victims."""

    __tablename__ = "incident_referral"
    id_name = "referral_id"
    referral_id: Mapped[NewId]
    incident_id: Mapped[uuid.UUID]
    recipient_kind: Mapped[str]
    partner_id: Mapped[uuid.UUID | None]
    recipient: Mapped[str]
    note: Mapped[str]
    sent_on: Mapped[date]
    sent_by_name: Mapped[str]
    answer: Mapped[str]
    answered_on: Mapped[date | None]

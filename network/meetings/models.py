"""Meetings and what comes out of them. Constraints live in the migrations."""

import uuid
from datetime import date, datetime, time

from sqlalchemy import FetchedValue, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUuid
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class MeetingSeries(Kept, Base):
    """Meetings that come again and again; ``rrule`` is the RFC 5545 rule of the simple rhythm."""

    __tablename__ = "meeting_series"
    id_name = "series_id"
    series_id: Mapped[NewId]
    title: Mapped[str]
    purpose: Mapped[str]
    rhythm: Mapped[str]
    weekday: Mapped[str]
    week_of_month: Mapped[int | None]
    rrule: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    start_time: Mapped[time]
    minutes: Mapped[int]
    place: Mapped[str]
    partner_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(PgUuid))
    person_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(PgUuid))


class Meeting(Kept, Base):
    """One meeting. Who is invited stands in ``partner_ids`` and ``person_ids``; ``occurs_on`` is its
    day in the rhythm of its series, ``sequence`` its revision for calendars (RFC 5545)."""

    __tablename__ = "meeting"
    id_name = "meeting_id"
    meeting_id: Mapped[NewId]
    series_id: Mapped[uuid.UUID | None]
    occurs_on: Mapped[date | None]
    title: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str]
    agenda: Mapped[list[str]] = mapped_column(ARRAY(Text))
    partner_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(PgUuid))
    person_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(PgUuid))
    status: Mapped[str]
    is_announced: Mapped[bool]
    sequence: Mapped[int]


class MeetingMinutes(Base):
    """What was said; ``partner_ids`` are the partners with whom the team shares it."""

    __tablename__ = "meeting_minutes"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    body: Mapped[str]
    partner_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(PgUuid))
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]

    __mapper_args__ = {"version_id_col": version}


class MeetingAttendance(Base):
    """Whether a partner or a colleague was there; ``note_id`` is the line in the partner's log."""

    __tablename__ = "meeting_attendance"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    attendance_id: Mapped[NewId]
    meeting_id: Mapped[uuid.UUID]
    partner_id: Mapped[uuid.UUID | None]
    person_id: Mapped[uuid.UUID | None]
    state: Mapped[str]
    note_id: Mapped[uuid.UUID | None]


class MeetingDecision(Base):
    """Something that a meeting decided."""

    __tablename__ = "meeting_decision"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[NewId]
    meeting_id: Mapped[uuid.UUID]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]


class MeetingFollowUp(Base):
    """An action of the city's plan that follows from a meeting, maybe from one of its decisions."""

    __tablename__ = "meeting_follow_up"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    follow_up_id: Mapped[NewId]
    meeting_id: Mapped[uuid.UUID]
    decision_id: Mapped[uuid.UUID | None]
    action_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]


class CalendarFeed(Base):
    """An address under which somebody's calendar program fetches meetings. Only the SHA-256 of the
    secret in it is kept."""

    __tablename__ = "calendar_feed"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    feed_id: Mapped[NewId]
    person_id: Mapped[uuid.UUID]
    name: Mapped[str]
    holds_all: Mapped[bool]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

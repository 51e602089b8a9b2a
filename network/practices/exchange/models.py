"""Adaptations, questions and thanks. The names of organisations are kept beside what they say,
because cities do not see each other's organisations."""

import uuid
from datetime import date, datetime

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class PracticeAdaptation(Base):
    """What a city made of another's practice; it stays the adapting city's when the practice is withdrawn.

    ``shared_with`` says who may read it: city, author (the authors' city too), network, public.
    """

    __tablename__ = "practice_adaptation"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    adaptation_id: Mapped[NewId]
    practice_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID | None]
    title: Mapped[str]
    status: Mapped[str]
    started_on: Mapped[date | None]
    changed: Mapped[str]
    happened: Mapped[str]
    recommends: Mapped[str]
    reported_on: Mapped[date | None]
    shared_with: Mapped[str]
    city_name: Mapped[str]
    country: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID]
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[uuid.UUID | None]

    __mapper_args__ = {"version_id_col": version}


class PracticeQuestion(Base):
    """A question to the authors; a private one is read by who asked and who is asked alone."""

    __tablename__ = "practice_question"
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    question_id: Mapped[NewId]
    practice_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID | None]
    asker_name: Mapped[str]
    asked_by: Mapped[uuid.UUID]
    body: Mapped[str]
    is_private: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    answer: Mapped[str]
    answered_by_name: Mapped[str]
    answered_at: Mapped[datetime | None]


class PracticeThanks(Base):
    """An organisation's thanks, once for each practice."""

    __tablename__ = "practice_thanks"
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    practice_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    author_id: Mapped[uuid.UUID | None]
    organisation_name: Mapped[str]
    note: Mapped[str]
    created_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

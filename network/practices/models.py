"""The published practice; what may be in it is said by its migration."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, FetchedValue, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId


class PublishedPractice(Base):
    """The published text of one practice example; ``author_id`` is empty for a city that is no member.

    The three search columns are written by the database.
    """

    __tablename__ = "published_practice"
    practice_id: Mapped[NewId]
    slug: Mapped[str]
    author_id: Mapped[uuid.UUID | None]
    version: Mapped[int]
    visibility: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    population: Mapped[int | None]
    setting: Mapped[str]
    summary: Mapped[str]
    problem: Mapped[str]
    approach: Mapped[str]
    partners: Mapped[list[str]] = mapped_column(ARRAY(Text))
    target_groups: Mapped[list[str]] = mapped_column(ARRAY(Text))
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    prevention_levels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    steps: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    mandate: Mapped[str]
    cost_band: Mapped[str]
    cost_note: Mapped[str]
    started: Mapped[int | None]
    ended: Mapped[int | None]
    duration: Mapped[str]
    results: Mapped[str]
    evidence_rating: Mapped[int]
    evidence_reason: Mapped[str]
    obstacles: Mapped[str]
    advice: Mapped[str]
    transfer: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=FetchedValue())
    keywords: Mapped[str] = mapped_column(deferred=True)
    published_by: Mapped[uuid.UUID | None]
    published_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    renew_on: Mapped[date] = mapped_column(server_default=FetchedValue())
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=FetchedValue())
    translated: Mapped[str] = mapped_column(server_default=FetchedValue(), deferred=True)
    featured_at: Mapped[datetime | None]
    featured_note: Mapped[str] = mapped_column(server_default=FetchedValue())
    title_key: Mapped[str] = mapped_column(server_default=FetchedValue())
    search_text: Mapped[str] = mapped_column(server_default=FetchedValue(), deferred=True)
    search_vector: Mapped[str] = mapped_column(TSVECTOR, server_default=FetchedValue(), deferred=True)

    __mapper_args__ = {"eager_defaults": False}

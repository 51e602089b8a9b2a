"""Imports of incident files. Constraints live in the migrations."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, FetchedValue, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class ImportRun(Base):
    """One file on its way in.

    ``definition`` is the mapping as it was when it was chosen. ``settings`` is what a person said
    about the file, ``found`` what was found in it, ``preview`` the first rows and changes.
    """

    __tablename__ = "import_run"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    import_id: Mapped[NewId]
    file_name: Mapped[str]
    mapping: Mapped[str]
    definition: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=FetchedValue())
    found: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=FetchedValue())
    preview: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=FetchedValue())
    status: Mapped[str] = mapped_column(server_default=FetchedValue())
    progress: Mapped[int] = mapped_column(server_default=FetchedValue())
    progressed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    rows_read: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_new: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_changed: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_unchanged: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_skipped: Mapped[int] = mapped_column(server_default=FetchedValue())
    problem_count: Mapped[int] = mapped_column(server_default=FetchedValue())
    reason: Mapped[str] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    finished_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[uuid.UUID | None]


class IncidentMapping(Kept, Base):
    """A city's own mapping. ``definition`` is what ``mappings.to_json`` gives; ``outline`` says the
    same in words, for people, the history and the search; ``file_columns`` are those of the file
    for which it was made."""

    __tablename__ = "incident_mapping"
    id_name = "mapping_id"
    mapping_id: Mapped[NewId]
    name: Mapped[str]
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    outline: Mapped[str]
    file_columns: Mapped[list[str]] = mapped_column(ARRAY(Text))

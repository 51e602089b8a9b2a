"""An activation with its situation, tasks, roles and log. Constraints live in the migrations."""

import uuid
from datetime import datetime
from typing import ClassVar

from sqlalchemy import FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class ResponseActivation(Kept, Base):
    """A response that runs or ran, with what is known of the situation."""

    __tablename__ = "response_activation"
    id_name: ClassVar[str] = "response_activation_id"
    response_activation_id: Mapped[NewId]
    name: Mapped[str]
    reason: Mapped[str]
    response_plan_id: Mapped[uuid.UUID | None]
    incident_id: Mapped[uuid.UUID | None]
    known: Mapped[str]
    confirmed: Mapped[str]
    open_questions: Mapped[str]
    next_steps: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None]
    outcome: Mapped[str]


class ResponseTask(Base):
    """A line of the checklist, live: who did it, and when."""

    __tablename__ = "response_task"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    response_task_id: Mapped[NewId]
    response_activation_id: Mapped[uuid.UUID]
    name: Mapped[str]
    phase: Mapped[str]
    strand: Mapped[str]
    detail: Mapped[str]
    role_name: Mapped[str]
    position: Mapped[int]
    done_at: Mapped[datetime | None]
    done_by: Mapped[uuid.UUID | None]
    done_by_name: Mapped[str]


class ResponseShift(Base):
    """Who fills a role in a running response now; earlier ones stand in the log."""

    __tablename__ = "response_shift"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    response_shift_id: Mapped[NewId]
    response_activation_id: Mapped[uuid.UUID]
    name: Mapped[str]
    holder_name: Mapped[str]
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime] = mapped_column(server_default=FetchedValue())

    __mapper_args__ = {"version_id_col": version}


class ResponseLogEntry(Base):
    """One entry of the log. It stays as it is: a correction is another entry that names it."""

    __tablename__ = "response_log_entry"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    response_log_entry_id: Mapped[NewId]
    response_activation_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    body: Mapped[str]
    decided_by: Mapped[str]
    reason: Mapped[str]
    corrects_id: Mapped[uuid.UUID | None]
    created_by: Mapped[uuid.UUID]
    author_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())

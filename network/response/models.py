"""Emergency response plans and exercises. Constraints live in the migrations."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import FetchedValue, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from network.kernel.db import Base, NewId
from network.records.keeping import Kept


class ResponsePlan(Kept, Base):
    """What the city does when a kind of emergency comes, written before."""

    __tablename__ = "response_plan"
    id_name: ClassVar[str] = "response_plan_id"
    response_plan_id: Mapped[NewId]
    name: Mapped[str]
    scenario_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    scenario: Mapped[str]
    purpose: Mapped[str]
    activation: Mapped[str]
    meeting_place: Mapped[str]


class ResponseRole(Kept, Base):
    """Somebody's part in a plan, and who stands in; how to reach them is left out of the history."""

    __tablename__ = "response_role"
    id_name: ClassVar[str] = "response_role_id"
    response_role_id: Mapped[NewId]
    response_plan_id: Mapped[uuid.UUID]
    name: Mapped[str]
    duties: Mapped[str]
    position: Mapped[int]
    holder_person_id: Mapped[uuid.UUID | None]
    holder_partner_id: Mapped[uuid.UUID | None]
    holder_name: Mapped[str]
    holder_contact: Mapped[str]
    deputy_person_id: Mapped[uuid.UUID | None]
    deputy_partner_id: Mapped[uuid.UUID | None]
    deputy_name: Mapped[str]
    deputy_contact: Mapped[str]

    @property
    def holder(self) -> str:
        """Who holds it, as a key of the form; empty for somebody who is only named."""
        return _key(self.holder_person_id, self.holder_partner_id)

    @property
    def deputy(self) -> str:
        """Who stands in, as a key of the form; empty for somebody who is only named."""
        return _key(self.deputy_person_id, self.deputy_partner_id)


def _key(person_id: uuid.UUID | None, partner_id: uuid.UUID | None) -> str:
    return f"person:{person_id}" if person_id else f"partner:{partner_id}" if partner_id else ""


class ResponseItem(Kept, Base):
    """One line of a checklist: what is done in which phase, and by which role."""

    __tablename__ = "response_item"
    id_name: ClassVar[str] = "response_item_id"
    response_item_id: Mapped[NewId]
    response_plan_id: Mapped[uuid.UUID]
    name: Mapped[str]
    phase: Mapped[str]
    strand: Mapped[str]
    response_role_id: Mapped[uuid.UUID | None]
    detail: Mapped[str]
    position: Mapped[int]


class ResponseCall(Kept, Base):
    """Whom to call, in which order and when; the number is left out of the history."""

    __tablename__ = "response_call"
    id_name: ClassVar[str] = "response_call_id"
    response_call_id: Mapped[NewId]
    response_plan_id: Mapped[uuid.UUID]
    name: Mapped[str]
    position: Mapped[int]
    level: Mapped[str]
    partner_id: Mapped[uuid.UUID | None]
    contact: Mapped[str]
    call_when: Mapped[str]
    reason: Mapped[str]


class ResponsePlace(Kept, Base):
    """A place where families and those affected find help."""

    __tablename__ = "response_place"
    id_name: ClassVar[str] = "response_place_id"
    response_place_id: Mapped[NewId]
    response_plan_id: Mapped[uuid.UUID]
    name: Mapped[str]
    address: Mapped[str]
    purpose: Mapped[str]
    access: Mapped[str]
    contact: Mapped[str]
    position: Mapped[int]


class ResponsePlanMessage(Base):
    """A message template belongs to a plan."""

    __tablename__ = "response_plan_message"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    response_plan_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message_template_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class ResponsePlanEdition(Base):
    """A plan as it was adopted, without the ways to reach people; never changed."""

    __tablename__ = "response_plan_edition"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    response_plan_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    adopted_on: Mapped[date]
    review_on: Mapped[date]
    note: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    adopted_by: Mapped[uuid.UUID]
    adopted_by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ResponseExercise(Kept, Base):
    """A rehearsal of a plan: it counts as held once its findings are written."""

    __tablename__ = "response_exercise"
    id_name: ClassVar[str] = "response_exercise_id"
    response_exercise_id: Mapped[NewId]
    response_plan_id: Mapped[uuid.UUID]
    name: Mapped[str]
    held_on: Mapped[date]
    kind: Mapped[str]
    participants: Mapped[str]
    situation: Mapped[str]
    findings: Mapped[str]


class ResponseExerciseAction(Base):
    """What follows from an exercise, as an action of the city's plan of actions."""

    __tablename__ = "response_exercise_action"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    response_exercise_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    action_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)

"""Adapting practices and reporting back; asking and answering; thanks."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from network.cities.queries import get_city
from network.identity.models import Organisation
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.practices.drafting.service import my_name
from network.practices.exchange.models import PracticeAdaptation, PracticeQuestion, PracticeThanks
from network.practices.exchange.queries import get_adaptation
from network.practices.queries import get_practice
from network.records.keeping import flush
from network.records.registry import register_notice

register_notice("practice_question", _l("asks a question about your practice"))
register_notice("practice_thanks", _l("says thanks for your practice"))
register_notice("practice_report", _l("reports what became of your practice elsewhere"))


def _organisation_name(actor: Actor) -> str:
    return db.session.execute(
        select(Organisation.name).where(Organisation.organisation_id == actor.organisation_id)
    ).scalar_one()


def adapt_practice(slug: str, data: dict[str, Any], *, actor: Actor) -> PracticeAdaptation:
    """Note that the acting city adapts a published practice; ``data`` from AdaptationSchema."""
    practice, city = get_practice(slug), get_city(actor=actor)
    if practice.author_id == actor.organisation_id:
        raise Refused(_("This is your own practice: change it instead."))
    adaptation = PracticeAdaptation(
        city_id=actor.organisation_id, practice_id=practice.practice_id, author_id=practice.author_id, happened="",
        recommends="", city_name=_organisation_name(actor), country=city.country, latitude=city.latitude,
        longitude=city.longitude, version=1, created_by=actor.person_id, updated_by=actor.person_id, **data,
    )  # fmt: skip
    db.session.add(adaptation)
    flush()
    return adaptation


def change_adaptation(
    adaptation_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor
) -> PracticeAdaptation:
    """Change an adaptation, or report on it, that the caller read at ``version``; Conflict if it moved on."""
    found = get_adaptation(adaptation_id, actor=actor)
    if found.version != version:
        raise Conflict(found.version)
    for name, value in data.items():
        setattr(found, name, value)
    found.updated_at, found.updated_by = datetime.now(UTC), actor.person_id
    flush()
    return found


def archive_adaptation(adaptation_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> PracticeAdaptation:
    """Archive an adaptation, which nobody else reads then, or bring it back."""
    found = get_adaptation(adaptation_id, actor=actor)
    found.archived_at = datetime.now(UTC) if is_archived else None
    found.archived_by = actor.person_id if is_archived else None
    flush()
    return found


def ask(slug: str, *, body: str, is_private: bool, actor: Actor) -> uuid.UUID:
    """Ask the authors of a practice; the curators answer for practices without a member city."""
    practice = get_practice(slug)
    question_id: uuid.UUID = db.session.execute(select(text("new_id()"))).scalar_one()
    db.session.add(
        PracticeQuestion(
            organisation_id=actor.organisation_id, question_id=question_id, practice_id=practice.practice_id,
            author_id=practice.author_id, asker_name=_organisation_name(actor), asked_by=actor.person_id, body=body,
            is_private=is_private, answer="", answered_by_name="",
        )
    )  # fmt: skip
    db.session.flush()
    return question_id


def may_answer(author_id: uuid.UUID | None, *, actor: Actor) -> bool:
    """Whether the caller answers questions about a practice of this author."""
    if author_id is None:
        return actor.may("practice:review")
    return author_id == actor.organisation_id and actor.may("practice:write")


def answer(slug: str, question_id: uuid.UUID, *, text_of_answer: str, actor: Actor) -> None:
    """Answer a question, or correct the answer."""
    practice = get_practice(slug)
    found = db.session.execute(
        select(PracticeQuestion).where(
            PracticeQuestion.practice_id == practice.practice_id, PracticeQuestion.question_id == question_id
        )
    ).scalar_one_or_none()  # fmt: skip
    if found is None or not may_answer(found.author_id, actor=actor):
        raise NotFound("question")
    name = my_name(actor)
    found.answer, found.answered_by_name, found.answered_at = text_of_answer, name, datetime.now(UTC)
    db.session.flush()


def thank(slug: str, *, note: str = "", is_thanked: bool = True, actor: Actor) -> None:
    """Say thanks in the name of one's organisation, or take that back."""
    practice = get_practice(slug)
    if practice.author_id == actor.organisation_id:
        raise Refused(_("This is your own practice."))
    if not is_thanked:
        db.session.execute(
            delete(PracticeThanks).where(
                PracticeThanks.organisation_id == actor.organisation_id,
                PracticeThanks.practice_id == practice.practice_id,
            )
        )  # fmt: skip
        return
    db.session.execute(
        insert(PracticeThanks).values(
            organisation_id=actor.organisation_id, practice_id=practice.practice_id, author_id=practice.author_id,
            organisation_name=_organisation_name(actor), note=note.strip()[:1000], created_by=actor.person_id,
        ).on_conflict_do_nothing()
    )  # fmt: skip

"""Reading adaptations, questions and thanks; the policies show what was shared."""

import uuid
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.practices.exchange import codes
from network.practices.exchange.models import PracticeAdaptation, PracticeQuestion, PracticeThanks
from network.practices.exchange.schemas import AdaptationSchema
from network.practices.models import PublishedPractice
from network.records.registry import RecordType


@dataclass(frozen=True)
class AdaptationFilter:
    """Which of the city's adaptations are meant; an empty field asks for all current ones."""

    status: str = ""
    text: str = ""
    is_archived: bool = False


def _select(wanted: AdaptationFilter, actor: Actor) -> Select[tuple[PracticeAdaptation]]:
    archived = PracticeAdaptation.archived_at.is_not(None)
    query = select(PracticeAdaptation).where(
        PracticeAdaptation.city_id == actor.organisation_id, archived if wanted.is_archived else ~archived
    )
    if wanted.status:
        query = query.where(PracticeAdaptation.status == wanted.status)
    if wanted.text:
        query = query.where(PracticeAdaptation.title.icontains(wanted.text, autoescape=True))
    return query


def list_adaptations(
    wanted: AdaptationFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[PracticeAdaptation]:
    """A page of what the city adapts, the latest changed first."""
    order = ((PracticeAdaptation.updated_at, True), (PracticeAdaptation.adaptation_id, True))
    return paginate(_select(wanted, actor), order, after=after, before=before, limit=limit)


def all_adaptations(wanted: AdaptationFilter, *, actor: Actor, limit: int = 5000) -> list[PracticeAdaptation]:
    """What the filter means, for an export."""
    order = PracticeAdaptation.updated_at.desc(), PracticeAdaptation.adaptation_id.desc()
    return list(db.session.execute(_select(wanted, actor).order_by(*order).limit(limit)).scalars())


def get_adaptation(adaptation_id: uuid.UUID, *, actor: Actor) -> PracticeAdaptation:
    """One adaptation of the acting city; NotFound also for another city's."""
    found = db.session.get(PracticeAdaptation, (actor.organisation_id, adaptation_id))
    if found is None:
        raise NotFound("adaptation")
    return found


def find_practice(practice_id: uuid.UUID) -> PublishedPractice | None:
    """The published practice, or None when it was withdrawn."""
    return db.session.get(PublishedPractice, practice_id)


def list_travels(practice_id: uuid.UUID, *, limit: int = 200) -> list[PracticeAdaptation]:
    """Who adapted a practice, as far as the caller may read it, those with a report first."""
    return list(
        db.session.execute(
            select(PracticeAdaptation)
            .where(PracticeAdaptation.practice_id == practice_id, PracticeAdaptation.archived_at.is_(None))
            .order_by(PracticeAdaptation.reported_on.desc().nulls_last(), PracticeAdaptation.adaptation_id).limit(limit)
        ).scalars()
    )  # fmt: skip


def list_questions(practice_id: uuid.UUID, *, limit: int = 200) -> list[PracticeQuestion]:
    """The questions about a practice that the caller may read, the latest first."""
    return list(
        db.session.execute(
            select(PracticeQuestion).where(PracticeQuestion.practice_id == practice_id)
            .order_by(PracticeQuestion.question_id.desc()).limit(limit)
        ).scalars()
    )  # fmt: skip


def count_thanks(practice_id: uuid.UUID) -> int:
    """How many organisations said thanks."""
    return db.session.execute(
        select(func.count()).select_from(PracticeThanks).where(PracticeThanks.practice_id == practice_id)
    ).scalar_one()


def list_thanks(practice_id: uuid.UUID, *, limit: int = 100) -> list[PracticeThanks]:
    """Who said thanks, the latest first; for members."""
    return list(
        db.session.execute(
            select(PracticeThanks).where(PracticeThanks.practice_id == practice_id)
            .order_by(PracticeThanks.created_at.desc(), PracticeThanks.organisation_id).limit(limit)
        ).scalars()
    )  # fmt: skip


RECORD_TYPES = (
    RecordType(
        "adaptation", _l("Adaptation"), "exchange.show", "adaptation_id", "practice:draft", AdaptationSchema,
        {"status": codes.STATUS, "shared_with": codes.SHARED_WITH, "recommends": codes.RECOMMENDS},
    ),
)  # fmt: skip

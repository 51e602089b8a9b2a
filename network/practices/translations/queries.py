"""Reading translations; unchecked ones are for their translators."""

import uuid

from sqlalchemy import select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.tenancy import Actor
from network.practices.models import PublishedPractice
from network.practices.translations.models import PracticeTranslation

TRANSLATING_ROLES = ("coordinator", "officer", "communications")


def list_translations(practice_id: uuid.UUID) -> list[PracticeTranslation]:
    """The translations of a practice that the caller may read, by language."""
    return list(
        db.session.execute(
            select(PracticeTranslation).where(PracticeTranslation.practice_id == practice_id)
            .order_by(PracticeTranslation.language)
        ).scalars()
    )  # fmt: skip


def get_translation(practice_id: uuid.UUID, language: str) -> PracticeTranslation:
    """One translation; NotFound also for an unchecked one of somebody else."""
    found = db.session.get(PracticeTranslation, (practice_id, language))
    if found is None:
        raise NotFound("translation")
    return found


def may_translate(practice: PublishedPractice, *, actor: Actor) -> bool:
    """Whether the caller may write translations of this practice: curators, and its own city's writers."""
    if actor.may("practice:review"):
        return True
    return practice.author_id is not None and practice.author_id == actor.organisation_id and actor.role in TRANSLATING_ROLES

"""Writing translations; curators and the practice's own city may. Policies agree."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.practices.drafting.schemas import OFFERED_LANGUAGES
from network.practices.drafting.service import my_name
from network.practices.models import PublishedPractice
from network.practices.translations.models import PracticeTranslation
from network.practices.translations.queries import get_translation, may_translate


def save_translation(
    practice: PublishedPractice, language: str, data: dict[str, Any], *, version: int = 0, actor: Actor
) -> PracticeTranslation:
    """Keep a translation of the practice's present version; ``data`` from TranslationSchema.

    ``version`` is the one that the caller read, 0 for a new one; Conflict if it moved on since.
    """
    if not may_translate(practice, actor=actor):
        raise NotFound("practice")
    if language not in OFFERED_LANGUAGES or language == practice.language:
        raise ValidationFailed({"language": [_("Choose another language than that of the practice.")]})
    found = db.session.get(PracticeTranslation, (practice.practice_id, language))
    if found is not None and found.version != version:
        raise Conflict(found.version)
    name_of_translator = my_name(actor)
    content = {name: value for name, value in data.items() if name not in ("title", "state")}
    if found is None:
        found = PracticeTranslation(
            practice_id=practice.practice_id, language=language, visibility=practice.visibility,
            author_id=practice.author_id, created_by=actor.person_id, version=1,
        )  # fmt: skip
        db.session.add(found)
    found.title, found.content, found.state = data["title"], content, data["state"]
    found.source_version, found.translator_name = practice.version, name_of_translator
    found.updated_at, found.updated_by = datetime.now(UTC), actor.person_id  # type: ignore[assignment]
    try:
        db.session.flush()
    except StaleDataError:
        raise Conflict(0) from None
    return found


def remove_translation(practice: PublishedPractice, language: str, *, actor: Actor) -> None:
    """Remove a translation at once."""
    if not may_translate(practice, actor=actor):
        raise NotFound("practice")
    db.session.delete(get_translation(practice.practice_id, language))
    db.session.flush()

"""Publishing practice examples; the network's curators alone may. Policies agree."""

from datetime import UTC, datetime, timedelta
from typing import Any

from babel import Locale
from sqlalchemy import delete, select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import LOCALES, speaking
from network.kernel.tenancy import Actor
from network.practices import codes
from network.practices.models import PublishedPractice

RENEWAL = timedelta(days=730)
"""How long a published practice counts as current before its city is asked again."""


def collect_keywords(data: dict[str, Any]) -> str:
    """Words that stand in no sentence but are searched for, in every language of the site: the
    country's name and the words of the codes."""
    words = []
    for locale in LOCALES:
        words.append(Locale(locale).territories.get(data["country"], ""))
        with speaking(locale):
            words += [str(codes.THEME[value].label) for value in data["themes"]]
            words += [str(codes.LEVEL[value].label) for value in data["prevention_levels"]]
            words += [str(codes.STEP[str(value)].label) for value in data["steps"]]
    return " ".join(dict.fromkeys(word for word in words if word))


def publish_practice(slug: str, data: dict[str, Any], *, actor: Actor) -> PublishedPractice:
    """Publish the network's own account of a practice, or a new text of it.

    ``data`` is what PracticeSchema returned; the same text again changes nothing.
    """
    found = db.session.execute(
        select(PublishedPractice).where(PublishedPractice.slug == slug)
    ).scalar_one_or_none()
    row = data | {"keywords": collect_keywords(data)}
    now = datetime.now(UTC)
    if found is None:
        found = PublishedPractice(slug=slug, version=1, published_by=actor.person_id, **row)
        db.session.add(found)
    elif any(getattr(found, name) != value for name, value in row.items()):
        for name, value in row.items():
            setattr(found, name, value)
        found.version += 1
        found.updated_at, found.renew_on = now, (now + RENEWAL).date()
    db.session.flush()
    return found


def take_back_practice(slug: str, *, actor: Actor) -> None:
    """Remove a published practice at once; NotFound if there is none or one may not."""
    done = db.session.execute(
        delete(PublishedPractice).where(PublishedPractice.slug == slug).returning(PublishedPractice.practice_id)
    ).all()
    if not done:
        raise NotFound("practice")

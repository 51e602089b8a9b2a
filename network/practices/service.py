"""Publishing practice examples; the network's curators alone may. Policies agree."""

from datetime import UTC, datetime, timedelta
from typing import Any

from babel import Locale
from sqlalchemy import ARRAY, Text, cast, delete, select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import LOCALES, speaking
from network.kernel.tenancy import Actor
from network.practices import codes
from network.practices.models import PublishedPractice
from network.practices.queries import get_practice

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


def clean_tags(text_of_tags: str) -> list[str]:
    """Tags as they are kept: lower case, without repetitions, at most 20."""
    found = [" ".join(tag.split()).lower()[:50] for tag in text_of_tags.split(",")]
    return sorted({tag for tag in found if tag})[:20]


def tag_practice(slug: str, tags: list[str]) -> None:
    """Give a published practice its tags; curators may."""
    get_practice(slug).tags = tags
    db.session.flush()


def merge_tags(tag: str, *, into: str) -> int:
    """Replace a tag by another everywhere, or remove it if ``into`` is empty; how many practices had it."""
    replaced = clean_tags(into)[:1]
    found = db.session.execute(
        select(PublishedPractice).where(PublishedPractice.tags.op("@>")(cast([tag], ARRAY(Text))))
    ).scalars().all()  # fmt: skip
    for practice in found:
        practice.tags = sorted({*(t for t in practice.tags if t != tag), *replaced})
    db.session.flush()
    return len(found)


def feature_practice(slug: str, *, is_featured: bool, note: str = "") -> None:
    """Put a practice forward on the first page of the library, or end that; curators may."""
    practice = get_practice(slug)
    practice.featured_at = datetime.now(UTC) if is_featured else None
    practice.featured_note = note.strip()[:500] if is_featured else ""
    db.session.flush()

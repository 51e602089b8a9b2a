"""Making collections; the network's curators alone may. Policies agree."""

import re
import unicodedata
import uuid
from datetime import UTC, datetime
from typing import Any

from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.tenancy import Actor
from network.practices.collections.models import CollectionItem, PracticeCollection
from network.practices.collections.queries import get_collection
from network.practices.queries import get_practice
from network.records.keeping import flush


def make_slug(title: str) -> str:
    """The last part of an address made of a title."""
    plain = unicodedata.normalize("NFKD", title)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].strip("-") or "collection"


TAKEN = {"practice_collection_slug_key": ("title", _l("There is a collection of this name already."))}


def add_collection(data: dict[str, Any], *, slug: str = "", actor: Actor) -> PracticeCollection:
    """Make a collection; its address comes from the title and stays."""
    collection = PracticeCollection(
        slug=slug or make_slug(data["title"]), **data, version=1, created_by=actor.person_id, updated_by=actor.person_id
    )
    db.session.add(collection)
    flush(TAKEN)
    return collection


def change_collection(slug: str, data: dict[str, Any], *, version: int, actor: Actor) -> PracticeCollection:
    """Change a collection that the caller read at ``version``; Conflict if it moved on since."""
    collection = get_collection(slug)
    if collection.version != version:
        raise Conflict(collection.version)
    for name, value in data.items():
        setattr(collection, name, value)
    if collection.is_published:
        collection.archived_at = None
    collection.updated_at, collection.updated_by = datetime.now(UTC), actor.person_id
    flush(TAKEN)
    return collection


def archive_collection(slug: str, *, is_archived: bool, actor: Actor) -> PracticeCollection:
    """Take a collection out of the library, or bring it back unpublished."""
    collection = get_collection(slug)
    if is_archived:
        collection.is_published = False
    collection.archived_at = datetime.now(UTC) if is_archived else None
    collection.updated_at, collection.updated_by = datetime.now(UTC), actor.person_id
    flush(TAKEN)
    return collection


def place_practice(slug: str, practice_slug: str, *, note: str, position: int) -> None:
    """Put a published practice into a collection, or change its place and note."""
    collection, practice = get_collection(slug), get_practice(practice_slug)
    found = db.session.get(CollectionItem, (collection.collection_id, practice.practice_id))
    if found is None:
        found = CollectionItem(
            collection_id=collection.collection_id, practice_id=practice.practice_id,
            is_published=collection.is_published, visibility=practice.visibility,
        )  # fmt: skip
        db.session.add(found)
    found.note, found.position = note, position
    db.session.flush()


def remove_practice(slug: str, practice_id: uuid.UUID) -> None:
    """Take a practice out of a collection."""
    found = db.session.get(CollectionItem, (get_collection(slug).collection_id, practice_id))
    if found is None:
        raise NotFound("practice")
    db.session.delete(found)
    db.session.flush()

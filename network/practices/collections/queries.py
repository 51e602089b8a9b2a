"""Reading collections; the policies show unpublished ones to curators alone."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.practices.collections.models import CollectionItem, PracticeCollection
from network.practices.models import PublishedPractice
from network.practices.queries import CARD


@dataclass(frozen=True)
class ListedCollection:
    """A collection with the number of its practices that the caller may read."""

    collection: PracticeCollection
    practice_count: int


def list_collections(*, is_archived: bool = False, limit: int = 200) -> list[ListedCollection]:
    """The collections in their order."""
    count = (
        select(func.count()).select_from(CollectionItem)
        .where(CollectionItem.collection_id == PracticeCollection.collection_id)
        .correlate(PracticeCollection).scalar_subquery()
    )  # fmt: skip
    archived = PracticeCollection.archived_at
    rows = db.session.execute(
        select(PracticeCollection, count).where(archived.is_not(None) if is_archived else archived.is_(None))
        .order_by(PracticeCollection.position, PracticeCollection.title, PracticeCollection.collection_id).limit(limit)
    )  # fmt: skip
    return [ListedCollection(row[0], row[1]) for row in rows]


def get_collection(slug: str) -> PracticeCollection:
    """One collection; NotFound also for one that the caller may not read."""
    found = db.session.execute(
        select(PracticeCollection).where(PracticeCollection.slug == slug)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("collection")
    return found


def list_items(collection_id: uuid.UUID, *, limit: int = 200) -> list[tuple[CollectionItem, PublishedPractice]]:
    """The practices of a collection in its order, with why they stand there."""
    rows = db.session.execute(
        select(CollectionItem, PublishedPractice)
        .join(PublishedPractice, PublishedPractice.practice_id == CollectionItem.practice_id)
        .options(load_only(*CARD, raiseload=True))
        .where(CollectionItem.collection_id == collection_id)
        .order_by(CollectionItem.position, CollectionItem.practice_id).limit(limit)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def list_collections_of(practice_id: uuid.UUID) -> list[PracticeCollection]:
    """The published collections in which a practice stands."""
    return list(
        db.session.execute(
            select(PracticeCollection)
            .join(CollectionItem, CollectionItem.collection_id == PracticeCollection.collection_id)
            .where(CollectionItem.practice_id == practice_id, PracticeCollection.is_published)
            .order_by(PracticeCollection.position, PracticeCollection.title).limit(20)
        ).scalars()
    )  # fmt: skip

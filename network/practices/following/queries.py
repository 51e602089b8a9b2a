"""Reading one's saved searches."""

import uuid
from datetime import datetime

from sqlalchemy import func, select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.tenancy import Actor
from network.practices.following.models import SavedSearch
from network.practices.models import PublishedPractice
from network.practices.queries import PracticeFilter, Search


def list_searches(*, actor: Actor) -> list[SavedSearch]:
    """The caller's saved searches, the oldest first."""
    return list(
        db.session.execute(
            select(SavedSearch).where(
                SavedSearch.organisation_id == actor.organisation_id, SavedSearch.person_id == actor.person_id
            ).order_by(SavedSearch.search_id).limit(100)
        ).scalars()
    )  # fmt: skip


def get_search(search_id: uuid.UUID, *, actor: Actor) -> SavedSearch:
    """One saved search of the caller."""
    found = db.session.get(SavedSearch, (actor.organisation_id, search_id))
    if found is None or found.person_id != actor.person_id:
        raise NotFound("search")
    return found


def count_new(wanted: PracticeFilter, since: datetime, *, actor: Actor) -> int:
    """How many practices that fit were published since then, as far as the caller may read them."""
    search = Search(wanted, actor)
    return db.session.execute(
        select(func.count()).select_from(PublishedPractice)
        .where(PublishedPractice.published_at > since, search.matches, *search.conditions.values())
    ).scalar_one()  # fmt: skip

"""Keeping searches."""

import uuid

from sqlalchemy import func, select

from network.kernel.db import db
from network.kernel.errors import Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.practices.following.models import SavedSearch
from network.practices.following.queries import get_search

MOST = 30


def save_search(name: str, arguments: str, *, actor: Actor) -> SavedSearch:
    """Keep a search under a name; at most 30 for each person."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 200:
        raise ValidationFailed({"name": [_("Give the search a name.")]})
    if len(arguments) > 2000:
        raise ValidationFailed({"name": [_("This search is too long to be kept.")]})
    count = db.session.execute(
        select(func.count()).select_from(SavedSearch)
        .where(SavedSearch.organisation_id == actor.organisation_id, SavedSearch.person_id == actor.person_id)
    ).scalar_one()  # fmt: skip
    if count >= MOST:
        raise Refused(_("You keep %(count)s searches already: remove one first.", count=MOST))
    found = SavedSearch(
        organisation_id=actor.organisation_id, person_id=actor.person_id, name=name, arguments=arguments, is_mailed=True
    )
    db.session.add(found)
    db.session.flush()
    return found


def change_search(search_id: uuid.UUID, *, is_mailed: bool, actor: Actor) -> None:
    """Say whether one wants to be told by mail."""
    get_search(search_id, actor=actor).is_mailed = is_mailed
    db.session.flush()


def remove_search(search_id: uuid.UUID, *, actor: Actor) -> None:
    """Forget a search."""
    db.session.delete(get_search(search_id, actor=actor))
    db.session.flush()

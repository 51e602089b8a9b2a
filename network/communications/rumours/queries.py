"""Reading the register of rumours."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select

from network.communications import codes
from network.communications.models import Rumour
from network.communications.schemas import RumourSchema
from network.kernel.db import db
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Order, Page, paginate
from network.kernel.tenancy import Actor
from network.records.keeping import get_kept
from network.records.registry import RecordType


@dataclass(frozen=True)
class RumourFilter:
    """Which rumours are meant; an empty field asks for all, ``harm`` for this and worse."""

    text: str = ""
    status: str = ""
    narrative: str = ""
    harm: int | None = None
    is_archived: bool = False


SORTS: dict[str, Order] = {
    "newest": ((Rumour.first_seen_on, True), (Rumour.rumour_id, True)),
    "oldest": ((Rumour.first_seen_on, False), (Rumour.rumour_id, False)),
    "harm": ((Rumour.harm, True), (Rumour.first_seen_on, True), (Rumour.rumour_id, True)),
}
"""The orders in which the register can be asked for."""


def _select(wanted: RumourFilter, actor: Actor) -> Select[Any]:
    is_archived = Rumour.archived_at.is_not(None)
    query = select(Rumour).where(
        Rumour.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    if wanted.status:
        query = query.where(Rumour.status == wanted.status)
    if wanted.narrative:
        query = query.where(Rumour.narrative == wanted.narrative)
    if wanted.harm:
        query = query.where(Rumour.harm >= wanted.harm)
    if wanted.text:
        columns = (Rumour.name, Rumour.claim, Rumour.where_seen, Rumour.affected, Rumour.response)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return query


def list_rumours(
    wanted: RumourFilter, *, actor: Actor, sort: str = "newest", after: str = "", before: str = "", limit: int = 50
) -> Page[Rumour]:
    """A page of rumours; ``sort`` is a key of SORTS."""
    return paginate(_select(wanted, actor), SORTS[sort], after=after, before=before, limit=limit)


def all_rumours(wanted: RumourFilter, *, actor: Actor, limit: int = 5000) -> list[Rumour]:
    """What the filter means, the newest first, for an export or a choice."""
    query = _select(wanted, actor).order_by(Rumour.first_seen_on.desc(), Rumour.rumour_id.desc()).limit(limit)
    return list(db.session.execute(query).scalars())


def count_by_status(*, actor: Actor) -> dict[str, int]:
    """How many rumours there are in each status, archived ones left out."""
    rows = db.session.execute(
        select(Rumour.status, func.count())
        .where(Rumour.city_id == actor.organisation_id, Rumour.archived_at.is_(None)).group_by(Rumour.status)
    )
    return {row[0]: row[1] for row in rows}


def get_rumour(rumour_id: uuid.UUID, *, actor: Actor) -> Rumour:
    """One rumour; NotFound also for another city's."""
    return get_kept(Rumour, rumour_id, actor=actor)


RECORD_TYPES = (
    RecordType(
        "rumour", _l("Rumour"), "rumours.show", "rumour_id", "communication:read", RumourSchema,
        {"narrative": codes.NARRATIVES, "spread": codes.SPREAD, "harm": codes.HARM, "status": codes.RUMOUR_STATUS,
         "channel_kinds": codes.CHANNEL_KINDS},
    ),
)  # fmt: skip

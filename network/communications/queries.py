"""Reading the registers of communications: key messages, audiences, channels, spokespeople."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select

from network.communications import codes
from network.communications.models import Audience, Channel, KeyMessage, Spokesperson
from network.communications.schemas import AudienceSchema, ChannelSchema, KeyMessageSchema, SpokespersonSchema
from network.kernel.db import db
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.records.keeping import Kept
from network.records.registry import RecordType

R = TypeVar("R", bound=Kept)


@dataclass(frozen=True)
class RegisterFilter:
    """Which entries of a register are meant; an empty field asks for all. ``kind`` and ``language``
    mean something only where a register has them."""

    text: str = ""
    kind: str = ""
    language: str = ""
    is_archived: bool = False


def _select(model: Any, wanted: RegisterFilter, actor: Actor) -> Select[Any]:
    is_archived = model.archived_at.is_not(None)
    query = select(model).where(
        model.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    columns = model.__table__.columns
    if wanted.kind and "kind" in columns:
        query = query.where(model.kind == wanted.kind)
    if wanted.language and "languages" in columns:
        query = query.where(model.languages.contains([wanted.language]))
    if wanted.text:
        searched = [getattr(model, name) for name in SEARCHED if name in columns]
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in searched)))
    return query


SEARCHED = ("name", "body", "description", "function", "topics", "address", "trusted_voices", "keeper", "headline")


def list_register(
    model: type[R], wanted: RegisterFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[R]:
    """A page of a register by name."""
    of: Any = model
    order = ((of.name, False), (getattr(of, model.id_name), False))
    return paginate(_select(model, wanted, actor), order, after=after, before=before, limit=limit)


def all_of_register(model: type[R], wanted: RegisterFilter, *, actor: Actor, limit: int = 5000) -> list[R]:
    """What the filter means, by name, for an export or a choice."""
    of: Any = model
    query = _select(model, wanted, actor).order_by(of.name, getattr(of, model.id_name)).limit(limit)
    return list(db.session.execute(query).scalars())


RECORD_TYPES = (
    RecordType(
        "key_message", _l("Key message"), "key_messages.show", "record_id", "communication:read", KeyMessageSchema,
        {"kind": codes.KEY_MESSAGE_KINDS},
    ),
    RecordType(
        "audience", _l("Audience"), "audiences.show", "record_id", "communication:read", AudienceSchema,
        {"channel_kinds": codes.CHANNEL_KINDS},
    ),
    RecordType(
        "channel", _l("Channel"), "channels.show", "record_id", "communication:read", ChannelSchema,
        {"kind": codes.CHANNEL_KINDS},
    ),
    RecordType(
        "spokesperson", _l("Spokesperson"), "spokespeople.show", "record_id", "communication:read",
        SpokespersonSchema,
    ),
)  # fmt: skip

REGISTERS: tuple[type[Kept], ...] = (KeyMessage, Audience, Channel, Spokesperson)
"""The simple registers, each a table with a name and little else."""


def count_registers(*, actor: Actor) -> dict[str, int]:
    """How many current entries each register has, by the name of its table; one statement."""
    counted: list[Any] = [
        select(func.count()).where(of.city_id == actor.organisation_id, of.archived_at.is_(None)).scalar_subquery()
        for of in REGISTERS
    ]
    row = db.session.execute(select(*counted)).one()
    return {str(of.__tablename__): row[i] for i, of in enumerate(REGISTERS)}  # type: ignore[attr-defined]

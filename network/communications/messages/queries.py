"""Reading planned messages: by list, by month, one with its languages."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select

from network.communications import codes
from network.communications.models import (
    Audience,
    Channel,
    MessageAudience,
    MessageChannel,
    MessageVersion,
    PlannedMessage,
    Rumour,
)
from network.communications.schemas import MessageSchema, MessageTextSchema
from network.kernel.db import db
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Order, Page, paginate
from network.kernel.tenancy import Actor
from network.records.keeping import get_kept
from network.records.registry import RecordType

MOST_IN_MONTH = 500


@dataclass(frozen=True)
class MessageFilter:
    """Which messages are meant; an empty field asks for all. A status or a language means that the
    message has a text in it. Days are inclusive."""

    text: str = ""
    status: str = ""
    language: str = ""
    occasion: str = ""
    audience_id: uuid.UUID | None = None
    channel_id: uuid.UUID | None = None
    date_from: date | None = None
    date_to: date | None = None
    is_archived: bool = False


@dataclass(frozen=True)
class MessageParts:
    """What belongs to a message, by language or by name."""

    versions: list[MessageVersion] = field(default_factory=list)
    audiences: list[tuple[uuid.UUID, str]] = field(default_factory=list)
    channels: list[tuple[uuid.UUID, str]] = field(default_factory=list)


SORTS: dict[str, Order] = {
    "planned": ((PlannedMessage.planned_on, True), (PlannedMessage.message_id, True)),
    "soonest": ((PlannedMessage.planned_on, False), (PlannedMessage.message_id, False)),
    "name": ((PlannedMessage.name, False), (PlannedMessage.message_id, False)),
}
"""The orders in which messages can be asked for."""


def _select(wanted: MessageFilter, actor: Actor) -> Select[Any]:
    is_archived = PlannedMessage.archived_at.is_not(None)
    query = select(PlannedMessage).where(
        PlannedMessage.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    if wanted.occasion:
        query = query.where(PlannedMessage.occasion == wanted.occasion)
    if wanted.date_from:
        query = query.where(PlannedMessage.planned_on >= wanted.date_from)
    if wanted.date_to:
        query = query.where(PlannedMessage.planned_on <= wanted.date_to)
    if wanted.status or wanted.language:
        version = select(MessageVersion.message_version_id).where(*_of_message(MessageVersion))
        version = version.where(MessageVersion.archived_at.is_(None))
        if wanted.status:
            version = version.where(MessageVersion.status == wanted.status)
        if wanted.language:
            version = version.where(MessageVersion.language == wanted.language)
        query = query.where(version.exists())
    if wanted.audience_id:
        chosen = select(MessageAudience.audience_id).where(
            *_of_message(MessageAudience), MessageAudience.audience_id == wanted.audience_id
        )
        query = query.where(chosen.exists())
    if wanted.channel_id:
        taken = select(MessageChannel.channel_id).where(
            *_of_message(MessageChannel), MessageChannel.channel_id == wanted.channel_id
        )
        query = query.where(taken.exists())
    if wanted.text:
        inside = select(MessageVersion.message_version_id).where(
            *_of_message(MessageVersion), MessageVersion.archived_at.is_(None),
            or_(*(c.icontains(wanted.text, autoescape=True) for c in (MessageVersion.name, MessageVersion.body))),
        )  # fmt: skip
        query = query.where(
            or_(
                PlannedMessage.name.icontains(wanted.text, autoescape=True),
                PlannedMessage.purpose.icontains(wanted.text, autoescape=True), inside.exists(),
            )  # fmt: skip
        )
    return query


def _of_message(model: Any) -> tuple[Any, Any]:
    return model.city_id == PlannedMessage.city_id, model.message_id == PlannedMessage.message_id


def list_messages(
    wanted: MessageFilter, *, actor: Actor, sort: str = "planned", after: str = "", before: str = "", limit: int = 50
) -> Page[PlannedMessage]:
    """A page of messages; ``sort`` is a key of SORTS."""
    return paginate(_select(wanted, actor), SORTS[sort], after=after, before=before, limit=limit)


def all_messages(wanted: MessageFilter, *, actor: Actor, limit: int = 5000) -> list[PlannedMessage]:
    """What the filter means, the earliest planned first: for a month, an export or a choice."""
    query = _select(wanted, actor).order_by(PlannedMessage.planned_on, PlannedMessage.message_id).limit(limit)
    return list(db.session.execute(query).scalars())


def find_parts(message_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, MessageParts]:
    """Languages, audiences and channels of messages; three statements, however many messages."""
    parts: dict[uuid.UUID, MessageParts] = defaultdict(MessageParts)
    versions = db.session.execute(
        select(MessageVersion).where(
            MessageVersion.city_id == actor.organisation_id, MessageVersion.message_id.in_(message_ids),
            MessageVersion.archived_at.is_(None),
        ).order_by(MessageVersion.language)
    ).scalars()  # fmt: skip
    for version in versions:
        parts[version.message_id].versions.append(version)
    audiences = db.session.execute(
        select(MessageAudience.message_id, Audience.audience_id, Audience.name)
        .join(Audience, (Audience.city_id == MessageAudience.city_id) & (Audience.audience_id == MessageAudience.audience_id))
        .where(MessageAudience.city_id == actor.organisation_id, MessageAudience.message_id.in_(message_ids))
        .order_by(Audience.name)
    )  # fmt: skip
    for message_id, record_id, name in audiences:
        parts[message_id].audiences.append((record_id, name))
    channels = db.session.execute(
        select(MessageChannel.message_id, Channel.channel_id, Channel.name)
        .join(Channel, (Channel.city_id == MessageChannel.city_id) & (Channel.channel_id == MessageChannel.channel_id))
        .where(MessageChannel.city_id == actor.organisation_id, MessageChannel.message_id.in_(message_ids))
        .order_by(Channel.name)
    )  # fmt: skip
    for message_id, record_id, name in channels:
        parts[message_id].channels.append((record_id, name))
    return parts


def get_message(message_id: uuid.UUID, *, actor: Actor) -> PlannedMessage:
    """One message; NotFound also for another city's."""
    return get_kept(PlannedMessage, message_id, actor=actor)


def get_version(version_id: uuid.UUID, *, actor: Actor) -> MessageVersion:
    """The text of a message in one language."""
    return get_kept(MessageVersion, version_id, actor=actor)


def list_answered_rumours(message_id: uuid.UUID, *, actor: Actor) -> list[Rumour]:
    """The rumours that a message answers."""
    return list(
        db.session.execute(
            select(Rumour).where(
                Rumour.city_id == actor.organisation_id, Rumour.message_id == message_id, Rumour.archived_at.is_(None)
            ).order_by(Rumour.first_seen_on, Rumour.rumour_id).limit(200)
        ).scalars()
    )  # fmt: skip


def message_choices(*, actor: Actor) -> list[tuple[str, str]]:
    """Messages for a form: id as text and name, the latest planned first, archived ones left out."""
    rows = db.session.execute(
        select(PlannedMessage.message_id, PlannedMessage.name)
        .where(PlannedMessage.city_id == actor.organisation_id, PlannedMessage.archived_at.is_(None))
        .order_by(PlannedMessage.planned_on.desc(), PlannedMessage.message_id.desc()).limit(500)
    )  # fmt: skip
    return [(str(row[0]), row[1]) for row in rows]


def count_by_status(*, actor: Actor) -> dict[str, int]:
    """How many texts of current messages there are in each status."""
    rows = db.session.execute(
        select(MessageVersion.status, func.count())
        .join(PlannedMessage, (PlannedMessage.city_id == MessageVersion.city_id)
              & (PlannedMessage.message_id == MessageVersion.message_id))
        .where(MessageVersion.city_id == actor.organisation_id, MessageVersion.archived_at.is_(None),
               PlannedMessage.archived_at.is_(None))
        .group_by(MessageVersion.status)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


RECORD_TYPES = (
    RecordType(
        "planned_message", _l("Message"), "messages.show", "message_id", "communication:read", MessageSchema,
        {"occasion": codes.OCCASIONS},
    ),
    RecordType(
        "message_version", _l("Text of a message"), "messages.version", "version_id", "communication:read",
        MessageTextSchema, {"status": codes.MESSAGE_STATUS},
    ),
)  # fmt: skip

NOTICES = {
    "message_review": _l("asks you to read a text of a message"),
    "message_returned": _l("gave you back a text of a message"),
    "message_approved": _l("approved a text of a message that you wrote"),
    "rumour_recorded": _l("recorded a rumour that can do much harm"),
}
"""What people are told about texts and rumours."""

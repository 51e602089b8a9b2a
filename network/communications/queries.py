"""Reading the registers of communications: key messages, audiences, channels, spokespeople."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select

from network.communications import codes
from network.communications.models import (
    Audience,
    Channel,
    KeyMessage,
    MessageAudience,
    MessageTemplate,
    MessageVersion,
    PlannedMessage,
    Rumour,
    Spokesperson,
)
from network.communications.schemas import (
    AudienceSchema,
    ChannelSchema,
    KeyMessageSchema,
    MessageTemplateSchema,
    SpokespersonSchema,
)
from network.kernel.db import db
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.records.keeping import Kept
from network.records.registry import RecordType

R = TypeVar("R", bound=Kept)


@dataclass(frozen=True)
class RegisterFilter:
    """Which entries of a register are meant; an empty field asks for all. ``kind`` (for
    templates the occasion) and ``language`` are for registers that have them."""

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
    if wanted.kind:
        query = query.where((columns["kind"] if "kind" in columns else columns["occasion"]) == wanted.kind)
    if wanted.language and "languages" in columns:
        query = query.where(model.languages.contains([wanted.language]))
    elif wanted.language:
        query = query.where(columns["language"] == wanted.language)
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
    RecordType(
        "message_template", _l("Message template"), "message_templates.show", "record_id", "communication:read",
        MessageTemplateSchema, {"occasion": codes.OCCASIONS},
    ),
)  # fmt: skip

REGISTERS: tuple[type[Kept], ...] = (KeyMessage, Audience, Channel, Spokesperson, MessageTemplate)
"""The simple registers, each a table with a name and little else."""


def count_registers(*, actor: Actor) -> dict[str, int]:
    """How many current entries each register has, by the name of its table; one statement."""
    counted: list[Any] = [
        select(func.count()).where(of.city_id == actor.organisation_id, of.archived_at.is_(None)).scalar_subquery()
        for of in REGISTERS
    ]
    row = db.session.execute(select(*counted)).one()
    return {str(of.__tablename__): row[i] for i, of in enumerate(REGISTERS)}  # type: ignore[attr-defined]


REACHED_DAYS = 365
"""For how long a publication counts as having reached an audience."""


@dataclass(frozen=True)
class AudienceReach:
    """How an audience was reached in the last ``REACHED_DAYS`` days."""

    audience: Audience
    last_published: date | None
    """The day of the last publication meant for them."""
    missing_languages: list[str]
    """Languages that they need and in which nothing was published for them."""


def _published(actor: Actor) -> tuple[Any, ...]:
    since = datetime.now(UTC) - timedelta(days=REACHED_DAYS)
    return (
        MessageVersion.city_id == actor.organisation_id, MessageVersion.archived_at.is_(None),
        MessageVersion.status == "published", MessageVersion.published_at >= since,
    )  # fmt: skip


def list_reach(*, actor: Actor) -> list[AudienceReach]:
    """Every current audience by name, with what was published for it; two statements. What was
    withdrawn does not count; a message that was archived since does."""
    rows = db.session.execute(
        select(MessageAudience.audience_id, MessageVersion.language, func.max(MessageVersion.published_at))
        .join(MessageVersion, (MessageVersion.city_id == MessageAudience.city_id)
              & (MessageVersion.message_id == MessageAudience.message_id))
        .where(*_published(actor)).group_by(MessageAudience.audience_id, MessageVersion.language)
    ).all()  # fmt: skip
    audiences = all_of_register(Audience, RegisterFilter(), actor=actor)
    reach = []
    for audience in audiences:
        out = {row[1]: row[2] for row in rows if row[0] == audience.audience_id}
        reach.append(
            AudienceReach(
                audience, max(out.values()).date() if out else None,
                [language for language in audience.languages if language not in out],
            )  # fmt: skip
        )
    return reach


@dataclass(frozen=True)
class CommunicationProgress:
    """What a city has prepared to say and what it has said, as counts."""

    key_messages: int
    spokespeople: int
    languages_published: int
    """Languages in which anything was published within a year."""
    audiences_not_reached: int
    """Audiences for which nothing was published within a year."""
    rumours_unanswered: int
    """Open ones; those that are watched on purpose are not among them."""
    messages_waiting: int
    """Texts in review."""
    templates: int


def communication_progress(*, actor: Actor) -> CommunicationProgress:
    """The state of communications of the acting city; four statements."""
    counts = count_registers(actor=actor)
    reach = list_reach(actor=actor)
    languages = select(func.count(MessageVersion.language.distinct())).where(*_published(actor)).scalar_subquery()
    rumours = (
        select(func.count()).where(
            Rumour.city_id == actor.organisation_id, Rumour.archived_at.is_(None), Rumour.status == "open"
        ).scalar_subquery()
    )  # fmt: skip
    waiting = (
        select(func.count())
        .select_from(MessageVersion)
        .join(PlannedMessage, (PlannedMessage.city_id == MessageVersion.city_id)
              & (PlannedMessage.message_id == MessageVersion.message_id))
        .where(MessageVersion.city_id == actor.organisation_id, MessageVersion.archived_at.is_(None),
               MessageVersion.status == "in_review", PlannedMessage.archived_at.is_(None))
        .scalar_subquery()
    )  # fmt: skip
    row = db.session.execute(select(languages, rumours, waiting)).one()
    return CommunicationProgress(
        counts["key_message"], counts["spokesperson"], row[0],
        sum(1 for one in reach if one.last_published is None), row[1], row[2], counts["message_template"],
    )  # fmt: skip

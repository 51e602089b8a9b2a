"""Reading what was written about records. A record that one may not read has no traces here."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select, text, tuple_

from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.records.models import (
    MailChoice,
    Notification,
    RecordAttachment,
    RecordComment,
    RecordEntry,
    RecordEvent,
    RecordLink,
)
from network.records.registry import RecordType, get_record_type, list_record_types

Key = tuple[str, uuid.UUID]


@dataclass(frozen=True)
class LinkedRecord:
    """The other end of a link."""

    type: RecordType
    record_id: uuid.UUID
    title: str
    note: str


@dataclass(frozen=True)
class Panel:
    """All that was written about one record, for the foot of its page."""

    type: RecordType
    record_id: uuid.UUID
    comments: list[RecordComment]
    attachments: list[RecordAttachment]
    links: list[LinkedRecord]
    events: list[RecordEvent]
    colleagues: dict[uuid.UUID, str]
    person_id: uuid.UUID | None


def find_titles(keys: Iterable[Key], *, actor: Actor) -> dict[Key, str]:
    """The titles of records, only of those that the caller may read; one statement, and one more
    for each kind without entries."""
    wanted = list(dict.fromkeys(keys))
    titles: dict[Key, str] = {}
    plain = [key for key in wanted if get_record_type(key[0]).find_titles is None]
    if plain:
        rows = db.session.execute(
            select(RecordEntry.record_type, RecordEntry.record_id, RecordEntry.title).where(
                RecordEntry.city_id == actor.organisation_id,
                tuple_(RecordEntry.record_type, RecordEntry.record_id).in_(plain),
            )
        )
        titles = {(row[0], row[1]): row[2] for row in rows}
    for name in {key[0] for key in wanted} - {key[0] for key in plain}:
        find = get_record_type(name).find_titles
        assert find is not None
        found = find([record_id for kind, record_id in wanted if kind == name], actor)
        titles |= {(name, record_id): title for record_id, title in found.items()}
    allowed = {item.name for item in list_record_types(actor)}
    return {key: title for key, title in titles.items() if key[0] in allowed}


def list_choices(record_type: str, *, actor: Actor, limit: int = 2000) -> list[tuple[str, str]]:
    """The current records of a kind for a form: id as text and title, by title. For kinds with entries."""
    if record_type not in {item.name for item in list_record_types(actor)}:
        return []
    rows = db.session.execute(
        select(RecordEntry.record_id, RecordEntry.title).where(
            RecordEntry.city_id == actor.organisation_id, RecordEntry.record_type == record_type,
            RecordEntry.is_archived.is_(False),
        ).order_by(func.lower(RecordEntry.title), RecordEntry.record_id).limit(limit)
    )  # fmt: skip
    return [(str(row[0]), row[1]) for row in rows]


def check_record(record_type: str, record_id: uuid.UUID, *, actor: Actor) -> RecordType:
    """The kind of a record that the caller may read; NotFound otherwise."""
    if not find_titles([(record_type, record_id)], actor=actor):
        raise NotFound("record")
    return get_record_type(record_type)


def get_panel(record_type: str, record_id: uuid.UUID, *, actor: Actor, events: int = 50) -> Panel:
    """Comments, files, links and history of a record that the caller has opened; deleted ones
    left out. Six statements, whatever there is."""
    of = (actor.organisation_id, record_type, record_id)

    def about(model: Any) -> Any:
        return tuple_(model.city_id, model.record_type, model.record_id) == of

    comments = db.session.execute(
        select(RecordComment).where(about(RecordComment), RecordComment.deleted_at.is_(None))
        .order_by(RecordComment.comment_id).limit(500)
    ).scalars()  # fmt: skip
    attachments = db.session.execute(
        select(RecordAttachment).where(about(RecordAttachment), RecordAttachment.deleted_at.is_(None))
        .order_by(RecordAttachment.attachment_id).limit(500)
    ).scalars()  # fmt: skip
    history = db.session.execute(
        select(RecordEvent).where(about(RecordEvent)).order_by(RecordEvent.event_id.desc()).limit(events)
    ).scalars()
    colleagues = {person.person_id: person.name for person, role in list_members(actor) if role != "partner"}
    return Panel(
        get_record_type(record_type), record_id, list(comments), list(attachments),
        list_links(record_type, record_id, actor=actor), list(history), colleagues, actor.person_id,
    )  # fmt: skip


def list_links(record_type: str, record_id: uuid.UUID, *, actor: Actor) -> list[LinkedRecord]:
    """The records linked to one, in either direction, those that the caller may read."""
    here = (record_type, record_id)
    links = db.session.execute(
        select(RecordLink).where(
            RecordLink.city_id == actor.organisation_id,
            or_(
                and_(RecordLink.from_type == record_type, RecordLink.from_id == record_id),
                and_(RecordLink.to_type == record_type, RecordLink.to_id == record_id),
            ),
        ).order_by(RecordLink.created_at).limit(500)
    ).scalars().all()  # fmt: skip
    others = {
        (link.to_type, link.to_id) if (link.from_type, link.from_id) == here else (link.from_type, link.from_id):
        link.note for link in links
    }  # fmt: skip
    titles = find_titles(others, actor=actor)
    return [
        LinkedRecord(get_record_type(key[0]), key[1], titles[key], note)
        for key, note in others.items() if key in titles
    ]  # fmt: skip


def describe_changes(event: RecordEvent) -> Iterator[tuple[str, str, str]]:
    """Each changed field of an event in words: its label, the value before, the value after."""
    kind = get_record_type(event.record_type)
    for name, (before, after) in sorted(event.changes.items()):
        yield kind.field_label(name), kind.value_text(name, before), kind.value_text(name, after)


def get_attachment(attachment_id: uuid.UUID, *, actor: Actor) -> RecordAttachment:
    """A file's facts; NotFound also for one that was deleted."""
    found = db.session.get(RecordAttachment, (actor.organisation_id, attachment_id))
    if found is None or found.deleted_at is not None:
        raise NotFound("attachment")
    return found


def get_own_comment(comment_id: uuid.UUID, *, actor: Actor) -> RecordComment:
    """A comment that the caller wrote, deleted or not; NotFound for anybody else's."""
    found = db.session.get(RecordComment, (actor.organisation_id, comment_id))
    if found is None or found.created_by != actor.person_id:
        raise NotFound("comment")
    return found


def get_removed(kind: str, item_id: uuid.UUID, *, actor: Actor) -> RecordComment | RecordAttachment:
    """A deleted comment or file that the caller may bring back."""
    if kind == "comment":
        found: RecordComment | RecordAttachment = get_own_comment(item_id, actor=actor)
    else:
        found = get_own_attachment(item_id, actor=actor)
    if found.deleted_at is None:
        raise NotFound("deleted item")
    return found


def get_own_attachment(attachment_id: uuid.UUID, *, actor: Actor) -> RecordAttachment:
    """A file that the caller may delete or bring back: its author or a coordinator."""
    found = db.session.get(RecordAttachment, (actor.organisation_id, attachment_id))
    if found is None or (found.created_by != actor.person_id and actor.role != "coordinator"):
        raise NotFound("attachment")
    return found


def read_attachment(attachment: RecordAttachment) -> Iterator[bytes]:
    """The bytes of a file, chunk by chunk."""
    for position in range(1 << 20):
        content = db.session.execute(
            text("select content from record_attachment_chunk where city_id = :city"
                 " and attachment_id = :id and position = :position"),
            {"city": attachment.city_id, "id": attachment.attachment_id, "position": position},
        ).scalar_one_or_none()  # fmt: skip
        if content is None:
            return
        yield bytes(content)


def _matching(words: str, actor: Actor) -> list[Any] | None:
    found = re.findall(r"\w+", words.lower())[:12]
    if not found:
        return None
    query = func.to_tsquery("simple", " & ".join(f"{word}:*" for word in found))
    return [
        RecordEntry.city_id == actor.organisation_id, RecordEntry.search.op("@@")(query),
        RecordEntry.record_type.in_([item.name for item in list_record_types(actor)]),
    ]  # fmt: skip


def search_records(
    words: str, *, actor: Actor, record_type: str = "", after: str = "", before: str = "", limit: int = 30
) -> Page[RecordEntry]:
    """Records whose title or text has all the words (each may be the beginning of one), the latest
    changed first; those the caller may read."""
    where = _matching(words, actor)
    if where is None:
        return Page([])
    if record_type:
        where.append(RecordEntry.record_type == record_type)
    order = ((RecordEntry.updated_at, True), (RecordEntry.record_id, True))
    return paginate(select(RecordEntry).where(*where), order, after=after, before=before, limit=limit)


def count_matches(words: str, *, actor: Actor) -> dict[str, int]:
    """How many records of each kind a search finds, kinds without a match left out."""
    where = _matching(words, actor)
    if where is None:
        return {}
    counted = select(RecordEntry.record_type, func.count()).where(*where).group_by(RecordEntry.record_type)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def list_notifications(
    *, actor: Actor, after: str = "", before: str = "", limit: int = 30
) -> Page[Notification]:
    """The caller's notices, the newest first."""
    query = select(Notification).where(
        Notification.city_id == actor.organisation_id, Notification.person_id == actor.person_id
    )
    return paginate(query, ((Notification.notification_id, True),), after=after, before=before, limit=limit)


def count_unread(*, actor: Actor) -> int:
    """How many notices the caller has not seen, 100 meaning "100 or more"."""
    unread = (
        select(Notification.notification_id)
        .where(
            Notification.city_id == actor.organisation_id, Notification.person_id == actor.person_id,
            Notification.read_at.is_(None),
        ).limit(100)
    )  # fmt: skip
    return db.session.execute(select(func.count()).select_from(unread.subquery())).scalar_one()


def get_mail_choice(*, actor: Actor) -> str:
    """How the caller wants to be told by mail; daily until they choose."""
    found = db.session.get(MailChoice, (actor.organisation_id, actor.person_id))
    return found.choice if found else "daily"

"""Writing about records: comments with mentions, files, links, notices. For the city's team."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import IO

import puremagic
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from network.identity.models import Person
from network.identity.service import list_members
from network.jobs.queue import defer
from network.kernel.db import db
from network.kernel.errors import Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.models import (
    MailChoice,
    Notification,
    RecordAttachment,
    RecordComment,
    RecordLink,
)
from network.records.queries import check_record, get_own_attachment, get_own_comment

CHUNK = 1 << 20
MOST_BYTES = 20 << 20
LONGEST_COMMENT = 5000
MAIL_CHOICES = ("at_once", "daily", "none")

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".txt": "text/plain",
    ".csv": "text/csv",
}
"""What may be attached: its ending and its media type. Nothing that a browser would run."""

_OFFICE = {".docx", ".xlsx", ".pptx", ".odt", ".ods"}


def _my_name(actor: Actor) -> str:
    return db.session.execute(select(Person.name).where(Person.person_id == actor.person_id)).scalar_one()


def add_comment(
    record_type: str, record_id: uuid.UUID, *, body: str, mentioned_ids: list[uuid.UUID], actor: Actor
) -> RecordComment:
    """Comment on a record; the colleagues who are mentioned get a notice."""
    check_record(record_type, record_id, actor=actor)
    body = _body(body)
    team = {person.person_id for person, role in list_members(actor) if role != "partner"}
    if not set(mentioned_ids) <= team:
        raise ValidationFailed({"mentioned_ids": [_("Choose people of your team.")]})
    comment = RecordComment(
        city_id=actor.organisation_id, record_type=record_type, record_id=record_id, body=body,
        mentioned_ids=sorted(set(mentioned_ids)), created_by=actor.person_id, author_name=_my_name(actor),
    )  # fmt: skip
    db.session.add(comment)
    db.session.flush()
    notify(comment.mentioned_ids, kind="mentioned", record_type=record_type, record_id=record_id, actor=actor)
    return comment


def _body(body: str) -> str:
    body = body.replace("\x00", "").strip()
    if not body:
        raise ValidationFailed({"body": [_("Write something.")]})
    if len(body) > LONGEST_COMMENT:
        raise ValidationFailed({"body": [_("Write at most %(count)s characters.", count=LONGEST_COMMENT)]})
    return body


def edit_comment(comment_id: uuid.UUID, *, body: str, actor: Actor) -> RecordComment:
    """Change one's own comment; it is marked as edited."""
    comment = get_own_comment(comment_id, actor=actor)
    comment.body, comment.edited_at = _body(body), datetime.now(UTC)
    db.session.flush()
    return comment


def delete_comment(comment_id: uuid.UUID, *, is_deleted: bool = True, actor: Actor) -> RecordComment:
    """Take one's own comment away, or bring it back."""
    comment = get_own_comment(comment_id, actor=actor)
    comment.deleted_at = datetime.now(UTC) if is_deleted else None
    db.session.flush()
    return comment


def attach_file(
    record_type: str, record_id: uuid.UUID, *, file: IO[bytes], name: str, actor: Actor
) -> RecordAttachment:
    """Keep a file with a record. ValidationFailed for a kind of file that is not allowed, one
    whose content is something else than its name says, an empty or a too large one."""
    check_record(record_type, record_id, actor=actor)
    name = name.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "").strip()[-300:]
    ending = ("." + name.rsplit(".", 1)[-1].lower()) if "." in name else ""
    if ending not in MEDIA_TYPES:
        raise ValidationFailed({"file": [_("Files of this kind can't be attached: use PDF, pictures, office files or text.")]})
    content = file.read(MOST_BYTES + 1)
    if not content:
        raise ValidationFailed({"file": [_("Choose a file that is not empty.")]})
    if len(content) > MOST_BYTES:
        raise ValidationFailed({"file": [_("A file may have at most %(count)s MB.", count=MOST_BYTES >> 20)]})
    if not _is_what_it_says(content, ending):
        raise ValidationFailed({"file": [_("The content of this file is not what its name says.")]})
    attachment = RecordAttachment(
        city_id=actor.organisation_id, record_type=record_type, record_id=record_id, file_name=name,
        media_type=MEDIA_TYPES[ending], byte_count=len(content), sha256=hashlib.sha256(content).digest(),
        created_by=actor.person_id, author_name=_my_name(actor),
    )  # fmt: skip
    db.session.add(attachment)
    db.session.flush()
    for position in range(0, len(content), CHUNK):
        db.session.execute(
            text("insert into record_attachment_chunk (city_id, attachment_id, position, content)"
                 " values (:city, :id, :position, :content)"),
            {"city": attachment.city_id, "id": attachment.attachment_id, "position": position // CHUNK,
             "content": content[position : position + CHUNK]},
        )  # fmt: skip
    return attachment


def _is_what_it_says(content: bytes, ending: str) -> bool:
    if ending in (".txt", ".csv"):
        return b"\x00" not in content
    if ending in _OFFICE:
        return content.startswith(b"PK\x03\x04")
    try:
        found = {match.extension for match in puremagic.magic_string(content[: 1 << 16])}
    except puremagic.PureError:
        return False
    return bool(found & ({".jpg", ".jpeg", ".jfif"} if ending in (".jpg", ".jpeg") else {ending}))


def delete_attachment(attachment_id: uuid.UUID, *, is_deleted: bool = True, actor: Actor) -> RecordAttachment:
    """Take a file away or bring it back: whoever attached it, or a coordinator."""
    found = get_own_attachment(attachment_id, actor=actor)
    found.deleted_at = datetime.now(UTC) if is_deleted else None
    db.session.flush()
    return found


def link_records(
    record_type: str, record_id: uuid.UUID, *, to_type: str, to_id: uuid.UUID, note: str = "", actor: Actor
) -> None:
    """Link two records of the city that the caller may read; the same link twice is one link."""
    check_record(record_type, record_id, actor=actor)
    check_record(to_type, to_id, actor=actor)
    if (record_type, record_id) == (to_type, to_id):
        raise Refused(_("A record can't be linked to itself."))
    if len(note) > 500:
        raise ValidationFailed({"note": [_("Write at most %(count)s characters.", count=500)]})
    db.session.execute(
        insert(RecordLink).values(
            city_id=actor.organisation_id, from_type=record_type, from_id=record_id, to_type=to_type,
            to_id=to_id, note=note.strip(), created_by=actor.person_id,
        ).on_conflict_do_nothing()
    )  # fmt: skip


def unlink_records(
    record_type: str, record_id: uuid.UUID, *, to_type: str, to_id: uuid.UUID, actor: Actor
) -> None:
    """Take a link away, whichever end it was made from."""
    check_record(record_type, record_id, actor=actor)
    ends = (record_type, record_id), (to_type, to_id)
    for one, other in (ends, ends[::-1]):
        db.session.execute(
            delete(RecordLink).where(
                RecordLink.city_id == actor.organisation_id, RecordLink.from_type == one[0],
                RecordLink.from_id == one[1], RecordLink.to_type == other[0], RecordLink.to_id == other[1],
            )
        )  # fmt: skip


def notify(
    person_ids: list[uuid.UUID], *, kind: str, record_type: str, record_id: uuid.UUID, actor: Actor
) -> None:
    """Put a notice before people of the team (never before the caller), and mail those who want
    to know at once. Neither holds anything of the record."""
    name = _my_name(actor) if actor.person_id and person_ids else ""
    for person_id in person_ids:
        if person_id == actor.person_id:
            continue
        # The id is made here: what one sends to others can't be read back.
        notification_id = db.session.execute(select(func.new_id())).scalar_one()
        db.session.execute(
            insert(Notification).values(
                city_id=actor.organisation_id, notification_id=notification_id, person_id=person_id,
                kind=kind, record_type=record_type, record_id=record_id, actor_name=name,
            )  # fmt: skip
        )
        defer(
            "records.mail_notice", actor=actor, person_id=person_id,
            city_id=str(actor.organisation_id), notification_id=notification_id,
        )  # fmt: skip


def mark_read(notification_ids: list[uuid.UUID] | None, *, actor: Actor) -> None:
    """Note that the caller has seen these notices, or all of them with None."""
    wanted = [Notification.notification_id.in_(notification_ids)] if notification_ids is not None else []
    db.session.execute(
        update(Notification)
        .where(
            Notification.city_id == actor.organisation_id, Notification.person_id == actor.person_id,
            Notification.read_at.is_(None), *wanted,
        ).values(read_at=func.now())
    )  # fmt: skip


def choose_mail(choice: str, *, actor: Actor) -> None:
    """Say how one wants to be told by mail: at_once, daily or none."""
    if choice not in MAIL_CHOICES:
        raise ValidationFailed({"choice": [_("Choose from the list.")]})
    values = {"city_id": actor.organisation_id, "person_id": actor.person_id, "choice": choice}
    db.session.execute(
        insert(MailChoice).values(values)
        .on_conflict_do_update(index_elements=["city_id", "person_id"], set_={"choice": choice})
    )  # fmt: skip

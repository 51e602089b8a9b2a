"""Writing, reviewing, approving and publishing messages.

Communications and the coordinator write and publish; a coordinator or the mayor approves, and
never their own words. The database holds the same rules.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select

from network.communications.messages.queries import find_parts, get_message, get_version, list_answered_rumours
from network.communications.models import (
    Audience,
    Channel,
    MessageAudience,
    MessageChannel,
    MessageVersion,
    PlannedMessage,
    Rumour,
    Spokesperson,
)
from network.identity.permissions import Permission
from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import NotFound, Refused, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import add_kept, archive_kept, change_kept, flush, get_kept
from network.records.service import notify

APPROVERS = ("coordinator", "mayor")
REVIEWERS = (*APPROVERS, "communications")
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,120}\]")
_TAKEN = {"message_version_language_key": ("language", _l("This message has a text in this language already."))}


def list_reviewers(*, actor: Actor) -> dict[uuid.UUID, tuple[str, str]]:
    """Who of the team can review a text, but the caller: name and role by id."""
    return {
        person.person_id: (person.name, role) for person, role in list_members(actor)
        if role in REVIEWERS and person.person_id != actor.person_id
    }  # fmt: skip


def find_placeholders(*texts: str) -> list[str]:
    """What is still to be filled in, as it stands in square brackets; each once, in order."""
    return list(dict.fromkeys(found for text in texts for found in _PLACEHOLDER.findall(text)))


def plan_message(data: Mapping[str, Any], *, actor: Actor) -> PlannedMessage:
    """Plan a message; ``data`` is what MessageSchema or NewMessageSchema returned. With a language
    among it, the first text is begun too."""
    message = add_kept(PlannedMessage, _plan(data, actor), actor=actor)
    _choose(message.message_id, data, actor)
    if data.get("language"):
        text = {"language": data["language"], "name": data["headline"], "body": data["body"],
                "short_text": data.get("short_text", "")}  # fmt: skip
        add_version(message.message_id, text, actor=actor)
    return message


def change_message(message_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> PlannedMessage:
    """Change the plan of a message that the caller read at ``version``; Conflict if it moved on."""
    message = change_kept(get_message(message_id, actor=actor), _plan(data, actor), version=version, actor=actor)
    _choose(message_id, data, actor)
    return message


def _plan(data: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    spokesperson_id = data.get("spokesperson_id")
    if spokesperson_id is not None:
        _check("spokesperson_id", Spokesperson, [spokesperson_id], actor)
    return {name: data[name] for name in ("name", "occasion", "purpose", "planned_on")} | {
        "spokesperson_id": spokesperson_id
    }


def _check(field: str, model: Any, ids: list[uuid.UUID], actor: Actor) -> None:
    found = db.session.execute(
        select(getattr(model, model.id_name)).where(
            model.city_id == actor.organisation_id, getattr(model, model.id_name).in_(ids)
        )
    )
    if set(ids) != {row[0] for row in found}:
        raise ValidationFailed({field: [_("This is not a value of the list.")]})


def _choose(message_id: uuid.UUID, data: Mapping[str, Any], actor: Actor) -> None:
    """Make these the audiences and channels of a message, and no others."""
    for field, model, link in (
        ("audience_ids", Audience, MessageAudience), ("channel_ids", Channel, MessageChannel),
    ):  # fmt: skip
        of: Any = link
        ids = list(dict.fromkeys(data.get(field, [])))
        if ids:
            _check(field, model, ids, actor)
        db.session.execute(delete(of).where(of.city_id == actor.organisation_id, of.message_id == message_id))
        if ids:
            name = field.removesuffix("s")
            db.session.execute(
                insert(of), [{"city_id": actor.organisation_id, "message_id": message_id, name: one} for one in ids]
            )


def archive_message(message_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> PlannedMessage:
    """Take a message out of the lists, or bring it back; its texts stay what they are."""
    return archive_kept(get_message(message_id, actor=actor), is_archived=is_archived, actor=actor)


def add_version(message_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> MessageVersion:
    """Begin the text of a message in one more language, as a draft."""
    get_message(message_id, actor=actor)
    values = {**data, "message_id": message_id, "status": "draft", "written_by": actor.person_id, "link": "",
              "return_note": ""}  # fmt: skip
    return add_kept(MessageVersion, values, actor=actor, taken=_TAKEN)


def change_version(version_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> MessageVersion:
    """Change a text that the caller read at ``version``. One that was in review or approved is a
    draft again. Refused for one that is out: withdraw it first."""
    found = get_version(version_id, actor=actor)
    if found.version == version and found.status == "published":
        raise Refused(_("This text is out. Withdraw it before you change it."))
    is_same = all(getattr(found, name) == value for name, value in data.items())
    if is_same and found.version == version:
        return found
    return change_kept(
        found, {**data, "written_by": actor.person_id, **_DRAFT}, version=version, actor=actor, taken=_TAKEN
    )


_DRAFT: dict[str, Any] = {
    "status": "draft", "submitted_at": None, "reviewer_id": None, "reviewed_by": None, "reviewed_at": None,
    "approved_by": None, "approved_at": None, "published_by": None, "published_at": None, "link": "",
}  # fmt: skip


def remove_version(version_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> MessageVersion:
    """Take a language away from a message, or bring it back. Refused while it is out."""
    found = get_version(version_id, actor=actor)
    if found.status == "published":
        raise Refused(_("This text is out. Withdraw it first."))
    return archive_kept(found, is_archived=is_archived, actor=actor, taken=_TAKEN)


def _move(version_id: uuid.UUID, before: tuple[str, ...], values: Mapping[str, Any], actor: Actor) -> MessageVersion:
    found = get_version(version_id, actor=actor)
    if found.status not in before or found.archived_at is not None:
        raise Refused(_("Somebody has moved this text on meanwhile. Look at it again."))
    return change_kept(found, values, version=found.version, actor=actor)


def submit_version(version_id: uuid.UUID, *, reviewer_id: uuid.UUID | None = None, actor: Actor) -> MessageVersion:
    """Ask for review: the reviewer gets a notice, without one all who may approve do.

    Refused while something in brackets is still to be filled in.
    """
    found = get_version(version_id, actor=actor)
    missing = find_placeholders(found.name, found.body, found.short_text)
    if missing:
        raise Refused(_("Fill in first: %(words)s", words=", ".join(missing)))
    team = list_reviewers(actor=actor)
    if reviewer_id is not None and reviewer_id not in team:
        raise Refused(_("Choose people of your team who may review."))
    found = _move(
        version_id, ("draft",),
        {"status": "in_review", "submitted_at": datetime.now(UTC), "reviewer_id": reviewer_id, "return_note": ""},
        actor,
    )  # fmt: skip
    asked = [reviewer_id] if reviewer_id else [key for key, (_name, role) in team.items() if role in APPROVERS]
    _tell(asked, "message_review", found, actor)
    return found


def return_version(version_id: uuid.UUID, *, note: str, actor: Actor) -> MessageVersion:
    """Give a text back to its author, with a word about what to change."""
    _check_reviewer(actor)
    if len(note) > 1000:
        raise Refused(_("Write at most %(count)s characters.", count=1000))
    found = get_version(version_id, actor=actor)
    author = found.written_by
    found = _move(version_id, ("in_review", "approved"), {**_DRAFT, "return_note": note}, actor)
    _tell([author] if author else [], "message_returned", found, actor)
    return found


def review_version(version_id: uuid.UUID, *, actor: Actor) -> MessageVersion:
    """Note that the caller has read a text and finds it good; never one's own."""
    _check_reviewer(actor)
    found = get_version(version_id, actor=actor)
    if actor.person_id in (found.written_by, found.created_by):
        raise Refused(_("Somebody else has to read what you wrote."))
    return _move(
        version_id, ("in_review",), {"reviewed_by": actor.person_id, "reviewed_at": datetime.now(UTC)}, actor
    )


def _check_reviewer(actor: Actor) -> None:
    if not (actor.may(Permission.COMMUNICATION_WRITE) or actor.may(Permission.MESSAGE_APPROVE)):
        raise NotFound("message version")


def approve_version(version_id: uuid.UUID, *, actor: Actor) -> MessageVersion:
    """Approve a text that somebody else wrote; its author gets a notice."""
    if not actor.may(Permission.MESSAGE_APPROVE):
        raise NotFound("message version")
    found = get_version(version_id, actor=actor)
    if actor.person_id in (found.written_by, found.created_by):
        raise Refused(_("Somebody else has to approve what you wrote."))
    found = _move(
        version_id, ("in_review",),
        {"status": "approved", "approved_by": actor.person_id, "approved_at": datetime.now(UTC)}, actor,
    )  # fmt: skip
    _tell([found.written_by] if found.written_by else [], "message_approved", found, actor)
    return found


def publish_version(version_id: uuid.UUID, *, link: str = "", actor: Actor) -> tuple[MessageVersion, list[Rumour]]:
    """Note that an approved text is out, and where. The open rumours that the message answers
    become answered ones; they are returned."""
    found = _move(
        version_id, ("approved",),
        {"status": "published", "published_by": actor.person_id, "published_at": datetime.now(UTC), "link": link},
        actor,
    )  # fmt: skip
    answered = [r for r in list_answered_rumours(found.message_id, actor=actor) if r.status == "open"]
    for rumour in answered:
        change_kept(rumour, {"status": "answered"}, version=rumour.version, actor=actor)
    return found, answered


def withdraw_version(version_id: uuid.UUID, *, actor: Actor) -> MessageVersion:
    """Note that a text is out no more. It can be taken up again as a draft."""
    return _move(version_id, ("published",), {"status": "withdrawn"}, actor)


def reopen_version(version_id: uuid.UUID, *, actor: Actor) -> MessageVersion:
    """Take a withdrawn or approved text up again as a draft."""
    return _move(version_id, ("withdrawn", "approved"), _DRAFT, actor)


def take_step_with_all(message_id: uuid.UUID, step: str, *, actor: Actor) -> tuple[int, int]:
    """Take one step with every text of a message that is ready for it: ``submit`` what is a draft,
    ``approve`` what is in review, ``publish`` what is approved. How many took it, and how many could
    not: one's own words, or something still to be filled in."""
    before, take = _STEPS[step]
    taken = refused = 0
    for version in find_parts([message_id], actor=actor)[message_id].versions:
        if version.status == before:
            try:
                take(version.message_version_id, actor=actor)
                taken += 1
            except Refused:
                refused += 1
    return taken, refused


_STEPS: dict[str, tuple[str, Callable[..., Any]]] = {
    "submit": ("draft", submit_version), "approve": ("in_review", approve_version),
    "publish": ("approved", publish_version),
}  # fmt: skip
"""What all texts of a message can do at once: the status before it, and the step."""


def answer_rumour(rumour_id: uuid.UUID, message_id: uuid.UUID | None, *, actor: Actor) -> None:
    """Say which message answers a rumour, or that none does."""
    if message_id is not None:
        get_message(message_id, actor=actor)
    rumour = get_kept(Rumour, rumour_id, actor=actor)
    rumour.message_id = message_id
    flush()


def _tell(person_ids: list[uuid.UUID], kind: str, found: MessageVersion, actor: Actor) -> None:
    notify(person_ids, kind=kind, record_type="message_version", record_id=found.message_version_id, actor=actor)

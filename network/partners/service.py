"""Keeping the register: coordinators and officers write, the team reads."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from network.identity.models import Person
from network.identity.service import invite, list_invitations, list_members
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.partners.models import Partner, PartnerContact, PartnerNote, PartnerPerson
from network.partners.queries import get_contact, get_partner
from network.records.keeping import add_kept, archive_kept, change_kept

TAKEN = {"partner_name_key": ("name", _l("A partner of this name is in the register already."))}


def _flush(name: str, message: str) -> None:
    try:
        db.session.flush()
    except IntegrityError:
        raise ValidationFailed({name: [message]}) from None
    except StaleDataError:
        raise Conflict(0) from None


def add_partner(data: dict[str, Any], *, actor: Actor) -> Partner:
    """Add a partner; ValidationFailed if the name is in the register already."""
    return add_kept(Partner, data, actor=actor, taken=TAKEN)


def change_partner(partner_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor) -> Partner:
    """Change a partner that the caller read at ``version``; Conflict if it moved on since."""
    return change_kept(get_partner(partner_id, actor=actor), data, version=version, actor=actor, taken=TAKEN)


def archive_partner(partner_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Partner:
    """Take a partner out of the register, or bring it back. Their people lose their access meanwhile."""
    return archive_kept(get_partner(partner_id, actor=actor), is_archived=is_archived, actor=actor, taken=TAKEN)


def save_contact(
    partner_id: uuid.UUID, data: dict[str, Any], *, contact_id: uuid.UUID | None = None, version: int = 0,
    actor: Actor,
) -> PartnerContact:  # fmt: skip
    """Add a person of a partner, or change one that the caller read at ``version``."""
    get_partner(partner_id, actor=actor)
    if contact_id is None:
        contact = PartnerContact(city_id=actor.organisation_id, partner_id=partner_id, **data, version=1)
        db.session.add(contact)
    else:
        contact = get_contact(partner_id, contact_id, actor=actor)
        if contact.version != version:
            raise Conflict(contact.version)
        for name, value in data.items():
            setattr(contact, name, value)
        contact.updated_at = datetime.now(UTC)
    _flush("name", _("This can't be kept."))
    return contact


def remove_contact(partner_id: uuid.UUID, contact_id: uuid.UUID, *, actor: Actor) -> None:
    """Erase a person: consent can be taken back at any time, so nothing of them stays."""
    db.session.delete(get_contact(partner_id, contact_id, actor=actor))
    db.session.flush()


def add_note(partner_id: uuid.UUID, data: dict[str, Any], *, actor: Actor) -> PartnerNote:
    """Add a line to the relationship log."""
    get_partner(partner_id, actor=actor)
    me = db.session.get_one(Person, actor.person_id)
    note = PartnerNote(
        city_id=actor.organisation_id, partner_id=partner_id, **data, author_name=me.name,
        created_by=actor.person_id,
    )  # fmt: skip
    db.session.add(note)
    db.session.flush()
    return note


def log_meeting(partner_id: uuid.UUID, *, happened_on: date, title: str, actor: Actor) -> PartnerNote:
    """Note in the log that a partner took part in a meeting; ``unlog_meeting`` takes it back."""
    body = _("Took part in: %(title)s", title=title)
    return add_note(partner_id, {"kind": "meeting", "happened_on": happened_on, "body": body}, actor=actor)


def unlog_meeting(note_id: uuid.UUID, *, actor: Actor) -> None:
    """Take back what ``log_meeting`` noted, if it still stands."""
    db.session.execute(
        delete(PartnerNote).where(PartnerNote.city_id == actor.organisation_id, PartnerNote.note_id == note_id)
    )


def remove_note(partner_id: uuid.UUID, note_id: uuid.UUID, *, actor: Actor) -> None:
    """Take a line of the log away; its author or a coordinator may."""
    found = db.session.get(PartnerNote, (actor.organisation_id, note_id))
    if found is None or found.partner_id != partner_id:
        raise NotFound("note")
    if found.created_by != actor.person_id and actor.role != "coordinator":
        raise NotFound("note")
    db.session.delete(found)
    db.session.flush()


def add_partner_person(partner_id: uuid.UUID, *, email: str, actor: Actor) -> None:
    """Let somebody stand for a partner: they see what is assigned to it and nothing else.

    Whoever is no member yet is invited by mail. Members of the team can't stand for a partner.
    """
    get_partner(partner_id, actor=actor)
    email = email.strip().lower()
    role = next((role for person, role in list_members(actor) if person.email == email), None)
    if role not in (None, "partner"):
        raise ValidationFailed({"email": [_("This person is a member of your team.")]})
    db.session.add(PartnerPerson(city_id=actor.organisation_id, partner_id=partner_id, email=email))
    _flush("email", _("This person stands for the partner already."))
    if role is None and email not in {invitation.email for invitation in list_invitations(actor)}:
        invite(email=email, role="partner", actor=actor)


def remove_partner_person(partner_id: uuid.UUID, *, email: str, actor: Actor) -> None:
    """End somebody's access to what is assigned to a partner, at once."""
    found = db.session.get(PartnerPerson, (actor.organisation_id, partner_id, email.strip().lower()))
    if found is None:
        raise NotFound("partner person")
    db.session.delete(found)
    db.session.flush()

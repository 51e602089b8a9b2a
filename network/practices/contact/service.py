"""Recording a contact with its consent, and ending it at once."""

import uuid
from typing import Any

from sqlalchemy import delete

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.tenancy import Actor
from network.practices.contact.models import PracticeContact
from network.practices.drafting.queries import get_draft, is_author
from network.practices.drafting.service import my_name


def may_record(practice: Any, *, actor: Actor) -> bool:
    """Whether the caller may say whom others can write to: its authors and the coordinator."""
    return practice.status not in ("archived", "withdrawn") and (
        is_author(practice, actor) or actor.role == "coordinator"
    )


def record_contact(practice_id: uuid.UUID, data: dict[str, Any], *, actor: Actor) -> PracticeContact:
    """Show somebody as the contact from now on, in place of whoever was. ``data`` from ContactSchema.

    It needs no new version of the text, and none keeps it: so it can be ended everywhere.
    """
    practice = get_draft(practice_id, actor=actor)
    if not may_record(practice, actor=actor):
        raise NotFound("practice")
    _end(practice_id, actor)
    values = {name: value for name, value in data.items() if name != "is_agreed"}
    made = PracticeContact(
        city_id=actor.organisation_id, practice_id=practice_id, recorded_by=actor.person_id,
        recorded_by_name=my_name(actor), **values,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def end_contact(practice_id: uuid.UUID, *, actor: Actor) -> None:
    """End the consent: name, function and e-mail are deleted. Whoever writes in the city, and the mayor, may."""
    get_draft(practice_id, actor=actor)
    if not _end(practice_id, actor):
        raise NotFound("contact")


def _end(practice_id: uuid.UUID, actor: Actor) -> bool:
    done = db.session.execute(
        delete(PracticeContact)
        .where(PracticeContact.city_id == actor.organisation_id, PracticeContact.practice_id == practice_id)
        .returning(PracticeContact.practice_id).execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    db.session.expire_all()
    return bool(done)

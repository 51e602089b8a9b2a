"""Invitations by mail. Each goes to one address and names no other."""

import uuid
from email.utils import parseaddr

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from network.cities.queries import get_time_zone
from network.identity.models import Organisation, Person
from network.identity.service import load_actor
from network.jobs.mail import send_mail
from network.jobs.queue import job
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, acting_as
from network.meetings.calendar import Invitation, make_calendar
from network.meetings.models import Meeting
from network.meetings.queries import find_partner_addresses, get_meeting, mark_address
from network.meetings.words import span
from network.records.queries import get_mail_choice


def _find_address(party: str, party_id: uuid.UUID, mark: str, actor: Actor) -> tuple[str, str]:
    """Where to write to, and in which language; no address for a colleague who wants no mail, and for
    one that a partner does not have any more."""
    if party == "partner":
        with acting_as(actor):
            found = {mark_address(a): a for a in find_partner_addresses(party_id, actor=actor)}
            return found.get(mark, ""), "en"
    assert actor.organisation_id is not None
    recipient = load_actor(actor.organisation_id, party_id)
    with acting_as(recipient):
        if get_mail_choice(actor=recipient) == "none":
            return "", "en"
        email, locale = db.session.execute(
            select(Person.email, Person.locale).where(Person.person_id == party_id)
        ).one()
        return email, locale or "en"


@job("meetings.mail_invitation")
def mail_invitation(actor: Actor, *, meeting_id: str, method: str, party: str, party_id: str, address: str) -> None:
    """Mail one invitation, change or cancellation, as the meeting stands now."""
    try:
        to, locale = _find_address(party, uuid.UUID(party_id), address, actor)
    except NotFound:  # they have left, or the partner is gone
        return
    with acting_as(actor):
        meeting = get_meeting(uuid.UUID(meeting_id), actor=actor)
        if not to or (method == "REQUEST" and (meeting.status == "cancelled" or meeting.archived_at is not None)):
            return
        city = db.session.execute(
            select(Organisation.name).where(Organisation.organisation_id == actor.organisation_id)
        ).scalar_one()
        with force_locale(locale):
            _send(meeting, method, to, city, actor)


def _send(meeting: Meeting, method: str, address: str, city: str, actor: Actor) -> None:
    settings = current_app.extensions["concord.settings"]
    zone = get_time_zone(actor=actor)
    invitation = Invitation(method, parseaddr(settings.mail_from)[1], address)
    title = " ".join(meeting.title.split())  # it becomes a subject, which has one line
    facts = {"title": title, "when": span(meeting, zone), "place": meeting.place or "-", "city": city}
    if method == "CANCEL":
        subject = _("Cancelled: %(title)s", title=title)
        body = _("%(city)s has cancelled this meeting, or does not expect you there:\n\n%(title)s\n%(when)s\n", **facts)
    else:
        subject = (
            _("Changed: %(title)s", title=title) if meeting.sequence
            else _("Invitation: %(title)s", title=title)
        )  # fmt: skip
        body = _("%(city)s invites you to this meeting:\n\n%(title)s\n%(when)s\nPlace: %(place)s\n", **facts)
    calendar = make_calendar([meeting], name=city, zone=zone, site=settings.public_url, invitation=invitation)
    send_mail(settings, to=address, subject=subject, body=body, calendar=(method, calendar.decode()))

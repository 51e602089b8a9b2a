"""Telling people by mail that something waits for them. A mail holds nothing of any record."""

import uuid

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, select, update

from network.identity.models import Person
from network.identity.service import load_actor
from network.jobs.mail import send_mail
from network.jobs.queue import job, periodic
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, acting_as
from network.records.models import Notification
from network.records.queries import get_mail_choice

periodic("records.queue_digests", "0 5 * * *", "select public.queue_digests()")


@job("records.mail_notice")
def mail_notice(actor: Actor, *, city_id: str, person_id: str, notification_id: str) -> None:
    """Mail one notice to somebody who wants to know at once; ``actor`` is who caused it."""
    try:
        recipient = load_actor(uuid.UUID(city_id), uuid.UUID(person_id))
    except NotFound:
        return
    with acting_as(recipient):
        notice = db.session.get(Notification, (recipient.organisation_id, uuid.UUID(notification_id)))
        if notice is None or notice.read_at or notice.mailed_at or get_mail_choice(actor=recipient) != "at_once":
            return
        _mail(recipient, 1)
        notice.mailed_at = func.now()


@job("records.mail_digest")
def mail_digest(actor: Actor) -> None:
    """Mail how many notices wait for somebody; ``actor`` is who gets the mail."""
    with acting_as(actor):
        waiting = (
            Notification.city_id == actor.organisation_id, Notification.person_id == actor.person_id,
            Notification.read_at.is_(None), Notification.mailed_at.is_(None),
        )  # fmt: skip
        count = db.session.execute(select(func.count()).where(*waiting)).scalar_one()
        if count and get_mail_choice(actor=actor) == "daily":
            _mail(actor, count)
            db.session.execute(update(Notification).where(*waiting).values(mailed_at=func.now()))


def _mail(recipient: Actor, count: int) -> None:
    settings = current_app.extensions["concord.settings"]
    email, locale = db.session.execute(
        select(Person.email, Person.locale).where(Person.person_id == recipient.person_id)
    ).one()
    with force_locale(locale or "en"):
        send_mail(
            settings, to=email, subject=_("Something waits for you on Concord"),
            body=_(
                "New notices: %(count)s\n\nSign in to read them:\n%(link)s\n\nThere you can also choose"
                " how you are told by mail.\n",
                count=count, link=f"{settings.public_url}/notifications/",
            ),
        )  # fmt: skip

"""Reminding those who lead actions. A mail holds numbers and a link, nothing of any action."""

from datetime import date

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, select, update

from network.identity.models import Person
from network.jobs.mail import send_mail
from network.jobs.queue import job, periodic
from network.kernel.db import db
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, acting_as
from network.records.models import Notification
from network.records.queries import get_mail_choice
from network.strategy.queries import count_due

NOTICES = ("action_due", "action_overdue")
DAYS_BEFORE = 7

# Before the daily mail of notices, which leaves out what was mailed here.
periodic("strategy.queue_reminders", "30 4 * * *", "select public.queue_action_reminders()")


@job("strategy.remind")
def remind(actor: Actor) -> None:
    """Mail somebody how many of the actions they lead are due within a week or overdue, unless they
    want no mail; ``actor`` is who gets it."""
    settings = current_app.extensions["concord.settings"]
    with acting_as(actor):
        if get_mail_choice(actor=actor) == "none":
            return
        due, overdue = count_due(DAYS_BEFORE, today=date.today(), actor=actor)
        if not due and not overdue:
            return
        email, locale = db.session.execute(
            select(Person.email, Person.locale).where(Person.person_id == actor.person_id)
        ).one()
        path = "/assigned/" if actor.role == "partner" else "/actions/?lead=me"
        with force_locale(locale or "en"):
            send_mail(
                settings, to=email, subject=_("Actions wait for you on Concord"),
                body=_(
                    "Actions that you lead:\n\ndue within a week: %(due)s\noverdue: %(overdue)s\n\nSign in to see"
                    " them:\n%(link)s\n\nUnder Notices you can choose whether you are told by mail.\n",
                    due=due, overdue=overdue, link=f"{settings.public_url}{path}",
                ),
            )  # fmt: skip
        db.session.execute(
            update(Notification)
            .where(Notification.city_id == actor.organisation_id, Notification.person_id == actor.person_id,
                   Notification.kind.in_(NOTICES), Notification.mailed_at.is_(None))
            .values(mailed_at=func.now())
        )  # fmt: skip

"""Telling people each week what is new in their searches. A mail names no practice."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from network.identity.models import Person
from network.jobs.mail import send_mail
from network.jobs.queue import job, periodic
from network.kernel.db import db
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, acting_as
from network.practices import pages
from network.practices.following.queries import count_new, list_searches

periodic("practices.queue_searches", "0 6 * * 1", "select public.queue_search_digests()")


@job("practices.mail_searches")
def mail_searches(actor: Actor) -> None:
    """Mail how much is new in the searches of ``actor``, if anything is."""
    settings = current_app.extensions["concord.settings"]
    with acting_as(actor):
        now, lines = datetime.now(UTC), []
        for found in list_searches(actor=actor):
            if not found.is_mailed:
                continue
            count = count_new(pages.read_filter(MultiDict(parse_qsl(found.arguments))), found.seen_until, actor=actor)
            if count:
                lines.append((found.name, count))
                found.seen_until = now
        if not lines:
            return
        email, locale = db.session.execute(
            select(Person.email, Person.locale).where(Person.person_id == actor.person_id)
        ).one()
        with force_locale(locale or "en"):
            told = "\n".join(f"{name}: {count}" for name, count in lines)
            send_mail(
                settings, to=email, subject=_("New in the practice library"),
                body=_(
                    "New practices in your searches:\n\n%(lines)s\n\nRead them, or end these mails:\n%(link)s\n",
                    lines=told, link=f"{settings.public_url}/saved-searches/",
                ),
            )  # fmt: skip

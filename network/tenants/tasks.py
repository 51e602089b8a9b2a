"""What the worker does for whole tenants: archives, the mail about a deletion, and the deletion when it is due."""

import uuid

from flask import current_app
from flask_babel import force_locale

from network.identity.service import list_members
from network.jobs.mail import send_mail
from network.jobs.queue import job, periodic
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, acting_as
from network.tenants import service
from network.tenants.queries import find_deletion, get_city_name

periodic("tenants.remove", "23 * * * *", "select public.remove_due_tenants()", "select public.remove_expired_exports()")


@job("tenants.export")
def export(actor: Actor, *, export_id: str) -> None:
    """Make an archive of what ``actor`` may see."""
    service.make_export(uuid.UUID(export_id), actor=actor)


@job("tenants.mail_deletion")
def mail_deletion(actor: Actor) -> None:
    """Tell coordinators and the mayor that their city is to be deleted, and how to undo it."""
    settings = current_app.extensions["concord.settings"]
    with acting_as(actor):
        deletion = find_deletion(actor=actor)
        if deletion is None:
            return
        city = get_city_name(actor=actor)
        for person, role in list_members(actor):
            if role not in ("mayor", "coordinator"):
                continue
            with force_locale(person.locale or "en"):
                send_mail(
                    settings, to=person.email, subject=_("%(city)s is to be deleted from Concord", city=city),
                    body=_(
                        "%(name)s has asked that everything of %(city)s be deleted on %(day)s. All agreements on"
                        " sharing have ended.\n\nUntil then you can undo this:\n%(link)s\n",
                        name=deletion.requested_by_name, city=city, day=deletion.due_at.date().isoformat(),
                        link=f"{settings.public_url}/data/",
                    ),
                )  # fmt: skip

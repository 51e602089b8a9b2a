"""Mails that prove an address. The link's token is made here, at the moment of sending."""

import uuid

from flask import current_app
from flask_babel import force_locale

from network.identity.service import new_link_token
from network.jobs.mail import send_mail
from network.jobs.queue import job
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor


@job("identity.send_invitation")
def send_invitation(actor: Actor, *, organisation_id: str, invitation_id: str) -> None:
    """Mail the link of an invitation, unless it was revoked meanwhile."""
    settings = current_app.extensions["concord.settings"]
    link = new_link_token("invitation", (uuid.UUID(organisation_id), uuid.UUID(invitation_id)))
    if link is None:
        return
    token, email, organisation = link
    with force_locale("en"):
        send_mail(
            settings, to=email,
            subject=_("You are invited to Concord"),
            body=_(
                "%(organisation)s invites you to its team on Concord.\n\nOpen this link within"
                " 7 days:\n%(link)s\n",
                organisation=organisation, link=f"{settings.public_url}/invitation/{token}",
            ),
        )  # fmt: skip


@job("identity.send_reset")
def send_reset(actor: Actor, *, reset_id: str) -> None:
    """Mail the link that sets a new password."""
    settings = current_app.extensions["concord.settings"]
    link = new_link_token("reset", (uuid.UUID(reset_id),))
    if link is None:
        return
    token, email, _name = link
    with force_locale("en"):
        send_mail(
            settings, to=email,
            subject=_("Your password on Concord"),
            body=_(
                "Somebody, probably you, asked for a new password on Concord.\n\nOpen this link"
                " within 2 hours:\n%(link)s\n\nIf it was not you, nothing needs to be done.\n",
                link=f"{settings.public_url}/reset/{token}",
            ),
        )  # fmt: skip

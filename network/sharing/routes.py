"""With whom a city shares what; for a nation or the network, which cities share with it."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.sharing import service
from network.web.access import current_actor, requires

bp = Blueprint("sharing", __name__, url_prefix="/sharing", template_folder="templates")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.SHARING_READ)
def index() -> Any:
    """The agreements; who may sign does so here."""
    actor, errors = current_actor(), []
    may_sign = actor.may(Permission.SHARING_SIGN)
    if request.method == "POST":
        if not may_sign:
            raise NotFound("agreement")
        try:
            recipient = uuid.UUID(request.form.get("recipient", ""))
            service.sign_agreement(
                recipient_id=recipient, grants=request.form.getlist("grants"), actor=actor
            )
            flash(_("You share from now on. You can end it at any moment."))
            return redirect(url_for("sharing.index"))
        except ValueError:
            errors = [_("Choose with whom you share.")]
        except ValidationFailed as error:
            db.session.rollback()
            errors = [message for found in error.errors.values() for message in found]
    page = render_template(
        "sharing/index.html", agreements=service.list_agreements(actor=actor), may_sign=may_sign,
        recipients=service.list_recipients() if may_sign else [], grants=service.GRANTS, errors=errors,
        is_city=actor.scope.value == "city",
    )  # fmt: skip
    return page, 400 if errors else 200


@bp.post("/<uuid:agreement_id>/revoke")
@requires(Permission.SHARING_SIGN)
def revoke(agreement_id: uuid.UUID) -> Any:
    """End an agreement now."""
    service.revoke_agreement(agreement_id, actor=current_actor())
    flash(_("The agreement has ended. Nothing of it is visible any more."))
    return redirect(url_for("sharing.index"))

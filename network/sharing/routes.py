"""With whom a city shares what; for a nation or the network, which cities share with it."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.cities.countries import name_country
from network.cities.names import fold
from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.kernel.tenancy import Scope
from network.sharing import queries, service
from network.sharing.queries import CityFilter
from network.web.access import current_actor, requires

bp = Blueprint("sharing", __name__, url_prefix="/sharing", template_folder="templates")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.SHARING_READ)
def index() -> Any:
    """A city's agreements, where who may sign does so; the directory of cities for the others."""
    actor, errors = current_actor(), []
    if actor.scope is not Scope.CITY:
        if request.method == "POST":
            raise NotFound("agreement")
        return _directory()
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
    )  # fmt: skip
    return page, 400 if errors else 200


def _directory() -> Any:
    """The cities that share with the acting nation or network."""
    actor, grant = current_actor(), request.args.get("grant", "")
    members = queries.count_members(actor=actor)
    country = request.args.get("country", "")
    wanted = CityFilter(
        request.args.get("q", "").strip()[:200], country if country in members.countries else "",
        grant if grant in service.GRANTS else "",
    )  # fmt: skip
    page = queries.list_member_cities(
        wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    args = {k: v for k, v in request.args.items() if v and k not in ("after", "before")}
    countries = sorted(((code, name_country(code)) for code in members.countries), key=lambda pair: fold(pair[1]))
    return render_template(
        "sharing/directory.html", page=page, args=args, wanted=wanted, members=members, countries=countries,
        grants=service.GRANT_NAMES,
    )  # fmt: skip


@bp.post("/<uuid:agreement_id>/revoke")
@requires(Permission.SHARING_SIGN)
def revoke(agreement_id: uuid.UUID) -> Any:
    """End an agreement now."""
    service.revoke_agreement(agreement_id, actor=current_actor())
    flash(_("The agreement has ended. Nothing of it is visible any more."))
    return redirect(url_for("sharing.index"))

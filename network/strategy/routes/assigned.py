"""What an invited partner sees: the actions assigned to it, and how to report on them."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import ValidationFailed
from network.strategy import codes, queries, service
from network.strategy.queries import ActionFilter
from network.strategy.schemas import ReportSchema
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("assigned", __name__, url_prefix="/assigned", template_folder="../templates")


@bp.get("/")
@requires(Permission.ACTION_REPORT)
def index() -> Any:
    """The actions that the caller's partners lead or support."""
    actor, status = current_actor(), request.args.get("status", "")
    page = queries.list_actions(
        ActionFilter(status=status if status in codes.STATUSES else ""), actor=actor,
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    args = {"status": status} if status in codes.STATUSES else {}
    return render_template("assigned/index.html", page=page, codes=codes, args=args)


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.ACTION_REPORT)
def export(kind: str) -> Any:
    """The assigned actions as a file."""
    status = request.args.get("status", "")
    wanted = ActionFilter(status=status if status in codes.STATUSES else "")
    headers = [_("Title"), _("What is done"), _("Lead"), _("Status"), _("Percent done"), _("Start"), _("Due")]
    rows = ([a.title, a.description, a.lead_name, str(codes.STATUSES[a.status]), a.percent, a.starts_on, a.due_on]
            for a in queries.all_actions(wanted, actor=current_actor()))  # fmt: skip
    return download(kind, "assigned", headers, rows)


@bp.route("/<uuid:action_id>", methods=["GET", "POST"])
@requires(Permission.ACTION_REPORT)
def show(action_id: uuid.UUID) -> Any:
    """One assigned action; a report on it waits for the city's team to take it over."""
    actor = current_actor()
    action = queries.get_action(action_id, actor=actor)
    form = Form(ReportSchema(), request.form if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            service.report_progress(action_id, form.load(), actor=actor)
            flash(_("Thank you. The city's team sees your report now."))
            return redirect(url_for("assigned.show", action_id=action_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            action = queries.get_action(action_id, actor=actor)
    page = render_template(
        "assigned/show.html", action=action, codes=codes, form=form,
        reports=queries.list_reports(action_id, actor=actor), is_lead=action.lead_partner_id in service.find_my_partners(action),
    )  # fmt: skip
    return page, status

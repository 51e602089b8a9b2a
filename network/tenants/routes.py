"""The page on which a city takes its data along, or leaves."""

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.tenants import queries, service
from network.tenants.schemas import DeletionSchema
from network.web.access import current_actor, requires
from network.web.forms import Form

bp = Blueprint("tenants", __name__, url_prefix="/data", template_folder="templates")


@bp.get("/")
@requires(Permission.TENANT_READ)
def index() -> Any:
    """Archives and the deletion."""
    actor = current_actor()
    return render_template(
        "tenants/index.html", exports=queries.list_exports(actor=actor) if actor.may(Permission.TENANT_MANAGE) else [],
        deletion=queries.find_deletion(actor=actor), may_manage=actor.may(Permission.TENANT_MANAGE),
    )  # fmt: skip


@bp.post("/exports")
@requires(Permission.TENANT_MANAGE)
def export() -> Any:
    """Have an archive made."""
    service.request_export(actor=current_actor())
    flash(_("The archive is being made. Come back to this page in a few minutes."))
    return redirect(url_for("tenants.index"))


@bp.get("/exports/<uuid:export_id>.zip")
@requires(Permission.TENANT_MANAGE)
def download(export_id: uuid.UUID) -> Response:
    """A ready archive."""
    actor = current_actor()
    found = queries.get_export(export_id, actor=actor)
    if found.status != "done":
        raise NotFound("archive")
    response = Response(stream_with_context(queries.read_export(export_id, actor=actor)), mimetype="application/zip")
    response.headers["Content-Length"] = str(found.byte_count)
    day = found.requested_at.date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="concord-{day}.zip"'
    return response


@bp.post("/exports/<uuid:export_id>/remove")
@requires(Permission.TENANT_MANAGE)
def remove(export_id: uuid.UUID) -> Any:
    """Take an archive away."""
    service.remove_export(export_id, actor=current_actor())
    flash(_("The archive is taken away."))
    return redirect(url_for("tenants.index"))


@bp.route("/delete", methods=["GET", "POST"])
@requires(Permission.TENANT_MANAGE)
def delete() -> Any:
    """Ask for the deletion of the city."""
    actor = current_actor()
    form = Form(DeletionSchema(), request.form if request.method == "POST" else None)
    if request.method == "POST":
        try:
            service.request_deletion(**form.load(), actor=actor)
            flash(_("The deletion is planned, and all agreements have ended."))
            return redirect(url_for("tenants.index"))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
    page = render_template(
        "tenants/delete.html", form=form, name=queries.get_city_name(actor=actor), days=service.COOLING_OFF.days
    )
    return page, 400 if form.errors else 200


@bp.post("/keep")
@requires(Permission.TENANT_READ)
def keep() -> Any:
    """Undo the deletion."""
    service.undo_deletion(actor=current_actor())
    flash(_("Your city stays. Sign the agreements anew that you want."))
    return redirect(url_for("tenants.index"))

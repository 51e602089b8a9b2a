"""The import wizard: upload, look at the preview or the problems, apply."""

import csv
import io
import uuid
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.imports import service
from network.incidents.imports.mappings import GENERIC, MAPPINGS
from network.kernel.errors import Refused
from network.web.access import current_actor, requires
from network.web.spreadsheet import harmless

bp = Blueprint("imports", __name__, url_prefix="/incidents/import", template_folder="templates")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.INCIDENT_IMPORT)
def index() -> Any:
    """Upload a file; earlier imports are listed below."""
    actor, error = current_actor(), ""
    if request.method == "POST":
        file = request.files.get("file")
        try:
            if file is None or not file.filename:
                raise Refused(_("Choose a file."))
            run = service.upload(
                file.stream, name=file.filename, mapping=request.form.get("mapping", ""), actor=actor
            )
            service.queue_step(run, "check", actor=actor)
            return redirect(url_for("imports.show", import_id=run.import_id))
        except Refused as refusal:
            error = refusal.reason
    page = render_template(
        "imports/index.html", runs=service.list_runs(actor=actor), mappings=MAPPINGS, error=error,
        columns=list(GENERIC.copy.values()),
    )  # fmt: skip
    return page, 400 if error else 200


@bp.get("/<uuid:import_id>")
@requires(Permission.INCIDENT_IMPORT)
def show(import_id: uuid.UUID) -> Any:
    """Where the import stands; reloads by itself while the worker is busy."""
    run = service.get_run(import_id, actor=current_actor())
    page = render_template(
        "imports/show.html", run=run, preview=service.get_preview(run), codes=codes,
        is_busy=run.status in ("uploaded", "validating", "applying"),
    )  # fmt: skip
    return page


@bp.post("/<uuid:import_id>/apply")
@requires(Permission.INCIDENT_IMPORT)
def apply(import_id: uuid.UUID) -> Any:
    """Write what was checked."""
    run = service.get_run(import_id, actor=current_actor())
    if run.status != "ready":
        raise Refused(_("This import can't be applied."))
    service.queue_step(run, "apply", actor=current_actor())
    return redirect(url_for("imports.show", import_id=import_id))


@bp.get("/<uuid:import_id>/problems.csv")
@requires(Permission.INCIDENT_IMPORT)
def problems(import_id: uuid.UUID) -> Response:
    """Every noted problem as CSV."""
    run = service.get_run(import_id, actor=current_actor())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["line", "column", "value", "reason"])
    for p in service.get_preview(run, problems=service.MOST_PROBLEMS).problems:
        writer.writerow([p.line, harmless(p.column), harmless(p.value), p.reason])
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return response

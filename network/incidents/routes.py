"""Pages of incidents: list, detail, create, edit, archive, export."""

import csv
import io
import uuid
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.incidents import codes, queries, service
from network.incidents.queries import IncidentFilter
from network.incidents.schemas import IncidentSchema
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.web.access import current_actor, requires
from network.web.forms import Form
from network.web.spreadsheet import harmless

bp = Blueprint("incidents", __name__, url_prefix="/incidents", template_folder="templates")


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _filter() -> IncidentFilter:
    def known(name: str, table: dict[str, codes.Code]) -> str:
        value = request.args.get(name, "")
        return value if value in table else ""

    severity = known("severity", codes.SEVERITY)
    return IncidentFilter(
        date_from=_day("from"), date_to=_day("to"), kind=known("kind", codes.KIND),
        bias=known("bias", codes.BIAS), severity=int(severity) if severity else None,
        status=known("status", codes.STATUS), text=request.args.get("q", "").strip()[:200],
        archived=request.args.get("archived") == "1",
    )  # fmt: skip


@bp.get("/")
@requires(Permission.INCIDENT_READ)
def index() -> Any:
    """The city's incidents, filtered."""
    actor = current_actor()
    page = queries.list_incidents(
        _filter(), actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    args = {k: v for k, v in request.args.items() if v and k not in ("after", "before")}
    return render_template(
        "incidents/index.html", page=page, args=args, codes=codes,
        may_record=actor.may(Permission.INCIDENT_RECORD),
    )  # fmt: skip


@bp.get("/export.csv")
@requires(Permission.INCIDENT_READ)
def export() -> Response:
    """The filtered list as CSV in UTF-8, with the columns that the generic import reads."""
    names = ["external_reference", "kind", "bias_motivations", "crime_type", "severity", "status", "source",
             "occurred_on", "occurred_precision", "place_type", "district", "place_name",
             "affected_groups", "summary", "tlp"]  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for incident in queries.stream_incidents(_filter(), actor=current_actor()):
        row = [getattr(incident, name) for name in names]
        writer.writerow(harmless(";".join(v) if isinstance(v, list) else v) for v in row)
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="incidents.csv"'
    return response


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.INCIDENT_RECORD)
def create() -> Any:
    """Record an incident."""
    initial = {"status": "reported", "tlp": "AMBER+STRICT", "occurred_precision": "day",
               "source": "municipality", "place_precision": "city", "place_type": "unknown"}  # fmt: skip
    form = Form(IncidentSchema(), request.form if request.method == "POST" else None, initial)
    if request.method == "POST":
        try:
            incident = service.record_incident(form.load(), actor=current_actor())
            flash(_("The incident is recorded."))
            return redirect(url_for("incidents.show", incident_id=incident.incident_id))
        except ValidationFailed:
            pass
    page = render_template("incidents/edit.html", form=form, incident=None, theirs=None)
    return page, 400 if form.errors else 200


@bp.get("/<uuid:incident_id>")
@requires(Permission.INCIDENT_READ)
def show(incident_id: uuid.UUID) -> Any:
    """One incident."""
    actor = current_actor()
    incident = queries.get_incident(incident_id, actor=actor)
    return render_template(
        "incidents/show.html", incident=incident, codes=codes,
        may_record=actor.may(Permission.INCIDENT_RECORD),
    )  # fmt: skip


@bp.route("/<uuid:incident_id>/edit", methods=["GET", "POST"])
@requires(Permission.INCIDENT_RECORD)
def edit(incident_id: uuid.UUID) -> Any:
    """Change an incident; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    incident = queries.get_incident(incident_id, actor=actor)
    initial = {name: getattr(incident, name, "") for name in IncidentSchema().load_fields}
    initial["reported_on"] = incident.reported_at.date() if incident.reported_at else ""
    form = Form(IncidentSchema(), request.form if request.method == "POST" else None, initial)
    theirs, status = None, 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.change_incident(
                incident_id, form.load(), version=int(version) if version.isdecimal() else 0, actor=actor
            )
            flash(_("The incident is changed."))
            return redirect(url_for("incidents.show", incident_id=incident_id))
        except ValidationFailed:
            status = 400
        except Conflict:
            db.session.rollback()
            incident, status = queries.get_incident(incident_id, actor=actor), 409
            theirs = Form(IncidentSchema(), None,
                          {name: getattr(incident, name, "") for name in IncidentSchema().load_fields})  # fmt: skip
    return render_template("incidents/edit.html", form=form, incident=incident, theirs=theirs), status


@bp.post("/<uuid:incident_id>/archive")
@requires(Permission.INCIDENT_RECORD)
def archive(incident_id: uuid.UUID) -> Any:
    """Archive an incident, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_incident(incident_id, is_archived=is_archived, actor=current_actor())
    flash(_("The incident is archived and no longer counted.") if is_archived else _("The incident is back."))
    return redirect(url_for("incidents.show", incident_id=incident_id))

"""Pages of incidents: list, detail, create, edit, archive, export."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network.cities.queries import get_time_zone
from network.identity.permissions import Permission
from network.incidents import codes, queries, service
from network.incidents.handling.audience import get_audience
from network.incidents.handling.pages import render_incident
from network.incidents.handling.states import FIRST
from network.incidents.models import Incident
from network.incidents.queries import IncidentFilter
from network.incidents.schemas import IncidentFormSchema
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form, read_version

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


SORT_LABELS = {
    "newest": _l("The newest first"), "oldest": _l("The oldest first"),
    "severity": _l("The most severe first"), "recorded": _l("The latest recorded first"),
}  # fmt: skip


def _chips(args: dict[str, str]) -> list[tuple[str, str]]:
    """The filters in force in words, by the name of their argument."""
    lists = {"kind": codes.KIND, "bias": codes.BIAS, "severity": codes.SEVERITY, "status": codes.STATUS}
    words = {"q": _l("Search"), "from": _l("From"), "to": _l("To"), "archived": _l("Archived")}
    found = [(name, str(table[args[name]].label)) for name, table in lists.items() if args.get(name) in table]
    return [
        (name, str(word) if name == "archived" else f"{word}: {args[name]}")
        for name, word in words.items() if args.get(name)
    ] + found  # fmt: skip


@bp.get("/")
@requires(Permission.INCIDENT_READ)
def index() -> Any:
    """The city's incidents, filtered and sorted."""
    actor = current_actor()
    sort = request.args.get("sort", "")
    page = queries.list_incidents(
        _filter(), actor=actor, sort=sort if sort in queries.SORTS else "newest",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    args = {k: v for k, v in request.args.items() if v and k not in ("after", "before")}
    return render_template(
        "incidents/index.html", page=page, args=args, codes=codes, sorts=SORT_LABELS, chip_items=_chips(args), choices=codes.choices,
        may_record=actor.may(Permission.INCIDENT_RECORD),
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):file>")
@requires(Permission.INCIDENT_READ)
def export(file: str) -> Response:
    """The filtered list as CSV or XLSX, with the columns that the generic import reads."""
    names = ["external_reference", "kind", "bias_motivations", "crime_type", "severity", "status", "source",
             "occurred_on", "occurred_precision", "place_type", "district", "place_name",
             "affected_groups", "summary", "tlp"]  # fmt: skip
    found = queries.stream_incidents(_filter(), actor=current_actor())
    rows = ([";".join(v) if isinstance(v, list) else v for v in (getattr(i, n) for n in names)] for i in found)
    return download(file, "incidents", names, rows)


def _form(initial: dict[str, Any], *, is_typed: bool = True, is_new: bool = False) -> Form:
    audience = get_audience(actor=current_actor())
    team = [(str(person), name) for person, name in audience.team.items()]
    typed = request.form if request.method == "POST" and is_typed else None
    # The status is changed by the steps of handling alone.
    schema = IncidentFormSchema() if is_new else IncidentFormSchema(exclude=("status",))
    first = [(value, codes.STATUS[value].label) for value in FIRST]
    return Form(schema, typed, initial, {"named_reader_ids": team, "status": first, "tlp": audience.list_levels()})


def _values(incident: Incident) -> dict[str, Any]:
    """A stored incident as the form shows it."""
    values = {name: getattr(incident, name, "") for name in IncidentFormSchema().load_fields}
    zone = get_time_zone(actor=current_actor())
    if incident.occurred_precision == "minute":
        values["occurred_time"] = incident.occurred_at.astimezone(zone).strftime("%H:%M")
    values["reported_on"] = incident.reported_at.astimezone(zone).date() if incident.reported_at else ""
    values["named_reader_ids"] = [str(person_id) for person_id in incident.named_reader_ids]
    return values


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.INCIDENT_RECORD)
def create() -> Any:
    """Record an incident."""
    initial = {"status": "reported", "tlp": "AMBER+STRICT", "occurred_precision": "day",
               "source": "municipality", "place_precision": "city", "place_type": "unknown"}  # fmt: skip
    form = _form(initial, is_new=True)
    if request.method == "POST":
        try:
            incident = service.record_incident(form.load(), actor=current_actor())
            flash(_("The incident is recorded."))
            return redirect(url_for("incidents.show", incident_id=incident.incident_id))
        except ValidationFailed as error:
            form.errors = error.errors
    page = render_template("incidents/edit.html", form=form, incident=None, theirs=None)
    return page, 400 if form.errors else 200


@bp.get("/<uuid:incident_id>")
@requires(Permission.INCIDENT_READ)
def show(incident_id: uuid.UUID) -> Any:
    """One incident and all that is done about it."""
    return render_incident(incident_id)


@bp.route("/<uuid:incident_id>/edit", methods=["GET", "POST"])
@requires(Permission.INCIDENT_RECORD)
def edit(incident_id: uuid.UUID) -> Any:
    """Change an incident; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    incident = queries.get_incident(incident_id, actor=actor)
    form = _form(_values(incident))
    theirs, status = None, 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.change_incident(
                incident_id, form.load(), version=read_version(version), actor=actor
            )
            flash(_("The incident is changed."))
            return redirect(url_for("incidents.show", incident_id=incident_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
        except Conflict:
            db.session.rollback()
            incident, status = queries.get_incident(incident_id, actor=actor), 409
            theirs = _form(_values(incident), is_typed=False)
    return render_template("incidents/edit.html", form=form, incident=incident, theirs=theirs), status


@bp.post("/<uuid:incident_id>/archive")
@requires(Permission.INCIDENT_RECORD)
def archive(incident_id: uuid.UUID) -> Any:
    """Archive an incident, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_incident(incident_id, is_archived=is_archived, actor=current_actor())
    flash(_("The incident is archived and no longer counted.") if is_archived else _("The incident is back."))
    return redirect(url_for("incidents.show", incident_id=incident_id))

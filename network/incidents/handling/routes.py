"""Pages of triage and of what is done about an incident."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network.cities.queries import get_time_zone
from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.handling import queries, service
from network.incidents.handling.audience import compare, get_audience
from network.incidents.handling.pages import note_form, render_incident
from network.incidents.handling.schemas import NOTE_KINDS, ClosingSchema, NoteSchema, SharingSchema
from network.incidents.handling.states import may_step
from network.incidents.queries import IncidentFilter, get_incident
from network.incidents.service import check_readers
from network.kernel.db import db
from network.kernel.errors import NotFound, Refused, ValidationFailed
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("handling", __name__, url_prefix="/incidents", template_folder="templates")
SORT_LABELS = {
    "waiting": _l("What waits the longest first"), "severity": _l("The most severe first"),
    "newest": _l("The newest first"),
}  # fmt: skip


def _known(name: str, table: dict[str, Any]) -> str:
    value = request.args.get(name, "")
    return value if value in table else ""


def _filter() -> IncidentFilter:
    severity = _known("severity", codes.SEVERITY)
    return IncidentFilter(
        kind=_known("kind", codes.KIND), bias=_known("bias", codes.BIAS), status=_known("status", codes.STATUS),
        source=_known("source", codes.SOURCE), severity_from=int(severity) if severity else None,
        text=request.args.get("q", "").strip()[:200],
    )  # fmt: skip


def _assignee(team: dict[uuid.UUID, str]) -> str:
    value = request.args.get("assignee", "")
    return value if value in ("me", "nobody", *map(str, team)) else ""


def _chips(args: dict[str, str], who: dict[str, str]) -> list[tuple[str, str]]:
    lists = {"kind": codes.KIND, "bias": codes.BIAS, "status": codes.STATUS, "source": codes.SOURCE}
    found = [(name, str(table[args[name]].label)) for name, table in lists.items() if args.get(name) in table]
    if args.get("severity") in codes.SEVERITY:
        found.append(("severity", _("From %(severity)s on", severity=codes.SEVERITY[args["severity"]].label)))
    if args.get("q"):
        found.append(("q", _("Search: %(text)s", text=args["q"])))
    if args.get("assignee") in who:
        found.append(("assignee", who[args["assignee"]]))
    return found


@bp.get("/triage/")
@requires(Permission.INCIDENT_HANDLE)
def triage() -> Any:
    """What waits to be decided, and who handles it."""
    actor = current_actor()
    team = queries.list_team(actor=actor)
    who = {"me": _("Mine"), "nobody": _("Nobody's")} | {str(person): name for person, name in team.items()}
    sort = _known("sort", queries.SORTS) or "waiting"
    page = queries.list_queue(
        _filter(), assignee=_assignee(team), actor=actor, sort=sort, after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )  # fmt: skip
    args = {k: v for k, v in request.args.items() if v and k not in ("after", "before")}
    return render_template(
        "handling/triage.html", page=page, args=args, codes=codes, choices=codes.choices, sorts=SORT_LABELS, who=who, team=team,
        chip_items=_chips(args, who), assignees=queries.find_assignees([i.incident_id for i in page.items], actor=actor),
    )  # fmt: skip


@bp.get("/triage/export.<any(csv, xlsx):file_type>")
@requires(Permission.INCIDENT_HANDLE)
def export(file_type: str) -> Any:
    """The queue as a file, without the summaries."""
    actor = current_actor()
    team = queries.list_team(actor=actor)
    found = queries.all_queue(_filter(), assignee=_assignee(team), actor=actor)
    assignees = queries.find_assignees([i.incident_id for i in found], actor=actor)
    headers = [_("Recorded on"), _("Occurred"), _("Kind"), _("Severity"), _("Status"), _("Source"), _("Area"), _("Who handles it")]
    rows = (
        [i.created_at.date(), i.occurred_on, str(codes.KIND[i.kind].label), i.severity, str(codes.STATUS[i.status].label),
         str(codes.SOURCE[i.source].label), i.district, team.get(assignees.get(i.incident_id, uuid.UUID(int=0)), "")]
        for i in found
    )  # fmt: skip
    return download(file_type, "triage", headers, rows)


def _version() -> int:
    value = request.form.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0


def _id(name: str) -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        raise NotFound(name) from None


def _back(incident_id: uuid.UUID, place: str = "handling") -> Any:
    return redirect(url_for("incidents.show", incident_id=incident_id) + f"#{place}")


@bp.post("/<uuid:incident_id>/status")
@requires(Permission.INCIDENT_HANDLE)
def step(incident_id: uuid.UUID) -> Any:
    """Take an incident a step on."""
    incident = service.take_step(
        incident_id, to=request.form.get("to", ""), version=_version(), actor=current_actor()
    )
    flash(_("Status: %(status)s", status=codes.STATUS[incident.status].label))
    return _back(incident_id)


@bp.post("/<uuid:incident_id>/assign")
@requires(Permission.INCIDENT_HANDLE)
def assign(incident_id: uuid.UUID) -> Any:
    """Say who handles an incident."""
    wanted = _id("assignee_id") if request.form.get("assignee_id") else None
    service.assign_incident(incident_id, assignee_id=wanted, actor=current_actor())
    flash(_("It is kept who handles it."))
    return _back(incident_id)


@bp.route("/<uuid:incident_id>/sharing", methods=["GET", "POST"])
@requires(Permission.INCIDENT_HANDLE)
def sharing(incident_id: uuid.UUID) -> Any:
    """Change severity and sharing level, after showing by name who will be able to read it."""
    actor = current_actor()
    incident = get_incident(incident_id, actor=actor)
    initial = {"severity": incident.severity, "tlp": incident.tlp,
               "named_reader_ids": [str(person) for person in incident.named_reader_ids]}  # fmt: skip
    audience = get_audience(actor=actor)
    team = [(str(person), name) for person, name in audience.team.items()]
    form = Form(SharingSchema(), request.form if request.method == "POST" else None, initial,
                {"tlp": audience.list_levels(), "named_reader_ids": team})  # fmt: skip
    effect, wanted, seen = None, None, ""
    if request.method == "POST":
        try:
            wanted = form.load()
            named = check_readers(wanted["tlp"], wanted["named_reader_ids"], actor=actor)
            # What is saved is what was shown: whoever changes the form after that sees it again.
            seen = " ".join([str(incident.version), str(wanted["severity"]), wanted["tlp"], *map(str, named)])
            if request.form.get("confirm") == seen:
                service.change_sharing(incident_id, wanted, version=_version(), actor=actor)
                flash(_("Severity and sharing are changed."))
                return _back(incident_id)
            effect = compare(
                audience, (incident.tlp, incident.named_reader_ids), (wanted["tlp"], named),
                counts=incident.status not in ("unfounded", "duplicate") and incident.archived_at is None,
            )  # fmt: skip
        except ValidationFailed as error:
            form.errors = error.errors
    page = render_template(
        "handling/sharing.html", incident=incident, codes=codes, form=form, effect=effect, wanted=wanted, seen=seen
    )
    return page, 400 if form.errors else 200


@bp.route("/<uuid:incident_id>/close", methods=["GET", "POST"])
@requires(Permission.INCIDENT_HANDLE)
def close(incident_id: uuid.UUID) -> Any:
    """Close an incident with its outcome and what was learned."""
    actor = current_actor()
    incident = get_incident(incident_id, actor=actor)
    if not may_step(incident.status, "closed") or incident.status == "duplicate":
        raise Refused(_("An incident in this status can't take this step."))
    row = queries.find_handling(incident_id, actor=actor)
    initial = {"outcome": row.outcome, "lessons": row.lessons} if row else {}
    form = Form(ClosingSchema(), request.form if request.method == "POST" else None, initial)
    if request.method == "POST":
        try:
            service.close_incident(incident_id, form.load(), version=_version(), actor=actor)
            flash(_("The incident is closed."))
            return _back(incident_id)
        except ValidationFailed as error:
            form.errors = error.errors
    page = render_template("handling/close.html", incident=incident, form=form, codes=codes)
    return page, 400 if form.errors else 200


@bp.route("/<uuid:incident_id>/merge", methods=["GET", "POST"])
@requires(Permission.INCIDENT_HANDLE)
def merge(incident_id: uuid.UUID) -> Any:
    """Say of which incident this one is a duplicate, or undo that."""
    actor = current_actor()
    if request.method == "POST":
        if request.form.get("undo") == "1":
            service.unmerge_incident(incident_id, version=_version(), actor=actor)
            flash(_("It is an incident of its own again."))
        else:
            service.merge_incident(incident_id, original_id=_id("original_id"), version=_version(), actor=actor)
            flash(_("It is kept as a duplicate and no longer counted."))
        return _back(incident_id)
    incident = get_incident(incident_id, actor=actor)
    if not may_step(incident.status, "duplicate"):
        raise Refused(_("An incident in this status can't take this step."))
    words = request.args.get("q", "").strip()[:200]
    return render_template(
        "handling/merge.html", incident=incident, codes=codes, words=words,
        similar=queries.list_similar(incident, words=words, actor=actor),
    )  # fmt: skip


@bp.post("/<uuid:incident_id>/notes")
@requires(Permission.INCIDENT_HANDLE)
def add_note(incident_id: uuid.UUID) -> Any:
    """Add an entry to the timeline. What can't be kept is shown again with the reason."""
    form = note_form(is_typed=True)
    try:
        service.write_note(incident_id, form.load(), actor=current_actor())
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return render_incident(incident_id, note=form), 400
    flash(_("The entry is in the timeline."))
    return _back(incident_id, "timeline")


@bp.route("/notes/<uuid:note_id>", methods=["GET", "POST"])
@requires(Permission.INCIDENT_HANDLE)
def correct_note(note_id: uuid.UUID) -> Any:
    """Correct an entry of the timeline; what it said before stays."""
    actor = current_actor()
    note = queries.get_note(note_id, actor=actor)
    if note.kind not in NOTE_KINDS:
        raise NotFound("note")
    here = note.happened_at.astimezone(get_time_zone(actor=actor))
    initial = {"kind": note.kind, "body": note.body, "happened_on": here.date().isoformat(),
               "happened_time": here.strftime("%H:%M")}  # fmt: skip
    form = Form(NoteSchema(), request.form if request.method == "POST" else None, initial)
    if request.method == "POST":
        revision = request.form.get("revision", "")
        try:
            service.correct_note(
                note_id, form.load(), revision=int(revision) if revision.isdecimal() and len(revision) < 6 else 0, actor=actor
            )
            flash(_("The entry is corrected; what it said before stays beside it."))
            return _back(note.incident_id, "timeline")
        except ValidationFailed as error:
            form.errors = error.errors
    page = render_template("handling/correct.html", note=note, form=form)
    return page, 400 if form.errors else 200


@bp.post("/<uuid:incident_id>/watch")
@requires(Permission.INCIDENT_READ)
def watch(incident_id: uuid.UUID) -> Any:
    """Follow an incident, or stop following it."""
    is_watched = request.form.get("undo") != "1"
    service.watch_incident(incident_id, is_watched=is_watched, actor=current_actor())
    flash(_("You get a notice when something is done about it.") if is_watched else _("You no longer follow it."))
    return _back(incident_id)

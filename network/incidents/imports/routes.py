"""The import wizard: upload, say how the file is to be read, look at the preview or the problems, store."""

import uuid
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.imports import service
from network.incidents.imports.builtin import BUILT_IN, GENERIC
from network.incidents.imports.mapping_routes import field_label
from network.incidents.imports.mappings import CODES, Mapping
from network.incidents.imports.models import ImportRun
from network.incidents.imports.reading import ENCODINGS, SEPARATORS
from network.incidents.imports.saved import find_mapping, list_saved
from network.incidents.imports.service import Choice
from network.kernel.errors import Refused
from network.web.access import current_actor, requires
from network.web.downloads import download

bp = Blueprint("imports", __name__, url_prefix="/incidents/import", template_folder="templates")
STATUSES = {
    "uploaded": _l("Waiting"), "validating": _l("Being checked"), "unclear": _l("Needs an answer"),
    "ready": _l("Ready"), "rejected": _l("Has problems"), "applying": _l("Being stored"), "done": _l("Done"),
    "failed": _l("Failed"), "discarded": _l("Discarded"), "archiving": _l("Being archived"),
    "archived": _l("Taken back"), "restoring": _l("Being brought back"),
}  # fmt: skip
TONES = {"done": "good", "ready": "good", "unclear": "warn", "rejected": "warn", "failed": "strong"}
ORDERS = {"dmy": _l("Day, month, year: 31/12/2024"), "mdy": _l("Month, day, year: 12/31/2024")}


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
            run = service.upload(file.stream, name=file.filename, mapping=request.form.get("mapping", ""), actor=actor)
            return _go_on(run)
        except Refused as refusal:
            error = refusal.reason
    status = request.args.get("status", "")
    status = status if status in STATUSES else ""
    page = render_template(
        "imports/index.html", mapping_choices=_mapping_choices(), error=error, columns=list(GENERIC.fields), statuses=STATUSES,
        tones=TONES, args={"status": status} if status else {},
        page=service.list_runs(
            actor=actor, status=status, after=request.args.get("after", ""), before=request.args.get("before", "")
        ),
    )  # fmt: skip
    return page, 400 if error else 200


def _mapping_choices() -> list[tuple[str, Any]]:
    """The city's own mappings, then the built-in ones."""
    own = [(str(m.mapping_id), m.name) for m in list_saved(actor=current_actor())]
    return [*own, *((m.name, m.title) for m in BUILT_IN.values())]


def _go_on(run: ImportRun) -> Any:
    """Check what is clear; ask what is not."""
    if run.status == "uploaded":
        service.queue_step(run, "check", actor=current_actor())
    return redirect(url_for("imports.show", import_id=run.import_id))


def _value_text(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value_text("bias", item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    table = codes.BIAS if name == "bias" else CODES.get(name, {})
    code = table.get(str(value))
    return str(code.label) if code else str(value if value is not None else "")


@bp.get("/<uuid:import_id>")
@requires(Permission.INCIDENT_IMPORT)
def show(import_id: uuid.UUID) -> Any:
    """Where the import stands; reloads by itself while the worker is busy."""
    run = service.get_run(import_id, actor=current_actor())
    may_restart = service.may_start_again(run)
    is_busy, is_still = run.status in service.BUSY and not may_restart, request.args.get("still") == "1"
    page = render_template(
        "imports/show.html", run=run, codes=codes, mapping=service.mapping_of(run), statuses=STATUSES, tones=TONES,
        may_undo=current_actor().may(Permission.INCIDENT_UNDO_IMPORT),
        is_own=bool(run.mapping) and run.mapping not in BUILT_IN,
        is_busy=is_busy, is_still=is_still, may_restart=may_restart,
        problems=service.list_problems(run, limit=200) if run.problem_count else [],
        encodings=ENCODINGS, separators=SEPARATORS, orders=ORDERS, field_label=field_label, value_text=_value_text,
    )  # fmt: skip
    response = make_response(page)
    if is_busy and not is_still:
        # Works without a script; whoever is disturbed by it can stop it.
        response.headers["Refresh"] = "2"
    return response


def _choice(values: Any) -> Choice:
    only = [line.strip() for line in values.get("only_values", "").splitlines()]
    return Choice(
        encoding=values.get("encoding", ""), separator={"tab": "\t"}.get(values.get("separator", ""), values.get("separator", "")),
        sheet=values.get("sheet", ""), date_order=values.get("date_order", ""),
        only_values=tuple(value for value in only if value),
    )  # fmt: skip


@bp.route("/<uuid:import_id>/reading", methods=["GET", "POST"])
@requires(Permission.INCIDENT_IMPORT)
def reading(import_id: uuid.UUID) -> Any:
    """How the file is to be read and with which mapping, with its first rows as they would be read."""
    actor = current_actor()
    run = service.get_run(import_id, actor=actor)
    typed = request.form if request.method == "POST" else request.args
    error, sample, name = "", None, run.mapping
    choice = Choice.of(run)
    try:
        if typed:
            choice, name = _choice(typed), typed.get("mapping", "")
        mapping: Mapping | None = find_mapping(name, actor=actor) if name else None
        sample = service.get_sample(run, choice)
        if request.method == "POST":
            if mapping is None:
                raise Refused(_("Choose a mapping."))
            service.choose(run, mapping=mapping, choice=choice, actor=actor)
            return _go_on(run)
    except Refused as refusal:
        error, mapping = refusal.reason, None
    page = render_template(
        "imports/reading.html", run=run, sample=sample, choice=choice, error=error, mapping=mapping, chosen=name,
        mapping_choices=_mapping_choices(), encodings=ENCODINGS, separators=SEPARATORS, orders=ORDERS,
        missing=mapping.missing(sample.header) if mapping and sample else [],
    )  # fmt: skip
    return page, 400 if error else 200


@bp.post("/<uuid:import_id>/apply")
@requires(Permission.INCIDENT_IMPORT)
def apply(import_id: uuid.UUID) -> Any:
    """Write what was checked."""
    run = service.get_run(import_id, actor=current_actor())
    if run.status != "ready":
        raise Refused(_("This import can't be applied."))
    service.queue_step(run, "apply", actor=current_actor())
    return redirect(url_for("imports.show", import_id=import_id))


@bp.post("/<uuid:import_id>/restart")
@requires(Permission.INCIDENT_IMPORT)
def restart(import_id: uuid.UUID) -> Any:
    """Check anew what failed or stands still."""
    actor = current_actor()
    service.start_again(service.get_run(import_id, actor=actor), actor=actor)
    return redirect(url_for("imports.show", import_id=import_id))


@bp.post("/<uuid:import_id>/discard")
@requires(Permission.INCIDENT_IMPORT)
def discard(import_id: uuid.UUID) -> Any:
    """Forget the file."""
    actor = current_actor()
    service.discard(service.get_run(import_id, actor=actor), actor=actor)
    flash(_("The file is forgotten. Nothing of it was stored."))
    return redirect(url_for("imports.index"))


@bp.post("/<uuid:import_id>/undo")
@requires(Permission.INCIDENT_UNDO_IMPORT)
def undo(import_id: uuid.UUID) -> Any:
    """Archive what the import brought, or bring it back."""
    actor = current_actor()
    run = service.get_run(import_id, actor=actor)
    service.queue_undo(run, is_archived=request.form.get("back") != "1", actor=actor)
    return redirect(url_for("imports.show", import_id=import_id))


@bp.get("/<uuid:import_id>/problems.<any(csv, xlsx):kind>")
@requires(Permission.INCIDENT_IMPORT)
def problems(import_id: uuid.UUID, kind: str) -> Response:
    """Every noted problem as a file."""
    run = service.get_run(import_id, actor=current_actor())
    headers = [_("Line"), _("Column"), _("Value"), _("Reason")]
    rows = ([p.line, p.column, p.value, p.reason] for p in service.list_problems(run))
    return download(kind, "problems", headers, rows)

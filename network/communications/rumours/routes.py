"""Pages of the register of rumours."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.communications import codes
from network.communications.messages.queries import get_message, message_choices
from network.communications.models import Rumour
from network.communications.registers import read_version
from network.communications.rumours import queries, service
from network.communications.rumours.queries import RumourFilter
from network.communications.schemas import RumourSchema
from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("rumours", __name__, url_prefix="/rumours", template_folder="templates")
SORT_NAMES = {"newest": _l("Newest first"), "oldest": _l("Oldest first"), "harm": _l("Worst first")}


def _filter() -> RumourFilter:
    args = request.args
    status, narrative, harm = args.get("status", ""), args.get("narrative", ""), args.get("harm", "")
    return RumourFilter(
        text=args.get("q", "").strip()[:200], status=status if status in codes.RUMOUR_STATUS else "",
        narrative=narrative if narrative in codes.NARRATIVES else "", harm=int(harm) if harm in codes.HARM else None,
        is_archived=args.get("archived") == "1",
    )  # fmt: skip


def _chips(wanted: RumourFilter) -> list[tuple[str, str]]:
    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("status", wanted.status and codes.RUMOUR_STATUS_SHORT[wanted.status]),
        ("narrative", wanted.narrative and codes.NARRATIVES[wanted.narrative]),
        ("harm", wanted.harm and _("Harm of at least %(harm)s", harm=wanted.harm)),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    return [(name, str(text)) for name, text in found if text]


@bp.get("/")
@requires(Permission.COMMUNICATION_READ)
def index() -> Any:
    """The register, filtered and sorted."""
    actor, wanted = current_actor(), _filter()
    sort = request.args.get("sort", "")
    page = queries.list_rumours(
        wanted, actor=actor, sort=sort if sort in queries.SORTS else "newest",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    return render_template(
        "rumours/index.html", page=page, chip_items=_chips(wanted), codes=codes, sorts=SORT_NAMES,
        counts=queries.count_by_status(actor=actor),
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        may_write=actor.may(Permission.RUMOUR_RECORD),
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.COMMUNICATION_READ)
def export(kind: str) -> Any:
    """The filtered register as a file."""
    actor = current_actor()
    labels = {name: str(item.metadata["label"]) for name, item in RumourSchema._declared_fields.items()}
    messages = dict(message_choices(actor=actor))
    tables: dict[str, dict[str, Any]] = {
        "narrative": codes.NARRATIVES, "spread": codes.SPREAD, "status": codes.RUMOUR_STATUS_SHORT,
    }  # fmt: skip

    def cell(rumour: Rumour, name: str) -> Any:
        value = getattr(rumour, name)
        if name == "message_id":
            return messages.get(str(value), "")
        if name == "channel_kinds":
            return [str(codes.CHANNEL_KINDS[item]) for item in value]
        return str(tables[name][value]) if name in tables else value

    rows = ([cell(rumour, name) for name in labels] for rumour in queries.all_rumours(_filter(), actor=actor))
    return download(kind, "rumours", list(labels.values()), rows)


@bp.get("/<uuid:rumour_id>")
@requires(Permission.COMMUNICATION_READ)
def show(rumour_id: uuid.UUID) -> Any:
    """One rumour with what is true and how it is answered."""
    actor = current_actor()
    rumour = queries.get_rumour(rumour_id, actor=actor)
    return render_template(
        "rumours/show.html", rumour=rumour, codes=codes, may_answer=actor.may(Permission.COMMUNICATION_WRITE),
        answer=get_message(rumour.message_id, actor=actor) if rumour.message_id else None,
        panel=get_panel("rumour", rumour_id, actor=actor), may_write=actor.may(Permission.RUMOUR_RECORD),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.RUMOUR_RECORD)
def create() -> Any:
    """Record a rumour."""
    initial = {"first_seen_on": date.today(), "status": "open"}
    choices = {"message_id": message_choices(actor=current_actor())}
    form = Form(RumourSchema(), request.form if request.method == "POST" else None, initial, choices)
    if request.method == "POST":
        try:
            rumour = service.record_rumour(form.load(), actor=current_actor())
            flash(_("The rumour is in the register."))
            return redirect(url_for("rumours.show", rumour_id=rumour.rumour_id))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
    page = render_template("rumours/edit.html", form=form, rumour=None, version=0, theirs=None)
    return page, 400 if form.errors else 200


def _values(rumour: Rumour) -> dict[str, Any]:
    values = {name: getattr(rumour, name) for name in RumourSchema().load_fields}
    return values | {"evidence_links": "\n".join(rumour.evidence_links)}


@bp.route("/<uuid:rumour_id>/edit", methods=["GET", "POST"])
@requires(Permission.RUMOUR_RECORD)
def edit(rumour_id: uuid.UUID) -> Any:
    """Change a rumour; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    rumour = queries.get_rumour(rumour_id, actor=actor)
    choices = {"message_id": message_choices(actor=actor)}
    form = Form(RumourSchema(), request.form if request.method == "POST" else None, _values(rumour), choices)
    theirs, status, version = None, 200, rumour.version
    if request.method == "POST":
        version = read_version()
        try:
            service.change_rumour(rumour_id, form.load(), version=version, actor=actor)
            flash(_("The rumour is changed."))
            return redirect(url_for("rumours.show", rumour_id=rumour_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
        except Conflict:
            status = 409
        db.session.rollback()
        rumour = queries.get_rumour(rumour_id, actor=actor)
        if status == 409:
            theirs, version = Form(RumourSchema(), None, _values(rumour), choices), rumour.version
    return render_template("rumours/edit.html", form=form, rumour=rumour, version=version, theirs=theirs), status


@bp.post("/<uuid:rumour_id>/status")
@requires(Permission.RUMOUR_RECORD)
def set_status(rumour_id: uuid.UUID) -> Any:
    """Say where a rumour stands."""
    service.set_rumour_status(rumour_id, request.form.get("status", ""), actor=current_actor())
    flash(_("The rumour is changed."))
    return redirect(url_for("rumours.show", rumour_id=rumour_id))


@bp.post("/<uuid:rumour_id>/archive")
@requires(Permission.RUMOUR_RECORD)
def archive(rumour_id: uuid.UUID) -> Any:
    """Archive a rumour, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_rumour(rumour_id, is_archived=is_archived, actor=current_actor())
    flash(_("The rumour is archived.") if is_archived else _("The rumour is back."))
    return redirect(url_for("rumours.show", rumour_id=rumour_id))

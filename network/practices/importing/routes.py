"""Pages on which curators import practices."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.errors import ValidationFailed
from network.practices import codes
from network.practices.drafting.schemas import field_label
from network.practices.importing import service
from network.practices.importing.reading import COLUMNS
from network.web.access import current_actor, requires
from network.web.downloads import download

bp = Blueprint("importing", __name__, url_prefix="/review/imports", template_folder="templates")
OUTCOMES = ("new", "change", "same", "wrong")


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.PRACTICE_PUBLISH)
def index() -> Any:
    """Bring a file; see the files that were brought."""
    actor, errors = current_actor(), {}
    if request.method == "POST":
        file = request.files.get("file")
        try:
            if file is None or not file.filename:
                raise ValidationFailed({"file": [_("Choose a file.")]})
            found = service.keep_file(file.stream.read(), file.filename, actor=actor)
            return redirect(url_for("importing.show", import_id=found.import_id))
        except ValidationFailed as error:
            errors = error.errors
    page = render_template(
        "importing/index.html", items=service.list_imports(actor=actor), errors=errors, columns=COLUMNS, codes=codes
    )
    return page, 400 if errors else 200


@bp.get("/template.<any(csv, xlsx):kind>")
@requires(Permission.PRACTICE_PUBLISH)
def template(kind: str) -> Any:
    """An empty file with the columns."""
    return download(kind, "practices", COLUMNS, [])


@bp.get("/<uuid:import_id>")
@requires(Permission.PRACTICE_PUBLISH)
def show(import_id: uuid.UUID) -> Any:
    """What would happen to each row."""
    found = service.get_import(import_id, actor=current_actor())
    rows = service.check_rows(found.rows)
    return render_template(
        "importing/show.html", found=found, rows=rows, field_label=field_label,
        counts={outcome: sum(row.outcome == outcome for row in rows) for outcome in OUTCOMES},
    )  # fmt: skip


@bp.get("/<uuid:import_id>/errors.csv")
@requires(Permission.PRACTICE_PUBLISH)
def errors(import_id: uuid.UUID) -> Any:
    """Every wrong value: line, column, value, reason."""
    found = service.get_import(import_id, actor=current_actor())
    rows = (
        [row.line, name, row.values.get(name, ""), message]
        for row in service.check_rows(found.rows) for name, messages in row.errors.items() for message in messages
    )  # fmt: skip
    return download("csv", "errors", [_("Line"), _("Column"), _("Value"), _("Reason")], rows)


@bp.post("/<uuid:import_id>")
@requires(Permission.PRACTICE_PUBLISH)
def apply(import_id: uuid.UUID) -> Any:
    """Publish the file, all of it or nothing."""
    count = service.apply_import(import_id, actor=current_actor())
    flash(_("Practices published or changed: %(count)s", count=count))
    return redirect(url_for("importing.show", import_id=import_id))

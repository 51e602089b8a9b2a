"""Pages on which files are added and described, and the one address under which a file is read."""

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.practices.drafting.queries import get_draft, may_edit
from network.practices.files import queries, service
from network.practices.files.schemas import FileWordsSchema, NewFileSchema
from network.web.access import current_actor, public, requires
from network.web.forms import Form

bp = Blueprint("practice_files", __name__, template_folder="templates")


@bp.get("/practices/files/<uuid:city_id>/<uuid:file_id>")
@public
def read(city_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """The bytes of a file, for whoever may see it now. Pictures are shown, documents are saved."""
    found = queries.get_file(city_id, file_id)
    response = Response(found.content, mimetype=found.media_type)
    ending = found.media_type.rsplit("/", 1)[-1]
    response.headers.set(
        "Content-Disposition", "inline" if found.kind == "picture" else "attachment", filename=f"practice-{file_id}.{ending}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _version() -> int:
    version = request.form.get("version", "")
    return int(version) if version.isdecimal() else 0


def _back(practice_id: uuid.UUID) -> Any:
    return redirect(url_for("drafting.show", practice_id=practice_id) + "#files")


@bp.route("/our-practices/<uuid:practice_id>/files/new", methods=["GET", "POST"])
@requires(Permission.PRACTICE_WRITE)
def add(practice_id: uuid.UUID) -> Any:
    """Add a picture or a document."""
    actor = current_actor()
    practice = get_draft(practice_id, actor=actor)
    if not may_edit(practice, actor=actor):
        raise NotFound("practice")
    form = Form(NewFileSchema(), request.form if request.method == "POST" else None, {"licence": "cc-by-4.0"})
    if request.method == "POST":
        file = request.files.get("file")
        try:
            if file is None or not file.filename:
                form.errors = {"file": [_("Choose a file.")]}
            words = form.load()
            if file is not None and file.filename:
                service.add_file(practice_id, words, file=file.stream, version=_version(), actor=actor)
                flash(_("The file is kept with a new version of the text."))
                return _back(practice_id)
        except ValidationFailed as error:
            form.errors = form.errors | error.errors
            db.session.rollback()
            practice = get_draft(practice_id, actor=actor)
    page = render_template(
        "files/edit.html", form=form, practice=practice, entry=None, megabytes=service.MOST_BYTES >> 20
    )
    return page, 400 if form.errors else 200


@bp.route("/our-practices/<uuid:practice_id>/files/<uuid:file_id>/edit", methods=["GET", "POST"])
@requires(Permission.PRACTICE_WRITE)
def edit(practice_id: uuid.UUID, file_id: uuid.UUID) -> Any:
    """Change the words that stand with a file."""
    actor = current_actor()
    practice = get_draft(practice_id, actor=actor)
    if not may_edit(practice, actor=actor):
        raise NotFound("practice")
    entry = service.find_shown(practice, file_id)
    form = Form(FileWordsSchema(), request.form if request.method == "POST" else None, entry)
    if request.method == "POST":
        try:
            service.describe_file(practice_id, file_id, form.load(), version=_version(), actor=actor)
            flash(_("The new version is kept."))
            return _back(practice_id)
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
            practice = get_draft(practice_id, actor=actor)
    page = render_template("files/edit.html", form=form, practice=practice, entry=entry, megabytes=0)
    return page, 400 if form.errors else 200


@bp.post("/our-practices/<uuid:practice_id>/files/<uuid:file_id>/remove")
@requires(Permission.PRACTICE_WRITE)
def remove(practice_id: uuid.UUID, file_id: uuid.UUID) -> Any:
    """Show a file no longer."""
    service.remove_file(practice_id, file_id, version=_version(), actor=current_actor())
    flash(_("The new version does not show it; earlier versions keep it."))
    return _back(practice_id)

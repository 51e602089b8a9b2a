"""Comments, files, links and history of any record; the notices of the person signed in."""

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import secure_filename

from network.identity.permissions import Permission
from network.kernel.errors import NotFound, ValidationFailed
from network.records import queries, service
from network.records.registry import get_record_type, list_record_types, notice_texts
from network.web.access import current_actor, requires

bp = Blueprint("records", __name__, template_folder="templates")


def record_url(record_type: str, record_id: uuid.UUID) -> str:
    """The address of a record's page."""
    kind = get_record_type(record_type)
    values: dict[str, Any] = {kind.id_name: record_id}
    return url_for(kind.endpoint, **values)


def _ids(values: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(value) for value in values]
    except ValueError:
        raise NotFound("id") from None


def _back(record_type: str, record_id: uuid.UUID) -> Any:
    return redirect(record_url(record_type, record_id) + "#about")


@bp.app_template_global()
def changes_of(event: Any) -> list[tuple[str, str, str]]:
    """The changed fields of an event in words."""
    return list(queries.describe_changes(event))


bp.add_app_template_global(record_url)


@bp.post("/records/<record_type>/<uuid:record_id>/comments")
@requires(Permission.RECORD_COMMENT)
def comment(record_type: str, record_id: uuid.UUID) -> Any:
    """Comment on a record. What can't be kept is shown again with the reason."""
    actor, body = current_actor(), request.form.get("body", "")
    mentioned = _ids(request.form.getlist("mentioned_ids"))
    try:
        service.add_comment(record_type, record_id, body=body, mentioned_ids=mentioned, actor=actor)
    except ValidationFailed as error:
        return _again(record_type, record_id, errors=error.errors, body=body)
    flash(_("Your comment is kept."))
    return _back(record_type, record_id)


def _again(record_type: str, record_id: uuid.UUID, *, errors: dict[str, list[str]], body: str = "") -> Any:
    queries.check_record(record_type, record_id, actor=current_actor())
    panel = queries.get_panel(record_type, record_id, actor=current_actor())
    title = queries.find_titles([(record_type, record_id)], actor=current_actor())
    page = render_template(
        "records/about.html", panel=panel, title=title[record_type, record_id], errors=errors, body=body
    )
    return page, 400


@bp.route("/records/comments/<uuid:comment_id>/edit", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMENT)
def edit_comment(comment_id: uuid.UUID) -> Any:
    """Change one's own comment."""
    actor = current_actor()
    found = queries.get_own_comment(comment_id, actor=actor)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            service.edit_comment(comment_id, body=request.form.get("body", ""), actor=actor)
            return _back(found.record_type, found.record_id)
        except ValidationFailed as error:
            errors = error.errors
    page = render_template(
        "records/edit_comment.html", comment=found, errors=errors, body=request.form.get("body", found.body)
    )
    return page, 400 if errors else 200


@bp.post("/records/comments/<uuid:comment_id>/delete")
@requires(Permission.RECORD_COMMENT)
def delete_comment(comment_id: uuid.UUID) -> Any:
    """Take one's own comment away, or bring it back."""
    is_deleted = request.form.get("undo") != "1"
    found = service.delete_comment(comment_id, is_deleted=is_deleted, actor=current_actor())
    if is_deleted:
        flash(_("The comment is taken away."))
        return redirect(url_for("records.removed", kind="comment", item_id=comment_id))
    return _back(found.record_type, found.record_id)


@bp.post("/records/<record_type>/<uuid:record_id>/attachments")
@requires(Permission.RECORD_COMMENT)
def attach(record_type: str, record_id: uuid.UUID) -> Any:
    """Attach a file to a record."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise ValidationFailed({"file": [_("Choose a file.")]})
        service.attach_file(record_type, record_id, file=file.stream, name=file.filename, actor=current_actor())
    except ValidationFailed as error:
        return _again(record_type, record_id, errors=error.errors)
    flash(_("The file is kept."))
    return _back(record_type, record_id)


@bp.get("/records/attachments/<uuid:attachment_id>")
@requires(Permission.RECORD_READ)
def open_attachment(attachment_id: uuid.UUID) -> Response:
    """Download a file; it is never shown inside this site."""
    found = queries.get_attachment(attachment_id, actor=current_actor())
    response = Response(b"".join(queries.read_attachment(found)), mimetype=found.media_type)
    plain = secure_filename(found.file_name) or "file"
    response.headers.set("Content-Disposition", "attachment", filename=plain)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.post("/records/attachments/<uuid:attachment_id>/delete")
@requires(Permission.RECORD_COMMENT)
def delete_attachment(attachment_id: uuid.UUID) -> Any:
    """Take a file away, or bring it back."""
    is_deleted = request.form.get("undo") != "1"
    found = service.delete_attachment(attachment_id, is_deleted=is_deleted, actor=current_actor())
    if is_deleted:
        flash(_("The file is taken away."))
        return redirect(url_for("records.removed", kind="attachment", item_id=attachment_id))
    return _back(found.record_type, found.record_id)


@bp.get("/records/removed/<any(comment, attachment):kind>/<uuid:item_id>")
@requires(Permission.RECORD_COMMENT)
def removed(kind: str, item_id: uuid.UUID) -> Any:
    """Offer to undo."""
    found = queries.get_removed(kind, item_id, actor=current_actor())
    return render_template("records/removed.html", kind=kind, item_id=item_id, found=found)


@bp.get("/records/<record_type>/<uuid:record_id>/links")
@requires(Permission.RECORD_COMMENT)
def choose_link(record_type: str, record_id: uuid.UUID) -> Any:
    """Search for a record to link to."""
    actor = current_actor()
    queries.check_record(record_type, record_id, actor=actor)
    words = request.args.get("q", "")[:200]
    page = queries.search_records(words, actor=actor, record_type=request.args.get("type", ""))
    found = [entry for entry in page.items if (entry.record_type, entry.record_id) != (record_type, record_id)]
    title = queries.find_titles([(record_type, record_id)], actor=actor)
    return render_template(
        "records/choose_link.html", record_type=record_type, record_id=record_id, words=words, found=found,
        title=title[record_type, record_id], kinds=list_record_types(actor),
        labels={kind.name: kind.label for kind in list_record_types(actor)},
    )  # fmt: skip


@bp.post("/records/<record_type>/<uuid:record_id>/links")
@requires(Permission.RECORD_COMMENT)
def link(record_type: str, record_id: uuid.UUID) -> Any:
    """Link two records, or take a link away."""
    actor, to_type, to_id = current_actor(), request.form.get("to_type", ""), request.form.get("to_id", "")
    if "target" in request.form:
        to_type, _colon, to_id = request.form["target"].partition(":")
    other = _ids([to_id])[0]
    if "remove" in request.form:
        service.unlink_records(record_type, record_id, to_type=to_type, to_id=other, actor=actor)
        flash(_("The link is taken away."))
    else:
        service.link_records(
            record_type, record_id, to_type=to_type, to_id=other, note=request.form.get("note", ""), actor=actor
        )
        flash(_("The records are linked."))
    return _back(record_type, record_id)


@bp.get("/notifications/")
@requires(Permission.NOTICE_READ)
def notifications() -> Any:
    """What waits for the person signed in."""
    actor = current_actor()
    page = queries.list_notifications(
        actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    titles = queries.find_titles([(n.record_type, n.record_id) for n in page.items], actor=actor)
    return render_template(
        "records/notifications.html", page=page, titles=titles, choice=queries.get_mail_choice(actor=actor),
        texts=notice_texts(),
    )  # fmt: skip


@bp.post("/notifications/")
@requires(Permission.NOTICE_READ)
def change_notifications() -> Any:
    """Mark notices as seen, or choose how to be told by mail."""
    actor = current_actor()
    if "choice" in request.form:
        service.choose_mail(request.form["choice"], actor=actor)
        flash(_("Your choice is kept."))
    elif "all" in request.form:
        service.mark_read(None, actor=actor)
    else:
        service.mark_read(_ids(request.form.getlist("id")), actor=actor)
    return redirect(url_for("records.notifications"))

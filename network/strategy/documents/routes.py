"""The whole strategy to read, print and take along."""

import uuid
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.errors import NotFound
from network.strategy import codes
from network.strategy.documents.docx import make_docx
from network.strategy.documents.markdown import make_markdown
from network.strategy.documents.pdf import file_name, make_pdf
from network.strategy.documents.words import heading_lines
from network.strategy.models import StrategyVersion
from network.strategy.queries import get_strategy
from network.strategy.routes.editing import read_id
from network.strategy.versions.document import Document, build_document
from network.strategy.versions.queries import get_version, list_versions, read_version
from network.web.access import current_actor, requires

bp = Blueprint("documents", __name__, url_prefix="/strategy/<uuid:strategy_id>", template_folder="../templates")

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}


def _read(strategy_id: uuid.UUID) -> tuple[Document, StrategyVersion | None]:
    """The document that the address means: a version, or what the strategy says now."""
    actor, wanted = current_actor(), request.args.get("version", "")
    strategy = get_strategy(strategy_id, actor=actor)
    if not wanted:
        return build_document(strategy, actor=actor), None
    version_id = read_id(wanted)
    if version_id is None:
        raise NotFound("version")
    version = get_version(strategy_id, version_id, actor=actor)
    return read_version(version, actor=actor), version


@bp.get("/document")
@requires(Permission.STRATEGY_READ)
def show(strategy_id: uuid.UUID) -> Any:
    """The document on the screen, ready to print."""
    document, version = _read(strategy_id)
    actor = current_actor()
    choices = [(v.version_id, _("Version %(number)s", number=v.number) + f" · {codes.STATES[v.state]}")
               for v in list_versions(strategy_id, actor=actor) if v.state != "draft"]  # fmt: skip
    args: dict[str, Any] = {"version": version.version_id} if version else {}
    links = [(label, url_for("documents.download", strategy_id=strategy_id, kind=kind, **args))
             for kind, label in (("pdf", "PDF"), ("docx", "DOCX"), ("md", "Markdown"))]  # fmt: skip
    return render_template(
        "documents/show.html", document=document, version=version, codes=codes, choices=choices, links=links,
        strategy_id=strategy_id,
    )  # fmt: skip


@bp.get("/document.<any(pdf, docx, md):kind>")
@requires(Permission.STRATEGY_READ)
def download(strategy_id: uuid.UUID, kind: str) -> Response:
    """The document as a file."""
    document, version = _read(strategy_id)
    if kind == "pdf":
        page = render_template("documents/pdf.html", document=document, version=version, codes=codes)
        content: bytes | str = make_pdf(page)
    elif kind == "docx":
        content = make_docx(document, heading_lines(document, version))
    else:
        content = make_markdown(document, heading_lines(document, version))
    response = Response(content, content_type=MEDIA_TYPES[kind])
    name = f"{file_name(document.title)}{f'-{version.number}' if version else ''}.{kind}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response

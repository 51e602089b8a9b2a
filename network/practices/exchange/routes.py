"""Pages on which cities adapt practices and report back, and the small forms of a practice's page."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.practices.exchange import codes, queries, service
from network.practices.exchange.models import PracticeAdaptation
from network.practices.exchange.queries import AdaptationFilter
from network.practices.exchange.schemas import AdaptationSchema, AnswerSchema, QuestionSchema, ReportSchema
from network.practices.queries import get_practice
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form, read_version

bp = Blueprint("exchange", __name__, template_folder="templates")
GOALS = {"action": "actions.create", "programme": "programmes.create"}
"""Where an adaptation can go on: the pages that begin a record with ``practice`` in their address."""


def open_goals() -> list[str]:
    """The goals whose pages this installation has."""
    return [name for name, endpoint in GOALS.items() if endpoint in current_app.view_functions]


def _filter() -> AdaptationFilter:
    status = request.args.get("status", "")
    return AdaptationFilter(
        status=status if status in codes.STATUS else "", text=request.args.get("q", "").strip()[:200],
        is_archived=request.args.get("archived") == "1",
    )  # fmt: skip


@bp.get("/adaptations/")
@requires(Permission.PRACTICE_DRAFT)
def index() -> Any:
    """What the city adapts from others."""
    actor, wanted = current_actor(), _filter()
    chips = [("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
             ("status", wanted.status and str(codes.STATUS[wanted.status])),
             ("archived", wanted.is_archived and _("Archived"))]  # fmt: skip
    return render_template(
        "exchange/index.html", codes=codes, chip_items=[chip for chip in chips if chip[1]],
        page=queries.list_adaptations(
            wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
        ),
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip


@bp.get("/adaptations/export.<any(csv, xlsx):kind>")
@requires(Permission.PRACTICE_DRAFT)
def export(kind: str) -> Any:
    """The filtered list as a file."""
    headers = [_("Title"), _("Status"), _("Start"), _("What you changed"), _("What happened"), _("Do you recommend it?"),
               _("Day of this report"), _("Who may read this")]  # fmt: skip
    rows = ([a.title, codes.STATUS[a.status], a.started_on, a.changed, a.happened, codes.RECOMMENDS.get(a.recommends, ""),
             a.reported_on, codes.SHARED_WITH[a.shared_with]]
            for a in queries.all_adaptations(_filter(), actor=current_actor()))  # fmt: skip
    return download(kind, "adaptations", headers, rows)


@bp.route("/adaptations/new", methods=["GET", "POST"])
@requires(Permission.PRACTICE_ADAPT)
def create() -> Any:
    """Adapt the practice that ``practice`` names, and go on to the action or programme if wanted."""
    actor = current_actor()
    practice = get_practice(request.values.get("practice", "")[:200])
    form = Form(AdaptationSchema(), request.form if request.method == "POST" else None,
                {"title": practice.title, "status": "planned", "shared_with": "author" if practice.author_id else "network"})  # fmt: skip
    if request.method == "POST":
        try:
            found = service.adapt_practice(practice.slug, form.load(), actor=actor)
            flash(_("The adaptation is noted. Report back when you know more."))
            goal = request.form.get("goal", "")
            if goal in open_goals():
                return redirect(url_for(GOALS[goal], practice=practice.slug))
            return redirect(url_for("exchange.show", adaptation_id=found.adaptation_id))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
            practice = get_practice(request.values.get("practice", "")[:200])
    page = render_template(
        "exchange/edit.html", form=form, practice=practice, adaptation=None, theirs=None, goals=open_goals(),
        is_report=False,
    )  # fmt: skip
    return page, 400 if form.errors else 200


@bp.get("/adaptations/<uuid:adaptation_id>")
@requires(Permission.PRACTICE_DRAFT)
def show(adaptation_id: uuid.UUID) -> Any:
    """One adaptation of the city."""
    actor = current_actor()
    found = queries.get_adaptation(adaptation_id, actor=actor)
    return render_template(
        "exchange/show.html", adaptation=found, practice=queries.find_practice(found.practice_id), codes=codes,
        panel=get_panel("adaptation", adaptation_id, actor=actor), may_write=actor.may(Permission.PRACTICE_ADAPT),
    )  # fmt: skip


def _values(found: PracticeAdaptation, is_report: bool) -> dict[str, Any]:
    schema = ReportSchema() if is_report else AdaptationSchema()
    values = {name: getattr(found, name) for name in schema.load_fields}
    if is_report and found.reported_on is None:
        values["reported_on"] = date.today()
    return values


@bp.route("/adaptations/<uuid:adaptation_id>/<any(edit, report):what>", methods=["GET", "POST"])
@requires(Permission.PRACTICE_ADAPT)
def edit(adaptation_id: uuid.UUID, what: str) -> Any:
    """Change an adaptation or report back on it; when somebody else was faster, both texts are shown."""
    actor, is_report = current_actor(), what == "report"
    schema = ReportSchema if is_report else AdaptationSchema
    found = queries.get_adaptation(adaptation_id, actor=actor)
    form = Form(schema(), request.form if request.method == "POST" else None, _values(found, is_report))
    theirs, status = None, 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.change_adaptation(
                adaptation_id, form.load(), version=read_version(version), actor=actor
            )
            flash(_("Thank you: others learn from your report.") if is_report else _("The adaptation is changed."))
            return redirect(url_for("exchange.show", adaptation_id=adaptation_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            found = queries.get_adaptation(adaptation_id, actor=actor)
        except Conflict:
            db.session.rollback()
            found, status = queries.get_adaptation(adaptation_id, actor=actor), 409
            theirs = Form(schema(), None, _values(found, is_report))
    page = render_template(
        "exchange/edit.html", form=form, practice=queries.find_practice(found.practice_id), adaptation=found,
        theirs=theirs, goals=[], is_report=is_report,
    )  # fmt: skip
    return page, status


@bp.post("/adaptations/<uuid:adaptation_id>/archive")
@requires(Permission.PRACTICE_ADAPT)
def archive(adaptation_id: uuid.UUID) -> Any:
    """Archive an adaptation, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_adaptation(adaptation_id, is_archived=is_archived, actor=current_actor())
    flash(_("The adaptation is archived.") if is_archived else _("The adaptation is back."))
    return redirect(url_for("exchange.show", adaptation_id=adaptation_id))


@bp.post("/practices/<slug>/questions")
@requires(Permission.PRACTICE_ASK)
def ask(slug: str) -> Any:
    """Ask the authors, or answer as one of them."""
    actor = current_actor()
    if "question" in request.form:
        try:
            question_id = uuid.UUID(request.form["question"])
        except ValueError:
            raise NotFound("question") from None
        data = Form(AnswerSchema(), request.form).load()
        service.answer(slug, question_id, text_of_answer=data["answer"], actor=actor)
        flash(_("Your answer is kept."))
    else:
        data = Form(QuestionSchema(), request.form).load()
        service.ask(slug, body=data["body"], is_private=data["is_private"], actor=actor)
        flash(_("Your question is on its way to the authors."))
    return redirect(url_for("practices.show", slug=slug) + "#questions")


@bp.post("/practices/<slug>/thanks")
@requires(Permission.PRACTICE_ASK)
def thank(slug: str) -> Any:
    """Say thanks, or take that back."""
    is_thanked = request.form.get("undo") != "1"
    service.thank(slug, note=request.form.get("note", ""), is_thanked=is_thanked, actor=current_actor())
    flash(_("The authors will be glad.") if is_thanked else _("Your thanks are taken back."))
    return redirect(url_for("practices.show", slug=slug) + "#travels")

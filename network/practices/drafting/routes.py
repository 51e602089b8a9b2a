"""Pages on which a city drafts, submits, approves and withdraws its practices."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.practices import codes, life
from network.practices.contact.queries import find_contact
from network.practices.drafting import pages, queries, service
from network.practices.drafting.checks import check_text
from network.practices.drafting.models import Practice
from network.practices.drafting.queries import DraftFilter
from network.practices.drafting.schemas import DraftSchema, RemarkSchema, as_typed, field_label
from network.practices.exchange.codes import RECOMMENDS
from network.practices.reading.queries import get_journey
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form, read_version

bp = Blueprint("drafting", __name__, url_prefix="/our-practices", template_folder="templates")


def _filter() -> DraftFilter:
    status = request.args.get("status", "")
    return DraftFilter(
        status=status if status in life.STATUS else "", text=request.args.get("q", "").strip()[:200],
        is_mine=request.args.get("mine") == "1",
    )  # fmt: skip


def _chips(wanted: DraftFilter) -> list[tuple[str, str]]:
    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("status", wanted.status and life.STATUS[wanted.status].label),
        ("mine", wanted.is_mine and _("Only mine")),
    ]
    return [(name, str(said)) for name, said in found if said]


@bp.get("/")
@requires(Permission.PRACTICE_DRAFT)
def index() -> Any:
    """The city's own practices in every state."""
    actor, wanted = current_actor(), _filter()
    page = queries.list_drafts(
        wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return render_template(
        "drafting/index.html", page=page, chip_items=_chips(wanted), life=life, codes=codes,
        counts=(counts := queries.count_states(actor=actor)),
        state_choices=[(s.value, f"{s.label} ({counts[s.value]})") for s in life.STATUS.values() if s.value in counts],
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        may_write=actor.may(Permission.PRACTICE_WRITE), today=date.today(),
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.PRACTICE_DRAFT)
def export(kind: str) -> Any:
    """The filtered list as a file."""
    headers = [_("Title"), _("Summary"), _("Status"), _("Version"), _("Last change"), _("Look at it again on")]
    rows = ([p.title, p.summary, life.STATUS[p.status].label, p.version_no, p.updated_at, p.renew_on]
            for p in queries.all_drafts(_filter(), actor=current_actor()))  # fmt: skip
    return download(kind, "our-practices", headers, rows)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PRACTICE_WRITE)
def create() -> Any:
    """Begin a practice."""
    form = Form(DraftSchema(), request.form if request.method == "POST" else None,
                {"language": "en", "cost_band": "unknown", "evidence_rating": 0})  # fmt: skip
    if request.method == "POST":
        try:
            practice = service.start_draft(form.load(), actor=current_actor())
            flash(_("The draft is kept. Only your city reads it."))
            return redirect(url_for("drafting.show", practice_id=practice.practice_id))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
    page = render_template("drafting/edit.html", form=form, practice=None, theirs=None)
    return page, 400 if form.errors else 200


@bp.route("/<uuid:practice_id>/edit", methods=["GET", "POST"])
@requires(Permission.PRACTICE_WRITE)
def edit(practice_id: uuid.UUID) -> Any:
    """Change the text; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    practice = queries.get_draft(practice_id, actor=actor)
    if not queries.may_edit(practice, actor=actor):
        raise NotFound("practice")
    form = Form(DraftSchema(), request.form if request.method == "POST" else None, as_typed(practice.content))
    theirs, status = None, 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.change_draft(
                practice_id, form.load(), version=read_version(version), actor=actor
            )
            flash(_("The new version is kept."))
            return redirect(url_for("drafting.show", practice_id=practice_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            practice = queries.get_draft(practice_id, actor=actor)
        except Conflict:
            db.session.rollback()
            practice, status = queries.get_draft(practice_id, actor=actor), 409
            theirs = Form(DraftSchema(), None, as_typed(practice.content))
    return render_template("drafting/edit.html", form=form, practice=practice, theirs=theirs), status


@bp.get("/<uuid:practice_id>")
@requires(Permission.PRACTICE_DRAFT)
def show(practice_id: uuid.UUID) -> Any:
    """One practice of the city: its text, state, remarks, decisions, versions."""
    return _show(practice_id, Form(RemarkSchema()))


def _show(practice_id: uuid.UUID, remark_form: Form) -> Any:
    actor = current_actor()
    practice = queries.get_draft(practice_id, actor=actor)
    remarks = queries.list_remarks(practice.city_id, practice_id)
    people = queries.list_possible_authors(actor=actor)
    page = render_template(
        "drafting/show.html", practice=practice, life=life, codes=codes, actor=actor,
        fields=list(pages.show_fields(practice.content, remarks)),
        general=[remark for remark in remarks if not remark.field],
        steps=queries.list_open_steps(practice, actor=actor), may_edit=queries.may_edit(practice, actor=actor),
        advice=check_text(practice.content) if practice.status in life.EDITABLE else [], field_label=field_label,
        versions=queries.list_versions(practice.city_id, practice_id),
        decisions=queries.list_decisions(practice.city_id, practice_id),
        people=people, names=dict(people), new_remark=remark_form, field_choices=pages.field_choices(),
        may_choose_authors=queries.is_author(practice, actor) or actor.role == "coordinator",
        panel=get_panel("practice", practice_id, actor=actor), here="drafting.remark",
        here_args={"practice_id": practice_id}, contact=find_contact(practice.city_id, practice_id),
        writers=queries.WRITING_ROLES,
        journey=get_journey(practice_id) if practice.published_version else None, recommends=RECOMMENDS,
    )  # fmt: skip
    return page, 400 if remark_form.errors else 200


@bp.get("/<uuid:practice_id>/versions/<int:version_no>")
@requires(Permission.PRACTICE_DRAFT)
def version(practice_id: uuid.UUID, version_no: int) -> Any:
    """One version, and how it differs from another: the one before unless ``with`` names it."""
    actor = current_actor()
    practice = queries.get_draft(practice_id, actor=actor)
    return show_version(practice, version_no, back=url_for("drafting.show", practice_id=practice_id))


def show_version(practice: Practice, version_no: int, *, back: str) -> Any:
    """The page of one version, for whoever may read it."""
    shown = queries.get_version(practice.city_id, practice.practice_id, version_no)
    versions = queries.list_versions(practice.city_id, practice.practice_id)
    earlier = [v.version_no for v in versions if v.version_no < version_no]
    other = request.args.get("with", type=int) or (earlier[0] if earlier else 0)
    differences = []
    if other and other != version_no:
        before = queries.get_version(practice.city_id, practice.practice_id, other)
        differences = queries.compare_texts(before.content, shown.content)
    return render_template(
        "drafting/version.html", practice=practice, shown=shown, other=other, versions=versions,
        differences=differences, fields=list(pages.show_fields(shown.content, [])), back=back, codes=codes,
    )  # fmt: skip


@bp.post("/<uuid:practice_id>/authors")
@requires(Permission.PRACTICE_WRITE)
def authors(practice_id: uuid.UUID) -> Any:
    """Say who the authors are."""
    chosen = []
    for value in request.form.getlist("author_ids"):
        try:
            chosen.append(uuid.UUID(value))
        except ValueError:
            raise NotFound("person") from None
    service.choose_authors(practice_id, chosen, actor=current_actor())
    flash(_("The authors are changed."))
    return redirect(url_for("drafting.show", practice_id=practice_id))


@bp.post("/<uuid:practice_id>/step")
@requires(Permission.PRACTICE_DRAFT)
def step(practice_id: uuid.UUID) -> Any:
    """Take a step in the life of the practice."""
    actor, name = current_actor(), request.form.get("step", "")
    try:
        practice = service.take_step(practice_id, name, visibility=request.form.get("visibility", ""), actor=actor)
    except ValidationFailed as error:
        db.session.rollback()
        practice = queries.get_draft(practice_id, actor=actor)
        page = render_template("drafting/incomplete.html", practice=practice, errors=error.errors, field_label=field_label)
        return page, 400
    said = {
        "submit": _("The network's curators have it now. You can take it back at any time."),
        "take_back": _("It is a draft again; the curators do not see it any more."),
        "publish": _("It stands in the library now."),
        "confirm": _("Thank you: it stays in the library for two more years."),
        "revise": _("Change the text now; what is published stays until the new version is accepted."),
        "withdraw": _("It is withdrawn: search, feed, exports and the API do not know it any more."),
        "archive": _("It is archived."), "restore": _("It is a draft again."),
    }  # fmt: skip
    flash(said.get(name, life.STATUS[practice.status].label))
    return redirect(url_for("drafting.show", practice_id=practice_id))


@bp.post("/<uuid:practice_id>/remarks")
@requires(Permission.PRACTICE_DRAFT)
def remark(practice_id: uuid.UUID) -> Any:
    """Remark on a passage, or settle a remark."""
    actor = current_actor()
    practice = queries.get_draft(practice_id, actor=actor)
    if "settle" in request.form or "reopen" in request.form:
        return settle(practice, url_for("drafting.show", practice_id=practice_id))
    form = Form(RemarkSchema(), request.form)
    try:
        service.add_remark(
            practice, version_no=practice.version_no, content=practice.content, data=form.load(), is_from_city=True,
            actor=actor,
        )  # fmt: skip
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(practice_id, form)
    flash(_("Your remark is kept."))
    return redirect(url_for("drafting.show", practice_id=practice_id) + "#remarks")


def settle(practice: Any, back: str) -> Any:
    """Settle or open the remark that the form names, and go back."""
    is_settled = "settle" in request.form
    try:
        remark_id = uuid.UUID(request.form["settle" if is_settled else "reopen"])
    except ValueError:
        raise NotFound("remark") from None
    service.settle_remark(practice, remark_id, is_settled=is_settled)
    return redirect(back + "#remarks")

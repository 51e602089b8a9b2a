"""Pages of the network's curators, and the rubric that everybody may read."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.practices import codes, life
from network.practices.curation import queries, service
from network.practices.curation.queries import QueueFilter
from network.practices.curation.rubric import RUBRIC, SCORES
from network.practices.curation.schemas import AssignSchema, ConflictSchema, DecisionSchema, ScoreSchema
from network.practices.drafting import pages
from network.practices.drafting.checks import check_text
from network.practices.drafting.queries import get_version, list_decisions, list_remarks, list_versions
from network.practices.drafting.routes import settle, show_version
from network.practices.drafting.schemas import RemarkSchema, field_label
from network.practices.drafting.service import add_remark
from network.practices.queries import count_tags, find_alike, list_pairs_alike
from network.practices.service import clean_tags, feature_practice, merge_tags, tag_practice
from network.web.access import current_actor, public, requires
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("curation", __name__, template_folder="templates")


@bp.get("/practice-rubric")
@public
def rubric() -> Any:
    """By what submitted practices are judged."""
    return render_template("curation/rubric.html", rubric=RUBRIC, scores=SCORES, codes=codes)


def _filter() -> QueueFilter:
    status, wanted = request.args.get("status", ""), request.args.get("for", "")
    return QueueFilter(
        status=status if status in life.OPEN_TO_CURATORS else "", is_mine=wanted == "me",
        is_overdue=wanted == "overdue", is_unassigned=wanted == "nobody",
    )  # fmt: skip


@bp.get("/review/")
@requires(Permission.PRACTICE_REVIEW)
def queue() -> Any:
    """What waits for the curators."""
    actor, wanted = current_actor(), _filter()
    counts = queries.count_queue()
    who = {"me": _("For me"), "nobody": _("Without a reviewer"), "overdue": _("Overdue")}
    chips = [("status", wanted.status and str(life.STATUS[wanted.status].label)),
             ("for", who.get(request.args.get("for", ""), ""))]  # fmt: skip
    return render_template(
        "curation/queue.html", life=life, who=list(who.items()), chip_items=[c for c in chips if c[1]],
        page=queries.list_queue(
            wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
        ),
        states=[(s, f"{life.STATUS[s].label} ({counts.get(s, 0)})") for s in life.OPEN_TO_CURATORS],
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip


@bp.get("/review/export.<any(csv, xlsx):kind>")
@requires(Permission.PRACTICE_REVIEW)
def export(kind: str) -> Any:
    """The filtered queue as a file."""
    headers = [_("Title"), _("City"), _("Country"), _("Status"), _("Submitted"), _("Reviewers"), _("Scored")]
    rows = ([r.title, r.city, r.country, life.STATUS[r.practice.status].label, r.practice.submitted_at, r.reviewers,
             r.scored] for r in queries.all_in_queue(_filter(), actor=current_actor()))  # fmt: skip
    return download(kind, "review-queue", headers, rows)


@bp.get("/review/<uuid:city_id>/<uuid:practice_id>")
@requires(Permission.PRACTICE_REVIEW)
def show(city_id: uuid.UUID, practice_id: uuid.UUID) -> Any:
    """One submitted practice: its text, its reviews, what can be done."""
    return _show(city_id, practice_id)


def _show(city_id: uuid.UUID, practice_id: uuid.UUID, **forms: Form) -> Any:
    actor = current_actor()
    practice = queries.get_submitted(city_id, practice_id)
    version = get_version(city_id, practice_id, practice.shared_version or 0)
    reviews = queries.list_reviews(practice)
    mine = next((r for r in reviews if r.reviewer_id == actor.person_id), None)
    initial = {name: getattr(mine, name) for name in ScoreSchema().load_fields} if mine else {}
    remarks = list_remarks(city_id, practice_id)
    curators = [(str(person_id), name) for person_id, name in queries.list_curators(actor=actor)]
    page = render_template(
        "curation/show.html", practice=practice, version=version, reviews=reviews, mine=mine, life=life,
        rubric=RUBRIC, rubric_headers=[(c.label, "num") for c in RUBRIC.values()], fields=list(pages.show_fields(version.content, remarks)), codes=codes,
        general=[remark for remark in remarks if not remark.field], actor=actor,
        # Reviewers judge on their own: the scores of others are shown to whoever has scored.
        may_see_scores=mine is None or mine.scored_at is not None or mine.has_conflict,
        mean=queries.mean_score(reviews), scored=queries.count_scored(reviews), fewest=service.FEWEST_REVIEWERS,
        advice=[a for a in check_text(version.content) if a.kind == "personal"], field_label=field_label,
        alike=find_alike(version.title, version.content.get("summary", ""), city=version.content["city"],
                         but_not=practice_id),
        decisions=list_decisions(city_id, practice_id), versions=list_versions(city_id, practice_id),
        score_form=forms.get("score_form") or Form(ScoreSchema(), None, initial),
        decision_form=forms.get("decision_form") or Form(DecisionSchema()),
        conflict_form=forms.get("conflict_form") or Form(ConflictSchema()),
        assign_form=forms.get("assign_form") or Form(AssignSchema(), choices={"reviewer_id": curators}),
        new_remark=forms.get("new_remark") or Form(RemarkSchema()), field_choices=pages.field_choices(),
        curators=curators, here="curation.remark", here_args={"city_id": city_id, "practice_id": practice_id},
    )  # fmt: skip
    return page, 400 if any(form.errors for form in forms.values()) else 200


def _back(city_id: uuid.UUID, practice_id: uuid.UUID) -> Any:
    return redirect(url_for("curation.show", city_id=city_id, practice_id=practice_id))


@bp.get("/review/<uuid:city_id>/<uuid:practice_id>/versions/<int:version_no>")
@requires(Permission.PRACTICE_REVIEW)
def version(city_id: uuid.UUID, practice_id: uuid.UUID, version_no: int) -> Any:
    """One submitted version and how it differs from another."""
    practice = queries.get_submitted(city_id, practice_id)
    return show_version(
        practice, version_no, back=url_for("curation.show", city_id=city_id, practice_id=practice_id)
    )


@bp.post("/review/<uuid:city_id>/<uuid:practice_id>/reviewers")
@requires(Permission.PRACTICE_REVIEW)
def assign(city_id: uuid.UUID, practice_id: uuid.UUID) -> Any:
    """Ask somebody to review, or take that back."""
    actor = current_actor()
    if "remove" in request.form:
        try:
            reviewer_id = uuid.UUID(request.form["remove"])
        except ValueError:
            raise NotFound("review") from None
        service.remove_reviewer(city_id, practice_id, reviewer_id=reviewer_id)
        flash(_("The assignment is taken back."))
        return _back(city_id, practice_id)
    curators = [(str(person_id), name) for person_id, name in queries.list_curators(actor=actor)]
    form = Form(AssignSchema(), request.form, choices={"reviewer_id": curators})
    try:
        data = form.load()
        service.assign_reviewer(
            city_id, practice_id, reviewer_id=data["reviewer_id"], due_on=data["due_on"], actor=actor
        )
    except ValidationFailed as error:
        db.session.rollback()
        form.errors = error.errors
        return _show(city_id, practice_id, assign_form=form)
    flash(_("The reviewer is assigned."))
    return _back(city_id, practice_id)


@bp.post("/review/<uuid:city_id>/<uuid:practice_id>/score")
@requires(Permission.PRACTICE_REVIEW)
def score(city_id: uuid.UUID, practice_id: uuid.UUID) -> Any:
    """Give one's scores."""
    form = Form(ScoreSchema(), request.form)
    try:
        service.score(city_id, practice_id, form.load(), actor=current_actor())
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(city_id, practice_id, score_form=form)
    flash(_("Your scores are kept."))
    return _back(city_id, practice_id)


@bp.post("/review/<uuid:city_id>/<uuid:practice_id>/conflict")
@requires(Permission.PRACTICE_REVIEW)
def conflict(city_id: uuid.UUID, practice_id: uuid.UUID) -> Any:
    """Declare a conflict of interest."""
    form = Form(ConflictSchema(), request.form)
    try:
        service.declare_conflict(city_id, practice_id, note=form.load()["conflict_note"], actor=current_actor())
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(city_id, practice_id, conflict_form=form)
    flash(_("Your conflict of interest is noted: others review and decide."))
    return _back(city_id, practice_id)


@bp.post("/review/<uuid:city_id>/<uuid:practice_id>/decision")
@requires(Permission.PRACTICE_REVIEW)
def decide(city_id: uuid.UUID, practice_id: uuid.UUID) -> Any:
    """Decide, with reasons."""
    form = Form(DecisionSchema(), request.form)
    try:
        data = form.load()
        service.decide(city_id, practice_id, outcome=data["outcome"], reasons=data["reasons"], actor=current_actor())
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(city_id, practice_id, decision_form=form)
    flash(_("The decision is kept; the city's authors are told."))
    return _back(city_id, practice_id)


@bp.post("/review/<uuid:city_id>/<uuid:practice_id>/remarks")
@requires(Permission.PRACTICE_REVIEW)
def remark(city_id: uuid.UUID, practice_id: uuid.UUID) -> Any:
    """Remark on a passage, or settle a remark."""
    practice = queries.get_submitted(city_id, practice_id)
    if "settle" in request.form or "reopen" in request.form:
        return settle(practice, url_for("curation.show", city_id=city_id, practice_id=practice_id))
    form = Form(RemarkSchema(), request.form)
    found = get_version(city_id, practice_id, practice.shared_version or 0)
    try:
        add_remark(
            practice, version_no=found.version_no, content=found.content, data=form.load(), is_from_city=False,
            actor=current_actor(),
        )  # fmt: skip
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(city_id, practice_id, new_remark=form)
    flash(_("Your remark is kept."))
    return redirect(url_for("curation.show", city_id=city_id, practice_id=practice_id) + "#remarks")


@bp.get("/review/tags")
@requires(Permission.PRACTICE_REVIEW)
def tags() -> Any:
    """The tags of the library, and pairs of practices that may be one."""
    return render_template("curation/tags.html", counts=count_tags(), pairs=list_pairs_alike())


@bp.post("/review/tags")
@requires(Permission.PRACTICE_REVIEW)
def merge() -> Any:
    """Replace a tag by another."""
    count = merge_tags(request.form.get("tag", ""), into=request.form.get("into", ""))
    flash(_("Practices changed: %(count)s", count=count))
    return redirect(url_for("curation.tags"))


@bp.post("/practices/<slug>/curate")
@requires(Permission.PRACTICE_REVIEW)
def curate(slug: str) -> Any:
    """Give a published practice its tags, or put it forward."""
    if "feature" in request.form:
        feature_practice(slug, is_featured=request.form["feature"] == "1", note=request.form.get("note", ""))
        flash(_("The first page of the library is changed."))
    else:
        tag_practice(slug, clean_tags(request.form.get("tags", "")))
        flash(_("The tags are kept."))
    return redirect(url_for("practices.show", slug=slug))

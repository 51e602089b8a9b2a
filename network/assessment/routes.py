"""Pages of the assessment."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.assessment import codes, queries, service
from network.assessment.editing import edit_record, typed_version
from network.assessment.evidence.queries import get_evidence, question_text
from network.assessment.models import Assessment
from network.assessment.queries import AssessmentFilter
from network.assessment.schemas import (
    AssessmentSchema,
    CommunitySchema,
    RegisterSchema,
    ThreatSchema,
    first_values,
)
from network.identity.permissions import Permission
from network.partners.queries import partner_choices
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download

bp = Blueprint("assessments", __name__, url_prefix="/assessments", template_folder="templates")


def _filter() -> AssessmentFilter:
    status = request.args.get("status", "")
    return AssessmentFilter(
        status=status if status in codes.STATUS else "", text=request.args.get("q", "").strip()[:200],
        is_archived=request.args.get("archived") == "1",
    )  # fmt: skip


@bp.get("/")
@requires(Permission.ASSESSMENT_READ)
def index() -> Any:
    """The versions, the latest first."""
    actor, wanted = current_actor(), _filter()
    chips = [("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
             ("status", wanted.status and str(codes.STATUS[wanted.status])),
             ("archived", wanted.is_archived and _("Archived"))]  # fmt: skip
    return render_template(
        "assessment/index.html", codes=codes, may_write=actor.may(Permission.ASSESSMENT_WRITE),
        page=queries.list_assessments(
            wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
        ),
        chip_items=[(name, str(text)) for name, text in chips if text], has_open=queries.find_open(actor=actor) is not None,
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.ASSESSMENT_READ)
def export(kind: str) -> Any:
    """The filtered versions as a file."""
    headers = [_("Version"), _("Title"), _("Status"), _("From"), _("To"), _("Confidence"), _("Adopted on"), _("Adopted by"),
               _("Next review by"), _("Summary"), _("How it was made")]  # fmt: skip
    rows = (
        [a.number, a.title, str(codes.STATUS[a.status]), a.period_from, a.period_to,
         str(codes.CONFIDENCE_SHORT[a.confidence]), a.adopted_on, a.adopted_by_name, a.review_due, a.summary, a.method]
        for a in queries.all_assessments(_filter(), actor=current_actor())
    )  # fmt: skip
    return download(kind, "assessments", headers, rows)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def create() -> Any:
    """Begin the first assessment, or one from a blank page."""

    def save(data: dict[str, Any]) -> str:
        made = service.start_assessment(data, actor=current_actor())
        flash(_("The draft is begun. Add the threats and the communities now."))
        return url_for("assessments.show", assessment_id=made.assessment_id)

    return edit_record(
        AssessmentSchema, None, reload=lambda: None, save=save, initial=first_values(),
        heading=_("Begin an assessment"), back=url_for("assessments.index"),
    )  # fmt: skip


@bp.route("/<uuid:assessment_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def edit(assessment_id: uuid.UUID) -> Any:
    """Change the frame of a draft."""
    actor, here = current_actor(), url_for("assessments.show", assessment_id=assessment_id)

    def save(data: dict[str, Any]) -> str:
        service.change_assessment(assessment_id, data, version=typed_version(), actor=actor)
        flash(_("The assessment is changed."))
        return here

    def load() -> Assessment:
        return queries.get_assessment(assessment_id, actor=actor)

    return edit_record(AssessmentSchema, load(), reload=load, save=save, heading=_("Edit the assessment"), back=here)


@bp.get("/<uuid:assessment_id>")
@requires(Permission.ASSESSMENT_READ)
def show(assessment_id: uuid.UUID) -> Any:
    """One version: summary, risk matrix, threats, communities."""
    actor = current_actor()
    assessment = queries.get_assessment(assessment_id, actor=actor)
    may_write = actor.may(Permission.ASSESSMENT_WRITE)
    content = queries.get_content(assessment_id, actor=actor)
    return render_template(
        "assessment/show.html", evidence=get_evidence(assessment_id, actor=actor), question=question_text,
        names={t.threat_id: t.name for t in content.threats} | {c.community_id: c.name for c in content.communities},
        assessment=assessment, codes=codes, today=date.today(), may_write=may_write,
        content=content, may_change=may_write and assessment.is_open,
        may_adopt=actor.may(Permission.ASSESSMENT_ADOPT), is_free=queries.find_open(actor=actor) is None,
        panel=get_panel("assessment", assessment_id, actor=actor),
    )  # fmt: skip


@bp.get("/<uuid:assessment_id>/print")
@requires(Permission.ASSESSMENT_READ)
def paper(assessment_id: uuid.UUID) -> Any:
    """One version as a document to print."""
    actor = current_actor()
    return render_template(
        "assessment/print.html", assessment=queries.get_assessment(assessment_id, actor=actor), codes=codes,
        content=queries.get_content(assessment_id, actor=actor), evidence=get_evidence(assessment_id, actor=actor),
        question=question_text, today=date.today(),
    )  # fmt: skip


@bp.get("/compare")
@requires(Permission.ASSESSMENT_READ)
def compare() -> Any:
    """Two versions side by side; the two latest ones unless others are chosen."""
    actor = current_actor()
    versions = queries.all_assessments(AssessmentFilter(), actor=actor)
    by_id = {str(version.assessment_id): version for version in versions}
    view = None
    if len(versions) > 1:
        later = by_id.get(request.args.get("later", ""), versions[0])
        before = next((v for v in versions if v.number < later.number), versions[-1])
        view = queries.compare_versions(by_id.get(request.args.get("earlier", ""), before), later, actor=actor)
    words = {"new": _("New"), "gone": _("Not named any more"), "higher": _("Higher"), "lower": _("Lower"),
             "changed": _("Changed"), "same": _("The same")}  # fmt: skip
    return render_template(
        "assessment/compare.html", versions=versions, view=view, codes=codes, changes=words, question=question_text,
        choices=[(key, f"{v.number} {v.title} ({codes.STATUS[v.status]})") for key, v in by_id.items()],
    )  # fmt: skip


@bp.get("/<uuid:assessment_id>/threats.<any(csv, xlsx):kind>")
@requires(Permission.ASSESSMENT_READ)
def export_threats(assessment_id: uuid.UUID, kind: str) -> Any:
    """The threats of a version as a file."""
    actor = current_actor()
    queries.get_assessment(assessment_id, actor=actor)
    content = queries.get_content(assessment_id, actor=actor)
    headers = [_("Threat"), _("Ideology"), _("Likelihood"), _("Impact"), _("Risk"), _("Trend"), _("Confidence"),
               _("Communities that it hits"), _("Narrative"), _("Actors"), _("Places")]  # fmt: skip
    rows = (
        [t.name, str(codes.IDEOLOGY[t.ideology]), t.likelihood, t.impact, str(codes.RISK[t.risk]),
         str(codes.TREND[t.trend]), str(codes.CONFIDENCE_SHORT[t.confidence]),
         [c.name for c in content.hit_by(t)], t.narrative, t.actors, t.places] for t in content.threats
    )  # fmt: skip
    return download(kind, "threats", headers, rows)


@bp.get("/<uuid:assessment_id>/communities.<any(csv, xlsx):kind>")
@requires(Permission.ASSESSMENT_READ)
def export_communities(assessment_id: uuid.UUID, kind: str) -> Any:
    """The communities of a version as a file."""
    actor = current_actor()
    queries.get_assessment(assessment_id, actor=actor)
    content = queries.get_content(assessment_id, actor=actor)
    headers = [_("Community"), _("Who belongs to it"), _("Size"), _("What makes it vulnerable"), _("What protects it"),
               _("Who speaks for it"), _("Confidence"), _("Threats that hit it")]  # fmt: skip
    rows = (
        [c.name, c.groups, str(codes.SIZE[c.size_band]), c.vulnerability_factors, c.protective_factors,
         c.spoken_for_by, str(codes.CONFIDENCE_SHORT[c.confidence]), [t.name for t in content.threats_to(c)]]
        for c in content.communities
    )  # fmt: skip
    return download(kind, "communities", headers, rows)


@bp.post("/<uuid:assessment_id>/status")
@requires(Permission.ASSESSMENT_READ)
def move(assessment_id: uuid.UUID) -> Any:
    """Take a version a step on. Writers send it to review and back, who may adopt adopts."""
    actor, status = current_actor(), request.form.get("status", "")
    if not actor.may(Permission.ASSESSMENT_WRITE) and not actor.may(Permission.ASSESSMENT_ADOPT):
        return redirect(url_for("assessments.show", assessment_id=assessment_id))
    try:
        decided_on = date.fromisoformat(request.form.get("decided_on", ""))
    except ValueError:
        decided_on = None
    service.move_assessment(
        assessment_id, status, decided_by=request.form.get("decided_by", ""), decided_on=decided_on, actor=actor
    )
    said = {"in_review": _("The assessment is in review. Nobody changes it meanwhile."),
            "draft": _("The assessment is a draft again."), "adopted": _("The assessment is adopted.")}  # fmt: skip
    flash(said[status])
    return redirect(url_for("assessments.show", assessment_id=assessment_id))


@bp.post("/<uuid:assessment_id>/versions")
@requires(Permission.ASSESSMENT_WRITE)
def copy(assessment_id: uuid.UUID) -> Any:
    """Begin a new version as a copy."""
    made = service.copy_assessment(assessment_id, actor=current_actor())
    flash(_("The new version begins as a copy. Change what has changed."))
    return redirect(url_for("assessments.show", assessment_id=made.assessment_id))


@bp.post("/<uuid:assessment_id>/archive")
@requires(Permission.ASSESSMENT_WRITE)
def archive(assessment_id: uuid.UUID) -> Any:
    """Archive a draft, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_assessment(assessment_id, is_archived=is_archived, actor=current_actor())
    flash(_("The draft is archived.") if is_archived else _("The draft is back."))
    return redirect(url_for("assessments.show", assessment_id=assessment_id))


def _known(kind: str, named: list[str]) -> list[str]:
    found = queries.list_registered(kind, actor=current_actor(), limit=200).items
    return [item.name for item in found if item.name not in named]


@bp.route("/<uuid:assessment_id>/threats/new", methods=["GET", "POST"])
@bp.route("/<uuid:assessment_id>/threats/<uuid:threat_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def threat(assessment_id: uuid.UUID, threat_id: uuid.UUID | None = None) -> Any:
    """Add a threat to a draft, change it, or take it out."""
    actor, here = current_actor(), url_for("assessments.show", assessment_id=assessment_id)
    assessment = queries.get_assessment(assessment_id, actor=actor)
    if threat_id is not None and request.form.get("remove") == "1":
        service.remove_part("threat", assessment_id, threat_id, actor=actor)
        flash(_("The threat is taken out of this version."))
        return redirect(here)
    content = queries.get_content(assessment_id, actor=actor)
    hit = queries.list_exposed(assessment_id, threat_id, actor=actor) if threat_id else []

    def save(data: dict[str, Any]) -> str:
        service.save_threat(assessment_id, data, threat_id=threat_id, version=typed_version(), actor=actor)
        flash(_("The threat is kept."))
        return here

    def load() -> Any:
        return queries.get_part("threat", assessment_id, threat_id, actor=actor) if threat_id else None

    return edit_record(
        ThreatSchema, load(), reload=load, save=save, back=here, assessment=assessment,
        initial={"community_ids": [str(key) for key in hit]} if threat_id else {"name": request.args.get("name", "")[:200]},
        choices={"community_ids": [(str(c.community_id), c.name) for c in content.communities]},
        heading=_("Edit the threat") if threat_id else _("Add a threat"), may_remove=threat_id is not None,
        known=[] if threat_id else _known("threat", [t.name for t in content.threats]),
    )  # fmt: skip


@bp.route("/<uuid:assessment_id>/communities/new", methods=["GET", "POST"])
@bp.route("/<uuid:assessment_id>/communities/<uuid:community_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def community(assessment_id: uuid.UUID, community_id: uuid.UUID | None = None) -> Any:
    """Add a community to a draft, change it, or take it out."""
    actor, here = current_actor(), url_for("assessments.show", assessment_id=assessment_id)
    assessment = queries.get_assessment(assessment_id, actor=actor)
    if community_id is not None and request.form.get("remove") == "1":
        service.remove_part("community", assessment_id, community_id, actor=actor)
        flash(_("The community is taken out of this version."))
        return redirect(here)

    def save(data: dict[str, Any]) -> str:
        service.save_community(assessment_id, data, community_id=community_id, version=typed_version(), actor=actor)
        flash(_("The community is kept."))
        return here

    def load() -> Any:
        return queries.get_part("community", assessment_id, community_id, actor=actor) if community_id else None

    named = [] if community_id else [c.name for c in queries.get_content(assessment_id, actor=actor).communities]
    return edit_record(
        CommunitySchema, load(), reload=load, save=save, back=here, assessment=assessment,
        initial={} if community_id else {"name": request.args.get("name", "")[:200]},
        choices={"partner_id": partner_choices(actor=actor)},
        heading=_("Edit the community") if community_id else _("Add a community"), may_remove=community_id is not None,
        known=[] if community_id else _known("community", named),
    )  # fmt: skip


def _title(kind: str) -> str:
    return str(_("Threats") if kind == "threat" else _("Communities"))


@bp.get("/<any(threats, communities):kind>/")
@requires(Permission.ASSESSMENT_READ)
def register(kind: str) -> Any:
    """All threats or communities that the city has ever named."""
    actor, name = current_actor(), "threat" if kind == "threats" else "community"
    words, is_archived = request.args.get("q", "").strip()[:200], request.args.get("archived") == "1"
    page = queries.list_registered(
        name, text=words, is_archived=is_archived, actor=actor,
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    chips = [("q", words and _("Search: %(text)s", text=words)), ("archived", is_archived and _("Archived"))]
    ids = [getattr(item, f"{name}_id") for item in page.items]
    return render_template(
        "assessment/register.html", page=page, kind=kind, name=name, heading=_title(name),
        last=queries.find_last_named(name, ids, actor=actor), chip_items=[(n, str(t)) for n, t in chips if t],
        args={"kind": kind} | {k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip


@bp.get("/<any(threats, communities):kind>/export.<any(csv, xlsx):file>")
@requires(Permission.ASSESSMENT_READ)
def export_register(kind: str, file: str) -> Any:
    """A register as a file."""
    actor, name = current_actor(), "threat" if kind == "threats" else "community"
    found = queries.list_registered(
        name, text=request.args.get("q", "").strip()[:200], is_archived=request.args.get("archived") == "1",
        actor=actor, limit=2000,
    ).items  # fmt: skip
    last = queries.find_last_named(name, [getattr(item, f"{name}_id") for item in found], actor=actor)
    rows = ([i.name, i.description, last.get(getattr(i, f"{name}_id"))] for i in found)
    return download(file, kind, [_("Name"), _("Description"), _("Last named in version")], rows)


@bp.get("/threats/<uuid:threat_id>")
@requires(Permission.ASSESSMENT_READ)
def show_threat(threat_id: uuid.UUID) -> Any:
    """One threat over all versions."""
    return _show_registered("threat", threat_id)


@bp.get("/communities/<uuid:community_id>")
@requires(Permission.ASSESSMENT_READ)
def show_community(community_id: uuid.UUID) -> Any:
    """One community over all versions."""
    return _show_registered("community", community_id)


def _show_registered(name: str, record_id: uuid.UUID) -> Any:
    actor = current_actor()
    return render_template(
        "assessment/registered.html", record=queries.get_registered(name, record_id, actor=actor), name=name,
        record_id=record_id, versions=queries.list_versions_of(name, record_id, actor=actor), codes=codes,
        heading=_title(name), may_write=actor.may(Permission.ASSESSMENT_WRITE),
        kind="threats" if name == "threat" else "communities", panel=get_panel(name, record_id, actor=actor),
    )  # fmt: skip


@bp.route("/<any(threats, communities):kind>/<uuid:record_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def edit_registered(kind: str, record_id: uuid.UUID) -> Any:
    """Rename or describe a threat or a community of the register; archive it or bring it back."""
    actor, name = current_actor(), "threat" if kind == "threats" else "community"
    if name == "threat":
        here = url_for("assessments.show_threat", threat_id=record_id)
    else:
        here = url_for("assessments.show_community", community_id=record_id)
    if request.method == "POST" and "archive" in request.form:
        is_archived = request.form["archive"] == "1"
        service.archive_registered(name, record_id, is_archived=is_archived, actor=actor)
        flash(_("It is archived.") if is_archived else _("It is back."))
        return redirect(here)

    def save(data: dict[str, Any]) -> str:
        service.change_registered(name, record_id, data, version=typed_version(), actor=actor)
        flash(_("It is changed."))
        return here

    def load() -> Any:
        return queries.get_registered(name, record_id, actor=actor)

    heading = _("Edit the threat") if name == "threat" else _("Edit the community")
    return edit_record(RegisterSchema, load(), reload=load, save=save, heading=heading, back=here)

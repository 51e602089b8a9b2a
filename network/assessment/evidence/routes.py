"""Pages of evidence and of gaps in knowledge."""

import uuid
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.assessment import codes
from network.assessment.editing import edit_record, typed_version
from network.assessment.evidence import queries, service
from network.assessment.evidence.schemas import FigureSchema, KnowledgeGapSchema, SourceSchema
from network.assessment.queries import get_assessment, get_content
from network.identity.permissions import Permission
from network.partners.queries import partner_choices
from network.web.access import current_actor, requires
from network.web.downloads import download

bp = Blueprint("evidence", __name__, url_prefix="/assessments/<uuid:assessment_id>", template_folder="../templates")


@bp.route("/evidence/new/<any(figure, source):kind>", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def create(assessment_id: uuid.UUID, kind: str) -> Any:
    """Add a figure or a source to a draft."""
    return _edit(assessment_id, kind, None)


@bp.route("/evidence/<uuid:evidence_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def edit(assessment_id: uuid.UUID, evidence_id: uuid.UUID) -> Any:
    """Change evidence of a draft, or take it out."""
    actor = current_actor()
    kind = queries.get_item(assessment_id, evidence_id, actor=actor).kind
    if request.form.get("remove") == "1":
        service.remove_evidence(assessment_id, evidence_id, actor=actor)
        flash(_("The evidence is taken out of this version."))
        return redirect(url_for("assessments.show", assessment_id=assessment_id))
    return _edit(assessment_id, kind, evidence_id)


def _edit(assessment_id: uuid.UUID, kind: str, evidence_id: uuid.UUID | None) -> Any:
    actor, here = current_actor(), url_for("assessments.show", assessment_id=assessment_id, _anchor="evidence")
    assessment = get_assessment(assessment_id, actor=actor)
    content = get_content(assessment_id, actor=actor)

    def save(data: dict[str, Any]) -> str:
        service.save_evidence(
            assessment_id, kind, data, evidence_id=evidence_id, version=typed_version(), actor=actor
        )
        flash(_("The evidence is kept."))
        return here

    def load() -> Any:
        return queries.get_item(assessment_id, evidence_id, actor=actor) if evidence_id else None

    record, initial = load(), dict[str, Any]()
    if record is not None:
        found = queries.get_evidence(assessment_id, actor=actor)
        initial = {"threat_ids": [str(key) for key in found.about_threats[record.evidence_id]],
                   "community_ids": [str(key) for key in found.about_communities[record.evidence_id]]}  # fmt: skip
        if record.query:
            initial |= {"date_from": record.query["from"], "date_to": record.query["to"], "bias": record.query["bias"],
                        "incident_kind": record.query["kind"], "severity": record.query["severity"] or ""}  # fmt: skip
    elif kind == "figure":
        today = date.today().replace(day=1)
        initial = {"date_from": (today - timedelta(days=360)).replace(day=1), "date_to": date.today(), "confidence": "medium"}
    headings = {"figure": _("Figure from the city's incidents"), "source": _("Other source")}
    return edit_record(
        FigureSchema if kind == "figure" else SourceSchema, record, reload=load, save=save, initial=initial,
        choices={"threat_ids": [(str(t.threat_id), t.name) for t in content.threats],
                 "community_ids": [(str(c.community_id), c.name) for c in content.communities]},
        heading=headings[kind], back=here, assessment=assessment, may_remove=evidence_id is not None,
        lead_in=_("The question is kept with the figure, so that it can be counted again and compared.")
        if kind == "figure" else "",
    )  # fmt: skip


@bp.get("/evidence.<any(csv, xlsx):kind>")
@requires(Permission.ASSESSMENT_READ)
def export(assessment_id: uuid.UUID, kind: str) -> Any:
    """The evidence of a version as a file."""
    actor = current_actor()
    get_assessment(assessment_id, actor=actor)
    content, found = get_content(assessment_id, actor=actor), queries.get_evidence(assessment_id, actor=actor)
    names = {t.threat_id: t.name for t in content.threats} | {c.community_id: c.name for c in content.communities}
    headers = [_("Title"), _("Kind"), _("What it shows"), _("Confidence"), _("Incidents"), _("A year before"), _("Counted at"),
               _("Question"), _("Who published or said it"), _("Day"), _("Address of the page"), _("About")]  # fmt: skip
    rows = (
        [e.title, str(codes.EVIDENCE[e.kind]), e.finding, str(codes.CONFIDENCE_SHORT[e.confidence]), e.incident_count,
         e.year_before_count, e.counted_at,
         [e.query["from"], e.query["to"], *queries.describe_question(e.query)] if e.query else "", e.publisher,
         e.published_on, e.url,
         [names[key] for key in found.about_threats[e.evidence_id] + found.about_communities[e.evidence_id]]]
        for e in found.items
    )  # fmt: skip
    return download(kind, "evidence", headers, rows)


@bp.get("/figures")
@requires(Permission.ASSESSMENT_READ)
def figures(assessment_id: uuid.UUID) -> Any:
    """The figures of a version as they were kept, beside those of today."""
    actor = current_actor()
    assessment = get_assessment(assessment_id, actor=actor)
    return render_template(
        "evidence/figures.html", assessment=assessment, question=queries.question_text,
        items=[e for e in queries.get_evidence(assessment_id, actor=actor).items if e.query],
        now=queries.count_figures_now(assessment_id, actor=actor),
        may_keep=assessment.is_open and actor.may(Permission.ASSESSMENT_WRITE),
    )  # fmt: skip


@bp.post("/figures")
@requires(Permission.ASSESSMENT_WRITE)
def refresh(assessment_id: uuid.UUID) -> Any:
    """Keep the figures of today in a draft."""
    changed = service.refresh_figures(assessment_id, actor=current_actor())
    flash(_("Counted again. Figures that changed: %(count)s.", count=changed))
    return redirect(url_for("assessments.show", assessment_id=assessment_id, _anchor="evidence"))


@bp.route("/gaps/new", methods=["GET", "POST"])
@bp.route("/gaps/<uuid:gap_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def gap(assessment_id: uuid.UUID, gap_id: uuid.UUID | None = None) -> Any:
    """Write down what is not known, answer it, or take it out."""
    actor, here = current_actor(), url_for("assessments.show", assessment_id=assessment_id, _anchor="gaps")
    assessment = get_assessment(assessment_id, actor=actor)
    if gap_id is not None and request.form.get("remove") == "1":
        service.remove_gap(assessment_id, gap_id, actor=actor)
        flash(_("The question is taken out of this version."))
        return redirect(here)

    def save(data: dict[str, Any]) -> str:
        service.save_gap(assessment_id, data, gap_id=gap_id, version=typed_version(), actor=actor)
        flash(_("The question is kept."))
        return here

    def load() -> Any:
        return queries.get_gap(assessment_id, gap_id, actor=actor) if gap_id else None

    return edit_record(
        KnowledgeGapSchema, load(), reload=load, save=save, back=here, assessment=assessment,
        choices={"partner_id": partner_choices(actor=actor)}, may_remove=gap_id is not None,
        heading=_("Edit what is not known") if gap_id else _("Add what is not known"),
    )  # fmt: skip

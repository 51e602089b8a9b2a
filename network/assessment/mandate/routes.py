"""Pages of the mandate."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.assessment import codes
from network.assessment.editing import edit_record, typed_version
from network.assessment.mandate import queries, service
from network.assessment.mandate.schemas import DecisionSchema, MandateSchema, PolicySchema
from network.identity.permissions import Permission
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download

bp = Blueprint("mandate", __name__, url_prefix="/mandate", template_folder="../templates")


@bp.get("/")
@requires(Permission.ASSESSMENT_READ)
def show() -> Any:
    """The answers, the latest decisions, the policies of others."""
    actor = current_actor()
    mandate = queries.find_mandate(actor=actor)
    return render_template(
        "mandate/show.html", mandate=mandate, codes=codes, decisions=queries.list_decisions(actor=actor, limit=5),
        policies=queries.list_policies(actor=actor), may_write=actor.may(Permission.ASSESSMENT_WRITE),
        panel=get_panel("mandate", mandate.mandate_id, actor=actor) if mandate else None,
    )  # fmt: skip


@bp.get("/<uuid:mandate_id>")
@requires(Permission.ASSESSMENT_READ)
def show_answers(mandate_id: uuid.UUID) -> Any:
    """The same page, where links, notices and search lead."""
    if queries.get_mandate(actor=current_actor()).mandate_id != mandate_id:
        abort(404)
    return show()


@bp.route("/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def edit() -> Any:
    """Answer the questions about the mandate."""
    actor = current_actor()

    def save(data: dict[str, Any]) -> str:
        service.save_mandate(data, version=typed_version(), actor=actor)
        flash(_("The answers are kept."))
        return url_for("mandate.show")

    def load() -> Any:
        return queries.find_mandate(actor=actor)

    record = load()
    return edit_record(
        MandateSchema, record, reload=load, save=save, initial={} if record else {"priority": "open"},
        heading=_("What may the city do?"), back=url_for("mandate.show"),
        lead_in=_("Answer what you know. Where nobody in the city knows the answer, write down who to ask."),
    )  # fmt: skip


def _wanted() -> dict[str, Any]:
    return {"text": request.args.get("q", "").strip()[:200], "is_archived": request.args.get("archived") == "1"}


@bp.get("/decisions/")
@requires(Permission.ASSESSMENT_READ)
def decisions() -> Any:
    """All decisions, the latest first."""
    actor, wanted = current_actor(), _wanted()
    chips = [("q", wanted["text"] and _("Search: %(text)s", text=wanted["text"])),
             ("archived", wanted["is_archived"] and _("Archived"))]  # fmt: skip
    return render_template(
        "mandate/decisions.html", may_write=actor.may(Permission.ASSESSMENT_WRITE),
        page=queries.list_decisions(
            **wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
        ),
        chip_items=[(name, str(text)) for name, text in chips if text],
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip


@bp.get("/decisions/export.<any(csv, xlsx):kind>")
@requires(Permission.ASSESSMENT_READ)
def export_decisions(kind: str) -> Any:
    """The filtered decisions as a file."""
    headers = [_("Decided on"), _("What was decided"), _("Decided by"), _("Number or reference"), _("In detail"),
               _("Address of the page")]  # fmt: skip
    found = queries.all_decisions(**_wanted(), actor=current_actor())
    rows = ([d.decided_on, d.title, d.decided_by, d.reference, d.body, d.url] for d in found)
    return download(kind, "decisions", headers, rows)


@bp.route("/decisions/new", methods=["GET", "POST"])
@bp.route("/decisions/<uuid:decision_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def edit_decision(decision_id: uuid.UUID | None = None) -> Any:
    """Record a decision, or correct it."""
    actor = current_actor()

    def save(data: dict[str, Any]) -> str:
        found = service.save_decision(data, decision_id=decision_id, version=typed_version(), actor=actor)
        flash(_("The decision is recorded."))
        return url_for("mandate.show_decision", decision_id=found.decision_id)

    def load() -> Any:
        return queries.get_decision(decision_id, actor=actor) if decision_id else None

    return edit_record(
        DecisionSchema, load(), reload=load, save=save,
        heading=_("Edit the decision") if decision_id else _("Record a decision"),
        back=url_for("mandate.show_decision", decision_id=decision_id) if decision_id else url_for("mandate.show"),
    )  # fmt: skip


@bp.get("/decisions/<uuid:decision_id>")
@requires(Permission.ASSESSMENT_READ)
def show_decision(decision_id: uuid.UUID) -> Any:
    """One decision."""
    actor = current_actor()
    return render_template(
        "mandate/decision.html", decision=queries.get_decision(decision_id, actor=actor),
        may_write=actor.may(Permission.ASSESSMENT_WRITE), panel=get_panel("mandate_decision", decision_id, actor=actor),
    )  # fmt: skip


@bp.post("/decisions/<uuid:decision_id>/archive")
@requires(Permission.ASSESSMENT_WRITE)
def archive_decision(decision_id: uuid.UUID) -> Any:
    """Archive a decision, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_decision(decision_id, is_archived=is_archived, actor=current_actor())
    flash(_("It is archived.") if is_archived else _("It is back."))
    return redirect(url_for("mandate.show_decision", decision_id=decision_id))


@bp.get("/policies.<any(csv, xlsx):kind>")
@requires(Permission.ASSESSMENT_READ)
def export_policies(kind: str) -> Any:
    """The policies of others as a file."""
    headers = [_("Title"), _("Level"), _("Who issued it"), _("Day"), _("Address of the page"),
               _("What it asks of the city, or offers")]  # fmt: skip
    found = queries.list_policies(actor=current_actor())
    rows = ([p.title, str(codes.POLICY_LEVELS[p.level]), p.issuer, p.issued_on, p.url, p.asks] for p in found)
    return download(kind, "policies", headers, rows)


@bp.route("/policies/new", methods=["GET", "POST"])
@bp.route("/policies/<uuid:policy_id>/edit", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE)
def policy(policy_id: uuid.UUID | None = None) -> Any:
    """Name a policy of others, change it, or take it away."""
    actor, here = current_actor(), url_for("mandate.show")
    if policy_id is not None and request.form.get("remove") == "1":
        service.remove_policy(policy_id, actor=actor)
        flash(_("The policy is taken away."))
        return redirect(here)

    def save(data: dict[str, Any]) -> str:
        service.save_policy(data, policy_id=policy_id, version=typed_version(), actor=actor)
        flash(_("The policy is kept."))
        return here

    def load() -> Any:
        return queries.get_policy(policy_id, actor=actor) if policy_id else None

    return edit_record(
        PolicySchema, load(), reload=load, save=save, back=here, may_remove=policy_id is not None,
        heading=_("Edit the policy") if policy_id else _("Add a policy"), remove_label=_("Take away"),
    )  # fmt: skip

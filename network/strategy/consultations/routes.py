"""The record of who was heard."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.assessment.queries import community_choices
from network.identity.permissions import Permission
from network.records.queries import get_panel
from network.strategy import codes
from network.strategy.consultations import queries, service
from network.strategy.consultations.schemas import ConsultationSchema
from network.strategy.queries import get_strategy
from network.strategy.routes.editing import sent_version, submit, typed, values_of
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("consultations", __name__, url_prefix="/strategy", template_folder="../templates")


def _wanted() -> dict[str, Any]:
    form = request.args.get("form", "")
    return {"form": form if form in codes.FORMS else "", "is_archived": request.args.get("archived") == "1"}


@bp.get("/<uuid:strategy_id>/consultations")
@requires(Permission.STRATEGY_READ)
def index(strategy_id: uuid.UUID) -> Any:
    """Who was heard for a strategy, and which communities were not."""
    actor, wanted = current_actor(), _wanted()
    chips = [("form", wanted["form"] and str(codes.FORMS[wanted["form"]])), ("archived", wanted["is_archived"] and _("Archived"))]
    return render_template(
        "consultations/index.html", strategy=get_strategy(strategy_id, actor=actor), codes=codes,
        page=queries.list_consultations(
            strategy_id, actor=actor, **wanted, after=request.args.get("after", ""), before=request.args.get("before", "")
        ),
        names=queries.name_communities(actor=actor), missing=queries.list_not_consulted(actor=actor),
        chip_items=[(name, str(text)) for name, text in chips if text],
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")}, may_write=actor.may(Permission.ACTION_WRITE),
    )  # fmt: skip


@bp.get("/<uuid:strategy_id>/consultations/export.<any(csv, xlsx):kind>")
@requires(Permission.STRATEGY_READ)
def export(strategy_id: uuid.UUID, kind: str) -> Any:
    """The record of consultations as a file."""
    actor = current_actor()
    get_strategy(strategy_id, actor=actor)
    names = queries.name_communities(actor=actor)
    headers = [_("Day"), _("Title"), _("How people were heard"), _("Who was heard"), _("From which communities"),
               _("How many people"), _("What they said"), _("What followed from it")]  # fmt: skip
    rows = ([c.held_on, c.title, str(codes.FORMS[c.form]), c.heard, names(c), c.people_count, c.said, c.followed]
            for c in queries.all_consultations(strategy_id, actor=actor, **_wanted()))  # fmt: skip
    return download(kind, "consultations", headers, rows)


def _form(initial: dict[str, Any], sent: Any) -> Form:
    choices: list[tuple[str, Any]] = list(community_choices(current_actor()))
    return Form(ConsultationSchema(), sent, initial, {"community_ids": choices})


@bp.route("/<uuid:strategy_id>/consultations/new", methods=["GET", "POST"])
@requires(Permission.ACTION_WRITE)
def create(strategy_id: uuid.UUID) -> Any:
    """Note that people were heard."""
    actor = current_actor()
    get_strategy(strategy_id, actor=actor)
    community = request.args.get("community", "")
    form = _form({"community_ids": [community] if community else [], "form": "meeting"}, typed())
    done = submit(form, lambda data: service.add_consultation(strategy_id, data, actor=actor))
    if done.saved is not None:
        flash(_("The consultation is kept."))
        return redirect(url_for("consultations.show", consultation_id=done.saved.consultation_id))
    strategy = get_strategy(strategy_id, actor=actor)
    page = render_template("consultations/edit.html", form=form, strategy=strategy, found=None, theirs=None)
    return page, done.status


@bp.route("/consultations/<uuid:consultation_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACTION_WRITE)
def edit(consultation_id: uuid.UUID) -> Any:
    """Change a consultation; when somebody else was faster, both texts are shown."""
    actor = current_actor()

    def form_of(sent: Any) -> Form:
        values = values_of(queries.get_consultation(consultation_id, actor=actor), ConsultationSchema())
        return _form(values | {"community_ids": [str(key) for key in values["community_ids"]]}, sent)

    form = form_of(typed())
    done = submit(
        form, lambda data: service.change_consultation(consultation_id, data, version=sent_version(), actor=actor),
        lambda: form_of(None),
    )  # fmt: skip
    if done.saved is not None:
        flash(_("The consultation is changed."))
        return redirect(url_for("consultations.show", consultation_id=consultation_id))
    found = queries.get_consultation(consultation_id, actor=actor)
    page = render_template(
        "consultations/edit.html", form=form, found=found, theirs=done.theirs,
        strategy=get_strategy(found.strategy_id, actor=actor),
    )  # fmt: skip
    return page, done.status


@bp.get("/consultations/<uuid:consultation_id>")
@requires(Permission.STRATEGY_READ)
def show(consultation_id: uuid.UUID) -> Any:
    """One consultation."""
    actor = current_actor()
    found = queries.get_consultation(consultation_id, actor=actor)
    return render_template(
        "consultations/show.html", found=found, strategy=get_strategy(found.strategy_id, actor=actor), codes=codes,
        communities=queries.name_communities(actor=actor)(found),
        panel=get_panel("consultation", consultation_id, actor=actor), may_write=actor.may(Permission.ACTION_WRITE),
    )  # fmt: skip


@bp.post("/consultations/<uuid:consultation_id>/archive")
@requires(Permission.ACTION_WRITE)
def archive(consultation_id: uuid.UUID) -> Any:
    """Archive a consultation, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_consultation(consultation_id, is_archived=is_archived, actor=current_actor())
    flash(_("The consultation is archived.") if is_archived else _("The consultation is back."))
    return redirect(url_for("consultations.show", consultation_id=consultation_id))

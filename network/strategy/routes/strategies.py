"""The strategy of a city and its objectives."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.records.queries import get_panel
from network.strategy import codes, queries, service
from network.strategy.consultations.queries import all_consultations, list_not_consulted
from network.strategy.indicators.queries import list_indicators
from network.strategy.models import Objective
from network.strategy.parties import find_parties
from network.strategy.queries import ActionFilter
from network.strategy.routes.actions import problems_of
from network.strategy.routes.editing import money, plain, read_id, sent_version, submit, typed, values_of
from network.strategy.schemas import ObjectiveSchema, StrategySchema
from network.strategy.starters.queries import get_template, list_templates
from network.strategy.starters.service import begin_from_template
from network.strategy.versions.document import build_document, part_of
from network.strategy.versions.queries import list_versions
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

TEXT = StrategySchema(only=("title", "kind", "integrated_into", "vision", "situation", "principles"))
"""What a strategy takes over from a template."""

bp = Blueprint("strategy", __name__, url_prefix="/strategy", template_folder="../templates")
bp.add_app_template_global(part_of, "part_of")
bp.add_app_template_global(lambda amount, currency: money(Decimal(amount), currency), "money_text")


@bp.get("/")
@requires(Permission.STRATEGY_READ)
def index() -> Any:
    """The strategy, when there is one; else the list, which is also shown with ``all``."""
    actor = current_actor()
    is_archived = request.args.get("archived") == "1"
    found = queries.list_strategies(actor=actor, is_archived=is_archived)
    if len(found) == 1 and not is_archived and "all" not in request.args:
        return redirect(url_for("strategy.show", strategy_id=found[0].strategy_id))
    return render_template(
        "strategy/index.html", strategies=found, codes=codes, is_archived=is_archived,
        may_write=actor.may(Permission.STRATEGY_WRITE),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.STRATEGY_WRITE)
def create() -> Any:
    """Begin a strategy, with nothing or with a template."""
    actor, wanted = current_actor(), read_id(request.args.get("template", ""))
    template = get_template(wanted) if wanted else None
    form = Form(StrategySchema(), typed(), values_of(template, TEXT) if template else {"kind": "standalone"})

    def save(data: dict[str, Any]) -> Any:
        if wanted:
            return begin_from_template(wanted, data, actor=actor)
        return service.add_strategy(data, actor=actor)

    done = submit(form, save)
    if done.saved is not None:
        flash(_("The strategy is begun. Change what the template brought as you like.") if wanted
              else _("The strategy is begun. Add the first objective."))  # fmt: skip
        return redirect(url_for("strategy.show", strategy_id=done.saved.strategy_id))
    template = get_template(wanted) if wanted else None
    page = render_template(
        "strategy/edit.html", form=form, strategy=None, theirs=None, template=template,
        templates=[] if template else list_templates(actor=actor),
    )  # fmt: skip
    return page, done.status


@bp.route("/<uuid:strategy_id>/edit", methods=["GET", "POST"])
@requires(Permission.STRATEGY_WRITE)
def edit(strategy_id: uuid.UUID) -> Any:
    """Change the text of a strategy; when somebody else was faster, both texts are shown."""
    actor = current_actor()

    def form_of(sent: Any) -> Form:
        strategy = queries.get_strategy(strategy_id, actor=actor)
        return Form(StrategySchema(), sent, values_of(strategy, StrategySchema()))

    form = form_of(typed())
    done = submit(
        form, lambda data: service.change_strategy(strategy_id, data, version=sent_version(), actor=actor),
        lambda: form_of(None),
    )  # fmt: skip
    if done.saved is not None:
        flash(_("The strategy is changed."))
        return redirect(url_for("strategy.show", strategy_id=strategy_id))
    strategy = queries.get_strategy(strategy_id, actor=actor)
    return render_template("strategy/edit.html", form=form, strategy=strategy, theirs=done.theirs), done.status


@bp.get("/<uuid:strategy_id>")
@requires(Permission.STRATEGY_READ)
def show(strategy_id: uuid.UUID) -> Any:
    """One strategy: its text, its objectives and the actions of each."""
    actor = current_actor()
    strategy = queries.get_strategy(strategy_id, actor=actor)
    objectives = queries.list_objectives(actor=actor, strategy_id=strategy_id)
    known = {objective.objective_id for objective in objectives}
    actions: dict[uuid.UUID | None, list[Any]] = {}
    for action in queries.all_actions(ActionFilter(), actor=actor, strategy_id=strategy_id):
        place = action.objective_id if action.objective_id in known else None
        actions.setdefault(place, []).append(action)
    versions = list_versions(strategy_id, actor=actor)
    return render_template(
        "strategy/show.html", strategy=strategy, today=date.today(), plain=plain,
        adopted=next((v for v in versions if v.state == "adopted"), None),
        open_version=next((v for v in versions if v.state in ("draft", "in_review")), None),
        indicators=list_indicators(strategy_id, actor=actor), missing=list_not_consulted(actor=actor),
        consultations=all_consultations(strategy_id, actor=actor), may_adopt=actor.may(Permission.STRATEGY_ADOPT), objectives=objectives, actions=actions, codes=codes,
        counts=queries.count_actions(actor=actor, strategy_id=strategy_id), problems=problems_of,
        parties=find_parties(actor=actor), panel=get_panel("strategy", strategy_id, actor=actor),
        may_write=actor.may(Permission.STRATEGY_WRITE), may_act=actor.may(Permission.ACTION_WRITE),
    )  # fmt: skip


@bp.get("/<uuid:strategy_id>/roles")
@requires(Permission.STRATEGY_READ)
def roles(strategy_id: uuid.UUID) -> Any:
    """Who leads, supports and is consulted, for every objective and action."""
    actor = current_actor()
    strategy = queries.get_strategy(strategy_id, actor=actor)
    document = build_document(strategy, actor=actor)
    return render_template("strategy/roles.html", strategy=strategy, document=document, codes=codes)


@bp.get("/<uuid:strategy_id>/roles.<any(csv, xlsx):kind>")
@requires(Permission.STRATEGY_READ)
def export_roles(strategy_id: uuid.UUID, kind: str) -> Any:
    """The matrix of roles as a file."""
    actor = current_actor()
    document = build_document(queries.get_strategy(strategy_id, actor=actor), actor=actor)
    letters = {"lead": _("L"), "support": _("S"), "consulted": _("C"), "": ""}
    rows = [[kind_of, item.title, *(letters[part_of(item, name)] for name in document.parties)]
            for kind_of, items in ((_("Objective"), document.objectives), (_("Action"), document.actions))
            for item in items]  # fmt: skip
    return download(kind, "roles", [_("Kind"), _("Title"), *document.parties], rows)


@bp.post("/<uuid:strategy_id>/archive")
@requires(Permission.STRATEGY_WRITE)
def archive(strategy_id: uuid.UUID) -> Any:
    """Archive a strategy, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_strategy(strategy_id, is_archived=is_archived, actor=current_actor())
    flash(_("The strategy is archived.") if is_archived else _("The strategy is back."))
    return redirect(url_for("strategy.show", strategy_id=strategy_id))


def _objective_form(initial: dict[str, Any], sent: Any) -> Form:
    parties = find_parties(actor=current_actor())
    leads, others = parties.leads, {**initial.get("party_names", {}), **dict(parties.others)}
    if initial.get("lead") and initial["lead"] not in dict(leads):
        leads = [*leads, (initial["lead"], initial["lead_name"])]
    choices = {"lead": leads, "support": list(others.items()), "consulted": list(others.items())}
    return Form(ObjectiveSchema(), sent, initial, choices)


def _objective_values(found: Objective) -> dict[str, Any]:
    names = dict(zip([*found.support, *found.consulted], [*found.support_names, *found.consulted_names], strict=False))
    return values_of(found, ObjectiveSchema()) | {"lead_name": found.lead_name, "party_names": names}


@bp.route("/<uuid:strategy_id>/objectives/new", methods=["GET", "POST"])
@requires(Permission.STRATEGY_WRITE)
def create_objective(strategy_id: uuid.UUID) -> Any:
    """Add an objective."""
    actor = current_actor()
    strategy = queries.get_strategy(strategy_id, actor=actor)
    place = len(queries.list_objectives(actor=actor, strategy_id=strategy_id)) + 1
    form = _objective_form({"position": min(place, 1000)}, typed())
    done = submit(form, lambda data: service.add_objective(strategy_id, data, actor=actor))
    if done.saved is not None:
        flash(_("The objective is added. What is done to reach it? Add an action."))
        return redirect(url_for("strategy.objective", objective_id=done.saved.objective_id))
    strategy = queries.get_strategy(strategy_id, actor=actor)
    page = render_template("strategy/edit_objective.html", form=form, strategy=strategy, objective=None, theirs=None)
    return page, done.status


@bp.route("/objectives/<uuid:objective_id>/edit", methods=["GET", "POST"])
@requires(Permission.STRATEGY_WRITE)
def edit_objective(objective_id: uuid.UUID) -> Any:
    """Change an objective; when somebody else was faster, both texts are shown."""
    actor = current_actor()

    def form_of(sent: Any) -> Form:
        return _objective_form(_objective_values(queries.get_objective(objective_id, actor=actor)), sent)

    form = form_of(typed())
    done = submit(
        form, lambda data: service.change_objective(objective_id, data, version=sent_version(), actor=actor),
        lambda: form_of(None),
    )  # fmt: skip
    if done.saved is not None:
        flash(_("The objective is changed."))
        return redirect(url_for("strategy.objective", objective_id=objective_id))
    found = queries.get_objective(objective_id, actor=actor)
    page = render_template(
        "strategy/edit_objective.html", form=form, objective=found, theirs=done.theirs,
        strategy=queries.get_strategy(found.strategy_id, actor=actor),
    )  # fmt: skip
    return page, done.status


@bp.get("/objectives/<uuid:objective_id>")
@requires(Permission.STRATEGY_READ)
def objective(objective_id: uuid.UUID) -> Any:
    """One objective with its actions."""
    actor = current_actor()
    found = queries.get_objective(objective_id, actor=actor)
    return render_template(
        "strategy/objective.html", objective=found, strategy=queries.get_strategy(found.strategy_id, actor=actor),
        actions=queries.all_actions(ActionFilter(objective_id=objective_id), actor=actor), codes=codes, plain=plain,
        indicators=list_indicators(found.strategy_id, actor=actor, objective_id=objective_id),
        parties=find_parties(actor=actor), panel=get_panel("objective", objective_id, actor=actor),
        problems=problems_of, may_write=actor.may(Permission.STRATEGY_WRITE),
        may_act=actor.may(Permission.ACTION_WRITE),
    )  # fmt: skip


@bp.post("/objectives/<uuid:objective_id>/archive")
@requires(Permission.STRATEGY_WRITE)
def archive_objective(objective_id: uuid.UUID) -> Any:
    """Archive an objective, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_objective(objective_id, is_archived=is_archived, actor=current_actor())
    flash(_("The objective is archived.") if is_archived else _("The objective is back."))
    return redirect(url_for("strategy.objective", objective_id=objective_id))

"""The pages of indicators."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.records.queries import get_panel
from network.strategy.indicators import queries, service
from network.strategy.indicators.schemas import IndicatorSchema, MeasurementSchema
from network.strategy.models import Indicator, Measurement
from network.strategy.queries import get_objective, get_strategy, list_objectives
from network.strategy.routes.editing import plain, sent_version, submit, typed, values_of
from network.web.access import current_actor, requires
from network.web.charts import line_chart
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("indicators", __name__, url_prefix="/strategy", template_folder="../templates")


def _form(strategy_id: uuid.UUID, initial: dict[str, Any], sent: Any) -> Form:
    objectives = list_objectives(actor=current_actor(), strategy_id=strategy_id)
    choices: list[tuple[str, Any]] = [(str(o.objective_id), o.title) for o in objectives]
    kept = initial.get("objective_id")
    if isinstance(kept, uuid.UUID) and str(kept) not in dict(choices):
        choices.append((str(kept), get_objective(kept, actor=current_actor()).title))
    return Form(IndicatorSchema(), sent, initial, {"objective_id": choices})


@bp.route("/<uuid:strategy_id>/indicators/new", methods=["GET", "POST"])
@requires(Permission.STRATEGY_WRITE)
def create(strategy_id: uuid.UUID) -> Any:
    """Add an indicator."""
    actor = current_actor()
    get_strategy(strategy_id, actor=actor)
    form = _form(strategy_id, {"objective_id": request.args.get("objective", "")}, typed())
    done = submit(form, lambda data: service.add_indicator(strategy_id, data, actor=actor))
    if done.saved is not None:
        flash(_("The indicator is added. Keep the first value."))
        return redirect(url_for("indicators.show", indicator_id=done.saved.indicator_id))
    strategy = get_strategy(strategy_id, actor=actor)
    return render_template("indicators/edit.html", form=form, strategy=strategy, indicator=None, theirs=None), done.status


@bp.route("/indicators/<uuid:indicator_id>/edit", methods=["GET", "POST"])
@requires(Permission.STRATEGY_WRITE)
def edit(indicator_id: uuid.UUID) -> Any:
    """Change an indicator; when somebody else was faster, both texts are shown."""
    actor = current_actor()

    def form_of(sent: Any) -> Form:
        found = queries.get_indicator(indicator_id, actor=actor)
        return _form(found.strategy_id, values_of(found, IndicatorSchema()), sent)

    form = form_of(typed())
    done = submit(
        form, lambda data: service.change_indicator(indicator_id, data, version=sent_version(), actor=actor),
        lambda: form_of(None),
    )  # fmt: skip
    if done.saved is not None:
        flash(_("The indicator is changed."))
        return redirect(url_for("indicators.show", indicator_id=indicator_id))
    found = queries.get_indicator(indicator_id, actor=actor)
    page = render_template(
        "indicators/edit.html", form=form, indicator=found, theirs=done.theirs,
        strategy=get_strategy(found.strategy_id, actor=actor),
    )  # fmt: skip
    return page, done.status


@bp.get("/indicators/<uuid:indicator_id>")
@requires(Permission.STRATEGY_READ)
def show(indicator_id: uuid.UUID) -> Any:
    """One indicator: the line, the table, and where to keep the next value."""
    return _show(indicator_id, Form(MeasurementSchema(), None, {"measured_on": date.today()}))


def _chart(indicator: Indicator, measured: list[Measurement]) -> Any:
    marks = [(_("Target"), indicator.target), (_("Baseline"), indicator.baseline)]
    return line_chart(
        indicator.name, [(m.measured_on, float(m.value)) for m in measured],
        (_("Measured on"), indicator.unit or _("Value")),
        [(name, float(value)) for name, value in marks if value is not None],
    )  # fmt: skip


def _show(indicator_id: uuid.UUID, form: Form) -> Any:
    actor = current_actor()
    indicator = queries.get_indicator(indicator_id, actor=actor)
    measured = queries.list_measurements(indicator_id, actor=actor)
    page = render_template(
        "indicators/show.html", indicator=indicator, measured=measured, form=form, chart_of=_chart(indicator, measured),
        strategy=get_strategy(indicator.strategy_id, actor=actor), plain=plain,
        objective=next((o for o in list_objectives(actor=actor, strategy_id=indicator.strategy_id)
                        if o.objective_id == indicator.objective_id), None),
        panel=get_panel("indicator", indicator_id, actor=actor), may_write=actor.may(Permission.STRATEGY_WRITE),
        may_measure=actor.may(Permission.ACTION_WRITE),
    )  # fmt: skip
    return page, 400 if form.errors else 200


@bp.post("/indicators/<uuid:indicator_id>/measurements")
@requires(Permission.ACTION_WRITE)
def measure(indicator_id: uuid.UUID) -> Any:
    """Keep the value of a day, or take one away."""
    actor = current_actor()
    if "remove" in request.form:
        try:
            day = date.fromisoformat(request.form["remove"])
        except ValueError:
            raise NotFound("measurement") from None
        service.remove_measurement(indicator_id, day, actor=actor)
        flash(_("The value is taken away."))
        return redirect(url_for("indicators.show", indicator_id=indicator_id))
    form = Form(MeasurementSchema(), request.form)
    try:
        service.measure(indicator_id, form.load(), actor=actor)
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return _show(indicator_id, form)
    flash(_("The value is kept."))
    return redirect(url_for("indicators.show", indicator_id=indicator_id))


@bp.get("/indicators/<uuid:indicator_id>/export.<any(csv, xlsx):kind>")
@requires(Permission.STRATEGY_READ)
def export(indicator_id: uuid.UUID, kind: str) -> Any:
    """What was measured, as a file."""
    actor = current_actor()
    indicator = queries.get_indicator(indicator_id, actor=actor)
    headers = [_("What is measured"), _("Measured on"), _("Value"), _("Unit"), _("Note")]
    rows = (
        [indicator.name, m.measured_on, float(m.value) if kind == "xlsx" else plain(m.value), indicator.unit, m.note]
        for m in queries.list_measurements(indicator_id, actor=actor)
    )
    return download(kind, "indicator", headers, rows)


@bp.get("/<uuid:strategy_id>/indicators.<any(csv, xlsx):kind>")
@requires(Permission.STRATEGY_READ)
def export_all(strategy_id: uuid.UUID, kind: str) -> Any:
    """The indicators of a strategy with their latest values, as a file."""
    actor = current_actor()
    get_strategy(strategy_id, actor=actor)
    titles = {o.objective_id: o.title for o in list_objectives(actor=actor, strategy_id=strategy_id)}

    def number(value: Any) -> Any:
        return float(value) if kind == "xlsx" and value is not None else plain(value)

    headers = [_("What is measured"), _("Objective"), _("Unit"), _("Source"), _("Baseline"), _("Baseline measured on"),
               _("Latest"), _("Measured on"), _("Target"), _("Target day")]  # fmt: skip
    rows = (
        [i.name, titles.get(i.objective_id, "") if i.objective_id else "", i.unit, i.source, number(i.baseline),
         i.baseline_on, number(last.value) if last else None, last.measured_on if last else None, number(i.target),
         i.target_on]
        for i, last in queries.list_indicators(strategy_id, actor=actor)
    )  # fmt: skip
    return download(kind, "indicators", headers, rows)


@bp.post("/indicators/<uuid:indicator_id>/archive")
@requires(Permission.STRATEGY_WRITE)
def archive(indicator_id: uuid.UUID) -> Any:
    """Archive an indicator, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_indicator(indicator_id, is_archived=is_archived, actor=current_actor())
    flash(_("The indicator is archived.") if is_archived else _("The indicator is back."))
    return redirect(url_for("indicators.show", indicator_id=indicator_id))

"""The pages of what belongs to a programme: sessions, outcome indicators, evaluations."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.errors import NotFound, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.programmes import codes, queries, service
from network.programmes.models import ProgrammeEvaluation, ProgrammeIndicator, ProgrammeSession
from network.programmes.schemas import EvaluationSchema, IndicatorSchema, MeasurementSchema, SessionSchema
from network.records.keeping import get_kept
from network.records.queries import get_panel
from network.strategy.routes.editing import plain, read_id, sent_version, submit, typed, values_of
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form


@dataclass(frozen=True)
class Child:
    """One kind of what belongs to a programme: its table, its schema and its words."""

    endpoint: str
    address: str
    model: Any
    schema: type[BaseSchema]
    record_type: str
    title: Any
    add: Any
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The words of code fields, by field."""

    @property
    def names(self) -> Sequence[str]:
        """Its fields, in the order of the form."""
        return list(self.schema._declared_fields)

    def label(self, name: str) -> str:
        """What a field is called."""
        return str(self.schema._declared_fields[name].metadata["label"])

    def words(self, entry: Any, name: str) -> str:
        """A field of an entry in words."""
        value = getattr(entry, name)
        if value is None:
            return ""
        if isinstance(value, date):
            return str(format_date(value, "medium"))
        if isinstance(value, Decimal) or (isinstance(value, int) and name not in self.tables):
            return str(format_decimal(value))
        return str(self.tables.get(name, {}).get(str(value), value))


CHILDREN = (
    Child(
        "programme_sessions", "sessions", ProgrammeSession, SessionSchema, "programme_session", _l("Sessions"),
        _l("Add a session"),
    ),
    Child(
        "programme_indicators", "indicators", ProgrammeIndicator, IndicatorSchema, "programme_indicator",
        _l("Outcome indicators"), _l("Add an indicator"),
    ),
    Child(
        "programme_evaluations", "evaluations", ProgrammeEvaluation, EvaluationSchema, "programme_evaluation",
        _l("Evaluations"), _l("Add an evaluation"), {"method": codes.METHODS, "rating": codes.RATINGS},
    ),
)  # fmt: skip


def child_pages(child: Child) -> Blueprint:
    """The blueprint with page, forms, archive and export of one kind."""
    bp = Blueprint(child.endpoint, __name__, url_prefix="/programmes", template_folder="templates")
    model, where = child.model, f"{child.endpoint}."

    @bp.get(f"/{child.address}/export.<any(csv, xlsx):kind>")
    @requires(Permission.PROGRAMME_READ)
    def export(kind: str) -> Any:
        """All of them, or those of the programme in the address, as a file."""
        actor = current_actor()
        entries = queries.all_children(model, actor=actor, programme_id=read_id(request.args.get("programme", "")))
        headers = [_("Name of the programme"), *(child.label(name) for name in child.names)]
        if model is not ProgrammeIndicator:
            rows: Any = ([name, *(_cell(child, entry, field) for field in child.names)] for name, entry in entries)
            return download(kind, child.endpoint.replace("_", "-"), headers, rows)
        values = queries.list_measurements([entry.record_id for _name, entry in entries], actor=actor)
        headers += [_("Day of the latest value"), _("Latest value")]
        rows = (
            [name, *(_cell(child, entry, field) for field in child.names),
             *((values[entry.record_id][-1].measured_on, float(values[entry.record_id][-1].value))
               if values[entry.record_id] else (None, None))]
            for name, entry in entries
        )  # fmt: skip
        return download(kind, child.endpoint.replace("_", "-"), headers, rows)

    @bp.get(f"/{child.address}/<uuid:child_id>")
    @requires(Permission.PROGRAMME_READ)
    def show(child_id: uuid.UUID) -> Any:
        """One of them."""
        return show_child(child, child_id)

    @bp.route(f"/<uuid:programme_id>/{child.address}/new", methods=["GET", "POST"])
    @requires(Permission.PROGRAMME_WRITE)
    def create(programme_id: uuid.UUID) -> Any:
        """Add one to a programme."""
        actor = current_actor()
        programme = queries.get_programme(programme_id, actor=actor)
        initial: dict[str, Any] = {"held_on": date.today(), "evaluated_on": date.today()}
        if child.record_type == "programme_session":
            initial |= {"place": programme.places[:200] if len(programme.places) < 80 else "",
                        "district": programme.districts[0] if len(programme.districts) == 1 else ""}  # fmt: skip
        form = Form(child.schema(), typed(), initial)
        outcome = submit(form, lambda data: service.add_child(model, programme_id, data, actor=actor))
        if outcome.saved is not None:
            flash(_("It is kept."))
            return redirect(url_for("programmes.show", programme_id=programme_id))
        page = render_template(
            "programmes/edit_child.html", child=child, form=form, entry=None, version=0, theirs=None, where=where,
            programme=queries.get_programme(programme_id, actor=actor),
        )  # fmt: skip
        return page, outcome.status

    @bp.route(f"/{child.address}/<uuid:child_id>/edit", methods=["GET", "POST"])
    @requires(Permission.PROGRAMME_WRITE)
    def edit(child_id: uuid.UUID) -> Any:
        """Change one; when somebody else was faster, both are shown."""
        actor = current_actor()
        entry = get_kept(model, child_id, actor=actor)
        form = Form(child.schema(), typed(), values_of(entry, child.schema()))
        version = sent_version() if request.method == "POST" else entry.version

        def reload() -> Form:
            return Form(child.schema(), None, values_of(get_kept(model, child_id, actor=actor), child.schema()))

        outcome = submit(
            form, lambda data: service.change_child(model, child_id, data, version=version, actor=actor), reload
        )
        if outcome.saved is not None:
            flash(_("It is changed."))
            return redirect(url_for(f"{where}show", child_id=child_id))
        entry = get_kept(model, child_id, actor=actor)
        page = render_template(
            "programmes/edit_child.html", child=child, form=form, entry=entry, theirs=outcome.theirs, where=where,
            version=entry.version if outcome.status == 409 else version,
            programme=queries.get_programme(entry.programme_id, actor=actor),
        )  # fmt: skip
        return page, outcome.status

    @bp.post(f"/{child.address}/<uuid:child_id>/archive")
    @requires(Permission.PROGRAMME_WRITE)
    def archive(child_id: uuid.UUID) -> Any:
        """Archive one, or undo that."""
        is_archived = request.form.get("undo") != "1"
        service.archive_child(model, child_id, is_archived=is_archived, actor=current_actor())
        flash(_("It is archived.") if is_archived else _("It is back."))
        return redirect(url_for(f"{where}show", child_id=child_id))

    assert all(hasattr(view, "access") for view in (export, show, create, edit, archive))
    return bp


def _cell(child: Child, entry: Any, name: str) -> Any:
    value = getattr(entry, name)
    if name in child.tables:
        return child.words(entry, name)
    return float(value) if isinstance(value, Decimal) else value


def show_child(child: Child, child_id: uuid.UUID, measurement_form: Form | None = None) -> Any:
    """The page of one of them; ``measurement_form`` is what was typed wrongly."""
    actor = current_actor()
    entry = get_kept(child.model, child_id, actor=actor)
    is_indicator = child.model is ProgrammeIndicator
    measurements = queries.list_measurements([child_id], actor=actor)[child_id] if is_indicator else []
    page = render_template(
        "programmes/child.html", child=child, entry=entry, where=f"{child.endpoint}.", plain=plain,
        programme=queries.get_programme(entry.programme_id, actor=actor), measurements=measurements,
        is_indicator=is_indicator,
        measurement_form=measurement_form or Form(MeasurementSchema(), None, {"measured_on": date.today()}),
        panel=get_panel(child.record_type, child_id, actor=actor), may_write=actor.may(Permission.PROGRAMME_WRITE),
    )  # fmt: skip
    return page, 400 if measurement_form else 200


def measure(indicator_id: uuid.UUID) -> Any:
    """Keep a value of an indicator, or take one out."""
    actor = current_actor()
    if "remove" in request.form:
        try:
            day = date.fromisoformat(request.form["remove"])
        except ValueError:
            raise NotFound("measurement") from None
        service.remove_measurement(indicator_id, day, actor=actor)
        flash(_("The value is taken out."))
        return redirect(url_for("programme_indicators.show", child_id=indicator_id))
    form = Form(MeasurementSchema(), request.form)
    try:
        service.record_measurement(indicator_id, form.load(), actor=actor)
    except ValidationFailed as error:
        form.errors = error.errors
        return show_child(CHILDREN[1], indicator_id, form)
    flash(_("The value is kept."))
    return redirect(url_for("programme_indicators.show", child_id=indicator_id))


BLUEPRINTS = tuple(child_pages(child) for child in CHILDREN)

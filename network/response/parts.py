"""The pages of what belongs to a plan: roles, checklist, calls, places, exercises."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.errors import ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.kernel.tenancy import Actor
from network.partners.queries import partner_choices
from network.records.keeping import get_kept
from network.records.queries import get_panel
from network.response import codes, queries, service
from network.response.document import deputy_name, holder_name
from network.response.models import ResponseCall, ResponseExercise, ResponseItem, ResponsePlace, ResponseRole
from network.response.schemas import (
    CallSchema,
    ExerciseSchema,
    FollowUpSchema,
    ItemSchema,
    PlaceSchema,
    RoleSchema,
)
from network.strategy.parties import find_parties
from network.strategy.routes.editing import sent_version, submit, typed, values_of
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

_P = Permission
CONTACTS = ("holder_contact", "deputy_contact", "contact")
"""Ways to reach people: on pages, on paper and in the offline copy, in no exported list."""


@dataclass(frozen=True)
class Part:
    """One kind of what belongs to a plan: its table, its schema and its words."""

    endpoint: str
    address: str
    model: Any
    schema: type[BaseSchema]
    title: Any
    add: Any
    write: Permission = _P.RESPONSE_WRITE
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def record_type(self) -> str:
        """What the register of kinds of records calls it."""
        return str(self.model.__tablename__)

    @property
    def names(self) -> Sequence[str]:
        """The fields that a page shows."""
        return [name for name in self.schema._declared_fields if name not in ("position", "holder_name", "deputy_name")]

    def label(self, name: str) -> str:
        """What a field is called."""
        return str(self.schema._declared_fields[name].metadata["label"])

    def words(self, entry: Any, name: str, names: Mapping[str, str]) -> str:
        """A field of an entry in words; ``names`` has those of roles, partners and people by key."""
        if name in ("holder", "deputy"):
            return names[name]
        value = getattr(entry, name)
        if isinstance(value, date):
            return str(format_date(value, "medium"))
        if isinstance(value, uuid.UUID):
            return names.get(str(value), "")
        return str(self.tables.get(name, {}).get(str(value), value or ""))


PARTS = (
    Part("response_roles", "roles", ResponseRole, RoleSchema, _l("Roles"), _l("Add a role")),
    Part(
        "response_items", "items", ResponseItem, ItemSchema, _l("Checklists"), _l("Add a line"),
        tables={"phase": codes.PHASES, "strand": codes.STRANDS},
    ),
    Part(
        "response_calls", "calls", ResponseCall, CallSchema, _l("Whom to call"), _l("Add a call"),
        tables={"level": codes.LEVELS},
    ),
    Part("response_places", "places", ResponsePlace, PlaceSchema, _l("Places for families"), _l("Add a place")),
    Part(
        "response_exercises", "exercises", ResponseExercise, ExerciseSchema, _l("Exercises"), _l("Add an exercise"),
        _P.RESPONSE_WORK, {"kind": codes.EXERCISES},
    ),
)  # fmt: skip


def _choices(part: Part, plan_id: uuid.UUID, actor: Actor, entry: Any = None) -> dict[str, list[tuple[str, Any]]]:
    """What the form of a part offers; who left stays where they stood."""
    if part.model is ResponseRole:
        leads = find_parties(actor=actor).leads
        found: dict[str, list[tuple[str, Any]]] = {}
        for name in ("holder", "deputy"):
            key = getattr(entry, name) if entry is not None else ""
            gone = [(key, getattr(entry, f"{name}_name"))] if key and key not in dict(leads) else []
            found[name] = [*leads, *gone]
        return found
    if part.model is ResponseItem:
        return {"response_role_id": list(queries.role_choices(plan_id, actor=actor))}
    if part.model is ResponseCall:
        return {"partner_id": list(partner_choices(actor=actor))}
    return {}


def _names(part: Part, entry: Any, actor: Actor) -> dict[str, str]:
    if part.model is ResponseRole:
        parties = find_parties(actor=actor)
        return {"holder": holder_name(entry, parties), "deputy": deputy_name(entry, parties)}
    return {key: str(text) for found in _choices(part, entry.response_plan_id, actor).values() for key, text in found}


def _values(part: Part, entry: Any) -> dict[str, Any]:
    values = values_of(entry, part.schema())
    for name in ("holder", "deputy"):
        # A chosen party says its name itself.
        if values.get(name):
            values[f"{name}_name"] = ""
    return values


def part_pages(part: Part) -> Blueprint:
    """The blueprint with page, forms, archive and export of one kind."""
    bp = Blueprint(part.endpoint, __name__, url_prefix="/response", template_folder="templates")
    model, where = part.model, f"{part.endpoint}."

    @bp.get(f"/plans/<uuid:plan_id>/{part.address}.<any(csv, xlsx):kind>")
    @requires(_P.RESPONSE_READ)
    def export(plan_id: uuid.UUID, kind: str) -> Any:
        """All of them of one plan as a file, without ways to reach people."""
        actor = current_actor()
        queries.get_plan(plan_id, actor=actor)
        shown = [name for name in part.names if name not in CONTACTS]
        parties = find_parties(actor=actor)
        chosen = {key: str(text) for found in _choices(part, plan_id, actor).values() for key, text in found}

        def names(entry: Any) -> dict[str, str]:
            if model is ResponseRole:
                return {"holder": holder_name(entry, parties), "deputy": deputy_name(entry, parties)}
            return chosen

        rows = (
            [getattr(entry, name) if name == "held_on" else part.words(entry, name, names(entry)) for name in shown]
            for entry in queries.list_parts(model, plan_id, actor=actor)
        )
        return download(kind, part.endpoint.replace("_", "-"), [part.label(name) for name in shown], rows)

    @bp.get(f"/{part.address}/<uuid:part_id>")
    @requires(_P.RESPONSE_READ)
    def show(part_id: uuid.UUID) -> Any:
        """One of them."""
        return show_part(part, part_id)

    @bp.route(f"/plans/<uuid:plan_id>/{part.address}/new", methods=["GET", "POST"])
    @requires(part.write)
    def create(plan_id: uuid.UUID) -> Any:
        """Add one to a plan."""
        actor = current_actor()
        queries.get_plan(plan_id, actor=actor)
        initial = {"held_on": date.today(), "level": "local", "kind": "tabletop",
                   "phase": request.args.get("phase", ""), "strand": request.args.get("strand", "")}  # fmt: skip
        form = Form(part.schema(), typed(), initial, _choices(part, plan_id, actor))
        outcome = submit(form, lambda data: service.add_part(model, plan_id, data, actor=actor))
        if outcome.saved is not None:
            flash(_("It is kept."))
            if model is ResponseExercise:
                return redirect(url_for(f"{where}show", part_id=outcome.saved.record_id))
            return redirect(url_for("response_plans.show", plan_id=plan_id, _anchor=part.address))
        page = render_template(
            "response/edit_part.html", part=part, form=form, entry=None, version=0, theirs=None, where=where,
            plan=queries.get_plan(plan_id, actor=actor),
        )  # fmt: skip
        return page, outcome.status

    @bp.route(f"/{part.address}/<uuid:part_id>/edit", methods=["GET", "POST"])
    @requires(part.write)
    def edit(part_id: uuid.UUID) -> Any:
        """Change one; when somebody else was faster, both are shown."""
        actor = current_actor()
        entry = get_kept(model, part_id, actor=actor)
        plan_id = entry.response_plan_id
        form = Form(part.schema(), typed(), _values(part, entry), _choices(part, plan_id, actor, entry))
        version = sent_version() if request.method == "POST" else entry.version

        def reload() -> Form:
            fresh = get_kept(model, part_id, actor=actor)
            return Form(part.schema(), None, _values(part, fresh), _choices(part, plan_id, actor, fresh))

        outcome = submit(
            form, lambda data: service.change_part(model, part_id, data, version=version, actor=actor), reload
        )
        if outcome.saved is not None:
            flash(_("It is changed."))
            return redirect(url_for(f"{where}show", part_id=part_id))
        entry = get_kept(model, part_id, actor=actor)
        page = render_template(
            "response/edit_part.html", part=part, form=form, entry=entry, theirs=outcome.theirs, where=where,
            version=entry.version if outcome.status == 409 else version,
            plan=queries.get_plan(plan_id, actor=actor),
        )  # fmt: skip
        return page, outcome.status

    @bp.post(f"/{part.address}/<uuid:part_id>/archive")
    @requires(part.write)
    def archive(part_id: uuid.UUID) -> Any:
        """Archive one, or undo that."""
        is_archived = request.form.get("undo") != "1"
        service.archive_part(model, part_id, is_archived=is_archived, actor=current_actor())
        flash(_("It is archived.") if is_archived else _("It is back."))
        return redirect(url_for(f"{where}show", part_id=part_id))

    assert all(hasattr(view, "access") for view in (export, show, create, edit, archive))
    return bp


def show_part(part: Part, part_id: uuid.UUID, follow_up: Form | None = None) -> Any:
    """The page of one of them; ``follow_up`` is what was typed wrongly."""
    actor = current_actor()
    entry = get_kept(part.model, part_id, actor=actor)
    is_exercise = part.model is ResponseExercise
    page = render_template(
        "response/part.html", part=part, entry=entry, where=f"{part.endpoint}.", names=_names(part, entry, actor),
        plan=queries.get_plan(entry.response_plan_id, actor=actor), is_exercise=is_exercise,
        follow_ups=queries.list_follow_ups(part_id, actor=actor) if is_exercise else [],
        follow_up=follow_up or Form(FollowUpSchema(), None, {}, _leads(actor)), today=date.today(),
        may_follow_up=actor.may(_P.RESPONSE_WORK) and actor.may(_P.ACTION_WRITE),
        panel=get_panel(part.record_type, part_id, actor=actor), may_write=actor.may(part.write),
    )  # fmt: skip
    return page, 400 if follow_up else 200


def _leads(actor: Actor) -> dict[str, list[tuple[str, Any]]]:
    return {"lead": list(find_parties(actor=actor).leads)} if actor.may(_P.ACTION_WRITE) else {}


exercises = Blueprint("exercises", __name__, url_prefix="/response/exercises", template_folder="templates")


def _year() -> int | None:
    text = request.args.get("year", "")
    return int(text) if text.isdecimal() and 2000 <= int(text[:5]) <= 2999 else None


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in codes.EXERCISES else ""


@exercises.get("/")
@requires(_P.RESPONSE_READ)
def index() -> Any:
    """The exercises of all plans, filtered."""
    actor = current_actor()
    page = queries.list_exercises(
        actor=actor, kind=_kind(), year=_year(), is_archived=request.args.get("archived") == "1",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    year = _year()
    chips = [("kind", codes.EXERCISES.get(_kind())), ("year", str(year) if year else ""),
             ("archived", _("Archived") if request.args.get("archived") == "1" else "")]  # fmt: skip
    return render_template(
        "response/exercises.html", page=page, codes=codes, today=date.today(),
        chip_items=[(name, str(text)) for name, text in chips if text],
        plans=queries.find_plan_names([one.response_plan_id for one in page.items], actor=actor),
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        years=[(str(y), str(y)) for y in range(date.today().year, date.today().year - 6, -1)],
    )  # fmt: skip


@exercises.get("/export.<any(csv, xlsx):file>")
@requires(_P.RESPONSE_READ)
def export_exercises(file: str) -> Any:
    """The filtered exercises of all plans as a file."""
    actor, part = current_actor(), PARTS[4]
    found = queries.all_exercises(actor=actor, kind=_kind(), year=_year())
    plans = queries.find_plan_names([one.response_plan_id for one in found], actor=actor)
    rows = (
        [plans.get(one.response_plan_id, ""),
         *(one.held_on if name == "held_on" else part.words(one, name, {}) for name in part.names)]
        for one in found
    )  # fmt: skip
    return download(file, "exercises", [_("Name of the plan"), *(part.label(name) for name in part.names)], rows)


@exercises.post("/<uuid:part_id>/follow-ups")
@requires(_P.ACTION_WRITE)
def follow_up(part_id: uuid.UUID) -> Any:
    """Add an action that follows from an exercise."""
    actor = current_actor()
    form = Form(FollowUpSchema(), request.form, None, _leads(actor))
    try:
        service.add_follow_up(part_id, form.load(), actor=actor)
    except ValidationFailed as error:
        form.errors = error.errors
        return show_part(PARTS[4], part_id, form)
    flash(_("It stands in the plan of actions."))
    return redirect(url_for("response_exercises.show", part_id=part_id))


BLUEPRINTS = (*(part_pages(part) for part in PARTS), exercises)

"""The pages of a running response: begin, situation, tasks, roles, log, end."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.errors import ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.records.queries import get_panel
from network.response import codes as plan_codes
from network.response.live import codes, queries, service
from network.response.live.schemas import (
    ActivationSchema,
    CorrectionSchema,
    EndSchema,
    EntrySchema,
    HandOverSchema,
    SituationSchema,
    TaskSchema,
)
from network.response.queries import PlanFilter, all_plans, find_plan_names
from network.strategy.routes.editing import read_id, sent_version, submit, typed, values_of
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("activations", __name__, url_prefix="/response/now", template_folder="templates")
STATES = {"running": _l("Running"), "ended": _l("Ended")}
_P = Permission


def _state() -> str:
    state = request.args.get("state", "")
    return state if state in STATES else ""


@bp.get("/")
@requires(_P.RESPONSE_READ)
def index() -> Any:
    """The responses, running ones among them."""
    actor = current_actor()
    page = queries.list_activations(
        actor=actor, state=_state(), after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return render_template(
        "live/index.html", page=page, states=STATES, args={"state": _state()} if _state() else {},
        chip_items=[("state", str(STATES[_state()]))] if _state() else [],
        tasks=queries.count_tasks([one.record_id for one in page.items], actor=actor),
        may_work=actor.may(_P.RESPONSE_WORK),
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(_P.RESPONSE_READ)
def export(kind: str) -> Any:
    """The filtered responses as a file."""
    actor = current_actor()
    found = queries.all_activations(actor=actor, state=_state())
    plans = find_plan_names([one.response_plan_id for one in found if one.response_plan_id], actor=actor)
    tasks = queries.count_tasks([one.record_id for one in found], actor=actor)
    headers = [_("Response"), _("Plan"), _("Begun"), _("Ended"), _("Tasks done"), _("Tasks"), _("Outcome")]
    rows = (
        [one.name, plans.get(one.response_plan_id, "") if one.response_plan_id else "", one.started_at, one.ended_at,
         *tasks.get(one.record_id, (0, 0)), one.outcome]
        for one in found
    )  # fmt: skip
    return download(kind, "responses", headers, rows)


@bp.route("/new", methods=["GET", "POST"])
@requires(_P.RESPONSE_WORK)
def begin() -> Any:
    """Activate a plan for an incident, or without one."""
    actor, args = current_actor(), request.args
    plans = [(str(plan.response_plan_id), plan.name) for plan in all_plans(PlanFilter(), actor=actor)]
    incident_id = read_id(args.get("incident", ""))
    initial = {"response_plan_id": args.get("plan", plans[0][0] if len(plans) == 1 else ""), "incident_id": incident_id or ""}
    form = Form(ActivationSchema(), typed(), initial, {"response_plan_id": list(plans)})
    outcome = submit(form, lambda data: service.begin_response(data, actor=actor))
    if outcome.saved is not None:
        flash(_("The response has begun. Everybody of the team sees this page."))
        return redirect(url_for("activations.show", activation_id=outcome.saved.response_activation_id))
    chosen = read_id(str(form["incident_id"].value))
    page = render_template(
        "live/begin.html", form=form, incident=queries.find_incident_title(chosen, actor=actor), incident_id=chosen
    )
    return page, outcome.status


@bp.get("/<uuid:activation_id>")
@requires(_P.RESPONSE_READ)
def show(activation_id: uuid.UUID) -> Any:
    """The situation page: what is known, what is open, who does what, what happened."""
    return _show(activation_id)


def _show(activation_id: uuid.UUID, **wrong: Form) -> Any:
    actor = current_actor()
    activation = queries.get_activation(activation_id, actor=actor)
    tasks = queries.list_tasks(activation_id, actor=actor)
    log = queries.list_log(activation_id, actor=actor, limit=20)
    plan_id = activation.response_plan_id
    page = render_template(
        "live/show.html", activation=activation, codes=codes, plan_codes=plan_codes, log=log,
        corrections=queries.list_corrections([one.response_log_entry_id for one in log.items], actor=actor),
        tasks=[(phase, [t for t in tasks if t.phase == phase]) for phase in plan_codes.PHASES
               if any(t.phase == phase for t in tasks)],
        done=sum(t.done_at is not None for t in tasks), count=len(tasks),
        shifts=queries.list_shifts(activation_id, actor=actor),
        plan=find_plan_names([plan_id], actor=actor).get(plan_id, "") if plan_id else "",
        incident=queries.find_incident_title(activation.incident_id, actor=actor),
        entry_form=wrong.get("entry") or Form(EntrySchema(), None, {"kind": "note"}),
        task_form=wrong.get("task") or Form(TaskSchema(), None, {"phase": "first_hour", "strand": "security"}),
        entry_key=request.form.get("key") or str(uuid.uuid4()),
        panel=get_panel("response_activation", activation_id, actor=actor),
        may_work=actor.may(_P.RESPONSE_WORK) and activation.ended_at is None, may_correct=actor.may(_P.RESPONSE_WORK),
    )  # fmt: skip
    return page, 400 if wrong else 200


@bp.route("/<uuid:activation_id>/situation", methods=["GET", "POST"])
@requires(_P.RESPONSE_WORK)
def situation(activation_id: uuid.UUID) -> Any:
    """Change what is known; when somebody else was faster, both are shown."""
    actor = current_actor()
    activation = queries.get_activation(activation_id, actor=actor)
    form = Form(SituationSchema(), typed(), values_of(activation, SituationSchema()))
    version = sent_version() if request.method == "POST" else activation.version

    def reload() -> Form:
        fresh = queries.get_activation(activation_id, actor=actor)
        return Form(SituationSchema(), None, values_of(fresh, SituationSchema()))

    outcome = submit(
        form, lambda data: service.tell_situation(activation_id, data, version=version, actor=actor), reload
    )
    if outcome.saved is not None:
        flash(_("The situation is changed, and stands in the log."))
        return redirect(url_for("activations.show", activation_id=activation_id))
    activation = queries.get_activation(activation_id, actor=actor)
    page = render_template(
        "live/form.html", activation=activation, form=form, theirs=outcome.theirs, heading=_("Situation"), about="",
        version=activation.version if outcome.status == 409 else version, button=_("Save"),
    )  # fmt: skip
    return page, outcome.status


@bp.post("/<uuid:activation_id>/tasks")
@requires(_P.RESPONSE_WORK)
def add_task(activation_id: uuid.UUID) -> Any:
    """Add something to do."""
    form = Form(TaskSchema(), request.form)
    try:
        service.add_task(activation_id, form.load(), actor=current_actor())
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(activation_id, task=form)
    return redirect(url_for("activations.show", activation_id=activation_id, _anchor="tasks"))


@bp.post("/<uuid:activation_id>/tasks/<uuid:task_id>")
@requires(_P.RESPONSE_WORK)
def tick(activation_id: uuid.UUID, task_id: uuid.UUID) -> Any:
    """Say that a task is done, or not after all."""
    actor, is_done = current_actor(), request.form.get("undo") != "1"
    if not service.tick_task(activation_id, task_id, is_done=is_done, actor=actor):
        task = queries.get_task(activation_id, task_id, actor=actor)
        flash(_("%(name)s has done this already.", name=task.done_by_name) if is_done else _("It is open already."))
    return redirect(url_for("activations.show", activation_id=activation_id, _anchor=f"t-{task_id}"))


@bp.post("/<uuid:activation_id>/log")
@requires(_P.RESPONSE_WORK)
def write(activation_id: uuid.UUID) -> Any:
    """Write into the log."""
    form = Form(EntrySchema(), request.form)
    try:
        key = read_id(request.form.get("key", ""))
        service.write_entry(activation_id, form.load(), entry_id=key, actor=current_actor())
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(activation_id, entry=form)
    return redirect(url_for("activations.show", activation_id=activation_id, _anchor="log"))


@bp.get("/<uuid:activation_id>/log")
@requires(_P.RESPONSE_READ)
def log(activation_id: uuid.UUID) -> Any:
    """The whole log, the latest first."""
    actor, kind = current_actor(), request.args.get("kind", "")
    kind = kind if kind in codes.ENTRIES else ""
    activation = queries.get_activation(activation_id, actor=actor)
    page = queries.list_log(
        activation_id, actor=actor, kind=kind, after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )  # fmt: skip
    return render_template(
        "live/log.html", activation=activation, page=page, codes=codes, kind=kind,
        args={"activation_id": activation_id} | ({"kind": kind} if kind else {}),
        corrections=queries.list_corrections([one.response_log_entry_id for one in page.items], actor=actor),
        may_correct=actor.may(_P.RESPONSE_WORK),
    )  # fmt: skip


@bp.get("/<uuid:activation_id>/log.<any(csv, xlsx):kind>")
@requires(_P.RESPONSE_READ)
def export_log(activation_id: uuid.UUID, kind: str) -> Any:
    """The whole log in its order as a file."""
    actor = current_actor()
    queries.get_activation(activation_id, actor=actor)
    entries = queries.all_log(activation_id, actor=actor)
    numbers = {entry.response_log_entry_id: number for number, entry in enumerate(entries, 1)}
    headers = [_("Number"), _("When"), _("Who"), _("Kind"), _("Entry"), _("Who decided"), _("Why"), _("Corrects number")]
    rows = (
        [number, entry.created_at, entry.author_name, str(codes.ENTRIES[entry.kind]), entry.body, entry.decided_by,
         entry.reason, numbers.get(entry.corrects_id) if entry.corrects_id else None]
        for number, entry in enumerate(entries, 1)
    )  # fmt: skip
    return download(kind, "response-log", headers, rows)


@bp.route("/<uuid:activation_id>/log/<uuid:entry_id>/correct", methods=["GET", "POST"])
@requires(_P.RESPONSE_WORK)
def correct(activation_id: uuid.UUID, entry_id: uuid.UUID) -> Any:
    """Say what is right instead of an entry."""
    actor = current_actor()
    activation = queries.get_activation(activation_id, actor=actor)
    entry = queries.get_entry(activation_id, entry_id, actor=actor)
    form = Form(CorrectionSchema(), typed())

    def save(data: dict[str, Any]) -> bool:
        service.correct_entry(activation_id, entry_id, data, actor=actor)
        return True

    outcome = submit(form, save)
    if outcome.saved is not None:
        flash(_("The correction stands beside the entry."))
        return redirect(url_for("activations.log", activation_id=activation_id))
    page = render_template(
        "live/form.html", activation=activation, form=form, theirs=None, version=0, heading=_("Correct an entry"),
        about=entry.body, button=_("Correct"),
    )  # fmt: skip
    return page, outcome.status


@bp.route("/<uuid:activation_id>/roles/<uuid:shift_id>", methods=["GET", "POST"])
@requires(_P.RESPONSE_WORK)
def hand_over(activation_id: uuid.UUID, shift_id: uuid.UUID) -> Any:
    """Give a role to the next person."""
    actor = current_actor()
    queries.get_activation(activation_id, actor=actor)
    shift = queries.get_shift(activation_id, shift_id, actor=actor)
    version = sent_version() if request.method == "POST" else shift.version
    form = Form(HandOverSchema(), typed())

    def reload() -> Form:
        return Form(HandOverSchema(), None, {"holder_name": queries.get_shift(activation_id, shift_id, actor=actor).holder_name})

    outcome = submit(
        form, lambda data: service.hand_over(activation_id, shift_id, data, version=version, actor=actor), reload
    )
    if outcome.saved is not None:
        flash(_("The role is handed over."))
        return redirect(url_for("activations.show", activation_id=activation_id, _anchor="roles"))
    shift = queries.get_shift(activation_id, shift_id, actor=actor)
    now = f"{shift.name}: {shift.holder_name or _('Nobody yet')}"
    page = render_template(
        "live/form.html", activation=queries.get_activation(activation_id, actor=actor), form=form,
        theirs=outcome.theirs, version=shift.version if outcome.status == 409 else version,
        heading=_("Hand over a role"), about=now, button=_("Hand over"),
    )  # fmt: skip
    return page, outcome.status


@bp.route("/<uuid:activation_id>/end", methods=["GET", "POST"])
@requires(_P.RESPONSE_WORK)
def end(activation_id: uuid.UUID) -> Any:
    """End the response."""
    actor = current_actor()
    activation = queries.get_activation(activation_id, actor=actor)
    version = sent_version() if request.method == "POST" else activation.version
    form = Form(EndSchema(), typed())

    def reload() -> Form:
        fresh = queries.get_activation(activation_id, actor=actor)
        return Form(EndSchema(), None, {"outcome": fresh.outcome})

    outcome = submit(form, lambda data: service.end_response(activation_id, data, version=version, actor=actor), reload)
    if outcome.saved is not None:
        flash(_("The response has ended."))
        return redirect(url_for("activations.show", activation_id=activation_id))
    tasks = queries.count_tasks([activation_id], actor=actor).get(activation_id, (0, 0))
    activation = queries.get_activation(activation_id, actor=actor)
    page = render_template(
        "live/form.html", activation=activation, form=form, theirs=outcome.theirs, heading=_("End the response"),
        version=activation.version if outcome.status == 409 else version, button=_("End the response"),
        about=_("%(done)s of %(count)s tasks are done.", done=tasks[0], count=tasks[1]),
    )  # fmt: skip
    return page, outcome.status

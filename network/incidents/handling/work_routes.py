"""Pages of tasks and referrals of incidents."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.cities.queries import get_time_zone
from network.identity.permissions import Permission
from network.incidents.handling import queries, work
from network.incidents.handling.models import IncidentReferral, IncidentTask
from network.incidents.handling.pages import moment_of, referral_form, render_incident, task_form
from network.incidents.handling.queries import TASK_STATES, TaskFilter
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.tenancy import Actor
from network.records.keeping import get_kept
from network.records.queries import find_titles
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

K = TypeVar("K", IncidentTask, IncidentReferral)

bp = Blueprint("incident_work", __name__, url_prefix="/incidents", template_folder="templates")


def _state_words() -> dict[str, str]:
    return {"open": _("Open"), "overdue": _("Overdue"), "done": _("Done"), "archived": _("Archived")}


def _who(actor: Actor) -> dict[str, str]:
    team = queries.list_team(actor=actor)
    return {"me": _("Mine"), "nobody": _("Nobody's")} | {str(person): name for person, name in team.items()}


def _filter(who: dict[str, str]) -> TaskFilter:
    owner, state = request.args.get("owner", ""), request.args.get("state", "")
    return TaskFilter(
        owner=owner if owner in who else "", state=state if state in TASK_STATES else "open",
        text=request.args.get("q", "").strip()[:200],
    )  # fmt: skip


@bp.get("/tasks/")
@requires(Permission.INCIDENT_READ)
def index() -> Any:
    """The tasks of all incidents: mine, overdue, everybody's."""
    actor = current_actor()
    who = _who(actor)
    wanted = _filter(who)
    page = queries.list_tasks(
        wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    chips = [("owner", who.get(wanted.owner, "")), ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
             ("state", wanted.state != "open" and _state_words()[wanted.state])]  # fmt: skip
    return render_template(
        "handling/tasks.html", page=page, who=who, states=_state_words(), wanted=wanted,
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        chip_items=[(name, str(text)) for name, text in chips if text], now=queries.read_clock(),
        titles=find_titles([("incident", task.incident_id) for task in page.items], actor=actor) if page.items else {},
        moment_here=moment_of(get_time_zone(actor=actor)), may_handle=actor.may(Permission.INCIDENT_HANDLE),
    )  # fmt: skip


@bp.get("/tasks/export.<any(csv, xlsx):file>")
@requires(Permission.INCIDENT_READ)
def export(file: str) -> Any:
    """The filtered tasks as a file."""
    actor = current_actor()
    who, zone = _who(actor), get_time_zone(actor=actor)
    headers = [_("What is to be done"), _("Who does it"), _("Due on"), _("Done"), _("Incident")]
    rows = (
        [t.title, who.get(str(t.owner_id), ""), t.due_at.astimezone(zone),
         t.done_at.astimezone(zone) if t.done_at else "", str(t.incident_id)]
        for t in queries.all_tasks(_filter(who), actor=actor)
    )  # fmt: skip
    return download(file, "tasks", headers, rows)


def _version() -> int:
    value = request.form.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0


def _back(incident_id: uuid.UUID, place: str) -> Any:
    return redirect(url_for("incidents.show", incident_id=incident_id) + f"#{place}")


@bp.post("/<uuid:incident_id>/tasks")
@requires(Permission.INCIDENT_HANDLE)
def add_task(incident_id: uuid.UUID) -> Any:
    """Give somebody something to do. What can't be kept is shown again with the reason."""
    form = task_form(is_typed=True)
    try:
        work.add_task(incident_id, form.load(), actor=current_actor())
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return render_incident(incident_id, task=form), 400
    flash(_("The task is kept."))
    return _back(incident_id, "tasks")


@bp.post("/tasks/<uuid:task_id>/done")
@requires(Permission.INCIDENT_HANDLE)
def finish(task_id: uuid.UUID) -> Any:
    """Say that a task is done, or undo that."""
    is_done = request.form.get("undo") != "1"
    task = work.finish_task(task_id, is_done=is_done, version=_version(), actor=current_actor())
    flash(_("The task is done.") if is_done else _("The task is open again."))
    return _back(task.incident_id, "tasks")


@bp.post("/tasks/<uuid:task_id>/archive")
@requires(Permission.INCIDENT_HANDLE)
def archive_task(task_id: uuid.UUID) -> Any:
    """Take a task out of the lists, or bring it back."""
    is_archived = request.form.get("undo") != "1"
    task = work.archive_task(task_id, is_archived=is_archived, actor=current_actor())
    flash(_("The task is archived.") if is_archived else _("The task is back."))
    return _back(task.incident_id, "tasks")


def _task_values(task: IncidentTask, actor: Actor) -> dict[str, Any]:
    due = task.due_at.astimezone(get_time_zone(actor=actor))
    return {"title": task.title, "owner_id": str(task.owner_id or ""), "due_on": due.date().isoformat(),
            "due_time": due.strftime("%H:%M")}  # fmt: skip


def _edit(
    model: type[K], record_id: uuid.UUID, form_of: Callable[[K, bool], Form], change: Callable[..., object], *,
    heading: str, done: str, place: str, archive_url: str,
) -> Any:  # fmt: skip
    """Change what belongs to an incident; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    part = get_kept(model, record_id, actor=actor)
    form, theirs, status = form_of(part, request.method == "POST"), None, 200
    if request.method == "POST":
        try:
            change(record_id, form.load(), version=_version(), actor=actor)
            flash(done)
            return _back(part.incident_id, place)
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
        except Conflict:
            db.session.rollback()
            status = 409
        part = get_kept(model, record_id, actor=actor)
        theirs = form_of(part, False) if status == 409 else None
    return render_template(
        "handling/edit_part.html", form=form, theirs=theirs, part=part, heading=heading, archive_url=archive_url
    ), status


@bp.route("/tasks/<uuid:task_id>", methods=["GET", "POST"])
@requires(Permission.INCIDENT_HANDLE)
def edit_task(task_id: uuid.UUID) -> Any:
    """Change a task."""
    actor = current_actor()
    return _edit(
        IncidentTask, task_id, lambda task, is_typed: task_form(_task_values(task, actor), is_typed=is_typed),
        work.change_task, heading=_("Change the task"), done=_("The task is changed."), place="tasks",
        archive_url=url_for("incident_work.archive_task", task_id=task_id),
    )  # fmt: skip


@bp.post("/<uuid:incident_id>/referrals")
@requires(Permission.INCIDENT_HANDLE)
def refer(incident_id: uuid.UUID) -> Any:
    """Note that an incident was passed on. What can't be kept is shown again with the reason."""
    form = referral_form(is_typed=True)
    try:
        work.refer_incident(incident_id, form.load(), actor=current_actor())
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return render_incident(incident_id, referral=form), 400
    flash(_("It is kept to whom the incident was passed on."))
    return _back(incident_id, "referrals")


def _referral_values(referral: IncidentReferral, actor: Actor) -> dict[str, Any]:
    names = {name: str(person) for person, name in queries.list_team(actor=actor).items()}
    values = {name: getattr(referral, name) or "" for name in ("recipient_kind", "recipient", "note", "sent_on", "answer", "answered_on")}
    return {**values, "partner_id": str(referral.partner_id or ""), "sent_by_id": names.get(referral.sent_by_name, "")}


@bp.route("/referrals/<uuid:referral_id>", methods=["GET", "POST"])
@requires(Permission.INCIDENT_HANDLE)
def edit_referral(referral_id: uuid.UUID) -> Any:
    """Note the answer or correct a referral."""
    actor = current_actor()
    return _edit(
        IncidentReferral, referral_id,
        lambda referral, is_typed: referral_form(_referral_values(referral, actor), is_typed=is_typed),
        work.change_referral, heading=_("The referral and its answer"), done=_("The referral is changed."),
        place="referrals", archive_url=url_for("incident_work.archive_referral", referral_id=referral_id),
    )  # fmt: skip


@bp.post("/referrals/<uuid:referral_id>/archive")
@requires(Permission.INCIDENT_HANDLE)
def archive_referral(referral_id: uuid.UUID) -> Any:
    """Take a referral out of the page, or bring it back."""
    is_archived = request.form.get("undo") != "1"
    referral = work.archive_referral(referral_id, is_archived=is_archived, actor=current_actor())
    flash(_("The referral is archived.") if is_archived else _("The referral is back."))
    return _back(referral.incident_id, "referrals")

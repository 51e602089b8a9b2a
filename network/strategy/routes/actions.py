"""The action plan: list, board, timeline, file, and the page of each action."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.cities.queries import get_city
from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.practices.queries import get_practice
from network.records.queries import get_panel
from network.strategy import codes, queries, service
from network.strategy.models import Action
from network.strategy.parties import Parties, find_parties
from network.strategy.queries import ActionFilter
from network.strategy.routes.editing import money, plain, read_id, sent_version, submit, typed, values_of
from network.strategy.schemas import ActionSchema, ReportSchema, currency_of
from network.web.access import current_actor, requires
from network.web.charts import Span, timeline_chart
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("actions", __name__, url_prefix="/actions", template_folder="../templates")
bp.add_app_template_global(money, "money")


FILTERS = ("q", "lead", "objective", "overdue", "unowned", "unfunded", "reported")
"""What the board hands on when a card is moved."""


def read_filter() -> ActionFilter:
    """The filter in the address."""
    status, lead = request.args.get("status", ""), request.args.get("lead", "")
    kind, _colon, key = lead.partition(":")
    known = lead == "me" or (kind in ("partner", "person") and read_id(key) is not None)
    return ActionFilter(
        text=request.args.get("q", "").strip()[:200], status=status if status in codes.STATUSES else "",
        lead=lead if known else "", objective_id=read_id(request.args.get("objective", "")),
        is_overdue=request.args.get("overdue") == "1", is_unowned=request.args.get("unowned") == "1",
        is_unfunded=request.args.get("unfunded") == "1", has_reports=request.args.get("reported") == "1",
        is_archived=request.args.get("archived") == "1",
    )  # fmt: skip


def make_chips(wanted: ActionFilter, parties: Parties, objectives: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The filters in force, in words."""
    lead = _("Mine") if wanted.lead == "me" else parties.name_of(wanted.lead, _("A former colleague"))
    objective = dict(objectives).get(str(wanted.objective_id), _("Another objective"))
    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("status", wanted.status and str(codes.STATUSES[wanted.status])),
        ("lead", wanted.lead and _("Lead: %(name)s", name=lead)),
        ("objective", wanted.objective_id and objective),
        ("overdue", wanted.is_overdue and _("Overdue")),
        ("unowned", wanted.is_unowned and _("Nobody leads")),
        ("unfunded", wanted.is_unfunded and _("Not paid for")),
        ("reported", wanted.has_reports and _("Reported by a partner")),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    return [(name, str(text)) for name, text in found if text]


def page_arguments(wanted: ActionFilter) -> dict[str, Any]:
    """What the list, the board and the timeline have in common."""
    actor = current_actor()
    parties, objectives = find_parties(actor=actor), queries.objective_choices(actor=actor)
    return {
        "chip_items": make_chips(wanted, parties, objectives), "codes": codes, "objectives": objectives,
        "parties": parties, "leads": [("me", _("Mine")), *parties.leads],
        "args": {k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        "counts": queries.count_actions(actor=actor), "today": date.today(),
        "may_write": actor.may(Permission.ACTION_WRITE), "problems": problems_of,
    }  # fmt: skip


def problems_of(action: Action) -> list[str]:
    """What is wrong with an action, in words."""
    if action.status not in codes.OPEN:
        return []
    found = []
    if action.due_on and action.due_on < date.today():
        found.append(_("Overdue"))
    if not action.lead:
        found.append(_("Nobody leads"))
    if not action.funding_source and (action.budget is None or action.budget > 0):
        found.append(_("Not paid for"))
    return found


@bp.get("/")
@requires(Permission.STRATEGY_READ)
def index() -> Any:
    """The action plan as a list."""
    wanted, sort = read_filter(), request.args.get("sort", "due")
    sort = sort if sort in queries.SORTS else "due"
    page = queries.list_actions(
        wanted, actor=current_actor(), sort=sort, after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )  # fmt: skip
    return render_template("actions/index.html", page=page, sort=sort, **page_arguments(wanted))


@bp.get("/board")
@requires(Permission.STRATEGY_READ)
def board() -> Any:
    """The action plan by status; a small form on each card moves it."""
    wanted = read_filter()
    actions = queries.all_actions(wanted, actor=current_actor(), limit=queries.MOST_ON_A_BOARD)
    columns = {status: [a for a in actions if a.status == status] for status in codes.STATUSES}
    return render_template("actions/board.html", columns=columns, actions=actions, most=queries.MOST_ON_A_BOARD,
                           **page_arguments(wanted))  # fmt: skip


@bp.get("/timeline")
@requires(Permission.STRATEGY_READ)
def timeline() -> Any:
    """The action plan over the months."""
    wanted, today = read_filter(), date.today()
    actions = queries.all_actions(wanted, actor=current_actor(), limit=queries.MOST_ON_A_BOARD)
    actions.sort(key=lambda a: (a.starts_on or a.due_on or date.max, a.due_key))
    spans = [Span(a.title, a.starts_on, a.due_on, _tone(a, today)) for a in actions]
    chart = timeline_chart(_("Timeline"), spans, today, (), ())
    return render_template("actions/timeline.html", chart_of=chart, actions=actions, **page_arguments(wanted))


def _tone(action: Action, today: date) -> str:
    if action.status in codes.OPEN and action.due_on and action.due_on < today:
        return "warn"
    return {"planned": "", "active": "strong", "done": "good", "stopped": "off"}[action.status]


@bp.post("/<uuid:action_id>/move")
@requires(Permission.ACTION_WRITE)
def move(action_id: uuid.UUID) -> Any:
    """Give an action another status and go back to the board as it was filtered."""
    service.move_action(action_id, status=request.form.get("status", ""), actor=current_actor())
    flash(_("The action is moved."))
    args: dict[str, Any] = {name: request.form[name] for name in FILTERS if request.form.get(name)}
    return redirect(url_for("actions.board", **args))


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.STRATEGY_READ)
def export(kind: str) -> Any:
    """The filtered action plan as a file."""
    actor = current_actor()
    objectives = {o.objective_id: o.title for o in queries.list_objectives(actor=actor)}
    headers = [_("Title"), _("Objective"), _("What is done"), _("Lead"), _("Supported by"), _("Consulted"), _("Status"),
               _("Percent done"), _("Start"), _("Due"), _("Budget"), _("Currency"), _("Paid from"),
               _("We took this from"), _("What we changed")]  # fmt: skip
    rows = (
        [a.title, objectives.get(a.objective_id, "") if a.objective_id else "", a.description, a.lead_name,
         a.support_names, a.consulted_names, str(codes.STATUSES[a.status]), a.percent, a.starts_on, a.due_on,
         float(a.budget) if a.budget is not None and kind == "xlsx" else plain(a.budget), a.currency,
         a.funding_source, a.adapted_from_practice, a.changed_from_practice]
        for a in queries.all_actions(read_filter(), actor=actor)
    )  # fmt: skip
    return download(kind, "actions", headers, rows)


def _form(initial: dict[str, Any]) -> Form:
    actor = current_actor()
    parties = find_parties(actor=actor)
    leads, others = parties.leads, parties.others
    # Who left since stays to be chosen, where they stand already.
    if initial.get("lead") and initial["lead"] not in dict(leads):
        leads = [*leads, (initial["lead"], initial.get("lead_name", ""))]
    names = {**initial.get("party_names", {}), **dict(others)}
    objectives = queries.objective_choices(actor=actor)
    kept = initial.get("objective_id")
    if isinstance(kept, uuid.UUID) and str(kept) not in dict(objectives):
        objectives.append((str(kept), queries.get_objective(kept, actor=actor).title))
    return Form(
        ActionSchema(), typed(), initial,
        {"lead": leads, "support": list(names.items()), "consulted": list(names.items()),
         "objective_id": objectives},
    )  # fmt: skip


def _initial(action: Action) -> dict[str, Any]:
    names = dict(zip([*action.support, *action.consulted], [*action.support_names, *action.consulted_names], strict=False))
    return values_of(action, ActionSchema()) | {"lead_name": action.lead_name, "party_names": names}


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ACTION_WRITE)
def create() -> Any:
    """Add an action; with ``practice`` in the address, begun from that practice example."""
    actor = current_actor()
    initial: dict[str, Any] = {"status": "planned", "percent": 0, "objective_id": request.args.get("objective", ""),
                               "currency": currency_of(get_city(actor=actor).country, date.today())}  # fmt: skip
    practice = None
    if slug := request.args.get("practice", "")[:200]:
        practice = get_practice(slug)
        initial |= {
            "title": practice.title, "practice_slug": practice.slug, "description": practice.summary,
            "adapted_from_practice": f"{practice.title} ({practice.city})",
        }  # fmt: skip
    form = _form(initial)
    done = submit(form, lambda data: service.add_action(data, actor=actor))
    if done.saved is not None:
        flash(_("The action is in the plan."))
        return redirect(url_for("actions.show", action_id=done.saved.action_id))
    page = render_template("actions/edit.html", form=form, action=None, theirs=None, practice=practice)
    return page, done.status


@bp.route("/<uuid:action_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACTION_WRITE)
def edit(action_id: uuid.UUID) -> Any:
    """Change an action; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    form = _form(_initial(queries.get_action(action_id, actor=actor)))

    def reload() -> Form:
        return Form(
            ActionSchema(), None, _initial(queries.get_action(action_id, actor=actor)), form.choices
        )

    done = submit(
        form, lambda data: service.change_action(action_id, data, version=sent_version(), actor=actor), reload
    )
    if done.saved is not None:
        flash(_("The action is changed."))
        return redirect(url_for("actions.show", action_id=action_id))
    action = queries.get_action(action_id, actor=actor)
    return render_template("actions/edit.html", form=form, action=action, theirs=done.theirs, practice=None), done.status


@bp.get("/<uuid:action_id>")
@requires(Permission.STRATEGY_READ)
def show(action_id: uuid.UUID) -> Any:
    """One action with what was told of it."""
    return _show(action_id, Form(ReportSchema()))


def _show(action_id: uuid.UUID, form: Form) -> Any:
    actor = current_actor()
    action = queries.get_action(action_id, actor=actor)
    objective = queries.get_objective(action.objective_id, actor=actor) if action.objective_id else None
    page = render_template(
        "actions/show.html", action=action, objective=objective, codes=codes, problems=problems_of(action),
        parties=find_parties(actor=actor), reports=queries.list_reports(action_id, actor=actor), form=form,
        panel=get_panel("action", action_id, actor=actor), may_write=actor.may(Permission.ACTION_WRITE),
        practice=_find_practice(action.practice_slug),
    )  # fmt: skip
    return page, 400 if form.errors else 200


def _find_practice(slug: str) -> Any:
    if not slug:
        return None
    try:
        return get_practice(slug)
    except NotFound:
        return None


@bp.post("/<uuid:action_id>/archive")
@requires(Permission.ACTION_WRITE)
def archive(action_id: uuid.UUID) -> Any:
    """Archive an action, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_action(action_id, is_archived=is_archived, actor=current_actor())
    flash(_("The action is archived.") if is_archived else _("The action is back."))
    return redirect(url_for("actions.show", action_id=action_id))


@bp.post("/<uuid:action_id>/reports")
@requires(Permission.ACTION_WRITE)
def report(action_id: uuid.UUID) -> Any:
    """Tell how an action goes, or answer what a partner proposed."""
    actor = current_actor()
    here = redirect(url_for("actions.show", action_id=action_id))
    if "answer" in request.form:
        report_id = read_id(request.form.get("report_id", ""))
        if report_id is None:
            raise NotFound("report")
        is_accepted = request.form["answer"] == "accept"
        service.answer_report(action_id, report_id, is_accepted=is_accepted, actor=actor)
        flash(_("The proposal is taken over.") if is_accepted else _("The report is marked as read."))
        return here
    form = Form(ReportSchema(), request.form)
    try:
        service.report_progress(action_id, form.load(), actor=actor)
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return _show(action_id, form)
    flash(_("Your note is kept."))
    return here

"""The pages of response plans: list, forms, adoption, editions, paper and offline copy."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.communications.models import MessageTemplate
from network.communications.queries import RegisterFilter, all_of_register
from network.identity.permissions import Permission
from network.kernel.errors import NotFound, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.tenancy import Actor
from network.records.queries import get_panel
from network.response import codes, queries, service
from network.response.document import build_document, checklists, deputy_name, holder_name
from network.response.models import (
    ResponseCall,
    ResponseExercise,
    ResponseItem,
    ResponsePlace,
    ResponsePlan,
    ResponseRole,
)
from network.response.parts import PARTS
from network.response.queries import PlanFilter
from network.response.schemas import AdoptionSchema, PlanSchema
from network.response.starters import STARTERS, get_starter
from network.strategy.documents.pdf import file_name
from network.strategy.parties import find_parties
from network.strategy.routes.editing import plain, sent_version, submit, typed
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("response_plans", __name__, url_prefix="/response", template_folder="templates")
SORT_NAMES = {"name": _l("By name"), "newest": _l("Newest first")}
_P = Permission


def phone_of(text: str) -> str:
    """The first telephone number in a text, to be called; empty if there is none."""
    found = re.search(r"\+?\d[\d ()./-]{4,}\d", text)
    return re.sub(r"[^\d+]", "", found[0]) if found else ""


def _filter() -> PlanFilter:
    args = request.args
    scenario, state = args.get("scenario", ""), args.get("state", "")
    return PlanFilter(
        text=args.get("q", "").strip()[:200], scenario=scenario if scenario in codes.SCENARIOS else "",
        state=state if state in codes.STATES else "", is_archived=args.get("archived") == "1",
    )  # fmt: skip


def _chips(wanted: PlanFilter) -> list[tuple[str, str]]:
    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("scenario", wanted.scenario and codes.SCENARIOS[wanted.scenario]),
        ("state", wanted.state and codes.STATES[wanted.state]),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    return [(name, str(text)) for name, text in found if text]


@bp.get("/")
@requires(_P.RESPONSE_READ)
def index() -> Any:
    """The plans, filtered and sorted, and how ready the city is."""
    actor, wanted, sort = current_actor(), _filter(), request.args.get("sort", "")
    page = queries.list_plans(
        wanted, actor=actor, sort=sort if sort in queries.SORTS else "name",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    return render_template(
        "response/index.html", page=page, chip_items=_chips(wanted), codes=codes, sorts=SORT_NAMES,
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        standings=queries.find_standings([plan.response_plan_id for plan in page.items], actor=actor),
        progress=queries.response_progress(actor=actor), may_write=actor.may(_P.RESPONSE_WRITE),
    )  # fmt: skip


@bp.get("/plans.<any(csv, xlsx):kind>")
@requires(_P.RESPONSE_READ)
def export(kind: str) -> Any:
    """The filtered plans as a file."""
    actor = current_actor()
    plans = queries.all_plans(_filter(), actor=actor)
    standings = queries.find_standings([plan.response_plan_id for plan in plans], actor=actor)
    fields = ("name", "scenario_kinds", "scenario", "purpose", "activation", "meeting_place")
    headers = [str(PlanSchema._declared_fields[name].metadata["label"]) for name in fields]
    headers += [_("Status"), _("Edition"), _("Adopted on"), _("Review due on"), _("Roles"), _("Roles without a deputy")]

    def row(plan: ResponsePlan) -> list[Any]:
        standing = standings[plan.response_plan_id]
        kinds = [str(codes.SCENARIOS[one]) for one in plan.scenario_kinds]
        return [plan.name, kinds, plan.scenario, plan.purpose, plan.activation, plan.meeting_place,
                str(codes.STATES[standing.state]), standing.edition, standing.adopted_on, standing.review_on,
                standing.roles, standing.without_deputy]  # fmt: skip

    return download(kind, "response-plans", headers, (row(plan) for plan in plans))


def _form(actor: Actor, initial: dict[str, Any], sent: Any) -> Form:
    templates = [(str(one.message_template_id), f"{one.name} ({one.language})")
                 for one in all_of_register(MessageTemplate, RegisterFilter(), actor=actor)]  # fmt: skip
    return Form(PlanSchema(), sent, initial, {"message_template_ids": templates})


@bp.route("/plans/new", methods=["GET", "POST"])
@requires(_P.RESPONSE_WRITE)
def create() -> Any:
    """Begin an empty plan."""
    actor = current_actor()
    form = _form(actor, {}, typed())
    outcome = submit(form, lambda data: service.begin_plan(data, actor=actor))
    if outcome.saved is not None:
        flash(_("The plan is kept. Roles and a checklist for the first hour come next."))
        return redirect(url_for("response_plans.show", plan_id=outcome.saved.response_plan_id))
    page = render_template("response/edit.html", form=form, plan=None, version=0, theirs=None)
    return page, outcome.status


@bp.route("/plans/from-template", methods=["GET", "POST"])
@requires(_P.RESPONSE_WRITE)
def begin() -> Any:
    """Begin with a ready-made plan, in full or in the short form for a small town."""
    actor, message = current_actor(), ""
    if request.method == "POST":
        starter = get_starter(request.form.get("starter", ""))
        try:
            plan = service.begin_from_starter(
                starter, name=str(starter.name), is_small=request.form.get("size") == "small", actor=actor
            )
        except ValidationFailed as error:
            message = " ".join(text for texts in error.errors.values() for text in texts)
        else:
            flash(_("The plan is yours now. Write names and numbers to the roles, and take out what does not fit."))
            return redirect(url_for("response_plans.show", plan_id=plan.response_plan_id))
    page = render_template("response/starters.html", starters=STARTERS, message=message, codes=codes)
    return page, 400 if message else 200


def _values(plan: ResponsePlan, actor: Actor) -> dict[str, Any]:
    values = {
        name: plain(getattr(plan, name)) for name in PlanSchema().load_fields if name != "message_template_ids"
    }
    chosen = queries.list_templates(plan.response_plan_id, actor=actor)
    return values | {"message_template_ids": [str(one.message_template_id) for one in chosen]}


@bp.route("/plans/<uuid:plan_id>/edit", methods=["GET", "POST"])
@requires(_P.RESPONSE_WRITE)
def edit(plan_id: uuid.UUID) -> Any:
    """Change a plan; when somebody else was faster, both are shown."""
    actor = current_actor()
    plan = queries.get_plan(plan_id, actor=actor)
    form = _form(actor, _values(plan, actor), typed())
    version = sent_version() if request.method == "POST" else plan.version

    def reload() -> Form:
        return _form(actor, _values(queries.get_plan(plan_id, actor=actor), actor), None)

    outcome = submit(form, lambda data: service.change_plan(plan_id, data, version=version, actor=actor), reload)
    if outcome.saved is not None:
        flash(_("The plan is changed."))
        return redirect(url_for("response_plans.show", plan_id=plan_id))
    plan = queries.get_plan(plan_id, actor=actor)
    page = render_template(
        "response/edit.html", form=form, plan=plan, theirs=outcome.theirs,
        version=plan.version if outcome.status == 409 else version,
    )  # fmt: skip
    return page, outcome.status


@bp.get("/plans/<uuid:plan_id>")
@requires(_P.RESPONSE_READ)
def show(plan_id: uuid.UUID) -> Any:
    """A plan with everything in it."""
    return _show(plan_id)


def _show(plan_id: uuid.UUID, adoption: Form | None = None) -> Any:
    actor = current_actor()
    plan = queries.get_plan(plan_id, actor=actor)
    parties = find_parties(actor=actor)
    roles = queries.list_parts(ResponseRole, plan_id, actor=actor)
    items = queries.list_parts(ResponseItem, plan_id, actor=actor)
    editions = queries.list_editions(plan_id, actor=actor)
    today = date.today()
    latest = editions[0] if editions else None
    page = render_template(
        "response/show.html", plan=plan, codes=codes, parts={part.address: part for part in PARTS}, roles=roles,
        holders={role.record_id: (holder_name(role, parties), deputy_name(role, parties)) for role in roles},
        role_names={role.response_role_id: role.name for role in roles},
        checklist=checklists({"items": [
            {"phase": i.phase, "strand": i.strand, "name": i.name, "role_id": i.response_role_id, "id": i.record_id}
            for i in items
        ]}),
        calls=queries.list_parts(ResponseCall, plan_id, actor=actor),
        places=queries.list_parts(ResponsePlace, plan_id, actor=actor),
        templates=queries.list_templates(plan_id, actor=actor),
        exercises=queries.list_parts(ResponseExercise, plan_id, actor=actor), editions=editions, latest=latest,
        is_changed=latest is not None and latest.content != build_document(plan, actor=actor, with_contacts=False),
        standing=queries.find_standings([plan_id], actor=actor)[plan_id], today=today,
        adoption=adoption or Form(
            AdoptionSchema(), None, {"adopted_on": today, "review_on": today + timedelta(days=365)}
        ),
        panel=get_panel("response_plan", plan_id, actor=actor), may_write=actor.may(_P.RESPONSE_WRITE),
        may_adopt=actor.may(_P.RESPONSE_ADOPT), may_work=actor.may(_P.RESPONSE_WORK),
    )  # fmt: skip
    return page, 400 if adoption else 200


@bp.post("/plans/<uuid:plan_id>/adopt")
@requires(_P.RESPONSE_ADOPT)
def adopt(plan_id: uuid.UUID) -> Any:
    """Put a plan into force as it stands."""
    form = Form(AdoptionSchema(), request.form)
    number = request.form.get("edition", "")
    try:
        edition = service.adopt_plan(
            plan_id, form.load(), number=int(number) if number.isdecimal() and len(number) < 9 else 0,
            actor=current_actor(),
        )  # fmt: skip
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(plan_id, form)
    flash(_("Edition %(number)s is adopted.", number=edition.number))
    return redirect(url_for("response_plans.show", plan_id=plan_id))


@bp.post("/plans/<uuid:plan_id>/archive")
@requires(_P.RESPONSE_WRITE)
def archive(plan_id: uuid.UUID) -> Any:
    """Archive a plan, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_plan(plan_id, is_archived=is_archived, actor=current_actor())
    flash(_("The plan is archived.") if is_archived else _("The plan is back."))
    return redirect(url_for("response_plans.show", plan_id=plan_id))


@bp.get("/plans/<uuid:plan_id>/editions/<int:number>")
@requires(_P.RESPONSE_READ)
def edition(plan_id: uuid.UUID, number: int) -> Any:
    """A plan as it was adopted, without ways to reach people."""
    if number > 2**31 - 1:
        raise NotFound("edition")
    actor = current_actor()
    plan = queries.get_plan(plan_id, actor=actor)
    found = queries.get_edition(plan_id, number, actor=actor)
    return render_template(
        "response/document.html", plan=plan, edition=found, document=found.content, codes=codes,
        checklist=checklists(found.content),
    )  # fmt: skip


@bp.get("/plans/<uuid:plan_id>/print")
@requires(_P.RESPONSE_READ)
def paper(plan_id: uuid.UUID) -> Any:
    """The plan as it stands, ready to print."""
    actor = current_actor()
    plan = queries.get_plan(plan_id, actor=actor)
    document = build_document(plan, actor=actor, with_contacts=True)
    return render_template(
        "response/document.html", plan=plan, edition=None, document=document, codes=codes,
        checklist=checklists(document),
    )  # fmt: skip


@bp.get("/plans/<uuid:plan_id>/offline.html")
@requires(_P.RESPONSE_READ)
def offline(plan_id: uuid.UUID) -> Response:
    """The plan as one file for the phone, which opens without a network and asks for nothing."""
    actor = current_actor()
    plan = queries.get_plan(plan_id, actor=actor)
    document = build_document(plan, actor=actor, with_contacts=True)
    page = render_template(
        "response/offline.html", plan=plan, document=document, codes=codes, checklist=checklists(document), phone_of=phone_of,
        today=date.today(),
        standing=queries.find_standings([plan_id], actor=actor)[plan_id],
    )  # fmt: skip
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{file_name(plan.name)}.html")
    response.headers["Cache-Control"] = "no-store"
    return response

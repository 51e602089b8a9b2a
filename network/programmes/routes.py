"""Pages of programmes and of whom they reach."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.assessment.queries import community_choices
from network.cities.queries import get_city
from network.identity.permissions import Permission
from network.incidents.queries import count_by_district, find_latest_day
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.tenancy import Actor
from network.partners.codes import PREVENTION_LEVELS
from network.partners.queries import partner_choices
from network.practices.queries import get_practice
from network.programmes import codes, queries, service
from network.programmes.children import CHILDREN, measure
from network.programmes.models import Programme, ProgrammeEvaluation, ProgrammeIndicator, ProgrammeSession
from network.programmes.queries import ProgrammeFilter
from network.programmes.schemas import ProgrammeSchema
from network.records.queries import get_panel
from network.strategy.queries import objective_choices
from network.strategy.routes.editing import money, plain, read_id, sent_version, submit, typed
from network.strategy.schemas import currency_of
from network.web.access import current_actor, requires
from network.web.charts import horizontal_bars
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("programmes", __name__, url_prefix="/programmes", template_folder="templates")
SORT_NAMES = {"name": _l("By name"), "newest": _l("Newest first"), "changed": _l("Last changed first")}
EVALUATED = {"1": _l("With an evaluation"), "0": _l("Without an evaluation")}
MOST_DISTRICTS = 20


def _filter() -> ProgrammeFilter:
    args = request.args
    status, level, evaluated = args.get("status", ""), args.get("level", ""), args.get("evaluated", "")
    return ProgrammeFilter(
        text=args.get("q", "").strip()[:200], status=status if status in codes.STATUSES else "",
        prevention_level=level if level in PREVENTION_LEVELS else "",
        community_id=read_id(args.get("community", "")), partner_id=read_id(args.get("partner", "")),
        objective_id=read_id(args.get("objective", "")), district=args.get("district", "").strip()[:100],
        is_evaluated=evaluated == "1" if evaluated in EVALUATED else None, is_archived=args.get("archived") == "1",
    )  # fmt: skip


def _choices(actor: Actor) -> dict[str, list[tuple[str, Any]]]:
    """Communities, partners and objectives to choose from."""
    return {
        "community_ids": list(community_choices(actor)), "partner_id": list(partner_choices(actor=actor)),
        "objective_id": list(objective_choices(actor=actor)),
    }  # fmt: skip


def _chips(wanted: ProgrammeFilter, choices: dict[str, list[tuple[str, Any]]]) -> list[tuple[str, str]]:
    def name_of(field: str, value: uuid.UUID | None) -> Any:
        return dict(choices[field]).get(str(value), "") if value else ""

    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("status", wanted.status and codes.STATUSES[wanted.status]),
        ("level", wanted.prevention_level and PREVENTION_LEVELS[wanted.prevention_level]),
        ("community", name_of("community_ids", wanted.community_id)),
        ("partner", name_of("partner_id", wanted.partner_id)),
        ("objective", name_of("objective_id", wanted.objective_id)),
        ("district", wanted.district),
        ("evaluated", "" if wanted.is_evaluated is None else EVALUATED[str(int(wanted.is_evaluated))]),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    return [(name, str(text)) for name, text in found if text]


@bp.get("/")
@requires(Permission.PROGRAMME_READ)
def index() -> Any:
    """The programmes, filtered and sorted."""
    actor, wanted = current_actor(), _filter()
    sort, choices = request.args.get("sort", ""), _choices(actor)
    page = queries.list_programmes(
        wanted, actor=actor, sort=sort if sort in queries.SORTS else "name",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    ids = [programme.programme_id for programme in page.items]
    return render_template(
        "programmes/index.html", page=page, chip_items=_chips(wanted, choices), codes=codes, choices=choices,
        levels=PREVENTION_LEVELS, sorts=SORT_NAMES, evaluated=EVALUATED,
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        held=queries.count_held(ids, actor=actor, since=date.today() - queries.YEAR),
        ratings=queries.find_ratings(ids, actor=actor), progress=queries.programme_progress(actor=actor),
        may_write=actor.may(Permission.PROGRAMME_WRITE),
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.PROGRAMME_READ)
def export(kind: str) -> Any:
    """The filtered programmes as a file."""
    actor = current_actor()
    programmes = queries.all_programmes(_filter(), actor=actor)
    ids, choices = [programme.programme_id for programme in programmes], _choices(actor)
    communities, held = queries.find_communities(ids, actor=actor), queries.count_held(ids, actor=actor)
    ratings, names = queries.find_ratings(ids, actor=actor), dict(choices["community_ids"])
    partners, objectives = dict(choices["partner_id"]), dict(choices["objective_id"])
    fields = ("name", "aim", "prevention_level", "status", "target_groups", "community_ids", "places", "districts",
              "partner_id", "objective_id", "starts_on", "ends_on", "budget", "currency", "funding_source",
              "adapted_from_practice", "changed_from_practice")  # fmt: skip

    def cell(programme: Programme, name: str) -> Any:
        if name == "community_ids":
            return [names[str(one)] for one in communities.get(programme.programme_id, []) if str(one) in names]
        value = getattr(programme, name)
        if name == "prevention_level":
            return str(PREVENTION_LEVELS[value])
        if name == "status":
            return str(codes.STATUSES[value])
        if name in ("partner_id", "objective_id"):
            return (partners if name == "partner_id" else objectives).get(str(value), "")
        return float(value) if isinstance(value, Decimal) else value

    def row(programme: Programme) -> list[Any]:
        took_place = held.get(programme.programme_id)
        return [*(cell(programme, name) for name in fields), took_place.sessions if took_place else 0,
                took_place.attendance if took_place else 0, ratings.get(programme.programme_id)]  # fmt: skip

    headers = [str(ProgrammeSchema._declared_fields[name].metadata["label"]) for name in fields]
    headers += [_("Sessions held"), _("Attendance"), _("Rating")]
    return download(kind, "programmes", headers, (row(programme) for programme in programmes))


def _beginning(actor: Actor) -> dict[str, Any]:
    """What a new programme begins with: the practice example or the objective of the address."""
    today = date.today()
    initial: dict[str, Any] = {
        "status": "planned", "currency": currency_of(get_city(actor=actor).country, today),
        "objective_id": read_id(request.args.get("objective", "")) or "",
        "community_ids": [request.args["community"]] if "community" in request.args else [],
    }  # fmt: skip
    if slug := request.args.get("practice", ""):
        practice = get_practice(slug)
        initial |= {
            "name": practice.title, "practice_slug": practice.slug, "target_groups": ", ".join(practice.target_groups),
            "prevention_level": practice.prevention_levels[0] if practice.prevention_levels else "",
            "adapted_from_practice": f"{practice.title} ({practice.city})", "aim": practice.summary,
        }  # fmt: skip
    return initial


def _form(actor: Actor, initial: dict[str, Any], sent: Any) -> Form:
    return Form(ProgrammeSchema(), sent, initial, _choices(actor))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_WRITE)
def create() -> Any:
    """Add a programme, from a practice example if the address names one."""
    actor = current_actor()
    form = _form(actor, _beginning(actor), typed())
    outcome = submit(form, lambda data: service.begin_programme(data, actor=actor))
    if outcome.saved is not None:
        flash(_("The programme is kept."))
        return redirect(url_for("programmes.show", programme_id=outcome.saved.programme_id))
    page = render_template("programmes/edit.html", form=form, programme=None, version=0, theirs=None)
    return page, outcome.status


def _values(programme: Programme, actor: Actor) -> dict[str, Any]:
    communities = queries.find_communities([programme.programme_id], actor=actor)
    values = {name: plain(getattr(programme, name)) for name in ProgrammeSchema().load_fields if name != "community_ids"}
    return values | {
        "community_ids": [str(one) for one in communities.get(programme.programme_id, [])],
        "districts": ", ".join(programme.districts),
    }  # fmt: skip


@bp.route("/<uuid:programme_id>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_WRITE)
def edit(programme_id: uuid.UUID) -> Any:
    """Change a programme; when somebody else was faster, both are shown."""
    actor = current_actor()
    programme = queries.get_programme(programme_id, actor=actor)
    form = _form(actor, _values(programme, actor), typed())
    version = sent_version() if request.method == "POST" else programme.version

    def reload() -> Form:
        return _form(actor, _values(queries.get_programme(programme_id, actor=actor), actor), None)

    outcome = submit(
        form, lambda data: service.change_programme(programme_id, data, version=version, actor=actor), reload
    )
    if outcome.saved is not None:
        flash(_("The programme is changed."))
        return redirect(url_for("programmes.show", programme_id=programme_id))
    programme = queries.get_programme(programme_id, actor=actor)
    page = render_template(
        "programmes/edit.html", form=form, programme=programme, theirs=outcome.theirs,
        version=programme.version if outcome.status == 409 else version,
    )  # fmt: skip
    return page, outcome.status


@bp.get("/<uuid:programme_id>")
@requires(Permission.PROGRAMME_READ)
def show(programme_id: uuid.UUID) -> Any:
    """A programme with what took place, its indicators and its evaluations."""
    actor = current_actor()
    programme = queries.get_programme(programme_id, actor=actor)
    choices = _choices(actor)
    names = dict(choices["community_ids"])
    communities = queries.find_communities([programme_id], actor=actor).get(programme_id, [])
    indicators = queries.list_children(ProgrammeIndicator, programme_id, actor=actor, limit=200).items
    sessions, indicator, evaluation = CHILDREN
    return render_template(
        "programmes/show.html", programme=programme, codes=codes, levels=PREVENTION_LEVELS,
        communities=[(one, names[str(one)]) for one in communities if str(one) in names],
        partner=dict(choices["partner_id"]).get(str(programme.partner_id), ""),
        objective=dict(choices["objective_id"]).get(str(programme.objective_id), ""),
        money=money(programme.budget, programme.currency),
        held=queries.count_held([programme_id], actor=actor).get(programme_id),
        sessions=queries.list_children(
            ProgrammeSession, programme_id, actor=actor, limit=20,
            after=request.args.get("after", ""), before=request.args.get("before", ""),
        ),
        indicators=indicators,
        values=queries.list_measurements([one.programme_indicator_id for one in indicators], actor=actor),
        evaluations=queries.list_children(ProgrammeEvaluation, programme_id, actor=actor, limit=50).items,
        kinds={"sessions": sessions, "indicators": indicator, "evaluations": evaluation},
        panel=get_panel("programme", programme_id, actor=actor), may_write=actor.may(Permission.PROGRAMME_WRITE),
        today=date.today(),
    )  # fmt: skip


@bp.post("/<uuid:programme_id>/archive")
@requires(Permission.PROGRAMME_WRITE)
def archive(programme_id: uuid.UUID) -> Any:
    """Archive a programme, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_programme(programme_id, is_archived=is_archived, actor=current_actor())
    flash(_("The programme is archived.") if is_archived else _("The programme is back."))
    return redirect(url_for("programmes.show", programme_id=programme_id))


@bp.post("/indicators/<uuid:indicator_id>/values")
@requires(Permission.PROGRAMME_WRITE)
def add_value(indicator_id: uuid.UUID) -> Any:
    """Keep a value of an indicator, or take one out."""
    return measure(indicator_id)


def _period() -> tuple[date, date]:
    """The days of the address, else the last year."""
    today = date.today()

    def read(name: str, default: date) -> date:
        try:
            day = date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            return default
        return day if 1900 <= day.year <= 2200 else default

    end = read("to", today)
    start = read("from", end - timedelta(days=365))
    return (start, end) if start <= end else (end, start)


@bp.get("/reach")
@requires(Permission.PROGRAMME_READ)
def reach() -> Any:
    """Whom the programmes reached in a period: communities of the assessment, and districts."""
    actor = current_actor()
    start, end = _period()
    communities = queries.list_community_reach(actor=actor, date_from=start, date_to=end)
    districts = _districts(actor, start, end)
    charts = [
        horizontal_bars(
            _("Attendance by community"), [(one.name, one.attendance) for one in communities], _("Community"),
            _("Attendance"),
        ),
        horizontal_bars(
            _("Attendance by district"), [(one.name, one.attendance) for one in districts], _("District"),
            _("Attendance"),
        ),
    ]  # fmt: skip
    return render_template(
        "programmes/reach.html", communities=communities, districts=districts, start=start, end=end, charts=charts,
        incident_days=_incident_period(actor, start, end),
        may_write=actor.may(Permission.PROGRAMME_WRITE), args={k: v for k, v in request.args.items() if v},
    )  # fmt: skip


def _incident_period(actor: Actor, start: date, end: date) -> tuple[date, date]:
    """The days whose incidents stand beside what took place: the same ones, or the last year of
    which there are any when all of them lie before."""
    latest = find_latest_day(actor=actor)
    if latest is None or latest >= start:
        return start, end
    return latest - timedelta(days=365), latest


def _districts(actor: Actor, start: date, end: date) -> list[queries.DistrictReach]:
    first, last = _incident_period(actor, start, end)
    incidents = count_by_district(actor=actor, date_from=first, date_to=last, limit=MOST_DISTRICTS)
    return queries.list_district_reach(incidents, actor=actor, date_from=start, date_to=end)


@bp.get("/reach/<any(communities, districts):what>.<any(csv, xlsx):kind>")
@requires(Permission.PROGRAMME_READ)
def export_reach(what: str, kind: str) -> Any:
    """The reach over communities or districts as a file."""
    actor = current_actor()
    start, end = _period()
    if what == "communities":
        headers = [_("Community"), _("Active programmes"), _("Sessions held"), _("Attendance"), _("From"), _("Until")]
        rows: Any = (
            [one.name, one.programmes, one.sessions, one.attendance, start, end]
            for one in queries.list_community_reach(actor=actor, date_from=start, date_to=end)
        )
        return download(kind, "reach-communities", headers, rows)
    if what != "districts":
        raise NotFound("reach")
    headers = [_("District"), _("Incidents"), _("Sessions held"), _("Attendance"), _("From"), _("Until")]
    rows = ([one.name, one.incidents, one.sessions, one.attendance, start, end] for one in _districts(actor, start, end))
    return download(kind, "reach-districts", headers, rows)

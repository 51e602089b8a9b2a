"""The ten steps of a city, and for a nation or the network where the cities stand that share it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.cities.countries import name_country
from network.identity.permissions import Permission
from network.practices import codes as practice_codes
from network.practices.queries import list_by_slug
from network.readiness import queries, rules, service
from network.readiness.facts import gather_facts
from network.readiness.queries import ReadinessFilter
from network.readiness.steps import STEPS
from network.web.access import current_actor, requires
from network.web.charts import bar_chart
from network.web.downloads import download

bp = Blueprint("readiness", __name__, template_folder="templates")
SHOWN_SNAPSHOTS = 24


@bp.get("/steps")
@requires(Permission.STEP_READ)
def steps() -> Any:
    """All ten steps: the state of each, what is missing, and what to do next."""
    states = rules.assess(gather_facts(actor=current_actor()))
    missing = [result for state in states for result in state.missing]
    return render_template(
        "readiness/steps.html", states=states, rules=rules, next=missing[0] if missing else None,
        met=sum(state.met for state in states), total=len(rules.INDICATORS),
    )  # fmt: skip


@bp.get("/steps/<int:number>")
@requires(Permission.STEP_READ)
def show(number: int) -> Any:
    """One step: why, what to ask, how to begin, where the city stands, and practices that fit."""
    if not 1 <= number <= len(STEPS):
        abort(404)
    state = rules.assess(gather_facts(actor=current_actor()))[number - 1]
    return render_template(
        "readiness/step.html", state=state, rules=rules, practices=list_by_slug(state.step.practices),
        codes=practice_codes, before=STEPS[number - 2] if number > 1 else None,
        after=STEPS[number] if number < len(STEPS) else None,
    )  # fmt: skip


@bp.route("/steps/history", methods=["GET", "POST"])
@requires(Permission.STEP_READ)
def history() -> Any:
    """The profiles kept so far; a coordinator or the mayor may keep today's."""
    actor = current_actor()
    if request.method == "POST":
        if not actor.may(Permission.STEP_KEEP):
            abort(404)
        service.keep_snapshot(actor=actor)
        flash(_("Today's profile is kept."))
        return redirect(url_for("readiness.history"))
    snapshots = queries.list_snapshots(actor=actor)
    shown = list(reversed(snapshots[:SHOWN_SNAPSHOTS]))
    chart = bar_chart(
        _("Indicators met"), [snapshot.taken_on.isoformat() for snapshot in shown],
        [sum(map(bool, snapshot.indicators.values())) for snapshot in shown],
        legend=None, first_header=_("Day"),
    )  # fmt: skip
    profiles = [(snapshot, queries.list_step_counts(snapshot.indicators)) for snapshot in snapshots]
    return render_template(
        "readiness/history.html", profiles=profiles, chart=chart, rules=rules,
        may_keep=actor.may(Permission.STEP_KEEP),
    )  # fmt: skip


@bp.get("/steps/history.<any(csv, xlsx):kind>")
@requires(Permission.STEP_READ)
def export_history(kind: str) -> Any:
    """The kept profiles as a file, one row for each day and indicator."""
    rows = [
        [snapshot.taken_on, snapshot.rules_version, indicator.step, str(indicator.label),
         _("Yes") if snapshot.indicators.get(indicator.code) else _("No")]
        for snapshot in queries.list_snapshots(actor=current_actor()) for indicator in rules.INDICATORS
    ]  # fmt: skip
    headers = [_("Day"), _("Version of the rules"), _("Step"), _("Indicator"), _("Met")]
    return download(kind, "readiness", headers, rows)


@bp.get("/steps/rules")
@requires(Permission.PRACTICE_READ)
def show_rules() -> Any:
    """The published rules, for everybody who is signed in."""
    return render_template("readiness/rules.html", rules=rules, steps=STEPS)


def _wanted() -> ReadinessFilter:
    return ReadinessFilter(request.args.get("q", "").strip()[:200], request.args.get("country", "")[:2].upper())


@bp.get("/readiness")
@requires(Permission.READINESS_READ)
def index() -> Any:
    """Where the cities stand that share their readiness, and in which steps help is wanted."""
    actor, wanted = current_actor(), _wanted()
    cities = queries.all_readiness(wanted, actor=actor)
    return render_template(
        "readiness/index.html", rules=rules, steps=STEPS, wanted=wanted,
        page=queries.list_readiness(
            wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
        ),
        summary=queries.summarise(cities), with_profile=sum(city.taken_on is not None for city in cities),
        countries=sorted(
            ((code, name_country(code)) for code in {city.country for city in cities} | ({wanted.country} - {""})),
            key=lambda pair: pair[1],
        ),
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip


@bp.get("/readiness/export.<any(csv, xlsx):kind>")
@requires(Permission.READINESS_READ)
def export(kind: str) -> Any:
    """The same as a file."""
    headers = [_("City"), _("Country"), _("Day"), _("Version of the rules"), *(str(step.title) for step in STEPS)]
    rows = [
        [city.name, city.country, city.taken_on, city.rules_version,
         *(f"{step.met}/{step.total}" for step in city.steps)]
        for city in queries.all_readiness(_wanted(), actor=current_actor())
    ]  # fmt: skip
    return download(kind, "readiness", headers, rows)

"""The start page for each kind of caller."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.queries import (
    MOST_COUNTED,
    IncidentFilter,
    count_by_district,
    count_incidents,
    list_incidents,
)
from network.kernel.tenancy import Actor, Scope
from network.meetings.queries import MeetingFilter, list_meetings
from network.readiness.facts import gather_facts
from network.readiness.rules import STATES, assess
from network.records.queries import count_matches, search_records
from network.records.registry import list_record_types
from network.sharing.service import list_agreements
from network.strategy.queries import ActionFilter, list_actions
from network.today.waiting import list_waiting
from network.trends.pages import group_chart, latest_month, month_chart, read_view
from network.trends.service import GroupBy, Interval, list_coverage, next_period
from network.web.access import current_actor, public, requires
from network.web.charts import horizontal_bars

bp = Blueprint("today", __name__, template_folder="templates")


@bp.get("/")
@public
def show() -> Any:
    """The dashboard of a city or an agency; a welcome for everybody else."""
    actor = current_actor()
    if actor.scope is Scope.PLATFORM:
        return redirect(url_for("organisations.index"))
    if actor.may(Permission.ACTION_REPORT) and not actor.may(Permission.TREND_READ):
        return redirect(url_for("assigned.index"))
    if not actor.may(Permission.TREND_READ):
        return render_template("today/welcome.html")
    view = read_view(latest_month(actor))
    month_end = next_period(view.end, Interval.MONTH)
    charts = [
        month_chart(view, actor),
        group_chart(view, actor, GroupBy.BIAS, _("By bias motivation"), _("Bias motivations")),
        group_chart(view, actor, GroupBy.KIND, _("By kind"), _("Kind")),
    ]
    newest: Any = []
    agreements: Any = []
    work: dict[str, Any] = {}
    if actor.scope is Scope.CITY:
        work = _work(actor)
        newest = list_incidents(IncidentFilter(), actor=actor, limit=5).items
        agreements = [a for a in list_agreements(actor=actor) if a[0].revoked_at is None]
        areas = count_by_district(actor=actor, date_from=view.start, date_to=month_end)
        charts.append(horizontal_bars(_("By area"), list(areas), _("Area"), _("Incidents")))
    else:
        charts.append(group_chart(view, actor, GroupBy.CITY, _("By city"), _("City")))
    args = {k: v for k, v in request.args.items() if v}
    return render_template(
        "today/show.html", view=view, charts=charts, newest=newest, codes=codes, args=args,
        coverage=list_coverage(actor=actor), is_city=actor.scope is Scope.CITY,
        agreements=agreements,
        may_record=actor.may(Permission.INCIDENT_RECORD), **work,
    )  # fmt: skip


def _work(actor: Actor) -> dict[str, Any]:
    """What waits for the caller, and where the city stands."""
    facts = gather_facts(actor=actor)
    return {
        "waiting": list_waiting(facts, actor=actor), "today": date.today(), "steps": assess(facts), "states": STATES,
        "actions": list_actions(ActionFilter(lead="me", is_open=True), actor=actor, limit=5).items,
        "meetings": list_meetings(MeetingFilter(when="upcoming", status="planned"), actor=actor, limit=3).items,
    }  # fmt: skip


@bp.get("/search")
@requires(Permission.RECORD_READ)
def search() -> Any:
    """Everything of the city that has the words, by kind; only what the caller may read."""
    actor, words = current_actor(), request.args.get("q", "").strip()[:200]
    kinds = {kind.name: kind for kind in list_record_types(actor)}
    wanted = request.args.get("type", "")
    counts = count_matches(words, actor=actor)
    incidents: Any = []
    if words and actor.may(Permission.INCIDENT_READ):
        counts["incident"] = count_incidents(IncidentFilter(text=words), actor=actor)
        if wanted in ("", "incident"):
            incidents = list_incidents(IncidentFilter(text=words), actor=actor, limit=5).items
    page = search_records(
        words, actor=actor, record_type=wanted if wanted in kinds else "",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    return render_template(
        "today/search.html", words=words, wanted=wanted, kinds=kinds, page=page, incidents=incidents, codes=codes,
        counts={name: counts[name] for name in kinds if counts.get(name)}, most=MOST_COUNTED,
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip

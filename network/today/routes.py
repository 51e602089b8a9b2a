"""The start page for each kind of caller."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.queries import IncidentFilter, count_by_district, list_incidents
from network.kernel.tenancy import Scope
from network.sharing.service import list_agreements
from network.trends.pages import group_chart, latest_month, month_chart, read_view
from network.trends.service import GroupBy, Interval, list_coverage, next_period
from network.web.access import current_actor, public
from network.web.charts import horizontal_bars

bp = Blueprint("today", __name__, template_folder="templates")


@bp.get("/")
@public
def show() -> Any:
    """The dashboard of a city or an agency; a welcome for everybody else."""
    actor = current_actor()
    if actor.scope is Scope.PLATFORM:
        return redirect(url_for("identity.team"))
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
    if actor.scope is Scope.CITY:
        newest = list_incidents(IncidentFilter(), actor=actor, limit=5).items
        areas = count_by_district(actor=actor, date_from=view.start, date_to=month_end)
        charts.append(horizontal_bars(_("By area"), list(areas), _("Area"), _("Incidents")))
    else:
        charts.append(group_chart(view, actor, GroupBy.CITY, _("By city"), _("City")))
    args = {k: v for k, v in request.args.items() if v}
    return render_template(
        "today/show.html", view=view, charts=charts, newest=newest, codes=codes, args=args,
        coverage=list_coverage(actor=actor), is_city=actor.scope is Scope.CITY,
        agreements=[a for a in list_agreements(actor=actor) if a[0].revoked_at is None],
        may_record=actor.may(Permission.INCIDENT_RECORD),
    )  # fmt: skip

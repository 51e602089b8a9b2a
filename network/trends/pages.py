"""From the address of a page to a question, and from an answer to charts."""

from dataclasses import dataclass
from datetime import date

from babel import Locale
from babel.dates import format_skeleton
from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _

from network.incidents import codes
from network.kernel.tenancy import Actor
from network.trends.service import GroupBy, Interval, Trend, TrendRequest, get_trend
from network.web.charts import Chart, bar_chart, horizontal_bars


@dataclass(frozen=True)
class View:
    """What the address asks for: a span of months with its filters."""

    end: date
    months: int
    kind: str
    bias: str

    @property
    def start(self) -> date:
        """First day of the span."""
        index = self.end.year * 12 + self.end.month - self.months
        return date(index // 12, index % 12 + 1, 1)


def read_view(latest: date) -> View:
    """The view in the address; ``latest`` is the month to end with when it names none."""
    try:
        end = date.fromisoformat(f"{request.args.get('end', '')}-01")
        if not 1905 <= end.year <= 2100:
            end = latest.replace(day=1)
    except ValueError:
        end = latest.replace(day=1)
    months = request.args.get("months", "12")
    kind, bias = request.args.get("kind", ""), request.args.get("bias", "")
    return View(
        end, int(months) if months in ("12", "24", "36", "60") else 12,
        kind if kind in codes.KIND else "", bias if bias in codes.BIAS else "",
    )  # fmt: skip


def month_label(month: date) -> str:
    """A short name of a month in the reader's language."""
    locale = get_locale() or Locale("en")
    return str(format_skeleton("yMMM", month, locale=locale))


def ask(view: View, actor: Actor, group_by: GroupBy | None = None, *, interval: Interval = Interval.MONTH) -> Trend:
    """The trend of a view: by month with the year before it, or the total of its span."""
    start = view.start.replace(year=view.start.year - 1) if interval is Interval.MONTH else view.start
    return get_trend(
        TrendRequest(
            start, view.end, interval, group_by,
            kinds=(view.kind,) if view.kind else (),
            biases=(view.bias,) if view.bias and group_by is not GroupBy.BIAS else (),
        ),
        actor=actor,
    )  # fmt: skip


def month_chart(view: View, actor: Actor) -> Chart:
    """Incidents per month against the same months a year before."""
    points = ask(view, actor).series[0].points
    now, before = points[-view.months :], points[: view.months]
    return bar_chart(
        _("Incidents per month"), [month_label(p.period) for p in now], [p.count for p in now],
        [p.count for p in before], (_("This period"), _("A year before")), _("Month"),
    )  # fmt: skip


def group_chart(view: View, actor: Actor, group_by: GroupBy, title: str, header: str) -> Chart:
    """The total of each group over the span."""
    table = {GroupBy.BIAS: codes.BIAS, GroupBy.KIND: codes.KIND, GroupBy.SEVERITY: codes.SEVERITY}
    known = table.get(group_by, {})
    items: list[tuple[str, int]] = []
    for series in ask(view, actor, group_by, interval=Interval.TOTAL).series:
        if total := series.points[0].count:
            label = str(known[series.key].label) if series.key in known else series.label
            items.append((label, total))
    items.sort(key=lambda item: (-item[1], item[0]))
    return horizontal_bars(title, items, header, _("Incidents"))


def latest_month(actor: Actor) -> date:
    """The latest month with a count that the caller may see, else the current month."""
    today = date.today()
    years = get_trend(TrendRequest(date(today.year - 12, 1, 1), today, Interval.MONTH), actor=actor)
    seen = [p.period for p in years.series[0].points if p.count]
    return max(seen, default=today.replace(day=1))

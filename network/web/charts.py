"""Charts drawn on the server as SVG, each with the table that says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, format_decimal
from markupsafe import Markup, escape


@dataclass(frozen=True)
class Chart:
    """A drawing with its title and its table."""

    title: str
    svg: Markup
    headers: list[str]
    rows: list[list[str]]
    legend: tuple[str, str] | None = None
    is_empty: bool = False


def _number(value: int) -> str:
    return str(format_decimal(value))


def bar_chart(
    title: str, labels: Sequence[str], now: Sequence[int],
    last: Sequence[int] | None = None, legend: tuple[str, str] | None = None,
    first_header: str = "",
) -> Chart:  # fmt: skip
    """Upright bars over time; with ``last``, the same period a year before beside each."""
    width, height, left, bottom = 760, 260, 44, 28
    top = max([*now, *(last or []), 1])
    step = _nice_step(top)
    ceiling = step * -(-top // step)
    plot = height - bottom - 12
    parts = []
    for tick in range(0, ceiling + 1, step):
        y = 12 + plot - plot * tick / ceiling
        parts.append(f'<line class="grid" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{format_decimal(tick)}</text>')
    slot = (width - left) / max(len(labels), 1)
    every = max(1, -(-len(labels) * 64 // (width - left)))
    for i, label in enumerate(labels):
        x = left + slot * i
        bars = [(now[i], "bar", 0.1 if last is None else 0.46)]
        if last is not None:
            bars.insert(0, (last[i], "bar-last", 0.1))
        share = 0.8 if last is None else 0.36
        for value, kind, offset in bars:
            high = plot * value / ceiling
            parts.append(
                f'<rect class="{kind}" x="{x + slot * offset:.1f}" y="{12 + plot - high:.1f}"'
                f' width="{slot * share:.1f}" height="{high:.1f}"/>'
            )
        if i % every == 0:
            parts.append(
                f'<text x="{x + slot / 2:.1f}" y="{height - 8}" text-anchor="middle">{escape(label)}</text>'
            )
    headers = [first_header, *(legend or (title,))]
    rows = [
        [str(label), _number(now[i])] + ([_number(last[i])] if last is not None else [])
        for i, label in enumerate(labels)
    ]
    is_empty = not any([*now, *(last or [])])
    return Chart(title, _svg(title, width, height, parts), headers[: len(rows[0]) if rows else 2], rows,
                 legend if last is not None else None, is_empty)  # fmt: skip


def horizontal_bars(
    title: str, items: Sequence[tuple[str, int]], first_header: str, second_header: str
) -> Chart:
    """Lying bars, one for each named value, in the order given; the name stands above its bar."""
    width, line = 360, 40
    top = max([value for _, value in items] + [1])
    parts: list[str] = []
    for i, (label, value) in enumerate(items):
        y = i * line
        short = label if len(label) < 48 else label[:46] + "…"
        bar = (width - 60) * value / top
        parts.append(f'<text x="0" y="{y + 14}">{escape(short)}</text>')
        parts.append(f'<rect class="bar" x="0" y="{y + 20}" width="{max(bar, 1):.1f}" height="12"/>')
        parts.append(f'<text x="{bar + 6:.1f}" y="{y + 31}">{_number(value)}</text>')
    rows = [[label, _number(value)] for label, value in items]
    return Chart(title, _svg(title, width, max(len(items), 1) * line, parts),
                 [first_header, second_header], rows, None, not items)  # fmt: skip


def line_chart(
    title: str, points: Sequence[tuple[date, float]], headers: tuple[str, str],
    marks: Sequence[tuple[str, float]] = (),
) -> Chart:  # fmt: skip
    """A line through values on days, the earliest first; ``marks`` are named values such as a target,
    drawn as lines across."""
    width, height, left, right, top, bottom = 760, 260, 60, 90, 14, 30
    values = [value for _day, value in points] + [value for _name, value in marks]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    high = high if high > low else low + 1
    first, last = points[0][0] if points else date.min, points[-1][0] if points else date.min
    days = max((last - first).days, 1)

    def across(day: date) -> float:
        return left + (width - left - right) * ((day - first).days / days if last > first else 0.5)

    def down(value: float) -> float:
        return top + (height - top - bottom) * (high - value) / (high - low)

    parts = []
    for tick in (low, (low + high) / 2, high):
        y = down(tick)
        parts.append(f'<line class="grid" x1="{left}" x2="{width - right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{format_decimal(round(tick, 2))}</text>')
    for name, value in marks:
        y = down(value)
        parts.append(f'<line class="mark" x1="{left}" x2="{width - right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{width - right + 8}" y="{y + 4:.1f}">{escape(name)}</text>')
    spots = [(across(day), down(value)) for day, value in points]
    parts.append(f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in spots)}"/>')
    parts += [f'<circle class="bar" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in spots]
    for day, anchor in {first: "start" if last > first else "middle", last: "end" if last > first else "middle"}.items():
        if points:
            label = escape(format_date(day, "medium"))
            parts.append(f'<text x="{across(day):.1f}" y="{height - 8}" text-anchor="{anchor}">{label}</text>')
    rows = [[str(format_date(day, "medium")), str(format_decimal(value))] for day, value in points]
    return Chart(title, _svg(title, width, height, parts), list(headers), rows, None, not points)


@dataclass(frozen=True)
class Span:
    """A row of a timeline: open at an end whose day is not known. ``tone`` names its colour."""

    label: str
    start: date | None
    end: date | None
    tone: str = ""


def timeline_chart(title: str, spans: Sequence[Span], today: date, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Chart:
    """Lying bars over the months, one row for each span, with a line for today. A span without any
    day is only in the table."""
    drawn = [span for span in spans if span.start or span.end]
    known = [day for span in drawn for day in (span.start, span.end) if day] + [today]
    first = min(known).replace(day=1)
    last = max(known)
    width, line, top = 960, 34, 30
    days = max((last - first).days, 27) + 4

    def across(day: date) -> float:
        return width * (day - first).days / days

    height = top + line * max(len(drawn), 1) + 6
    parts: list[str] = []
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    every = max(1, -(-months // 12))
    for i in range(0, months, every):
        year, month = divmod(first.month - 1 + i, 12)
        day = date(first.year + year, month + 1, 1)
        x = across(day)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="18" y2="{height}"/>')
        parts.append(f'<text x="{x + 3:.1f}" y="14">{escape(format_date(day, "MMM yy"))}</text>')
    for i, span in enumerate(drawn):
        y = top + i * line
        start = across(span.start) if span.start else max(across(span.end or today) - 10, 0)
        end = across(span.end) if span.end else start + 10
        short = span.label if len(span.label) < 70 else span.label[:68] + "…"
        # Names on the left half are written from their beginning, others up to their end.
        is_late = start > width / 2
        anchor = ' text-anchor="end"' if is_late else ""
        place = max(end, start + 6) if is_late else start
        parts.append(f'<text x="{place:.1f}" y="{y + 12}"{anchor}>{escape(short)}</text>')
        parts.append(
            f'<rect class="span{f" span-{span.tone}" if span.tone else ""}" x="{start:.1f}" y="{y + 17}"'
            f' width="{max(end - start, 6):.1f}" height="11" rx="2"/>'
        )
    now = across(today)
    parts.append(f'<line class="now" x1="{now:.1f}" x2="{now:.1f}" y1="18" y2="{height}"/>')
    return Chart(title, _svg(title, width, height, parts), list(headers), [list(row) for row in rows], None, not drawn)


def _nice_step(top: int) -> int:
    step: Any = 1
    while top / step > 5:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return int(step)


def _svg(title: str, width: int, height: int, parts: list[str]) -> Markup:
    # Every text that is not ours went through escape() above.
    return Markup(  # noqa: S704
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )

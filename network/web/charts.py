"""Charts drawn on the server as SVG, each with the table that says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
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

"""The map of where a practice travelled, drawn on the server: no tiles, no script."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from network.practices.exchange.models import PracticeAdaptation
from network.practices.models import PublishedPractice

WIDTH, HEIGHT = 720, 360


@dataclass(frozen=True)
class Point:
    """A place on the map."""

    name: str
    x: float
    y: float


def _frame(places: list[tuple[float, float]]) -> tuple[float, float, float]:
    """The west, the north and the width in degrees of what is shown: all places with some room around them."""
    longitudes, latitudes = [p[1] for p in places], [p[0] for p in places]
    width = max(30.0, (max(longitudes) - min(longitudes)) * 1.5, (max(latitudes) - min(latitudes)) * 3)
    west = (max(longitudes) + min(longitudes)) / 2 - width / 2
    north = (max(latitudes) + min(latitudes)) / 2 + width / 4
    return west, north, width


def draw_travels(practice: PublishedPractice, travels: list[PracticeAdaptation], *, title: str) -> Markup | None:
    """The practice's city and those that adapted it, joined by lines, in an equirectangular grid of
    ten degrees that shows the part of the world they lie in.

    None if nothing can be placed; the list beside it says the same in words.
    """
    if practice.latitude is None or practice.longitude is None:
        return None
    named = [(practice.city, practice.latitude, practice.longitude)]
    named += [(t.city_name, t.latitude, t.longitude) for t in travels
              if t.latitude is not None and t.longitude is not None]  # fmt: skip
    if len(named) < 2:
        return None
    west, north, width = _frame([(latitude, longitude) for _name, latitude, longitude in named])
    scale = WIDTH / width
    home, *places = [
        Point(name, round((longitude - west) * scale, 1), round((north - latitude) * scale, 1))
        for name, latitude, longitude in named
    ]
    parts = []
    for degree in range(-180, 540, 10):
        x, y = round((degree - west) * scale, 1), round((north - degree) * scale, 1)
        if 0 <= x <= WIDTH:
            parts.append(f'<line class="grid" x1="{x}" y1="0" x2="{x}" y2="{HEIGHT}"/>')
        if 0 <= y <= HEIGHT:
            parts.append(f'<line class="grid" x1="0" y1="{y}" x2="{WIDTH}" y2="{y}"/>')
    for place in places:
        parts.append(f'<line class="travel" x1="{home.x}" y1="{home.y}" x2="{place.x}" y2="{place.y}"/>')
    for number, (place, shape) in enumerate([(home, "travel-home"), *((place, "travel-place") for place in places)]):
        anchor = "end" if place.x > WIDTH - 160 else "start"
        shift = -10 if anchor == "end" else 10
        height = -6 if number % 2 == 0 else 16
        parts.append(f'<circle class="{shape}" cx="{place.x}" cy="{place.y}" r="6"/>')
        parts.append(
            f'<text x="{place.x + shift}" y="{place.y + height}" text-anchor="{anchor}">{escape(place.name)}</text>'
        )
    return Markup('<svg class="chart travels" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, title, Markup("".join(parts))  # noqa: S704 (escaped above)
    )

"""Places of the world with at least 5,000 inhabitants, from GeoNames (CC BY 4.0).

The data is an extract in ``network/cities/data/places.zip``, one compressed column in each member;
``python -m network.cities.gazetteer`` makes it anew. It is loaded at the first question of a
process, in about a second, and held as a few large texts and arrays, about 30 MB in all.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from zipfile import ZipFile

from network.cities.names import fold, fold_table

FILE = Path(__file__).parents[1] / "data" / "places.zip"
SHORTEST_QUERY = 2


@dataclass(frozen=True)
class Place:
    """A place as GeoNames knows it. ``population`` is 0 where GeoNames has none."""

    geoname_id: int
    name: str
    alternates: tuple[str, ...]
    country: str
    region: str
    latitude: float
    longitude: float
    population: int
    time_zone: str
    matched: str = ""
    """The alternate name that a search found it by, if it was not the name itself."""


class Gazetteer:
    """The whole extract in memory; rows are numbered as in the file."""

    def __init__(self, file: Path = FILE) -> None:
        with ZipFile(file) as columns:

            def column(name: str) -> list[str]:
                return columns.read(name).decode().split("\n")

            self._ids = array("I", map(int, column("geoname_id")))
            self._populations = array("I", map(int, column("population")))
            self._latitudes = array("d", map(float, column("latitude")))
            self._longitudes = array("d", map(float, column("longitude")))
            self._countries = columns.read("country").decode().replace("\n", "")
            self._regions = _shared(column("region"))
            self._time_zones = _shared(column("time_zone"))
            names = [
                f"={name}|{others}|" if others else f"={name}|"
                for name, others in zip(column("name"), column("alternates"), strict=True)
            ]
        text = "\n".join(names)
        self._names, self._name_starts = _lines(text)
        # Every name lies between two marks, so that "=paris|" is a whole name, "=paris" the
        # beginning of one and " paris" that of a later word; other names begin with a bar.
        folded = re.sub(r" *([=|\n]) *", r"\1", text.translate(fold_table(text, keep="=|\n")))
        self._folded, self._folded_starts = _lines(re.sub(" +", " ", folded))

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Place]:
        return map(self._place, range(len(self)))

    def find(self, geoname_id: int) -> Place | None:
        """The place with a GeoNames id; None if the extract has no such place."""
        try:
            return self._place(self._ids.index(geoname_id))
        except (ValueError, OverflowError, TypeError):
            return None

    def search(self, name: str, *, country: str = "", limit: int = 20) -> list[Place]:
        """Places that a name may mean, the best first, at most ``limit`` of them.

        Those whose name or alternate name is the one asked for, then those whose name begins so,
        those with an alternate name that does, those with a later word that does; each the most
        populous first. Empty for fewer than two letters.
        """
        query = fold(name)
        if len(query) < SHORTEST_QUERY:
            return []
        found: dict[int, str] = {}
        for needles in ((f"={query}|", f"|{query}|"), (f"={query}",), (f"|{query}",), (f" {query}",)):
            rows: dict[int, str] = {}
            for needle in needles:
                for row in self._rows(needle.encode()):
                    if row not in found and (not country or self._country(row) == country):
                        rows.setdefault(row, needle)
            best = sorted(rows, key=lambda row: (-self._populations[row], self._ids[row]))
            found |= {row: rows[row] for row in best[: limit - len(found)]}
            if len(found) >= limit:
                break
        return [self._explain(row, needle) for row, needle in found.items()]

    def _rows(self, needle: bytes) -> Iterator[int]:
        """The rows that contain the needle, each once."""
        at = self._folded.find(needle)
        while at >= 0:
            row = bisect_right(self._folded_starts, at) - 1
            yield row
            end = row + 1
            if end == len(self):
                return
            at = self._folded.find(needle, self._folded_starts[end])

    def _explain(self, row: int, needle: str) -> Place:
        place = self._place(row)
        if needle in f"={fold(place.name)}|":
            return place
        return replace(place, matched=next(n for n in place.alternates if needle in f"|{fold(n)}|"))

    def _country(self, row: int) -> str:
        return self._countries[2 * row : 2 * row + 2]

    def _place(self, row: int) -> Place:
        end = self._name_starts[row + 1] - 1 if row + 1 < len(self) else len(self._names)
        name, *alternates = self._names[self._name_starts[row] : end].decode()[1:-1].split("|")
        return Place(
            self._ids[row], name, tuple(alternates), self._country(row), self._regions[row],
            self._latitudes[row], self._longitudes[row], self._populations[row], self._time_zones[row],
        )  # fmt: skip


def _shared(values: list[str]) -> list[str]:
    """The values with one object for all that are equal."""
    known: dict[str, str] = {}
    return [known.setdefault(value, value) for value in values]


def _lines(text: str) -> tuple[bytes, "array[int]"]:
    """A text in UTF-8 with the position at which each line begins."""
    content, starts = text.encode(), array("I", [0])
    at = content.find(b"\n")
    while at >= 0:
        starts.append(at + 1)
        at = content.find(b"\n", at + 1)
    return content, starts


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer of this process, loaded at the first call."""
    return Gazetteer()

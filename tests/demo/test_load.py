"""The demonstration network: made by the services, with places from the gazetteer."""

import pytest
from flask import Flask

from network.cities.gazetteer import gazetteer
from network.demo import load
from network.kernel.errors import Refused
from tests.conftest import Connection


def test_its_cities_are_as_geonames_says(app: Flask, admin: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "FILES", {})  # importing the incidents is tested with the imports
    with app.app_context():
        load.load_demo()
        with pytest.raises(Refused, match="not empty"):
            load.load_demo()
    made = admin.execute(
        "select o.name, c.geoname_id, c.country, c.population, c.latitude, c.longitude, c.time_zone, p.source"
        " from city c join organisation o on o.organisation_id = c.city_id join city_population p using (city_id)"
        " where o.is_demo"
    ).fetchall()
    assert len(made) == len(load.CITIES)
    for name, geoname_id, *stored in made:
        place = gazetteer().find(geoname_id)
        assert place and name in (place.name, *place.alternates)
        assert stored == [place.country, place.population, place.latitude, place.longitude, place.time_zone, "GeoNames"]
    people = admin.execute("select count(*) from membership").fetchone()
    assert people == (len(load.list_sign_ins()),)


def test_a_platform_with_closed_organisations_only_is_not_empty(app: Flask, admin: Connection) -> None:
    with app.app_context():
        assert not load.is_loaded()
        admin.execute("insert into organisation (kind, name, slug, closed_at) values ('network', 'N', 'n', now())")
        assert load.is_loaded()

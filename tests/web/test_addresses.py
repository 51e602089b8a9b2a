"""Filters in the address are handed on by every list, so no name in it may reach further."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Connection
from tests.test_main_path import sign_in
from tests.world import World, add_incident

HOSTILE = "kind=threat&file=1&endpoint=x&_external=1&_scheme=javascript&_anchor=a&cursor=1&page=2&self=3&args=4"


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def lists(app: Flask) -> list[str]:
    """Every address without parts to fill in that answers to GET."""
    found = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments}
    return sorted(found - {"/sign-out"})


def test_every_list_survives_any_name_in_its_address(app: Flask, world: World) -> None:
    add_incident(world.admin, world.ids["toronto"])
    for name, role in (("toronto", "coordinator"), ("network", "curator"), ("canada", "coordinator"),
                       ("platform", "operator")):  # fmt: skip
        client: Any = sign_in(app, world, name, role)
        for path in lists(app):
            answer = client.get(f"{path}?{HOSTILE}")
            assert answer.status_code < 500, (role, path)
            assert not re.search(r'href="(javascript|[a-z]+://localhost)', answer.text), (role, path)


def test_an_export_keeps_the_filters_of_its_list(app: Flask, world: World) -> None:
    add_incident(world.admin, world.ids["toronto"], kind="threat")
    add_incident(world.admin, world.ids["toronto"], kind="hate_crime")
    client = sign_in(app, world, "toronto", "analyst")
    page = client.get("/incidents/?kind=threat").text
    for href in re.findall(r'href="([^"]*/export\.(?:csv|xlsx)[^"]*)"', page):
        assert "kind=threat" in href
    assert client.get("/incidents/export.csv?kind=threat").text.count("\r\n") == 2
    assert client.get("/incidents/export.xlsx?kind=threat").data.startswith(b"PK")

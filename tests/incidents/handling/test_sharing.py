"""Severity and sharing level: who will be able to read an incident is told by name before it is saved."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Connection
from tests.incidents.handling.test_handling import add, facts
from tests.test_main_path import post, sign_in
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def preview(client: Any, world: World, incident: str, **data: Any) -> Any:
    version = facts(world, incident)["version"]
    return post(client, f"/incidents/{incident}/sharing", **{"severity": "3", "version": version, **data})


def confirm(client: Any, world: World, incident: str, **data: Any) -> Any:
    shown = re.search(r'name="confirm" value="([^"]+)"', preview(client, world, incident, **data).text)
    assert shown
    return preview(client, world, incident, **data, confirm=shown[1].replace("&#43;", "+"))


def told(page: str, term: str) -> str:
    found = re.search(rf"<dt>{term}</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    assert found, term
    return found[1].strip()


def test_the_effect_names_who_reads_it_and_nothing_is_saved_before(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    for role in ("mayor", "partner"):
        world.actor("toronto", role)
    incident = add(world)
    assert "no national agency" in officer.get(f"/incidents/{incident}/sharing").text
    page = preview(officer, world, incident, tlp="AMBER").text
    assert told(page, "New readers") == "Nobody"
    world.agree("toronto", "canada", "{counts,records}")
    world.agree("toronto", "network", "{counts}")
    page = preview(officer, world, incident, tlp="AMBER").text
    assert told(page, "New readers") == "Canada" and told(page, "No longer readers") == "Nobody"
    page = preview(officer, world, incident, tlp="GREEN").text
    assert "Network" not in told(page, "New readers")
    world.admin.execute("update sharing_agreement set grants = '{records}'")
    page = preview(officer, world, incident, tlp="GREEN", severity="5").text
    assert told(page, "New readers") == "Canada, Network"
    assert told(page, "Severity") == "3 Serious → 5 Extreme"
    assert "Everybody" in preview(officer, world, incident, tlp="CLEAR").text
    page = preview(officer, world, incident, tlp="RED").text
    assert told(page, "Who will be able to read it") == "Officer Person" and told(page, "No longer readers") == "Coordinator Person, Mayor Person"
    assert told(page, "Counts") == "It will no longer be counted."
    assert "Partner Person" not in page
    assert facts(world, incident)["tlp"] == "AMBER+STRICT"


def test_what_is_saved_is_what_was_shown(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    incident = add(world)
    shown = re.search(r'name="confirm" value="([^"]+)"', preview(officer, world, incident, tlp="AMBER").text)
    assert shown
    again = preview(officer, world, incident, tlp="CLEAR", confirm=shown[1])
    assert again.status_code == 200 and facts(world, incident)["tlp"] == "AMBER+STRICT"
    assert confirm(officer, world, incident, tlp="GREEN", severity="4").status_code == 302
    assert (facts(world, incident)["tlp"], facts(world, incident)["severity"]) == ("GREEN", 4)
    for data, reason in (({"tlp": "PINK"}, "not a value"), ({"tlp": "RED", "named_reader_ids": str(world.ids["canada"])}, "of your team"),
                         ({"tlp": "RED", "severity": "9"}, "")):  # fmt: skip
        answer = preview(officer, world, incident, **data)
        assert answer.status_code == 400 and reason in answer.text
    assert sign_in(app, world, "toronto", "analyst").get(f"/incidents/{incident}/sharing").status_code == 404
    assert sign_in(app, world, "ottawa", "officer").get(f"/incidents/{incident}/sharing").status_code == 404


@pytest.mark.parametrize("change", ["revoked_at = now()", "valid_until = now()", "valid_from = now() + interval '1 day'"])
def test_an_agreement_not_in_force_names_nobody(app: Flask, world: World, change: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    world.agree("toronto", "canada", "{records}")
    world.admin.execute("update sharing_agreement set valid_from = now() - interval '2 days'")
    world.admin.execute(f"update sharing_agreement set {change}")
    assert told(preview(officer, world, add(world), tlp="AMBER").text, "New readers") == "Nobody"


def test_the_named_are_who_can_read_it(app: Flask, world: World) -> None:
    """What the words say is what the policies do."""
    officer, analyst = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "analyst")
    incident = add(world)
    assert confirm(officer, world, incident, tlp="RED").status_code == 302
    assert analyst.get(f"/incidents/{incident}").status_code == 404
    named = str(world.people["toronto", "analyst"])
    page = preview(officer, world, incident, tlp="RED", named_reader_ids=named).text
    assert told(page, "New readers") == "Analyst Person"
    assert confirm(officer, world, incident, tlp="RED", named_reader_ids=named).status_code == 302
    assert analyst.get(f"/incidents/{incident}").status_code == 200

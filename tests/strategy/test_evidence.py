"""Indicators with what was measured, consultations with who was not heard, board, timeline, roles."""

import uuid

import pytest
from flask import Flask

from network.kernel.tenancy import acting_as
from network.strategy.queries import strategy_progress
from tests.strategy.conftest import add, add_partner
from tests.test_main_path import post, sign_in
from tests.world import World


@pytest.fixture
def strategy(world: World) -> str:
    return add(world, "strategy", title="Plan", kind="standalone")


def test_an_indicator_is_measured_corrected_and_drawn(app: Flask, world: World, strategy: str) -> None:
    coordinator, officer = (sign_in(app, world, "toronto", role) for role in ("coordinator", "officer"))
    answer = post(coordinator, f"/strategy/{strategy}/indicators/new", name="Trust", unit="%", baseline="40", target="60,5")
    where = str(answer.location)
    assert "60.5" in officer.get(where).text and "Not measured yet" in officer.get(where).text
    for day, value in (("2025-01-01", "41"), ("2025-06-01", "44"), ("2025-06-01", "45.25")):
        assert post(officer, f"{where}/measurements", page=where, measured_on=day, value=value).status_code == 302
    page = officer.get(where).text
    assert 'class="line"' in page and "45.25" in page and ">44<" not in page
    listed = officer.get(f"/strategy/{strategy}/indicators.csv").text
    assert "Trust,,%,,40,,45.25,2025-06-01,60.5," in listed
    assert "45.25" in officer.get(f"{where}/export.csv").text and "45.25" in officer.get(f"/strategy/{strategy}").text
    for field, value, reason in (("value", "lots", "Write a number"), ("value", "1.23456", "four decimals"), ("value", "1e99", "not allowed"),
                                 ("measured_on", "2999-01-01", "in the future")):  # fmt: skip
        bad = {"measured_on": "2025-07-01", "value": "3", field: value}
        answer = post(officer, f"{where}/measurements", page=where, **bad)
        assert answer.status_code == 400 and reason in answer.text
    post(officer, f"{where}/measurements", page=where, remove="2025-06-01")
    assert world.admin.execute("select measured_on::text from measurement").fetchall() == [("2025-01-01",)]
    assert officer.get(f"{where}/edit").status_code == 404
    late = post(coordinator, f"{where}/edit", name="Mine", version="9")
    assert late.status_code == 409


def test_another_strategys_objective_is_no_place_for_an_indicator(app: Flask, world: World, strategy: str) -> None:
    other = add(world, "strategy", title="Other", kind="standalone")
    objective = add(world, "objective", strategy_id=other, title="O")
    coordinator = sign_in(app, world, "toronto", "coordinator")
    answer = post(coordinator, f"/strategy/{strategy}/indicators/new", name="Trust", objective_id=objective)
    assert answer.status_code == 400 and "Choose from the list" in answer.text


def test_consultations_say_who_was_not_heard(app: Flask, world: World, strategy: str) -> None:
    heard = add(world, "community", name="Somali families")
    add(world, "community", name="Travellers")
    strange = add(world, "community", "ottawa", name="Elsewhere")
    officer = sign_in(app, world, "toronto", "officer")
    page = officer.get(f"/strategy/{strategy}/consultations").text
    assert "Somali families" in page and "Travellers" in page and "Elsewhere" not in page
    good = {"title": "Evening", "held_on": "2025-02-03", "form": "meeting", "community_ids": heard, "said": "Nobody asked us"}
    bad = post(officer, f"/strategy/{strategy}/consultations/new", **{**good, "community_ids": strange})
    assert bad.status_code == 400
    where = str(post(officer, f"/strategy/{strategy}/consultations/new", **good).location)
    assert "Somali families" in officer.get(where).text
    actor = world.actor("toronto", "mayor")
    with app.app_context(), acting_as(actor):
        found = strategy_progress(actor=actor)
    assert (found.consultations, found.communities_not_consulted) == (1, 1)
    assert "Nobody asked us" in officer.get(f"/strategy/{strategy}/consultations/export.csv").text
    post(officer, f"{where}/edit", **{**good, "version": "1", "followed": "We opened at night"})
    assert "We opened at night" in officer.get(where).text
    assert post(officer, f"{where}/edit", **{**good, "version": "1"}).status_code == 409
    post(officer, f"{where}/archive", page=where)
    assert "Nobody was heard yet" in officer.get(f"/strategy/{strategy}/consultations").text


def test_cards_move_on_the_board_and_the_filter_stays(app: Flask, world: World) -> None:
    action = add(world, "action", title="Open a café", due_on="2020-01-01")
    add(world, "action", title="Not late")
    officer, mayor = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "mayor")
    page = officer.get("/actions/board?overdue=1").text
    assert "Open a café" in page and "Not late" not in page and "New status of" not in mayor.get("/actions/board").text
    answer = post(officer, f"/actions/{action}/move", page="/actions/board?overdue=1", status="active", overdue="1")
    assert answer.location == "/actions/board?overdue=1"
    assert world.admin.execute("select status from action where title = 'Open a café'").fetchone() == ("active",)
    assert post(officer, f"/actions/{action}/move", page="/actions/board", status="lost").status_code == 400
    assert post(mayor, f"/actions/{action}/move", page="/account", status="done").status_code == 404


def test_the_timeline_draws_and_says_the_same(app: Flask, world: World) -> None:
    add(world, "action", title="<b>Bold</b>", starts_on="2026-01-01", due_on="2026-09-01")
    add(world, "action", title="Only due", due_on="2026-03-01")
    add(world, "action", title="Some day")
    page = sign_in(app, world, "toronto", "mayor").get("/actions/timeline").text
    assert page.count('class="span') >= 2 and "<b>Bold" not in page and "&lt;b&gt;Bold" in page
    assert "Some day" in page


def test_the_matrix_names_who_leads_supports_and_is_consulted(app: Flask, world: World, strategy: str) -> None:
    partner = add_partner(world, "House of Youth")
    objective = add(world, "objective", strategy_id=strategy, title="Trust", consulted=["role:mayor"], consulted_names=["Mayor"])
    add(world, "action", strategy_id=strategy, objective_id=objective, title="Café", lead_partner_id=partner,
        lead_name="Old name", support=["role:officer"], support_names=["Officers"])  # fmt: skip
    client = sign_in(app, world, "toronto", "analyst")
    assert "House of Youth" in client.get(f"/strategy/{strategy}/roles").text
    rows = client.get(f"/strategy/{strategy}/roles.csv").text.lstrip("\ufeff").splitlines()
    assert rows == ["Kind,Title,House of Youth,Mayor,Officers", "Objective,Trust,,C,", "Action,Café,L,,S"]


def test_an_archived_objective_is_not_lost_by_an_edit(app: Flask, world: World, strategy: str) -> None:
    objective = add(world, "objective", strategy_id=strategy, title="Old aim", archived_at="2025-01-01")
    action = add(world, "action", strategy_id=strategy, objective_id=objective, title="Still going")
    officer = sign_in(app, world, "toronto", "officer")
    assert f'<option value="{objective}" selected>Old aim</option>' in officer.get(f"/actions/{action}/edit").text
    post(officer, f"/actions/{action}/edit", title="Going on", objective_id=objective, version="1")
    assert world.admin.execute("select title, objective_id::text from action").fetchone() == ("Going on", objective)


def test_no_value_of_another_citys_indicator_is_taken_away(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    answer = post(client, f"/strategy/indicators/{uuid.uuid4()}/measurements", page="/notifications/", remove="2026-01-01")
    assert answer.status_code == 404

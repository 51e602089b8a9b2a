"""The strategy and its objectives: written by the coordinator, read by the team."""

import pytest
from flask import Flask

from tests.strategy.conftest import add
from tests.test_main_path import post, sign_in
from tests.world import World

GOOD = {"title": "Together in Toronto", "kind": "integrated", "integrated_into": "Public safety plan",
        "vision": "Nobody is afraid on the way home.", "period_from": "2026-01-01", "period_until": "2029-12-31"}  # fmt: skip


def test_a_strategy_with_its_objectives_is_written(app: Flask, world: World) -> None:
    add(world, "action", title="From a meeting")
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert "No strategy yet" in coordinator.get("/strategy/").text
    where = str(post(coordinator, "/strategy/new", **GOOD).location)
    assert str(coordinator.get("/strategy/").location) == where
    page = coordinator.get(where).text
    assert "Public safety plan" in page and "From a meeting" in page and "Nobody is afraid" in page
    place = str(post(coordinator, f"{where}/objectives/new", title="Trust grows", support=["role:officer"]).location)
    assert "Officers" in coordinator.get(place).text
    post(coordinator, f"{place}/edit", title="More trust", version="1", position="1")
    assert "<del>Trust grows</del> <ins>More trust</ins>" in coordinator.get(place).text
    late = post(coordinator, f"{place}/edit", title="Mine", version="1")
    assert late.status_code == 409 and "More trust" in late.text
    late = post(coordinator, f"{where}/edit", **{**GOOD, "version": "7"})
    assert late.status_code == 409
    post(coordinator, f"{place}/archive", page=place)
    assert "More trust" not in coordinator.get(where).text
    post(coordinator, f"{where}/archive", page=where)
    assert "Together" in coordinator.get("/strategy/?archived=1").text
    assert "No strategy yet" in coordinator.get("/strategy/").text
    assert world.admin.execute("select number, state from strategy_version").fetchall() == [(1, "draft")]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("title", "", "Fill in this field"), ("kind", "x", "not a value"), ("integrated_into", "", "Name the framework"),
     ("period_until", "2025-01-01", "before the beginning"), ("vision", "x" * 5001, "5000")],
)  # fmt: skip
def test_bad_input_is_shown_again(app: Flask, world: World, field: str, value: str, reason: str) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    answer = post(coordinator, "/strategy/new", **{**GOOD, field: value})
    assert answer.status_code == 400 and reason in answer.text
    assert world.admin.execute("select count(*) from strategy").fetchone() == (0,)


@pytest.mark.parametrize("role", ["mayor", "officer", "communications", "analyst"])
def test_the_team_reads_and_only_the_coordinator_writes(app: Flask, world: World, role: str) -> None:
    strategy = add(world, "strategy", title="Plan", kind="standalone")
    client = sign_in(app, world, "toronto", role)
    assert client.get(f"/strategy/{strategy}").status_code == 200
    assert client.get(f"/strategy/{strategy}/edit").status_code == 404
    assert client.get("/strategy/new").status_code == 404
    assert post(client, f"/strategy/{strategy}/archive", page="/account").status_code == 404

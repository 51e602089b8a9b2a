"""Versions: handed in, adopted, superseded, compared; what was adopted never changes."""

import re

import pytest
from flask import Flask

from network.kernel.errors import Refused
from network.kernel.tenancy import acting_as
from network.strategy.versions import service
from network.strategy.versions.comparing import compare_words
from tests.strategy.conftest import add
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

ADOPTION = {"adopted_on": "2026-02-03", "decided_by": "City Council", "review_due": "2027-02-03", "note": "The first"}


def versions(world: World) -> list[tuple[int, str]]:
    return world.admin.execute("select number, state from strategy_version order by number").fetchall()


def test_from_the_draft_to_the_council_and_on(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where = str(post(coordinator, "/strategy/new", title="Together", kind="standalone", vision="No fear").location)
    place = str(post(coordinator, f"{where}/objectives/new", title="Trust grows").location)
    list_page = f"{where}/versions/"
    first = re.search(r"/versions/([0-9a-f-]{36})/submit", coordinator.get(list_page).text)
    assert first
    assert post(coordinator, f"{list_page}{first[1]}/submit", page=list_page).status_code == 302
    assert versions(world) == [(1, "in_review")]
    # What is edited during the review is not part of what is adopted.
    post(coordinator, f"{where}/edit", title="Together", kind="standalone", vision="No fear at all", version="1")
    mayor = sign_in(app, world, "toronto", "mayor")
    assert post(mayor, f"{list_page}{first[1]}/adopt", **{**ADOPTION, "adopted_on": "2999-01-01"}).status_code == 400
    assert post(mayor, f"{list_page}{first[1]}/adopt", **{**ADOPTION, "review_due": "2026-01-01"}).status_code == 400
    assert post(mayor, f"{list_page}{first[1]}/adopt", **ADOPTION).status_code == 302
    assert post(mayor, f"{list_page}{first[1]}/adopt", **ADOPTION).status_code == 422
    page = mayor.get(f"{list_page}{first[1]}").text
    assert "No fear" in page and "No fear at all" not in page and "City Council" in page
    page = mayor.get(f"{list_page}compare").text
    assert "<ins> at all</ins>" in page and "Trust grows" not in page
    # The next edit begins the next version.
    post(coordinator, f"{place}/edit", title="Trust grows everywhere", version="1")
    assert versions(world) == [(1, "adopted"), (2, "draft")]
    second = re.search(r"/versions/([0-9a-f-]{36})/submit", coordinator.get(list_page).text)
    assert second
    post(coordinator, f"{where}/objectives/new", title="Help comes")
    page = coordinator.get(f"{list_page}compare?before={first[1]}").text
    assert "<ins> everywhere</ins>" in page and "<ins>Help comes</ins>" in page
    assert post(coordinator, f"{list_page}{second[1]}/adopt", **ADOPTION).status_code == 302
    assert versions(world) == [(1, "superseded"), (2, "adopted")]
    page = coordinator.get(f"{list_page}compare?before={second[1]}&after={first[1]}").text
    assert "<del>Help comes</del>" in page
    assert "Nothing changed" in coordinator.get(f"{list_page}compare?before={second[1]}&after={second[1]}").text


def test_a_version_can_be_taken_back_from_review(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where = str(post(coordinator, "/strategy/new", title="Together", kind="standalone").location)
    found = world.admin.execute("select version_id::text from strategy_version").fetchone()
    assert found
    for step, state in (("submit", "in_review"), ("withdraw", "draft"), ("submit", "in_review")):
        post(coordinator, f"{where}/versions/{found[0]}/{step}", page=f"{where}/versions/")
        assert versions(world) == [(1, state)]
    assert post(coordinator, f"{where}/versions/{found[0]}/submit", page=f"{where}/versions/").status_code == 422


def test_what_was_adopted_can_not_be_changed_by_anybody(app: Flask, world: World, as_: As) -> None:
    strategy = add(world, "strategy", title="Plan", kind="standalone")
    add(world, "strategy_version", strategy_id=strategy, number=1, state="adopted", content="{}", adopted_on="2026-01-01")
    mayor = world.actor("toronto", "mayor")
    for change in ("content = '{\"title\": \"Mine\"}'", "adopted_on = '2020-01-01'", "decided_by = 'Me'", "state = 'in_review'"):
        with pytest.raises(AssertionError):  # the refusal is that of a rule, not of a right
            as_.run(mayor, f"update strategy_version set {change}")
    kept = world.admin.execute("select content, adopted_on::text, decided_by, state from strategy_version").fetchone()
    assert kept == ({}, "2026-01-01", "", "adopted")
    assert as_.run(world.actor("toronto", "officer"), "update strategy_version set state = 'superseded'") == 0
    assert as_.run(mayor, "update strategy_version set state = 'superseded'") == 1


@pytest.mark.parametrize("role", ["officer", "communications", "analyst"])
def test_who_may_not_adopt(app: Flask, world: World, role: str) -> None:
    strategy = add(world, "strategy", title="Plan", kind="standalone")
    version = add(world, "strategy_version", strategy_id=strategy, number=1)
    client = sign_in(app, world, "toronto", role)
    assert client.get(f"/strategy/{strategy}/versions/{version}").status_code == 200
    assert client.get(f"/strategy/{strategy}/versions/{version}/adopt").status_code == 404
    assert post(client, f"/strategy/{strategy}/versions/{version}/submit", page="/account").status_code == 404
    assert versions(world) == [(1, "draft")]


def test_another_strategys_version_is_not_found(app: Flask, world: World) -> None:
    one = add(world, "strategy", title="One", kind="standalone")
    two = add(world, "strategy", title="Two", kind="standalone")
    other = add(world, "strategy", "ottawa", title="Three", kind="standalone")
    version = add(world, "strategy_version", strategy_id=two, number=1)
    strange = add(world, "strategy_version", "ottawa", strategy_id=other, number=1)
    coordinator = sign_in(app, world, "toronto", "coordinator")
    for path in (f"{one}/versions/{version}", f"{one}/versions/{version}/adopt", f"{one}/versions/compare?before={version}",
                 f"{other}/versions/", f"{other}/versions/{strange}", f"{other}/versions/compare"):  # fmt: skip
        assert coordinator.get(f"/strategy/{path}").status_code == 404, path


def test_two_people_adopt_once(app: Flask, world: World) -> None:
    strategy = add(world, "strategy", title="Plan", kind="standalone")
    version = add(world, "strategy_version", strategy_id=strategy, number=1)
    import uuid
    from datetime import date

    data = {"adopted_on": date(2026, 1, 1), "decided_by": "Council", "review_due": None, "note": ""}
    keys = uuid.UUID(strategy), uuid.UUID(version)
    for role in ("mayor", "coordinator"):
        actor = world.actor("toronto", role)
        with app.app_context():
            if role == "mayor":
                with acting_as(actor):
                    service.adopt_version(*keys, data, actor=actor)
            else:
                with pytest.raises(Refused), acting_as(actor):
                    service.adopt_version(*keys, data, actor=actor)


def test_words_are_compared_one_by_one() -> None:
    found = [(part.kind, part.text) for part in compare_words("Open two cafés now", "Open three cafés now")]
    assert found == [("same", "Open "), ("gone", "two"), ("new", "three"), ("same", " cafés now")]

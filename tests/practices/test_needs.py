"""What is suggested has a reason that says something: never one word that stands everywhere."""

import pytest
from flask import Flask

from network.kernel.tenancy import acting_as
from network.practices.needs import Need
from network.practices.queries import suggest_practices
from tests.conftest import Connection
from tests.practices.factory import add_practice
from tests.world import World

TEXTS = {
    "both": "A community pageant in the harbour.", "rare": "A pageant in winter.",
    "uncommon": "Marching drummers in the harbour.",
}  # fmt: skip


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    world = World(admin)
    for number in range(20):
        # "community" in all of them, "harbour" in some, "drummers" in a few.
        approach = "A community of neighbours" + (" in the harbour" if number < 8 else "")
        add_practice(admin, f"filler-{number}", approach=approach, themes=["newcomers"])
    for slug, approach in TEXTS.items():
        add_practice(admin, slug, approach=approach, themes=["newcomers"])
    return world


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("community",), set()),
        (("harbour",), set()),
        (("pageant",), {"both", "rare"}),
        (("community", "pageant"), {"both", "rare"}),
        (("community", "unheardof"), set()),
        (("unheardof",), set()),
        (("the", "and"), set()),
        (("drummers", "harbour"), {"uncommon"}),
    ],
)
def test_one_common_word_is_no_reason(app: Flask, world: World, words: tuple[str, ...], expected: set[str]) -> None:
    officer = world.actor("toronto", "officer")
    with app.app_context(), acting_as(officer):
        found = suggest_practices([Need("Because", words=words)], actor=officer)
        assert {item.practice.slug for item in found} == expected
        assert all(item.reasons == ["Because"] for item in found)


def test_two_words_of_which_one_is_not_common_are_a_reason(app: Flask, world: World) -> None:
    officer = world.actor("toronto", "officer")
    with app.app_context(), acting_as(officer):
        found = suggest_practices([Need("Because", words=("community", "harbour"))], actor=officer, limit=20)
    # Ten of 23 tell of the harbour, more than a third: two common words together are no reason either.
    assert found == []


def test_themes_are_a_reason_by_themselves(app: Flask, world: World) -> None:
    add_practice(world.admin, "of-faith", themes=["interfaith"])
    officer = world.actor("toronto", "officer")
    with app.app_context(), acting_as(officer):
        found = suggest_practices([Need("Because", themes=("interfaith",), words=("community",))], actor=officer)
        assert [item.practice.slug for item in found] == ["of-faith"]

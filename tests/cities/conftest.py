"""The small world, its operator's browser, and what a refused call must not change."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from network.identity.permissions import OPERATOR
from network.kernel.tenancy import acting_as
from tests.conftest import Connection
from tests.test_main_path import sign_in
from tests.world import World

LIST = "/platform/organisations/"
"""Where the operator's pages are."""


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def operator(app: Flask, world: World) -> Any:
    return sign_in(app, world, "platform", "operator")


def rows(world: World, statement: str) -> Any:
    return world.admin.execute(statement).fetchall()


def state(world: World) -> Any:
    """Everything that a refused call of this part could have changed."""
    return [
        rows(world, f"select * from {table} order by 1, 2")
        for table in ("organisation", "city", "city_population", "invitation", "membership", "sharing_agreement")
    ]


@contextmanager
def as_operator(app: Flask) -> Iterator[None]:
    with app.app_context(), acting_as(OPERATOR):
        yield

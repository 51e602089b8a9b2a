"""The world of these tests, and raw connections in an actor's name."""

import pytest
from flask import Flask

from tests.conftest import Connection
from tests.tenancy.test_intruders import As
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])

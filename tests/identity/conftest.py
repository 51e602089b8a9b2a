"""The small world of people."""

import pytest
from flask import Flask

from tests.conftest import Connection
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)

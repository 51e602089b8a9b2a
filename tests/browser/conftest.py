"""A real Chromium, and the application served on loopback."""

import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from tests.conftest import Connection
from tests.test_main_path import PASSWORD
from tests.world import World

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture
def site(app: Flask, admin: Connection) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def world(app: Flask, admin: Connection) -> World:
    world = World(admin)
    for name, role in (("toronto", "coordinator"), ("canada", "coordinator")):
        world.actor(name, role)
    admin.execute("update person set password_hash = %s", (app.extensions["concord.passwords"].hash(PASSWORD),))
    return world

"""Every page that a person of the demonstration can reach by its links, measured in Chromium.

One page for each view and role: a page that a new slice adds is measured without being named here.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from network.demo.load import PASSWORD, load_demo
from tests.browser.test_pages import AXE
from tests.conftest import Connection

ROLES = ("coordinator@toronto", "mayor@toronto", "partner@toronto", "coordinator@aarhus", "coordinator@ca",
         "curator@network", "coordinator@network", "operator@platform")  # fmt: skip
# GraphiQL's own editor is not ours to mend; the form beside it does the same for everybody.
RULES = """axe.run({exclude: ['.graphiql-container']},
    {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"""
DOWNLOADS = re.compile(r"\.(csv|xlsx|json|xml|pdf|docx|md|ics|atom|zip|html)$|/attachments/|/static/|/feed")


@pytest.fixture
def demo(app: Flask, admin: Connection) -> Flask:
    with app.app_context():
        load_demo()
    return app


def endpoint_of(app: Flask, path: str) -> str | None:
    """The view behind a path."""
    try:
        endpoint, _arguments = app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return None
    return str(endpoint)


def links(page: Page, site: str) -> Iterator[str]:
    """The paths of this site that the page links to."""
    for href in page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)"):
        parts = urlsplit(href)
        if href.startswith(site) and not DOWNLOADS.search(parts.path):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def measure(page: Page) -> Iterator[object]:
    """What is wrong with the page."""
    if not page.title().strip():
        yield "no title"
    if page.locator("h1").count() != 1:
        yield "not one h1"
    ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    if len(ids) != len(set(ids)):
        yield "id used twice", sorted(i for i in ids if ids.count(i) > 1)
    page.evaluate(AXE)
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        for violation in page.evaluate(RULES)["violations"]:
            yield theme, violation["id"], [node["html"][:150] for node in violation["nodes"]]
    page.set_viewport_size({"width": 360, "height": 740})
    if page.evaluate("document.documentElement.scrollWidth") > 360:
        yield "wider than a phone"
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.timeout(1200)
def test_every_page_that_can_be_reached(demo: Flask, site: str, chromium: Any) -> None:
    measured: set[tuple[str, str]] = set()
    wrong: list[object] = []
    for role in ROLES:
        kind = role.split("@")[0] + role.split("@")[1][:3]
        page = chromium.new_page(reduced_motion="reduce")
        blocked: list[str] = []
        page.on("console", lambda m, b=blocked: b.append(m.text) if "Content Security" in m.text else None)
        page.goto(f"{site}/sign-in")
        page.get_by_label("E-mail").fill(f"{role}.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        waiting = ["/"]
        while waiting:
            path = waiting.pop(0)
            endpoint = endpoint_of(demo, urlsplit(path).path)
            if endpoint is None or (endpoint, kind) in measured:
                continue
            measured.add((endpoint, kind))
            answer = page.goto(site + path)
            if not answer or answer.status != 200:
                wrong.append((role, path, answer and answer.status))
                continue
            waiting += list(links(page, site))
            # A view that another role has had measured looks the same but for its buttons.
            if role in ROLES[:1] or not any(e == endpoint and k != kind for e, k in measured):
                wrong += [(role, path, what) for what in measure(page)]
        wrong += [(role, text) for text in blocked]
        page.close()
    assert wrong == [], "\n".join(map(str, wrong))
    assert len({endpoint for endpoint, _kind in measured}) >= 60

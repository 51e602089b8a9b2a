"""The main path in a real Chromium, and every page of it measured by axe, light and dark."""

import re
from typing import Any

from flask import Flask
from playwright.sync_api import Page

from network.trends.disclosure import LARGEST_NOISE
from tests.conftest import ROOT
from tests.test_main_path import PASSWORD, TORONTO, TRENDS, gql, work
from tests.world import World

AXE = (ROOT / "tests/web/vendor/axe.min.js").read_text()
RULES = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"



def sign_in(page: Page, site: str, world: World, name: str, role: str) -> None:
    person = world.people[name, role]
    email = world.admin.execute("select email from person where person_id = %s", (person,)).fetchone()
    assert email
    page.context.clear_cookies()
    page.goto(f"{site}/sign-in")
    page.get_by_label("E-mail").fill(email[0])
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


def measure(page: Page) -> None:
    """No violation in light or dark, nothing wider than a phone, nothing blocked by the policy."""
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        page.evaluate(AXE)
        found = page.evaluate(RULES)["violations"]
        assert [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in found] == [], (page.url, theme)


def test_city_imports_and_shares_and_the_ministry_sees_it(
    app: Flask, site: str, chromium: Any, world: World
) -> None:
    page = chromium.new_page(reduced_motion="reduce")
    blocked: list[str] = []
    page.on("console", lambda m: blocked.append(m.text) if "Content Security" in m.text else None)
    sign_in(page, site, world, "toronto", "coordinator")
    assert page.get_by_text("Your city has no incidents yet").is_visible()
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("CSV or XLSX file").set_input_files(TORONTO)
    page.get_by_role("button", name="Upload and check").click()
    work(app)
    page.reload()
    measure(page)
    page.get_by_role("button", name="Store them").click()
    work(app)
    page.reload()
    assert page.get_by_text("Stored: 1805 new incidents").is_visible()
    page.goto(site)
    assert page.get_by_role("heading", name="Incidents per month").is_visible()
    for path in ("/", "/incidents/", "/incidents/new", "/incidents/import/", "/sharing/", "/team", "/account"):
        page.goto(site + path)
        measure(page)
    page.goto(f"{site}/incidents/")
    page.locator("tbody a").first.click()
    measure(page)

    page.goto(f"{site}/sharing/")
    page.get_by_label("With whom").select_option(label="Canada")
    page.get_by_label(re.compile("Counts")).check()
    page.get_by_role("button", name="Sign and share").click()
    assert page.get_by_text("You share from now on").is_visible()

    ministry = chromium.new_page(reduced_motion="reduce")
    sign_in(ministry, site, world, "canada", "coordinator")
    measure(ministry)
    ministry.get_by_role("link", name="API tokens").click()
    ministry.get_by_label("Name").fill("Dashboard")
    ministry.get_by_label(re.compile("Read protected counts")).check()
    ministry.get_by_role("button", name="Issue the token").click()
    measure(ministry)
    token = ministry.locator(".token").inner_text()
    answer = gql(app, token, TRENDS)["data"]["trends"]
    assert answer["coverage"] == [{"name": "Toronto"}]
    assert abs(answer["series"][0]["counts"][-1] - 440) <= LARGEST_NOISE
    ministry.goto(f"{site}/graphql/explore")
    ministry.locator(".graphiql-container").wait_for()

    page.get_by_role("button", name="End now").click()
    assert gql(app, token, TRENDS)["data"]["trends"]["coverage"] == []
    ministry.goto(site)
    assert ministry.get_by_text("No city shares with you yet").is_visible()
    assert blocked == []


def test_public_pages_on_a_phone(site: str, chromium: Any, world: World) -> None:
    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    for path in ("/", "/sign-in", "/forgot", "/does-not-exist"):
        page.goto(site + path)
        measure(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    sign_in(page, site, world, "toronto", "coordinator")
    for path in ("/", "/incidents/", "/incidents/new", "/sharing/", "/team"):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path

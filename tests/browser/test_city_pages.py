"""The operator's and the city's pages in a real Chromium, without JavaScript and on a phone too."""

from typing import Any

from flask import Flask

from tests.browser.test_pages import measure, sign_in
from tests.conftest import Connection
from tests.test_main_path import PASSWORD
from tests.world import World

LIST = "/platform/organisations/"


def test_the_operator_creates_and_closes_and_the_city_keeps_its_facts(
    app: Flask, site: str, chromium: Any, admin: Connection
) -> None:
    world = World(admin)
    for name, role in (("toronto", "coordinator"), ("network", "coordinator"), ("platform", "operator")):
        world.actor(name, role)
    admin.execute("update person set password_hash = %s", (app.extensions["concord.passwords"].hash(PASSWORD),))
    world.agree("toronto", "network")
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False)
    sign_in(page, site, world, "platform", "operator")
    page.get_by_role("link", name="Create an organisation").click()
    page.get_by_role("link", name="Find the place").click()
    page.get_by_label("Name of the place").fill("Saida")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Choose Sidon").click()
    page.get_by_label("Name").fill("Saida")
    page.get_by_label("E-mail of the first coordinator").fill("first@saida.example")
    page.get_by_role("button", name="Create").click()
    assert page.get_by_text("Saida is on the platform.").is_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Year of the figure").fill("2019")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("GeoNames, 2019").is_visible()
    page.get_by_role("link", name="Close").click()
    page.get_by_label("Yes, close Saida").check()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Reopen").click()
    assert page.get_by_text("Saida is open again").is_visible()
    saida = page.url
    page.context.close()

    for width in (1280, 360):
        blocked: list[str] = []
        page = chromium.new_page(reduced_motion="reduce", viewport={"width": width, "height": 740})
        page.on("console", lambda m, seen=blocked: seen.append(m.text) if "Content Security" in m.text else None)
        sign_in(page, site, world, "platform", "operator")
        toronto = f"{LIST}{world.ids['toronto']}"
        pages = [LIST, f"{LIST}?state=closed", f"{LIST}new", f"{LIST}new/place?q=tripoli", f"{LIST}new/place?q=zzzz",
                 f"{LIST}new/city?geoname=2624652", f"{LIST}new/nation", toronto, f"{toronto}/edit", f"{toronto}/close",
                 saida.removeprefix(site)]  # fmt: skip
        look(page, site, pages, width)
        page.goto(f"{site}{toronto}")
        page.locator("main").get_by_role("button", name="Send the invitation").click()
        measure(page)
        for name, paths in (("toronto", ["/city/", "/sharing/"]), ("network", ["/sharing/", "/sharing/?q=none"])):
            sign_in(page, site, world, name, "coordinator")
            look(page, site, paths, width)
        sign_in(page, site, world, "toronto", "coordinator")
        page.goto(f"{site}/city/")
        page.get_by_role("button", name="Record").click()
        assert page.get_by_role("link", name="Population").is_visible()
        measure(page)
        assert blocked == []
        page.context.close()


def look(page: Any, site: str, paths: list[str], width: int) -> None:
    for path in paths:
        assert page.goto(site + path).ok, path
        measure(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path

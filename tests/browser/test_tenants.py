"""Taking a city's data along and leaving, in a real Chromium, without JavaScript and on a phone."""

from typing import Any

from flask import Flask

from tests.browser.test_city_pages import look
from tests.browser.test_pages import measure, sign_in
from tests.test_main_path import work
from tests.world import World, add_incident


def test_a_city_takes_its_data_along_and_leaves(app: Flask, site: str, chromium: Any, world: World) -> None:
    add_incident(world.admin, world.ids["toronto"])
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False)
    sign_in(page, site, world, "toronto", "coordinator")
    page.get_by_role("navigation").get_by_role("link", name="Your city's data").first.click()
    page.get_by_role("button", name="Make an archive").click()
    work(app)
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")
    page.get_by_role("link", name="Delete the city").click()
    page.get_by_role("button", name="Delete the city").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("Type the name of your city").fill("Toronto")
    page.get_by_role("button", name="Delete the city").click()
    assert page.get_by_text("Your city is to be deleted on").is_visible()
    page.context.close()
    for width in (1280, 390):
        page = chromium.new_page(reduced_motion="reduce", viewport={"width": width, "height": 740})
        sign_in(page, site, world, "toronto", "coordinator")
        look(page, site, ["/data/", "/data/delete"], width)
        page.get_by_role("button", name="Delete the city").click()
        measure(page)
        page.context.close()
    page = chromium.new_page(java_script_enabled=False)
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/data/")
    page.get_by_role("button", name="Keep the city").click()
    assert page.get_by_text("Your city stays").is_visible()
    page.context.close()

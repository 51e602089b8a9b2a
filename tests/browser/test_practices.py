"""The practice library in a real Chromium: as somebody types, on a phone, measured by axe."""

import re
from typing import Any

from flask import Flask

from network.demo.load import load_practices
from tests.browser.test_pages import measure
from tests.world import World


def test_a_visitor_searches_while_typing_and_reads(
    app: Flask, site: str, chromium: Any, world: World
) -> None:
    with app.app_context():
        load_practices(world.actor("network", "curator"))
    page = chromium.new_page(reduced_motion="reduce")
    blocked: list[str] = []
    page.on("console", lambda m: blocked.append(m.text) if "Content Security" in m.text else None)
    page.goto(site)
    page.get_by_role("link", name="Read what worked elsewhere").click()
    measure(page)
    page.get_by_label("Search the library").press_sequentially("mentor", delay=20)
    page.wait_for_url(re.compile(r"q=mentor"))
    page.locator("#library mark").first.wait_for()
    measure(page)
    page.get_by_role("complementary").get_by_role("link", name="Youth").click()
    page.wait_for_url(re.compile("theme=youth"))
    assert page.get_by_label("Search the library").input_value() == "mentor"
    page.get_by_role("link", name=re.compile("Early prevention and mentoring")).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Early prevention and mentoring with the police"
    assert page.locator("script[type='application/ld+json']").count() == 1
    page.get_by_text("What the ratings mean").click()
    measure(page)
    page.emulate_media(media="print")
    assert not page.locator(".site-header").is_visible() and page.get_by_text("To cite this page").is_visible()
    assert blocked == []


def test_the_library_on_a_phone_and_without_javascript(
    app: Flask, site: str, chromium: Any, world: World
) -> None:
    with app.app_context():
        load_practices(world.actor("network", "curator"))
    page = chromium.new_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(f"{site}/practices/")
    page.get_by_label("Search the library").fill("hate crime")
    page.get_by_role("button", name="Search").click()
    assert page.locator("#library mark").count() > 0
    narrow = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    for path in ("/practices/", "/practices/?q=xyzzy", "/practices/aarhus-early-prevention-mentoring"):
        narrow.goto(site + path)
        assert narrow.evaluate("document.documentElement.scrollWidth") <= 360, path
        measure(narrow)

"""The pages of communications in a real Chromium, without JavaScript and on a phone too."""

from typing import Any

from tests.browser.test_pages import measure, sign_in
from tests.world import World

PAGES = ("/communications/", "/rumours/", "/rumours/new", "/communications/key-messages/", "/communications/audiences/new",
         "/communications/channels/", "/spokespeople/", "/spokespeople/new")  # fmt: skip


def test_a_rumour_is_written_down_and_watched_without_javascript(site: str, chromium: Any, world: World) -> None:
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/communications/")
    page.get_by_role("link", name="Record a rumour").click()
    page.get_by_label("The claim in short").fill("Free cars for everybody")
    page.get_by_label("What kind of claim").select_option(label="A group is said to be favoured")
    page.get_by_label("How far it has spread").select_option(label="A few groups")
    page.get_by_label("Harm that it can do").select_option(label="3 Divides people")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Watch it").click()
    assert page.get_by_text("Watched: no answer for now").first.is_visible()
    page.context.close()


def test_the_pages_are_accessible_and_fit_a_phone(site: str, chromium: Any, world: World) -> None:
    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    blocked: list[str] = []
    page.on("console", lambda m: blocked.append(m.text) if "Content Security" in m.text else None)
    sign_in(page, site, world, "toronto", "coordinator")
    for path in PAGES:
        assert page.goto(site + path).ok, path
        measure(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert blocked == []
    page.context.close()

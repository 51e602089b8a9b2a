"""The pages of communications in a real Chromium, without JavaScript and on a phone too."""

from typing import Any

from flask import Flask

from tests.browser.test_pages import measure, sign_in
from tests.test_main_path import PASSWORD
from tests.world import World

PAGES = ("/messages/", "/messages/?view=month", "/messages/new", "/message-templates/", "/communications/",
         "/rumours/", "/rumours/new", "/communications/key-messages/", "/communications/audiences/new",
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


def test_a_ready_made_text_is_approved_by_the_mayor_and_published(app: Flask, site: str, chromium: Any, world: World) -> None:
    world.actor("toronto", "mayor")
    world.admin.execute("update person set password_hash = %s", (app.extensions["concord.passwords"].hash(PASSWORD),))
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False)
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/message-templates/")
    page.locator("li", has_text="A community is being blamed").get_by_role("link", name="Use this template").click()
    page.get_by_label("Text", exact=False).first.wait_for()
    page.locator("#field-body").fill("They did not do this. A threat is a crime.")
    page.locator("#field-short_text").fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Nobody answers for what a stranger did").click()
    page.get_by_role("button", name="Ask for review").click()
    text = page.url
    assert page.get_by_text("Somebody else has to approve what you wrote.").is_visible()
    sign_in(page, site, world, "toronto", "mayor")
    page.goto(f"{site}/communications/")
    page.get_by_role("link", name="A community is being blamed").click()
    page.get_by_role("link", name="Nobody answers for what a stranger did").click()
    page.get_by_role("button", name="Approve").click()
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(text)
    page.get_by_role("button", name="It is out now").click()
    assert page.get_by_text("The text is out.").is_visible()
    page.context.close()

    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    sign_in(page, site, world, "toronto", "coordinator")
    for path in (text.removeprefix(site), "/messages/", "/messages/?view=month", "/communications/"):
        assert page.goto(site + path).ok
        measure(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
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

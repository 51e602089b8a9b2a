"""The strategy in a real Chromium: from nothing to a plan, on a phone, measured by axe."""

from typing import Any

from network.kernel.tenancy import acting_as
from network.strategy.starters.service import load_supplied_templates
from tests.browser.test_pages import measure as measure_page
from tests.browser.test_pages import sign_in
from tests.strategy.conftest import add, add_partner, stand_for
from tests.world import World


def measure(page: Any) -> None:
    page.wait_for_load_state()
    measure_page(page)


def test_a_coordinator_begins_a_strategy_and_an_action(site: str, chromium: Any, world: World) -> None:
    add_partner(world, "House of Youth")
    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 390, "height": 800})
    blocked: list[str] = []
    page.on("console", lambda m: blocked.append(m.text) if "Content Security" in m.text else None)
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/strategy/")
    measure(page)
    page.get_by_role("link", name="Begin a strategy").first.click()
    page.get_by_label("Title").fill("Safe together")
    measure(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add an objective").click()
    page.get_by_label("Title").fill("More trust")
    measure(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add an action").first.click()
    page.get_by_label("Title").fill("Open a youth café")
    page.get_by_label("Lead").select_option(label="House of Youth")
    page.get_by_text("Who supports, who is consulted").click()
    measure(page)
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("The action is in the plan.").is_visible()
    strategy = str(world.admin.execute("select strategy_id::text from strategy").fetchone()[0])  # type: ignore[index]
    page.goto(f"{site}/strategy/{strategy}/indicators/new")
    page.get_by_label("What is measured").fill("Trust")
    measure(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Value").fill("41")
    page.get_by_role("button", name="Save").click()
    measure(page)
    page.goto(f"{site}/strategy/{strategy}/consultations/new")
    page.get_by_label("Title").fill("Evening")
    page.get_by_label("Day").fill("2026-01-05")
    measure(page)
    page.get_by_role("button", name="Save").click()
    measure(page)
    page.goto(f"{site}/strategy/{strategy}/versions/")
    page.get_by_role("button", name="Hand in for review").click()
    measure(page)
    page.get_by_role("link", name="Note the adoption").click()
    page.get_by_label("Decided by").fill("City Council")
    measure(page)
    page.get_by_role("button", name="It is adopted").click()
    page.get_by_role("link", name="Version 1").click()
    measure(page)
    world.admin.execute("update strategy set vision = 'Nobody is afraid'")
    base = f"{site}/strategy/{strategy}"
    more = (f"{base}/versions/compare", f"{base}/roles", f"{base}/consultations", f"{site}/actions/board",
            f"{site}/actions/timeline")  # fmt: skip
    for path in (*more, page.url, f"{site}/actions/", f"{site}/strategy/"):
        page.goto(path)
        measure(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert blocked == []


def test_a_town_begins_with_a_template_of_the_network(app: Any, site: str, chromium: Any, world: World) -> None:
    curator = world.actor("network", "curator")
    with app.app_context(), acting_as(curator):
        load_supplied_templates(actor=curator)
    world.admin.execute("update person set password_hash = (select max(password_hash) from person)")
    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 390, "height": 800})
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/strategy/")
    page.get_by_role("link", name="Begin with a template").click()
    measure(page)
    page.get_by_role("link", name="A first strategy for a small town").click()
    measure(page)
    page.get_by_role("link", name="Begin with this template").click()
    measure(page)
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("link", name="Name one contact person").is_visible()
    measure(page)
    for path in ("/strategy/new", "/actions/board", "/actions/timeline", "/strategy/"):
        page.goto(site + path)
        measure(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.get_by_role("link", name="Read and print").click()
    measure(page)
    page.emulate_media(media="print")
    assert not page.locator(".site-header").is_visible() and page.get_by_text("Working text").is_visible()
    page.emulate_media(media="screen")
    sign_in(page, site, world, "network", "curator")
    page.goto(f"{site}/strategy-templates/")
    measure(page)
    page.get_by_role("link", name="The year after an attack").click()
    page.get_by_role("link", name="Edit").click()
    measure(page)


def test_a_partner_reports_on_a_phone(site: str, chromium: Any, world: World, app: Any) -> None:
    partner = add_partner(world, "House of Youth")
    add(world, "action", title="Open a youth café", lead_partner_id=partner)
    stand_for(world, partner)
    world.admin.execute("update person set password_hash = (select max(password_hash) from person)")
    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 390, "height": 800})
    sign_in(page, site, world, "toronto", "partner")
    page.goto(f"{site}/assigned/")
    measure(page)
    page.get_by_role("link", name="Open a youth café").click()
    page.get_by_label("How does it go?").fill("The rooms are found.")
    measure(page)
    page.get_by_role("button", name="Send to the city").click()
    assert page.get_by_text("Thank you.").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

"""The pages of programmes in a real Chromium, without JavaScript and on a phone too."""

from typing import Any

from tests.browser.test_pages import measure, sign_in
from tests.practices.factory import add_practice
from tests.world import World


def test_a_programme_is_taken_over_counted_and_evaluated(site: str, chromium: Any, world: World) -> None:
    add_practice(world.admin, "open-kitchen", title="Open kitchen", target_groups=["Families"])
    world.admin.execute("insert into community (city_id, name) values (%s, 'Newcomers')", (world.ids["toronto"],))
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False)
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/programmes/")
    page.get_by_role("main").get_by_role("link", name="Look for a practice example").is_visible()
    page.goto(f"{site}/programmes/new?practice=open-kitchen")
    page.get_by_label("Status").select_option(label="Active")
    page.get_by_label("Newcomers").check()
    page.get_by_label("What we changed").fill("Once a month, and outdoors.")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("link", name="Open kitchen (Springfield)").is_visible()
    page.get_by_role("link", name="Add a session").click()
    page.get_by_label("What it was, or will be").fill("First evening")
    page.get_by_label("District").fill("North")
    page.get_by_label("How many came").fill("42")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("1 sessions held so far, attendance of 42.").is_visible()
    page.get_by_role("link", name="Add an evaluation").click()
    page.get_by_label("Title").fill("After one evening")
    page.get_by_label("Method").select_option(label="Interviews or observation")
    page.get_by_label("Findings").fill("Neighbours stayed to wash up.")
    page.get_by_label("Rating").select_option(label="4 It helps")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add an indicator").click()
    page.get_by_label("Indicator").fill("Neighbours who came again")
    page.get_by_role("button", name="Save").click()
    programme = page.url
    page.get_by_role("link", name="Neighbours who came again").click()
    page.locator("#field-value").fill("12")
    page.get_by_role("button", name="Save").click()
    indicator = page.url
    page.goto(f"{site}/programmes/reach")
    assert page.get_by_role("row", name="Newcomers 1 1 42 Reached").is_visible()
    page.context.close()

    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    blocked: list[str] = []
    page.on("console", lambda m: blocked.append(m.text) if "Content Security" in m.text else None)
    sign_in(page, site, world, "toronto", "coordinator")
    paths = [url.removeprefix(site) for url in (programme, indicator, f"{programme}/edit", f"{programme}/sessions/new")]
    for path in (*paths, "/programmes/", "/programmes/reach", "/programmes/new", "/programmes/?q=nothing"):
        assert page.goto(site + path).ok, path
        measure(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert blocked == []
    page.context.close()

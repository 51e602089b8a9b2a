"""Meetings as a coordinator keeps them, in a real Chromium, without JavaScript and on a phone."""

from datetime import date, timedelta
from typing import Any

from flask import Flask

from tests.browser.test_city_pages import look
from tests.browser.test_pages import measure, sign_in
from tests.conftest import Connection
from tests.meetings.test_meetings import LATELY, add_meeting, add_partner
from tests.world import World


def test_a_series_a_meeting_and_what_comes_out_of_it(
    app: Flask, site: str, chromium: Any, world: World, admin: Connection
) -> None:
    partner = add_partner(world, "toronto", "House of Youth")
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False)
    sign_in(page, site, world, "toronto", "coordinator")
    page.get_by_role("navigation").get_by_role("link", name="Meetings").first.click()
    page.get_by_role("link", name="Begin a series").click()
    page.get_by_label("Name").fill("Monthly round")
    page.get_by_label("Rhythm").select_option(label="Every month")
    page.get_by_label("Weekday").select_option(label="Tuesday")
    page.get_by_label("Which one of the month").select_option(label="The first of the month")
    page.get_by_label("Begins on").fill(str(date.today() + timedelta(days=1)))
    page.get_by_label("From").fill("09:30")
    page.get_by_label("House of Youth").check()
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("its meetings of the next six months are planned").is_visible()
    page.locator("main tbody a").first.click()
    page.get_by_role("button", name="Send the invitations").click()
    assert page.get_by_text("invitations are on their way").is_visible()

    where = f"/meetings/{add_meeting(world, 'toronto', 'Lately', LATELY, [partner])}"
    page.goto(site + where)
    page.get_by_label("House of Youth").first.select_option(label="Present")
    page.get_by_role("button", name="Save who was there").click()
    page.get_by_text("Write the minutes").click()
    page.get_by_label("Minutes", exact=True).fill("We spoke about the park.")
    page.get_by_role("button", name="Save the minutes").click()
    page.get_by_text("Add a decision").click()
    page.get_by_label("What was decided").fill("Open the hall on Fridays")
    page.get_by_role("button", name="Keep the decision").click()
    page.get_by_text("Give somebody something to do").click()
    page.get_by_label("What is to be done").last.fill("Ask the caretaker")
    page.get_by_label("Who does it").last.select_option(label="House of Youth")
    page.get_by_role("button", name="Keep it").click()
    assert page.get_by_role("rowheader", name="Ask the caretaker").is_visible()
    page.goto(f"{site}/meetings/calendar")
    page.get_by_label("Where you will use it").fill("Phone")
    page.get_by_role("button", name="Make the address").click()
    assert page.locator(".token").inner_text().endswith(".ics")
    page.context.close()

    series = admin.execute("select series_id::text from meeting_series").fetchone()
    assert series
    for width in (1280, 390):
        blocked: list[str] = []
        page = chromium.new_page(reduced_motion="reduce", viewport={"width": width, "height": 740})
        page.on("console", lambda m, seen=blocked: seen.append(m.text) if "Content Security" in m.text else None)
        sign_in(page, site, world, "toronto", "coordinator")
        paths = ["/meetings/", "/meetings/?when=past", "/meetings/new", where, f"{where}/edit", "/meetings/decisions",
                 "/meetings/partners", "/meetings/series/", f"/meetings/series/{series[0]}",
                 f"/meetings/series/{series[0]}/edit", "/meetings/series/new", "/meetings/calendar"]  # fmt: skip
        look(page, site, paths, width)
        page.goto(f"{site}/meetings/series/new")
        page.get_by_role("button", name="Save").click()
        assert page.get_by_role("alert").is_visible()
        measure(page)
        assert blocked == []
        page.context.close()

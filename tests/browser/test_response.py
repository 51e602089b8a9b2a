"""Response plans in a real Chromium, without JavaScript, on a phone, and without a network."""

import re
from pathlib import Path
from typing import Any

from tests.browser.test_pages import measure, sign_in
from tests.world import World


def test_a_plan_is_begun_adopted_and_opens_without_a_network(site: str, chromium: Any, world: World, tmp_path: Path) -> None:
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/response/")
    page.get_by_role("main").get_by_role("link", name="Begin from a template").first.click()
    page.get_by_role("button", name="Short form").first.click()
    plan = page.url
    page.get_by_role("link", name="Lead of the response").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Held by").select_option(index=1)
    page.locator("#field-holder_contact").fill("+1 416 555 0142")
    page.locator("#field-deputy_name").fill("Ana from the office")
    page.get_by_role("button", name="Save").click()
    role = page.url
    page.goto(plan)
    page.get_by_text("Adopt the plan as it stands").click()
    page.get_by_role("button", name="Adopt", exact=True).click()
    assert page.get_by_text("Edition 1 is adopted.").is_visible()
    page.get_by_role("link", name="Add an exercise").click()
    page.get_by_label("Name of the exercise").fill("Half an hour at the table")
    page.get_by_label("Findings").fill("Nobody had the key.")
    page.get_by_role("button", name="Save").click()
    exercise = page.url
    page.get_by_label("What is to be done").fill("Put a key at the fire station")
    page.get_by_role("button", name="Add an action").click()
    assert page.get_by_role("link", name="Put a key at the fire station").first.is_visible()
    page.goto(plan)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Offline copy for the phone").click()
    copy = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(copy)
    page.context.close()

    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto(copy.as_uri())
    assert asked == [copy.as_uri()], "it asks for nothing but itself"
    assert page.get_by_role("link", name="+1 416 555 0142").get_attribute("href") == "tel:+14165550142"
    page.get_by_role("checkbox").first.check()
    measure(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()

    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    blocked: list[str] = []
    page.on("console", lambda m: blocked.append(m.text) if "Content Security" in m.text else None)
    sign_in(page, site, world, "toronto", "coordinator")
    paths = [url.removeprefix(site) for url in (plan, role, exercise, f"{plan}/edit", f"{plan}/print", f"{plan}/items/new",
                                                f"{plan}/editions/1", f"{role}/edit")]  # fmt: skip
    for path in (*paths, "/response/", "/response/exercises/", "/response/plans/from-template", "/response/?q=nothing"):
        assert page.goto(site + path).ok, path
        measure(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert blocked == []
    page.context.close()


def test_two_people_work_through_a_response_on_a_phone(site: str, chromium: Any, world: World) -> None:
    officer, coordinator = world.actor("toronto", "officer"), world.actor("toronto", "coordinator")
    world.admin.execute(
        "update person set password_hash = (select password_hash from person where person_id = %s) where person_id = %s",
        (coordinator.person_id, officer.person_id),
    )
    first = chromium.new_page(reduced_motion="reduce", java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(first, site, world, "toronto", "coordinator")
    first.goto(f"{site}/response/plans/from-template")
    first.get_by_role("button", name="Short form").first.click()
    first.get_by_role("link", name="Begin a response").click()
    first.get_by_label("What has happened, in a few words").fill("Shots near the mosque")
    first.get_by_role("button", name="Begin a response").click()
    response = first.url
    second = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    blocked: list[str] = []
    second.on("console", lambda m: blocked.append(m.text) if "Content Security" in m.text else None)
    sign_in(second, site, world, "toronto", "officer")
    second.goto(response)
    for page in (first, second):
        page.get_by_role("button", name=re.compile(r"^Done ?: Call the police")).click()
    second.get_by_text("has done this already").wait_for()
    second.locator("#field-body").fill("Close the square")
    second.locator("#field-kind").select_option(label="Decision")
    second.locator("#field-decided_by").fill("The mayor")
    second.locator("#field-reason").fill("People run into each other")
    second.get_by_role("button", name="Write into the log").click()
    second.get_by_text("Decided by: The mayor.").wait_for()
    first.get_by_role("link", name="Look again").click()
    first.get_by_text("Decided by: The mayor.").wait_for()
    first.get_by_role("link", name="Change the situation").click()
    first.locator("#field-confirmed").fill("One person is hurt (police, 19:50)")
    first.get_by_role("button", name="Save").click()
    first.get_by_role("link", name=re.compile(r"^Hand over ?: Lead of the response")).click()
    first.get_by_label("Who takes it over").fill("Ben")
    first.get_by_role("button", name="Hand over").click()
    first.get_by_role("row", name="Lead of the response Ben").wait_for()
    first.get_by_role("link", name=re.compile(r"^Correct ?: Close the square")).click()
    correction = first.url
    first.get_by_label("What is right instead").fill("The north side only")
    first.get_by_role("button", name="Correct").click()
    paths = [url.removeprefix(site) for url in (response, correction, f"{response}/log", f"{response}/situation", f"{response}/end")]
    for path in (*paths, "/response/now/", "/response/now/new"):
        assert second.goto(site + path).ok, path
        measure(second)
        assert second.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert blocked == []
    first.goto(f"{response}/end")
    first.get_by_label("How it ended").fill("Everybody is home.")
    first.get_by_role("button", name="End the response").click()
    first.get_by_text("The response has ended.").wait_for()
    first.context.close()
    second.context.close()

"""Handling an incident as a coordinator does, in a real Chromium, without JavaScript and on a phone."""

import os
from typing import Any

from flask import Flask

from tests.browser.test_city_pages import look
from tests.browser.test_pages import measure, sign_in
from tests.conftest import Connection
from tests.world import World, add_incident


def test_an_incident_from_triage_to_its_end(
    app: Flask, site: str, chromium: Any, world: World, admin: Connection
) -> None:
    city = world.ids["toronto"]
    incident = add_incident(admin, city, status="reported", summary="Paint on the door of a hall", district="Centre")
    add_incident(admin, city, status="reported", summary="The same paint", district="Centre", occurred_at="2024-03-06T12:00Z")
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False, viewport={"width": 390, "height": 740})
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/incidents/triage/")
    page.locator("main tbody a").first.click()
    page.get_by_role("button", name="Begin the review").click()
    page.get_by_label("Give it to somebody").select_option(label="Coordinator Person")
    page.get_by_role("button", name="Assign").click()
    page.get_by_text("Write down what happened or was done").click()
    page.get_by_label("What happened, or what was done").fill("Called the caretaker")
    page.get_by_role("button", name="Add to the timeline").click()
    page.get_by_role("link", name="Correct the entry").click()
    page.get_by_label("What happened, or what was done").fill("Called the caretaker and the police")
    page.get_by_role("button", name="Save the correction").click()
    assert page.get_by_text("Called the caretaker and the police").is_visible()
    page.get_by_text("Give somebody something to do").click()
    page.get_by_label("What is to be done").fill("Have the door cleaned")
    page.get_by_role("button", name="Keep the task").click()
    page.get_by_role("button", name="It is done").click()
    page.get_by_text("Note to whom it was passed on").click()
    page.get_by_label("To whom").select_option(label="Police")
    page.get_by_label("Or in words").fill("Hate crime unit")
    page.get_by_role("button", name="Keep it").click()
    assert page.get_by_text("No answer yet").is_visible()
    page.get_by_role("link", name="Severity and sharing").click()
    page.get_by_label("Who will be able to read it").select_option(value="AMBER")
    page.get_by_role("button", name="Show what this will do").click()
    assert page.get_by_role("status").get_by_text("New readers").is_visible()
    page.get_by_role("button", name="Save it like this").click()
    page.get_by_role("button", name="It is verified").click()
    page.get_by_role("link", name="Merge a duplicate").click()
    page.get_by_role("button", name="Merge into").click()
    assert page.get_by_text("It is kept as a duplicate").is_visible()
    page.get_by_role("button", name="It is no duplicate").click()
    page.get_by_role("link", name="Close the incident").click()
    page.get_by_label("Outcome").fill("Cleaned on the same day")
    page.get_by_role("button", name="Close the incident").click()
    page.get_by_role("button", name="Follow").click()
    assert page.locator("#handling").get_by_text("Cleaned on the same day").is_visible()
    page.context.close()
    note = admin.execute("select note_id from incident_note where kind = 'done' limit 1").fetchone()
    task, referral = (admin.execute(f"select {name}_id from incident_{name}").fetchone() for name in ("task", "referral"))
    assert note and task and referral
    for width in (1280, 390):
        blocked: list[str] = []
        page = chromium.new_page(reduced_motion="reduce", viewport={"width": width, "height": 740})
        page.on("console", lambda m, seen=blocked: seen.append(m.text) if "Content Security" in m.text else None)
        sign_in(page, site, world, "toronto", "coordinator")
        where = f"/incidents/{incident}"
        admin.execute("update incident set status = 'verified' where incident_id = %s", (incident,))
        look(page, site, ["/incidents/triage/", "/incidents/triage/?source=ngo", where, f"{where}/merge", f"{where}/merge?q=nothing",
                          f"{where}/close", f"{where}/edit", f"{where}/sharing", "/incidents/tasks/?state=done",
                          "/incidents/tasks/?state=overdue", f"/incidents/tasks/{task[0]}", f"/incidents/referrals/{referral[0]}",
                          f"/incidents/notes/{note[0]}"], width)  # fmt: skip
        page.goto(f"{site}{where}")
        if os.environ.get("SHOTS"):
            page.screenshot(path=f"{os.environ['SHOTS']}/handling-{width}.png", full_page=True)
        page.get_by_text("Write down what happened or was done").click()
        page.get_by_role("button", name="Add to the timeline").click()
        assert page.get_by_role("alert").is_visible()
        measure(page)
        assert blocked == []
        page.context.close()

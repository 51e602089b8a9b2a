"""The whole way of a practice in a real Chromium: from two authors to another city's report, and withdrawn."""

import re
from datetime import date, timedelta
from typing import Any

from flask import Flask
from playwright.sync_api import Page

from network.assessment import service as assessment
from network.assessment.schemas import AssessmentSchema, ThreatSchema
from network.kernel.tenancy import acting_as
from tests.browser.test_pages import measure, sign_in
from tests.test_main_path import PASSWORD, gql, issue
from tests.world import World, add_person

PEOPLE = (("toronto", "officer"), ("toronto", "coordinator"), ("network", "curator"), ("ottawa", "coordinator"))


def prepare(app: Flask, world: World) -> None:
    """People with passwords, a second curator, and a gap in Ottawa's assessment."""
    for name, role in PEOPLE:
        world.actor(name, role)
    world.people["network", "second"] = add_person(world.admin, world.ids["network"], "curator")
    world.admin.execute("update person set name = 'Second Curator' where person_id = %s", (world.people["network", "second"],))
    world.admin.execute("update person set password_hash = %s", (app.extensions["concord.passwords"].hash(PASSWORD),))
    ottawa = world.actor("ottawa", "coordinator")
    with app.app_context(), acting_as(ottawa):
        made = assessment.start_assessment(
            AssessmentSchema().checked({"title": "First look", "period_from": str(date.today() - timedelta(days=365)),
                                        "period_to": str(date.today()), "confidence": "low"}), actor=ottawa)  # fmt: skip
        threat = {"name": "Rumours against refugees", "ideology": "none", "likelihood": 4, "impact": 3, "trend": "rising",
                  "confidence": "low"}  # fmt: skip
        assessment.save_threat(made.assessment_id, ThreatSchema().checked(threat), actor=ottawa)


def see(page: Page, words: str) -> None:
    page.get_by_text(words).first.wait_for(timeout=10_000)


def fill_scores(page: Page) -> None:
    form = page.locator("form[action$='/score']")
    for criterion in ("Relevance", "Clarity", "Evidence", "Rights and do no harm", "Inclusion", "Transferability"):
        form.get_by_label(re.compile(f"^{criterion}")).select_option("3")
    page.get_by_role("button", name="Keep my scores").click()
    see(page, "Your scores are kept")


def test_from_a_draft_to_a_report_of_another_city_and_gone_again(
    app: Flask, site: str, chromium: Any, world: World
) -> None:
    prepare(app, world)
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False)
    sign_in(page, site, world, "toronto", "officer")
    page.get_by_role("navigation").get_by_role("link", name="Our practices").first.click()
    page.get_by_role("link", name="Describe a practice").first.click()
    page.get_by_label("Title").fill("Neighbours answer rumours")
    page.get_by_label("Summary").fill("Trained neighbours answer rumours about refugees at the bus stop.")
    page.get_by_label("What was done").fill("Write to ana.reyes@example.org. Volunteers were trained.")
    page.get_by_label("Communication and anti-rumour work").check()
    page.get_by_role("button", name="Save").click()
    mine = page.url
    see(page, "“ana.reyes@example.org”")
    page.get_by_text("Change the authors").click()
    page.locator("aside").get_by_label("Coordinator Person").check()
    page.locator("aside").get_by_role("button", name="Save").click()

    sign_in(page, site, world, "toronto", "coordinator")  # the second author
    page.goto(mine)
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("What was done").fill("Volunteers were trained for two evenings.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Version 2").click()
    assert page.locator("del", has_text="ana").count() == 1
    page.goto(mine)
    page.get_by_role("button", name="Submit for review").click()
    see(page, "The network's curators have it now")

    sign_in(page, site, world, "network", "curator")
    page.goto(f"{site}/review/")
    page.get_by_role("link", name="Neighbours answer rumours").click()
    review = page.url
    page.get_by_label("Reviewer").select_option(label="Curator Person")
    page.get_by_role("button", name="Ask for a review").click()
    fill_scores(page)
    page.get_by_label("Decision").select_option(label="Changes asked")
    page.get_by_label("Reasons").fill("Please tell what came of it.")
    page.get_by_role("button", name="Decide").click()

    sign_in(page, site, world, "toronto", "officer")
    page.goto(mine)
    see(page, "Please tell what came of it.")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Results").fill("Eighty volunteers answered four hundred rumours in the first year.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Submit for review").click()

    for person in ("curator", "second"):
        sign_in(page, site, world, "network", person)
        page.goto(review)
        if person == "curator":
            for name in ("Curator Person", "Second Curator"):
                page.get_by_label("Reviewer").select_option(label=name)
                page.get_by_role("button", name="Ask for a review").click()
        fill_scores(page)
    page.get_by_label("Decision").select_option(label="Accepted")
    page.get_by_label("Reasons").fill("Clear, and easy to begin small.")
    page.get_by_role("button", name="Decide").click()
    visitor = chromium.new_page(reduced_motion="reduce")
    visitor.goto(f"{site}/practices/?q=rumours")
    assert visitor.get_by_text("Neighbours answer rumours").count() == 0

    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(mine)
    page.get_by_label(re.compile("^Everybody")).check()
    page.get_by_role("button", name="Approve the text and publish").click()
    page.get_by_role("link", name="See it in the library").click()
    public = page.url
    visitor.goto(public)
    assert visitor.get_by_role("heading", level=1).inner_text() == "Neighbours answer rumours"
    measure(visitor)

    sign_in(page, site, world, "ottawa", "coordinator")
    page.goto(f"{site}/practices/")
    page.get_by_role("link", name="Practices for you").click()
    see(page, "nothing runs against: Rumours against refugees")
    page.get_by_role("link", name="Neighbours answer rumours").click()
    page.get_by_role("link", name="Adapt this").click()
    page.get_by_label("Who may read this").select_option(label="Everybody")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("/actions/new"))
    see(page, "Begun from a practice example")
    page.goto(f"{site}/adaptations/")
    page.get_by_role("link", name="Neighbours answer rumours").click()
    page.get_by_role("link", name="Report back").click()
    page.get_by_label("Status").select_option(label="Running")
    page.get_by_label("What happened").fill("It works in tram stops, too.")
    page.get_by_label("Do you recommend it?").select_option(label="Yes, we recommend it")
    page.get_by_role("button", name="Save").click()
    visitor.goto(public)
    see(visitor, "It works in tram stops, too.")
    measure(visitor)

    looking = chromium.new_page(reduced_motion="reduce")
    for name, role, paths in (
        ("toronto", "coordinator", ("/our-practices/", mine.removeprefix(site), "/our-practices/new")),
        ("ottawa", "coordinator", ("/for-you", "/adaptations/", public.removeprefix(site))),
        ("network", "curator", ("/review/", review.removeprefix(site), "/review/tags", "/collections/", "/collections/new",
                                "/practice-rubric")),
    ):  # fmt: skip
        sign_in(looking, site, world, name, role)
        for path in paths:
            looking.goto(site + path)
            measure(looking)
            looking.set_viewport_size({"width": 390, "height": 800})
            assert looking.evaluate("document.documentElement.scrollWidth") <= 390, path
            looking.set_viewport_size({"width": 1280, "height": 900})

    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(mine)
    page.get_by_role("button", name="Withdraw at once").click()
    see(page, "It is withdrawn")
    slug = public.rsplit("/", 1)[-1]
    for path in ("/practices/?q=rumours", "/practices/feed.atom", "/sitemap.xml", "/practices/export.json",
                 "/practices/export.csv"):  # fmt: skip
        assert slug not in app.test_client().get(path).text, path
    assert visitor.goto(public).status == 404
    token = issue(app, world, "canada", "practice:read")
    answer = gql(app, token, '{ practices(text: "rumours") { totalCount } }')
    assert answer["data"]["practices"]["totalCount"] == 0

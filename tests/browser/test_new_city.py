"""A new city goes from nothing to an adopted strategy, as a coordinator would, and prints it."""

import io
import re
from typing import Any

from flask import Flask
from pypdf import PdfReader

from tests.browser.test_pages import sign_in
from tests.test_main_path import PASSWORD
from tests.world import World


def test_a_new_city_goes_from_nothing_to_an_adopted_strategy_on_paper(
    app: Flask, site: str, chromium: Any, world: World
) -> None:
    world.actor("toronto", "mayor")
    world.admin.execute("update person set password_hash = %s", (app.extensions["concord.passwords"].hash(PASSWORD),))
    page = chromium.new_page(reduced_motion="reduce")

    def save() -> None:
        page.get_by_role("button", name="Save").click()

    def begin(step: int, action: str) -> None:
        """Follow a step's own link, as somebody does who does not know where things are."""
        page.goto(f"{site}/steps/{step}")
        page.get_by_role("link", name=action).first.click()

    sign_in(page, site, world, "toronto", "coordinator")
    assert page.get_by_text("Your city has no incidents yet").is_visible()
    page.goto(f"{site}/steps")
    assert page.get_by_text("Not started").count() == 10

    begin(1, "Work on the assessment")
    page.get_by_role("link", name="Begin an assessment").first.click()
    page.get_by_label("Title").fill("Threats and exposed communities")
    page.get_by_label("It looks at the time from").fill("2026-01-01")
    page.locator("#field-period_to, #field-period_until").fill("2026-06-30")
    save()
    page.get_by_role("link", name="Add a threat").click()
    page.get_by_label("Name of the threat").fill("Leaflets against newcomers")
    for label in ("Ideology", "Likelihood in the next twelve months", "Impact if it happens"):
        page.get_by_label(label).select_option(index=3)
    save()
    page.get_by_role("link", name="Add a community").click()
    page.get_by_label("Name").first.fill("Families who came in the last five years")
    save()
    assessment = page.url
    page.get_by_role("button", name="Give it to review").click()
    sign_in(page, site, world, "toronto", "mayor")
    page.goto(assessment)
    page.get_by_role("button", name="Adopt").click()
    assert page.get_by_text("Adopted").first.is_visible()

    sign_in(page, site, world, "toronto", "coordinator")
    begin(2, "Record the mandate")
    assert page.get_by_role("heading", name="Mandate").is_visible()
    begin(5, "Add a partner")
    page.get_by_role("link", name="Add a partner").first.click()
    page.get_by_label("Name of the organisation").fill("House of Youth")
    page.get_by_label("Kind").select_option("youth")
    save()

    begin(4, "Work on the strategy")
    page.get_by_role("link", name="Begin a strategy").first.click()
    page.get_by_label("Title").fill("Safe together")
    page.get_by_label("Vision").fill("Everybody walks home without fear.")
    page.get_by_label("Next review").fill("2099-01-01")
    save()
    strategy = page.url
    page.get_by_role("link", name="Add an objective").click()
    page.get_by_label("Title").fill("Newcomers know whom to call")
    save()
    for title in ("Put up the number in nine languages", "Open a youth café"):
        page.goto(strategy)
        page.get_by_role("link", name="Add an action").first.click()
        page.get_by_label("Title").fill(title)
        page.get_by_label("Lead").select_option(label="House of Youth")
        page.get_by_label("Due").fill("2099-03-01")
        save()
    page.goto(strategy)
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("button", name="Hand in for review").click()
    page.get_by_role("link", name="Note the adoption").click()
    page.get_by_label("Decided by").fill("City Council")
    page.get_by_role("button", name="It is adopted").click()

    begin(6, "Begin a programme")
    page.get_by_role("link", name="Add a programme").first.click()
    page.get_by_label("Name of the programme").fill("Open doors")
    page.get_by_label("Level of prevention").select_option(index=1)
    page.get_by_label("Status").select_option(label="Active")
    save()
    begin(7, "Plan a message")
    page.get_by_role("link", name="Plan a message").or_(page.get_by_role("link", name="Messages")).first.click()
    if "/new" not in page.url:
        page.get_by_role("link", name="Plan a message").first.click()
    page.get_by_label("Name of the message").fill("Whom to call")
    page.get_by_label("Headline").fill("One number, nine languages")
    page.locator("#field-body").fill("Call 311 when somebody threatens you.")
    save()

    page.goto(f"{site}/steps")
    assert page.get_by_text("Under way").count() == 3 and page.get_by_text("Not started").count() == 7
    page.goto(f"{site}/steps/4")
    met = page.locator("tr", has_text="A strategy is adopted")
    assert met.get_by_text("Met", exact=True).is_visible()

    page.goto(strategy)
    page.get_by_role("link", name="Read and print").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("PDF")).click()
    paper = PdfReader(io.BytesIO(waiting.value.path().read_bytes()))
    words = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in paper.pages))
    assert len(paper.pages) >= 1
    for text in ("Safe together", "Everybody walks home without fear.", "Newcomers know whom to call",
                 "Put up the number in nine languages", "House of Youth"):  # fmt: skip
        assert text in words, text

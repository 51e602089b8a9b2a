"""A new city comes from nothing to an adopted strategy with partners, actions, a programme and a message,
as a coordinator would go, and prints it."""

import io
from typing import Any

from flask import Flask
from pypdf import PdfReader

from network.kernel.tenancy import acting_as
from network.strategy.starters.service import load_supplied_templates
from tests.browser.test_pages import sign_in
from tests.world import World


def save(page: Any) -> None:
    page.get_by_role("main").get_by_role("button", name="Save").first.click()
    page.wait_for_load_state()
    assert page.get_by_role("alert").count() == 0, page.get_by_role("alert").inner_text()


def test_from_nothing_to_an_adopted_strategy_on_paper(app: Flask, site: str, chromium: Any, world: World) -> None:
    curator = world.actor("network", "curator")
    with app.app_context(), acting_as(curator):
        load_supplied_templates(actor=curator)
    page = chromium.new_context(java_script_enabled=False, reduced_motion="reduce").new_page()
    sign_in(page, site, world, "toronto", "coordinator")

    for name, kind in (("House of Youth", "Youth work"), ("Interfaith Table", "Faith community")):
        page.goto(f"{site}/partners/")
        page.get_by_role("main").get_by_role("link", name="Add a partner").first.click()
        page.get_by_label("Name of the organisation").fill(name)
        page.get_by_label("Kind").select_option(label=kind)
        save(page)

    page.goto(f"{site}/strategy/")
    page.get_by_role("link", name="Begin with a template").click()
    page.get_by_role("link", name="A first strategy for a small town").click()
    page.get_by_role("link", name="Begin with this template").click()
    page.get_by_label("Title").fill("Toronto stands together")
    save(page)
    strategy = page.url
    page.get_by_role("link", name="Speak with five groups").click()
    page.get_by_role("main").get_by_role("link", name="Edit").click()
    page.get_by_label("Lead").select_option(label="House of Youth")
    page.get_by_label("Budget").fill("2500")
    page.get_by_label("Currency").fill("CAD")
    page.get_by_label("Paid from").fill("City budget")
    save(page)
    page.goto(f"{site}/actions/board")
    card = page.get_by_role("listitem").filter(has_text="Speak with five groups")
    card.get_by_role("combobox").select_option("active")
    card.get_by_role("button").click()

    page.goto(strategy)
    page.get_by_role("link", name="Open the record of consultations").click()
    page.get_by_role("main").get_by_role("link", name="Add a consultation").first.click()
    page.get_by_label("Title").fill("An evening at the library")
    page.get_by_label("Day").fill("2026-01-20")
    page.get_by_label("What they said").fill("Come to us, we do not come to the town hall.")
    save(page)

    page.goto(f"{site}/programmes/new")
    page.get_by_label("Name of the programme").fill("Open kitchen")
    page.get_by_label("Level of prevention").select_option(index=1)
    save(page)
    page.goto(f"{site}/messages/new")
    page.get_by_label("Name of the message").fill("Why we begin")
    page.get_by_label("Occasion").select_option(index=1)
    page.get_by_label("Planned for").fill("2026-12-01")
    page.locator("#field-language").select_option("en")
    page.get_by_label("Headline").fill("We stand together")
    page.locator("#field-body").fill("From today there is one number to call.")
    save(page)

    page.goto(strategy)
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("button", name="Hand in for review").click()
    page.get_by_role("link", name="Note the adoption").click()
    page.get_by_label("Decided by").fill("City Council")
    page.get_by_label("Next review").fill("2030-01-01")
    page.get_by_role("button", name="It is adopted").click()
    page.get_by_role("link", name="Version 1").click()
    page.get_by_role("link", name="Print, PDF, DOCX, Markdown").click()
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="Toronto stands together").is_visible()
    assert not page.locator(".site-header").is_visible() and not page.locator(".site-footer").is_visible()
    page.emulate_media(media="screen")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    reader = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    assert 2 <= len(reader.pages) <= 8
    text = " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())
    for words in ("Toronto stands together", "Version 1, Adopted: City Council", "Speak with five groups", "House of Youth",
                  "CA$2,500.00", "City budget", "An evening at the library", "we do not come to the town hall",
                  "Roles and responsibilities"):  # fmt: skip
        assert words in text, words

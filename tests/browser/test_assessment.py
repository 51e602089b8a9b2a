"""Writing and adopting an assessment in a real Chromium, without JavaScript and on a phone too."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.test_pages import measure, sign_in
from tests.world import World


def test_an_assessment_is_written_and_adopted(site: str, chromium: Any, world: World) -> None:
    forms: list[str] = []
    page = chromium.new_page(reduced_motion="reduce", java_script_enabled=False)
    sign_in(page, site, world, "toronto", "coordinator")
    page.get_by_role("link", name="Assessment").first.click()
    page.get_by_role("link", name="Begin an assessment").click()
    page.get_by_label("Title").fill("First picture")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a community").click()
    page.get_by_label("Name of the community").fill("Sikh families")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a threat").click()
    page.get_by_label("Name of the threat").fill("Street violence")
    page.get_by_label("Ideology").select_option(label="Far-right extremism")
    page.get_by_label("Likelihood in the next twelve months").select_option("4")
    page.get_by_label("Impact if it happens").select_option("5")
    page.get_by_label("Sikh families").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="Very high Street violence")).to_be_visible()
    draft = page.url
    page.get_by_role("link", name="Add a figure from incidents").click()
    page.get_by_label("Title").fill("Reported this year")
    page.get_by_label("Sikh families").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("a year before: 0")).to_be_visible()
    page.get_by_role("link", name="Add what is not known").click()
    page.get_by_label("What is not known?").fill("How many stay silent?")
    page.get_by_role("button", name="Save").click()
    for path in ("evidence/new/source", "gaps/new", "figures"):
        forms.append(f"{draft.split('#')[0].removeprefix(site)}/{path}")
    page.get_by_role("button", name="Give it to review").click()
    page.get_by_label("Decided by").fill("City council")
    page.get_by_role("button", name="Adopt").click()
    expect(page.get_by_text("The assessment is adopted.")).to_be_visible()
    adopted = page.url.removeprefix(site)
    page.get_by_role("link", name="What exists", exact=True).first.click()
    page.get_by_role("link", name="Gaps").click()
    page.get_by_role("link", name="Add what exists Street violence").click()
    page.get_by_label("Name").fill("Youth work at the square")
    page.get_by_label("Kind").select_option(label="Service")
    page.get_by_label("Owner").fill("Youth office")
    page.get_by_label("Primary: everyone").check()
    page.get_by_role("button", name="Save").click()
    resource = page.url.removeprefix(site)
    page.goto(f"{site}/mapping/gaps")
    expect(page.get_by_role("link", name="Add what exists Sikh families")).to_be_visible()
    assert page.get_by_role("link", name="Add what exists Street violence").count() == 0
    page.goto(f"{site}/places/")
    page.get_by_role("link", name="Add a place").first.click()
    page.get_by_label("Name of the place").fill("Temple at the edge")
    page.get_by_label("Kind of place").select_option(label="Place of worship")
    page.get_by_label("Owner").fill("Temple council")
    page.get_by_role("button", name="Save").click()
    forms += [page.url.removeprefix(site), f"{page.url.removeprefix(site)}/review", f"{page.url.removeprefix(site)}/measures/new"]
    page.goto(f"{site}/mandate/")
    page.get_by_role("link", name="Answer the questions").click()
    page.get_by_label("What the city calls this task").fill("Prevention of hate")
    page.get_by_label("Whose task is it?").select_option(label="Not clear")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Record a decision").click()
    page.get_by_label("What was decided").fill("A coordinator")
    page.get_by_label("Decided on").fill("2025-01-01")
    page.get_by_label("Decided by").fill("City council")
    page.get_by_role("button", name="Save").click()
    forms += [page.url.removeprefix(site), "/mandate/", "/mandate/decisions/", "/mandate/edit", "/mandate/policies/new", "/places/"]
    page.context.close()
    for width in (1280, 360):
        page = chromium.new_page(reduced_motion="reduce", viewport={"width": width, "height": 740})
        sign_in(page, site, world, "toronto", "coordinator")
        for path in ("/assessments/", adopted, "/assessments/threats/", "/assessments/communities/", "/assessments/new",
                     f"{adopted}/print", "/assessments/compare",
                     "/mapping/", "/mapping/gaps", "/mapping/new", resource, *forms):  # fmt: skip
            assert page.goto(site + path).ok, path
            measure(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.context.close()

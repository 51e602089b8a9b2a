"""The import wizard and the mapping editor in a real Chromium, without JavaScript and on a phone."""

from pathlib import Path
from typing import Any

from flask import Flask

from tests.browser.test_pages import measure, sign_in
from tests.conftest import Connection
from tests.test_main_path import work
from tests.world import World

OWN = b"Nr;When;What;Group;Where\n1;05.01.2024;insult;jews;North\n2;31.01.2024;attack;roma;South\n"
WRONG = b"external_reference,kind,bias_motivations,severity,occurred_on\nx,threat,envy,3,03/04/2024\n"


def upload(app: Flask, page: Any, site: str, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    page.goto(f"{site}/incidents/import/")
    page.get_by_label("CSV or XLSX file").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    work(app)
    page.reload()


def look(chromium: Any, page: Any) -> None:
    """Measure the page as it is here in a browser with scripts, which axe needs, wide and narrow."""
    for width in (1280, 360):
        other = chromium.new_context(viewport={"width": width, "height": 740}, reduced_motion="reduce",
                                     storage_state=page.context.storage_state())  # fmt: skip
        seen = other.new_page()
        seen.goto(page.url)
        measure(seen)
        assert seen.evaluate("document.documentElement.scrollWidth") <= width, page.url
        other.close()


def test_a_file_of_ones_own_is_imported_without_a_script(
    app: Flask, site: str, chromium: Any, world: World, admin: Connection, tmp_path: Path
) -> None:
    page = chromium.new_page(java_script_enabled=False)
    sign_in(page, site, world, "toronto", "coordinator")
    page.goto(f"{site}/incidents/import/")
    look(chromium, page)
    upload(app, page, site, tmp_path / "own.csv", OWN)
    assert page.get_by_text("The columns of this file are not known").is_visible()
    look(chromium, page)
    page.get_by_role("link", name="Make a mapping for it").click()
    page.get_by_label("Name").fill("Police file")
    look(chromium, page)
    page.get_by_role("button", name="Go on").click()
    look(chromium, page)
    page.get_by_label("Reference: Nr").check()
    page.get_by_label("Bias: Group").check()
    for field, column in (("Day", "When"), ("Kind", "What"), ("Severity", "What"), ("District or neighbourhood", "Where")):
        page.get_by_label(f"Column of the file: {field}", exact=True).select_option(column)
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("Ready to use").is_visible()
    look(chromium, page)
    meanings = {"Kind": {"insult": "Hate incident (not a crime)", "attack": "Hate crime"},
                "Severity": {"insult": "1 Offensive", "attack": "3 Serious"},
                "Group": {"jews": "Antisemitism", "roma": "Anti-Roma"}}  # fmt: skip
    for row, labels in meanings.items():
        page.get_by_role("row", name=row).get_by_role("link").click()
        look(chromium, page)
        for label, meaning in labels.items():
            page.get_by_label(f"Meaning: {label}").select_option(label=meaning)
        page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Use it for own.csv").click()
    look(chromium, page)
    page.get_by_role("button", name="Check the file").click()
    assert page.get_by_role("progressbar").is_visible()
    look(chromium, page)
    work(app)
    page.reload()
    assert page.get_by_text("2 new incidents").is_visible()
    look(chromium, page)
    page.get_by_role("button", name="Store them").click()
    assert page.get_by_text("Being stored").first.is_visible()
    work(app)
    page.reload()
    assert page.get_by_text("Stored: 2 new incidents").is_visible()
    look(chromium, page)
    found = admin.execute("select kind, bias_motivations, severity, occurred_on::text, district from incident order by 4").fetchall()
    assert found == [("hate_incident", ["antisemitism"], 1, "2024-01-05", "North"), ("hate_crime", ["anti_roma"], 3, "2024-01-31", "South")]
    page.get_by_text("Take this import back").click()
    page.get_by_role("button", name="Archive what it brought").click()
    work(app)
    page.reload()
    assert page.get_by_text("Taken back: 2 incidents are archived.").is_visible()
    look(chromium, page)
    page.goto(f"{site}/incidents/import/mappings/")
    look(chromium, page)
    upload(app, page, site, tmp_path / "wrong.csv", WRONG)
    assert page.get_by_text("can be read in two ways").is_visible()
    page.get_by_role("link", name="Say how it is to be read").click()
    page.get_by_label("Dates").select_option("dmy")
    page.get_by_role("button", name="Look again").click()
    assert page.get_by_text("03/04/2024").is_visible()
    page.get_by_role("button", name="Check the file").click()
    work(app)
    page.reload()
    assert page.get_by_role("cell", name="This is not a value of the list.").is_visible()
    look(chromium, page)
    page.goto(f"{site}/incidents/import/")
    look(chromium, page)
    page.context.close()

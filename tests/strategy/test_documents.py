"""The strategy on paper: the same text in PDF, DOCX and Markdown, of the moment that was asked for."""

import io
import sys

import pytest
from docx import Document
from flask import Flask
from pypdf import PdfReader

from network.strategy.documents.markdown import escape
from tests.strategy.conftest import add, add_partner
from tests.test_main_path import post, sign_in
from tests.world import World


@pytest.fixture
def strategy(world: World) -> str:
    strategy = add(world, "strategy", title="Nobody <b>alone</b> — Straße", kind="integrated", integrated_into="Safety plan",
                   vision="First line\nSecond *line*", period_from="2026-01-01", period_until="2028-12-31")  # fmt: skip
    partner = add_partner(world, "House of Youth")
    for i in range(3):
        objective = add(world, "objective", strategy_id=strategy, title=f"Objective {i}", position=i, description="Why | how")
        for j in range(12):
            add(world, "action", strategy_id=strategy, objective_id=objective, title=f"Action {i}.{j}", budget=1000,
                currency="CAD", lead_partner_id=partner, lead_name="House of Youth", due_on="2027-05-01",
                description="Done with care by everybody. " * 5)  # fmt: skip
    indicator = add(world, "indicator", strategy_id=strategy, objective_id=objective, name="Trust", unit="%", target=60)
    world.admin.execute("insert into measurement (city_id, indicator_id, measured_on, value) values (%s, %s, '2026-02-01', 41.5)",
                        (world.ids["toronto"], indicator))  # fmt: skip
    add(world, "consultation", strategy_id=strategy, title="Evening", held_on="2025-02-03", form="meeting", said="Come back")
    return strategy


def test_the_pdf_has_pages_a_title_and_the_text(app: Flask, world: World, strategy: str) -> None:
    answer = sign_in(app, world, "toronto", "mayor").get(f"/strategy/{strategy}/document.pdf")
    assert answer.status_code == 200 and answer.content_type == "application/pdf"
    assert 'filename=nobody-b-alone-b-strasse.pdf' in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"%PDF-") and b"%%EOF" in answer.data[-1024:]
    reader = PdfReader(io.BytesIO(answer.data))
    assert 3 <= len(reader.pages) <= 12
    text = "\n".join(page.extract_text() for page in reader.pages)
    for words in ("Nobody <b>alone</b> — Straße", "Safety plan", "Second *line*", "Objective 2", "Action 2.11", "CA$36,000.00",
                  "House of Youth", "Trust", "41.5", "Come back", "Roles and responsibilities"):  # fmt: skip
        assert words in text, words
    assert reader.metadata.title == "Nobody <b>alone</b> — Straße"


def test_word_and_markdown_say_the_same(app: Flask, world: World, strategy: str) -> None:
    client = sign_in(app, world, "toronto", "communications")
    word = Document(io.BytesIO(client.get(f"/strategy/{strategy}/document.docx").data))
    headings = [p.text for p in word.paragraphs if p.style and p.style.name.startswith(("Heading", "Title"))]
    assert headings[0] == "Nobody <b>alone</b> — Straße" and "3. Objective 2" in headings and "Evening (Feb 3, 2025)" in headings
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert any(text.startswith("Action 1.7\n") for text in cells) and "L" in cells
    text = client.get(f"/strategy/{strategy}/document.md").text
    assert text.startswith("# Nobody \\<b\\>alone\\</b\\> — Straße\n") and "Second \\*line\\*" in text
    assert "| Action 2.11<br>" in text and "Why \\| how" in text and text.count("41.5") == 1


def test_a_version_is_printed_as_it_was_adopted(app: Flask, world: World, strategy: str) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    version = add(world, "strategy_version", strategy_id=strategy, number=1)
    post(coordinator, f"/strategy/{strategy}/versions/{version}/adopt", adopted_on="2026-03-01", decided_by="City Council")
    world.admin.execute("update strategy set vision = 'Something else'")
    for kind in ("md", "docx", "pdf"):
        assert coordinator.get(f"/strategy/{strategy}/document.{kind}?version={version}").status_code == 200
    old = coordinator.get(f"/strategy/{strategy}/document.md?version={version}").text
    assert "City Council" in old and "Something else" not in old
    assert "Something else" in coordinator.get(f"/strategy/{strategy}/document.md").text
    assert coordinator.get(f"/strategy/{strategy}/document.md?version=x").status_code == 404
    assert "Something else" not in coordinator.get(f"/strategy/{strategy}/document?version={version}").text


@pytest.mark.parametrize(("name", "role"), [("ottawa", "coordinator"), ("toronto", "partner"), ("network", "coordinator")])
def test_who_should_not_get_it(app: Flask, world: World, strategy: str, name: str, role: str) -> None:
    client = sign_in(app, world, name, role)
    for path in ("document", "document.pdf", "document.docx", "document.md"):
        assert client.get(f"/strategy/{strategy}/{path}").status_code == 404


def test_a_server_without_pango_says_what_to_do(
    app: Flask, world: World, strategy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    answer = sign_in(app, world, "toronto", "mayor").get(f"/strategy/{strategy}/document.pdf")
    assert answer.status_code == 422 and "libpango" in answer.text and "DOCX" in answer.text


def test_markdown_shows_text_as_it_is() -> None:
    assert escape("a*b_[c]|<d>#`\\") == "a\\*b\\_\\[c\\]\\|\\<d\\>\\#\\`\\\\"

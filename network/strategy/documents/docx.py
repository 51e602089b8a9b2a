"""A strategy as a Word document, with real headings, tables with header rows and a language."""

import io
import re
from collections.abc import Sequence

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from network.kernel.locale import locale_name
from network.kernel.locale import text as _
from network.strategy import codes
from network.strategy.documents.words import action_row, day, indicator_line, person_line
from network.strategy.versions.document import Document, part_of

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)


def _paragraphs(word: WordDocument, text: str) -> None:
    for paragraph in _clean(text).split("\n\n"):
        if paragraph.strip():
            word.add_paragraph(paragraph.strip())


def _table(word: WordDocument, headers: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    table = word.add_table(rows=1, cols=len(headers), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, headers, strict=True):
        cell.text = ""
        cell.paragraphs[0].add_run(_clean(text)).bold = True
    # The first row is repeated on every page and read out as the header.
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)
    word.add_paragraph()


def make_docx(document: Document, lines: Sequence[str]) -> bytes:
    """The whole strategy; ``lines`` are those of ``words.heading_lines``."""
    word = new_document()
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    word.core_properties.title = _clean(document.title)[:255]
    word.core_properties.author = _clean(document.city)[:255]
    word.core_properties.language = locale_name()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), locale_name())
    word.styles["Normal"].element.get_or_add_rPr().append(language)
    word.add_paragraph(_clean(document.city))
    word.add_heading(_clean(document.title), 0)
    for line in lines:
        word.add_paragraph(_clean(line))
    for label, text in ((_("Vision"), document.vision), (_("Where we stand"), document.situation),
                        (_("How we work"), document.principles)):  # fmt: skip
        if text:
            word.add_heading(label, 1)
            _paragraphs(word, text)
    word.add_heading(_("Objectives and actions"), 1)
    headers = [_("Action"), _("Who"), _("When"), _("Money"), _("Status")]
    widths = (6.0, 4.2, 2.3, 2.5, 1.8)
    for number, objective in enumerate(document.objectives, 1):
        word.add_heading(_clean(f"{number}. {objective.title}"), 2)
        _paragraphs(word, objective.description)
        if objective.communities:
            word.add_paragraph(_clean(f"{_('Communities it is for')}: {objective.communities}"))
        word.add_paragraph(_clean(person_line(objective)))
        if actions := document.actions_of(objective.objective_id):
            _table(word, headers, [action_row(action) for action in actions], widths)
        if indicators := document.indicators_of(objective.objective_id):
            word.add_heading(_("How we will know"), 3)
            for indicator in indicators:
                word.add_paragraph(_clean(indicator_line(indicator)), style="List Bullet")
    if rest := document.actions_of(""):
        word.add_heading(_("Further actions"), 2)
        _table(word, headers, [action_row(action) for action in rest], widths)
    if overall := document.indicators_of(""):
        word.add_heading(_("How we will know that the whole works"), 2)
        for indicator in overall:
            word.add_paragraph(_clean(indicator_line(indicator)), style="List Bullet")
    _consultations(word, document)
    _matrix(word, document)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _consultations(word: WordDocument, document: Document) -> None:
    if not document.consultations:
        return
    word.add_heading(_("Who was heard"), 1)
    for one in document.consultations:
        word.add_heading(_clean(f"{one.title} ({day(one.held_on)})"), 2)
        word.add_paragraph(_clean(". ".join(x for x in (str(codes.FORMS[one.form]), one.heard, one.communities) if x)))
        for label, text in ((_("What they said"), one.said), (_("What followed from it"), one.followed)):
            if text:
                paragraph = word.add_paragraph()
                paragraph.add_run(f"{label}: ").bold = True
                paragraph.add_run(_clean(text))


def _matrix(word: WordDocument, document: Document) -> None:
    if not document.parties:
        return
    # A wide table: its pages lie on their side.
    section = word.add_section()
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    word.add_heading(_("Roles and responsibilities"), 1)
    word.add_paragraph(_("L: leads. S: supports. C: is consulted."))
    letters = {"lead": _("L"), "support": _("S"), "consulted": _("C"), "": ""}
    rows = [[item.title, *(letters[part_of(item, name)] for name in document.parties)]
            for item in document.items]  # fmt: skip
    each = min(2.5, 16 / len(document.parties))
    _table(word, [_("Objective or action"), *document.parties], rows, [8.0, *([each] * len(document.parties))])

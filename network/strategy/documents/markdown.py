"""A strategy as Markdown (CommonMark with tables)."""

import re
from collections.abc import Iterable, Sequence

from network.kernel.locale import text as _
from network.strategy import codes
from network.strategy.documents.words import action_row, day, indicator_line, person_line
from network.strategy.versions.document import Document, DocumentAction, part_of


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


def _paragraphs(text: str) -> list[str]:
    # A line that begins like a list or a heading stays a line of text.
    lines = [re.sub(r"^(\s*)([-+]|\d+[.)])(\s)", r"\1\\\2\3", escape(line)) for line in text.splitlines()]
    return ["\n".join(f"{line}  " if line and i + 1 < len(lines) and lines[i + 1] else line for i, line in enumerate(lines)), ""]


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(escape(cell).replace("\n", "<br>") for cell in cells) + " |"

    return [line(headers), "|" + " --- |" * len(headers), *(line(row) for row in rows), ""]


def _actions(actions: Sequence[DocumentAction]) -> list[str]:
    headers = [_("Action"), _("Who"), _("When"), _("Money"), _("Status")]
    return _table(headers, [action_row(action) for action in actions])


def make_markdown(document: Document, lines: Sequence[str]) -> str:
    """The whole strategy; ``lines`` are those of ``words.heading_lines``."""
    out = [f"# {escape(document.title)}", "", f"**{escape(document.city)}**", ""]
    for text in lines:
        out += [escape(text), ""]
    for label, text in ((_("Vision"), document.vision), (_("Where we stand"), document.situation),
                        (_("How we work"), document.principles)):  # fmt: skip
        if text:
            out += [f"## {label}", "", *_paragraphs(text)]
    out += [f"## {_('Objectives and actions')}", ""]
    for number, objective in enumerate(document.objectives, 1):
        out += [f"### {number}\\. {escape(objective.title)}", ""]
        if objective.description:
            out += _paragraphs(objective.description)
        if objective.communities:
            out += [f"{_('Communities it is for')}: {escape(objective.communities)}", ""]
        out += [escape(person_line(objective)), ""]
        if actions := document.actions_of(objective.objective_id):
            out += _actions(actions)
        if indicators := document.indicators_of(objective.objective_id):
            out += [f"#### {_('How we will know')}", "", *(f"- {escape(indicator_line(i))}" for i in indicators), ""]
    if rest := document.actions_of(""):
        out += [f"### {_('Further actions')}", "", *_actions(rest)]
    if overall := document.indicators_of(""):
        out += [f"### {_('How we will know that the whole works')}", "",
                *(f"- {escape(indicator_line(i))}" for i in overall), ""]  # fmt: skip
    if document.parties:
        letters = {"lead": _("L"), "support": _("S"), "consulted": _("C"), "": ""}
        rows = [[item.title, *(letters[part_of(item, name)] for name in document.parties)]
                for item in document.items]  # fmt: skip
        out += [f"## {_('Roles and responsibilities')}", "", _("L: leads. S: supports. C: is consulted."), "",
                *_table([_("Objective or action"), *document.parties], rows)]  # fmt: skip
    if document.consultations:
        out += [f"## {_('Who was heard')}", ""]
        for one in document.consultations:
            out += [f"### {escape(one.title)} ({day(one.held_on)})", "",
                    escape(". ".join(x for x in (str(codes.FORMS[one.form]), one.heard, one.communities) if x)), ""]  # fmt: skip
            for label, text in ((_("What they said"), one.said), (_("What followed from it"), one.followed)):
                if text:
                    out += [f"**{label}:**", "", *_paragraphs(text)]
    return "\n".join(out).rstrip() + "\n"

"""How a text under work is shown: its fields with the passages that remarks are about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from network.practices.drafting.models import PracticeRemark
from network.practices.drafting.schemas import DraftSchema, field_label, value_text


@dataclass(frozen=True)
class ShownField:
    """One field: its label, its text with marked passages, and the remarks about it."""

    name: str
    label: Any
    text: Markup
    remarks: list[PracticeRemark]


def show_fields(content: dict[str, Any], remarks: list[PracticeRemark]) -> Iterator[ShownField]:
    """The fields that say something or are remarked on, in the order of the form."""
    for name in DraftSchema().declared_fields:
        said = value_text(name, content.get(name))
        about = [remark for remark in remarks if remark.field == name]
        if said or about:
            open_passages = [r.passage for r in about if r.passage and r.settled_at is None]
            yield ShownField(name, field_label(name), mark_passages(said, open_passages), about)


def mark_passages(said: str, passages: list[str]) -> Markup:
    """A text with the passages marked; everything else is escaped."""
    if not passages:
        return escape(said)
    patterns = (r"\s+".join(map(re.escape, passage.split())) for passage in sorted(passages, key=len, reverse=True))
    parts = re.split(f"({'|'.join(patterns)})", said)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if i % 2 else escape(part) for i, part in enumerate(parts)
    )


def field_choices() -> list[tuple[str, Any]]:
    """The fields that a remark can be about."""
    return [(name, field_label(name)) for name in DraftSchema().declared_fields]

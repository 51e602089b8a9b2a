"""What a translator types: the texts, never the facts."""

from typing import Any

from marshmallow import fields, validate

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.practices.drafting.schemas import DraftSchema, Lines

TRANSLATED = ("title", "summary", "problem", "approach", "partners", "target_groups", "setting", "mandate", "duration",
              "cost_note", "results", "evidence_reason", "obstacles", "advice", "transfer")  # fmt: skip
STATES = {
    "draft": _l("Draft: only you and the curators see it"),
    "checked": _l("Checked: everybody who may read the practice sees it"),
}
_base = DraftSchema._declared_fields


def _states() -> list[tuple[str, Any]]:
    return list(STATES.items())


class TranslationSchema(BaseSchema):
    """A practice in another language."""

    title = _base["title"]
    summary = _base["summary"]
    problem = _base["problem"]
    approach = _base["approach"]
    partners = Lines(load_default=list, metadata={"label": _l("Done with"), "widget": "textarea"})
    target_groups = Lines(load_default=list, metadata={"label": _l("For whom"), "widget": "textarea"})
    setting = _base["setting"]
    mandate = _base["mandate"]
    duration = _base["duration"]
    cost_note = _base["cost_note"]
    results = _base["results"]
    evidence_reason = _base["evidence_reason"]
    obstacles = _base["obstacles"]
    advice = _base["advice"]
    transfer = _base["transfer"]
    state = fields.String(
        required=True, validate=validate.OneOf(list(STATES)), metadata={"label": _l("Status"), "choices": _states}
    )

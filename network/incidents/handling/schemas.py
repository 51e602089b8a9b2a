"""What people write about an incident that they handle."""

from datetime import datetime, timedelta
from typing import Any

from marshmallow import fields, validate

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema

NOTE_KINDS = {
    "happened": _l("Something happened"), "done": _l("Something was done"), "decided": _l("Something was decided"),
}  # fmt: skip
"""Entries of the timeline that people write; the others are written by the steps themselves."""

AHEAD = timedelta(minutes=5)


def _text(label: Any, *, most: int = 5000, **options: Any) -> fields.String:
    help_text = options.pop("help", "")
    least = 1 if options.get("required") else 0
    return fields.String(
        validate=validate.Length(least, most), metadata={"label": label, "widget": "textarea", "help": help_text}, **options
    )


class NoteSchema(BaseSchema):
    """One entry of the timeline."""

    kind = fields.String(
        load_default="done", validate=validate.OneOf(list(NOTE_KINDS), error=str(_l("This is not a value of the list."))),
        metadata={"label": _l("Kind"), "choices": lambda: [(k, str(v)) for k, v in NOTE_KINDS.items()]},
    )  # fmt: skip
    body = _text(_l("What happened, or what was done"), required=True)
    happened_on = fields.Date(required=True, metadata={"label": _l("Day")})
    happened_time = fields.Time(required=True, metadata={"label": _l("Time"), "help": _l("Local time of the city.")})


class ClosingSchema(BaseSchema):
    """How an incident ended."""

    outcome = _text(_l("Outcome"), required=True, help=_l("How it ended, without names of people."))
    lessons = _text(_l("What we learned"), load_default="", help=_l("What to keep, and what to do in another way next time."))


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Whether a moment lies in the future, by more than clocks may differ."""
    return moment > now + AHEAD

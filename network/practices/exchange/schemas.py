"""What is typed about an adaptation."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.practices.exchange import codes


def _choice(label: Any, table: dict[str, Any], *, help_text: Any = "", **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(table)), metadata={"label": label, "help": help_text, "choices": lambda: list(table.items())},
        **options,
    )  # fmt: skip


def _text(label: Any, help_text: Any = "") -> fields.String:
    return fields.String(
        load_default="", validate=validate.Length(max=5000),
        metadata={"label": label, "help": help_text, "widget": "textarea"},
    )  # fmt: skip


def _not_in_future(value: date) -> None:
    if value > date.today():
        raise ValidationError(str(_l("This day is in the future.")))


class AdaptationSchema(BaseSchema):
    """What a city takes over."""

    title = fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"label": _l("What you call it")}
    )
    status = _choice(_l("Status"), codes.STATUS, load_default="planned")
    started_on = fields.Date(load_default=None, allow_none=True, metadata={"label": _l("Start")})
    changed = _text(_l("What you change"), _l("No city is like another: say what is different with you."))
    shared_with = _choice(_l("Who may read this"), codes.SHARED_WITH, load_default="city")


class ReportSchema(BaseSchema):
    """What became of it."""

    status = _choice(_l("Status"), codes.STATUS, required=True)
    changed = _text(_l("What you changed"))
    happened = _text(_l("What happened"), _l("Also what did not work: others learn from it."))
    recommends = _choice(_l("Do you recommend it?"), codes.RECOMMENDS, required=True)
    reported_on = fields.Date(
        required=True, validate=_not_in_future, metadata={"label": _l("Day of this report")}
    )
    shared_with = _choice(_l("Who may read this"), codes.SHARED_WITH, required=True)


class QuestionSchema(BaseSchema):
    """A question to the authors."""

    body = fields.String(
        required=True, validate=validate.Length(1, 3000), metadata={"label": _l("Your question"), "widget": "textarea"}
    )
    is_private = fields.Boolean(load_default=False, metadata={"label": _l("In private: only the authors and my organisation read it")})


class AnswerSchema(BaseSchema):
    """An answer of the authors."""

    answer = fields.String(
        required=True, validate=validate.Length(1, 5000), metadata={"label": _l("Your answer"), "widget": "textarea"}
    )

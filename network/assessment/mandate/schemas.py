"""The questions about the mandate, and what decisions and policies ask for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates

from network.assessment import codes
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema


def _text(label: Any, most: int, help_text: Any = "") -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    return fields.String(
        load_default="", validate=validate.Length(max=most), metadata={"label": label, "help": help_text, **widget}
    )


def _needed(label: Any, most: int, help_text: Any = "") -> fields.String:
    return fields.String(
        required=True, validate=validate.Length(1, most), metadata={"label": label, "help": help_text}
    )


def _code(label: Any, table: Mapping[str, Any]) -> fields.String:
    return fields.String(
        required=True, validate=validate.OneOf(list(table)),
        metadata={"label": label, "choices": lambda: list(table.items())},
    )  # fmt: skip


def _url() -> fields.Url:
    return fields.Url(
        load_default="", schemes={"http", "https"}, validate=validate.Length(max=500),
        metadata={"label": _l("Address of the page"), "widget": "url"},
    )  # fmt: skip


class MandateSchema(BaseSchema):
    """What the city may and may not do."""

    name = _needed(_l("What the city calls this task"), 200, _l("For example: prevention of hate and extremism."))
    level = _code(_l("Whose task is it?"), codes.MANDATE_LEVELS)
    legal_basis = _text(_l("Legal basis"), 5000, _l("Law, statute, charter or council decision, with its article."))
    allows = _text(_l("What it allows"), 5000, _l("What the city may do by itself: programmes, meetings, data, money."))
    limits = _text(_l("Where it ends"), 5000, _l("What the city may not do: investigate, keep certain data, decide alone."))
    takes_over = _text(_l("Who takes over there"), 5000, _l("Which office, from which moment, how to reach it."))
    priority = _code(_l("Priority"), codes.PRIORITIES)
    priority_reason = _text(_l("Why"), 2000)


class DecisionSchema(BaseSchema):
    """What a council or another body decided."""

    title = _needed(_l("What was decided"), 300)
    decided_on = fields.Date(required=True, metadata={"label": _l("Decided on")})
    decided_by = _needed(_l("Decided by"), 300, _l("City council, committee, mayor …"))
    reference = _text(_l("Number or reference"), 200)
    body = _text(_l("In detail"), 10000)
    url = _url()

    @validates("decided_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_l("This day is in the future.")))


class PolicySchema(BaseSchema):
    """A policy of others that bears on the city."""

    title = _needed(_l("Title"), 300)
    level = _code(_l("Level"), codes.POLICY_LEVELS)
    issuer = _text(_l("Who issued it"), 300)
    issued_on = fields.Date(load_default=None, metadata={"label": _l("Day")})
    url = _url()
    asks = _text(_l("What it asks of the city, or offers"), 5000)

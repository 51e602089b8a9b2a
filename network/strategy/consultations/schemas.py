"""What a consultation asks for."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import BaseSchema
from network.strategy import codes


def _text(label: Any, most: int, help_text: Any = "") -> fields.String:
    return fields.String(
        load_default="", validate=validate.Length(max=most),
        metadata={"label": label, "help": help_text, "widget": "textarea" if most > 1000 else "text"},
    )  # fmt: skip


class ConsultationSchema(BaseSchema):
    """One time when people were heard."""

    title = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": _l("Title")})
    held_on = fields.Date(required=True, metadata={"label": _l("Day")})
    form = fields.String(
        required=True, validate=validate.OneOf(list(codes.FORMS)),
        metadata={"label": _l("How people were heard"), "choices": lambda: list(codes.FORMS.items())},
    )  # fmt: skip
    heard = _text(_l("Who was heard"), 2000, _l("Groups and functions; names only with consent."))
    community_ids = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=100),
        metadata={"label": _l("From which communities"), "widget": "checkboxes",
                  "help": _l("The communities of your assessment.")},
    )  # fmt: skip
    communities = _text(_l("Other communities"), 1000)
    people_count = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, 1_000_000),
        metadata={"label": _l("How many people"), "attributes": {"min": 0}},
    )  # fmt: skip
    said = _text(_l("What they said"), 10000)
    followed = _text(_l("What followed from it"), 5000, _l("What the city took up, and what not and why."))

    @validates("held_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_("This day is in the future.")))

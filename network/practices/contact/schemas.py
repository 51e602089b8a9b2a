"""What must be known before somebody's name is shown."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema

SHOWN_TO = {"network": _l("Members of the network"), "public": _l("Everybody")}


def _not_in_future(value: date) -> None:
    if value > date.today():
        raise ValidationError(str(_l("This day is in the future.")))


def _must_hold(value: bool) -> None:
    if not value:
        raise ValidationError(str(_l("Without their consent nobody is shown.")))


def _shown_to() -> list[tuple[str, Any]]:
    return list(SHOWN_TO.items())


class ContactSchema(BaseSchema):
    """A contact and the consent."""

    name = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": _l("Name")})
    job = fields.String(load_default="", validate=validate.Length(max=200), metadata={"label": _l("Function")})
    email = fields.Email(required=True, validate=validate.Length(max=254), metadata={"label": _l("E-mail")})
    shown_to = fields.String(
        required=True, validate=validate.OneOf(list(SHOWN_TO)),
        metadata={"label": _l("Shown to"), "choices": _shown_to,
                  "help": _l("Never to more people than the practice itself.")},
    )  # fmt: skip
    consented_on = fields.Date(
        required=True, validate=_not_in_future, metadata={"label": _l("When did they consent?")}
    )
    consent_note = fields.String(
        required=True, validate=validate.Length(1, 300),
        metadata={"label": _l("How did they consent?"), "help": _l("For example: by mail to the coordinator.")},
    )  # fmt: skip
    is_agreed = fields.Boolean(
        load_default=False, validate=_must_hold,
        metadata={"label": _l("This person knows that their name, function and e-mail are shown, and that they can end that at any time")},
    )  # fmt: skip

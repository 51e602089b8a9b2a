"""What adopting a version asks for."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import BaseSchema


class AdoptionSchema(BaseSchema):
    """Who decided, when, and when it is looked at again."""

    adopted_on = fields.Date(required=True, metadata={"label": _l("Adopted on")})
    decided_by = fields.String(
        required=True, validate=validate.Length(1, 200),
        metadata={"label": _l("Decided by"), "help": _l("For example: City Council, the mayor.")},
    )  # fmt: skip
    review_due = fields.Date(
        load_default=None, allow_none=True,
        metadata={"label": _l("Next review"), "help": _l("When the city will look at it again.")},
    )  # fmt: skip
    note = fields.String(
        load_default="", validate=validate.Length(max=2000),
        metadata={"label": _l("What is new, in a few words"), "widget": "textarea"},
    )  # fmt: skip

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("adopted_on") and data["adopted_on"] > date.today():
            raise ValidationError(str(_("This day is in the future.")), "adopted_on")
        if data.get("review_due") and data.get("adopted_on") and data["review_due"] <= data["adopted_on"]:
            raise ValidationError(str(_("The review comes after the adoption.")), "review_due")

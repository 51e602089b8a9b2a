"""What indicators and measurements ask for."""

from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate, validates

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import N_, BaseSchema

MOST = Decimal("999999999999")


class Number(fields.Decimal):
    """A number with at most four decimals."""

    default_error_messages = {"invalid": N_("Write a number."), "special": N_("Write a number.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Decimal:
        found: Decimal = super()._deserialize(str(value).replace(",", "."), attr, data, **options)
        # What is out of all proportion can't be rounded.
        if abs(found) > MOST:
            raise ValidationError(str(_("This value is not allowed.")))
        if found != round(found, 4):
            raise ValidationError(str(_("At most four decimals are possible.")))
        return found


def _number(label: Any, *, required: bool = False) -> Number:
    more: dict[str, Any] = {"required": True} if required else {"load_default": None, "allow_none": True}
    return Number(metadata={"label": label, "widget": "text", "attributes": {"inputmode": "decimal"}}, **more)


def _day(label: Any) -> fields.Date:
    return fields.Date(load_default=None, allow_none=True, metadata={"label": label})


class IndicatorSchema(BaseSchema):
    """An indicator."""

    name = fields.String(required=True, validate=validate.Length(1, 300), metadata={"label": _l("What is measured")})
    objective_id = fields.UUID(
        load_default=None, allow_none=True,
        metadata={"label": _l("Objective"), "widget": "select", "help": _l("Empty for the strategy as a whole.")},
    )  # fmt: skip
    unit = fields.String(
        load_default="", validate=validate.Length(max=50),
        metadata={"label": _l("Unit"), "help": _l("For example: %, people, days.")},
    )  # fmt: skip
    source = fields.String(
        load_default="", validate=validate.Length(max=500),
        metadata={"label": _l("Source"), "help": _l("Who counts it, how and how often.")},
    )  # fmt: skip
    baseline = _number(_l("Baseline"))
    baseline_on = _day(_l("Baseline measured on"))
    target = _number(_l("Target"))
    target_on = _day(_l("Target day"))


class MeasurementSchema(BaseSchema):
    """The value on a day."""

    measured_on = fields.Date(required=True, metadata={"label": _l("Measured on")})
    value = _number(_l("Value"), required=True)
    note = fields.String(load_default="", validate=validate.Length(max=500), metadata={"label": _l("Note")})

    @validates("measured_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_("This day is in the future.")))

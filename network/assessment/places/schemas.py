"""What the register of soft targets asks for."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates, validates_schema

from network.assessment import codes
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema


def _text(label: Any, most: int, help_text: Any = "") -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    return fields.String(
        load_default="", validate=validate.Length(max=most), metadata={"label": label, "help": help_text, **widget}
    )


def _needed(label: Any, most: int, help_text: Any = "") -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    return fields.String(
        required=True, validate=validate.Length(1, most), metadata={"label": label, "help": help_text, **widget}
    )


def _code(label: Any, table: Mapping[str, Any]) -> fields.String:
    return fields.String(
        required=True, validate=validate.OneOf(list(table)),
        metadata={"label": label, "choices": lambda: list(table.items())},
    )  # fmt: skip


class SoftTargetSchema(BaseSchema):
    """A place that is open and hard to guard."""

    name = _needed(_l("Name of the place"), 200)
    place_type = _code(_l("Kind of place"), codes.PLACE_TYPES)
    district = _text(_l("District or neighbourhood"), 200)
    description = _text(_l("What makes it a target"), 5000, _l("When many people are there, who comes, what happened."))
    owner = _needed(_l("Owner"), 300, _l("Who answers for the safety of the place."))
    contact = _text(_l("How to reach them"), 500, _l("Also at night; people only if they agreed."))
    community_id = fields.UUID(
        load_default=None, metadata={"label": _l("Community that it belongs to"), "widget": "select"}
    )
    partner_id = fields.UUID(load_default=None, metadata={"label": _l("Partner"), "widget": "select"})
    review_due_on = fields.Date(required=True, metadata={"label": _l("Next review by")})


class ReviewSchema(BaseSchema):
    """That somebody looked at a place."""

    reviewed_on = fields.Date(required=True, metadata={"label": _l("Reviewed on")})
    finding = _needed(_l("What was found"), 5000)
    review_due_on = fields.Date(required=True, metadata={"label": _l("Next review by")})

    @validates("reviewed_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_l("This day is in the future.")))

    @validates_schema
    def _check_order(self, data: dict[str, Any], **_options: Any) -> None:
        first, then = data.get("reviewed_on"), data.get("review_due_on")
        if first and then and then <= first:
            raise ValidationError(str(_l("The next review comes after this one.")), "review_due_on")


def first_review() -> dict[str, Any]:
    """What the form of a review begins with: today, and again in a year."""
    return {"reviewed_on": date.today(), "review_due_on": date.today() + timedelta(days=365)}


class MeasureSchema(BaseSchema):
    """What protects a place, or is to."""

    title = _needed(_l("Measure"), 300)
    kind = _code(_l("Kind"), codes.MEASURE_KINDS)
    status = _code(_l("Status"), codes.MEASURE_STATUS)
    owner = _text(_l("Who does it"), 300)
    due_on = fields.Date(load_default=None, metadata={"label": _l("Due")})

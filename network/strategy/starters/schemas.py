"""What a template asks for."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from network.kernel.errors import ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import BaseSchema
from network.strategy import codes
from network.strategy.starters.outline import read_outline


def _text(label: Any, most: int, help_text: Any = "", **options: Any) -> fields.String:
    more: dict[str, Any] = {"required": True} if options.pop("required", False) else {"load_default": ""}
    meta = {"label": label, "help": help_text, **({"widget": "textarea"} if most >= 1000 else {}), **options}
    least = 1 if "required" in more else 0
    return fields.String(validate=validate.Length(least, most), metadata=meta, **more)


class TemplateSchema(BaseSchema):
    """A template of a strategy."""

    title = _text(_l("Title"), 200, required=True)
    summary = _text(_l("For whom it is"), 2000, _l("Cities read this to choose."), required=True)
    position = fields.Integer(
        load_default=0, validate=validate.Range(0, 1000),
        metadata={"label": _l("Place in the list"), "help": _l("0 stands first."), "attributes": {"min": 0, "max": 1000}},
    )  # fmt: skip
    kind = fields.String(
        required=True, validate=validate.OneOf(list(codes.KINDS)),
        metadata={"label": _l("Kind"), "choices": lambda: list(codes.KINDS.items())},
    )  # fmt: skip
    integrated_into = _text(_l("Part of"), 500)
    vision = _text(_l("Vision"), 5000)
    situation = _text(_l("Where we stand"), 20000, _l("Questions that the city answers in its own words."))
    principles = _text(_l("How we work"), 10000)
    outline = _text(
        _l("Objectives, actions and indicators"), 30000,
        _l("One thing on each line: # an objective, - an action | months until it is due, * an indicator | its unit."
           " Lines without a mark describe what stands above them."), required=True,
        attributes={"rows": 20},
    )  # fmt: skip

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("kind") == "integrated" and not data.get("integrated_into"):
            raise ValidationError(str(_("Name the framework that it is part of.")), "integrated_into")
        try:
            read_outline(data.get("outline", ""))
        except ValidationFailed as error:
            raise ValidationError(error.errors["outline"], "outline") from None

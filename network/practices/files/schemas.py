"""What must be said about a picture or a document."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.practices.codes import FILE_LICENCE


def _licences() -> list[tuple[str, Any]]:
    return [(code.value, f"{code.label}: {code.meaning}") for code in FILE_LICENCE.values()]


def _must_hold(value: bool) -> None:
    if not value:
        raise ValidationError(str(_l("Without this it can't be shown.")))


class FileWordsSchema(BaseSchema):
    """The words that stand with a file."""

    alt = fields.String(
        required=True, validate=validate.Length(3, 300),
        metadata={"label": _l("What it shows"),
                  "help": _l("Read aloud to whoever does not see the picture. Of a document: its title.")},
    )  # fmt: skip
    caption = fields.String(
        load_default="", validate=validate.Length(max=500),
        metadata={"label": _l("Caption"), "widget": "textarea", "attributes": {"rows": 2}},
    )
    credit = fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"label": _l("Who made it")}
    )
    licence = fields.String(
        required=True, validate=validate.OneOf(list(FILE_LICENCE)),
        metadata={"label": _l("Licence"), "choices": _licences},
    )  # fmt: skip


class NewFileSchema(FileWordsSchema):
    """A new file: also that it may be shown at all."""

    is_agreed = fields.Boolean(
        load_default=False, validate=_must_hold,
        metadata={"label": _l("Everybody who could be recognised in it has agreed that it is shown, or nobody can be recognised")},
    )  # fmt: skip

"""What curators type about a collection."""

from marshmallow import fields, validate

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema


class CollectionSchema(BaseSchema):
    """A collection."""

    title = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": _l("Title")})
    introduction = fields.String(
        load_default="", validate=validate.Length(max=5000),
        metadata={"label": _l("Introduction"), "widget": "textarea", "help": _l("For whom it is, and how to read it.")},
    )  # fmt: skip
    position = fields.Integer(
        load_default=0, validate=validate.Range(0, 1000),
        metadata={"label": _l("Place in the list"), "help": _l("Small numbers come first.")},
    )  # fmt: skip
    is_published = fields.Boolean(load_default=False, metadata={"label": _l("Show it to everybody")})


class ItemSchema(BaseSchema):
    """One practice of a collection."""

    note = fields.String(
        load_default="", validate=validate.Length(max=1000), metadata={"label": _l("Why it stands here")}
    )
    position = fields.Integer(load_default=0, validate=validate.Range(0, 1000), metadata={"label": _l("Place")})

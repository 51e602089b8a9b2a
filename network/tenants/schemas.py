"""What the deletion of a city asks for."""

from marshmallow import fields

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema


class DeletionSchema(BaseSchema):
    """The name of the city, typed again."""

    name = fields.String(
        required=True,
        metadata={"label": _l("Type the name of your city"), "attributes": {"autocomplete": "off"}},
    )

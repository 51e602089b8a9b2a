"""What the map asks for."""

from marshmallow import fields, validate

from network.assessment import codes
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.partners.codes import PREVENTION_LEVELS


class ResourceSchema(BaseSchema):
    """Something that exists already, or is planned."""

    name = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": _l("Name")})
    resource_type = fields.String(
        required=True, validate=validate.OneOf(list(codes.RESOURCE_TYPES)),
        metadata={"label": _l("Kind"), "choices": lambda: list(codes.RESOURCE_TYPES.items())},
    )  # fmt: skip
    status = fields.String(
        required=True, validate=validate.OneOf(list(codes.RESOURCE_STATUS)),
        metadata={"label": _l("Status"), "choices": lambda: list(codes.RESOURCE_STATUS.items())},
    )  # fmt: skip
    ends_on = fields.Date(
        load_default=None,
        metadata={"label": _l("Ends on"), "help": _l("For example the day on which the money ends.")},
    )
    owner = fields.String(
        required=True, validate=validate.Length(1, 300),
        metadata={"label": _l("Owner"), "help": _l("The office or organisation that answers for it.")},
    )  # fmt: skip
    partner_id = fields.UUID(
        load_default=None, metadata={"label": _l("Partner who carries it out"), "widget": "select"}
    )
    description = fields.String(
        load_default="", validate=validate.Length(max=5000),
        metadata={"label": _l("What it does"), "widget": "textarea"},
    )  # fmt: skip
    reach = fields.String(
        load_default="", validate=validate.Length(max=1000),
        metadata={"label": _l("Reach"), "help": _l("How many people, in which districts.")},
    )  # fmt: skip
    target_groups = fields.String(
        load_default="", validate=validate.Length(max=1000), metadata={"label": _l("Target groups")}
    )
    prevention_levels = fields.List(
        fields.String(validate=validate.OneOf(list(PREVENTION_LEVELS))), load_default=list,
        metadata={"label": _l("Level of prevention"), "choices": lambda: list(PREVENTION_LEVELS.items())},
    )  # fmt: skip
    threat_ids = fields.List(
        fields.UUID(), load_default=list, metadata={"label": _l("Threats that it works against"), "widget": "checkboxes"}
    )
    community_ids = fields.List(
        fields.UUID(), load_default=list, metadata={"label": _l("Communities that it is for"), "widget": "checkboxes"}
    )
    website = fields.Url(
        load_default="", schemes={"http", "https"}, validate=validate.Length(max=500),
        metadata={"label": _l("Website"), "widget": "url"},
    )  # fmt: skip

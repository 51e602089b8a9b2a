"""The base of every marshmallow schema: translated messages, unknown input ignored or refused."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from network.kernel.errors import ValidationFailed
from network.kernel.locale import lazy_text as _l

_MESSAGES: dict[type[fields.Field[Any]], dict[str, Any]] = {
    fields.Field: {
        "required": _l("Fill in this field."),
        "null": _l("Fill in this field."),
        "validator_failed": _l("This value is not allowed."),
    },
    fields.Integer: {"invalid": _l("Write a whole number.")},
    fields.Float: {"invalid": _l("Write a number.")},
    fields.String: {"invalid": _l("Write text."), "invalid_utf8": _l("Write text.")},
    fields.Date: {"invalid": _l("Write a date as YYYY-MM-DD.")},
    fields.Time: {"invalid": _l("Write a time as HH:MM.")},
    fields.Email: {"invalid": _l("Write a full e-mail address.")},
    fields.List: {"invalid": _l("Choose from the list.")},
    fields.UUID: {"invalid_uuid": _l("This is not an id.")},
    fields.Boolean: {"invalid": _l("Answer yes or no.")},
}
for _type, _messages in _MESSAGES.items():
    _type.default_error_messages = {**_type.default_error_messages, **_messages}


class BaseSchema(Schema):
    """A record's rules. The same schema validates forms, file rows and API inputs."""

    class Meta:
        unknown = EXCLUDE

    def checked(self, data: Any) -> dict[str, Any]:
        """Typed values, or ValidationFailed with messages by field."""
        try:
            loaded: dict[str, Any] = self.load(data)
        except ValidationError as error:
            raise ValidationFailed(_flat(error.normalized_messages())) from None
        return loaded


def _flat(messages: dict[str, Any]) -> dict[str, list[str]]:
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        if isinstance(found, dict):
            found = [message for nested in found.values() for message in nested]
        flat[name] = list(dict.fromkeys(str(message) for message in found))
    return flat

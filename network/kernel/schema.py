"""The base of every marshmallow schema: translated messages, unknown input ignored."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from network.kernel.errors import ValidationFailed
from network.kernel.locale import text


def N_(message: str) -> str:
    """Mark a message for translation where marshmallow takes plain text only."""
    return message


_MESSAGES: dict[type[fields.Field[Any]], dict[str, Any]] = {
    fields.Field: {
        "required": N_("Fill in this field."),
        "null": N_("Fill in this field."),
        "validator_failed": N_("This value is not allowed."),
    },
    fields.Integer: {"invalid": N_("Write a whole number.")},
    fields.Float: {"invalid": N_("Write a number.")},
    fields.String: {"invalid": N_("Write text."), "invalid_utf8": N_("Write text.")},
    fields.Date: {"invalid": N_("Write a date as YYYY-MM-DD.")},
    fields.Time: {"invalid": N_("Write a time as HH:MM.")},
    fields.Email: {"invalid": N_("Write a full e-mail address.")},
    fields.List: {"invalid": N_("Choose from the list.")},
    fields.UUID: {"invalid_uuid": N_("This is not an id.")},
    fields.Boolean: {"invalid": N_("Answer yes or no.")},
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
            messages = error.normalized_messages()  # type: ignore[no-untyped-call]
            raise ValidationFailed(_flat(messages)) from None
        return loaded


def _flat(messages: dict[str, Any]) -> dict[str, list[str]]:
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        if isinstance(found, dict):
            found = [message for nested in found.values() for message in nested]
        flat[name] = list(dict.fromkeys(text(str(message)) for message in found))
    return flat

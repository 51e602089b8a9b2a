"""The base of every marshmallow schema: translated messages, unknown input ignored."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from network.kernel.errors import ValidationFailed
from network.kernel.locale import lazy_text as _l
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
    fields.Url: {"invalid": N_("Write a full address that begins with https://.")},
    fields.List: {"invalid": N_("Choose from the list.")},
    fields.UUID: {"invalid_uuid": N_("This is not an id.")},
    fields.Boolean: {"invalid": N_("Answer yes or no.")},
}
for _type, _messages in _MESSAGES.items():
    _type.default_error_messages = {**_type.default_error_messages, **_messages}


# These are filled in by the validators themselves, at the moment of validation, so lazy ones fit.
validate.OneOf.default_message = _l("This is not a value of the list.")
validate.Length.message_min = _l("Too short: at least {min} are needed.")
validate.Length.message_max = _l("Too long: at most {max} are possible.")
validate.Length.message_all = _l("Between {min} and {max} are possible.")
validate.Length.message_equal = _l("Exactly {equal} are needed.")


def _say_range(self: validate.Range, value: Any, message: str) -> str:
    """Range puts its message together too early to be translated, so it is made here."""
    if self.error:
        return self.error.format(input=value, min=self.min, max=self.max)
    if self.min is None:
        return str(text("Not more than %(most)s is possible.", most=self.max))
    if self.max is None:
        return str(text("Not less than %(least)s is possible.", least=self.min))
    return str(text("From %(least)s to %(most)s is possible.", least=self.min, most=self.max))


validate.Range._format_error = _say_range  # type: ignore[method-assign]


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

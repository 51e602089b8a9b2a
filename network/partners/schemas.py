"""What the register asks for. Little is required: a name and a kind make a partner."""

from datetime import date
from typing import Any

from babel import Locale
from marshmallow import ValidationError, fields, validate, validates

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import locale_name
from network.kernel.schema import BaseSchema
from network.partners import codes

LANGUAGES = (
    "am", "ar", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi",
    "hr", "hu", "id", "it", "ja", "ko", "ku", "lt", "lv", "mk", "ms", "nl", "no", "pa", "pl", "ps", "pt", "rom",
    "ro", "ru", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "ti", "tl", "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip
"""ISO 639 codes of the languages that can be chosen."""


def language_choices() -> list[tuple[str, str]]:
    """Languages with their names in the reader's language, by name."""
    names = Locale.parse(locale_name()).languages
    return sorted(((code, names.get(code, code)) for code in LANGUAGES), key=lambda pair: pair[1].casefold())


def _text(label: Any, most: int, help_text: Any = "", **options: Any) -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    return fields.String(
        load_default="", validate=validate.Length(max=most),
        metadata={"label": label, "help": help_text, **widget}, **options,
    )  # fmt: skip


def _email() -> fields.Email:
    return fields.Email(
        load_default="", validate=validate.Length(max=254),
        metadata={"label": _l("E-mail"), "attributes": {"autocomplete": "off"}},
    )  # fmt: skip


def _languages() -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.OneOf(LANGUAGES)), load_default=list,
        metadata={"label": _l("Languages"), "choices": language_choices},
    )  # fmt: skip


class PartnerSchema(BaseSchema):
    """A partner organisation."""

    name = fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"label": _l("Name of the organisation")}
    )
    partner_type = fields.String(
        required=True, validate=validate.OneOf(list(codes.PARTNER_TYPES)),
        metadata={"label": _l("Kind"), "choices": lambda: list(codes.PARTNER_TYPES.items())},
    )  # fmt: skip
    description = _text(_l("What they do"), 5000)
    communities = _text(_l("Communities they reach"), 999, _l("For example: young people in the north, Sikh families."))
    prevention_levels = fields.List(
        fields.String(validate=validate.OneOf(list(codes.PREVENTION_LEVELS))), load_default=list,
        metadata={"label": _l("Level of prevention"), "choices": lambda: list(codes.PREVENTION_LEVELS.items())},
    )  # fmt: skip
    languages = _languages()
    website = fields.Url(
        load_default="", schemes={"http", "https"}, validate=validate.Length(max=500),
        metadata={"label": _l("Website"), "widget": "url"},
    )  # fmt: skip
    email = _email()
    phone = _text(_l("Phone"), 50)
    is_listed = fields.Boolean(
        load_default=False,
        metadata={"label": _l("They agree to be named to others outside the city"), "help": _l("Ask them first.")},
    )


class ContactSchema(BaseSchema):
    """A person at a partner."""

    name = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": _l("Name")})
    function = _text(_l("What they do there"), 200)
    email = _email()
    phone = _text(_l("Phone"), 50)
    languages = _languages()
    consented_on = fields.Date(
        required=True,
        metadata={"label": _l("Agreed on"), "help": _l("The day on which they agreed to be kept here.")},
    )
    note = _text(_l("Note"), 999)

    @validates("consented_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_l("This day is in the future.")))


class NoteSchema(BaseSchema):
    """A line of the relationship log."""

    kind = fields.String(
        required=True, validate=validate.OneOf(list(codes.NOTE_KINDS)),
        metadata={"label": _l("Kind"), "choices": lambda: list(codes.NOTE_KINDS.items())},
    )  # fmt: skip
    happened_on = fields.Date(required=True, metadata={"label": _l("Day")})
    body = fields.String(
        required=True, validate=validate.Length(1, 5000),
        metadata={"label": _l("What was said or agreed"), "widget": "textarea"},
    )  # fmt: skip

    @validates("happened_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_l("This day is in the future.")))


class PartnerPersonSchema(BaseSchema):
    """Who is to stand for a partner."""

    email = fields.Email(required=True, validate=validate.Length(max=254), metadata={"label": _l("E-mail")})

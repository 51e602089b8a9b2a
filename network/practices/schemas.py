"""What makes a practice example valid; the loader, forms, files and API inputs pass the same rules."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pycountry
from babel import Locale
from marshmallow import ValidationError, fields, validate, validates_schema

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.practices import codes

_UNKNOWN = _l("This is not a value of the list.")
# Kosovo's code is not ISO's, but the one that the European Union and the United Nations' bodies use.
_COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}
_LANGUAGES = frozenset(Locale("en").languages)


def _text(label: Any, most: int, *, help: Any = "", **options: Any) -> fields.String:
    rules: list[Any] = [validate.Length(max=most), _no_control]
    widget = "textarea" if most > 300 else "text"
    return fields.String(
        validate=rules, metadata={"label": label, "help": help, "widget": widget},
        **({"load_default": ""} | options if not options.get("required") else options),
    )  # fmt: skip


def _no_control(text: str) -> None:
    if any(ord(c) < 32 and c not in "\n\r\t" for c in text):
        raise ValidationError(str(_l("Write text.")))


def _code(label: Any, table: dict[str, codes.Code], *, meaning: bool = False, **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(table), error=str(_UNKNOWN)),
        metadata={"label": label, "choices": lambda: codes.choices(table, meaning=meaning)}, **options,
    )  # fmt: skip


def _codes(label: Any, table: dict[str, codes.Code], *, meaning: bool = False) -> fields.List[Any]:
    return fields.List(
        fields.String(validate=validate.OneOf(list(table), error=str(_UNKNOWN))), load_default=list,
        metadata={"label": label, "choices": lambda: codes.choices(table, meaning=meaning)},
    )  # fmt: skip


def _lines(label: Any, *, help: Any = "") -> fields.List[Any]:
    return fields.List(
        fields.String(validate=validate.Length(1, 300)), load_default=list,
        validate=validate.Length(max=40), metadata={"label": label, "help": help},
    )  # fmt: skip


def _is_country(value: str) -> None:
    if value not in _COUNTRIES:
        raise ValidationError(str(_UNKNOWN))


def _is_language(value: str) -> None:
    if value not in _LANGUAGES:
        raise ValidationError(str(_UNKNOWN))


def _is_web_address(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError(str(_l("Write a full web address that starts with https://.")))


class SourceSchema(BaseSchema):
    """Where something was published. ``is_checked``: somebody has read it and found the claim there."""

    title = fields.String(required=True, validate=validate.Length(1, 300))
    publisher = fields.String(load_default="", validate=validate.Length(max=200))
    url = fields.String(load_default="", validate=[validate.Length(max=1000)])
    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1900, 2100))
    is_checked = fields.Boolean(load_default=False, data_key="checked")

    @validates_schema
    def _check_address(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("url"):
            try:
                _is_web_address(data["url"])
            except ValidationError as error:
                raise ValidationError(error.messages, "url") from None


class _Sources(fields.Field[list[dict[str, Any]]]):
    """A list of sources; a message says which one it is about."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or len(value) > 60:
            raise ValidationError(str(_l("Choose from the list.")))
        found, wrong = [], []
        for position, item in enumerate(value, 1):
            try:
                found.append(SourceSchema().load(item))
            except ValidationError as error:
                messages = error.normalized_messages()  # type: ignore[no-untyped-call]
                for name, said in messages.items():
                    wrong += [f"{position}, {name}: {message}" for message in said]
        if wrong:
            raise ValidationError(wrong)
        return found


class PracticeSchema(BaseSchema):
    """The practice example as its city tells it."""

    title = _text(_l("Title"), 200, required=True)
    summary = _text(
        _l("Summary"), 2000, required=True, help=_l("Two or three sentences that another city reads first.")
    )
    city = _text(_l("City"), 200, required=True)
    country = fields.String(required=True, validate=_is_country, metadata={"label": _l("Country")})
    latitude = fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(-90, 90), metadata={"label": _l("Latitude")}
    )
    longitude = fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(-180, 180),
        metadata={"label": _l("Longitude")},
    )  # fmt: skip
    population = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, 100_000_000),
        metadata={"label": _l("Inhabitants")},
    )  # fmt: skip
    setting = _text(_l("Setting"), 5000, help=_l("What kind of city it is, and who is in charge of what."))
    mandate = _text(_l("Mandate"), 2000, help=_l("What allowed the city to do it."))
    problem = _text(_l("The problem"), 10000)
    approach = _text(_l("What was done"), 20000)
    partners = _lines(_l("Done with"), help=_l("One in a line; organisations, not people."))
    target_groups = _lines(_l("For whom"), help=_l("One in a line."))
    themes = _codes(_l("Themes"), codes.THEME)
    prevention_levels = _codes(_l("Level of prevention"), codes.LEVEL, meaning=True)
    steps = fields.List(
        fields.Integer(validate=validate.Range(1, 10)), load_default=list,
        metadata={"label": _l("Steps"), "choices": lambda: codes.choices(codes.STEP)},
    )  # fmt: skip
    started = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1900, 2100),
        metadata={"label": _l("Year of the start")},
    )  # fmt: skip
    ended = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1900, 2100),
        metadata={"label": _l("Year of the end, if it has ended")},
    )  # fmt: skip
    duration = _text(_l("Duration"), 300)
    cost_band = _code(_l("Cost"), codes.COST, load_default="unknown")
    cost_note = _text(_l("About the cost"), 2000)
    results = _text(_l("Results"), 10000)
    evidence_rating = fields.Integer(
        load_default=0, validate=validate.Range(0, 5),
        metadata={"label": _l("Evidence"), "widget": "select",
                  "choices": lambda: codes.choices(codes.EVIDENCE, meaning=True)},
    )  # fmt: skip
    evidence_reason = _text(_l("Why this rating"), 2000)
    obstacles = _text(_l("Obstacles"), 10000)
    advice = _text(_l("Advice"), 10000)
    transfer = _text(_l("How to transfer it"), 10000)
    languages = fields.List(
        fields.String(validate=_is_language), load_default=list, metadata={"label": _l("Languages")}
    )
    language = fields.String(
        load_default="en", validate=_is_language, metadata={"label": _l("Language of this text")}
    )
    sources = _Sources(load_default=list, metadata={"label": _l("Sources")})
    visibility = _code(_l("Who will be able to read it"), codes.VISIBILITY, meaning=True, load_default="network")

    @validates_schema
    def _check_years(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("started") and data["started"] > date.today().year + 1:
            raise ValidationError(str(_l("This year is in the future.")), "started")
        if data.get("ended") and data.get("started") and data["ended"] < data["started"]:
            raise ValidationError(str(_l("It ended before it started.")), "ended")

"""What programmes, sessions, indicators and evaluations ask for."""

import re
from datetime import date
from typing import Any

from babel.numbers import list_currencies
from marshmallow import ValidationError, fields, validate, validates, validates_schema

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import N_, BaseSchema
from network.partners.codes import PREVENTION_LEVELS
from network.programmes import codes
from network.strategy.schemas import MOST_MONEY, Amount

MOST_PEOPLE = 1_000_000


def _name(label: Any, help_text: Any = "") -> fields.String:
    return fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"label": label, "help": help_text}
    )


def _text(label: Any, most: int, help_text: Any = "", *, is_required: bool = False) -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    metadata = {"label": label, "help": help_text, **widget}
    if is_required:
        return fields.String(required=True, validate=validate.Length(1, most), metadata=metadata)
    return fields.String(load_default="", validate=validate.Length(max=most), metadata=metadata)


def _one_of(label: Any, table: dict[str, Any], **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(table)), metadata={"label": label, "choices": lambda: list(table.items())},
        **options,
    )  # fmt: skip


def _day(label: Any, help_text: Any = "") -> fields.Date:
    return fields.Date(load_default=None, allow_none=True, metadata={"label": label, "help": help_text})


def _choice(label: Any, help_text: Any = "") -> fields.UUID:
    return fields.UUID(
        load_default=None, allow_none=True,
        metadata={"label": label, "help": help_text, "choices": list, "widget": "select"},
    )  # fmt: skip


def _count(label: Any, help_text: Any = "") -> fields.Integer:
    return fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, MOST_PEOPLE),
        metadata={"label": label, "help": help_text, "attributes": {"min": 0, "inputmode": "numeric"}},
    )  # fmt: skip


def _value(label: Any, **options: Any) -> Amount:
    return Amount(
        validate=validate.Range(-MOST_MONEY, MOST_MONEY),
        metadata={"label": label, "widget": "text", "attributes": {"inputmode": "decimal"}}, **options,
    )  # fmt: skip


class _Names(fields.String):
    """Names, typed with commas or lines between them; each once."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, list):
            value = "\n".join(map(str, value))
        parts = re.split(r"[,;\n]", super()._deserialize(value, attr, data, **options))
        names = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
        if len(names) > 100 or any(len(name) > 100 for name in names):
            raise ValidationError(str(_("At most 100 names are possible, each of at most 100 characters.")))
        return names


class ProgrammeSchema(BaseSchema):
    """A prevention programme."""

    name = _name(_l("Name of the programme"))
    aim = _text(_l("Aim"), 5000, _l("What will be different for whom, and why should this bring it about?"))
    prevention_level = _one_of(_l("Level of prevention"), PREVENTION_LEVELS, required=True)
    status = _one_of(_l("Status"), codes.STATUSES, load_default="planned")
    target_groups = _text(_l("Target groups"), 1000)
    community_ids = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=200),
        metadata={"label": _l("Communities of the assessment that it is for"), "choices": list},
    )  # fmt: skip
    places = _text(_l("Places"), 500, _l("For example: three schools, the library, online."))
    districts = _Names(
        load_default=list,
        metadata={"label": _l("Districts"), "help": _l("With commas between them, as incidents name them.")},
    )
    partner_id = _choice(_l("Carried out by"), _l("A partner of the register; empty if it is the city itself."))
    objective_id = _choice(_l("Objective of the strategy that it serves"))
    starts_on = _day(_l("Start"))
    ends_on = _day(_l("End"))
    budget = Amount(
        load_default=None, allow_none=True, validate=validate.Range(0, MOST_MONEY),
        metadata={"label": _l("Budget"), "widget": "text", "attributes": {"inputmode": "decimal"},
                  "help": _l("Without separators, such as 25000. Write 0 if it costs nothing extra.")},
    )  # fmt: skip
    currency = fields.String(
        load_default="", metadata={"label": _l("Currency"), "help": _l("Three letters, such as EUR."),
                                   "attributes": {"maxlength": 3, "autocomplete": "off"}},
    )  # fmt: skip
    funding_source = _text(_l("Paid from"), 300, _l("For example: city budget 2027, national grant."))
    practice_slug = fields.String(
        load_default="", validate=validate.Regexp(r"^([a-z0-9]+(-[a-z0-9]+)*)?$", error=N_("This value is not allowed.")),
        metadata={"label": _l("Practice example it is taken from"), "widget": "hidden"},
    )  # fmt: skip
    adapted_from_practice = _text(_l("We took this from"), 2000, _l("A practice example of another city, if there is one."))
    changed_from_practice = _text(_l("What we changed"), 2000)

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            raise ValidationError(str(_("The end lies before the start.")), "ends_on")
        currency = data.get("currency", "")
        if currency and currency.upper() not in list_currencies():
            raise ValidationError(str(_("There is no such currency.")), "currency")
        if data.get("budget") and not currency:
            raise ValidationError(str(_("Say in which currency.")), "currency")


class SessionSchema(BaseSchema):
    """Something that takes place in a programme."""

    name = _name(_l("What it was, or will be"), _l("Never write the names of those who come."))
    held_on = fields.Date(required=True, metadata={"label": _l("Day")})
    place = _text(_l("Place"), 200)
    district = _text(_l("District"), 100)
    attendance = _count(_l("How many came"), _l("A count, no list. Leave it empty until it has taken place."))
    under_18 = _count(codes.BANDS["under_18"], _l("The bands are optional; they may leave people out."))
    from_18_to_29 = _count(codes.BANDS["from_18_to_29"])
    from_30_to_64 = _count(codes.BANDS["from_30_to_64"])
    from_65 = _count(codes.BANDS["from_65"])
    note = _text(_l("What went well, what did not"), 5000)

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        total = data.get("attendance")
        counted = sum(data.get(band) or 0 for band in codes.BANDS)
        if total is None and counted:
            raise ValidationError(str(_("Say how many came altogether.")), "attendance")
        if total is not None and counted > total:
            raise ValidationError(str(_("The bands add up to more than came.")), "attendance")
        if total is not None and data.get("held_on") and data["held_on"] > date.today():
            raise ValidationError(str(_("Nobody can be counted before the day.")), "attendance")


class IndicatorSchema(BaseSchema):
    """What shows whether a programme reaches its aim."""

    name = _name(_l("Indicator"), _l("For example: share of pupils who would step in when somebody is insulted."))
    unit = _text(_l("Unit"), 50)
    source = _text(_l("How it is measured"), 500)
    baseline = _value(_l("Value at the beginning"), load_default=None, allow_none=True)
    target = _value(_l("Target"), load_default=None, allow_none=True)
    target_on = _day(_l("By when"))


class MeasurementSchema(BaseSchema):
    """The value of an indicator on a day."""

    measured_on = fields.Date(required=True, metadata={"label": _l("Day")})
    value = _value(_l("Value"), required=True)
    note = _text(_l("Note"), 500)

    @validates("measured_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_l("This day is in the future.")))


class EvaluationSchema(BaseSchema):
    """A look at whether a programme helped."""

    name = _name(_l("Title"))
    evaluated_on = fields.Date(required=True, metadata={"label": _l("Day")})
    method = _one_of(_l("Method"), codes.METHODS, required=True)
    carried_out_by = _text(_l("Carried out by"), 200)
    findings = _text(_l("Findings"), 10_000, _l("What changed, for whom; what did not; what nobody expected."), is_required=True)
    rating = fields.Integer(
        required=True, validate=validate.Range(1, 5),
        metadata={"label": _l("Rating"), "choices": lambda: list(codes.RATINGS.items())},
    )  # fmt: skip
    consequences = _text(_l("What follows from it"), 5000)

    @validates("evaluated_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_l("This day is in the future.")))

"""What strategies, objectives, actions and reports ask for."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_territory_currencies, list_currencies
from marshmallow import ValidationError, fields, validate, validates_schema

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import N_, BaseSchema
from network.strategy import codes

MOST_MONEY = Decimal("999999999999.99")


def _text(label: Any, most: int, help_text: Any = "", **options: Any) -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    return fields.String(
        load_default="", validate=validate.Length(max=most),
        metadata={"label": label, "help": help_text, **widget}, **options,
    )  # fmt: skip


def _title(most: int = 300) -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, most), metadata={"label": _l("Title")})


def _day(label: Any, help_text: Any = "") -> fields.Date:
    return fields.Date(load_default=None, allow_none=True, metadata={"label": label, "help": help_text})


def _parties(label: Any, help_text: Any = "") -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Length(max=60)), load_default=list, validate=validate.Length(max=60),
        metadata={"label": label, "help": help_text, "widget": "checkboxes"},
    )  # fmt: skip


def _lead() -> fields.String:
    return fields.String(
        load_default="", validate=validate.Length(max=60),
        metadata={"label": _l("Lead"), "widget": "select", "help": _l("One partner or one person of the team answers for it.")},
    )  # fmt: skip


def _names() -> list[fields.String]:
    """What the history calls the columns with the names of the parties; no form asks for them."""
    labels = (_l("Lead"), _l("Supported by"), _l("Consulted"))
    return [fields.String(dump_only=True, metadata={"label": label}) for label in labels]


class Amount(fields.Decimal):
    """An amount of money with at most two decimals."""

    default_error_messages = {"invalid": N_("Write a number."), "special": N_("Write a number.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Decimal:
        typed = re.sub(r"[\s\u00a0']", "", str(value))
        amount: Decimal = super()._deserialize(typed, attr, data, **options)
        # What is out of all proportion can't be rounded.
        if abs(amount) > MOST_MONEY:
            raise ValidationError(str(_("This value is not allowed.")))
        if amount != round(amount, 2):
            raise ValidationError(str(_("At most two decimals are possible.")))
        return amount


class StrategySchema(BaseSchema):
    """A strategy's own text."""

    title = _title(200)
    kind = fields.String(
        required=True, validate=validate.OneOf(list(codes.KINDS)),
        metadata={"label": _l("Kind"), "choices": lambda: list(codes.KINDS.items())},
    )  # fmt: skip
    integrated_into = _text(
        _l("Part of"), 500, _l("The names of the frameworks, such as the public safety plan. Needed if it is part of one.")
    )
    vision = _text(_l("Vision"), 5000, _l("What will people in the city notice when it has worked?"))
    situation = _text(_l("Where we stand"), 20000, _l("The threats, who is hurt by them, and what exists already."))
    principles = _text(_l("How we work"), 10000, _l("For example: do no harm, all communities, rights first."))
    period_from = _day(_l("From"))
    period_until = _day(_l("Until"))
    review_due = _day(_l("Next review"), _l("When the city will look at it again."))

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("kind") == "integrated" and not data.get("integrated_into"):
            raise ValidationError(str(_("Name the framework that it is part of.")), "integrated_into")
        if data.get("period_from") and data.get("period_until") and data["period_until"] < data["period_from"]:
            raise ValidationError(str(_("The end lies before the beginning.")), "period_until")


class ObjectiveSchema(BaseSchema):
    """An objective."""

    title = _title()
    description = _text(_l("What is to be reached, and why"), 5000)
    communities = _text(_l("Communities it is for"), 999)
    position = fields.Integer(
        load_default=0, validate=validate.Range(0, 1000),
        metadata={"label": _l("Place in the list"), "help": _l("0 stands first."), "attributes": {"min": 0, "max": 1000}},
    )  # fmt: skip
    lead = _lead()
    support = _parties(_l("Supported by"))
    consulted = _parties(_l("Consulted"))
    lead_name, support_names, consulted_names = _names()


class ActionSchema(BaseSchema):
    """An action. A title is enough to begin with."""

    title = _title()
    objective_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"label": _l("Objective"), "widget": "select"}
    )
    description = _text(_l("What is done"), 10000)
    lead = _lead()
    status = fields.String(
        load_default="planned", validate=validate.OneOf(list(codes.STATUSES)),
        metadata={"label": _l("Status"), "choices": lambda: list(codes.STATUSES.items())},
    )  # fmt: skip
    percent = fields.Integer(
        load_default=0, validate=validate.Range(0, 100),
        metadata={"label": _l("How much is done, in percent"), "attributes": {"min": 0, "max": 100}},
    )  # fmt: skip
    starts_on = _day(_l("Start"))
    due_on = _day(_l("Due"))
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
    support = _parties(_l("Supported by"), _l("Partners that are chosen here see the action and can report on it."))
    consulted = _parties(_l("Consulted"))
    lead_name, support_names, consulted_names = _names()

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("starts_on") and data.get("due_on") and data["due_on"] < data["starts_on"]:
            raise ValidationError(str(_("The due day lies before the start.")), "due_on")
        currency = data.get("currency", "")
        if currency and currency.upper() not in list_currencies():
            raise ValidationError(str(_("There is no such currency.")), "currency")
        if data.get("budget") and not currency:
            raise ValidationError(str(_("Say in which currency.")), "currency")


class ReportSchema(BaseSchema):
    """How an action goes, in the words of the team."""

    body = fields.String(
        required=True, validate=validate.Length(1, 5000),
        metadata={"label": _l("How does it go?"), "widget": "textarea"},
    )  # fmt: skip
    percent = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, 100),
        metadata={"label": _l("How much is done, in percent"), "attributes": {"min": 0, "max": 100}},
    )  # fmt: skip
    proposed_status = fields.String(
        load_default="", validate=validate.OneOf(["", *codes.STATUSES]),
        metadata={"label": _l("Status"), "choices": lambda: list(codes.STATUSES.items()),
                  "help": _l("Leave it empty if it stays as it is.")},
    )  # fmt: skip


def currency_of(country: str, day: date) -> str:
    """The currency in use in a country, by its ISO 3166 code; empty if it is not known."""
    found = get_territory_currencies(country, day, day)
    return str(found[0]) if found else ""

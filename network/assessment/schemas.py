"""What an assessment asks for. A name, a likelihood and an impact make a threat; the rest can follow."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from network.assessment import codes
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema


def _text(label: Any, most: int, help_text: Any = "") -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    return fields.String(
        load_default="", validate=validate.Length(max=most), metadata={"label": label, "help": help_text, **widget}
    )


def _name(label: Any) -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": label})


def _code(label: Any, table: Mapping[str, Any], help_text: Any = "", **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(table)),
        metadata={"label": label, "help": help_text, "choices": lambda: list(table.items())}, **options,
    )  # fmt: skip


def _scale(label: Any, table: Mapping[int, Any]) -> fields.Integer:
    return fields.Integer(
        required=True, validate=validate.Range(1, 5),
        metadata={"label": label, "widget": "select", "choices": lambda: list(table.items())},
    )  # fmt: skip


class AssessmentSchema(BaseSchema):
    """The frame of one version."""

    title = _name(_l("Title"))
    period_from = fields.Date(required=True, metadata={"label": _l("It looks at the time from")})
    period_to = fields.Date(required=True, metadata={"label": _l("to")})
    method = _text(_l("How it was made"), 5000, _l("Who was asked, which figures and sources were used."))
    summary = _text(_l("Summary"), 10000, _l("What a mayor should know after one minute."))
    confidence = _code(_l("How sure are you of the whole?"), codes.CONFIDENCE, load_default="low")
    review_due = fields.Date(load_default=None, metadata={"label": _l("Next review by")})

    @validates_schema
    def _check_period(self, data: dict[str, Any], **_options: Any) -> None:
        first, last = data.get("period_from"), data.get("period_to")
        if first and last and last < first:
            raise ValidationError(str(_l("The end lies before the start.")), "period_to")


def first_values() -> dict[str, Any]:
    """What the form of a first assessment begins with: the last twelve months."""
    today = date.today()
    return {
        "period_from": today.replace(day=1) - timedelta(days=365), "period_to": today, "confidence": "low",
        "review_due": today + timedelta(days=365),
    }  # fmt: skip


class ThreatSchema(BaseSchema):
    """A threat, as one version sees it."""

    name = _name(_l("Name of the threat"))
    ideology = _code(_l("Ideology"), codes.IDEOLOGY, required=True)
    narrative = _text(_l("Narrative"), 5000, _l("What do they say, and to whom does it appeal?"))
    actors = _text(_l("Actors"), 2000, _l("Groups, scenes, channels. No private person by name."))
    places = _text(_l("Places"), 2000, _l("Where it shows, in the city and online."))
    likelihood = _scale(_l("Likelihood in the next twelve months"), codes.LIKELIHOOD)
    impact = _scale(_l("Impact if it happens"), codes.IMPACT)
    trend = _code(_l("Trend"), codes.TREND, load_default="unknown")
    confidence = _code(_l("Confidence"), codes.CONFIDENCE, load_default="low")
    community_ids = fields.List(
        fields.UUID(), load_default=list, metadata={"label": _l("Communities that it hits"), "widget": "checkboxes"}
    )


class CommunitySchema(BaseSchema):
    """A community, as one version sees it."""

    name = _name(_l("Name of the community"))
    groups = _text(_l("Who belongs to it"), 2000)
    size_band = _code(_l("Size"), codes.SIZE, load_default="unknown")
    vulnerability_factors = _text(
        _l("What makes it vulnerable"), 5000, _l("For example: visible places, isolation, distrust of the police.")
    )
    protective_factors = _text(
        _l("What protects it"), 5000, _l("For example: strong associations, trusted schools, good neighbours.")
    )
    spoken_for_by = _text(_l("Who speaks for it"), 999, _l("Organisations and offices; people only if they agreed."))
    partner_id = fields.UUID(
        load_default=None, metadata={"label": _l("Partner who speaks for it"), "widget": "select"}
    )
    confidence = _code(_l("Confidence"), codes.CONFIDENCE, load_default="low")


class RegisterSchema(BaseSchema):
    """What the register says of a threat or a community, whatever the version."""

    name = _name(_l("Name"))
    description = _text(_l("Description"), 5000)

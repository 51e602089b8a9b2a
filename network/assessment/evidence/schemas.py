"""What evidence and gaps in knowledge ask for."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates, validates_schema

from network.assessment import codes
from network.incidents import codes as incidents
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema


def _code(label: Any, table: dict[str, incidents.Code]) -> fields.String:
    return fields.String(
        load_default="", validate=validate.OneOf(["", *table]),
        metadata={"label": label, "choices": lambda: incidents.choices(table)},
    )  # fmt: skip


def _about(label: Any) -> fields.List[Any]:
    return fields.List(fields.UUID(), load_default=list, metadata={"label": label, "widget": "checkboxes"})


class EvidenceSchema(BaseSchema):
    """What figures and sources have in common."""

    title = fields.String(required=True, validate=validate.Length(1, 300), metadata={"label": _l("Title")})
    finding = fields.String(
        load_default="", validate=validate.Length(max=5000),
        metadata={"label": _l("What it shows"), "widget": "textarea"},
    )  # fmt: skip
    confidence = fields.String(
        load_default="low", validate=validate.OneOf(list(codes.CONFIDENCE)),
        metadata={"label": _l("Confidence"), "choices": lambda: list(codes.CONFIDENCE.items())},
    )  # fmt: skip
    threat_ids = _about(_l("Threats that it is about"))
    community_ids = _about(_l("Communities that it is about"))


class FigureSchema(EvidenceSchema):
    """A count of the city's own incidents. The question is kept with it."""

    date_from = fields.Date(
        required=True, metadata={"label": _l("From"), "help": _l("Whole months are counted.")}
    )
    date_to = fields.Date(required=True, metadata={"label": _l("To")})
    bias = _code(_l("Bias motivations"), incidents.BIAS)
    incident_kind = _code(_l("Kind"), incidents.KIND)
    severity = _code(_l("Severity"), incidents.SEVERITY)

    @validates_schema
    def _check_period(self, data: dict[str, Any], **_options: Any) -> None:
        first, last = data.get("date_from"), data.get("date_to")
        if first and last and last < first:
            raise ValidationError(str(_l("The end lies before the start.")), "date_to")
        if first and last and (first.year < 1902 or last.year > 2199):
            raise ValidationError(str(_l("Choose years between 1900 and 2200.")), "date_from")


class SourceSchema(EvidenceSchema):
    """A report, a study, a talk: anything that is not the city's own register of incidents."""

    publisher = fields.String(
        load_default="", validate=validate.Length(max=300), metadata={"label": _l("Who published or said it")}
    )
    published_on = fields.Date(load_default=None, metadata={"label": _l("Day")})
    url = fields.Url(
        load_default="", schemes={"http", "https"}, validate=validate.Length(max=500),
        metadata={"label": _l("Address of the page"), "widget": "url"},
    )  # fmt: skip

    @validates("published_on")
    def _check_day(self, value: date | None, **_options: Any) -> None:
        if value and value > date.today():
            raise ValidationError(str(_l("This day is in the future.")))


class KnowledgeGapSchema(BaseSchema):
    """What is not known, and who could tell."""

    question = fields.String(
        required=True, validate=validate.Length(1, 500), metadata={"label": _l("What is not known?")}
    )
    reason = fields.String(
        load_default="", validate=validate.Length(max=2000),
        metadata={"label": _l("Why it matters"), "widget": "textarea"},
    )  # fmt: skip
    could_answer = fields.String(
        load_default="", validate=validate.Length(max=500), metadata={"label": _l("Who could answer")}
    )
    partner_id = fields.UUID(load_default=None, metadata={"label": _l("Partner who could answer"), "widget": "select"})
    is_answered = fields.Boolean(load_default=False, metadata={"label": _l("It is answered")})
    answer = fields.String(
        load_default="", validate=validate.Length(max=5000), metadata={"label": _l("The answer"), "widget": "textarea"}
    )

    @validates_schema
    def _check_answer(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("is_answered") and not data.get("answer"):
            raise ValidationError(str(_l("Write down the answer.")), "answer")

"""What an activation asks for. On the worst day almost nothing is required."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import BaseSchema
from network.response import codes as plan_codes
from network.response.live import codes


def _text(label: Any, most: int, help_text: Any = "", *, is_required: bool = False, rows: int = 3) -> fields.String:
    widget = {"widget": "textarea", "attributes": {"rows": rows}} if most >= 1000 else {}
    metadata = {"label": label, "help": help_text, **widget}
    if is_required:
        return fields.String(required=True, validate=validate.Length(1, most), metadata=metadata)
    return fields.String(load_default="", validate=validate.Length(max=most), metadata=metadata)


def _one_of(label: Any, table: dict[str, Any], **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(table)), metadata={"label": label, "choices": lambda: list(table.items())},
        **options,
    )  # fmt: skip


class ActivationSchema(BaseSchema):
    """Beginning a response."""

    name = _text(_l("What has happened, in a few words"), 300, is_required=True)
    response_plan_id = fields.UUID(
        load_default=None, allow_none=True,
        metadata={"label": _l("Plan"), "choices": list, "widget": "select",
                  "help": _l("Empty: without a plan, with an empty list of tasks.")},
    )  # fmt: skip
    incident_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"label": _l("Incident"), "widget": "hidden"}
    )
    reason = _text(_l("Why the response begins now"), 2000)


class SituationSchema(BaseSchema):
    """What everybody looks at."""

    confirmed = _text(_l("Confirmed"), 5000, _l("By whom? Only this may be said outside."), rows=4)
    known = _text(_l("Known, not confirmed"), 5000, rows=4)
    open_questions = _text(_l("Unknown"), 5000, _l("What is being checked, and by whom?"), rows=4)
    next_steps = _text(_l("Next"), 5000, _l("What comes next, and when do we speak again?"), rows=4)


class EntrySchema(BaseSchema):
    """An entry of the log."""

    body = _text(_l("What happened, or was decided"), 5000, is_required=True)
    kind = _one_of(_l("Kind"), codes.WRITTEN, load_default="note")
    decided_by = _text(_l("Who decided"), 300, _l("For a decision."))
    reason = _text(_l("Why"), 2000, _l("For a decision."), rows=2)

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("kind") == "decision":
            missing = {name: [str(_("Fill in this field."))] for name in ("decided_by", "reason") if not data.get(name)}
            if missing:
                raise ValidationError(missing)


class CorrectionSchema(BaseSchema):
    """What is right instead."""

    body = _text(_l("What is right instead"), 5000, _l("The entry stays, with this beside it."), is_required=True)


class TaskSchema(BaseSchema):
    """Something more to do."""

    name = _text(_l("What is to be done"), 300, is_required=True)
    phase = _one_of(_l("When"), plan_codes.PHASES, load_default="first_hour")
    strand = _one_of(_l("Strand"), plan_codes.STRANDS, load_default="security")
    role_name = _text(_l("Role or person that does it"), 300)


class HandOverSchema(BaseSchema):
    """Who takes a role over, and what they must know."""

    holder_name = _text(_l("Who takes it over"), 300, is_required=True)
    note = _text(_l("What they must know"), 2000, _l("What is open, what was promised to whom."))


class EndSchema(BaseSchema):
    """Ending a response."""

    outcome = _text(_l("How it ended, and what stays to be done"), 5000, is_required=True)

"""What people write about an incident that they handle."""

from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from network.incidents import codes
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema

NOTE_KINDS = {
    "happened": _l("Something happened"), "done": _l("Something was done"), "decided": _l("Something was decided"),
}  # fmt: skip
"""Entries of the timeline that people write; the others are written by the steps themselves."""

AHEAD = timedelta(minutes=5)


def _text(label: Any, *, most: int = 5000, **options: Any) -> fields.String:
    help_text = options.pop("help", "")
    least = 1 if options.get("required") else 0
    return fields.String(
        validate=validate.Length(least, most), metadata={"label": label, "widget": "textarea", "help": help_text}, **options
    )


class NoteSchema(BaseSchema):
    """One entry of the timeline."""

    kind = fields.String(
        load_default="done", validate=validate.OneOf(list(NOTE_KINDS), error=str(_l("This is not a value of the list."))),
        metadata={"label": _l("Kind"), "choices": lambda: [(k, str(v)) for k, v in NOTE_KINDS.items()]},
    )  # fmt: skip
    body = _text(_l("What happened, or what was done"), required=True)
    happened_on = fields.Date(required=True, metadata={"label": _l("Day")})
    happened_time = fields.Time(required=True, metadata={"label": _l("Time"), "help": _l("Local time of the city.")})


class ClosingSchema(BaseSchema):
    """How an incident ended."""

    outcome = _text(_l("Outcome"), required=True, help=_l("How it ended, without names of people."))
    lessons = _text(_l("What we learned"), load_default="", help=_l("What to keep, and what to do in another way next time."))


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Whether a moment lies in the future, by more than clocks may differ."""
    return moment > now + AHEAD

REFERRAL_KINDS = {
    "police": _l("Police"), "prosecutor": _l("Prosecutor"), "victim_support": _l("Victim support"),
    "other": _l("Somebody else"),
}  # fmt: skip


class TaskSchema(BaseSchema):
    """Something to do about an incident."""

    title = fields.String(
        required=True, validate=validate.Length(1, 300), metadata={"label": _l("What is to be done")}
    )
    owner_id = fields.UUID(load_default=None, metadata={"label": _l("Who does it"), "widget": "select"})
    due_on = fields.Date(required=True, metadata={"label": _l("Due on")})
    due_time = fields.Time(load_default=time(17), metadata={"label": _l("Time"), "help": _l("Local time of the city.")})


class ReferralSchema(BaseSchema):
    """An incident passed on, and what came back."""

    recipient_kind = fields.String(
        required=True, validate=validate.OneOf(list(REFERRAL_KINDS), error=str(_l("This is not a value of the list."))),
        metadata={"label": _l("To whom"), "choices": lambda: [(k, str(v)) for k, v in REFERRAL_KINDS.items()]},
    )  # fmt: skip
    partner_id = fields.UUID(load_default=None, metadata={"label": _l("Partner of the register"), "widget": "select"})
    recipient = fields.String(
        load_default="", validate=validate.Length(max=300),
        metadata={"label": _l("Or in words"), "help": _l("An office, not a person.")},
    )  # fmt: skip
    sent_on = fields.Date(required=True, metadata={"label": _l("Passed on")})
    sent_by_id = fields.UUID(required=True, metadata={"label": _l("By whom"), "widget": "select"})
    note = _text(_l("What was passed on"), most=2000, load_default="")
    answer = _text(_l("Answer"), load_default="")
    answered_on = fields.Date(load_default=None, metadata={"label": _l("Answered on")})

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if not data["partner_id"] and not data["recipient"]:
            raise ValidationError(str(_l("Choose a partner or write to whom.")), "recipient")
        if data["sent_on"] > date.today() + timedelta(days=1):
            raise ValidationError(str(_l("This day is in the future.")), "sent_on")
        if bool(data["answer"]) != bool(data["answered_on"]):
            missing = "answer" if data["answered_on"] else "answered_on"
            raise ValidationError(str(_l("An answer has a text and a day.")), missing)
        if data["answered_on"] and data["answered_on"] < data["sent_on"]:
            raise ValidationError(str(_l("It was answered before it was passed on.")), "answered_on")
        if data["answered_on"] and data["answered_on"] > date.today() + timedelta(days=1):
            raise ValidationError(str(_l("This day is in the future.")), "answered_on")


class SharingSchema(BaseSchema):
    """How grave an incident is and who may read it."""

    severity = fields.Integer(
        required=True, validate=validate.Range(1, 5),
        metadata={"label": _l("Severity"), "widget": "select", "choices": lambda: codes.choices(codes.SEVERITY, meaning=True)},
    )  # fmt: skip
    tlp = fields.String(
        required=True, validate=validate.OneOf(list(codes.TLP), error=str(_l("This is not a value of the list."))),
        metadata={"label": _l("Who will be able to read it"), "widget": "select"},
    )  # fmt: skip
    named_reader_ids = fields.List(
        fields.UUID(), load_default=list,
        metadata={"label": _l("People who may read it, if it is TLP:RED"),
                  "help": _l("You are always one of them. For every other level this is not used.")},
    )  # fmt: skip

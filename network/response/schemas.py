"""What response plans, their parts and exercises ask for."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates, validates_schema

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import BaseSchema
from network.response import codes


def _name(label: Any, help_text: Any = "") -> fields.String:
    return fields.String(
        required=True, validate=validate.Length(1, 300), metadata={"label": label, "help": help_text}
    )  # fmt: skip


def _text(label: Any, most: int, help_text: Any = "") -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    return fields.String(
        load_default="", validate=validate.Length(max=most), metadata={"label": label, "help": help_text, **widget}
    )  # fmt: skip


def _one_of(label: Any, table: dict[str, Any], **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(table)), metadata={"label": label, "choices": lambda: list(table.items())},
        **options,
    )  # fmt: skip


def _chosen(label: Any, help_text: Any = "") -> fields.UUID:
    return fields.UUID(
        load_default=None, allow_none=True,
        metadata={"label": label, "help": help_text, "choices": list, "widget": "select"},
    )  # fmt: skip


def _party(label: Any) -> fields.String:
    return fields.String(
        load_default="", validate=validate.Length(max=60), metadata={"label": label, "choices": list, "widget": "select"}
    )  # fmt: skip


def _position() -> fields.Integer:
    return fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, 9999),
        metadata={"label": _l("Place in the order"), "help": _l("Empty: at the end."), "attributes": {"min": 1}},
    )  # fmt: skip


class PlanSchema(BaseSchema):
    """What a plan is for and how it begins."""

    name = _name(_l("Name of the plan"))
    scenario_kinds = fields.List(
        fields.String(validate=validate.OneOf(list(codes.SCENARIOS))), load_default=list,
        validate=validate.Length(max=len(codes.SCENARIOS)),
        metadata={"label": _l("Scenarios"), "choices": lambda: list(codes.SCENARIOS.items())},
    )  # fmt: skip
    scenario = _text(_l("What could happen"), 5000, _l("The case that you plan for, in a few sentences."))
    purpose = _text(_l("Purpose"), 5000, _l("What must come out well, and for whom?"))
    activation = _text(
        _l("When it begins, and who says so"), 2000,
        _l("The signs, who decides, and who decides when that person can't be reached."),
    )  # fmt: skip
    meeting_place = _text(
        _l("Where the team meets"), 1000, _l("A room, a second one elsewhere, and a way to talk from afar.")
    )
    message_template_ids = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=200),
        metadata={"label": _l("Message templates"), "choices": list, "widget": "checkboxes"},
    )  # fmt: skip


class AdoptionSchema(BaseSchema):
    """Putting a plan into force."""

    adopted_on = fields.Date(required=True, metadata={"label": _l("Adopted on")})
    review_on = fields.Date(
        required=True, metadata={"label": _l("Review due on"), "help": _l("A year from now is a good rule.")}
    )
    note = _text(_l("Adopted by whom, and why now"), 1000)

    @validates("adopted_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_("This day is in the future.")))

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("adopted_on") and data.get("review_on") and data["review_on"] <= data["adopted_on"]:
            raise ValidationError(str(_("The review comes after the adoption.")), "review_on")


class RoleSchema(BaseSchema):
    """Somebody's part in a plan."""

    name = _name(_l("Role"), _l("For example: lead of the response. One person can hold several roles."))
    duties = _text(_l("What this role does"), 2000)
    holder = _party(_l("Held by"))
    holder_name = _text(_l("Or by name"), 300, _l("For somebody who is not in the list."))
    holder_contact = _text(_l("How to reach them"), 300, _l("Telephone first. Only your team sees it."))
    deputy = _party(_l("Deputy"))
    deputy_name = _text(_l("Or the deputy by name"), 300, _l("For somebody who is not in the list."))
    deputy_contact = _text(_l("How to reach the deputy"), 300, _l("Telephone first. Only your team sees it."))
    position = _position()


class ItemSchema(BaseSchema):
    """One line of a checklist."""

    name = _name(_l("What is done"))
    phase = _one_of(_l("When"), codes.PHASES, required=True)
    strand = _one_of(_l("Strand"), codes.STRANDS, required=True)
    response_role_id = _chosen(_l("Role that does it"))
    detail = _text(_l("How"), 2000)
    position = _position()


class CallSchema(BaseSchema):
    """Whom to call."""

    name = _name(_l("Whom to call"))
    level = _one_of(_l("Level"), codes.LEVELS, load_default="local")
    partner_id = _chosen(_l("In the register of partners"))
    contact = _text(_l("Number"), 300, _l("Day and night, if there is one. Only your team sees it."))
    call_when = _text(_l("When"), 300, _l("For example: at once; when somebody is hurt; on the next morning."))
    reason = _text(_l("What for"), 1000)
    position = _position()


class PlaceSchema(BaseSchema):
    """A place where families find help."""

    name = _name(_l("Place"))
    address = _text(_l("Address"), 300)
    purpose = _text(_l("What it is for"), 1000, _l("For example: families wait here; a quiet room; children are looked after."))
    access = _text(_l("Keys, hours, access"), 1000, _l("Who opens it, for how many people, with a wheelchair or not."))
    contact = _text(_l("How to reach them"), 300, _l("Only your team sees it."))
    position = _position()


class ExerciseSchema(BaseSchema):
    """A rehearsal of a plan."""

    name = _name(_l("Name of the exercise"))
    held_on = fields.Date(required=True, metadata={"label": _l("Day")})
    kind = _one_of(_l("Kind"), codes.EXERCISES, load_default="tabletop")
    participants = _text(_l("Who takes part"), 2000, _l("Roles and organisations."))
    situation = _text(_l("The case that is played"), 5000)
    findings = _text(_l("Findings"), 10_000, _l("What went well, what did not, what was missing. Until this is written, it does not count as held."))


class FollowUpSchema(BaseSchema):
    """What follows from an exercise."""

    title = _name(_l("What is to be done"))
    lead = _party(_l("Lead"))
    due_on = fields.Date(load_default=None, allow_none=True, metadata={"label": _l("Due")})

"""What meetings ask for."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates, validates_schema

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.meetings import codes
from network.meetings.rhythm import BY_MONTH

MOST_ITEMS = 100


def _text(label: Any, most: int, help_text: Any = "", **options: Any) -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    options.setdefault("load_default", "")
    if options.pop("required", False):
        options = {"required": True}
        length = validate.Length(1, most)
    else:
        length = validate.Length(max=most)
    return fields.String(validate=length, metadata={"label": label, "help": help_text, **widget}, **options)


def _chosen(label: Any, help_text: Any = "") -> fields.List[Any]:
    return fields.List(fields.UUID(), load_default=list, metadata={"label": label, "help": help_text, "choices": list})


def _pick(label: Any, words: dict[str, Any], help_text: Any = "", **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(words)),
        metadata={"label": label, "help": help_text, "choices": lambda: list(words.items())}, **options,
    )  # fmt: skip


class MeetingSchema(BaseSchema):
    """One meeting, at times of the city's clock."""

    title = _text(_l("Title"), 200, _l("It stands in calendars: name nobody who must be protected."), required=True)
    on = fields.Date(required=True, metadata={"label": _l("Day")})
    starts = fields.Time(required=True, metadata={"label": _l("From")})
    ends = fields.Time(required=True, metadata={"label": _l("To")})
    place = _text(_l("Place"), 300)
    agenda = _text(_l("Agenda"), 5000, _l("One item on each line."))
    partner_ids = _chosen(_l("Partners who are invited"))
    person_ids = _chosen(_l("People of the team who are invited"))

    @validates("agenda")
    def _check_agenda(self, value: str, **_options: Any) -> None:
        if len(value.splitlines()) > MOST_ITEMS:
            raise ValidationError(str(_l("These are too many lines.")))

    @validates_schema
    def _check_end(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("starts") and data.get("ends") and data["ends"] <= data["starts"]:
            raise ValidationError(str(_l("The end must come after the beginning.")), "ends")


class SeriesSchema(BaseSchema):
    """A series, with the simple form of its rhythm."""

    title = _text(_l("Name"), 200, _l("It stands in calendars: name nobody who must be protected."), required=True)
    purpose = _text(_l("What it is for"), 5000)
    rhythm = _pick(_l("Rhythm"), codes.RHYTHMS, required=True)
    weekday = _pick(_l("Weekday"), codes.WEEKDAYS, required=True)
    week_of_month = _pick(
        _l("Which one of the month"), codes.WEEKS, _l("Only for rhythms of months."), load_default=None
    )
    starts_on = fields.Date(
        required=True, metadata={"label": _l("Begins on"), "help": _l("The first fitting day from then on.")}
    )
    ends_on = fields.Date(load_default=None, metadata={"label": _l("Ends on"), "help": _l("Empty: it goes on.")})
    start_time = fields.Time(required=True, metadata={"label": _l("From")})
    minutes = fields.Integer(
        required=True, validate=validate.Range(5, 1440), metadata={"label": _l("How many minutes")}
    )
    place = _text(_l("Place"), 300)
    partner_ids = _chosen(_l("Partners who are invited"))
    person_ids = _chosen(_l("People of the team who are invited"))

    @validates_schema
    def _check(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("rhythm") in BY_MONTH and not data.get("week_of_month"):
            raise ValidationError(str(_l("Say which one of the month.")), "week_of_month")
        if data.get("ends_on") and data.get("starts_on") and data["ends_on"] < data["starts_on"]:
            raise ValidationError(str(_l("The end must come after the beginning.")), "ends_on")


class DecisionSchema(BaseSchema):
    """A decision of a meeting."""

    body = _text(_l("What was decided"), 2000, required=True)


class FollowUpSchema(BaseSchema):
    """Something to be done after a meeting."""

    title = _text(_l("What is to be done"), 300, required=True)
    owner = fields.String(required=True, metadata={"label": _l("Who does it"), "choices": list})
    due_on = fields.Date(load_default=None, metadata={"label": _l("Due on")})
    decision_id = fields.UUID(load_default=None, metadata={"label": _l("Follows from"), "choices": list})


class MinutesSchema(BaseSchema):
    """What was said."""

    body = _text(_l("Minutes"), 50000)
    is_shared = fields.Boolean(
        load_default=False, metadata={"label": _l("The partners who were invited may read them")}
    )


class FeedSchema(BaseSchema):
    """A calendar feed."""

    name = _text(_l("Where you will use it"), 100, _l("For example: my phone."), required=True)
    holds_all = fields.Boolean(
        load_default=False, metadata={"label": _l("All meetings that I may see, not only those to which I am invited")}
    )


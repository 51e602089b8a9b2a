"""What makes an incident valid; forms, file rows and API inputs pass the same rules."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields, validate, validates_schema

from network.incidents import codes
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema

_UNKNOWN = _l("This is not a value of the list.")


def _code(label: Any, table: dict[str, codes.Code], *, meaning: bool = False, **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(table), error=str(_UNKNOWN)),
        metadata={"label": label, "choices": lambda: codes.choices(table, meaning=meaning)}, **options,
    )  # fmt: skip


class IncidentSchema(BaseSchema):
    """The incident record as people write it; ``place_times`` turns its dates into instants."""

    kind = _code(_l("Kind"), codes.KIND, required=True)
    bias_motivations = fields.List(
        fields.String(validate=validate.OneOf(list(codes.BIAS))), required=True,
        validate=validate.Length(1, 12),
        metadata={"label": _l("Bias motivations"), "choices": lambda: codes.choices(codes.BIAS)},
    )  # fmt: skip
    crime_type = _code(_l("Type of crime, if it is one"), codes.CRIME, load_default=None)
    severity = fields.Integer(
        required=True, validate=validate.Range(1, 5),
        metadata={"label": _l("Severity"), "widget": "select",
                  "choices": lambda: codes.choices(codes.SEVERITY, meaning=True)},
    )  # fmt: skip
    status = _code(_l("Status"), codes.STATUS, required=True)
    source = _code(_l("Source"), codes.SOURCE, required=True)
    occurred_on = fields.Date(required=True, metadata={"label": _l("Day")})
    occurred_time = fields.Time(
        load_default=None, metadata={"label": _l("Time, if known"), "help": _l("Local time of the city.")}
    )
    occurred_precision = _code(_l("How exactly is it known?"), codes.PRECISION, load_default="day")
    reported_on = fields.Date(load_default=None, metadata={"label": _l("Reported on")})
    place_type = _code(_l("Kind of place"), codes.PLACE, load_default="unknown")
    district = fields.String(
        load_default="", validate=validate.Length(max=200),
        metadata={"label": _l("District or neighbourhood")},
    )  # fmt: skip
    place_name = fields.String(
        load_default="", validate=validate.Length(max=300),
        metadata={"label": _l("Place"), "help": _l("Never a home address.")},
    )  # fmt: skip
    place_precision = _code(_l("How exactly is the place known?"), codes.PLACE_PRECISION, load_default="city")
    affected_groups = fields.String(
        load_default="", validate=validate.Length(max=500), metadata={"label": _l("Affected groups")}
    )
    summary = fields.String(
        load_default="", validate=validate.Length(max=10000),
        metadata={"label": _l("Summary"), "widget": "textarea",
                  "help": _l("What happened, without names of people.")},
    )  # fmt: skip
    tlp = _code(_l("Who will be able to read it"), codes.TLP, meaning=True, load_default="AMBER+STRICT")
    external_reference = fields.String(
        load_default=None, validate=validate.Length(1, 200),
        metadata={"label": _l("Reference in another system")},
    )  # fmt: skip

    @validates_schema
    def _check_times(self, data: dict[str, Any], **_options: Any) -> None:
        if data["occurred_on"] > date.today():
            raise ValidationError(str(_l("This day is in the future.")), "occurred_on")
        if data["occurred_on"].year < 1900:
            raise ValidationError(str(_l("This day is too long ago.")), "occurred_on")
        reported = data.get("reported_on")
        if reported and reported < data["occurred_on"] and data["occurred_precision"] in ("minute", "day"):
            raise ValidationError(str(_l("It was reported before it happened.")), "reported_on")


class IncidentFormSchema(IncidentSchema):
    """What people write by hand: the record, and who may read it when it is RED."""

    named_reader_ids = fields.List(
        fields.UUID(), load_default=list,
        metadata={"label": _l("People who may read it, if it is TLP:RED"),
                  "help": _l("You are always one of them. For every other level this is not used.")},
    )  # fmt: skip


def place_times(data: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """The columns of the record, with days and times of the city turned into instants."""
    row = dict(data)
    clock: time | None = row.pop("occurred_time", None)
    reported: date | None = row.pop("reported_on", None)
    day: date = row["occurred_on"]
    if row["occurred_precision"] == "month":
        day = day.replace(day=1)
    elif row["occurred_precision"] == "year":
        day = day.replace(month=1, day=1)
    elif clock is not None:
        row["occurred_precision"] = "minute"
    else:
        row["occurred_precision"] = "day"
    exact = clock if row["occurred_precision"] == "minute" and clock else time(0)
    row["occurred_on"] = day
    row["occurred_at"] = datetime.combine(day, exact, zone)
    row["reported_at"] = datetime.combine(reported, time(0), zone) if reported else None
    row["reported_precision"] = "day" if reported else None
    return row

"""What is asked of an organisation and of a city's facts, by pages and commands alike."""

from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

from network.cities.countries import country_choices, country_codes
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import N_, BaseSchema


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """Names of time zones that a city can live in: places, and UTC."""
    skipped = ("Etc/", "posix/", "right/", "SystemV/", "US/")
    return tuple(
        sorted(z for z in available_timezones() if ("/" in z and not z.startswith(skipped)) or z == "UTC")
    )


def _check_country(code: str) -> None:
    if code not in country_codes():
        raise ValidationError(N_("Choose a country from the list."))


def _check_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError(N_("There is no such time zone."))


def _check_year(year: int) -> None:
    if not 1900 <= year <= date.today().year:
        raise ValidationError(N_("Write a year from 1900 to this year."))


def _check_name(name: str) -> None:
    if not name.strip():
        raise ValidationError(N_("Fill in this field."))
    if len(name) > 200:
        raise ValidationError(N_("Write at most 200 characters."))


def _name(help_text: object = "") -> fields.String:
    return fields.String(
        required=True, validate=_check_name,
        metadata={"label": _l("Name"), "help": help_text, "attributes": {"maxlength": 200}},
    )  # fmt: skip


def _country(help_text: object = "") -> fields.String:
    return fields.String(
        required=True, validate=_check_country,
        metadata={"label": _l("Country"), "choices": country_choices, "help": help_text},
    )  # fmt: skip


def _coordinator() -> fields.Email:
    return fields.Email(
        load_default=None,
        metadata={"label": _l("E-mail of the first coordinator"), "attributes": {"autocomplete": "off"},
                  "help": _l("Gets an invitation at once. Leave it empty to invite somebody later.")},
    )  # fmt: skip


def _zone() -> fields.String:
    return fields.String(
        required=True, validate=_check_zone,
        metadata={
            "label": _l("Time zone"), "choices": lambda: [(zone, zone) for zone in time_zones()],
            "help": _l("New incidents are recorded in this zone. The day of those recorded before stays."),
        },
    )  # fmt: skip


class PopulationSchema(BaseSchema):
    """One figure of a city's population."""

    population = fields.Integer(
        required=True,
        validate=validate.Range(1, 100_000_000, error=N_("Write a number from 1 to 100,000,000.")),
        metadata={"label": _l("Population"), "help": _l("Counts are divided by it to make rates per 100,000."),
                  "attributes": {"min": 1, "max": 100_000_000}},
    )  # fmt: skip
    population_year = fields.Integer(
        load_default=None, validate=_check_year,
        metadata={"label": _l("Year of the figure"), "help": _l("Leave it empty if the source does not say.")},
    )
    population_source = fields.String(
        load_default="", validate=validate.Length(max=200, error=N_("Write at most 200 characters.")),
        metadata={"label": _l("Source"), "help": _l("For example the census or the statistical office."),
                  "attributes": {"maxlength": 200}},
    )  # fmt: skip


class TimeZoneSchema(BaseSchema):
    """Where the city's clocks are."""

    time_zone = _zone()


class CityChangeSchema(PopulationSchema):
    """What the operator can correct of a city."""

    name = _name()
    latitude = fields.Float(
        required=True, validate=validate.Range(-90, 90, error=N_("Write a number from -90 to 90.")),
        metadata={"label": _l("Latitude"), "help": _l("In degrees; south is negative."),
                  "attributes": {"step": "any", "min": -90, "max": 90}},
    )  # fmt: skip
    longitude = fields.Float(
        required=True, validate=validate.Range(-180, 180, error=N_("Write a number from -180 to 180.")),
        metadata={"label": _l("Longitude"), "help": _l("In degrees; west is negative."),
                  "attributes": {"step": "any", "min": -180, "max": 180}},
    )  # fmt: skip
    time_zone = _zone()

    class Meta(BaseSchema.Meta):
        fields = ("name", "population", "population_year", "population_source", "latitude", "longitude",
                  "time_zone")  # fmt: skip


class CitySchema(CityChangeSchema):
    """A new city. ``geoname_id`` says which place of the gazetteer it is, if it is one."""

    country = _country()
    geoname_id = fields.Integer(load_default=None, metadata={"widget": "hidden"})
    coordinator_email = _coordinator()

    class Meta(BaseSchema.Meta):
        fields = ("name", "country", "population", "population_year", "population_source", "latitude",
                  "longitude", "time_zone", "geoname_id", "coordinator_email")  # fmt: skip


class NameSchema(BaseSchema):
    """What the operator can correct of an agency, the network or the platform."""

    name = _name()


class NationSchema(BaseSchema):
    """A new national agency."""

    name = _name(_l("A country can have several agencies; each has a name of its own."))
    country = _country(_l("Cities of this country can share with the agency."))
    coordinator_email = _coordinator()


class NetworkSchema(BaseSchema):
    """The network of cities."""

    name = _name()
    coordinator_email = _coordinator()


ORGANISATION_SCHEMAS: dict[str, type[BaseSchema]] = {
    "city": CitySchema,
    "nation": NationSchema,
    "network": NetworkSchema,
    "platform": NameSchema,
}
"""What is asked of a new organisation of each kind."""

"""The GraphQL contract. Resolvers call the same services as the pages do."""

import uuid
from typing import Any

import graphene
from graphene import Field, Float, Int, List, NonNull, ObjectType, String

from network.api.access import caller
from network.api.paging import PageInfo, check_first
from network.api.practice_life import PracticeLifeQuery, PracticeMutation
from network.api.practices import PracticeQuery
from network.api.readiness import ReadinessQuery
from network.identity.models import Organisation
from network.identity.permissions import Permission
from network.incidents import codes
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.kernel.paging import decode_cursor, encode_cursor
from network.kernel.tenancy import Actor
from network.trends import service
from network.trends.service import CoveredCity, GroupBy, Interval, Trend, TrendRequest

IncidentKind = graphene.Enum(
    "IncidentKind", [(v.upper(), v) for v in codes.KIND],
    description=lambda v: None if v else "What kind of incident it is.",
)  # fmt: skip
BiasMotivation = graphene.Enum(
    "BiasMotivation", [(v.replace(".", "__").upper(), v) for v in codes.BIAS],
    description=lambda v: None if v else "A bias motivation after ODIHR; A__B is a part of A.",
)  # fmt: skip
TrendInterval = graphene.Enum.from_enum(
    Interval, name="TrendInterval", description=lambda v: None if v else "Length of one period."
)
TrendGroup = graphene.Enum.from_enum(
    GroupBy, name="TrendGroup", description=lambda v: None if v else "What each series stands for."
)


class Viewer(ObjectType):
    """Who is asking."""

    organisation_id = NonNull(graphene.ID, description="Id of the organisation one acts for.")
    organisation_name = NonNull(String, description="Its name.")
    kind = NonNull(String, description="city, nation or network.")
    permissions = NonNull(List(NonNull(String)), description="What the caller may do.")


class City(ObjectType):
    """A city whose counts the caller may see."""

    id = NonNull(graphene.ID, description="Id of the city.")
    name = NonNull(String, description="Name of the city.")
    country = NonNull(String, description="ISO 3166-1 alpha-2 code of its country.")
    population = NonNull(Int, description="Inhabitants; the denominator of rates.")
    since = graphene.DateTime(description="Since when it shares its counts.")

    def resolve_id(self: CoveredCity, info: Any) -> str:
        """Its id as text."""
        return str(self.city_id)


class CityEdge(ObjectType):
    """A city with its cursor."""

    node = NonNull(City, description="The city.")
    cursor = NonNull(String, description="Cursor to page on from here.")


class CityConnection(ObjectType):
    """A page of cities."""

    edges = NonNull(List(NonNull(CityEdge)), description="The cities with their cursors.")
    nodes = NonNull(List(NonNull(City)), description="The cities alone.")
    page_info = NonNull(PageInfo, description="Where this page stands.")
    total_count = NonNull(Int, description="How many cities share their counts with the caller.")


class TrendPoint(ObjectType):
    """One period of a series."""

    period = NonNull(graphene.Date, description="First day of the period.")
    count = NonNull(Int, description="Incidents; protected, if the answer is: see `TrendAnswer.isProtected`.")
    rate = Float(description="Incidents per 100,000 inhabitants in the period.")


class TrendSeries(ObjectType):
    """One line: the whole, or one city, country, bias, kind or severity."""

    key = NonNull(String, description="Code, country or city id; empty for the whole.")
    label = NonNull(String, description="A name for the key.")
    population = Int(description="Inhabitants behind the rates of this series.")
    points = NonNull(List(NonNull(TrendPoint)), description="Every period, those without incidents too.")
    counts = NonNull(List(NonNull(Int)), description="The counts as one column, in the order of `periods`.")
    rates = NonNull(List(Float), description="The rates as one column, in the order of `periods`.")

    def resolve_counts(self: service.Series, info: Any) -> list[int]:
        """The counts alone."""
        return [point.count for point in self.points]

    def resolve_rates(self: service.Series, info: Any) -> list[float | None]:
        """The rates alone."""
        return [point.rate for point in self.points]


class TrendAnswer(ObjectType):
    """Counts over time with the cities that they cover. More reports may mean more trust."""

    periods = NonNull(List(NonNull(graphene.Date)), description="First days of the periods.")
    series = NonNull(List(NonNull(TrendSeries)), description="One series for each group.")
    coverage = NonNull(List(NonNull(City)), description="The cities in the figures, since when.")
    population = NonNull(Int, description="Inhabitants of the cities covered.")
    is_protected = NonNull(
        graphene.Boolean,
        description="Whether the counts carry the noise of the cell key method: at most 7 for a cell, zero in"
        " the mean, the same for the same cell every time, no published 1 or 2. Sums of parts differ from wholes.",
    )


class Query(PracticeQuery, PracticeLifeQuery, ReadinessQuery, ObjectType):
    """What a nation, the network or a city may ask."""

    viewer = NonNull(Viewer, description="Who is asking.")
    cities = NonNull(
        CityConnection, first=Int(default_value=50, description="At most 100."),
        after=String(description="The cursor to go on from."),
        description="Cities that share their counts. Permission: trend:read.",
    )  # fmt: skip
    trends = Field(
        NonNull(TrendAnswer),
        from_=graphene.Date(required=True, name="from", description="First day."),
        to=graphene.Date(required=True, description="Last day."),
        interval=TrendInterval(default_value=Interval.MONTH, description="Length of a period."),
        group_by=TrendGroup(description="What the series stand for; none for the whole."),
        kinds=List(NonNull(IncidentKind), description="Only these kinds."),
        biases=List(NonNull(BiasMotivation), description="Only this bias, or several when grouped by bias."),
        severities=List(NonNull(Int), description="Only these severities, 1 to 5."),
        cities=List(NonNull(graphene.ID), description="Only these cities."),
        countries=List(NonNull(String), description="Only cities of these countries."),
        description="Incidents over time. Permission: trend:read.",
    )

    def resolve_viewer(self, info: Any) -> dict[str, Any]:
        """The caller."""
        actor: Actor = info.context["actor"]
        organisation = db.session.get(Organisation, actor.organisation_id)
        if organisation is None:
            raise NotFound("organisation")
        return {"organisation_id": actor.organisation_id, "organisation_name": organisation.name,
                "kind": organisation.kind, "permissions": sorted(actor.permissions)}  # fmt: skip

    def resolve_cities(self, info: Any, first: int, after: str | None = None) -> dict[str, Any]:
        """A page of covered cities, by name."""
        actor = caller(info, Permission.TREND_READ)
        check_first(first)
        found = service.list_coverage(actor=actor)
        start = decode_cursor(after, length=1)[0] if after else 0
        if not isinstance(start, int):
            raise ValidationFailed({"after": ["This cursor is not valid."]})
        page = found[start : start + first]
        edges = [{"node": city, "cursor": encode_cursor(start + i + 1)} for i, city in enumerate(page)]
        info_page = {
            "has_next_page": start + first < len(found), "has_previous_page": start > 0,
            "start_cursor": edges[0]["cursor"] if edges else None,
            "end_cursor": edges[-1]["cursor"] if edges else None,
        }  # fmt: skip
        return {"edges": edges, "nodes": page, "page_info": info_page, "total_count": len(found)}

    def resolve_trends(self, info: Any, from_: Any, to: Any, interval: Any, **wanted: Any) -> Trend:
        """The answer of the trend service."""
        actor = caller(info, Permission.TREND_READ)
        cities = tuple(_uuid(value) for value in wanted.get("cities") or ())
        group = wanted.get("group_by")
        return service.get_trend(
            TrendRequest(
                from_, to, Interval(interval), GroupBy(group) if group else None,
                kinds=tuple(map(_plain, wanted.get("kinds") or ())),
                biases=tuple(map(_plain, wanted.get("biases") or ())),
                severities=tuple(wanted.get("severities") or ()), city_ids=cities,
                countries=tuple(wanted.get("countries") or ()),
            ),
            actor=actor,
        )  # fmt: skip


def _plain(value: Any) -> str:
    return str(getattr(value, "value", value))


def _uuid(value: str) -> Any:
    try:
        return uuid.UUID(value)
    except ValueError:
        raise ValidationFailed({"cities": ["This is not the id of a city."]}) from None


class Mutation(PracticeMutation, ObjectType):
    """What a signed-in person may change; each field happens whole or not at all, one after the other."""


schema = graphene.Schema(query=Query, mutation=Mutation)
"""The schema; ``python -m network.api.snapshot`` writes it as SDL."""

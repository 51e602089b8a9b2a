"""The readiness of cities in the contract, for those with whom they share it."""

from dataclasses import dataclass
from typing import Any

import graphene
from graphene import Field, Int, List, NonNull, ObjectType, String

from network.api.access import caller
from network.api.paging import PageInfo, check_first
from network.identity.permissions import Permission
from network.kernel.paging import Page
from network.kernel.tenancy import Actor
from network.readiness import queries
from network.readiness.queries import CityReadiness, ReadinessFilter
from network.readiness.rules import INDICATORS, RULES_VERSION, STATES
from network.readiness.steps import STEPS

ReadinessState = graphene.Enum(
    "ReadinessState", [(name.upper(), name) for name in STATES],
    description=lambda v: None if v else "How far a step is: nothing met, something met, everything met.",
)  # fmt: skip


class ReadinessStep(ObjectType):
    """One of the ten steps in the profile of a city."""

    number = NonNull(Int, description="1 to 10.")
    met = NonNull(Int, description="How many of its indicators are met.")
    total = NonNull(Int, description="How many indicators it has.")
    state = NonNull(ReadinessState, description="The state; steps 9 and 10 are never IN_PLACE.")


class CityReadinessNode(ObjectType):
    """The latest profile that a city has kept."""

    class Meta:
        name = "CityReadiness"

    city_id = NonNull(graphene.ID, description="Id of the city.")
    name = NonNull(String, description="Name of the city.")
    country = NonNull(String, description="ISO 3166-1 alpha-2 code of its country.")
    taken_on = graphene.Date(description="Day of the profile; null while there is none.")
    rules_version = Int(description="Version of the rules that it follows.")
    steps = NonNull(List(NonNull(ReadinessStep)), description="The ten steps; none without a profile.")
    met_indicators = NonNull(List(NonNull(String)), description="Codes of the indicators that are met.")

    def resolve_met_indicators(self: CityReadiness, info: Any) -> list[str]:
        """Their codes in the order of the rules."""
        return [indicator.code for indicator in INDICATORS if self.indicators.get(indicator.code)]


class ReadinessEdge(ObjectType):
    """A city with its cursor."""

    node = NonNull(CityReadinessNode, description="The city.")
    cursor = NonNull(String, description="Cursor to page on from here.")


class ReadinessStepSummary(ObjectType):
    """How many cities stand where in one step."""

    number = NonNull(Int, description="1 to 10.")
    title = NonNull(String, description="What the step is called.")
    not_started = NonNull(Int, description="Cities that meet no indicator.")
    under_way = NonNull(Int, description="Cities that meet one or more.")
    in_place = NonNull(Int, description="Cities that meet all.")


class ReadinessIndicator(ObjectType):
    """One published rule."""

    code = NonNull(String, description="Its stable code.")
    step = NonNull(Int, description="The step that it belongs to.")
    label = NonNull(String, description="What it asks for.")


@dataclass
class Connection:
    """One page; the summary is read only when it is asked for."""

    wanted: ReadinessFilter
    page: Page[CityReadiness]
    actor: Actor
    _all: list[CityReadiness] | None = None

    @property
    def everything(self) -> list[CityReadiness]:
        """Every city of the filter, read once."""
        if self._all is None:
            self._all = queries.all_readiness(self.wanted, actor=self.actor)
        return self._all


class ReadinessConnection(ObjectType):
    """A page of cities with where they stand."""

    edges = NonNull(List(NonNull(ReadinessEdge)), description="The cities with their cursors.")
    nodes = NonNull(List(NonNull(CityReadinessNode)), description="The cities alone.")
    page_info = NonNull(PageInfo, description="Where this page stands.")
    total_count = NonNull(Int, description="How many cities share their readiness with the caller.")
    summary = NonNull(List(NonNull(ReadinessStepSummary)), description="All of these cities by step and state.")
    rules_version = NonNull(Int, description="Version of the rules in force.")
    indicators = NonNull(List(NonNull(ReadinessIndicator)), description="The published rules.")

    def resolve_edges(self: Connection, info: Any) -> list[dict[str, Any]]:
        """Each row with its cursor."""
        return [{"node": city, "cursor": city.cursor} for city in self.page.items]

    def resolve_nodes(self: Connection, info: Any) -> Any:
        """The rows."""
        return self.page.items

    def resolve_page_info(self: Connection, info: Any) -> dict[str, Any]:
        """From the first and last row."""
        items = self.page.items
        return {
            "has_next_page": self.page.next_cursor is not None,
            "has_previous_page": self.page.previous_cursor is not None,
            "start_cursor": items[0].cursor if items else None, "end_cursor": items[-1].cursor if items else None,
        }  # fmt: skip

    def resolve_total_count(self: Connection, info: Any) -> int:
        """All of them."""
        return len(self.everything)

    def resolve_summary(self: Connection, info: Any) -> list[dict[str, Any]]:
        """The cities counted."""
        return [
            {"number": row.number, "title": str(STEPS[row.number - 1].title), **row.cities}
            for row in queries.summarise(self.everything)
        ]

    def resolve_rules_version(self: Connection, info: Any) -> int:
        """The one in force."""
        return RULES_VERSION

    def resolve_indicators(self: Connection, info: Any) -> list[dict[str, Any]]:
        """Every rule in its order."""
        return [{"code": i.code, "step": i.step, "label": str(i.label)} for i in INDICATORS]


class ReadinessQuery:
    """The field that readiness adds."""

    readiness = Field(
        NonNull(ReadinessConnection),
        text=String(default_value="", description="Part of the name of a city."),
        country=String(default_value="", description="Only cities of this country."),
        first=Int(default_value=50, description="At most 100."),
        after=String(description="The cursor to go on from."),
        description="Cities that share their readiness, by name and never by score. Permission: readiness:read.",
    )

    def resolve_readiness(
        self, info: Any, text: str, country: str, first: int, after: str | None = None
    ) -> Connection:
        """The same as on the page."""
        actor = caller(info, Permission.READINESS_READ)
        check_first(first)
        wanted = ReadinessFilter(text[:200], country[:2].upper())
        page = queries.list_readiness(wanted, actor=actor, after=after or "", limit=first)
        return Connection(wanted, page, actor)

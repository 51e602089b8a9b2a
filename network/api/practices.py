"""The practice library in the contract: search with facets, and one practice."""

from dataclasses import dataclass
from typing import Any

import graphene
from graphene import Field, Float, Int, List, NonNull, ObjectType, String

from network.api.access import caller
from network.api.paging import PageInfo, check_first
from network.identity.permissions import Permission
from network.kernel.paging import Page
from network.practices import codes, queries
from network.practices.models import PublishedPractice
from network.practices.pages import file_address
from network.practices.queries import Found, PracticeFilter, Search

PracticeTheme = graphene.Enum(
    "PracticeTheme", [(v.upper(), v) for v in codes.THEME],
    description=lambda v: None if v else "What a practice is about.",
)  # fmt: skip
PreventionLevel = graphene.Enum(
    "PreventionLevel", [(v.upper(), v) for v in codes.LEVEL],
    description=lambda v: None if v else "For everyone, for those at risk, for those involved.",
)  # fmt: skip
PracticeSort = graphene.Enum(
    "PracticeSort", [(v.upper(), v) for v in queries.SORTS],
    description=lambda v: None if v else "The order of practices.",
)  # fmt: skip


class PracticeSource(ObjectType):
    """Where something about a practice was published."""

    title = NonNull(String, description="Its title.")
    publisher = NonNull(String, description="Who published it; empty if not known.")
    url = NonNull(String, description="Its web address; empty if it has none.")
    year = Int(description="Year of publication.")
    is_checked = NonNull(graphene.Boolean, description="Whether the network has read it.")


class PracticeFile(ObjectType):
    """A picture or a document that belongs to a practice."""

    kind = NonNull(String, description="picture or document.")
    url = NonNull(String, description="Where it is, for whoever may read the practice.")
    media_type = NonNull(String, description="Its media type.")
    alt = NonNull(String, description="What it shows; the title of a document.")
    caption = NonNull(String, description="Caption; empty if it has none.")
    credit = NonNull(String, description="Who made it.")
    licence = NonNull(String, description="cc-by-4.0, cc-by-sa-4.0, cc0-1.0 or reserved (shown here only).")


def _said(description: str) -> Any:
    return NonNull(String, description=f"{description} Empty if not told.")


class Practice(ObjectType):
    """What a city did, and how sure it is that it worked."""

    id = NonNull(graphene.ID, description="Stable id.")
    slug = NonNull(String, description="Stable last part of its address.")
    version = NonNull(Int, description="Number of the published text.")
    visibility = NonNull(String, description="public or network.")
    language = NonNull(String, description="ISO 639 code of the language of the text.")
    title = NonNull(String, description="Title.")
    summary = NonNull(String, description="Two or three sentences.")
    city = NonNull(String, description="The city.")
    country = NonNull(String, description="ISO 3166-1 alpha-2 code of its country.")
    latitude = Float(description="Latitude of the city.")
    longitude = Float(description="Longitude of the city.")
    population = Int(description="Inhabitants.")
    setting = _said("What kind of city it is.")
    mandate = _said("What allowed the city to do it.")
    problem = _said("The problem.")
    approach = _said("What was done.")
    partners = NonNull(List(NonNull(String)), description="Done with whom.")
    target_groups = NonNull(List(NonNull(String)), description="For whom.")
    themes = NonNull(List(NonNull(PracticeTheme)), description="Themes.")
    prevention_levels = NonNull(List(NonNull(PreventionLevel)), description="Levels of prevention.")
    steps = NonNull(List(NonNull(Int)), description="Steps of the ten, 1 to 10.")
    started = Int(description="Year of the start.")
    ended = Int(description="Year of the end; null while it goes on.")
    duration = _said("How long it takes or has run.")
    cost_band = NonNull(String, description="unknown, low, medium or high.")
    cost_note = _said("About the cost.")
    results = _said("Results.")
    evidence_rating = NonNull(Int, description="0 described to 5 evaluated independently or repeated.")
    evidence_reason = _said("Why this rating.")
    obstacles = _said("Obstacles.")
    advice = _said("Advice.")
    transfer = _said("How to transfer it.")
    languages = NonNull(List(NonNull(String)), description="Languages of the practice, ISO 639 codes.")
    sources = NonNull(List(NonNull(PracticeSource)), description="Sources.")
    files = NonNull(List(NonNull(PracticeFile)), description="Pictures and documents.")
    published_at = NonNull(graphene.DateTime, description="When it was first published.")
    updated_at = NonNull(graphene.DateTime, description="When its text last changed.")
    renew_on = NonNull(graphene.Date, description="From when its city should be asked whether it still holds.")

    def resolve_id(self: PublishedPractice, info: Any) -> str:
        """Its id as text."""
        return str(self.practice_id)

    def resolve_files(self: PublishedPractice, info: Any) -> list[dict[str, Any]]:
        """What the published text shows."""
        return [{**item, "url": file_address(self, item)} for item in self.files]


class PracticeFacetValue(ObjectType):
    """One value of a facet."""

    value = NonNull(String, description="The code.")
    count = NonNull(Int, description="Practices there would be with it, all other filters applied.")


class PracticeFacet(ObjectType):
    """How the practices that were found spread over the values of one facet."""

    name = NonNull(String, description="theme, step, level, country, language or evidence (from it upwards).")
    values = NonNull(List(NonNull(PracticeFacetValue)), description="The values that occur, the most first.")


class PracticeEdge(ObjectType):
    """A practice with the passage that fits."""

    node = NonNull(Practice, description="The practice.")
    cursor = NonNull(String, description="Cursor to page on from here.")


@dataclass
class Connection:
    """One page; figures are counted only when they are asked for."""

    search: Search
    page: Page[Found]
    after: str
    _facets: queries.Facets | None = None

    @property
    def figures(self) -> queries.Facets:
        """The facets, counted once."""
        if self._facets is None:
            self._facets = queries.count_facets(self.search)
        return self._facets


class PracticeConnection(ObjectType):
    """A page of practices."""

    edges = NonNull(List(NonNull(PracticeEdge)), description="The practices with their cursors.")
    nodes = NonNull(List(NonNull(Practice)), description="The practices alone.")
    page_info = NonNull(PageInfo, description="Where this page stands.")
    total_count = NonNull(Int, description="How many practices there are.")
    is_close = NonNull(graphene.Boolean, description="No practice has every word; these come close.")
    facets = NonNull(List(NonNull(PracticeFacet)), description="Figures for further filters.")

    def resolve_edges(self: Connection, info: Any) -> list[dict[str, Any]]:
        """Each row with its cursor."""
        return [{"node": found.practice, "cursor": found.cursor} for found in self.page.items]

    def resolve_nodes(self: Connection, info: Any) -> list[PublishedPractice]:
        """The rows."""
        return [found.practice for found in self.page.items]

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
        return self.figures.total

    def resolve_is_close(self: Connection, info: Any) -> bool:
        """As the search decided."""
        return self.search.is_close

    def resolve_facets(self: Connection, info: Any) -> list[dict[str, Any]]:
        """The figures of every facet."""
        return [
            {"name": name, "values": [{"value": value, "count": count} for value, count in
                                      sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if count]}
            for name, counts in self.figures.counts.items()
        ]  # fmt: skip


class PracticeQuery:
    """The fields that the practice library adds."""

    practices = Field(
        NonNull(PracticeConnection),
        text=String(default_value="", description="Words; the last may be half typed."),
        themes=List(NonNull(PracticeTheme), description="Any of these themes."),
        steps=List(NonNull(Int), description="Any of these steps."),
        levels=List(NonNull(PreventionLevel), description="Any of these levels."),
        countries=List(NonNull(String), description="Any of these countries."),
        languages=List(NonNull(String), description="Any of these languages."),
        evidence=Int(default_value=0, description="At least this rating."),
        sort=PracticeSort(default_value="relevance", description="The order."),
        first=Int(default_value=20, description="At most 100."),
        after=String(description="The cursor to go on from."),
        description="Published practices. Permission: practice:read.",
    )
    practice = Field(
        Practice, slug=NonNull(String, description="Last part of its address."),
        description="One published practice. Permission: practice:read.",
    )  # fmt: skip

    def resolve_practices(self, info: Any, text: str, sort: Any, first: int, **wanted: Any) -> Connection:
        """The same search as on the page."""
        actor = caller(info, Permission.PRACTICE_READ)
        check_first(first)

        def several(name: str) -> tuple[Any, ...]:
            return tuple(getattr(value, "value", value) for value in wanted.get(name) or ())

        search = queries.open_search(
            PracticeFilter(
                text=text[:200], themes=several("themes"), steps=several("steps"), levels=several("levels"),
                countries=several("countries"), languages=several("languages"),
                evidence=wanted.get("evidence") or 0,
            ),
            actor=actor,
        )  # fmt: skip
        after = wanted.get("after") or ""
        page = queries.list_practices(
            search, sort=getattr(sort, "value", sort), after=after, limit=first, whole=True
        )
        return Connection(search, page, after)

    def resolve_practice(self, info: Any, slug: str) -> PublishedPractice:
        """The same practice as on its page."""
        caller(info, Permission.PRACTICE_READ)
        return queries.get_practice(slug)

"""The life of practices in the contract: the steps that a signed-in person may take, as on the pages.

Tokens read; whoever writes is a person, with a session and its CSRF header.
"""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import graphene
from graphene import Field, Int, List, NonNull, ObjectType, String

from network.api.access import caller
from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.practices import life
from network.practices.curation import queries as curation_queries
from network.practices.curation import service as curation
from network.practices.curation.rubric import RUBRIC
from network.practices.curation.schemas import DecisionSchema, ScoreSchema
from network.practices.drafting import queries as drafting_queries
from network.practices.drafting import service as drafting
from network.practices.drafting.checks import check_text
from network.practices.drafting.models import Practice
from network.practices.drafting.schemas import DraftSchema

T = TypeVar("T")

PracticeStatus = graphene.Enum(
    "PracticeStatus", [(v.upper(), v) for v in life.STATUS],
    description=lambda v: None if v else "The state of a practice between draft and library.",
)  # fmt: skip
CityStep = graphene.Enum(
    "PracticeStep",
    [(v.upper(), v) for v in ("take_back", "confirm", "revise", "withdraw", "archive", "restore")],
    description=lambda v: None if v else "A further step that the practice's city takes.",
)  # fmt: skip
PracticeOutcome = graphene.Enum(
    "PracticeOutcome", [(v.upper(), v) for v in ("changes_asked", "accepted", "declined")],
    description=lambda v: None if v else "What curators decide.",
)  # fmt: skip
PracticeVisibility = graphene.Enum(
    "PracticeVisibility", [("PUBLIC", "public"), ("NETWORK", "network")],
    description=lambda v: None if v else "Who can read a published practice.",
)  # fmt: skip


class PracticeAdvice(ObjectType):
    """What to look at before submitting; advice, never a barrier."""

    field = NonNull(String, description="The field.")
    kind = NonNull(String, description="personal or missing.")
    message = NonNull(String, description="What to do.")
    passage = NonNull(String, description="The words it is about; empty for missing parts.")


class PracticeState(ObjectType):
    """How far a practice is."""

    id = NonNull(graphene.ID, description="Id of the practice.")
    city_id = NonNull(graphene.ID, description="Id of its city.")
    status = NonNull(PracticeStatus, description="Its state.")
    submitted_version = Int(description="Number of the version under review.")
    published_version = Int(description="Number of the version in the library.")
    slug = String(description="Last part of its address in the library.")
    title = String(description="Its working title; null for curators, who read submitted versions.")
    advice = List(NonNull(PracticeAdvice), description="Advice on the draft; null for curators.")

    def resolve_id(self: Practice, info: Any) -> str:
        """Its id as text."""
        return str(self.practice_id)

    def resolve_submitted_version(self: Practice, info: Any) -> int | None:
        """The version under review."""
        return self.shared_version

    def resolve_title(self: Practice, info: Any) -> str | None:
        """The title, to its own city."""
        return self.title if self.city_id == info.context["actor"].organisation_id else None

    def resolve_advice(self: Practice, info: Any) -> list[Any] | None:
        """The same advice as on the page."""
        actor = info.context["actor"]
        if self.city_id != actor.organisation_id:
            return None
        return list(check_text(drafting_queries.get_draft(self.practice_id, actor=actor).content))


class PracticeSourceInput(graphene.InputObjectType):
    """Where something was published."""

    title = String(required=True, description="Its title.")
    publisher = String(description="Who published it.")
    url = String(description="Its web address.")
    year = Int(description="Year of publication.")


class PracticeInput(graphene.InputObjectType):
    """A practice as its authors tell it; the city's own facts are added."""

    title = String(required=True, description="Title.")
    summary = String(description="Two or three sentences.")
    problem = String(description="The problem.")
    approach = String(description="What was done.")
    partners = List(NonNull(String), description="Organisations it was done with.")
    target_groups = List(NonNull(String), description="For whom.")
    themes = List(NonNull(String), description="Codes of themes.")
    prevention_levels = List(NonNull(String), description="primary, secondary, tertiary.")
    steps = List(NonNull(Int), description="Steps of the ten.")
    setting = String(description="What kind of city it is.")
    mandate = String(description="What allowed it.")
    started = Int(description="Year of the start.")
    ended = Int(description="Year of the end.")
    duration = String(description="Duration.")
    cost_band = String(description="unknown, low, medium or high.")
    cost_note = String(description="About the cost.")
    results = String(description="Results.")
    evidence_rating = Int(description="0 to 5.")
    evidence_reason = String(description="Why this rating.")
    obstacles = String(description="Obstacles.")
    advice = String(description="Advice.")
    transfer = String(description="How to transfer it.")
    languages = List(NonNull(String), description="ISO 639 codes.")
    language = String(description="Language of the text.")
    sources = List(NonNull(PracticeSourceInput), description="Sources.")


Scores = type(
    "PracticeScores", (graphene.InputObjectType,),
    {"__doc__": "Scores by the published rubric, each 1 to 4.",
     **{name: Int(required=True, description=str(RUBRIC[name].question)) for name in RUBRIC}},
)  # fmt: skip


def _id(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        raise NotFound("practice") from None


def _whole(change: Callable[[], T]) -> T:
    """One mutation field: it happens whole or not at all, whatever becomes of the others."""
    with db.session.begin_nested():
        return change()


def _submitted(city_id: str, practice_id: str, change: Callable[[uuid.UUID, uuid.UUID], Any]) -> Practice:
    city, practice = _id(city_id), _id(practice_id)
    _whole(lambda: change(city, practice))
    return curation_queries.get_submitted(city, practice)


class PracticeLifeQuery:
    """What is at work: a city's own practices, and the queue of the curators."""

    our_practices = NonNull(
        List(NonNull(PracticeState)), description="The city's practices, at most 100. Permission: practice:draft."
    )
    review_queue = NonNull(
        List(NonNull(PracticeState)), description="What waits for curators, at most 100. Permission: practice:review."
    )

    def resolve_our_practices(self, info: Any) -> list[Practice]:
        """The list as on the page."""
        actor = caller(info, Permission.PRACTICE_DRAFT)
        return list(drafting_queries.list_drafts(drafting_queries.DraftFilter(), actor=actor, limit=100).items)

    def resolve_review_queue(self, info: Any) -> list[Practice]:
        """The queue as on the page."""
        actor = caller(info, Permission.PRACTICE_REVIEW)
        page = curation_queries.list_queue(curation_queries.QueueFilter(), actor=actor, limit=100)
        return [row.practice for row in page.items]


_ID = NonNull(graphene.ID, description="Id of the practice.")
_CITY = NonNull(graphene.ID, description="Id of its city.")


class PracticeMutation:
    """The steps of a practice's life, by the same rules as on the pages."""

    draft_practice = Field(
        PracticeState, content=NonNull(PracticeInput, description="The text."),
        description="Begin a practice of one's city. Permission: practice:write.",
    )  # fmt: skip
    submit_practice = Field(PracticeState, id=_ID, description="Submit the draft. Permission: practice:draft, as an author or coordinator.")
    review_practice = Field(
        PracticeState, city_id=_CITY, id=_ID, scores=NonNull(Scores, description="One for each criterion."),
        note=String(default_value="", description="For the other curators."),
        description="Score a practice that one was asked to review. Permission: practice:review.",
    )  # fmt: skip
    decide_practice = Field(
        PracticeState, city_id=_CITY, id=_ID, outcome=NonNull(PracticeOutcome, description="What is decided."),
        reasons=NonNull(String, description="The city reads them."),
        description="Ask for changes, accept or decline. Permission: practice:review.",
    )  # fmt: skip
    publish_practice = Field(
        PracticeState, id=_ID, visibility=NonNull(PracticeVisibility, description="Who can read it."),
        description="Approve the accepted text and publish it. Permission: practice:draft, as coordinator or mayor.",
    )  # fmt: skip
    change_practice = Field(
        PracticeState, id=_ID, step=NonNull(CityStep, description="The step."),
        description="Take a further step, withdrawal among them. Permission: practice:draft and the step's roles.",
    )  # fmt: skip

    def resolve_draft_practice(self, info: Any, content: dict[str, Any]) -> Practice:
        """As the form does."""
        actor = caller(info, Permission.PRACTICE_WRITE)
        data = DraftSchema().checked({k: v for k, v in content.items() if v is not None})
        return _whole(lambda: drafting.start_draft(data, actor=actor))

    def resolve_submit_practice(self, info: Any, id: str) -> Practice:
        """As the button does."""
        actor = caller(info, Permission.PRACTICE_DRAFT)
        return _whole(lambda: drafting.take_step(_id(id), "submit", actor=actor))

    def resolve_review_practice(self, info: Any, city_id: str, id: str, scores: dict[str, int], note: str) -> Practice:
        """As the form does."""
        actor = caller(info, Permission.PRACTICE_REVIEW)
        data = ScoreSchema().checked({**scores, "note": note})
        return _submitted(city_id, id, lambda city, practice: curation.score(city, practice, data, actor=actor))

    def resolve_decide_practice(self, info: Any, city_id: str, id: str, outcome: Any, reasons: str) -> Practice:
        """As the form does."""
        actor = caller(info, Permission.PRACTICE_REVIEW)
        data = DecisionSchema().checked({"outcome": getattr(outcome, "value", outcome), "reasons": reasons})
        return _submitted(city_id, id, lambda city, practice: curation.decide(city, practice, actor=actor, **data))

    def resolve_publish_practice(self, info: Any, id: str, visibility: Any) -> Practice:
        """As the button does."""
        actor = caller(info, Permission.PRACTICE_DRAFT)
        seen = str(getattr(visibility, "value", visibility))
        return _whole(lambda: drafting.take_step(_id(id), "publish", visibility=seen, actor=actor))

    def resolve_change_practice(self, info: Any, id: str, step: Any) -> Practice:
        """As the buttons do."""
        actor = caller(info, Permission.PRACTICE_DRAFT)
        return _whole(lambda: drafting.take_step(_id(id), str(getattr(step, "value", step)), actor=actor))

"""What reviewers and curators type."""

from typing import Any

from marshmallow import fields, validate

from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.practices.curation.rubric import RUBRIC, SCORES
from network.practices.life import STATUS


def _score(name: str) -> fields.Integer:
    criterion = RUBRIC[name]
    return fields.Integer(
        required=True, validate=validate.Range(1, 4),
        metadata={"label": criterion.label, "help": criterion.question, "widget": "select",
                  "choices": lambda: [(str(value), label) for value, label in SCORES.items()]},
    )  # fmt: skip


class ScoreSchema(BaseSchema):
    """A review: a score for each criterion of the rubric, and a note for the other curators."""

    relevance = _score("relevance")
    clarity = _score("clarity")
    evidence = _score("evidence")
    rights = _score("rights")
    inclusion = _score("inclusion")
    transferability = _score("transferability")
    note = fields.String(
        load_default="", validate=validate.Length(max=5000),
        metadata={"label": _l("Note for the other curators"), "widget": "textarea"},
    )  # fmt: skip


_OUTCOMES = ("changes_asked", "accepted", "declined")


def _outcomes() -> list[tuple[str, Any]]:
    return [(value, STATUS[value].label) for value in _OUTCOMES]


class DecisionSchema(BaseSchema):
    """What is decided, with the reasons that the city reads."""

    outcome = fields.String(
        required=True, validate=validate.OneOf(_OUTCOMES), metadata={"label": _l("Decision"), "choices": _outcomes}
    )
    reasons = fields.String(
        required=True, validate=validate.Length(10, 5000),
        metadata={"label": _l("Reasons"), "widget": "textarea", "help": _l("The city reads them: say what is good, and what to do next.")},
    )  # fmt: skip


class ConflictSchema(BaseSchema):
    """Why somebody can't judge a practice."""

    conflict_note = fields.String(
        required=True, validate=validate.Length(3, 1000), metadata={"label": _l("Your conflict of interest"),
        "help": _l("For example: I worked in this city, or with one of the partners.")},
    )  # fmt: skip


class AssignSchema(BaseSchema):
    """Who reviews, and until when."""

    reviewer_id = fields.UUID(required=True, metadata={"label": _l("Reviewer"), "widget": "select"})
    due_on = fields.Date(load_default=None, allow_none=True, metadata={"label": _l("Until when")})

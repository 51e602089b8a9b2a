"""The life of a practice in one table: which step leads from where to where, and who may take it.

The database holds the same table in ``practice_step_allowed``; a test compares the two.
"""

from dataclasses import dataclass
from typing import Any

from network.kernel.locale import lazy_text as _l
from network.practices.codes import Code

AUTHOR = "author"
"""Whoever is named as an author of the draft, whatever else they are in their city."""
SYSTEM = "system"


def _list(*rows: tuple[Any, ...]) -> dict[str, Code]:
    return {row[0]: Code(*row) for row in rows}


STATUS = _list(
    ("draft", _l("Draft"), _l("Only your city reads it.")),
    ("submitted", _l("Submitted"), _l("It waits for the network's curators.")),
    ("in_review", _l("In review"), _l("At least two reviewers score it.")),
    ("changes_asked", _l("Changes asked"), _l("The curators ask your city to change something.")),
    ("accepted", _l("Accepted"), _l("Your city approves the final text before it is published.")),
    ("declined", _l("Declined"), _l("The curators gave their reasons.")),
    ("published", _l("Published"), _l("It stands in the library.")),
    ("due", _l("Due for renewal"), _l("It stands in the library; say whether it still holds.")),
    ("archived", _l("Archived"), _l("It is kept here and stands nowhere else.")),
    ("withdrawn", _l("Withdrawn"), _l("Your city took it back; it stands nowhere else.")),
)


@dataclass(frozen=True)
class Step:
    """One step: its button, from which states it leads where, and the roles that may take it."""

    name: str
    label: Any
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]


_STEPS = (
    Step("submit", _l("Submit for review"), ("draft", "changes_asked"), "submitted", (AUTHOR, "coordinator")),
    Step("take_back", _l("Take back to the draft"), ("submitted", "in_review", "changes_asked", "accepted"), "draft",
         (AUTHOR, "coordinator")),
    Step("start_review", _l("Begin the review"), ("submitted",), "in_review", ("curator",)),
    Step("ask_changes", _l("Ask for changes"), ("in_review",), "changes_asked", ("curator",)),
    Step("accept", _l("Accept"), ("in_review",), "accepted", ("curator",)),
    Step("decline", _l("Decline"), ("in_review",), "declined", ("curator",)),
    Step("publish", _l("Approve the text and publish"), ("accepted",), "published", ("coordinator", "mayor")),
    Step("mark_due", _l("Mark as due"), ("published",), "due", (SYSTEM,)),
    Step("confirm", _l("It still holds"), ("due",), "published", ("coordinator", "mayor")),
    Step("revise", _l("Begin a new version"), ("declined", "published", "due"), "draft", (AUTHOR, "coordinator")),
    Step("withdraw", _l("Withdraw at once"),
         ("submitted", "in_review", "changes_asked", "accepted", "declined", "published", "due", "draft"), "withdrawn",
         ("coordinator", "mayor")),
    Step("archive", _l("Archive"), ("draft", "declined", "published", "due"), "archived", ("coordinator",)),
    Step("restore", _l("Bring it back as a draft"), ("archived", "withdrawn"), "draft", (AUTHOR, "coordinator")),
)  # fmt: skip
STEPS: dict[str, Step] = {step.name: step for step in _STEPS}

EDITABLE = ("draft", "changes_asked")
"""The states in which the city changes its text."""
OPEN_TO_CURATORS = ("submitted", "in_review", "changes_asked", "accepted", "declined", "published", "due")
"""The states in which curators know of a practice; they read versions that were submitted."""
IN_LIBRARY = ("published", "due")


def may_take(step: Step, *, status: str, role: str | None, is_author: bool) -> bool:
    """Whether somebody with this role may take the step from this state."""
    return status in step.sources and (role in step.roles or (is_author and AUTHOR in step.roles))


def list_steps(*, status: str, role: str | None, is_author: bool) -> list[Step]:
    """The steps that are open to somebody, in the order of the table."""
    return [s for s in _STEPS if may_take(s, status=status, role=role, is_author=is_author)]

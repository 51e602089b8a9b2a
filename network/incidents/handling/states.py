"""The states of an incident and the steps between them; the database holds the same table.

Reported, under review, then verified, unverified or unfounded, then closed. Closed incidents are counted and
unfounded ones are not, so an unfounded incident is done without being closed. A duplicate goes back to where
it was.
"""

from network.kernel.locale import lazy_text as _l

STEPS: dict[str, tuple[str, ...]] = {
    "reported": ("under_review", "duplicate"),
    "under_review": ("verified", "unverified", "unfounded", "duplicate"),
    "verified": ("closed", "under_review", "duplicate"),
    "unverified": ("closed", "under_review", "duplicate"),
    "unfounded": ("under_review",),
    "closed": ("under_review", "duplicate"),
    "duplicate": ("reported", "under_review", "verified", "unverified", "closed"),
}
"""Where each status may go."""

FIRST = ("reported", "under_review", "verified", "unverified", "unfounded")
"""What may be written down as the first status of an incident."""

WAITING = ("reported", "under_review")
"""What waits for triage."""

PLAIN = ("under_review", "verified", "unverified", "unfounded")
"""Steps that need nothing but a decision; closing asks for the outcome, a duplicate for its original."""

STEP_WORDS = {
    "under_review": _l("Begin the review"), "verified": _l("It is verified"),
    "unverified": _l("It can't be verified"), "unfounded": _l("It is unfounded"),
}  # fmt: skip
"""What the button of a step says."""

STEP_AGAIN = _l("Review it again")


def may_step(before: str, after: str) -> bool:
    """Whether an incident may go from one status to another."""
    return after in STEPS.get(before, ())


def list_steps(status: str) -> list[str]:
    """The plain steps from a status, in the order of the table."""
    return [] if status == "duplicate" else [after for after in STEPS.get(status, ()) if after in PLAIN]

"""Reviewing and deciding. At least two reviewers without a conflict of interest score a version
before it can be accepted; the database counts them too."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from network.kernel.db import db
from network.kernel.errors import NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.practices import life
from network.practices.curation.models import PracticeReview
from network.practices.curation.queries import count_scored, get_submitted, list_curators, list_reviews, mean_score
from network.practices.drafting.models import Practice, PracticeDecision
from network.practices.drafting.service import my_name

FEWEST_REVIEWERS = 2


def _step(practice: Practice, name: str, actor: Actor) -> None:
    step = life.STEPS[name]
    if not life.may_take(step, status=practice.status, role=actor.role, is_author=False):
        raise Refused(_("This step is not possible now: the practice is “%(status)s”.",
                        status=life.STATUS[practice.status].label))  # fmt: skip
    practice.status = step.target
    practice.updated_at, practice.updated_by = datetime.now(UTC), actor.person_id


def assign_reviewer(
    city_id: uuid.UUID, practice_id: uuid.UUID, *, reviewer_id: uuid.UUID, due_on: date | None, actor: Actor
) -> None:
    """Ask a curator to review the submitted version; the first one begins the review."""
    practice = get_submitted(city_id, practice_id)
    names = dict(list_curators(actor=actor))
    if reviewer_id not in names:
        raise ValidationFailed({"reviewer_id": [_("Choose a curator of the network.")]})
    if due_on is not None and due_on < date.today():
        raise ValidationFailed({"due_on": [_("Choose a day that is still to come.")]})
    if practice.status == "submitted":
        _step(practice, "start_review", actor)
    elif practice.status != "in_review":
        raise Refused(_("This practice is not under review."))
    found = db.session.get(PracticeReview, (city_id, practice_id, practice.shared_version, reviewer_id))
    if found is not None:
        if found.scored_at is None:
            found.due_on = due_on
    else:
        db.session.add(
            PracticeReview(
                city_id=city_id, practice_id=practice_id, version_no=practice.shared_version, reviewer_id=reviewer_id,
                reviewer_name=names[reviewer_id], due_on=due_on, has_conflict=False, conflict_note="", note="",
                assigned_by=actor.person_id,
            )
        )  # fmt: skip
    db.session.flush()


def remove_reviewer(city_id: uuid.UUID, practice_id: uuid.UUID, *, reviewer_id: uuid.UUID) -> None:
    """Take back an assignment that has not been scored."""
    practice = get_submitted(city_id, practice_id)
    found = db.session.get(PracticeReview, (city_id, practice_id, practice.shared_version, reviewer_id))
    if found is None or found.scored_at is not None:
        raise NotFound("review")
    db.session.delete(found)
    db.session.flush()


def _own_review(practice: Practice, actor: Actor) -> PracticeReview:
    found = db.session.get(
        PracticeReview, (practice.city_id, practice.practice_id, practice.shared_version, actor.person_id)
    )
    if found is None:
        raise NotFound("review")
    if practice.status != "in_review":
        raise Refused(_("This practice is not under review."))
    return found


def score(city_id: uuid.UUID, practice_id: uuid.UUID, data: dict[str, Any], *, actor: Actor) -> PracticeReview:
    """Give one's scores for the version under review, or correct them. ``data`` from ScoreSchema."""
    review = _own_review(get_submitted(city_id, practice_id), actor)
    if review.has_conflict:
        raise Refused(_("You declared a conflict of interest: others review this practice."))
    for name, value in data.items():
        setattr(review, name, value)
    review.scored_at = datetime.now(UTC)
    db.session.flush()
    return review


def declare_conflict(city_id: uuid.UUID, practice_id: uuid.UUID, *, note: str, actor: Actor) -> None:
    """Say that one can't judge this practice; one's scores do not count, and one does not decide.

    Whoever was not asked to review can declare it too.
    """
    practice = get_submitted(city_id, practice_id)
    found = db.session.get(PracticeReview, (city_id, practice_id, practice.shared_version, actor.person_id))
    if found is None:
        found = PracticeReview(
            city_id=city_id, practice_id=practice_id, version_no=practice.shared_version,
            reviewer_id=actor.person_id, reviewer_name=my_name(actor), note="", assigned_by=actor.person_id,
            has_conflict=True, conflict_note=note,
        )  # fmt: skip
        db.session.add(found)
    found.has_conflict, found.conflict_note = True, note
    db.session.flush()


def decide(
    city_id: uuid.UUID, practice_id: uuid.UUID, *, outcome: str, reasons: str, actor: Actor
) -> PracticeDecision:
    """Ask for changes, accept or decline, with reasons that the city reads.

    Refused for whoever declared a conflict of interest, and for accepting before two reviewers
    without one have scored this version.
    """
    practice = get_submitted(city_id, practice_id)
    reviews = list_reviews(practice)
    if any(r.reviewer_id == actor.person_id and r.has_conflict for r in reviews):
        raise Refused(_("You declared a conflict of interest: somebody else decides."))
    if outcome == "accepted" and count_scored(reviews) < FEWEST_REVIEWERS:
        raise Refused(_("Two reviewers without a conflict of interest must score this version first."))
    steps = {"changes_asked": "ask_changes", "accepted": "accept", "declined": "decline"}
    _step(practice, steps[outcome], actor)
    decision = PracticeDecision(
        city_id=city_id, decision_id=db.session.execute(select(text("new_id()"))).scalar_one(),
        practice_id=practice_id, version_no=practice.shared_version, outcome=outcome, reasons=reasons,
        mean_score=mean_score(reviews), reviewer_count=count_scored(reviews), decided_by=actor.person_id,
        decided_by_name=my_name(actor),
    )  # fmt: skip
    db.session.add(decision)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(_("Two reviewers without a conflict of interest must score this version first.")) from None
    return decision

"""The review queue. Curators read versions that were submitted, and nothing that a city keeps."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import load_only

from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.practices.curation.models import PracticeReview
from network.practices.curation.rubric import RUBRIC
from network.practices.drafting.models import Practice, PracticeVersion

WAITING = ("submitted", "in_review", "changes_asked", "accepted")
_STATE = (Practice.city_id, Practice.practice_id, Practice.status, Practice.visibility, Practice.version,
          Practice.version_no, Practice.shared_version, Practice.published_version, Practice.slug,
          Practice.submitted_at, Practice.review_due_on, Practice.renew_on, Practice.updated_at, Practice.updated_by)  # fmt: skip


@dataclass(frozen=True)
class QueueFilter:
    """Which practices of the queue are meant; without a state those that wait for somebody."""

    status: str = ""
    is_mine: bool = False
    is_overdue: bool = False
    is_unassigned: bool = False


@dataclass(frozen=True)
class QueueRow:
    """One practice of the queue with what its submitted version says and how far its review is."""

    practice: Practice
    title: str
    city: str
    country: str
    reviewers: list[str]
    scored: int


def _select(wanted: QueueFilter, actor: Actor) -> Select[tuple[Practice]]:
    query = select(Practice).options(load_only(*_STATE, raiseload=True)).where(Practice.submitted_at.is_not(None))
    query = query.where(Practice.status == wanted.status if wanted.status else Practice.status.in_(WAITING))
    review = and_(
        PracticeReview.city_id == Practice.city_id, PracticeReview.practice_id == Practice.practice_id,
        PracticeReview.version_no == Practice.shared_version,
    )  # fmt: skip
    if wanted.is_mine:
        mine = select(PracticeReview.version_no).where(
            review, PracticeReview.reviewer_id == actor.person_id, PracticeReview.scored_at.is_(None),
            PracticeReview.has_conflict.is_(False),
        )  # fmt: skip
        query = query.where(mine.exists())
    if wanted.is_unassigned:
        query = query.where(~select(PracticeReview.version_no).where(review).exists())
    if wanted.is_overdue:
        late = select(PracticeReview.version_no).where(
            review, PracticeReview.scored_at.is_(None), PracticeReview.has_conflict.is_(False),
            PracticeReview.due_on < date.today(),
        )  # fmt: skip
        query = query.where(or_(late.exists(), Practice.review_due_on < date.today()))
    return query


def list_queue(
    wanted: QueueFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[QueueRow]:
    """A page of the queue, what waits longest first. Three statements."""
    order = ((Practice.submitted_at, False), (Practice.practice_id, False))
    page = paginate(_select(wanted, actor), order, after=after, before=before, limit=limit)
    return page.of(_with_texts(page.items))


def all_in_queue(wanted: QueueFilter, *, actor: Actor, limit: int = 2000) -> list[QueueRow]:
    """What the filter means, for an export."""
    query = _select(wanted, actor).order_by(Practice.submitted_at, Practice.practice_id).limit(limit)
    return _with_texts(list(db.session.execute(query).scalars()))


def _with_texts(practices: Sequence[Practice]) -> list[QueueRow]:
    ids = [practice.practice_id for practice in practices]
    texts = {
        (row[0], row[1]): (row[2], row[3], row[4]) for row in db.session.execute(
            select(PracticeVersion.practice_id, PracticeVersion.version_no, PracticeVersion.title,
                   PracticeVersion.content["city"].astext, PracticeVersion.content["country"].astext)
            .where(PracticeVersion.practice_id.in_(ids))
        )
    }  # fmt: skip
    reviews = db.session.execute(select(PracticeReview).where(PracticeReview.practice_id.in_(ids))).scalars().all()
    rows = []
    for practice in practices:
        title, city, country = texts.get((practice.practice_id, practice.shared_version or 0), ("", "", ""))
        about = [r for r in reviews if (r.practice_id, r.version_no) == (practice.practice_id, practice.shared_version)]
        rows.append(
            QueueRow(
                practice, title, city, country, [r.reviewer_name for r in about if not r.has_conflict],
                sum(r.scored_at is not None and not r.has_conflict for r in about),
            )
        )  # fmt: skip
    return rows


def count_queue() -> dict[str, int]:
    """How many practices are in each state that curators know of."""
    rows = db.session.execute(
        select(Practice.status, func.count()).where(Practice.submitted_at.is_not(None)).group_by(Practice.status)
    )
    return {row[0]: row[1] for row in rows}


def get_submitted(city_id: uuid.UUID, practice_id: uuid.UUID) -> Practice:
    """The state of one practice that was submitted; NotFound for one that was taken back."""
    found = db.session.execute(
        select(Practice).options(load_only(*_STATE, raiseload=True))
        .where(Practice.city_id == city_id, Practice.practice_id == practice_id, Practice.shared_version.is_not(None))
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("practice")
    return found


def list_reviews(practice: Practice) -> list[PracticeReview]:
    """The reviews of the version under review, by name."""
    return list(
        db.session.execute(
            select(PracticeReview).where(
                PracticeReview.city_id == practice.city_id, PracticeReview.practice_id == practice.practice_id,
                PracticeReview.version_no == practice.shared_version,
            ).order_by(PracticeReview.reviewer_name, PracticeReview.reviewer_id)
        ).scalars()
    )  # fmt: skip


def mean_score(reviews: Sequence[PracticeReview]) -> float | None:
    """The mean of all scores, of reviewers without a conflict; None before the first."""
    scores = [getattr(r, name) for r in reviews if r.scored_at and not r.has_conflict for name in RUBRIC]
    return round(sum(scores) / len(scores), 2) if scores else None


def count_scored(reviews: Sequence[PracticeReview]) -> int:
    """How many reviewers without a conflict have scored."""
    return sum(r.scored_at is not None and not r.has_conflict for r in reviews)


def list_curators(*, actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """The network's curators, who may review: id and name."""
    return [(person.person_id, person.name) for person, role in list_members(actor) if role == "curator"]

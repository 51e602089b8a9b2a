"""How a practice travelled, for its authors: reads, thanks, adaptations."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import cast, func, select
from sqlalchemy.types import Date

from network.kernel.db import db
from network.practices.exchange.models import PracticeAdaptation, PracticeThanks
from network.practices.exchange.queries import list_thanks, list_travels
from network.practices.reading.models import PracticeRead

RECENT = timedelta(days=30)
_PROGRAM = re.compile(r"bot\b|crawl|spider|preview|curl|wget|python-|monitor|^$", re.IGNORECASE)


@dataclass(frozen=True)
class Journey:
    """Reads in all and of the last 30 days, by month (the latest first); who said thanks, who adapted it."""

    reads: int
    recent: int
    months: list[tuple[date, int]]
    thanks: list[PracticeThanks]
    travels: list[PracticeAdaptation]

    @property
    def recommending(self) -> int:
        """Cities that adapted it and recommend it."""
        return sum(item.recommends == "yes" for item in self.travels)


def get_journey(practice_id: uuid.UUID) -> Journey:
    """What became of a published practice, as far as the caller may read it; three statements."""
    month = cast(func.date_trunc("month", PracticeRead.day), Date)
    since = datetime.now(UTC).date() - RECENT
    rows = db.session.execute(
        select(month, func.sum(PracticeRead.reads), func.sum(PracticeRead.reads).filter(PracticeRead.day > since))
        .where(PracticeRead.practice_id == practice_id).group_by(month).order_by(month.desc())
    ).all()  # fmt: skip
    return Journey(
        sum(int(row[1]) for row in rows), sum(int(row[2] or 0) for row in rows),
        [(row[0], int(row[1])) for row in rows[:12]], list_thanks(practice_id), list_travels(practice_id),
    )  # fmt: skip


def count_read(practice_id: uuid.UUID, *, browser: str) -> None:
    """Count one read; programs that say what they are in ``browser`` are not readers, nor is the city itself.

    Neither the reader nor the browser is kept.
    """
    if not _PROGRAM.search(browser):
        db.session.execute(select(func.count_practice_read(practice_id)))

"""Reading contacts; the policies decide who sees which."""

import uuid

from sqlalchemy import select

from network.kernel.db import db
from network.practices.contact.models import PracticeContact


def find_contact(city_id: uuid.UUID | None, practice_id: uuid.UUID) -> PracticeContact | None:
    """The contact of a city's practice, for its team and for those to whom it is shown now."""
    if city_id is None:
        return None
    return db.session.execute(
        select(PracticeContact)
        .where(PracticeContact.city_id == city_id, PracticeContact.practice_id == practice_id)
    ).scalar_one_or_none()  # fmt: skip

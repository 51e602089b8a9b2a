"""Reading files of practices; the policies decide who sees which."""

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.practices.files.models import PracticeFile


def get_file(city_id: uuid.UUID, file_id: uuid.UUID) -> PracticeFile:
    """One file with its bytes: for its city, for curators once it was submitted, for the readers of the
    published text that shows it. NotFound for everybody else."""
    found = db.session.execute(
        select(PracticeFile).options(undefer(PracticeFile.content))
        .where(PracticeFile.city_id == city_id, PracticeFile.file_id == file_id)
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("file")
    return found


def count_files(city_id: uuid.UUID, practice_id: uuid.UUID) -> int:
    """How many files are kept for a practice, shown now or by an earlier version."""
    return db.session.execute(
        select(func.count()).where(PracticeFile.city_id == city_id, PracticeFile.practice_id == practice_id)
    ).scalar_one()

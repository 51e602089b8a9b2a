"""Keeping records that a team writes: add one, change it at the version that was read, archive it
and bring it back. Slices give their rules to it; the policies decide who may."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import FetchedValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.kernel.tenancy import Actor

Taken = Mapping[str, tuple[str, Any]]
"""What a broken constraint means: its name, to the field and the message that is shown there."""


class Kept:
    """The columns that such a record has besides its own; ``id_name`` is the column of its id."""

    id_name: ClassVar[str]

    # First, as in the key of the table.
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, sort_order=-1)
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_by: Mapped[uuid.UUID | None]
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[uuid.UUID | None]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    @property
    def record_id(self) -> uuid.UUID:
        """The id of this record within its city."""
        value: uuid.UUID = getattr(self, self.id_name)
        return value


K = TypeVar("K", bound=Kept)


def get_kept(model: type[K], record_id: uuid.UUID, *, actor: Actor) -> K:
    """One record, archived or not; NotFound also for another city's."""
    found = db.session.get(model, {"city_id": actor.organisation_id, model.id_name: record_id})
    if found is None:
        raise NotFound(model.id_name)
    return found


def flush(taken: Taken | None = None) -> None:
    """Send what is pending: a constraint named in ``taken`` gives ValidationFailed, a row that
    moved on Conflict."""
    try:
        db.session.flush()
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
        if taken is None or name not in taken:
            raise
        field, message = taken[name]
        raise ValidationFailed({field: [str(message)]}) from None
    except StaleDataError:
        raise Conflict(0) from None


def stamp(record: Any, *, actor: Actor) -> None:
    """Note who changed a record, and when."""
    record.updated_at, record.updated_by = datetime.now(UTC), actor.person_id


def set_archived(record: Any, *, is_archived: bool, actor: Actor, taken: Taken | None = None) -> None:
    """Archive a record of any tenant, or bring it back."""
    record.archived_at = datetime.now(UTC) if is_archived else None
    record.archived_by = actor.person_id if is_archived else None
    flush(taken)


def add_kept(model: type[K], data: Mapping[str, Any], *, actor: Actor, taken: Taken | None = None) -> K:
    """Add a record of the acting city, written by the caller."""
    of: Any = model
    record: K = of(
        city_id=actor.organisation_id, **data, version=1, created_by=actor.person_id, updated_by=actor.person_id
    )
    db.session.add(record)
    flush(taken)
    return record


def change_kept(record: K, data: Mapping[str, Any], *, version: int, actor: Actor, taken: Taken | None = None) -> K:
    """Change a record that the caller read at ``version``; Conflict if it moved on since."""
    if record.version != version:
        raise Conflict(record.version)
    for name, value in data.items():
        setattr(record, name, value)
    stamp(record, actor=actor)
    flush(taken)
    return record


def archive_kept(record: K, *, is_archived: bool, actor: Actor, taken: Taken | None = None) -> K:
    """Take a record out of the lists, or bring it back."""
    set_archived(record, is_archived=is_archived, actor=actor, taken=taken)
    return record

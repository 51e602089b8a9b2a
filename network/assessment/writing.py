"""What all services of this part do when they keep a record."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor


def flush(name: str = "", message: str = "") -> None:
    """Send the changes to the database. What a constraint refuses becomes the message of a field,
    what somebody else changed meanwhile a Conflict."""
    try:
        db.session.flush()
    except IntegrityError:
        raise ValidationFailed({name: [message or _("This can't be kept.")]}) from None
    except StaleDataError:
        raise Conflict(0) from None


def set_values(record: Any, data: dict[str, Any], version: int) -> None:
    """Give a record new values; Conflict if it is not at the version that the caller read."""
    if record.version != version:
        raise Conflict(record.version)
    for name, value in data.items():
        setattr(record, name, value)


def archive(record: Any, is_archived: bool, actor: Actor) -> None:
    """Put a record away, or bring it back."""
    record.archived_at = datetime.now(UTC) if is_archived else None
    record.archived_by = actor.person_id if is_archived else None

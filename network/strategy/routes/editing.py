"""What every page with a form does: save, or show it again with what is wrong."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import format_currency
from flask_babel import gettext as _

from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.schema import BaseSchema
from network.web.forms import Form


@dataclass
class Outcome:
    """What came of a form: the saved record, or the status to show it again with."""

    saved: Any = None
    theirs: Form | None = None
    status: int = 200


def submit(form: Form, save: Callable[[dict[str, Any]], Any], reload: Callable[[], Form] | None = None) -> Outcome:
    """Save a form that was sent; ``reload`` gives what somebody else wrote meanwhile."""
    if request.method != "POST":
        return Outcome()
    try:
        return Outcome(saved=save(form.load()))
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return Outcome(status=400)
    except Conflict:
        db.session.rollback()
        if reload is None:
            raise
        return Outcome(theirs=reload(), status=409)


def typed() -> Any:
    """What was typed, or None when the page is only looked at."""
    return request.form if request.method == "POST" else None


def sent_version() -> int:
    """The version of the record that the form was made from."""
    version = request.form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def values_of(record: Any, schema: BaseSchema) -> dict[str, Any]:
    """The values of a record for a form."""
    return {name: plain(getattr(record, name)) for name in schema.load_fields}


def plain(value: Any) -> Any:
    """A value as somebody would type it."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value


def read_id(value: str) -> uuid.UUID | None:
    """An id from an address or a form; None for anything else."""
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def money(amount: Decimal | None, currency: str) -> str:
    """An amount in the reader's way; empty for none."""
    if amount is None:
        return ""
    if not amount:
        return str(_("No extra cost"))
    if not currency:
        return str(plain(amount))
    return str(format_currency(amount, currency))

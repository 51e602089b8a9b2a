"""Paging by key: a page is found from the last row seen, so its cost does not grow with depth."""

import base64
import binascii
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from network.kernel.db import db
from network.kernel.errors import ValidationFailed

T = TypeVar("T")
U = TypeVar("U")
Order = Sequence[tuple[Any, bool]]
"""The sort of a list: columns that are never null, each with whether it descends; the last one
makes the order total."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows in order, with the cursors that lead to the pages after and before (None: no such page)."""

    items: Sequence[T]
    next_cursor: str | None = None
    previous_cursor: str | None = None

    def of(self, items: "Sequence[U]") -> "Page[U]":
        """The same page with something else made of its rows."""
        return Page(items, self.next_cursor, self.previous_cursor)


def encode_cursor(*key: str | int) -> str:
    """An opaque, URL-safe text for the sort key of one row."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, length: int) -> list[Any]:
    """The sort key that ``encode_cursor`` was given; ValidationFailed on anything else."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        key = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, RecursionError):
        raise _invalid() from None
    if not isinstance(key, list) or len(key) != length:
        raise _invalid()
    return key


def _invalid() -> ValidationFailed:
    return ValidationFailed({"cursor": ["This page address is not valid."]})


_READ: dict[type, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat, date: date.fromisoformat, uuid.UUID: uuid.UUID,
}  # fmt: skip


def _read(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    try:
        if kind in _READ:
            return _READ[kind](value)
        if isinstance(value, kind) and not isinstance(value, bool):
            return value
    except (TypeError, ValueError, AttributeError):
        pass
    raise _invalid()


def _write(value: Any) -> str | int:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _beyond(order: Order, edge: list[Any]) -> ColumnElement[bool]:
    """Rows that come after the edge in this order."""
    directions = {descends for _column, descends in order}
    if len(directions) == 1:
        # One row comparison is what an index on these columns answers directly.
        row, other = tuple_(*(column for column, _d in order)), tuple_(*edge)
        return row < other if directions.pop() else row > other
    alternatives = []
    for i, (column, descends) in enumerate(order):
        same = [c == value for (c, _d), value in zip(order[:i], edge[:i], strict=True)]
        alternatives.append(and_(*same, column < edge[i] if descends else column > edge[i]))
    return or_(*alternatives)


def paginate(
    query: Select[tuple[T]], order: Order, *, after: str = "", before: str = "", limit: int = 50
) -> Page[T]:
    """A page of ``query``'s entities in ``order``; one statement.

    The cursors of a page are only good for the same order. ValidationFailed for a bad one.
    """
    is_back = bool(before) and not after
    if is_back:
        order = [(column, not descends) for column, descends in order]
    if cursor := after or before:
        key = decode_cursor(cursor, length=len(order))
        edge = [_read(column, value) for (column, _d), value in zip(order, key, strict=True)]
        query = query.where(_beyond(order, edge))
    ordered = query.order_by(*(c.desc() if descends else c.asc() for c, descends in order))
    rows = list(db.session.execute(ordered.limit(limit + 1)).scalars())
    has_more, rows = len(rows) > limit, rows[:limit]
    if is_back:
        rows.reverse()
    if not rows:
        return Page([])

    def cursor_of(row: Any) -> str:
        return encode_cursor(*(_write(getattr(row, column.key)) for column, _d in order))

    has_next, has_previous = (True, has_more) if is_back else (has_more, bool(after))
    return Page(
        rows, cursor_of(rows[-1]) if has_next else None, cursor_of(rows[0]) if has_previous else None
    )


def page_by_name(
    query: Select[Any], name: InstrumentedAttribute[str], key: InstrumentedAttribute[uuid.UUID], *,
    after: str = "", before: str = "", limit: int = 50,
) -> Page[Row[Any]]:  # fmt: skip
    """A page of the query's rows in the order of a name, whose case does not matter, and an id.

    The rows have two columns more at their end, of which the cursors are made.
    """
    # Lower case is what the database makes of it, which depends on its locale.
    lower: ColumnElement[str] = func.lower(name)
    query = query.add_columns(lower, key)
    backwards = bool(before) and not after
    if after or before:
        last, value = decode_cursor(after or before, length=2)
        try:
            edge = tuple_(literal(str(last)), literal(uuid.UUID(value)))
        except (TypeError, ValueError, AttributeError):
            raise ValidationFailed({"cursor": ["This page address is not valid."]}) from None
        here = tuple_(lower, key)
        query = query.where(here < edge if backwards else here > edge)
    order = (lower.desc(), key.desc()) if backwards else (lower, key)
    rows = list(db.session.execute(query.order_by(*order).limit(limit + 1)).all())
    has_more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    first, final = (encode_cursor(row[-2], str(row[-1])) for row in (rows[0], rows[-1]))
    return Page(
        rows, final if has_more or backwards else None, first if after or (backwards and has_more) else None
    )

"""Paging by key: a page is found from the last row seen, so its cost does not grow with depth."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from network.kernel.errors import ValidationFailed

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows in order, with the cursors that lead to the pages after and before (None: no such page)."""

    items: Sequence[T]
    next_cursor: str | None = None
    previous_cursor: str | None = None


def encode_cursor(*key: str | int) -> str:
    """An opaque, URL-safe text for the sort key of one row."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, length: int) -> list[Any]:
    """The sort key that ``encode_cursor`` was given; ValidationFailed on anything else."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        key = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error):
        raise ValidationFailed({"cursor": ["This page address is not valid."]}) from None
    if not isinstance(key, list) or len(key) != length:
        raise ValidationFailed({"cursor": ["This page address is not valid."]})
    return key

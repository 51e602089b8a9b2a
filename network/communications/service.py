"""Keeping the registers of communications: communications and the coordinator write, the team reads."""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from network.kernel.locale import lazy_text as _l
from network.kernel.tenancy import Actor
from network.records.keeping import Kept, add_kept, archive_kept, change_kept, get_kept

R = TypeVar("R", bound=Kept)

TAKEN = {
    f"{table}_name_key": ("name", _l("There is one of this name already."))
    for table in ("key_message", "audience", "channel", "spokesperson", "message_template")
}
"""The constraints of the registers in words."""


def add_entry(model: type[R], data: Mapping[str, Any], *, actor: Actor) -> R:
    """Add an entry to one of the registers; ValidationFailed if its name is taken."""
    return add_kept(model, data, actor=actor, taken=TAKEN)


def change_entry(
    model: type[R], record_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor
) -> R:
    """Change an entry that the caller read at ``version``; Conflict if it moved on since."""
    return change_kept(get_kept(model, record_id, actor=actor), data, version=version, actor=actor, taken=TAKEN)


def archive_entry(model: type[R], record_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> R:
    """Take an entry out of its register, or bring it back."""
    return archive_kept(get_kept(model, record_id, actor=actor), is_archived=is_archived, actor=actor, taken=TAKEN)

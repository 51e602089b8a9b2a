"""Keeping the register of rumours: communications, coordinator and officers write."""

import uuid
from collections.abc import Mapping
from typing import Any

from network.communications import codes
from network.communications.models import Rumour
from network.communications.rumours.queries import get_rumour
from network.identity.service import list_members
from network.kernel.errors import Refused
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import add_kept, archive_kept, change_kept
from network.records.service import notify

GRAVE = 4
"""From this harm on, those who speak for the city are told at once."""

_TAKEN = {"rumour_message_id_fkey": ("message_id", _l("This is not a value of the list."))}


def record_rumour(data: Mapping[str, Any], *, actor: Actor) -> Rumour:
    """Record a claim that goes round. Communications and coordinators get a notice of an open one
    that may lead to hostility or violence."""
    rumour = add_kept(Rumour, data, actor=actor, taken=_TAKEN)
    if rumour.harm >= GRAVE and rumour.status == "open":
        told = [person.person_id for person, role in list_members(actor) if role in ("communications", "coordinator")]
        notify(told, kind="rumour_recorded", record_type="rumour", record_id=rumour.rumour_id, actor=actor)
    return rumour


def change_rumour(rumour_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> Rumour:
    """Change a rumour that the caller read at ``version``; Conflict if it moved on since."""
    return change_kept(get_rumour(rumour_id, actor=actor), data, version=version, actor=actor, taken=_TAKEN)


def set_rumour_status(rumour_id: uuid.UUID, status: str, *, actor: Actor) -> Rumour:
    """Say where a rumour stands; Refused for a status that there is not."""
    if status not in codes.RUMOUR_STATUS:
        raise Refused(_("There is no such status."))
    rumour = get_rumour(rumour_id, actor=actor)
    return change_kept(rumour, {"status": status}, version=rumour.version, actor=actor)


def archive_rumour(rumour_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Rumour:
    """Take a rumour out of the register, or bring it back."""
    return archive_kept(get_rumour(rumour_id, actor=actor), is_archived=is_archived, actor=actor)

"""Who asks, for every resolver."""

from typing import Any

from network.identity.permissions import Permission
from network.kernel.errors import NotFound
from network.kernel.tenancy import Actor


def caller(info: Any, permission: Permission) -> Actor:
    """Who asks; NotFound unless the permission is theirs."""
    actor: Actor = info.context["actor"]
    if not actor.may(permission):
        raise NotFound(permission.value)
    return actor

"""Who acts, and for whom: the tenant context of every transaction.

The policies in the database decide what is possible; this module is the only place that tells
them who is calling. The context is transaction-local, so it works through a pooler in
transaction mode and can't outlive a transaction on a pooled connection.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from flask import current_app
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction, scoped_session

from network.kernel.db import db


class Scope(StrEnum):
    """What kind of caller a transaction serves; each has a database role of its own."""

    PUBLIC = "public"
    IDENTITY = "identity"
    CITY = "city"
    NATION = "nation"
    NETWORK = "network"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Actor:
    """One caller acting for one organisation, as plain values that outlive any session."""

    scope: Scope
    organisation_id: uuid.UUID | None = None
    country: str | None = None
    person_id: uuid.UUID | None = None
    role: str | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: str) -> bool:
        """Whether the role of this actor includes the permission."""
        return permission in self.permissions


PUBLIC = Actor(Scope.PUBLIC)
"""Anybody who has not signed in."""

IDENTITY = Actor(Scope.IDENTITY)
"""The door itself while it finds out who is calling; sees identity tables only."""

_ENTER = text(
    "select set_config('role', :role_name, true), set_config('concord.organisation_id', :org, true),"
    " set_config('concord.city_id', :city, true), set_config('concord.country', :country, true),"
    " set_config('concord.person_id', :person, true), set_config('concord.role', :role, true),"
    " set_config('concord.agreed_city_ids', '', true),"
    " set_config('concord.count_city_ids', '', true),"
    " set_config('concord.record_city_ids', '', true),"
    " set_config('concord.readiness_city_ids', '', true), set_config('concord.partner_ids', '', true)"
)

# The agreements in force are read in the same transaction as what they open, so that a revoked
# one is without effect from the next transaction on. The row policies hold the recipient's own
# agreements only.
_AGREEMENTS = text(
    "select set_config('concord.agreed_city_ids', coalesce(array_agg(city_id)::text, ''), true),"
    " set_config('concord.count_city_ids', coalesce((array_agg(city_id)"
    " filter (where 'counts' = any(grants)))::text, ''), true),"
    " set_config('concord.record_city_ids', coalesce((array_agg(city_id)"
    " filter (where 'records' = any(grants)))::text, ''), true),"
    " set_config('concord.readiness_city_ids', coalesce((array_agg(city_id)"
    " filter (where 'readiness' = any(grants)))::text, ''), true)"
    " from sharing_agreement where recipient_id = :org and revoked_at is null"
    " and valid_from <= now() and (valid_until is null or valid_until > now())"
)


# The partner organisations for which an invited outsider stands in the acting city.
_PARTNERSHIPS = text("select set_config('concord.partner_ids', coalesce(my_partner_ids()::text, ''), true)")


def apply_context(connection: Connection, actor: Actor | None) -> None:
    """Tell the database who is calling, for the current transaction only.

    Without an actor every setting is blanked and the login role stays, which may read no table.
    """
    is_city = actor is not None and actor.scope is Scope.CITY
    connection.execute(
        _ENTER,
        {
            "role_name": f"concord_{actor.scope.value}" if actor else "none",
            "org": str(actor.organisation_id or "") if actor else "",
            "city": str(actor.organisation_id) if actor and is_city else "",
            "country": (actor.country or "") if actor else "",
            "person": str(actor.person_id or "") if actor else "",
            "role": (actor.role or "") if actor else "",
        },
    )
    if actor and actor.scope in (Scope.NATION, Scope.NETWORK):
        connection.execute(_AGREEMENTS, {"org": actor.organisation_id})
    if actor and is_city and actor.role == "partner":
        connection.execute(_PARTNERSHIPS)


@event.listens_for(Session, "after_begin")
def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        apply_context(connection, session.info.get("actor"))


def narrow_to_cities(city_ids: list[uuid.UUID]) -> None:
    """Narrow the cities whose counts this transaction may read to those that are asked for.

    A policy over a long array is only cheap as an index condition, so a query for few of many
    cities shortens the array itself. Narrowing can never widen what an agreement allows.
    """
    db.session.execute(
        text(
            "select set_config('concord.count_city_ids', coalesce((select array_agg(c) from"
            " unnest(nullif(current_setting('concord.count_city_ids', true), '')::uuid[]) c"
            " where c = any(:ids))::text, ''), true)"
        ),
        {"ids": city_ids},
    )


def set_actor(actor: Actor | None) -> None:
    """Make ``actor`` the caller of the current session; must come before its first statement."""
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("the caller can't change within a transaction")
    session.info["actor"] = actor


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[scoped_session[Session]]:
    """A unit of work of its own for ``actor``: commits at the end, rolls back on any error.

    It has its own session and connection, so it must not be opened while the surrounding
    session holds a transaction that the inner one would wait for.
    """
    with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
        set_actor(actor)
        try:
            yield db.session  # type: ignore[misc]
        except BaseException:
            db.session.rollback()
            raise
        db.session.commit()

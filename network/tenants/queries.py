"""Reading a city's archives and its wish to be deleted."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import select, text

from network.identity.models import Organisation
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.tenancy import Actor, acting_as
from network.tenants.models import TenantDeletion, TenantExport


def list_exports(*, actor: Actor) -> list[TenantExport]:
    """The caller's own archives that have not expired, the newest first."""
    query = select(TenantExport).where(
        TenantExport.city_id == actor.organisation_id, TenantExport.expires_at > datetime.now(UTC)
    )
    return list(db.session.execute(query.order_by(TenantExport.export_id.desc()).limit(20)).scalars())


def get_export(export_id: uuid.UUID, *, actor: Actor) -> TenantExport:
    """One of the caller's own archives; NotFound for an expired one."""
    found = db.session.get(TenantExport, (actor.organisation_id, export_id))
    if found is None or found.expires_at <= datetime.now(UTC):
        raise NotFound("archive")
    return found


def read_export(export_id: uuid.UUID, *, actor: Actor) -> Iterator[bytes]:
    """The bytes of a ready archive, piece by piece, each in a transaction of its own: whoever loads an
    archive over a bad line holds no connection meanwhile."""
    query = text("select content from tenant_export_chunk where city_id = :city and export_id = :id"
                 " and position = :position")  # fmt: skip
    for position in range(1 << 20):
        with acting_as(actor) as session:
            content = session.execute(
                query, {"city": actor.organisation_id, "id": export_id, "position": position}
            ).scalar_one_or_none()
        if content is None:
            return
        yield bytes(content)


def find_deletion(*, actor: Actor) -> TenantDeletion | None:
    """The city's wish to be deleted, if there is one."""
    return db.session.get(TenantDeletion, actor.organisation_id)


def get_city_name(*, actor: Actor) -> str:
    """What the acting organisation is called."""
    name = select(Organisation.name).where(Organisation.organisation_id == actor.organisation_id)
    return db.session.execute(name).scalar_one()

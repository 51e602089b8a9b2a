"""Handing a city's data out and deleting it, for its own coordinator."""

import hashlib
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from typing import IO

from sqlalchemy import delete, select, text

from network.identity.models import Person
from network.jobs.queue import defer
from network.kernel.db import db
from network.kernel.errors import NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, acting_as
from network.sharing.service import list_agreements, revoke_agreement
from network.tenants.archive import write_archive
from network.tenants.models import TenantDeletion, TenantExport
from network.tenants.queries import find_deletion, get_city_name, get_export, list_exports

PIECE = 1 << 20
COOLING_OFF = timedelta(days=14)
"""How long a deletion can be undone."""


def request_export(*, actor: Actor) -> TenantExport:
    """Have an archive made of all that the caller may see; a job does it. One at a time."""
    if any(export.status in ("queued", "running") for export in list_exports(actor=actor)):
        raise Refused(_("An archive is being made already: wait until it is ready."))
    export = TenantExport(
        city_id=actor.organisation_id, requested_by=actor.person_id, status="queued", tables_done=0, tables_total=0,
        row_count=0, byte_count=0,
    )  # fmt: skip
    db.session.add(export)
    db.session.flush()
    defer("tenants.export", actor=actor, export_id=export.export_id)
    return export


def make_export(export_id: uuid.UUID, *, actor: Actor) -> None:
    """Make the archive, in transactions of its own: the job behind ``request_export``.

    The row policies decide what is in it, as on every page of the caller.
    """
    _note(export_id, actor=actor, status="running")
    try:
        with tempfile.TemporaryFile() as file:
            with acting_as(actor) as session:
                connection = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                assert actor.organisation_id is not None
                manifest = write_archive(
                    connection, actor.organisation_id, file, seen_by=actor.role or "",
                    progress=lambda done, total: _note(export_id, actor=actor, tables_done=done, tables_total=total),
                )  # fmt: skip
            _keep(export_id, file, sum(facts["rows"] for facts in manifest["tables"].values()), actor=actor)
    except Exception:
        _note(export_id, actor=actor, status="failed")
        raise


def _note(export_id: uuid.UUID, *, actor: Actor, **values: str | int) -> None:
    with acting_as(actor):
        export = get_export(export_id, actor=actor)
        for name, value in values.items():
            setattr(export, name, value)


def _keep(export_id: uuid.UUID, file: IO[bytes], row_count: int, *, actor: Actor) -> None:
    with acting_as(actor):
        export = get_export(export_id, actor=actor)
        file.seek(0)
        digest, position, size = hashlib.sha256(), 0, 0
        db.session.execute(
            text("delete from tenant_export_chunk where city_id = :city and export_id = :id"),
            {"city": actor.organisation_id, "id": export_id},
        )
        while content := file.read(PIECE):
            digest.update(content)
            size += len(content)
            db.session.execute(
                text("insert into tenant_export_chunk (city_id, export_id, position, requested_by, content)"
                     " values (:city, :id, :position, :person, :content)"),
                {"city": actor.organisation_id, "id": export_id, "position": position, "person": actor.person_id,
                 "content": content},
            )  # fmt: skip
            position += 1
        export.status, export.finished_at = "done", datetime.now(UTC)
        export.row_count, export.byte_count, export.sha256 = row_count, size, digest.digest()


def remove_export(export_id: uuid.UUID, *, actor: Actor) -> None:
    """Take an archive away before it expires."""
    db.session.delete(get_export(export_id, actor=actor))
    db.session.flush()


def request_deletion(*, name: str, actor: Actor) -> TenantDeletion:
    """Let the city be deleted in 14 days; its agreements end now and do not come back.

    ``name`` must be what the city is called. Everybody who could undo it gets a mail.
    """
    if name.strip().casefold() != get_city_name(actor=actor).strip().casefold():
        raise ValidationFailed({"name": [_("This is not the name of your city.")]})
    if find_deletion(actor=actor) is not None:
        raise Refused(_("The deletion is planned already."))
    for agreement, _recipient in list_agreements(actor=actor):
        if agreement.revoked_at is None:
            revoke_agreement(agreement.agreement_id, actor=actor)
    me = db.session.execute(select(Person.name).where(Person.person_id == actor.person_id)).scalar_one()
    deletion = TenantDeletion(
        city_id=actor.organisation_id, requested_by=actor.person_id, requested_by_name=me,
        due_at=datetime.now(UTC) + COOLING_OFF,
    )  # fmt: skip
    db.session.add(deletion)
    db.session.flush()
    defer("tenants.mail_deletion", actor=actor)
    return deletion


def undo_deletion(*, actor: Actor) -> None:
    """Keep the city after all. Agreements that ended have to be signed anew."""
    done = db.session.execute(
        delete(TenantDeletion).where(TenantDeletion.city_id == actor.organisation_id).returning(TenantDeletion.city_id)
    ).first()
    if done is None:
        raise NotFound("deletion")

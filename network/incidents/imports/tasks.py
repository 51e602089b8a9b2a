"""The steps of an import as background jobs."""

import uuid

from network.incidents.imports import service
from network.jobs.queue import job
from network.kernel.tenancy import Actor


@job("incidents.import_check")
def check(actor: Actor, *, import_id: str) -> None:
    """Read and check the file."""
    service.check(uuid.UUID(import_id), actor=actor)


@job("incidents.import_apply")
def apply(actor: Actor, *, import_id: str) -> None:
    """Write what was checked."""
    service.apply(uuid.UUID(import_id), actor=actor)

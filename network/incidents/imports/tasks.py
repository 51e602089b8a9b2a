"""The steps of an import as background jobs."""

import uuid
from collections.abc import Callable

from flask import current_app

from network.incidents.imports import service
from network.jobs.queue import job
from network.kernel.tenancy import Actor


def _run(step: Callable[..., None], import_id: str, actor: Actor) -> None:
    """Do a step; whoever waits for it learns of an error, and the administrator reads its trace."""
    try:
        step(uuid.UUID(import_id), actor=actor)
    except Exception:
        current_app.logger.exception("import %s failed", import_id)
        service.fail(uuid.UUID(import_id), actor=actor)


@job("incidents.import_check")
def check(actor: Actor, *, import_id: str) -> None:
    """Read and check the file."""
    _run(service.check, import_id, actor)


@job("incidents.import_apply")
def apply(actor: Actor, *, import_id: str) -> None:
    """Write what was checked."""
    _run(service.apply, import_id, actor)


@job("incidents.import_archive")
def archive(actor: Actor, *, import_id: str) -> None:
    """Archive what an import brought."""
    _run(service.archive, import_id, actor)


@job("incidents.import_restore")
def restore(actor: Actor, *, import_id: str) -> None:
    """Bring it back."""
    _run(service.restore, import_id, actor)

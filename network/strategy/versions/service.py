"""The way of a version: draft, in review, adopted, superseded. What was adopted never changes."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from network.kernel.db import db
from network.kernel.errors import NotFound, Refused
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import flush
from network.strategy.models import StrategyVersion
from network.strategy.queries import get_strategy
from network.strategy.versions.document import build_document, to_content


def _lock(strategy_id: uuid.UUID, version_id: uuid.UUID, *states: str, actor: Actor) -> StrategyVersion:
    found = db.session.execute(
        select(StrategyVersion).where(
            StrategyVersion.city_id == actor.organisation_id, StrategyVersion.strategy_id == strategy_id,
            StrategyVersion.version_id == version_id,
        ).with_for_update()
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("version")
    if found.state not in states:
        raise Refused(_("Somebody else was faster: this version is in another state now."))
    return found


def _content(strategy_id: uuid.UUID, *, actor: Actor) -> dict[str, Any]:
    return to_content(build_document(get_strategy(strategy_id, actor=actor), actor=actor))


def submit_version(strategy_id: uuid.UUID, version_id: uuid.UUID, *, actor: Actor) -> StrategyVersion:
    """Hand a draft in for review. Its text is kept as it is now; later edits are not part of it."""
    version = _lock(strategy_id, version_id, "draft", actor=actor)
    version.content, version.state = _content(strategy_id, actor=actor), "in_review"
    version.submitted_on = date.today()
    flush()
    return version


def withdraw_version(strategy_id: uuid.UUID, version_id: uuid.UUID, *, actor: Actor) -> StrategyVersion:
    """Take a version back from review; it is what the strategy says now again."""
    version = _lock(strategy_id, version_id, "in_review", actor=actor)
    version.state, version.submitted_on, version.content = "draft", None, None
    flush()
    return version


def adopt_version(
    strategy_id: uuid.UUID, version_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor
) -> StrategyVersion:
    """Note that a version was adopted: the text that was in review, or the draft as it is now. The
    one adopted before is superseded. For mayors and coordinators; Refused once it is adopted."""
    version = _lock(strategy_id, version_id, "draft", "in_review", actor=actor)
    content = _content(strategy_id, actor=actor) if version.state == "draft" else None
    before = db.session.execute(
        select(StrategyVersion).where(
            StrategyVersion.city_id == actor.organisation_id, StrategyVersion.strategy_id == strategy_id,
            StrategyVersion.state == "adopted",
        ).with_for_update()
    ).scalar_one_or_none()  # fmt: skip
    if before is not None:
        before.state = "superseded"
        flush()
    for name, value in data.items():
        setattr(version, name, value)
    if content is not None:
        version.content = content
    version.state = "adopted"
    flush()
    return version

"""Reading the versions of a strategy."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import undefer

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.tenancy import Actor
from network.strategy.models import StrategyVersion
from network.strategy.queries import get_strategy
from network.strategy.versions.document import Document, build_document, from_content


def list_versions(strategy_id: uuid.UUID, *, actor: Actor) -> list[StrategyVersion]:
    """The versions of a strategy without their texts, the newest first."""
    return list(
        db.session.execute(
            select(StrategyVersion).where(
                StrategyVersion.city_id == actor.organisation_id, StrategyVersion.strategy_id == strategy_id
            ).order_by(StrategyVersion.number.desc()).limit(200)
        ).scalars()
    )  # fmt: skip


def get_version(strategy_id: uuid.UUID, version_id: uuid.UUID, *, actor: Actor) -> StrategyVersion:
    """One version with its text; NotFound also for another strategy's."""
    found = db.session.execute(
        select(StrategyVersion).where(
            StrategyVersion.city_id == actor.organisation_id, StrategyVersion.strategy_id == strategy_id,
            StrategyVersion.version_id == version_id,
        ).options(undefer(StrategyVersion.content))
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        raise NotFound("version")
    return found


def read_version(version: StrategyVersion, *, actor: Actor) -> Document:
    """The document of a version; a draft is what the strategy says now."""
    if version.content is None:
        return build_document(get_strategy(version.strategy_id, actor=actor), actor=actor)
    return from_content(version.content)

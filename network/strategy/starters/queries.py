"""Reading templates: every city reads those in use, the network its own, archived ones too."""

import uuid

from sqlalchemy import select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.tenancy import Actor, Scope
from network.strategy.models import StrategyTemplate


def list_templates(*, actor: Actor, is_archived: bool = False) -> list[StrategyTemplate]:
    """The templates in their order; archived ones are only for the network."""
    archived = StrategyTemplate.archived_at.is_not(None)
    query = select(StrategyTemplate).where(archived if is_archived else ~archived)
    if actor.scope is Scope.NETWORK:
        query = query.where(StrategyTemplate.organisation_id == actor.organisation_id)
    order = (StrategyTemplate.position, StrategyTemplate.title, StrategyTemplate.template_id)
    return list(db.session.execute(query.order_by(*order).limit(200)).scalars())


def get_template(template_id: uuid.UUID) -> StrategyTemplate:
    """One template; NotFound also for one that the caller may not read."""
    found = db.session.execute(
        select(StrategyTemplate).where(StrategyTemplate.template_id == template_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("template")
    return found

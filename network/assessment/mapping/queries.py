"""Reading the map of what exists."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select

from network.assessment import codes
from network.assessment.mapping.schemas import ResourceSchema
from network.assessment.models import Community, Resource, ResourceCommunity, ResourceThreat, Threat
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.partners.codes import PREVENTION_LEVELS
from network.records.registry import RecordType

Names = dict[uuid.UUID, list[tuple[uuid.UUID, str]]]


@dataclass(frozen=True)
class ResourceFilter:
    """What is meant; an empty field asks for all."""

    text: str = ""
    resource_type: str = ""
    status: str = ""
    level: str = ""
    threat_id: uuid.UUID | None = None
    community_id: uuid.UUID | None = None
    is_archived: bool = False


def _select(wanted: ResourceFilter, actor: Actor) -> Select[tuple[Resource]]:
    is_archived = Resource.archived_at.is_not(None)
    query = select(Resource).where(
        Resource.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    if wanted.resource_type:
        query = query.where(Resource.resource_type == wanted.resource_type)
    if wanted.status:
        query = query.where(Resource.status == wanted.status)
    if wanted.level:
        query = query.where(Resource.prevention_levels.contains([wanted.level]))
    if wanted.text:
        columns = (Resource.name, Resource.description, Resource.owner, Resource.target_groups)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    for link, key, value in (
        (ResourceThreat, ResourceThreat.threat_id, wanted.threat_id),
        (ResourceCommunity, ResourceCommunity.community_id, wanted.community_id),
    ):
        if value:
            linked: Any = link
            query = query.where(
                select(key).where(
                    linked.city_id == Resource.city_id, linked.resource_id == Resource.resource_id, key == value
                ).exists()
            )  # fmt: skip
    return query


def list_resources(
    wanted: ResourceFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[Resource]:
    """A page of what exists, by name."""
    order = ((Resource.name, False), (Resource.resource_id, False))
    return paginate(_select(wanted, actor), order, after=after, before=before, limit=limit)


def all_resources(wanted: ResourceFilter, *, actor: Actor, limit: int = 5000) -> list[Resource]:
    """All that the filter means, by name, for an export."""
    query = _select(wanted, actor).order_by(Resource.name, Resource.resource_id).limit(limit)
    return list(db.session.execute(query).scalars())


def get_resource(resource_id: uuid.UUID, *, actor: Actor) -> Resource:
    """One of them; NotFound also for another city's."""
    found = db.session.get(Resource, (actor.organisation_id, resource_id))
    if found is None:
        raise NotFound("resource")
    return found


def find_threats(resource_ids: Sequence[uuid.UUID], *, actor: Actor) -> Names:
    """The threats that each resource works against, as ids and names."""
    return _find_named(ResourceThreat, ResourceThreat.threat_id, Threat, Threat.threat_id, resource_ids, actor)


def find_communities(resource_ids: Sequence[uuid.UUID], *, actor: Actor) -> Names:
    """The communities that each resource is for, as ids and names."""
    return _find_named(
        ResourceCommunity, ResourceCommunity.community_id, Community, Community.community_id, resource_ids, actor
    )


def _find_named(link: Any, link_key: Any, model: Any, key: Any, ids: Sequence[uuid.UUID], actor: Actor) -> Names:
    rows = db.session.execute(
        select(link.resource_id, key, model.name)
        .join(model, (model.city_id == link.city_id) & (key == link_key))
        .where(link.city_id == actor.organisation_id, link.resource_id.in_(ids)).order_by(model.name, key)
    )  # fmt: skip
    found: Names = defaultdict(list)
    for resource_id, record_id, name in rows:
        found[resource_id].append((record_id, name))
    return found


RECORD_TYPES = (
    RecordType(
        "resource", _l("What exists"), "mapping.show", "resource_id", "assessment:read", ResourceSchema,
        {"resource_type": codes.RESOURCE_TYPES, "status": codes.RESOURCE_STATUS, "prevention_levels": PREVENTION_LEVELS},
    ),
)  # fmt: skip

"""Keeping the map: coordinators and officers write, the team reads."""

import uuid
from typing import Any

from sqlalchemy import delete

from network.assessment.mapping.queries import get_resource
from network.assessment.models import Resource, ResourceCommunity, ResourceThreat
from network.assessment.writing import archive, flush, set_values
from network.kernel.db import db
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import stamp


def save_resource(
    data: dict[str, Any], *, resource_id: uuid.UUID | None = None, version: int = 0, actor: Actor
) -> Resource:
    """Put something on the map, or change what the caller read at ``version``."""
    values = dict(data)
    threats, communities = values.pop("threat_ids", []), values.pop("community_ids", [])
    if resource_id is None:
        found = Resource(
            city_id=actor.organisation_id, **values, version=1, created_by=actor.person_id, updated_by=actor.person_id
        )
        db.session.add(found)
    else:
        found = get_resource(resource_id, actor=actor)
        set_values(found, values, version)
        stamp(found, actor=actor)
    flush("partner_id")
    for model, key, ids in ((ResourceThreat, "threat_id", threats), (ResourceCommunity, "community_id", communities)):
        link: Any = model
        db.session.execute(
            delete(link).where(link.city_id == actor.organisation_id, link.resource_id == found.resource_id)
        )
        for record_id in dict.fromkeys(ids):
            db.session.add(
                link(city_id=actor.organisation_id, resource_id=found.resource_id, **{key: record_id})
            )
        flush(f"{key}s", _("Choose from the list."))
    return found


def archive_resource(resource_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Resource:
    """Take something off the map, or bring it back."""
    found = get_resource(resource_id, actor=actor)
    archive(found, is_archived, actor)
    flush("name")
    return found

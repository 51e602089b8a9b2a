"""What the current assessment names and nothing is done about, computed from the map of what exists."""

import uuid
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select

from network.assessment.models import (
    AssessedCommunity,
    AssessedThreat,
    Assessment,
    Resource,
    ResourceCommunity,
    ResourceThreat,
)
from network.assessment.queries.versions import find_current
from network.kernel.db import db
from network.kernel.tenancy import Actor
from network.partners.codes import PREVENTION_LEVELS


@dataclass(frozen=True)
class Coverage:
    """A threat or community of the current assessment with what runs and what is planned for it."""

    kind: str
    record_id: uuid.UUID
    name: str
    running: tuple[Resource, ...]
    planned: tuple[Resource, ...]

    @property
    def state(self) -> str:
        """``nothing``, ``only_planned``, ``partly`` (a level of prevention is missing) or ``covered``."""
        if not self.running:
            return "only_planned" if self.planned else "nothing"
        return "partly" if self.missing_levels else "covered"

    def at(self, level: str) -> list[Resource]:
        """What runs at a level of prevention."""
        return [resource for resource in self.running if level in resource.prevention_levels]

    @property
    def missing_levels(self) -> list[str]:
        """The levels of prevention at which nothing runs."""
        return [level for level in PREVENTION_LEVELS if not self.at(level)]

    @property
    def overlaps(self) -> list[tuple[str, list[Resource]]]:
        """Levels at which two owners or more work side by side."""
        levels = [(level, self.at(level)) for level in PREVENTION_LEVELS]
        return [(level, found) for level, found in levels if len({r.owner.casefold() for r in found}) > 1]


@dataclass(frozen=True)
class GapView:
    """The current assessment against the map; without an assessment there is nothing to compare with."""

    assessment: Assessment | None
    threats: list[Coverage]
    communities: list[Coverage]

    @property
    def uncovered(self) -> list[Coverage]:
        """What nothing runs against or for, threats first."""
        return [c for c in self.threats + self.communities if not c.running]


@dataclass(frozen=True)
class Gap:
    """A threat or community that nothing runs against or for.

    ``kind`` is "threat" or "community"; ``is_planned``: something is planned at least.
    """

    kind: str
    record_id: uuid.UUID
    name: str
    is_planned: bool


def get_gap_view(*, actor: Actor) -> GapView:
    """The current assessment against what exists; at most eight statements, whatever there is."""
    assessment = find_current(actor=actor)
    if assessment is None:
        return GapView(None, [], [])
    risk = AssessedThreat.likelihood * AssessedThreat.impact
    return GapView(
        assessment,
        _cover("threat", assessment, AssessedThreat, AssessedThreat.threat_id, (risk.desc(), AssessedThreat.name),
               ResourceThreat, ResourceThreat.threat_id),
        _cover("community", assessment, AssessedCommunity, AssessedCommunity.community_id, (AssessedCommunity.name,),
               ResourceCommunity, ResourceCommunity.community_id),
    )  # fmt: skip


def _cover(kind: str, assessment: Assessment, part: Any, key: Any, order: Any, link: Any, link_key: Any) -> list[Coverage]:
    named = db.session.execute(
        select(key, part.name)
        .where(part.city_id == assessment.city_id, part.assessment_id == assessment.assessment_id)
        .order_by(*order).limit(2000)
    ).all()  # fmt: skip
    found = db.session.execute(
        select(link_key, Resource)
        .join(Resource, (Resource.city_id == link.city_id) & (Resource.resource_id == link.resource_id))
        .where(
            link.city_id == assessment.city_id, Resource.status != "ended", Resource.archived_at.is_(None),
            link_key.in_([row[0] for row in named]),
        )
        .order_by(link_key, Resource.name, Resource.resource_id).limit(5000)
    ).all()  # fmt: skip
    by_key = {record_id: [row[1] for row in rows] for record_id, rows in groupby(found, key=lambda row: row[0])}
    return [
        Coverage(
            kind, record_id, name, tuple(r for r in by_key.get(record_id, []) if r.status == "running"),
            tuple(r for r in by_key.get(record_id, []) if r.status == "planned"),
        )
        for record_id, name in named
    ]  # fmt: skip


def list_gaps(actor: Actor) -> list[Gap]:
    """The threats and communities of the current assessment that nothing runs against or for."""
    return [
        Gap(found.kind, found.record_id, found.name, bool(found.planned))
        for found in get_gap_view(actor=actor).uncovered
    ]

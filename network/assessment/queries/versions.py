"""Reading assessments, and the registers of threats and communities."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select

from network.assessment import codes
from network.assessment.models import AssessedCommunity, AssessedThreat, Assessment, Community, Exposure, Threat
from network.assessment.schemas import AssessmentSchema, RegisterSchema
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.records.registry import RecordType, register_notice

REGISTERS: dict[str, type[Threat] | type[Community]] = {"threat": Threat, "community": Community}
ASSESSED: dict[str, type[AssessedThreat] | type[AssessedCommunity]] = {
    "threat": AssessedThreat, "community": AssessedCommunity,
}  # fmt: skip


def _key(kind: str, model: Any) -> Any:
    return model.threat_id if kind == "threat" else model.community_id


@dataclass(frozen=True)
class AssessmentFilter:
    """Which versions are meant; an empty field asks for all."""

    status: str = ""
    text: str = ""
    is_archived: bool = False


def _select(wanted: AssessmentFilter, actor: Actor) -> Select[tuple[Assessment]]:
    is_archived = Assessment.archived_at.is_not(None)
    query = select(Assessment).where(
        Assessment.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    if wanted.status:
        query = query.where(Assessment.status == wanted.status)
    if wanted.text:
        columns = (Assessment.title, Assessment.summary, Assessment.method)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return query


def list_assessments(
    wanted: AssessmentFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[Assessment]:
    """A page of versions, the latest first."""
    order = ((Assessment.number, True), (Assessment.assessment_id, True))
    return paginate(_select(wanted, actor), order, after=after, before=before, limit=limit)


def all_assessments(wanted: AssessmentFilter, *, actor: Actor, limit: int = 1000) -> list[Assessment]:
    """The versions that the filter means, the latest first, for an export or a choice."""
    return list(db.session.execute(_select(wanted, actor).order_by(Assessment.number.desc()).limit(limit)).scalars())


def get_assessment(assessment_id: uuid.UUID, *, actor: Actor) -> Assessment:
    """One version; NotFound also for another city's."""
    found = db.session.get(Assessment, (actor.organisation_id, assessment_id))
    if found is None:
        raise NotFound("assessment")
    return found


def find_adopted(*, actor: Actor) -> Assessment | None:
    """The version that is in force."""
    return _find(actor, Assessment.status == "adopted")


def find_open(*, actor: Actor) -> Assessment | None:
    """The version that is being written or reviewed; there is one at most."""
    return _find(actor, Assessment.status.in_(("draft", "in_review")), Assessment.archived_at.is_(None))


def find_current(*, actor: Actor) -> Assessment | None:
    """The version that plans refer to: the adopted one, else the one being written."""
    return find_adopted(actor=actor) or find_open(actor=actor)


def _find(actor: Actor, *conditions: Any) -> Assessment | None:
    return db.session.execute(
        select(Assessment).where(Assessment.city_id == actor.organisation_id, *conditions)
    ).scalar_one_or_none()


@dataclass(frozen=True)
class Content:
    """All that one version says; the graver and likelier threats first, communities by name."""

    threats: list[AssessedThreat]
    communities: list[AssessedCommunity]
    exposures: frozenset[tuple[uuid.UUID, uuid.UUID]]

    def hit_by(self, threat: AssessedThreat) -> list[AssessedCommunity]:
        """The communities that a threat hits."""
        return [c for c in self.communities if (threat.threat_id, c.community_id) in self.exposures]

    def threats_to(self, community: AssessedCommunity) -> list[AssessedThreat]:
        """The threats that hit a community."""
        return [t for t in self.threats if (t.threat_id, community.community_id) in self.exposures]

    def at(self, likelihood: int, impact: int) -> list[AssessedThreat]:
        """The threats of one cell of the risk matrix."""
        return [t for t in self.threats if (t.likelihood, t.impact) == (likelihood, impact)]


def get_content(assessment_id: uuid.UUID, *, actor: Actor) -> Content:
    """The threats, the communities and what hits whom, of one version; three statements."""

    def parts(model: Any, *order: Any) -> list[Any]:
        return list(
            db.session.execute(
                select(model)
                .where(model.city_id == actor.organisation_id, model.assessment_id == assessment_id)
                .order_by(*order).limit(2000)
            ).scalars()
        )  # fmt: skip

    risk = AssessedThreat.likelihood * AssessedThreat.impact
    threats = parts(AssessedThreat, risk.desc(), AssessedThreat.impact.desc(), AssessedThreat.name)
    communities = parts(AssessedCommunity, AssessedCommunity.name)
    exposures = parts(Exposure, Exposure.threat_id)
    return Content(threats, communities, frozenset((e.threat_id, e.community_id) for e in exposures))


def get_part(kind: str, assessment_id: uuid.UUID, record_id: uuid.UUID, *, actor: Actor) -> Any:
    """What a version says about one threat or community."""
    found = db.session.get(ASSESSED[kind], (actor.organisation_id, assessment_id, record_id))
    if found is None:
        raise NotFound(kind)
    return found


def list_exposed(assessment_id: uuid.UUID, threat_id: uuid.UUID, *, actor: Actor) -> list[uuid.UUID]:
    """The ids of the communities that a threat hits, in one version."""
    return list(
        db.session.execute(
            select(Exposure.community_id).where(
                Exposure.city_id == actor.organisation_id, Exposure.assessment_id == assessment_id,
                Exposure.threat_id == threat_id,
            )
        ).scalars()
    )  # fmt: skip


def get_registered(kind: str, record_id: uuid.UUID, *, actor: Actor) -> Any:
    """One threat or community of the register; NotFound also for another city's."""
    found = db.session.get(REGISTERS[kind], (actor.organisation_id, record_id))
    if found is None:
        raise NotFound(kind)
    return found


def list_registered(
    kind: str, *, text: str = "", is_archived: bool = False, actor: Actor, after: str = "", before: str = "",
    limit: int = 50,
) -> Page[Any]:  # fmt: skip
    """A page of the register of threats or communities, by name."""
    model = REGISTERS[kind]
    archived = model.archived_at.is_not(None)
    query: Select[Any] = select(model).where(
        model.city_id == actor.organisation_id, archived if is_archived else ~archived
    )
    if text:
        query = query.where(or_(model.name.icontains(text, autoescape=True),
                                model.description.icontains(text, autoescape=True)))  # fmt: skip
    return paginate(query, ((model.name, False), (_key(kind, model), False)), after=after, before=before, limit=limit)


def list_versions_of(kind: str, record_id: uuid.UUID, *, actor: Actor) -> list[tuple[Assessment, Any]]:
    """What each version says about one threat or community, the latest first."""
    model: Any = ASSESSED[kind]
    key = _key(kind, model)
    rows = db.session.execute(
        select(Assessment, model)
        .join(Assessment, (Assessment.city_id == model.city_id) & (Assessment.assessment_id == model.assessment_id))
        .where(model.city_id == actor.organisation_id, key == record_id, Assessment.archived_at.is_(None))
        .order_by(Assessment.number.desc()).limit(200)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def _choices(kind: str, actor: Actor) -> list[tuple[str, str]]:
    model: Any = REGISTERS[kind]
    key = _key(kind, model)
    rows = db.session.execute(
        select(key, model.name).where(model.city_id == actor.organisation_id, model.archived_at.is_(None))
        .order_by(model.name, key).limit(2000)
    )  # fmt: skip
    return [(str(row[0]), row[1]) for row in rows]


def community_choices(actor: Actor) -> list[tuple[str, str]]:
    """The city's communities for a form: id as text and name, archived ones left out. The ids stay
    the same over all versions of the assessment: refer to ``community (city_id, community_id)``."""
    return _choices("community", actor)


def threat_choices(actor: Actor) -> list[tuple[str, str]]:
    """The city's threats for a form, as ``community_choices``."""
    return _choices("threat", actor)


def find_last_named(kind: str, record_ids: list[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, int]:
    """The number of the latest version that names each of these threats or communities."""
    model: Any = ASSESSED[kind]
    key = _key(kind, model)
    rows = db.session.execute(
        select(key, func.max(Assessment.number))
        .join(Assessment, (Assessment.city_id == model.city_id) & (Assessment.assessment_id == model.assessment_id))
        .where(model.city_id == actor.organisation_id, key.in_(record_ids), Assessment.archived_at.is_(None))
        .group_by(key)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


register_notice("assessment_in_review", _l("gave an assessment to review"))
register_notice("assessment_adopted", _l("adopted an assessment"))
RECORD_TYPES = (
    RecordType(
        "assessment", _l("Assessment"), "assessments.show", "assessment_id", "assessment:read", AssessmentSchema,
        {"status": codes.STATUS, "confidence": codes.CONFIDENCE_SHORT},
    ),
    RecordType(
        "threat", _l("Threat"), "assessments.show_threat", "threat_id", "assessment:read", RegisterSchema
    ),
    RecordType(
        "community", _l("Community"), "assessments.show_community", "community_id", "assessment:read", RegisterSchema
    ),
)  # fmt: skip

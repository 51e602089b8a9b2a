"""Writing an assessment: coordinators and officers write the draft, a coordinator or the mayor adopts.

Only a draft can be changed. Adopting one supersedes the version that was in force.
"""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, literal, select

from network.assessment.models import (
    AssessedCommunity,
    AssessedThreat,
    Assessment,
    AssessmentEvidence,
    Community,
    EvidenceCommunity,
    EvidenceThreat,
    Exposure,
    KnowledgeGap,
    Threat,
)
from network.assessment.queries import (
    REGISTERS,
    find_adopted,
    find_open,
    get_assessment,
    get_part,
    get_registered,
)
from network.assessment.writing import archive, flush, set_values
from network.identity.models import Person
from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.keeping import stamp
from network.records.service import notify


def get_draft(assessment_id: uuid.UUID, *, actor: Actor) -> Assessment:
    """A version whose content can be changed; Refused for any other."""
    found = get_assessment(assessment_id, actor=actor)
    if not found.is_open:
        raise Refused(_("Only a draft can be changed. Take it back from review, or begin a new version."))
    return found


def _check_none_open(actor: Actor) -> None:
    if find_open(actor=actor) is not None:
        raise Refused(_("A version is being written or reviewed already: finish or archive it first."))


def _next_number(actor: Actor) -> int:
    last = db.session.execute(
        select(func.coalesce(func.max(Assessment.number), 0)).where(Assessment.city_id == actor.organisation_id)
    ).scalar_one()
    return int(last) + 1


def start_assessment(data: dict[str, Any], *, actor: Actor) -> Assessment:
    """Begin an empty draft; Refused while another version is open."""
    _check_none_open(actor)
    found = Assessment(
        city_id=actor.organisation_id, number=_next_number(actor), status="draft", **data, version=1,
        created_by=actor.person_id, updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(found)
    flush("title", _("Somebody began a version at the same moment. Reload the page."))
    return found


def change_assessment(assessment_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor) -> Assessment:
    """Change the frame of a draft that the caller read at ``version``; Conflict if it moved on."""
    found = get_draft(assessment_id, actor=actor)
    set_values(found, data, version)
    stamp(found, actor=actor)
    flush("title")
    return found


def archive_assessment(assessment_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Assessment:
    """Put a draft away, or bring it back; Refused for what was in review or in force."""
    found = get_assessment(assessment_id, actor=actor)
    if found.status != "draft":
        raise Refused(_("Only a draft can be archived."))
    if not is_archived and found.archived_at is not None:
        _check_none_open(actor)
    archive(found, is_archived, actor)
    flush("title")
    return found


_STEPS = {"in_review": {"draft"}, "draft": {"in_review"}, "adopted": {"in_review"}}


def move_assessment(
    assessment_id: uuid.UUID, status: str, *, decided_by: str = "", decided_on: date | None = None, actor: Actor
) -> Assessment:
    """Take a version one step on: to review, back to draft, or into force.

    ``decided_by`` says who decided on the adoption ("City council"); the caller's name if empty. Who
    may adopt gets a notice of the review, who wrote it one of the adoption.
    """
    found = get_assessment(assessment_id, actor=actor)
    may_take = status != "in_review" or actor.may("assessment:write")
    if found.status not in _STEPS.get(status, set()) or found.archived_at is not None or not may_take:
        raise Refused(_("This step is not possible now. Reload the page."))
    if status == "adopted":
        if not actor.may("assessment:adopt"):
            raise Refused(_("The mayor or a coordinator adopts an assessment."))
        if decided_on and decided_on > date.today():
            raise ValidationFailed({"decided_on": [_("This day is in the future.")]})
        decider = decided_by.strip()[:300] or db.session.get_one(Person, actor.person_id).name
        before = find_adopted(actor=actor)
        if before is not None:
            before.status = "superseded"
            stamp(before, actor=actor)
            db.session.flush()
        found.adopted_on, found.adopted_by = decided_on or date.today(), actor.person_id
        found.adopted_by_name = decider
    found.status = status
    stamp(found, actor=actor)
    flush()
    told = {"in_review": ("mayor", "coordinator"), "adopted": ("coordinator", "officer")}.get(status, ())
    people = [person.person_id for person, role in list_members(actor) if role in told]
    notify(people, kind=f"assessment_{status}", record_type="assessment", record_id=assessment_id, actor=actor)
    return found


def copy_assessment(assessment_id: uuid.UUID, *, actor: Actor) -> Assessment:
    """Begin a new version as a copy of one that was adopted; Refused while another one is open.

    Questions that were answered stay with the version that answered them.
    """
    source = get_assessment(assessment_id, actor=actor)
    if source.status not in ("adopted", "superseded"):
        raise Refused(_("Only an adopted assessment can be carried on as a new version."))
    names = ("title", "period_from", "period_to", "method", "summary", "confidence")
    made = start_assessment({name: getattr(source, name) for name in names}, actor=actor)
    made.copied_from_id = source.assessment_id
    made.period_to = max(source.period_to, date.today())
    db.session.flush()
    for model in (AssessedThreat, AssessedCommunity, Exposure, AssessmentEvidence, EvidenceThreat, EvidenceCommunity):
        copy_parts(model, source.assessment_id, made.assessment_id, actor=actor)
    copy_parts(KnowledgeGap, source.assessment_id, made.assessment_id, only=~KnowledgeGap.is_answered, actor=actor)
    return made


def copy_parts(
    model: Any, source_id: uuid.UUID, target_id: uuid.UUID, *, only: Any = None, actor: Actor
) -> None:
    """Copy the rows of one part from a version to another, in one statement."""
    skipped = {"assessment_id", "version", "updated_at"}
    columns = [column for column in model.__table__.columns if column.name not in skipped]
    rows = select(literal(target_id), *columns).where(
        model.city_id == actor.organisation_id, model.assessment_id == source_id
    )
    if only is not None:
        rows = rows.where(only)
    db.session.execute(insert(model).from_select(["assessment_id", *(c.name for c in columns)], rows))


def _register(kind: str, name: str, actor: Actor) -> Any:
    """The entry of the register with this name, made if there is none."""
    model: Any = REGISTERS[kind]
    found = db.session.execute(
        select(model).where(
            model.city_id == actor.organisation_id, func.lower(model.name) == func.lower(name),
            model.archived_at.is_(None),
        )
    ).scalar_one_or_none()  # fmt: skip
    return found if found is not None else add_registered(kind, {"name": name, "description": ""}, actor=actor)


def add_registered(kind: str, data: dict[str, Any], *, actor: Actor) -> Any:
    """Put a threat or a community into the register; ValidationFailed if the name is taken."""
    made = REGISTERS[kind](
        city_id=actor.organisation_id, **data, version=1, created_by=actor.person_id, updated_by=actor.person_id
    )
    db.session.add(made)
    flush("name", _("This name is in the register already."))
    return made


def change_registered(kind: str, record_id: uuid.UUID, data: dict[str, Any], *, version: int, actor: Actor) -> Any:
    """Change a threat or community of the register. A new name goes into the draft as well; what was
    adopted keeps the old one."""
    found = get_registered(kind, record_id, actor=actor)
    set_values(found, data, version)
    stamp(found, actor=actor)
    flush("name", _("This name is in the register already."))
    draft = find_open(actor=actor)
    if draft is not None and draft.is_open:
        model: Any = AssessedThreat if kind == "threat" else AssessedCommunity
        part = db.session.get(model, (actor.organisation_id, draft.assessment_id, record_id))
        if part is not None:
            part.name = found.name
            db.session.flush()
    return found


def archive_registered(kind: str, record_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Any:
    """Take a threat or a community out of the lists to choose from, or bring it back."""
    found = get_registered(kind, record_id, actor=actor)
    archive(found, is_archived, actor)
    flush("name", _("This name is in the register already."))
    return found


def save_threat(
    assessment_id: uuid.UUID, data: dict[str, Any], *, threat_id: uuid.UUID | None = None, version: int = 0,
    actor: Actor,
) -> AssessedThreat:  # fmt: skip
    """Add a threat to a draft, or change one that the caller read at ``version``.

    A name that the register knows means that threat; another one is put into the register.
    """
    get_draft(assessment_id, actor=actor)
    values = dict(data)
    hit = values.pop("community_ids", [])
    found: AssessedThreat = _save("threat", AssessedThreat, assessment_id, values, threat_id, version, actor)
    db.session.execute(
        delete(Exposure).where(
            Exposure.city_id == actor.organisation_id, Exposure.assessment_id == assessment_id,
            Exposure.threat_id == found.threat_id,
        )
    )  # fmt: skip
    for community_id in dict.fromkeys(hit):
        get_part("community", assessment_id, community_id, actor=actor)
        db.session.add(
            Exposure(
                city_id=actor.organisation_id, assessment_id=assessment_id, threat_id=found.threat_id,
                community_id=community_id,
            )
        )  # fmt: skip
    flush("community_ids")
    return found


def save_community(
    assessment_id: uuid.UUID, data: dict[str, Any], *, community_id: uuid.UUID | None = None, version: int = 0,
    actor: Actor,
) -> AssessedCommunity:  # fmt: skip
    """Add a community to a draft, or change one, as ``save_threat``."""
    get_draft(assessment_id, actor=actor)
    found: AssessedCommunity = _save(
        "community", AssessedCommunity, assessment_id, data, community_id, version, actor
    )
    return found


def _save(
    kind: str, model: Any, assessment_id: uuid.UUID, data: dict[str, Any], record_id: uuid.UUID | None, version: int,
    actor: Actor,
) -> Any:  # fmt: skip
    if record_id is None:
        entry: Threat | Community = _register(kind, data["name"], actor)
        key = entry.threat_id if isinstance(entry, Threat) else entry.community_id
        if db.session.get(model, (actor.organisation_id, assessment_id, key)) is not None:
            raise ValidationFailed({"name": [_("This is in the assessment already.")]})
        values = {**data, f"{kind}_id": key, "name": entry.name}
        found = model(city_id=actor.organisation_id, assessment_id=assessment_id, **values, version=1)
        db.session.add(found)
    else:
        found = get_part(kind, assessment_id, record_id, actor=actor)
        set_values(found, data, version)
        found.updated_at = datetime.now(UTC)
        entry = get_registered(kind, record_id, actor=actor)
        if entry.name != found.name:
            entry.name = found.name
            stamp(entry, actor=actor)
    flush("name", _("This name is in the register already."))
    return found


def remove_part(kind: str, assessment_id: uuid.UUID, record_id: uuid.UUID, *, actor: Actor) -> None:
    """Take a threat or a community out of a draft; the register keeps it."""
    get_draft(assessment_id, actor=actor)
    db.session.delete(get_part(kind, assessment_id, record_id, actor=actor))
    db.session.flush()

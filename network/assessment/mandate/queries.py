"""Reading the mandate, the decisions and the policies."""

import uuid

from sqlalchemy import Select, or_, select

from network.assessment import codes
from network.assessment.mandate.schemas import DecisionSchema, MandateSchema
from network.assessment.models import Mandate, MandateDecision, MandatePolicy
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.records.registry import RecordType


def find_mandate(*, actor: Actor) -> Mandate | None:
    """The recorded answers about the mandate, if there are any."""
    return db.session.execute(select(Mandate).where(Mandate.city_id == actor.organisation_id)).scalar_one_or_none()


def get_mandate(*, actor: Actor) -> Mandate:
    """The recorded answers; NotFound before they are given."""
    found = find_mandate(actor=actor)
    if found is None:
        raise NotFound("mandate")
    return found


def _decisions(text: str, is_archived: bool, actor: Actor) -> Select[tuple[MandateDecision]]:
    archived = MandateDecision.archived_at.is_not(None)
    query = select(MandateDecision).where(
        MandateDecision.city_id == actor.organisation_id, archived if is_archived else ~archived
    )
    if text:
        columns = (MandateDecision.title, MandateDecision.body, MandateDecision.decided_by, MandateDecision.reference)
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return query


def list_decisions(
    *, text: str = "", is_archived: bool = False, actor: Actor, after: str = "", before: str = "", limit: int = 20
) -> Page[MandateDecision]:
    """A page of decisions, the latest first."""
    order = ((MandateDecision.decided_on, True), (MandateDecision.decision_id, True))
    return paginate(_decisions(text, is_archived, actor), order, after=after, before=before, limit=limit)


def all_decisions(*, text: str = "", is_archived: bool = False, actor: Actor) -> list[MandateDecision]:
    """The decisions that are meant, the latest first, for an export."""
    query = _decisions(text, is_archived, actor).order_by(MandateDecision.decided_on.desc()).limit(5000)
    return list(db.session.execute(query).scalars())


def get_decision(decision_id: uuid.UUID, *, actor: Actor) -> MandateDecision:
    """One decision; NotFound also for another city's."""
    found = db.session.get(MandateDecision, (actor.organisation_id, decision_id))
    if found is None:
        raise NotFound("decision")
    return found


def list_policies(*, actor: Actor) -> list[MandatePolicy]:
    """The policies that bear on the city, by title; they are few."""
    return list(
        db.session.execute(
            select(MandatePolicy).where(MandatePolicy.city_id == actor.organisation_id)
            .order_by(MandatePolicy.title, MandatePolicy.policy_id).limit(500)
        ).scalars()
    )  # fmt: skip


def get_policy(policy_id: uuid.UUID, *, actor: Actor) -> MandatePolicy:
    """One policy; NotFound also for another city's."""
    found = db.session.get(MandatePolicy, (actor.organisation_id, policy_id))
    if found is None:
        raise NotFound("policy")
    return found


RECORD_TYPES = (
    RecordType(
        "mandate", _l("Mandate"), "mandate.show_answers", "mandate_id", "assessment:read", MandateSchema,
        {"level": codes.MANDATE_LEVELS, "priority": codes.PRIORITIES},
    ),
    RecordType(
        "mandate_decision", _l("Decision on the mandate"), "mandate.show_decision", "decision_id", "assessment:read",
        DecisionSchema,
    ),
)  # fmt: skip

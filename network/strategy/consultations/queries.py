"""Reading who was heard."""

import uuid
from collections.abc import Callable

from sqlalchemy import Select, func, select

from network.assessment.queries import community_choices
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.records.registry import RecordType
from network.strategy import codes
from network.strategy.consultations.schemas import ConsultationSchema
from network.strategy.models import Consultation, Strategy


def _select(strategy_id: uuid.UUID, actor: Actor, form: str, is_archived: bool) -> Select[tuple[Consultation]]:
    archived = Consultation.archived_at.is_not(None)
    query = select(Consultation).where(
        Consultation.city_id == actor.organisation_id, Consultation.strategy_id == strategy_id,
        archived if is_archived else ~archived,
    )  # fmt: skip
    if form:
        query = query.where(Consultation.form == form)
    return query


def list_consultations(
    strategy_id: uuid.UUID, *, actor: Actor, form: str = "", is_archived: bool = False, after: str = "",
    before: str = "", limit: int = 50,
) -> Page[Consultation]:  # fmt: skip
    """A page of the consultations for a strategy, the latest first."""
    order = ((Consultation.held_on, True), (Consultation.consultation_id, True))
    query = _select(strategy_id, actor, form, is_archived)
    return paginate(query, order, after=after, before=before, limit=limit)


def all_consultations(
    strategy_id: uuid.UUID, *, actor: Actor, form: str = "", is_archived: bool = False, limit: int = 5000
) -> list[Consultation]:
    """The consultations for a strategy, the latest first, for a file or a document."""
    order = (Consultation.held_on.desc(), Consultation.consultation_id.desc())
    query = _select(strategy_id, actor, form, is_archived)
    return list(db.session.execute(query.order_by(*order).limit(limit)).scalars())


def get_consultation(consultation_id: uuid.UUID, *, actor: Actor) -> Consultation:
    """One consultation; NotFound also for another city's."""
    found = db.session.get(Consultation, (actor.organisation_id, consultation_id))
    if found is None:
        raise NotFound("consultation")
    return found


def name_communities(*, actor: Actor) -> Callable[[Consultation], str]:
    """A function that says which communities a consultation heard, those of the assessment first; one
    statement now, none later."""
    names = dict(community_choices(actor))

    def say(found: Consultation) -> str:
        known = [names[str(key)] for key in found.community_ids if str(key) in names]
        return ", ".join([*known, *([found.communities] if found.communities else [])])

    return say


def list_not_consulted(*, actor: Actor) -> list[tuple[str, str]]:
    """The communities of the assessment that no consultation for a current strategy names; two
    statements."""
    heard = (
        select(func.unnest(Consultation.community_ids))
        .join(Strategy, (Strategy.city_id == Consultation.city_id) & (Strategy.strategy_id == Consultation.strategy_id))
        .where(Consultation.city_id == actor.organisation_id, Consultation.archived_at.is_(None),
               Strategy.archived_at.is_(None)).distinct()
    )  # fmt: skip
    known = {str(key) for key in db.session.execute(heard).scalars()}
    return [(key, name) for key, name in community_choices(actor) if key not in known]


RECORD_TYPES = (
    RecordType(
        "consultation", _l("Consultation"), "consultations.show", "consultation_id", "strategy:read",
        ConsultationSchema, {"form": codes.FORMS},
    ),
)  # fmt: skip

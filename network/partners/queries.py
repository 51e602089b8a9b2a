"""Reading the register of partners."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select

from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.partners import codes
from network.partners.models import Partner, PartnerContact, PartnerNote, PartnerPerson
from network.partners.schemas import PartnerSchema
from network.records.registry import RecordType


@dataclass(frozen=True)
class PartnerFilter:
    """Which partners are meant; an empty field asks for all."""

    text: str = ""
    partner_type: str = ""
    language: str = ""
    not_met_months: int | None = None
    is_archived: bool = False


def _select(wanted: PartnerFilter, actor: Actor) -> Select[tuple[Partner]]:
    is_archived = Partner.archived_at.is_not(None)
    query = select(Partner).where(
        Partner.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    if wanted.partner_type:
        query = query.where(Partner.partner_type == wanted.partner_type)
    if wanted.language:
        query = query.where(Partner.languages.contains([wanted.language]))
    if wanted.text:
        columns = (Partner.name, Partner.description, Partner.communities)
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    if wanted.not_met_months:
        since = date.today() - timedelta(days=wanted.not_met_months * 30)
        met = select(PartnerNote.note_id).where(
            PartnerNote.city_id == Partner.city_id, PartnerNote.partner_id == Partner.partner_id,
            PartnerNote.happened_on >= since,
        )  # fmt: skip
        query = query.where(~met.exists())
    return query


def list_partners(
    wanted: PartnerFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[Partner]:
    """A page of partners by name."""
    order = ((Partner.name, False), (Partner.partner_id, False))
    return paginate(_select(wanted, actor), order, after=after, before=before, limit=limit)


def all_partners(wanted: PartnerFilter, *, actor: Actor, limit: int = 5000) -> list[Partner]:
    """The partners that the filter means, by name, for an export or a choice."""
    query = _select(wanted, actor).order_by(Partner.name, Partner.partner_id).limit(limit)
    return list(db.session.execute(query).scalars())


def count_partners(wanted: PartnerFilter, *, actor: Actor) -> int:
    """How many partners the filter means."""
    return db.session.execute(select(func.count()).select_from(_select(wanted, actor).subquery())).scalar_one()


def partner_choices(*, actor: Actor) -> list[tuple[str, str]]:
    """Partners for a form: id as text and name, archived ones left out."""
    return [(str(partner.partner_id), partner.name) for partner in all_partners(PartnerFilter(), actor=actor)]


def count_partner_types(*, actor: Actor) -> dict[str, int]:
    """How many partners there are of each type that occurs; archived ones are left out."""
    rows = db.session.execute(
        select(Partner.partner_type, func.count())
        .where(Partner.city_id == actor.organisation_id, Partner.archived_at.is_(None))
        .group_by(Partner.partner_type)
    )
    return {row[0]: row[1] for row in rows}


def find_last_contacts(partner_ids: Sequence[uuid.UUID], *, actor: Actor) -> dict[uuid.UUID, date]:
    """The latest day of the log for each partner that has one."""
    rows = db.session.execute(
        select(PartnerNote.partner_id, func.max(PartnerNote.happened_on))
        .where(PartnerNote.city_id == actor.organisation_id, PartnerNote.partner_id.in_(partner_ids))
        .group_by(PartnerNote.partner_id)
    )
    return {row[0]: row[1] for row in rows}


def get_partner(partner_id: uuid.UUID, *, actor: Actor) -> Partner:
    """One partner; NotFound also for another city's."""
    found = db.session.get(Partner, (actor.organisation_id, partner_id))
    if found is None:
        raise NotFound("partner")
    return found


def list_contacts(partner_id: uuid.UUID, *, actor: Actor) -> list[PartnerContact]:
    """The people of a partner, by name."""
    return list(
        db.session.execute(
            select(PartnerContact).where(
                PartnerContact.city_id == actor.organisation_id, PartnerContact.partner_id == partner_id
            ).order_by(PartnerContact.name, PartnerContact.contact_id).limit(500)
        ).scalars()
    )  # fmt: skip


def get_contact(partner_id: uuid.UUID, contact_id: uuid.UUID, *, actor: Actor) -> PartnerContact:
    """One person of a partner."""
    found = db.session.get(PartnerContact, (actor.organisation_id, contact_id))
    if found is None or found.partner_id != partner_id:
        raise NotFound("contact")
    return found


def list_notes(
    partner_id: uuid.UUID, *, actor: Actor, after: str = "", before: str = "", limit: int = 20
) -> Page[PartnerNote]:
    """A page of the log, the latest first."""
    query = select(PartnerNote).where(
        PartnerNote.city_id == actor.organisation_id, PartnerNote.partner_id == partner_id
    )
    order = ((PartnerNote.happened_on, True), (PartnerNote.note_id, True))
    return paginate(query, order, after=after, before=before, limit=limit)


def list_partner_people(partner_id: uuid.UUID, *, actor: Actor) -> list[PartnerPerson]:
    """The outsiders who stand for a partner."""
    return list(
        db.session.execute(
            select(PartnerPerson).where(
                PartnerPerson.city_id == actor.organisation_id, PartnerPerson.partner_id == partner_id
            ).order_by(PartnerPerson.email)
        ).scalars()
    )  # fmt: skip


RECORD_TYPES = (
    RecordType(
        "partner", _l("Partner"), "partners.show", "partner_id", "partner:read", PartnerSchema,
        {"partner_type": codes.PARTNER_TYPES, "prevention_levels": codes.PREVENTION_LEVELS},
    ),
)  # fmt: skip

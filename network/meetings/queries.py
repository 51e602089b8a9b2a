"""Reading meetings. The team reads all of its city, a partner's people what they are invited to."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select

from network.cities.queries import get_time_zone
from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor
from network.meetings import codes
from network.meetings.models import (
    CalendarFeed,
    Meeting,
    MeetingAttendance,
    MeetingDecision,
    MeetingFollowUp,
    MeetingMinutes,
    MeetingSeries,
)
from network.meetings.schemas import MeetingSchema, SeriesSchema
from network.partners.models import Partner
from network.partners.queries import (
    PartnerFilter,
    all_partners,
    count_partners,
    find_last_contacts,
    get_partner,
    list_partner_people,
)
from network.records.registry import RecordType, register_notice
from network.strategy.models import Action

NOT_MET_MONTHS = 6
"""After how many months without contact a partner counts as not met."""


@dataclass(frozen=True)
class MeetingFilter:
    """Which meetings are meant; an empty field asks for all. ``when`` is "upcoming" or "past"."""

    text: str = ""
    when: str = ""
    status: str = ""
    series_id: uuid.UUID | None = None
    partner_id: uuid.UUID | None = None
    is_archived: bool = False


def _select(wanted: MeetingFilter, actor: Actor) -> Select[tuple[Meeting]]:
    is_archived = Meeting.archived_at.is_not(None)
    query = select(Meeting).where(
        Meeting.city_id == actor.organisation_id, is_archived if wanted.is_archived else ~is_archived
    )
    if wanted.text:
        columns = (Meeting.title, Meeting.place, func.array_to_string(Meeting.agenda, " "))
        query = query.where(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    if wanted.when:
        is_upcoming = Meeting.ends_at > datetime.now(UTC)
        query = query.where(is_upcoming if wanted.when == "upcoming" else ~is_upcoming)
    if wanted.status:
        query = query.where(Meeting.status == wanted.status)
    if wanted.series_id:
        query = query.where(Meeting.series_id == wanted.series_id)
    if wanted.partner_id:
        query = query.where(Meeting.partner_ids.contains([wanted.partner_id]))
    return query


def list_meetings(
    wanted: MeetingFilter, *, actor: Actor, after: str = "", before: str = "", limit: int = 50
) -> Page[Meeting]:
    """A page of meetings: those to come begin with the next one, all others with the latest."""
    descends = wanted.when != "upcoming"
    order = ((Meeting.starts_at, descends), (Meeting.meeting_id, descends))
    return paginate(_select(wanted, actor), order, after=after, before=before, limit=limit)


def all_meetings(wanted: MeetingFilter, *, actor: Actor, limit: int = 5000) -> list[Meeting]:
    """The meetings that the filter means, by time, for an export."""
    query = _select(wanted, actor).order_by(Meeting.starts_at, Meeting.meeting_id).limit(limit)
    return list(db.session.execute(query).scalars())


def list_calendar(*, actor: Actor, holds_all: bool) -> list[Meeting]:
    """The meetings of a calendar: half a year back and two years ahead, those that the caller may
    see, or of the team only those to which they are invited. Cancelled ones are among them."""
    now = datetime.now(UTC)
    query = select(Meeting).where(
        Meeting.city_id == actor.organisation_id, Meeting.archived_at.is_(None),
        Meeting.starts_at.between(now - timedelta(days=183), now + timedelta(days=731)),
    )  # fmt: skip
    if not holds_all and actor.role != "partner":
        query = query.where(Meeting.person_ids.contains([actor.person_id]))
    return list(db.session.execute(query.order_by(Meeting.starts_at, Meeting.meeting_id).limit(5000)).scalars())


def get_meeting(meeting_id: uuid.UUID, *, actor: Actor) -> Meeting:
    """One meeting; NotFound also for one that the caller may not see."""
    found = db.session.get(Meeting, (actor.organisation_id, meeting_id))
    if found is None:
        raise NotFound("meeting")
    return found


def get_series(series_id: uuid.UUID, *, actor: Actor) -> MeetingSeries:
    """One series."""
    found = db.session.get(MeetingSeries, (actor.organisation_id, series_id))
    if found is None:
        raise NotFound("meeting series")
    return found


def list_series(*, actor: Actor, is_archived: bool = False) -> list[MeetingSeries]:
    """The series by name; a city has a handful of them."""
    archived = MeetingSeries.archived_at.is_not(None)
    query = select(MeetingSeries).where(
        MeetingSeries.city_id == actor.organisation_id, archived if is_archived else ~archived
    )
    return list(db.session.execute(query.order_by(MeetingSeries.title, MeetingSeries.series_id).limit(500)).scalars())


def list_series_meetings(series_id: uuid.UUID, *, actor: Actor) -> list[Meeting]:
    """All meetings of a series by time, archived ones too."""
    query = select(Meeting).where(Meeting.city_id == actor.organisation_id, Meeting.series_id == series_id)
    return list(db.session.execute(query.order_by(Meeting.starts_at).limit(2000)).scalars())


def find_next_meetings(*, actor: Actor) -> dict[uuid.UUID, datetime]:
    """When each series meets next; series without a planned meeting are left out."""
    rows = db.session.execute(
        select(Meeting.series_id, func.min(Meeting.starts_at))
        .where(
            Meeting.city_id == actor.organisation_id, Meeting.series_id.is_not(None), Meeting.status == "planned",
            Meeting.archived_at.is_(None), Meeting.ends_at > datetime.now(UTC),
        ).group_by(Meeting.series_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def find_minutes(meeting_id: uuid.UUID, *, actor: Actor) -> MeetingMinutes | None:
    """The minutes of a meeting, if there are any that the caller may read."""
    return db.session.get(MeetingMinutes, (actor.organisation_id, meeting_id))


def list_attendance(meeting_id: uuid.UUID, *, actor: Actor) -> list[MeetingAttendance]:
    """What is recorded of who was there."""
    query = select(MeetingAttendance).where(
        MeetingAttendance.city_id == actor.organisation_id, MeetingAttendance.meeting_id == meeting_id
    )
    return list(db.session.execute(query.limit(1000)).scalars())


def list_decisions(meeting_id: uuid.UUID, *, actor: Actor) -> list[MeetingDecision]:
    """The decisions of a meeting in the order in which they were written down."""
    query = select(MeetingDecision).where(
        MeetingDecision.city_id == actor.organisation_id, MeetingDecision.meeting_id == meeting_id
    )
    return list(db.session.execute(query.order_by(MeetingDecision.decision_id).limit(500)).scalars())


@dataclass(frozen=True)
class FollowUpLine:
    """An action that follows from a meeting."""

    follow_up: MeetingFollowUp
    action: Action


def _is_its_action() -> ColumnElement[bool]:
    return (
        (Action.city_id == MeetingFollowUp.city_id) & (Action.action_id == MeetingFollowUp.action_id)
        & Action.archived_at.is_(None)
    )  # fmt: skip


def list_follow_ups(meeting_id: uuid.UUID, *, actor: Actor) -> list[FollowUpLine]:
    """What is done about a meeting, in the order in which it was written down; for the team."""
    rows = db.session.execute(
        select(MeetingFollowUp, Action).join(Action, _is_its_action())
        .where(MeetingFollowUp.city_id == actor.organisation_id, MeetingFollowUp.meeting_id == meeting_id)
        .order_by(MeetingFollowUp.follow_up_id).limit(500)
    )  # fmt: skip
    return [FollowUpLine(row[0], row[1]) for row in rows]


@dataclass(frozen=True)
class DecisionLine:
    """A decision with its meeting and how many follow-ups it has, done and in all."""

    decision: MeetingDecision
    meeting: Meeting
    follow_ups: int
    done: int


def page_decisions(
    *, actor: Actor, is_open: bool = False, text: str = "", after: str = "", before: str = "", limit: int = 50
) -> Page[DecisionLine]:
    """A page of all decisions, the latest first; with ``is_open`` those from which nothing follows.
    Two statements."""
    query = (
        select(MeetingDecision)
        .join(Meeting, (Meeting.city_id == MeetingDecision.city_id) & (Meeting.meeting_id == MeetingDecision.meeting_id))
        .where(MeetingDecision.city_id == actor.organisation_id, Meeting.archived_at.is_(None))
    )
    if text:
        query = query.where(MeetingDecision.body.icontains(text, autoescape=True))
    if is_open:
        query = query.where(~_has_follow_up())
    page = paginate(query, ((MeetingDecision.decision_id, True),), after=after, before=before, limit=limit)
    ids = [decision.decision_id for decision in page.items]
    rows = db.session.execute(
        select(MeetingDecision.decision_id, Meeting, func.count(Action.action_id),
               func.count().filter(Action.status == "done"))
        .join(Meeting, (Meeting.city_id == MeetingDecision.city_id) & (Meeting.meeting_id == MeetingDecision.meeting_id))
        .outerjoin(MeetingFollowUp, (MeetingFollowUp.city_id == MeetingDecision.city_id)
                   & (MeetingFollowUp.decision_id == MeetingDecision.decision_id))
        .outerjoin(Action, _is_its_action())
        .where(MeetingDecision.city_id == actor.organisation_id, MeetingDecision.decision_id.in_(ids))
        .group_by(MeetingDecision.decision_id, Meeting.city_id, Meeting.meeting_id)
    )  # fmt: skip
    about = {row[0]: (row[1], row[2], row[3]) for row in rows}
    return page.of([DecisionLine(decision, *about[decision.decision_id]) for decision in page.items])


def party_names(*, actor: Actor) -> dict[uuid.UUID, str]:
    """The names of all partners and colleagues by id; two statements. A partner's people learn the
    names of their own partner alone, and of the team."""
    rows = db.session.execute(
        select(Partner.partner_id, Partner.name).where(Partner.city_id == actor.organisation_id)
    )
    names: dict[uuid.UUID, str] = {row[0]: row[1] for row in rows}
    return names | {person.person_id: person.name for person, _role in list_members(actor)}


def find_partner_addresses(partner_id: uuid.UUID, *, actor: Actor) -> list[str]:
    """Where an invitation of a partner goes: its own address, and those of the people who stand for it."""
    partner = get_partner(partner_id, actor=actor)
    people = {person.email for person in list_partner_people(partner_id, actor=actor)}
    return sorted(people | ({partner.email.lower()} if partner.email else set()))


def mark_address(address: str) -> str:
    """What stands for an address in a job, which holds no address itself."""
    return hashlib.sha256(address.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class ContactLine:
    """A partner with the day of the last contact and the next meeting to which they are invited."""

    partner: Partner
    last_on: date | None
    next_at: datetime | None


def list_contacts(*, actor: Actor) -> list[ContactLine]:
    """Every partner in the order in which it is time to meet them: never met, then the longest ago."""
    partners = all_partners(PartnerFilter(), actor=actor)
    last = find_last_contacts([partner.partner_id for partner in partners], actor=actor)
    invited = select(func.unnest(Meeting.partner_ids).label("partner_id"), Meeting.starts_at).where(
        Meeting.city_id == actor.organisation_id, Meeting.status == "planned", Meeting.archived_at.is_(None),
        Meeting.starts_at > datetime.now(UTC),
    ).subquery()  # fmt: skip
    rows = db.session.execute(select(invited.c.partner_id, func.min(invited.c.starts_at)).group_by(invited.c.partner_id))
    upcoming = {row[0]: row[1] for row in rows}
    lines = [ContactLine(p, last.get(p.partner_id), upcoming.get(p.partner_id)) for p in partners]
    return sorted(lines, key=lambda line: (line.last_on or date.min, line.partner.name.casefold()))


def list_feeds(*, actor: Actor) -> list[CalendarFeed]:
    """The caller's own calendar feeds that are in use."""
    query = select(CalendarFeed).where(
        CalendarFeed.city_id == actor.organisation_id, CalendarFeed.person_id == actor.person_id,
        CalendarFeed.revoked_at.is_(None),
    )  # fmt: skip
    return list(db.session.execute(query.order_by(CalendarFeed.feed_id).limit(100)).scalars())


@dataclass(frozen=True)
class MeetingProgress:
    """Step 5 in figures. ``not_met`` are partners without contact for six months,
    ``meetings_last_year`` those that were held."""

    partners: int
    not_met: int
    meetings_last_year: int
    decisions: int
    decisions_without_follow_up: int
    next_meeting_on: date | None


def _has_follow_up() -> ColumnElement[bool]:
    return (
        select(MeetingFollowUp.follow_up_id).join(Action, _is_its_action())
        .where(MeetingFollowUp.city_id == MeetingDecision.city_id,
               MeetingFollowUp.decision_id == MeetingDecision.decision_id)
        .exists()
    )  # fmt: skip


def meeting_progress(*, actor: Actor) -> MeetingProgress:
    """How far the city is with meeting its partners. For the team."""
    zone, now = get_time_zone(actor=actor), datetime.now(UTC)
    held, next_at = db.session.execute(
        select(
            func.count().filter(Meeting.status == "held", Meeting.starts_at > now - timedelta(days=365)),
            func.min(Meeting.starts_at).filter(Meeting.status == "planned", Meeting.starts_at > now),
        ).where(Meeting.city_id == actor.organisation_id, Meeting.archived_at.is_(None))
    ).one()  # fmt: skip
    decisions, open_ones = db.session.execute(
        select(func.count(), func.count().filter(~_has_follow_up()))
        .select_from(MeetingDecision)
        .join(Meeting, (Meeting.city_id == MeetingDecision.city_id) & (Meeting.meeting_id == MeetingDecision.meeting_id))
        .where(MeetingDecision.city_id == actor.organisation_id, Meeting.archived_at.is_(None))
    ).one()
    return MeetingProgress(
        partners=count_partners(PartnerFilter(), actor=actor),
        not_met=count_partners(PartnerFilter(not_met_months=NOT_MET_MONTHS), actor=actor),
        meetings_last_year=held, decisions=decisions, decisions_without_follow_up=open_ones,
        next_meeting_on=next_at.astimezone(zone).date() if next_at else None,
    )  # fmt: skip


def find_invited(meeting: Meeting, names: dict[uuid.UUID, str]) -> list[tuple[str, uuid.UUID, str]]:
    """Who is invited: "partner" or "person", the id, the name; those the caller may not know left out."""
    parties = [("partner", i) for i in meeting.partner_ids] + [("person", i) for i in meeting.person_ids]
    return [(kind, party_id, names[party_id]) for kind, party_id in parties if party_id in names]


register_notice("follow_up", _l("gave you something to do after a meeting"))

RECORD_TYPES = (
    RecordType(
        "meeting", _l("Meeting"), "meetings.show", "meeting_id", "meeting:read", MeetingSchema,
        {"status": codes.STATUS},
    ),
    RecordType(
        "meeting_series", _l("Meeting series"), "meeting_series.show", "series_id", "meeting:read", SeriesSchema,
        {"rhythm": codes.RHYTHMS, "weekday": codes.WEEKDAYS, "week_of_month": codes.WEEKS},
    ),
)  # fmt: skip

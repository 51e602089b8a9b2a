"""Keeping meetings: coordinators and officers write, the team reads."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any

from sqlalchemy import delete

from network.cities.queries import get_time_zone
from network.identity.service import list_members
from network.jobs.queue import defer
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.meetings import codes
from network.meetings.models import (
    Meeting,
    MeetingAttendance,
    MeetingDecision,
    MeetingFollowUp,
    MeetingMinutes,
    MeetingSeries,
)
from network.meetings.queries import (
    find_minutes,
    find_partner_addresses,
    get_meeting,
    get_series,
    list_attendance,
    list_series_meetings,
    mark_address,
)
from network.meetings.rhythm import Rhythm, place_in_time
from network.partners.queries import partner_choices
from network.partners.service import log_meeting, unlog_meeting
from network.records.keeping import flush, stamp
from network.records.service import link_records, notify
from network.strategy.models import Action
from network.strategy.service import add_action, archive_action, move_action

HORIZON = timedelta(days=183)
"""How far ahead the meetings of a series are planned at once."""
MOST_AT_ONCE = 60

Party = tuple[str, uuid.UUID]
"""Who was invited: "partner" or "person", and the id."""


def _check_parties(data: Mapping[str, Any], known: Meeting | MeetingSeries | None, *, actor: Actor) -> dict[str, list[uuid.UUID]]:
    """The invited of a form, each once; ValidationFailed for somebody whom the city does not have."""
    partners = {uuid.UUID(key) for key, _name in partner_choices(actor=actor)}
    people = {person.person_id for person, role in list_members(actor) if role != "partner"}
    if known is not None:
        partners |= set(known.partner_ids)
        people |= set(known.person_ids)
    chosen = {"partner_ids": sorted(set(data["partner_ids"])), "person_ids": sorted(set(data["person_ids"]))}
    for name, allowed in (("partner_ids", partners), ("person_ids", people)):
        if not set(chosen[name]) <= allowed:
            raise ValidationFailed({name: [_("Choose from the list.")]})
    return chosen


def _values(data: Mapping[str, Any], *, actor: Actor) -> dict[str, Any]:
    zone = get_time_zone(actor=actor)
    starts, ends = (datetime.combine(data["on"], data[name], zone).astimezone(UTC) for name in ("starts", "ends"))
    if ends <= starts:
        raise ValidationFailed({"ends": [_("The end must come after the beginning.")]})
    agenda = [line.strip() for line in data["agenda"].splitlines() if line.strip()]
    return {"title": data["title"], "starts_at": starts, "ends_at": ends, "place": data["place"], "agenda": agenda}


def add_meeting(data: Mapping[str, Any], *, actor: Actor) -> Meeting:
    """Plan a single meeting. Nobody is told until the invitations are sent."""
    meeting = Meeting(
        city_id=actor.organisation_id, **_values(data, actor=actor), **_check_parties(data, None, actor=actor),
        status="planned", is_announced=False, sequence=0, version=1, created_by=actor.person_id,
        updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(meeting)
    db.session.flush()
    return meeting


def change_meeting(meeting_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> Meeting:
    """Change a meeting that the caller read at ``version``; Conflict if it moved on since.

    Once the invitations are out, everybody gets the change by mail, and who is no longer invited
    a cancellation.
    """
    meeting = get_meeting(meeting_id, actor=actor)
    if meeting.version != version:
        raise Conflict(meeting.version)
    values, chosen = _values(data, actor=actor), _check_parties(data, meeting, actor=actor)
    before = set(_parties(meeting))
    is_moved = any(getattr(meeting, name) != values[name] for name in ("title", "starts_at", "ends_at", "place"))
    for name, value in (values | chosen).items():
        setattr(meeting, name, value)
    after = set(_parties(meeting))
    if is_moved or before - after:
        meeting.sequence += 1
    stamp(meeting, actor=actor)
    flush()
    minutes = find_minutes(meeting_id, actor=actor)
    if minutes is not None and minutes.partner_ids:
        minutes.partner_ids = meeting.partner_ids
    if meeting.is_announced and meeting.status == "planned":
        _mail(meeting, "CANCEL", before - after, actor=actor)
        _mail(meeting, "REQUEST", after if is_moved else after - before, actor=actor)
    flush()
    return meeting


def _parties(meeting: Meeting) -> list[Party]:
    return [("partner", i) for i in meeting.partner_ids] + [("person", i) for i in meeting.person_ids]


def _mail(meeting: Meeting, method: str, parties: Iterable[Party], *, actor: Actor) -> None:
    """One job for each address, so that one that fails does not send to the others again."""
    for party, party_id in sorted(parties):
        marks = [mark_address(address) for address in find_partner_addresses(party_id, actor=actor)] if party == "partner" else [""]
        for mark in marks:
            defer(
                "meetings.mail_invitation", actor=actor, meeting_id=meeting.meeting_id, method=method, party=party,
                party_id=party_id, address=mark,
            )  # fmt: skip


def send_invitations(meeting_id: uuid.UUID, *, actor: Actor) -> int:
    """Invite everybody by mail with a calendar entry; from then on changes are mailed too.

    Says how many partners and people are invited. Refused for a meeting that is over or cancelled.
    """
    meeting = get_meeting(meeting_id, actor=actor)
    if meeting.status != "planned" or meeting.ends_at <= datetime.now(UTC):
        raise Refused(_("Only to a meeting that is still to come can people be invited."))
    parties = _parties(meeting)
    if not parties:
        raise Refused(_("Nobody is invited yet: choose partners or people first."))
    meeting.is_announced = True
    stamp(meeting, actor=actor)
    flush()
    _mail(meeting, "REQUEST", parties, actor=actor)
    return len(parties)


def cancel_meeting(meeting_id: uuid.UUID, *, is_cancelled: bool = True, actor: Actor) -> Meeting:
    """Cancel a meeting, or undo that; whoever got an invitation is told."""
    meeting = get_meeting(meeting_id, actor=actor)
    if meeting.status != ("planned" if is_cancelled else "cancelled"):
        raise Refused(_("The meeting is not in the state for that."))
    meeting.status = "cancelled" if is_cancelled else "planned"
    meeting.sequence += 1
    stamp(meeting, actor=actor)
    flush()
    if meeting.is_announced and meeting.ends_at > datetime.now(UTC):
        _mail(meeting, "CANCEL" if is_cancelled else "REQUEST", _parties(meeting), actor=actor)
    return meeting


def archive_meeting(meeting_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> Meeting:
    """Take a meeting out of the lists, or bring it back. One that people wait for is cancelled first."""
    meeting = get_meeting(meeting_id, actor=actor)
    if is_archived and meeting.status == "planned" and meeting.is_announced and meeting.ends_at > datetime.now(UTC):
        raise Refused(_("People are invited to this meeting: cancel it first, so that they are told."))
    meeting.archived_at = datetime.now(UTC) if is_archived else None
    meeting.archived_by = actor.person_id if is_archived else None
    flush()
    return meeting


def record_attendance(meeting_id: uuid.UUID, states: Mapping[Party, str], *, actor: Actor) -> Meeting:
    """Say who of the invited was there; an empty state takes back what was said.

    The meeting counts as held as soon as somebody was there, and a partner who was there as met:
    it gets a line in its log. Refused before the meeting has begun.
    """
    meeting = get_meeting(meeting_id, actor=actor)
    if meeting.starts_at > datetime.now(UTC) or meeting.status == "cancelled":
        raise Refused(_("Who was there can be said once the meeting has begun."))
    invited = set(_parties(meeting))
    known: dict[Party, MeetingAttendance] = {}
    for row in list_attendance(meeting_id, actor=actor):
        known[("partner", row.partner_id) if row.partner_id else ("person", row.person_id or uuid.UUID(int=0))] = row
    happened_on = meeting.starts_at.astimezone(get_time_zone(actor=actor)).date()
    for party, state in states.items():
        if party not in invited or (state and state not in codes.ATTENDANCE):
            raise ValidationFailed({"attendance": [_("Choose from the list.")]})
        _record(meeting, known, party, state, happened_on, actor)
    db.session.flush()
    is_held = any(row.state == "present" for row in known.values())
    if meeting.status != ("held" if is_held else "planned"):
        meeting.status = "held" if is_held else "planned"
        stamp(meeting, actor=actor)
    flush()
    return meeting


def _record(
    meeting: Meeting, known: dict[Party, MeetingAttendance], party: Party, state: str, happened_on: date, actor: Actor
) -> None:
    kind, party_id = party
    row = known.get(party)
    if row is None:
        if not state:
            return
        key = {"partner_id": party_id} if kind == "partner" else {"person_id": party_id}
        row = MeetingAttendance(city_id=meeting.city_id, meeting_id=meeting.meeting_id, state=state, **key)
        db.session.add(row)
        known[party] = row
    note_id, row.state = row.note_id, state or row.state
    if kind == "partner" and state == "present" and note_id is None:
        note = log_meeting(party_id, happened_on=happened_on, title=meeting.title, actor=actor)
        row.note_id = note.note_id
    elif state != "present" and note_id is not None:
        row.note_id = None
    db.session.flush()
    if not state:
        db.session.delete(row)
        del known[party]
        db.session.flush()
    if state != "present" and note_id is not None:
        unlog_meeting(note_id, actor=actor)


def save_minutes(
    meeting_id: uuid.UUID, *, body: str, is_shared: bool, version: int, actor: Actor
) -> MeetingMinutes:
    """Keep the minutes; ``is_shared`` lets the invited partners' own people read them. ``version`` is
    what the caller read, 0 for minutes that were not there; Conflict if they moved on since."""
    meeting = get_meeting(meeting_id, actor=actor)
    minutes = find_minutes(meeting_id, actor=actor)
    if (minutes.version if minutes else 0) != version:
        raise Conflict(minutes.version if minutes else 0)
    readers = list(meeting.partner_ids) if is_shared else []
    if minutes is None:
        minutes = MeetingMinutes(city_id=meeting.city_id, meeting_id=meeting_id, version=1)
        db.session.add(minutes)
    minutes.body, minutes.partner_ids = body, readers
    minutes.updated_at, minutes.updated_by = datetime.now(UTC), actor.person_id
    flush()
    return minutes


def add_decision(meeting_id: uuid.UUID, *, body: str, actor: Actor) -> MeetingDecision:
    """Write down a decision."""
    meeting = get_meeting(meeting_id, actor=actor)
    decision = MeetingDecision(
        city_id=meeting.city_id, meeting_id=meeting_id, body=body, created_by=actor.person_id
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _get_decision(meeting_id: uuid.UUID, decision_id: uuid.UUID, *, actor: Actor) -> MeetingDecision:
    found = db.session.get(MeetingDecision, (actor.organisation_id, decision_id))
    if found is None or found.meeting_id != meeting_id:
        raise NotFound("decision")
    return found


def remove_decision(meeting_id: uuid.UUID, decision_id: uuid.UUID, *, actor: Actor) -> None:
    """Take a decision away; what follows from it stays with the meeting."""
    db.session.delete(_get_decision(meeting_id, decision_id, actor=actor))
    db.session.flush()


def add_follow_up(meeting_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> MeetingFollowUp:
    """Put something that was agreed into the city's action plan, linked to the meeting.

    ``data["owner"]`` is "partner:" or "person:" and an id: who leads the action. A colleague gets a
    notice, a partner's own people see the action among theirs.
    """
    meeting = get_meeting(meeting_id, actor=actor)
    if data.get("decision_id"):
        try:
            _get_decision(meeting_id, data["decision_id"], actor=actor)
        except NotFound:
            raise ValidationFailed({"decision_id": [_("Choose from the list.")]}) from None
    try:
        action = add_action(
            {"title": data["title"], "lead": data["owner"], "due_on": data.get("due_on")}, actor=actor
        )
    except ValidationFailed as error:
        raise ValidationFailed({"owner" if name == "lead" else name: found for name, found in error.errors.items()}) from None
    follow_up = MeetingFollowUp(
        city_id=meeting.city_id, meeting_id=meeting_id, decision_id=data.get("decision_id"), action_id=action.action_id,
        created_by=actor.person_id,
    )  # fmt: skip
    db.session.add(follow_up)
    db.session.flush()
    link_records("meeting", meeting_id, to_type="action", to_id=action.action_id, actor=actor)
    if action.lead_person_id:
        notify([action.lead_person_id], kind="follow_up", record_type="action", record_id=action.action_id, actor=actor)
    return follow_up


def _get_follow_up(meeting_id: uuid.UUID, follow_up_id: uuid.UUID, *, actor: Actor) -> MeetingFollowUp:
    found = db.session.get(MeetingFollowUp, (actor.organisation_id, follow_up_id))
    if found is None or found.meeting_id != meeting_id:
        raise NotFound("follow-up")
    return found


def finish_follow_up(meeting_id: uuid.UUID, follow_up_id: uuid.UUID, *, is_done: bool = True, actor: Actor) -> Action:
    """Say that the action is done, or that it is under way again."""
    follow_up = _get_follow_up(meeting_id, follow_up_id, actor=actor)
    return move_action(follow_up.action_id, status="done" if is_done else "active", actor=actor)


def remove_follow_up(meeting_id: uuid.UUID, follow_up_id: uuid.UUID, *, actor: Actor) -> None:
    """Take away something that need not be done: its action is archived, from where it can come back."""
    follow_up = _get_follow_up(meeting_id, follow_up_id, actor=actor)
    archive_action(follow_up.action_id, is_archived=True, actor=actor)


def _series_values(data: Mapping[str, Any]) -> dict[str, Any]:
    week = int(data["week_of_month"]) if data["rhythm"] in ("monthly", "quarterly") else None
    names = ("title", "purpose", "rhythm", "weekday", "starts_on", "ends_on", "start_time", "minutes", "place")
    rhythm = Rhythm(data["rhythm"], data["weekday"], week)
    return {name: data[name] for name in names} | {"week_of_month": week, "rrule": rhythm.rrule}


def add_series(data: Mapping[str, Any], *, actor: Actor) -> MeetingSeries:
    """Begin a series and plan its meetings of the next six months."""
    series = MeetingSeries(
        city_id=actor.organisation_id, **_series_values(data), **_check_parties(data, None, actor=actor), version=1,
        created_by=actor.person_id, updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(series)
    db.session.flush()
    plan_meetings(series.series_id, actor=actor)
    return series


def change_series(series_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> MeetingSeries:
    """Change a series that the caller read at ``version``.

    Meetings to come that nobody was invited to and nobody changed are planned anew; the others stay.
    """
    series = get_series(series_id, actor=actor)
    if series.version != version:
        raise Conflict(series.version)
    for name, value in (_series_values(data) | _check_parties(data, series, actor=actor)).items():
        setattr(series, name, value)
    series.updated_at, series.updated_by = datetime.now(UTC), actor.person_id
    flush()
    db.session.execute(
        delete(Meeting).where(
            Meeting.city_id == actor.organisation_id, Meeting.series_id == series_id, Meeting.status == "planned",
            ~Meeting.is_announced, Meeting.version == 1, Meeting.starts_at > datetime.now(UTC),
            Meeting.archived_at.is_(None),
        )
    )  # fmt: skip
    plan_meetings(series_id, actor=actor)
    return series


def archive_series(series_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> MeetingSeries:
    """End a series, or take it up again. Its meetings stay; those to come are cancelled one by one."""
    series = get_series(series_id, actor=actor)
    series.archived_at = datetime.now(UTC) if is_archived else None
    series.archived_by = actor.person_id if is_archived else None
    flush()
    return series


def plan_meetings(series_id: uuid.UUID, *, actor: Actor, goes_on: bool = False) -> int:
    """Plan the meetings of a series for the next six months, with ``goes_on`` for six months after
    the last one that is planned. Days that have their meeting are left alone. Says how many are new."""
    series = get_series(series_id, actor=actor)
    zone = get_time_zone(actor=actor)
    rhythm = Rhythm(series.rhythm, series.weekday, series.week_of_month)
    known = {m.occurs_on for m in list_series_meetings(series_id, actor=actor) if m.occurs_on is not None}
    first = max(datetime.now(zone).date(), series.starts_on)
    last = max([first, *known]) if goes_on else first
    days = takewhile(lambda day: day <= last + HORIZON, rhythm.days(series.starts_on, series.ends_on))
    wanted = [day for day in days if day >= first and day not in known]
    for day in islice(wanted, MOST_AT_ONCE):
        starts, ends = place_in_time(day, series.start_time, series.minutes, zone)
        db.session.add(
            Meeting(
                city_id=series.city_id, series_id=series_id, occurs_on=day, title=series.title, starts_at=starts,
                ends_at=ends, place=series.place, agenda=[], partner_ids=series.partner_ids,
                person_ids=series.person_ids, status="planned", is_announced=False, sequence=0, version=1,
                created_by=actor.person_id, updated_by=actor.person_id,
            )  # fmt: skip
        )
    db.session.flush()
    return min(len(wanted), MOST_AT_ONCE)

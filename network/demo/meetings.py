"""The meetings of two demonstration cities. People and organisations are invented."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from network.demo import partners
from network.kernel.tenancy import Actor, acting_as
from network.meetings.models import Meeting
from network.meetings.queries import list_series_meetings
from network.meetings.schemas import MeetingSchema, SeriesSchema
from network.meetings.service import (
    add_decision,
    add_follow_up,
    add_meeting,
    add_series,
    change_meeting,
    record_attendance,
    save_minutes,
)
from network.partners.queries import partner_choices

DATA = json.loads((Path(__file__).parent / "data" / "meetings.json").read_text())


def load_meetings(short: str, *, coordinator: Actor, officer: Actor) -> None:
    """A series with what came out of its last meetings, and a single meeting to come."""
    city, team = DATA[short], {"coordinator": coordinator, "officer": officer}
    with acting_as(coordinator):
        ids = {name: key for key, name in partner_choices(actor=coordinator)}
        known = [ids[item["name"]] for item in partners.DATA[short]]
        people = [str(coordinator.person_id), str(officer.person_id)]
        series = add_series(
            SeriesSchema().checked({
                **city["series"], "starts_on": str(date.today()), "partner_ids": known[: city["partners"]],
                "person_ids": people,
            }), actor=coordinator,
        )  # fmt: skip
        first = list_series_meetings(series.series_id, actor=coordinator)[0]
        change_meeting(
            first.meeting_id, _form(first, city, known, people), version=first.version, actor=coordinator
        )
        for number, item in enumerate(city["past"]):
            _hold(city, item, number, known, people, team)
        single = city["single"]
        add_meeting(
            MeetingSchema().checked({
                **single, "on": str(date.today() + timedelta(days=single["days"])),
                "partner_ids": [known[i] for i in single["partners"]], "person_ids": people,
            }), actor=coordinator,
        )  # fmt: skip


def _form(meeting: Meeting, city: dict[str, Any], known: list[str], people: list[str]) -> dict[str, Any]:
    """The next meeting of the series as it stands, with its agenda."""
    begin = city["series"]["start_time"]
    hours, minutes = divmod(int(begin[:2]) * 60 + int(begin[3:]) + city["series"]["minutes"], 60)
    return MeetingSchema().checked({
        "title": meeting.title, "on": str(meeting.occurs_on), "starts": begin, "ends": f"{hours:02}:{minutes:02}",
        "place": meeting.place, "agenda": "\n".join(city["agenda"]), "partner_ids": known[: city["partners"]],
        "person_ids": people,
    })  # fmt: skip


def _hold(
    city: dict[str, Any], item: dict[str, Any], number: int, known: list[str], people: list[str], team: dict[str, Actor]
) -> None:
    coordinator = team["coordinator"]
    day = date.today() - timedelta(days=20 + 30 * number)
    begin = city["series"]["start_time"]
    invited = known[: city["partners"]]
    data = MeetingSchema().checked({
        "title": city["series"]["title"], "on": str(day), "starts": begin, "ends": f"{int(begin[:2]) + 1:02}:30",
        "place": city["series"]["place"], "agenda": "\n".join(city["agenda"]), "partner_ids": invited,
        "person_ids": people,
    })  # fmt: skip
    meeting = add_meeting(data, actor=coordinator)
    absent = {invited[i] for i in item["absent"]}
    states = {
        ("partner", key): "excused" if str(key) in absent else "present" for key in meeting.partner_ids
    } | {("person", key): "present" for key in meeting.person_ids}  # fmt: skip
    record_attendance(meeting.meeting_id, states, actor=coordinator)
    save_minutes(meeting.meeting_id, body=item["minutes"], is_shared=number == 0, version=0, actor=coordinator)
    for body, follow_ups in item["decisions"]:
        decision = add_decision(meeting.meeting_id, body=body, actor=coordinator)
        for title, who, days in follow_ups:
            owner = f"person:{team[who].person_id}" if who in team else f"partner:{known[who]}"
            add_follow_up(
                meeting.meeting_id, {"title": title, "owner": owner, "due_on": date.today() + timedelta(days=days),
                                     "decision_id": decision.decision_id}, actor=coordinator,
            )  # fmt: skip

"""How Toronto handles its newest incidents: fictional people, in different states."""

import uuid
from datetime import date, time, timedelta
from typing import Any

from network.incidents.handling import service, work
from network.incidents.queries import IncidentFilter, get_incident, list_incidents
from network.incidents.service import record_incident
from network.kernel.tenancy import Actor, acting_as
from network.partners.queries import partner_choices


def _note(incident_id: uuid.UUID, days: int, clock: str, kind: str, body: str, actor: Actor) -> None:
    service.write_note(
        incident_id,
        {"kind": kind, "body": body, "happened_on": date.today() - timedelta(days=days), "happened_time": time.fromisoformat(clock)},
        actor=actor,
    )  # fmt: skip


def _task(incident_id: uuid.UUID, title: str, days: int, owner: Actor | None, actor: Actor) -> Any:
    return work.add_task(
        incident_id,
        {"title": title, "owner_id": owner.person_id if owner else None, "due_on": date.today() + timedelta(days=days),
         "due_time": time(15)},
        actor=actor,
    )  # fmt: skip


def _step(incident_id: uuid.UUID, *steps: str, actor: Actor) -> None:
    for to in steps:
        service.take_step(incident_id, to=to, version=get_incident(incident_id, actor=actor).version, actor=actor)


def load_handling(*, coordinator: Actor, officer: Actor) -> None:
    """Handle a few of the city's newest incidents, and report three more of the same days; nothing without the file."""
    with acting_as(officer):
        newest = list(list_incidents(IncidentFilter(), actor=officer, limit=4).items)
        if len(newest) < 4:
            return
        last, ids = newest[0].occurred_on, [incident.incident_id for incident in newest]
        # Of the days that the file ends with, so that the city's figures keep their latest month.
        blank: dict[str, Any] = {"occurred_time": None, "reported_on": None, "crime_type": None, "external_reference": None, "place_name": "",
                 "occurred_precision": "day", "tlp": "AMBER+STRICT", "named_reader_ids": [], "status": "reported"}  # fmt: skip
        sticker, second, mail = (
            record_incident({**blank, **data}, actor=officer).incident_id
            for data in (
                {"kind": "extremist_propaganda", "bias_motivations": ["antisemitism"], "severity": 2, "source": "ngo",
                 "occurred_on": last, "place_type": "education", "district": "Annex (95)", "place_precision": "street",
                 "affected_groups": "Jewish pupils and parents", "summary": "Stickers with threats on the fence of a school."},
                {"kind": "extremist_propaganda", "bias_motivations": ["antisemitism"], "severity": 2, "source": "witness",
                 "occurred_on": last, "place_type": "street", "district": "Annex (95)", "place_precision": "neighbourhood",
                 "affected_groups": "", "summary": "A passer-by tells of stickers near a school; most likely the same ones."},
                {"kind": "threat", "bias_motivations": ["anti_muslim"], "severity": 3, "source": "victim",
                 "occurred_on": last - timedelta(days=1), "place_type": "online", "district": "", "place_precision": "city",
                 "affected_groups": "A mosque and its school", "summary": "A threat by mail to a community centre, sent twice."},
            )
        )  # fmt: skip
        service.assign_incident(sticker, assignee_id=officer.person_id, actor=officer)
        _step(sticker, "under_review", actor=officer)
        _note(sticker, 2, "08:40", "happened", "The caretaker found eleven stickers and took pictures before anything was removed.", officer)
        _note(sticker, 2, "09:30", "done", "Called the headteacher; parents get one message from the school, not several.", officer)
        _note(sticker, 1, "11:00", "decided", "The stickers are removed today, after the police have seen them.", officer)
        _task(sticker, "Visit the school together with the community officer", 2, officer, officer)
        done = _task(sticker, "Have the stickers removed", -1, officer, officer)
        work.finish_task(done.task_id, is_done=True, version=done.version, actor=officer)
        _task(sticker, "Ask whether other schools found the same", -1, None, officer)
        partners = partner_choices(actor=officer)
        work.refer_incident(
            sticker,
            {"recipient_kind": "police", "partner_id": None, "recipient": "Hate crime unit of the police service",
             "sent_on": date.today() - timedelta(days=2), "sent_by_id": officer.person_id,
             "note": "Pictures and the time at which they were found.", "answer": "A file is open; patrols pass by in the mornings.",
             "answered_on": date.today() - timedelta(days=1)},
            actor=officer,
        )  # fmt: skip
        work.refer_incident(
            sticker,
            {"recipient_kind": "victim_support", "partner_id": uuid.UUID(partners[0][0]) if partners else None,
             "recipient": "" if partners else "Victim support service", "sent_on": date.today() - timedelta(days=1),
             "sent_by_id": officer.person_id, "note": "Two families asked for somebody to talk to.", "answer": "", "answered_on": None},
            actor=officer,
        )  # fmt: skip
        service.merge_incident(second, original_id=sticker, version=get_incident(second, actor=officer).version, actor=officer)
        _task(mail, "Call the centre back", 0, None, officer)
    with acting_as(coordinator):
        service.watch_incident(sticker, is_watched=True, actor=coordinator)
        service.assign_incident(ids[1], assignee_id=coordinator.person_id, actor=coordinator)
        _step(ids[1], "under_review", actor=coordinator)
        closed = ids[2]
        service.assign_incident(closed, assignee_id=officer.person_id, actor=coordinator)
        _note(closed, 20, "16:00", "done", "Met the family and the shopkeepers of the street.", coordinator)
        service.close_incident(
            closed,
            {"outcome": "Charges were laid. The family has support, and the street held a neighbours' evening.",
             "lessons": "Call the shopkeepers' association on the first day: they knew of two earlier insults."},
            version=get_incident(closed, actor=coordinator).version, actor=coordinator,
        )  # fmt: skip
        doubtful = ids[3]
        _step(doubtful, "under_review", "unverified", actor=coordinator)
        _note(doubtful, 5, "10:15", "happened", "No witness was found, and the camera was off.", coordinator)

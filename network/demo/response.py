"""The response plans of two demonstration cities. Names and numbers are invented."""

from datetime import date, timedelta
from typing import Any

from network.communications.models import MessageTemplate
from network.communications.queries import RegisterFilter, all_of_register
from network.identity.service import list_members
from network.kernel.tenancy import Actor, acting_as
from network.partners.queries import partner_choices
from network.response.live.queries import list_shifts, list_tasks
from network.response.live.schemas import ActivationSchema, EndSchema, EntrySchema, HandOverSchema, SituationSchema
from network.response.live.service import (
    begin_response,
    end_response,
    hand_over,
    tell_situation,
    tick_task,
    write_entry,
)
from network.response.models import ResponseCall, ResponseExercise, ResponsePlace, ResponseRole
from network.response.queries import get_plan, list_parts
from network.response.schemas import (
    AdoptionSchema,
    CallSchema,
    ExerciseSchema,
    FollowUpSchema,
    PlaceSchema,
    PlanSchema,
    RoleSchema,
)
from network.response.service import add_follow_up, add_part, adopt_plan, begin_from_starter, change_part, change_plan
from network.response.starters import get_starter
from network.strategy.routes.editing import values_of

# Who holds a role and who stands in: a role of the team, or a name. Then numbers, in the order of the plan.
PLANS: dict[str, dict[str, Any]] = {
    "nyc": {
        "starter": "place-of-worship", "name": "Attack on a place of worship", "adopted": 70,
        "note": "Adopted by the Office for the Prevention of Hate Crimes after two rounds with congregations.",
        "meeting_place": "Emergency room of the office, Broadway, third floor; second room in Brooklyn Borough Hall; telephone conference +1 212 555 0100, tested every first Monday.",
        "roles": [("coordinator", "officer"), ("officer", "Lt. Dana Ruiz (police liaison)"), ("communications", "Mei Tan (press desk)"),
                  ("Rosa Delgado (victim services)", "Sam Okafor (health department)"), ("Rabbi J. Stern and Imam H. Sow (interfaith council)", "officer"),
                  ("analyst", "Pat Lin (office manager)")],
        "phone": "+1 212 555 01", "places": [
            ("High school 214, gymnasium", "214 Ocean Parkway, Brooklyn", "Families wait here; rooms 101 to 104 have doors for talks.", "Caretaker opens at any hour; 300 people; step-free by the yard."),
            ("Public library, main branch", "Grand Army Plaza, Brooklyn", "Second place; children are looked after on the first floor.", "Guard desk, day and night; 150 people.")],
        "exercise": {"name": "Shots at evening prayer: two hours at the table", "kind": "tabletop", "days": 41,
                     "participants": "Office, police liaison, victim services, interfaith council, press desk, health department",
                     "situation": "At 19:40 shots are heard at a mosque in Brooklyn. Videos go round before the first call. At 20:10 a synagogue reports a man with a bag.",
                     "findings": "The first statement was ready after 24 minutes, in English only; the Bengali version took until the next morning.\nNobody knew who opens the gymnasium at night.\nThe call to the interfaith council came before the press: that is to stay."},
        "follow_ups": [("Have the first statement ready in Bengali, Spanish, Yiddish and Chinese", 30), ("Agree with the school on a key at the fire station", -5)],
    },
    "toronto": {
        "starter": "community-threat", "name": "Threats against a community", "adopted": 130,
        "note": "Adopted by the director of the equity unit; the council was told in its open session.",
        "meeting_place": "Committee room 3, City Hall; second room at Metro Hall; telephone conference +1 416 555 0100.",
        "roles": [("coordinator", "officer"), ("officer", "Insp. Carla Bhatt (police liaison)"), ("communications", "Leo Fontaine (strategic communications)"),
                  ("Amina Yusuf (victim support)", "Grace Park (public health)"), ("officer", "Daniel Roth (community desk)"), ("analyst", "Kim Nadeau (clerk)")],
        "phone": "+1 416 555 01", "places": [
            ("Community centre, Scarborough", "55 Progress Avenue", "A quiet place to talk, with interpreters.", "Keys at the front desk until 22:00; afterwards the security desk; 120 people."),
            ("Library, Yorkville branch", "22 Yorkville Avenue", "Second place, downtown.", "Opened by the library's duty line; 60 people.")],
        "exercise": {"name": "Letters to six schools: test of the telephone numbers", "kind": "call_out", "days": 96,
                     "participants": "Everybody with a role, and their deputies",
                     "situation": "At 07:15 six schools report the same letter that threatens Muslim and Jewish pupils.",
                     "findings": "Eleven of twelve people answered within 20 minutes. One number was two years old. Two deputies did not know that they are deputies."},
        "follow_ups": [("Test all numbers on the first Monday of each quarter", 60), ("Write to every deputy what is expected", 12)],
    },
}  # fmt: skip


def load_response(city: str, *, coordinator: Actor, mayor: Actor) -> None:
    """An adopted plan, an exercise with what follows from it, and a response that has ended;
    ``city`` is its short name."""
    entry = PLANS[city]
    with acting_as(coordinator):
        plan = begin_from_starter(get_starter(entry["starter"]), name=entry["name"], is_small=False, actor=coordinator)
        plan_id = plan.response_plan_id
        templates = [one for one in all_of_register(MessageTemplate, RegisterFilter(), actor=coordinator)
                     if one.occasion in ("attack_first_hour", "attack_update", "help", "backlash", "hate_incident")]  # fmt: skip
        values = values_of_plan(plan) | {
            "meeting_place": entry["meeting_place"],
            "message_template_ids": [str(one.message_template_id) for one in templates],
        }
        change_plan(plan_id, PlanSchema().checked(values), version=plan.version, actor=coordinator)
        _fill(plan_id, entry, coordinator)
        held = entry["exercise"]
        data = held | {"held_on": str(date.today() - timedelta(days=held["days"]))}
        exercise = add_part(ResponseExercise, plan_id, ExerciseSchema().checked(data), actor=coordinator)
        for title, days in entry["follow_ups"]:
            data = {"title": title, "due_on": str(date.today() + timedelta(days=days)), "lead": f"person:{coordinator.person_id}"}
            add_follow_up(exercise.record_id, FollowUpSchema().checked(data), actor=coordinator)
    with acting_as(mayor):
        adopted = date.today() - timedelta(days=entry["adopted"])
        data = {"adopted_on": str(adopted), "review_on": str(adopted + timedelta(days=365)), "note": entry["note"]}
        adopt_plan(get_plan(plan_id, actor=mayor).response_plan_id, AdoptionSchema().checked(data), number=0, actor=mayor)


    with acting_as(coordinator):
        _respond(plan_id, coordinator)


def _respond(plan_id: Any, actor: Actor) -> None:
    """An alarm that turned out to be none."""
    data = {"name": "Alarm at the community centre", "response_plan_id": str(plan_id),
            "reason": "A caller says that a bag stands at the door. Police are on their way."}  # fmt: skip
    response_id = begin_response(ActivationSchema().checked(data), actor=actor).response_activation_id
    for task in list_tasks(response_id, actor=actor)[:4]:
        tick_task(response_id, task.response_task_id, is_done=True, actor=actor)
    for body, kind, decided_by, reason in (
        ("Police: the bag holds sports clothes. Nobody is in danger.", "note", "", ""),
        ("The evening class takes place.", "decision", "Head of the centre, with the police", "The house was searched; those who come feel safer together."),
    ):  # fmt: skip
        entry = {"body": body, "kind": kind, "decided_by": decided_by, "reason": reason}
        write_entry(response_id, EntrySchema().checked(entry), actor=actor)
    shift = list_shifts(response_id, actor=actor)[0]
    given = HandOverSchema().checked({"holder_name": "Officer on evening duty", "note": "Call the centre once more at 21:00."})
    hand_over(response_id, shift.response_shift_id, given, version=shift.version, actor=actor)
    situation = SituationSchema().checked({
        "confirmed": "The bag held sports clothes (police).", "known": "", "next_steps": "Thank the caller and the class.",
        "open_questions": "Who left it there.",
    })  # fmt: skip
    activation = tell_situation(response_id, situation, version=1, actor=actor)
    end = EndSchema().checked({"outcome": "A false alarm. The team was together after nine minutes; the key is still missing."})
    end_response(response_id, end, version=activation.version, actor=actor)


def values_of_plan(plan: Any) -> dict[str, Any]:
    """What a form would send for a plan, without its message templates."""
    return {name: getattr(plan, name) for name in PlanSchema().load_fields if name != "message_template_ids"}


def _fill(plan_id: Any, entry: dict[str, Any], actor: Actor) -> None:
    team = {role: f"person:{person.person_id}" for person, role in list_members(actor)}
    partners = dict(partner_choices(actor=actor))

    def party(name: str, who: str) -> dict[str, str]:
        return {name: team[who]} if who in team else {f"{name}_name": who}

    for number, role in enumerate(list_parts(ResponseRole, plan_id, actor=actor)):
        holder, deputy = entry["roles"][number]
        values = values_of(role, RoleSchema()) | party("holder", holder) | party("deputy", deputy) | {
            "holder_contact": f"{entry['phone']}{20 + number}", "deputy_contact": f"{entry['phone']}{40 + number}",
        }  # fmt: skip
        change_part(ResponseRole, role.record_id, RoleSchema().checked(values), version=role.version, actor=actor)
    police = next((key for key, name in partners.items() if "olice" in name), None)
    for number, call in enumerate(list_parts(ResponseCall, plan_id, actor=actor)):
        values = {name: value for name, value in values_of(call, CallSchema()).items() if value is not None}
        values |= {"contact": f"{entry['phone']}{60 + number}"} | ({"partner_id": police} if number == 0 and police else {})
        change_part(ResponseCall, call.record_id, CallSchema().checked(values), version=call.version, actor=actor)
    for number, place in enumerate(list_parts(ResponsePlace, plan_id, actor=actor)):
        name, address, purpose, access = entry["places"][number]
        values = {"name": name, "address": address, "purpose": purpose, "access": access,
                  "contact": f"{entry['phone']}{80 + number}", "position": place.position}  # fmt: skip
        change_part(ResponsePlace, place.record_id, PlaceSchema().checked(values), version=place.version, actor=actor)

"""Writing response plans: the coordinator writes, the coordinator or the mayor adopts; officers and
communications keep exercises too."""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, select

from network.communications.models import MessageTemplate
from network.communications.queries import RegisterFilter, all_of_register
from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import Conflict, Refused, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.schema import BaseSchema
from network.kernel.tenancy import Actor
from network.records.keeping import add_kept, archive_kept, change_kept, flush, get_kept
from network.records.service import link_records
from network.response.document import build_document
from network.response.models import (
    ResponseCall,
    ResponseExercise,
    ResponseExerciseAction,
    ResponseItem,
    ResponsePlace,
    ResponsePlan,
    ResponsePlanEdition,
    ResponsePlanMessage,
    ResponseRole,
)
from network.response.queries import ORDERED, get_plan, list_editions, list_templates, role_choices
from network.response.schemas import CallSchema, ItemSchema, PlaceSchema, PlanSchema, RoleSchema
from network.response.starters import Starter
from network.strategy.models import Action
from network.strategy.parties import find_parties
from network.strategy.service import add_action

C = TypeVar("C", ResponseRole, ResponseItem, ResponseCall, ResponsePlace, ResponseExercise)
_NOT_IN_LIST = _l("This is not a value of the list.")
TAKEN = {
    "response_plan_name_key": ("name", _l("There is a plan of this name already.")),
    "response_item_role_fkey": ("response_role_id", _NOT_IN_LIST),
    "response_call_partner_fkey": ("partner_id", _NOT_IN_LIST),
}


def _own(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "message_template_ids"}


def begin_plan(data: Mapping[str, Any], *, actor: Actor) -> ResponsePlan:
    """Add a plan; ValidationFailed if its name is taken or a message template does not exist."""
    plan = add_kept(ResponsePlan, _own(data), actor=actor, taken=TAKEN)
    _choose_messages(plan.response_plan_id, data, actor)
    return plan


def change_plan(plan_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> ResponsePlan:
    """Change a plan that the caller read at ``version``; Conflict if it moved on since."""
    plan = change_kept(get_plan(plan_id, actor=actor), _own(data), version=version, actor=actor, taken=TAKEN)
    _choose_messages(plan_id, data, actor)
    return plan


def archive_plan(plan_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> ResponsePlan:
    """Take a plan out of use, or bring it back."""
    return archive_kept(get_plan(plan_id, actor=actor), is_archived=is_archived, actor=actor, taken=TAKEN)


def _choose_messages(plan_id: uuid.UUID, data: Mapping[str, Any], actor: Actor) -> None:
    """Make these the message templates of a plan, and no others; archived ones stay."""
    before = {one.message_template_id for one in list_templates(plan_id, actor=actor)}
    chosen = set(data.get("message_template_ids", []))
    known = {one.record_id for one in all_of_register(MessageTemplate, RegisterFilter(), actor=actor)}
    if not chosen <= known:
        raise ValidationFailed({"message_template_ids": [_("This is not a value of the list.")]})
    if gone := before - chosen:
        db.session.execute(
            delete(ResponsePlanMessage).where(
                ResponsePlanMessage.city_id == actor.organisation_id, ResponsePlanMessage.response_plan_id == plan_id,
                ResponsePlanMessage.message_template_id.in_(gone),
            )
        )  # fmt: skip
    if new := chosen - before:
        db.session.execute(
            insert(ResponsePlanMessage),
            [{"city_id": actor.organisation_id, "response_plan_id": plan_id, "message_template_id": one}
             for one in sorted(new)],
        )  # fmt: skip


def begin_from_starter(starter: Starter, *, name: str, is_small: bool, actor: Actor) -> ResponsePlan:
    """Begin a plan from a ready-made one, in the language of the caller.

    ``is_small`` takes the short form for a town with one part-time person: three roles, and only
    what can't wait or be left out.
    """
    values: dict[str, Any] = {
        "name": name, "scenario_kinds": [starter.scenario_kind], "scenario": str(starter.scenario),
        "purpose": str(starter.purpose), "activation": str(starter.activation),
        "meeting_place": str(starter.meeting_place),
    }  # fmt: skip
    plan = begin_plan(PlanSchema().checked(values), actor=actor)

    def add(model: type[C], schema: BaseSchema, number: int, **values: Any) -> C:
        return add_part(model, plan.response_plan_id, schema.checked({**values, "position": number * 10}), actor=actor)

    roles = {}
    for number, role in enumerate(starter.list_roles(is_small=is_small), 1):
        made = add(ResponseRole, RoleSchema(), number, name=str(role.name), duties=str(role.duties))
        roles[role.key] = str(made.response_role_id)
    for number, item in enumerate(starter.list_items(is_small=is_small), 1):
        add(ResponseItem, ItemSchema(), number, name=str(item.name), detail=str(item.detail), phase=item.phase,
            strand=item.strand, response_role_id=roles[item.role])  # fmt: skip
    for number, call in enumerate(starter.calls, 1):
        add(ResponseCall, CallSchema(), number, name=str(call.name), level=call.level, call_when=str(call.call_when),
            reason=str(call.reason))  # fmt: skip
    for number, place in enumerate(starter.places, 1):
        add(ResponsePlace, PlaceSchema(), number, name=str(place.name), purpose=str(place.purpose),
            access=str(place.access))  # fmt: skip
    return plan


def add_part(model: type[C], plan_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> C:
    """Add a role, a line of a checklist, a call, a place or an exercise to a plan.

    ValidationFailed for a role of another plan, or for a party that is not of this city.
    """
    get_plan(plan_id, actor=actor)
    values = _placed(model, plan_id, dict(data), None, actor)
    return add_kept(model, {**values, "response_plan_id": plan_id}, actor=actor, taken=TAKEN)


def change_part(model: type[C], part_id: uuid.UUID, data: Mapping[str, Any], *, version: int, actor: Actor) -> C:
    """Change a part of a plan that the caller read at ``version``; Conflict if it moved on since."""
    part = get_kept(model, part_id, actor=actor)
    values = _placed(model, part.response_plan_id, dict(data), part, actor)
    return change_kept(part, values, version=version, actor=actor, taken=TAKEN)


def archive_part(model: type[C], part_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> C:
    """Take a part out of its plan, or bring it back."""
    return archive_kept(get_kept(model, part_id, actor=actor), is_archived=is_archived, actor=actor)


def _placed(model: Any, plan_id: uuid.UUID, values: dict[str, Any], before: Any, actor: Actor) -> dict[str, Any]:
    if model in ORDERED and values.get("position") is None:
        values["position"] = before.position if before is not None else _next_position(model, plan_id, actor)
    if model is ResponseRole:
        values = _name_parties(values, before, actor)
    if model is ResponseItem and values.get("response_role_id") is not None:
        stays = before is not None and before.response_role_id == values["response_role_id"]
        if not stays and str(values["response_role_id"]) not in dict(role_choices(plan_id, actor=actor)):
            raise ValidationFailed({"response_role_id": [_("This is not a value of the list.")]})
    return values


def _next_position(model: Any, plan_id: uuid.UUID, actor: Actor) -> int:
    last = db.session.execute(
        select(func.max(model.position)).where(
            model.city_id == actor.organisation_id, model.response_plan_id == plan_id
        )
    ).scalar_one()
    return min((last or 0) + 10, 9999)


def _name_parties(values: dict[str, Any], before: Any, actor: Actor) -> dict[str, Any]:
    """The columns for whoever holds a role and stands in; a chosen party goes before a typed name.
    Those who left the team or the register stay where they stood before."""
    known = dict(find_parties(actor=actor).leads)
    for part in ("holder", "deputy"):
        key = values.pop(part, "")
        if key and key not in known and not (before is not None and getattr(before, part) == key):
            raise ValidationFailed({part: [_("Choose from the list.")]})
        kind, _colon, party_id = key.partition(":")
        values[f"{part}_person_id"] = uuid.UUID(party_id) if kind == "person" else None
        values[f"{part}_partner_id"] = uuid.UUID(party_id) if kind == "partner" else None
        if key:
            values[f"{part}_name"] = known[key][:300] if key in known else getattr(before, f"{part}_name")
    return values


def adopt_plan(plan_id: uuid.UUID, data: Mapping[str, Any], *, number: int, actor: Actor) -> ResponsePlanEdition:
    """Put a plan into force as it stands: keeps it as an edition that nobody can change.

    ``number`` is the edition that the caller read last, 0 for none: Conflict if there is a newer
    one. Refused for an archived plan, or one without roles or a checklist for the first hour.
    """
    plan = get_plan(plan_id, actor=actor)
    if plan.archived_at is not None:
        raise Refused(_("This plan is archived. Bring it back first."))
    editions = list_editions(plan_id, actor=actor)
    latest = editions[0].number if editions else 0
    if latest != number:
        raise Conflict(latest)
    content = build_document(plan, actor=actor, with_contacts=False)
    if not content["roles"] or not any(item["phase"] == "first_hour" for item in content["items"]):
        raise Refused(_("A plan needs at least one role and a checklist for the first hour before it is adopted."))
    me = next((person.name for person, _role in list_members(actor) if person.person_id == actor.person_id), "")
    edition = ResponsePlanEdition(
        city_id=actor.organisation_id, response_plan_id=plan_id, number=latest + 1, **data, content=content,
        adopted_by=actor.person_id, adopted_by_name=me,
    )  # fmt: skip
    db.session.add(edition)
    flush({"response_plan_edition_pkey": ("adopted_on", _l("Somebody else adopted this plan meanwhile."))})
    return edition


def add_follow_up(exercise_id: uuid.UUID, data: Mapping[str, Any], *, actor: Actor) -> Action:
    """Add an action that follows from an exercise; it stands in the city's plan of actions."""
    exercise = get_kept(ResponseExercise, exercise_id, actor=actor)
    action = add_action(
        {**data, "description": str(_("From the exercise: %(name)s", name=exercise.name))}, actor=actor
    )
    db.session.add(
        ResponseExerciseAction(
            city_id=actor.organisation_id, response_exercise_id=exercise_id, action_id=action.action_id
        )
    )
    flush()
    link_records("response_exercise", exercise_id, to_type="action", to_id=action.action_id, actor=actor)
    return action


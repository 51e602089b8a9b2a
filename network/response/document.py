"""A plan as one document, in plain values: to print, to take along, and to keep as an edition."""

from collections.abc import Mapping
from typing import Any

from network.kernel.tenancy import Actor
from network.response import codes
from network.response.models import ResponseCall, ResponseItem, ResponsePlace, ResponsePlan, ResponseRole
from network.response.queries import list_parts, list_templates
from network.strategy.parties import Parties, find_parties

Document = Mapping[str, Any]


def build_document(plan: ResponsePlan, *, actor: Actor, with_contacts: bool) -> dict[str, Any]:
    """What a plan says now; seven statements. ``with_contacts`` tells whether ways to reach people
    are in it: they belong to the team alone and are kept in no edition."""
    parties = find_parties(actor=actor)
    roles = list_parts(ResponseRole, plan.response_plan_id, actor=actor)
    names = {role.response_role_id: role.name for role in roles}

    def contact(text: str) -> str:
        return text if with_contacts else ""

    return {
        "name": plan.name, "scenario_kinds": list(plan.scenario_kinds), "scenario": plan.scenario,
        "purpose": plan.purpose, "activation": plan.activation, "meeting_place": plan.meeting_place,
        "roles": [
            {"name": role.name, "duties": role.duties, "holder": holder_name(role, parties),
             "holder_contact": contact(role.holder_contact), "deputy": deputy_name(role, parties),
             "deputy_contact": contact(role.deputy_contact)}
            for role in roles
        ],
        "items": [
            {"name": item.name, "phase": item.phase, "strand": item.strand, "detail": item.detail,
             "role": names.get(item.response_role_id, "") if item.response_role_id else ""}
            for item in list_parts(ResponseItem, plan.response_plan_id, actor=actor)
        ],
        "calls": [
            {"name": call.name, "level": call.level, "call_when": call.call_when, "reason": call.reason,
             "contact": contact(call.contact)}
            for call in list_parts(ResponseCall, plan.response_plan_id, actor=actor)
        ],
        "places": [
            {"name": place.name, "address": place.address, "purpose": place.purpose, "access": place.access,
             "contact": contact(place.contact)}
            for place in list_parts(ResponsePlace, plan.response_plan_id, actor=actor)
        ],
        "messages": [
            {"name": one.name, "language": one.language, "headline": one.headline, "body": one.body}
            for one in list_templates(plan.response_plan_id, actor=actor)
        ],
    }  # fmt: skip


def holder_name(role: ResponseRole, parties: Parties) -> str:
    """Who holds a role, by today's name."""
    return parties.name_of(role.holder, role.holder_name) if role.holder else role.holder_name


def deputy_name(role: ResponseRole, parties: Parties) -> str:
    """Who stands in for a role, by today's name."""
    return parties.name_of(role.deputy, role.deputy_name) if role.deputy else role.deputy_name


def checklists(document: Document) -> list[tuple[str, list[tuple[str, list[Any]]]]]:
    """The checklist by phase and strand, in the order of the codes; empty ones left out."""
    return [
        (phase, strands)
        for phase in codes.PHASES
        if (strands := [
            (strand, items) for strand in codes.STRANDS
            if (items := [i for i in document["items"] if i["phase"] == phase and i["strand"] == strand])
        ])
    ]  # fmt: skip

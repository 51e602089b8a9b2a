"""Who can lead, support or be consulted, as keys that a form can send.

A lead is "partner:<id>" or "person:<id>" (somebody of the team); who supports or is consulted is
"partner:<id>" or "role:<role>" (a part of the team).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from network.identity.service import list_members
from network.kernel.errors import ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.partners.queries import partner_choices
from network.strategy import codes


@dataclass(frozen=True)
class Parties:
    """The names of everybody who can be given something to do, by key."""

    partners: Mapping[str, str]
    people: Mapping[str, str]
    roles: Mapping[str, str] = field(default_factory=lambda: {f"role:{k}": str(v) for k, v in codes.ROLES.items()})
    person_roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def leads(self) -> list[tuple[str, str]]:
        """Choices for who leads, the team first."""
        return [*self.people.items(), *self.partners.items()]

    @property
    def others(self) -> list[tuple[str, str]]:
        """Choices for who supports or is consulted, the team first."""
        return [*self.roles.items(), *self.partners.items()]

    def name_of(self, key: str, stored: str = "") -> str:
        """What a party is called now; the stored name if it left."""
        for names in (self.partners, self.people, self.roles):
            if key in names:
                return names[key]
        return stored


def find_parties(*, actor: Actor) -> Parties:
    """The partners of the register and the people of the team; two statements."""
    partners = {f"partner:{key}": name for key, name in partner_choices(actor=actor)}
    members = [(f"person:{person.person_id}", person.name, role) for person, role in list_members(actor)
               if role != "partner"]  # fmt: skip
    return Parties(
        partners, {key: name for key, name, _role in members}, person_roles={key: role for key, _name, role in members}
    )


def place_parties(data: dict[str, Any], *, before: Any = None, actor: Actor) -> dict[str, Any]:
    """The columns for what a form sent as lead, support and consulted.

    Those who left stay where they stood before. ValidationFailed for anybody else's key.
    """
    known = find_parties(actor=actor)
    lead = data.pop("lead", "")
    names = {**dict(known.others)}
    if before is not None:
        names |= dict(zip(before.support, before.support_names, strict=False)) | names
        names |= dict(zip(before.consulted, before.consulted_names, strict=False)) | names
    leads = dict(known.leads)
    if before is not None and before.lead:
        leads = {before.lead: before.lead_name} | leads
    errors = {}
    if lead and lead not in leads:
        errors["lead"] = [_("Choose from the list.")]
    for name in ("support", "consulted"):
        keys = [key for key in dict.fromkeys(data.pop(name, [])) if key != lead]
        if not set(keys) <= set(names):
            errors[name] = [_("Choose from the list.")]
        data[name] = keys
        data[f"{name}_names"] = [names.get(key, "") for key in keys]
    if errors:
        raise ValidationFailed(errors)
    kind, _colon, key = lead.partition(":")
    data["lead_partner_id"] = uuid.UUID(key) if kind == "partner" else None
    data["lead_person_id"] = uuid.UUID(key) if kind == "person" else None
    data["lead_name"] = leads.get(lead, "")[:300]
    return data

"""The registers of partners of two demonstration cities. People and organisations are invented."""

import json
from datetime import date, timedelta
from pathlib import Path

from network.kernel.tenancy import Actor, acting_as
from network.partners.schemas import ContactSchema, NoteSchema, PartnerSchema
from network.partners.service import add_note, add_partner, save_contact

DATA = json.loads((Path(__file__).parent / "data" / "partners.json").read_text())


def load_partners(short: str, *, coordinator: Actor) -> None:
    """The partners of one city with the people to talk to and what was talked about."""
    with acting_as(coordinator):
        for item in DATA[short]:
            partner = add_partner(PartnerSchema().checked(item), actor=coordinator)
            if "contact" in item:
                name, function = item["contact"]
                agreed = str(date.today() - timedelta(days=120))
                data = ContactSchema().checked({"name": name, "function": function, "consented_on": agreed})
                save_contact(partner.partner_id, data, actor=coordinator)
            for days, kind, body in item["notes"]:
                day = str(date.today() - timedelta(days=days))
                note = NoteSchema().checked({"kind": kind, "body": body, "happened_on": day})
                add_note(partner.partner_id, note, actor=coordinator)

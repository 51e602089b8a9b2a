"""The overview of communications: what is there, what is missing, what waits."""

from typing import Any

from flask import Blueprint, render_template

from network.communications import codes, queries, registers
from network.communications.messages.queries import MessageFilter, list_messages
from network.communications.rumours.queries import RumourFilter, list_rumours
from network.identity.permissions import Permission
from network.partners.schemas import language_choices
from network.web.access import current_actor, requires

bp = Blueprint("communications", __name__, url_prefix="/communications", template_folder="templates")


@bp.get("/")
@requires(Permission.COMMUNICATION_READ)
def index() -> Any:
    """What the city could say today, and what goes round that it has not answered."""
    actor = current_actor()
    return render_template(
        "communications/index.html", registers=registers.REGISTERS, codes=codes,
        counts=queries.count_registers(actor=actor), reach=queries.list_reach(actor=actor),
        waiting=list_messages(MessageFilter(status="in_review"), actor=actor, sort="soonest", limit=5).items,
        language_names=dict(language_choices()), may_approve=actor.may(Permission.MESSAGE_APPROVE),
        open_rumours=list_rumours(RumourFilter(status="open"), actor=actor, sort="harm", limit=5).items,
        may_write=actor.may(Permission.COMMUNICATION_WRITE), may_record=actor.may(Permission.RUMOUR_RECORD),
    )  # fmt: skip

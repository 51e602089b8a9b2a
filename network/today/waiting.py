"""What needs the person who opens Concord: their own work first, then what the city must see to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from network.identity.permissions import Permission
from network.incidents.queries import IncidentFilter, count_incidents
from network.kernel.tenancy import Actor
from network.readiness.facts import Facts
from network.records.queries import count_unread


@dataclass(frozen=True)
class Waiting:
    """One line of the start page with the page where it is seen to. ``is_urgent`` is shown first."""

    text: str
    endpoint: str
    args: dict[str, Any] = field(default_factory=dict)
    is_urgent: bool = False


def list_waiting(facts: Facts, *, actor: Actor) -> list[Waiting]:
    """The urgent ones first; a fixed number of statements. For the team of a city."""
    found = [*_of_the_person(actor), *_to_decide(facts, actor), *_of_the_city(facts, actor)]
    return sorted(found, key=lambda item: not item.is_urgent)


def _of_the_person(actor: Actor) -> Iterator[Waiting]:
    unread = count_unread(actor=actor)
    if unread:
        yield Waiting(ngettext("%(num)s unread notice", "%(num)s unread notices", unread), "records.notifications")


def _to_decide(facts: Facts, actor: Actor) -> Iterator[Waiting]:
    if facts.assessment.has_draft and actor.may(Permission.ASSESSMENT_ADOPT):
        yield Waiting(_("An assessment is open and waits to be adopted"), "assessments.index")
    if facts.strategy.has_draft and actor.may(Permission.STRATEGY_ADOPT):
        yield Waiting(_("A version of the strategy waits to be adopted"), "strategy.index")
    waiting = facts.communications.messages_waiting
    if waiting and actor.may(Permission.COMMUNICATION_READ):
        yield Waiting(
            ngettext("%(num)s message waits for review or approval", "%(num)s messages wait for review or approval",
                     waiting), "messages.index", {"status": "in_review"}, True,
        )  # fmt: skip


def _of_the_city(facts: Facts, actor: Actor) -> Iterator[Waiting]:
    if actor.may(Permission.INCIDENT_RECORD):
        reported = count_incidents(IncidentFilter(status="reported"), actor=actor)
        if reported:
            yield Waiting(
                ngettext("%(num)s incident is not reviewed yet", "%(num)s incidents are not reviewed yet", reported),
                "incidents.index", {"status": "reported"}, True,
            )  # fmt: skip
    lines = [
        (facts.strategy.overdue,
         ngettext("%(num)s action is overdue", "%(num)s actions are overdue", facts.strategy.overdue),
         "actions.index", {"overdue": "1"}, True),
        (facts.strategy.unowned,
         ngettext("%(num)s action has nobody who leads it", "%(num)s actions have nobody who leads them",
                  facts.strategy.unowned), "actions.index", {"unowned": "1"}, False),
        (facts.communications.rumours_unanswered,
         ngettext("%(num)s rumour is unanswered", "%(num)s rumours are unanswered",
                  facts.communications.rumours_unanswered), "rumours.index", {}, True),
        (facts.meetings.decisions_without_follow_up,
         ngettext("%(num)s decision of a meeting has no follow-up", "%(num)s decisions of meetings have no follow-up",
                  facts.meetings.decisions_without_follow_up), "meetings.index", {}, False),
        (facts.meetings.not_met,
         ngettext("%(num)s partner was not met for six months", "%(num)s partners were not met for six months",
                  facts.meetings.not_met), "partners.index", {"not_met": "6"}, False),
        (facts.assessment.reviews_overdue,
         ngettext("%(num)s review of a soft target is overdue", "%(num)s reviews of soft targets are overdue",
                  facts.assessment.reviews_overdue), "places.index", {"due": "overdue"}, False),
        (facts.assessment.uncovered_communities,
         ngettext("%(num)s community has nothing that protects it", "%(num)s communities have nothing that protects them",
                  facts.assessment.uncovered_communities), "mapping.gaps", {}, False),
        (facts.programmes.without_evaluation,
         ngettext("%(num)s programme is not evaluated", "%(num)s programmes are not evaluated",
                  facts.programmes.without_evaluation), "programmes.index", {}, False),
    ]  # fmt: skip
    for count, words, endpoint, args, is_urgent in lines:
        if count:
            yield Waiting(words, endpoint, args, is_urgent)

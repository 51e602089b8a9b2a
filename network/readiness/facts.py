"""What a city has recorded, gathered from every part in a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, timedelta

from network.assessment.queries import AssessmentProgress, assessment_progress
from network.communications.queries import CommunicationProgress, communication_progress
from network.incidents.queries import IncidentFilter, count_incidents
from network.kernel.tenancy import Actor
from network.meetings.queries import MeetingProgress, meeting_progress
from network.partners.queries import count_partner_types
from network.programmes.queries import ProgrammeProgress, programme_progress
from network.response.queries import ResponseProgress, response_progress
from network.strategy.queries import StrategyProgress, strategy_progress


@dataclass(frozen=True)
class Facts:
    """Everything that the rules look at."""

    incidents_last_year: int
    partner_types: dict[str, int]
    assessment: AssessmentProgress
    strategy: StrategyProgress
    meetings: MeetingProgress
    programmes: ProgrammeProgress
    communications: CommunicationProgress
    response: ResponseProgress


def gather_facts(*, actor: Actor) -> Facts:
    """The facts of the acting city, as far as the caller may read them."""
    since = date.today() - timedelta(days=365)
    return Facts(
        count_incidents(IncidentFilter(date_from=since), actor=actor), count_partner_types(actor=actor),
        assessment_progress(actor=actor), strategy_progress(actor=actor), meeting_progress(actor=actor),
        programme_progress(actor=actor), communication_progress(actor=actor),
        response_progress(actor=actor),
    )  # fmt: skip

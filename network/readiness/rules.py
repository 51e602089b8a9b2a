"""The published rules of the readiness profile: each indicator, what it looks at, and its reason.

Nothing here is ticked by anybody: an indicator is met or not by what the city has recorded. The
indicators follow the records that the guide for mayors asks for in each step; the periods (two years
for an assessment, a term of four years for a decision, six months for partners) are the network's
own choice. A change of any rule raises ``RULES_VERSION``, so that profiles of different versions are
not compared as if they were the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import reader_locale
from network.kernel.locale import text as _
from network.readiness.facts import Facts
from network.readiness.steps import STEPS, Step

RULES_VERSION = 2
ASSESSMENT_DAYS = 730
DECISION_DAYS = 1461
LEAST_PARTNER_TYPES = 3
LEAST_MEETINGS = 4
PARTIAL_STEPS = (9, 10)
"""Steps of which only the preparations are recorded: their state never says that they are in place."""

STATES = {"not_started": _l("Not started"), "under_way": _l("Under way"), "in_place": _l("In place")}

Finding = tuple[bool, str]


@dataclass(frozen=True)
class Indicator:
    """One rule: ``check`` gives whether it is met and why; ``endpoint`` is where to do something about it."""

    code: str
    step: int
    label: Any
    check: Callable[[Facts], Finding]
    endpoint: str
    action: Any


@dataclass(frozen=True)
class Result:
    """An indicator as it stands."""

    indicator: Indicator
    is_met: bool
    reason: str


@dataclass(frozen=True)
class StepState:
    """A step with its indicators in their order."""

    step: Step
    results: list[Result]

    @property
    def met(self) -> int:
        """How many indicators are met."""
        return sum(result.is_met for result in self.results)

    @property
    def state(self) -> str:
        """A key of STATES."""
        return state_of(self.step.number, self.met, len(self.results))

    @property
    def missing(self) -> list[Result]:
        """What is not met; the first one is the next sensible action."""
        return [result for result in self.results if not result.is_met]


def state_of(number: int, met: int, total: int) -> str:
    """The state of a step by how many of its indicators are met."""
    if met == 0:
        return "not_started"
    return "in_place" if met == total and number not in PARTIAL_STEPS else "under_way"


def _day(value: date) -> str:
    return str(format_date(value, "medium", locale=reader_locale()))


def _assessment_current(f: Facts) -> Finding:
    adopted = f.assessment.adopted_on
    if adopted is None:
        return False, _("A draft waits.") if f.assessment.has_draft else _("None is adopted.")
    is_current = adopted >= date.today() - timedelta(days=ASSESSMENT_DAYS)
    return is_current, _("Adopted on %(day)s.", day=_day(adopted))


def _decision_recent(f: Facts) -> Finding:
    decided = f.assessment.last_decision_on
    if decided is None:
        return False, _("No decision is recorded.")
    return decided >= date.today() - timedelta(days=DECISION_DAYS), _("Decided on %(day)s.", day=_day(decided))


def _strategy_reviewed(f: Facts) -> Finding:
    if f.strategy.adopted_on is None or f.strategy.review_due is None:
        return False, _("No review is planned.")
    return f.strategy.review_due >= date.today(), _("The review is due on %(day)s.", day=_day(f.strategy.review_due))


def _plan_in_force(f: Facts) -> Finding:
    if not f.response.plans_adopted:
        return False, _("None is adopted.")
    if f.response.plan_review_due:
        return False, _("%(count)s with an overdue review.", count=f.response.plan_review_due)
    return True, _("%(count)s adopted.", count=f.response.plans_adopted)


def _of(missing: int, total: int) -> Finding:
    return total > 0 and missing == 0, _("%(done)s of %(total)s.", done=total - missing, total=total)


def _some(count: int, least: int = 1) -> Finding:
    return count >= least, _("%(count)s recorded.", count=count)


def _kinds(f: Facts, *kinds: str) -> Finding:
    return _some(sum(f.partner_types.get(kind, 0) for kind in kinds))


INDICATORS = (
    Indicator(
        "assessment_current", 1, _l("A threat assessment is adopted, not older than two years"),
        _assessment_current, "assessments.index", _l("Work on the assessment"),
    ),
    Indicator(
        "threats_rated", 1, _l("Threats are rated by likelihood and impact"),
        lambda f: _some(f.assessment.threats), "assessments.index", _l("Add threats"),
    ),
    Indicator(
        "communities_with_evidence", 1, _l("Every community named in the assessment has evidence"),
        lambda f: _of(f.assessment.communities_without_evidence, f.assessment.communities),
        "assessments.index", _l("Add evidence"),
    ),
    Indicator(
        "incidents_recorded", 1, _l("Incidents of the last twelve months are recorded"),
        lambda f: _some(f.incidents_last_year), "incidents.index", _l("Record or import incidents"),
    ),
    Indicator(
        "places_reviewed", 1, _l("Soft targets are registered and no review is overdue"),
        lambda f: _of(f.assessment.reviews_overdue, f.assessment.soft_targets), "places.index",
        _l("Review soft targets"),
    ),
    Indicator(
        "mandate_recorded", 2, _l("The mandate and its limits are recorded"),
        lambda f: (f.assessment.mandate_recorded,
                   _("It is recorded.") if f.assessment.mandate_recorded else _("It is not recorded.")),
        "mandate.show", _l("Record the mandate"),
    ),
    Indicator(
        "decision_recent", 2, _l("A decision on the priority was taken in the last four years"),
        _decision_recent, "mandate.show", _l("Record a decision"),
    ),
    Indicator(
        "resources_mapped", 3, _l("Existing work is mapped"), lambda f: _some(f.assessment.mapped),
        "mapping.index", _l("Map what exists"),
    ),
    Indicator(
        "threats_covered", 3, _l("Something is done against every threat"),
        lambda f: _of(f.assessment.uncovered_threats, f.assessment.threats), "mapping.gaps", _l("Look at the gaps"),
    ),
    Indicator(
        "communities_covered", 3, _l("Something is done for every community"),
        lambda f: _of(f.assessment.uncovered_communities, f.assessment.communities), "mapping.gaps",
        _l("Look at the gaps"),
    ),
    Indicator(
        "strategy_adopted", 4, _l("A strategy is adopted"),
        lambda f: (f.strategy.adopted_on is not None,
                   _("Adopted on %(day)s.", day=_day(f.strategy.adopted_on)) if f.strategy.adopted_on
                   else _("A draft waits.") if f.strategy.has_draft else _("None is adopted.")),
        "strategy.index", _l("Work on the strategy"),
    ),
    Indicator(
        "strategy_reviewed", 4, _l("Its next review is planned and not overdue"), _strategy_reviewed,
        "strategy.index", _l("Plan the review"),
    ),
    Indicator(
        "actions_owned", 4, _l("Every action has somebody who leads it"),
        lambda f: _of(f.strategy.unowned, f.strategy.actions), "actions.index", _l("Give actions a lead"),
    ),
    Indicator(
        "actions_on_time", 4, _l("No action is overdue"),
        lambda f: _of(f.strategy.overdue, f.strategy.actions), "actions.index", _l("Look at overdue actions"),
    ),
    Indicator(
        "communities_consulted", 4, _l("Every community named in the assessment was consulted"),
        lambda f: (f.strategy.consultations > 0 and f.strategy.communities_not_consulted == 0,
                   _("%(count)s consultations; %(missing)s communities not heard.",
                     count=f.strategy.consultations, missing=f.strategy.communities_not_consulted)),
        "strategy.index", _l("Record a consultation"),
    ),
    Indicator(
        "progress_measured", 4, _l("Every indicator of the strategy has a measurement"),
        lambda f: _of(f.strategy.indicators - f.strategy.indicators_measured, f.strategy.indicators),
        "strategy.index", _l("Measure an indicator"),
    ),
    Indicator(
        "partners_varied", 5, _l("Partners of at least three kinds are in the register"),
        lambda f: _some(len(f.partner_types), LEAST_PARTNER_TYPES), "partners.index", _l("Add a partner"),
    ),
    Indicator(
        "partners_met", 5, _l("Every partner was met in the last six months"),
        lambda f: _of(f.meetings.not_met, f.meetings.partners), "partners.index", _l("Meet a partner"),
    ),
    Indicator(
        "meetings_regular", 5, _l("At least four meetings were held in the last twelve months"),
        lambda f: _some(f.meetings.meetings_last_year, LEAST_MEETINGS), "meetings.index", _l("Plan a meeting"),
    ),
    Indicator(
        "decisions_followed", 5, _l("Every decision of a meeting has a follow-up"),
        lambda f: _of(f.meetings.decisions_without_follow_up, f.meetings.decisions), "meetings.index",
        _l("Add follow-ups"),
    ),
    Indicator(
        "programme_runs", 6, _l("At least one prevention programme is running"),
        lambda f: _some(f.programmes.programmes_active), "programmes.index", _l("Begin a programme"),
    ),
    Indicator(
        "communities_reached", 6, _l("Programmes reach every community named in the assessment"),
        lambda f: _of(f.programmes.communities_not_reached,
                      f.programmes.communities_reached + f.programmes.communities_not_reached),
        "programmes.index", _l("Look at the reach"),
    ),
    Indicator(
        "programme_evaluated", 6, _l("At least one programme is evaluated"),
        lambda f: _some(f.programmes.evaluated), "programmes.index", _l("Evaluate a programme"),
    ),
    Indicator(
        "key_messages", 7, _l("Key messages are agreed"), lambda f: _some(f.communications.key_messages),
        "communications.index", _l("Write key messages"),
    ),
    Indicator(
        "spokespeople", 7, _l("A spokesperson and a deputy are named"),
        lambda f: _some(f.communications.spokespeople, 2), "spokespeople.index", _l("Name a spokesperson"),
    ),
    Indicator(
        "audiences_reached", 7, _l("Every audience has had a message"),
        lambda f: (f.communications.key_messages > 0 and f.communications.audiences_not_reached == 0,
                   _("%(count)s not reached.", count=f.communications.audiences_not_reached)),
        "communications.index", _l("Plan a message"),
    ),
    Indicator(
        "rumours_answered", 7, _l("No rumour waits for an answer"),
        lambda f: (f.communications.key_messages > 0 and f.communications.rumours_unanswered == 0,
                   _("%(count)s unanswered.", count=f.communications.rumours_unanswered)),
        "rumours.index", _l("Answer rumours"),
    ),
    Indicator(
        "response_plan_adopted", 8, _l("An emergency response plan is adopted, and no review is overdue"),
        _plan_in_force, "response_plans.index", _l("Work on the response plan"),
    ),
    Indicator(
        "response_deputies", 8, _l("Every role of the response plans has a deputy"),
        lambda f: _of(f.response.roles_without_deputy, f.response.roles), "response_plans.index",
        _l("Name deputies"),
    ),
    Indicator(
        "response_exercised", 8, _l("An exercise was held in the last twelve months"),
        lambda f: _some(f.response.exercises_last_year), "exercises.index", _l("Hold an exercise"),
    ),
    Indicator(
        "police_known", 8, _l("The police are in the register of partners"), lambda f: _kinds(f, "police"),
        "partners.index", _l("Add a partner"),
    ),
    Indicator(
        "crisis_words_ready", 8, _l("Message templates are ready"), lambda f: _some(f.communications.templates),
        "message_templates.index", _l("Write a template"),
    ),
    Indicator(
        "victim_support_known", 9, _l("A victim support body is in the register of partners"),
        lambda f: _kinds(f, "victim_support"), "partners.index", _l("Add a partner"),
    ),
    Indicator(
        "care_known", 9, _l("Health or social services are in the register of partners"),
        lambda f: _kinds(f, "health", "social_service"), "partners.index", _l("Add a partner"),
    ),
    Indicator(
        "communities_known", 10, _l("Community or faith groups are in the register of partners"),
        lambda f: _kinds(f, "community", "faith"), "partners.index", _l("Add a partner"),
    ),
    Indicator(
        "communities_heard", 10, _l("Communities were consulted"), lambda f: _some(f.strategy.consultations),
        "strategy.index", _l("Record a consultation"),
    ),
)  # fmt: skip
"""In the order in which a city does well to go through them."""

TOTALS = {step.number: sum(i.step == step.number for i in INDICATORS) for step in STEPS}
"""How many indicators each step has, by its number."""


def assess(facts: Facts) -> list[StepState]:
    """The ten steps as they stand, with their reasons in the reader's language."""
    results = [Result(indicator, *indicator.check(facts)) for indicator in INDICATORS]
    return [StepState(step, [r for r in results if r.indicator.step == step.number]) for step in STEPS]


def count_met(indicators: dict[str, bool]) -> dict[int, int]:
    """How many indicators of each step a kept profile met."""
    met = {step.number: 0 for step in STEPS}
    for indicator in INDICATORS:
        met[indicator.step] += bool(indicators.get(indicator.code))
    return met

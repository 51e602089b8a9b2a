"""What each role may do. The database policies stand behind this table, not beside it."""

from enum import StrEnum

from network.kernel.tenancy import Actor, Scope


class Permission(StrEnum):
    """One thing that a role allows, as ``resource:action``."""

    INCIDENT_READ = "incident:read"  # read the city's incidents
    INCIDENT_RECORD = "incident:record"  # record, edit and archive incidents
    INCIDENT_HANDLE = "incident:handle"  # triage, assign, decide, merge, close, keep the timeline
    INCIDENT_IMPORT = "incident:import"  # import files of incidents
    INCIDENT_UNDO_IMPORT = "incident:undo_import"  # take an import back as a whole
    TREND_READ = "trend:read"  # see the counts that one's organisation may see
    SHARING_READ = "sharing:read"  # see with whom the city shares what
    SHARING_SIGN = "sharing:sign"  # sign and revoke sharing agreements
    TEAM_READ = "team:read"  # see who belongs to the organisation
    TEAM_MANAGE = "team:manage"  # invite, change roles, remove
    TOKEN_MANAGE = "token:manage"  # noqa: S105 (issue and revoke API tokens)
    API_EXPLORE = "api:explore"  # use the API in the browser
    PRACTICE_READ = "practice:read"  # read the network's practice library
    PARTNER_READ = "partner:read"  # read the register of partners
    PARTNER_WRITE = "partner:write"  # keep the register, contacts and the log
    PARTNER_INVITE = "partner:invite"  # say which outsider stands for which partner
    ASSESSMENT_READ = "assessment:read"  # read threats, communities, mandate and what exists already
    ASSESSMENT_WRITE = "assessment:write"  # write them down
    ASSESSMENT_ADOPT = "assessment:adopt"  # put an assessment into force
    COMMUNICATION_READ = "communication:read"  # read key messages, audiences, messages, rumours
    COMMUNICATION_WRITE = "communication:write"  # keep them, write messages and publish approved ones
    MESSAGE_APPROVE = "message:approve"  # approve texts that somebody else wrote
    PROGRAMME_READ = "programme:read"  # read programmes, their sessions and whom they reach
    PROGRAMME_WRITE = "programme:write"  # keep them
    RESPONSE_READ = "response:read"  # read emergency response plans and exercises
    RESPONSE_WRITE = "response:write"  # write the plans
    RESPONSE_ADOPT = "response:adopt"  # put a plan into force
    RESPONSE_WORK = "response:work"  # keep exercises and work in a response
    RUMOUR_RECORD = "rumour:record"  # keep the register of rumours
    MEETING_READ = "meeting:read"  # read meetings; partners: those to which they are invited
    MEETING_WRITE = "meeting:write"  # plan meetings, keep minutes, decisions and attendance
    PLACE_READ = "place:read"  # read the register of soft targets
    PLACE_WRITE = "place:write"  # keep it, note reviews and measures
    RECORD_READ = "record:read"  # read what is written about the city's records
    RECORD_COMMENT = "record:comment"  # comment, attach and link
    NOTICE_READ = "notice:read"  # get notices
    STRATEGY_READ = "strategy:read"  # read the strategy and the action plan
    STRATEGY_WRITE = "strategy:write"  # write the strategy, its objectives and indicators
    STRATEGY_ADOPT = "strategy:adopt"  # note that a version was adopted
    ACTION_WRITE = "action:write"  # keep the action plan
    TEMPLATE_READ = "template:read"  # read the templates of strategies
    TEMPLATE_WRITE = "template:write"  # keep the templates of strategies for every city
    ACTION_REPORT = "action:report"  # see what is assigned to one's partner and report on it
    PRACTICE_PUBLISH = "practice:publish"  # publish practices and take them back
    PRACTICE_DRAFT = "practice:draft"  # read the practices that the city works on
    PRACTICE_WRITE = "practice:write"  # draft practices
    PRACTICE_ADAPT = "practice:adapt"  # note what the city adapts and report back
    PRACTICE_ASK = "practice:ask"  # ask authors and say thanks
    PRACTICE_REVIEW = "practice:review"  # review submitted practices, curate the library
    CITY_READ = "city:read"  # see the facts of one's own city
    CITY_MANAGE = "city:manage"  # correct its population and time zone
    STEP_READ = "step:read"  # see where one's own city stands in the ten steps
    STEP_KEEP = "step:keep"  # keep its profile
    READINESS_READ = "readiness:read"  # see the profiles that cities share
    TENANT_READ = "tenant:read"  # see whether the city is to be deleted, and undo it
    TENANT_MANAGE = "tenant:manage"  # take the city's data along, or have it deleted
    ORGANISATION_CREATE = "organisation:create"  # create, change and close cities, nations, the network


_P = Permission
# What everybody of a city's team may do, and what those who keep its records may do besides.
_READER = {
    _P.ASSESSMENT_READ,
    _P.CITY_READ,
    _P.COMMUNICATION_READ,
    _P.INCIDENT_READ,
    _P.MEETING_READ,
    _P.NOTICE_READ,
    _P.PARTNER_READ,
    _P.PRACTICE_ASK,
    _P.PRACTICE_DRAFT,
    _P.PLACE_READ,
    _P.PRACTICE_READ,
    _P.PROGRAMME_READ,
    _P.RECORD_COMMENT,
    _P.RECORD_READ,
    _P.RESPONSE_READ,
    _P.SHARING_READ,
    _P.STEP_READ,
    _P.STRATEGY_READ,
    _P.TEAM_READ,
    _P.TEMPLATE_READ,
    _P.TREND_READ,
}
_KEEPER = {
    _P.ACTION_WRITE,
    _P.ASSESSMENT_WRITE,
    _P.INCIDENT_HANDLE,
    _P.INCIDENT_IMPORT,
    _P.INCIDENT_RECORD,
    _P.MEETING_WRITE,
    _P.PARTNER_WRITE,
    _P.PRACTICE_ADAPT,
    _P.PLACE_WRITE,
    _P.PROGRAMME_WRITE,
    _P.PRACTICE_WRITE,
    _P.RESPONSE_WORK,
    _P.RUMOUR_RECORD,
}
_MANAGER = {
    _P.INCIDENT_UNDO_IMPORT,
    _P.ASSESSMENT_ADOPT,
    _P.CITY_MANAGE,
    _P.MESSAGE_APPROVE,
    _P.PARTNER_INVITE,
    _P.RESPONSE_ADOPT,
    _P.RESPONSE_WRITE,
    _P.SHARING_SIGN,
    _P.STEP_KEEP,
    _P.STRATEGY_ADOPT,
    _P.STRATEGY_WRITE,
    _P.TEAM_MANAGE,
    _P.TENANT_MANAGE,
    _P.TENANT_READ,
}
_SPEAKER = {
    _P.COMMUNICATION_WRITE,
    _P.PRACTICE_WRITE,
    _P.RESPONSE_WORK,
    _P.RUMOUR_RECORD,
}
_DECIDER = {
    _P.STEP_KEEP,
    _P.ASSESSMENT_ADOPT,
    _P.MESSAGE_APPROVE,
    _P.RESPONSE_ADOPT,
    _P.SHARING_SIGN,
    _P.STRATEGY_ADOPT,
    _P.TENANT_READ,
}
_OUTSIDER = {
    _P.ACTION_REPORT,
    _P.MEETING_READ,
    _P.NOTICE_READ,
    _P.PRACTICE_READ,
}
_AGENCY = {
    _P.API_EXPLORE,
    _P.PRACTICE_ASK,
    _P.PRACTICE_READ,
    _P.READINESS_READ,
    _P.SHARING_READ,
    _P.TEAM_READ,
    _P.TREND_READ,
}

ROLE_PERMISSIONS: dict[Scope, dict[str, frozenset[Permission]]] = {
    Scope.CITY: {
        "mayor": frozenset(_READER | _DECIDER),
        "coordinator": frozenset(_READER | _KEEPER | _SPEAKER | _MANAGER),
        "officer": frozenset(_READER | _KEEPER),
        "communications": frozenset(_READER | _SPEAKER),
        "analyst": frozenset(_READER | {_P.INCIDENT_RECORD, _P.INCIDENT_IMPORT}),
        "partner": frozenset(_OUTSIDER),
    },
    Scope.NATION: {
        "analyst": frozenset(_AGENCY),
        "coordinator": frozenset(_AGENCY | {_P.TEAM_MANAGE, _P.TOKEN_MANAGE}),
    },
    Scope.NETWORK: {
        "curator": frozenset(_AGENCY | {_P.TEMPLATE_READ, _P.TEMPLATE_WRITE, _P.PRACTICE_PUBLISH, _P.PRACTICE_REVIEW}),
        "support_officer": frozenset({_P.TEAM_READ, _P.PRACTICE_READ}),
        "coordinator": frozenset(_AGENCY | {_P.TEMPLATE_READ, _P.TEMPLATE_WRITE, _P.TEAM_MANAGE, _P.TOKEN_MANAGE}),
    },
    Scope.PLATFORM: {
        "operator": frozenset({_P.ORGANISATION_CREATE, _P.TEAM_READ, _P.TEAM_MANAGE}),
    },
}

TOKEN_PERMISSIONS = frozenset({_P.TREND_READ, _P.READINESS_READ, _P.PRACTICE_READ})
"""The scopes that an API token can carry."""


def permissions_of(scope: Scope, role: str) -> frozenset[str]:
    """The permissions of a role; none for a role that the kind of organisation does not know."""
    return frozenset(p.value for p in ROLE_PERMISSIONS.get(scope, {}).get(role, frozenset()))


OPERATOR = Actor(
    Scope.PLATFORM, role="operator", permissions=permissions_of(Scope.PLATFORM, "operator")
)
"""The caller of commands: whoever can run them on the server is its operator, without signing in."""

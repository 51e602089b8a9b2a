"""Ready-made plans to begin from, written for this platform; they come out in the reader's language."""

from dataclasses import dataclass, replace
from typing import Any

from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l


@dataclass(frozen=True)
class StarterRole:
    """A role of a ready-made plan; ``small`` is the role that does its work in a small town."""

    key: str
    name: Any
    duties: Any
    small: str


@dataclass(frozen=True)
class StarterItem:
    """A line of a checklist; the short form has only those that ``is_essential``."""

    phase: str
    strand: str
    role: str
    name: Any
    detail: Any = ""
    is_essential: bool = False


@dataclass(frozen=True)
class StarterCall:
    """Whom to call; the number is for the city to write."""

    name: Any
    level: str
    call_when: Any
    reason: Any


@dataclass(frozen=True)
class StarterPlace:
    """A place that the city has to find."""

    name: Any
    purpose: Any
    access: Any


ROLES = (
    StarterRole("lead", _l("Lead of the response"), _l("Decides, keeps the overview, speaks with police and mayor, hands over after each shift."), "lead"),
    StarterRole("security", _l("Contact to police and rescue"), _l("Is the one line to those in charge on the scene; knows what may be said and what not."), "lead"),
    StarterRole("voice", _l("Communication"), _l("Writes what the city says, in all languages; watches for rumours and answers them."), "voice"),
    StarterRole("care", _l("Care for people"), _l("Looks after those hurt, their families and the helpers; opens the place for families."), "care"),
    StarterRole("community", _l("Contact to communities"), _l("Calls the communities concerned, listens, tells the team what they need and fear."), "care"),
    StarterRole("log", _l("Log and office"), _l("Writes down who decided what and when; keeps lists, rooms and shifts in order."), "voice"),
)  # fmt: skip


def _item(phase: str, strand: str, role: str, name: Any, detail: Any = "") -> StarterItem:
    return StarterItem(phase, strand, role, name, detail)


def _must(phase: str, strand: str, role: str, name: Any, detail: Any = "") -> StarterItem:
    return StarterItem(phase, strand, role, name, detail, is_essential=True)


HOUR, DAY, WEEK, MONTHS = "first_hour", "first_day", "first_week", "first_months"
COMMON = (
    _must(HOUR, "security", "security", _l("Call the police: what is confirmed, who is in charge, what do they need from the city?"),
          _l("One person calls, so that the line stays free. Write down name and number of your contact there.")),
    _must(HOUR, "security", "lead", _l("Call the team together and begin the log"), _l("Who is there, who stands in for whom, when do we speak next?")),
    _must(HOUR, "security", "lead", _l("Tell the mayor and the chief executive")),
    _must(HOUR, "communication", "voice", _l("Publish the first short statement"), _l("What is confirmed, what people should do, where help is, when the next news comes. No guess about who or why.")),
    _item(HOUR, "communication", "voice", _l("Stop planned posts and take down events that no longer fit")),
    _must(HOUR, "care", "care", _l("Open the place where families can wait"), _l("Somebody who receives them, water, telephones, a door that the press does not use.")),
    _must(HOUR, "care", "community", _l("Call those who speak for the community concerned"), _l("Before they hear it from the news. Ask what they know and what they need in the next hours.")),
    _item(DAY, "security", "security", _l("Agree with the police on protection for places that may be next")),
    _item(DAY, "security", "lead", _l("Plan shifts for three days, with rest"), _l("Nobody leads for more than twelve hours.")),
    _must(DAY, "security", "lead", _l("Tell the national counterparts and ask for what is missing")),
    _must(DAY, "communication", "voice", _l("Speak again at a fixed time, also when there is nothing new")),
    _item(DAY, "communication", "voice", _l("Give the texts in all languages of the city, and read them to people who don't read")),
    _must(DAY, "communication", "voice", _l("Begin the register of rumours and answer the harmful ones"), _l("Say clearly that a group is not to blame for what a person did.")),
    _must(DAY, "care", "care", _l("Open a telephone line for everybody who needs to talk")),
    _item(DAY, "care", "care", _l("Find out who is hurt, who is missing somebody, and who looks after each family"), _l("One contact for each family, who stays the same.")),
    _item(DAY, "care", "community", _l("Ask communities that may be blamed how safe they feel, and agree on a number to call")),
    _must(DAY, "care", "lead", _l("Look after your own people: ask every helper how they are before they go home")),
    _item(WEEK, "security", "security", _l("Go through threats that came in with the police, every day")),
    _must(WEEK, "security", "lead", _l("Look at incidents against communities at risk every day"), _l("Compare with an ordinary week.")),
    _must(WEEK, "communication", "voice", _l("Let those speak whom people trust: neighbours, faith leaders, teachers")),
    _item(WEEK, "communication", "voice", _l("Tell schools and employers what they can say"), _l("One page for teachers, one for staff at the counter.")),
    _must(WEEK, "care", "care", _l("Make a place to mourn, together with the families"), _l("They decide what is said and shown about their dead.")),
    _item(WEEK, "care", "care", _l("Help with money, housing, travel and papers from one place")),
    _item(WEEK, "care", "community", _l("Hold open talks in the district, with interpreters and food")),
    _must(MONTHS, "security", "lead", _l("Look back with everybody who took part: what was planned, what happened, why, what to change"), _l("Within six weeks, while people remember.")),
    _item(MONTHS, "security", "security", _l("End extra protection step by step, and tell those concerned before")),
    _item(MONTHS, "communication", "voice", _l("Plan what is said on trials, anniversaries and copies of the act")),
    _must(MONTHS, "care", "care", _l("Ask families and those hurt after one, three, six and twelve months how they are")),
    _must(MONTHS, "care", "community", _l("Begin something that brings groups together again, and ask them what")),
)  # fmt: skip
CALLS = (
    StarterCall(_l("Police: officer on duty"), "local", _l("At once"), _l("What is confirmed, what may be said, what they need")),
    StarterCall(_l("Rescue service and hospital"), "local", _l("At once"), _l("How many are hurt, where families should go")),
    StarterCall(_l("Mayor, or deputy"), "local", _l("At once"), _l("What is known, who speaks, when")),
    StarterCall(_l("Those who speak for the community concerned"), "local", _l("In the first hour"), _l("What they know, what they need, who else must be told")),
    StarterCall(_l("Victim support"), "regional", _l("In the first hour"), _l("People on the spot, a telephone line, experience with families")),
    StarterCall(_l("Schools of the district"), "local", _l("Before school begins or ends"), _l("What pupils are told, safe ways home")),
    StarterCall(_l("National agency for prevention, or ministry"), "national", _l("On the first day"), _l("Situation report, experts, money for victims")),
    StarterCall(_l("Another city that has been through this"), "network", _l("On the first day"), _l("What they would do differently")),
)  # fmt: skip
PLACES = (
    StarterPlace(_l("Place for families (to be chosen)"), _l("Families wait here for news and are told in a room with a door."), _l("Write down who opens it at night, and for how many people.")),
    StarterPlace(_l("Second place, elsewhere (to be chosen)"), _l("If the first one is too near or too small."), _l("Far enough away, and to be reached without a car.")),
)  # fmt: skip
ACTIVATION = _l(
    "Whoever of the team hears of it first calls the lead; when the lead does not answer, the deputy; then the mayor."
    " Any of them may begin. Better once too often: it can be ended after an hour."
)
MEETING_PLACE = _l("Room (to be chosen), a second one elsewhere, and a telephone conference that everybody has tried.")


@dataclass(frozen=True)
class Starter:
    """One ready-made plan."""

    key: str
    scenario_kind: str
    name: Any
    scenario: Any
    purpose: Any
    own_items: tuple[StarterItem, ...]
    activation: Any = ACTIVATION
    meeting_place: Any = MEETING_PLACE
    calls: tuple[StarterCall, ...] = CALLS
    places: tuple[StarterPlace, ...] = PLACES

    def list_roles(self, *, is_small: bool) -> list[StarterRole]:
        """The roles of the plan in their order."""
        return [role for role in ROLES if not is_small or role.key == role.small]

    def list_items(self, *, is_small: bool) -> list[StarterItem]:
        """The checklist by phase, with what is special to this case before what is always done."""
        small = {role.key: role.small for role in ROLES}
        found = [item for phase in (HOUR, DAY, WEEK, MONTHS) for item in (*self.own_items, *COMMON) if item.phase == phase]
        if not is_small:
            return found
        return [replace(item, role=small[item.role]) for item in found if item.is_essential]


STARTERS = (
    Starter(
        "place-of-worship", "place_of_worship", _l("Attack on a place of worship"),
        _l("Somebody attacks people at prayer, or sets fire to their house of worship. People are hurt or dead; others of the same faith fear to be next, and others may be blamed."),
        _l("People are safe and looked after; the community leads in what concerns it; the city says within the hour that it stands with them; nobody takes revenge."),
        (
            _must(HOUR, "security", "security", _l("Have other houses of worship of the same faith warned and watched"), _l("Also those of faiths that may be blamed.")),
            _must(HOUR, "care", "community", _l("Ask the leaders of the house what their rules ask of helpers"), _l("Touching the dead, burial in time, men and women, food, holy days.")),
            _must(DAY, "communication", "voice", _l("Let the mayor go there in person, if the community wants it")),
            _item(DAY, "care", "care", _l("Settle with the prosecutor when the dead can be buried")),
            _must(WEEK, "security", "security", _l("Protect the first services after the attack, and say so")),
            _item(WEEK, "communication", "voice", _l("Ask leaders of all faiths for a common word")),
            _item(MONTHS, "care", "community", _l("Help the community to open its house again, with its neighbours")),
        ),
    ),
    Starter(
        "public-gathering", "public_gathering", _l("Violence at a public gathering"),
        _l("A festival, a rally or a market is attacked, or a protest turns into violence between groups. Many people are in one place, many look for each other, pictures go round at once."),
        _l("People get away and find each other; one voice tells them where to go; those hurt are looked after wherever they live; the right to gather stays."),
        (
            _must(HOUR, "security", "security", _l("Agree with police and organiser whether the gathering ends, and on which ways out")),
            _must(HOUR, "communication", "voice", _l("Say where people find each other, and which streets and lines are closed")),
            _must(HOUR, "care", "care", _l("Have lost children and people without a way home taken in")),
            _item(DAY, "security", "lead", _l("Decide with the police on other events of the next days, by clear reasons")),
            _item(DAY, "care", "care", _l("Reach visitors from elsewhere through their cities and consulates")),
            _item(WEEK, "communication", "voice", _l("Ask people not to share pictures of those hurt, and tell them where to send them")),
            _item(MONTHS, "security", "security", _l("Look at how gatherings are planned together with organisers and police")),
        ),
    ),
    Starter(
        "community-threat", "community_threat", _l("Threats against a community"),
        _l("A group is threatened: by letters, by calls for violence online, by marks on doors, often after something that happened far away. Nobody is hurt yet; many stay at home."),
        _l("The threat is taken seriously and checked; those threatened are not left alone and decide with us; the threat does not set the tone of the city."),
        (
            _must(HOUR, "security", "security", _l("Keep the threat as it is, with time and source, and give it to the police"), _l("Screenshots, letters in an envelope, no sharing.")),
            _must(HOUR, "care", "community", _l("Ask those threatened how they want to be spoken of, or whether they want silence")),
            _must(DAY, "security", "security", _l("Agree on patrols, lights and a direct number with those threatened")),
            _must(DAY, "communication", "voice", _l("Say whom the city stands with, without repeating the threat")),
            _item(DAY, "care", "community", _l("Ask schools, clinics and employers of the community what has changed there")),
            _item(WEEK, "communication", "voice", _l("Report the posts to the platforms and write down what they did")),
            _item(MONTHS, "care", "community", _l("Tell those threatened how the case ended")),
        ),
    ),
    Starter(
        "official", "official", _l("Harassment of or attack on a local official"),
        _l("A mayor, a member of the council or somebody of the staff is threatened, followed, exposed online or attacked because of the office; often the family is meant too."),
        _l("The person and the family are safe and decide what is said; the work goes on; everybody who holds an office sees that nobody is left alone."),
        (
            _must(HOUR, "security", "security", _l("Ask: is there danger now, at the office, at home, on the way?"), _l("In danger call the police emergency number first.")),
            _must(HOUR, "care", "care", _l("Let somebody whom the person trusts be with them, and with the family")),
            _must(HOUR, "communication", "voice", _l("Take home address, family and calendar off public pages")),
            _must(DAY, "security", "security", _l("Keep every message as evidence, read by somebody else than the person concerned")),
            _must(DAY, "communication", "voice", _l("Agree with the person on one sentence for the press; say nothing more")),
            _item(DAY, "care", "lead", _l("Settle who stands in, and that leave is not a retreat")),
            _item(WEEK, "security", "security", _l("Look at meetings, office hours and counters: who is alone, which way out?")),
            _item(WEEK, "communication", "voice", _l("Let the council speak with one voice, over party lines")),
            _item(MONTHS, "care", "care", _l("Offer advice and a peer from another city, also when all seems over")),
        ),
    ),
)  # fmt: skip


def get_starter(key: str) -> Starter:
    """A ready-made plan by its key; NotFound if there is none."""
    for starter in STARTERS:
        if starter.key == key:
            return starter
    raise NotFound("starter")

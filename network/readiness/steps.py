"""The ten steps of a mayor, explained in our own words.

The steps themselves were set out by the Strong Cities Network in *A Guide for Mayors: Preventing
and Responding to Hate, Extremism & Polarisation* (2023); no sentence of the guide is used.
"""

from dataclasses import dataclass
from typing import Any

from network.kernel.locale import lazy_text as _l


@dataclass(frozen=True)
class Step:
    """One step: why it matters, what to ask, how to begin, and the slugs of practices that fit."""

    number: int
    title: Any
    purpose: Any
    questions: tuple[Any, ...]
    first_actions: tuple[Any, ...]
    practices: tuple[str, ...]


STEPS = (
    Step(
        1,
        _l("Understand the threats"),
        _l(
            "What people fear in town and what happens there are seldom the same. A mayor who knows which groups "
            "are hit, by whom, where and how often can put scarce means in the right place and does not have to "
            "guess on the bad day. The picture must come from more than the police, because most hate is never "
            "reported."
        ),
        (
            _l("Which communities here are most exposed to hate or recruitment, and how do we know?"),
            _l("What happened in the last twelve months, in which places, and what was not reported?"),
            _l("Which groups, narratives or anniversaries could bring trouble in the next year?"),
            _l("Whom have we not asked?"),
        ),
        (
            _l(
                "Ask five people whom others confide in (a teacher, a youth worker, clergy, a shopkeeper, a doctor) "
                "what has changed in the last year, and note it on one page."
            ),
            _l("Get the police figures for the town for three years and write beside them what they leave out."),
            _l(
                "Agree with one local organisation that it takes reports of incidents and passes on numbers without "
                "names."
            ),
            _l("Write down three things you do not know and who could answer them."),
        ),
        (
            "berlin-register-incidents",
            "barcelona-office-non-discrimination",
            "koboko-counting-refugees",
            "kungalv-tolerance-project",
            "austin-we-all-belong",
            "aalborg-safe-digital-city",
            "ansan-foreign-residents",
        ),
    ),
    Step(
        2,
        _l("Set priority and mandate"),
        _l(
            "Everything can be called important; only some things get time and money. The mayor has to say how much "
            "weight this work has next to housing, schools and roads, and must know what the law lets the town do. "
            "Acting beyond the mandate costs trust and may fail in court; staying far below it leaves people alone."
        ),
        (
            _l("How high on the list is this work, and who in the council agrees?"),
            _l("What may we do by law, what must we leave to police or ministry, and what lies between?"),
            _l("Who takes over when a case goes beyond our powers?"),
            _l("What would make us raise or lower the priority?"),
        ),
        (
            _l("Ask the town's lawyer for one page: what we may do, what we may not, whom we must inform."),
            _l("Name one person in the administration who is responsible, with hours written down."),
            _l("Put the subject on the council's agenda once and record the decision."),
            _l("Call the national or regional coordinator and learn what support exists."),
        ),
        (
            "kawasaki-hate-speech-ordinance",
            "cape-town-safety-framework",
            "wonosobo-human-rights-regency",
            "irbid-zarqa-karak-prevention-networks",
            "gjilan-referral-mechanism",
            "isiolo-twelve-pillars",
        ),
    ),
    Step(
        3,
        _l("Map what exists"),
        _l(
            "Most towns do more prevention than they know: youth work, sports clubs, libraries, counselling, school "
            "social work. A list shows what can be used at once, where three bodies do the same, and which group or "
            "place nobody reaches. It costs days instead of a budget."
        ),
        (
            _l("Which services, clubs and faith groups already reach the people we worry about?"),
            _l("Where do several do the same, and where does nobody work?"),
            _l("Which of them would help in a crisis tonight?"),
            _l("What could be used for this purpose with a small change?"),
        ),
        (
            _l("Make a table with three columns: who, reaches whom, contact. Fill twenty lines in a week."),
            _l("Mark each community of step 1 that has no line."),
            _l("Ask each body whether it wants to be listed and how."),
            _l("Meet the two bodies that fill the biggest gap and ask what they lack."),
        ),
        (
            "mombasa-county-action-plan",
            "oslo-salto-coordination",
            "vienna-network-democratic-culture",
            "gdansk-integration-equal-treatment",
            "nansana-youth-desk-peace-clubs",
            "tripoli-youth-affairs-office",
            "germany-contact-point-local-officials",
        ),
    ),
    Step(
        4,
        _l("Make a strategy"),
        _l(
            "A short plan tells staff, partners and residents what the town wants to reach, who does what and how "
            "one will know. It protects the work from changing moods and changing people in office. It may stand "
            "alone or be a chapter of the safety, youth or integration plan; the second is often quicker and better "
            "funded."
        ),
        (
            _l("Is this a plan of its own or part of another, and why?"),
            _l("Which three to five goals do we want to reach in two years?"),
            _l("Who leads each action, who helps, and where is the money?"),
            _l("Were the communities concerned heard before it was written?"),
            _l("By which figures shall we see whether it works?"),
        ),
        (
            _l("Decide whether a chapter in an existing plan will do."),
            _l("Write two pages: three goals, ten actions, a name and a date for each."),
            _l(
                "Invite those it concerns to an evening before the council votes, and note what was changed because "
                "of them."
            ),
            _l("Set the date on which you will look at it again."),
        ),
        (
            "dortmund-action-plan-far-right",
            "kwale-county-action-plan",
            "mombasa-county-action-plan",
            "pelotas-pact-for-peace",
            "sao-paulo-immigrant-policy",
            "greater-manchester-cohesion-commission",
            "quilicura-welcome-recognition-plan",
        ),
    ),
    Step(
        5,
        _l("Meet partners regularly"),
        _l(
            "Trust is made on ordinary days. If the mayor first calls the imam, the rabbi, the head teacher and the "
            "police chief after an attack, it is too late to learn who they are. Regular meetings with a short "
            "agenda and a list of what was agreed turn acquaintances into people who act together."
        ),
        (
            _l("Whom do I meet, how often, and when did we last meet?"),
            _l("Who is missing at the table: young people, women, newcomers, critics?"),
            _l("What did we decide last time and was it done?"),
            _l("Whose mobile number do I have for a Sunday night?"),
        ),
        (
            _l(
                "Make a list of fifteen people with telephone numbers, with their consent, and test it twice a "
                "year."
            ),
            _l("Set four dates for the year and send them now."),
            _l("End each meeting with who does what by when, and begin the next with that list."),
            _l("Visit each house of worship and youth club once without an occasion."),
        ),
        (
            "oslo-salto-coordination",
            "majdal-anjar-local-prevention-network",
            "dori-fraternal-union",
            "malmo-amanah-trust",
            "dortmund-action-plan-far-right",
            "kumanovo-community-action-team",
            "nansana-youth-desk-peace-clubs",
        ),
    ),
    Step(
        6,
        _l("Prevent early"),
        _l(
            "Belonging is the best protection. What a town does every day, in schools, sport, libraries, public "
            "space and at its counters, decides whether people feel that they count. Early prevention is for "
            "everybody and need not carry the word extremism at all; it must reach the quarters and groups that are "
            "usually left out."
        ),
        (
            _l("Which of our daily services make people feel that they belong, and which push them away?"),
            _l("Do our offers reach girls, newcomers, poor quarters and villages?"),
            _l("How do streets, squares and building plans help people to meet?"),
            _l("What do we count, and do we ask those who took part what changed for them?"),
        ),
        (
            _l(
                "Take one existing offer, such as a holiday programme, and bring it to a group that has never been "
                "there."
            ),
            _l("Open one room with fixed hours for young people and let them run it."),
            _l("Find local people whom newcomers can call and pair them with families."),
            _l("Ask participants three questions before and after."),
        ),
        (
            "kungalv-tolerance-project",
            "london-shared-endeavour-fund",
            "altena-companions-for-refugees",
            "recife-compaz-peace-centres",
            "luton-mothers-schools",
            "mechelen-inclusive-identity",
            "malmo-amanah-trust",
            "barcelona-anti-rumour-network",
        ),
    ),
    Step(
        7,
        _l("Communicate"),
        _l(
            "Silence is filled by others. A mayor who says again and again what the town stands for, explains what "
            "is being done and answers rumours quickly with facts takes room away from those who divide. It matters "
            "who hears it: in which language, on which channel and from whose mouth."
        ),
        (
            _l("What is our message in one sentence, and do staff and partners use it?"),
            _l("Which groups do we not reach, by language or channel?"),
            _l("Who watches for rumours and who may answer at ten in the evening?"),
            _l("When do we speak, and when do we leave the word to others?"),
        ),
        (
            _l("Write three sentences on what the town stands for and agree on them with partners."),
            _l(
                "Draft a holding statement for an incident now, with gaps for time and place, and have it "
                "translated."
            ),
            _l("Name a person and a deputy who may publish within the hour."),
            _l("Collect the five rumours that go round in town and a short true answer to each."),
        ),
        (
            "ambon-peace-provocateurs",
            "barcelona-anti-rumour-network",
            "los-angeles-la-for-all",
            "luton-in-harmony",
            "billings-not-in-our-town",
            "wunsiedel-involuntary-walkathon",
            "christchurch-after-2019",
        ),
    ),
    Step(
        8,
        _l("Lead during an attack"),
        _l(
            "In the first hours people look to the mayor, whoever commands the police. The task is to be there, to "
            "say what is known and what is not, to keep services together and to see that nobody is blamed for who "
            "they are. This can only be done with roles settled and practised before."
        ),
        (
            _l("Who does what in the first hour, and who stands in for whom?"),
            _l("How do I reach police command, hospital, schools and faith leaders if the network is down?"),
            _l("What do I say first, and who must hear it before the press?"),
            _l("Where could families gather tonight?"),
            _l("Which groups could be attacked in revenge, and who calls them?"),
        ),
        (
            _l("Write one page: ten roles, a name and a deputy for each, two telephone numbers each."),
            _l("Choose a building for families and check the key, heating and sign."),
            _l("Walk over the main square and the yearly market with police and fire service."),
            _l("Practise for an hour around a table with one made-up incident."),
        ),
        (
            "christchurch-after-2019",
            "highland-park-recovery",
            "manchester-resilience-hub",
            "johannesburg-migrant-help-desk",
            "brasov-public-space-assessment",
            "the-hague-support-team-resilient-administration",
        ),
    ),
    Step(
        9,
        _l("Care for the aftermath"),
        _l(
            "When the cameras leave, the hard part begins for those who were hurt. Needs come in waves: at "
            "funerals, at the trial, on each anniversary. The town makes sure that nobody has to search for help, "
            "that care reaches those who do not ask, and that communities at risk of revenge are protected."
        ),
        (
            _l("Who has been affected, also indirectly, and who speaks with each of them?"),
            _l("Which needs are open today and since when?"),
            _l("Which communities are blamed, and what do we do for their safety?"),
            _l("Who will still be there in a year and at the trial?"),
        ),
        (
            _l("Name one contact person for every affected family, with a deputy."),
            _l("Ask the health service now how it would find and write to people who were present."),
            _l("Visit the community that may be blamed on the same day."),
            _l("Mark the anniversary, trial and holidays in the calendar and plan a call before each."),
        ),
        (
            "manchester-resilience-hub",
            "pittsburgh-1027-healing-partnership",
            "columbus-care-coalition",
            "highland-park-recovery",
            "barcelona-office-non-discrimination",
            "london-ontario-disrupt-islamophobia",
            "los-angeles-la-vs-hate",
        ),
    ),
    Step(
        10,
        _l("Rebuild cohesion"),
        _l(
            "An attack leaves anger, fear and mistrust, and some people will use them. In the months after, the "
            "town can grow closer or come apart. Remembrance that belongs to those affected, honest review of what "
            "went wrong, and new common work help it to grow closer and make prevention stronger than it was."
        ),
        (
            _l("Between which groups has trust been damaged, and how do we notice?"),
            _l("What have we learned, and which lesson is still without action?"),
            _l("How do those affected want to remember?"),
            _l("Which common undertaking could bring people together this year?"),
        ),
        (
            _l(
                "Hold a review of one evening: what went well, what did not, what we change, with a name for each "
                "change."
            ),
            _l("Ask the affected families before any plan for a memorial or a day of remembrance."),
            _l("Choose one piece of common work, such as a garden or a meal, that groups do together."),
            _l("Report to the council after six and twelve months on what was done."),
        ),
        (
            "greater-manchester-cohesion-commission",
            "london-ontario-disrupt-islamophobia",
            "christchurch-after-2019",
            "highland-park-recovery",
            "pittsburgh-1027-healing-partnership",
            "ambon-peace-provocateurs",
            "billings-not-in-our-town",
            "malmo-amanah-trust",
        ),
    ),
)
"""In their order; a step is found by its number less one."""

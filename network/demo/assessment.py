"""What the demonstration's cities know about their threats. People are fictional; the city of Aarhus
stays empty, to show the first day."""

import uuid
from datetime import date, timedelta
from typing import Any

from network.assessment import service
from network.assessment.evidence.schemas import FigureSchema, KnowledgeGapSchema, SourceSchema
from network.assessment.evidence.service import save_evidence, save_gap
from network.assessment.mandate.schemas import DecisionSchema, MandateSchema, PolicySchema
from network.assessment.mandate.service import save_decision, save_mandate, save_policy
from network.assessment.mapping.schemas import ResourceSchema
from network.assessment.mapping.service import save_resource
from network.assessment.places.schemas import MeasureSchema, ReviewSchema, SoftTargetSchema
from network.assessment.places.service import record_review, save_measure, save_place
from network.assessment.schemas import AssessmentSchema, CommunitySchema, ThreatSchema
from network.incidents.queries import find_latest_day
from network.kernel.tenancy import Actor, acting_as

COMMUNITIES: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"name": "Jewish New Yorkers", "groups": "From Orthodox neighbourhoods to secular families in all five boroughs",
         "size_band": "over_100000", "confidence": "high",
         "vulnerability_factors": "Visible dress and places of worship; many incidents on the way to school and prayer; waves after events abroad.",
         "protective_factors": "Strong associations with security volunteers; trusted contacts with the police and the city.",
         "spoken_for_by": "Community councils of the boroughs; umbrella organisations"},
        {"name": "Asian American communities", "groups": "Chinese, Korean, Filipino, South Asian and other families; many older people",
         "size_band": "over_100000", "confidence": "medium",
         "vulnerability_factors": "Older people alone in transport; languages in which reporting is hard; rumours about illness.",
         "protective_factors": "Neighbourhood patrols, merchants' associations, language press.",
         "spoken_for_by": "Neighbourhood and merchants' associations"},
        {"name": "Muslim New Yorkers", "groups": "Arab, South Asian, West African and African American communities",
         "size_band": "over_100000", "confidence": "medium",
         "vulnerability_factors": "Blamed after attacks anywhere in the world; women with headscarves are easy to single out; reluctance to report.",
         "protective_factors": "Mosques with open doors, student associations, interfaith councils.",
         "spoken_for_by": "Mosque councils; associations of students and of taxi drivers"},
        {"name": "LGBTQI+ people", "groups": "Residents and visitors, young homeless people among them", "size_band": "over_100000",
         "confidence": "medium",
         "vulnerability_factors": "Venues and events announced in public; transgender women of colour are hit most gravely.",
         "protective_factors": "Well known venues and helplines; a protocol between venues and the police.",
         "spoken_for_by": "Centres and helplines"},
        {"name": "Recently arrived asylum seekers", "groups": "Families in shelters and hotels", "size_band": "under_100000", "confidence": "low",
         "vulnerability_factors": "Shelters become the target of protests and rumours; no network of their own yet.",
         "protective_factors": "Schools, parishes and volunteers around the shelters.", "spoken_for_by": ""},
    ],
    "toronto": [
        {"name": "Jewish community", "groups": "Families around Bathurst Street, schools, students", "size_band": "over_100000", "confidence": "high",
         "vulnerability_factors": "Schools and synagogues with known addresses; more incidents after events abroad.",
         "protective_factors": "Trained volunteers; regular meetings with the police.", "spoken_for_by": "Federation and school boards"},
        {"name": "Black communities", "groups": "Caribbean and African families of several generations", "size_band": "over_100000", "confidence": "medium",
         "vulnerability_factors": "The most reported target for many years; low trust in the police in some neighbourhoods.",
         "protective_factors": "Churches, youth workers, strong local media.", "spoken_for_by": "Neighbourhood associations and churches"},
        {"name": "Muslim communities", "groups": "More than sixty mosques and prayer rooms", "size_band": "over_100000", "confidence": "medium",
         "vulnerability_factors": "Women with headscarves in transport; worries since the attacks in Québec and London, Ontario.",
         "protective_factors": "Interfaith network; open days.", "spoken_for_by": "Council of mosques"},
        {"name": "Trans and gender-diverse people", "groups": "Young people above all", "size_band": "under_100000", "confidence": "low",
         "vulnerability_factors": "Online campaigns against schools and libraries; few reports reach the police.",
         "protective_factors": "The Village with its centres; school clubs.", "spoken_for_by": "Community centre and school clubs"},
    ],
}  # fmt: skip
THREATS: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"name": "Antisemitic violence in the street", "ideology": "mixed", "likelihood": 5, "impact": 4, "trend": "rising", "confidence": "high",
         "narrative": "Blames Jews collectively for events abroad and for the price of living; old myths in new pictures.",
         "actors": "Single persons and small groups; channels that name addresses", "places": "Brooklyn and Manhattan, transport, around schools",
         "hits": ["Jewish New Yorkers"]},
        {"name": "White supremacist attack on a soft target", "ideology": "far_right", "likelihood": 2, "impact": 5, "trend": "stable",
         "confidence": "medium", "narrative": "Great replacement; praise of earlier attackers.",
         "actors": "Single persons who radicalise online", "places": "Places of worship, shops, events; announced online",
         "hits": ["Jewish New Yorkers", "Muslim New Yorkers", "Asian American communities"]},
        {"name": "Backlash after attacks and wars abroad", "ideology": "none", "likelihood": 4, "impact": 3, "trend": "rising", "confidence": "high",
         "narrative": "Neighbours are made answerable for governments or terrorists.", "actors": "No organised ones",
         "places": "Universities, transport, online", "hits": ["Jewish New Yorkers", "Muslim New Yorkers"]},
        {"name": "Anti-Asian assaults", "ideology": "none", "likelihood": 4, "impact": 3, "trend": "falling", "confidence": "medium",
         "narrative": "Illness and espionage.", "actors": "Single persons", "places": "Subway, Chinatowns", "hits": ["Asian American communities"]},
        {"name": "Threats against shelters for asylum seekers", "ideology": "anti_government", "likelihood": 3, "impact": 3, "trend": "unknown",
         "confidence": "low", "narrative": "The city is being taken from those who were here first.", "actors": "Local groups, influencers from outside",
         "places": "Around shelters, livestreams", "hits": ["Recently arrived asylum seekers"]},
        {"name": "Attacks on LGBTQI+ venues and events", "ideology": "far_right", "likelihood": 3, "impact": 4, "trend": "stable", "confidence": "medium",
         "narrative": "Protection of children as a pretext.", "actors": "Protest groups; single persons", "places": "Libraries, venues, Pride",
         "hits": ["LGBTQI+ people"]},
    ],
    "toronto": [
        {"name": "Vandalism and threats against places of worship", "ideology": "mixed", "likelihood": 5, "impact": 3, "trend": "rising", "confidence": "high",
         "narrative": "Blame for events abroad.", "actors": "Mostly unknown persons", "places": "Synagogues, mosques, schools",
         "hits": ["Jewish community", "Muslim communities"]},
        {"name": "Misogynist violence", "ideology": "misogynist", "likelihood": 2, "impact": 5, "trend": "stable", "confidence": "medium",
         "narrative": "Women and feminism are to blame for loneliness.", "actors": "Online forums; single persons",
         "places": "Busy streets and campuses", "hits": ["Trans and gender-diverse people"]},
        {"name": "Anti-Black hate in schools and transport", "ideology": "none", "likelihood": 5, "impact": 2, "trend": "stable", "confidence": "medium",
         "narrative": "", "actors": "Pupils and passers-by", "places": "Schools, TTC", "hits": ["Black communities"]},
        {"name": "Campaigns against events for LGBTQI+ families", "ideology": "far_right", "likelihood": 3, "impact": 3, "trend": "rising", "confidence": "medium",
         "narrative": "Protection of children as a pretext.", "actors": "Protest groups from the region", "places": "Libraries, schools, online",
         "hits": ["Trans and gender-diverse people"]},
    ],
}  # fmt: skip
FIGURES: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"title": "Antisemitic incidents", "bias": "antisemitism", "confidence": "high", "finding": "The largest group; rises after events abroad.",
         "against": ["Antisemitic violence in the street"], "for": ["Jewish New Yorkers"]},
        {"title": "Anti-Asian incidents", "bias": "racism_xenophobia.anti_asian", "confidence": "medium",
         "finding": "Lower than in the years of the pandemic; older people still report little.", "against": ["Anti-Asian assaults"],
         "for": ["Asian American communities"]},
        {"title": "Anti-Muslim incidents", "bias": "anti_muslim", "confidence": "low", "finding": "Few reports; organisations hear of many more.",
         "against": ["Backlash after attacks and wars abroad"], "for": ["Muslim New Yorkers"]},
    ],
    "toronto": [
        {"title": "Antisemitic incidents", "bias": "antisemitism", "confidence": "high", "finding": "Schools and synagogues above all.",
         "against": ["Vandalism and threats against places of worship"], "for": ["Jewish community"]},
        {"title": "Anti-Black incidents", "bias": "racism_xenophobia.anti_black", "confidence": "medium", "finding": "Many in schools and transport.",
         "against": ["Anti-Black hate in schools and transport"], "for": ["Black communities"]},
    ],
}  # fmt: skip
SOURCES: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"title": "Hate crimes dashboard", "publisher": "New York City Police Department", "url": "https://www.nyc.gov/site/nypd/stats/reports-analysis/hate-crimes.page",
         "confidence": "high", "finding": "Complaints by motivation and borough.", "against": ["Antisemitic violence in the street"], "for": []},
        {"title": "Talks with venues and helplines", "publisher": "Coordinator's notes", "confidence": "low",
         "finding": "Threats by telephone before events; most are not reported.", "against": ["Attacks on LGBTQI+ venues and events"], "for": ["LGBTQI+ people"]},
    ],
    "toronto": [
        {"title": "Annual hate crime statistical report", "publisher": "Toronto Police Service", "url": "https://www.tps.ca/", "confidence": "high",
         "finding": "Reported hate crimes by motivation.", "against": ["Vandalism and threats against places of worship"], "for": ["Muslim communities"]},
    ],
}  # fmt: skip
QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"question": "How many assaults near shelters are never reported?", "reason": "The figures say almost nothing about people who have just arrived.",
         "could_answer": "Operators of the shelters; legal aid clinics"},
        {"question": "Which channels call for attacks on synagogues in the city?", "reason": "Warnings come late.",
         "could_answer": "Police intelligence; monitoring organisations"},
        {"question": "Do women report less after the hotline changed its number?", "could_answer": "Commission on Human Rights", "is_answered": True,
         "answer": "No: as many calls as before, in more languages."},
    ],
    "toronto": [
        {"question": "How many pupils meet hate at school and tell nobody?", "reason": "Reports of schools and of the police differ widely.",
         "could_answer": "School boards; pupils' councils"},
    ],
}  # fmt: skip
RESOURCES: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"name": "Office for the Prevention of Hate Crimes", "resource_type": "policy", "status": "running", "owner": "Mayor's office",
         "prevention_levels": ["primary", "secondary"], "reach": "Coordinates more than twenty agencies",
         "description": "Coordinates prevention, community work and the answer to hate crimes over the agencies of the city.",
         "against": ["Antisemitic violence in the street", "Backlash after attacks and wars abroad"], "for": ["Jewish New Yorkers", "Muslim New Yorkers"]},
        {"name": "Partners Against the Hate", "resource_type": "partnership", "status": "running", "owner": "Commission on Human Rights",
         "prevention_levels": ["primary"], "reach": "Six community networks in all boroughs",
         "description": "Community organisations give workshops, help with reports and stand by those affected.",
         "against": ["Antisemitic violence in the street", "Anti-Asian assaults"],
         "for": ["Jewish New Yorkers", "Asian American communities", "LGBTQI+ people"]},
        {"name": "Hate Crime Task Force", "resource_type": "service", "status": "running", "owner": "Police Department",
         "prevention_levels": ["tertiary"], "reach": "Whole city", "description": "Investigates hate crimes; liaison officers for communities.",
         "against": ["Antisemitic violence in the street", "Anti-Asian assaults", "White supremacist attack on a soft target"], "for": []},
        {"name": "Security grants for places of worship", "resource_type": "resource", "status": "running", "owner": "State and city",
         "ends_on": 200, "prevention_levels": ["secondary"], "reach": "240 places in the last round",
         "description": "Money for doors, cameras and training of volunteers.",
         "against": ["White supremacist attack on a soft target"], "for": ["Jewish New Yorkers"]},
        {"name": "Breaking the silence: reporting in eleven languages", "resource_type": "programme", "status": "running", "owner": "Commission on Human Rights",
         "prevention_levels": ["secondary"], "reach": "4,200 people in workshops last year", "target_groups": "Older people, women",
         "description": "Workshops and a hotline in the languages of the communities.", "against": ["Anti-Asian assaults"],
         "for": ["Asian American communities"]},
        {"name": "Welcome teams at shelters", "resource_type": "programme", "status": "planned", "owner": "Immigrant Affairs",
         "prevention_levels": ["primary"], "reach": "Twelve shelters", "description": "Neighbours and residents meet; rumours are answered early.",
         "against": ["Threats against shelters for asylum seekers"], "for": ["Recently arrived asylum seekers"]},
        {"name": "Safe venues protocol", "resource_type": "policy", "status": "ended", "owner": "Nightlife office", "prevention_levels": ["secondary"],
         "reach": "60 venues", "description": "Training of staff; ended with its budget.", "against": ["Attacks on LGBTQI+ venues and events"],
         "for": ["LGBTQI+ people"]},
    ],
    "toronto": [
        {"name": "Toronto For All", "resource_type": "programme", "status": "running", "owner": "City of Toronto, equity unit", "prevention_levels": ["primary"],
         "reach": "Campaigns in the whole city", "description": "Public education against anti-Black racism and other hate.",
         "against": ["Anti-Black hate in schools and transport"], "for": ["Black communities", "Muslim communities"]},
        {"name": "Hate Crime Unit", "resource_type": "service", "status": "running", "owner": "Police Service", "prevention_levels": ["tertiary"],
         "reach": "Whole city", "description": "Investigation, training, yearly report.",
         "against": ["Vandalism and threats against places of worship"], "for": ["Jewish community"]},
        {"name": "Confronting Anti-Black Racism action plan", "resource_type": "policy", "status": "running", "owner": "City council",
         "prevention_levels": ["primary", "secondary"], "reach": "All divisions", "description": "Adopted by council; renewed with communities.",
         "against": ["Anti-Black hate in schools and transport"], "for": ["Black communities"]},
        {"name": "Library staff training for hostile protests", "resource_type": "service", "status": "planned", "owner": "Public Library",
         "prevention_levels": ["secondary"], "reach": "100 branches", "description": "De-escalation and contact with event organisers.",
         "against": ["Campaigns against events for LGBTQI+ families"], "for": ["Trans and gender-diverse people"]},
    ],
}  # fmt: skip
PLACES: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"name": "Synagogue on the avenue (fictional)", "place_type": "worship", "district": "Brooklyn", "owner": "Congregation board",
         "contact": "Security volunteer on duty", "for": "Jewish New Yorkers", "description": "Full on Friday evenings and high holidays; queue on the pavement.",
         "due": -35, "seen": 400, "finding": "Queue stands close to traffic; side exit locked during services.",
         "measures": [("Bollards along the queue", "building", "planned", 60), ("Door stewards trained", "training", "in_place", None)]},
        {"name": "Islamic centre at the park (fictional)", "place_type": "worship", "district": "Queens", "owner": "Centre's council",
         "contact": "Office, day; imam, night", "for": "Muslim New Yorkers", "description": "Friday prayer spills onto the street.",
         "due": 40, "seen": 320, "finding": "Cameras work; no plan for leaving in a hurry.",
         "measures": [("Evacuation plan and drill", "plan", "planned", -10), ("Patrol contact for Fridays", "police", "in_place", None)]},
        {"name": "Lunar New Year parade route", "place_type": "event", "district": "Manhattan", "owner": "Parade committee",
         "for": "Asian American communities", "description": "Two hundred thousand visitors on one day.", "due": 75, "seen": 290,
         "finding": "Good plan; fewer volunteers than last year.", "measures": [("Multilingual stewards", "staff", "planned", 70)]},
        {"name": "Community centre on Christopher Street (fictional)", "place_type": "nightlife", "district": "Manhattan", "owner": "Centre's director",
         "for": "LGBTQI+ people", "description": "Evening groups of young people.", "due": 20, "measures": []},
        {"name": "Reception shelter, midtown (fictional)", "place_type": "shelter", "district": "Manhattan", "owner": "Operator of the shelter",
         "for": "Recently arrived asylum seekers", "description": "Protests announced online.", "due": -3, "measures": []},
    ],
    "toronto": [
        {"name": "Day school on Bathurst Street (fictional)", "place_type": "school", "district": "North York", "owner": "School board",
         "contact": "Principal's office", "for": "Jewish community", "description": "Threats by telephone in two of the last three years.",
         "due": 15, "seen": 350, "finding": "Drills run each term; fence on the north side low.",
         "measures": [("Fence on the north side", "building", "planned", 90), ("Drill each term", "training", "in_place", None)]},
        {"name": "Library branch with story hours (fictional)", "place_type": "culture", "district": "Downtown", "owner": "Public Library",
         "for": "Trans and gender-diverse people", "description": "Protests at events for families.", "due": -12,
         "measures": [("Separate entrance for families", "building", "planned", 30)]},
        {"name": "Mosque on Danforth (fictional)", "place_type": "worship", "district": "East", "owner": "Mosque council", "for": "Muslim communities",
         "description": "Friday prayer, evening school.", "due": 120, "seen": 245, "finding": "Volunteers well trained.", "measures": []},
    ],
}  # fmt: skip
MANDATES: dict[str, dict[str, Any]] = {
    "nyc": {
        "name": "Prevention of hate crimes and of violent extremism", "level": "own", "priority": "top",
        "legal_basis": "City charter, chapter on the office for the prevention of hate crimes; local law of 2019.",
        "allows": "Coordinate agencies, pay for community work, publish figures, speak for the city.",
        "limits": "No investigations; no lists of persons. Investigation is the task of police and prosecutors.",
        "takes_over": "Hate Crime Task Force of the police; district attorneys; joint terrorism task force from the first suspicion of terrorism.",
        "priority_reason": "Highest number of reported hate crimes of all cities of the country.",
    },
    "toronto": {
        "name": "Confronting hate", "level": "shared", "priority": "high",
        "legal_basis": "City of Toronto Act; human rights and anti-harassment policy of council.",
        "allows": "Programmes, grants, public education, safety of the city's own buildings.",
        "limits": "Police have a board of their own; criminal law is federal.",
        "takes_over": "Hate Crime Unit of the police; provincial prosecution; national security enforcement team.",
        "priority_reason": "Council asked for a yearly report.",
    },
}  # fmt: skip
DECISIONS: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"title": "Office for the Prevention of Hate Crimes established", "decided_on": "2019-01-24", "decided_by": "City Council",
         "reference": "Local law of 2019", "body": "Coordinates prevention and the answer to hate crimes."},
        {"title": "More money for community organisations against hate", "days": 150, "decided_by": "Mayor and City Council", "reference": "Adopted budget"},
    ],
    "toronto": [
        {"title": "Yearly report on hate and on what the city does", "days": 210, "decided_by": "City Council", "reference": "EC 12.3 (demo)"},
    ],
}  # fmt: skip
POLICIES: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"title": "National Strategy for Countering Domestic Terrorism", "level": "national", "issuer": "The White House", "issued_on": "2021-06-15",
         "asks": "Work of local governments on prevention; grants for local programmes."},
        {"title": "U.S. National Strategy to Counter Antisemitism", "level": "national", "issuer": "The White House", "issued_on": "2023-05-25",
         "asks": "Calls on cities to speak out, protect and teach."},
    ],
    "toronto": [
        {"title": "National Strategy on Countering Radicalization to Violence", "level": "national", "issuer": "Public Safety Canada", "issued_on": "2018-12-11",
         "asks": "Supports local prevention through the Community Resilience Fund."},
        {"title": "Canada's Action Plan on Combatting Hate", "level": "national", "issuer": "Canadian Heritage", "issued_on": "2024-09-24",
         "asks": "Support for communities, safety of places, better data."},
    ],
}  # fmt: skip
# What the version before thought otherwise, and what it had not named yet.
EARLIER: dict[str, dict[str, Any]] = {
    "Antisemitic violence in the street": {"likelihood": 4, "impact": 3, "trend": "stable"},
    "Anti-Asian assaults": {"likelihood": 5, "impact": 4, "trend": "rising"},
    "Backlash after attacks and wars abroad": {"likelihood": 3, "trend": "unknown", "confidence": "low"},
    "Vandalism and threats against places of worship": {"likelihood": 4, "trend": "stable"},
}
LATER = ("Threats against shelters for asylum seekers", "Campaigns against events for LGBTQI+ families")
FRAMES: dict[str, dict[str, Any]] = {
    "nyc": {
        "title": "Threat and vulnerability assessment", "confidence": "medium",
        "method": "Hate crime figures of the police, talks with eleven community organisations, one workshop with schools, transport and venues.",
        "summary": "Antisemitic incidents remain the largest group and rise after events abroad. An attack on a soft target is unlikely and would be"
                   " grave. What we know least about are the shelters for asylum seekers.",
    },
    "toronto": {
        "title": "Threat and vulnerability assessment", "confidence": "medium",
        "method": "Open data of the police service, reports of community organisations, a survey among school principals.",
        "summary": "Places of worship need most attention now. Online campaigns against LGBTQI+ events reach the city from outside.",
    },
}  # fmt: skip


def load_assessment(short: str, *, coordinator: Actor, mayor: Actor) -> None:
    """A first version that has been superseded, the one in force, and where the city is further the
    draft of the next; with evidence, open questions and the map of what exists."""
    if short not in FRAMES:
        return
    today = date.today()
    first = FRAMES[short] | {
        "period_from": str(today - timedelta(days=1100)), "period_to": str(today - timedelta(days=735)),
        "review_due": str(today - timedelta(days=370)),
    }  # fmt: skip
    with acting_as(coordinator):
        made = service.start_assessment(AssessmentSchema().checked(first), actor=coordinator)
        communities = {
            item["name"]: service.save_community(
                made.assessment_id, CommunitySchema().checked(item), actor=coordinator
            ).community_id for item in COMMUNITIES[short]
        }  # fmt: skip
        threats = {
            item["name"]: service.save_threat(
                made.assessment_id, ThreatSchema().checked(_threat(item, communities, EARLIER.get(item["name"], {}))),
                actor=coordinator,
            ).threat_id for item in THREATS[short] if item["name"] not in LATER
        }  # fmt: skip
        first_id = made.assessment_id
        service.move_assessment(first_id, "in_review", actor=coordinator)
    with acting_as(mayor):
        service.move_assessment(
            first_id, "adopted", decided_by="City council", decided_on=today - timedelta(days=720), actor=mayor
        )
    with acting_as(coordinator):
        made = service.copy_assessment(first_id, actor=coordinator)
        second = FRAMES[short] | {
            "period_from": str(today - timedelta(days=760)), "period_to": str(today - timedelta(days=395)),
            "review_due": str(today - timedelta(days=20)),
        }  # fmt: skip
        service.change_assessment(
            made.assessment_id, AssessmentSchema().checked(second), version=made.version, actor=coordinator
        )
        for item in THREATS[short]:
            known = threats.get(item["name"])
            kept = service.save_threat(
                made.assessment_id, ThreatSchema().checked(_threat(item, communities)), threat_id=known,
                version=1 if known else 0, actor=coordinator,
            )  # fmt: skip
            threats[item["name"]] = kept.threat_id
        _load_evidence(short, made.assessment_id, threats, communities, coordinator)
        _load_resources(short, threats, communities, coordinator)
        _load_places(short, communities, coordinator)
        _load_mandate(short, coordinator)
        second_id = made.assessment_id
        service.move_assessment(second_id, "in_review", actor=coordinator)
    with acting_as(mayor):
        service.move_assessment(
            second_id, "adopted", decided_by="City council", decided_on=today - timedelta(days=380), actor=mayor
        )
    if short == "nyc":
        with acting_as(coordinator):
            draft = service.copy_assessment(second_id, actor=coordinator)
            item = next(item for item in THREATS[short] if item["name"] in LATER)
            values = _threat(item, communities, {"likelihood": 4, "trend": "rising", "confidence": "medium"})
            service.save_threat(
                draft.assessment_id, ThreatSchema().checked(values), threat_id=threats[item["name"]], version=1,
                actor=coordinator,
            )  # fmt: skip
            changed = CommunitySchema().checked(
                COMMUNITIES[short][-1] | {"spoken_for_by": "Residents' councils of three shelters", "confidence": "medium"}
            )
            service.save_community(
                draft.assessment_id, changed, community_id=communities[COMMUNITIES[short][-1]["name"]], version=1,
                actor=coordinator,
            )  # fmt: skip


def _threat(item: dict[str, Any], communities: dict[str, Any], other: dict[str, Any] | None = None) -> dict[str, Any]:
    values = {name: value for name, value in item.items() if name != "hits"} | (other or {})
    return values | {"community_ids": [str(communities[name]) for name in item["hits"]]}


def _about(item: dict[str, Any], threats: dict[str, Any], communities: dict[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in item.items() if name not in ("against", "for")}
    return values | {"threat_ids": [str(threats[name]) for name in item["against"]],
                     "community_ids": [str(communities[name]) for name in item["for"]]}  # fmt: skip


def _load_evidence(
    short: str, assessment_id: uuid.UUID, threats: dict[str, Any], communities: dict[str, Any], coordinator: Actor
) -> None:
    last = find_latest_day(actor=coordinator) or date.today()
    period = {"date_from": str((last - timedelta(days=330)).replace(day=1)), "date_to": str(last)}
    for item in FIGURES[short]:
        data = FigureSchema().checked(_about(item | period, threats, communities))
        save_evidence(assessment_id, "figure", data, actor=coordinator)
    for item in SOURCES[short]:
        data = SourceSchema().checked(_about(item, threats, communities))
        save_evidence(assessment_id, "source", data, actor=coordinator)
    for item in QUESTIONS[short]:
        save_gap(assessment_id, KnowledgeGapSchema().checked(item), actor=coordinator)


def _load_resources(
    short: str, threats: dict[str, Any], communities: dict[str, Any], coordinator: Actor
) -> None:
    for item in RESOURCES[short]:
        values = _about(item, threats, communities)
        if "ends_on" in values:
            values["ends_on"] = str(date.today() + timedelta(days=values["ends_on"]))
        save_resource(ResourceSchema().checked(values), actor=coordinator)


def _load_places(short: str, communities: dict[str, Any], coordinator: Actor) -> None:
    today = date.today()
    for item in PLACES[short]:
        names = ("name", "place_type", "district", "owner", "contact", "description")
        values = {name: item[name] for name in names if name in item}
        due = str(today + timedelta(days=item["due"]))
        values |= {"community_id": str(communities[item["for"]]), "review_due_on": due}
        place = save_place(SoftTargetSchema().checked(values), actor=coordinator)
        if "seen" in item:
            review = {"reviewed_on": str(today - timedelta(days=item["seen"])), "finding": item["finding"], "review_due_on": due}
            record_review(place.soft_target_id, ReviewSchema().checked(review), actor=coordinator)
        for title, kind, status, days in item["measures"]:
            measure = {"title": title, "kind": kind, "status": status, "owner": item["owner"]}
            if days is not None:
                measure["due_on"] = str(today + timedelta(days=days))
            save_measure(place.soft_target_id, MeasureSchema().checked(measure), actor=coordinator)


def _load_mandate(short: str, coordinator: Actor) -> None:
    save_mandate(MandateSchema().checked(MANDATES[short]), actor=coordinator)
    for item in DECISIONS[short]:
        values = {name: value for name, value in item.items() if name != "days"}
        if "days" in item:
            values["decided_on"] = str(date.today() - timedelta(days=item["days"]))
        save_decision(DecisionSchema().checked(values), actor=coordinator)
    for item in POLICIES[short]:
        save_policy(PolicySchema().checked(item), actor=coordinator)

"""Practices of the demonstration's cities in every stage of their life. Invented, and marked as such."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from network.demo.drawings import draw_blocks, draw_circle_of_seats
from network.kernel.db import db
from network.kernel.tenancy import Actor, acting_as
from network.practices.collections.schemas import CollectionSchema
from network.practices.collections.service import add_collection, place_practice
from network.practices.contact.schemas import ContactSchema
from network.practices.contact.service import record_contact
from network.practices.curation import service as curation
from network.practices.curation.queries import get_submitted, list_curators
from network.practices.curation.schemas import ScoreSchema
from network.practices.drafting import service as drafting
from network.practices.drafting.queries import get_version
from network.practices.drafting.schemas import DraftSchema, RemarkSchema
from network.practices.exchange.queries import list_questions
from network.practices.exchange.schemas import AdaptationSchema, ReportSchema
from network.practices.exchange.service import adapt_practice, answer, ask, change_adaptation, thank
from network.practices.files import service as files
from network.practices.files.schemas import NewFileSchema
from network.practices.models import PublishedPractice
from network.practices.queries import get_practice
from network.practices.service import feature_practice, tag_practice
from network.practices.translations.schemas import TranslationSchema
from network.practices.translations.service import save_translation

DATA = Path(__file__).parent / "data"
INVENTED = "Invented for the demonstration network"
SOURCE = f"{INVENTED} | Concord | 2025"


def _text(title: str, summary: str, **values: Any) -> dict[str, Any]:
    return {
        "title": title, "summary": summary, "language": "en", "languages": ["en"], "cost_band": "low",
        "evidence_rating": 2, "sources": SOURCE, **values,
    }  # fmt: skip


LIBRARIES = _text(
    "Story circles in branch libraries",
    "Eight branch libraries host evenings on which newcomers and long-time residents tell each other one story of arriving. "
    "Attendance and trust were measured before and after.",
    problem="After two years of separate events for newcomers and for established groups, people knew of each other mainly from"
            " the news. Librarians heard rumours that nobody answered.",
    approach="Librarians were trained for two days by a theatre company. Each circle has twelve seats, half of them kept for"
             " people who came in the last five years. A circle meets four times; the last meeting is open to families. Stories"
             " are not recorded unless the teller asks for it.",
    partners="Public library\nCommunity theatre\nSettlement agencies", target_groups="Newcomers\nLong-time residents over 60",
    themes=["newcomers", "inclusive_identity"], prevention_levels=["primary"], steps=[6, 10], started=2022,
    setting="Large city with strong branch libraries; the city funds, the library board decides.",
    mandate="The council's newcomer strategy.", duration="Four evenings in a season",
    cost_note="Training, refreshments and half a post of coordination.",
    results="In the second year 38 circles met. In a short survey the share who said they trust people of other origins rose from"
            " 52 to 61 per cent among those who came to all four evenings; those who stopped early were not asked.",
    evidence_rating=3, evidence_reason="Asked before and after, without a comparison group, and only those who stayed.",
    obstacles="Evening opening hours needed an agreement with the union. The first circles had far more women than men.",
    advice="Begin in a branch whose head wants it. Keep seats free for people who are brought by a friend.",
    transfer="Works wherever there is a room people already trust: a library, a barber, a sports club.",
)  # fmt: skip
CAPTAINS = _text(
    "Block captains for the days after an incident",
    "Volunteers in 40 blocks are trained to bring checked facts and calm to their neighbours in the first 72 hours after a hate"
    " incident, with one number to call at city hall.",
    problem="In the first hours rumours ran through messenger groups faster than any office could answer.",
    approach="Community boards named captains. They get half a day of training each year, a card with the first three questions to"
             " ask, and a message group that is opened only when an incident is declared.",
    partners="Community boards\nOffice for hate crime prevention\nTenants' associations", target_groups="Residents of hard-hit blocks",
    themes=["anti_rumour", "multi_agency", "psychosocial"], prevention_levels=["secondary", "tertiary"], steps=[5, 7, 8, 9],
    started=2023, setting="Very large city with elected community boards.", mandate="Executive order on hate crime prevention.",
    duration="Permanent; half a day of training a year", cost_note="One coordinator and printing.",
    results="Opened nine times in two years. Captains answered 214 rumours; in a review after each time, boards named what did not"
            " work, mostly missing languages.",
    evidence_reason="What was delivered is counted; effects on tension were not measured.",
    obstacles="Captains burn out when the group is used for everyday matters.", advice="Close the message group again, always.",
    transfer="Smaller towns can start with five people and one shared phone.",
)  # fmt: skip
HOUR = _text(
    "Statements in nine languages within the hour",
    "A standing roster of translators and checked sentence blocks lets the city speak in nine languages within an hour of an attack.",
    problem="First statements were out in English within the hour and in other languages a day later.",
    approach="The communications office keeps forty checked sentence blocks. Translators on the roster adapt them; a second reader"
             " from the community checks the tone before release.",
    partners="Communications office\nUniversity school of translation", target_groups="Residents who do not read English",
    themes=["multi_agency", "anti_rumour"], prevention_levels=["tertiary"], steps=[7, 8], started=2024, cost_band="medium",
    setting="Very large city; one communications office for all agencies.", duration="Permanent",
    cost_note="Retainers for twelve translators.", results="Used in three exercises: the median was 52 minutes for all nine languages.",
    evidence_reason="Measured in exercises, not yet in a real attack.", obstacles="Night hours are expensive.",
    advice="Write the blocks with the communities, not for them.", transfer="A small town can share a roster with its region.",
)  # fmt: skip
SHOPS = _text(
    "A safer-shop sign for people who are followed or insulted",
    "Shops with the sign let people wait inside and help them to report.",
    problem="People who are insulted in the street have nowhere to go.",
    approach="Shop owners are trained for an hour by the reporting centre and put a sign in the window.",
    themes=["hate_crime_reporting", "public_space"], prevention_levels=["secondary"], steps=[6, 9],
    partners="Business improvement areas\nReporting centre", target_groups="Everybody in the street", started=2024,
    results="120 shops take part. In one quarter two women were helped who had been followed.",
    evidence_rating=1, evidence_reason="There is a stated reason why it should work.",
)  # fmt: skip
STADIUM = _text(
    "Fan projects against racist chants",
    "Clubs, fans and the city agree on what happens after a racist chant, before the season begins.",
    problem="Chants were answered differently in each stadium, mostly not at all.",
    approach="A working group of fans drafts the ladder of answers; stewards and the stadium announcer train it together.",
    themes=["youth", "inclusive_identity"], prevention_levels=["primary", "secondary"], steps=[5, 6], started=2023,
    partners="Football clubs\nFan groups\nStewards' company", target_groups="Young fans", duration="One season",
    cost_note="One part-time post.", setting="City with two professional clubs.",
    results="The ladder was used in 14 matches; no match had to be stopped in the second season, against two before.",
    evidence_reason="Counted before and after, small numbers.", obstacles="Clubs fear for their image.",
    advice="Let fans write it.", transfer="Also for school tournaments.",
)  # fmt: skip
MENTORS = _text(
    "Mentors for young people leaving violent groups",
    "Trained mentors meet young people once a week for a year.",
    approach="Mentors are matched by a small team of the youth office, the police and the health service.",
    themes=["exit_mentoring", "youth"], prevention_levels=["tertiary"], steps=[6],
)  # fmt: skip
HOTLINE = _text(
    "A hotline run by students", "Students answered calls about discrimination for one term.",
    problem="Nobody answered after office hours.", approach="Law students took calls in the evening under supervision.",
    themes=["hate_crime_reporting"], prevention_levels=["secondary"], steps=[6], started=2019, ended=2020,
    results="It closed after one term because supervision was not paid.", evidence_reason="Described by those who ran it.",
    evidence_rating=0,
)  # fmt: skip
ROUNDS = _text(
    "Walking rounds of faith leaders on Friday and Saturday nights",
    "Faith leaders of four communities walk through the entertainment district together once a month.",
    problem="After an attack abroad, tension between worshippers and night-time visitors rose.",
    approach="Pairs of different faiths walk with youth workers; they greet, listen and call help. Nobody preaches.",
    themes=["interfaith", "public_space"], prevention_levels=["primary", "secondary"], steps=[5, 6], started=2021,
    partners="Interfaith council\nYouth workers\nBar owners", target_groups="Night-time visitors\nWorshippers",
    setting="Dense district with places of worship beside bars.", duration="Monthly", cost_note="Tea and vests.",
    results="Twelve rounds a year, about 600 conversations noted without names.",
    evidence_reason="What was delivered is counted.", obstacles="Winter.", advice="Go in pairs that would not be expected.",
    transfer="Any district with places of worship and a night life.",
)  # fmt: skip

TAGS = {
    "barcelona-anti-rumour-strategy": ["migration", "volunteers"],
    "aarhus-early-prevention-mentoring": ["police", "mentors"],
    "oslo-salto-coordination": ["police", "coordination"],
    "vilvoorde-case-tables": ["case work", "police"],
    "luton-in-harmony": ["campaign", "volunteers"],
}  # fmt: skip
FEATURED = "pittsburgh-1027-healing-partnership"
FRENCH = {
    "title": "Prévention précoce et mentorat avec la police",
    "summary": "À Aarhus, la police et la commune reçoivent les inquiétudes de parents, d'enseignants et de voisins au sujet d'une"
               " personne qui se rapproche de l'extrémisme, en parlent ensemble et proposent un mentor au lieu d'une sanction.",
    "state": "checked",
}  # fmt: skip

PICTURES: dict[str, tuple[Callable[[], io.BytesIO], dict[str, str], dict[str, str]]] = {
    LIBRARIES["title"]: (
        draw_circle_of_seats,
        {"alt": "Twelve seats around a round table, every second one in another colour",
         "caption": "A circle from above: every second seat is kept for people who came lately.",
         "credit": "City of Toronto (drawing)", "licence": "cc-by-4.0"},
        {"name": "Imogen Quayle", "job": "Libraries and newcomers", "email": "stories@toronto.example", "shown_to": "public"},
    ),
    CAPTAINS["title"]: (
        draw_blocks,
        {"alt": "A plan of twelve blocks with one dot in each", "caption": "One captain in each block, and one who stands in.",
         "credit": "New York City (drawing)", "licence": "cc-by-sa-4.0"},
        {"name": "Rafael Ostrander", "job": "Community safety", "email": "captains@nyc.example", "shown_to": "network"},
    ),
}  # fmt: skip
SCORES = (
    {"relevance": 4, "clarity": 3, "evidence": 3, "rights": 4, "inclusion": 3, "transferability": 4,
     "note": "Honest about its limits."},
    {"relevance": 3, "clarity": 4, "evidence": 2, "rights": 4, "inclusion": 4, "transferability": 3, "note": ""},
)  # fmt: skip


def load_practice_life(find: Callable[[str], Actor]) -> None:
    """Draft, submit, review, publish and withdraw, as the people of the demonstration.

    ``find`` gives the actor of an address such as "coordinator@nyc".
    """
    curators = (find("curator@network"), find("second.curator@network"))
    for city, texts in (
        ("toronto", ((LIBRARIES, "public"), (STADIUM, "accepted"), (ROUNDS, "submitted"), (HOTLINE, "withdrawn"))),
        ("nyc", ((CAPTAINS, "network"), (HOUR, "in_review"), (SHOPS, "changes_asked"), (MENTORS, "draft"))),
    ):  # fmt: skip
        for text, stage in texts:
            _bring_to(stage, text, city, find, curators)


def load_collections(curator: Actor) -> None:
    """The collections of the data folder in their order, some tags, and one practice put forward."""
    with acting_as(curator):
        known = set(db.session.execute(select(PublishedPractice.slug)).scalars())
        for position, item in enumerate(json.loads((DATA / "collections.json").read_text()), 1):
            made = CollectionSchema().checked(
                {"title": item["title"], "introduction": item["introduction"], "position": position, "is_published": True}
            )
            add_collection(made, slug=item["slug"], actor=curator)
            for place, entry in enumerate(item["practices"], 1):
                if entry["slug"] in known:
                    place_practice(item["slug"], entry["slug"], note=entry["note"], position=place)
        for slug, tags in TAGS.items():
            if slug in known:
                tag_practice(slug, tags)
        if FEATURED in known:
            feature_practice(FEATURED, is_featured=True, note="Read it before the next election campaign begins.")


def load_translation(curator: Actor) -> None:
    """A checked French text of one practice."""
    with acting_as(curator):
        practice = get_practice("aarhus-early-prevention-mentoring")
        save_translation(practice, "fr", TranslationSchema().checked(FRENCH), actor=curator)


def load_exchange(find: Callable[[str], Actor]) -> None:
    """Adaptations with reports, questions with answers, thanks."""
    nyc, toronto, curator = find("officer@nyc"), find("officer@toronto"), find("curator@network")
    today = date.today()
    with acting_as(toronto):
        slug = _slug_of(CAPTAINS["title"])
        mine = adapt_practice(slug, AdaptationSchema().checked({
            "title": "Neighbour captains in four districts", "status": "running", "shared_with": "network",
            "started_on": str(today - timedelta(days=300)),
            "changed": "Five captains in each district instead of one in each block; Tamil and Urdu from the start.",
        }), actor=toronto)  # fmt: skip
        change_adaptation(mine.adaptation_id, ReportSchema().checked({
            "status": "running", "recommends": "yes", "reported_on": str(today - timedelta(days=20)), "shared_with": "network",
            "changed": "Five captains in each district instead of one in each block; Tamil and Urdu from the start.",
            "happened": "Opened twice. Rumours were answered within the hour; we closed the group after three days, as advised.",
        }), version=mine.version, actor=toronto)  # fmt: skip
        thank(slug, note="The card with three questions saved us a month.", actor=toronto)
        ask(slug, body="Do captains get any cover by insurance when they go out at night?", is_private=False, actor=toronto)
        other = adapt_practice("vienna-deradicalisation-network" if _has("vienna-deradicalisation-network") else
                               "aarhus-early-prevention-mentoring", AdaptationSchema().checked({
            "title": "A round table before anybody is charged", "status": "planned", "shared_with": "public",
            "changed": "Without police data in the first year.",
        }), actor=toronto)  # fmt: skip
        assert other.adaptation_id
    with acting_as(nyc):
        slug = _slug_of(LIBRARIES["title"])
        mine = adapt_practice(slug, AdaptationSchema().checked({
            "title": "Story circles in three boroughs", "status": "finished", "shared_with": "public",
            "started_on": str(today - timedelta(days=500)), "changed": "In barber shops as well as in libraries.",
        }), actor=nyc)  # fmt: skip
        change_adaptation(mine.adaptation_id, ReportSchema().checked({
            "status": "finished", "recommends": "partly", "reported_on": str(today - timedelta(days=60)),
            "shared_with": "public", "changed": "In barber shops as well as in libraries.",
            "happened": "Barber shops reached men who never came to a library. Evenings were too long for parents.",
        }), version=mine.version, actor=nyc)  # fmt: skip
        ask(slug, body="How did you find tellers who had not told their story before?", is_private=False, actor=nyc)
    for author, title, said in (
        ("coordinator@toronto", LIBRARIES["title"], "Through the settlement agencies, and by asking each teller to bring one."),
        ("coordinator@nyc", CAPTAINS["title"], "They go out as city volunteers and are covered; we ask them to stay home after dark."),
    ):  # fmt: skip
        actor = find(author)
        with acting_as(actor):
            slug = _slug_of(title)
            for question in list_questions(get_practice(slug).practice_id):
                answer(slug, question.question_id, text_of_answer=said, actor=actor)
    with acting_as(curator):
        thank(_slug_of(LIBRARIES["title"]), note="We show it in every training.", actor=curator)


def _slug_of(title: str) -> str:
    return db.session.execute(select(PublishedPractice.slug).where(PublishedPractice.title == title)).scalar_one()


def _has(slug: str) -> bool:
    found = select(PublishedPractice.practice_id).where(PublishedPractice.slug == slug)
    return db.session.execute(found).first() is not None


def _bring_to(
    stage: str, text: dict[str, Any], city: str, find: Callable[[str], Actor], curators: tuple[Actor, Actor]
) -> None:
    author, coordinator = find(f"officer@{city}"), find(f"coordinator@{city}")
    with acting_as(author):
        practice = drafting.start_draft(DraftSchema().checked(text), actor=author)
        where = practice.city_id, practice.practice_id
        if text["title"] in PICTURES:
            draw, words, contact = PICTURES[text["title"]]
            practice = files.add_file(
                where[1], NewFileSchema().checked({**words, "is_agreed": True}), file=draw(), version=practice.version,
                actor=author,
            )  # fmt: skip
            record_contact(where[1], ContactSchema().checked({
                **contact, "is_agreed": True, "consented_on": str(date.today() - timedelta(days=40)),
                "consent_note": "By mail to the coordinator",
            }), actor=author)  # fmt: skip
        assert author.person_id and coordinator.person_id
        drafting.choose_authors(where[1], [author.person_id, coordinator.person_id], actor=author)
        if stage == "draft":
            return
        drafting.take_step(where[1], "submit", actor=author)
    if stage == "submitted":
        return
    if stage != "withdrawn":
        _review(stage, where, curators)
    if stage in ("public", "network"):
        with acting_as(coordinator):
            drafting.take_step(where[1], "publish", visibility=stage, actor=coordinator)
    elif stage == "withdrawn":
        with acting_as(coordinator):
            drafting.take_step(where[1], "withdraw", actor=coordinator)


def _review(stage: str, where: tuple[Any, Any], curators: tuple[Actor, Actor]) -> None:
    with acting_as(curators[0]):
        for reviewer_id, _name in list_curators(actor=curators[0]):
            curation.assign_reviewer(
                *where, reviewer_id=reviewer_id, due_on=date.today() + timedelta(days=14), actor=curators[0]
            )
    scoring = curators if stage != "in_review" else curators[:1]
    for curator, scores in zip(scoring, SCORES, strict=False):
        with acting_as(curator):
            curation.score(*where, ScoreSchema().checked(scores), actor=curator)
    with acting_as(curators[0]):
        if stage == "changes_asked":
            submitted = get_submitted(*where)
            version = get_version(*where, submitted.shared_version or 0)
            remark = RemarkSchema().checked(
                {"field": "results", "passage": "two women were helped",
                 "body": "So small a count could point to single people. Could you give a range or a longer period?"}
            )  # fmt: skip
            drafting.add_remark(
                submitted, version_no=version.version_no, content=version.content, data=remark, is_from_city=False,
                actor=curators[0],
            )  # fmt: skip
            curation.decide(
                *where, outcome="changes_asked", actor=curators[0],
                reasons="A simple idea that many cities ask for. Please tell who trains the shops, what it costs, and give results"
                        " that point to nobody.",
            )  # fmt: skip
        elif stage != "in_review":
            curation.decide(
                *where, outcome="accepted", actor=curators[0],
                reasons="Clear, honest about what was not measured, and easy to begin small.",
            )  # fmt: skip

"""Prevention programmes of two demonstration cities. People, figures and organisations are invented."""

from datetime import date, timedelta
from typing import Any

from network.assessment.queries import community_choices
from network.kernel.tenancy import Actor, acting_as
from network.partners.queries import partner_choices
from network.practices.queries import PracticeFilter, list_practices, open_search
from network.programmes.models import ProgrammeEvaluation, ProgrammeIndicator, ProgrammeSession
from network.programmes.schemas import (
    EvaluationSchema,
    IndicatorSchema,
    MeasurementSchema,
    ProgrammeSchema,
    SessionSchema,
)
from network.programmes.service import add_child, begin_programme, record_measurement
from network.strategy.queries import objective_choices

# The programme; its communities and partner by name, the number of the objective it serves, and the
# words that find its practice example; its sessions (days before today, topic, place, district,
# attendance, under 18); its indicators with their values; its evaluations.
Entry = dict[str, Any]
PROGRAMMES: dict[str, list[Entry]] = {
    "nyc": [
        {"programme": {"name": "Stand by: bystander training in high schools", "prevention_level": "primary", "status": "active",
                       "aim": "Pupils know four ways of stepping in when somebody is insulted on the way to school, and use them. Trained pupils train the next class, so that it stays when the trainers leave.",
                       "target_groups": "Pupils of 14 to 18 years, class teachers", "places": "Eleven public high schools",
                       "districts": "Brooklyn, Queens, Bronx", "starts_on": -540, "budget": "180000", "currency": "USD", "funding_source": "City budget; safe schools grant",
                       "adapted_from_practice": "A rabbi and an imam in the classroom (Malmö)", "changed_from_practice": "Pupils of four faiths and none lead the lesson; two sessions instead of one."},
         "for": ["Asian American communities", "Jewish New Yorkers", "Muslim New Yorkers"], "by": "Public Schools Peace Office", "objective": 0, "practice": "Amanah",
         "sessions": [(12, "Four ways of stepping in", "Midwood school", "Brooklyn", 64, 60), (19, "Four ways of stepping in", "Flushing school", "Queens", 58, 55),
                      (33, "Training of peer trainers", "Jamaica school", "Queens", 22, 21), (61, "Four ways of stepping in", "Fordham school", "Bronx", 71, 68),
                      (96, "Parents' evening", "Midwood school", "Brooklyn", 40, 4), (250, "Four ways of stepping in", "Bay Ridge school", "Brooklyn", 80, 77),
                      (410, "First round", "Midwood school", "Brooklyn", 55, 52), (-8, "Four ways of stepping in", "Bensonhurst school", "Brooklyn", None, None)],
         "indicators": [({"name": "Pupils who would step in when somebody is insulted", "unit": "%", "source": "Short survey before the first and three months after the last session", "baseline": "31", "target": "50", "target_on": 220},
                         [(400, "31", "412 answers"), (200, "38", "388 answers"), (30, "43", "401 answers")]),
                        ({"name": "Trained peer trainers", "unit": "", "baseline": "0", "target": "60", "target_on": 220}, [(200, "18", ""), (33, "40", "")])],
         "evaluations": [{"name": "After the first school year", "evaluated_on": 150, "method": "before_after", "carried_out_by": "City College Research Centre", "rating": "4",
                          "findings": "Seven more pupils of a hundred say that they would step in; reports of insults from the schools rose by a third, which the teachers read as trust. Boys of the upper classes changed least. Classes in which pupils led the lesson did better than those led by adults.",
                          "consequences": "Only peer trainers from now on; a version for sports teams."}]},
        {"programme": {"name": "Neighbourhood walks with elders", "prevention_level": "primary", "status": "active",
                       "aim": "Older people go out again. Volunteers walk with them to the market, the clinic and prayer, and the shops on the way know what to do.",
                       "target_groups": "People over 65, shopkeepers", "places": "Flushing and Chinatown", "districts": "Queens, Manhattan", "starts_on": -300,
                       "budget": "64000", "currency": "USD", "funding_source": "Community grant"},
         "for": ["Asian American communities"], "by": "Queens Elders' Alliance", "objective": 0, "practice": "",
         "sessions": [(6, "Walk and tea", "Main Street", "Queens", 28, 0), (13, "Walk and tea", "Main Street", "Queens", 31, 0), (20, "Walk to the clinic", "Canal Street", "Manhattan", 17, 0),
                      (48, "Shop doors: what to do", "Mott Street", "Manhattan", 24, 0), (90, "Walk and tea", "Main Street", "Queens", 26, 0)],
         "indicators": [({"name": "Elders who go out after four in the afternoon", "unit": "%", "source": "Asked at the senior centres", "baseline": "22", "target": "45", "target_on": 120}, [(280, "22", ""), (60, "34", "")])],
         "evaluations": []},
        {"programme": {"name": "Open doors in one street", "prevention_level": "primary", "status": "active",
                       "aim": "Synagogue, mosque, church and temple of one street open on the same day, and keep a shared telephone list for bad days.",
                       "target_groups": "Congregations and neighbours", "places": "Twelve houses of worship", "districts": "Brooklyn", "starts_on": -700,
                       "budget": "0", "currency": "USD"},
         "for": ["Jewish New Yorkers", "Muslim New Yorkers"], "by": "Five Boroughs Interfaith Council", "objective": 1, "practice": "menorah windows",
         "sessions": [(40, "Open doors", "Coney Island Avenue", "Brooklyn", 640, 150), (405, "Open doors", "Coney Island Avenue", "Brooklyn", 480, 100)],
         "indicators": [], "evaluations": [{"name": "What the congregations say", "evaluated_on": 30, "method": "interviews", "carried_out_by": "Five Boroughs Interfaith Council", "rating": "3",
                                            "findings": "Those who come know each other already. The telephone list was used twice, both times within ten minutes. Young people stay away.",
                                            "consequences": "Next year the youth groups choose the food and the music."}]},
        {"programme": {"name": "A way back: mentors after a hate crime by a minor", "prevention_level": "tertiary", "status": "planned",
                       "aim": "Minors who did harm meet a mentor for a year, repair what can be repaired, and leave the group chats that led there.",
                       "target_groups": "Up to twenty minors a year, referred by the court", "starts_on": 40, "budget": "210000", "currency": "USD", "funding_source": "Applied for: state justice grant"},
         "for": [], "by": "Borough Victim Services", "objective": 2, "practice": "mentoring police", "sessions": [], "indicators": [], "evaluations": []},
        {"programme": {"name": "Phones down, eyes up: a summer of basketball", "prevention_level": "secondary", "status": "done", "starts_on": -520, "ends_on": -420,
                       "aim": "Young people from two streets that fight online play in mixed teams.", "target_groups": "Young people of 15 to 20 years", "districts": "Bronx",
                       "budget": "38000", "currency": "USD", "funding_source": "Parks"},
         "for": [], "by": "", "objective": None, "practice": "",
         "sessions": [(500, "Tournament", "Two playgrounds", "Bronx", 90, 70), (440, "Final", "Crotona Park", "Bronx", 150, 110)],
         "indicators": [], "evaluations": []},
    ],
    "toronto": [
        {"programme": {"name": "Peace clubs in eight schools", "prevention_level": "primary", "status": "active",
                       "aim": "Pupils run a club that answers insults within the week: a talk, an apology, a meal. Staff learn to let them.",
                       "target_groups": "Pupils of 12 to 17 years", "places": "Eight schools in the north-west and Scarborough", "districts": "York University Heights (27), Woburn (137)",
                       "starts_on": -430, "budget": "96000", "currency": "CAD", "funding_source": "School board; city equity unit",
                       "adapted_from_practice": "Youth desk and peace clubs in schools (Nansana)", "changed_from_practice": "Clubs choose their own teacher; meetings take place in school hours."},
         "for": ["Black communities", "Muslim communities"], "by": "Toronto District Schools", "objective": 0, "practice": "peace clubs schools",
         "sessions": [(9, "Club meeting: what happened on Monday", "Jane Street school", "York University Heights (27)", 26, 25), (16, "Club meeting", "Woburn school", "Woburn (137)", 19, 19),
                      (37, "Training of club leaders", "Library", "York University Heights (27)", 34, 30), (72, "Open lunch", "Woburn school", "Woburn (137)", 120, 112), (380, "Start", "Jane Street school", "York University Heights (27)", 60, 55)],
         "indicators": [({"name": "Insults answered within a week", "unit": "%", "source": "Log of the clubs", "baseline": "20", "target": "75", "target_on": 210}, [(380, "20", ""), (190, "48", ""), (20, "61", "Two clubs have not reported")])],
         "evaluations": [{"name": "Half-way", "evaluated_on": 95, "method": "monitoring", "carried_out_by": "City equity unit", "rating": "4",
                          "findings": "Six of eight clubs meet weekly. Pupils report more and earlier. Two clubs ended when their teacher left.", "consequences": "Two teachers for each club."}]},
        {"programme": {"name": "Library evenings that everybody can come to", "prevention_level": "primary", "status": "active",
                       "aim": "Families meet at readings that were threatened before. Staff have rehearsed what to do when somebody shouts.",
                       "target_groups": "Families, library staff", "districts": "Church-Wellesley (167), Annex (95)", "starts_on": -210, "budget": "22000", "currency": "CAD", "funding_source": "Public library"},
         "for": ["Trans and gender-diverse people"], "by": "Pride Support Line", "objective": 1, "practice": "",
         "sessions": [(14, "Reading", "Yorkville branch", "Church-Wellesley (167)", 85, 50), (45, "Reading", "Spadina branch", "Annex (95)", 60, 35), (80, "Rehearsal with staff", "Yorkville branch", "Church-Wellesley (167)", 18, 0)],
         "indicators": [], "evaluations": []},
        {"programme": {"name": "First neighbours: companions for newcomer families", "prevention_level": "primary", "status": "active",
                       "aim": "Each family that moves into the shelter has one neighbour who knows the school, the clinic and the bus. Rumours end where people know each other.",
                       "target_groups": "Newcomer families, neighbours of the shelter", "districts": "Moss Park (73)", "starts_on": -120, "budget": "31000", "currency": "CAD", "funding_source": "Federal grant",
                       "adapted_from_practice": "A companion for every refugee family (Altena)", "changed_from_practice": "Two families share one companion; a landlord is part of the team."},
         "for": ["Muslim communities", "Black communities"], "by": "Newcomer Welcome House", "objective": 2, "practice": "companion refugee family",
         "sessions": [(5, "Kitchen evening", "Community centre", "Moss Park (73)", 48, 15), (34, "Training of companions", "Community centre", "Moss Park (73)", 23, 0)],
         "indicators": [({"name": "Families with a companion", "unit": "", "baseline": "0", "target": "40", "target_on": 250}, [(30, "14", "")])], "evaluations": []},
        {"programme": {"name": "Talking at the fence", "prevention_level": "secondary", "status": "stopped", "starts_on": -600, "ends_on": -330,
                       "aim": "Street workers talk with young men who gather around a closed channel.", "target_groups": "Young men of 16 to 24 years", "districts": "Woburn (137)",
                       "budget": "120000", "currency": "CAD", "funding_source": "Pilot fund"},
         "for": [], "by": "Harbour Youth Network", "objective": None, "practice": "",
         "sessions": [(560, "Evening at the court", "Basketball court", "Woburn (137)", 12, 3), (500, "Evening at the court", "Basketball court", "Woburn (137)", 7, 1)],
         "indicators": [], "evaluations": [{"name": "Why it was stopped", "evaluated_on": 320, "method": "independent", "carried_out_by": "University team", "rating": "1",
                                            "findings": "Few came, and those who came felt watched. Police presence near the court made it worse.", "consequences": "Not to be begun again without youth work that is there for another reason."}]},
    ],
}  # fmt: skip


def load_programmes(city: str, *, officer: Actor) -> None:
    """Fill the programmes of a demonstration city; ``city`` is its short name."""
    with acting_as(officer):
        communities = {name: key for key, name in community_choices(officer)}
        partners = {name: key for key, name in partner_choices(actor=officer)}
        objectives = [key for key, _title in objective_choices(actor=officer)]
        for entry in PROGRAMMES[city]:
            _load(entry, communities, partners, objectives, officer)


def _day(days: int) -> str:
    return str(date.today() + timedelta(days=days))


def _load(
    entry: Entry, communities: dict[str, str], partners: dict[str, str], objectives: list[str], officer: Actor
) -> None:
    values = dict(entry["programme"])
    values |= {name: _day(values[name]) for name in ("starts_on", "ends_on") if name in values}
    values["community_ids"] = [communities[name] for name in entry["for"] if name in communities]
    if entry["by"] in partners:
        values["partner_id"] = partners[entry["by"]]
    if entry["objective"] is not None and entry["objective"] < len(objectives):
        values["objective_id"] = objectives[entry["objective"]]
    if entry["practice"]:
        search = open_search(PracticeFilter(text=entry["practice"]), actor=officer)
        found = list_practices(search, limit=1).items
        if found and "adapted_from_practice" in values:
            values["practice_slug"] = found[0].practice.slug
    programme_id = begin_programme(ProgrammeSchema().checked(values), actor=officer).programme_id
    for days, name, place, district, attendance, minors in entry["sessions"]:
        session = {"name": name, "held_on": _day(-days), "place": place, "district": district, "attendance": attendance,
                   "under_18": minors}  # fmt: skip
        add_child(ProgrammeSession, programme_id, SessionSchema().checked(session), actor=officer)
    for item, measured in entry["indicators"]:
        if "target_on" in item:
            item = item | {"target_on": _day(item["target_on"])}
        indicator = add_child(ProgrammeIndicator, programme_id, IndicatorSchema().checked(item), actor=officer)
        for days, value, note in measured:
            data = MeasurementSchema().checked({"measured_on": _day(-days), "value": value, "note": note})
            record_measurement(indicator.programme_indicator_id, data, actor=officer)
    for item in entry["evaluations"]:
        data = EvaluationSchema().checked(item | {"evaluated_on": _day(-item["evaluated_on"])})
        add_child(ProgrammeEvaluation, programme_id, data, actor=officer)

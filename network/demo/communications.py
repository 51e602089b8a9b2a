"""What two demonstration cities say and hear. People and events are invented."""

from datetime import date, timedelta
from typing import Any

from network.communications.models import Audience, Channel, KeyMessage, Spokesperson
from network.communications.rumours.service import record_rumour
from network.communications.schemas import (
    AudienceSchema,
    ChannelSchema,
    KeyMessageSchema,
    RumourSchema,
    SpokespersonSchema,
)
from network.communications.service import add_entry
from network.kernel.tenancy import Actor, acting_as

KEY_MESSAGES = [
    {"name": "An attack on one of us is an attack on all of us.", "kind": "value",
     "body": "Whoever is attacked for who they are, or for what they are taken for, belongs to this city. We stand beside them before we know everything.",
     "facts": "The city's own figures by group, each with the caveat that many people never report. Number of calls to the reporting line last month.",
     "avoid": "“Minorities”, “them and us”, “isolated incident” before anything is known."},
    {"name": "We tell you what we know, what we do not know, and when we speak again.", "kind": "message",
     "body": "Say three things each time: the facts that are confirmed, what is still being checked, and the hour of the next update. Keep that hour.",
     "facts": "The police confirm facts of an investigation; the city confirms help, places and times.",
     "avoid": "Guesses about the motive, the origin or the faith of anybody."},
    {"name": "Nobody answers for what a stranger did.", "kind": "message",
     "body": "People of the same faith, origin or street as a perpetrator are not to blame. Threats against them are crimes and are followed up as crimes.",
     "facts": "After attacks abroad, incidents against communities here have risen within days in earlier years: see the trends.",
     "avoid": "Asking a community to distance itself."},
    {"name": "If you see it or live it, tell us: it changes what we do.", "kind": "message",
     "body": "Every report counts, also when no crime is proven. Reports decide where we send people, light, patrols and help.",
     "facts": "Ways to report: by telephone, online, through partners, in person. In many languages, without a question about papers.",
     "avoid": "“Only report if you are sure.”"},
]  # fmt: skip

AUDIENCES: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"name": "Jewish congregations in Brooklyn", "languages": ["en", "he", "ru"], "channel_kinds": ["messenger", "meeting", "partners"],
         "description": "Worry about services and schools after threats. Want to hear about presence on the street before holidays.",
         "trusted_voices": "Congregation presidents, the security liaison of the schools"},
        {"name": "Asian elders in Flushing and Chinatown", "languages": ["zh", "ko"], "channel_kinds": ["radio_tv", "poster", "partners"],
         "description": "Many do not use English media; many have stopped going out in the evening.",
         "trusted_voices": "Senior centres, family associations, the local newspapers in Chinese and Korean"},
        {"name": "Muslim families and shopkeepers", "languages": ["en", "ar", "bn", "ur"], "channel_kinds": ["messenger", "meeting", "partners"],
         "description": "Fear of backlash after events abroad. Ask that reports are followed up visibly.",
         "trusted_voices": "Imams, the merchants' association, women's groups"},
        {"name": "Pupils and teachers of public high schools", "languages": ["en", "es"], "channel_kinds": ["social_media", "meeting"],
         "description": "See most of it online first. Want words for the next morning in class.",
         "trusted_voices": "School counsellors, peer mediators"},
        {"name": "Everybody in the city", "languages": ["en", "es", "zh"], "channel_kinds": ["website", "press", "social_media"],
         "description": "What happened, is it over, what can I do.", "trusted_voices": "The mayor, local reporters"},
    ],
    "toronto": [
        {"name": "Black communities in the north-west", "languages": ["en", "so", "am"], "channel_kinds": ["meeting", "partners", "radio_tv"],
         "description": "Named most often in reports. Ask what changed after the last consultation.",
         "trusted_voices": "Community health centre, pastors, youth workers"},
        {"name": "Synagogues and Jewish schools", "languages": ["en", "he", "ru"], "channel_kinds": ["messenger", "meeting"],
         "description": "Threats by mail and telephone; parents want to know who watches the doors.",
         "trusted_voices": "School principals, the federation's security desk"},
        {"name": "Muslim communities in Scarborough", "languages": ["en", "ar", "ur"], "channel_kinds": ["messenger", "meeting", "partners"],
         "description": "Women report insults on the way to school and in transit.", "trusted_voices": "Mosque committees, women's centre"},
        {"name": "2SLGBTQ+ people downtown", "languages": ["en", "fr"], "channel_kinds": ["social_media", "partners"],
         "description": "Threats against venues and reading hours.", "trusted_voices": "The community centre, venue owners"},
        {"name": "Residents near the new shelter", "languages": ["en"], "channel_kinds": ["letter", "meeting"],
         "description": "Much hearsay, few facts. Want one person to call.", "trusted_voices": "The councillor's office, the library"},
    ],
}  # fmt: skip

CHANNELS: list[dict[str, Any]] = [
    {"name": "City website, crisis banner", "kind": "website", "languages": ["en", "es", "fr"], "keeper": "Duty editor; deputy: web team",
     "note": "The banner can be set from a phone. Test it on the first Monday of each month."},
    {"name": "City accounts on social media", "kind": "social_media", "languages": ["en"], "keeper": "Duty editor; deputy: press officer",
     "note": "Two-step sign-in, the spare key lies in the operations room."},
    {"name": "List of reporters", "kind": "press", "languages": ["en"], "keeper": "Press officer"},
    {"name": "Group of faith and community leaders", "kind": "messenger", "languages": ["en"], "keeper": "Prevention coordinator",
     "note": "Facts reach them ten minutes before the press has them."},
    {"name": "Multilingual radio", "kind": "radio_tv", "languages": ["es", "zh", "ar", "so"], "keeper": "Press officer",
     "note": "Air time agreed for emergencies."},
    {"name": "Screens in transit and libraries", "kind": "poster", "languages": ["en", "es"], "keeper": "Transit control room; branch heads"},
    {"name": "Non-emergency telephone line", "kind": "telephone", "languages": ["en", "es", "zh", "ar", "fr"], "keeper": "Shift leader",
     "note": "Interpreters are on call. Give them the question-and-answer sheet before the statement goes out."},
]  # fmt: skip

SPOKESPEOPLE: dict[str, list[dict[str, Any]]] = {
    "nyc": [
        {"name": "Dana Whitlock", "function": "Press secretary of the mayor", "languages": ["en", "es"], "topics": "Everything, if the mayor can't",
         "email": "d.whitlock@nyc.example", "phone": "+1 212 555 0101", "availability": "Day and night; stands in: R. Okafor"},
        {"name": "Rosalind Okafor", "function": "Head of the office for the prevention of hate crimes", "languages": ["en"],
         "topics": "Prevention, help for those affected, figures", "email": "r.okafor@nyc.example", "phone": "+1 212 555 0102",
         "availability": "Weekdays; on call every second weekend"},
        {"name": "Wei-Lin Chau", "function": "Community affairs, Queens", "languages": ["en", "zh"], "topics": "Asian communities, schools",
         "email": "w.chau@nyc.example", "phone": "+1 718 555 0103", "availability": "Weekdays and Saturday"},
    ],
    "toronto": [
        {"name": "Marguerite Delorme", "function": "Director of communications", "languages": ["en", "fr"], "topics": "Everything, if the mayor can't",
         "email": "m.delorme@toronto.example", "phone": "+1 416 555 0111", "availability": "Day and night; stands in: the duty officer"},
        {"name": "Abdi Warsame", "function": "Community safety adviser", "languages": ["en", "so"], "topics": "Youth, north-west, relations with the police",
         "email": "a.warsame@toronto.example", "phone": "+1 416 555 0112", "availability": "Weekdays; evenings by text message"},
        {"name": "Noor Siddiqui", "function": "Equity office", "languages": ["en", "ur"], "topics": "Reporting, figures, anti-racism action plan",
         "email": "n.siddiqui@toronto.example", "phone": "+1 416 555 0113", "availability": "Weekdays"},
    ],
}  # fmt: skip

# Days before today, and the rest of the record.
RUMOURS: dict[str, list[tuple[int, dict[str, Any]]]] = {
    "nyc": [
        (3, {"name": "A second device was found in the subway", "narrative": "further_attack", "spread": "city", "harm": "4", "status": "answered",
             "claim": "“They found another bag at the junction and hush it up, stay off the trains!”", "where_seen": "Messenger groups of parents, then short videos",
             "channel_kinds": ["messenger", "social_media"], "affected": "Everybody; people with large bags were photographed",
             "facts": "A suitcase was left by a traveller and given back at 10:40. Transit police confirmed it at 11:05.",
             "response": "Trains run. A forgotten suitcase was checked this morning and given back to its owner. If something is found, we say so here first."}),
        (2, {"name": "The attacker is said to live at a named building", "narrative": "false_perpetrator", "spread": "local", "harm": "5", "status": "open",
             "claim": "An address and a family name are passed around with a photo of a doorbell.", "where_seen": "Local groups, two comment threads",
             "channel_kinds": ["social_media", "messenger"], "affected": "The families in the building",
             "facts": "The police say that no person at this address is connected. Being checked: who published it first.",
             "response": "Do not repeat the address. Ask the platforms to take it down; visit the families; say that naming people puts them in danger."}),
        (9, {"name": "Hotels for newcomers are said to push pupils out of schools", "narrative": "privileges", "spread": "city", "harm": "3", "status": "open",
             "claim": "“Our kids lose their places so that others get in.”", "where_seen": "Talk radio, meeting of a parents' board",
             "channel_kinds": ["radio_tv", "meeting"], "affected": "Newcomer families",
             "facts": "No pupil has lost a place. Figures by school are with the department; publication asked for.",
             "response": "Figures school by school, and an open hour with two principals."}),
        (31, {"name": "Leaflet says a group poisons water", "narrative": "conspiracy", "spread": "few", "harm": "3", "status": "watching",
              "claim": "An old story with a new picture.", "where_seen": "About forty leaflets on windscreens", "channel_kinds": ["letter"],
              "affected": "Jewish residents", "facts": "Water is tested daily; results are public.",
              "response": "Not answered in public: it has not spread. Congregations were told in person; the leaflets are with the police."}),
        (80, {"name": "Picture of a crowd was of another year", "narrative": "manipulated_picture", "spread": "beyond", "harm": "2", "status": "closed",
              "claim": "A picture of a march is shown as today's.", "where_seen": "Social media", "channel_kinds": ["social_media"],
              "facts": "The picture was taken six years ago in another country.", "response": "The source of the picture was published, without sharing it again."}),
    ],
    "toronto": [
        (5, {"name": "The new shelter is said to house convicts", "narrative": "group_blamed", "spread": "local", "harm": "3", "status": "open",
             "claim": "“They are moving prisoners in next to the school.”", "where_seen": "Letterbox leaflets, neighbourhood group",
             "channel_kinds": ["letter", "social_media"], "affected": "Families in the shelter",
             "facts": "The shelter takes families with children. Who may stay there is set by a rule that can be read.",
             "response": "A letter to 2,400 households with the facts, a telephone number and an open evening."}),
        (12, {"name": "A mosque is said to have celebrated an attack", "narrative": "manipulated_picture", "spread": "city", "harm": "4", "status": "answered",
              "claim": "A video of a wedding is shown with another title.", "where_seen": "Short videos, then two blogs",
              "channel_kinds": ["social_media"], "affected": "The congregation; women were shouted at",
              "facts": "The video is of a wedding in spring. The family has shown the original.",
              "response": "Say where the video comes from. Stand at the mosque on Friday with the two churches next door."}),
        (20, {"name": "Police are said to ask for papers at the clinic", "narrative": "authorities_hide", "spread": "few", "harm": "4", "status": "open",
              "claim": "“Do not go there, they take you away.”", "where_seen": "Voice messages in Somali and Amharic",
              "channel_kinds": ["messenger"], "affected": "People without status; visits fell by a third",
              "facts": "City services do not ask for status. Police were at the clinic once, for a theft.",
              "response": "A voice message by the clinic's own staff in both languages."}),
        (47, {"name": "A drag reading is said to be paid by the school board", "narrative": "conspiracy", "spread": "local", "harm": "3", "status": "watching",
              "claim": "Figures without a source.", "where_seen": "One account", "channel_kinds": ["social_media"],
              "affected": "Readers and library staff", "facts": "The library pays nothing; readers are volunteers.", "response": "Answered only when somebody asks."}),
    ],
}  # fmt: skip


def load_communications(city: str, *, speaker: Actor, officer: Actor) -> None:
    """Fill the registers of a demonstration city; ``city`` is its short name."""
    with acting_as(speaker):
        for item in KEY_MESSAGES:
            add_entry(KeyMessage, KeyMessageSchema().checked(item), actor=speaker)
        for item in AUDIENCES[city]:
            add_entry(Audience, AudienceSchema().checked(item), actor=speaker)
        for item in CHANNELS:
            add_entry(Channel, ChannelSchema().checked(item), actor=speaker)
        for item in SPOKESPEOPLE[city]:
            add_entry(Spokesperson, SpokespersonSchema().checked(item), actor=speaker)
    with acting_as(officer):
        for days, item in RUMOURS[city]:
            seen = str(date.today() - timedelta(days=days))
            record_rumour(RumourSchema().checked(item | {"first_seen_on": seen}), actor=officer)

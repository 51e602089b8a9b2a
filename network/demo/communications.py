"""What two demonstration cities say and hear. People and events are invented."""

import uuid
from datetime import date, timedelta
from typing import Any

from network.communications.messages.service import (
    add_version,
    answer_rumour,
    approve_version,
    plan_message,
    publish_version,
    submit_version,
)
from network.communications.models import Audience, Channel, KeyMessage, MessageTemplate, Spokesperson
from network.communications.queries import RegisterFilter, all_of_register
from network.communications.rumours.queries import RumourFilter, all_rumours
from network.communications.rumours.service import record_rumour
from network.communications.schemas import (
    AudienceSchema,
    ChannelSchema,
    KeyMessageSchema,
    MessageSchema,
    MessageTemplateSchema,
    MessageTextSchema,
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


TEMPLATES = [
    {"name": "Opening hours of the help point", "occasion": "help", "language": "en", "headline": "Help point open: [place]",
     "body": "The help point at [place] is open from [time] to [time]. Interpreters for [languages] are there. Bring nothing; nobody asks for papers.",
     "note": "Agreed with victim support: they answer the telephone within three rings."},
    {"name": "Monthly column: living together", "occasion": "everyday", "language": "en", "headline": "[Title of the month]",
     "body": "Last month [what neighbours did together]. This month: [what comes, day and place]. Want to take part? [address]",
     "note": "For the newsletter, on the first Thursday."},
]  # fmt: skip

# Days from today, the plan, how far each text has come, the texts by language.
Texts = dict[str, tuple[str, str, str, str]]
MESSAGES: dict[str, list[tuple[int, dict[str, Any], list[str], list[str], str, Texts]]] = {
    "nyc": [
        (-3, {"name": "Suitcase at the junction", "occasion": "rumour", "purpose": "Trains stay in use; nobody photographs travellers."},
         ["Everybody in the city"], ["City website, crisis banner", "City accounts on social media"], "A second device",
         {"en": ("published", "Trains run: a forgotten suitcase was given back",
                 "A suitcase was left at the junction this morning. Transit police checked it and gave it back to its owner at 10:40.\n\nIf something is found that is dangerous, we say so here first. Please do not photograph or follow other travellers.",
                 "Trains run. A forgotten suitcase was checked and given back at 10:40."),
          "es": ("published", "Los trenes circulan: se devolvió una maleta olvidada",
                 "Esta mañana quedó una maleta en la estación. La policía la revisó y la devolvió a su dueño a las 10:40.\n\nSi se encuentra algo peligroso, lo diremos aquí primero. Por favor, no fotografíe ni siga a otros viajeros.", ""),
          "zh": ("approved", "列车照常运行：遗忘的行李箱已归还失主",
                 "今天上午有一只行李箱遗留在换乘站。交通警察检查后于10:40归还失主。\n\n如果发现危险物品，我们会首先在这里公布。请不要拍摄或跟随其他乘客。", "")}),
        (-40, {"name": "How to report, in nine languages", "occasion": "campaign", "purpose": "More people know that they can report without papers."},
         ["Muslim families and shopkeepers", "Asian elders in Flushing and Chinatown"], ["Screens in transit and libraries", "Multilingual radio"], "",
         {"en": ("published", "Insulted or threatened for who you are? Tell us.",
                 "You can tell us by telephone, online, or through an organisation that you trust. In many languages, and nobody asks for papers. You decide what happens with your report.", "Insulted or threatened? Tell us, in your language."),
          "ar": ("published", "هل تعرضت للإهانة أو التهديد بسبب هويتك؟ أخبرنا.",
                 "يمكنك إخبارنا بالهاتف أو عبر الإنترنت أو من خلال جهة تثق بها. لا أحد يسأل عن أوراقك، وأنت تقرر ما يحدث ببلاغك.", ""),
          "bn": ("in_review", "আপনার পরিচয়ের কারণে কি আপনাকে অপমান বা হুমকি দেওয়া হয়েছে? আমাদের জানান।",
                 "ফোনে, অনলাইনে বা আপনার বিশ্বস্ত কোনো সংগঠনের মাধ্যমে জানাতে পারেন। কেউ কাগজপত্র চাইবে না।", ""),
          "zh": ("published", "因为您的身份而受到侮辱或威胁？请告诉我们。",
                 "您可以通过电话、网络或您信任的机构告诉我们。我们提供多种语言服务，不会询问您的身份证件。如何处理由您决定。", "")}),
        (2, {"name": "Before the holidays: presence and numbers to call", "occasion": "tension", "purpose": "Families feel safe on the way to services."},
         ["Jewish congregations in Brooklyn"], ["Group of faith and community leaders"], "",
         {"en": ("in_review", "More people on the street for the holidays",
                 "From Thursday evening to Sunday, officers and community ambassadors are near synagogues and schools in Brooklyn. If something worries you, call the number that your congregation has.\n\nWe wish you a peaceful holiday.", ""),
          "ru": ("draft", "Больше людей на улицах в праздничные дни",
                 "С вечера четверга до воскресенья возле синагог и школ Бруклина дежурят полиция и волонтёры общины. Если вас что-то тревожит, звоните по номеру [номер].", "")}),
        (9, {"name": "School week against hate: words for the morning", "occasion": "everyday", "purpose": "Teachers have words for the first lesson."},
         ["Pupils and teachers of public high schools"], ["City accounts on social media", "City website, crisis banner"], "",
         {"en": ("draft", "What you say in the first lesson matters",
                 "Three sentences for Monday morning: what happened, how we treat each other here, and whom you can talk to. Today that is [name of counsellor].", "")}),
    ],
    "toronto": [
        (-12, {"name": "The video is of a wedding", "occasion": "rumour", "purpose": "The congregation is left in peace."},
         ["Muslim communities in Scarborough", "Residents near the new shelter"], ["City accounts on social media", "List of reporters"], "A mosque is said",
         {"en": ("published", "A family celebrated a wedding. That is what the video shows.",
                 "The family has shown us the original of the video that goes round. It was taken in spring, at a wedding.\n\nOn Friday the mosque and the two churches next door open their doors together. Come and see.", "The video shows a wedding in spring. Come on Friday and see."),
          "ur": ("published", "ویڈیو ایک شادی کی ہے",
                 "خاندان نے ہمیں اصل ویڈیو دکھائی ہے۔ یہ بہار میں ایک شادی پر بنائی گئی تھی۔ جمعہ کو مسجد اور دونوں گرجا گھر مل کر اپنے دروازے کھولتے ہیں۔", "")}),
        (1, {"name": "Letter to 2,400 households about the shelter", "occasion": "rumour", "purpose": "Neighbours know who lives there and whom to call."},
         ["Residents near the new shelter"], ["List of reporters"], "The new shelter",
         {"en": ("in_review", "Families with children move in on Monday",
                 "From Monday families with children live in the shelter on your street. Who may stay there is set by a rule that you can read at the library.\n\nQuestions? One person answers them: call the councillor's office. Open evening: Wednesday at seven, in the library.", "")}),
        (6, {"name": "Evening of Black history: opening", "occasion": "commemoration", "purpose": "The invitation comes from the communities themselves."},
         ["Black communities in the north-west"], ["City website, crisis banner", "Multilingual radio"], "",
         {"en": ("approved", "We open together", "The evening is made by those whose history it is. Doors open at six, food at seven, words at eight.", ""),
          "so": ("draft", "Wadajir ayaan u furaynaa", "Habeenka waxaa diyaarinaya dadka taariikhdoodu tahay. [waqtiga iyo goobta]", "")}),
        (-25, {"name": "Libraries are for everybody", "occasion": "hate_incident", "purpose": "Readers and staff feel that the city stands behind them."},
         ["2SLGBTQ+ people downtown"], ["City website, crisis banner"], "",
         {"en": ("published", "The reading takes place", "After threats against a reading we have spoken with those who read and those who listen. The reading takes place. Staff are there, and so are we.", "The reading takes place. So do we."),
          "fr": ("published", "La lecture a lieu", "Après des menaces contre une lecture, nous avons parlé avec celles et ceux qui lisent et qui écoutent. La lecture a lieu. Le personnel est là, et nous aussi.", "")}),
    ],
}  # fmt: skip


def _bring(version_id: uuid.UUID, status: str, *, speaker: Actor, mayor: Actor) -> None:
    """Take a text as far as ``status``, each step by somebody who may."""
    steps = ("in_review", "approved", "published")
    for step in steps[: steps.index(status) + 1] if status in steps else ():
        if step == "in_review":
            with acting_as(speaker):
                submit_version(version_id, actor=speaker)
        elif step == "approved":
            with acting_as(mayor):
                approve_version(version_id, actor=mayor)
        else:
            with acting_as(speaker):
                publish_version(version_id, actor=speaker)


def _load_messages(city: str, *, speaker: Actor, mayor: Actor) -> None:
    waiting: list[tuple[uuid.UUID, str]] = []
    with acting_as(speaker):
        audiences = {a.name: a.audience_id for a in all_of_register(Audience, RegisterFilter(), actor=speaker)}
        channels = {c.name: c.channel_id for c in all_of_register(Channel, RegisterFilter(), actor=speaker)}
        for days, plan, for_whom, by, answers, texts in MESSAGES[city]:
            message = plan_message(
                MessageSchema().checked(plan | {
                    "planned_on": str(date.today() + timedelta(days=days)),
                    "audience_ids": [str(audiences[name]) for name in for_whom],
                    "channel_ids": [str(channels[name]) for name in by],
                }), actor=speaker,
            )  # fmt: skip
            for language, (status, name, body, short_text) in texts.items():
                data = {"language": language, "name": name, "body": body, "short_text": short_text}
                version = add_version(message.message_id, MessageTextSchema().checked(data), actor=speaker)
                waiting.append((version.message_version_id, status))
            if answers:
                for rumour in all_rumours(RumourFilter(text=answers), actor=speaker):
                    answer_rumour(rumour.rumour_id, message.message_id, actor=speaker)
        for item in TEMPLATES:
            add_entry(MessageTemplate, MessageTemplateSchema().checked(item), actor=speaker)
    for version_id, status in waiting:
        _bring(version_id, status, speaker=speaker, mayor=mayor)


def load_communications(city: str, *, speaker: Actor, officer: Actor, mayor: Actor) -> None:
    """Fill the registers and the plan of a demonstration city; ``city`` is its short name."""
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
    _load_messages(city, speaker=speaker, mayor=mayor)

"""Code lists of communications. The same values stand in the database's constraints."""

from network.kernel.locale import lazy_text as _l

KEY_MESSAGE_KINDS = {
    "value": _l("Value that the city stands for"),
    "message": _l("Key message"),
}
CHANNEL_KINDS = {
    "website": _l("Website"),
    "social_media": _l("Social media"),
    "messenger": _l("Messenger group"),
    "press": _l("Press and press conference"),
    "radio_tv": _l("Radio and television"),
    "newsletter": _l("Newsletter and mail"),
    "letter": _l("Letter to households"),
    "poster": _l("Posters and screens"),
    "meeting": _l("Meeting or visit"),
    "partners": _l("Through partners"),
    "telephone": _l("Telephone line"),
    "other": _l("Other"),
}
RUMOUR_STATUS = {
    "open": _l("Open: it needs an answer"),
    "watching": _l("Watched: no answer for now"),
    "answered": _l("Answered"),
    "closed": _l("Closed"),
}
RUMOUR_STATUS_SHORT = {
    "open": _l("Open"),
    "watching": _l("Watched"),
    "answered": _l("Answered"),
    "closed": _l("Closed"),
}
STATUS_TONE = {"open": "warn", "watching": "", "answered": "good", "closed": ""}
NARRATIVES = {
    "group_blamed": _l("A group is blamed for a crime"),
    "invented_event": _l("An event that did not happen"),
    "false_perpetrator": _l("A wrong person is named"),
    "further_attack": _l("False warning of further danger"),
    "authorities_hide": _l("Authorities are said to hide something"),
    "privileges": _l("A group is said to be favoured"),
    "conspiracy": _l("Conspiracy story"),
    "manipulated_picture": _l("False or manipulated picture"),
    "election": _l("Election or office"),
    "other": _l("Other"),
}
SPREAD = {
    "single": _l("A single post or talk"),
    "few": _l("A few groups"),
    "local": _l("Known in a district"),
    "city": _l("All over the city"),
    "beyond": _l("Beyond the city"),
}
HARM = {
    "1": _l("1 Hardly any"),
    "2": _l("2 Annoying"),
    "3": _l("3 Divides people"),
    "4": _l("4 May lead to hostility"),
    "5": _l("5 May lead to violence now"),
}
OCCASIONS = {
    "everyday": _l("Everyday work"),
    "campaign": _l("Campaign"),
    "attack_first_hour": _l("Attack: first hour"),
    "attack_update": _l("Attack: next update"),
    "help": _l("Help for those affected"),
    "hate_incident": _l("After a hate incident"),
    "backlash": _l("Threats against a community"),
    "rumour": _l("Answer to a rumour"),
    "tension": _l("Protest or tension"),
    "commemoration": _l("Mourning and remembrance"),
    "recovery": _l("Coming together again"),
}
MESSAGE_STATUS = {
    "draft": _l("Draft"),
    "in_review": _l("In review"),
    "approved": _l("Approved"),
    "published": _l("Published"),
    "withdrawn": _l("Withdrawn"),
}
MESSAGE_TONE = {"draft": "", "in_review": "warn", "approved": "good", "published": "good", "withdrawn": "strong"}

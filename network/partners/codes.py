"""Code lists of the partner register."""

from network.kernel.locale import lazy_text as _l

PARTNER_TYPES = {
    "ngo": _l("Civil society organisation"),
    "faith": _l("Faith community"),
    "school": _l("School"),
    "university": _l("University or research"),
    "youth": _l("Youth work"),
    "sport": _l("Sports club"),
    "culture": _l("Culture"),
    "police": _l("Police"),
    "prosecutor": _l("Prosecution or courts"),
    "health": _l("Health service"),
    "social_service": _l("Social service"),
    "victim_support": _l("Victim support"),
    "business": _l("Business"),
    "media": _l("Media"),
    "community": _l("Community group"),
    "city_department": _l("Department of the city"),
    "government": _l("Regional or national government"),
    "other": _l("Other"),
}
PREVENTION_LEVELS = {
    "primary": _l("Primary: everyone"),
    "secondary": _l("Secondary: those at risk"),
    "tertiary": _l("Tertiary: those involved"),
}
NOTE_KINDS = {
    "meeting": _l("Meeting"),
    "call": _l("Call"),
    "mail": _l("Mail"),
    "visit": _l("Visit"),
    "other": _l("Other"),
}

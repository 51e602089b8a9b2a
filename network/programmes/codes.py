"""Code lists of programmes. The same values stand in the database's constraints."""

from network.kernel.locale import lazy_text as _l

STATUSES = {
    "planned": _l("Planned"),
    "active": _l("Active"),
    "done": _l("Done"),
    "stopped": _l("Stopped"),
}
STATUS_TONE = {"planned": "", "active": "good", "done": "", "stopped": "warn"}
METHODS = {
    "feedback": _l("Feedback of those who took part"),
    "monitoring": _l("Counting what was delivered"),
    "before_after": _l("Before and after"),
    "comparison": _l("Comparison with a group without it"),
    "interviews": _l("Interviews or observation"),
    "independent": _l("Independent evaluation"),
}
RATINGS = {
    "1": _l("1 It does harm, or nothing changes"),
    "2": _l("2 Little changes"),
    "3": _l("3 Mixed"),
    "4": _l("4 It helps"),
    "5": _l("5 It helps much, and lastingly"),
}
BANDS = {
    "under_18": _l("Under 18 years"),
    "from_18_to_29": _l("18 to 29 years"),
    "from_30_to_64": _l("30 to 64 years"),
    "from_65": _l("65 years and more"),
}
"""The bands in which attendance can be counted, with the names of their columns."""

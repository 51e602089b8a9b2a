"""Code lists of meetings. Weekdays are those of RFC 5545."""

from network.kernel.locale import lazy_text as _l

STATUS = {"planned": _l("Planned"), "held": _l("Held"), "cancelled": _l("Cancelled")}
ATTENDANCE = {"present": _l("Present"), "excused": _l("Excused"), "absent": _l("Absent")}
RHYTHMS = {
    "weekly": _l("Every week"),
    "fortnightly": _l("Every two weeks"),
    "monthly": _l("Every month"),
    "quarterly": _l("Every three months"),
}
WEEKDAYS = {
    "MO": _l("Monday"),
    "TU": _l("Tuesday"),
    "WE": _l("Wednesday"),
    "TH": _l("Thursday"),
    "FR": _l("Friday"),
    "SA": _l("Saturday"),
    "SU": _l("Sunday"),
}
WEEKS = {
    "1": _l("The first of the month"),
    "2": _l("The second of the month"),
    "3": _l("The third of the month"),
    "4": _l("The fourth of the month"),
    "-1": _l("The last of the month"),
}

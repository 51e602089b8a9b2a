"""Code lists of strategies and actions."""

from network.kernel.locale import lazy_text as _l

KINDS = {
    "standalone": _l("A strategy of its own"),
    "integrated": _l("Part of an existing framework"),
}
STATUSES = {
    "planned": _l("Planned"),
    "active": _l("Under way"),
    "done": _l("Done"),
    "stopped": _l("Stopped"),
}
OPEN = ("planned", "active")
STATUS_TONES = {"planned": "", "active": "active", "done": "good", "stopped": "warn"}
ROLES = {
    "mayor": _l("Mayor"),
    "coordinator": _l("Coordinator"),
    "officer": _l("Officers"),
    "communications": _l("Communications team"),
    "analyst": _l("Analysts"),
}
"""The parts of the city's team that can support or be consulted."""
STATES = {
    "draft": _l("Draft"),
    "in_review": _l("In review"),
    "adopted": _l("Adopted"),
    "superseded": _l("Superseded"),
}
STATE_TONES = {"draft": "", "in_review": "warn", "adopted": "good", "superseded": ""}
FORMS = {
    "meeting": _l("Meeting"),
    "visit": _l("Visit"),
    "interview": _l("Interview"),
    "survey": _l("Survey"),
    "written": _l("In writing"),
    "council": _l("Council or committee"),
    "other": _l("Other"),
}
"""The ways in which people are heard."""

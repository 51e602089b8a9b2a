"""Code lists of the response. The same values stand in the database's constraints."""

from network.kernel.locale import lazy_text as _l

SCENARIOS = {
    "place_of_worship": _l("Attack on a place of worship"),
    "public_gathering": _l("Violence at a public gathering"),
    "community_threat": _l("Threats against a community"),
    "official": _l("Harassment of or attack on a local official"),
    "school": _l("Attack on a school or youth place"),
    "tension": _l("Unrest or tension between groups"),
    "online": _l("Campaign of hate or false news online"),
    "other": _l("Other"),
}
PHASES = {
    "first_hour": _l("First hour"),
    "first_day": _l("First day"),
    "first_week": _l("First week"),
    "first_months": _l("First months"),
}
STRANDS = {
    "security": _l("Security and coordination"),
    "communication": _l("Narrative and communication"),
    "care": _l("Psychosocial care and social fallout"),
}
LEVELS = {
    "local": _l("Local"),
    "regional": _l("Regional"),
    "national": _l("National"),
    "network": _l("Other cities and networks"),
}
EXERCISES = {
    "tabletop": _l("Talk through a case at the table"),
    "call_out": _l("Test of telephone numbers and alarms"),
    "walk_through": _l("Walk through the places"),
    "full": _l("Full exercise with partners"),
}
STATES = {
    "draft": _l("Draft"),
    "adopted": _l("Adopted"),
    "review_due": _l("Adopted, review overdue"),
}
STATE_TONE = {"draft": "", "adopted": "good", "review_due": "warn"}

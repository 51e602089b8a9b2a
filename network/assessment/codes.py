"""Code lists of the assessment."""

from network.kernel.locale import lazy_text as _l

STATUS = {
    "draft": _l("Draft"),
    "in_review": _l("In review"),
    "adopted": _l("Adopted"),
    "superseded": _l("Superseded"),
}
CONFIDENCE = {
    "low": _l("Low: hints, or one source"),
    "medium": _l("Medium: several sources, with gaps"),
    "high": _l("High: several good sources that agree"),
}
CONFIDENCE_SHORT = {"low": _l("Low"), "medium": _l("Medium"), "high": _l("High")}
IDEOLOGY = {
    "far_right": _l("Far-right extremism"),
    "far_left": _l("Far-left extremism"),
    "jihadist": _l("Jihadist extremism"),
    "other_religious": _l("Other religious extremism"),
    "ethnic_national": _l("Ethnic or national extremism"),
    "misogynist": _l("Violent misogyny"),
    "anti_government": _l("Anti-government extremism"),
    "single_issue": _l("Single issue"),
    "conspiracy": _l("Conspiracy belief"),
    "mixed": _l("Mixed or unclear"),
    "none": _l("Hate without an ideology"),
    "other": _l("Other"),
}
LIKELIHOOD = {
    1: _l("1 Rare"),
    2: _l("2 Unlikely"),
    3: _l("3 Possible"),
    4: _l("4 Likely"),
    5: _l("5 Almost certain"),
}
IMPACT = {
    1: _l("1 Slight: upset, no lasting harm"),
    2: _l("2 Limited: fear or damage in one place"),
    3: _l("3 Serious: injuries, or a community in fear"),
    4: _l("4 Grave: lives in danger, trust broken"),
    5: _l("5 Extreme: many victims, a city in crisis"),
}
TREND = {
    "rising": _l("Rising"),
    "stable": _l("Stable"),
    "falling": _l("Falling"),
    "unknown": _l("Not known"),
}
SIZE = {
    "unknown": _l("Not known"),
    "under_100": _l("Up to 100 people"),
    "under_1000": _l("100 to 1,000 people"),
    "under_10000": _l("1,000 to 10,000 people"),
    "under_100000": _l("10,000 to 100,000 people"),
    "over_100000": _l("More than 100,000 people"),
}
RISK = {
    "very_high": _l("Very high"),
    "high": _l("High"),
    "moderate": _l("Moderate"),
    "low": _l("Low"),
}


def risk_of(likelihood: int, impact: int) -> str:
    """The band of a threat: likelihood times impact, very high from 15, high from 10, moderate from 5."""
    score = likelihood * impact
    return "very_high" if score >= 15 else "high" if score >= 10 else "moderate" if score >= 5 else "low"


RESOURCE_TYPES = {
    "policy": _l("Policy or plan"),
    "programme": _l("Programme or project"),
    "service": _l("Service"),
    "resource": _l("People, money or places"),
    "partnership": _l("Partnership or network"),
}
RESOURCE_STATUS = {
    "planned": _l("Planned"),
    "running": _l("Running"),
    "ended": _l("Ended"),
}
EVIDENCE = {
    "figure": _l("Figure from the city's incidents"),
    "source": _l("Other source"),
}
PLACE_TYPES = {
    "worship": _l("Place of worship"),
    "cemetery": _l("Cemetery"),
    "school": _l("School or university"),
    "culture": _l("Culture or library"),
    "sport": _l("Sport"),
    "market": _l("Market or shops"),
    "event": _l("Festival or event"),
    "transport": _l("Public transport"),
    "health": _l("Health facility"),
    "public_building": _l("Public building"),
    "public_space": _l("Square, street or park"),
    "shelter": _l("Shelter or housing"),
    "nightlife": _l("Bars and clubs"),
    "memorial": _l("Memorial"),
    "media": _l("Media house"),
    "other": _l("Other"),
}
MEASURE_KINDS = {
    "building": _l("Building and technology"),
    "staff": _l("Staff and stewards"),
    "training": _l("Training and drills"),
    "plan": _l("Plan and contacts"),
    "police": _l("Patrols and liaison"),
    "communication": _l("Information"),
    "other": _l("Other"),
}
MEASURE_STATUS = {
    "planned": _l("Planned"),
    "in_place": _l("In place"),
    "dropped": _l("Dropped"),
}
MANDATE_LEVELS = {
    "own": _l("A task of the city by law"),
    "shared": _l("Shared with others by law"),
    "delegated": _l("Given to the city by the state"),
    "voluntary": _l("Taken up by the city itself"),
    "unclear": _l("Not clear"),
}
PRIORITIES = {
    "top": _l("Among the first three of the city"),
    "high": _l("High"),
    "normal": _l("Normal"),
    "low": _l("Low"),
    "open": _l("Not decided"),
}
POLICY_LEVELS = {
    "national": _l("National"),
    "regional": _l("Regional"),
    "international": _l("International"),
}

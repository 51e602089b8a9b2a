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

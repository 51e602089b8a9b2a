"""What a city needs from the practice library: its gaps, its open objectives, what just happened."""

import re
from datetime import date, timedelta

from network.assessment.queries.gaps import list_gaps
from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.queries import IncidentFilter, list_incidents
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, Scope
from network.practices.needs import Need
from network.strategy.queries import list_objectives

MOST = 4
_SMALL = frozenset("""about after against among and any are city cities for from help instead more only other people someone something that the their them these
this with within without into over dans des les pour par une sur avec aux del los las para con""".split())
BIAS_THEMES = {
    "antisemitism": ("interfaith", "remembrance"), "anti_muslim": ("interfaith", "hate_crime_reporting"),
    "anti_christian": ("interfaith",), "other_religion": ("interfaith",),
    "racism_xenophobia": ("inclusive_identity", "anti_rumour"), "anti_roma": ("inclusive_identity",),
    "sex_gender": ("gender",), "gender_identity": ("gender", "hate_crime_reporting"),
    "sexual_orientation": ("gender", "hate_crime_reporting"), "political_opinion": ("officials_protection",),
}  # fmt: skip
KIND_THEMES = {
    "attack_completed": ("psychosocial", "soft_targets"), "attack_foiled": ("soft_targets",),
    "recruitment": ("exit_mentoring", "youth"), "disinformation": ("anti_rumour",), "hate_speech_online": ("digital_literacy",),
    "harassment_official": ("officials_protection",), "extremist_propaganda": ("schools", "digital_literacy"),
}  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    found = re.findall(r"[^\W\d_]{4,}", text)
    return tuple(dict.fromkeys(word for word in found if word.lower() not in _SMALL))[:6]


def needs_of_gaps(actor: Actor) -> list[Need]:
    """The threats and communities of the assessment that nothing runs against or for."""
    if actor.scope is not Scope.CITY or not actor.may(Permission.ASSESSMENT_READ):
        return []
    found = []
    for gap in list_gaps(actor)[:MOST]:
        reason = _("Your assessment names a threat that nothing runs against: %(name)s", name=gap.name)
        if gap.kind == "community":
            reason = _("Your assessment names a community that nothing runs for: %(name)s", name=gap.name)
        found.append(Need(str(reason), words=_words(gap.name), steps=(6,) if gap.kind == "community" else ()))
    return found


def needs_of_objectives(actor: Actor) -> list[Need]:
    """The objectives of the strategy."""
    if actor.scope is not Scope.CITY or not actor.may(Permission.STRATEGY_READ):
        return []
    return [
        Need(str(_("An objective of your strategy: %(title)s", title=o.title)), words=_words(o.title))
        for o in list_objectives(actor=actor)[:MOST]
    ]  # fmt: skip


def needs_of_incidents(actor: Actor) -> list[Need]:
    """The kinds of incident that were recorded lately."""
    if actor.scope is not Scope.CITY or not actor.may(Permission.INCIDENT_READ):
        return []
    since = date.today() - timedelta(days=60)
    latest = list_incidents(IncidentFilter(date_from=since), actor=actor, limit=20).items
    found: dict[str, Need] = {}
    for incident in latest:
        themes = list(KIND_THEMES.get(incident.kind, ()))
        for bias in incident.bias_motivations:
            themes += BIAS_THEMES.get(bias.split(".")[0], ())
        if themes and incident.kind not in found:
            label = codes.KIND[incident.kind]
            reason = _("You recorded lately: %(kind)s", kind=getattr(label, "label", label))
            found[incident.kind] = Need(str(reason), themes=tuple(dict.fromkeys(themes)))
    return list(found.values())[:MOST]


PROVIDERS = {"gaps": needs_of_gaps, "objectives": needs_of_objectives, "incidents": needs_of_incidents}

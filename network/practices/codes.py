"""Code lists of the practice example. The same values stand in the database's constraints."""

from dataclasses import dataclass
from typing import Any

from network.kernel.locale import lazy_text as _l


@dataclass(frozen=True)
class Code:
    """One value of a list with its words."""

    value: str
    label: Any
    meaning: Any = ""


def _list(*rows: tuple[Any, ...]) -> dict[str, Code]:
    return {row[0]: Code(*row) for row in rows}


THEME = _list(
    ("inclusive_identity", _l("Inclusive identity")), ("youth", _l("Youth")), ("schools", _l("Schools")),
    ("digital_literacy", _l("Online and digital literacy")),
    ("community_policing", _l("Community policing")), ("interfaith", _l("Interfaith")),
    ("newcomers", _l("Integration of newcomers")), ("gender", _l("Gender")),
    ("local_action_plan", _l("Local action plan")), ("multi_agency", _l("Multi-agency work")),
    ("exit_mentoring", _l("Exit and mentoring")),
    ("hate_crime_reporting", _l("Hate crime reporting")),
    ("anti_rumour", _l("Communication and anti-rumour work")),
    ("psychosocial", _l("Psychosocial support")), ("remembrance", _l("Remembrance")),
    ("public_space", _l("Public space")), ("soft_targets", _l("Soft targets")),
    ("national_local", _l("National-local cooperation")),
    ("officials_protection", _l("Protection of officials")),
)  # fmt: skip
LEVEL = _list(
    ("primary", _l("Primary"), _l("For everyone, before anything happens.")),
    ("secondary", _l("Secondary"), _l("For people and places at risk.")),
    ("tertiary", _l("Tertiary"), _l("For people involved, and for those who were hurt.")),
)
STEP = _list(
    ("1", _l("1. Understand the threats")), ("2", _l("2. Set priority and mandate")),
    ("3", _l("3. Map what exists")), ("4", _l("4. Make a strategy")),
    ("5", _l("5. Meet partners regularly")), ("6", _l("6. Prevent early")),
    ("7", _l("7. Communicate")), ("8", _l("8. Lead during an attack")),
    ("9", _l("9. Care for the aftermath")), ("10", _l("10. Rebuild cohesion")),
)  # fmt: skip
COST = _list(
    ("unknown", _l("Not known")), ("low", _l("Low: within existing staff and budgets")),
    ("medium", _l("Medium: some posts or a project budget")),
    ("high", _l("High: a programme or service of its own")),
)  # fmt: skip
EVIDENCE = _list(
    ("0", _l("Described"), _l("Somebody has written down what was done.")),
    ("1", _l("Plausible"), _l("There is a stated reason why it should work.")),
    ("2", _l("Monitored"), _l("What was delivered is counted.")),
    ("3", _l("Before and after"), _l("Outcomes were measured before and after.")),
    ("4", _l("Compared"), _l("Outcomes were compared with a group without it.")),
    ("5", _l("Evaluated"), _l("An independent evaluation or a repetition elsewhere confirms it.")),
)
VISIBILITY = _list(
    ("public", _l("Everybody"), _l("Anybody can read it without signing in.")),
    ("network", _l("Members of the network"), _l("Signed-in members of the network can read it.")),
)
FILE_LICENCE = _list(
    ("cc-by-4.0", _l("CC BY 4.0"), _l("Others may use it and name who made it.")),
    ("cc-by-sa-4.0", _l("CC BY-SA 4.0"), _l("Others may use it, name who made it, and share under the same licence.")),
    ("cc0-1.0", _l("CC0 1.0"), _l("Others may use it as they like.")),
    ("reserved", _l("Shown here only"), _l("Whoever made it allows that it is shown here, and nothing else.")),
)  # fmt: skip
LICENCE_URL = {
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


def choices(table: dict[str, Code], *, meaning: bool = False) -> list[tuple[str, Any]]:
    """Pairs for a choice in a form, with what each value means if that is asked."""
    if not meaning:
        return [(code.value, code.label) for code in table.values()]
    return [(c.value, f"{c.label}: {c.meaning}" if c.meaning else c.label) for c in table.values()]

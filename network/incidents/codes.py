"""Code lists of the incident record.

Kinds, bias motivations and crime types follow OSCE ODIHR's hate crime reporting; sharing levels
are FIRST's Traffic Light Protocol 2.0. The same values stand in the database's constraints.
"""

from dataclasses import dataclass
from typing import Any

from network.kernel.locale import lazy_text as _l


@dataclass(frozen=True)
class Code:
    """One value of a list with its words; ``parent`` is the broader value, if there is one."""

    value: str
    label: Any
    meaning: Any = ""

    @property
    def parent(self) -> str | None:
        """The broader code: ``a`` for ``a.b``."""
        return self.value.split(".")[0] if "." in self.value else None


def _list(*rows: tuple[Any, ...]) -> dict[str, Code]:
    return {row[0]: Code(*row) for row in rows}


KIND = _list(
    ("hate_crime", _l("Hate crime")), ("hate_incident", _l("Hate incident (not a crime)")),
    ("hate_speech_online", _l("Hate speech online")), ("hate_speech_offline", _l("Hate speech offline")),
    ("threat", _l("Threat")), ("extremist_propaganda", _l("Extremist propaganda or symbol")),
    ("recruitment", _l("Recruitment")), ("disinformation", _l("Disinformation")),
    ("tension_protest", _l("Tension or protest")), ("attack_completed", _l("Attack, completed")),
    ("attack_foiled", _l("Attack, foiled")),
    ("harassment_official", _l("Harassment of a public official")), ("other", _l("Other")),
)  # fmt: skip
BIAS = _list(
    ("racism_xenophobia", _l("Racism and xenophobia")),
    ("racism_xenophobia.anti_black", _l("Anti-Black racism")),
    ("racism_xenophobia.anti_asian", _l("Anti-Asian racism")),
    ("racism_xenophobia.anti_arab", _l("Anti-Arab racism")),
    ("racism_xenophobia.anti_hispanic", _l("Anti-Hispanic racism")),
    ("racism_xenophobia.anti_indigenous", _l("Anti-Indigenous racism")),
    ("racism_xenophobia.anti_white", _l("Anti-White racism")),
    ("racism_xenophobia.other_ethnicity", _l("Other ethnicity or nationality")),
    ("racism_xenophobia.language", _l("Language")), ("anti_roma", _l("Anti-Roma")),
    ("antisemitism", _l("Antisemitism")), ("anti_muslim", _l("Anti-Muslim")),
    ("anti_christian", _l("Anti-Christian")), ("anti_christian.catholic", _l("Anti-Catholic")),
    ("anti_christian.protestant", _l("Anti-Protestant")),
    ("anti_christian.orthodox", _l("Anti-Orthodox")),
    ("anti_christian.other_denomination", _l("Other Christian denomination")),
    ("other_religion", _l("Other religion or belief")), ("other_religion.sikh", _l("Anti-Sikh")),
    ("other_religion.hindu", _l("Anti-Hindu")), ("other_religion.buddhist", _l("Anti-Buddhist")),
    ("sex_gender", _l("Sex or gender")), ("sexual_orientation", _l("Sexual orientation")),
    ("gender_identity", _l("Gender identity")), ("disability", _l("Disability")), ("age", _l("Age")),
    ("political_opinion", _l("Political opinion or office")), ("other", _l("Other bias")),
    ("unknown", _l("Unknown bias")),
)  # fmt: skip
CRIME = _list(
    ("homicide", _l("Homicide")), ("physical_assault", _l("Physical assault")),
    ("sexual_assault", _l("Sexual assault")), ("threats", _l("Threats or threatening behaviour")),
    ("damage_property", _l("Damage to property")), ("graffiti_vandalism", _l("Graffiti and vandalism")),
    ("arson", _l("Arson")), ("theft_robbery", _l("Theft or robbery")),
    ("desecration_graves", _l("Desecration of graves")),
    ("attack_place_of_worship", _l("Attack on a place of worship")), ("incitement", _l("Incitement")),
    ("disturbance_peace", _l("Disturbance of the peace")), ("other", _l("Other crime")),
)  # fmt: skip
SEVERITY = _list(
    ("1", _l("1 Offensive"), _l("Words or signs that offend")),
    ("2", _l("2 Intimidating"), _l("Intimidation, or damage to things")),
    ("3", _l("3 Serious"), _l("Injury or a serious threat")),
    ("4", _l("4 Grave"), _l("Grave injury, arson, a weapon")),
    ("5", _l("5 Extreme"), _l("Death or mass harm")),
)
STATUS = _list(
    ("reported", _l("Reported")), ("under_review", _l("Under review")), ("verified", _l("Verified")),
    ("unverified", _l("Unverified")),
    ("unfounded", _l("Unfounded"), _l("Not counted")), ("closed", _l("Closed")),
    ("duplicate", _l("Duplicate"), _l("Not counted")),
)  # fmt: skip
SOURCE = _list(
    ("police", _l("Police")), ("prosecutor", _l("Prosecutor")), ("municipality", _l("Municipality")),
    ("ngo", _l("NGO or monitoring body")), ("victim", _l("Victim")), ("witness", _l("Witness")),
    ("media", _l("Media")), ("public_form", _l("Public form")), ("import", _l("Import")),
)  # fmt: skip
PLACE = _list(
    ("street", _l("Street")), ("home", _l("Home")), ("education", _l("School or university")),
    ("public_transport", _l("Public transport")), ("place_of_worship", _l("Place of worship")),
    ("cemetery", _l("Cemetery")), ("business", _l("Business")),
    ("public_building", _l("Public building")), ("park", _l("Park")),
    ("health_facility", _l("Health facility")), ("online", _l("Online")), ("other", _l("Other place")),
    ("unknown", _l("Unknown place")),
)  # fmt: skip
PRECISION = _list(
    ("minute", _l("To the minute")), ("day", _l("To the day")), ("month", _l("To the month")),
    ("year", _l("To the year")),
)  # fmt: skip
PLACE_PRECISION = _list(
    ("city", _l("The city")), ("district", _l("The district")),
    ("neighbourhood", _l("The neighbourhood")), ("street", _l("The street")), ("site", _l("The site")),
)  # fmt: skip
TLP = _list(
    ("RED", _l("TLP:RED"), _l("Only you and people of the city you name; never counted.")),
    ("AMBER+STRICT", _l("TLP:AMBER+STRICT"), _l("Your city team; counted in protected trends.")),
    ("AMBER", _l("TLP:AMBER"),
     _l("Also national agencies with which you agreed to share records.")),
    ("GREEN", _l("TLP:GREEN"), _l("Also the network, if you agreed to share records with it.")),
    ("CLEAR", _l("TLP:CLEAR"), _l("May be made public.")),
)  # fmt: skip


def choices(codes: dict[str, Code], *, meaning: bool = False) -> list[tuple[str, str]]:
    """Pairs for a form, with the meaning behind the label where it helps to choose."""
    return [
        (c.value, f"{c.label} – {c.meaning}" if meaning and c.meaning else str(c.label))
        for c in codes.values()
    ]

"""How the columns and labels of known files become incidents. Each mapping is plain data."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

from network.kernel.locale import lazy_text as _l

_ETHNIC = "racism_xenophobia."


@dataclass(frozen=True)
class Bias:
    """A column of bias labels: what each means; ``nothing`` are labels for "no bias"."""

    column: str
    labels: Dict[str, str]
    nothing: frozenset[str] = frozenset()
    separator: str = ""
    otherwise: str | None = None


@dataclass(frozen=True)
class Mapping:
    """From a file's rows to the input of IncidentSchema.

    ``copy``: field to column, taken as it is. ``labels``: field to column and meaning of labels,
    "*" for any other. ``keep``: columns whose original label stays with the incident. ``merge``:
    rows of one reference are one incident (biases joined, the highest severity kept).
    """

    name: str
    title: Any
    source: str
    header: frozenset[str]
    reference: str
    biases: tuple[Bias, ...] = ()
    copy: Dict[str, str] = field(default_factory=dict)
    labels: Dict[str, tuple[str, Dict[str, str]]] = field(default_factory=dict)
    defaults: Dict[str, Any] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    merge: bool = False


_NYPD_CRIME = {
    "ASSAULT 3 & RELATED OFFENSES": "physical_assault", "FELONY ASSAULT": "physical_assault",
    "CRIMINAL MISCHIEF & RELATED OF": "damage_property", "ROBBERY": "theft_robbery",
    "GRAND LARCENY": "theft_robbery", "PETIT LARCENY": "theft_robbery", "BURGLARY": "theft_robbery",
    "SEX CRIMES": "sexual_assault", "RAPE": "sexual_assault", "ARSON": "arson",
    "MURDER & NON-NEGL. MANSLAUGHTE": "homicide", "HOMICIDE-NEGLIGENT,UNCLASSIFIE": "homicide",
    "HARRASSMENT 2": "threats", "MISCELLANEOUS PENAL LAW": "threats",
    "OFF. AGNST PUB ORD SENSBLTY &": "threats", "*": "other",
}  # fmt: skip
_NYPD_SEVERITY = {
    "MURDER & NON-NEGL. MANSLAUGHTE": "5", "HOMICIDE-NEGLIGENT,UNCLASSIFIE": "5", "RAPE": "4",
    "FELONY ASSAULT": "4", "ARSON": "4", "DANGEROUS WEAPONS": "4", "SEX CRIMES": "4",
    "KIDNAPPING & RELATED OFFENSES": "4", "ROBBERY": "3", "ASSAULT 3 & RELATED OFFENSES": "3",
    "MISCELLANEOUS PENAL LAW": "3", "*": "2",
}  # fmt: skip
_NYPD_BIAS = {
    "ANTI-JEWISH": "antisemitism", "ANTI-MUSLIM": "anti_muslim",
    "ANTI-CATHOLIC": "anti_christian.catholic", "ANTI-PROTESTANT": "anti_christian.protestant",
    "ANTI-EASTERN ORTHODOX": "anti_christian.orthodox",
    "ANTI-MORMON": "anti_christian.other_denomination",
    "ANTI-JEHOVAHS WITNESS": "anti_christian.other_denomination", "ANTI-SIKH": "other_religion.sikh",
    "ANTI-HINDU": "other_religion.hindu", "ANTI-BUDDHIST": "other_religion.buddhist",
    "ANTI-OTHER RELIGION": "other_religion", "ANTI-RELIGIOUS PRACTICE GENERALLY": "other_religion",
    "ANTI-ASIAN": _ETHNIC + "anti_asian", "ANTI-BLACK": _ETHNIC + "anti_black",
    "ANTI-WHITE": _ETHNIC + "anti_white", "ANTI-HISPANIC": _ETHNIC + "anti_hispanic",
    "ANTI-ARAB": _ETHNIC + "anti_arab", "ANTI-OTHER ETHNICITY": _ETHNIC + "other_ethnicity",
    "ANTI-MULTI-RACIAL GROUPS": _ETHNIC + "other_ethnicity",
    "ANTI-MALE HOMOSEXUAL (GAY)": "sexual_orientation",
    "ANTI-FEMALE HOMOSEXUAL (LESBIAN)": "sexual_orientation",
    "ANTI-LGBT (MIXED GROUP)": "sexual_orientation", "ANTI-TRANSGENDER": "gender_identity",
    "ANTI-GENDER NON-CONFORMING": "gender_identity", "ANTI-FEMALE": "sex_gender",
    "ANTI-MALE": "sex_gender", "60 YRS AND OLDER": "age", "ANTI-PHYSICAL DISABILITY": "disability",
}  # fmt: skip
NYPD = Mapping(
    "nypd-hate-crimes", _l("NYPD Hate Crimes (NYC Open Data)"), "nypd",
    frozenset({"Full Complaint ID", "Bias Motive Description", "Offense Description"}),
    "Full Complaint ID", (Bias("Bias Motive Description", _NYPD_BIAS),),
    copy={"_year": "Complaint Year Number", "_month": "Month Number", "reported_on": "Record Create Date",
          "district": "County"},
    labels={"crime_type": ("Offense Description", _NYPD_CRIME),
            "severity": ("Offense Description", _NYPD_SEVERITY),
            "district": ("County", {"NEW YORK": "Manhattan", "KINGS": "Brooklyn", "QUEENS": "Queens",
                                    "BRONX": "Bronx", "RICHMOND": "Staten Island"})},
    defaults={"kind": "hate_crime", "status": "verified", "source": "police", "place_precision": "district",
              "occurred_precision": "month"},
    keep=("Bias Motive Description", "Offense Description", "PD Code Description", "County"), merge=True,
)  # fmt: skip

_ASIAN, _OTHER = _ETHNIC + "anti_asian", _ETHNIC + "other_ethnicity"
_TORONTO_NOTHING = frozenset({"None", "NO", "NA", ""})
_TORONTO_PLACE = {
    "Streets/Roadways/Highway": "street", "Public Transportation": "public_transport",
    "Educational Institution (Universities, Colleges, Schools, etc.)": "education",
    "Apartment Building (Condo, Retirement Buidling, etc.)": "home",
    "House (Townhouse, Retirement Home, Garage, Vehicle, Cottage)": "home",
    "Open Area, Park or Parking Lot": "park", "Other Commercial / Corporate Places": "business",
    "Business/Retail": "business", "Religious Place of Worship/Cultural Centre": "place_of_worship",
    "Government Building (Courthouse, Museums, Parliament Building, etc.)": "public_building",
    "Government Building": "public_building", "NA": "unknown", "*": "other",
    "Medical Facility (Hospitals, Long-term Care, etc.)": "health_facility",
}  # fmt: skip
_TORONTO_CRIME = {
    "Mischief Under $5000": "damage_property", "Mischief Over $5000": "damage_property",
    "Mischief Interfere With Property": "damage_property", "Mischief To Data": "damage_property",
    "Mischief To Religious Property, Educational Institutions, Etc.": "damage_property",
    "Assault": "physical_assault", "Assault With a Weapon": "physical_assault",
    "Assault Causing Bodily Harm": "physical_assault", "Aggravated Assault": "physical_assault",
    "Assault Peace Officer": "physical_assault", "Uttering Threats - Bodily Harm": "threats",
    "Uttering Threats - Property": "threats", "Criminal Harassment": "threats",
    "Harassing Communications": "threats", "Indecent Communications": "threats",
    "Disturbing Religious Worship Or Certain Meetings": "disturbance_peace",
    "Causing a Disturbance": "disturbance_peace", "Wilful Promotion of Hatred": "incitement",
    "Public Incitement of Hatred": "incitement", "Advocating Genocide": "incitement",
    "Theft": "theft_robbery", "Robbery": "theft_robbery", "Arson": "arson", "Murder": "homicide",
    "Sexual Assault": "sexual_assault", "*": "other",
}  # fmt: skip
_TORONTO_SEVERITY = {
    "Murder": "5", "Arson": "4", "Assault With a Weapon": "4", "Aggravated Assault": "4",
    "Assault Causing Bodily Harm": "4", "Sexual Assault": "4", "Firearms Related Offence": "4",
    "Assault": "3", "Assault Peace Officer": "3", "Robbery": "3", "Uttering Threats - Bodily Harm": "3",
    "Criminal Harassment": "3", "*": "2",
}  # fmt: skip
TORONTO = Mapping(
    "toronto-hate-crimes", _l("Toronto Police hate crimes (Open Data)"), "toronto-police",
    frozenset({"EVENT_UNIQUE_ID", "RACE_BIAS", "RELIGION_BIAS", "PRIMARY_OFFENCE"}), "EVENT_UNIQUE_ID",
    (
        Bias("RACE_BIAS", {"Black": _ETHNIC + "anti_black", "East/Southeast Asian": _ASIAN,
                           "South Asian": _ASIAN, "White": _ETHNIC + "anti_white",
                           "Indigenous": _ETHNIC + "anti_indigenous", "Middle Eastern": _ETHNIC + "anti_arab",
                           "Latino": _ETHNIC + "anti_hispanic", "Other race not mentioned": _OTHER},
             _TORONTO_NOTHING, ", "),
        Bias("ETHNICITY_BIAS", {"Arab": _ETHNIC + "anti_arab", "Latino": _ETHNIC + "anti_hispanic",
                                "Mexican": _ETHNIC + "anti_hispanic", "Chinese": _ASIAN, "Indian": _ASIAN,
                                "Korean": _ASIAN, "Filipino": _ASIAN, "Japanese": _ASIAN,
                                "Pakistani": _ASIAN, "Sri Lankan": _ASIAN, "African": _ETHNIC + "anti_black",
                                "Somali": _ETHNIC + "anti_black", "Palestinian": _ETHNIC + "anti_arab"},
             _TORONTO_NOTHING, ", ", otherwise=_OTHER),
        Bias("LANGUAGE_BIAS", {}, _TORONTO_NOTHING, otherwise=_ETHNIC + "language"),
        Bias("RELIGION_BIAS", {"Jewish": "antisemitism", "Muslim": "anti_muslim",
                               "Sikh": "other_religion.sikh", "Hindu": "other_religion.hindu",
                               "Buddhist": "other_religion.buddhist", "Catholic": "anti_christian.catholic",
                               "Christian Orthodox": "anti_christian.orthodox",
                               "Anglican": "anti_christian.protestant",
                               "Other Christian Religion": "anti_christian.other_denomination"},
             _TORONTO_NOTHING, ", "),
        Bias("SEXUAL_ORIENTATION_BIAS", {}, _TORONTO_NOTHING, otherwise="sexual_orientation"),
        Bias("GENDER_BIAS", {"Woman": "sex_gender"}, _TORONTO_NOTHING, otherwise="gender_identity"),
        Bias("AGE_BIAS", {"YES": "age"}, _TORONTO_NOTHING),
        Bias("MENTAL_OR_PHYSICAL_DISABILITY", {"YES": "disability"}, _TORONTO_NOTHING),
    ),
    copy={"occurred_on": "OCCURRENCE_DATE", "occurred_time": "OCCURRENCE_TIME",
          "reported_on": "REPORTED_DATE", "district": "NEIGHBOURHOOD_158"},
    labels={"crime_type": ("PRIMARY_OFFENCE", _TORONTO_CRIME),
            "severity": ("PRIMARY_OFFENCE", _TORONTO_SEVERITY),
            "place_type": ("LOCATION_TYPE", _TORONTO_PLACE)},
    defaults={"kind": "hate_crime", "status": "verified", "source": "police",
              "place_precision": "neighbourhood"},
    keep=("PRIMARY_OFFENCE", "RACE_BIAS", "ETHNICITY_BIAS", "LANGUAGE_BIAS", "RELIGION_BIAS",
          "SEXUAL_ORIENTATION_BIAS", "GENDER_BIAS", "LOCATION_TYPE"),
)  # fmt: skip
GENERIC = Mapping(
    "generic", _l("Concord's own columns"), "file",
    frozenset({"external_reference", "kind", "bias_motivations", "severity", "occurred_on"}),
    "external_reference", (Bias("bias_motivations", {}, separator=";"),),
    copy={name: name for name in (
        "kind", "crime_type", "severity", "status", "source", "occurred_on", "occurred_time",
        "occurred_precision", "reported_on", "place_type", "district", "place_name", "place_precision",
        "affected_groups", "summary", "tlp")},
    defaults={"status": "reported", "source": "import"},
)  # fmt: skip
MAPPINGS = {mapping.name: mapping for mapping in (NYPD, TORONTO, GENERIC)}


def find_mapping(header: list[str]) -> Mapping | None:
    """The built-in mapping whose columns a file has."""
    return next((m for m in MAPPINGS.values() if m.header <= set(header)), None)

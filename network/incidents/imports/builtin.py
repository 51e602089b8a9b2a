"""The mappings of known files that every city can use as they are, or copy and adapt."""

from collections.abc import Iterable

from network.incidents.imports.mappings import Bias, Mapping, Only, Rule
from network.kernel.locale import lazy_text as _l

_ETHNIC = "racism_xenophobia."


def _fields(
    copy: dict[str, str], labels: dict[str, tuple[str, dict[str, str]]], fixed: dict[str, str]
) -> dict[str, Rule]:
    """Rules in short: columns taken as they are, columns with labels ("*" for any other), fixed values."""
    rules = {name: Rule(fixed=value) for name, value in fixed.items()}
    rules |= {name: Rule(column, fixed=fixed.get(name, "")) for name, column in copy.items()}
    for name, (column, meaning) in labels.items():
        known = {label: code for label, code in meaning.items() if label != "*"}
        rules[name] = Rule(column, known, meaning.get("*"), fixed.get(name, ""))
    return rules


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
    ("Full Complaint ID",), (Bias("Bias Motive Description", _NYPD_BIAS),),
    fields=_fields(
        {"year": "Complaint Year Number", "month": "Month Number", "reported_on": "Record Create Date"},
        {"crime_type": ("Offense Description", _NYPD_CRIME),
         "severity": ("Offense Description", _NYPD_SEVERITY),
         "district": ("County", {"NEW YORK": "Manhattan", "KINGS": "Brooklyn", "QUEENS": "Queens",
                                 "BRONX": "Bronx", "RICHMOND": "Staten Island"})},
        {"kind": "hate_crime", "status": "verified", "source": "police", "place_precision": "district",
         "occurred_precision": "month"}),
    keep=("Bias Motive Description", "Offense Description", "PD Code Description", "County"), merge=True,
    fixed_bias="unknown",
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
    frozenset({"EVENT_UNIQUE_ID", "RACE_BIAS", "RELIGION_BIAS", "PRIMARY_OFFENCE"}), ("EVENT_UNIQUE_ID",),
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
    fields=_fields(
        {"occurred_on": "OCCURRENCE_DATE", "occurred_time": "OCCURRENCE_TIME", "reported_on": "REPORTED_DATE",
         "district": "NEIGHBOURHOOD_158"},
        {"crime_type": ("PRIMARY_OFFENCE", _TORONTO_CRIME), "severity": ("PRIMARY_OFFENCE", _TORONTO_SEVERITY),
         "place_type": ("LOCATION_TYPE", _TORONTO_PLACE)},
        {"kind": "hate_crime", "status": "verified", "source": "police", "place_precision": "neighbourhood"}),
    fixed_bias="unknown",
    keep=("PRIMARY_OFFENCE", "RACE_BIAS", "ETHNICITY_BIAS", "LANGUAGE_BIAS", "RELIGION_BIAS",
          "SEXUAL_ORIENTATION_BIAS", "GENDER_BIAS", "LOCATION_TYPE"),
)  # fmt: skip
# The chronicle has no ids: see ``checking.hashed``. Every row is directed against refugees, which stands in no
# column. The German summaries repeat slurs and may name people, so they are not taken over.
_ARVIG_KIND = {
    "demonstration": "tension_protest", "demonstration & miscellaneous attack": "tension_protest",
    "suspicion": "hate_incident", "miscellaneous attack": "hate_crime", "assault": "hate_crime", "arson": "hate_crime",
    "miscellaneous attack & assault": "hate_crime", "arson & miscellaneous attack": "hate_crime", "other": "other",
}  # fmt: skip
_ARVIG_CRIME = {
    "demonstration": "disturbance_peace", "demonstration & miscellaneous attack": "disturbance_peace",
    "assault": "physical_assault", "miscellaneous attack & assault": "physical_assault", "arson": "arson",
    "arson & miscellaneous attack": "arson", "miscellaneous attack": "other", "suspicion": "other", "other": "other",
}  # fmt: skip
_ARVIG_SEVERITY = {
    "demonstration": "1", "suspicion": "1", "other": "2", "miscellaneous attack": "2",
    "demonstration & miscellaneous attack": "2", "assault": "3", "miscellaneous attack & assault": "3", "arson": "4",
    "arson & miscellaneous attack": "4",
}  # fmt: skip
ARVIG = Mapping(
    "arvig", _l("ARVIG, violence against refugees in Germany"), "arvig",
    frozenset({"date", "location", "community_id", "category_en", "description"}),
    ("date", "location", "community_id", "description"), is_hashed=True,
    fields=_fields(
        {"occurred_on": "date", "district": "location"},
        {"kind": ("category_en", _ARVIG_KIND), "crime_type": ("category_en", _ARVIG_CRIME),
         "severity": ("category_en", _ARVIG_SEVERITY)},
        {"status": "unverified", "source": "ngo", "place_precision": "district", "affected_groups": "Refugees"}),
    keep=("category_de", "category_en", "location", "state"), fixed_bias="racism_xenophobia",
    only=Only("location", ("{city}", "{city}-*", "{city} -*")),
)  # fmt: skip
GENERIC = Mapping(
    "generic", _l("Concord's own columns"), "file",
    frozenset({"external_reference", "kind", "bias_motivations", "severity", "occurred_on"}),
    ("external_reference",), (Bias("bias_motivations", {}, separator=";"),),
    fields=_fields(
        {name: name for name in (
            "kind", "crime_type", "severity", "status", "source", "occurred_on", "occurred_time",
            "occurred_precision", "reported_on", "place_type", "district", "place_name", "place_precision",
            "affected_groups", "summary", "tlp")},
        {}, {"status": "reported", "source": "import"}),
)  # fmt: skip
BUILT_IN = {mapping.name: mapping for mapping in (NYPD, TORONTO, ARVIG, GENERIC)}


def find_built_in(header: Iterable[str]) -> Mapping | None:
    """The built-in mapping whose columns a file has."""
    there = set(header)
    return next((m for m in BUILT_IN.values() if m.header <= there), None)

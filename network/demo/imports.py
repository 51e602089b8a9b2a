"""A mapping of its own for a city of the demonstration, for the monthly sheet of a partner."""

from network.incidents.imports import saved
from network.incidents.imports.mappings import Bias, Mapping, Rule
from network.kernel.tenancy import Actor, acting_as

COLUMNS = ["Case", "Date", "What happened", "Against whom", "Neighbourhood", "Short account"]
SHEET = Mapping(
    "", "", "community reporting", frozenset(), ("Case",),
    (Bias("Against whom", {
        "Jewish people": "antisemitism", "Muslim people": "anti_muslim", "Black people": "racism_xenophobia.anti_black",
        "LGBTQ+ people": "sexual_orientation", "Women": "sex_gender", "Disabled people": "disability",
    }, frozenset({"nobody in particular"}), separator=";"),),
    fields={
        "occurred_on": Rule("Date"), "district": Rule("Neighbourhood"), "summary": Rule("Short account"),
        "kind": Rule("What happened", {"insult": "hate_speech_offline", "online": "hate_speech_online", "threat": "threat",
                                       "graffiti": "extremist_propaganda", "violence": "hate_crime"}),
        "severity": Rule("What happened", {"insult": "1", "online": "1", "threat": "3", "graffiti": "2", "violence": "3"}),
        "status": Rule(fixed="unverified"), "source": Rule(fixed="ngo"), "place_precision": Rule(fixed="neighbourhood"),
    },
    keep=("What happened", "Against whom"), fixed_bias="unknown",
)  # fmt: skip


def load_mapping(*, analyst: Actor) -> None:
    """The mapping of a partner's sheet in the analyst's city."""
    with acting_as(analyst):
        made = saved.create_mapping("Monthly sheet of the reporting line", file_columns=COLUMNS, actor=analyst)
        saved.change_mapping(made.mapping_id, SHEET, version=1, actor=analyst)

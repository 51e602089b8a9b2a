"""How the columns and labels of a file become incidents. Each mapping is plain data."""

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

from network.incidents import codes

CODES: dict[str, dict[str, codes.Code]] = {
    "kind": codes.KIND, "crime_type": codes.CRIME, "severity": codes.SEVERITY, "status": codes.STATUS,
    "source": codes.SOURCE, "occurred_precision": codes.PRECISION, "place_type": codes.PLACE,
    "place_precision": codes.PLACE_PRECISION, "tlp": codes.TLP,
}  # fmt: skip
"""The fields whose values are codes of a list."""

FIELDS = (
    "occurred_on", "occurred_time", "year", "month", "occurred_precision", "reported_on", "kind", "crime_type",
    "severity", "status", "source", "place_type", "district", "place_name", "place_precision", "affected_groups",
    "summary", "tlp",
)  # fmt: skip
"""The fields that a file can fill, in the order in which people are asked; a year and a month stand
for the day where a file has no more."""

DATE_ORDERS = ("", "dmy", "mdy")
"""Which comes first in 04/05/2024: the day, the month; empty finds it out from the file."""


@dataclass(frozen=True)
class Bias:
    """A column of bias labels: what each means; ``nothing`` are labels for "no bias".

    ``separator`` parts several labels of one cell. ``otherwise`` is the code of any other label;
    None reports it.
    """

    column: str
    labels: Dict[str, str] = field(default_factory=dict)
    nothing: frozenset[str] = frozenset()
    separator: str = ""
    otherwise: str | None = None


@dataclass(frozen=True)
class Rule:
    """Where a field comes from: a column, what its labels mean, and a value where it is blank.

    Without labels the cell is taken as it is. A label that is not known is reported, unless
    ``otherwise`` gives it a meaning.
    """

    column: str = ""
    labels: Dict[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    fixed: str = ""


@dataclass(frozen=True)
class Only:
    """Which rows are meant: those whose cell is one of the values, whatever its case.

    A value that ends in "*" means what begins with it; "{city}" is the name of the acting city.
    """

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Mapping:
    """From a file's rows to the input of IncidentSchema.

    ``header`` are the columns by which a file is recognised. ``reference`` is the column of the
    external reference; where a file has none, ``is_hashed`` makes one of several columns (see
    ``checking.hashed``). ``source`` is the name under which the references are unique. ``keep``
    are columns whose original label stays with the incident. ``merge``: rows of one reference are
    one incident. ``fixed_bias`` is the bias of rows in which no column says one; None reports them.
    """

    name: str
    title: Any
    source: str
    header: frozenset[str]
    reference: tuple[str, ...]
    biases: tuple[Bias, ...] = ()
    fields: Dict[str, Rule] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    merge: bool = False
    is_hashed: bool = False
    fixed_bias: str | None = None
    only: Only | None = None

    @property
    def needed(self) -> list[str]:
        """The columns without which a file can't be read with this mapping."""
        day = [self.fields[name].column for name in ("occurred_on", "year") if name in self.fields]
        labelled = [rule.column for rule in self.fields.values() if rule.labels]
        found = [*self.reference, *(b.column for b in self.biases), *labelled, *day, *sorted(self.header)]
        found += [self.only.column] if self.only else []
        return list(dict.fromkeys(name for name in found if name))

    @property
    def columns(self) -> list[str]:
        """Every column that the mapping names."""
        named = [rule.column for rule in self.fields.values() if rule.column]
        return list(dict.fromkeys([*self.needed, *named, *self.keep]))

    def missing(self, header: Iterable[str]) -> list[str]:
        """The needed columns that a header lacks."""
        there = set(header)
        return [name for name in self.needed if name not in there]


def to_json(mapping: Mapping) -> dict[str, Any]:
    """The mapping as it is stored; the name and title belong to whoever stores it."""
    return {
        "source": mapping.source, "header": sorted(mapping.header), "reference": list(mapping.reference),
        "is_hashed": mapping.is_hashed, "merge": mapping.merge, "fixed_bias": mapping.fixed_bias,
        "keep": list(mapping.keep),
        "only": {"column": mapping.only.column, "values": list(mapping.only.values)} if mapping.only else None,
        "biases": [
            {"column": b.column, "labels": dict(b.labels), "nothing": sorted(b.nothing), "separator": b.separator,
             "otherwise": b.otherwise} for b in mapping.biases
        ],
        "fields": {
            name: {"column": r.column, "labels": dict(r.labels), "otherwise": r.otherwise, "fixed": r.fixed}
            for name, r in mapping.fields.items()
        },
    }  # fmt: skip


def from_json(data: dict[str, Any], *, name: str, title: Any) -> Mapping:
    """The mapping that ``to_json`` stored."""
    only = data.get("only")
    return Mapping(
        name, title, data["source"], frozenset(data["header"]), tuple(data["reference"]),
        tuple(
            Bias(b["column"], b["labels"], frozenset(b["nothing"]), b["separator"], b["otherwise"])
            for b in data["biases"]
        ),
        {key: Rule(**value) for key, value in data["fields"].items()}, tuple(data["keep"]), data["merge"],
        data["is_hashed"], data["fixed_bias"], Only(only["column"], tuple(only["values"])) if only else None,
    )  # fmt: skip

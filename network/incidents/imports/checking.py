"""From a row of a file to an incident's columns, or to the problems that it has."""

import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from network.incidents.imports.mappings import Mapping
from network.incidents.schemas import IncidentSchema, place_times
from network.kernel.errors import ValidationFailed
from network.kernel.locale import text as _

_AMERICAN = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_GERMAN = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell."""

    line: int
    column: str
    value: str
    reason: str


@dataclass
class Checker:
    """Checks rows one by one with the rules of the form; keeps what it has seen of a file."""

    mapping: Mapping
    zone: ZoneInfo
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    schema: IncidentSchema = field(default_factory=IncidentSchema)

    def check(self, line: int, row: dict[str, str]) -> tuple[str, dict[str, Any]] | None:
        """Reference and columns of one row; None when it has problems, which are noted."""
        before, mapping = len(self.problems), self.mapping
        reference = row.get(mapping.reference, "")
        if not reference:
            self._note(line, mapping.reference, "", _("The reference is missing."))
        elif reference in self.lines and not mapping.merge:
            self._note(line, mapping.reference, reference,
                       _("Line %(line)s has the same reference.", line=self.lines[reference]))  # fmt: skip
        self.lines.setdefault(reference, line)
        data: dict[str, Any] = dict(mapping.defaults)
        for name, column in mapping.copy.items():
            if row.get(column):
                data[name] = _tidy(name, row[column])
        for name, (column, labels) in mapping.labels.items():
            label = row.get(column, "")
            meaning = labels.get(label, labels.get("*"))
            if meaning is None:
                self._note(line, column, label, _("This label is not known."))
            else:
                data[name] = meaning
        data["bias_motivations"] = self._biases(line, row)
        if "_year" in data:
            data["occurred_on"] = f"{data.pop('_year')}-{int(data.pop('_month', '1') or 1):02d}-01"
        if len(self.problems) > before:
            return None
        try:
            columns = place_times(self.schema.checked(data), self.zone)
        except ValidationFailed as error:
            for name, messages in error.errors.items():
                column = mapping.copy.get(name, name)
                for message in messages:
                    self._note(line, column, row.get(column, ""), message)
            return None
        columns.pop("external_reference", None)
        columns["original_labels"] = {name: row[name] for name in mapping.keep if row.get(name)}
        return reference, columns

    def _biases(self, line: int, row: dict[str, str]) -> list[str]:
        found: list[str] = []
        for bias in self.mapping.biases:
            cell = row.get(bias.column, "")
            # A label that is known as a whole may itself hold the separator.
            parts = [cell] if not bias.separator or cell in bias.labels else cell.split(bias.separator)
            for part in (p.strip() for p in parts):
                if part in bias.nothing or not part:
                    continue
                code = bias.labels.get(part, bias.otherwise)
                if code is None and not bias.labels:
                    code = part  # the file writes codes; the schema knows which exist
                if code is None:
                    self._note(line, bias.column, part, _("This label is not known."))
                elif code not in found:
                    found.append(code)
        return found or (["unknown"] if self.mapping.name != "generic" else [])

    def _note(self, line: int, column: str, value: str, reason: str) -> None:
        self.problems.append(Problem(line, column, value[:200], reason))


def _tidy(name: str, value: str) -> str:
    """Dates and times as the schema reads them: ISO, from MM/DD/YYYY or DD.MM.YYYY; 754 is 07:54."""
    if name.endswith("_on"):
        if found := _AMERICAN.match(value):
            return f"{found[3]}-{int(found[1]):02d}-{int(found[2]):02d}"
        if found := _GERMAN.match(value):
            return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
    if name == "occurred_time" and value.isdecimal():
        return f"{int(value) // 100:02d}:{int(value) % 100:02d}"
    return value


def merge(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """One incident of two rows with the same reference: all biases, the highest severity, the
    earliest day; everything else from the first row."""
    merged = dict(one)
    if other["severity"] > one["severity"]:
        merged["severity"], merged["crime_type"] = other["severity"], other["crime_type"]
    merged["bias_motivations"] = list(dict.fromkeys([*one["bias_motivations"], *other["bias_motivations"]]))
    if other["occurred_at"] < one["occurred_at"]:
        for name in ("occurred_at", "occurred_on", "occurred_precision"):
            merged[name] = other[name]
    return merged

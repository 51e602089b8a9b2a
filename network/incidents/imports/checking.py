"""From a row of a file to an incident's columns, or to the problems that it has."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from network.incidents import codes
from network.incidents.imports import days
from network.incidents.imports.mappings import CODES, Bias, Mapping, Rule
from network.incidents.imports.workbook import ERRORS, NO_RESULT
from network.incidents.schemas import IncidentSchema, place_times
from network.kernel.errors import ValidationFailed
from network.kernel.locale import text as _

MOST_PROBLEMS = 1000
MOST_LABELS = 300


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell."""

    line: int
    column: str
    value: str
    reason: str


def hashed(cells: Iterable[str]) -> str:
    """The reference of a row that has none: the first 32 hex digits of SHA-256 over the cells that
    identify it, joined by the unit separator. Rows that agree in all of them get "-2", "-3", … in
    the order of the file."""
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:32]


@dataclass
class Checker:
    """Checks rows one by one with the rules of the form; its memory does not grow with the file.

    ``problem_count`` counts all problems, ``problems`` keeps the first of them. ``unknown`` counts
    labels without a meaning by column and label, ``guessed`` those that took the meaning of any
    other label.
    """

    mapping: Mapping
    zone: ZoneInfo
    order: str = ""
    only: tuple[str, tuple[str, ...]] | None = None
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    skipped: int = 0
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    guessed: Counter[tuple[str, str]] = field(default_factory=Counter)
    schema: IncidentSchema = field(default_factory=IncidentSchema)

    def __post_init__(self) -> None:
        self._field_of = {name: rule.column or name for name, rule in self.mapping.fields.items()}
        self._field_of["bias_motivations"] = ", ".join(b.column for b in self.mapping.biases) or "bias_motivations"
        if "occurred_on" not in self.mapping.fields and "year" in self.mapping.fields:
            self._field_of["occurred_on"] = self._field_of["year"]
        if self.only:
            values = self.only[1]
            self._exact = {value.casefold() for value in values if not value.endswith("*")}
            self._prefixes = tuple(value[:-1].casefold() for value in values if value.endswith("*"))

    def check(self, line: int, row: dict[str, str]) -> tuple[str, dict[str, Any]] | None:
        """Reference and columns of one row; None when it has problems, which are noted, or when it
        is not meant."""
        if self.only and not self._is_meant(row.get(self.only[0], "")):
            self.skipped += 1
            return None
        before, mapping = self.problem_count, self.mapping
        reference = self._reference(line, row)
        data: dict[str, Any] = {}
        for name, rule in mapping.fields.items():
            value = self._value(line, name, rule, row.get(rule.column, "") if rule.column else "")
            if value:
                data[name] = value
        self._tidy_times(line, row, data)
        data["bias_motivations"] = self._biases(line, row)
        if self.problem_count > before:
            return None
        try:
            columns = place_times(self.schema.checked(data), self.zone)
        except ValidationFailed as error:
            for name, messages in error.errors.items():
                column = self._field_of.get(name, name)
                for message in messages:
                    self.note(line, column, row.get(column, ""), message)
            return None
        columns.pop("external_reference", None)
        columns["original_labels"] = {name: row[name] for name in mapping.keep if row.get(name)}
        return reference, columns

    def _is_meant(self, value: str) -> bool:
        value = value.casefold()
        return value in self._exact or (bool(self._prefixes) and value.startswith(self._prefixes))

    def _reference(self, line: int, row: dict[str, str]) -> str:
        mapping = self.mapping
        if mapping.is_hashed:
            return hashed(row.get(column, "") for column in mapping.reference)
        parts = [row.get(column, "") for column in mapping.reference]
        for column, part in zip(mapping.reference, parts, strict=True):
            if not part:
                self.note(line, column, "", _("The reference is missing."))
            elif part in ERRORS:
                self._note_error(line, column, part)
        reference = " / ".join(parts)
        if len(reference) > 200:
            self.note(line, mapping.reference[0], reference, _("The reference is longer than 200 characters."))
        return reference

    def _value(self, line: int, name: str, rule: Rule, cell: str) -> str:
        """The cell as the schema reads it, a label's meaning, or the value for blank cells."""
        if cell in ERRORS and cell not in rule.labels:
            self._note_error(line, rule.column, cell)
            return ""
        if cell in rule.labels:
            return rule.labels[cell]
        if not cell:
            if rule.fixed or not rule.labels:
                return rule.fixed
            if rule.otherwise is None and name in ("kind", "severity", "status", "source"):
                self.note(line, rule.column, "", _("This cell is empty."))
            return rule.otherwise or ""
        if rule.otherwise is not None:
            self._count(self.guessed, rule.column, cell)
            return rule.otherwise
        if rule.labels and name in CODES:
            if cell in CODES[name]:
                return cell
            self._count(self.unknown, rule.column, cell)
            self.note(line, rule.column, cell, _("This label is not known."))
            return ""
        return cell

    def _tidy_times(self, line: int, row: dict[str, str], data: dict[str, Any]) -> None:
        for name in ("occurred_on", "reported_on"):
            if name not in data:
                continue
            try:
                data[name], clock = days.tidy_day(data[name], order=self.order, zone=self.zone)
            except days.Unclear:
                column = self._field_of[name]
                self.note(line, column, row.get(column, ""), _("It is not clear which of the numbers is the day."))
                continue
            if name == "occurred_on" and clock:
                data.setdefault("occurred_time", clock)
        if "occurred_time" in data:
            data["occurred_time"] = days.tidy_time(data["occurred_time"])
        year, month = data.pop("year", ""), data.pop("month", "")
        if year and "occurred_on" not in data:
            for name, value, most in (("year", year, 9999), ("month", month, 12)):
                if value and not (value.isdecimal() and len(value) < 10 and 1 <= int(value) <= most):
                    self.note(line, self._field_of[name], value, _("Write a whole number."))
                    return
            data["occurred_on"] = f"{int(year):04d}-{int(month or 1):02d}-01"
            data.setdefault("occurred_precision", "month" if month else "year")

    def _biases(self, line: int, row: dict[str, str]) -> list[str]:
        found: dict[str, None] = {}
        for bias in self.mapping.biases:
            cell = row.get(bias.column, "")
            # A label that is known as a whole may itself hold the separator.
            parts = [cell] if not bias.separator or cell in bias.labels else cell.split(bias.separator)
            for part in (p.strip() for p in parts):
                if not part or part in bias.nothing:
                    continue
                if code := self._bias(line, bias, part):
                    found[code] = None
        if not found and self.mapping.fixed_bias:
            return [self.mapping.fixed_bias]
        return list(found)

    def _bias(self, line: int, bias: Bias, label: str) -> str:
        if label in bias.labels:
            return bias.labels[label]
        if bias.otherwise is not None:
            if bias.labels:
                self._count(self.guessed, bias.column, label)
            return bias.otherwise
        if label in codes.BIAS:
            return label
        if label in ERRORS:
            self._note_error(line, bias.column, label)
            return ""
        self._count(self.unknown, bias.column, label)
        reason = _("This label is not known.") if bias.labels else _("This is not a value of the list.")
        self.note(line, bias.column, label, reason)
        return ""

    def _count(self, counter: "Counter[tuple[str, str]]", column: str, label: str) -> None:
        key = (column, label[:200])
        if key in counter or len(counter) < MOST_LABELS:
            counter[key] += 1

    def _note_error(self, line: int, column: str, value: str) -> None:
        reason = _("This cell holds an error of the spreadsheet.")
        if value == NO_RESULT:
            reason = _("This formula has no result in the file: open it in a spreadsheet program and save it again.")
        self.note(line, column, "" if value == NO_RESULT else value, reason)

    def note(self, line: int, column: str, value: str, reason: str) -> None:
        """Count a problem, and keep it while there is room."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(line, column[:200], value[:200], reason))

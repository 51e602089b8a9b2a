"""Forms drawn from marshmallow schemas: one set of rules, messages beside the fields."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import fields
from werkzeug.datastructures import MultiDict

from network.kernel.errors import ValidationFailed
from network.kernel.schema import BaseSchema

_WIDGETS: list[tuple[type[fields.Field[Any]], str]] = [
    (fields.Email, "email"),
    (fields.Date, "date"),
    (fields.Time, "time"),
    (fields.Integer, "number"),
    (fields.Float, "number"),
    (fields.Boolean, "checkbox"),
    (fields.List, "checkboxes"),
]


# What ends a line, also for str.splitlines: in mail headers and calendars it would begin the next one.
_BREAKS = re.compile("[\\t\\n\\x0b\\x0c\\r\\x1c-\\x1e\\x85\\u2028\\u2029]+")


def _cleaned(text: str, widget: str) -> str:
    """What was typed, without space around it; a field of one line has one line whoever sends it."""
    if widget == "password":
        return text
    return text.strip() if widget == "textarea" else _BREAKS.sub(" ", text).strip()


def read_version(text: str) -> int:
    """The version that a form says it was made from; 0, which no record has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@dataclass
class FormField:
    """One field as the page shows it: what was typed, what is wrong with it, how to ask for it."""

    name: str
    label: Any
    help: Any
    widget: str
    required: bool
    value: Any
    errors: list[str]
    choices: list[tuple[str, Any]] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)


class Form:
    """A schema with what was typed. ``load`` gives typed values or keeps every message."""

    def __init__(
        self, schema: BaseSchema, typed: MultiDict[str, str] | None = None,
        initial: Mapping[str, Any] | None = None,
        choices: Mapping[str, list[tuple[str, Any]]] | None = None,
    ) -> None:  # fmt: skip
        self.schema = schema
        self.typed = typed
        self.initial = initial or {}
        self.choices = choices or {}
        self.errors: dict[str, list[str]] = {}

    def load(self) -> dict[str, Any]:
        """Typed values; ValidationFailed after noting the messages."""
        typed = self.typed if self.typed is not None else MultiDict()
        data: dict[str, Any] = {}
        for name, item in self.schema.load_fields.items():
            if isinstance(item, fields.List):
                data[name] = [value for value in typed.getlist(name) if value]
            elif isinstance(item, fields.Boolean):
                data[name] = bool(typed.get(name))
            elif typed.get(name, "").strip():
                data[name] = _cleaned(typed[name], item.metadata.get("widget", ""))
        try:
            return self.schema.checked(data)
        except ValidationFailed as error:
            self.errors = error.errors
            raise

    @property
    def fields(self) -> list[FormField]:
        """Every field in the schema's order."""
        return [self[name] for name in self.schema.load_fields]

    def __getitem__(self, name: str) -> FormField:
        item = self.schema.load_fields[name]
        meta = item.metadata
        widget = meta.get("widget") or next((w for t, w in _WIDGETS if isinstance(item, t)), "text")
        choices = self.choices.get(name, meta.get("choices", []))
        if isinstance(choices, Callable):  # type: ignore[arg-type]
            choices = choices()
        if choices and "widget" not in meta:
            widget = "checkboxes" if isinstance(item, fields.List) else "select"
        many = isinstance(item, fields.List)
        if self.typed is not None:
            value: Any = self.typed.getlist(name) if many else self.typed.get(name, "")
        else:
            value = self.initial.get(name, [] if many else "")
        if widget == "password":
            value = ""
        return FormField(
            name, meta.get("label", name), meta.get("help", ""), widget, item.required,
            value if value is not None else "", self.errors.get(name, []), list(choices),
            meta.get("attributes", {}),
        )  # fmt: skip

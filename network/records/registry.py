"""The kinds of records there are: how each is called, who may open it, where its page is.

A slice says so in one ``RecordType`` for each of its tables that carry the trigger
``track_record``; the application registers them. What the slices above have in common (search,
links, history, notices) knows them by this register alone.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from network.kernel.errors import NotFound
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.kernel.tenancy import Actor


@dataclass(frozen=True)
class RecordType:
    """One kind of record.

    ``endpoint`` is the page that shows the record, ``id_name`` its argument for the id.
    ``schema`` names the fields in the history, ``words`` the values of code fields.
    ``find_titles`` is for records that have no entry: titles by id, only of those readable.
    """

    name: str
    label: Any
    endpoint: str
    id_name: str
    permission: str
    schema: type[BaseSchema] | None = None
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    find_titles: Callable[[list[uuid.UUID], Actor], dict[uuid.UUID, str]] | None = None

    def field_label(self, name: str) -> str:
        """What people call a field; its name where the schema does not know it."""
        if self.schema is not None and name in self.schema._declared_fields:
            return str(self.schema._declared_fields[name].metadata.get("label", name))
        return name.replace("_", " ").capitalize()

    def value_text(self, name: str, value: Any) -> str:
        """A value of a field in words."""
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, list):
            return ", ".join(self.value_text(name, item) for item in value)
        if isinstance(value, dict):
            return "; ".join(f"{key}: {item}" for key, item in value.items())
        word = self.words.get(name, {}).get(str(value))
        return str(getattr(word, "label", word) if word is not None else value)


_TYPES: dict[str, RecordType] = {}


def register(*types: RecordType) -> None:
    """Make kinds of records known, once at start."""
    _TYPES.update({item.name: item for item in types})


def get_record_type(name: str) -> RecordType:
    """A kind by its name; NotFound for one that does not exist."""
    if name not in _TYPES:
        raise NotFound("record type")
    return _TYPES[name]


def list_record_types(actor: Actor) -> list[RecordType]:
    """The kinds that the caller may open, in the order of their registration."""
    return [item for item in _TYPES.values() if actor.may(item.permission)]


_NOTICES: dict[str, Any] = {"mentioned": _l("mentioned you in a comment")}


def register_notice(kind: str, text: Any) -> None:
    """Say what a kind of notice tells, as the end of a sentence that begins with a name."""
    _NOTICES[kind] = text


def notice_texts() -> dict[str, Any]:
    """The words of every kind of notice."""
    return dict(_NOTICES)

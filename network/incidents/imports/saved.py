"""A city's own mappings: made from nothing or from another one, changed, archived, used."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from network.incidents import codes
from network.incidents.imports.builtin import BUILT_IN, find_built_in
from network.incidents.imports.mappings import CODES, FIELDS, Bias, Mapping, Rule, from_json, to_json
from network.incidents.imports.models import IncidentMapping
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.records.models import RecordEvent
from network.records.registry import RecordType

EMPTY = Mapping("", "", "", frozenset(), (), fields={"status": Rule(fixed="reported"), "source": Rule(fixed="import")})
MOST_LABELS = 2000
LONGEST = 200


def mapping_of_saved(saved: IncidentMapping) -> Mapping:
    """The mapping as imports use it; it is recognised by every column that it needs."""
    mapping = from_json(saved.definition, name=str(saved.mapping_id), title=saved.name)
    return replace(mapping, header=frozenset(mapping.needed))


def gaps(mapping: Mapping) -> list[str]:
    """What is still missing before a file can be read with a mapping, in words."""
    fields = mapping.fields
    missing = []
    if not mapping.reference:
        missing.append(_("the column of the reference, or the columns that identify a row"))
    if not any(name in fields and fields[name].column for name in ("occurred_on", "year")):
        missing.append(_("the column of the day or of the year"))
    for name, label in (("kind", _("the kind of incident")), ("severity", _("the severity"))):
        if name not in fields or not (fields[name].column or fields[name].fixed):
            missing.append(label)
    if not mapping.biases and not mapping.fixed_bias:
        missing.append(_("a column of bias motivations, or one for all rows"))
    return [str(text) for text in missing]


def outline(mapping: Mapping) -> str:
    """The mapping in words that need no translation: fields, columns, labels and codes."""
    lines = [f"source: {mapping.source}", f"external_reference: {' + '.join(mapping.reference)}"
             + (" (hash)" if mapping.is_hashed else " (merge)" if mapping.merge else "")]  # fmt: skip
    for name in FIELDS:
        if rule := mapping.fields.get(name):
            lines += [f"{name}: [{rule.column}]"] if rule.column else []
            lines += _labels(name, rule)
            lines += [f'{name}: "" = {rule.fixed}'] if rule.fixed else []
    for bias in mapping.biases:
        lines.append(f"bias_motivations: [{bias.column}]" + (f" separator {bias.separator!r}" if bias.separator else ""))
        lines += _labels(f"[{bias.column}]", bias)
        lines += [f"[{bias.column}]: {label} = -" for label in sorted(bias.nothing)]
    if mapping.fixed_bias:
        lines.append(f'bias_motivations: "" = {mapping.fixed_bias}')
    if mapping.only:
        lines.append(f"only: [{mapping.only.column}] {', '.join(mapping.only.values)}")
    if mapping.keep:
        lines.append(f"original_labels: {', '.join(mapping.keep)}")
    return "\n".join(lines)


def _labels(name: str, edited: Rule | Bias) -> list[str]:
    lines = [f"{name}: {label} = {code}" for label, code in sorted(edited.labels.items())]
    return lines + ([f"{name}: * = {edited.otherwise}"] if edited.otherwise else [])


@dataclass(frozen=True)
class Change:
    """What one version of a mapping took away from the version before, and what it added."""

    occurred_at: datetime
    person_name: str
    removed: list[str]
    added: list[str]


def list_changes(events: Iterable[RecordEvent]) -> list[Change]:
    """The changes of a mapping line by line, in the order of its history."""
    changes = []
    for event in events:
        before, after = event.changes.get("outline") or ("", "")
        old, new = (before or "").splitlines(), (after or "").splitlines()
        removed, added = [line for line in old if line not in set(new)], [line for line in new if line not in set(old)]
        if removed or added:
            changes.append(Change(event.occurred_at, event.person_name, removed, added))
    return changes


def list_saved(*, actor: Actor, is_archived: bool = False, text: str = "") -> list[IncidentMapping]:
    """The city's mappings by name; there are few of them."""
    query = select(IncidentMapping).where(IncidentMapping.city_id == actor.organisation_id)
    archived = IncidentMapping.archived_at
    query = query.where(archived.is_not(None) if is_archived else archived.is_(None))
    if text:
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(or_(IncidentMapping.name.ilike(pattern), IncidentMapping.outline.ilike(pattern)))
    return list(db.session.execute(query.order_by(func.lower(IncidentMapping.name)).limit(500)).scalars())


def get_saved(mapping_id: uuid.UUID, *, actor: Actor) -> IncidentMapping:
    """One mapping of the acting city."""
    saved = db.session.get(IncidentMapping, (actor.organisation_id, mapping_id))
    if saved is None:
        raise NotFound("mapping")
    return saved


def find_mapping(key: str, *, actor: Actor) -> Mapping:
    """A mapping by its id or name, built in or the city's own; Refused for one that does not exist,
    is archived, or lacks something."""
    if key in BUILT_IN:
        return BUILT_IN[key]
    query = select(IncidentMapping).where(
        IncidentMapping.city_id == actor.organisation_id, IncidentMapping.archived_at.is_(None)
    )
    try:
        query = query.where(IncidentMapping.mapping_id == uuid.UUID(key))
    except ValueError:
        query = query.where(func.lower(IncidentMapping.name) == key.lower())
    saved = db.session.execute(query).scalar_one_or_none()
    if saved is None:
        raise Refused(_("There is no mapping %(name)s.", name=key))
    mapping = mapping_of_saved(saved)
    if missing := gaps(mapping):
        raise Refused(_("The mapping %(name)s is not complete. Missing: %(what)s.", name=saved.name, what="; ".join(missing)))
    return mapping


def recognise(header: Iterable[str], *, actor: Actor) -> Mapping | None:
    """The mapping whose columns a file has: the city's own before the built-in ones, and of several
    the one that names most columns."""
    there = set(header)
    fits = [m for m in map(mapping_of_saved, list_saved(actor=actor)) if m.header <= there and not gaps(m)]
    return max(fits, key=lambda m: len(m.header)) if fits else find_built_in(there)


def create_mapping(name: str, *, start: str = "", file_columns: Iterable[str] = (), actor: Actor) -> IncidentMapping:
    """A new mapping, empty or a copy of the one whose key ``start`` is."""
    origin = EMPTY
    if start:
        try:
            origin = BUILT_IN[start] if start in BUILT_IN else mapping_of_saved(get_saved(uuid.UUID(start), actor=actor))
        except (ValueError, NotFound):
            raise ValidationFailed({"start": [_("This is not a value of the list.")]}) from None
    name = _checked_name(name)
    definition = to_json(replace(origin, source=origin.source or name.lower()[:LONGEST]))
    saved = IncidentMapping(
        city_id=actor.organisation_id, name=name, definition=definition, version=1,
        outline=outline(from_json(definition, name="", title=name)),
        file_columns=list(dict.fromkeys([*file_columns, *origin.columns]))[:500],
        created_by=actor.person_id, updated_by=actor.person_id,
    )  # fmt: skip
    db.session.add(saved)
    return _save(saved)


def change_mapping(
    mapping_id: uuid.UUID, mapping: Mapping, *, name: str | None = None, file_columns: Iterable[str] | None = None,
    version: int, actor: Actor,
) -> IncidentMapping:  # fmt: skip
    """Change a mapping that the caller read at ``version``; Conflict if it moved on since."""
    saved = get_saved(mapping_id, actor=actor)
    if saved.version != version:
        raise Conflict(saved.version)
    _check(mapping)
    if name is not None:
        saved.name = _checked_name(name)
    if file_columns is not None:
        saved.file_columns = list(dict.fromkeys([*file_columns, *mapping.columns]))[:500]
    saved.definition, saved.outline = to_json(mapping), outline(mapping)
    saved.updated_at, saved.updated_by = datetime.now(UTC), actor.person_id
    return _save(saved)


def archive_mapping(mapping_id: uuid.UUID, *, is_archived: bool, actor: Actor) -> IncidentMapping:
    """Take a mapping out of the lists, or bring it back; imports made with it keep it as it was."""
    saved = get_saved(mapping_id, actor=actor)
    saved.archived_at = datetime.now(UTC) if is_archived else None
    saved.archived_by = actor.person_id if is_archived else None
    return _save(saved)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise ValidationFailed({"name": [_("Between %(least)s and %(most)s characters are needed.", least=1, most=100)]})
    if name in BUILT_IN:
        raise ValidationFailed({"name": [_("A built-in mapping has this name.")]})
    return name


def _check(mapping: Mapping) -> None:
    """Every code is one of its list, whatever a form sends."""
    wrong: dict[str, list[str]] = {}
    for name, rule in mapping.fields.items():
        if name in CODES:
            used = [*rule.labels.values(), rule.otherwise or "", rule.fixed]
            if any(code and code not in CODES[name] for code in used):
                wrong[name] = [_("This is not a value of the list.")]
    for bias in mapping.biases:
        used = [*bias.labels.values(), bias.otherwise or ""]
        if any(code and code not in codes.BIAS for code in used) or len(bias.separator) > 5:
            wrong["bias_motivations"] = [_("This is not a value of the list.")]
    if mapping.fixed_bias and mapping.fixed_bias not in codes.BIAS:
        wrong["fixed_bias"] = [_("This is not a value of the list.")]
    if not 1 <= len(mapping.source) <= 100:
        wrong["source"] = [_("Between %(least)s and %(most)s characters are needed.", least=1, most=100)]
    labels = sum(len(r.labels) for r in mapping.fields.values()) + sum(len(b.labels) for b in mapping.biases)
    if labels > MOST_LABELS:
        wrong["labels"] = [_("Too long: at most %(most)s are possible.", most=MOST_LABELS)]
    if wrong:
        raise ValidationFailed(wrong)


def _save(saved: IncidentMapping) -> IncidentMapping:
    read_at = saved.version
    try:
        db.session.flush()
    except StaleDataError:
        raise Conflict(read_at + 1) from None
    except IntegrityError as error:
        if "incident_mapping_name_key" not in str(error):
            raise
        raise ValidationFailed({"name": [_("There is a mapping with this name.")]}) from None
    return saved


RECORD_TYPES = (
    RecordType("incident_mapping", _l("Mapping"), "mappings.show", "mapping_id", "incident:import"),
)

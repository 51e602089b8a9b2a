"""Pages of a city's own mappings: list, make, see, change columns and labels, archive."""

import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network.identity.permissions import Permission
from network.incidents import codes
from network.incidents.imports import saved as library
from network.incidents.imports import service
from network.incidents.imports.builtin import BUILT_IN
from network.incidents.imports.mappings import CODES, FIELDS, Bias, Mapping, Only, Rule
from network.incidents.imports.models import ImportRun
from network.incidents.imports.service import Choice, Sample
from network.incidents.schemas import IncidentSchema
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.records.queries import get_panel
from network.web.access import current_actor, requires

bp = Blueprint("mappings", __name__, url_prefix="/incidents/import/mappings", template_folder="templates")
WORDS = {"year": _l("Year, where there is no day"), "month": _l("Month, where there is no day"),
         "occurred_time": _l("Time")}  # fmt: skip
NOTHING = "-"
SHOWN_LABELS = 150
BLANK_LABELS = 3


def field_label(name: str) -> str:
    """What people call a field of the incident."""
    if name in WORDS:
        return str(WORDS[name])
    field = IncidentSchema().load_fields.get(name)
    return str(field.metadata.get("label", name)) if field is not None else name


def _run() -> ImportRun | None:
    """The import for whose file a mapping is made, if there is one."""
    try:
        return service.get_run(uuid.UUID(request.values.get("run", "")), actor=current_actor())
    except (ValueError, NotFound):
        return None


def _sample(run: ImportRun | None) -> Sample | None:
    try:
        return service.get_sample(run, Choice.of(run)) if run else None
    except Refused:
        return None


def _version() -> int:
    version = request.form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 9 else 0


def _clean(value: str) -> str:
    return value.replace("\x00", "").strip()[:500]


@bp.get("/")
@requires(Permission.INCIDENT_IMPORT)
def index() -> Any:
    """The built-in mappings and the city's own."""
    is_archived, text = request.args.get("archived") == "1", request.args.get("q", "").strip()[:100]
    found = library.list_saved(actor=current_actor(), is_archived=is_archived, text=text)
    return render_template(
        "mappings/index.html", found=found, built_in=list(BUILT_IN.values()), is_archived=is_archived, text=text,
        gaps={m.mapping_id: library.gaps(library.mapping_of_saved(m)) for m in found},
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.INCIDENT_IMPORT)
def create() -> Any:
    """Make a mapping from nothing or from another one."""
    actor, run, errors = current_actor(), _run(), {}
    if request.method == "POST":
        sample = _sample(run)
        try:
            made = library.create_mapping(
                _clean(request.form.get("name", "")), start=request.form.get("start", ""),
                file_columns=sample.header if sample else [], actor=actor,
            )  # fmt: skip
            flash(_("The mapping is made. Say where each field comes from."))
            return redirect(_link("columns", made.mapping_id, run))
        except ValidationFailed as error:
            errors = error.errors
            db.session.rollback()
            run = _run()
    starts = [(m.name, m.title) for m in BUILT_IN.values()]
    starts += [(str(m.mapping_id), m.name) for m in library.list_saved(actor=actor)]
    page = render_template(
        "mappings/new.html", run=run, errors=errors, starts=starts, start=request.values.get("start", ""),
        name=request.form.get("name", ""),
    )  # fmt: skip
    return page, 400 if errors else 200


def _link(endpoint: str, mapping_id: uuid.UUID, run: ImportRun | None) -> str:
    return url_for(f"mappings.{endpoint}", mapping_id=mapping_id, run=run.import_id if run else None)


@bp.get("/<uuid:mapping_id>")
@requires(Permission.INCIDENT_IMPORT)
def show(mapping_id: uuid.UUID) -> Any:
    """One mapping in words, and what is still missing."""
    actor = current_actor()
    saved = library.get_saved(mapping_id, actor=actor)
    mapping = library.mapping_of_saved(saved)
    panel = get_panel("incident_mapping", mapping_id, actor=actor)
    return render_template(
        "mappings/show.html", saved=saved, changes=library.list_changes(panel.events), panel=panel, mapping=mapping, gaps=library.gaps(mapping), run=_run(), fields=FIELDS,
        field_label=field_label, tables=CODES, codes=codes,
    )  # fmt: skip


@bp.post("/<uuid:mapping_id>/archive")
@requires(Permission.INCIDENT_IMPORT)
def archive(mapping_id: uuid.UUID) -> Any:
    """Archive a mapping, or undo that."""
    is_archived = request.form.get("undo") != "1"
    try:
        library.archive_mapping(mapping_id, is_archived=is_archived, actor=current_actor())
    except ValidationFailed:
        raise Refused(_("There is a mapping with this name.")) from None
    flash(_("The mapping is archived.") if is_archived else _("The mapping is back."))
    return redirect(url_for("mappings.show", mapping_id=mapping_id))


@bp.route("/<uuid:mapping_id>/columns", methods=["GET", "POST"])
@requires(Permission.INCIDENT_IMPORT)
def columns(mapping_id: uuid.UUID) -> Any:
    """Choose the column of each field, the reference, the columns of biases, and fixed values."""
    actor, run = current_actor(), _run()
    saved = library.get_saved(mapping_id, actor=actor)
    mapping, name, errors, status, theirs = library.mapping_of_saved(saved), saved.name, {}, 200, ""
    names = list(saved.file_columns)
    sample = _sample(run)
    if sample:
        names = list(dict.fromkeys([*sample.header, *names]))
    if request.method == "POST":
        more = [_clean(line) for line in request.form.get("more_columns", "").splitlines()]
        names = list(dict.fromkeys([*names, *(line[:200] for line in more if line)]))
        mapping, name = _typed_columns(mapping, names), _clean(request.form.get("name", ""))
        try:
            library.change_mapping(
                mapping_id, mapping, name=name, file_columns=names, version=_version(), actor=actor
            )
            flash(_("The mapping is changed."))
            return redirect(_link("show", mapping_id, run))
        except ValidationFailed as error:
            errors, status = error.errors, 400
        except Conflict:
            status = 409
        db.session.rollback()
        run, saved = _run(), library.get_saved(mapping_id, actor=actor)
        theirs = saved.outline if status == 409 else ""
    page = render_template(
        "mappings/columns.html", saved=saved, mapping=mapping, name=name, names=names, run=run, errors=errors,
        theirs=theirs, sample=sample, fields=FIELDS, field_label=field_label, tables=CODES, codes=codes,
        version=saved.version,
    )  # fmt: skip
    return page, status


def _typed_columns(before: Mapping, names: list[str]) -> Mapping:
    """The mapping with the columns that were typed; the labels of a column that stays are kept."""
    form = request.form
    known = set(names)
    rules: dict[str, Rule] = {}
    for name in FIELDS:
        column, fixed = form.get(f"column-{name}", ""), _clean(form.get(f"fixed-{name}", ""))
        column = column if column in known else ""
        old = before.fields.get(name, Rule())
        if column and column == old.column:
            rules[name] = replace(old, fixed=fixed)
        elif column or fixed:
            rules[name] = Rule(column, fixed=fixed)
    old_biases = {bias.column: bias for bias in before.biases}
    chosen = [name for name in names if name in form.getlist("bias")]
    only_column = form.get("only_column", "")
    only_values = tuple(line for line in map(_clean, form.get("only_values", "").splitlines()) if line)
    return replace(
        before, source=_clean(form.get("source", ""))[:101], is_hashed=form.get("kind_of_reference") == "hash",
        reference=tuple(name for name in names if name in form.getlist("reference")), merge=bool(form.get("merge")),
        biases=tuple(old_biases.get(name) or Bias(name) for name in chosen), fields=rules,
        keep=tuple(name for name in names if name in form.getlist("keep")), fixed_bias=form.get("fixed_bias") or None,
        only=Only(only_column, only_values) if only_column in known and only_values else None,
    )  # fmt: skip


@bp.route("/<uuid:mapping_id>/labels/<target>", methods=["GET", "POST"])
@requires(Permission.INCIDENT_IMPORT)
def labels(mapping_id: uuid.UUID, target: str) -> Any:
    """Say what the labels of one column mean; ``target`` is a field, or "bias-" and a number."""
    actor, run = current_actor(), _run()
    saved = library.get_saved(mapping_id, actor=actor)
    mapping = library.mapping_of_saved(saved)
    edited = _edited(mapping, target)
    sample, errors, status, theirs = _sample(run), {}, 200, ""
    if request.method == "POST":
        mapping = _typed_labels(mapping, target)
        edited = _edited(mapping, target)
        try:
            library.change_mapping(mapping_id, mapping, version=_version(), actor=actor)
            flash(_("The mapping is changed."))
            return redirect(_link("show", mapping_id, run))
        except ValidationFailed as error:
            errors, status = error.errors, 400
        except Conflict:
            status = 409
        db.session.rollback()
        run, saved = _run(), library.get_saved(mapping_id, actor=actor)
        theirs = saved.outline if status == 409 else ""
    is_bias = isinstance(edited, Bias)
    table = codes.BIAS if is_bias else CODES.get(target)
    page = render_template(
        "mappings/labels.html", saved=saved, target=target, edited=edited, is_bias=is_bias, run=run, errors=errors,
        heading=_("Bias motivations") if is_bias else field_label(target), theirs=theirs, version=saved.version,
        choices=codes.choices(table) if table else [], rows=_label_rows(edited, sample), nothing=NOTHING,
        blank=range(BLANK_LABELS),
    )  # fmt: skip
    return page, status


def _edited(mapping: Mapping, target: str) -> Bias | Rule:
    if target.startswith("bias-") and target[5:].isdecimal() and len(target) < 12 and int(target[5:]) < len(mapping.biases):
        return mapping.biases[int(target[5:])]
    rule = mapping.fields.get(target)
    if rule is None or not rule.column:
        raise NotFound("column")
    return rule


def _label_rows(edited: Bias | Rule, sample: Sample | None) -> list[tuple[str, str, int]]:
    """Label, meaning and number of rows: those of the file without a meaning first."""
    meaning = dict(edited.labels)
    counts: Counter[str] = Counter()
    if sample and edited.column in sample.labels:
        for label, count in sample.labels[edited.column].items():
            separator = edited.separator if isinstance(edited, Bias) else ""
            parts = label.split(separator) if separator and label not in meaning else [label]
            for part in parts:
                if part.strip():
                    counts[part.strip()] += count
    if isinstance(edited, Bias):
        meaning |= dict.fromkeys(edited.nothing, NOTHING)
    found = {label: (meaning.get(label, ""), counts[label]) for label in [*counts, *meaning] if label}
    ordered = sorted(found.items(), key=lambda item: (bool(item[1][0]), -item[1][1], item[0]))
    return [(label, code, count) for label, (code, count) in ordered[:SHOWN_LABELS]]


def _typed_labels(mapping: Mapping, target: str) -> Mapping:
    """The mapping with the meanings that were typed; labels that were not on the page stay."""
    edited, form = _edited(mapping, target), request.form
    meaning = dict(edited.labels)
    nothing = set(edited.nothing) if isinstance(edited, Bias) else set()
    for label, code in zip(form.getlist("label"), form.getlist("code"), strict=False):
        label, code = _clean(label), _clean(code)
        meaning.pop(label, None)
        nothing.discard(label)
        if label and code == NOTHING and isinstance(edited, Bias):
            nothing.add(label)
        elif label and code:
            meaning[label] = code
    otherwise = form.get("otherwise") or None
    if isinstance(edited, Bias):
        separator = form.get("separator", "").replace("\x00", "")
        new = Bias(edited.column, meaning, frozenset(nothing), separator, otherwise)
        number = int(target[5:])
        return replace(mapping, biases=(*mapping.biases[:number], new, *mapping.biases[number + 1 :]))
    return replace(mapping, fields={**mapping.fields, target: replace(edited, labels=meaning, otherwise=otherwise)})

"""Checking and applying imports; curators alone may. A bad row stops the whole file."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from network.kernel.db import db
from network.kernel.errors import NotFound, Refused, ValidationFailed
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor
from network.practices.collections.service import make_slug
from network.practices.importing.models import PracticeImport
from network.practices.importing.reading import read_rows
from network.practices.models import PublishedPractice
from network.practices.schemas import PracticeSchema
from network.practices.service import publish_practice


@dataclass(frozen=True)
class CheckedRow:
    """One row: where it stands, its address, its values if they are good, what is wrong, and whether
    it would be "new", a "change", the "same" or, with errors, "wrong"."""

    line: int
    slug: str
    title: str
    data: dict[str, Any] | None
    outcome: str
    errors: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def keep_file(content: bytes, name: str, *, actor: Actor) -> PracticeImport:
    """Read a file and keep its rows for the preview; nothing is published yet."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "").strip()[-300:] or "file"
    found = PracticeImport(file_name=name, rows=read_rows(content, name), created_by=actor.person_id)
    db.session.add(found)
    db.session.flush()
    return found


def list_imports(*, actor: Actor, limit: int = 50) -> list[PracticeImport]:
    """The caller's files, the latest first."""
    return list(
        db.session.execute(
            select(PracticeImport).where(PracticeImport.created_by == actor.person_id)
            .order_by(PracticeImport.import_id.desc()).limit(limit)
        ).scalars()
    )  # fmt: skip


def get_import(import_id: uuid.UUID, *, actor: Actor) -> PracticeImport:
    """One of the caller's files."""
    found = db.session.get(PracticeImport, import_id)
    if found is None or found.created_by != actor.person_id:
        raise NotFound("import")
    return found


def check_rows(rows: Sequence[dict[str, Any]]) -> list[CheckedRow]:
    """Each row by the same rules as a form; two statements, whatever there is."""
    slugs = [_slug(row) for row in rows]
    known = {
        practice.slug: practice for practice in db.session.execute(
            select(PublishedPractice).where(PublishedPractice.slug.in_(slugs))
        ).scalars()
    }  # fmt: skip
    schema, checked, seen = PracticeSchema(), [], set()
    for row, slug in zip(rows, slugs, strict=True):
        values = {k: v for k, v in row.items() if k not in ("line", "slug") and v not in ("", None)}
        errors: dict[str, list[str]] = {}
        data = None
        try:
            data = schema.checked(values)
        except ValidationFailed as error:
            errors = error.errors
        found = known.get(slug)
        if found is not None and found.author_id is not None:
            errors["slug"] = [_("This practice belongs to a member city.")]
        if slug in seen:
            errors["slug"] = [_("This practice stands in the file twice.")]
        seen.add(slug)
        outcome = "wrong" if errors else "new" if found is None else "same"
        if outcome == "same" and data and any(getattr(found, name) != value for name, value in data.items()):
            outcome = "change"
        checked.append(
            CheckedRow(row["line"], slug, str(row.get("title", ""))[:200], data if not errors else None, outcome, errors, values)
        )
    return checked


def _slug(row: dict[str, Any]) -> str:
    return make_slug(str(row.get("slug") or f"{row.get('city', '')} {row.get('title', '')}"))


def apply_import(import_id: uuid.UUID, *, actor: Actor) -> int:
    """Publish every row of a file, or none; how many were new or changed. Refused while a row is wrong."""
    found = get_import(import_id, actor=actor)
    if found.applied_at is not None:
        raise Refused(_("This file has been published already."))
    rows = check_rows(found.rows)
    if any(row.outcome == "wrong" for row in rows):
        raise Refused(_("Some rows are wrong: correct the file and bring it again."))
    for row in rows:
        assert row.data is not None
        publish_practice(row.slug, row.data, actor=actor)
    found.applied_at = datetime.now(UTC)
    db.session.flush()
    return sum(row.outcome != "same" for row in rows)

"""The life of an import: uploaded, checked, applied as a whole or not at all."""

import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import orjson
from sqlalchemy import FetchedValue, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from network.cities.queries import get_time_zone
from network.incidents.imports.checking import Checker, Problem, merge
from network.incidents.imports.mappings import MAPPINGS, find_mapping
from network.incidents.imports.reading import read_header, read_rows
from network.jobs.queue import defer
from network.kernel.db import Base, NewId, db
from network.kernel.errors import NotFound, Refused
from network.kernel.locale import text as _
from network.kernel.tenancy import Actor, acting_as

CHUNK = 1 << 20
BATCH = 2000
MOST_PROBLEMS = 1000


class ImportRun(Base):
    """One file on its way in."""

    __tablename__ = "import_run"
    city_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    import_id: Mapped[NewId]
    file_name: Mapped[str]
    mapping: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=FetchedValue())
    rows_read: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_new: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_changed: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_unchanged: Mapped[int] = mapped_column(server_default=FetchedValue())
    rows_skipped: Mapped[int] = mapped_column(server_default=FetchedValue())
    problem_count: Mapped[int] = mapped_column(server_default=FetchedValue())
    reason: Mapped[str] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Preview:
    """The first rows as they would be stored, and the first problems."""

    rows: list[dict[str, Any]]
    problems: list[Problem]


def upload(file: IO[bytes], *, name: str, mapping: str, actor: Actor) -> ImportRun:
    """Keep a file for import. Refused when it is no table or nothing knows its columns."""
    if not mapping:
        found = find_mapping(read_header(file, name))
        if found is None:
            raise Refused(_("The columns of this file are not known. See the list of columns below."))
        mapping = found.name
    if mapping not in MAPPINGS:
        raise Refused(_("Choose the kind of file from the list."))
    run = ImportRun(city_id=actor.organisation_id, file_name=name[:300], mapping=mapping, created_by=actor.person_id)
    db.session.add(run)
    db.session.flush()
    file.seek(0)
    position = 0
    while chunk := file.read(CHUNK):
        db.session.execute(
            text("insert into import_chunk values (:city, :id, :position, :content)"),
            {"city": run.city_id, "id": run.import_id, "position": position, "content": chunk},
        )
        position += 1
    return run


def queue_step(run: ImportRun, step: str, *, actor: Actor) -> None:
    """Let the worker check or apply an import."""
    run.status = "validating" if step == "check" else "applying"
    db.session.flush()
    defer(f"incidents.import_{step}", actor=actor, lock=f"import:{run.city_id}", import_id=run.import_id)


def list_runs(*, actor: Actor) -> list[ImportRun]:
    """The latest imports of the acting city."""
    return list(
        db.session.execute(
            select(ImportRun).where(ImportRun.city_id == actor.organisation_id)
            .order_by(ImportRun.import_id.desc()).limit(50)
        ).scalars()
    )  # fmt: skip


def get_run(import_id: uuid.UUID, *, actor: Actor) -> ImportRun:
    """One import of the acting city."""
    run = db.session.get(ImportRun, (actor.organisation_id, import_id))
    if run is None:
        raise NotFound("import")
    return run


def get_preview(run: ImportRun, *, rows: int = 10, problems: int = 200) -> Preview:
    """What the check found."""
    key = {"city": run.city_id, "id": run.import_id}
    found = db.session.execute(
        text("select data from import_row where city_id = :city and import_id = :id order by line limit :n"),
        {**key, "n": rows},
    ).scalars()
    bad = db.session.execute(
        text("select line, column_name, value, reason from import_problem where city_id = :city"
             " and import_id = :id order by position limit :n"), {**key, "n": problems},
    )  # fmt: skip
    return Preview(list(found), [Problem(*row) for row in bad])


def check(import_id: uuid.UUID, *, actor: Actor) -> None:
    """Read the whole file, stage what is good and note what is not; safe to repeat."""
    with acting_as(actor), tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as file:
        run = get_run(import_id, actor=actor)
        if run.status not in ("uploaded", "validating"):
            return
        key = {"city": run.city_id, "id": run.import_id}
        for position in range(1 << 16):
            content = db.session.execute(
                text("select content from import_chunk where city_id = :city and import_id = :id"
                     " and position = :position"), {**key, "position": position},
            ).scalar_one_or_none()  # fmt: skip
            if content is None:
                break
            file.write(content)
        file.seek(0)
        for table in ("import_row", "import_problem"):
            db.session.execute(text(f"delete from {table} where city_id = :city and import_id = :id"), key)
        checker = Checker(MAPPINGS[run.mapping], get_time_zone(actor=actor))
        count, staged = 0, 0
        try:
            batch: dict[str, tuple[int, dict[str, Any]]] = {}
            for line, row in read_rows(file, run.file_name):
                count += 1
                result = checker.check(line, row)
                if result and not checker.problems:
                    reference, columns = result
                    if reference in batch:
                        columns = merge(batch[reference][1], columns)
                        line = batch[reference][0]
                        staged -= 1
                    batch[reference] = (line, columns)
                    staged += 1
                # Rows that may be merged stay until the end; others leave in batches.
                if len(batch) >= BATCH and not checker.mapping.merge:
                    _stage(key, batch)
                    batch = {}
                if count % 5000 == 0:
                    _tell_progress(import_id, count, actor)
            _stage(key, batch)
        except Refused as error:
            run.status, run.reason = "rejected", error.reason
            return
        run.rows_read, run.rows_skipped = count, 0
        run.problem_count = len(checker.problems)
        _note(key, checker.problems[:MOST_PROBLEMS])
        if checker.problems or not staged:
            run.status = "rejected"
            run.reason = _("Nothing was imported. Correct the file and import it again.")
            return
        new, changed = _compare(run)
        run.rows_new, run.rows_changed = new, changed
        run.rows_unchanged = staged - new - changed
        run.status = "ready"


def _tell_progress(import_id: uuid.UUID, count: int, actor: Actor) -> None:
    with acting_as(actor) as session:
        session.execute(
            update(ImportRun)
            .where(ImportRun.city_id == actor.organisation_id, ImportRun.import_id == import_id)
            .values(rows_read=count)
        )


def _stage(key: dict[str, uuid.UUID], batch: dict[str, tuple[int, dict[str, Any]]]) -> None:
    rows = list(batch.items())
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        db.session.execute(
            text(
                "insert into import_row select :city, :id, line, reference, cast(data as jsonb)"
                " from unnest(cast(:lines as integer[]), cast(:references as text[]), cast(:data as text[]))"
                " as r(line, reference, data)"
            ),
            {**key, "lines": [line for _ref, (line, _c) in part], "references": [ref for ref, _v in part],
             "data": [orjson.dumps(columns).decode() for _ref, (_line, columns) in part]},
        )  # fmt: skip


def _note(key: dict[str, uuid.UUID], problems: list[Problem]) -> None:
    if problems:
        db.session.execute(
            text("insert into import_problem values (:city, :id, :position, :line, :column, :value, :reason)"),
            [{**key, "position": i, "line": p.line, "column": p.column, "value": p.value,
              "reason": p.reason} for i, p in enumerate(problems)],
        )  # fmt: skip


# The facts that a file may correct; what the city decided (status, sharing) stays as it is.
_FACTS = {
    "kind": "text", "bias_motivations": "text[]", "crime_type": "text", "severity": "smallint",
    "occurred_at": "timestamptz", "occurred_on": "date", "occurred_precision": "text",
    "reported_at": "timestamptz", "reported_precision": "text", "place_type": "text", "district": "text",
    "place_name": "text", "place_precision": "text", "affected_groups": "text", "summary": "text",
    "original_labels": "jsonb",
}  # fmt: skip
_FIRST = {"status": "text", "source": "text", "tlp": "text"}
_STAGED = (
    "import_row i cross join lateral jsonb_to_record(i.data) as r("
    + ", ".join(f"{name} {kind}" for name, kind in {**_FACTS, **_FIRST}.items()) + ")"
)  # fmt: skip


def _tuple(prefix: str) -> str:
    return "(" + ", ".join(f"{prefix}.{name}" for name in _FACTS) + ")"


def _parameters(run: ImportRun) -> dict[str, Any]:
    return {"city": run.city_id, "id": run.import_id, "source": MAPPINGS[run.mapping].source,
            "person": run.created_by}  # fmt: skip


def _compare(run: ImportRun) -> tuple[int, int]:
    row = db.session.execute(
        text(
            f"select count(*) filter (where t.incident_id is null),"
            f" count(*) filter (where t.incident_id is not null and {_tuple('t')} is distinct from"
            f" {_tuple('r')}) from {_STAGED} left join incident t on t.city_id = i.city_id"
            f" and t.external_source = :source and t.external_reference = i.external_reference"
            f" where i.city_id = :city and i.import_id = :id"
        ),
        _parameters(run),
    ).one()
    return int(row[0]), int(row[1])


def apply(import_id: uuid.UUID, *, actor: Actor) -> None:
    """Write everything that was staged in one transaction; a second time changes nothing."""
    names = ", ".join({**_FACTS, **_FIRST})
    with acting_as(actor):
        run = db.session.execute(
            select(ImportRun).where(
                ImportRun.city_id == actor.organisation_id, ImportRun.import_id == import_id
            ).with_for_update()
        ).scalar_one()  # fmt: skip
        if run.status not in ("ready", "applying"):
            return
        run.rows_new, run.rows_changed = _compare(run)
        db.session.execute(
            text(
                f"insert into incident (city_id, external_source, external_reference, created_by,"
                f" updated_by, {names}) select i.city_id, :source, i.external_reference, :person,"
                f" :person, {', '.join('r.' + n for n in {**_FACTS, **_FIRST})} from {_STAGED}"
                f" where i.city_id = :city and i.import_id = :id"
                f" on conflict (city_id, external_source, external_reference) do update set"
                f" {', '.join(f'{n} = excluded.{n}' for n in _FACTS)},"
                f" version = incident.version + 1, updated_at = now(), updated_by = excluded.updated_by"
                f" where {_tuple('incident')} is distinct from {_tuple('excluded')}"
            ),
            _parameters(run),
        )
        key = {"city": run.city_id, "id": run.import_id}
        for table in ("import_row", "import_chunk"):
            db.session.execute(text(f"delete from {table} where city_id = :city and import_id = :id"), key)
        db.session.execute(
            text("update import_run set status = 'done', finished_at = now(), rows_new = :new,"
                 " rows_changed = :changed where city_id = :city and import_id = :id"),
            {**key, "new": run.rows_new, "changed": run.rows_changed},
        )  # fmt: skip
        db.session.expire(run)


def import_file(path: str, *, mapping: str, actor: Actor, only_check: bool = False) -> ImportRun:
    """Import a file at once, or only check it, for commands and the demonstration; the run tells what
    happened."""
    with acting_as(actor), open(path, "rb") as file:
        import_id = upload(file, name=path.rsplit("/", 1)[-1], mapping=mapping, actor=actor).import_id
    check(import_id, actor=actor)
    if not only_check:
        apply(import_id, actor=actor)
    with acting_as(actor):
        run = get_run(import_id, actor=actor)
        db.session.expunge(run)
        return run

"""The life of an import: uploaded, checked, applied as a whole or not at all."""

import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count as positions
from itertools import islice
from typing import IO, Any

from sqlalchemy import select, text, update

from network.cities.queries import get_city, get_time_zone
from network.identity.models import Organisation
from network.incidents.imports import days, staging
from network.incidents.imports.builtin import BUILT_IN
from network.incidents.imports.checking import MOST_PROBLEMS, Checker, Problem
from network.incidents.imports.mappings import DATE_ORDERS, Mapping, from_json, to_json
from network.incidents.imports.models import ImportRun
from network.incidents.imports.reading import ENCODINGS, SEPARATORS, Layout, look_at, read_header, read_rows
from network.incidents.imports.saved import find_mapping, recognise
from network.jobs.queue import defer
from network.kernel.db import db
from network.kernel.errors import NotFound, Refused
from network.kernel.locale import text as _
from network.kernel.paging import Page, paginate
from network.kernel.tenancy import Actor, acting_as

CHUNK = 1 << 20
STEPS = {"check": "validating", "apply": "applying", "archive": "archiving", "restore": "restoring"}
"""The steps that the worker does, and what an import is meanwhile."""
BUSY = tuple(STEPS.values())
STORED = ("done", "archived")
ARCHIVED_AT_ONCE = 5_000
PREVIEWED = 10
# How many rows may be read to find out which number of a date is the day.
ORDER_ROWS = 20_000
KEPT_DAYS = 14
STALLED = timedelta(minutes=2)
SECONDS_BETWEEN_PROGRESS = 0.5


@dataclass(frozen=True)
class Choice:
    """What a person says about a file; what is empty is found out."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    date_order: str = ""
    only_values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.encoding not in ("", *ENCODINGS) or self.separator not in ("", *SEPARATORS):
            raise Refused(_("Choose the encoding and the separator from the list."))
        if self.date_order not in DATE_ORDERS:
            raise Refused(_("Choose the order of the date from the list."))

    @classmethod
    def of(cls, run: ImportRun) -> "Choice":
        """What was chosen for an import."""
        kept = dict(run.settings or {})
        return cls(**{**kept, "only_values": tuple(kept.get("only_values", ()))})

    @property
    def layout(self) -> Layout:
        """The part of it that says how to read."""
        return Layout(self.encoding, self.separator, self.sheet)


@dataclass(frozen=True)
class Sample:
    """The first lines of a file as it would be read, and what is known of it."""

    layout: Layout
    header: list[str]
    rows: list[tuple[int, dict[str, str]]]
    labels: dict[str, Counter[str]] = field(default_factory=dict)


def upload(
    file: IO[bytes], *, name: str, mapping: str = "", choice: Choice | None = None, actor: Actor
) -> ImportRun:
    """Keep a file for import and say in its status what comes next: "uploaded" is ready to be
    checked, "unclear" needs an answer first. Refused when it is no table."""
    choice = choice or Choice()
    layout = look_at(file, choice.layout)
    header = read_header(file, layout)
    _forget_old_files(actor)
    run = ImportRun(
        city_id=actor.organisation_id, file_name=name[:300] or "file", mapping="", created_by=actor.person_id,
        settings=asdict(choice), found={}, preview={}, status="uploaded",
    )  # fmt: skip
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
    found = find_mapping(mapping, actor=actor) if mapping else recognise(header, actor=actor)
    choose(run, mapping=found, choice=choice, actor=actor)
    if not layout.is_separator_sure and found is None:
        _ask(run, "separator", _("The separator of the columns is not clear. Say how the file is to be read."))
    return run


def choose(run: ImportRun, *, mapping: Mapping | None, choice: Choice, actor: Actor) -> None:
    """Keep how a file is to be read and with which mapping, before it is checked."""
    if run.status in (*BUSY, *STORED, "discarded"):
        raise Refused(_("This import can't be changed any more."))
    run.settings = {**asdict(choice), "only_values": list(choice.only_values)}
    run.status, run.reason, run.problem_count, run.found, run.preview = "uploaded", "", 0, {}, {}
    db.session.execute(
        text("delete from import_problem where city_id = :city and import_id = :id"),
        {"city": run.city_id, "id": run.import_id},
    )
    if mapping is not None:
        run.mapping, run.definition = mapping.name, {**to_json(mapping), "title": str(mapping.title)}
    elif run.definition is None:
        _ask(run, "mapping", _("The columns of this file are not known. Choose a mapping, or make one for it."))
    db.session.flush()


def _ask(run: ImportRun, question: str, reason: str) -> None:
    run.status, run.reason, run.found = "unclear", reason, {**(run.found or {}), "question": question}


def mapping_of(run: ImportRun) -> Mapping | None:
    """The mapping of an import, as it was when it was chosen."""
    if run.definition is not None:
        title = BUILT_IN[run.mapping].title if run.mapping in BUILT_IN else run.definition.get("title", "")
        return from_json(run.definition, name=run.mapping, title=title)
    return BUILT_IN.get(run.mapping)


def _forget_old_files(actor: Actor) -> None:
    """A file that nobody stored is kept for two weeks and no longer."""
    db.session.execute(
        text("delete from import_chunk c using import_run r where r.city_id = c.city_id"
             " and r.import_id = c.import_id and c.city_id = :city"
             " and r.created_at < now() - make_interval(days => :days)"),
        {"city": actor.organisation_id, "days": KEPT_DAYS},
    )  # fmt: skip


def queue_step(run: ImportRun, step: str, *, actor: Actor) -> None:
    """Let the worker do a step of STEPS with an import."""
    run.status, run.reason = STEPS[step], ""
    run.progress, run.rows_read, run.progressed_at = 0, 0, datetime.now(UTC)
    db.session.flush()
    defer(f"incidents.import_{step}", actor=actor, lock=f"import:{run.city_id}", import_id=run.import_id)


def start_again(run: ImportRun, *, actor: Actor) -> None:
    """Check an import anew that failed, or whose worker has not been heard of for a while."""
    if not may_start_again(run):
        raise Refused(_("This import can't be started again."))
    step = next((step for step, status in STEPS.items() if status == run.status), "check")
    queue_step(run, "check" if step == "apply" else step, actor=actor)


def may_start_again(run: ImportRun) -> bool:
    """Whether an import failed or stalled."""
    is_stalled = run.status in BUSY and datetime.now(UTC) - run.progressed_at > STALLED
    return run.status == "failed" or is_stalled


def discard(run: ImportRun, *, actor: Actor) -> None:
    """Forget the file of an import that was not stored."""
    if run.status in (*BUSY, *STORED):
        raise Refused(_("This import can't be changed any more."))
    run.status, run.preview, run.finished_at = "discarded", {}, datetime.now(UTC)
    for table in ("import_chunk", "import_problem"):
        db.session.execute(
            text(f"delete from {table} where city_id = :city and import_id = :id"),
            {"city": run.city_id, "id": run.import_id},
        )


def list_runs(*, actor: Actor, status: str = "", after: str = "", before: str = "", limit: int = 20) -> Page[ImportRun]:
    """A page of the acting city's imports, the latest first."""
    query = select(ImportRun).where(ImportRun.city_id == actor.organisation_id)
    if status:
        query = query.where(ImportRun.status == status)
    return paginate(query, ((ImportRun.import_id, True),), after=after, before=before, limit=limit)


def get_run(import_id: uuid.UUID, *, actor: Actor) -> ImportRun:
    """One import of the acting city."""
    run = db.session.get(ImportRun, (actor.organisation_id, import_id))
    if run is None:
        raise NotFound("import")
    return run


def list_problems(run: ImportRun, *, limit: int = MOST_PROBLEMS) -> list[Problem]:
    """The first problems that the check noted."""
    rows = db.session.execute(
        text("select line, column_name, value, reason from import_problem where city_id = :city"
             " and import_id = :id order by position limit :limit"),
        {"city": run.city_id, "id": run.import_id, "limit": limit},
    )  # fmt: skip
    return [Problem(*row) for row in rows]


@contextmanager
def file_of(run: ImportRun) -> Iterator[IO[bytes]]:
    """The file of an import; Refused when it is not kept any more."""
    with tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as file:
        for position in positions():
            content = db.session.execute(
                text("select content from import_chunk where city_id = :city and import_id = :id"
                     " and position = :position"),
                {"city": run.city_id, "id": run.import_id, "position": position},
            ).scalar_one_or_none()  # fmt: skip
            if content is None:
                break
            file.write(content)
        if not position:
            raise Refused(_("The file is not kept any more: upload it again."))
        file.seek(0)
        yield file


def get_sample(run: ImportRun, choice: Choice, *, rows: int = 8, scanned: int = 5_000) -> Sample:
    """How a file would be read: its first rows, and the labels of its columns among the first
    ``scanned`` rows, with how often each stands there. Refused when it can't be read."""
    with file_of(run) as file:
        layout = look_at(file, choice.layout)
        header = read_header(file, layout)
        first: list[tuple[int, dict[str, str]]] = []
        labels: dict[str, Counter[str]] = {name: Counter() for name in header}
        for line, row in islice(read_rows(file, layout), scanned):
            if len(first) < rows:
                first.append((line, row))
            for name, value in row.items():
                if value and (value in labels[name] or len(labels[name]) < 500):
                    labels[name][value] += 1
    return Sample(layout, header, first, labels)


class Progress:
    """Tells how far a step is, each time in a short transaction of its own: until the last word is
    told, the step's own transaction must not have written the row of the import."""

    def __init__(self, import_id: uuid.UUID, actor: Actor) -> None:
        self._import_id, self._actor = import_id, actor
        self._told = 0.0

    def tell(self, percent: int, rows: int) -> None:
        """Note a percentage and the rows read; does nothing when it was told just now."""
        if time.monotonic() - self._told < SECONDS_BETWEEN_PROGRESS:
            return
        self._told = time.monotonic()
        with acting_as(self._actor) as session:
            session.execute(
                update(ImportRun)
                .where(ImportRun.city_id == self._actor.organisation_id, ImportRun.import_id == self._import_id)
                .values(rows_read=rows, progress=max(0, min(100, percent)), progressed_at=datetime.now(UTC))
            )


@dataclass
class _Read:
    """What came of reading a file into the staging table."""

    checker: Checker
    count: int
    staged: int
    found: dict[str, Any]


class _Question(Exception):
    """Only a person can say how the file is to be read."""

    def __init__(self, question: str, reason: str) -> None:
        super().__init__(question)
        self.question, self.reason = question, reason


def _read_into_staging(run: ImportRun, mapping: Mapping, actor: Actor, tell: Callable[[int, int], None]) -> _Read:
    """Read and check the whole file; Refused when it is no table, _Question when it is not clear."""
    choice = Choice.of(run)
    with file_of(run) as file:
        size = file.seek(0, 2)
        layout = look_at(file, choice.layout)
        missing = mapping.missing(read_header(file, layout))
        if missing:
            if not layout.is_workbook and not layout.is_separator_sure:
                raise _Question("separator", _("The separator of the columns is not clear. Say how the file is to be read."))
            raise Refused(_("The file lacks columns that the mapping needs: %(names)s.", names=", ".join(missing)))
        order = choice.date_order or _find_order(file, layout, mapping)
        only = (mapping.only.column, _only_values(mapping, choice, actor)) if mapping.only else None
        checker = Checker(mapping, get_time_zone(actor=actor), order, only)
        found: dict[str, Any] = {
            "encoding": layout.encoding, "separator": layout.separator, "sheet": layout.sheet,
            "is_workbook": layout.is_workbook, "is_encoding_sure": layout.is_encoding_sure, "date_order": order,
            "only": list(only[1]) if only else [],
        }  # fmt: skip
        count = 0
        with db.session.no_autoflush, staging.open_staging() as staged:
            for line, row in read_rows(file, layout):
                count += 1
                if result := checker.check(line, row):
                    staged.add(line, *result)
                if count % 500 == 0:
                    tell(100 * file.tell() // max(size, 1), count)
    left = _settle_doubles(checker, mapping, staged.count)
    found |= {"unknown": _counted(checker.unknown), "guessed": _counted(checker.guessed)}
    return _Read(checker, count, left, found)


def _settle_doubles(checker: Checker, mapping: Mapping, count: int) -> int:
    staging.settle()
    if mapping.is_hashed:
        staging.number_doubles()
    elif mapping.merge:
        return staging.merge_doubles()
    else:
        for line, reference, first in staging.find_doubles(MOST_PROBLEMS):
            checker.note(line, mapping.reference[0], reference, _("Line %(line)s has the same reference.", line=first))
    return count


def _find_order(file: IO[bytes], layout: Layout, mapping: Mapping) -> str:
    columns = [mapping.fields[name].column for name in ("occurred_on", "reported_on") if name in mapping.fields]
    rows = islice(read_rows(file, layout), ORDER_ROWS)
    order = days.find_order(row[column] for _line, row in rows for column in columns if row.get(column))
    if order is None:
        raise _Question("dates", _("The dates of this file can be read in two ways. Say whether the day or the month comes first."))
    return order


def _only_values(mapping: Mapping, choice: Choice, actor: Actor) -> tuple[str, ...]:
    """The values of the rows that are meant, with the name of the city put in."""
    if choice.only_values or mapping.only is None:
        return choice.only_values
    name = db.session.execute(
        select(Organisation.name).where(Organisation.organisation_id == get_city(actor=actor).city_id)
    ).scalar_one()
    return tuple(value.replace("{city}", name) for value in mapping.only.values)


def check(import_id: uuid.UUID, *, actor: Actor) -> None:
    """Read the whole file, note what is wrong with it and what it would change; safe to repeat."""
    with acting_as(actor):
        run = get_run(import_id, actor=actor)
        mapping = mapping_of(run)
        if run.status not in ("uploaded", "validating") or mapping is None:
            return
        db.session.execute(
            text("delete from import_problem where city_id = :city and import_id = :id"),
            {"city": run.city_id, "id": run.import_id},
        )
        try:
            read = _read_into_staging(run, mapping, actor, Progress(import_id, actor).tell)
        except Refused as error:
            run.status, run.reason = "rejected", error.reason
            return
        except _Question as question:
            _ask(run, question.question, question.reason)
            return
        checker = read.checker
        db.session.refresh(run)  # its progress was told meanwhile, and is to be written over
        run.found = read.found
        run.rows_read, run.rows_skipped, run.problem_count = read.count, checker.skipped, checker.problem_count
        run.progress = 100
        if checker.problem_count:
            _note(run, sorted(checker.problems, key=lambda p: p.line))
            run.status, run.reason = "rejected", _("Nothing was imported. Correct the file and import it again.")
            return
        if not read.staged:
            run.status = "rejected"
            run.reason = _("The file has no row that is meant: no row has one of these values in %(column)s: %(values)s.",
                           column=checker.only[0], values=", ".join(checker.only[1])) if checker.only and read.count \
                else _("The file has a header and no rows.")  # fmt: skip
            return
        new, changed, archived = staging.compare(run.city_id, mapping.source)
        run.rows_new, run.rows_changed, run.rows_unchanged = new, changed, read.staged - new - changed
        run.found = {**run.found, "archived": archived}
        run.preview = {
            "rows": staging.list_first(PREVIEWED),
            "changes": staging.list_changes(run.city_id, mapping.source, PREVIEWED) if changed else [],
        }
        run.status = "ready"


def _counted(counter: "Counter[tuple[str, str]]") -> list[list[Any]]:
    return [[column, label, count] for (column, label), count in counter.most_common()]


def _note(run: ImportRun, problems: list[Problem]) -> None:
    db.session.execute(
        text("insert into import_problem values (:city, :id, :position, :line, :column, :value, :reason)"),
        [{"city": run.city_id, "id": run.import_id, "position": i, "line": p.line, "column": p.column,
          "value": p.value, "reason": p.reason} for i, p in enumerate(problems)],
    )  # fmt: skip


def apply(import_id: uuid.UUID, *, actor: Actor) -> None:
    """Read the file again and write it in one transaction; a second time changes nothing."""
    with acting_as(actor):
        # One import writes at a time in a city; the row of the import stays free for its progress.
        db.session.execute(
            text("select pg_advisory_xact_lock(hashtextextended('incident_import ' || :city, 0))"),
            {"city": str(actor.organisation_id)},
        )
        run = get_run(import_id, actor=actor)
        mapping = mapping_of(run)
        if run.status not in ("ready", "applying") or mapping is None:
            return
        progress = Progress(import_id, actor)
        try:
            read = _read_into_staging(run, mapping, actor, lambda percent, rows: progress.tell(percent * 6 // 10, rows))
        except (Refused, _Question) as error:
            run.status, run.reason = "rejected", error.reason
            return
        if read.checker.problem_count:
            db.session.refresh(run)
            run.status, run.problem_count = "rejected", read.checker.problem_count
            run.reason = _("Nothing was imported. Correct the file and import it again.")
            _note(run, sorted(read.checker.problems, key=lambda p: p.line))
            return
        new = changed = 0
        with db.session.no_autoflush:
            for more_new, more_changed, percent in staging.write(
                run.city_id, mapping.source, import_id, run.created_by
            ):  # fmt: skip
                new, changed = new + more_new, changed + more_changed
                progress.tell(60 + percent * 4 // 10, read.count)
        db.session.execute(
            text("delete from import_chunk where city_id = :city and import_id = :id"),
            {"city": run.city_id, "id": import_id},
        )
        db.session.refresh(run)
        run.found = {**read.found, "archived": run.found.get("archived", 0)}
        run.rows_new, run.rows_changed, run.rows_unchanged = new, changed, read.staged - new - changed
        run.rows_read, run.rows_skipped, run.progress = read.count, read.checker.skipped, 100
        run.status, run.preview, run.finished_at = "done", {}, datetime.now(UTC)


def queue_undo(run: ImportRun, *, is_archived: bool, actor: Actor) -> None:
    """Let the worker archive what an import brought, or bring it back; for coordinators."""
    if run.status != ("done" if is_archived else "archived"):
        raise Refused(_("This import can't be changed any more."))
    queue_step(run, "archive" if is_archived else "restore", actor=actor)


def archive(import_id: uuid.UUID, *, actor: Actor) -> None:
    """Archive every incident that an import brought and that is not archived yet; safe to repeat."""
    stamp = datetime.now(UTC)
    _move(import_id, "archiving", "archived", stamp, actor)


def restore(import_id: uuid.UUID, *, actor: Actor) -> None:
    """Bring back what ``archive`` archived, and nothing that somebody archived by hand."""
    _move(import_id, "restoring", "done", None, actor)


def _move(import_id: uuid.UUID, before: str, after: str, stamp: datetime | None, actor: Actor) -> None:
    with acting_as(actor):
        db.session.execute(
            text("select pg_advisory_xact_lock(hashtextextended('incident_import ' || :city, 0))"),
            {"city": str(actor.organisation_id)},
        )
        run = get_run(import_id, actor=actor)
        if run.status != before:
            return
        values = {"city": run.city_id, "run": import_id, "stamp": stamp, "old": run.archived_at,
                  "person": actor.person_id if stamp else None, "me": actor.person_id, "limit": ARCHIVED_AT_ONCE}  # fmt: skip
        moved, progress = 0, Progress(import_id, actor)
        with db.session.no_autoflush:
            while True:
                found = db.session.execute(
                    text("update incident set archived_at = :stamp, archived_by = :person, version = version + 1,"
                         " updated_at = now(), updated_by = :me where city_id = :city and incident_id in (select"
                         " incident_id from incident where city_id = :city and import_id = :run"
                         " and archived_at is not distinct from cast(:old as timestamptz) limit :limit)"), values,
                ).rowcount  # type: ignore[attr-defined] # fmt: skip
                if not found:
                    break
                moved += found
                progress.tell(100 * moved // max(moved, run.rows_new), run.rows_read)
        db.session.refresh(run)
        run.status, run.progress, run.archived_at = after, 100, stamp
        run.archived_by = actor.person_id if stamp else None
        run.found = {**run.found, "moved": moved}


def fail(import_id: uuid.UUID, *, actor: Actor) -> None:
    """Say that a step ended in an error that nobody foresaw; nothing of it was stored."""
    with acting_as(actor):
        run = get_run(import_id, actor=actor)
        if run.status in ("archiving", "restoring"):
            run.status = "done" if run.status == "archiving" else "archived"
            run.reason = _("Something went wrong and nothing was changed. Try again; if it happens again, tell the operator.")
        elif run.status in BUSY:
            run.status = "failed"
            run.reason = _("Something went wrong and nothing was stored. Start again; if it happens again, tell the operator.")


def import_file(
    path: str, *, mapping: str = "", choice: Choice | None = None, only_check: bool = False, actor: Actor
) -> ImportRun:
    """Import a file at once, for commands and the demonstration; the run tells what happened.

    With ``only_check`` nothing is stored; the import stays in the list, ready.
    """
    with acting_as(actor), open(path, "rb") as file:
        run = upload(file, name=path.rsplit("/", 1)[-1], mapping=mapping, choice=choice, actor=actor)
        import_id, is_clear = run.import_id, run.status == "uploaded"
    if is_clear:
        check(import_id, actor=actor)
        if not only_check:
            apply(import_id, actor=actor)
    with acting_as(actor):
        run = get_run(import_id, actor=actor)
        db.session.expunge(run)
        return run

"""The rows of one file on their way into the incident table, as a temporary table.

PostgreSQL refuses COPY into tables with row-level security. The staging table is temporary: only
this session sees it, it is gone with the transaction, and what leaves it passes the policies of
the incident table like any other write.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import text

from network.kernel.db import db

# The facts that a file may correct; what the city decided (status, sharing) stays as it is.
FACTS = {
    "kind": "text", "bias_motivations": "text[]", "crime_type": "text", "severity": "smallint",
    "occurred_at": "timestamptz", "occurred_on": "date", "occurred_precision": "text",
    "reported_at": "timestamptz", "reported_precision": "text", "place_type": "text", "district": "text",
    "place_name": "text", "place_precision": "text", "affected_groups": "text", "summary": "text",
    "original_labels": "jsonb",
}  # fmt: skip
FIRST = {"status": "text", "source": "text", "tlp": "text"}
COLUMNS = FACTS | FIRST
SLICE = 50_000
_NAMES = ", ".join(COLUMNS)


def _tuple(prefix: str) -> str:
    return "(" + ", ".join(f"{prefix}.{name}" for name in FACTS) + ")"


class Staging:
    """Takes rows one by one; see ``open_staging``."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy
        self.count = 0

    def add(self, line: int, reference: str, columns: dict[str, Any]) -> None:
        """Stage one row."""
        values = [columns[name] for name in COLUMNS]
        values[_LABELS] = Jsonb(values[_LABELS])
        self._copy.write_row((line, reference, *values))
        self.count += 1


_LABELS = list(COLUMNS).index("original_labels")


@contextmanager
def open_staging() -> Iterator[Staging]:
    """Make the staging table of the current transaction and fill it in one COPY."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    db.session.execute(
        text(f"create temporary table import_staging (line integer not null, reference text not null, {columns})"
             " on commit drop")
    )  # fmt: skip
    connection = cast("psycopg.Connection[Any]", db.session.connection().connection.driver_connection)
    with connection.cursor() as cursor, cursor.copy(
        f"copy import_staging (line, reference, {_NAMES}) from stdin"
    ) as copy:  # fmt: skip
        copy.set_types(["int4", "text", *(_TYPES.get(kind, kind) for kind in COLUMNS.values())])
        yield Staging(copy)


_TYPES = {"smallint": "int2"}


def find_doubles(limit: int) -> list[tuple[int, str, int]]:
    """Line, reference and first line of the rows whose reference stands in an earlier line."""
    rows = db.session.execute(
        text("select line, reference, first from (select line, reference, min(line) over (partition by reference)"
             " as first from import_staging) s where line > first order by line limit :limit"), {"limit": limit},
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]


def number_doubles() -> None:
    """Give rows of the same made reference a number each, in the order of the file."""
    db.session.execute(
        text("update import_staging s set reference = s.reference || '-' || n.number from (select ctid as place,"
             " row_number() over (partition by reference order by line) as number from import_staging) n"
             " where n.place = s.ctid and n.number > 1")
    )  # fmt: skip


def merge_doubles() -> int:
    """Make one row of those with the same reference, and return how many are left.

    All biases, the highest severity with its crime type, the earliest time; everything else is as
    in the first line.
    """
    apart = {"bias_motivations", "severity", "crime_type", "occurred_at", "occurred_on", "occurred_precision"}
    plain = [name for name in COLUMNS if name not in apart]
    db.session.execute(
        text(
            "with several as (select reference from import_staging group by 1 having count(*) > 1),"
            " taken as (delete from import_staging s using several d where s.reference = d.reference returning s.*),"
            " bias as (select reference, (array_agg(code order by place))[1:12] as codes from (select t.reference,"
            " b.code, min(t.line * 16::bigint + b.number) as place from taken t, unnest(t.bias_motivations)"
            " with ordinality b(code, number) group by 1, 2) c group by 1)"
            " insert into import_staging (line, reference, severity, crime_type, occurred_at, occurred_on,"
            f" occurred_precision, bias_motivations, {', '.join(plain)})"
            " select min(line), reference, max(severity), (array_agg(crime_type order by severity desc, line))[1],"
            " min(occurred_at), (array_agg(occurred_on order by occurred_at, line))[1],"
            " (array_agg(occurred_precision order by occurred_at, line))[1],"
            " (select codes from bias where bias.reference = taken.reference), "
            + ", ".join(f"(array_agg({name} order by line))[1]" for name in plain)
            + " from taken group by reference"
        )
    )
    return int(db.session.execute(text("select count(*) from import_staging")).scalar_one())


def settle() -> None:
    """Let the planner know the staged rows, and keep it from going through them once for every
    incident, which it would where it takes a city that has just grown for an empty one."""
    db.session.execute(text("analyze import_staging"))
    db.session.execute(text("set local enable_nestloop = off"))


def compare(city_id: uuid.UUID, source: str) -> tuple[int, int, int]:
    """How many staged rows are new, how many would change an incident, and how many are archived."""
    row = db.session.execute(
        text(
            "select count(*) filter (where t.incident_id is null), count(*) filter (where t.incident_id is not null"
            f" and {_tuple('t')} is distinct from {_tuple('s')}), count(t.archived_at) from import_staging s"
            " left join incident t on t.city_id = :city and t.external_source = :source"
            " and t.external_reference = s.reference"
        ),
        {"city": city_id, "source": source},
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def list_first(limit: int) -> list[dict[str, Any]]:
    """The first staged rows as plain values."""
    rows = db.session.execute(
        text("select to_jsonb(s) from (select * from import_staging order by line limit :limit) s"), {"limit": limit}
    )
    return list(rows.scalars())


def list_changes(city_id: uuid.UUID, source: str, limit: int) -> list[dict[str, Any]]:
    """The first incidents that would change: line, reference, and the values before and after."""
    rows = db.session.execute(
        text(
            "select s.line, s.reference, to_jsonb(t), to_jsonb(s) from import_staging s join incident t"
            " on t.city_id = :city and t.external_source = :source and t.external_reference = s.reference"
            f" where {_tuple('t')} is distinct from {_tuple('s')} order by s.line limit :limit"
        ),
        {"city": city_id, "source": source, "limit": limit},
    )
    return [
        {"line": line, "reference": reference,
         "fields": {name: [before[name], after[name]] for name in FACTS if before[name] != after[name]}}
        for line, reference, before, after in rows
    ]  # fmt: skip


def write(city_id: uuid.UUID, source: str, import_id: uuid.UUID, person_id: uuid.UUID | None) -> Iterator[tuple[int, int, int]]:
    """Write the staged rows under the policies, slice by slice in one transaction.

    Gives the new and the changed incidents of each slice, and the percentage done. What a file says
    about an incident that the caller may not read, because a colleague made it RED, is passed over
    without a word: hence no ON CONFLICT DO UPDATE, which would stop at such a row.
    """
    bounds = {"city": city_id, "source": source, "run": import_id, "person": person_id}
    last = int(db.session.execute(text("select coalesce(max(line), 0) from import_staging")).scalar_one())
    for start in range(0, last + 1, SLICE):
        slice_of = {**bounds, "start": start, "stop": start + SLICE}
        changed = db.session.execute(
            text(
                f"update incident t set {', '.join(f'{n} = s.{n}' for n in FACTS)}, version = t.version + 1,"
                " updated_at = now(), updated_by = :person from import_staging s where t.city_id = :city"
                " and t.external_source = :source and t.external_reference = s.reference and s.line >= :start"
                f" and s.line < :stop and {_tuple('t')} is distinct from {_tuple('s')}"
            ),
            slice_of,
        ).rowcount  # type: ignore[attr-defined]
        new = db.session.execute(
            text(
                f"insert into incident (city_id, external_source, external_reference, import_id, created_by, updated_by,"
                f" named_reader_ids, {_NAMES}) select :city, :source, s.reference, :run, :person, :person,"
                " case when s.tlp = 'RED' then array[cast(:person as uuid)] else '{}' end, "
                + ", ".join(f"s.{name}" for name in COLUMNS)
                + " from import_staging s where s.line >= :start and s.line < :stop order by s.line"
                " on conflict (city_id, external_source, external_reference) do nothing"
            ),
            slice_of,
        ).rowcount  # type: ignore[attr-defined]
        yield new, changed, min(100, 100 * (start + SLICE) // (last + 1))

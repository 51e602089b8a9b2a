"""A city with at least one row in every table that belongs to cities.

Most rows are made from what the database says of a table: types, lists of values, references. Where that
is not enough, ``VALUES`` says what a column holds; ``REFERS`` fills a reference that may be empty.
"""

import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, product
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.conftest import Connection
from tests.world import World, add_incident

REFERS = object()
NOW = datetime.now(UTC).replace(microsecond=0)

VALUES: dict[str, dict[str, Any]] = {
    "calendar_feed": {"token_hash": b"feed"},
    "incident": {"bias_motivations": ["antisemitism"], "occurred_at": NOW, "occurred_on": date(2024, 3, 5)},
    "meeting": {"ends_at": NOW + timedelta(hours=1), "starts_at": NOW},
    "meeting_attendance": {"partner_id": REFERS, "note_id": REFERS},
    "meeting_follow_up": {"decision_id": REFERS},
    "meeting_series": {"rhythm": "weekly", "rrule": "FREQ=WEEKLY;BYDAY=MO", "minutes": 60},
    "partner_person": {"email": "outside@side.example"},
    "practice": {"author_ids": [uuid.uuid4()]},
    "record_attachment": {"record_type": "partner", "file_name": "Who? where:.pdf"},
    "record_comment": {"record_type": "partner"},
    "record_entry": {"record_type": "partner"},
    "record_event": {"record_type": "partner"},
    "record_link": {"from_type": "partner", "to_type": "incident"},
    "response_plan_edition": {"review_on": date(2027, 1, 5)},
    "sharing_agreement": {"grants": ["counts"]},
    "tenant_deletion": {"due_at": NOW + timedelta(days=14)},
}
_BY_TYPE: dict[str, Any] = {
    "uuid": uuid.uuid4, "text": "en", "int2": 1, "int4": 1, "int8": 1, "numeric": 1, "float8": 1.0, "bool": False,
    "date": date(2026, 1, 5), "timestamptz": NOW, "time": time(9), "bytea": b"bytes", "jsonb": lambda: Jsonb({}),
    "json": lambda: Jsonb({}), "interval": timedelta(days=1),
}  # fmt: skip
_BY_NAME = {"email": "somebody@side.example", "url": "https://side.example", "currency": "EUR", "country": "CA"}
_COLUMNS = """
select a.attname, t.typname, a.attnotnull and not a.atthasdef and a.attidentity = '' and a.attgenerated = ''
from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
_CHECKS = """
select a.attname, pg_get_constraintdef(c.oid) from pg_constraint c
join pg_attribute a on a.attrelid = c.conrelid and array[a.attnum] = c.conkey
where c.contype = 'c' and c.conrelid = %s::regclass
"""
_REFERENCES = """
select f.confrelid::regclass::text,
  array(select attname::text from unnest(f.conkey) with ordinality k(n, i) join pg_attribute a
    on a.attrelid = f.conrelid and a.attnum = k.n order by i),
  array(select attname::text from unnest(f.confkey) with ordinality k(n, i) join pg_attribute a
    on a.attrelid = f.confrelid and a.attnum = k.n order by i)
from pg_constraint f where f.contype = 'f' and f.conrelid = %s::regclass and f.conrelid <> f.confrelid
"""
TENANT_TABLES = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'city_id'
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1
"""


def list_tables(admin: Connection) -> list[str]:
    """Every table of rows that belong to a city."""
    return [row[0] for row in admin.execute(TENANT_TABLES)]


def count_rows(admin: Connection, city: uuid.UUID) -> dict[str, int]:
    """How many rows of a city each of its tables holds."""
    counts = {}
    for table in list_tables(admin):
        row = admin.execute(sql.SQL("select count(*) from {} where city_id = %s").format(sql.Identifier(table)), (city,)).fetchone()
        assert row
        counts[table] = int(row[0])
    return counts


def fill_city(world: World, name: str = "toronto", recipient: str = "network") -> uuid.UUID:
    """Put a row into every tenant table for a city; gives its id."""
    admin, city = world.admin, world.ids[name]
    person = world.actor(name, "coordinator").person_id
    add_incident(admin, city, created_by=person, tlp="AMBER")
    add_incident(admin, city, created_by=person, tlp="RED")
    waiting = [table for table, count in count_rows(admin, city).items() if count == 0]
    # What triggers would make of a row is made like any other, and what they would refuse is not the point.
    admin.execute("set session_replication_role = replica")
    try:
        while waiting:
            later: list[str] = []
            reasons = {}
            for table in waiting:
                try:
                    if not _fill(admin, table, city, person, world.ids[recipient]):
                        later.append(table)
                except Exception as error:
                    raise AssertionError(f"say in tests/full_world.py how a row of {table} is made: {error}") from error
                reasons[table] = "it waits for a table that it refers to"
            assert len(later) < len(waiting), (later, reasons)
            waiting = later
    finally:
        admin.execute("set session_replication_role = origin")
    admin.execute("select settle_agreements()")
    return city


def _fill(admin: Connection, table: str, city: uuid.UUID, person: Any, recipient: uuid.UUID) -> bool:
    """Make one row; False while a table that it refers to is empty.

    Where the rules of a table tie columns to each other, other values of its lists are tried, and
    then the columns that may be empty are filled too.
    """
    columns = admin.execute(_COLUMNS, (table,)).fetchall()
    lists = {name: found for name, rule in admin.execute(_CHECKS, (table,))
             if "ANY" in rule and (found := re.findall(r"'([^']*)'::text", rule))}  # fmt: skip
    given = VALUES.get(table, {})
    reason: Exception | None = None
    for is_rich in (False, True):
        needed = {name for name, _kind, is_needed in columns if is_needed or given.get(name) is REFERS}
        if is_rich:
            needed |= {name for name, _kind, _needed in columns if name not in _LEFT_EMPTY}
        values = _references(admin, table, city, person, recipient, needed)
        if values is None:
            return False
        fixed = set(values) | set(given)
        for name, kind, is_needed in columns:
            if name in given and given[name] is not REFERS:
                values[name] = given[name]
            elif name not in values and (is_needed or (is_rich and name in lists)):
                made = lists[name][0] if name in lists else _BY_NAME[name] if name in _BY_NAME else [] if kind.startswith("_") else _BY_TYPE[kind]
                values[name] = made() if callable(made) else made
        _point_to_records(admin, table, city, values)
        free = [name for name in lists if name in values and name not in fixed]
        for chosen in islice(product(*(lists[name] for name in free)), 300):
            try:
                _insert(admin, table, values | dict(zip(free, chosen, strict=True)))
                return True
            except (psycopg.errors.CheckViolation, psycopg.errors.DatatypeMismatch) as error:
                reason = reason or error
    assert reason
    raise reason


_LEFT_EMPTY = {"archived_at", "archived_by", "deleted_at", "revoked_at", "revoked_by", "closed_at"}


def _references(
    admin: Connection, table: str, city: uuid.UUID, person: Any, recipient: uuid.UUID, needed: set[str]
) -> dict[str, Any] | None:
    values: dict[str, Any] = {"city_id": city}
    for target, own, theirs in admin.execute(_REFERENCES, (table,)).fetchall():
        if not needed & {column for column in own if column != "city_id"}:
            continue
        if target == "person":
            values[own[0]] = person
        elif target == "organisation":
            values |= {"recipient_id": recipient, "recipient_kind": "network"} if "recipient_id" in own else {}
        else:
            where = sql.SQL(" where city_id = %s") if "city_id" in theirs else sql.SQL("")
            row = admin.execute(
                sql.SQL("select {} from {}{} limit 1").format(
                    sql.SQL(", ").join(map(sql.Identifier, theirs)), sql.Identifier(target), where),
                (city,) if "city_id" in theirs else (),
            ).fetchone()  # fmt: skip
            if row is None:
                return None
            values |= dict(zip(own, row, strict=True))
    return values


def _insert(admin: Connection, table: str, values: dict[str, Any]) -> None:
    admin.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values))),
        list(values.values()),
    )  # fmt: skip


def _point_to_records(admin: Connection, table: str, city: uuid.UUID, values: dict[str, Any]) -> None:
    """Let what is written about records be about ones that there are."""
    if table.startswith("record_"):
        partner = admin.execute("select partner_id from partner where city_id = %s", (city,)).fetchone()
        incident = admin.execute("select incident_id from incident where city_id = %s", (city,)).fetchone()
        for name, row in (("record_id", partner), ("from_id", partner), ("to_id", incident)):
            if name in values and row:
                values[name] = row[0]

"""Whatever a file holds, what is stored is what it says: random files, corrections and mistakes."""

import csv
import io
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.incidents import codes
from tests.conftest import Connection
from tests.incidents.imports.factory import import_bytes, problems, stored
from tests.world import World

HEADER = ["external_reference", "kind", "bias_motivations", "crime_type", "severity", "occurred_on", "occurred_time",
          "reported_on", "place_type", "district", "place_name", "affected_groups", "summary"]  # fmt: skip
# What a cell can hold: anything but what no file or database keeps, and no blanks at its ends. A bare
# carriage return is left out since Python 3.11 writes it without quotation marks.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=("Cs",)), max_size=60
).map(str.strip).filter(lambda text: not text.startswith("#"))  # fmt: skip
DAYS = st.dates(date(1990, 1, 1), date(2025, 12, 31))


@st.composite
def incidents(draw: st.DrawFn) -> dict[str, Any]:
    day = draw(DAYS)
    return {
        "kind": draw(st.sampled_from(list(codes.KIND))),
        "bias_motivations": draw(st.lists(st.sampled_from(list(codes.BIAS)), min_size=1, max_size=4, unique=True)),
        "crime_type": draw(st.none() | st.sampled_from(list(codes.CRIME))),
        "severity": draw(st.integers(1, 5)),
        "occurred_on": day,
        "occurred_time": draw(st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0))),
        "reported_on": draw(st.none() | st.dates(day, date(2025, 12, 31))),
        "place_type": draw(st.sampled_from(list(codes.PLACE))),
        "district": draw(TEXT), "place_name": draw(TEXT), "affected_groups": draw(TEXT), "summary": draw(TEXT),
    }  # fmt: skip


REFERENCES = st.text("abcäß€123-/ ;,\"", min_size=1, max_size=12).map(str.strip).filter(bool)
FILES = st.dictionaries(REFERENCES, incidents(), min_size=1, max_size=12)
FORMS = st.tuples(
    st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y"]), st.booleans(),
)  # fmt: skip


def cell(value: Any, day_format: str) -> str:
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, date):
        return value.strftime(day_format)
    return value.isoformat("minutes") if isinstance(value, time) else "" if value is None else str(value)


def as_file(found: dict[str, dict[str, Any]], form: tuple[str, str, str, str, bool]) -> bytes:
    separator, encoding, end, day_format, is_quoted = form
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL)
    writer.writerow(HEADER)
    for reference, data in found.items():
        writer.writerow([reference, *(cell(data[name], day_format) for name in HEADER[1:])])
    return out.getvalue().encode(encoding)


def expected(data: dict[str, Any]) -> tuple[Any, ...]:
    clock = data["occurred_time"]
    return (
        data["kind"], data["bias_motivations"], data["crime_type"], data["severity"],
        datetime.combine(data["occurred_on"], clock or time(0), UTC), "minute" if clock is not None else "day",
        datetime.combine(data["reported_on"], time(0), UTC) if data["reported_on"] else None,
        data["place_type"], data["district"], data["place_name"], data["affected_groups"], data["summary"], {},
    )  # fmt: skip


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def clear(world: World) -> None:
    for table in ("incident", "import_problem", "import_chunk", "import_run", "trend_cell"):
        world.admin.execute(f"delete from {table}")


QUICK = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True)


@QUICK
@given(found=FILES, form=FORMS, other_form=FORMS, data=st.data())
def test_what_is_stored_is_what_the_file_says(
    app: Flask, world: World, found: dict[str, dict[str, Any]], form: Any, other_form: Any, data: st.DataObject
) -> None:
    clear(world)
    actor = world.actor("toronto", "officer")
    run = import_bytes(app, as_file(found, form), actor)
    assert (run.status, run.rows_new, run.rows_changed) == ("done", len(found), 0), (run.reason, problems(app, run, actor))
    after = stored(world.admin)
    assert {reference: row[:-1] for reference, row in after.items()} == {r: expected(d) for r, d in found.items()}

    # The same incidents in another form and order change nothing.
    again = dict(data.draw(st.permutations(list(found.items()))))
    run = import_bytes(app, as_file(again, other_form), actor)
    assert (run.status, run.rows_new, run.rows_changed, run.rows_unchanged) == ("done", 0, 0, len(found)), run.reason
    assert stored(world.admin) == after

    # A corrected file changes exactly the rows that are corrected.
    wrong = data.draw(st.sets(st.sampled_from(sorted(found))))
    corrected = {r: ({**d, "severity": d["severity"] % 5 + 1} if r in wrong else d) for r, d in found.items()}
    run = import_bytes(app, as_file(corrected, form), actor)
    assert (run.status, run.rows_new, run.rows_changed) == ("done", 0, len(wrong)), run.reason
    final = stored(world.admin)
    assert {r for r in final if final[r] != after[r]} == wrong
    assert {r: row[:-1] for r, row in final.items()} == {r: expected(d) for r, d in corrected.items()}
    counted = world.admin.execute("select sum(incidents) from trend_cell where grain = 'month' and bias = ''").fetchone()
    assert counted == (len(found),)


BAD = {"kind": "war", "bias_motivations": ["envy"], "crime_type": "sin", "severity": 9, "occurred_on": "31.02.2024",
       "occurred_time": "25:61", "reported_on": "soon", "place_type": "moon", "district": "x" * 201, "affected_groups": "x" * 501}  # fmt: skip


@QUICK
@given(found=FILES, form=FORMS, name=st.sampled_from(sorted(BAD)), data=st.data())
def test_one_bad_cell_and_nothing_of_the_file_is_stored(
    app: Flask, world: World, found: dict[str, dict[str, Any]], form: Any, name: str, data: st.DataObject
) -> None:
    clear(world)
    actor = world.actor("toronto", "officer")
    import_bytes(app, as_file(found, form), actor)
    before = stored(world.admin)
    number = data.draw(st.integers(0, len(found) - 1))
    reference = list(found)[number]
    changed = {r: {**d, "summary": "changed", "reported_on": None} for r, d in found.items()}
    changed[reference] = {**changed[reference], name: BAD[name]}
    run = import_bytes(app, as_file(changed, form), actor)
    assert (run.status, run.problem_count) == ("rejected", 1)
    (_line, column, value, reason) = problems(app, run, actor)[0]
    assert column == name and value == cell(BAD[name], "")[:200] and reason
    assert stored(world.admin) == before

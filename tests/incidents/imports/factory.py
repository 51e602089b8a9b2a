"""Files of incidents for the tests, in Concord's own columns."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask

from network.incidents.imports import service
from network.incidents.imports.models import ImportRun
from network.kernel.tenancy import Actor, acting_as
from tests.conftest import Connection

HEADER = ["external_reference", "kind", "bias_motivations", "severity", "occurred_on", "occurred_time", "district", "summary"]
KINDS = ["threat", "hate_crime", "hate_speech_online", "extremist_propaganda"]
BIASES = ["age", "antisemitism", "anti_muslim;sex_gender", "disability"]


def rows(count: int) -> Iterator[list[str]]:
    """Plausible rows, each different from the others."""
    for i in range(count):
        yield [f"ref-{i}", KINDS[i % 4], BIASES[i % 4], str(i % 5 + 1), f"20{10 + i % 14}-{i % 12 + 1:02d}-{i % 28 + 1:02d}",
               "12:30" if i % 2 else "", f"District {i % 40}", f"What happened, number {i}, in so many words."]  # fmt: skip


def write_csv(lines: Iterable[list[str]], *, header: list[str] | None = None) -> bytes:
    """The rows as the bytes of a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header or HEADER)
    writer.writerows(lines)
    return out.getvalue().encode()


def import_bytes(app: Flask, content: bytes, actor: Actor, *, name: str = "file.csv", **options: Any) -> ImportRun:
    """Import a file at once, as the command does."""
    with tempfile.TemporaryDirectory() as folder, app.app_context():
        path = f"{folder}/{name}"
        with open(path, "wb") as file:
            file.write(content)
        return service.import_file(path, actor=actor, **options)


def stored(admin: Connection) -> dict[str, tuple[Any, ...]]:
    """The imported facts of every incident by reference."""
    found = admin.execute(
        "select external_reference, kind, bias_motivations, crime_type, severity, occurred_at, occurred_precision,"
        " reported_at, place_type, district, place_name, affected_groups, summary, original_labels, version"
        " from incident order by 1"
    ).fetchall()
    return {row[0]: row[1:] for row in found}


def problems(app: Flask, run: ImportRun, actor: Actor) -> list[tuple[int, str, str, str]]:
    """What was noted about a file."""
    with app.app_context(), acting_as(actor):
        return [(p.line, p.column, p.value, p.reason) for p in service.list_problems(run)]

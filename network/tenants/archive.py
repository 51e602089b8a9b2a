"""An archive of a city: a ZIP with one file of JSON lines for each table, its attachments, a manifest.

The manifest says what is in it, with the number of rows and the SHA-256 of each file, and what was left
out and why. Every time is in UTC. Rows come in the order of their keys, so that two archives of the same
state are the same.
"""

import hashlib
import json
import re
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any

from sqlalchemy import Connection, text

from network.tenants.catalogue import LEFT_OUT, TenantTable, list_tenant_tables, readable_columns

FORMAT = "concord-tenant"
VERSION = 1
CHUNKS = "record_attachment_chunk"
"""The table whose content leaves as files."""

Progress = Callable[[int, int], None]
"""Called with how many tables are done, and of how many."""


class _Writer:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def write(self, name: str, parts: Iterable[bytes]) -> dict[str, Any]:
        digest, count, size = hashlib.sha256(), 0, 0
        entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        with self.archive.open(entry, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                count, size = count + 1, size + len(part)
        return {"file": name, "rows": count, "bytes": size, "sha256": digest.hexdigest()}


def prepare(connection: Connection) -> None:
    """Let values come out the same wherever the archive is made."""
    for setting in ("set local timezone to 'UTC'", "set local bytea_output to 'hex'",
                    "set local extra_float_digits to 1", "set local intervalstyle to 'iso_8601'"):  # fmt: skip
        connection.execute(text(setting))


def _lines(connection: Connection, query: str, city_id: uuid.UUID, *, at_once: int = 500) -> Iterator[bytes]:
    rows = connection.execution_options(stream_results=True, yield_per=at_once).execute(text(query), {"city": city_id})
    for row in rows:
        yield str(row[0]).encode() + b"\n"


def write_archive(
    connection: Connection, city_id: uuid.UUID, file: IO[bytes], *, seen_by: str = "", progress: Progress | None = None
) -> dict[str, Any]:
    """Write the archive of a city as the connection's role sees it, and give its manifest.

    ``seen_by`` says whose view it is, empty for the whole. The transaction should be one that sees one
    state only (repeatable read).
    """
    prepare(connection)
    every = list_tenant_tables(connection)
    tables = [table for table in every if table.name not in LEFT_OUT]
    manifest: dict[str, Any] = {
        "format": FORMAT, "version": VERSION, "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "schema": current_schema(connection), "city_id": str(city_id), "seen_by": seen_by or "everything",
        "tables": {}, "attachments": {}, "beside": {},
        "left_out": {name: LEFT_OUT[name] for name in sorted(LEFT_OUT) if name in {table.name for table in every}},
    }  # fmt: skip
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        writer = _Writer(archive)
        for done, table in enumerate(tables):
            if progress is not None:
                progress(done, len(tables))
            _write_table(connection, writer, table, city_id, manifest)
        for name, query in _beside(tables, manifest).items():
            manifest["beside"][name] = writer.write(f"{name}.jsonl", _lines(connection, query, city_id))
        writer.write("manifest.json", [json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n"])
    if progress is not None:
        progress(len(tables), len(tables))
    return manifest


def current_schema(connection: Connection) -> str:
    """A mark of which tables and columns there are: archives fit installations with the same mark."""
    digest = hashlib.sha256()
    for table in list_tenant_tables(connection):
        digest.update(f"{table.name}({','.join(table.columns)})".encode())
    return digest.hexdigest()[:16]


def _write_table(
    connection: Connection, writer: _Writer, table: TenantTable, city_id: uuid.UUID, manifest: dict[str, Any]
) -> None:
    columns = readable_columns(connection, table)
    if not set(table.key) <= set(columns):
        manifest["left_out"][table.name] = "kept by the platform; nobody of the city reads it"
        return
    chosen = ", ".join(f'"{column}"' for column in columns)
    if table.name == CHUNKS:
        chosen = ", ".join(f'"{c}"' for c in columns if c != "content") + ", length(content) as byte_count"
    order = ", ".join(f'"{column}"' for column in table.key)
    query = (f'select to_jsonb(r)::text from (select {chosen} from public."{table.name}"'
             f" where city_id = :city order by {order}) r")  # fmt: skip
    # Rows that hold a whole file are large.
    at_once = 2 if table.name != CHUNKS and "content" in columns and "byte_count" in columns else 500
    facts = writer.write(f"tables/{table.name}.jsonl", _lines(connection, query, city_id, at_once=at_once))
    if columns != table.columns:
        facts["columns"] = list(columns)
    manifest["tables"][table.name] = facts
    if table.name == CHUNKS:
        _write_attachments(connection, writer, city_id, manifest)


def _write_attachments(connection: Connection, writer: _Writer, city_id: uuid.UUID, manifest: dict[str, Any]) -> None:
    rows = connection.execute(
        text("select attachment_id, file_name from record_attachment where city_id = :city order by 1"), {"city": city_id}
    ).all()
    for attachment_id, file_name in rows:
        name = re.sub(r"[^\w.\- ]", "_", file_name).lstrip(".")[-120:] or "file"
        query = text("select content from record_attachment_chunk where city_id = :city and attachment_id = :id"
                     " order by position")  # fmt: skip
        parts = connection.execution_options(stream_results=True, yield_per=4).execute(
            query, {"city": city_id, "id": attachment_id}
        )
        facts = writer.write(f"attachments/{attachment_id}/{name}", (bytes(row[0]) for row in parts))
        manifest["attachments"][str(attachment_id)] = {key: facts[key] for key in ("file", "bytes", "sha256")}


def _beside(tables: list[TenantTable], manifest: dict[str, Any]) -> dict[str, str]:
    """What a city needs besides its own tables: itself as an organisation, its people, whom it signed with."""
    written = [table for table in tables if table.name in manifest["tables"]]
    mentioned = " union ".join(
        f'select "{column}" from public."{table.name}" where city_id = :city'
        for table in written for column in table.person_columns
    )  # fmt: skip
    people = "select person_id from membership where organisation_id = :city"
    if mentioned:
        people += f" union {mentioned}"
    organisation = "organisation_id, kind, name, slug, country, is_demo, created_at, version, closed_at"
    return {
        "organisation": f"select to_jsonb(r)::text from (select {organisation} from organisation"
                        " where organisation_id = :city) r",
        "membership": "select to_jsonb(r)::text from (select organisation_id, person_id, kind, role, created_at"
                      " from membership where organisation_id = :city order by person_id) r",
        "people": "select to_jsonb(r)::text from (select person_id, email, name, locale, created_at from person"
                  f" where person_id in ({people}) order by person_id) r",
        "saved_search": "select to_jsonb(r)::text from (select organisation_id, search_id, person_id, name, arguments,"
                        " is_mailed, created_at, seen_until from saved_search where organisation_id = :city and person_id in"
                        " (select person_id from membership where organisation_id = :city) order by search_id) r",
        "questions_asked": "select to_jsonb(r)::text from (select question_id, practice_id, asker_name, body, is_private,"
                           " created_at, answer, answered_by_name, answered_at from practice_question"
                           " where organisation_id = :city order by question_id) r",
        "thanks_given": "select to_jsonb(r)::text from (select practice_id, note, created_at from practice_thanks"
                        " where organisation_id = :city order by practice_id) r",
        "counterparts": "select to_jsonb(r)::text from (select organisation_id, kind, name, slug, country, is_demo,"
                        " created_at from organisation where organisation_id in (select recipient_id"
                        " from sharing_agreement where city_id = :city) order by organisation_id) r",
    }  # fmt: skip

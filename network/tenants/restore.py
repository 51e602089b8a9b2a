"""Taking an archive in: all of it or nothing, into an installation that does not have the city yet."""

import hashlib
import json
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from network.kernel.errors import Refused
from network.tenants.archive import CHUNKS, FORMAT, VERSION, current_schema, prepare
from network.tenants.catalogue import TenantTable, list_tenant_tables

PIECE = 1 << 20
ON_ITS_WAY = ("submitted", "in_review", "changes_asked", "accepted", "published", "due")
"""States of a practice that curators answer for."""
COLUMNS = {
    "organisation": ("organisation_id", "kind", "name", "slug", "country", "is_demo", "created_at", "version", "closed_at"),
    "counterparts": ("organisation_id", "kind", "name", "slug", "country", "is_demo", "created_at"),
    "people": ("person_id", "email", "name", "locale", "created_at"),
    "saved_search": ("organisation_id", "search_id", "person_id", "name", "arguments", "is_mailed", "created_at", "seen_until"),
    "membership": ("organisation_id", "person_id", "kind", "role", "created_at"),
}
"""What may stand in the files beside the tables: never a password."""


@dataclass(frozen=True)
class Restored:
    """What came in."""

    name: str
    rows: int
    attachments: int
    people_made: int
    people_known: int


def restore_archive(connection: Connection, path: Path) -> Restored:
    """Take the archive of a city in, within the connection's transaction, which the caller commits.

    The connection is the administrator's. Ids stay what they were. People are matched by e-mail;
    who is new gets no password and asks for one. Organisations with which the city signed are matched by
    id, else by kind, country and name; who is missing is made, without anybody in it. Whoever is mentioned
    but not in the archive becomes a former colleague without a name. Refused for an archive that is
    damaged, of another version, or of a city that is here already. An archive is somebody else's file:
    it brings one city, its own rows and nothing else, whatever is written in it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _check(connection, archive)
            return _Restoring(connection, archive, manifest).run()
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Refused(f"{path} is no archive of a city, or it is damaged ({type(error).__name__}).") from None
    except IntegrityError as error:
        reason = str(error.orig).splitlines()[0]
        raise Refused(f"Nothing was taken in, since it does not fit what is here: {reason}") from None


def _check(connection: Connection, archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    if (manifest.get("format"), manifest.get("version")) != (FORMAT, VERSION):
        raise Refused("This is an archive of another kind or version.")
    if manifest["schema"] != current_schema(connection):
        raise Refused("The archive was made by another version of Concord: bring both to the same one.")
    tables = {table.name: table.columns for table in list_tenant_tables(connection)}
    for name, facts in manifest["tables"].items():
        if not set(facts.get("columns", ())) <= set(tables.get(name, ())):
            raise Refused(f"{name} has columns that there are not: the archive is damaged.")
    for facts in [*manifest["tables"].values(), *manifest["beside"].values(), *manifest["attachments"].values()]:
        digest, rows = hashlib.sha256(), 0
        with archive.open(facts["file"]) as file:
            while part := file.read(PIECE):
                digest.update(part)
                rows += part.count(b"\n")
        if digest.hexdigest() != facts["sha256"] or facts.get("rows", rows) != rows:
            raise Refused(f"{facts['file']} is not what the manifest says: the archive is damaged.")
    return manifest


class _Restoring:
    def __init__(self, connection: Connection, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self.connection, self.archive, self.manifest = connection, archive, manifest
        self.city_id = uuid.UUID(manifest["city_id"])
        self.other_ids: dict[str, str] = {}
        self.here: dict[str, bool] = {}
        self.unpublished: set[str] = set()
        self.made = self.known = 0

    def run(self) -> Restored:
        prepare(self.connection)
        self.execute("select set_config('concord.tenant_id', :city, true)", city=str(self.city_id))
        (organisation,) = self.read("organisation")
        others = {other["kind"] for other in self.read("counterparts")}
        if (organisation["organisation_id"], organisation["kind"]) != (str(self.city_id), "city") or not others <= {
            "nation", "network"
        }:  # fmt: skip
            raise Refused("This is not the archive of a city.")
        tables = [t for t in list_tenant_tables(self.connection) if t.name in self.manifest["tables"]]
        self.become("concord_custodian")
        self._add_organisations(organisation)
        self._add_people(tables)
        self.become("concord_owner")
        # What the triggers would write is in the archive already.
        for table in tables:
            self.execute(f'alter table public."{table.name}" disable trigger user')
        self.become("none")
        self.execute("create temporary table staged (place bigserial, line jsonb) on commit drop")
        self.execute("grant select on staged to concord_custodian")
        rows = sum(self._fill(table) for table in tables)
        self.become("concord_owner")
        for table in tables:
            self.execute(f'alter table public."{table.name}" enable trigger user')
        self._go_on_counting(tables)
        self.become("concord_definer")
        self.execute("select settle_agreements()")
        self.become("none")
        return Restored(organisation["name"], rows, len(self.manifest["attachments"]), self.made, self.known)

    def execute(self, statement: str, **values: Any) -> Any:
        return self.connection.execute(text(statement), values)

    def become(self, role: str) -> None:
        self.execute(f"set local role {role}")

    def read(self, name: str) -> list[dict[str, Any]]:
        facts = self.manifest["beside"][name]
        rows: list[dict[str, Any]] = [json.loads(line) for line in self.archive.read(facts["file"]).splitlines()]
        if any(not set(row) <= set(COLUMNS[name]) for row in rows):
            raise Refused(f"{name} holds what an archive does not hold: it is damaged.")
        return rows

    def insert(self, table: str, row: dict[str, Any]) -> None:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        self.execute(f"insert into {table} ({names}) values ({marks})", **row)

    def _add_organisations(self, organisation: dict[str, Any]) -> None:
        known = {
            str(row[0]): (row[1], row[2], row[3]) for row in self.execute("select organisation_id, kind, country, lower(name) from organisation")
        }
        if str(self.city_id) in known:
            raise Refused(f"{organisation['name']} is here already: delete it first.")
        slugs = {row[0] for row in self.execute("select slug from organisation")}
        if organisation["slug"] in slugs:
            raise Refused(f"Another organisation is called {organisation['slug']} here.")
        self.insert("organisation", {k: v for k, v in organisation.items() if k != "closed_at"})
        by_name = {facts: key for key, facts in known.items()}
        for other in self.read("counterparts"):
            if other["organisation_id"] in known:
                continue
            facts = (other["kind"], other["country"], other["name"].lower())
            if facts in by_name:
                self.other_ids[other["organisation_id"]] = by_name[facts]
                continue
            while other["slug"] in slugs:
                other["slug"] += "-2"
            slugs.add(other["slug"])
            self.insert("organisation", other)

    def _add_people(self, tables: list[TenantTable]) -> None:
        people = self.read("people")
        present = {person["person_id"] for person in people}
        people += [
            {"person_id": key, "email": f"{key}@unknown.invalid", "name": "Former colleague", "locale": None}
            for key in sorted(self._mentioned(tables) - present)
        ]  # fmt: skip
        for person in people:
            known = self.execute("select person_id from person where email = :email", email=person["email"]).scalar()
            if known is not None:
                self.known += 1
                if str(known) != person["person_id"]:
                    self.other_ids[person["person_id"]] = str(known)
                continue
            self.made += 1
            taken = self.execute("select 1 from person where person_id = :key", key=person["person_id"]).scalar()
            if taken:
                self.other_ids[person["person_id"]] = str(uuid.uuid4())
            row = {**person, "person_id": self.other_ids.get(person["person_id"], person["person_id"])}
            self.insert("person", row)
        for member in self.read("membership"):
            person_id = self.other_ids.get(member["person_id"], member["person_id"])
            self.insert("membership", {**member, "person_id": person_id})
        members = {str(row[0]) for row in self.execute("select person_id from membership where organisation_id = :city", city=str(self.city_id))}
        for search in self.read("saved_search"):
            person_id = self.other_ids.get(search["person_id"], search["person_id"])
            if person_id in members:
                self.insert("saved_search", {**search, "person_id": person_id})

    def _mentioned(self, tables: list[TenantTable]) -> set[str]:
        found = set()
        for table in tables:
            if table.person_columns:
                for line in self.lines(table.name):
                    row = json.loads(line)
                    found |= {row[column] for column in table.person_columns if row.get(column)}
        return found

    def lines(self, table: str) -> Iterator[bytes]:
        with self.archive.open(self.manifest["tables"][table]["file"]) as file:
            yield from file

    def _adapted(self, table: str) -> Iterator[str]:
        for raw in self.lines(table):
            line = raw.decode()
            # Ids are unique in the world, so wherever one stands it means the same.
            for old, new in self.other_ids.items():
                line = line.replace(old, new)
            if table.startswith("practice"):
                line = json.dumps(self._unpublished(table, json.loads(line)))
            if table == "sharing_agreement":
                # Whoever receives counts here has none of this city yet; they are settled at the end.
                line = json.dumps({**json.loads(line), "is_counted": False})
            yield line

    def _unpublished(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """What is in review or published elsewhere is a draft here: the library of this installation holds
        nothing of it, and its curators have not seen it."""
        if table == "practice" and (row["status"] in ON_ITS_WAY or row["published_version"] is not None):
            self.unpublished.add(row["practice_id"])
            row |= {"shared_version": None, "published_version": None}
            row["status"] = "draft" if row["status"] in ON_ITS_WAY else row["status"]
        elif table == "practice_adaptation" and row["author_id"] is not None and not self._is_here(row["author_id"]):
            row["author_id"] = None
        if row.get("practice_id") in self.unpublished and "is_shared" in row:
            row["is_shared"] = False
        return row | ({"published_as": ""} if "published_as" in row else {})

    def _is_here(self, organisation_id: str) -> bool:
        if organisation_id not in self.here:
            found = self.execute("select 1 from organisation where organisation_id = :key", key=organisation_id).scalar()
            self.here[organisation_id] = found is not None
        return self.here[organisation_id]

    def _fill(self, table: TenantTable) -> int:
        if table.name == CHUNKS:
            return self._fill_attachments()
        self.become("none")
        self.execute("truncate staged")
        count, batch, size = 0, [], 0
        for line in self._adapted(table.name):
            batch.append({"line": line})
            count, size = count + 1, size + len(line)
            if len(batch) == 500 or size > PIECE:
                self.connection.execute(text("insert into staged (line) values (cast(:line as jsonb))"), batch)
                batch, size = [], 0
        if batch:
            self.connection.execute(text("insert into staged (line) values (cast(:line as jsonb))"), batch)
        self.become("concord_custodian")
        columns = self.manifest["tables"][table.name].get("columns", table.columns)
        names, values = (", ".join(f'{place}"{column}"' for column in columns) for place in ("", "r."))
        # In one statement, so that rows of a table may refer to each other in any order.
        self.execute(
            f'insert into public."{table.name}" ({names}) overriding system value select {values} from staged s,'
            f' lateral jsonb_populate_record(null::public."{table.name}", s.line) r order by s.place'
        )
        return count

    def _fill_attachments(self) -> int:
        self.become("concord_custodian")
        count, now, file = 0, "", None
        for line in self._adapted(CHUNKS):
            row = json.loads(line)
            if row["attachment_id"] != now:
                now = row["attachment_id"]
                file = self.archive.open(self.manifest["attachments"][now]["file"])
            assert file is not None
            content = file.read(row.pop("byte_count"))
            readers = row.pop("reader_ids", None)
            self.execute(
                "insert into record_attachment_chunk (city_id, attachment_id, position, content, reader_ids)"
                " values (:city_id, :attachment_id, :position, :content, cast(:readers as uuid[]))",
                content=content, readers=readers, **row,
            )  # fmt: skip
            count += 1
        return count

    def _go_on_counting(self, tables: list[TenantTable]) -> None:
        """Numbers that the database hands out go on after those that came in."""
        for table in tables:
            for column in table.identities:
                self.become("concord_custodian")
                most = self.execute(f'select max("{column}") from public."{table.name}" where city_id = :city',
                                    city=self.city_id).scalar()  # fmt: skip
                self.become("concord_owner")
                if most:
                    self.execute(
                        "select setval(s, greatest(nextval(s), :most)) from pg_get_serial_sequence(:table, :column) s",
                        most=most, table=f"public.{table.name}", column=column,
                    )  # fmt: skip

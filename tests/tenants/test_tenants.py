"""A whole city: out as an archive, into a fresh installation where it is the same, and gone."""

import hashlib
import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy.exc import ProgrammingError

from network.kernel import migrate
from network.kernel.errors import Refused
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings
from network.tenants.archive import write_archive
from network.tenants.catalogue import LEFT_OUT
from network.tenants.commands import administering, enter_custody
from network.tenants.restore import Restored, restore_archive
from tests.conftest import Connection
from tests.full_world import count_rows, fill_city, list_tables
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in, work
from tests.world import World, add_incident, add_person


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def export(url: str, path: Path, slug: str = "toronto") -> dict[str, Any]:
    with administering(url, sees_one_state=True) as connection, path.open("w+b") as file:
        return write_archive(connection, enter_custody(connection, slug), file)


def restore(url: str, path: Path) -> Restored:
    with administering(url) as connection:
        return restore_archive(connection, path)


def remove(url: str, slug: str = "toronto") -> None:
    with administering(url) as connection:
        connection.exec_driver_sql("select remove_tenant(%s)", (enter_custody(connection, slug),))


def content(path: Path) -> dict[str, bytes]:
    """Every file of an archive; of the manifest all but the moment at which it was made."""
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(found["manifest.json"])
    del manifest["made_at"]
    return found | {"manifest.json": json.dumps(manifest, sort_keys=True).encode()}


def fill(world: World) -> uuid.UUID:
    city = fill_city(world)
    former = add_person(world.admin, world.ids["toronto"], "officer", email="former@toronto.example")
    add_incident(world.admin, city, created_by=former, tlp="RED", summary="only for the named")
    world.admin.execute("delete from membership where person_id = %s", (former,))
    attachment = world.admin.execute("select attachment_id from record_attachment").fetchone()
    assert attachment
    world.admin.execute("insert into record_attachment_chunk (city_id, attachment_id, position, content)"
                        " select city_id, attachment_id, position + 1, %s from record_attachment_chunk",
                        (bytes(range(256)) * 4000,))  # fmt: skip
    return city


def test_an_archive_holds_every_table_and_says_what_it_left_out(
    world: World, database: tuple[str, str], tmp_path: Path
) -> None:
    city = fill(world)
    manifest = export(database[0], tmp_path / "a.zip")
    counts = count_rows(world.admin, city)
    assert {name: facts["rows"] for name, facts in manifest["tables"].items()} == {
        name: count for name, count in counts.items() if name not in LEFT_OUT
    }
    assert set(manifest["left_out"]) == set(LEFT_OUT)
    files = content(tmp_path / "a.zip")
    assert b"only for the named" in files["tables/incident.jsonl"]
    assert b"password" not in files["people.jsonl"] and b"former@toronto.example" in files["people.jsonl"]
    (name,) = [name for name in files if name.startswith("attachments/")]
    assert re.fullmatch(r"attachments/[0-9a-f-]{36}/Who_ where_\.pdf", name)
    assert files[name] == b"bytes" + bytes(range(256)) * 4000
    again = tmp_path / "b.zip"
    export(database[0], again)
    assert content(again) == files


def test_another_citys_rows_are_not_in_it(world: World, database: tuple[str, str], tmp_path: Path) -> None:
    fill_city(world)
    add_incident(world.admin, world.ids["ottawa"], summary="of Ottawa")
    world.admin.execute("insert into partner (city_id, name, partner_type) values (%s, 'of Ottawa', 'ngo')", (world.ids["ottawa"],))
    export(database[0], tmp_path / "a.zip")
    assert not any(b"of Ottawa" in data for data in content(tmp_path / "a.zip").values())
    with administering(database[0]) as connection:
        enter_custody(connection, "ottawa")
        seen = connection.exec_driver_sql("select count(*) from meeting where city_id = %s", (world.ids["toronto"],))
        assert seen.scalar_one() == 0


def test_a_fresh_installation_takes_it_in_and_is_equal(
    world: World, database: tuple[str, str], new_database: Any, settings: Settings, tmp_path: Path
) -> None:
    city = fill(world)
    export(database[0], tmp_path / "a.zip")
    fresh = new_database()
    provision(fresh, settings)
    migrate.upgrade(fresh)
    done = restore(fresh, tmp_path / "a.zip")
    assert (done.name, done.people_known, done.attachments) == ("Toronto", 0, 1)
    export(fresh, tmp_path / "b.zip")
    assert content(tmp_path / "b.zip") == content(tmp_path / "a.zip")
    with connect(fresh) as there:
        assert count_rows(there, city) == count_rows(world.admin, city) | dict.fromkeys(LEFT_OUT, 0)
        assert there.execute("select count(*) from person where password_hash is not null").fetchone() == (0,)
        disabled = "select count(*) from pg_trigger where tgenabled = 'D'"
        assert there.execute(disabled).fetchone() == (0,)
        # The city goes on counting where it was.
        before = there.execute("select max(cell_id) from trend_cell").fetchone()
        add_incident(there, city)
        after = there.execute("select min(cell_id) from trend_cell where cell_id > %s", before).fetchone()
        assert before and after and after[0] > before[0]
        shared = there.execute("select sum(incidents) from shared_trend_cell where grain = 'month' and bias = ''").fetchone()
        assert shared and shared[0]
    with pytest.raises(Refused, match="here already"):
        restore(fresh, tmp_path / "a.zip")


def test_people_are_matched_by_e_mail(
    world: World, database: tuple[str, str], new_database: Any, settings: Settings, tmp_path: Path
) -> None:
    fill_city(world)
    person = world.actor("toronto", "coordinator").person_id
    export(database[0], tmp_path / "a.zip")
    email = world.admin.execute("select email from person where person_id = %s", (person,)).fetchone()
    fresh = new_database()
    provision(fresh, settings)
    migrate.upgrade(fresh)
    with connect(fresh) as there:
        known = there.execute("insert into person (email, name, password_hash) values (%s, 'Known', 'x') returning person_id", email).fetchone()
        assert known and restore(fresh, tmp_path / "a.zip").people_known == 1
        assert there.execute("select distinct created_by from incident").fetchall() == [known]
        assert there.execute("select person_id, role from membership").fetchall() == [(known[0], "coordinator")]
        assert there.execute("select name, password_hash from person").fetchall() == [("Known", "x")]
        # Nowhere is the id that the person had elsewhere.
        dumped = "".join(str(there.execute(sql.SQL("select * from {}").format(sql.Identifier(table))).fetchall())
                         for table in list_tables(there))  # fmt: skip
        assert str(person) not in dumped


def test_a_deleted_city_comes_back_from_its_archive(world: World, database: tuple[str, str], tmp_path: Path) -> None:
    fill(world)
    export(database[0], tmp_path / "a.zip")
    remove(database[0])
    assert all(count == 0 for count in count_rows(world.admin, world.ids["toronto"]).values())
    restore(database[0], tmp_path / "a.zip")
    export(database[0], tmp_path / "b.zip")
    assert content(tmp_path / "b.zip") == content(tmp_path / "a.zip")


@pytest.mark.parametrize("what", ["changed", "missing", "kind", "schema", "no zip"])
def test_a_damaged_archive_changes_nothing(world: World, database: tuple[str, str], tmp_path: Path, what: str) -> None:
    fill_city(world)
    export(database[0], tmp_path / "a.zip")
    remove(database[0])
    files = content(tmp_path / "a.zip")
    manifest = json.loads(files["manifest.json"])
    if what == "changed":
        files["tables/incident.jsonl"] = files["tables/incident.jsonl"].replace(b"threat", b"attack")
    elif what == "missing":
        del files["tables/incident.jsonl"]
    elif what in ("kind", "schema"):
        manifest["format" if what == "kind" else "schema"] = "other"
        files["manifest.json"] = json.dumps(manifest).encode()
    bad = tmp_path / "b.zip"
    if what == "no zip":
        bad.write_bytes(b"no archive")
    else:
        with zipfile.ZipFile(bad, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
    with pytest.raises(Refused):
        restore(database[0], bad)
    assert world.admin.execute("select count(*) from organisation where slug = 'toronto'").fetchone() == (0,)


def forge(path: Path, forged: Path, name: str, change: Callable[[Any], Any]) -> None:
    """Write an archive again, with a file of it or the manifest changed and every checksum right."""
    files = content(path)
    manifest = json.loads(files["manifest.json"])
    if name == "manifest":
        manifest = change(manifest)
    else:
        facts = (manifest["beside"] | manifest["tables"])[name]
        rows = change([json.loads(line) for line in files[facts["file"]].splitlines()])
        data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        files[facts["file"]] = data
        facts |= {"rows": len(rows), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(forged, "w") as archive:
        for file, data in files.items():
            archive.writestr(file, data)


def _as_columns(manifest: Any) -> Any:
    manifest["tables"]["partner"]["columns"] = ['city_id") select null from staged s, staged r; reset role; update person set name = \'in\'; --']
    return manifest


FORGED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "statements instead of columns": ("manifest", _as_columns),
    "an operator of the platform": ("organisation", lambda rows: [{**rows[0], "kind": "platform"}]),
    "another organisation": ("organisation", lambda rows: [{**rows[0], "organisation_id": str(uuid.uuid4())}]),
    "somebody with a password": ("people", lambda rows: [{**row, "password_hash": "x"} for row in rows]),
    "a city as counterpart": (
        "counterparts",
        lambda _rows: [{"organisation_id": str(uuid.uuid4()), "kind": "platform", "name": "Ours", "slug": "ours", "country": None}],
    ),
    "columns of people": ("membership", lambda rows: [{**rows[0], 'role") values (1); --': 1}]),
    "no object": ("people", lambda _rows: ["text"]),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_archive_opens_nothing(world: World, database: tuple[str, str], tmp_path: Path, what: str) -> None:
    fill_city(world)
    export(database[0], tmp_path / "a.zip")
    remove(database[0])
    forge(tmp_path / "a.zip", tmp_path / "b.zip", *FORGED[what])
    with pytest.raises(Refused):
        restore(database[0], tmp_path / "b.zip")
    assert world.admin.execute("select count(*) from organisation where slug = 'toronto'").fetchone() == (0,)
    assert world.admin.execute("select count(*) from person where name = 'in'").fetchone() == (0,)


def test_a_forged_archive_writes_nothing_into_another_city(
    world: World, database: tuple[str, str], tmp_path: Path
) -> None:
    fill_city(world)
    export(database[0], tmp_path / "a.zip")
    remove(database[0])
    other = str(world.ids["ottawa"])
    forge(tmp_path / "a.zip", tmp_path / "b.zip", "partner", lambda rows: [{**row, "city_id": other} for row in rows])
    with pytest.raises((Refused, ProgrammingError)):
        restore(database[0], tmp_path / "b.zip")
    assert world.admin.execute("select count(*) from partner").fetchone() == (0,)


def test_deleting_leaves_the_others_alone_and_takes_its_people(world: World, database: tuple[str, str]) -> None:
    fill_city(world)
    both = add_person(world.admin, world.ids["toronto"], "officer", email="both@cities.example")
    world.admin.execute("insert into membership (organisation_id, person_id, kind, role) values (%s, %s, 'city', 'officer')",
                        (world.ids["ottawa"], both))  # fmt: skip
    only = world.actor("toronto", "coordinator").person_id
    world.agree("toronto", "canada")
    add_incident(world.admin, world.ids["toronto"], tlp="GREEN")
    add_incident(world.admin, world.ids["ottawa"])
    world.admin.execute("insert into partner (city_id, name, partner_type) values (%s, 'Stays', 'ngo')", (world.ids["ottawa"],))
    before = count_rows(world.admin, world.ids["ottawa"])
    remove(database[0])
    assert count_rows(world.admin, world.ids["ottawa"]) == before
    assert world.admin.execute("select count(*) from organisation where slug = 'toronto'").fetchone() == (0,)
    assert world.admin.execute("select count(*) from person where person_id = %s", (only,)).fetchone() == (0,)
    assert world.admin.execute("select count(*) from person where person_id = %s", (both,)).fetchone() == (1,)
    rest = world.admin.execute("select coalesce(max(abs(n)), 0) from (select sum(incidents) n from shared_trend_cell"
                               " group by organisation_id, grain, period, bias, kind, severity) s").fetchone()  # fmt: skip
    assert rest == (0,)


def test_a_coordinator_takes_along_what_they_may_see(app: Flask, world: World) -> None:
    fill(world)
    world.admin.execute("delete from tenant_export")
    world.admin.execute("delete from tenant_deletion")
    add_incident(world.admin, world.ids["ottawa"], summary="of Ottawa")
    me = world.actor("toronto", "coordinator").person_id
    add_incident(world.admin, world.ids["toronto"], tlp="RED", summary="named for me", named_reader_ids=[me])
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert post(coordinator, "/data/exports", page="/data/").status_code == 302
    assert post(coordinator, "/data/exports", page="/data/").status_code == 422
    assert "Being made" in coordinator.get("/data/").text
    work(app)
    page = coordinator.get("/data/").text
    where = re.search(r'href="(/data/exports/[0-9a-f-]{36}\.zip)"', page)
    assert where and "Ready" in page
    answer = coordinator.get(where[1])
    assert answer.content_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        incidents = archive.read("tables/incident.jsonl").decode()
        manifest = json.loads(archive.read("manifest.json"))
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert "named for me" in incidents and "only for the named" not in incidents
    assert b"of Ottawa" not in everything and b"password_hash" not in everything
    assert manifest["seen_by"] == "coordinator" and len(manifest["attachments"]) == 1
    total = world.admin.execute("select tables_done = tables_total, row_count > 0 from tenant_export").fetchone()
    assert total == (True, True)
    # Nobody else of the city, not even another coordinator, gets at it.
    other = add_person(world.admin, world.ids["toronto"], "coordinator")
    world.people["toronto", "coordinator"] = other
    assert sign_in(app, world, "toronto", "coordinator").get(where[1]).status_code == 404
    assert sign_in(app, world, "toronto", "mayor").get(where[1]).status_code == 404
    world.admin.execute("update tenant_export set expires_at = now() - interval '1 minute'")
    assert coordinator.get(where[1]).status_code == 404
    world.admin.execute("set role concord_worker")
    world.admin.execute("select public.remove_expired_exports()")
    world.admin.execute("reset role")
    assert world.admin.execute("select count(*) from tenant_export_chunk").fetchone() == (0,)


def test_what_a_coordinator_took_along_can_be_taken_in(
    app: Flask, world: World, new_database: Any, settings: Settings, tmp_path: Path
) -> None:
    fill(world)
    world.admin.execute("delete from tenant_export")
    former = add_person(world.admin, world.ids["toronto"], "officer")
    add_incident(world.admin, world.ids["toronto"], created_by=former)
    world.admin.execute("delete from membership where person_id = %s", (former,))
    coordinator = sign_in(app, world, "toronto", "coordinator")
    post(coordinator, "/data/exports", page="/data/")
    work(app)
    where = re.search(r'href="(/data/exports/[0-9a-f-]{36}\.zip)"', coordinator.get("/data/").text)
    assert where
    (tmp_path / "a.zip").write_bytes(coordinator.get(where[1]).data)
    fresh = new_database()
    provision(fresh, settings)
    migrate.upgrade(fresh)
    restore(fresh, tmp_path / "a.zip")
    with connect(fresh) as there:
        found = there.execute("select name, email like '%%@unknown.invalid' from person where person_id = %s", (former,)).fetchone()
        assert found == ("Former colleague", True)


def test_a_city_leaves_after_a_time_in_which_it_can_change_its_mind(app: Flask, world: World, settings: Settings) -> None:
    fill_city(world)
    world.admin.execute("delete from tenant_deletion")
    world.agree("toronto", "canada")
    world.actor("toronto", "mayor")
    for file in (settings.data_dir / "mail").glob("*.eml"):
        file.unlink()
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert "Toronto" in coordinator.get("/data/delete").text
    assert post(coordinator, "/data/delete", name="Ottawa").status_code == 400
    assert world.admin.execute("select count(*) from tenant_deletion").fetchone() == (0,)
    assert post(coordinator, "/data/delete", name="toronto").status_code == 302
    assert world.admin.execute("select count(*) from sharing_agreement where revoked_at is null").fetchone() == (0,)
    assert post(coordinator, "/data/delete", name="toronto").status_code == 422
    work(app)
    mails = [file.read_text() for file in (settings.data_dir / "mail").glob("*.eml")]
    assert len(mails) == 2 and all("/data/" in mail for mail in mails)
    mayor = sign_in(app, world, "toronto", "mayor")
    assert "Keep the city" in mayor.get("/data/").text
    assert post(mayor, "/data/keep", page="/data/").status_code == 302
    assert post(mayor, "/data/keep", page="/account").status_code == 404
    post(coordinator, "/data/delete", name="Toronto")
    due = "select remove_due_tenants()"
    assert world.admin.execute(due).fetchone() == (0,)
    world.admin.execute("update tenant_deletion set due_at = now() - interval '1 hour'")
    world.admin.execute("set role concord_worker")
    assert world.admin.execute(due).fetchone() == (1,)
    world.admin.execute("reset role")
    assert all(count == 0 for count in count_rows(world.admin, world.ids["toronto"]).values())
    assert coordinator.get("/incidents/").status_code == 302


@pytest.mark.parametrize(
    ("name", "role"),
    [("toronto", "officer"), ("toronto", "analyst"), ("toronto", "mayor"), ("toronto", "partner"), ("ottawa", "coordinator"),
     ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator")],
)  # fmt: skip
def test_who_may_not_export_or_delete(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    city, client, actor = world.ids["toronto"], sign_in(app, world, name, role), world.actor(name, role)
    if name == "toronto":
        for path in ("/data/exports", "/data/delete"):
            assert post(client, path, page="/account", name="Toronto").status_code == 404, path
    soon = datetime.now(UTC) + timedelta(days=14)
    insert = ("insert into tenant_deletion (city_id, requested_by, requested_by_name, due_at) values (%s, %s, 'X', %s)")
    assert as_.run(actor, insert, city, actor.person_id, soon) == 0
    assert as_.run(actor, "select remove_tenant(%s)", city) == 0
    assert as_.run(actor, "select remove_due_tenants()") == 0
    assert world.admin.execute("select count(*) from tenant_deletion").fetchone() == (0,)
    assert world.admin.execute("select count(*) from organisation where slug = 'toronto'").fetchone() == (1,)


def test_nobody_shortens_the_time_to_change_ones_mind(world: World, as_: As) -> None:
    actor, city = world.actor("toronto", "coordinator"), world.ids["toronto"]
    insert = "insert into tenant_deletion (city_id, requested_by, requested_by_name, due_at) values (%s, %s, 'X', %s)"
    assert as_.run(actor, insert, city, actor.person_id, datetime.now(UTC)) == 0
    assert as_.run(actor, insert, city, actor.person_id, datetime.now(UTC) + timedelta(days=14)) == 1
    assert as_.run(actor, "update tenant_deletion set due_at = now()") == 0


def test_the_settings_of_custody_open_nothing_to_the_application(world: World, app_connection: Connection) -> None:
    fill_city(world)
    app_connection.execute("select set_config('concord.tenant_id', %s, false)", (str(world.ids["toronto"]),))
    for role in ("concord_custodian", "concord_definer", "concord_owner"):
        with pytest.raises(Exception, match="permission denied"):
            app_connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        app_connection.rollback()

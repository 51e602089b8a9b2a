"""``concord tenant …`` as whoever runs the server types it."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from psycopg.conninfo import make_conninfo

from network.kernel import migrate
from network.kernel.errors import ConcordError
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings
from network.tenants.commands import tenant
from tests.conftest import Connection
from tests.full_world import count_rows, fill_city
from tests.tenants.test_tenants import export, remove, restore
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask, database: tuple[str, str], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DATABASE_URL", database[0])
    monkeypatch.setenv("DATABASE_APP_URL", database[1])
    monkeypatch.setenv("CONCORD_DATA", str(settings.data_dir))
    return World(admin)


def run(*arguments: str, say: str = "") -> Result:
    result = CliRunner().invoke(tenant, arguments, input=say)
    if result.exception and not isinstance(result.exception, (SystemExit, ConcordError)):
        raise result.exception
    return result


def test_out_away_and_in_again(world: World, tmp_path: Path) -> None:
    city, file = fill_city(world), str(tmp_path / "toronto.zip")
    before = count_rows(world.admin, city)
    done = run("export", "toronto", file)
    assert done.exit_code == 0 and "1 attachments" in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["toronto.zip"]
    assert run("export", "toronto", file).exit_code == 1
    assert "There is no city atlantis" in run("export", "atlantis", str(tmp_path / "b.zip")).output
    assert [p.name for p in tmp_path.iterdir()] == ["toronto.zip"]
    assert run("delete", "toronto", say="ottawa\n").exit_code == 1
    assert count_rows(world.admin, city) == before
    assert "toronto is deleted" in run("delete", "toronto", say="toronto\n").output
    assert set(count_rows(world.admin, city).values()) == {0}
    assert "Toronto: " in run("import", file).output
    after = count_rows(world.admin, city)
    left_out = {"tenant_export": 0, "tenant_export_chunk": 0, "tenant_deletion": 0}
    assert after == before | left_out
    assert isinstance(run("import", file).exception, ConcordError)
    assert run("delete", "toronto", "--yes").exit_code == 0


def test_a_lesser_administrator_can_do_it_too(
    new_database: Any, settings: Settings, tmp_path: Path
) -> None:
    """Whoever owns the tables, without being a superuser, as ``deploy/roles.sql`` makes them."""
    url, name = new_database(), f"lesser_{uuid.uuid4().hex[:8]}"
    with connect(url) as admin:
        admin.execute(f"create role {name} login password 'x' nosuperuser nocreaterole")
        admin.execute(f"grant concord_owner, concord_definer, concord_custodian to {name}")
        admin.execute(f"grant create on database {admin.info.dbname} to {name}")
    provision(url, settings)
    migrate.upgrade(url)
    lesser = make_conninfo(url, user=name, password="x")
    try:
        with connect(url) as admin:
            city = fill_city(World(admin))
            before = count_rows(admin, city)
            export(lesser, tmp_path / "a.zip")
            remove(lesser)
            assert set(count_rows(admin, city).values()) == {0}
            restore(lesser, tmp_path / "a.zip")
            left_out = {"tenant_export": 0, "tenant_export_chunk": 0, "tenant_deletion": 0}
            assert count_rows(admin, city) == before | left_out
    finally:
        with connect(url) as admin:
            admin.execute(f"drop owned by {name}")
            admin.execute(f"drop role {name}")

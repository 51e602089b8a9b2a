"""``concord tenant …`` as whoever runs the server types it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from network.kernel.errors import ConcordError
from network.kernel.settings import Settings
from network.tenants.commands import tenant
from tests.conftest import Connection
from tests.full_world import count_rows, fill_city
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

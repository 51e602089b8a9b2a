"""A coordinator takes an import back as a whole, and brings it back."""

import pytest
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from network.incidents.imports import service
from network.incidents.imports.models import ImportRun
from network.kernel.db import db
from network.kernel.tenancy import acting_as
from tests.conftest import Connection
from tests.incidents.imports.factory import import_bytes, rows, write_csv
from tests.test_main_path import post, sign_in, work
from tests.world import World

COUNTED = "select coalesce(sum(incidents), 0) from trend_cell where grain = 'month' and bias = ''"


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def test_an_import_is_taken_back_and_brought_back(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ARCHIVED_AT_ONCE", 4)
    officer = world.actor("toronto", "officer")
    lines = list(rows(12))
    import_bytes(app, write_csv(lines[:3]), officer)
    lines[0][7] = "corrected"
    run = import_bytes(app, write_csv(lines), officer)
    assert (run.rows_new, run.rows_changed) == (9, 1)
    world.admin.execute("update incident set archived_at = '2020-01-01' where external_reference = 'ref-11'")
    where = f"/incidents/import/{run.import_id}"
    assert "Take this import back" not in sign_in(app, world, "toronto", "officer").get(where).text
    client = sign_in(app, world, "toronto", "coordinator")
    assert "Take this import back" in client.get(where).text
    assert post(client, f"{where}/undo", page=where).status_code == 302
    work(app)
    assert "Taken back: 8 incidents are archived." in client.get(where).text
    assert world.admin.execute("select count(*) from incident where archived_at is null").fetchone() == (3,)
    assert world.admin.execute(COUNTED).fetchone() == (3,)
    assert post(client, f"{where}/undo", page=where).status_code == 422
    # The file once more finds them archived and leaves them so.
    again = import_bytes(app, write_csv(lines), officer, only_check=True)
    assert (again.rows_new, again.rows_changed, again.found["archived"]) == (0, 0, 9)
    assert post(client, f"{where}/undo", page=where, back="1").status_code == 302
    work(app)
    assert world.admin.execute("select external_reference from incident where archived_at is not null").fetchall() == [("ref-11",)]
    assert world.admin.execute(COUNTED).fetchone() == (11,)
    assert "Take this import back" in client.get(where).text
    made = world.admin.execute("select incident_id from incident where external_reference = 'ref-5'").fetchone()
    assert made and where in client.get(f"/incidents/{made[0]}").text


def test_only_a_coordinator_of_the_city_takes_it_back(app: Flask, world: World) -> None:
    officer = world.actor("toronto", "officer")
    run = import_bytes(app, write_csv(rows(2)), officer)
    where = f"/incidents/import/{run.import_id}"
    for name, role in (("toronto", "officer"), ("toronto", "mayor"), ("ottawa", "coordinator"), ("canada", "coordinator")):
        client = sign_in(app, world, name, role)
        assert post(client, f"{where}/undo", page="/account").status_code == 404, (name, role)
    with app.app_context(), pytest.raises(ProgrammingError, match="row-level security"), acting_as(officer):
        found = db.session.get(ImportRun, (officer.organisation_id, run.import_id))
        assert found
        found.status = "archiving"
    assert world.admin.execute("select count(*) from incident where archived_at is not null").fetchone() == (0,)


def test_an_error_while_it_is_taken_back_changes_nothing(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = import_bytes(app, write_csv(rows(2)), world.actor("toronto", "officer"))
    where = f"/incidents/import/{run.import_id}"
    client = sign_in(app, world, "toronto", "coordinator")

    def broken(*_arguments: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(service.Progress, "tell", broken)
    post(client, f"{where}/undo", page=where)
    work(app)
    assert "nothing was changed" in client.get(where).text
    assert world.admin.execute("select count(*) from incident where archived_at is not null").fetchone() == (0,)

"""From a file to incidents: all or nothing, again without a change, corrected, killed, and on its way."""

import io
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from typing import Any

import pytest
from flask import Flask

from network.incidents.imports import service, staging
from network.kernel.tenancy import acting_as
from tests.conftest import ROOT, Connection
from tests.incidents.imports.factory import HEADER, import_bytes, problems, rows, stored, write_csv
from tests.test_main_path import import_through_the_pages, post, sign_in, work
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def test_a_file_again_changes_nothing_and_a_corrected_one_the_rows_corrected(app: Flask, world: World) -> None:
    actor = world.actor("toronto", "analyst")
    lines = list(rows(30))
    run = import_bytes(app, write_csv(lines), actor)
    assert (run.status, run.rows_new, run.rows_changed, run.rows_unchanged) == ("done", 30, 0, 0), run.reason
    before = stored(world.admin)
    run = import_bytes(app, write_csv(lines[::-1]), actor)
    assert (run.rows_new, run.rows_changed, run.rows_unchanged) == (0, 0, 30)
    assert stored(world.admin) == before
    lines[3][7], lines[9][3] = "corrected", "2"
    run = import_bytes(app, write_csv(lines), actor)
    assert (run.rows_new, run.rows_changed, run.rows_unchanged) == (0, 2, 28)
    after = stored(world.admin)
    assert {ref for ref in after if after[ref] != before[ref]} == {"ref-3", "ref-9"}
    assert after["ref-3"][-2:] == ({}, 2)
    cells = world.admin.execute("select sum(incidents) from trend_cell where grain = 'month' and bias = ''").fetchone()
    assert cells == (30,)


def test_a_bad_row_means_nothing_changes_and_every_bad_cell_is_named(app: Flask, world: World) -> None:
    actor = world.actor("toronto", "officer")
    lines = list(rows(5))
    lines[1][2], lines[2][4], lines[3][0], lines[4][3] = "envy", "2024-02-31", "ref-0", ""
    run = import_bytes(app, write_csv(lines), actor)
    assert run.status == "rejected" and run.problem_count == 4
    assert problems(app, run, actor) == [
        (3, "bias_motivations", "envy", "This is not a value of the list."),
        (4, "occurred_on", "2024-02-31", "Write a date as YYYY-MM-DD."),
        (5, "external_reference", "ref-0", "Line 2 has the same reference."),
        (6, "severity", "", "Fill in this field."),
    ]
    assert stored(world.admin) == {}


def test_a_workbook_and_its_formulas(app: Flask, world: World) -> None:
    from tests.incidents.imports.test_reading import book

    actor = world.actor("toronto", "officer")
    lines = [[*r[:4], r[4], "", r[6], r[7]] for r in rows(3)]
    run = import_bytes(app, book(HEADER, *lines), actor, name="file.xlsx")
    assert (run.status, run.rows_new) == ("done", 3), run.reason
    lines[1][3] = "=1+1"
    run = import_bytes(app, book(HEADER, *lines), actor, name="file.xlsx")
    assert [(p[0], p[1]) for p in problems(app, run, actor)] == [(3, "severity")]
    assert "formula has no result" in problems(app, run, actor)[0][3]


def test_dates_that_can_be_read_in_two_ways_are_asked_for(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    lines = [[*r[:4], "03/04/2024", *r[5:]] for r in rows(2)]
    where = import_through_the_pages(app, client, write_csv(lines), "dates.csv")
    page = client.get(where).text
    assert "can be read in two ways" in page and "Say how it is to be read" in page
    looked = client.get(f"{where}/reading?mapping=generic&date_order=dmy").text
    assert "03/04/2024" in looked and "What happened, number 1" in looked
    assert post(client, f"{where}/reading", mapping="generic", date_order="dmy").status_code == 302
    work(app)
    page = client.get(where).text
    assert "2024-04-03" in page and "Day, month, year" in page
    post(client, f"{where}/apply", page=where)
    work(app)
    assert world.admin.execute("select distinct occurred_on::text from incident").fetchall() == [("2024-04-03",)]


def test_the_separator_and_the_encoding_can_be_chosen(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    content = "\n".join([";".join(HEADER), "r1;threat;age;3;2024-01-05;;Łódź;x,y,z"]).encode("cp1250")
    where = import_through_the_pages(app, client, content, "polish.csv")
    assert "The encoding is a guess" in client.get(where).text
    for wrong in ({"encoding": "klingon"}, {"separator": "x"}, {"date_order": "ymd"}, {"mapping": "none"}):
        assert post(client, f"{where}/reading", **{"mapping": "generic", **wrong}).status_code == 400
    assert "Łódź" in client.get(f"{where}/reading?mapping=generic&encoding=cp1250").text
    assert post(client, f"{where}/reading", mapping="generic", encoding="cp1250", separator=";").status_code == 302
    work(app)
    page = client.get(where).text
    assert "Łódź" in page and "Windows-1250" in page and "Semicolon" in page


def test_unknown_columns_ask_for_a_mapping(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    answer = post(client, "/incidents/import/", file=(io.BytesIO(b"when,what\n2024-01-01,x\n"), "own.csv"))
    assert "The columns of this file are not known" in client.get(answer.location).text
    assert "lacks columns" in client.get(f"{answer.location}/reading?mapping=generic").text


def test_the_file_is_forgotten_when_stored_or_discarded(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = import_through_the_pages(app, client, write_csv(rows(2)), "a.csv")
    assert world.admin.execute("select count(*) from import_chunk").fetchone() == (1,)
    assert post(client, f"{where}/discard", page=where).status_code == 302
    assert world.admin.execute("select count(*) from import_chunk").fetchone() == (0,)
    assert post(client, f"{where}/apply", page="/incidents/import/").status_code == 422
    assert post(client, f"{where}/reading", page="/incidents/import/", mapping="generic").status_code == 400
    where = import_through_the_pages(app, client, write_csv(rows(2)), "b.csv")
    post(client, f"{where}/apply", page=where)
    work(app)
    assert world.admin.execute("select count(*) from import_chunk").fetchone() == (0,)
    assert world.admin.execute("select count(*) from incident where import_id is not null").fetchone() == (2,)


def test_an_unforeseen_error_ends_the_import_and_it_can_be_started_again(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = import_through_the_pages(app, client, write_csv(rows(3)), "a.csv")

    def broken(*_arguments: Any) -> Any:
        raise RuntimeError("the disk is full")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(staging, "write", broken)
        post(client, f"{where}/apply", page=where)
        work(app)
    page = client.get(where).text
    assert "Something went wrong and nothing was stored" in page and "disk" not in page
    assert stored(world.admin) == {}
    assert post(client, f"{where}/restart", page=where).status_code == 302
    work(app)
    post(client, f"{where}/apply", page=where)
    work(app)
    assert len(stored(world.admin)) == 3


def test_a_stalled_import_can_be_started_again_and_a_working_one_not(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = import_through_the_pages(app, client, write_csv(rows(1)), "a.csv")
    world.admin.execute("update import_run set status = 'applying', progress = 41")
    answer = client.get(where)
    assert answer.headers["Refresh"] == "2" and "41 % done" in answer.text and "Start again" not in answer.text
    assert "Refresh" not in client.get(f"{where}?still=1").headers
    assert post(client, f"{where}/restart", page="/incidents/import/").status_code == 422
    world.admin.execute("update import_run set progressed_at = now() - interval '1 hour'")
    answer = client.get(where)
    assert "Refresh" not in answer.headers and "Start again" in answer.text


def test_both_steps_tell_how_far_they_are(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = world.actor("toronto", "officer")
    monkeypatch.setattr(service, "SECONDS_BETWEEN_PROGRESS", 0)
    seen: dict[str, list[int]] = {"validating": [], "applying": []}
    tell = service.Progress.tell
    step = "validating"

    def listen(self: service.Progress, percent: int, count: int) -> None:
        tell(self, percent, count)
        # Another connection sees it while the step's own transaction is open.
        found = world.admin.execute("select progress from import_run").fetchone()
        assert found
        seen[step].append(found[0])

    monkeypatch.setattr(service.Progress, "tell", listen)
    run = import_bytes(app, write_csv(rows(3000)), actor, only_check=True)
    step = "applying"
    with app.app_context():
        service.apply(run.import_id, actor=actor)
    assert world.admin.execute("select rows_read, progress from import_run").fetchone() == (3000, 100)
    for percents in seen.values():
        assert len(percents) >= 6 and percents == sorted(percents) and percents[-1] <= 100
    assert seen["applying"][-1] == 100


KILLED = """
import sys, uuid
from network.app import create_app
from network.identity.service import find_actor
from network.incidents.imports import service
app = create_app()
with app.app_context():
    service.SECONDS_BETWEEN_PROGRESS = 0
    service.apply(uuid.UUID(sys.argv[1]), actor=find_actor(sys.argv[2], "toronto"))
"""


def test_killed_in_the_middle_leaves_nothing_and_can_be_done_again(app: Flask, world: World) -> None:
    actor = world.actor("toronto", "officer")
    import_bytes(app, write_csv(rows(50)), actor)
    run = import_bytes(app, write_csv([[*r[:3], "1", *r[4:]] for r in rows(4000)]), actor, only_check=True)
    world.admin.execute("update import_run set status = 'applying', progress = 0 where import_id = %s", (run.import_id,))
    before = stored(world.admin)
    email = world.admin.execute("select email from person where person_id = %s", (actor.person_id,)).fetchone()
    assert email
    settings = app.extensions["concord.settings"]
    environment = {**os.environ, "DATABASE_APP_URL": settings.database_app_url, "CONCORD_DATA": str(settings.data_dir)}
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(run.import_id), email[0]], env=environment, cwd=ROOT)
    try:
        for _ in range(600):
            found = world.admin.execute("select progress from import_run where import_id = %s", (run.import_id,)).fetchone()
            assert found and process.poll() is None
            if found[0] > 5:
                break
            time.sleep(0.02)
        assert found[0] > 5
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert stored(world.admin) == before
    with app.app_context():
        service.apply(run.import_id, actor=actor)
    assert len(stored(world.admin)) == 4000


def test_memory_does_not_grow_with_the_file(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the rows, the same memory: what Python holds at once while a file is read."""
    actor = world.actor("toronto", "officer")
    monkeypatch.setattr(service, "CHUNK", 1 << 14)
    peaks = []
    for count in (4000, 8000):
        run = import_bytes(app, write_csv(rows(count)), actor, only_check=True)
        with app.app_context():
            tracemalloc.start()
            service.apply(run.import_id, actor=actor)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    file_growth = len(write_csv(rows(8000))) - len(write_csv(rows(4000)))
    assert peaks[1] - peaks[0] < file_growth / 2, peaks


def test_what_is_red_stays_with_its_readers(app: Flask, world: World) -> None:
    """A file is stored where a colleague has made one of its incidents RED, which is passed over."""
    officer, analyst = world.actor("toronto", "officer"), world.actor("toronto", "analyst")
    lines = list(rows(3))
    import_bytes(app, write_csv(lines), officer)
    world.admin.execute(
        "update incident set tlp = 'RED', named_reader_ids = array[%s::uuid] where external_reference = 'ref-1'",
        (officer.person_id,),
    )
    lines[1][7] = lines[2][7] = "corrected"
    run = import_bytes(app, write_csv(lines), analyst)
    assert (run.status, run.rows_new, run.rows_changed) == ("done", 0, 1), run.reason
    kept = stored(world.admin)
    assert kept["ref-1"][11] != "corrected" and kept["ref-2"][11] == "corrected"
    header = [*HEADER, "tlp"]
    run = import_bytes(app, write_csv([[*r, "RED"] for r in [["red-1", *lines[0][1:]]]], header=header), analyst)
    assert (run.status, run.rows_new) == ("done", 1), run.reason
    readers = world.admin.execute("select named_reader_ids from incident where external_reference = 'red-1'").fetchone()
    assert readers == ([analyst.person_id],)


def test_others_see_nothing_of_an_import(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = import_through_the_pages(app, client, write_csv(rows(1)), "secret.csv")
    for name, role in (("ottawa", "coordinator"), ("toronto", "mayor"), ("toronto", "partner"), ("canada", "coordinator")):
        other = sign_in(app, world, name, role)
        for path in (where, f"{where}/reading", f"{where}/problems.csv", "/incidents/import/"):
            answer = other.get(path)
            assert answer.status_code == 404 or "secret.csv" not in answer.text, (name, role, path)
    with app.app_context(), acting_as(world.actor("ottawa", "coordinator")):
        assert service.list_runs(actor=world.actor("ottawa", "coordinator")).items == []

"""A running response: a plan comes alive, two work at once, and the log only grows."""

import re
import threading
import uuid
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.communications.counting import count_statements
from tests.conftest import Connection
from tests.response.test_plans import add, begin
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World, add_incident

TABLES = ("response_activation", "response_task", "response_shift", "response_log_entry")


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def plan(app: Flask, world: World) -> str:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where = begin(coordinator, name="Ready plan")
    add(coordinator, where, "roles")
    add(coordinator, where, "items")
    add(coordinator, where, "items", name="Open the hall", phase="first_day", strand="care")
    return where[-36:]


def start(client: FlaskClient, **data: Any) -> str:
    answer = post(client, "/response/now/new", **{"name": "Hidden fire", **data})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def log(world: World) -> list[tuple[Any, ...]]:
    return world.admin.execute("select kind, body from response_log_entry order by created_at, response_log_entry_id").fetchall()


def ids(page: str, kind: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf"/response/now/[0-9a-f-]{{36}}/{kind}/[0-9a-f-]{{36}}", page)))


def test_a_plan_comes_alive_and_ends(app: Flask, world: World) -> None:
    plan_id = plan(app, world)
    incident = add_incident(world.admin, world.ids["toronto"])
    officer = sign_in(app, world, "toronto", "officer")
    assert "No response yet" in officer.get("/response/now/").text
    assert 'href="/incidents/' in officer.get(f"/response/now/new?incident={incident}&plan={plan_id}").text
    where = start(officer, response_plan_id=plan_id, incident_id=str(incident), reason="Smoke is seen")
    page = officer.get(where).text
    for words in ("Call the police", "Open the hall", "Ready plan", "Ana", "Smoke is seen", "0 of 2 tasks are done",
                  f"/incidents/{incident}"):  # fmt: skip
        assert words in page, words
    changed = post(officer, f"{where}/situation", page=where, version="1", confirmed="Two hurt", open_questions="Who did it")
    assert changed.status_code == 302
    late = post(officer, f"{where}/situation", page=where, version="1", confirmed="Three hurt")
    assert late.status_code == 409 and "Two hurt" in late.text and "Three hurt" in late.text
    task = ids(page, "tasks")[0]
    assert post(officer, task, page=where).status_code == 302
    assert "1 of 2 tasks are done" in officer.get(where).text
    post(officer, task, page=where, undo="1")
    post(officer, f"{where}/tasks", page=where, name="Bring blankets", phase="first_hour", strand="care")
    assert "0 of 3 tasks are done" in officer.get(where).text
    assert post(officer, f"{where}/tasks", page=where, name="").status_code == 400
    shift = ids(page, "roles")[0]
    assert post(officer, shift, page=where, version="1", holder_name="Cleo", note="Press at 18:00").status_code == 302
    assert post(officer, shift, page=where, version="1", holder_name="Dan").status_code == 409
    assert "Cleo" in officer.get(where).text
    assert post(officer, f"{where}/end", page=where, version="1", outcome="x").status_code == 409
    assert post(officer, f"{where}/end", page=where, version="2", outcome="").status_code == 400
    assert post(officer, f"{where}/end", page=where, version="2", outcome="All are safe").status_code == 302
    kinds = [kind for kind, _body in log(world)]
    assert kinds == ["begin", "situation", "task", "task", "task", "hand_over", "end"]
    page = officer.get(where).text
    assert "All are safe" in page and "/end" not in page
    before = log(world)
    for path, data in ((f"{where}/log", {"body": "late", "kind": "note"}), (task, {}), (f"{where}/tasks", {"name": "late"}),
                       (f"{where}/situation", {"version": "3"}), (shift, {"version": "2", "holder_name": "E"}),
                       (f"{where}/end", {"version": "3", "outcome": "again"})):  # fmt: skip
        assert post(officer, path, page=where, **data).status_code == 422, path
    assert log(world) == before
    assert "Hidden fire" in officer.get("/response/now/?state=ended").text
    assert "Hidden fire" not in officer.get("/response/now/export.csv?state=running").text
    assert "All are safe" in officer.get("/response/now/export.csv").text


def test_it_begins_without_a_plan_and_not_with_what_one_may_not_read(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    foreign = add_incident(world.admin, world.ids["ottawa"])
    red = add_incident(world.admin, world.ids["toronto"], tlp="RED")
    for data in ({"name": ""}, {"response_plan_id": str(uuid.uuid4())}, {"incident_id": str(foreign)}, {"incident_id": str(red)}):
        answer = post(officer, "/response/now/new", **{"name": "Fire", "reason": "typed with care", **data})
        assert answer.status_code == 400 and "typed with care" in answer.text, data
    assert world.admin.execute("select count(*) from response_activation").fetchone() == (0,)
    page = officer.get(start(officer)).text
    assert "Begun without a plan" in page and "0 of 0 tasks" in page


def test_decisions_have_a_who_and_a_why_and_entries_stay(app: Flask, world: World, as_: As) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    where = start(officer)
    bad = post(officer, f"{where}/log", page=where, kind="decision", body="Close the square")
    assert bad.status_code == 400 and "Close the square" in bad.text and bad.text.count("Fill in this field") >= 2
    key = str(uuid.uuid4())
    for _try in range(2):
        sent = post(officer, f"{where}/log", page=where, key=key, kind="decision", body="Close the square", decided_by="Mayor", reason="Crowd")
        assert sent.status_code == 302
    assert [kind for kind, _body in log(world)] == ["begin", "decision"], "sent twice is one entry"
    correct = f"{where}/log/{key}/correct"
    assert post(officer, correct, page=where, body="Only the north side").status_code == 302
    page = officer.get(f"{where}/log").text
    assert "Close the square" in page and "Only the north side" in page and "Corrected" in page
    assert "Only the north side" in officer.get(f"{where}/log?kind=correction").text
    rows = officer.get(f"{where}/log.csv").text.splitlines()
    assert len(rows) == 4 and rows[-1].endswith(",2")
    other = start(officer, name="Other")
    assert officer.get(f"{other}/log/{key}/correct").status_code == 404
    assert post(officer, f"{other}/log", page=other, key=key, kind="note", body="x").status_code == 302
    assert "Close the square" not in officer.get(f"{other}/log").text
    post(officer, f"{where}/end", page=where, version="1", outcome="Over")
    assert post(officer, correct, page=where, body="Until 18:00").status_code == 302, "also after the end"
    # The database keeps every entry, whoever asks.
    for role in ("coordinator", "officer"):
        actor = world.actor("toronto", role)
        assert as_.run(actor, "update response_log_entry set body = 'Mine'") == 0
        assert as_.run(actor, "delete from response_log_entry") == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="stays as it is"):
        world.admin.execute("update response_log_entry set body = 'Mine'")
    officer_actor, coordinator = world.actor("toronto", "officer"), world.actor("toronto", "coordinator")
    write = ("insert into response_log_entry (city_id, response_activation_id, kind, body, created_by, author_name{})"
             " values (%s, %s, 'note', 'x', %s, 'x'{})")  # fmt: skip
    of = (world.ids["toronto"], where[-36:])
    assert as_.run(officer_actor, write.format("", ""), *of, coordinator.person_id) == 0, "in another's name"
    assert as_.run(officer_actor, write.format(", created_at", ", '2020-01-01'"), *of, officer_actor.person_id) == 0, "in the past"
    assert as_.run(officer_actor, write.format("", ""), *of, officer_actor.person_id) == 1


def test_two_who_tick_the_same_task_lose_nothing(app: Flask, world: World) -> None:
    plan_id = plan(app, world)
    clients = [sign_in(app, world, "toronto", role) for role in ("officer", "communications")]
    where = start(clients[0], response_plan_id=plan_id)
    tasks = ids(clients[0].get(where).text, "tasks")
    tokens = [re.search(r'name="csrf_token" value="([^"]+)"', client.get(where).text) for client in clients]
    together, answers = threading.Barrier(2), []

    def tick(number: int) -> None:
        token = tokens[number]
        assert token
        together.wait()
        for task in tasks:
            answers.append(clients[number].post(task, data={"csrf_token": token[1]}).status_code)

    threads = [threading.Thread(target=tick, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 4
    assert sorted(kind for kind, _body in log(world)) == ["begin", "task", "task"]
    assert "2 of 2 tasks are done" in clients[0].get(where).text
    post(clients[1], tasks[0], page=where)
    assert "has done this already" in clients[1].get(where).text


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    plan_id = plan(app, world)
    officer = sign_in(app, world, "toronto", "officer")
    where = start(officer, response_plan_id=plan_id)
    page = officer.get(where).text
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    entry = world.admin.execute("select response_log_entry_id::text from response_log_entry").fetchone()
    assert entry
    for path in (where, f"{where}/log", f"{where}/log.csv", f"{where}/situation", f"{where}/end", *ids(page, "roles"),
                 f"{where}/log/{entry[0]}/correct"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in ("/response/now/", "/response/now/export.csv"):
        assert "Hidden" not in client.get(path).text
    for path in (f"{where}/log", f"{where}/tasks", *ids(page, "tasks"), f"{where}/end"):
        assert post(client, path, page="/account", body="x", name="x", outcome="x").status_code == 404, path
    for table in TABLES:
        assert as_.count(actor, table) == 0 and as_.count(None, table) == 0, table
    city, activation = world.ids["toronto"], where[-36:]
    for statement, values in (
        ("insert into response_activation (city_id, name) values (%s, 'In')", (city,)),
        ("insert into response_task (city_id, response_activation_id, name, phase, strand, position)"
         " values (%s, %s, 'In', 'first_hour', 'care', 1)", (city, activation)),
        ("insert into response_shift (city_id, response_activation_id, name, position) values (%s, %s, 'In', 1)", (city, activation)),
        ("insert into response_log_entry (city_id, response_activation_id, kind, body, created_by, author_name)"
         " values (%s, %s, 'note', 'In', %s, 'x')", (city, activation, actor.person_id)),
        *((f"update {table} set name = 'Mine'", ()) for table in TABLES[:3]),
    ):  # fmt: skip
        assert as_.run(actor, statement, *values) == 0, statement
    assert world.admin.execute("select count(*) from response_log_entry").fetchone() == (1,)


@pytest.mark.parametrize("role", ["mayor", "analyst"])
def test_readers_see_the_situation_and_change_nothing(app: Flask, world: World, as_: As, role: str) -> None:
    where = start(sign_in(app, world, "toronto", "officer"), response_plan_id=plan(app, world))
    client, actor = sign_in(app, world, "toronto", role), world.actor("toronto", role)
    page = client.get(where).text
    assert "Call the police" in page and 'id="write"' not in page and "/correct" not in page
    for path in ("/response/now/new", f"{where}/situation", f"{where}/end"):
        assert client.get(path).status_code == 404, path
    for table in TABLES[:3]:
        assert as_.run(actor, f"update {table} set name = 'Mine'") == 0, table


def test_pages_cost_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    officer, plan_id = sign_in(app, world, "toronto", "officer"), plan(app, world)
    first, counts = "", []
    for _step in range(2):
        for i in range(3):
            where = start(officer, response_plan_id=plan_id)
            first = first or where
            post(officer, f"{first}/tasks", page=first, name=f"Task {i}")
            post(officer, f"{first}/log", page=first, kind="note", body=f"Entry {i}")
        counts.append([count_statements(app, officer, path) for path in ("/response/now/", first, f"{first}/log")])
    assert counts[0] == counts[1]

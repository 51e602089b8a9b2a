"""Tasks and referrals of incidents: given, done, answered, late; for the incident's readers alone."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from network.incidents.handling import work
from network.kernel.errors import Conflict
from network.kernel.tenancy import acting_as
from tests.communications.counting import count_statements
from tests.conftest import Connection
from tests.incidents.handling.test_handling import act, add
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

TABLES = ("incident_task", "incident_referral")
TODAY = date.today()
TASK = {"title": "Call the school", "due_on": str(TODAY + timedelta(days=2)), "due_time": "12:00"}


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def referral(world: World, **values: Any) -> dict[str, Any]:
    sender = world.actor("toronto", "officer").person_id
    return {"recipient_kind": "police", "recipient": "Hate crime unit", "sent_on": str(TODAY - timedelta(days=3)),
            "sent_by_id": str(sender), "note": "Pictures", **values}  # fmt: skip


def one(world: World, table: str) -> dict[str, Any]:
    row = world.admin.execute(f"select to_jsonb(t) from {table} t").fetchone()
    assert row
    return dict(row[0])


def test_a_task_is_given_told_done_and_undone(app: Flask, world: World) -> None:
    officer, mayor = sign_in(app, world, "toronto", "officer"), world.actor("toronto", "mayor").person_id
    incident = add(world)
    assert act(officer, world, incident, "tasks", **TASK, owner_id=str(mayor)).status_code == 302
    assert world.admin.execute("select kind, person_id from notification").fetchall() == [("incident_task", mayor)]
    page = officer.get(f"/incidents/{incident}").text
    assert "Call the school" in page and "Mayor Person" in page and "Overdue" not in page
    task = one(world, "incident_task")["task_id"]
    done = f"/incidents/tasks/{task}/done"
    assert post(officer, done, page=f"/incidents/{incident}", version="1").status_code == 302
    assert one(world, "incident_task")["done_by"] is not None
    assert post(officer, done, page=f"/incidents/{incident}", version="1", undo="1").status_code == 409
    assert post(officer, done, page=f"/incidents/{incident}", version="2", undo="1").status_code == 302
    page = officer.get(f"/incidents/{incident}").text
    for words in ("Task: Call the school", "Task done: Call the school", "Task open again: Call the school"):
        assert words in page
    edit = f"/incidents/tasks/{task}"
    assert 'value="Call the school"' in officer.get(edit).text
    assert post(officer, edit, **{**TASK, "title": "Visit the school"}, version="3").status_code == 302
    late = post(officer, edit, **{**TASK, "title": "Mine"}, version="3")
    assert late.status_code == 409 and "Visit the school" in late.text and 'value="Mine"' in late.text
    # What was changed stands in the history of the incident.
    assert "<ins>Visit the school" in officer.get(f"/incidents/{incident}").text
    post(officer, f"{edit}/archive", page=edit)
    assert 'href="/incidents/tasks/' not in officer.get(f"/incidents/{incident}").text
    post(officer, f"{edit}/archive", page=edit, undo="1")
    assert f'href="{edit}"' in officer.get(f"/incidents/{incident}").text


def test_the_list_tells_mine_and_what_is_overdue(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "No open tasks" in officer.get("/incidents/tasks/").text
    incident, me = add(world), str(world.people["toronto", "officer"])
    for title, days, owner in (("Mine later", 2, me), ("Mine overdue", -2, me), ("Nobody cares", 1, "")):
        act(officer, world, incident, "tasks", title=title, due_on=str(TODAY + timedelta(days=days)), owner_id=owner)
    seen = {state: officer.get(f"/incidents/tasks/{state}").text for state in ("?owner=me", "?state=overdue", "?owner=nobody", "?state=done")}
    assert [[title in page for title in ("Mine later", "Mine overdue", "Nobody cares")] for page in seen.values()] == [
        [True, True, False], [False, True, False], [False, False, True], [False] * 3]  # fmt: skip
    assert "Overdue" in officer.get(f"/incidents/{incident}").text
    text = officer.get("/incidents/tasks/export.csv?state=overdue").text
    assert "Mine overdue" in text and "Mine later" not in text
    few = count_statements(app, officer, "/incidents/tasks/"), count_statements(app, officer, f"/incidents/{incident}")
    for i in range(60):
        act(officer, world, incident, "tasks", title=f"More {i}", due_on=str(TODAY + timedelta(days=i)))
    assert (count_statements(app, officer, "/incidents/tasks/"), count_statements(app, officer, f"/incidents/{incident}")) == few
    names: list[str] = []
    path = "/incidents/tasks/"
    while path:
        page = officer.get(path).text
        names += re.findall(r'<th scope="row"><a href="/incidents/tasks/([0-9a-f-]{36})"', page)
        link = re.search(r'rel="next" href="([^"]+)"', page)
        path = link[1].replace("&amp;", "&") if link else ""
    assert len(names) == len(set(names)) == 63


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"title": ""}, "Fill in"), ({"due_on": ""}, "Fill in"), ({"due_on": "soon"}, "YYYY-MM-DD"), ({"title": "x" * 301}, "300"),
     ({"owner_id": "x"}, "not an id"), ({"owner_id": str(uuid.uuid4())}, "people of your team")],
)  # fmt: skip
def test_a_bad_task_is_shown_again(app: Flask, world: World, changes: dict[str, str], reason: str) -> None:
    officer, incident = sign_in(app, world, "toronto", "officer"), add(world)
    answer = act(officer, world, incident, "tasks", **{**TASK, **changes})
    assert answer.status_code == 400 and reason in answer.text
    assert world.admin.execute("select count(*) from incident_task").fetchone() == (0,)


def test_a_referral_waits_for_its_answer(app: Flask, world: World) -> None:
    officer, incident = sign_in(app, world, "toronto", "officer"), add(world)
    partner = world.admin.execute("insert into partner (city_id, name, partner_type) values (%s, 'Victim house', 'ngo')"
                                  " returning partner_id::text", (world.ids["toronto"],)).fetchone()  # fmt: skip
    assert partner
    world.admin.execute("insert into partner (city_id, name, partner_type) values (%s, 'Elsewhere', 'ngo')", (world.ids["ottawa"],))
    page = officer.get(f"/incidents/{incident}").text
    assert "Victim house" in page and "Elsewhere" not in page
    chosen = referral(world, recipient_kind="victim_support", recipient="", partner_id=partner[0])
    assert act(officer, world, incident, "referrals", **chosen).status_code == 302
    page = officer.get(f"/incidents/{incident}").text
    assert "No answer yet" in page and "Passed on to Victim house" in page and "Officer Person" in page
    edit = f"/incidents/referrals/{one(world, 'incident_referral')['referral_id']}"
    answered = {**chosen, "answer": "A counsellor calls", "answered_on": str(TODAY - timedelta(days=1)), "version": "1"}
    assert post(officer, edit, **answered).status_code == 302
    page = officer.get(f"/incidents/{incident}").text
    assert "A counsellor calls" in page and "No answer yet" not in page and "Answer of Victim house" in page
    late = post(officer, edit, **{**answered, "answer": "Mine"})
    assert late.status_code == 409 and "A counsellor calls" in late.text and "Mine" in late.text
    post(officer, f"{edit}/archive", page=edit)
    assert f'href="{edit}"' not in officer.get(f"/incidents/{incident}").text


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"recipient": ""}, "Choose a partner"), ({"sent_on": str(TODAY + timedelta(days=9))}, "in the future"),
     ({"answer": "yes"}, "a text and a day"), ({"answered_on": str(TODAY)}, "a text and a day"),
     ({"answer": "yes", "answered_on": str(TODAY - timedelta(days=9))}, "before it was passed on"),
     ({"partner_id": str(uuid.uuid4())}, "from the list"), ({"sent_by_id": str(uuid.uuid4())}, "people of your team"),
     ({"recipient_kind": "army"}, "not a value")],
)  # fmt: skip
def test_a_bad_referral_is_shown_again(app: Flask, world: World, changes: dict[str, str], reason: str) -> None:
    officer, incident = sign_in(app, world, "toronto", "officer"), add(world)
    answer = act(officer, world, incident, "referrals", **referral(world, **changes))
    assert answer.status_code == 400 and reason in answer.text and "Pictures" in answer.text
    assert world.admin.execute("select count(*) from incident_referral").fetchone() == (0,)


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst", "partner"])
def test_only_coordinators_and_officers_write(app: Flask, world: World, as_: As, role: str) -> None:
    officer, incident = sign_in(app, world, "toronto", "officer"), add(world)
    act(officer, world, incident, "tasks", **TASK)
    act(officer, world, incident, "referrals", **referral(world))
    task, other = one(world, "incident_task"), one(world, "incident_referral")
    client, person = sign_in(app, world, "toronto", role), world.actor("toronto", role)
    if role != "partner":
        page = client.get(f"/incidents/{incident}").text
        assert "Call the school" in page and "/tasks/" + task["task_id"] not in page and "It is done" not in page
    for path in (f"/incidents/tasks/{task['task_id']}", f"/incidents/referrals/{other['referral_id']}"):
        assert client.get(path).status_code == 404
    for table in TABLES:
        assert (as_.count(person, table) == 1) == (role != "partner")
        assert as_.run(person, f"update {table} set version = version + 1") == 0
        assert as_.run(person, f"delete from {table}") == 0
    assert as_.run(person, "insert into incident_task (city_id, incident_id, title, due_at, created_by) values (%s, %s, 'x', now(), %s)",
                   world.ids["toronto"], incident, person.person_id) == 0  # fmt: skip


def test_red_hides_tasks_and_referrals(app: Flask, world: World, as_: As) -> None:
    officer, coordinator = sign_in(app, world, "toronto", "officer"), world.actor("toronto", "coordinator")
    incident = add(world)
    act(officer, world, incident, "tasks", **TASK)
    act(officer, world, incident, "referrals", **referral(world))
    task = one(world, "incident_task")["task_id"]
    world.admin.execute("update incident set tlp = 'RED', named_reader_ids = %s", ([coordinator.person_id],))
    person = world.actor("toronto", "officer")
    for table in TABLES:
        assert as_.count(person, table) == 0 and as_.count(coordinator, table) == 1
        # Nobody opens a row by changing its readers.
        as_.run(coordinator, f"update {table} set reader_ids = null")
        assert as_.count(person, table) == 0
    assert "Call the school" not in officer.get("/incidents/tasks/").text + officer.get("/incidents/tasks/export.csv").text
    assert officer.get(f"/incidents/tasks/{task}").status_code == 404
    assert post(officer, f"/incidents/tasks/{task}/done", page="/notifications/", version="1").status_code == 404
    leader = sign_in(app, world, "toronto", "coordinator")
    refused = act(leader, world, incident, "tasks", **TASK, owner_id=str(person.person_id))
    assert refused.status_code == 400 and "among its readers" in refused.text
    act(leader, world, incident, "tasks", **{**TASK, "title": "For few"})
    assert as_.count(person, "incident_task") == 0 and as_.count(coordinator, "incident_task") == 2
    world.admin.execute("update incident set tlp = 'AMBER', named_reader_ids = '{}'")
    assert as_.count(person, "incident_task") == 2


def test_two_people_who_finish_a_task_at_once_lose_nothing(app: Flask, world: World) -> None:
    officer, incident = world.actor("toronto", "officer"), add(world)
    client = sign_in(app, world, "toronto", "officer")
    act(client, world, incident, "tasks", **TASK)
    task = uuid.UUID(one(world, "incident_task")["task_id"])
    with app.app_context(), acting_as(officer):
        work.finish_task(task, is_done=True, version=1, actor=officer)
    with app.app_context(), pytest.raises(Conflict), acting_as(officer):
        work.finish_task(task, is_done=False, version=1, actor=officer)
    assert one(world, "incident_task")["done_at"] is not None


def test_the_menu_says_where_one_is_once(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    for path in ("/incidents/", "/incidents/triage/", "/incidents/new", "/"):
        found = set(re.findall(r'<a href="([^"]+)" aria-current="page"', officer.get(path).text))
        assert found == {"/incidents/" if path == "/incidents/new" else path}

"""Handling incidents: who may, which steps there are, what is kept of them, and who may read it."""

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.incidents import codes
from network.incidents.handling import service, states
from network.incidents.service import archive_incident
from network.kernel.errors import ConcordError, Conflict
from network.kernel.tenancy import acting_as
from tests.communications.counting import count_statements
from tests.conftest import Connection
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.trends.test_roll_up import assert_equal_to_a_recount
from tests.world import World, add_incident

TABLES = ("incident_handling", "incident_note", "incident_watch")
NOTE = {"kind": "done", "body": "Called the school", "happened_on": "2024-03-06", "happened_time": "10:30"}
STATUSES = list(codes.STATUS)


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def add(world: World, **values: Any) -> str:
    return str(add_incident(world.admin, world.ids["toronto"], **{"status": "reported", **values}))


def facts(world: World, incident: str) -> dict[str, Any]:
    row = world.admin.execute("select to_jsonb(i) || coalesce(to_jsonb(h), '{}') from incident i left join incident_handling h"
                              " using (city_id, incident_id) where incident_id = %s", (incident,)).fetchone()  # fmt: skip
    assert row
    version = world.admin.execute("select version, status from incident where incident_id = %s", (incident,)).fetchone()
    assert version
    return {**row[0], "version": version[0], "status": version[1]}


def step(client: Any, world: World, incident: str, to: str) -> int:
    version = facts(world, incident)["version"]
    return int(post(client, f"/incidents/{incident}/status", page=f"/incidents/{incident}", to=to, version=version).status_code)


def act(client: Any, world: World, incident: str, path: str, **data: Any) -> Any:
    version = facts(world, incident)["version"]
    return post(client, f"/incidents/{incident}/{path}", page=f"/incidents/{incident}", version=version, **data)


def test_from_the_queue_to_the_end(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "Nothing waits" in officer.get("/incidents/triage/").text
    incident, coordinator = add(world, summary="Paint on a door"), world.actor("toronto", "coordinator").person_id
    assert incident in officer.get("/incidents/triage/?assignee=nobody").text
    assert act(officer, world, incident, "assign", assignee_id=str(coordinator)).status_code == 302
    assert incident not in officer.get("/incidents/triage/?assignee=nobody").text
    assert incident in officer.get(f"/incidents/triage/?assignee={coordinator}").text
    notice = world.admin.execute("select kind, person_id from notification").fetchall()
    assert notice == [("incident_assigned", coordinator)]
    assert "gave you an incident to handle" in sign_in(app, world, "toronto", "coordinator").get("/notifications/").text
    assert step(officer, world, incident, "under_review") == 302
    assert step(officer, world, incident, "verified") == 302
    assert incident not in officer.get("/incidents/triage/").text
    assert incident in officer.get("/incidents/triage/?status=verified").text
    assert act(officer, world, incident, "close", outcome="").status_code == 400
    assert act(officer, world, incident, "close", outcome="Removed in a day", lessons="Keep paint ready").status_code == 302
    page = officer.get(f"/incidents/{incident}").text
    for words in ("Removed in a day", "Keep paint ready", "Given to Coordinator Person", "Status: Verified", "Status: Closed"):
        assert words in page
    assert step(officer, world, incident, "under_review") == 302
    assert "Removed in a day" in officer.get(f"/incidents/{incident}").text
    assert facts(world, incident)["closed_at"] is None


def test_the_pages_offer_exactly_the_steps_of_the_table(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    for status in STATUSES:
        incident = add(world, status=status)
        page = officer.get(f"/incidents/{incident}").text
        offered = set(re.findall(r'name="to" value="(\w+)"', page))
        offered |= {"closed"} if f"/incidents/{incident}/close" in page else set()
        assert offered == set(states.STEPS[status]) - {"duplicate"} - (set(states.STEPS) if status == "duplicate" else set())
        for after in STATUSES:
            if after not in offered:
                assert step(officer, world, incident, after) == 422, (status, after)
        assert facts(world, incident)["status"] == status


@pytest.mark.parametrize("before", STATUSES)
def test_the_database_knows_the_same_steps(world: World, as_: As, before: str) -> None:
    """By raw SQL, as a person of the team, every pair of statuses: what the table holds, and nothing else."""
    officer, other = world.actor("toronto", "officer"), add(world, status="verified")
    for after in STATUSES:
        if after == before:
            continue
        incident = add(world, status=before)
        duplicate = {"a": other, "b": before} if after == "duplicate" else {"a": other, "b": after} if before == "duplicate" else None
        world.admin.execute(
            "insert into incident_handling (city_id, incident_id, outcome, duplicate_of_id, status_before)"
            " values (%s, %s, 'It ended', %s, %s)",
            (world.ids["toronto"], incident, duplicate and duplicate["a"], duplicate and duplicate["b"]),
        )
        try:
            changed = as_.run(officer, "update incident set status = %s where incident_id = %s", after, incident)
        except Exception as error:
            assert "incident_status_step" in str(error) or "can't go" in str(error)
            changed = 0
        assert changed == states.may_step(before, after), (before, after)


def test_a_step_needs_what_it_is_about(world: World, as_: As) -> None:
    officer = world.actor("toronto", "officer")
    closing, doubling = add(world, status="verified"), add(world, status="verified")
    for incident, status in ((closing, "closed"), (doubling, "duplicate")):
        with pytest.raises(Exception, match="can't go"):
            as_.run(officer, "update incident set status = %s where incident_id = %s", status, incident)


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst", "partner"])
def test_only_coordinators_and_officers_handle(app: Flask, world: World, as_: As, role: str) -> None:
    incident, other = add(world), add(world)
    client, person = sign_in(app, world, "toronto", role), world.actor("toronto", role)
    assert client.get("/incidents/triage/").status_code == 404
    if role != "partner":
        page = client.get(f"/incidents/{incident}").text
        assert "/assign" not in page and 'name="to"' not in page and "/merge" not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/notifications/").text)
    assert token
    for path, data in (("status", {"to": "under_review"}), ("assign", {}), ("close", {"outcome": "x"}), ("notes", NOTE),
                       ("merge", {"original_id": other})):  # fmt: skip
        answer = client.post(f"/incidents/{incident}/{path}", data={"csrf_token": token[1], "version": "1", **data})
        assert answer.status_code == 404, path
    assert as_.run(person, "update incident set status = 'under_review'") == 0
    assert as_.run(person, "insert into incident_handling (city_id, incident_id) values (%s, %s)", world.ids["toronto"], incident) == 0
    assert as_.run(person, "insert into incident_note (city_id, incident_id, kind, body, happened_at, created_by, author_name)"
                   " values (%s, %s, 'done', 'x', now(), %s, 'X')", world.ids["toronto"], incident, person.person_id) == 0  # fmt: skip
    assert facts(world, incident)["status"] == "reported"


def test_the_timeline_is_corrected_and_never_removed(app: Flask, world: World, as_: As) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    incident = add(world)
    assert act(officer, world, incident, "notes", **NOTE).status_code == 302
    note = re.search(r'/incidents/notes/([0-9a-f-]{36})', officer.get(f"/incidents/{incident}").text)
    assert note
    path = f"/incidents/notes/{note[1]}"
    assert "Called the school" in officer.get(path).text
    assert post(officer, path, **{**NOTE, "body": "Called the police", "revision": "1"}).status_code == 302
    page = officer.get(f"/incidents/{incident}").text
    assert "Called the police" in page and "<del>Called the school</del>" in page
    late = post(officer, path, **{**NOTE, "body": "Mine", "revision": "1"})
    assert late.status_code == 409 and "Mine" not in officer.get(f"/incidents/{incident}").text
    ahead = act(officer, world, incident, "notes", **{**NOTE, "body": "typed with care", "happened_on": "2199-01-01"})
    assert ahead.status_code == 400 and "in the future" in ahead.text and "typed with care" in ahead.text
    assert act(officer, world, incident, "notes", **{**NOTE, "body": ""}).status_code == 400
    person = world.actor("toronto", "officer")
    for statement in ("update incident_note set body = 'other'", "delete from incident_note"):
        assert as_.run(person, statement) == 0
    with pytest.raises(Exception, match="no such entry"):
        as_.run(person, "insert into incident_note (city_id, note_id, revision, incident_id, kind, body, happened_at, created_by,"
                " author_name) values (%s, %s, 7, %s, 'done', 'x', now(), %s, 'X')",
                world.ids["toronto"], note[1], incident, person.person_id)  # fmt: skip


def test_a_duplicate_points_to_its_original_and_comes_back(app: Flask, world: World, as_: As) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    original, copy, third = add(world, status="verified", severity=1), add(world, severity=2), add(world, severity=3)
    assert original in officer.get(f"/incidents/{copy}/merge").text
    assert act(officer, world, copy, "merge", original_id=original).status_code == 302
    assert_equal_to_a_recount(world.admin, is_shared=False)
    assert f"/incidents/{original}" in officer.get(f"/incidents/{copy}").text
    assert f"/incidents/{copy}" in officer.get(f"/incidents/{original}").text
    # No chains, no circles, nothing into itself.
    for duplicate, target in ((third, copy), (original, third), (third, third), (copy, third)):
        assert act(officer, world, duplicate, "merge", original_id=target).status_code == 422
    assert act(officer, world, third, "merge", original_id=str(uuid.uuid4())).status_code == 404
    person = world.actor("toronto", "officer")
    for statement in ("update incident_handling set duplicate_of_id = null, status_before = null where duplicate_of_id is not null",
                      f"insert into incident_handling (city_id, incident_id, duplicate_of_id, status_before) select city_id, '{third}',"
                      f" '{copy}', 'reported' from incident where incident_id = '{third}'"):  # fmt: skip
        with pytest.raises(Exception, match="can't be a duplicate"):
            as_.run(person, statement)
    assert act(officer, world, copy, "merge", undo="1").status_code == 302
    assert facts(world, copy)["status"] == "reported" and facts(world, copy)["duplicate_of_id"] is None
    assert_equal_to_a_recount(world.admin, is_shared=False)
    assert "No longer a duplicate of it" in officer.get(f"/incidents/{original}").text


def test_an_older_version_changes_nothing(app: Flask, world: World) -> None:
    incident, officer = add(world), world.actor("toronto", "officer")
    with app.app_context(), acting_as(officer):
        service.take_step(uuid.UUID(incident), to="under_review", version=1, actor=officer)
    for call in (lambda: service.take_step(uuid.UUID(incident), to="verified", version=1, actor=officer),
                 lambda: service.close_incident(uuid.UUID(incident), {"outcome": "x", "lessons": ""}, version=1, actor=officer)):  # fmt: skip
        with app.app_context(), pytest.raises(Conflict), acting_as(officer):
            call()
    assert facts(world, incident)["status"] == "under_review"


def test_followers_are_told_and_mails_hold_nothing(app: Flask, world: World) -> None:
    officer, mayor = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "mayor")
    incident = add(world, summary="words of the summary")
    assert act(mayor, world, incident, "watch").status_code == 302
    assert act(mayor, world, incident, "watch").status_code == 302
    step(officer, world, incident, "under_review")
    told = world.admin.execute("select person_id, kind, record_id::text from notification").fetchall()
    assert told == [(world.people["toronto", "mayor"], "incident_changed", incident)]
    jobs = world.admin.execute("select args::text from procrastinate.procrastinate_jobs where task_name = 'records.mail_notice'").fetchall()
    assert jobs and all("words of" not in row[0] and "severity" not in row[0] for row in jobs)
    act(mayor, world, incident, "watch", undo="1")
    step(officer, world, incident, "verified")
    assert world.admin.execute("select count(*) from notification").fetchone() == (1,)


def test_red_hides_what_is_done_and_tells_nobody_else(app: Flask, world: World, as_: As) -> None:
    coordinator, officer = world.actor("toronto", "coordinator"), sign_in(app, world, "toronto", "officer")
    world.actor("toronto", "mayor")
    incident = add(world, summary="for few eyes")
    act(officer, world, incident, "watch")
    act(officer, world, incident, "notes", **NOTE)
    act(officer, world, incident, "assign", assignee_id=str(world.people["toronto", "mayor"]))
    assert all(as_.count(world.actor("toronto", "officer"), table) for table in TABLES)
    world.admin.execute("update incident set tlp = 'RED', named_reader_ids = %s", ([coordinator.person_id],))
    for table in TABLES:
        assert as_.count(world.actor("toronto", "officer"), table) == 0, table
        assert as_.count(coordinator, table) > 0, table
    for path in ("", "/merge", "/close"):
        assert officer.get(f"/incidents/{incident}{path}").status_code == 404
    assert incident not in officer.get("/incidents/triage/").text + officer.get("/incidents/triage/export.csv").text
    world.admin.execute("delete from notification")
    leader = sign_in(app, world, "toronto", "coordinator")
    assert step(leader, world, incident, "under_review") == 302
    assert world.admin.execute("select count(*) from notification").fetchone() == (0,)
    refused = act(leader, world, incident, "assign", assignee_id=str(world.people["toronto", "officer"]))
    assert refused.status_code == 400 and "among its readers" in refused.text
    # What is written from now on is for the same few.
    act(leader, world, incident, "notes", **{**NOTE, "body": "for the same few"})
    assert as_.count(world.actor("toronto", "officer"), "incident_note") == 0
    other = add(world)
    assert act(officer, world, other, "merge", original_id=incident).status_code == 404


def test_a_red_duplicate_leaves_no_trace_with_its_original(app: Flask, world: World) -> None:
    leader, officer = sign_in(app, world, "toronto", "coordinator"), sign_in(app, world, "toronto", "officer")
    original = add(world)
    secret = add(world, tlp="RED", named_reader_ids=[world.people["toronto", "coordinator"]])
    assert act(leader, world, secret, "merge", original_id=original).status_code == 302
    assert secret in leader.get(f"/incidents/{original}").text
    page = officer.get(f"/incidents/{original}").text
    assert secret not in page and "Merged into" not in page and "duplicate was merged" not in page


@pytest.mark.parametrize("who", [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("toronto", "partner")])
def test_outsiders_find_nothing(app: Flask, world: World, as_: As, who: tuple[str, str]) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    incident = add(world, tlp="GREEN")
    for path, data in (("watch", {}), ("notes", NOTE), ("assign", {"assignee_id": str(world.people["toronto", "officer"])})):
        act(officer, world, incident, path, **data)
    # A shared record brings none of this along.
    for recipient in ("canada", "network"):
        world.agree("toronto", recipient, "{counts,records}")
    for table in TABLES:
        assert as_.count(world.actor(*who), table) == 0
    stranger = sign_in(app, world, *who)
    for path in (f"/incidents/{incident}", f"/incidents/{incident}/merge", "/incidents/triage/"):
        answer = stranger.get(path)
        assert answer.status_code == 404 or incident not in answer.text


def test_a_status_is_not_edited_but_taken_on(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    incident = add(world)
    form = officer.get(f"/incidents/{incident}/edit").text
    assert 'name="status"' not in form
    good = {"kind": "threat", "bias_motivations": "anti_roma", "severity": "3", "source": "ngo", "occurred_on": "2024-02-03",
            "status": "closed", "version": "1"}  # fmt: skip
    assert post(officer, f"/incidents/{incident}/edit", **good).status_code == 302
    assert facts(world, incident)["status"] == "reported"
    for status in ("closed", "duplicate"):
        assert post(officer, "/incidents/new", **{**good, "status": status}).status_code == 400


def test_the_queue_pages_and_filters_and_costs_the_same(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    add(world, severity=5, source="ngo", district="Centre")
    assert "Centre" in officer.get("/incidents/triage/?severity=4&source=ngo&bias=antisemitism&kind=threat&q=Centre").text
    assert "Nothing fits these filters" in officer.get("/incidents/triage/?source=police").text
    assert "Centre" in officer.get("/incidents/triage/export.csv?severity=4").text
    few = count_statements(app, officer, "/incidents/triage/")
    for i in range(119):
        add(world, severity=i % 5 + 1, status="reported" if i % 2 else "under_review")
    assert count_statements(app, officer, "/incidents/triage/") == few
    for sort in ("waiting", "severity", "newest"):
        seen: list[str] = []
        path = f"/incidents/triage/?sort={sort}"
        while path:
            page = officer.get(path).text
            seen += re.findall(r'<th scope="row"><a href="/incidents/([0-9a-f-]{36})"', page)
            link = re.search(r'rel="next" href="([^"]+)"', page)
            path = link[1].replace("&amp;", "&") if link else ""
        assert len(seen) == len(set(seen)) == 120
    incident = seen[0]
    bare = count_statements(app, officer, f"/incidents/{incident}")
    for _ in range(5):
        act(officer, world, incident, "notes", **NOTE)
    assert count_statements(app, officer, f"/incidents/{incident}") == bare


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["step", "close", "merge", "unmerge", "assign", "archive"]), st.integers(0, 2), st.integers(0, 2),
              st.sampled_from(STATUSES)),
    max_size=12,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_any_handling_keeps_counts_exact_and_steps_legal(app: Flask, admin: Connection, actions: list[tuple[str, int, int, str]]) -> None:
    """Whatever people try, only steps of the table happen, no duplicate has duplicates, and the counts
    equal a recount, with the city and with whom it shares."""
    admin.execute("set session_replication_role = replica")
    for table in ("notification", *TABLES, "record_event", "incident", "sharing_agreement", "trend_cell", "shared_trend_cell",
                  "membership", "person", "city", "organisation"):  # fmt: skip
        admin.execute(f"delete from {table}")
    admin.execute("set session_replication_role = origin")
    world = World(admin)
    world.agree("toronto", "canada")
    officer = world.actor("toronto", "officer")
    ids = [uuid.UUID(add(world, severity=i + 1)) for i in range(3)]
    for action, one, two, status in actions:
        before = facts(world, str(ids[one]))
        try:
            with app.app_context(), acting_as(officer):
                if action == "step":
                    service.take_step(ids[one], to=status, version=before["version"], actor=officer)
                elif action == "close":
                    service.close_incident(ids[one], {"outcome": "It ended", "lessons": ""}, version=before["version"], actor=officer)
                elif action == "merge":
                    service.merge_incident(ids[one], original_id=ids[two], version=before["version"], actor=officer)
                elif action == "unmerge":
                    service.unmerge_incident(ids[one], version=before["version"], actor=officer)
                elif action == "assign":
                    service.assign_incident(ids[one], assignee_id=officer.person_id, actor=officer)
                else:
                    archive_incident(ids[one], is_archived=before["archived_at"] is None, actor=officer)
        except ConcordError:
            assert facts(world, str(ids[one])) == before
        after = facts(world, str(ids[one]))
        assert after["status"] == before["status"] or states.may_step(before["status"], after["status"])
        assert (after["status"] == "duplicate") == (after.get("duplicate_of_id") is not None)
        assert_equal_to_a_recount(admin, is_shared=True)
    chains = admin.execute("select count(*) from incident_handling a join incident_handling b on b.incident_id = a.duplicate_of_id"
                           " where b.duplicate_of_id is not null").fetchone()  # fmt: skip
    assert chains == (0,)

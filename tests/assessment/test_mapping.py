"""The map of what exists, and the gaps that it leaves."""

import pytest
from flask import Flask
from sqlalchemy import event

from network.assessment.queries import get_gap_view, list_gaps
from network.kernel.db import db
from network.kernel.tenancy import acting_as
from tests.assessment.factory import add_assessment, add_community, add_threat, one
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

GOOD = {"name": "House of languages", "resource_type": "programme", "status": "running", "owner": "Culture office",
        "reach": "300 families", "prevention_levels": "primary"}  # fmt: skip
TABLES = ("resource", "resource_threat", "resource_community")


def add_resource(world: World, name: str = "Hotline", *, city: str = "toronto", status: str = "running", owner: str = "City",
                 levels: str = "{primary}", threat: str = "", community: str = "") -> str:  # fmt: skip
    key = one(
        world, "insert into resource (city_id, name, resource_type, status, owner, prevention_levels)"
        " values (%s, %s, 'service', %s, %s, %s) returning resource_id", world.ids[city], name, status, owner, levels,
    )  # fmt: skip
    for table, record in (("resource_threat", threat), ("resource_community", community)):
        if record:
            world.admin.execute(f"insert into {table} values (%s, %s, %s)", (world.ids[city], key, record))
    return key


def test_what_exists_is_mapped_found_changed_and_archived(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "Nothing on the map yet" in officer.get("/mapping/").text
    threat, community = add_threat(world, None), add_community(world, None)
    where = str(post(officer, "/mapping/new", **GOOD, threat_ids=threat, community_ids=community).location)
    page = officer.get(where).text
    assert "Street violence" in page and "Sikh families" in page and "300 families" in page
    other = add_community(world, None, "Students")
    add_resource(world, "Elsewhere", community=other, levels="{tertiary}")
    for query in (f"threat={threat}", f"community={community}", "q=culture", "type=programme", "level=primary"):
        page = officer.get(f"/mapping/?{query}").text
        assert "House of languages" in page and "Elsewhere" not in page, query
    assert "Sikh families" in officer.get("/mapping/export.csv").text
    edit = f"{where}/edit"
    assert f'value="{threat}" checked' in officer.get(edit).text
    post(officer, edit, **{**GOOD, "name": "House", "version": "1", "community_ids": other})
    page = officer.get(where).text
    assert "Students" in page and "Sikh families" not in page and "Street violence" not in page
    late = post(officer, edit, **{**GOOD, "name": "Mine", "version": "1"})
    assert late.status_code == 409 and "House" in late.text and 'value="Mine"' in late.text
    post(officer, f"{where}/archive", page=where)
    assert "House" not in officer.get("/mapping/?type=programme").text
    post(officer, f"{where}/archive", page=where, undo="1")
    assert "House" in officer.get("/mapping/?type=programme").text


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("name", "", "Fill in"), ("owner", "", "Fill in"), ("resource_type", "army", "of the list"), ("status", "x", "of the list"),
     ("prevention_levels", "all", "of the list"), ("website", "javascript:1", "begins with https"), ("reach", "x" * 1001, "1000"),
     ("threat_ids", "00000000-0000-7000-8000-000000000000", "Choose from the list"), ("community_ids", "x", "not an id")],
)  # fmt: skip
def test_bad_input_changes_nothing(app: Flask, world: World, field: str, value: str, reason: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    answer = post(officer, "/mapping/new", **{**GOOD, "description": "typed with care", field: value})
    assert answer.status_code == 400 and reason in answer.text and "typed with care" in answer.text
    assert world.admin.execute("select count(*) from resource").fetchone() == (0,)


def test_a_foreign_threat_is_not_one_of_the_list(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    foreign = add_threat(world, None, city="ottawa")
    assert post(officer, "/mapping/new", **GOOD, threat_ids=foreign).status_code == 400


def test_a_gap_is_what_the_current_assessment_names_and_nothing_runs_for(app: Flask, world: World) -> None:
    actor = world.actor("toronto", "coordinator")
    adopted, draft = add_assessment(world, status="adopted"), add_assessment(world, number=2)
    covered, planned, ended = (add_threat(world, adopted, name, likelihood=i) for name, i in
                               (("Covered", 5), ("Planned", 4), ("Ended", 3)))  # fmt: skip
    lonely, archived = add_community(world, adopted, "Lonely"), add_community(world, adopted, "Left alone")
    add_threat(world, draft, "Of the draft")
    add_community(world, None, "Of the register")
    add_resource(world, "A", threat=covered, levels="{primary,secondary}", owner="Police")
    add_resource(world, "B", threat=covered, levels="{secondary}", owner="Youth office")
    add_resource(world, "C", threat=planned, status="planned")
    add_resource(world, "D", threat=ended, status="ended")
    key = add_resource(world, "E", community=archived)
    world.admin.execute("update resource set archived_at = now() where resource_id = %s", (key,))
    with app.app_context(), acting_as(actor):
        view = get_gap_view(actor=actor)
        assert [(c.name, c.state) for c in view.threats] == [("Covered", "partly"), ("Planned", "only_planned"), ("Ended", "nothing")]
        assert view.threats[0].missing_levels == ["tertiary"]
        assert [(level, [r.name for r in found]) for level, found in view.threats[0].overlaps] == [("secondary", ["A", "B"])]
        assert [(g.kind, g.name, g.is_planned) for g in list_gaps(actor)] == [
            ("threat", "Planned", True), ("threat", "Ended", False), ("community", "Left alone", False),
            ("community", "Lonely", False)]  # fmt: skip
        assert {str(g.record_id) for g in list_gaps(actor) if g.kind == "community"} == {lonely, archived}
    page = sign_in(app, world, "toronto", "mayor").get("/mapping/gaps")
    assert "Lonely" in page.text and "Of the draft" not in page.text and "Of the register" not in page.text
    text = sign_in(app, world, "toronto", "officer").get("/mapping/gaps.csv").text
    assert "Threat,Planned,Only planned,,,,C" in text and "Community,Lonely,Nothing" in text


def test_without_an_assessment_there_is_nothing_to_compare_with(app: Flask, world: World) -> None:
    officer, actor = sign_in(app, world, "toronto", "officer"), world.actor("toronto", "officer")
    add_community(world, None)
    assert "Nothing to compare with yet" in officer.get("/mapping/gaps").text
    with app.app_context(), acting_as(actor):
        assert list_gaps(actor) == []


def test_pages_cost_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world)
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for step in range(2):
        for i in range(15):
            add_resource(world, f"R {step} {i}", threat=add_threat(world, draft, f"T {step} {i}"),
                         community=add_community(world, draft, f"C {step} {i}"))  # fmt: skip
        for path in ("/mapping/", "/mapping/gaps"):
            seen.clear()
            assert officer.get(path).status_code == 200
            counts.append(len(seen))
    assert counts == [7, 9, 7, 9]


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    world.agree("toronto", "canada", "{counts,records,readiness}")
    threat = add_threat(world, add_assessment(world, status="adopted"), "Hidden threat")
    key = add_resource(world, "Hidden house", threat=threat)
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for path in (f"/mapping/{key}", f"/mapping/{key}/edit"):
        assert client.get(path).status_code == 404, path
    for path in ("/mapping/", "/mapping/gaps", "/mapping/export.csv", "/mapping/gaps.csv", f"/mapping/?threat={threat}"):
        assert "Hidden" not in client.get(path).text, path
    assert post(client, f"/mapping/{key}/archive", page="/account").status_code == 404
    city = world.ids["toronto"]
    for table in TABLES:
        assert as_.count(actor, table) == 0 and as_.count(None, table) == 0, table
        assert as_.run(actor, f"update {table} set city_id = city_id") == 0, table
        assert as_.run(actor, f"delete from {table}") == 0, table
    assert as_.run(actor, "insert into resource (city_id, name, resource_type, status) values (%s, 'x', 'policy', 'running')", city) == 0
    assert as_.run(actor, "insert into resource_threat values (%s, %s, %s)", city, key, threat) == 0


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    key = add_resource(world)
    client = sign_in(app, world, "toronto", role)
    assert client.get(f"/mapping/{key}").status_code == 200
    assert client.get(f"/mapping/{key}/edit").status_code == 404
    assert as_.run(world.actor("toronto", role), "update resource set name = 'x'") == 0

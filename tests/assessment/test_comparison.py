"""Two versions side by side, on paper, and what changed within one."""

from flask import Flask
from sqlalchemy import event

from network.assessment import queries
from network.assessment.queries.compare import compare_versions
from network.kernel.db import db
from network.kernel.tenancy import acting_as
from tests.assessment.factory import add_assessment, add_community, add_threat
from tests.assessment.test_evidence import FIGURE, add_gap, add_source
from tests.assessment.test_versions import THREAT
from tests.test_main_path import post, sign_in
from tests.world import World, add_incident


def test_what_is_new_gone_higher_and_lower(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    first = add_assessment(world, status="adopted", title="First picture")
    for name, likelihood in (("Grows", 2), ("Shrinks", 5), ("Stays", 3), ("Goes", 3)):
        add_threat(world, first, name, likelihood=likelihood)
    add_community(world, first, "Talks differently")
    add_source(world, first, title="Report")
    second = str(post(coordinator, f"/assessments/{first}/versions", page=f"/assessments/{first}").location)
    world.admin.execute("update assessment set title = 'Second picture' where status = 'draft'")
    later = "assessment_id = (select assessment_id from assessment where status = 'draft')"
    world.admin.execute(f"update assessment_threat set likelihood = 5 where name = 'Grows' and {later}")
    world.admin.execute(f"update assessment_threat set impact = 1 where name = 'Shrinks' and {later}")
    world.admin.execute(f"delete from assessment_threat where name = 'Goes' and {later}")
    world.admin.execute(f"update assessment_community set protective_factors = 'Neighbours' where {later}")
    draft = second.rsplit("/", 1)[1]
    add_threat(world, draft, "Comes")
    add_gap(world, draft)
    actor = world.actor("toronto", "mayor")
    with app.app_context(), acting_as(actor):
        versions = queries.all_assessments(queries.AssessmentFilter(), actor=actor)
        view = compare_versions(versions[1], versions[0], actor=actor)
        assert {p.name: p.change for p in view.threats} == {
            "Grows": "higher", "Shrinks": "lower", "Stays": "same", "Comes": "new", "Goes": "gone"}  # fmt: skip
        assert [(p.name, p.change) for p in view.communities] == [("Talks differently", "changed")]
        assert [(p.name, p.change) for p in view.evidence] == [("Report", "same")]
        assert [(p.name, p.change) for p in view.gaps] == [("Hidden question", "new")]
    page = coordinator.get("/assessments/compare").text.split("<table", 1)[1]
    assert page.index("First picture") < page.index("Second picture") and "Not named" in page
    turned = coordinator.get(f"/assessments/compare?earlier={draft}&later={first}").text.split("<table", 1)[1]
    assert turned.index("Second picture") < turned.index("First picture")


def test_a_comparison_needs_two_versions_of_the_same_city(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    mine, foreign = add_assessment(world), add_assessment(world, "ottawa", title="Foreign picture")
    assert "one version only" in officer.get("/assessments/compare").text
    answer = officer.get(f"/assessments/compare?earlier={foreign}&later={mine}")
    assert "Foreign picture" not in answer.text
    add_assessment(world, number=2, status="superseded")
    assert "Foreign picture" not in officer.get(f"/assessments/compare?earlier={foreign}&later={mine}").text


def test_the_paper_holds_everything(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world)
    community = add_community(world, draft, hit_by=add_threat(world, draft))
    add_incident(world.admin, world.ids["toronto"], occurred_on="2024-02-01", occurred_at="2024-02-01T12:00Z")
    post(officer, f"/assessments/{draft}/evidence/new/figure", **FIGURE, community_ids=community)
    add_gap(world, draft)
    page = sign_in(app, world, "toronto", "mayor").get(f"/assessments/{draft}/print")
    for text in ("Toronto", "Hidden picture", "Street violence", "Sikh families", "1 incidents", "Antisemitic incidents",
                 "Hidden question"):  # fmt: skip
        assert text in page.text, text


def test_the_history_tells_what_changed_within_a_version(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    first = add_assessment(world, status="adopted")
    key = add_threat(world, first)
    world.admin.execute("update assessment set created_at = now() - interval '1 day'")
    second = str(post(coordinator, f"/assessments/{first}/versions", page=f"/assessments/{first}").location)
    draft = second.rsplit("/", 1)[1]
    events = "select changes from record_event where record_type = 'assessment' and record_id = %s and action = 'changed'"
    begun = world.admin.execute(events, (draft,)).fetchall()
    assert not any("threats" in row[0] for row in begun)
    post(coordinator, f"{second}/threats/{key}/edit",
         **{**THREAT, "likelihood": "2", "impact": "4", "version": "1", "narrative": ""})  # fmt: skip
    post(coordinator, f"{second}/gaps/new", question="How many?")
    post(coordinator, f"{second}/threats/{key}/edit", remove="1")
    told = [row[0] for row in world.admin.execute(events, (draft,)).fetchall()]
    assert {"Street violence": [{"likelihood": 4}, {"likelihood": 2}]} in told
    assert {"questions": [None, "How many?"]} in told and {"threats": ["Street violence", None]} in told
    page = coordinator.get(second).text
    assert "<del>likelihood: 4</del> <ins>likelihood: 2</ins>" in page


def test_pages_cost_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    one, other = add_assessment(world, status="adopted"), add_assessment(world, number=2)
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for step in range(2):
        for i in range(10):
            for version in (one, other):
                add_source(world, version, community=add_community(world, version, f"C {step} {i} {version}"))
        for path in ("/assessments/compare", f"/assessments/{one}/print"):
            seen.clear()
            assert officer.get(path).status_code == 200
            counts.append(len(seen))
    assert counts == FIXED * 2


FIXED = [18, 11]

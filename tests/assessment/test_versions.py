"""Versions of the assessment: written as drafts, adopted, superseded; frozen once adopted."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event

from network.assessment import codes, queries, service
from network.kernel.db import db
from network.kernel.errors import NotFound, Refused
from network.kernel.tenancy import acting_as
from tests.assessment.factory import add_assessment, add_community, add_threat
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

FRAME = {"title": "First picture", "period_from": "2025-01-01", "period_to": "2025-12-31", "confidence": "low"}
THREAT = {"name": "Street violence", "ideology": "far_right", "likelihood": "4", "impact": "5", "trend": "rising",
          "confidence": "medium", "narrative": "They claim the square"}  # fmt: skip
COMMUNITY = {"name": "Sikh families", "size_band": "under_1000", "vulnerability_factors": "One temple, at the edge",
             "protective_factors": "Good neighbours", "spoken_for_by": "Temple council", "confidence": "low"}  # fmt: skip
TABLES = ("threat", "community", "assessment", "assessment_threat", "assessment_community", "assessment_exposure")


def test_from_nothing_to_an_adopted_version_and_on_to_the_next(app: Flask, world: World) -> None:
    mayor = sign_in(app, world, "toronto", "mayor")
    officer = sign_in(app, world, "toronto", "officer")
    assert "No assessment yet" in officer.get("/assessments/").text
    first = str(post(officer, "/assessments/new", **FRAME).location)
    assert post(officer, f"{first}/communities/new", **COMMUNITY).status_code == 302
    form = officer.get(f"{first}/threats/new").text
    community = re.search(r'name="community_ids" id="community_ids-1" value="([0-9a-f-]{36})"', form)
    assert community
    assert post(officer, f"{first}/threats/new", **THREAT, community_ids=community[1]).status_code == 302
    page = officer.get(first).text
    assert "They claim the square" in page and "One temple, at the edge" in page and "Temple council" in page
    cell = re.search(r'<td class="risk-very_high">\s*<span class="matrix-band">Very high</span>\s*<a href="#threat-[^>]+>'
                     "Street violence</a>", page)  # fmt: skip
    assert cell
    assert post(officer, f"{first}/status", page=first, status="adopted").status_code == 422
    post(officer, f"{first}/status", page=first, status="in_review")
    assert 'value="adopted"' not in officer.get(first).text
    assert post(officer, f"{first}/status", page=first, status="adopted").status_code == 422

    assert "gave an assessment to review" in mayor.get("/notifications/").text
    post(mayor, f"{first}/status", page=first, status="adopted", decided_by="City council", decided_on="2026-01-15")
    assert "City council" in mayor.get(first).text
    assert "adopted an assessment" in officer.get("/notifications/").text
    assert "adopted an assessment" not in mayor.get("/notifications/").text
    adopted = world.admin.execute("select status, adopted_on, adopted_by_name from assessment").fetchall()
    assert adopted == [("adopted", date(2026, 1, 15), "City council")]

    assert "/threats/new" not in officer.get(first).text
    assert post(officer, f"{first}/threats/new", page="/account", **THREAT).status_code == 422
    second = str(post(officer, f"{first}/versions", page=first).location)
    page = officer.get(second).text
    assert "They claim the square" in page and "One temple, at the edge" in page and "version 2" in page
    threat = re.search(r"/threats/([0-9a-f-]{36})/edit", page)
    assert threat
    changed = {**THREAT, "likelihood": "2", "impact": "2", "version": "1"}
    assert post(officer, f"{second}/threats/{threat[1]}/edit", **changed).status_code == 302
    post(officer, f"{second}/status", page=second, status="in_review")
    coordinator = sign_in(app, world, "toronto", "coordinator")
    post(coordinator, f"{second}/status", page=second, status="adopted")
    states = world.admin.execute("select number, status from assessment order by number").fetchall()
    assert states == [(1, "superseded"), (2, "adopted")]
    over_time = coordinator.get(f"/assessments/threats/{threat[1]}").text
    assert over_time.index("Low") < over_time.index("Very high")
    kept = world.admin.execute(
        "select a.number, t.likelihood from assessment_threat t join assessment a using (city_id, assessment_id)"
        " order by 1"
    ).fetchall()  # fmt: skip
    assert kept == [(1, 4), (2, 2)]


def test_one_version_is_open_at_a_time_and_an_archived_draft_gives_way(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    first = str(post(officer, "/assessments/new", **FRAME).location)
    assert post(officer, "/assessments/new", **FRAME).status_code == 422
    post(officer, f"{first}/archive", page=first)
    second = post(officer, "/assessments/new", **FRAME)
    assert second.status_code == 302
    assert post(officer, f"{first}/archive", page=first, undo="1").status_code == 422
    post(officer, f"{second.location}/archive", page=second.location)
    assert post(officer, f"{first}/archive", page=first, undo="1").status_code == 302
    assert "First picture" in officer.get("/assessments/?archived=1").text


def test_a_faster_colleague_is_shown_beside_what_was_typed(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world)
    key = add_threat(world, draft)
    here = f"/assessments/{draft}"
    post(officer, f"{here}/edit", **{**FRAME, "title": "Theirs", "version": "1"})
    late = post(officer, f"{here}/edit", **{**FRAME, "title": "Mine", "version": "1"})
    assert late.status_code == 409 and "Theirs" in late.text and 'value="Mine"' in late.text
    post(officer, f"{here}/threats/{key}/edit", **{**THREAT, "version": "1", "places": "North"})
    late = post(officer, f"{here}/threats/{key}/edit", **{**THREAT, "version": "1", "places": "South"})
    assert late.status_code == 409 and "North" in late.text and "South" in late.text


@pytest.mark.parametrize(
    ("path", "good", "field", "value", "reason"),
    [("new", FRAME, "period_to", "2024-01-01", "before the start"), ("new", FRAME, "title", "", "Fill in this field"),
     ("new", FRAME, "confidence", "sure", "not a value of the list"),
     ("{}/threats/new", THREAT, "likelihood", "6", "From 1 to 5"), ("{}/threats/new", THREAT, "ideology", "x", "of the list"),
     ("{}/threats/new", THREAT, "impact", "", "Fill in this field"),
     ("{}/communities/new", COMMUNITY, "size_band", "huge", "of the list"),
     ("{}/communities/new", COMMUNITY, "name", "x" * 201, "200")],
)  # fmt: skip
def test_bad_input_is_shown_again_with_its_reason(
    app: Flask, world: World, path: str, good: dict[str, str], field: str, value: str, reason: str
) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world) if "{" in path else ""
    before = [world.admin.execute(f"select count(*) from {table}").fetchone() for table in TABLES]
    answer = post(officer, f"/assessments/{path.format(draft)}", **{**good, field: value})
    assert answer.status_code == 400 and reason in answer.text
    assert [world.admin.execute(f"select count(*) from {table}").fetchone() for table in TABLES] == before


def test_a_name_means_the_same_threat_in_every_version(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    add_threat(world, None, city="ottawa")
    known = add_threat(world, None)
    draft = add_assessment(world)
    post(officer, f"/assessments/{draft}/threats/new", **{**THREAT, "name": "street VIOLENCE"})
    assert world.admin.execute("select threat_id::text, name from assessment_threat").fetchall() == [(known, "Street violence")]
    twice = post(officer, f"/assessments/{draft}/threats/new", **THREAT)
    assert twice.status_code == 400 and "in the assessment already" in twice.text


def test_a_new_name_goes_into_the_draft_and_not_into_what_was_adopted(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    old, draft = add_assessment(world, status="adopted"), add_assessment(world, number=2)
    key = add_community(world, old)
    world.admin.execute(
        "insert into assessment_community select city_id, %s, community_id, name, groups, size_band,"
        " vulnerability_factors, protective_factors, spoken_for_by, partner_id, confidence from assessment_community", (draft,))
    edit = f"/assessments/communities/{key}/edit"
    assert post(officer, edit, name="Sikh community", version="1").status_code == 302
    names = world.admin.execute(
        "select a.number, c.name from assessment_community c join assessment a using (city_id, assessment_id) order by 1"
    ).fetchall()
    assert names == [(1, "Sikh families"), (2, "Sikh community")]
    assert "<ins>Sikh community</ins>" in officer.get(f"/assessments/communities/{key}").text
    post(officer, edit, page=edit, archive="1")
    with app.app_context(), acting_as(world.actor("toronto", "officer")):
        assert queries.community_choices(world.actor("toronto", "officer")) == []
    post(officer, edit, page=edit, archive="0")
    assert "Sikh community" in officer.get("/assessments/communities/?q=sikh").text


def test_a_threat_hits_communities_of_its_own_version_only(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    old, draft = add_assessment(world, status="adopted"), add_assessment(world, number=2)
    elsewhere, foreign = add_community(world, old), add_community(world, None, city="ottawa")
    for key in (elsewhere, foreign, "00000000-0000-7000-8000-000000000000"):
        answer = post(officer, f"/assessments/{draft}/threats/new", **{**THREAT, "community_ids": key})
        assert answer.status_code == 404
    assert world.admin.execute("select count(*) from assessment_exposure").fetchone() == (0,)
    assert world.admin.execute("select count(*) from assessment_threat").fetchone() == (0,)


def test_exports_hold_what_the_page_shows(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world, title="=cmd|picture")
    add_community(world, draft, hit_by=add_threat(world, draft))
    text = officer.get("/assessments/export.csv").text
    assert "'=cmd|picture" in text
    sheet = load_workbook(io.BytesIO(officer.get(f"/assessments/{draft}/threats.xlsx").data)).active
    assert sheet is not None
    row = [cell.value for cell in list(sheet.rows)[1]]
    assert row[:5] == ["Street violence", "Far-right extremism", 4, 4, "Very high"] and row[7] == "Sikh families"
    assert "Street violence" in officer.get(f"/assessments/{draft}/communities.csv").text
    assert "Sikh families" in officer.get("/assessments/communities/export.csv").text


def test_the_bands_of_risk_follow_their_rule() -> None:
    bands = {(i, j): codes.risk_of(i, j) for i in range(1, 6) for j in range(1, 6)}
    assert [bands[x] for x in ((1, 4), (1, 5), (2, 4), (2, 5), (3, 4), (3, 5), (5, 5))] == [
        "low", "moderate", "moderate", "high", "high", "very_high", "very_high"]  # fmt: skip


def test_the_page_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world)
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for step in range(2):
        for i in range(15):
            add_community(world, draft, f"C {step} {i}", hit_by=add_threat(world, draft, f"T {step} {i}"))
        for path in (f"/assessments/{draft}", "/assessments/", "/assessments/threats/"):
            seen.clear()
            assert officer.get(path).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:] == FIXED


FIXED = [18, 5, 5]


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    world.agree("toronto", "canada", "{counts,records,readiness}")
    draft = add_assessment(world)
    threat = add_threat(world, draft)
    community = add_community(world, draft, hit_by=threat)
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    here = f"/assessments/{draft}"
    for path in (here, f"{here}/edit", f"{here}/threats/new", f"{here}/threats.csv", f"{here}/communities/new",
                 f"/assessments/threats/{threat}", f"/assessments/communities/{community}"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in ("/assessments/", "/assessments/export.csv", "/assessments/threats/"):
        page = client.get(path).text
        assert "Hidden picture" not in page and "Street violence" not in page
    for path in ("status", "versions", "archive"):
        assert post(client, f"{here}/{path}", page="/account", status="in_review").status_code == 404
    for table in (*TABLES, "record_entry", "record_event"):
        assert as_.count(actor, table) == 0, table
    city = world.ids["toronto"]
    assert as_.run(actor, "insert into community (city_id, name) values (%s, 'In')", city) == 0
    assert as_.run(actor, "insert into threat (city_id, name) values (%s, 'In')", city) == 0
    assert as_.run(
        actor, "insert into assessment (city_id, number, title, period_from, period_to)"
        " values (%s, 9, 'In', '2025-01-01', '2025-02-01')", city) == 0  # fmt: skip
    assert as_.run(actor, "insert into assessment_exposure values (%s, %s, %s, %s)", city, draft, threat, community) == 0
    for table in TABLES:
        assert as_.run(actor, f"update {table} set city_id = city_id") == 0, table
        assert as_.run(actor, f"delete from {table}") == 0, table
    assert all(as_.count(None, table) == 0 for table in TABLES)


@pytest.mark.parametrize("role", ["mayor", "communications", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    draft = add_assessment(world)
    threat = add_threat(world, draft)
    client, actor = sign_in(app, world, "toronto", role), world.actor("toronto", role)
    page = client.get(f"/assessments/{draft}")
    assert page.status_code == 200 and "/edit" not in page.text
    assert client.get(f"/assessments/{draft}/edit").status_code == 404
    assert client.get(f"/assessments/threats/{threat}/edit").status_code == 404
    for statement in ("update assessment set title = 'x'", "update assessment_threat set likelihood = 1",
                      "update threat set name = 'x'", "delete from assessment_threat",
                      "update assessment set status = 'in_review'"):  # fmt: skip
        assert as_.run(actor, statement) == 0, statement


@pytest.mark.parametrize("role", ["officer", "coordinator", "mayor"])
def test_nobody_changes_what_is_adopted(world: World, as_: As, role: str) -> None:
    """By raw SQL, whatever the pages offer."""
    kept = add_assessment(world, status="adopted")
    add_community(world, kept, hit_by=add_threat(world, kept))
    before = [world.admin.execute(f"select * from {table}").fetchall() for table in TABLES]
    actor = world.actor("toronto", role)
    for statement in (
        "update assessment set title = 'x'", "update assessment set adopted_on = '2020-01-01'",
        "update assessment set status = 'draft', adopted_on = null", "update assessment set archived_at = now()",
        "update assessment_threat set likelihood = 1", "delete from assessment_threat", "delete from assessment_community",
        "delete from assessment_exposure", "update assessment_community set groups = 'x'",
        "insert into assessment_threat select city_id, assessment_id, new_id(), 'x', ideology, narrative, actors, places,"
        " 1, 1, trend, confidence from assessment_threat",
    ):  # fmt: skip
        assert as_.run(actor, statement) == 0, statement
    assert [world.admin.execute(f"select * from {table}").fetchall() for table in TABLES] == before


def test_an_officer_adopts_nothing_even_by_raw_sql(world: World, as_: As) -> None:
    add_assessment(world, status="in_review")
    adopt = "update assessment set status = 'adopted', adopted_on = current_date"
    assert as_.run(world.actor("toronto", "officer"), adopt) == 0
    assert as_.run(world.actor("toronto", "mayor"), adopt) == 1


def test_the_service_refuses_what_the_page_does_not_offer(app: Flask, world: World) -> None:
    import uuid

    draft = uuid.UUID(add_assessment(world))
    foreign = uuid.UUID(add_assessment(world, "ottawa"))
    actor = world.actor("toronto", "coordinator")
    with app.app_context():
        calls: list[tuple[type[Exception], Any]] = [
            (Refused, lambda: service.copy_assessment(draft, actor=actor)),
            (Refused, lambda: service.move_assessment(draft, "superseded", actor=actor)),
            (NotFound, lambda: service.move_assessment(foreign, "in_review", actor=actor)),
            (NotFound, lambda: service.remove_part("threat", draft, uuid.uuid4(), actor=actor)),
        ]
        for error, call in calls:
            with pytest.raises(error), acting_as(actor):
                call()


def test_a_decision_of_tomorrow_is_refused(app: Flask, world: World) -> None:
    review = add_assessment(world, status="in_review")
    mayor = sign_in(app, world, "toronto", "mayor")
    tomorrow = str(date.today() + timedelta(days=2))
    here = f"/assessments/{review}"
    assert post(mayor, f"{here}/status", page=here, status="adopted", decided_on=tomorrow).status_code == 400
    assert world.admin.execute("select status from assessment").fetchone() == ("in_review",)

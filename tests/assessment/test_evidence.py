"""Evidence keeps its question and its count; gaps in knowledge keep who could answer."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from network.kernel.db import db
from tests.assessment.factory import add_assessment, add_community, add_threat, one
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World, add_incident

FIGURE = {"title": "Antisemitic incidents", "date_from": "2024-01-15", "date_to": "2024-03-10", "bias": "antisemitism",
          "confidence": "high"}  # fmt: skip
SOURCE = {"title": "Survey of schools", "publisher": "University", "published_on": "2024-05-01", "finding": "One in five",
          "url": "https://study.example/report", "confidence": "medium"}  # fmt: skip
TABLES = ("assessment_evidence", "evidence_threat", "evidence_community", "assessment_gap")


def add_source(world: World, assessment: str, *, community: str = "", title: str = "Hidden source") -> str:
    key = one(
        world, "insert into assessment_evidence (city_id, assessment_id, kind, title, confidence)"
        " values (%s, %s, 'source', %s, 'low') returning evidence_id", world.ids["toronto"], assessment, title,
    )  # fmt: skip
    if community:
        world.admin.execute(
            "insert into evidence_community values (%s, %s, %s, %s)", (world.ids["toronto"], assessment, key, community)
        )
    return key


def add_gap(world: World, assessment: str) -> str:
    return one(
        world, "insert into assessment_gap (city_id, assessment_id, question) values (%s, %s, 'Hidden question')"
        " returning gap_id", world.ids["toronto"], assessment,
    )  # fmt: skip


def counts(world: World) -> list[Any]:
    return world.admin.execute(
        "select incident_count, year_before_count, previous_count from assessment_evidence"
    ).fetchall()


def test_a_figure_keeps_its_question_and_shows_its_change(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    toronto = world.ids["toronto"]
    for day, values in (("2024-01-01", {}), ("2024-03-31", {}), ("2023-02-05", {}), ("2024-04-01", {}),
                        ("2024-02-01", {"bias_motivations": ["anti_muslim"]}), ("2024-02-01", {"status": "unfounded"}),
                        ("2024-02-01", {"tlp": "RED"})):  # fmt: skip
        add_incident(world.admin, toronto, occurred_on=day, occurred_at=f"{day}T12:00Z", **values)
    add_incident(world.admin, world.ids["ottawa"], occurred_on="2024-02-01", occurred_at="2024-02-01T12:00Z")
    draft = add_assessment(world)
    here = f"/assessments/{draft}"
    assert post(officer, f"{here}/evidence/new/figure", **FIGURE).status_code == 302
    assert counts(world) == [(2, 1, None)]
    kept = world.admin.execute("select query from assessment_evidence").fetchone()
    assert kept == ({"from": "2024-01-01", "to": "2024-03-31", "bias": "antisemitism", "kind": "", "severity": None},)
    page = officer.get(here).text
    link = re.search(r'href="(/incidents/\?[^"]+)"', page)
    assert link and "2 incidents" in page and "a year before: 1" in page
    assert officer.get(link[1].replace("&amp;", "&")).text.count("Antisemitism") >= 2
    add_incident(world.admin, toronto, occurred_on="2024-03-01", occurred_at="2024-03-01T12:00Z")
    assert re.search(r'<td class="num">2</td>\s*<td class="num">3</td>\s*<td class="num">\+1</td>', officer.get(f"{here}/figures").text)
    assert counts(world) == [(2, 1, None)]
    post(officer, f"{here}/figures")
    assert counts(world) == [(3, 1, 2)]
    assert "When counted before: 2" in officer.get(here).text
    key = world.admin.execute("select evidence_id from assessment_evidence").fetchone()
    assert key
    edit = f"{here}/evidence/{key[0]}/edit"
    assert 'value="2024-03-31"' in officer.get(edit).text
    post(officer, edit, **{**FIGURE, "title": "Renamed", "version": "2"})
    assert counts(world) == [(3, 1, 2)]
    post(officer, edit, **{**FIGURE, "date_to": "2024-04-30", "version": "3"})
    assert counts(world) == [(4, 1, None)]


def test_an_adopted_version_keeps_its_figures_and_the_next_one_carries_them_on(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    draft = add_assessment(world)
    here = f"/assessments/{draft}"
    community = add_community(world, draft, hit_by=add_threat(world, draft))
    post(coordinator, f"{here}/evidence/new/figure", **FIGURE, community_ids=community)
    post(coordinator, f"{here}/evidence/new/source", **SOURCE)
    post(coordinator, f"{here}/gaps/new", question="How many in schools?", could_answer="School board")
    post(coordinator, f"{here}/gaps/new", question="Old one", is_answered="1", answer="Known now")
    page = coordinator.get(here).text
    assert "https://study.example/report" in page and "One in five" in page and "School board" in page
    for status in ("in_review", "adopted"):
        post(coordinator, f"{here}/status", page=here, status=status)
    add_incident(world.admin, world.ids["toronto"], occurred_on="2024-03-01", occurred_at="2024-03-01T12:00Z")
    assert post(coordinator, f"{here}/figures", page="/account").status_code == 422
    assert post(coordinator, f"{here}/gaps/new", page="/account", question="More?").status_code == 422
    second = str(post(coordinator, f"{here}/versions", page=here).location)
    assert post(coordinator, f"{second}/figures").status_code == 302
    kept = world.admin.execute(
        "select a.number, e.incident_count, e.previous_count from assessment_evidence e join assessment a"
        " using (city_id, assessment_id) where kind = 'figure' order by 1"
    ).fetchall()  # fmt: skip
    assert kept == [(1, 0, None), (2, 1, 0)]
    assert world.admin.execute("select count(distinct evidence_id), count(*) from assessment_evidence").fetchone() == (2, 4)
    assert world.admin.execute("select count(*) from evidence_community").fetchone() == (2,)
    gaps = world.admin.execute(
        "select a.number, g.question from assessment_gap g join assessment a using (city_id, assessment_id) order by 1, 2"
    ).fetchall()
    assert gaps == [(1, "How many in schools?"), (1, "Old one"), (2, "How many in schools?")]


@pytest.mark.parametrize(
    ("path", "good", "field", "value", "reason"),
    [("evidence/new/figure", FIGURE, "date_to", "2023-12-01", "before the start"), ("evidence/new/figure", FIGURE, "bias", "x", "of the list"),
     ("evidence/new/figure", FIGURE, "date_from", "", "Fill in"), ("evidence/new/figure", FIGURE, "severity", "9", "of the list"),
     ("evidence/new/source", SOURCE, "url", "javascript:1", "begins with https"),
     ("evidence/new/source", SOURCE, "published_on", "2190-01-01", "in the future"),
     ("evidence/new/source", SOURCE, "threat_ids", "00000000-0000-7000-8000-000000000000", "Choose from the list"),
     ("gaps/new", {}, "question", "", "Fill in"), ("gaps/new", {"question": "Why?"}, "is_answered", "1", "Write down the answer"),
     ("gaps/new", {"question": "Why?"}, "partner_id", "00000000-0000-7000-8000-000000000000", "Choose from the list")],
)  # fmt: skip
def test_bad_input_changes_nothing(
    app: Flask, world: World, path: str, good: dict[str, str], field: str, value: str, reason: str
) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world)
    answer = post(officer, f"/assessments/{draft}/{path}", **{**good, field: value})
    assert answer.status_code == 400 and reason in answer.text
    for table in TABLES:
        assert world.admin.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_evidence_is_about_what_its_own_version_names(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft, foreign = add_assessment(world), add_community(world, add_assessment(world, "ottawa"), city="ottawa")
    unnamed = add_community(world, None)
    for key in (foreign, unnamed):
        assert post(officer, f"/assessments/{draft}/evidence/new/source", **SOURCE, community_ids=key).status_code == 400
    elsewhere = f"/assessments/{draft}/evidence/{date.today().year:08d}-0000-7000-8000-000000000000/edit"
    assert officer.get(elsewhere).status_code == 404


def test_a_gap_is_answered_and_taken_out(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world)
    edit = f"/assessments/{draft}/gaps/{add_gap(world, draft)}/edit"
    post(officer, edit, question="Hidden question", is_answered="1", answer="Forty", version="1")
    assert "Forty" in officer.get(f"/assessments/{draft}").text
    late = post(officer, edit, question="Mine", version="1")
    assert late.status_code == 409 and "Hidden question" in late.text
    post(officer, edit, remove="1")
    assert world.admin.execute("select count(*) from assessment_gap").fetchone() == (0,)


def test_exports_hold_the_question(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world)
    community = add_community(world, draft)
    post(officer, f"/assessments/{draft}/evidence/new/figure", **FIGURE, community_ids=community)
    text = officer.get(f"/assessments/{draft}/evidence.csv").text
    assert "2024-01-01; 2024-03-31; Antisemitism" in text and "Sikh families" in text
    assert officer.get(f"/assessments/{draft}/evidence.xlsx").status_code == 200


def test_the_page_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    draft = add_assessment(world)
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    numbers = []
    for step in range(2):
        for i in range(15):
            add_source(world, draft, community=add_community(world, draft, f"C {step} {i}"))
        seen.clear()
        assert officer.get(f"/assessments/{draft}").status_code == 200
        numbers.append(len(seen))
    assert numbers == [18, 18]


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    world.agree("toronto", "canada", "{counts,records,readiness}")
    draft = add_assessment(world)
    community = add_community(world, draft)
    key, gap = add_source(world, draft, community=community), add_gap(world, draft)
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    here = f"/assessments/{draft}"
    for path in ("evidence/new/figure", f"evidence/{key}/edit", "evidence.csv", "figures", "gaps/new", f"gaps/{gap}/edit"):
        assert client.get(f"{here}/{path}").status_code == 404, path
    assert post(client, f"{here}/figures", page="/account").status_code == 404
    city = world.ids["toronto"]
    assert as_.run(
        actor, "insert into assessment_evidence (city_id, assessment_id, kind, title, confidence)"
        " values (%s, %s, 'source', 'x', 'low')", city, draft) == 0  # fmt: skip
    assert as_.run(actor, "insert into assessment_gap (city_id, assessment_id, question) values (%s, %s, 'x')", city, draft) == 0
    for table in TABLES:
        assert as_.count(actor, table) == 0 and as_.count(None, table) == 0, table
        assert as_.run(actor, f"update {table} set city_id = city_id") == 0, table
        assert as_.run(actor, f"delete from {table}") == 0, table


@pytest.mark.parametrize("role", ["mayor", "analyst", "coordinator"])
def test_who_may_not_write_by_raw_sql(world: World, as_: As, role: str) -> None:
    """Readers never, and nobody in what is adopted."""
    kept = add_assessment(world, status="adopted" if role == "coordinator" else "draft")
    add_source(world, kept, community=add_community(world, kept))
    add_gap(world, kept)
    for table in TABLES:
        assert as_.run(world.actor("toronto", role), f"update {table} set city_id = city_id") == 0, table
        assert as_.run(world.actor("toronto", role), f"delete from {table}") == 0, table

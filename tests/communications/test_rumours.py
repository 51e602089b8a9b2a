"""The register of rumours: recorded by officers too, read by the team alone."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.communications.counting import count_statements
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

GOOD: dict[str, Any] = {
    "name": "Shelter gets free cars", "narrative": "privileges", "first_seen_on": str(date.today()), "spread": "local",
    "harm": "3", "claim": "They all get cars!", "where_seen": "Neighbourhood group",
    "evidence_links": "https://one.example/a\n\n http://two.example/b ",
}  # fmt: skip


def add(world: World, city: str, name: str, **values: Any) -> str:
    row = {"city_id": world.ids[city], "name": name, "narrative": "other", "first_seen_on": "2026-01-02",
           "spread": "few", "harm": 2, **values}  # fmt: skip
    marks = ", ".join(f"%({key})s" for key in row)
    found = world.admin.execute(
        f"insert into rumour ({', '.join(row)}) values ({marks}) returning rumour_id::text", row
    ).fetchone()
    assert found
    return str(found[0])


def test_an_officer_records_watches_answers_and_archives_a_rumour(app: Flask, world: World) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    assert "No rumours recorded" in officer.get("/rumours/").text
    where = str(post(officer, "/rumours/new", **GOOD).location)
    page = officer.get(where).text
    assert "They all get cars!" in page and "Open: it needs an answer" in page
    assert 'href="https://one.example/a"' in page and 'href="http://two.example/b"' in page
    assert "https://one.example/a\nhttp://two.example/b" in officer.get(f"{where}/edit").text
    assert "Shelter gets free cars" in officer.get("/communications/").text
    post(officer, f"{where}/status", page=where, status="watching")
    page = officer.get(where).text
    assert "<del>Open: it needs an answer</del> <ins>Watched: no answer for now</ins>" in page
    assert "Shelter gets free cars" not in officer.get("/communications/").text
    assert post(officer, f"{where}/status", page=where, status="burned").status_code == 422
    late = post(officer, f"{where}/edit", **{**GOOD, "version": "1", "name": "Mine"})
    assert late.status_code == 409 and 'value="Mine"' in late.text
    assert post(officer, f"{where}/edit", **{**GOOD, "version": "2", "status": "answered"}).status_code == 302
    post(officer, f"{where}/archive", page=where)
    assert "Shelter" not in officer.get("/rumours/").text and "Shelter" in officer.get("/rumours/?archived=1").text
    post(officer, f"{where}/archive", page=where, undo="1")
    assert "Shelter" in officer.get("/rumours/?status=answered").text


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("name", "", "Fill in this field"), ("harm", "6", "From 1 to 5"), ("narrative", "gossip", "not a value of the list"),
     ("first_seen_on", str(date.today() + timedelta(days=2)), "in the future"), ("spread", "", "Fill in this field"),
     ("evidence_links", "javascript:alert(1)", "no full address: javascript:alert(1)"),
     ("evidence_links", "\n".join(f"https://x.example/{i}" for i in range(21)), "At most 20")],
)  # fmt: skip
def test_bad_input_is_shown_again_with_its_reason(app: Flask, world: World, field: str, value: str, reason: str) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    answer = post(officer, "/rumours/new", **{**GOOD, field: value})
    assert answer.status_code == 400
    assert "They all get cars!" in answer.text and reason in answer.text
    assert world.admin.execute("select count(*) from rumour").fetchone() == (0,)


def test_who_speaks_for_the_city_is_told_of_a_grave_rumour(app: Flask, world: World) -> None:
    officer, speaker = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "communications")
    sign_in(app, world, "toronto", "partner")
    for changes in ({"harm": "3"}, {"harm": "5", "status": "watching"}):
        assert post(officer, "/rumours/new", **{**GOOD, **changes}).status_code == 302
        assert "can do much harm" not in speaker.get("/notifications/").text
    post(officer, "/rumours/new", **{**GOOD, "harm": "4"})
    page = speaker.get("/notifications/").text
    assert "recorded a rumour that can do much harm" in page and "Shelter gets free cars" in page
    told = world.admin.execute("select person_id from notification").fetchall()
    assert told == [(world.people["toronto", "communications"],)]


def test_the_list_filters_sorts_and_exports(app: Flask, world: World) -> None:
    analyst = sign_in(app, world, "toronto", "analyst")
    add(world, "toronto", "Mild old", harm=1, first_seen_on="2025-01-01")
    add(world, "toronto", "Grave", harm=5, first_seen_on="2025-06-01", status="watching", narrative="group_blamed")
    add(world, "toronto", "=Mild new", harm=2, first_seen_on="2025-09-01")
    add(world, "ottawa", "Elsewhere", harm=5)

    def order(query: str) -> list[str]:
        text = analyst.get(f"/rumours/export.csv?{query}").text
        return [line.split(",")[0] for line in text.splitlines()[1:]]

    assert order("") == ["'=Mild new", "Grave", "Mild old"]
    assert order("harm=2&q=mild") == ["'=Mild new"]
    assert order("status=watching&narrative=group_blamed") == ["Grave"]
    page = analyst.get("/rumours/?sort=harm").text
    assert page.index("Grave") < page.index("=Mild new") < page.index("Mild old")
    assert "Elsewhere" not in page and ">Open: 2</a>" in page and ">Watched: 1</a>" in page
    sheet = load_workbook(io.BytesIO(analyst.get("/rumours/export.xlsx?harm=5").data)).active
    assert sheet is not None and [row[0].value for row in sheet.rows][1:] == ["Grave"]
    assert "/rumours/new" not in page


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    rumour = add(world, "toronto", "Hidden claim")
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for page in (f"/rumours/{rumour}", f"/rumours/{rumour}/edit"):
        assert client.get(page).status_code == 404
    for page in ("/rumours/", "/rumours/export.csv", "/communications/"):
        assert "Hidden claim" not in client.get(page).text
    for path in ("archive", "status"):
        assert post(client, f"/rumours/{rumour}/{path}", page="/account", status="closed").status_code == 404
    for table in ("rumour", "record_entry", "record_event"):
        assert as_.count(actor, table) == 0
    assert as_.count(None, "rumour") == 0
    insert = ("insert into rumour (city_id, name, narrative, first_seen_on, spread, harm)"
              " values (%s, 'In', 'other', now(), 'few', 1)")  # fmt: skip
    assert as_.run(actor, insert, world.ids["toronto"]) == 0
    assert as_.run(actor, "update rumour set status = 'closed'") == 0
    assert world.admin.execute("select name, status from rumour").fetchall() == [("Hidden claim", "open")]


@pytest.mark.parametrize("role", ["mayor", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    rumour = add(world, "toronto", "A claim")
    client = sign_in(app, world, "toronto", role)
    page = client.get(f"/rumours/{rumour}")
    assert page.status_code == 200 and "/edit" not in page.text
    assert client.get(f"/rumours/{rumour}/edit").status_code == 404
    assert as_.run(world.actor("toronto", role), "update rumour set status = 'closed'") == 0


def test_the_list_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    counts = []
    for step in range(2):
        for i in range(20):
            add(world, "toronto", f"Claim {step} {i}")
        counts.append(count_statements(app, client, "/rumours/"))
    assert counts == [5, 5]

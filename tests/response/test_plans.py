"""Response plans: begun from a template, filled, adopted, taken along; and who should not get in."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from network.kernel.errors import Conflict
from network.kernel.tenancy import acting_as
from network.response.queries import response_progress
from network.response.service import adopt_plan
from network.response.starters import ROLES, STARTERS
from tests.communications.counting import count_statements
from tests.conftest import Connection
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

TODAY = date.today()
KINDS = ("roles", "items", "calls", "places", "exercises")
TABLES = ("response_plan", "response_role", "response_item", "response_call", "response_place", "response_exercise",
          "response_plan_message", "response_plan_edition", "response_exercise_action")  # fmt: skip
SECRET = "+1 416 555 0199"
PARTS: dict[str, dict[str, str]] = {
    "roles": {"name": "Lead", "holder_name": "Ana", "holder_contact": SECRET, "deputy_name": "Ben", "deputy_contact": SECRET},
    "items": {"name": "Call the police", "phase": "first_hour", "strand": "security"},
    "calls": {"name": "Officer on duty", "level": "national", "contact": SECRET, "call_when": "At once"},
    "places": {"name": "Town hall", "address": "1 Square", "contact": SECRET},
    "exercises": {"name": "At the table", "held_on": str(TODAY), "kind": "tabletop", "findings": "Two numbers were wrong."},
}


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def begin(client: FlaskClient, **data: Any) -> str:
    answer = post(client, "/response/plans/new", **{"name": "Attack", "scenario_kinds": ["place_of_worship"], **data})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def add(client: FlaskClient, where: str, kind: str, /, **data: Any) -> Any:
    return post(client, f"{where}/{kind}/new", **{**PARTS[kind], **data})


def adopt(client: FlaskClient, where: str, **data: Any) -> Any:
    days = {"adopted_on": str(TODAY), "review_on": str(TODAY + timedelta(days=365)), "edition": "0"}
    return post(client, f"{where}/adopt", page=where, **{**days, **data})


def find(text: str, kind: str) -> str:
    found = re.search(rf"/response/{kind}/[0-9a-f-]{{36}}", text)
    assert found, kind
    return found[0]


def template(world: World, city: str = "toronto", name: str = "First words", language: str = "fr") -> str:
    row = world.admin.execute(
        "insert into message_template (city_id, name, occasion, language, headline, body)"
        " values (%s, %s, 'attack_first_hour', %s, 'Ce que nous savons', 'Restez à la maison.') returning message_template_id::text",
        (world.ids[city], name, language),
    ).fetchone()
    assert row
    return str(row[0])


def whole(app: Flask, world: World) -> tuple[str, dict[str, str]]:
    """An adopted plan with one of everything, and the addresses of its parts."""
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where = begin(coordinator, name="Hidden plan", message_template_ids=[template(world)])
    for kind in KINDS:
        assert add(coordinator, where, kind).status_code == 302, kind
    page = coordinator.get(where).text
    parts = {kind: find(page, kind) for kind in KINDS}
    follow = post(coordinator, f"{parts['exercises']}/follow-ups", page=parts["exercises"], title="Correct the numbers")
    assert follow.status_code == 302, follow.text
    assert adopt(coordinator, where).status_code == 302
    return where, parts


def test_a_plan_is_begun_from_a_template_in_both_sizes(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert "No response plan yet" in coordinator.get("/response/").text
    sizes: dict[tuple[str, str], tuple[int, int]] = {}
    for starter in STARTERS:
        for size in ("full", "small"):
            answer = post(coordinator, "/response/plans/from-template", starter=starter.key, size=size)
            assert answer.status_code == 302, answer.text
            where = str(answer.location)
            counts = world.admin.execute(
                "select (select count(*) from response_role where response_plan_id = p.id),"
                " (select count(*) from response_item where response_plan_id = p.id and response_role_id is not null)"
                " from (select %s::uuid as id) p", (where[-36:],)).fetchone()  # fmt: skip
            assert counts
            sizes[starter.key, size] = counts
            page = coordinator.get(where).text
            for words in ("First hour", "First day", "First week", "First months", "Security and coordination",
                          "Narrative and communication", "Psychosocial care and social fallout", "Number is missing"):  # fmt: skip
                assert words in page, words
            again = post(coordinator, "/response/plans/from-template", starter=starter.key, size=size)
            assert again.status_code == 400 and "of this name already" in again.text
            post(coordinator, f"{where}/archive", page=where)
    for starter in STARTERS:
        assert sizes[starter.key, "full"] == (len(ROLES), len(starter.list_items(is_small=False)))
        roles, items = sizes[starter.key, "small"]
        assert roles == 3 and 10 < items < sizes[starter.key, "full"][1]
    bad = post(coordinator, "/response/plans/from-template", starter="nothing")
    assert bad.status_code == 404


def test_a_plan_is_written_changed_archived_and_brought_back(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    foreign = template(world, "ottawa")
    bad = post(coordinator, "/response/plans/new", name="X", message_template_ids=[foreign])
    assert bad.status_code == 400 and "not a value of the list" in bad.text
    where = begin(coordinator, message_template_ids=[template(world)], purpose="People are safe")
    assert "First words" in coordinator.get(where).text
    assert post(coordinator, "/response/plans/new", name="ATTACK").status_code == 400
    for field, value in (("name", ""), ("name", "x" * 301), ("scenario_kinds", ["nothing"]), ("purpose", "x" * 5001)):
        answer = post(coordinator, "/response/plans/new", **{"name": "Other", "scenario": "typed with care", field: value})
        assert answer.status_code == 400 and "typed with care" in answer.text, field
    assert post(coordinator, f"{where}/edit", version="1", name="Changed", message_template_ids=[]).status_code == 302
    assert "First words" not in coordinator.get(where).text
    late = post(coordinator, f"{where}/edit", version="1", name="Mine")
    assert late.status_code == 409 and "Changed" in late.text and 'value="Mine"' in late.text
    assert "<del>Attack</del> <ins>Changed</ins>" in coordinator.get(where).text
    post(coordinator, f"{where}/archive", page=where)
    assert "Changed" not in coordinator.get("/response/").text
    assert "Changed" in coordinator.get("/response/?archived=1").text
    assert adopt(coordinator, where).status_code == 422
    post(coordinator, f"{where}/archive", page=where, undo="1")
    assert "Changed" in coordinator.get("/response/").text


def test_roles_are_held_by_people_partners_or_names(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where, other = begin(coordinator), begin(coordinator, name="Other")
    person = world.actor("toronto", "officer").person_id
    partner, strange = (
        world.admin.execute("insert into partner (city_id, name, partner_type) values (%s, %s, 'youth')"
                            " returning partner_id", (world.ids[city], name)).fetchone()
        for city, name in (("toronto", "House of Youth"), ("ottawa", "Elsewhere"))
    )  # fmt: skip
    assert partner and strange
    add(coordinator, where, "roles", holder=f"person:{person}", holder_name="ignored", deputy=f"partner:{partner[0]}")
    role = find(coordinator.get(where).text, "roles")
    page = coordinator.get(role).text
    assert "Officer Person" in page and "House of Youth" in page and "ignored" not in page
    for field, key in (("holder", f"partner:{strange[0]}"), ("deputy", "person:nobody"),
                       ("holder", f"person:{world.actor('ottawa', 'officer').person_id}")):  # fmt: skip
        bad = add(coordinator, where, "roles", **{field: key})
        assert bad.status_code == 400 and "Choose from the list" in bad.text
    for kind, field in (("items", "response_role_id"), ("calls", "partner_id")):
        strange_id = strange[0] if kind == "calls" else role[-36:]
        bad = add(coordinator, other, kind, **{field: str(strange_id)})
        assert bad.status_code == 400 and "not a value of the list" in bad.text
    # Somebody who leaves stays where they stood, also when the role is changed.
    world.admin.execute("delete from membership where person_id = %s", (person,))
    assert "Officer Person" in coordinator.get(role).text
    assert post(coordinator, f"{role}/edit", version="1", name="Lead", holder=f"person:{person}").status_code == 302
    page = coordinator.get(role).text
    assert "Officer Person" in page
    assert "1 roles without a deputy" in coordinator.get(where).text


def test_parts_keep_their_order_and_are_edited_with_both_texts_shown(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where = begin(coordinator)
    for name, position in (("Second", ""), ("Third", ""), ("First", "1")):
        add(coordinator, where, "calls", name=name, position=position)
    page = coordinator.get(where).text
    assert page.index("First</a>") < page.index("Second</a>") < page.index("Third</a>")
    for kind in KINDS:
        answer = add(coordinator, where, kind, name="")
        assert answer.status_code == 400 and "Fill in this field" in answer.text, kind
        add(coordinator, where, kind, name=f"One of {kind}")
        found = re.search(rf'/response/{kind}/[0-9a-f-]{{36}}(?=">One of)', coordinator.get(where).text)
        assert found
        part = found[0]
        assert post(coordinator, f"{part}/edit", **{**PARTS[kind], "version": "1", "name": "Renamed"}).status_code == 302
        late = post(coordinator, f"{part}/edit", **{**PARTS[kind], "version": "1", "name": "Mine"})
        assert late.status_code == 409 and "Renamed" in late.text and 'value="Mine"' in late.text
        assert "<ins>Renamed</ins>" in coordinator.get(part).text
        post(coordinator, f"{part}/archive", page=part)
        assert part not in coordinator.get(where).text, kind
        post(coordinator, f"{part}/archive", page=part, undo="1")
        assert part in coordinator.get(where).text
    assert add(coordinator, where, "items", phase="never").status_code == 400
    assert add(coordinator, where, "items", position="0").status_code == 400


def test_ways_to_reach_people_are_in_no_history_search_or_list(app: Flask, world: World) -> None:
    where, parts = whole(app, world)
    coordinator = sign_in(app, world, "toronto", "coordinator")
    for kind in ("roles", "calls", "places"):
        assert post(coordinator, f"{parts[kind]}/edit", **{**PARTS[kind], "version": "1", "name": "Renamed",
                    **{name: "+1 000 000 7777" for name in PARTS[kind] if "contact" in name}}).status_code == 302  # fmt: skip
    assert world.admin.execute(
        "select count(*) from record_event where changes::text ~ '0199|7777|contact'").fetchone() == (0,)
    assert world.admin.execute(
        "select count(*) from record_entry where title || body ~ '0199|7777'").fetchone() == (0,)
    assert world.admin.execute(
        "select count(*) from response_plan_edition where content::text ~ '0199|7777'").fetchone() == (0,)
    for path in (*(f"{where}/{kind}.csv" for kind in KINDS), "/response/plans.csv", "/response/exercises/export.csv",
                 "/search?q=7777", f"{where}/editions/1"):  # fmt: skip
        answer = coordinator.get(path)
        assert answer.status_code == 200 and "000 7777" not in answer.text and "0199" not in answer.text, path
    assert "+1 000 000 7777" in coordinator.get(f"{where}/print").text


def test_a_plan_is_adopted_as_an_edition_that_stays(app: Flask, world: World, as_: As) -> None:
    coordinator, mayor = sign_in(app, world, "toronto", "coordinator"), sign_in(app, world, "toronto", "mayor")
    where = begin(coordinator)
    empty = adopt(mayor, where)
    assert empty.status_code == 422 and "at least one role" in empty.text
    add(coordinator, where, "roles")
    add(coordinator, where, "items")
    for field, value, reason in (("adopted_on", str(TODAY + timedelta(days=1)), "in the future"),
                                 ("review_on", str(TODAY), "after the adoption"), ("review_on", "", "Fill in")):  # fmt: skip
        bad = adopt(mayor, where, **{field: value})
        assert bad.status_code == 400 and reason in bad.text, field
    assert adopt(mayor, where, note="Council of May").status_code == 302
    page = coordinator.get(where).text
    assert "Mayor Person" in page and "Council of May" in page and "Changed since it was adopted" not in page
    add(coordinator, where, "items", name="Open the hall")
    assert "Changed since it was adopted" in coordinator.get(where).text
    edition = coordinator.get(f"{where}/editions/1").text
    assert "Call the police" in edition and "Open the hall" not in edition
    assert adopt(mayor, where).status_code == 409, "somebody adopted since this page was read"
    assert adopt(mayor, where, edition="1").status_code == 302
    assert "Open the hall" in coordinator.get(f"{where}/editions/2").text
    for number in ("3", "0", "99999999999999"):
        assert coordinator.get(f"{where}/editions/{number}").status_code == 404
    for role in ("coordinator", "mayor"):
        actor = world.actor("toronto", role)
        assert as_.run(actor, "update response_plan_edition set note = 'Mine'") == 0
        assert as_.run(actor, "delete from response_plan_edition") == 0
    actor = world.actor("toronto", "mayor")
    assert as_.run(actor, "update response_plan set name = 'Mine'") == 0, "a mayor adopts and does not write"
    content = "insert into response_plan_edition (city_id, response_plan_id, number, adopted_on, review_on, content, adopted_by, adopted_by_name) values (%s, %s, 9, '2026-01-01', '2027-01-01', '{}', %s, 'x')"
    plan = (world.ids["toronto"], where[-36:])
    assert as_.run(actor, content, *plan, world.actor("toronto", "coordinator").person_id) == 0, "in another's name"
    officer = world.actor("toronto", "officer")
    assert as_.run(officer, content, *plan, officer.person_id) == 0
    with app.app_context(), acting_as(actor), pytest.raises(Conflict):
        adopt_plan(uuid.UUID(where[-36:]), {}, number=1, actor=actor)


def test_progress_counts_what_readiness_asks(app: Flask, world: World) -> None:
    coordinator, actor = sign_in(app, world, "toronto", "coordinator"), world.actor("toronto", "coordinator")

    def now() -> tuple[int, ...]:
        with app.app_context(), acting_as(actor):
            p = response_progress(actor=actor)
        return (p.plans_adopted, p.plan_review_due, p.roles, p.roles_without_deputy, p.exercises_last_year, p.follow_ups_open)

    assert now() == (0, 0, 0, 0, 0, 0)
    where, parts = whole(app, world)
    assert now() == (1, 0, 1, 0, 1, 1)
    add(coordinator, where, "roles", name="Voice", deputy_name="")
    add(coordinator, where, "exercises", name="Too old", held_on=str(TODAY - timedelta(days=400)))
    add(coordinator, where, "exercises", name="To come", held_on=str(TODAY + timedelta(days=4)))
    add(coordinator, where, "exercises", name="No findings", findings="")
    assert now() == (1, 0, 2, 1, 1, 1)
    assert "Findings are missing" in coordinator.get("/response/exercises/").text
    world.admin.execute("update action set status = 'done', percent = 100")
    world.admin.execute("update response_plan_edition set adopted_on = '2020-01-01', review_on = '2021-01-01'")
    assert now() == (1, 1, 2, 1, 1, 0)
    for state, shown in (("review_due", True), ("adopted", False), ("draft", False)):
        assert ("Hidden plan" in coordinator.get(f"/response/plans.csv?state={state}").text) == shown
    post(coordinator, f"{parts['exercises']}/archive", page=parts["exercises"])
    post(coordinator, f"{where}/archive", page=where)
    assert now()[:5] == (0, 0, 0, 0, 0)


def test_lists_and_files_hold_what_the_filters_mean(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where = begin(coordinator, name="=First", purpose="Calm")
    begin(coordinator, name="Second", scenario_kinds=["official"])

    def names(query: str) -> list[str]:
        return [row.split(",")[0] for row in coordinator.get(f"/response/plans.csv?{query}").text.splitlines()[1:]]

    assert names("") == ["'=First", "Second"]
    assert names("scenario=official") == ["Second"]
    assert names("q=calm") == ["'=First"]
    assert names("state=draft") == ["'=First", "Second"] and names("state=adopted") == []
    page = coordinator.get("/response/?sort=newest").text
    assert page.index("Second</a>") < page.index("=First</a>")
    assert coordinator.get("/response/plans.xlsx").status_code == 200
    add(coordinator, where, "exercises", name="This year")
    add(coordinator, where, "exercises", name="Full one", kind="full", held_on="2024-05-05")
    assert "Full one" not in coordinator.get(f"/response/exercises/?year={TODAY.year}").text
    text = coordinator.get("/response/exercises/export.csv?kind=full").text
    assert "Full one" in text and "This year" not in text and "2024-05-05" in text
    assert coordinator.get("/response/exercises/?year=99999&kind=x").status_code == 200
    assert "Nothing fits" in coordinator.get("/response/exercises/?year=2020").text


def test_the_offline_copy_asks_for_nothing(app: Flask, world: World) -> None:
    where, _parts = whole(app, world)
    for role in ("coordinator", "officer", "communications", "mayor", "analyst"):
        answer = sign_in(app, world, "toronto", role).get(f"{where}/offline.html")
        assert answer.status_code == 200, role
    assert answer.headers["Content-Disposition"] == "attachment; filename=hidden-plan.html"
    text = answer.text
    assert not re.search(r"""(src|srcset|action|formaction)\s*=|url\(|@import|<script|<link|<iframe|http(s)?://""", text)
    targets = re.findall(r'href="([^"]*)"', text)
    assert targets and all(target.startswith(("#", "tel:")) for target in targets)
    assert 'href="tel:+14165550199"' in text and "default-src 'none'" in text
    for words in ("Call the police", "Town hall", "Officer on duty", "Restez à la maison.", 'lang="fr"', "Ana", "Ben"):
        assert words in text, words
    anchors = {target[1:] for target in targets if target.startswith("#")}
    assert anchors <= set(re.findall(r'id="([^"]+)"', text))


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    where, parts = whole(app, world)
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for path in (where, f"{where}/edit", f"{where}/print", f"{where}/offline.html", f"{where}/editions/1",
                 *(f"{where}/{kind}/new" for kind in KINDS), *(f"{where}/{kind}.csv" for kind in KINDS),
                 *parts.values(), *(f"{p}/edit" for p in parts.values())):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in ("/response/", "/response/plans.csv", "/response/exercises/", "/response/exercises/export.csv"):
        text = client.get(path).text
        assert "Hidden" not in text and "Two numbers" not in text, path
    for path in (f"{where}/archive", f"{where}/adopt", *(f"{p}/archive" for p in parts.values()),
                 f"{parts['exercises']}/follow-ups"):  # fmt: skip
        assert post(client, path, page="/account", title="In", adopted_on=str(TODAY), review_on="2099-01-01").status_code == 404
    for table in TABLES:
        assert as_.count(actor, table) == 0 and as_.count(None, table) == 0, table
    city, plan = world.ids["toronto"], where[-36:]
    for statement, values in (
        ("insert into response_plan (city_id, name) values (%s, 'In')", (city,)),
        ("insert into response_role (city_id, response_plan_id, name, position) values (%s, %s, 'In', 1)", (city, plan)),
        ("insert into response_item (city_id, response_plan_id, name, phase, strand, position)"
         " values (%s, %s, 'In', 'first_hour', 'care', 1)", (city, plan)),
        ("insert into response_call (city_id, response_plan_id, name, position) values (%s, %s, 'In', 1)", (city, plan)),
        ("insert into response_place (city_id, response_plan_id, name, position) values (%s, %s, 'In', 1)", (city, plan)),
        ("insert into response_exercise (city_id, response_plan_id, name, held_on) values (%s, %s, 'In', now())", (city, plan)),
        *((f"update {table} set name = 'Mine'", ()) for table in TABLES[:6]),
        ("delete from response_plan_message", ()), ("delete from response_exercise_action", ()),
    ):  # fmt: skip
        assert as_.run(actor, statement, *values) == 0, statement
    for table in TABLES:
        assert world.admin.execute(f"select count(*) from {table}").fetchone() == (1,), table


@pytest.mark.parametrize("role", ["mayor", "analyst", "officer", "communications"])
def test_the_team_reads_and_those_who_work_keep_exercises(app: Flask, world: World, as_: As, role: str) -> None:
    where, parts = whole(app, world)
    client, actor = sign_in(app, world, "toronto", role), world.actor("toronto", role)
    works = role in ("officer", "communications")
    for path in (where, *parts.values(), "/response/exercises/", f"{where}/print"):
        assert client.get(path).status_code == 200, path
    page = client.get(where).text
    assert SECRET in page and "/roles/new" not in page and ("/exercises/new" in page) == works
    assert ("Adopt the plan" in page) == (role == "mayor")
    for path in ("/response/plans/new", "/response/plans/from-template", f"{where}/edit", f"{where}/items/new",
                 f"{parts['roles']}/edit"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert client.get(f"{parts['exercises']}/edit").status_code == (200 if works else 404)
    if works:
        assert add(client, where, "exercises", name="Ours").status_code == 302
    followed = post(client, f"{parts['exercises']}/follow-ups", page=where, title="Next")
    assert followed.status_code == (302 if role == "officer" else 404)
    for table in TABLES[:5]:
        assert as_.run(actor, f"update {table} set name = 'Changed'") == 0, table
    assert bool(as_.run(actor, "update response_exercise set name = 'Changed'")) == works


def test_pages_cost_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    first, counts = "", []
    for step in range(2):
        for i in range(3):
            where = begin(coordinator, name=f"Plan {step} {i}")
            first = first or where
            for kind in KINDS:
                add(coordinator, first, kind, name=f"{kind} {step} {i}")
        paths = ("/response/", "/response/exercises/", first, f"{first}/print", f"{first}/offline.html", "/response/plans.csv")
        counts.append([count_statements(app, coordinator, path) for path in paths])
    assert counts[0] == counts[1]

"""Key messages, audiences, channels, spokespeople: kept by communications, read by the team alone."""

import io
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

REGISTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "key_message": ("/communications/key-messages", {"name": "Every neighbour counts", "kind": "value"}),
    "audience": ("/communications/audiences", {"name": "Parents in the north", "languages": ["en", "so"]}),
    "channel": ("/communications/channels", {"name": "City website", "kind": "website", "keeper": "Press office"}),
    "spokesperson": ("/spokespeople", {"name": "Ana Reyes", "function": "Deputy mayor", "phone": "+1 555 0100"}),
    "message_template": ("/message-templates", {"name": "Snow day", "occasion": "everyday", "language": "en",
                                               "body": "It snows in [place]."}),
}
REQUIRED = {
    "key_message": {"kind": "value"}, "channel": {"kind": "website"},
    "message_template": {"occasion": "everyday", "language": "en", "body": "x"},
}  # fmt: skip
EACH = pytest.mark.parametrize("table", REGISTERS)


def add(world: World, city: str, table: str, name: str) -> str:
    values = {"city_id": world.ids[city], "name": name, **REQUIRED.get(table, {})}
    row = world.admin.execute(
        f"insert into {table} ({', '.join(values)}) values ({', '.join(['%s'] * len(values))})"
        f" returning {table}_id::text", tuple(values.values()),
    ).fetchone()  # fmt: skip
    assert row
    return str(row[0])


@EACH
def test_an_entry_is_kept_found_changed_archived_and_brought_back(app: Flask, world: World, table: str) -> None:
    path, good = REGISTERS[table]
    writer = sign_in(app, world, "toronto", "communications")
    assert f'href="{path}/new"' in writer.get(f"{path}/").text
    where = str(post(writer, f"{path}/new", **good).location)
    assert good["name"] in writer.get(where).text and good["name"] in writer.get(f"{path}/").text
    again = post(writer, f"{path}/new", **{**good, "name": good["name"].upper()})
    assert again.status_code == 400 and "of this name already" in again.text
    assert post(writer, f"{where}/edit", **{**good, "version": "1", "name": "New words"}).status_code == 302
    assert f"<del>{good['name']}</del> <ins>New words</ins>" in writer.get(where).text
    late = post(writer, f"{where}/edit", **{**good, "version": "1", "name": "Mine"})
    assert late.status_code == 409 and "New words" in late.text and 'value="Mine"' in late.text
    assert 'name="version" value="2"' in late.text
    assert "New words" in writer.get("/search?q=words").text
    post(writer, f"{where}/archive", page=where)
    assert "New words" not in writer.get(f"{path}/").text
    assert "New words" in writer.get(f"{path}/?archived=1").text
    post(writer, f"{where}/archive", page=where, undo="1")
    assert "New words" in writer.get(f"{path}/").text


def test_bad_input_is_shown_again_with_its_reason(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    for path, field, value, reason in (
        ("/communications/key-messages", "name", "", "Fill in this field"),
        ("/communications/key-messages", "kind", "slogan", "not a value of the list"),
        ("/communications/audiences", "languages", "klingon", "not a value of the list"),
        ("/communications/channels", "keeper", "x" * 201, "200"),
        ("/spokespeople", "email", "nobody", "full e-mail"),
    ):
        good = next(data for where, data in REGISTERS.values() if where == path)
        answer = post(writer, f"{path}/new", **{**good, field: value})
        assert answer.status_code == 400 and reason in answer.text, (path, field)
    for table in REGISTERS:
        assert world.admin.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_a_register_is_filtered_by_language_and_kind(app: Flask, world: World) -> None:
    reader = sign_in(app, world, "toronto", "analyst")
    for table, (path, _good) in REGISTERS.items():
        first, second = add(world, "toronto", table, "Former words"), add(world, "toronto", table, "Latter words")
        columns = {"audience": "languages", "channel": "languages", "spokesperson": "languages"}
        if table in columns:
            world.admin.execute(f"update {table} set languages = '{{so,en}}' where {table}_id = %s", (first,))
            page = reader.get(f"{path}/?language=so").text
            assert "Former words" in page and "Latter words" not in page, table
        if table == "message_template":
            world.admin.execute(f"update {table} set language = 'so', occasion = 'help' where {table}_id = %s", (first,))
            for query in ("language=so", "kind=help"):
                page = reader.get(f"{path}/?{query}").text
                assert "Former words" in page and "Latter words" not in page, query
        if table == "channel":
            world.admin.execute("update channel set kind = 'press' where channel_id = %s", (second,))
            page = reader.get(f"{path}/?kind=press").text
            assert "Latter words" in page and "Former words" not in page


def test_how_a_spokesperson_is_reached_leaves_no_trace_in_the_history(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "coordinator")
    path, good = REGISTERS["spokesperson"]
    where = str(post(writer, f"{path}/new", **good).location)
    assert "+1 555 0100" in writer.get(where).text
    post(writer, f"{where}/edit", **{**good, "version": "1", "phone": "+1 555 0199"})
    page = writer.get(where).text
    assert "+1 555 0199" in page and "+1 555 0100" not in page
    kept = world.admin.execute("select count(*) from record_event where changes::text like '%555%'").fetchone()
    found = world.admin.execute("select count(*) from record_entry where title || body like '%555%'").fetchone()
    assert kept == found == (0,)


@EACH
def test_exports_hold_what_the_filter_means(app: Flask, world: World, table: str) -> None:
    path, _good = REGISTERS[table]
    writer = sign_in(app, world, "toronto", "analyst")
    for city, name in (("toronto", "=cmd one"), ("toronto", "Two"), ("ottawa", "Elsewhere")):
        add(world, city, table, name)
    text = writer.get(f"{path}/export.csv?q=cmd").text
    assert "'=cmd one" in text and "Two" not in text and "Elsewhere" not in text
    sheet = load_workbook(io.BytesIO(writer.get(f"{path}/export.xlsx").data)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.rows][1:] == ["'=cmd one", "Two"]


@EACH
@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, table: str, name: str, role: str) -> None:
    path, _good = REGISTERS[table]
    made = add(world, "toronto", table, "Hidden words")
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for page in (f"{path}/{made}", f"{path}/{made}/edit"):
        assert client.get(page).status_code == 404, page
    for page in (f"{path}/", f"{path}/export.csv"):
        assert "Hidden words" not in client.get(page).text
    assert post(client, f"{path}/{made}/archive", page="/account").status_code == 404
    for of in (table, "record_entry", "record_event"):
        assert as_.count(actor, of) == 0
    assert as_.count(None, table) == 0
    values = {"city_id": world.ids["toronto"], "name": "In", **REQUIRED.get(table, {})}
    insert = f"insert into {table} ({', '.join(values)}) values ({', '.join(['%s'] * len(values))})"
    assert as_.run(actor, insert, *values.values()) == 0
    assert as_.run(actor, f"update {table} set name = 'Mine'") == 0
    assert as_.run(actor, f"delete from {table}") == 0
    assert world.admin.execute(f"select name from {table}").fetchall() == [("Hidden words",)]


@EACH
@pytest.mark.parametrize("role", ["mayor", "officer", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, table: str, role: str) -> None:
    path, good = REGISTERS[table]
    made = add(world, "toronto", table, "Words")
    client = sign_in(app, world, "toronto", role)
    page = client.get(f"{path}/{made}")
    assert page.status_code == 200 and f"{path}/{made}/edit" not in page.text
    assert client.get(f"{path}/{made}/edit").status_code == 404
    assert post(client, f"{path}/new", page="/account", **good).status_code == 404
    assert as_.run(world.actor("toronto", role), f"update {table} set name = 'Changed'") == 0


@EACH
def test_the_list_costs_a_fixed_number_of_statements(app: Flask, world: World, table: str) -> None:
    from tests.communications.counting import count_statements

    path, _good = REGISTERS[table]
    client = sign_in(app, world, "toronto", "communications")
    counts = []
    for step in range(2):
        for i in range(20):
            add(world, "toronto", table, f"Entry {step} {i}")
        counts.append((count_statements(app, client, f"{path}/"), count_statements(app, client, "/communications/")))
    assert counts == [counts[0]] * 2 and counts[0][0] == 4

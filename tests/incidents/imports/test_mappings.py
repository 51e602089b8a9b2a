"""A city's own mappings: made in the browser, used in the wizard and by the command, kept from others."""

import io
import re
import tempfile
import uuid
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from network.incidents.imports import saved as library
from network.incidents.imports.builtin import ARVIG, BUILT_IN, GENERIC, NYPD
from network.incidents.imports.commands import import_
from network.incidents.imports.mappings import Rule, from_json, to_json
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.tenancy import acting_as
from tests.conftest import Connection
from tests.incidents.imports.factory import import_bytes, problems, stored
from tests.test_main_path import import_through_the_pages, post, sign_in, work
from tests.world import World

OWN = b"""Nr;When;What;Group;Second group;Where
1;05.01.2024;insult;jews;;North
2;31.01.2024;attack;roma / women;old;South
3;02.02.2024;insult;;;
"""


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_mapping_survives_being_stored(name: str) -> None:
    mapping = BUILT_IN[name]
    assert from_json(to_json(mapping), name=name, title=mapping.title) == mapping
    assert library.gaps(mapping) == []


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def fields_of(page: str) -> dict[str, Any]:
    """What the form of a page would send as it stands."""
    import html5lib

    tree = html5lib.parse(page, namespaceHTMLElements=False)
    form = next(f for f in tree.iter("form") if f.find(".//input[@name='version']") is not None)
    data: dict[str, Any] = {}
    for item in form.iter():
        name = item.get("name")
        if item.tag == "input" and name and (item.get("type") not in ("checkbox", "radio") or "checked" in item.attrib):
            data.setdefault(name, []).append(item.get("value") or "")
        if item.tag == "textarea" and name:
            data[name] = [item.text or ""]
        if item.tag == "select" and name:
            chosen = [o for o in item.iter("option") if "selected" in o.attrib] or list(item.iter("option"))
            data.setdefault(name, []).append(chosen[0].get("value", chosen[0].text))
    return data


def test_a_mapping_is_made_for_a_file_and_used_again(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    where = str(post(client, "/incidents/import/", file=(io.BytesIO(OWN), "own.csv")).location)
    run = where.rsplit("/", 1)[-1]
    assert f"/incidents/import/mappings/new?run={run}" in client.get(where).text
    made = post(client, f"/incidents/import/mappings/new?run={run}", run=run, name="Own file", start="")
    assert made.status_code == 302, made.text
    page = client.get(made.location).text
    assert "Second group" in page and "roma / women" in page
    typed = fields_of(page) | {
        "reference": ["Nr"], "bias": ["Group", "Second group"], "keep": ["What"], "fixed_bias": "unknown",
        "column-occurred_on": "When", "column-kind": "What", "column-district": "Where", "fixed-district": "not said",
        "column-severity": "What", "fixed-tlp": "AMBER",
    }  # fmt: skip
    path = made.location.split("?")[0]
    shown = post(client, path, page=made.location, **typed).location
    page = client.get(shown).text
    assert "Ready to use" in page and "as it is" in page
    mapping_path = shown.split("?")[0]
    for target, codes in (("kind", {"insult": "hate_speech_offline", "attack": "hate_crime"}), ("severity", {"insult": "1", "attack": "3"})):
        labels = f"{mapping_path}/labels/{target}?run={run}"
        page = client.get(labels).text
        assert "insult" in page and "attack" in page
        typed = {"version": version_of(page), "run": run, "label": list(codes), "code": list(codes.values())}
        assert post(client, labels.split("?")[0], page=labels, **typed).status_code == 302
    labels = f"{mapping_path}/labels/bias-0?run={run}"
    typed = {"version": version_of(client.get(labels).text), "run": run, "separator": " / ",
             "label": ["jews", "roma", "women", "x"], "code": ["antisemitism", "anti_roma", "sex_gender", "-"]}  # fmt: skip
    assert post(client, labels.split("?")[0], page=labels, **typed).status_code == 302
    page = client.get(labels).text
    assert re.search(r'<option value="anti_roma" selected>', page) and re.search(r'<option value="-" selected>', page)

    key = mapping_path.rsplit("/", 1)[-1]
    assert post(client, f"{where}/reading", mapping=key).status_code == 302
    work(app)
    page = client.get(where).text
    assert "Labels without a meaning" in page and "old" in page and f"/mappings/{key}?run={run}" in page
    labels = f"{mapping_path}/labels/bias-1?run={run}"
    typed = {"version": version_of(client.get(labels).text), "run": run, "label": ["old"], "code": ["age"], "otherwise": "other"}
    assert post(client, labels.split("?")[0], page=labels, **typed).status_code == 302
    assert post(client, f"{where}/reading", mapping=key).status_code == 302
    work(app)
    page = client.get(where).text
    assert "3 new incidents" in page and "Own file" in page, page
    post(client, f"{where}/apply", page=where)
    work(app)
    found = stored(world.admin)
    assert found["2"][0:4] == ("hate_crime", ["anti_roma", "sex_gender", "age"], None, 3)
    assert found["3"][1] == ["unknown"] and found["3"][9] == "" and found["3"][12] == {"What": "insult"}
    assert world.admin.execute("select distinct tlp from incident").fetchall() == [("AMBER",)]
    # The next file of this kind is recognised, and corrects.
    where = import_through_the_pages(app, client, OWN.replace(b"South", b"West"), "next.csv")
    assert "0 new incidents, 1 changed, 2 unchanged" in client.get(where).text
    page = client.get(mapping_path).text
    assert "<ins>[Second group]: old = age</ins>" in page and "<del>severity: [What]</del>" not in page


def test_a_built_in_mapping_is_copied_and_adapted_for_the_command(app: Flask, world: World) -> None:
    from click.testing import CliRunner

    actor = world.actor("toronto", "analyst")
    header = ",".join(NYPD.columns)
    assert NYPD.missing(NYPD.columns) == []
    values = {"Full Complaint ID": "1", "Complaint Year Number": "2024", "Month Number": "3", "Bias Motive Description": "ANTI-NEW",
              "Offense Description": "ARSON", "County": "KINGS", "Record Create Date": "03/04/2024"}  # fmt: skip
    content = f"{header}\n{','.join(values.get(name, '') for name in NYPD.columns)}\n".encode()
    with tempfile.TemporaryDirectory() as folder, app.app_context():
        path = f"{folder}/new.csv"
        with open(path, "wb") as file:
            file.write(content)
        with acting_as(actor):
            made = library.create_mapping("Adapted", start="nypd-hate-crimes", actor=actor)
            mapping = library.mapping_of_saved(made)
            bias = replace(mapping.biases[0], labels={**mapping.biases[0].labels, "ANTI-NEW": "other"})
            library.change_mapping(made.mapping_id, replace(mapping, biases=(bias,)), version=1, actor=actor)
        email = world.admin.execute("select email from person where person_id = %s", (actor.person_id,)).fetchone()
        assert email
        options = [path, "--city", "toronto", "--as", email[0], "--date-order", "mdy"]
        built_in = CliRunner().invoke(import_, [*options, "--mapping", "nypd-hate-crimes"], obj=lambda: app)
        assert built_in.exit_code == 1 and "ANTI-NEW" in built_in.output + built_in.stderr
        unknown = CliRunner().invoke(import_, [*options, "--mapping", "no such"], obj=lambda: app)
        assert "There is no mapping no such." in str(unknown.exception)
        adapted = CliRunner().invoke(import_, [*options, "--mapping", "adapted"], obj=lambda: app)
        assert adapted.output == "1 new, 0 changed, 0 unchanged\n", adapted
    assert world.admin.execute("select external_source, bias_motivations, district from incident").fetchall() == [("nypd", ["other"], "Brooklyn")]


def test_an_incomplete_mapping_says_what_is_missing_and_is_not_used(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "coordinator")
    made = post(client, "/incidents/import/mappings/new", name="Half", start="")
    page = client.get(made.location.replace("/columns", "")).text
    assert "Still missing" in page and "the severity" in page
    with app.app_context(), acting_as(world.actor("toronto", "officer")):
        with pytest.raises(Refused, match="Half is not complete"):
            library.find_mapping("half", actor=world.actor("toronto", "officer"))


def test_two_people_change_a_mapping_and_both_texts_are_shown(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    path = post(client, "/incidents/import/mappings/new", name="Shared", start="generic").location
    typed = fields_of(client.get(path).text)
    assert post(client, path, page=path, **{**typed, "fixed-district": "first writer"}).status_code == 302
    late = post(client, path, page=path, **{**typed, "name": "Shared by the second"})
    assert late.status_code == 409
    assert "first writer" in late.text and "Shared by the second" in late.text
    assert post(client, path, page=path, **(fields_of(late.text))).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"name": ""}, "characters are needed"), ({"name": "generic"}, "built-in mapping"), ({"fixed-severity": "9"}, "not a value"),
     ({"fixed_bias": "envy"}, "not a value"), ({"source": ""}, "characters are needed"), ({"name": "Taken"}, "There is a mapping")],
)  # fmt: skip
def test_what_makes_no_mapping_is_refused(app: Flask, world: World, wrong: dict[str, str], message: str) -> None:
    client = sign_in(app, world, "toronto", "officer")
    post(client, "/incidents/import/mappings/new", name="taken", start="")
    path = post(client, "/incidents/import/mappings/new", name="Mine", start="generic").location
    answer = post(client, path, page=path, **(fields_of(client.get(path).text) | wrong))
    assert answer.status_code == 400 and message in answer.text, answer.text
    assert world.admin.execute("select max(version) from incident_mapping").fetchone() == (1,)


def test_an_archived_mapping_is_not_used_and_comes_back(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    path = post(client, "/incidents/import/mappings/new", name="Old one", start="generic").location.replace("/columns", "")
    assert post(client, f"{path}/archive", page=path).status_code == 302
    assert "Old one" not in client.get("/incidents/import/mappings/").text
    assert "Old one" in client.get("/incidents/import/mappings/?archived=1").text
    assert "Old one" not in client.get("/incidents/import/").text
    post(client, "/incidents/import/mappings/new", name="Old one", start="generic")
    assert post(client, f"{path}/archive", page=path, undo="1").status_code == 422
    world.admin.execute("update incident_mapping set name = 'Other' where archived_at is null")
    assert post(client, f"{path}/archive", page=path, undo="1").status_code == 302


def test_mappings_are_their_citys_and_for_those_who_import(app: Flask, world: World) -> None:
    officer = world.actor("toronto", "officer")
    with app.app_context(), acting_as(officer):
        made = library.create_mapping("Secret shape", start="generic", actor=officer).mapping_id
    world.agree("toronto", "canada", "{counts,records}")
    for name, role in (("ottawa", "coordinator"), ("toronto", "mayor"), ("toronto", "communications"), ("toronto", "partner"),
                       ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator")):  # fmt: skip
        client = sign_in(app, world, name, role)
        for path in (f"/incidents/import/mappings/{made}", f"/incidents/import/mappings/{made}/columns",
                     f"/incidents/import/mappings/{made}/labels/kind", "/incidents/import/mappings/",
                     f"/incidents/import/mappings/new?start={made}"):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code == 404 or "Secret shape" not in answer.text, (name, role, path)
    stranger = world.actor("ottawa", "coordinator")
    with app.app_context(), acting_as(stranger):
        with pytest.raises(NotFound):
            library.get_saved(made, actor=stranger)
        with pytest.raises(Refused):
            library.find_mapping(str(made), actor=stranger)
        with pytest.raises(ValidationFailed):
            library.create_mapping("Copy", start=str(made), actor=stranger)
    with app.app_context(), acting_as(officer):
        with pytest.raises(Conflict):
            library.change_mapping(made, GENERIC, version=7, actor=officer)
        with pytest.raises(ValidationFailed):
            bad = replace(GENERIC, fields={**GENERIC.fields, "kind": Rule("kind", {"x": "war"})})
            library.change_mapping(made, bad, version=1, actor=officer)
    assert client.get(f"/incidents/import/mappings/{uuid.uuid4()}").status_code == 404


ARVIG_HEADER = "date,location,state,community_id,longitude,latitude,category_de,category_en,description,source"


def arvig(*places: str) -> bytes:
    return "\n".join([ARVIG_HEADER, *(
        f'2015-03-{i + 1:02d},{place},X,01234,1.0,2.0,Brandanschlag,arson,"Zwei\nZeilen",http://example.org'
        for i, place in enumerate(places))]).encode()  # fmt: skip


def test_a_file_without_ids_gets_references_that_last(app: Flask, world: World) -> None:
    actor = world.actor("toronto", "officer")
    lines = arvig("Toronto", "Toronto-North", "TORONTO", "Torontoville", "Elsewhere").decode()
    # Two rows that agree in everything: nothing says whether they are one event, so both stay.
    twice = lines + "\n" + "\n".join(lines.splitlines()[1:3])
    run = import_bytes(app, twice.encode(), actor)
    assert (run.status, run.rows_new, run.rows_skipped) == ("done", 4, 2), run.reason
    found = stored(world.admin)
    assert sorted(ref[32:] for ref in found) == ["", "", "", "-2"]
    kind, biases, crime, severity = next(iter(found.values()))[:4]
    assert (kind, biases, crime, severity) == ("hate_crime", ["racism_xenophobia"], "arson", 4)
    assert all(row[11] == "" and "description" not in row[12] for row in found.values())
    again = import_bytes(app, twice.replace("arson", "assault").encode(), actor)
    assert (again.rows_new, again.rows_changed, again.rows_unchanged) == (0, 4, 0)
    assert set(stored(world.admin)) == set(found)
    other = import_bytes(app, lines.encode(), actor, choice=_only("elsewhere"))
    assert (other.rows_new, other.rows_skipped) == (1, 4)
    nobody = import_bytes(app, lines.encode(), actor, choice=_only("Atlantis"))
    assert nobody.status == "rejected" and "Atlantis" in nobody.reason
    assert ARVIG.needed and not problems(app, nobody, actor)


def _only(*values: str) -> Any:
    from network.incidents.imports.service import Choice

    return Choice(only_values=values)

"""Messages: planned, written in several languages, approved by somebody else, published, withdrawn."""

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from network.communications.messages.starters import STARTERS
from network.communications.queries import communication_progress, list_reach
from network.kernel.tenancy import acting_as
from tests.communications.counting import count_statements
from tests.communications.test_registers import add as add_entry
from tests.communications.test_rumours import add as add_rumour
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

GOOD: dict[str, Any] = {
    "name": "Statement on the fire", "occasion": "hate_incident", "planned_on": str(date.today()), "language": "en",
    "headline": "We stand together", "body": "The fire was put out. Nobody is hurt.", "short_text": "Fire is out.",
}  # fmt: skip


def plan(client: FlaskClient, **data: Any) -> tuple[str, str]:
    """The addresses of a new message and of its text."""
    answer = post(client, "/messages/new", **{**GOOD, **data})
    assert answer.status_code == 302, answer.text
    where = str(answer.location)
    text = re.search(r"/messages/texts/[0-9a-f-]{36}", client.get(where).text)
    assert text
    return where, text[0]


def step(client: FlaskClient, text: str, name: str, **data: Any) -> Any:
    return post(client, f"{text}/step", page="/account", step=name, **data)


def publish(app: Flask, world: World, writer: FlaskClient, text: str) -> None:
    mayor = sign_in(app, world, "toronto", "mayor")
    for client, name in ((writer, "submit"), (mayor, "approve"), (writer, "publish")):
        assert step(client, text, name).status_code == 302, name


def status(world: World) -> list[str]:
    return [row[0] for row in world.admin.execute("select status from message_version order by created_at").fetchall()]


def test_a_text_goes_from_draft_to_publication_and_back(app: Flask, world: World) -> None:
    writer, mayor = sign_in(app, world, "toronto", "communications"), sign_in(app, world, "toronto", "mayor")
    _where, text = plan(writer)
    assert "Fire is out." in writer.get(text).text
    assert step(writer, text, "publish").status_code == 422 and status(world) == ["draft"]
    step(writer, text, "submit")
    assert "asks you to read a text" in mayor.get("/notifications/").text
    assert "Statement on the fire" in mayor.get("/messages/?status=in_review").text
    assert "Statement on the fire" in mayor.get("/communications/").text
    step(mayor, text, "return", note="Name the helpers, too.")
    assert "Name the helpers, too." in writer.get(text).text and status(world) == ["draft"]
    assert "gave you back a text" in writer.get("/notifications/").text
    edit = f"{text}/edit"
    version = re.search(r'name="version" value="(\d+)"', writer.get(edit).text)
    assert version
    again = post(writer, edit, version=version[1], language="en", name="We stand together", body="Thanks to the helpers.")
    assert again.status_code == 302
    late = post(writer, edit, version=version[1], language="en", name="We stand together", body="Mine")
    assert late.status_code == 409 and "Thanks to the helpers." in late.text and "Mine" in late.text
    step(writer, text, "submit")
    step(mayor, text, "review")
    step(mayor, text, "approve")
    page = writer.get(text).text
    assert page.count("Mayor Person, ") == 2 and "It is out now" in page
    bad = step(writer, text, "publish", link="javascript:alert(1)")
    assert bad.status_code == 422 and status(world) == ["approved"]
    step(writer, text, "publish", link="https://city.example/fire")
    assert 'href="https://city.example/fire"' in writer.get(text).text
    assert post(writer, edit, page="/account", version="9", language="en", name="x", body="Other").status_code in (409, 422)
    step(writer, text, "withdraw")
    step(writer, text, "reopen")
    assert status(world) == ["draft"]
    history = writer.get(text).text
    assert "<del>Draft</del> <ins>In review</ins>" in history and "<ins>Published</ins>" in history


def test_a_named_reviewer_is_asked_and_must_be_able_to_review(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    mayor, coordinator = sign_in(app, world, "toronto", "mayor"), sign_in(app, world, "toronto", "coordinator")
    officer = world.actor("toronto", "officer").person_id
    _where, text = plan(writer)
    assert f'<option value="{officer}">' not in writer.get(text).text
    assert step(writer, text, "submit", reviewer_id=str(officer)).status_code == 422 and status(world) == ["draft"]
    step(writer, text, "submit", reviewer_id=str(world.people["toronto", "coordinator"]))
    assert "asks you to read a text" in coordinator.get("/notifications/").text
    assert "asks you to read a text" not in mayor.get("/notifications/").text


def test_a_message_that_is_not_out_by_its_day_is_late(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    _where, text = plan(writer, planned_on="2026-01-02")
    assert ">Late<" in writer.get("/messages/").text
    publish(app, world, writer, text)
    assert ">Late<" not in writer.get("/messages/").text


def test_nobody_approves_what_they_wrote(app: Flask, world: World, as_: As) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    _where, text = plan(coordinator)
    step(coordinator, text, "submit")
    refused = step(coordinator, text, "approve")
    assert refused.status_code == 422 and "Somebody else has to approve" in refused.text
    assert step(coordinator, text, "review").status_code == 422
    me = world.actor("toronto", "coordinator")
    approve = "update message_version set status = 'approved', approved_at = now(), approved_by = %s"
    with pytest.raises(Exception, match="message_version_four_eyes"):
        as_.run(me, approve, me.person_id)
    # Nor by putting somebody else's name there, nor by taking one's own off the text.
    assert as_.run(me, approve, world.actor("toronto", "mayor").person_id) == 0
    assert as_.run(me, "update message_version set written_by = %s", world.actor("toronto", "mayor").person_id) == 0
    assert as_.run(me, "update message_version set created_by = null, written_by = null") == 0
    assert status(world) == ["in_review"]


def test_who_changed_the_words_last_does_not_approve_them_either(app: Flask, world: World) -> None:
    writer, coordinator = sign_in(app, world, "toronto", "communications"), sign_in(app, world, "toronto", "coordinator")
    _where, text = plan(writer)
    post(coordinator, f"{text}/edit", version="1", language="en", name="Other", body="My own words")
    step(writer, text, "submit")
    assert step(coordinator, text, "approve").status_code == 422 and status(world) == ["in_review"]


def test_a_changed_text_is_a_draft_again(app: Flask, world: World, as_: As) -> None:
    writer, mayor = sign_in(app, world, "toronto", "communications"), sign_in(app, world, "toronto", "mayor")
    _where, text = plan(writer)
    step(writer, text, "submit")
    step(mayor, text, "approve")
    actor = world.actor("toronto", "communications")
    assert as_.run(actor, "update message_version set body = 'Something else'") == 0
    version = re.search(r'name="version" value="(\d+)"', writer.get(f"{text}/edit").text)
    assert version
    post(writer, f"{text}/edit", version=version[1], language="en", name="We stand together", body="Something else")
    assert status(world) == ["draft"]
    assert world.admin.execute("select approved_by, approved_at from message_version").fetchone() == (None, None)


def test_the_database_knows_the_life_of_a_text(app: Flask, world: World, as_: As) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    plan(writer)
    communications, mayor = world.actor("toronto", "communications"), world.actor("toronto", "mayor")
    publish_now = "update message_version set status = 'published', published_at = now(), approved_at = now()"
    assert as_.run(communications, publish_now) == 0
    assert as_.run(communications, "update message_version set status = 'in_review'") == 1
    assert as_.run(communications, publish_now) == 0
    mine = "update message_version set status = 'approved', approved_at = now(), approved_by = %s"
    assert as_.run(communications, mine, mayor.person_id) == 0
    assert as_.run(mayor, "update message_version set body = 'Vote for me'") == 0
    assert as_.run(mayor, mine, mayor.person_id) == 1
    assert as_.run(mayor, "update message_version set status = 'published', published_at = now()") == 0
    assert as_.run(world.actor("toronto", "officer"), "update message_version set status = 'draft'") == 0
    insert = ("insert into message_version (city_id, message_id, language, name, body, status, created_by, written_by)"
              " select city_id, message_id, 'fr', 'x', 'y', %s, %s, %s from planned_message")  # fmt: skip
    assert as_.run(communications, insert, "approved", communications.person_id, communications.person_id) == 0
    assert as_.run(communications, insert, "draft", mayor.person_id, mayor.person_id) == 0
    assert as_.run(communications, insert, "draft", communications.person_id, communications.person_id) == 1


def test_who_approved_stays_with_the_text(app: Flask, world: World, as_: As) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    _where, text = plan(writer)
    publish(app, world, writer, text)
    actor = world.actor("toronto", "communications")
    for change in ("approved_by = null", "approved_at = now()", "published_at = now() - interval '1 day'",
                   "published_by = null"):  # fmt: skip
        assert as_.run(actor, f"update message_version set {change}") == 0, change
    coordinator = world.actor("toronto", "coordinator")
    assert as_.run(coordinator, "update message_version set approved_by = %s", coordinator.person_id) == 0
    assert as_.run(actor, "update message_version set status = 'withdrawn'") == 1
    approver = world.admin.execute("select approved_by from message_version").fetchone()
    assert approver == (world.people["toronto", "mayor"],)


def test_what_is_still_to_be_filled_in_does_not_go_out(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    page = writer.get("/message-templates/").text
    for starter in STARTERS:
        assert starter.name in page.replace("&#39;", "'")
    form = writer.get("/messages/new?starter=first-hour&in=fr").text
    assert "Ce que nous savons de [ce qui s’est passé, en mots simples]" in form
    assert '<option value="fr" selected>' in form
    _where, text = plan(writer, body="At [time] in [place], see [time].")
    page = writer.get(text).text
    assert "<li>[time]</li>" in page and "<li>[place]</li>" in page and "Ask for review" not in page
    refused = step(writer, text, "submit")
    assert refused.status_code == 422 and "Fill in first: [time], [place]" in refused.text and status(world) == ["draft"]


def test_ready_made_texts_are_in_english_and_french_and_fit_the_form(app: Flask) -> None:
    keys = {s.key for s in STARTERS}
    assert len(keys) >= 7
    assert {(s.key, s.language) for s in STARTERS} == {(key, language) for key in keys for language in ("en", "fr")}
    for starter in STARTERS:
        assert len(starter.headline) <= 200 and len(starter.short_text) <= 500 and "[" in starter.body


def test_a_ready_made_text_is_made_ones_own_and_used(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    form = writer.get("/message-templates/new?starter=backlash&in=en").text
    assert "Nobody answers for what a stranger did" in form
    where = str(post(writer, "/message-templates/new", name="Our words", occasion="backlash", language="en",
                     headline="Nobody answers", body="They did not do this.").location)  # fmt: skip
    use = re.search(r'/messages/new\?template=[0-9a-f-]{36}', writer.get(where).text)
    assert use
    page = writer.get(use[0]).text
    assert 'value="Nobody answers"' in page and "They did not do this." in page
    # A template of another city is not there.
    other = sign_in(app, world, "ottawa", "communications")
    assert other.get(use[0]).status_code == 404
    analyst = sign_in(app, world, "toronto", "analyst")
    assert "/messages/new" not in analyst.get("/message-templates/").text


def test_publishing_answers_the_open_rumours(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    rumour = add_rumour(world, "toronto", "They closed the school", response="The school is open.")
    page = writer.get(f"/rumours/{rumour}").text
    assert f"/messages/new?rumour={rumour}" in page
    form = writer.get(f"/messages/new?rumour={rumour}").text
    assert "The school is open." in form
    where, text = plan(writer, rumour=rumour, body="The school is open.")
    assert "They closed the school" in writer.get(where).text
    assert "Statement on the fire" in writer.get(f"/rumours/{rumour}").text
    publish(app, world, writer, text)
    assert world.admin.execute("select status from rumour").fetchone() == ("answered",)
    assert "Statement on the fire" in writer.get("/rumours/export.csv").text
    bad = post(writer, f"/rumours/{rumour}/edit", version="3", name="x", narrative="other", first_seen_on="2026-01-02",
               spread="few", harm="2", message_id="00000000-0000-7000-8000-000000000000")  # fmt: skip
    assert bad.status_code == 400 and "not a value of the list" in bad.text


def test_audiences_and_languages_that_were_not_reached(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    made = [str(post(writer, "/communications/audiences/new", name=name, languages=["en", "so"]).location)[-36:]
            for name in ("Elders", "Parents")]  # fmt: skip
    assert f"/messages/new?audience={made[1]}" in writer.get("/communications/").text
    assert f'value="{made[1]}" checked' in writer.get(f"/messages/new?audience={made[1]}").text
    where, text = plan(writer, audience_ids=[made[0]])
    assert f"/messages/?audience={made[0]}" in writer.get(f"/communications/audiences/{made[0]}").text
    page = writer.get(where).text
    assert f"{where}/texts/new?in=so" in page and f"{where}/texts/new?in=en" not in page
    actor = world.actor("toronto", "communications")

    def reach() -> list[tuple[str, bool, list[str]]]:
        with app.app_context(), acting_as(actor):
            return [(r.audience.name, r.last_published is not None, r.missing_languages) for r in list_reach(actor=actor)]

    assert reach() == [("Elders", False, ["en", "so"]), ("Parents", False, ["en", "so"])]
    publish(app, world, writer, text)
    assert reach() == [("Elders", True, ["so"]), ("Parents", False, ["en", "so"])]
    add_rumour(world, "toronto", "Open one")
    add_rumour(world, "toronto", "Watched one", status="watching")
    add_rumour(world, "ottawa", "Elsewhere")
    _where, waiting = plan(writer)
    step(writer, waiting, "submit")
    with app.app_context(), acting_as(actor):
        progress = communication_progress(actor=actor)
    assert (progress.key_messages, progress.spokespeople, progress.templates) == (0, 0, 0)
    assert (progress.languages_published, progress.audiences_not_reached) == (1, 1)
    assert (progress.rumours_unanswered, progress.messages_waiting) == (1, 1)
    assert "Not reached" in writer.get("/communications/").text
    step(writer, text, "withdraw")
    assert reach()[0] == ("Elders", False, ["en", "so"])
    world.admin.execute("update message_version set status = 'published', published_at = now() - interval '400 days'"
                        " where status = 'withdrawn'")  # fmt: skip
    assert reach()[0] == ("Elders", False, ["en", "so"])


def test_a_message_has_each_language_once_and_one_can_be_taken_away(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    add_entry(world, "toronto", "key_message", "Every neighbour counts")
    assert "Every neighbour counts" in writer.get("/messages/new").text
    where, text = plan(writer)
    assert "Every neighbour counts" in writer.get(f"{text}/edit").text
    twice = post(writer, f"{where}/texts/new", language="en", name="Again", body="Again")
    assert twice.status_code == 400 and "in this language already" in twice.text
    assert "Personne ne répond" not in writer.get(f"{where}/texts/new").text
    assert "Après un acte de haine" in writer.get(f"{where}/texts/new").text
    assert post(writer, f"{where}/texts/new", language="fr", name="Ensemble", body="Le feu est éteint.").status_code == 302
    assert "Ensemble" in writer.get(where).text
    step(writer, text, "remove")
    assert "We stand together" not in writer.get(where).text.split("Linked records")[0]
    step(writer, text, "restore")
    assert "We stand together" in writer.get(where).text
    assert "Ensemble" in writer.get("/search?q=éteint").text


def test_all_languages_take_a_step_at_once(app: Flask, world: World) -> None:
    writer, mayor = sign_in(app, world, "toronto", "communications"), sign_in(app, world, "toronto", "mayor")
    coordinator = sign_in(app, world, "toronto", "coordinator")
    where, _text = plan(writer)
    for language, body in (("fr", "Le feu est éteint."), ("so", "Dabka waa la demiyey."), ("es", "A las [hora].")):
        post(writer, f"{where}/texts/new", language=language, name="Together", body=body)
    post(coordinator, f"{where}/texts/new", language="it", name="Insieme", body="Il fuoco è spento.")
    assert "Ask for review of all drafts (5)" in writer.get(where).text
    page = post(writer, f"{where}/step", page=where, step="submit")
    assert page.status_code == 302
    shown = writer.get(where).text
    assert "Texts that took this step: 4." in shown and "Texts that could not: 1." in shown
    assert "Approve all in review (3)" in coordinator.get(where).text, "their own text is not among them"
    for client, step_name in ((writer, "approve"), (mayor, "submit"), (mayor, "publish"), (mayor, "anything")):
        assert post(client, f"{where}/step", page="/account", step=step_name).status_code == 404
    post(coordinator, f"{where}/step", page=where, step="approve")
    assert sorted(status(world)) == ["approved"] * 3 + ["draft", "in_review"]
    post(mayor, f"{where}/step", page=where, step="approve")
    post(writer, f"{where}/step", page=where, step="publish")
    assert sorted(status(world)) == ["draft"] + ["published"] * 4
    other = sign_in(app, world, "ottawa", "coordinator")
    assert post(other, f"{where}/step", page="/account", step="publish").status_code == 404


def test_the_plan_is_changed_archived_and_brought_back(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    audience = add_entry(world, "toronto", "audience", "Elders")
    foreign = add_entry(world, "ottawa", "audience", "Elsewhere")
    bad = post(writer, "/messages/new", **{**GOOD, "audience_ids": [foreign]})
    assert bad.status_code == 400 and "not a value of the list" in bad.text and "Nobody is hurt" in bad.text
    where, _text = plan(writer, audience_ids=[audience])
    assert f'value="{audience}" checked' in writer.get(f"{where}/edit").text
    plan_data = {k: GOOD[k] for k in ("name", "occasion", "planned_on")}
    assert post(writer, f"{where}/edit", **{**plan_data, "version": "1", "name": "New plan"}).status_code == 302
    assert world.admin.execute("select count(*) from message_audience").fetchone() == (0,)
    late = post(writer, f"{where}/edit", **{**plan_data, "version": "1", "name": "Mine"})
    assert late.status_code == 409 and "New plan" in late.text
    post(writer, f"{where}/archive", page=where)
    assert "New plan" not in writer.get("/messages/").text and "New plan" in writer.get("/messages/?archived=1").text
    post(writer, f"{where}/archive", page=where, undo="1")
    assert "New plan" in writer.get("/messages/").text


def test_list_month_and_export_hold_what_the_filters_mean(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    audience = add_entry(world, "toronto", "audience", "Elders")
    where, _text = plan(writer, name="=First", planned_on="2026-02-10", audience_ids=[audience])
    plan(writer, name="Second", planned_on="2026-03-31", occasion="campaign", body="Come to the party")
    post(writer, f"{where}/texts/new", language="fr", name="Ensemble", body="Bonjour")

    def names(query: str) -> list[str]:
        rows = writer.get(f"/messages/export.csv?{query}").text.splitlines()[1:]
        return [row.split(",")[0] for row in rows]

    assert names("") == ["'=First", "'=First", "Second"]
    assert names("q=party") == ["Second"]
    assert names("language=fr") == ["'=First", "'=First"]
    assert names(f"audience={audience}&status=draft") == ["'=First", "'=First"]
    assert names("status=published") == []
    assert names("occasion=campaign&from=2026-03-31&to=2026-03-31") == ["Second"]
    february = writer.get("/messages/?view=month&month=2026-02").text
    assert "=First" in february and "Second" not in february
    assert "month=2026-01" in february and "month=2026-03" in february
    april = writer.get("/messages/?view=month&month=2026-04").text
    assert "Second" in april, "the last days of March stand in April's first week"
    assert writer.get("/messages/?view=month&month=nonsense").status_code == 200
    sheet = load_workbook(io.BytesIO(writer.get("/messages/export.xlsx?q=party").data)).active
    assert sheet is not None and [row[0].value for row in sheet.rows][1:] == ["Second"]
    page = writer.get("/messages/?sort=name").text
    assert page.index("=First") < page.index("Second")


@pytest.mark.parametrize(
    ("name", "role"),
    [("ottawa", "coordinator"), ("canada", "coordinator"), ("network", "coordinator"), ("platform", "operator"),
     ("toronto", "partner")],
)  # fmt: skip
def test_who_should_not_get_in(app: Flask, world: World, as_: As, name: str, role: str) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    audience, channel = add_entry(world, "toronto", "audience", "A"), add_entry(world, "toronto", "channel", "C")
    where, text = plan(writer, name="Hidden plan", audience_ids=[audience], channel_ids=[channel])
    step(writer, text, "submit")
    world.agree("toronto", "canada", "{counts,records,readiness}")
    client, actor = sign_in(app, world, name, role), world.actor(name, role)
    for path in (where, f"{where}/edit", f"{where}/texts/new", text, f"{text}/edit"):
        assert client.get(path).status_code == 404, path
    for path in ("/messages/", "/messages/?view=month", "/messages/export.csv"):
        assert "Hidden plan" not in client.get(path).text
    for path, data in ((f"{where}/archive", {}), (f"{text}/step", {"step": "approve"}), (f"{text}/step", {"step": "return"}),
                       (f"{text}/step", {"step": "remove"})):  # fmt: skip
        assert post(client, path, page="/account", **data).status_code == 404, (path, data)
    tables = ("planned_message", "message_version", "message_audience", "message_channel", "record_entry")
    for table in tables:
        assert as_.count(actor, table) == 0 and as_.count(None, table) == 0, table
    city = world.ids["toronto"]
    assert as_.run(actor, "insert into planned_message (city_id, name, occasion, planned_on)"
                          " values (%s, 'In', 'everyday', now())", city) == 0  # fmt: skip
    assert as_.run(actor, "insert into message_audience values (%s, %s, %s)", city, where[-36:], audience) == 0
    assert as_.run(actor, "insert into message_channel values (%s, %s, %s)", city, where[-36:], channel) == 0
    for table in tables[:2]:
        assert as_.run(actor, f"update {table} set name = 'Mine'") == 0
    for table in tables[2:4]:
        assert as_.run(actor, f"delete from {table}") == 0
    assert status(world) == ["in_review"]


@pytest.mark.parametrize("role", ["mayor", "officer", "analyst"])
def test_readers_of_the_team_read_and_do_not_write(app: Flask, world: World, as_: As, role: str) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    where, text = plan(writer)
    client = sign_in(app, world, "toronto", role)
    for path in (where, text, "/messages/?view=month"):
        page = client.get(path)
        assert page.status_code == 200 and "/edit" not in page.text and "/messages/new" not in page.text
    for path in (f"{where}/edit", f"{text}/edit", f"{where}/texts/new", "/messages/new"):
        assert client.get(path).status_code == 404
    for name in ("submit", "publish", "remove", "anything"):
        assert step(client, text, name).status_code == 404
    actor = world.actor("toronto", role)
    assert as_.run(actor, "update planned_message set name = 'Changed'") == 0
    assert as_.run(actor, "update message_version set name = 'Changed'") == 0
    assert as_.run(actor, "delete from message_audience") == 0
    step(writer, text, "submit")
    if role != "mayor":
        assert step(client, text, "approve").status_code == step(client, text, "return").status_code == 404
        assert status(world) == ["in_review"]


def test_pages_cost_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    writer = sign_in(app, world, "toronto", "communications")
    actor = world.actor("toronto", "communications")
    counts = []
    for round_ in range(2):
        for i in range(6):
            audience = add_entry(world, "toronto", "audience", f"Audience {round_} {i}")
            plan(writer, name=f"Message {round_} {i}", audience_ids=[audience])
        counts.append([count_statements(app, writer, path) for path in ("/messages/", "/messages/?view=month",
                                                                         "/communications/")])  # fmt: skip
        with app.app_context(), acting_as(actor):
            assert communication_progress(actor=actor).audiences_not_reached == 6 * (round_ + 1)
    assert counts[0] == counts[1]

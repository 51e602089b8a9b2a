"""An invited partner sees the actions assigned to it, reports on them, and reaches nothing else."""

from flask import Flask

from tests.strategy.conftest import add, add_partner, stand_for
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World


def test_a_partner_reports_and_the_team_takes_it_over(app: Flask, world: World) -> None:
    own, other = add_partner(world, "Own"), add_partner(world, "Other")
    officer_id = world.actor("toronto", "officer").person_id
    leads = add(world, "action", title="We lead", lead_partner_id=own, lead_name="Own", created_by=officer_id)
    helps = add(world, "action", title="We help", lead_partner_id=other, support=[f"partner:{own}"])
    asked = add(world, "action", title="We are asked", lead_partner_id=other, consulted=[f"partner:{own}"])
    add(world, "action", title="Not ours", lead_partner_id=other)
    stand_for(world, own)
    partner, officer = sign_in(app, world, "toronto", "partner"), sign_in(app, world, "toronto", "officer")
    page = partner.get("/assigned/").text
    assert "We lead" in page and "We help" in page and "We are asked" not in page and "Not ours" not in page
    assert partner.get(f"/assigned/{helps}").status_code == 200
    assert partner.get(f"/assigned/{asked}").status_code == 404
    assert partner.get(f"/actions/{leads}").status_code == 404
    post(officer, f"/actions/{leads}/reports", page=f"/actions/{leads}", body="Between us: they are slow")
    answer = post(partner, f"/assigned/{leads}", body="Rooms are found", percent="40", proposed_status="active")
    assert answer.status_code == 302
    page = partner.get(f"/assigned/{leads}").text
    assert "Rooms are found" in page and "they are slow" not in page
    assert world.admin.execute("select status, percent from action where title = 'We lead'").fetchone() == ("planned", 0)
    assert "Rooms" not in partner.get("/assigned/export.csv").text and "We help" in partner.get("/assigned/export.csv").text
    told = world.admin.execute("select kind, person_id, actor_name from notification").fetchall()
    assert told == [("action_reported", officer_id, "Partner Person")]
    assert "reported on an action" in officer.get("/notifications/").text
    page = officer.get("/actions/?reported=1").text
    assert "We lead" in page and "We help" not in page
    report = world.admin.execute("select report_id::text from action_report where partner_id is not null").fetchone()
    assert report
    for _again in range(2):
        answer = post(officer, f"/actions/{leads}/reports", page=f"/actions/{leads}", report_id=report[0], answer="accept")
    assert answer.status_code == 422
    assert world.admin.execute("select status, percent from action where title = 'We lead'").fetchone() == ("active", 40)
    assert "We lead" not in officer.get("/actions/?reported=1").text


def test_a_partner_reaches_nothing_else_in_the_database(app: Flask, world: World, as_: As) -> None:
    own, other = add_partner(world, "Own"), add_partner(world, "Other")
    mine = add(world, "action", title="Ours", lead_partner_id=own)
    theirs = add(world, "action", title="Theirs", lead_partner_id=other)
    me = stand_for(world, own)
    actor, city = world.actor("toronto", "partner"), world.ids["toronto"]
    assert as_.count(actor, "action") == 1
    words = "insert into action_report (city_id, action_id, partner_id, body, author_name, created_by) values (%s, %s, %s, 'x', 'x', %s)"
    assert as_.run(actor, words, city, theirs, own, me) == 0
    assert as_.run(actor, words, city, mine, other, me) == 0
    assert as_.run(actor, words, city, mine, None, me) == 0
    stranger = world.actor("toronto", "officer").person_id
    assert as_.run(actor, words, city, mine, own, stranger) == 0
    assert as_.run(actor, words, city, mine, own, me) == 1
    assert as_.run(actor, "update action set status = 'done'") == 0
    assert as_.run(actor, "update action_report set is_accepted = true") == 0
    assert as_.run(world.actor("toronto", "mayor"), words, city, mine, None, world.actor("toronto", "mayor").person_id) == 0
    world.admin.execute("update action set archived_at = now()")
    assert as_.count(actor, "action") == 0
    world.admin.execute("update action set archived_at = null")
    world.admin.execute("delete from partner_person")
    assert as_.count(actor, "action") == 0 and as_.count(actor, "action_report") == 0

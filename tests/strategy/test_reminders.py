"""Reminders: to those who lead, at the right days, by mail only to who wants it, with nothing in it."""

from pathlib import Path

import pytest
from flask import Flask

from tests.strategy.conftest import add, add_partner, stand_for
from tests.test_main_path import sign_in, work
from tests.world import World


@pytest.fixture
def folder(app: Flask) -> Path:
    path: Path = app.extensions["concord.settings"].data_dir / "mail"
    path.mkdir(exist_ok=True)
    return path


def remind(app: Flask, world: World, folder: Path) -> tuple[int, list[str]]:
    """Let the clock strike; how many people were to be told, and the mails."""
    before = set(folder.glob("*.eml"))
    world.admin.execute("set role concord_worker")
    try:
        found = world.admin.execute("select public.queue_action_reminders()").fetchone()
    finally:
        world.admin.execute("reset role")
    work(app)
    assert found
    return int(found[0]), [path.read_text() for path in set(folder.glob("*.eml")) - before]


def test_leads_are_reminded_before_and_after_the_day(app: Flask, world: World, folder: Path) -> None:
    officer = world.actor("toronto", "officer").person_id
    lead = {"lead_person_id": officer}
    for title, days, more in (("Secret soon", 3, lead), ("Secret late", -2, lead), ("Far", 30, lead), ("Nobody's", 1, {}),
                              ("Finished", -3, {**lead, "status": "done"})):  # fmt: skip
        due = world.admin.execute("select current_date + %s", (days,)).fetchone()
        assert due
        add(world, "action", title=title, due_on=due[0], **more)
    count, (mail,) = remind(app, world, folder)
    assert count == 1
    assert "due within a week: 1" in mail and "overdue: 1" in mail and "/actions/?lead=me" in mail.replace("=3D", "=")
    assert "Secret" not in mail
    page = sign_in(app, world, "toronto", "officer").get("/notifications/").text
    assert "reminds you of an action that is overdue" in page and "Secret late" in page and "Far" not in page
    # The same day again, nothing; the daily mail leaves out what was mailed.
    assert remind(app, world, folder) == (0, [])
    assert world.admin.execute("select queue_digests()").fetchone() == (0,)
    # After a week what is still overdue comes again; what was due soon comes once it is late.
    world.admin.execute("update action_reminder set reminded_on = current_date - 7")
    assert remind(app, world, folder)[0] == 1
    world.admin.execute("update action set due_on = current_date - 1 where title = 'Secret soon'")
    world.admin.execute("update action_reminder set reminded_on = current_date - 1")
    assert remind(app, world, folder)[0] == 1


def test_who_wants_no_mail_gets_none(app: Flask, world: World, folder: Path) -> None:
    officer = world.actor("toronto", "officer").person_id
    world.admin.execute("insert into mail_choice values (%s, %s, 'none')", (world.ids["toronto"], officer))
    add(world, "action", title="Late", due_on="2020-01-01", lead_person_id=officer)
    assert remind(app, world, folder) == (1, [])
    assert world.admin.execute("select kind, mailed_at from notification").fetchall() == [("action_overdue", None)]


def test_the_people_of_a_leading_partner_are_reminded(app: Flask, world: World, folder: Path) -> None:
    own, other = add_partner(world, "Own"), add_partner(world, "Other")
    stand_for(world, own)
    add(world, "action", title="Ours", due_on="2020-01-01", lead_partner_id=own)
    add(world, "action", title="We only help", due_on="2020-01-01", lead_partner_id=other, support=[f"partner:{own}"])
    count, (mail,) = remind(app, world, folder)
    assert count == 1 and "overdue: 1" in mail and "/assigned/" in mail
    assert world.admin.execute("select count(*) from notification").fetchone() == (0,)


def test_who_has_left_gets_nothing(app: Flask, world: World, folder: Path) -> None:
    officer = world.actor("toronto", "officer").person_id
    add(world, "action", title="Late", due_on="2020-01-01", lead_person_id=officer)
    world.admin.execute("delete from membership where person_id = %s", (officer,))
    assert remind(app, world, folder)[1] == []

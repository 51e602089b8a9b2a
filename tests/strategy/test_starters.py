"""Templates: kept by the network, read by every city, a beginning for a strategy."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask

from network.kernel.errors import ValidationFailed
from network.kernel.tenancy import acting_as
from network.strategy.starters.commands import strategy_templates
from network.strategy.starters.outline import read_outline
from network.strategy.starters.service import load_supplied_templates
from tests.tenancy.test_intruders import As
from tests.test_main_path import post, sign_in
from tests.world import World

GOOD = {"title": "Small town", "summary": "For a start.", "kind": "standalone", "vision": "Nobody is alone.",
        "outline": "# Know\nwhat happens\n- Talk to five groups | 3\nall of them\n* Groups | groups\n# Help\n- Call | 1"}  # fmt: skip


@pytest.fixture
def template(app: Flask, world: World) -> str:
    curator = sign_in(app, world, "network", "curator")
    return str(post(curator, "/strategy-templates/new", **GOOD).location).rsplit("/", 1)[1]


def test_a_city_begins_with_a_template_of_the_network(app: Flask, world: World, template: str) -> None:
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert "Small town" in coordinator.get("/strategy-templates/").text
    page = coordinator.get(f"/strategy-templates/{template}").text
    assert "Talk to five groups" in page and "within 3 months" in page
    page = coordinator.get(f"/strategy/new?template={template}").text
    assert "Nobody is alone." in page and 'value="Small town"' in page
    bad = post(coordinator, f"/strategy/new?template={template}", title="", kind="standalone")
    assert bad.status_code == 400 and world.admin.execute("select count(*) from action").fetchone() == (0,)
    where = post(coordinator, f"/strategy/new?template={template}", title="Ours", kind="standalone")
    page = coordinator.get(str(where.location)).text
    assert "Ours" in page and "what happens" in page and "Groups" in page
    rows = world.admin.execute(
        "select a.title, a.description, a.due_on, o.title from action a join objective o using (objective_id) order by 3"
    ).fetchall()
    assert [row[:2] + row[3:] for row in rows] == [("Call", "", "Help"), ("Talk to five groups", "all of them", "Know")]
    assert abs((rows[1][2] - date.today()) - timedelta(days=91)) <= timedelta(days=2)


def test_the_network_changes_and_archives_and_nobody_else(app: Flask, world: World, template: str, as_: As) -> None:
    keeper = sign_in(app, world, "network", "coordinator")
    where = f"/strategy-templates/{template}"
    post(keeper, f"{where}/edit", **{**GOOD, "version": "1", "title": "Very small town"})
    assert post(keeper, f"{where}/edit", **{**GOOD, "version": "1"}).status_code == 409
    city = sign_in(app, world, "toronto", "coordinator")
    assert "Very small town" in city.get(where).text
    assert city.get(f"{where}/edit").status_code == 404
    assert post(city, f"{where}/archive", page="/account").status_code == 404
    assert post(city, "/strategy-templates/supplied", page="/account").status_code == 404
    change = "update strategy_template set title = 'Mine'"
    org = world.ids["network"]
    insert = "insert into strategy_template (organisation_id, title, summary, kind, outline) values (%s, 'I', 'I', 'standalone', '# I')"
    for name, role in (("toronto", "coordinator"), ("canada", "coordinator"), ("network", "support_officer"),
                       ("platform", "operator"), ("toronto", "partner")):  # fmt: skip
        actor = world.actor(name, role)
        assert as_.run(actor, change) == 0 and as_.run(actor, insert, org) == 0, name
    for name, role in (("canada", "coordinator"), ("toronto", "partner"), ("platform", "operator"),
                       ("network", "support_officer")):  # fmt: skip
        assert as_.count(world.actor(name, role), "strategy_template") == 0
        assert sign_in(app, world, name, role).get("/strategy-templates/").status_code == 404
    assert as_.count(None, "strategy_template") == 0
    assert as_.run(world.actor("network", "curator"), insert, world.ids["toronto"]) == 0
    post(keeper, f"{where}/archive", page=where)
    assert city.get(where).status_code == 404 and "Very small town" not in city.get("/strategy-templates/").text
    assert "Very small town" in keeper.get("/strategy-templates/?archived=1").text


@pytest.mark.parametrize(
    ("outline", "reason"),
    [("- too early", "comes first"), ("words", "comes first"), ("# A\n- B | soon", "number of months"), ("#", "1 to 300"),
     ("", "Fill in"), ("# A\n" + "- B\n" * 201, "At most 200")],
)  # fmt: skip
def test_an_outline_that_does_not_fit_names_its_lines(app: Flask, world: World, outline: str, reason: str) -> None:
    curator = sign_in(app, world, "network", "curator")
    answer = post(curator, "/strategy-templates/new", **{**GOOD, "outline": outline})
    assert answer.status_code == 400 and reason in answer.text and "For a start." in answer.text


def test_an_outline_is_read() -> None:
    first, second = read_outline("# A | B\ntext\nmore\n\n- C\n- D | 12\nhow\n* E | %\n* F\n# G")
    assert (first.title, first.description, second.title) == ("A | B", "text\nmore", "G")
    assert [(a.title, a.months, a.description) for a in first.actions] == [("C", None, ""), ("D", 12, "how")]
    assert [(i.name, i.unit) for i in first.indicators] == [("E", "%"), ("F", "")]
    with pytest.raises(ValidationFailed, match="outline"):
        read_outline("# A\n- B | 0")


def test_the_supplied_templates_are_whole_and_come_once(app: Flask, world: World) -> None:
    curator = world.actor("network", "curator")
    with app.app_context(), acting_as(curator):
        assert load_supplied_templates(actor=curator) >= 4
    email = world.admin.execute("select email from person where person_id = %s", (curator.person_id,)).fetchone()
    assert email
    done = CliRunner().invoke(strategy_templates, ["--organisation", "network", "--as", email[0]], obj=lambda: app)
    assert done.exit_code == 0 and done.output == "0 templates added\n", done.output
    for title, outline in world.admin.execute("select title, outline from strategy_template").fetchall():
        objectives = read_outline(outline)
        assert len(objectives) >= 2 and all(o.actions and o.indicators for o in objectives), title

"""The directory of cities that share: for nations and the network, and of no other city."""

import re
from typing import Any

import pytest
from flask import Flask

from network.kernel.db import db
from tests.conftest import Connection
from tests.test_main_path import post, sign_in
from tests.world import World, add_agreement, add_organisation


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


def listed(client: Any, query: str = "") -> list[str]:
    return re.findall(r'<th scope="row">([^<]+)</th>', client.get(f"/sharing/{query}").text)


def test_it_lists_the_cities_that_agreed_with_what_they_grant(app: Flask, world: World) -> None:
    client = sign_in(app, world, "canada", "analyst")
    assert "No city shares with you yet" in client.get("/sharing/").text
    world.agree("toronto", "canada", "{counts,records}")
    world.agree("ottawa", "canada", "{readiness}")
    page = client.get("/sharing/").text
    assert listed(client) == ["Ottawa", "Toronto"]
    assert "in force: 2, with 200,000 inhabitants" in page and "<td>Canada</td>" in page
    row = page[page.index(">Toronto<") :]
    assert row.index("Counts") < row.index("Records") and "Signer" in row and "Open end" in row
    assert listed(client, "?grant=readiness") == ["Ottawa"] and listed(client, "?grant=records") == ["Toronto"]
    assert listed(client, "?q=TOR") == ["Toronto"] and listed(client, "?q=%25") == []
    assert "Nothing fits these filters" in client.get("/sharing/?q=nowhere").text
    # All in one country: nothing to choose from.
    assert "f-country" not in page


@pytest.mark.parametrize(
    "change",
    ["revoked_at = now()", "valid_until = now() + interval '1 microsecond'", "valid_from = now() + interval '1 day'",
     "recipient_id = (select organisation_id from organisation where slug = 'france')"],
)  # fmt: skip
def test_a_city_without_an_agreement_in_force_is_not_known(app: Flask, world: World, change: str) -> None:
    world.agree("toronto", "canada")
    client = sign_in(app, world, "canada", "coordinator")
    assert listed(client) == ["Toronto"]
    world.admin.execute(f"update sharing_agreement set {change}")
    page = client.get("/sharing/").text
    assert "Toronto" not in page and "No city shares with you yet" in page


@pytest.mark.parametrize(("name", "role"), [("france", "coordinator"), ("network", "curator")])
def test_somebody_elses_agreement_shows_nothing(app: Flask, world: World, name: str, role: str) -> None:
    world.agree("toronto", "canada", "{counts,records,readiness}")
    page = sign_in(app, world, name, role).get("/sharing/").text
    assert "Toronto" not in page and "Canada" not in page and "100,000" not in page


def test_nations_and_the_network_sign_nothing(app: Flask, world: World) -> None:
    made = world.agree("toronto", "canada")
    client = sign_in(app, world, "canada", "coordinator")
    assert post(client, "/sharing/", page="/account", recipient=str(world.ids["network"]), grants="counts").status_code == 404
    assert post(client, f"/sharing/{made}/revoke", page="/account").status_code == 404
    assert world.admin.execute("select count(*), count(revoked_at) from sharing_agreement").fetchone() == (1, 0)


@pytest.mark.parametrize(("name", "role"), [("network", "support_officer"), ("toronto", "partner"), ("platform", "operator")])
def test_who_may_not_read_agreements_has_no_page(app: Flask, world: World, name: str, role: str) -> None:
    world.agree("toronto", "network")
    assert sign_in(app, world, name, role).get("/sharing/").status_code == 404


def test_it_is_paged_by_key_and_costs_a_fixed_number_of_statements(app: Flask, world: World) -> None:
    from sqlalchemy import event

    client = sign_in(app, world, "network", "coordinator")
    signer = world.actor("toronto", "coordinator").person_id
    assert signer
    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    counts = []
    for numbers in (range(2), range(2, 60)):
        for number in numbers:
            city = add_organisation(world.admin, "city", f"town-{number:02d}", ("DK", "SE")[number % 2])
            add_agreement(world.admin, city, world.ids["network"], signer)
        seen.clear()
        page = client.get("/sharing/").text
        counts.append(len(seen))
    assert counts == [6, 6]
    names = listed(client)
    assert len(names) == 50
    following = re.search(r'rel="next" href="/sharing/([^"]+)"', page)
    assert following
    rest = listed(client, following[1].replace("&amp;", "&"))
    assert names + rest == [f"Town {number:02d}" for number in range(60)]
    back = re.search(r'rel="prev" href="/sharing/([^"]+)"', client.get(f"/sharing/{following[1]}").text)
    assert back and listed(client, back[1].replace("&amp;", "&")) == names
    assert len(listed(client, "?country=SE")) == 30 and "Sweden" in page
    assert client.get("/sharing/?after=nonsense").status_code == 400


def test_the_citys_own_page_names_who_is_closed_no_more(app: Flask, world: World) -> None:
    world.agree("toronto", "canada")
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert "End now" in coordinator.get("/sharing/").text
    world.admin.execute("update organisation set closed_at = now() where slug = 'canada'")
    page = coordinator.get("/sharing/").text
    # The record of what was shared stays; nothing is in force, and it is not offered any more.
    assert "Ended on" in page and "End now" not in page
    assert '<option value="' + str(world.ids["canada"]) not in page

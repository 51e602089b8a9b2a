"""A closed organisation: nobody acts for it, its agreements have ended, and what undo brings back."""

import threading
from typing import Any

import psycopg
import pytest
from flask import Flask

from network.cities import service
from network.identity.permissions import OPERATOR
from network.kernel.errors import NotFound, Refused
from tests.cities.conftest import LIST, as_operator, rows
from tests.test_main_path import PASSWORD, TRENDS, gql, issue, post, sign_in, work
from tests.world import World, add_incident


def test_closing_asks_first_and_the_platform_stays(world: World, operator: Any) -> None:
    where = f"{LIST}{world.ids['toronto']}"
    assert "Its agreements do not come back" in operator.get(f"{where}/close").text
    unsure = post(operator, f"{where}/close")
    assert unsure.status_code == 400 and "Tick the box" in unsure.text
    assert rows(world, "select count(*) from organisation where closed_at is not null") == [(0,)]
    platform = f"{LIST}{world.ids['platform']}"
    assert operator.get(f"{platform}/close").status_code == 422
    assert post(operator, f"{platform}/close", page=where, sure="1").status_code == 422
    assert "/close" not in operator.get(platform).text
    with pytest.raises(Exception, match="organisation_platform_stays"):
        world.admin.execute("update organisation set closed_at = now() where kind = 'platform'")
    assert operator.get(LIST).status_code == 200


def test_nobody_acts_for_a_closed_city_until_it_is_reopened(app: Flask, world: World, operator: Any) -> None:
    city = world.ids["toronto"]
    where = f"{LIST}{city}"
    officer = sign_in(app, world, "toronto", "officer")
    assert officer.get("/incidents/").status_code == 200
    post(operator, f"{where}/invitations", page=where, email="late@example.org", role="officer")
    assert post(operator, f"{where}/close", sure="1").status_code == 302
    assert "Closed on" in operator.get(where).text and "Invite somebody" not in operator.get(where).text
    assert "Toronto" in operator.get(f"{LIST}?state=closed").text and "Toronto" not in operator.get(LIST).text

    # The open session acts for nobody now, and says so instead of asking to sign in.
    answer = officer.get("/incidents/")
    assert (answer.status_code, answer.location) == (302, "/organisations/choose")
    assert "no open organisation" in officer.get("/organisations/choose").text
    assert officer.get("/account").status_code == 200
    for path in ("/incidents/new", f"{LIST}new/nation"):
        assert post(officer, path, page="/account", kind="threat").status_code == 404
    chosen = post(officer, "/organisations/choose", page="/account", organisation=str(city))
    assert chosen.status_code == 404
    again = sign_in(app, world, "toronto", "officer")
    assert again.get("/city/").location == "/organisations/choose"
    # Nor can anybody be invited, by the operator or by mail on its way.
    refused = post(operator, f"{where}/invitations", page=f"{LIST}new/nation", email="x@example.org", role="officer")
    assert refused.status_code == 422 and "reopen it first" in refused.text
    work(app)
    folder = app.extensions["concord.settings"].data_dir / "mail"
    assert not any("late@example.org" in path.read_text() for path in folder.glob("*.eml"))

    assert post(operator, f"{where}/reopen", page=where).status_code == 302
    assert officer.get("/incidents/").status_code == 200
    assert rows(world, "select closed_at, closed_by from organisation where slug = 'toronto'") == [(None, None)]


def test_who_belongs_to_another_organisation_goes_on_there(app: Flask, world: World, operator: Any) -> None:
    officer = sign_in(app, world, "toronto", "officer")
    person = world.actor("toronto", "officer").person_id
    world.admin.execute(
        "insert into membership (organisation_id, person_id, kind, role) values (%s, %s, 'city', 'mayor')",
        (world.ids["ottawa"], person))
    assert "Switch" in officer.get("/city/").text
    post(operator, f"{LIST}{world.ids['toronto']}/close", sure="1")
    page = officer.get("/organisations/choose").text
    assert "Ottawa" in page and "Toronto" not in page
    post(officer, "/organisations/choose", organisation=str(world.ids["ottawa"]))
    shown = officer.get("/city/")
    assert shown.status_code == 200 and "<h1>Ottawa</h1>" in shown.text and "Switch" not in shown.text


def test_agreements_end_with_either_party_and_do_not_come_back(app: Flask, world: World, operator: Any) -> None:
    for _ in range(20):
        add_incident(world.admin, world.ids["toronto"])
        add_incident(world.admin, world.ids["ottawa"])
    for city in ("toronto", "ottawa"):
        world.agree(city, "canada")
        world.agree(city, "network")
    tokens = {name: issue(app, world, name) for name in ("canada", "network")}

    def seen(name: str) -> tuple[list[str], int]:
        """The cities covered, and about how many incidents: the noise is less than one city's."""
        answer = gql(app, tokens[name], TRENDS)["data"]["trends"]
        return [c["name"] for c in answer["coverage"]], round(answer["series"][0]["counts"][-1] / 20) * 20

    assert seen("canada") == seen("network") == (["Ottawa", "Toronto"], 40)
    toronto = f"{LIST}{world.ids['toronto']}"
    post(operator, f"{toronto}/close", sure="1")
    assert seen("canada") == seen("network") == (["Ottawa"], 20)
    left = "select sum(incidents) from shared_trend_cell where bias = '' and grain = 'month' group by organisation_id"
    assert rows(world, left) == [(20,), (20,)]
    post(operator, f"{toronto}/reopen", page=toronto)
    assert seen("canada") == (["Ottawa"], 20)

    canada = f"{LIST}{world.ids['canada']}"
    post(operator, f"{canada}/close", sure="1")
    refused = gql(app, tokens["canada"], TRENDS)
    assert refused["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    post(operator, f"{canada}/reopen", page=canada)
    assert seen("canada") == ([], 0)  # the token works again, the agreements do not
    assert seen("network") == (["Ottawa"], 20)
    operator_id = world.actor("platform", "operator").person_id
    assert rows(world, "select distinct revoked_by from sharing_agreement where revoked_at is not null") == [(operator_id,)]
    # Signing anew takes a city's own signature.
    coordinator = sign_in(app, world, "toronto", "coordinator")
    assert post(coordinator, "/sharing/", recipient=str(world.ids["canada"]), grants="counts").status_code == 302
    assert seen("canada") == (["Toronto"], 20)


def test_nobody_signs_with_a_closed_organisation(app: Flask, world: World) -> None:
    with as_operator(app):
        service.close_organisation(world.ids["canada"], actor=OPERATOR)
    coordinator = sign_in(app, world, "toronto", "coordinator")
    page = coordinator.get("/sharing/").text
    assert "Canada" not in page and "Network" in page
    refused = post(coordinator, "/sharing/", recipient=str(world.ids["canada"]), grants="counts")
    assert refused.status_code == 404
    assert rows(world, "select count(*) from sharing_agreement") == [(0,)]
    with pytest.raises(Exception, match="a party of this agreement is closed"):
        world.agree("toronto", "canada")
    world.agree("toronto", "network")
    with as_operator(app):
        service.close_organisation(world.ids["network"], actor=OPERATOR)
    with pytest.raises(Exception, match="a party of this agreement is closed"):
        world.admin.execute("update sharing_agreement set revoked_at = null")


def test_closing_waits_for_who_is_signing_right_now(app: Flask, world: World, database: tuple[str, str]) -> None:
    """An agreement that was being signed while its recipient was closed does not outlive the closing."""
    signer = world.actor("toronto", "coordinator").person_id
    done = threading.Event()

    def close() -> None:
        with as_operator(app):
            service.close_organisation(world.ids["canada"], actor=OPERATOR)
        done.set()

    with psycopg.connect(database[0]) as connection:
        connection.execute(
            "insert into sharing_agreement (city_id, recipient_id, recipient_kind, grants, signed_by, signed_by_name)"
            " values (%s, %s, 'nation', '{counts}', %s, 'S')", (world.ids["toronto"], world.ids["canada"], signer))
        thread = threading.Thread(target=close)
        thread.start()
        assert not done.wait(0.5)
        connection.commit()
    thread.join(10)
    assert done.is_set()
    assert rows(world, "select revoked_at is not null, is_counted from sharing_agreement") == [(True, False)]


def test_a_job_of_a_closed_organisation_is_refused(app: Flask, world: World) -> None:
    from network.identity.service import find_actor, load_actor

    actor = world.actor("toronto", "officer")
    assert actor.organisation_id and actor.person_id
    email = rows(world, "select email from person")[0][0]
    with app.app_context():
        assert load_actor(actor.organisation_id, actor.person_id) == actor == find_actor(email, "toronto")
    with as_operator(app):
        service.close_organisation(actor.organisation_id, actor=OPERATOR)
    with app.app_context():
        with pytest.raises(NotFound):
            load_actor(actor.organisation_id, actor.person_id)
        with pytest.raises(NotFound):
            find_actor(email, "toronto")


def test_an_invitation_that_was_sent_is_worthless_while_closed(app: Flask, world: World) -> None:
    from network.identity.service import accept_invitation, find_invitation, hash_token

    passwords = app.extensions["concord.passwords"]
    world.admin.execute(
        "insert into invitation (organisation_id, kind, role, email, token_hash, expires_at)"
        " values (%s, 'city', 'officer', 'new@example.org', %s, now() + interval '1 day')",
        (world.ids["toronto"], hash_token("link")))
    with as_operator(app):
        service.close_organisation(world.ids["toronto"], actor=OPERATOR)
    people = rows(world, "select count(*) from person")
    with app.app_context():
        with pytest.raises(NotFound):
            find_invitation("link")
        with pytest.raises(NotFound):
            accept_invitation("link", name="New", password=PASSWORD, address="", passwords=passwords)
    assert rows(world, "select count(*) from person") == people
    assert rows(world, "select accepted_at from invitation") == [(None,)]
    with as_operator(app):
        service.reopen_organisation(world.ids["toronto"], actor=OPERATOR)
    with app.app_context():
        accept_invitation("link", name="New", password=PASSWORD, address="", passwords=passwords)
    assert rows(world, "select role from membership") == [("officer",)]


def test_closing_twice_keeps_the_first_day(app: Flask, world: World) -> None:
    with as_operator(app):
        service.close_organisation(world.ids["toronto"], actor=OPERATOR)
    first = rows(world, "select closed_at, version from organisation where slug = 'toronto'")
    with as_operator(app):
        service.close_organisation(world.ids["toronto"], actor=OPERATOR)
    assert rows(world, "select closed_at, version from organisation where slug = 'toronto'") == first
    with pytest.raises(Refused), as_operator(app):
        service.close_organisation(world.ids["platform"], actor=OPERATOR)

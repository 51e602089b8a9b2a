"""Signing in, links in mails, the team: what is possible once, for a while, for one person only."""

import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from network.identity import service
from network.kernel.errors import ConcordError, NotFound
from network.kernel.tenancy import acting_as
from tests.test_main_path import PASSWORD, post, sign_in, work
from tests.world import World

NEW = "new@example.org"
OTHER = "another long password"


def rows(world: World, query: str) -> list[Any]:
    return world.admin.execute(query).fetchall()


def email_of(world: World, name: str, role: str) -> str:
    person = world.actor(name, role).person_id
    return str(rows(world, f"select email from person where person_id = '{person}'")[0][0])


def newest_link(app: Flask) -> str:
    """The link of the mail that was sent last."""
    work(app)
    folder = app.extensions["concord.settings"].data_dir / "mail"
    mail = max(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    found = re.search(r"/(?:invitation|reset)/[\w-]+", Path(mail).read_text().replace("=\n", ""))
    assert found
    return found[0]


def opened(app: Flask, link: str) -> FlaskClient:
    client = app.test_client()
    assert client.get(link).status_code == 302
    return client


def invite(app: Flask, coordinator: FlaskClient, email: str = NEW, role: str = "analyst") -> str:
    assert post(coordinator, "/team", email=email, role=role).status_code == 302
    return newest_link(app)


@pytest.fixture
def coordinator(app: Flask, world: World) -> FlaskClient:
    return sign_in(app, world, "toronto", "coordinator")


def test_an_invitation_ends_with_its_days_and_when_it_is_revoked(app: Flask, world: World, coordinator: FlaskClient) -> None:
    link = invite(app, coordinator)
    assert opened(app, link).get("/invitation").status_code == 200
    world.admin.execute("update invitation set expires_at = now() - interval '1 second'")
    assert opened(app, link).get("/invitation").status_code == 404
    # One that is too old makes place for a new one.
    again = invite(app, coordinator)
    assert opened(app, link).get("/invitation").status_code == 404
    client = opened(app, again)
    revoke = re.search(r'action="(/team/invitations/[^"]+/revoke)"', coordinator.get("/team").text)
    assert revoke
    assert post(coordinator, revoke[1], page="/team").status_code == 302
    assert client.get("/invitation").status_code == 404
    assert rows(world, "select count(*) from membership") == [(1,)]


def test_an_open_invitation_is_not_doubled_and_a_member_is_not_invited(app: Flask, world: World, coordinator: FlaskClient) -> None:
    invite(app, coordinator)
    twice = post(coordinator, "/team", email=NEW.upper(), role="officer")
    assert twice.status_code == 400 and "has an open invitation" in twice.text
    for email in (email_of(world, "toronto", "officer"), email_of(world, "toronto", "coordinator").upper()):
        member = post(coordinator, "/team", email=email, role="analyst")
        assert member.status_code == 400 and "belongs to the organisation already" in member.text
    # That somebody belongs to another city is not told.
    assert post(coordinator, "/team", email=email_of(world, "ottawa", "officer"), role="analyst").status_code == 302


def test_an_invitation_for_somebody_with_an_account_needs_their_password(app: Flask, world: World, coordinator: FlaskClient) -> None:
    sign_in(app, world, "ottawa", "officer")
    email = email_of(world, "ottawa", "officer")
    link = invite(app, coordinator, email)
    thief = opened(app, link)
    assert email in thief.get("/invitation").text and 'name="name"' not in thief.get("/invitation").text
    codes = [post(thief, "/invitation", password=f"guess number {n}").status_code for n in range(service.ATTEMPTS + 1)]
    assert codes[0] == 400
    # Guessing counts as attempts to sign in: now even the right one has to wait.
    late = post(thief, "/invitation", password=PASSWORD)
    assert late.status_code == 400 and "Too many attempts" in late.text
    assert rows(world, "select count(*) from membership where role = 'analyst'") == [(0,)]
    world.admin.execute("delete from login_attempt")
    assert post(opened(app, link), "/invitation", password=PASSWORD).status_code == 302
    assert sorted(rows(world, f"select m.role from membership m join person using (person_id) where email = '{email}'")) == [
        ("analyst",), ("officer",)]  # fmt: skip


def test_an_invitation_does_not_change_who_became_a_member_meanwhile(app: Flask, world: World, coordinator: FlaskClient) -> None:
    sign_in(app, world, "ottawa", "officer")
    link = invite(app, coordinator, email_of(world, "ottawa", "officer"), "partner")
    person = world.actor("ottawa", "officer").person_id
    world.admin.execute(
        "insert into membership (organisation_id, person_id, kind, role) values (%s, %s, 'city', 'coordinator')",
        (world.ids["toronto"], person),
    )
    assert post(opened(app, link), "/invitation", password=PASSWORD).status_code == 302
    assert rows(world, f"select role from membership where person_id = '{person}' order by 1") == [("coordinator",), ("officer",)]


def test_a_reset_link_works_once_for_a_while_and_ends_every_session(app: Flask, world: World) -> None:
    officer, email = sign_in(app, world, "toronto", "officer"), email_of(world, "toronto", "officer")
    links = []
    for _ in range(2):
        assert post(app.test_client(), "/forgot", email=email.upper()).status_code == 302
        links.append(newest_link(app))
    assert links[0] != links[1]
    short = post(opened(app, links[0]), "/reset", password="short")
    assert short.status_code == 400
    assert post(opened(app, links[0]), "/reset", password=OTHER).status_code == 302
    assert officer.get("/incidents/").status_code == 302
    # Neither it nor any other link of the person works again.
    for link in links:
        assert post(opened(app, link), "/reset", password="a third long password").status_code == 404
    assert post(app.test_client(), "/sign-in", email=email, password=OTHER).status_code == 302

    post(app.test_client(), "/forgot", email=email)
    late = newest_link(app)
    world.admin.execute("update password_reset set expires_at = now() - interval '1 second' where used_at is null")
    assert post(opened(app, late), "/reset", password=PASSWORD).status_code == 404


def test_reset_mails_are_limited_and_tell_nothing(app: Flask, world: World) -> None:
    email = email_of(world, "toronto", "officer")
    answers = {post(app.test_client(), "/forgot", email=address).location for address in (email, "nobody@example.org")}
    assert len(answers) == 1
    for _ in range(8):
        post(app.test_client(), "/forgot", email=email)
    assert rows(world, "select count(*) from password_reset") == [(5,)]
    world.admin.execute("update person set disabled_at = now()")
    world.admin.execute("delete from password_reset")
    post(app.test_client(), "/forgot", email=email)
    assert rows(world, "select count(*) from password_reset") == [(0,)]


def test_throttling_by_person_and_by_address(app: Flask, world: World) -> None:
    sign_in(app, world, "toronto", "officer")
    email = email_of(world, "toronto", "officer")

    def attempt(address: str, given: str = "wrong password", who: str = email) -> int:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return int(post(client, "/sign-in", email=who, password=given).status_code)

    # Success counts for nothing.
    assert [attempt("10.0.0.1", PASSWORD) for _ in range(service.ATTEMPTS + 2)] == [302] * (service.ATTEMPTS + 2)
    # One person from many addresses; then the right password from a new one has to wait too.
    assert [attempt(f"10.0.1.{n}") for n in range(service.ATTEMPTS)] == [400] * service.ATTEMPTS
    assert attempt("10.0.2.1") == attempt("10.0.2.2", PASSWORD) == 429
    # Others are not held up.
    sign_in(app, world, "ottawa", "officer")
    # Many people from one address.
    codes = [attempt("10.0.3.1", who=f"person{n}@example.org") for n in range(service.ATTEMPTS + 1)]
    assert codes == [400] * service.ATTEMPTS + [429]
    # After the quarter of an hour it is forgotten.
    world.admin.execute("update login_attempt set attempted_at = now() - interval '15 minutes 1 second'")
    assert attempt("10.0.2.2", PASSWORD) == 302
    kept = rows(world, "select subject_hash from login_attempt")
    assert not any(email.encode() in bytes(row[0]) for row in kept)


def test_the_own_password_is_changed_with_the_old_one(app: Flask, world: World) -> None:
    here, there = (sign_in(app, world, "toronto", "officer") for _ in range(2))
    email = email_of(world, "toronto", "officer")
    wrong = post(here, "/account", current="not this one", password=OTHER)
    assert wrong.status_code == 400 and "not the password of your account" in wrong.text
    short = post(here, "/account", current=PASSWORD, password="short")
    assert short.status_code == 400 and "at least 12" in short.text
    assert there.get("/incidents/").status_code == 200
    assert post(here, "/account", current=PASSWORD, password=OTHER).status_code == 302
    assert here.get("/incidents/").status_code == 200
    assert there.get("/incidents/").status_code == 302
    assert post(app.test_client(), "/sign-in", email=email, password=PASSWORD).status_code == 400
    assert post(app.test_client(), "/sign-in", email=email, password=OTHER).status_code == 302
    assert app.test_client().post("/account").status_code in (400, 401)


def test_a_session_ends_with_its_hours_and_on_the_server(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    cookie = client.get_cookie("concord")
    assert cookie and client.get("/incidents/").status_code == 200
    post(client, "/sign-out", page="/account")
    # The cookie of before is worth nothing.
    client.set_cookie("concord", cookie.value)
    assert client.get("/incidents/").status_code == 302
    other = sign_in(app, world, "toronto", "officer")
    world.admin.execute("update person_session set expires_at = now() - interval '1 second'")
    assert other.get("/incidents/").status_code == 302


def test_a_session_of_somebody_else_is_not_ended(app: Flask, world: World) -> None:
    mine, theirs = sign_in(app, world, "toronto", "officer"), sign_in(app, world, "toronto", "analyst")
    person = world.actor("toronto", "analyst").person_id
    session = rows(world, f"select session_id from person_session where person_id = '{person}'")[0][0]
    assert post(mine, f"/account/sessions/{session}/revoke", page="/account").status_code == 404
    assert theirs.get("/incidents/").status_code == 200
    assert post(theirs, f"/account/sessions/{session}/revoke", page="/account").status_code == 302
    assert theirs.get("/incidents/").status_code == 302


def test_cookies_and_headers_behind_tls(app: Flask, database: tuple[str, str]) -> None:
    from network.app import create_app

    settings = dataclasses.replace(
        app.extensions["concord.settings"], public_url="https://concord.example", database_app_url=database[1]
    )
    answer = create_app(settings).test_client().get("/sign-in", base_url="https://concord.example")
    cookie = answer.headers["Set-Cookie"]
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax"))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"] or "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_coordinator_may_step_down_or_leave_when_another_stays(app: Flask, world: World, coordinator: FlaskClient) -> None:
    me, officer = world.actor("toronto", "coordinator").person_id, world.actor("toronto", "officer").person_id
    assert post(coordinator, f"/team/{me}", page="/team", role="officer").status_code == 422
    assert post(coordinator, f"/team/{officer}", page="/team", role="coordinator").status_code == 302
    assert post(coordinator, f"/team/{me}", page="/team", role="officer").status_code == 302
    # The rights are those of the new role at once.
    page = coordinator.get("/team")
    assert page.status_code == 200 and "Invite a colleague" not in page.text
    refused = post(coordinator, f"/team/{officer}", page="/account", remove="1")
    assert refused.status_code == 404

    second = sign_in(app, world, "toronto", "officer")  # who is a coordinator now
    assert post(second, f"/team/{me}", page="/team", role="coordinator").status_code == 302
    assert post(second, f"/team/{officer}", page="/team", remove="1").status_code == 302
    gone = second.get("/team", follow_redirects=True)
    assert gone.status_code == 200 and "no open organisation that you belong to" in gone.text


@pytest.mark.parametrize("role", ["king", "operator", "curator", ""])
def test_a_role_of_another_kind_of_organisation_is_refused(app: Flask, world: World, coordinator: FlaskClient, role: str) -> None:
    officer = world.actor("toronto", "officer").person_id
    assert post(coordinator, f"/team/{officer}", page="/team", role=role).status_code in (400, 422)
    assert post(coordinator, "/team", email=NEW, role=role).status_code == 400
    assert rows(world, f"select role from membership where person_id = '{officer}'") == [("officer",)]


def test_who_may_not_manage_a_team(app: Flask, world: World, coordinator: FlaskClient) -> None:
    invite(app, coordinator)
    officer = world.actor("toronto", "officer").person_id
    invitation = rows(world, "select invitation_id from invitation")[0][0]
    others = [("toronto", "mayor"), ("toronto", "officer"), ("toronto", "partner"), ("ottawa", "coordinator"),
              ("canada", "coordinator"), ("network", "coordinator")]  # fmt: skip
    before = rows(world, "select organisation_id, person_id, role from membership order by 1, 2")
    for name, role in others:
        client = sign_in(app, world, name, role)
        before = rows(world, "select organisation_id, person_id, role from membership order by 1, 2")
        assert post(client, f"/team/{officer}", page="/account", role="coordinator").status_code == 404, (name, role)
        assert post(client, f"/team/{officer}", page="/account", remove="1").status_code == 404
        assert post(client, f"/team/invitations/{invitation}/revoke", page="/account").status_code == 404
        assert rows(world, "select organisation_id, person_id, role from membership order by 1, 2") == before
    for name, role in others[:3]:
        client = sign_in(app, world, name, role)
        assert post(client, "/team", page="/account", email="x@example.org", role="officer").status_code == 404
        assert NEW not in client.get("/team").text
    assert rows(world, "select count(*) from invitation where revoked_at is null") == [(1,)]


def test_two_coordinators_can_not_remove_each_other_at_once(app: Flask, world: World) -> None:
    one = world.actor("toronto", "coordinator")
    world.admin.execute("insert into person (email, name) values ('second@example.org', 'Second')")
    world.admin.execute(
        "insert into membership (organisation_id, person_id, kind, role) select %s, person_id, 'city', 'coordinator'"
        " from person where email = 'second@example.org'", (world.ids["toronto"],),
    )  # fmt: skip
    two = dataclasses.replace(one, person_id=rows(world, "select person_id from person where email = 'second@example.org'")[0][0])
    for role in (None, "officer"):
        world.admin.execute("update membership set role = 'coordinator' where organisation_id = %s", (world.ids["toronto"],))
        ready = Barrier(2)

        def change(me: Any, other: Any, role: str | None = role, ready: Barrier = ready) -> str:
            with app.app_context():
                try:
                    with acting_as(me):
                        ready.wait()
                        service.change_role(other.person_id, role, actor=me)
                except ConcordError as error:
                    return error.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.submit(change, one, two), pool.submit(change, two, one)
            results = sorted([first.result(), second.result()])
        assert results[1] == "done" and results[0] in ("REFUSED", "NOT_FOUND"), results
        left = rows(world, f"select count(*) from membership where role = 'coordinator' and organisation_id = '{world.ids['toronto']}'")
        assert left == [(1,)]
        world.admin.execute(
            "insert into membership (organisation_id, person_id, kind, role) select %s, person_id, 'city', 'coordinator' from person"
            " where person_id in (%s, %s) on conflict do nothing", (world.ids["toronto"], one.person_id, two.person_id),
        )  # fmt: skip


def test_an_unknown_link_is_nothing(app: Flask) -> None:
    for kind in ("invitation", "reset"):
        client = opened(app, f"/{kind}/guess")
        page = client.get(f"/{kind}")
        answer = page.status_code if kind == "invitation" else post(client, "/reset", password=OTHER).status_code
        assert answer == 404
    with app.app_context(), pytest.raises(NotFound):
        service.find_invitation("")

"""``concord user``, ``token`` and ``import``: what they do, and what they say when they can't."""

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from network.cli import cli
from network.identity.commands import token, user
from network.identity.service import authenticate_token, load_actor
from network.incidents.imports.commands import import_
from network.kernel.errors import ConcordError, NotFound
from tests.test_main_path import PASSWORD, TORONTO, post, sign_in, work
from tests.world import World

EMAIL = "anna@example.org"
ADD = ["add", EMAIL, "--organisation", "toronto", "--role", "officer"]
NEW = [*ADD, "--name", "Anna", "--password", PASSWORD]


def run(app: Flask, group: click.Command, *arguments: str, say: str = "") -> Result:
    result = CliRunner().invoke(group, arguments, obj=lambda: app, input=say)
    if result.exception and not isinstance(result.exception, (SystemExit, ConcordError)):
        raise result.exception
    return result


def said(result: Result) -> str:
    """What a person reads: the output, or the sentence that the program ends with."""
    assert result.exit_code != 0, result.output
    return result.output + (str(result.exception) if isinstance(result.exception, ConcordError) else "")


def rows(world: World, query: str) -> list[Any]:
    return world.admin.execute(query).fetchall()


def email_of(world: World, name: str, role: str) -> str:
    person = world.actor(name, role).person_id
    return str(rows(world, f"select email from person where person_id = '{person}'")[0][0])


def can_sign_in(app: Flask, password: str) -> bool:
    return bool(post(app.test_client(), "/sign-in", email=EMAIL, password=password).status_code == 302)


def test_a_person_from_the_first_day_to_the_last(app: Flask, world: World) -> None:
    assert run(app, user, *NEW).output == "anna@example.org is officer of toronto.\n"
    assert can_sign_in(app, PASSWORD)
    more = run(app, user, "add", "Anna@Example.org", "--organisation", "ottawa", "--role", "analyst")
    assert more.output == "anna@example.org is analyst of ottawa, with the account that was there.\n"
    assert "active    anna@example.org" in run(app, user, "list").output
    assert "analyst of ottawa, officer of toronto" in run(app, user, "list", "--organisation", "ottawa").output
    assert run(app, user, "list", "--search", "nobody").output == ""

    assert run(app, user, "role", EMAIL, "--organisation", "toronto", "--role", "mayor").exit_code == 0
    assert "mayor of toronto" in run(app, user, "list", "--search", "ANNA").output

    new = "another long password"
    assert run(app, user, "password", EMAIL, say=f"{new}\n{new}\n").exit_code == 0
    assert rows(world, "select count(*) from person_session where revoked_at is null") == [(0,)]
    assert can_sign_in(app, new) and not can_sign_in(app, PASSWORD)

    assert run(app, user, "disable", EMAIL).output == "anna@example.org can't sign in any more.\n"
    assert rows(world, "select count(*) from person_session where revoked_at is null") == [(0,)]
    assert not can_sign_in(app, new)
    person = rows(world, f"select person_id from person where email = '{EMAIL}'")[0][0]
    with app.app_context(), pytest.raises(NotFound):
        load_actor(world.ids["toronto"], person)
    assert "disabled  anna@example.org" in run(app, user, "list").output
    assert "is disabled already" in said(run(app, user, "disable", EMAIL))
    run(app, user, "enable", EMAIL)
    assert can_sign_in(app, new)

    assert run(app, user, "remove", EMAIL, "--organisation", "toronto").exit_code == 0
    assert "analyst of ottawa" in run(app, user, "list", "--search", "anna").output
    assert f"{EMAIL} does not belong to toronto" in said(run(app, user, "remove", EMAIL, "--organisation", "toronto"))


def test_a_link_instead_of_a_password(app: Flask, world: World) -> None:
    run(app, user, *NEW)
    assert "A link is on its way" in run(app, user, "password", EMAIL, "--mail").output
    work(app)
    mails = list((app.extensions["concord.settings"].data_dir / "mail").glob("*.eml"))
    assert any("To: anna@example.org" in mail.read_text() and "/reset/" in mail.read_text() for mail in mails)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([*ADD, "--password", PASSWORD], "anna@example.org has no account yet: give --name."),
        (["add", "anna", *NEW[2:]], "email"),
        ([*NEW[:3], "atlantis", *NEW[4:]], "There is no open organisation 'atlantis'. 'concord organisation list'"),
        ([*NEW[:5], "king", *NEW[6:]], "has no such role. (mayor, coordinator, officer"),
        ([*NEW[:-1], "short"], "password"),
        (["password", EMAIL], "Nobody has the e-mail address anna@example.org. 'concord user list'"),
        (["disable", EMAIL], "Nobody has the e-mail address"),
        (["enable", EMAIL], "Nobody has the e-mail address"),
        (["remove", EMAIL, "--organisation", "toronto"], "Nobody has the e-mail address"),
        (["list", "--organisation", "atlantis"], "There is no open organisation"),
    ],
)
def test_what_can_not_be_done_is_said_and_changes_nothing(
    app: Flask, world: World, arguments: list[str], sentence: str
) -> None:
    assert sentence in said(run(app, user, *arguments))
    assert rows(world, "select count(*) from person") == [(0,)]


def test_a_member_is_added_once_and_the_last_coordinator_stays(app: Flask, world: World) -> None:
    coordinator = email_of(world, "toronto", "coordinator")
    again = ["add", coordinator, "--organisation", "toronto", "--role", "officer"]
    assert "belongs to the organisation already" in said(run(app, user, *again))
    for arguments in (["remove", coordinator, "--organisation", "toronto"],
                      ["role", coordinator, "--organisation", "toronto", "--role", "officer"]):  # fmt: skip
        assert "keeps at least one person who manages its team" in said(run(app, user, *arguments))
    assert rows(world, "select role from membership") == [("coordinator",)]


def test_tokens(app: Flask, world: World) -> None:
    me = ["--organisation", "canada", "--as", email_of(world, "canada", "coordinator")]
    made = run(app, token, "issue", "Yearly report", *me, "--scope", "trend:read", "--days", "7").output.strip()
    with app.app_context():
        actor = authenticate_token(made)
        assert actor and actor.permissions == {"trend:read"}
    listed = run(app, token, "list", *me).output
    assert "valid" in listed and "trend:read Yearly report" in listed and made not in listed
    assert run(app, token, "revoke", listed.split()[0], *me).output == "The token is revoked.\n"
    assert "revoked" in run(app, token, "list", *me).output
    with app.app_context():
        assert authenticate_token(made) is None

    france = ["--organisation", "france", "--as", email_of(world, "france", "coordinator")]
    assert isinstance(run(app, token, "revoke", listed.split()[0], *france).exception, NotFound)
    for name, role in (("canada", "analyst"), ("toronto", "coordinator")):
        other = ["--organisation", name, "--as", email_of(world, name, role)]
        assert "may not manage API tokens" in said(run(app, token, "issue", "x", *other))
    stranger = ["--organisation", "canada", "--as", email_of(world, "france", "coordinator")]
    assert "is no member of canada" in said(run(app, token, "list", *stranger))
    assert "0" in said(run(app, token, "issue", "x", *me, "--days", "0"))


def test_import_checks_first_and_names_every_bad_row(app: Flask, world: World, tmp_path: Path) -> None:
    me = ["--city", "toronto", "--as", email_of(world, "toronto", "analyst")]
    checked = run(app, import_, str(TORONTO), *me, "--check")
    assert checked.output == "1805 new, 0 changed, 0 unchanged; nothing was stored\n"
    assert rows(world, "select count(*) from incident") == [(0,)]
    assert run(app, import_, str(TORONTO), *me).output == "1805 new, 0 changed, 0 unchanged\n"
    assert run(app, import_, str(TORONTO), *me).output == "0 new, 0 changed, 1805 unchanged\n"

    bad, problems = tmp_path / "bad.csv", tmp_path / "problems.csv"
    bad.write_text("external_reference,kind,bias_motivations,severity,occurred_on\na,threat,age,9,2020-01-01\nb,=war,age,3,2020-01-01\n")
    refused = said(run(app, import_, str(bad), *me, "--problems", str(problems)))
    assert "line 2, severity, '9': " in refused and "(2 problems)" in refused
    assert "3,kind,'=war," in problems.read_text()
    assert "not known" in said(run(app, import_, str(problems), *me))
    mayor = ["--city", "toronto", "--as", email_of(world, "toronto", "mayor")]
    assert "may not import incidents into toronto" in said(run(app, import_, str(TORONTO), *mayor))
    assert rows(world, "select count(*) from incident") == [(1805,)]


def commands(group: click.Group, name: str) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for part, command in group.commands.items():
        found.append((f"{name} {part}", command))
        if isinstance(command, click.Group):
            found += commands(command, f"{name} {part}")
    return found


@pytest.mark.parametrize(("name", "command"), commands(cli, "concord"))
def test_every_command_explains_itself(name: str, command: click.Command) -> None:
    shown = CliRunner().invoke(cli, [*name.split()[1:], "--help"])
    assert shown.exit_code == 0
    assert command.help and len(shown.output.splitlines()[0]) > len("Usage: ")
    if len(name.split()) == 2:
        assert "concord " in (command.help or ""), "an example"


def test_a_disabled_person_is_out_at_once(app: Flask, world: World) -> None:
    client = sign_in(app, world, "toronto", "officer")
    assert client.get("/incidents/").status_code == 200
    run(app, user, "disable", email_of(world, "toronto", "officer"))
    assert client.get("/incidents/").status_code == 302

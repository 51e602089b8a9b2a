"""``concord user …`` and ``concord token …``: who may come in, for the command line."""

import uuid
from collections.abc import Callable

import click
from flask import Flask
from sqlalchemy import func, select

from network.identity import accounts, service
from network.identity.models import ApiToken, Organisation
from network.identity.permissions import OPERATOR, TOKEN_PERMISSIONS, Permission
from network.identity.schemas import EmailSchema
from network.kernel.tenancy import IDENTITY, Actor, acting_as

AppFactory = Callable[[], Flask]
_organisation = click.option("--organisation", "slug", required=True, help="Slug; 'concord organisation list' shows it.")


def _find_organisation(slug: str) -> uuid.UUID:
    with acting_as(IDENTITY) as session:
        found = session.execute(select(Organisation.organisation_id).where(Organisation.slug == slug)).scalar()
    if found is None:
        raise click.ClickException(f"There is no open organisation {slug!r}. 'concord organisation list' shows them.")
    return found


@click.group()
def user() -> None:
    """People: who has an account, and which role where.

    \b
    concord user add anna@gdansk.example --name Anna --organisation gdansk --role coordinator
    concord user list --organisation gdansk
    concord user password anna@gdansk.example --mail
    concord user disable anna@gdansk.example
    """


@user.command()
@click.argument("email")
@click.option("--name", help="Needed for somebody who has no account yet.")
@_organisation
@click.option("--role", required=True, help="Such as coordinator; 'concord organisation invite' sends a mail instead.")
@click.option("--password", help="At least 12 characters; asked for when it is not given.")
@click.pass_obj
def add(make_app: AppFactory, /, email: str, name: str | None, slug: str, role: str, password: str | None) -> None:
    """Give EMAIL a role in an organisation; make the account when there is none.

    \b
    concord user add you@example.org --name You --organisation our-platform --role operator
    """
    email = EmailSchema().checked({"email": email.strip()})["email"].lower()
    app = make_app()
    with app.app_context():
        target = _find_organisation(slug)
        known = [account for account in accounts.list_accounts(search=email) if account.email == email]
        if not known and not name:
            raise click.UsageError(f"{email} has no account yet: give --name.")
        # Before anybody is asked for a password, and before anything is made.
        service.check_role(target, role)
        if known:
            service.add_member(organisation_id=target, person_id=known[0].person_id, role=role)
            click.echo(f"{email} is {role} of {slug}, with the account that was there.")
            return
        if password is None:
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        person_id = service.create_person(
            email=email, name=name or "", password=password, passwords=app.extensions["concord.passwords"]
        )
        service.add_member(organisation_id=target, person_id=person_id, role=role)
        click.echo(f"{email} is {role} of {slug}.")


@user.command("list")
@click.option("--organisation", "slug", default="", help="Only its members.")
@click.option("--search", default="", help="Only those with this in e-mail or name.")
@click.pass_obj
def list_users(make_app: AppFactory, /, slug: str, search: str) -> None:
    """List people by e-mail: state, e-mail, name, roles.

    \b
    concord user list --search anna
    """
    with make_app().app_context():
        if slug:
            _find_organisation(slug)
        for account in accounts.list_accounts(slug=slug, search=search):
            state = "disabled" if account.disabled_at else "active" if account.has_password else "invited"
            roles = ", ".join(f"{role} of {found}" for found, role in account.roles) or "no organisation"
            click.echo(f"{state:9} {account.email:36} {account.name}: {roles}")


@user.command()
@click.argument("email")
@_organisation
@click.option("--role", required=True)
@click.pass_obj
def role(make_app: AppFactory, /, email: str, slug: str, role: str) -> None:
    """Change the role of EMAIL in an organisation.

    \b
    concord user role anna@gdansk.example --organisation gdansk --role mayor
    """
    _change(make_app, email, slug, role)
    click.echo(f"{email} is {role} of {slug}.")


@user.command()
@click.argument("email")
@_organisation
@click.pass_obj
def remove(make_app: AppFactory, /, email: str, slug: str) -> None:
    """Take EMAIL out of an organisation; the account stays.

    \b
    concord user remove anna@gdansk.example --organisation gdansk
    """
    _change(make_app, email, slug, None)
    click.echo(f"{email} has left {slug}.")


def _change(make_app: AppFactory, email: str, slug: str, role: str | None) -> None:
    with make_app().app_context():
        person_id, target = accounts.get_account(email).person_id, _find_organisation(slug)
        if slug not in (found for found, _role in accounts.get_account(email).roles):
            raise click.ClickException(f"{email} does not belong to {slug}.")
        with acting_as(OPERATOR):
            service.change_role(person_id, role, actor=OPERATOR, organisation_id=target)


@user.command()
@click.argument("email")
@click.option("--mail", is_flag=True, help="Send a link for choosing one instead of setting it here.")
@click.option("--password", help="At least 12 characters; asked for when it is not given.")
@click.pass_obj
def password(make_app: AppFactory, /, email: str, mail: bool, password: str | None) -> None:
    """Set a new password for EMAIL and end their sessions.

    \b
    concord user password anna@gdansk.example
    concord user password anna@gdansk.example --mail
    """
    app = make_app()
    with app.app_context():
        account = accounts.get_account(email)
        if mail:
            service.ask_reset(account.email)
            click.echo("A link is on its way; the worker sends it.")
            return
        if password is None:
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        accounts.set_password(account.email, password, passwords=app.extensions["concord.passwords"])
        click.echo(f"The password of {account.email} is set, and their sessions have ended.")


@user.command()
@click.argument("email")
@click.pass_obj
def disable(make_app: AppFactory, /, email: str) -> None:
    """Let EMAIL in no more and end their sessions; roles are kept.

    \b
    concord user disable anna@gdansk.example
    """
    with make_app().app_context():
        accounts.disable_account(email)
    click.echo(f"{email} can't sign in any more.")


@user.command()
@click.argument("email")
@click.pass_obj
def enable(make_app: AppFactory, /, email: str) -> None:
    """Let EMAIL in again.

    \b
    concord user enable anna@gdansk.example
    """
    with make_app().app_context():
        accounts.enable_account(email)
    click.echo(f"{email} can sign in again.")


@click.group()
def token() -> None:
    """API tokens of national agencies and of the network, in the name of a coordinator.

    \b
    concord token issue "Ministry dashboard" --organisation interior --as anna@interior.example
    concord token list --organisation interior --as anna@interior.example
    """


_as = click.option("--as", "email", required=True, help="E-mail of its coordinator.")


def _manager(email: str, slug: str) -> Actor:
    actor = service.find_actor(email, slug)
    if not actor.may(Permission.TOKEN_MANAGE):
        raise click.ClickException(
            f"{email} may not manage API tokens: that is for coordinators of a national agency or of the network."
        )
    return actor


@token.command()
@click.argument("name")
@_organisation
@_as
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 365), help="How long it is valid.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(sorted(p.value for p in TOKEN_PERMISSIONS)),
    help="What it may do; may be repeated. All when not given.",
)  # fmt: skip
@click.pass_obj
def issue(make_app: AppFactory, /, name: str, slug: str, email: str, days: int, scopes: tuple[str, ...]) -> None:
    """Issue a token called NAME and print it; it is not shown again.

    \b
    concord token issue "Yearly report" --organisation interior --as anna@interior.example --scope trend:read
    """
    with make_app().app_context():
        actor = _manager(email, slug)
        wanted = list(scopes) or [p.value for p in TOKEN_PERMISSIONS]
        with acting_as(actor):
            click.echo(service.issue_token(name=name, days=days, scopes=wanted, actor=actor))


@token.command("list")
@_organisation
@_as
@click.pass_obj
def list_tokens(make_app: AppFactory, /, slug: str, email: str) -> None:
    """List tokens: id, state, last day, last use, what it may do, name."""
    with make_app().app_context():
        actor = _manager(email, slug)
        with acting_as(actor) as session:
            now = session.execute(select(func.now())).scalar_one()
            for found in service.list_tokens(actor):
                click.echo(_line(found, "revoked" if found.revoked_at else "expired" if found.expires_at < now else "valid"))


def _line(found: ApiToken, state: str) -> str:
    used = f"{found.last_used_at:%Y-%m-%d}" if found.last_used_at else "never used"
    return f"{found.token_id} {state:8} {found.expires_at:%Y-%m-%d} {used:10} {','.join(found.scopes)} {found.name}"


@token.command()
@click.argument("token_id", type=click.UUID)
@_organisation
@_as
@click.pass_obj
def revoke(make_app: AppFactory, /, token_id: uuid.UUID, slug: str, email: str) -> None:
    """End the token TOKEN_ID at once; 'concord token list' shows the ids."""
    with make_app().app_context():
        actor = _manager(email, slug)
        with acting_as(actor):
            service.revoke_token(token_id, actor=actor)
    click.echo("The token is revoked.")

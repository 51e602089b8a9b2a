"""The ``concord`` command."""

import sys

import click
from flask import Flask
from sqlalchemy import select

from network.app import create_app
from network.cities.organisations.commands import AppFactory, organisation
from network.demo.load import load_demo
from network.identity.models import Organisation
from network.identity.permissions import TOKEN_PERMISSIONS
from network.identity.service import add_member, create_person, find_actor, issue_token
from network.incidents.imports.mappings import MAPPINGS
from network.incidents.imports.service import import_file
from network.jobs.queue import run_worker
from network.kernel import migrate as migrations
from network.kernel.errors import ConcordError, ValidationFailed
from network.kernel.installation import open_database, prepared
from network.kernel.postgres import DatabaseUnavailable
from network.kernel.provision import provision
from network.kernel.settings import Settings, SettingsError
from network.kernel.supervisor import ProgramFailed
from network.kernel.tenancy import IDENTITY, acting_as
from network.serve import reset_demo, run_server


def _make_app(context: click.Context) -> Flask:
    """The application on a database that is ready for as long as the command runs."""
    ready: Settings = context.find_root().with_resource(prepared(Settings.from_environment()))
    return create_app(ready)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def cli(context: click.Context) -> None:
    """Concord: a network platform for cities that prevent and respond to hate and extremism."""
    context.obj = lambda: _make_app(context)  # what commands call for the application


@cli.command()
@click.option("--demo", is_flag=True, help="Load the demonstration network if there is nothing yet.")
def serve(demo: bool) -> None:
    """Prepare the database and run the web server and a job worker until stopped.

    Settings are environment variables; README lists them.

    \b
    concord serve --demo
    HOST=0.0.0.0 PORT=8080 CONCORD_DATA=/srv/concord concord serve
    DATABASE_URL=postgresql://concord:password@db.example/concord concord serve
    """
    run_server(Settings.from_environment(), demo=demo)


@cli.command()
def worker() -> None:
    """Do background jobs until stopped; 'concord serve' runs one already."""
    with prepared(Settings.from_environment(), migrate=False) as settings:
        assert settings.database_app_url
        run_worker(create_app(settings), settings.database_app_url)


@cli.command()
@click.option("--to", "revision", default="head", show_default=True, help="Revision to upgrade to.")
@click.option("--down", default="", help="Revision to go back to instead; 'base' empties everything.")
def migrate(revision: str, down: str) -> None:
    """Create the roles and bring the database to a revision.

    \b
    concord migrate
    concord migrate --down 0004
    """
    settings = Settings.from_environment()
    with open_database(settings) as admin_url:
        provision(admin_url, settings)
        if down:
            migrations.downgrade(admin_url, down)
        else:
            migrations.upgrade(admin_url, revision)


@cli.command()
@click.option("--reset", is_flag=True, help="Delete EVERYTHING first; refused if anything is no demonstration.")
@click.pass_obj
def demo(make_app: AppFactory, /, reset: bool) -> None:
    """Load the demonstration network into an empty installation.

    \b
    concord demo
    concord demo --reset
    """
    if reset:
        reset_demo(Settings.from_environment())
    else:
        with make_app().app_context():
            load_demo()
    click.echo("The demonstration network is loaded.")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--city", required=True, help="Slug of the city.")
@click.option("--as", "email", required=True, help="E-mail of the person who imports.")
@click.option("--mapping", default="", type=click.Choice(["", *MAPPINGS]), help="Kind of file.")
@click.pass_obj
def import_(make_app: AppFactory, /, file: str, city: str, email: str, mapping: str) -> None:
    """Import incidents from a CSV or XLSX FILE, all or nothing."""
    with make_app().app_context():
        run = import_file(file, mapping=mapping, actor=find_actor(email, city))
    if run.status != "done":
        raise click.ClickException(f"{run.reason} ({run.problem_count} problems)")
    click.echo(f"{run.rows_new} new, {run.rows_changed} changed, {run.rows_unchanged} unchanged")


cli.add_command(organisation)


@cli.group()
def user() -> None:
    """People."""


@user.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--organisation", "slug", required=True, help="Slug of the organisation.")
@click.option("--role", required=True)
@click.password_option(help="At least 12 characters.")
@click.pass_obj
def create_user(make_app: AppFactory, /, email: str, name: str, slug: str, role: str, password: str) -> None:
    """Create a person with a role in an organisation."""
    app = make_app()
    with app.app_context():
        with acting_as(IDENTITY) as session:
            found = session.execute(select(Organisation.organisation_id).where(Organisation.slug == slug)).scalar()
        if found is None:
            raise click.ClickException(f"There is no organisation {slug}.")
        person = create_person(
            email=email, name=name, password=password, passwords=app.extensions["concord.passwords"]
        )
        add_member(organisation_id=found, person_id=person, role=role)


@cli.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.argument("name")
@click.option("--organisation", "slug", required=True, help="Slug of the nation or network.")
@click.option("--as", "email", required=True, help="E-mail of its coordinator.")
@click.option("--days", default=90, show_default=True)
@click.pass_obj
def create_token(make_app: AppFactory, /, name: str, slug: str, email: str, days: int) -> None:
    """Issue a token with every scope and print it; it is not shown again."""
    with make_app().app_context():
        actor = find_actor(email, slug)
        with acting_as(actor):
            click.echo(issue_token(name=name, days=days, scopes=[p.value for p in TOKEN_PERMISSIONS], actor=actor))


def main() -> None:
    """Run the command; what was expected to go wrong is one sentence on the error output."""
    try:
        cli(standalone_mode=True)
    except ValidationFailed as error:
        sys.exit("; ".join(f"{name}: {' '.join(found)}" for name, found in error.errors.items()))
    except (DatabaseUnavailable, SettingsError, ProgramFailed, ConcordError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

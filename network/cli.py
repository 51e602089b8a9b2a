"""The ``concord`` command."""

import sys

import click
from flask import Flask

from network.app import create_app
from network.cities.organisations.commands import AppFactory, organisation
from network.demo.load import load_demo
from network.identity.commands import token, user
from network.incidents.imports.commands import import_
from network.jobs.queue import run_worker
from network.kernel import migrate as migrations
from network.kernel.errors import ConcordError, ValidationFailed
from network.kernel.installation import open_database, prepared
from network.kernel.postgres import DatabaseUnavailable
from network.kernel.provision import provision
from network.kernel.settings import Settings, SettingsError
from network.kernel.supervisor import ProgramFailed
from network.serve import reset_demo, run_server
from network.strategy.starters.commands import strategy_templates
from network.tenants.commands import tenant


def _make_app(context: click.Context) -> Flask:
    """The application on a database that is ready for as long as the command runs."""
    ready: Settings = context.find_root().with_resource(prepared(Settings.from_environment()))
    return create_app(ready)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def cli(context: click.Context) -> None:
    """Concord: a network platform for cities that prevent and respond to hate and extremism.

    Settings are environment variables such as DATABASE_URL, CONCORD_DATA, HOST, PORT and SMTP_URL;
    README lists them. A command starts the embedded database when it does not run.

    \b
    concord serve --demo
    concord organisation create city --geoname 6167865 --coordinator anna@toronto.example
    concord user list
    concord import incidents.csv --city toronto --as analyst@toronto.example
    """
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


for command in (import_, organisation, user, token, tenant, strategy_templates):
    cli.add_command(command)


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

"""The ``concord`` command."""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from network.app import create_app
from network.cities.organisations.commands import organisation
from network.demo.load import PASSWORD, list_sign_ins, load_demo
from network.demo.load import is_loaded as is_demo_loaded
from network.identity.models import Organisation
from network.identity.permissions import TOKEN_PERMISSIONS
from network.identity.service import add_member, create_person, find_actor, issue_token
from network.incidents.imports.mappings import MAPPINGS
from network.incidents.imports.service import import_file
from network.jobs.queue import run_worker
from network.kernel import migrate as migrations
from network.kernel.errors import ConcordError, ValidationFailed
from network.kernel.postgres import DatabaseUnavailable, EmbeddedServer
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings, SettingsError
from network.kernel.tenancy import IDENTITY, acting_as


def _admin_url(settings: Settings) -> str:
    """The administrator's address of the database; starts the embedded server if needed."""
    if settings.database_url:
        return settings.database_url
    server = EmbeddedServer(settings)
    url = server.start()
    with connect(url) as admin:
        if not admin.execute("select 1 from pg_database where datname = 'concord'").fetchone():
            admin.execute("create database concord")
    return server.url("concord")


def _prepared(*, migrate: bool = True) -> Settings:
    """Settings with the application's address, after provisioning and migrating."""
    settings = Settings.from_environment()
    if settings.database_app_url and not settings.database_url:
        return settings
    admin_url = _admin_url(settings)
    app_url = provision(admin_url, settings)
    if migrate:
        migrations.upgrade(admin_url)
    return dataclasses.replace(settings, database_app_url=app_url)


def _app() -> Flask:
    return create_app(_prepared())


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def cli(context: click.Context) -> None:
    """Concord: a network platform for cities that prevent and respond to hate and extremism."""
    context.obj = _app  # what the commands of a part call for the application


@cli.command()
@click.option("--demo", is_flag=True, help="Load the demonstration network if there is nothing yet.")
def serve(demo: bool) -> None:
    """Prepare the database and run the web server and a job worker until stopped."""
    settings = Settings.from_environment()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(f"Can't listen on {settings.host}:{settings.port}: {error.strerror}.") from None
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    children: list[subprocess.Popen[bytes]] = []
    try:
        settings = _prepared()
        if demo and not stopping:
            with create_app(settings).app_context():
                if not is_demo_loaded():
                    click.echo("Loading the demonstration network …")
                    load_demo()
        children = [_start(arguments, settings) for arguments in _commands(settings)] if not stopping else []
        if children:
            _announce(settings, demo)
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
        if not settings.database_url and not Settings.from_environment().database_app_url:
            EmbeddedServer(settings).stop()
    if not stopping:
        raise DatabaseUnavailable("The web server or the worker ended; its messages are above.")


def _commands(settings: Settings) -> list[list[str]]:
    return [
        [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", str(settings.web_workers),
         "--threads", str(settings.web_threads), "-b", f"{settings.host}:{settings.port}",
         "--reuse-port", "--log-level", "warning", "wsgi:app"],
        [sys.executable, "-m", "network.cli", "worker"],
    ]  # fmt: skip


def _start(arguments: list[str], settings: Settings) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "DATABASE_APP_URL": settings.database_app_url or ""}
    # The web server serves as the restricted role and never learns the administrator's address.
    environ.pop("DATABASE_URL", None)
    return subprocess.Popen(
        arguments, env=environ, cwd=Path(__file__).resolve().parents[1], start_new_session=True
    )


def _announce(settings: Settings, demo: bool) -> None:
    for _ in range(150):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1" if settings.host == "0.0.0.0" else settings.host, settings.port)) == 0:  # noqa: S104
                break
        time.sleep(0.1)
    click.echo(f"\nConcord is ready: {settings.public_url}")
    if demo:
        click.echo(f"Demonstration sign-ins, all with the password {PASSWORD}:")
        for entry in list_sign_ins():
            click.echo(f"  {entry.email:34} {entry.role}, {entry.organisation}")
    click.echo("Stop with Ctrl-C.")


@cli.command()
def worker() -> None:
    """Do background jobs until stopped."""
    settings = _prepared(migrate=False)
    assert settings.database_app_url
    run_worker(create_app(settings), settings.database_app_url)


@cli.command()
@click.option("--to", "revision", default="head", help="Revision to upgrade to.")
@click.option("--down", default="", help="Revision to go back to instead; 'base' empties everything.")
def migrate(revision: str, down: str) -> None:
    """Bring the database to a revision."""
    settings = Settings.from_environment()
    admin_url = _admin_url(settings)
    provision(admin_url, settings)
    if down:
        migrations.downgrade(admin_url, down)
    else:
        migrations.upgrade(admin_url, revision)


@cli.command()
@click.option("--reset", is_flag=True, help="Delete EVERYTHING in the database first.")
def demo(reset: bool) -> None:
    """Load the demonstration network."""
    if reset:
        settings = Settings.from_environment()
        admin_url = _admin_url(settings)
        with connect(admin_url) as admin:
            tables = admin.execute("select to_regclass('public.organisation')").fetchone()
            if tables and tables[0]:
                real = admin.execute("select count(*) from organisation where not is_demo").fetchone()
                if real and real[0]:
                    raise click.ClickException("There are organisations that are no demonstration; nothing was deleted.")
        provision(admin_url, settings)
        migrations.downgrade(admin_url, "base")
    with _app().app_context():
        load_demo()
    click.echo("The demonstration network is loaded.")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--city", required=True, help="Slug of the city.")
@click.option("--as", "email", required=True, help="E-mail of the person who imports.")
@click.option("--mapping", default="", type=click.Choice(["", *MAPPINGS]), help="Kind of file.")
def import_(file: str, city: str, email: str, mapping: str) -> None:
    """Import incidents from a CSV or XLSX FILE, all or nothing."""
    with _app().app_context():
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
def create_user(email: str, name: str, slug: str, role: str, password: str) -> None:
    """Create a person with a role in an organisation."""
    app = _app()
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
def create_token(name: str, slug: str, email: str, days: int) -> None:
    """Issue a token with every scope and print it; it is not shown again."""
    with _app().app_context():
        actor = find_actor(email, slug)
        with acting_as(actor):
            click.echo(issue_token(name=name, days=days, scopes=[p.value for p in TOKEN_PERMISSIONS], actor=actor))


def main() -> None:
    """Run the command; what was expected to go wrong is one sentence on the error output."""
    try:
        cli(standalone_mode=True)
    except ValidationFailed as error:
        sys.exit("; ".join(f"{name}: {' '.join(found)}" for name, found in error.errors.items()))
    except (DatabaseUnavailable, SettingsError, ConcordError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

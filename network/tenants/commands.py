"""``concord tenant …``: a whole city out, in, or gone. For whoever runs the server."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psycopg
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from network.kernel import migrate
from network.kernel.installation import open_database
from network.kernel.provision import provision
from network.kernel.settings import Settings
from network.tenants.archive import write_archive
from network.tenants.restore import restore_archive


@contextmanager
def _installation() -> Iterator[str]:
    """The administrator's address of a database that is ready."""
    settings = Settings.from_environment()
    with open_database(settings) as admin_url:
        provision(admin_url, settings)
        migrate.upgrade(admin_url)
        yield admin_url


@contextmanager
def administering(url: str, *, sees_one_state: bool = False) -> Iterator[Connection]:
    """A transaction of the administrator; commits at the end."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool)
    with engine.connect() as connection:
        if sees_one_state:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def enter_custody(connection: Connection, slug: str) -> uuid.UUID:
    """Take the rights over all rows of one city, for the rest of the transaction; gives its id."""
    connection.execute(text("set local role concord_custodian"))
    found = connection.execute(
        text("select organisation_id from organisation where slug = :slug and kind = 'city'"), {"slug": slug}
    ).scalar_one_or_none()
    if found is None:
        raise click.ClickException(f"There is no city {slug}.")
    connection.execute(text("select set_config('concord.tenant_id', :city, true)"), {"city": str(found)})
    return uuid.UUID(str(found))


@click.group()
def tenant() -> None:
    """A whole city: export, import, delete.

    \b
    concord tenant export toronto toronto.zip
    """


@tenant.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_tenant(slug: str, file: Path) -> None:
    """Write everything of the city SLUG into FILE, a ZIP: what only named people may read, too.

    \b
    concord tenant export toronto toronto.zip
    """
    if file.exists():
        raise click.ClickException(f"{file} exists already.")
    with _installation() as url, administering(url, sees_one_state=True) as connection:
        city_id = enter_custody(connection, slug)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w+b") as out:
                manifest = write_archive(connection, city_id, out)
            os.replace(name, file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    rows = sum(facts["rows"] for facts in manifest["tables"].values())
    click.echo(f"{file}: {rows} rows of {len(manifest['tables'])} tables, {len(manifest['attachments'])} attachments")


@tenant.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_tenant(file: Path) -> None:
    """Take the city in FILE into this installation, all of it or nothing.

    \b
    concord tenant import toronto.zip
    """
    with _installation() as url, administering(url) as connection:
        done = restore_archive(connection, file)
    click.echo(
        f"{done.name}: {done.rows} rows, {done.attachments} attachments; {done.people_made} people are new here and"
        f" have no password (they ask for one at the sign-in), {done.people_known} were known"
    )


@tenant.command("delete")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete_tenant(slug: str, yes: bool) -> None:
    """Delete everything of the city SLUG now, without a way back.

    \b
    concord tenant delete toronto
    """
    if not yes and click.prompt(f"Everything of {slug} will be gone. Type {slug} to go on") != slug:
        raise click.ClickException("Nothing was deleted.")
    with _installation() as url, administering(url) as connection:
        city_id = enter_custody(connection, slug)
        rows = connection.execute(text("select remove_tenant(:city)"), {"city": city_id}).scalar_one()
    click.echo(f"{slug} is deleted: {rows} rows")

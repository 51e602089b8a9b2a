"""The database of this installation, made ready for whoever needs it."""

import atexit
import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from network.kernel import migrate as migrations
from network.kernel.postgres import DatabaseUnavailable, EmbeddedServer
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings

DATABASE = "concord"
_of_process = ExitStack()
atexit.register(_of_process.close)


def uses_embedded(settings: Settings) -> bool:
    """Whether the database is the embedded one, since no other is named."""
    return not settings.database_url and not settings.database_app_url


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """The administrator's address of the database; starts the embedded server if needed and stops
    it at the end if nobody else uses it."""
    if settings.database_url:
        yield settings.database_url
        return
    if settings.database_app_url:
        raise DatabaseUnavailable(
            "DATABASE_URL is not set: this needs the address of the role that owns the tables."
        )
    server = EmbeddedServer(settings)
    try:
        url = server.start()
        with connect(url) as admin:
            if not admin.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                admin.execute(f"create database {DATABASE}")
        yield server.url(DATABASE)
    finally:
        server.stop()


@contextmanager
def prepared(settings: Settings, *, migrate: bool = True) -> Iterator[Settings]:
    """The settings with the address of the restricted role, after provisioning and migrating.

    Where only that address is known, somebody else prepares the database, and it is checked alone.
    """
    if settings.database_app_url and not settings.database_url:
        with connect(settings.database_app_url) as connection:
            if not connection.execute(
                "select 1 from pg_tables where schemaname = 'public' and tablename = 'organisation'"
            ).fetchone():
                raise DatabaseUnavailable(
                    "The database in DATABASE_APP_URL is empty: run 'concord migrate' with DATABASE_URL first."
                )
        yield settings
        return
    with open_database(settings) as admin_url:
        app_url = provision(admin_url, settings)
        if migrate:
            migrations.upgrade(admin_url)
        yield dataclasses.replace(settings, database_app_url=app_url)


def prepare_process() -> Settings:
    """``prepared`` for as long as this process lives, for servers and tools that load ``wsgi.py``."""
    return _of_process.enter_context(prepared(Settings.from_environment()))

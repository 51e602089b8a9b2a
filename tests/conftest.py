"""A real PostgreSQL, migrated once into a template; every run works on a clone with real commits."""

import dataclasses
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from network.kernel import migrate
from network.kernel.postgres import EmbeddedServer
from network.kernel.provision import connect, provision, with_database
from network.kernel.settings import Settings

Connection = psycopg.Connection[Any]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the test installation: cheap password hashing, a data folder of its own."""
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"), password_time_cost=1, password_memory_kib=8
    )


@pytest.fixture(scope="session")
def server_url(settings: Settings) -> Iterator[str]:
    """The administrator's address of the server: DATABASE_URL, else an embedded one."""
    if os.environ.get("DATABASE_URL"):
        yield os.environ["DATABASE_URL"]
        return
    fast = ("-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off")
    server = EmbeddedServer(settings, options=fast)
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def new_database(server_url: str) -> Iterator[Any]:
    """Makes empty databases, or clones of one, and drops them at the end."""
    made: list[str] = []

    def make(template: str | None = None) -> str:
        name = f"concord_test_{uuid.uuid4().hex[:12]}"
        source = sql.SQL(" template {}").format(sql.Identifier(template)) if template else sql.SQL("")
        with connect(server_url) as admin:
            admin.execute(sql.SQL("create database {}{}").format(sql.Identifier(name), source))
        made.append(name)
        return with_database(server_url, name)

    yield make
    with connect(server_url) as admin:
        for name in made:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
            admin.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(f"{name}_app")))


@pytest.fixture(scope="session")
def database(new_database: Any, settings: Settings) -> tuple[str, str]:
    """The migrated test database: the administrator's address and the application's."""
    admin_url = new_database()
    app_url = provision(admin_url, settings)
    migrate.upgrade(admin_url)
    return admin_url, app_url


@pytest.fixture(scope="session")
def _admin(database: tuple[str, str]) -> Iterator[Connection]:
    with connect(database[0]) as connection:
        yield connection


@pytest.fixture
def admin(_admin: Connection) -> Iterator[Connection]:
    """The administrator's connection, which policies do not bind; rows are removed afterwards."""
    yield _admin
    tables = _admin.execute(
        "select schemaname, tablename from pg_tables where schemaname in ('public', 'procrastinate')"
        " and tablename not in ('alembic_version', 'procrastinate_version')"
    ).fetchall()
    _admin.execute("set session_replication_role = replica")
    for schema, table in tables:
        _admin.execute(sql.SQL("delete from {}.{}").format(*map(sql.Identifier, (schema, table))))
    _admin.execute("set session_replication_role = origin")


@pytest.fixture
def app_connection(database: tuple[str, str], admin: Connection) -> Iterator[Connection]:
    """A raw connection of the application's role, as a pooled one would be."""
    with psycopg.connect(database[1]) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def app(database: tuple[str, str], admin: Connection, settings: Settings) -> Iterator[Any]:
    """The application on the test database."""
    from network.app import create_app
    from network.kernel.db import db

    application = create_app(dataclasses.replace(settings, database_app_url=database[1]))
    application.config["TESTING"] = True
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Any) -> Any:
    """A browser without JavaScript."""
    return app.test_client()


ROOT = Path(__file__).resolve().parents[1]

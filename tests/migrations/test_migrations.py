"""Up, down and up again, and a single line of revisions."""

from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import Flask

from network.kernel import migrate
from network.kernel.db import Base
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings
from tests.conftest import Connection

OBJECTS = (
    "select 'table', relname::text from pg_class where relnamespace = 'public'::regnamespace"
    " and relname not like 'alembic%' union all"
    " select 'function', proname::text from pg_proc where pronamespace = 'public'::regnamespace union all"
    " select 'policy', tablename || '.' || policyname from pg_policies where schemaname = 'public' union all"
    " select 'trigger', tgname::text from pg_trigger where not tgisinternal union all"
    " select 'grant', table_name || ' ' || grantee || ' ' || privilege_type from information_schema.role_table_grants"
    " where table_schema = 'public' and table_name not like 'alembic%'"
)


def test_up_down_up(new_database: Any, settings: Settings) -> None:
    url = new_database()
    provision(url, settings)
    migrate.upgrade(url)
    with connect(url) as admin:
        before = sorted(admin.execute(OBJECTS).fetchall())
        migrate.downgrade(url, "base")
        assert admin.execute(OBJECTS).fetchall() == []
        migrate.upgrade(url)
        assert sorted(admin.execute(OBJECTS).fetchall()) == before


def test_the_models_say_what_the_tables_are(admin: Connection, app: Flask) -> None:
    """Every column of a model is in its table, and may be empty exactly where the model says so."""
    columns = {
        (table, column): is_nullable == "YES" for table, column, is_nullable in admin.execute(
            "select table_name, column_name, is_nullable from information_schema.columns where table_schema = 'public'"
        )
    }  # fmt: skip
    assert len(Base.metadata.tables) > 15
    for table in Base.metadata.tables.values():
        for column in table.columns:
            assert (table.name, column.name) in columns, (table.name, column.name)
            assert columns[table.name, column.name] == column.nullable, (table.name, column.name)


def test_each_step_can_be_undone(new_database: Any, settings: Settings) -> None:
    url = new_database()
    provision(url, settings)
    script = ScriptDirectory(str(migrate.MIGRATIONS))
    steps = [revision.revision for revision in script.walk_revisions()][::-1]
    for below, revision in zip(["base", *steps], steps, strict=False):
        with connect(url) as admin:
            before = sorted(admin.execute(OBJECTS).fetchall())
        migrate.upgrade(url, revision)
        migrate.downgrade(url, below)
        with connect(url) as admin:
            assert sorted(admin.execute(OBJECTS).fetchall()) == before, revision
        migrate.upgrade(url, revision)
    assert steps[-1] == migrate.head()


def revision_of(name: str) -> tuple[str, str]:
    """The revision in the file with this name, whatever its number, and the one before it."""
    for revision in ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions():
        if Path(revision.path).stem.endswith(name):
            assert isinstance(revision.down_revision, str)
            return revision.revision, revision.down_revision
    raise AssertionError(name)


def test_populations_of_cities_are_kept_as_figures_both_ways(new_database: Any, settings: Settings) -> None:
    url = new_database()
    provision(url, settings)
    here, before = revision_of("organisations")
    migrate.upgrade(url, before)
    with connect(url) as admin:
        for slug, geoname_id in (("toronto", 6167865), ("tiny", None)):
            row = admin.execute(
                "insert into organisation (kind, name, slug, country) values ('city', %s, %s, 'CA')"
                " returning organisation_id", (slug, slug)).fetchone()
            assert row
            admin.execute(
                "insert into city (city_id, country, population, latitude, longitude, time_zone, geoname_id)"
                " values (%s, 'CA', 7, 0, 0, 'UTC', %s)", (row[0], geoname_id))
        cities = admin.execute("select city_id, population, time_zone from city order by 1").fetchall()
        migrate.upgrade(url, here)
        assert admin.execute("select year, population, source from city_population order by source").fetchall() == [
            (None, 7, ""), (None, 7, "GeoNames")]  # fmt: skip
        forced = "select relforcerowsecurity from pg_class where relname in ('city', 'city_population')"
        assert admin.execute(forced).fetchall() == [(True,), (True,)]
        migrate.downgrade(url, before)
        assert admin.execute("select city_id, population, time_zone from city order by 1").fetchall() == cities
        migrate.upgrade(url)
        assert admin.execute("select count(*) from city_population").fetchone() == (2,)

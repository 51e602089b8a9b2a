"""Every table of a city, whatever slice it belongs to: full of rows, and closed to whoever should not get in."""

import json
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine

from network.kernel.tenancy import PUBLIC, Actor, apply_context
from tests.conftest import Connection
from tests.full_world import count_rows, fill_city, list_tables
from tests.world import World

OUTSIDERS = ("no context", "nobody signed in", "another city", "nation without agreement", "nation of another country",
             "network without agreement", "revoked agreement", "partner")  # fmt: skip
MAY_SEE = {
    ("partner", "city"): "the place for which somebody acts",
    ("network without agreement", "sharing_agreement"): "its own agreement with the city, which has ended",
    ("revoked agreement", "sharing_agreement"): "its own agreement with the city, which has ended",
}
"""Who may see rows of a table after all, and why."""


@pytest.fixture
def world(admin: Connection) -> World:
    world = World(admin)
    fill_city(world)
    # The agreement with the network is there to be kept, and has ended.
    admin.execute("update sharing_agreement set valid_from = now() - interval '2 days', revoked_at = now() - interval '1 day'")
    admin.execute("delete from partner_person where email <> 'outside@side.example'")
    return world


def actor_of(world: World, who: str) -> Actor | None:
    if who == "revoked agreement":
        agreement = world.agree("toronto", "canada", "{counts,records,readiness}")
        world.admin.execute("update sharing_agreement set revoked_at = now() where agreement_id = %s", (agreement,))
    place = {
        "no context": None, "nobody signed in": PUBLIC, "another city": ("ottawa", "coordinator"),
        "nation without agreement": ("canada", "coordinator"), "nation of another country": ("france", "coordinator"),
        "network without agreement": ("network", "coordinator"), "revoked agreement": ("canada", "coordinator"),
        "partner": ("toronto", "partner"),
    }[who]  # fmt: skip
    return world.actor(*place) if isinstance(place, tuple) else place


def test_every_table_of_a_city_has_a_row(world: World) -> None:
    empty = [table for table, count in count_rows(world.admin, world.ids["toronto"]).items() if not count]
    assert empty == []
    assert len(list_tables(world.admin)) > 40


def attempt(engine: Any, actor: Actor | None, statement: str, *values: Any) -> int:
    """Rows that a statement found or changed; nothing is kept. Only a refusal may fail it."""
    with engine.connect() as connection:
        apply_context(connection, actor)
        try:
            done = connection.exec_driver_sql(statement, values)
            return int(done.scalar_one()) if statement.startswith("select") else int(done.rowcount)
        except Exception as error:
            # A key that exists already would mean that the policies let the row through.
            assert "duplicate key" not in str(error), error
            return 0
        finally:
            connection.rollback()


@pytest.mark.parametrize("who", OUTSIDERS)
def test_who_should_not_get_in_sees_and_changes_nothing(world: World, database: tuple[str, str], who: str) -> None:
    actor, city = actor_of(world, who), world.ids["toronto"]
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database[1]))
    found = []
    for table in list_tables(world.admin):
        where = f"{table} where city_id = %s"
        seen = attempt(engine, actor, f"select count(*) from {where}", city)
        if seen and (who, table) not in MAY_SEE:
            found.append(f"sees {table}")
        if attempt(engine, actor, f"update {table} set city_id = city_id where city_id = %s", city):
            found.append(f"changes {table}")
        if attempt(engine, actor, f"delete from {where}", city):
            found.append(f"deletes from {table}")
        columns = [row[0] for row in world.admin.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
            " and attgenerated = ''", (table,))]  # fmt: skip
        row = world.admin.execute(f"select to_jsonb(t) from {table} t where city_id = %s limit 1", (city,)).fetchone()
        assert row
        names = ", ".join(columns)
        insert = (f"insert into {table} ({names}) overriding system value"
                  f" select {names} from jsonb_populate_record(null::{table}, %s::jsonb)")  # fmt: skip
        if attempt(engine, actor, insert, json.dumps(row[0])):
            found.append(f"adds to {table}")
    assert found == []
    engine.dispose()


def test_what_is_allowed_is_used(world: World, database: tuple[str, str]) -> None:
    """A reason that nobody needs any more is taken away."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database[1]))
    for who, table in MAY_SEE:
        query = f"select count(*) from {table} where city_id = %s"
        assert attempt(engine, actor_of(world, who), query, world.ids["toronto"]), (who, table)
    engine.dispose()

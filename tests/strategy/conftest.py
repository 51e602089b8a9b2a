import uuid

import pytest
from flask import Flask

from tests.conftest import Connection
from tests.tenancy.test_intruders import As
from tests.world import World


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    return World(admin)


@pytest.fixture
def as_(database: tuple[str, str], admin: Connection) -> As:
    return As(database[1])


def add(world: World, table: str, city: str = "toronto", **values: object) -> str:
    """A row of one of the slice's tables, by the administrator; its id as text."""
    row = {"city_id": world.ids[city], **values}
    names, marks = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    key = {"strategy_version": "version_id", "partner": "partner_id"}.get(table, f"{table.removeprefix('action_')}_id")
    found = world.admin.execute(f"insert into {table} ({names}) values ({marks}) returning {key}::text", row).fetchone()
    assert found
    return str(found[0])


def add_partner(world: World, name: str, city: str = "toronto") -> str:
    return add(world, "partner", city, name=name, partner_type="ngo")


def stand_for(world: World, partner: str, email: str = "out@side.example") -> uuid.UUID:
    """Let the partner role's person of Toronto stand for a partner."""
    person = world.actor("toronto", "partner").person_id
    assert person
    world.admin.execute("update person set email = %s where person_id = %s", (email, person))
    world.admin.execute("insert into partner_person values (%s, %s, %s)", (world.ids["toronto"], partner, email))
    return person

"""A small world made by the administrator: cities, agencies, people, agreements, one incident."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import psycopg

from network.identity.permissions import permissions_of
from network.kernel.tenancy import Actor, Scope

Connection = psycopg.Connection[Any]


def add_organisation(
    admin: Connection, kind: str, slug: str, country: str | None = None, population: int = 100_000
) -> uuid.UUID:
    """An organisation of a kind; a city gets a profile in UTC."""
    row = admin.execute(
        "insert into organisation (kind, name, slug, country) values (%s, %s, %s, %s)"
        " returning organisation_id",
        (kind, slug.replace("-", " ").title(), slug, country),
    ).fetchone()
    assert row
    if kind == "city":
        admin.execute(
            "insert into city (city_id, country, population, latitude, longitude, time_zone)"
            " values (%s, %s, %s, 43.7, -79.4, 'UTC')",
            (row[0], country, population),
        )
    return uuid.UUID(str(row[0]))


def add_person(
    admin: Connection, organisation_id: uuid.UUID, role: str, *, email: str | None = None,
    password_hash: str | None = None,
) -> uuid.UUID:  # fmt: skip
    """A person with a role in one organisation."""
    email = email or f"{role}-{uuid.uuid4().hex[:8]}@example.org"
    row = admin.execute(
        "insert into person (email, name, password_hash) values (%s, %s, %s) returning person_id",
        (email, f"{role.title()} Person", password_hash),
    ).fetchone()
    assert row
    admin.execute(
        "insert into membership (organisation_id, person_id, kind, role)"
        " select organisation_id, %s, kind, %s from organisation where organisation_id = %s",
        (row[0], role, organisation_id),
    )
    return uuid.UUID(str(row[0]))


def add_agreement(
    admin: Connection, city_id: uuid.UUID, recipient_id: uuid.UUID, signer: uuid.UUID,
    grants: str = "{counts}",
) -> uuid.UUID:  # fmt: skip
    """A sharing agreement in force."""
    row = admin.execute(
        "insert into sharing_agreement (city_id, recipient_id, recipient_kind, grants, signed_by,"
        " signed_by_name) select %s, organisation_id, kind, %s, %s, 'Signer' from organisation"
        " where organisation_id = %s returning agreement_id",
        (city_id, grants, signer, recipient_id),
    ).fetchone()
    assert row
    return uuid.UUID(str(row[0]))


def add_incident(connection: Connection, city_id: uuid.UUID, **values: Any) -> uuid.UUID:
    """An incident with plain values, by whatever role the connection has."""
    row = {
        "city_id": city_id, "kind": "threat", "bias_motivations": ["antisemitism"], "severity": 3,
        "source": "police", "occurred_at": "2024-03-05T12:00Z", "occurred_on": "2024-03-05",
        "occurred_precision": "day", "tlp": "AMBER+STRICT", "status": "verified", **values,
    }  # fmt: skip
    names = ", ".join(row)
    marks = ", ".join(f"%({name})s" for name in row)
    found = connection.execute(
        f"insert into incident ({names}) values ({marks}) returning incident_id", row
    ).fetchone()
    assert found
    return uuid.UUID(str(found[0]))


@dataclass
class World:
    """Two cities and a nation in Canada, a nation in France, the network, and people in each."""

    admin: Connection
    ids: dict[str, uuid.UUID] = field(default_factory=dict)
    people: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, kind, country in (
            ("toronto", "city", "CA"), ("ottawa", "city", "CA"), ("canada", "nation", "CA"),
            ("france", "nation", "FR"), ("network", "network", None), ("platform", "platform", None),
        ):  # fmt: skip
            self.ids[name] = add_organisation(self.admin, kind, name, country)

    def actor(self, name: str, role: str) -> Actor:
        """A caller with a role in one of the organisations; the person is made on first use."""
        if (name, role) not in self.people:
            self.people[name, role] = add_person(self.admin, self.ids[name], role)
        found = self.admin.execute(
            "select kind, country from organisation where organisation_id = %s", (self.ids[name],)
        ).fetchone()
        assert found
        scope = Scope(found[0])
        return Actor(
            scope, self.ids[name], found[1], self.people[name, role], role,
            permissions_of(scope, role),
        )  # fmt: skip

    def agree(self, city: str, recipient: str, grants: str = "{counts}") -> uuid.UUID:
        """Let a city share with a nation or the network."""
        signer = self.actor(city, "coordinator").person_id
        assert signer
        return add_agreement(self.admin, self.ids[city], self.ids[recipient], signer, grants)

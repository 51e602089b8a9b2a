"""Loads the demonstration network through the services that users have."""

import json
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from network.cities.gazetteer import gazetteer
from network.cities.service import city_of_place, create_organisation
from network.demo.assessment import load_assessment
from network.demo.communications import load_communications
from network.demo.handling import load_handling
from network.demo.imports import load_mapping
from network.demo.meetings import load_meetings
from network.demo.partners import load_partners
from network.demo.practices import load_collections, load_exchange, load_practice_life, load_translation
from network.demo.programmes import load_programmes
from network.demo.response import load_response
from network.demo.strategy import load_strategy, load_templates
from network.identity.models import Organisation
from network.identity.permissions import OPERATOR, ROLE_PERMISSIONS
from network.identity.service import add_member, create_person, find_actor
from network.incidents.imports.service import import_file
from network.kernel.errors import Refused
from network.kernel.tenancy import Actor, Scope, acting_as
from network.practices.schemas import PracticeSchema
from network.practices.service import publish_practice
from network.readiness.service import keep_snapshot
from network.sharing.service import sign_agreement

DATA = Path(__file__).parent / "data"
PASSWORD = "concord-demonstration"  # noqa: S105 (printed for everybody to use)

# As the cities call themselves in English, with their id in GeoNames: the gazetteer says where they
# lie and how many people live there.
CITIES = [("New York City", 5128581, "nyc"), ("Toronto", 6167865, "toronto"), ("Aarhus", 2624652, "aarhus")]
NATIONS = [("United States Prevention Agency (demo)", "US", "us"),
           ("Canadian Prevention Agency (demo)", "CA", "ca")]  # fmt: skip
FILES = {"nyc": ("nypd_hate_crimes.csv", "nypd-hate-crimes"),
         "toronto": ("toronto_hate_crimes.csv", "toronto-hate-crimes")}  # fmt: skip


@dataclass(frozen=True)
class SignIn:
    """A way into the demonstration."""

    email: str
    organisation: str
    role: str


def list_sign_ins() -> list[SignIn]:
    """Every demonstration person."""
    organisations = [(short, name, Scope.CITY) for name, _geoname, short in CITIES]
    organisations += [(short, name, Scope.NATION) for name, _country, short in NATIONS]
    organisations += [("network", "Cities Network (demo)", Scope.NETWORK),
                      ("platform", "Concord platform (demo)", Scope.PLATFORM)]  # fmt: skip
    people = [
        SignIn(f"{role}@{short}.example", name, role)
        for short, name, scope in organisations for role in ROLE_PERMISSIONS[scope]
    ]  # fmt: skip
    # A practice needs two reviewers.
    return [*people, SignIn("second.curator@network.example", "Cities Network (demo)", "curator")]


def is_loaded() -> bool:
    """Whether any organisation exists, open or closed."""
    with acting_as(OPERATOR) as session:
        return session.execute(select(Organisation.organisation_id).limit(1)).first() is not None


def count_others() -> int:
    """How many organisations are no demonstration, closed ones included."""
    with acting_as(OPERATOR) as session:
        return session.execute(
            select(func.count()).select_from(Organisation).where(Organisation.is_demo.is_(False))
        ).scalar_one()


def load_demo() -> None:
    """Fill an empty installation; Refused when there is anything in it."""
    if is_loaded():
        raise Refused("This installation is not empty: the demonstration is not loaded into it.")
    passwords = current_app.extensions["concord.passwords"]
    slugs: dict[str, str] = {}
    with acting_as(OPERATOR):
        made = {}
        for name, geoname_id, short in CITIES:
            place = gazetteer().find(geoname_id)
            assert place is not None
            data = city_of_place(place) | {"name": name}
            made[short] = create_organisation("city", data, is_demo=True, actor=OPERATOR)
        for name, country, short in NATIONS:
            data = {"name": name, "country": country}
            made[short] = create_organisation("nation", data, is_demo=True, actor=OPERATOR)
        for kind, name in (("network", "Cities Network (demo)"), ("platform", "Concord platform (demo)")):
            made[kind] = create_organisation(kind, {"name": name}, is_demo=True, actor=OPERATOR)
        ids = {short: organisation.organisation_id for short, organisation in made.items()}
        slugs = {short: organisation.slug for short, organisation in made.items()}
    for entry in list_sign_ins():
        short = entry.email.split("@")[1].removesuffix(".example")
        person = create_person(
            email=entry.email, name=f"{entry.email.split('@')[0].replace('_', ' ').replace('.', ' ').title()} ({entry.organisation})"[:200],
            password=PASSWORD, passwords=passwords,
        )  # fmt: skip
        add_member(organisation_id=ids[short], person_id=person, role=entry.role)
    def who(address: str) -> Actor:
        """Somebody of the demonstration, as ``role@organisation``."""
        return find_actor(f"{address}.example", slugs[address.split("@")[1]])

    for short, (file, mapping) in FILES.items():
        run = import_file(str(DATA / file), mapping=mapping, actor=who(f"analyst@{short}"))
        if run.status != "done":
            raise Refused(f"{file}: {run.reason}")
        coordinator = who(f"coordinator@{short}")
        with acting_as(coordinator):
            nation = "us" if short == "nyc" else "ca"
            for recipient in (ids[nation], ids["network"]):
                sign_agreement(recipient_id=recipient, grants=["counts", "readiness"], actor=coordinator)
        load_mapping(analyst=who(f"analyst@{short}"))
        load_partners(short, coordinator=coordinator)
        load_meetings(short, coordinator=coordinator, officer=who(f"officer@{short}"))
    load_handling(coordinator=who("coordinator@toronto"), officer=who("officer@toronto"))
    for _name, _geoname, short in CITIES:
        load_assessment(short, coordinator=who(f"coordinator@{short}"), mayor=who(f"mayor@{short}"))
    for short in FILES:
        load_communications(
            short, speaker=who(f"communications@{short}"), officer=who(f"officer@{short}"), mayor=who(f"mayor@{short}")
        )
        load_strategy(
            short, coordinator=who(f"coordinator@{short}"), officer=who(f"officer@{short}"),
            partner=who(f"partner@{short}"),
        )  # fmt: skip
    curator = who("curator@network")
    load_practices(curator)
    load_templates(curator)
    load_collections(curator)
    for short in FILES:
        load_programmes(short, officer=who(f"officer@{short}"))
        load_response(short, coordinator=who(f"coordinator@{short}"), mayor=who(f"mayor@{short}"))
    load_translation(curator)
    load_practice_life(who)
    load_exchange(who)
    for _name, _geoname, short in CITIES:
        mayor = who(f"mayor@{short}")
        with acting_as(mayor):
            keep_snapshot(actor=mayor)


def load_practices(curator: Actor) -> None:
    """Publish the practice examples of the data folder; once more changes nothing."""
    with acting_as(curator):
        for item in json.loads((DATA / "practices.json").read_text()):
            publish_practice(item["slug"], PracticeSchema().checked(item), actor=curator)

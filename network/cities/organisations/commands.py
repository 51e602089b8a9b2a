"""``concord organisation …``: what the operator's pages do, for the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask

from network.cities import queries, service
from network.cities.countries import find_country, name_country
from network.cities.gazetteer import Place, gazetteer
from network.cities.names import fold
from network.cities.queries import OrganisationFilter
from network.cities.schemas import ORGANISATION_SCHEMAS
from network.identity.models import Organisation
from network.identity.permissions import OPERATOR
from network.identity.service import invite, list_invitations, list_members
from network.kernel.tenancy import acting_as

AppFactory = Callable[[], Flask]
KINDS = click.Choice(list(ORGANISATION_SCHEMAS))
BY_HAND = ("population", "latitude", "longitude", "time_zone")


def _country_code(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    code = find_country(value) if value is not None else None
    if value is not None and code is None:
        raise click.BadParameter(f"{value!r} is no country. Use a code of ISO 3166, such as CA or CAN, or its name.")
    return code


@contextmanager
def _operating(make_app: AppFactory) -> Iterator[None]:
    """A transaction of the operator; commits at the end."""
    with make_app().app_context(), acting_as(OPERATOR):
        yield


def _get(slug: str) -> Organisation:
    found = queries.find_organisation(slug)
    if found is None:
        raise click.ClickException(f"There is no organisation {slug!r}. 'concord organisation list' shows them.")
    return found


def _create(make_app: AppFactory, kind: str, data: dict[str, Any]) -> None:
    checked = ORGANISATION_SCHEMAS[kind]().checked({k: v for k, v in data.items() if v is not None})
    with _operating(make_app):
        click.echo(service.create_organisation(kind, checked, actor=OPERATOR).slug)


@click.group()
def organisation() -> None:
    """Cities, nations, the network.

    \b
    concord organisation places Gdansk --country PL
    concord organisation create city --geoname 3099434 --coordinator anna@gdansk.example
    concord organisation list --kind city
    concord organisation close gdansk
    """


@organisation.group()
def create() -> None:
    """Create a city, a nation, the network or the platform, and print its slug."""


_country = click.option("--country", callback=_country_code, help="Code of ISO 3166 or name.")
_coordinator = click.option("--coordinator", metavar="EMAIL", help="Whom to invite as the first coordinator.")


@create.command("city")
@click.argument("name", required=False)
@click.option("--geoname", "geoname_id", type=int, help="Id in GeoNames; 'concord organisation places' finds it.")
@_country
@click.option("--population", type=int, help="In place of what the gazetteer says.")
@click.option("--population-year", type=int, help="Of which year the population is.")
@click.option("--population-source", help="Where the population is from.")
@click.option("--latitude", type=float, help="In degrees, south negative.")
@click.option("--longitude", type=float, help="In degrees, west negative.")
@click.option("--time-zone", help="Such as Africa/Nairobi.")
@_coordinator
@click.pass_obj
def create_city(
    make_app: AppFactory, /, name: str | None, geoname_id: int | None, coordinator: str | None, **facts: Any
) -> None:
    """Create a city from the gazetteer, by --geoname or by NAME and --country.

    What you give beside them takes the place of what the gazetteer says. A place that is in no
    gazetteer needs NAME, --country, --population, --latitude, --longitude and --time-zone.

    \b
    concord organisation create city --geoname 6167865
    concord organisation create city Gdansk --country PL --coordinator anna@gdansk.example
    """
    given = {field: value for field, value in facts.items() if value is not None}
    data: dict[str, Any] = {}
    if geoname_id is not None:
        place = gazetteer().find(geoname_id)
        if place is None:
            raise click.UsageError(f"The gazetteer has no place with the id {geoname_id}.")
        data = service.city_of_place(place) | ({"name": name} if name else {})
    elif not name or "country" not in given:
        raise click.UsageError("Say which city: --geoname, or NAME and --country.")
    elif all(field in given for field in BY_HAND):
        data = {"name": name}
    else:
        data = service.city_of_place(_only_place(name, given["country"]))
    if "population" in given:
        data["population_source"] = None
    _create(make_app, "city", data | given | {"coordinator_email": coordinator})


def _only_place(name: str, country: str) -> Place:
    """The one place of a country with a name; a usage error that says what to do otherwise."""
    found = gazetteer().search(name, country=country, limit=10)
    exact = [place for place in found if fold(name) in {fold(place.name), *map(fold, place.alternates)}]
    if len(exact) == 1:
        return exact[0]
    if not exact:
        near = f" Near it:\n{_table(found)}" if found else ""
        raise click.UsageError(
            f"No place of {name_country(country)} in the gazetteer has the name {name!r}. For a place that is in no"
            f" gazetteer give --population, --latitude, --longitude and --time-zone too.{near}"
        )
    raise click.UsageError(f"Several places of {name_country(country)} have the name {name!r}; use --geoname:\n{_table(exact)}")


def _table(places: list[Place]) -> str:
    return "\n".join(
        f"  {place.geoname_id:>9}  {place.name}{f' ({place.matched})' if place.matched else ''}, "
        f"{place.region + ', ' if place.region else ''}{name_country(place.country)}, {place.population:,}"
        for place in places
    )


@create.command("nation")
@click.argument("name")
@click.option("--country", required=True, callback=_country_code, help="Code of ISO 3166 or name.")
@_coordinator
@click.pass_obj
def create_nation(make_app: AppFactory, /, name: str, country: str, coordinator: str | None) -> None:
    """Create a national agency called NAME; a country can have several."""
    _create(make_app, "nation", {"name": name, "country": country, "coordinator_email": coordinator})


@create.command("network")
@click.argument("name")
@_coordinator
@click.pass_obj
def create_network(make_app: AppFactory, /, name: str, coordinator: str | None) -> None:
    """Create the network called NAME."""
    _create(make_app, "network", {"name": name, "coordinator_email": coordinator})


@create.command("platform")
@click.argument("name")
@click.pass_obj
def create_platform(make_app: AppFactory, /, name: str) -> None:
    """Create the organisation of the platform's operators; 'concord user add' adds them."""
    _create(make_app, "platform", {"name": name})


@organisation.command()
@click.argument("name")
@_country
def places(name: str, country: str | None) -> None:
    """Find places in the gazetteer by NAME, with the id that 'create city --geoname' takes."""
    found = gazetteer().search(name, country=country or "")
    if not found:
        raise click.ClickException(f"The gazetteer has no place called {name!r}.")
    click.echo(_table(found))


@organisation.command("list")
@click.option("--kind", type=KINDS, help="Only this kind.")
@click.option("--country", callback=_country_code, help="Only this country.")
@click.option("--search", default="", help="Only names that contain this.")
@click.option("--closed", is_flag=True, help="The closed ones instead of the open ones.")
@click.pass_obj
def list_(make_app: AppFactory, /, kind: str | None, country: str | None, search: str, closed: bool) -> None:
    """List organisations by name: slug, kind, country, number of people, name."""
    wanted = OrganisationFilter(kind or "", country or "", search, closed)
    with _operating(make_app):
        after: str | None = ""
        while after is not None:
            page = queries.list_organisations(wanted, after=after, limit=500)
            for line in page.items:
                found = line.organisation
                click.echo(
                    f"{found.slug:32} {found.kind:8} {found.country or '-':7} {line.member_count:>6} {found.name}"
                )
            after = page.next_cursor


@organisation.command()
@click.argument("slug")
@click.pass_obj
def show(make_app: AppFactory, /, slug: str) -> None:
    """Show the facts, the people and the open invitations of one organisation."""
    with _operating(make_app):
        found, city = queries.get_organisation(_get(slug).organisation_id)
        facts: dict[str, Any] = {"name": found.name, "slug": found.slug, "kind": found.kind,
                                 "created": f"{found.created_at:%Y-%m-%d}"}  # fmt: skip
        if found.country:
            facts["country"] = f"{found.country} {name_country(found.country)}"
        if city is not None:
            used = next(iter(queries.list_populations(city.city_id)), None)
            year = f", {used.year}" if used and used.year else ""
            facts["population"] = f"{city.population:,}{year}{f' ({used.source})' if used and used.source else ''}"
            facts |= {"coordinates": f"{city.latitude}, {city.longitude}", "time zone": city.time_zone,
                      "geonames id": city.geoname_id or "none"}  # fmt: skip
        if found.closed_at:
            facts["closed"] = f"{found.closed_at:%Y-%m-%d}"
        for label, value in facts.items():
            click.echo(f"{label + ':':14}{value}")
        for person, role in list_members(OPERATOR, found.organisation_id):
            click.echo(f"{role + ':':14}{person.name}")
        for invitation in list_invitations(OPERATOR, found.organisation_id):
            click.echo(f"{'invited:':14}{invitation.email} as {invitation.role}")


@organisation.command("invite")
@click.argument("slug")
@click.argument("email")
@click.option("--role", default="coordinator", show_default=True, help="Role to offer.")
@click.pass_obj
def invite_(make_app: AppFactory, /, slug: str, email: str, role: str) -> None:
    """Invite EMAIL to an organisation; the worker sends the mail."""
    with _operating(make_app):
        invite(email=email, role=role, actor=OPERATOR, organisation_id=_get(slug).organisation_id)


@organisation.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def close(make_app: AppFactory, /, slug: str, yes: bool) -> None:
    """Close an organisation: nobody can act for it and its agreements end for good."""
    with _operating(make_app):
        found = _get(slug)
        _confirm(found.name, yes)
        service.close_organisation(found.organisation_id, actor=OPERATOR)


def _confirm(name: str, yes: bool) -> None:
    if not yes:
        click.confirm(
            f"Close {name}? Nobody can act for it, its tokens stop, and its agreements end for good.", abort=True
        )


@organisation.command()
@click.argument("slug")
@click.pass_obj
def reopen(make_app: AppFactory, /, slug: str) -> None:
    """Reopen a closed organisation; its agreements stay ended until cities sign anew."""
    with _operating(make_app):
        service.reopen_organisation(_get(slug).organisation_id, actor=OPERATOR)

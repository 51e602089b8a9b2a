"""The operator's pages: who gets in, what is listed, created and corrected."""

import dataclasses
import re
import threading
import uuid
from typing import Any

import pytest
from flask import Flask

from network.cities import service
from network.cities.gazetteer import gazetteer
from network.cities.schemas import ORGANISATION_SCHEMAS
from network.identity.permissions import OPERATOR
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.kernel.tenancy import acting_as
from tests.cities.conftest import LIST, as_operator, rows, state
from tests.test_main_path import PASSWORD, post, sign_in, work
from tests.world import World, add_incident, add_organisation

CITY = {"name": "Sidon", "country": "LB", "population": "163554", "population_source": "GeoNames", "latitude": "33.55751",
        "longitude": "35.37148", "time_zone": "Asia/Beirut", "geoname_id": "268064"}  # fmt: skip


# What is created


def test_a_city_comes_from_the_gazetteer_and_its_coordinator_is_invited(app: Flask, world: World, operator: Any) -> None:
    page = operator.get(f"{LIST}new/place?q=saida&country=LB").text
    assert "Sidon" in page and "(Saida)" in page and "163,554" in page
    choose = re.search(r'href="([^"]*geoname=268064)"', page)
    assert choose
    form = operator.get(choose[1]).text
    for name, value in CITY.items():
        assert f'value="{value}"' in form, name
    data = {**CITY, "name": "Saida", "coordinator_email": "First@Saida.example"}
    made = post(operator, f"{LIST}new/city", **data)
    assert made.status_code == 302, made.text
    assert rows(
        world, "select o.name, o.slug, c.country, c.population, c.latitude, c.time_zone, c.geoname_id, p.year, p.source"
        " from organisation o join city c on c.city_id = o.organisation_id join city_population p using (city_id)"
        " where o.name = 'Saida'") == [("Saida", "saida", "LB", 163554, 33.55751, "Asia/Beirut", 268064, None, "GeoNames")]  # fmt: skip
    shown = operator.get(made.location).text
    assert "first@saida.example" in shown and "Lebanon" in shown and "Nobody belongs to it yet" in shown

    work(app)
    folder = app.extensions["concord.settings"].data_dir / "mail"
    mails = [path.read_bytes().replace(b"=\n", b"").decode() for path in folder.glob("*.eml")]
    mail = next(text for text in mails if "To: first@saida.example" in text)
    link = re.search(r"/invitation/[\w=-]+", mail)
    assert link and "Saida invites you" in mail
    visitor = app.test_client()
    visitor.get(link[0])
    assert post(visitor, "/invitation", name="First", password=PASSWORD).status_code == 302
    page = visitor.get("/city/").text
    assert "163,554" in page and "Record a figure" in page


def test_a_place_that_is_in_no_gazetteer_is_entered_by_hand(world: World, operator: Any) -> None:
    assert "Enter the city by hand" in operator.get(f"{LIST}new/place?q=Majdal Anjar").text
    data = {"name": "Majdal Anjar", "country": "LB", "population": "20000", "population_year": "2019",
            "latitude": "33.7", "longitude": "35.9", "time_zone": "Asia/Beirut", "population_source": "Municipality"}  # fmt: skip
    assert post(operator, f"{LIST}new/city", **data).status_code == 302
    assert rows(world, "select year, population, source from city_population") == [(2019, 20000, "Municipality")]
    assert rows(world, "select geoname_id from city join organisation on organisation_id = city_id"
                       " where name = 'Majdal Anjar'") == [(None,)]  # fmt: skip


def test_a_country_has_several_agencies_with_names_of_their_own(world: World, operator: Any) -> None:
    for name, country, status in (("Interior", "DK", 302), ("Justice", "DK", 302), ("interior", "DK", 400), ("Interior", "SE", 302)):
        answer = post(operator, f"{LIST}new/nation", name=name, country=country)
        assert answer.status_code == status, answer.text
    assert "There is one of this name already" in post(operator, f"{LIST}new/nation", name="JUSTICE", country="DK").text
    assert rows(world, "select slug from organisation where kind = 'nation' and country in ('DK', 'SE') order by 1") == [
        ("interior",), ("interior-se",), ("justice",)]  # fmt: skip


def test_there_is_one_network(app: Flask, world: World, operator: Any) -> None:
    assert "It is there already" in operator.get(f"{LIST}new").text
    refused = post(operator, f"{LIST}new/network", name="Another")
    assert refused.status_code == 400 and "There is a network already: Network" in refused.text
    network = world.ids["network"]
    assert post(operator, f"{LIST}{network}/close", sure="1").status_code == 302
    assert post(operator, f"{LIST}new/network", name="Another").status_code == 302
    again = post(operator, f"{LIST}{network}/reopen", page=f"{LIST}{network}")
    assert again.status_code == 422 and "There is a network already: Another" in again.text
    assert rows(world, "select closed_at is null from organisation where kind = 'network' order by created_at") == [
        (False,), (True,)]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Fill in this field"), ({"name": "x" * 201}, "at most 200"), ({"country": "ZZ"}, "from the list"),
        ({"country": "US"}, "Sidon lies in Lebanon"), ({"population": "0"}, "1 to 100,000,000"),
        ({"population": "many"}, "whole number"), ({"population_year": "3000"}, "1900 to this year"),
        ({"latitude": "91"}, "-90 to 90"), ({"latitude": "nan"}, "not permitted"), ({"longitude": ""}, "Fill in"),
        ({"time_zone": "Mars/Olympus"}, "no such time zone"), ({"time_zone": "../../etc/passwd"}, "no such time zone"),
        ({"geoname_id": "1"}, "no place with this id"), ({"geoname_id": str(2**70)}, "no place with this id"),
        ({"coordinator_email": "nobody"}, "full e-mail"),
    ],
)  # fmt: skip
def test_bad_input_keeps_what_was_typed_and_writes_nothing(
    world: World, operator: Any, change: dict[str, str], message: str
) -> None:
    before = state(world)
    answer = post(operator, f"{LIST}new/city", **{**CITY, "population_source": "typed <b>", **change})
    assert answer.status_code == 400
    assert message in answer.text, answer.text
    assert "typed &lt;b&gt;" in answer.text
    assert 'value="268064"' in answer.text or "geoname_id" in change
    assert state(world) == before


def test_a_place_becomes_a_city_once(world: World, operator: Any) -> None:
    first = post(operator, f"{LIST}new/city", **CITY)
    before = state(world)
    again = post(operator, f"{LIST}new/city", **{**CITY, "name": "Saida"})
    assert again.status_code == 400 and "on the platform already: Sidon" in again.text
    assert state(world) == before
    page = operator.get(f"{LIST}new/place?q=sidon").text
    assert f'href="{first.location}"' in page and "geoname=268064" not in page
    post(operator, f"{first.location}/close", sure="1")
    assert "reopen Sidon instead" in post(operator, f"{LIST}new/city", **{**CITY, "name": "Saida"}).text


def test_two_at_the_same_moment_make_one_city(app: Flask, world: World) -> None:
    """The second finds nothing when it looks, since the first has not committed; the constraint decides."""
    data = ORGANISATION_SCHEMAS["city"]().checked(CITY)
    told: list[ValidationFailed] = []

    def second() -> None:
        try:
            with as_operator(app):
                service.create_organisation("city", {**data, "name": "Saida"}, actor=OPERATOR)
        except ValidationFailed as error:
            told.append(error)

    thread = threading.Thread(target=second)
    with as_operator(app):
        service.create_organisation("city", data, actor=OPERATOR)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert told[0].errors == {"name": ["This place is on the platform already."]}
    assert rows(world, "select count(*) from city where geoname_id = 268064") == [(1,)]
    assert rows(world, "select count(*) from organisation where name = 'Saida'") == [(0,)]


def test_slugs_tell_namesakes_apart(app: Flask, world: World) -> None:
    made = []
    for kind, name, country in (("nation", "Tripoli", "LY"), ("nation", "Tripoli", "LB"), ("nation", "Trípoli", "LB"),
                                ("nation", "Łódź", "PL"), ("nation", "北京", "CN")):  # fmt: skip
        with as_operator(app):
            found = service.create_organisation(kind, {"name": name, "country": country}, actor=OPERATOR)
            made.append(found.slug)
    assert made[:4] == ["tripoli", "tripoli-lb", "tripoli-lb-2", "lodz"]
    assert re.fullmatch("o-[0-9a-f]{8}", made[4])


# Who does not get in

STRANGERS = [("toronto", "coordinator"), ("toronto", "mayor"), ("canada", "coordinator"), ("network", "coordinator"),
             ("toronto", "partner")]  # fmt: skip


@pytest.mark.parametrize(("name", "role"), STRANGERS)
def test_strangers_find_no_page_and_change_nothing(app: Flask, world: World, name: str, role: str) -> None:
    client = sign_in(app, world, name, role)
    assert "Organisations" not in client.get("/", follow_redirects=True).text
    city = world.ids["toronto"]
    invitation = world.admin.execute(
        "insert into invitation (organisation_id, kind, role, email, expires_at)"
        " values (%s, 'city', 'officer', 'new@example.org', now() + interval '1 day') returning invitation_id", (city,)
    ).fetchone()
    assert invitation
    before = state(world)
    for path in ("", "new", "new/place?q=sidon", "new/city", "new/nation", f"{city}", f"{city}/edit", f"{city}/close"):
        assert client.get(LIST + path).status_code == 404, path
    for path, data in (
        ("new/city", CITY), ("new/nation", {"name": "Mine", "country": "CA"}), ("new/network", {"name": "Mine"}),
        (f"{city}/edit", {**CITY, "version": "2"}), (f"{city}/close", {"sure": "1"}), (f"{city}/reopen", {}),
        (f"{city}/invitations", {"email": "me@example.org", "role": "coordinator"}),
        (f"{city}/invitations/{invitation[0]}/revoke", {}),
    ):  # fmt: skip
        assert post(client, LIST + path, page="/account", **data).status_code == 404, path
    assert state(world) == before
    visitor = app.test_client()
    assert visitor.get(LIST).status_code == 302 and "/sign-in" in visitor.get(LIST).location


@pytest.mark.parametrize(("name", "role"), STRANGERS)
def test_the_service_refuses_whoever_is_not_the_operator(app: Flask, world: World, name: str, role: str) -> None:
    city, actor = world.ids["toronto"], world.actor(name, role)
    data = {"name": "X", "country": "CA"}
    before = state(world)
    for attempt in (
        lambda: service.create_organisation("nation", data, actor=actor),
        lambda: service.change_organisation(city, data, version=2, actor=actor),
        lambda: service.close_organisation(city, actor=actor),
        lambda: service.reopen_organisation(city, actor=actor),
    ):  # fmt: skip
        with pytest.raises(NotFound), app.app_context(), acting_as(actor):
            attempt()
    # The permission alone does not help: the policies know the operator by its scope.
    forged = dataclasses.replace(actor, permissions=OPERATOR.permissions)
    refused = pytest.raises(Exception, match=r"row-level security|permission denied")
    with refused, app.app_context(), acting_as(forged):
        service.create_organisation("nation", data, actor=forged)
    assert state(world) == before


def test_unknown_ids_are_not_found(world: World, operator: Any) -> None:
    nobody = uuid.uuid4()
    for path in (f"{nobody}", f"{nobody}/edit", f"{nobody}/close", "new/city?geoname=1", "new/city?geoname=x", "new/platform"):
        assert operator.get(LIST + path).status_code == 404, path
    for path in (f"{nobody}/reopen", f"{nobody}/invitations", f"{world.ids['toronto']}/invitations/{nobody}/revoke"):
        data = {"email": "a@example.org", "role": "mayor"}
        assert post(operator, LIST + path, page=f"{LIST}new/nation", **data).status_code == 404, path


# The list


def test_the_list_is_filtered_and_paged_by_key(world: World, operator: Any) -> None:
    for number in range(60):
        add_organisation(world.admin, "city", f"town-{number:02d}", "SE" if number % 2 else "DK")
    world.actor("toronto", "officer")
    world.actor("toronto", "mayor")
    page = operator.get(LIST).text
    names = re.findall(r'<a href="/platform/organisations/[0-9a-f-]{36}">([^<]+)</a>', page)
    assert len(names) == 50 and names == sorted(names, key=str.lower)
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    second = operator.get(following[1].replace("&amp;", "&")).text
    rest = re.findall(r'<a href="/platform/organisations/[0-9a-f-]{36}">([^<]+)</a>', second)
    assert len(names + rest) == len(set(names + rest)) == 66
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back
    assert names[0] in operator.get(back[1].replace("&amp;", "&")).text
    assert "rel=\"next\"" not in second and 'rel="prev"' not in page

    def listed(query: str) -> list[str]:
        found = operator.get(f"{LIST}?{query}").text
        return re.findall(r'<a href="/platform/organisations/[0-9a-f-]{36}">([^<]+)</a>', found)

    assert listed("kind=nation") == ["Canada", "France"]
    assert listed("kind=city&country=CA") == ["Ottawa", "Toronto"]
    assert len(listed("country=SE")) == 30
    assert listed("q=TORON") == ["Toronto"] and listed("q=%25") == [] and listed("q=TÖRÖNTO") == ["Toronto"]
    assert "Nothing fits these filters" in operator.get(f"{LIST}?q=nowhere").text
    assert re.search(r'Toronto</a>\s*</th>\s*<td>City</td>\s*<td>Canada</td>\s*<td class="num">2</td>', operator.get(f"{LIST}?q=toronto").text)
    for bad in ("after=x", "after=WzEsMl0", "before=%00", "kind=war&country=QQ"):
        assert operator.get(f"{LIST}?{bad}").status_code in (200, 400)
    assert listed("state=closed") == []


def test_pages_cost_a_fixed_number_of_statements(app: Flask, world: World, operator: Any) -> None:
    from sqlalchemy import event

    with app.app_context():
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    city = world.ids["toronto"]
    counts = []
    for more in (1, 30):
        for _ in range(more):
            add_organisation(world.admin, "city", f"x{uuid.uuid4().hex[:8]}", "DK")
            world.people.pop(("toronto", "officer"), None)
            world.actor("toronto", "officer")
            world.admin.execute(
                "insert into invitation (organisation_id, kind, role, email, expires_at)"
                " values (%s, 'city', 'officer', %s, now() + interval '1 day')", (city, f"{uuid.uuid4().hex}@example.org"))
        for path in ("", "new", "new/place?q=tripoli", "new/city?geoname=268064", f"{city}", f"{city}/edit", f"{city}/close"):
            seen.clear()
            assert operator.get(LIST + path).status_code == 200
            counts.append((path, len(seen)))
    assert counts[: len(counts) // 2] == counts[len(counts) // 2 :]
    # One to know who is calling and two that say so to the database are part of each.
    assert dict(counts) == {
        "": 4, "new": 4, "new/place?q=tripoli": 4, "new/city?geoname=268064": 2, f"{city}": 7, f"{city}/edit": 5,
        f"{city}/close": 4,
    }  # fmt: skip


# Changing


def test_the_operator_corrects_facts_and_a_conflict_shows_both(world: World, operator: Any) -> None:
    where = f"{LIST}{world.ids['toronto']}"

    def version() -> str:
        found = re.search(r'name="version" value="(\d+)"', operator.get(f"{where}/edit").text)
        assert found
        return found[1]

    first = version()
    data = {"name": "Toronto", "population": "2900000", "population_year": "2024", "population_source": "Estimate",
            "latitude": "43.7", "longitude": "-79.4", "time_zone": "America/Toronto"}  # fmt: skip
    assert post(operator, f"{where}/edit", version=first, **data).status_code == 302
    assert rows(world, "select population, time_zone from city where country = 'CA' order by population desc limit 1") == [
        (2900000, "America/Toronto")]  # fmt: skip
    late = post(operator, f"{where}/edit", version=first, **{**data, "population": "3"})
    assert late.status_code == 409
    assert "Somebody else changed these facts" in late.text and "2900000" in late.text and 'value="3"' in late.text
    # The city's own coordinator changing its facts is a conflict for the operator too.
    fresh = version()
    world.admin.execute("update city set version = version + 1 where city_id = %s", (world.ids["toronto"],))
    assert post(operator, f"{where}/edit", version=fresh, **data).status_code == 409
    assert post(operator, f"{where}/edit", version="nonsense", **data).status_code == 409
    taken = post(operator, f"{where}/edit", version=version(), **{**data, "name": "ottawa"})
    assert taken.status_code == 400 and "There is one of this name already" in taken.text
    assert rows(world, "select name from organisation where slug = 'toronto'") == [("Toronto",)]
    wrong = post(operator, f"{where}/edit", version=version(), **{**data, "latitude": "ninety"})
    assert wrong.status_code == 400 and 'value="ninety"' in wrong.text
    assert rows(world, "select year, population from city_population") == [(2024, 2900000)]


def test_an_agency_has_a_name_only(world: World, operator: Any) -> None:
    where = f"{LIST}{world.ids['canada']}"
    assert "Latitude" not in operator.get(f"{where}/edit").text
    assert post(operator, f"{where}/edit", version="1", name="Canada Agency").status_code == 302
    assert rows(world, "select name, slug, version from organisation where slug = 'canada'") == [("Canada Agency", "canada", 2)]


def test_the_service_tells_a_late_change(app: Flask, world: World) -> None:
    with as_operator(app):
        service.change_organisation(world.ids["canada"], {"name": "One"}, version=1, actor=OPERATOR)
    with pytest.raises(Conflict) as late, as_operator(app):
        service.change_organisation(world.ids["canada"], {"name": "Two"}, version=1, actor=OPERATOR)
    assert late.value.current_version == 2
    assert rows(world, "select name from organisation where slug = 'canada'") == [("One",)]


# Inviting


def test_the_operator_invites_to_any_organisation_and_takes_it_back(world: World, operator: Any) -> None:
    where = f"{LIST}{world.ids['france']}"
    assert post(operator, f"{where}/invitations", page=where, email="a@fr.example", role="analyst").status_code == 302
    assert "a@fr.example" in operator.get(where).text
    for data, message in (({"email": "a@fr.example", "role": "analyst"}, "open invitation"),
                          ({"email": "b@fr.example", "role": "mayor"}, "Choose a role"),
                          ({"email": "b", "role": "analyst"}, "full e-mail")):  # fmt: skip
        answer = post(operator, f"{where}/invitations", page=where, **data)
        assert answer.status_code == 400 and message in answer.text, data
    assert rows(world, "select kind, role, email from invitation") == [("nation", "analyst", "a@fr.example")]
    revoke = re.search(rf'action="({where}/invitations/[0-9a-f-]+/revoke)"', operator.get(where).text)
    assert revoke
    assert post(operator, revoke[1], page=where).status_code == 302
    assert "a@fr.example" not in operator.get(where).text


def test_a_coordinator_invites_to_no_other_organisation(app: Flask, world: World) -> None:
    from network.identity.service import invite, revoke_invitation

    actor = world.actor("toronto", "coordinator")
    with pytest.raises(NotFound), app.app_context(), acting_as(actor):
        invite(email="me@example.org", role="coordinator", actor=actor, organisation_id=world.ids["ottawa"])
    made = world.admin.execute(
        "insert into invitation (organisation_id, kind, role, email, expires_at) values (%s, 'city', 'officer',"
        " 'x@example.org', now() + interval '1 day') returning invitation_id", (world.ids["ottawa"],)).fetchone()
    assert made
    with pytest.raises(NotFound), app.app_context(), acting_as(actor):
        revoke_invitation(made[0], actor=actor, organisation_id=world.ids["ottawa"])
    assert rows(world, "select email, revoked_at from invitation") == [("x@example.org", None)]


# What the operator does not see


def test_the_operator_reads_no_content(app: Flask, world: World, operator: Any) -> None:
    add_incident(world.admin, world.ids["toronto"], summary="secret words")
    world.agree("toronto", "canada")
    for path in ("/incidents/", "/sharing/", "/city/", "/tokens"):
        assert operator.get(path).status_code == 404, path
    assert operator.get("/").location == LIST
    page = operator.get(f"{LIST}{world.ids['toronto']}").text
    for word in ("secret", "agreement", "incident"):
        assert word not in page, word
    # Names and roles of people, but not their addresses.
    officer = world.actor("toronto", "officer").person_id
    email = world.admin.execute("select email from person where person_id = %s", (officer,)).fetchone()
    page = operator.get(f"{LIST}{world.ids['toronto']}").text
    assert email and email[0] not in page and "Officer Person" in page


def test_a_city_of_a_place_is_valid_as_it_stands() -> None:
    for geoname_id in (5128581, 6167865, 2624652):
        place = gazetteer().find(geoname_id)
        assert place
        checked = ORGANISATION_SCHEMAS["city"]().checked(service.city_of_place(place))
        assert checked["population"] == place.population

"""The operator's pages: which organisations there are, new ones, their facts, closing them."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.cities import queries, service
from network.cities.countries import country_choices, country_codes
from network.cities.gazetteer import SHORTEST_QUERY, gazetteer
from network.cities.queries import OrganisationFilter
from network.cities.schemas import ORGANISATION_SCHEMAS, CityChangeSchema, NameSchema
from network.identity.permissions import ROLE_PERMISSIONS, Permission
from network.identity.schemas import ROLES, InviteSchema
from network.identity.service import invite, list_invitations, list_members, revoke_invitation
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.tenancy import Scope
from network.web.access import current_actor, requires
from network.web.forms import Form, read_version

bp = Blueprint("organisations", __name__, url_prefix="/platform/organisations", template_folder="templates")

KINDS = {"city": _l("City"), "nation": _l("National agency"), "network": _l("Network"), "platform": _l("Platform")}
MOST_PLACES = 20


@bp.get("/")
@requires(Permission.ORGANISATION_CREATE)
def index() -> Any:
    """Every organisation, filtered."""
    kind, country = request.args.get("kind", ""), request.args.get("country", "")
    wanted = OrganisationFilter(
        kind if kind in KINDS else "", country if country in country_codes() else "",
        request.args.get("q", "").strip()[:200], request.args.get("state") == "closed",
    )  # fmt: skip
    page = queries.list_organisations(
        wanted, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    args = {k: v for k, v in request.args.items() if v and k not in ("after", "before")}
    return render_template(
        "organisations/index.html", page=page, args=args, kinds=KINDS, countries=country_choices(), wanted=wanted
    )


@bp.get("/new")
@requires(Permission.ORGANISATION_CREATE)
def choose_kind() -> Any:
    """What is to be created."""
    return render_template("organisations/choose_kind.html", counts=service.count_by_kind())


@bp.get("/new/place")
@requires(Permission.ORGANISATION_CREATE)
def find_place() -> Any:
    """Look for a place in the gazetteer that is to become a city."""
    name, country = request.args.get("q", "").strip()[:200], request.args.get("country", "")
    country = country if country in country_codes() else ""
    found = gazetteer().search(name, country=country, limit=MOST_PLACES + 1)
    places = found[:MOST_PLACES]
    return render_template(
        "organisations/find_place.html", places=places, q=name, country=country, has_more=len(found) > len(places),
        members=queries.find_member_cities([place.geoname_id for place in places]),
        countries=country_choices(), shortest=SHORTEST_QUERY,
    )  # fmt: skip


@bp.route("/new/<any(city, nation, network):kind>", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def create(kind: str) -> Any:
    """Create a city (from a place of the gazetteer or by hand), an agency or the network."""
    initial: dict[str, Any] = {}
    if kind == "city" and request.method == "GET" and "geoname" in request.args:
        place = gazetteer().find(request.args.get("geoname", 0, type=int))
        if place is None:
            raise NotFound("place")
        initial = service.city_of_place(place)
    form = Form(ORGANISATION_SCHEMAS[kind](), request.form if request.method == "POST" else None, initial)
    if request.method == "POST":
        try:
            made = service.create_organisation(kind, form.load(), actor=current_actor())
            flash(_("%(name)s is on the platform.", name=made.name))
            return redirect(url_for("organisations.show", organisation_id=made.organisation_id))
        except ValidationFailed as error:
            form.errors = error.errors
            # A refused insert has ended the transaction; the page below needs a new one.
            db.session.rollback()
    place_id = form["geoname_id"].value if kind == "city" else ""
    page = render_template("organisations/create.html", form=form, kind=kind, kinds=KINDS, place_id=place_id)
    return page, 400 if form.errors else 200


def _show(organisation_id: uuid.UUID, form: Form | None = None) -> str:
    actor = current_actor()
    organisation, city = queries.get_organisation(organisation_id)
    roles = ROLE_PERMISSIONS[Scope(organisation.kind)]
    form = form or Form(InviteSchema(), initial={"role": "coordinator"})
    form.choices = {"role": [(role, ROLES[role]) for role in roles]}
    return render_template(
        "organisations/show.html", organisation=organisation, city=city, form=form, kinds=KINDS, roles=ROLES,
        populations=queries.list_populations(organisation_id) if city else [],
        members=list_members(actor, organisation_id), invitations=list_invitations(actor, organisation_id),
    )  # fmt: skip


@bp.get("/<uuid:organisation_id>")
@requires(Permission.ORGANISATION_CREATE)
def show(organisation_id: uuid.UUID) -> Any:
    """One organisation: facts, people, open invitations."""
    return _show(organisation_id)


@bp.post("/<uuid:organisation_id>/invitations")
@requires(Permission.ORGANISATION_CREATE)
def send_invitation(organisation_id: uuid.UUID) -> Any:
    """Invite somebody to any open organisation."""
    form = Form(InviteSchema(), request.form)
    try:
        invite(**form.load(), actor=current_actor(), organisation_id=organisation_id)
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return _show(organisation_id, form), 400
    flash(_("The invitation is on its way."))
    return redirect(url_for("organisations.show", organisation_id=organisation_id))


@bp.post("/<uuid:organisation_id>/invitations/<uuid:invitation_id>/revoke")
@requires(Permission.ORGANISATION_CREATE)
def take_invitation_back(organisation_id: uuid.UUID, invitation_id: uuid.UUID) -> Any:
    """Take an invitation back."""
    revoke_invitation(invitation_id, actor=current_actor(), organisation_id=organisation_id)
    flash(_("The invitation is revoked."))
    return redirect(url_for("organisations.show", organisation_id=organisation_id))


def _change_form(organisation_id: uuid.UUID, typed: Any = None) -> tuple[Form, int]:
    """The form with what stands there now, and the version of it."""
    organisation, city = queries.get_organisation(organisation_id)
    if city is None:
        return Form(NameSchema(), typed, {"name": organisation.name}), service.version_of(organisation, None)
    figure = next(iter(queries.list_populations(organisation_id)), None)
    initial = {
        "name": organisation.name, "population": city.population, "latitude": city.latitude,
        "longitude": city.longitude, "time_zone": city.time_zone,
        "population_year": figure.year if figure else None, "population_source": figure.source if figure else "",
    }  # fmt: skip
    return Form(CityChangeSchema(), typed, initial), service.version_of(organisation, city)


@bp.route("/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def edit(organisation_id: uuid.UUID) -> Any:
    """Correct the facts; when somebody else was faster, both texts are shown."""
    form, version = _change_form(organisation_id, request.form if request.method == "POST" else None)
    theirs, status = None, 200
    if request.method == "POST":
        read_at = request.form.get("version", "")
        try:
            changed = service.change_organisation(
                organisation_id, form.load(), version=read_version(read_at),
                actor=current_actor(),
            )  # fmt: skip
            flash(_("%(name)s is changed.", name=changed.name))
            return redirect(url_for("organisations.show", organisation_id=organisation_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            # What was typed is checked against what was read, also at the next try.
            version = read_version(read_at)
        except Conflict:
            db.session.rollback()
            theirs, version = _change_form(organisation_id)
            status = 409
    page = render_template(
        "organisations/edit.html", form=form, theirs=theirs, version=version, organisation_id=organisation_id
    )
    return page, status


@bp.route("/<uuid:organisation_id>/close", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_CREATE)
def close(organisation_id: uuid.UUID) -> Any:
    """Say what closing means, and close after a yes."""
    organisation, _city = queries.get_organisation(organisation_id)
    if organisation.kind == "platform":
        raise Refused(_("The platform itself can't be closed."))
    error = ""
    if request.method == "POST":
        if request.form.get("sure") == "1":
            service.close_organisation(organisation_id, actor=current_actor())
            flash(_("%(name)s is closed.", name=organisation.name))
            return redirect(url_for("organisations.show", organisation_id=organisation_id))
        error = _("Tick the box if you are sure.")
    page = render_template("organisations/close.html", organisation=organisation, error=error)
    return page, 400 if error else 200


@bp.post("/<uuid:organisation_id>/reopen")
@requires(Permission.ORGANISATION_CREATE)
def reopen(organisation_id: uuid.UUID) -> Any:
    """Undo closing."""
    organisation = service.reopen_organisation(organisation_id, actor=current_actor())
    flash(_("%(name)s is open again. Its agreements stay ended until cities sign anew.", name=organisation.name))
    return redirect(url_for("organisations.show", organisation_id=organisation_id))



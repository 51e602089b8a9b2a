"""Pages of the register of partners."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.partners import codes, queries, service
from network.partners.models import Partner
from network.partners.queries import PartnerFilter
from network.partners.schemas import (
    ContactSchema,
    NoteSchema,
    PartnerPersonSchema,
    PartnerSchema,
    language_choices,
)
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form, read_version

bp = Blueprint("partners", __name__, url_prefix="/partners", template_folder="templates")
MONTHS = (3, 6, 12)


def _filter() -> PartnerFilter:
    months, kind = request.args.get("not_met", ""), request.args.get("type", "")
    return PartnerFilter(
        text=request.args.get("q", "").strip()[:200], partner_type=kind if kind in codes.PARTNER_TYPES else "",
        language=request.args.get("language", "")[:3], is_archived=request.args.get("archived") == "1",
        not_met_months=int(months) if months in map(str, MONTHS) else None,
    )  # fmt: skip


def _chips(wanted: PartnerFilter) -> list[tuple[str, str]]:
    languages = dict(language_choices())
    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("type", wanted.partner_type and str(codes.PARTNER_TYPES[wanted.partner_type])),
        ("language", languages.get(wanted.language, "")),
        ("not_met", wanted.not_met_months and _("Not met for %(count)s months", count=wanted.not_met_months)),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    return [(name, str(text)) for name, text in found if text]


@bp.get("/")
@requires(Permission.PARTNER_READ)
def index() -> Any:
    """The register, filtered."""
    actor, wanted = current_actor(), _filter()
    page = queries.list_partners(
        wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    return render_template(
        "partners/index.html", page=page, chip_items=_chips(wanted), codes=codes, months=MONTHS,
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        last=queries.find_last_contacts([p.partner_id for p in page.items], actor=actor),
        languages=language_choices(), may_write=actor.may(Permission.PARTNER_WRITE),
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.PARTNER_READ)
def export(kind: str) -> Any:
    """The filtered register as a file, without the people in it."""
    actor = current_actor()
    partners = queries.all_partners(_filter(), actor=actor)
    last = queries.find_last_contacts([p.partner_id for p in partners], actor=actor)
    headers = [_("Name of the organisation"), _("Kind"), _("What they do"), _("Communities they reach"),
               _("Languages"), _("Level of prevention"), _("Website"), _("E-mail"), _("Phone"), _("Last contact")]  # fmt: skip
    rows = (
        [p.name, codes.PARTNER_TYPES[p.partner_type], p.description, p.communities, p.languages,
         p.prevention_levels, p.website, p.email, p.phone, last.get(p.partner_id)] for p in partners
    )  # fmt: skip
    return download(kind, "partners", headers, rows)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PARTNER_WRITE)
def create() -> Any:
    """Add a partner."""
    form = Form(PartnerSchema(), request.form if request.method == "POST" else None)
    if request.method == "POST":
        try:
            partner = service.add_partner(form.load(), actor=current_actor())
            flash(_("The partner is in the register."))
            return redirect(url_for("partners.show", partner_id=partner.partner_id))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
    page = render_template("partners/edit.html", form=form, partner=None, theirs=None)
    return page, 400 if form.errors else 200


def _values(partner: Partner) -> dict[str, Any]:
    return {name: getattr(partner, name) for name in PartnerSchema().load_fields}


@bp.route("/<uuid:partner_id>/edit", methods=["GET", "POST"])
@requires(Permission.PARTNER_WRITE)
def edit(partner_id: uuid.UUID) -> Any:
    """Change a partner; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    partner = queries.get_partner(partner_id, actor=actor)
    form = Form(PartnerSchema(), request.form if request.method == "POST" else None, _values(partner))
    theirs, status = None, 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.change_partner(
                partner_id, form.load(), version=read_version(version), actor=actor
            )
            flash(_("The partner is changed."))
            return redirect(url_for("partners.show", partner_id=partner_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            partner = queries.get_partner(partner_id, actor=actor)
        except Conflict:
            db.session.rollback()
            partner, status = queries.get_partner(partner_id, actor=actor), 409
            theirs = Form(PartnerSchema(), None, _values(partner))
    return render_template("partners/edit.html", form=form, partner=partner, theirs=theirs), status


@bp.get("/<uuid:partner_id>")
@requires(Permission.PARTNER_READ)
def show(partner_id: uuid.UUID) -> Any:
    """One partner with its people and the log."""
    return _show(partner_id, Form(NoteSchema(), None, {"happened_on": date.today()}), Form(PartnerPersonSchema()))


def _show(partner_id: uuid.UUID, note_form: Form, person_form: Form) -> Any:
    actor = current_actor()
    partner = queries.get_partner(partner_id, actor=actor)
    page = render_template(
        "partners/show.html", partner=partner, codes=codes, languages=dict(language_choices()),
        contacts=queries.list_contacts(partner_id, actor=actor), note_form=note_form, person_form=person_form,
        notes=queries.list_notes(
            partner_id, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
        ),
        people=queries.list_partner_people(partner_id, actor=actor),
        panel=get_panel("partner", partner_id, actor=actor), actor=actor,
        may_write=actor.may(Permission.PARTNER_WRITE), may_invite=actor.may(Permission.PARTNER_INVITE),
    )  # fmt: skip
    return page, 400 if note_form.errors or person_form.errors else 200


@bp.post("/<uuid:partner_id>/archive")
@requires(Permission.PARTNER_WRITE)
def archive(partner_id: uuid.UUID) -> Any:
    """Archive a partner, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_partner(partner_id, is_archived=is_archived, actor=current_actor())
    flash(_("The partner is archived.") if is_archived else _("The partner is back."))
    return redirect(url_for("partners.show", partner_id=partner_id))


@bp.post("/<uuid:partner_id>/notes")
@requires(Permission.PARTNER_WRITE)
def add_note(partner_id: uuid.UUID) -> Any:
    """Add a line to the log, or take one away."""
    actor = current_actor()
    if "remove" in request.form:
        service.remove_note(partner_id, _id(request.form["remove"]), actor=actor)
        flash(_("The line is taken away."))
        return redirect(url_for("partners.show", partner_id=partner_id))
    form = Form(NoteSchema(), request.form)
    try:
        service.add_note(partner_id, form.load(), actor=actor)
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(partner_id, form, Form(PartnerPersonSchema()))
    flash(_("The line is kept."))
    return redirect(url_for("partners.show", partner_id=partner_id))


def _id(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        return uuid.UUID(int=0)


@bp.post("/<uuid:partner_id>/people")
@requires(Permission.PARTNER_INVITE)
def change_people(partner_id: uuid.UUID) -> Any:
    """Let somebody stand for the partner, or end that."""
    actor = current_actor()
    if "remove" in request.form:
        service.remove_partner_person(partner_id, email=request.form["remove"], actor=actor)
        flash(_("This person does not stand for the partner any more."))
        return redirect(url_for("partners.show", partner_id=partner_id))
    form = Form(PartnerPersonSchema(), request.form)
    try:
        service.add_partner_person(partner_id, email=form.load()["email"], actor=actor)
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return _show(partner_id, Form(NoteSchema(), None, {"happened_on": date.today()}), form)
    flash(_("This person stands for the partner now, as soon as they have accepted the invitation."))
    return redirect(url_for("partners.show", partner_id=partner_id))


@bp.route("/<uuid:partner_id>/contacts/new", methods=["GET", "POST"])
@bp.route("/<uuid:partner_id>/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@requires(Permission.PARTNER_WRITE)
def contact(partner_id: uuid.UUID, contact_id: uuid.UUID | None = None) -> Any:
    """Add, change or erase a person of a partner."""
    actor = current_actor()
    partner = queries.get_partner(partner_id, actor=actor)
    found = queries.get_contact(partner_id, contact_id, actor=actor) if contact_id else None
    if found is not None and contact_id is not None and "remove" in request.form:
        service.remove_contact(partner_id, contact_id, actor=actor)
        flash(_("The person is erased."))
        return redirect(url_for("partners.show", partner_id=partner_id))
    initial = {name: getattr(found, name) for name in ContactSchema().load_fields} if found else {}
    form = Form(ContactSchema(), request.form if request.method == "POST" else None, initial)
    status = 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.save_contact(
                partner_id, form.load(), contact_id=contact_id, actor=actor,
                version=read_version(version),
            )  # fmt: skip
            flash(_("The person is kept."))
            return redirect(url_for("partners.show", partner_id=partner_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
        except Conflict:
            form.errors, status = {"": [_("Somebody else changed this person meanwhile. Save again to overwrite.")]}, 409
    return render_template("partners/contact.html", partner=partner, contact=found, form=form), status

"""The page on which a contact is recorded, and the button that ends it."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.practices.contact import queries, service
from network.practices.contact.schemas import ContactSchema
from network.practices.drafting.queries import get_draft
from network.web.access import current_actor, requires
from network.web.forms import Form

bp = Blueprint("practice_contact", __name__, template_folder="templates")


@bp.route("/our-practices/<uuid:practice_id>/contact", methods=["GET", "POST"])
@requires(Permission.PRACTICE_WRITE)
def edit(practice_id: uuid.UUID) -> Any:
    """Say whom other cities may write to."""
    actor = current_actor()
    practice = get_draft(practice_id, actor=actor)
    if not service.may_record(practice, actor=actor):
        raise NotFound("practice")
    found = queries.find_contact(practice.city_id, practice_id)
    known = ("name", "job", "email", "shown_to", "consented_on", "consent_note")
    initial = {name: getattr(found, name) for name in known} if found else {"shown_to": "network"}
    form = Form(ContactSchema(), request.form if request.method == "POST" else None, initial)
    if request.method == "POST":
        try:
            service.record_contact(practice_id, form.load(), actor=actor)
            flash(_("The contact is kept with the consent."))
            return redirect(url_for("drafting.show", practice_id=practice_id) + "#contact")
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
            practice = get_draft(practice_id, actor=actor)
    return render_template("contact/edit.html", form=form, practice=practice), 400 if form.errors else 200


@bp.post("/our-practices/<uuid:practice_id>/contact/end")
@requires(Permission.PRACTICE_DRAFT)
def end(practice_id: uuid.UUID) -> Any:
    """End the consent."""
    service.end_contact(practice_id, actor=current_actor())
    flash(_("The contact is deleted and shown nowhere any more."))
    return redirect(url_for("drafting.show", practice_id=practice_id) + "#contact")

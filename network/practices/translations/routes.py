"""Pages on which a practice is translated."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.practices.drafting.schemas import as_typed, field_label, language_choices, value_text
from network.practices.queries import get_practice
from network.practices.translations import queries, service
from network.practices.translations.models import PracticeTranslation
from network.practices.translations.schemas import TRANSLATED, TranslationSchema
from network.web.access import current_actor, requires
from network.web.forms import Form, read_version

bp = Blueprint("translations", __name__, url_prefix="/practices/<slug>/translations", template_folder="templates")


@bp.get("/")
@requires(Permission.PRACTICE_READ)
def index(slug: str) -> Any:
    """The translations of a practice with their state."""
    practice = get_practice(slug)
    if not queries.may_translate(practice, actor=current_actor()):
        raise NotFound("practice")
    found = queries.list_translations(practice.practice_id)
    taken = {t.language for t in found} | {practice.language}
    return render_template(
        "translations/index.html", practice=practice, found=found,
        languages=[(code, name) for code, name in language_choices() if code not in taken],
    )  # fmt: skip


def _values(translation: PracticeTranslation) -> dict[str, Any]:
    return as_typed(translation.content) | {"title": translation.title, "state": translation.state}


@bp.route("/edit", methods=["GET", "POST"])
@requires(Permission.PRACTICE_READ)
def edit(slug: str) -> Any:
    """Translate a practice into ``language``, the original beside each field."""
    actor, practice = current_actor(), get_practice(slug)
    language = request.values.get("language", "")
    if not queries.may_translate(practice, actor=actor) or language not in dict(language_choices()):
        raise NotFound("practice")
    found = next((t for t in queries.list_translations(practice.practice_id) if t.language == language), None)
    form = Form(TranslationSchema(), request.form if request.method == "POST" else None,
                _values(found) if found else {"state": "draft"})  # fmt: skip
    status, theirs = 200, None
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.save_translation(
                practice, language, form.load(), version=read_version(version), actor=actor
            )
            flash(_("The translation is kept."))
            return redirect(url_for("translations.index", slug=slug))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
        except Conflict:
            db.session.rollback()
            practice, status = get_practice(slug), 409
            found = queries.get_translation(practice.practice_id, language)
            theirs = Form(TranslationSchema(), None, _values(found))
    originals = {name: value_text(name, getattr(practice, name)) for name in TRANSLATED}
    page = render_template(
        "translations/edit.html", practice=practice, language_code=language, form=form, found=found, theirs=theirs,
        originals=originals, field_label=field_label, translated=TRANSLATED,
    )  # fmt: skip
    return page, status


@bp.post("/remove")
@requires(Permission.PRACTICE_READ)
def remove(slug: str) -> Any:
    """Remove a translation."""
    service.remove_translation(get_practice(slug), request.form.get("language", ""), actor=current_actor())
    flash(_("The translation is removed."))
    return redirect(url_for("translations.index", slug=slug))

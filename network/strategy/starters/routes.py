"""Templates: read by cities, maintained by the network."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from network.identity.permissions import Permission
from network.strategy import codes
from network.strategy.routes.editing import sent_version, submit, typed, values_of
from network.strategy.starters import queries, service
from network.strategy.starters.outline import read_outline
from network.strategy.starters.schemas import TemplateSchema
from network.web.access import current_actor, requires
from network.web.forms import Form

bp = Blueprint("starters", __name__, url_prefix="/strategy-templates", template_folder="../templates")


@bp.get("/")
@requires(Permission.TEMPLATE_READ)
def index() -> Any:
    """The templates to begin with."""
    actor = current_actor()
    may_keep = actor.may(Permission.TEMPLATE_WRITE)
    is_archived = may_keep and request.args.get("archived") == "1"
    return render_template(
        "starters/index.html", found=queries.list_templates(actor=actor, is_archived=is_archived), codes=codes,
        is_archived=is_archived, may_keep=may_keep,
    )  # fmt: skip


@bp.get("/<uuid:template_id>")
@requires(Permission.TEMPLATE_READ)
def show(template_id: uuid.UUID) -> Any:
    """One template with all that it brings."""
    actor = current_actor()
    found = queries.get_template(template_id)
    return render_template(
        "starters/show.html", found=found, codes=codes, objectives=read_outline(found.outline),
        may_keep=actor.may(Permission.TEMPLATE_WRITE), may_begin=actor.may(Permission.STRATEGY_WRITE),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.TEMPLATE_WRITE)
def create() -> Any:
    """Add a template."""
    form = Form(TemplateSchema(), typed(), {"kind": "standalone", "position": 0})
    done = submit(form, lambda data: service.add_template(data, actor=current_actor()))
    if done.saved is not None:
        flash(_("The template is there for every city."))
        return redirect(url_for("starters.show", template_id=done.saved.template_id))
    return render_template("starters/edit.html", form=form, found=None, theirs=None), done.status


@bp.route("/<uuid:template_id>/edit", methods=["GET", "POST"])
@requires(Permission.TEMPLATE_WRITE)
def edit(template_id: uuid.UUID) -> Any:
    """Change a template; when somebody else was faster, both texts are shown."""

    def form_of(sent: Any) -> Form:
        return Form(TemplateSchema(), sent, values_of(queries.get_template(template_id), TemplateSchema()))

    form = form_of(typed())
    done = submit(
        form, lambda data: service.change_template(template_id, data, version=sent_version(), actor=current_actor()),
        lambda: form_of(None),
    )  # fmt: skip
    if done.saved is not None:
        flash(_("The template is changed. Strategies that began with it stay as they are."))
        return redirect(url_for("starters.show", template_id=template_id))
    page = render_template("starters/edit.html", form=form, found=queries.get_template(template_id), theirs=done.theirs)
    return page, done.status


@bp.post("/<uuid:template_id>/archive")
@requires(Permission.TEMPLATE_WRITE)
def archive(template_id: uuid.UUID) -> Any:
    """Archive a template, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_template(template_id, is_archived=is_archived, actor=current_actor())
    flash(_("The template is archived.") if is_archived else _("The template is back."))
    return redirect(url_for("starters.show", template_id=template_id))


@bp.post("/supplied")
@requires(Permission.TEMPLATE_WRITE)
def load_supplied() -> Any:
    """Add the templates that come with Concord."""
    count = service.load_supplied_templates(actor=current_actor())
    flash(ngettext("%(num)s template is added.", "%(num)s templates are added.", count))
    return redirect(url_for("starters.index"))

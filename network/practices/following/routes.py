"""Pages of one's saved searches."""

import uuid
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from network.identity.permissions import Permission
from network.kernel.errors import NotFound
from network.practices import pages
from network.practices.following import queries, service
from network.web.access import current_actor, requires

bp = Blueprint("following", __name__, url_prefix="/saved-searches", template_folder="templates")


@bp.get("/")
@requires(Permission.PRACTICE_ASK)
def index() -> Any:
    """One's saved searches with what is new."""
    actor = current_actor()
    items = []
    for found in queries.list_searches(actor=actor):
        wanted = pages.read_filter(MultiDict(parse_qsl(found.arguments)))
        args = pages.filter_args(wanted)
        items.append((found, args, queries.count_new(wanted, found.seen_until, actor=actor)))
    return render_template("following/index.html", items=items)


@bp.post("/")
@requires(Permission.PRACTICE_ASK)
def change() -> Any:
    """Keep the search that the form names, change one, or forget it."""
    actor = current_actor()
    if "search" not in request.form:
        wanted = pages.read_filter(request.form)
        name = request.form.get("name", "") or wanted.text or _("All practices")
        service.save_search(name, urlencode(pages.filter_args(wanted), doseq=True), actor=actor)
        flash(_("The search is kept. You get a mail each week in which something new fits."))
        return redirect(url_for("following.index"))
    try:
        search_id = uuid.UUID(request.form["search"])
    except ValueError:
        raise NotFound("search") from None
    if "remove" in request.form:
        service.remove_search(search_id, actor=actor)
        flash(_("The search is forgotten."))
    else:
        service.change_search(search_id, is_mailed=request.form.get("mail") == "1", actor=actor)
        flash(_("Your choice is kept."))
    return redirect(url_for("following.index"))

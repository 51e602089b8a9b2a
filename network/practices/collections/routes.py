"""Pages of collections: open to everybody as far as they are published, kept by curators."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, ValidationFailed
from network.practices import codes, pages
from network.practices.collections import queries, service
from network.practices.collections.models import PracticeCollection
from network.practices.collections.schemas import CollectionSchema, ItemSchema
from network.practices.queries import PracticeFilter, list_practices, open_search
from network.web.access import current_actor, public, requires
from network.web.forms import Form, read_version

bp = Blueprint("collections", __name__, url_prefix="/collections", template_folder="templates")


@bp.get("/")
@public
def index() -> Any:
    """The collections in their order."""
    may_write = current_actor().may(Permission.PRACTICE_REVIEW)
    is_archived = may_write and request.args.get("archived") == "1"
    return render_template(
        "collections/index.html", items=queries.list_collections(is_archived=is_archived), may_write=may_write,
        is_archived=is_archived, canonical=pages.public_address(url_for("collections.index")),
    )  # fmt: skip


@bp.get("/<slug>")
@public
def show(slug: str) -> Any:
    """One collection with its practices; curators place practices here."""
    actor = current_actor()
    collection = queries.get_collection(slug)
    may_write = actor.may(Permission.PRACTICE_REVIEW)
    words, found = request.args.get("q", "").strip()[:200], []
    if may_write and words:
        search = open_search(PracticeFilter(text=words), actor=actor)
        found = [item.practice for item in list_practices(search, limit=10).items]
    items = queries.list_items(collection.collection_id)
    return render_template(
        "collections/show.html", collection=collection, items=items, codes=codes, may_write=may_write, words=words,
        found=found, canonical=pages.public_address(url_for("collections.show", slug=slug)),
        next_position=max((item.position for item, _practice in items), default=0) + 1,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PRACTICE_REVIEW)
def create() -> Any:
    """Make a collection."""
    form = Form(CollectionSchema(), request.form if request.method == "POST" else None, {"position": 0})
    if request.method == "POST":
        try:
            collection = service.add_collection(form.load(), actor=current_actor())
            flash(_("The collection is kept. Put practices into it now."))
            return redirect(url_for("collections.show", slug=collection.slug))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
    page = render_template("collections/edit.html", form=form, collection=None, theirs=None)
    return page, 400 if form.errors else 200


def _values(collection: PracticeCollection) -> dict[str, Any]:
    return {name: getattr(collection, name) for name in CollectionSchema().load_fields}


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@requires(Permission.PRACTICE_REVIEW)
def edit(slug: str) -> Any:
    """Change a collection; when somebody else was faster, both texts are shown."""
    collection = queries.get_collection(slug)
    form = Form(CollectionSchema(), request.form if request.method == "POST" else None, _values(collection))
    theirs, status = None, 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.change_collection(
                slug, form.load(), version=read_version(version), actor=current_actor()
            )
            flash(_("The collection is changed."))
            return redirect(url_for("collections.show", slug=slug))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            collection = queries.get_collection(slug)
        except Conflict:
            db.session.rollback()
            collection, status = queries.get_collection(slug), 409
            theirs = Form(CollectionSchema(), None, _values(collection))
    return render_template("collections/edit.html", form=form, collection=collection, theirs=theirs), status


@bp.post("/<slug>/archive")
@requires(Permission.PRACTICE_REVIEW)
def archive(slug: str) -> Any:
    """Archive a collection, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_collection(slug, is_archived=is_archived, actor=current_actor())
    flash(_("The collection is archived.") if is_archived else _("The collection is back; publish it when it is ready."))
    return redirect(url_for("collections.show", slug=slug))


@bp.post("/<slug>/practices")
@requires(Permission.PRACTICE_REVIEW)
def place(slug: str) -> Any:
    """Put a practice into the collection, change its place, or take it out."""
    if "remove" in request.form:
        try:
            service.remove_practice(slug, uuid.UUID(request.form["remove"]))
        except ValueError:
            raise NotFound("practice") from None
        flash(_("The practice is taken out."))
    else:
        data = Form(ItemSchema(), request.form).load()
        service.place_practice(
            slug, request.form.get("practice", ""), note=data["note"], position=data["position"]
        )
        flash(_("The practice stands in the collection."))
    return redirect(url_for("collections.show", slug=slug))

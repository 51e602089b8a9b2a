"""Pages of soft targets and public spaces. They are for the team alone."""

import uuid
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.assessment import codes
from network.assessment.editing import edit_record, typed_version
from network.assessment.places import queries, service
from network.assessment.places.queries import SOON, SORTS, PlaceFilter
from network.assessment.places.schemas import MeasureSchema, ReviewSchema, SoftTargetSchema, first_review
from network.assessment.queries import community_choices
from network.identity.permissions import Permission
from network.partners.queries import partner_choices
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download

bp = Blueprint("places", __name__, url_prefix="/places", template_folder="../templates")


def _due_words() -> dict[str, str]:
    return {"overdue": _("Review overdue"), "soon": _("Review due within %(count)s days", count=SOON),
            "never": _("Never reviewed")}  # fmt: skip


def _filter() -> PlaceFilter:
    kind, due = request.args.get("type", ""), request.args.get("due", "")
    return PlaceFilter(
        text=request.args.get("q", "").strip()[:200], place_type=kind if kind in codes.PLACE_TYPES else "",
        due=due if due in ("overdue", "soon", "never") else "", is_archived=request.args.get("archived") == "1",
    )  # fmt: skip


@bp.get("/")
@requires(Permission.PLACE_READ)
def index() -> Any:
    """The register, filtered; reviews that are due come first when they are asked for."""
    actor, wanted, words = current_actor(), _filter(), _due_words()
    sort = request.args.get("sort", "due" if wanted.due else "name")
    page = queries.list_places(
        wanted, actor=actor, sort=sort if sort in SORTS else "name",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    chips = [("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
             ("type", wanted.place_type and codes.PLACE_TYPES[wanted.place_type]),
             ("due", words.get(wanted.due, "")), ("archived", wanted.is_archived and _("Archived"))]  # fmt: skip
    return render_template(
        "places/index.html", page=page, codes=codes, due_words=words, today=date.today(), sort=sort,
        soon=date.today() + timedelta(days=SOON), may_write=actor.may(Permission.PLACE_WRITE),
        measures=queries.count_measures([p.soft_target_id for p in page.items], actor=actor),
        chip_items=[(name, str(text)) for name, text in chips if text],
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.PLACE_READ)
def export(kind: str) -> Any:
    """The filtered register as a file."""
    actor = current_actor()
    found = queries.all_places(_filter(), actor=actor)
    measures = queries.count_measures([p.soft_target_id for p in found], actor=actor)
    headers = [_("Name of the place"), _("Kind of place"), _("District or neighbourhood"), _("Owner"), _("How to reach them"),
               _("Last review"), _("Next review by"), _("Measures in place"), _("Measures planned"),
               _("What makes it a target")]  # fmt: skip
    rows = (
        [p.name, str(codes.PLACE_TYPES[p.place_type]), p.district, p.owner, p.contact, p.reviewed_on, p.review_due_on,
         measures[p.soft_target_id].get("in_place", 0), measures[p.soft_target_id].get("planned", 0), p.description]
        for p in found
    )  # fmt: skip
    return download(kind, "places", headers, rows)


@bp.route("/new", methods=["GET", "POST"])
@bp.route("/<uuid:soft_target_id>/edit", methods=["GET", "POST"])
@requires(Permission.PLACE_WRITE)
def edit(soft_target_id: uuid.UUID | None = None) -> Any:
    """Put a place into the register, or change it."""
    actor = current_actor()

    def save(data: dict[str, Any]) -> str:
        found = service.save_place(data, soft_target_id=soft_target_id, version=typed_version(), actor=actor)
        flash(_("The place is in the register."))
        return url_for("places.show", soft_target_id=found.soft_target_id)

    def load() -> Any:
        return queries.get_place(soft_target_id, actor=actor) if soft_target_id else None

    return edit_record(
        SoftTargetSchema, load(), reload=load, save=save,
        initial={} if soft_target_id else {"review_due_on": date.today() + timedelta(days=30)},
        choices={"community_id": list(community_choices(actor)), "partner_id": partner_choices(actor=actor)},
        heading=_("Edit the place") if soft_target_id else _("Add a place"),
        back=url_for("places.show", soft_target_id=soft_target_id) if soft_target_id else url_for("places.index"),
    )  # fmt: skip


@bp.get("/<uuid:soft_target_id>")
@requires(Permission.PLACE_READ)
def show(soft_target_id: uuid.UUID) -> Any:
    """One place with its measures and reviews."""
    actor = current_actor()
    place = queries.get_place(soft_target_id, actor=actor)
    return render_template(
        "places/show.html", place=place, codes=codes, today=date.today(),
        community=dict(community_choices(actor)).get(str(place.community_id or ""), ""),
        measures=queries.list_measures(soft_target_id, actor=actor),
        reviews=queries.list_reviews(soft_target_id, actor=actor),
        may_write=actor.may(Permission.PLACE_WRITE), panel=get_panel("soft_target", soft_target_id, actor=actor),
    )  # fmt: skip


@bp.post("/<uuid:soft_target_id>/archive")
@requires(Permission.PLACE_WRITE)
def archive(soft_target_id: uuid.UUID) -> Any:
    """Archive a place, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_place(soft_target_id, is_archived=is_archived, actor=current_actor())
    flash(_("The place is archived.") if is_archived else _("The place is back."))
    return redirect(url_for("places.show", soft_target_id=soft_target_id))


@bp.route("/<uuid:soft_target_id>/review", methods=["GET", "POST"])
@requires(Permission.PLACE_WRITE)
def review(soft_target_id: uuid.UUID) -> Any:
    """Note that somebody looked at the place."""
    actor, here = current_actor(), url_for("places.show", soft_target_id=soft_target_id)
    place = queries.get_place(soft_target_id, actor=actor)

    def save(data: dict[str, Any]) -> str:
        service.record_review(soft_target_id, data, actor=actor)
        flash(_("The review is noted."))
        return here

    return edit_record(
        ReviewSchema, None, reload=lambda: None, save=save, initial=first_review(), back=here,
        heading=_("Review %(name)s", name=place.name),
    )  # fmt: skip


@bp.route("/<uuid:soft_target_id>/measures/new", methods=["GET", "POST"])
@bp.route("/<uuid:soft_target_id>/measures/<uuid:measure_id>/edit", methods=["GET", "POST"])
@requires(Permission.PLACE_WRITE)
def measure(soft_target_id: uuid.UUID, measure_id: uuid.UUID | None = None) -> Any:
    """Add a measure to a place, change it, or take it away."""
    actor, here = current_actor(), url_for("places.show", soft_target_id=soft_target_id)
    place = queries.get_place(soft_target_id, actor=actor)
    if measure_id is not None and request.form.get("remove") == "1":
        service.remove_measure(soft_target_id, measure_id, actor=actor)
        flash(_("The measure is taken away."))
        return redirect(here)

    def save(data: dict[str, Any]) -> str:
        service.save_measure(soft_target_id, data, measure_id=measure_id, version=typed_version(), actor=actor)
        flash(_("The measure is kept."))
        return here

    def load() -> Any:
        return queries.get_measure(soft_target_id, measure_id, actor=actor) if measure_id else None

    return edit_record(
        MeasureSchema, load(), reload=load, save=save, back=here, initial={} if measure_id else {"status": "planned"},
        heading=_("Edit the measure") if measure_id else _("Add a measure for %(name)s", name=place.name),
        may_remove=measure_id is not None, remove_label=_("Take away"),
    )  # fmt: skip

"""Pages of meeting series."""

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from network.cities.queries import get_time_zone
from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.meetings import codes, queries, service
from network.meetings.calendar import make_series_calendar
from network.meetings.models import MeetingSeries
from network.meetings.routes import calendar_file, invitation_choices
from network.meetings.schemas import SeriesSchema
from network.meetings.words import moment, span
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.forms import Form, read_version

bp = Blueprint("meeting_series", __name__, url_prefix="/meetings/series", template_folder="templates")


@bp.get("/")
@requires(Permission.RECORD_READ)
def index() -> Any:
    """Every series with its rhythm and next meeting."""
    actor = current_actor()
    zone, is_archived = get_time_zone(actor=actor), request.args.get("archived") == "1"
    return render_template(
        "meetings/series_index.html", series=queries.list_series(actor=actor, is_archived=is_archived), codes=codes,
        next_at=queries.find_next_meetings(actor=actor), moment=lambda value: moment(value, zone),
        is_archived=is_archived, may_write=actor.may(Permission.MEETING_WRITE),
    )  # fmt: skip


def _values(series: MeetingSeries) -> dict[str, Any]:
    values = {name: getattr(series, name) for name in SeriesSchema().load_fields}
    return values | {
        "start_time": series.start_time.strftime("%H:%M"),
        "partner_ids": [str(i) for i in series.partner_ids], "person_ids": [str(i) for i in series.person_ids],
    }  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def create() -> Any:
    """Begin a series."""
    actor = current_actor()
    initial = {"rhythm": "monthly", "week_of_month": "1", "minutes": 90, "person_ids": [str(actor.person_id)]}
    form = Form(
        SeriesSchema(), request.form if request.method == "POST" else None, initial, invitation_choices(actor=actor)
    )
    if request.method == "POST":
        try:
            series = service.add_series(form.load(), actor=actor)
            flash(_("The series is there, and its meetings of the next six months are planned."))
            return redirect(url_for("meeting_series.show", series_id=series.series_id))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
    page = render_template("meetings/series_edit.html", form=form, series=None, theirs=None)
    return page, 400 if form.errors else 200


@bp.route("/<uuid:series_id>/edit", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def edit(series_id: uuid.UUID) -> Any:
    """Change a series; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    series, choices = queries.get_series(series_id, actor=actor), invitation_choices(actor=actor)
    form = Form(SeriesSchema(), request.form if request.method == "POST" else None, _values(series), choices)
    theirs, status = None, 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.change_series(
                series_id, form.load(), version=read_version(version), actor=actor
            )
            flash(_("The series is changed."))
            return redirect(url_for("meeting_series.show", series_id=series_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            series = queries.get_series(series_id, actor=actor)
        except Conflict:
            db.session.rollback()
            series, status = queries.get_series(series_id, actor=actor), 409
            theirs = Form(SeriesSchema(), None, _values(series), choices)
    return render_template("meetings/series_edit.html", form=form, series=series, theirs=theirs), status


@bp.get("/<uuid:series_id>")
@requires(Permission.RECORD_READ)
def show(series_id: uuid.UUID) -> Any:
    """One series with its meetings."""
    actor = current_actor()
    series, zone = queries.get_series(series_id, actor=actor), get_time_zone(actor=actor)
    meetings = [m for m in queries.list_series_meetings(series_id, actor=actor) if m.archived_at is None]
    names = queries.party_names(actor=actor)
    return render_template(
        "meetings/series_show.html", series=series, meetings=meetings, codes=codes, when=lambda m: span(m, zone),
        invited=[names[i] for i in [*series.partner_ids, *series.person_ids] if i in names],
        panel=get_panel("meeting_series", series_id, actor=actor), may_write=actor.may(Permission.MEETING_WRITE),
    )  # fmt: skip


@bp.get("/<uuid:series_id>.ics")
@requires(Permission.RECORD_READ)
def calendar(series_id: uuid.UUID) -> Response:
    """The series as one recurring entry for a calendar program."""
    actor = current_actor()
    content = make_series_calendar(
        queries.get_series(series_id, actor=actor), queries.list_series_meetings(series_id, actor=actor),
        zone=get_time_zone(actor=actor), site=current_app.extensions["concord.settings"].public_url,
    )  # fmt: skip
    return calendar_file(content, "series")


@bp.post("/<uuid:series_id>/plan")
@requires(Permission.MEETING_WRITE)
def plan(series_id: uuid.UUID) -> Any:
    """Plan six months more."""
    count = service.plan_meetings(series_id, actor=current_actor(), goes_on=True)
    flash(ngettext("%(num)s meeting more is planned.", "%(num)s meetings more are planned.", count))
    return redirect(url_for("meeting_series.show", series_id=series_id))


@bp.post("/<uuid:series_id>/archive")
@requires(Permission.MEETING_WRITE)
def archive(series_id: uuid.UUID) -> Any:
    """End a series, or take it up again."""
    is_archived = request.form.get("undo") != "1"
    service.archive_series(series_id, is_archived=is_archived, actor=current_actor())
    flash(_("The series has ended.") if is_archived else _("The series goes on."))
    return redirect(url_for("meeting_series.show", series_id=series_id))

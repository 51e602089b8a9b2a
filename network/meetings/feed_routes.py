"""Calendar feeds: the page on which people make and end theirs, and the feeds themselves."""

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from network.cities.queries import get_time_zone
from network.identity.models import Organisation
from network.identity.permissions import Permission
from network.kernel.errors import NotFound, ValidationFailed
from network.kernel.tenancy import acting_as
from network.meetings import feeds, queries
from network.meetings.calendar import make_calendar
from network.meetings.schemas import FeedSchema
from network.web.access import current_actor, public, requires
from network.web.forms import Form

bp = Blueprint("calendar", __name__, template_folder="templates")


@bp.route("/meetings/calendar", methods=["GET", "POST"])
@requires(Permission.MEETING_READ)
def index() -> Any:
    """The caller's feeds, and a new one."""
    actor, address = current_actor(), ""
    form = Form(FeedSchema(), request.form if request.method == "POST" else None)
    if request.method == "POST":
        try:
            token = feeds.issue_feed(**form.load(), actor=actor)
            site = current_app.extensions["concord.settings"].public_url
            address = site + url_for("calendar.feed", token=token)
            form = Form(FeedSchema())
        except ValidationFailed as error:
            form.errors = error.errors
    page = render_template("meetings/feeds.html", form=form, address=address, feeds=queries.list_feeds(actor=actor))
    return page, 400 if form.errors else 200


@bp.post("/meetings/calendar/<uuid:feed_id>/revoke")
@requires(Permission.MEETING_READ)
def revoke(feed_id: uuid.UUID) -> Any:
    """End a feed."""
    feeds.revoke_feed(feed_id, actor=current_actor())
    flash(_("The calendar address does not work any more."))
    return redirect(url_for("calendar.index"))


@bp.get("/calendar/<token>.ics")
@public
def feed(token: str) -> Response:
    """The meetings of whoever holds the secret, with the rights that its person has now."""
    actor, holds_all = feeds.open_feed(token)
    if not actor.may(Permission.MEETING_READ):
        raise NotFound("calendar feed")
    with acting_as(actor) as session:
        city = session.execute(
            select(Organisation.name).where(Organisation.organisation_id == actor.organisation_id)
        ).scalar_one()
        content = make_calendar(
            queries.list_calendar(actor=actor, holds_all=holds_all), name=city, zone=get_time_zone(actor=actor),
            site=current_app.extensions["concord.settings"].public_url,
        )  # fmt: skip
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["X-Robots-Tag"] = "noindex"
    return response

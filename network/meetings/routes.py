"""Pages of meetings."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from network.cities.queries import get_time_zone
from network.identity.permissions import Permission
from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.tenancy import Actor
from network.meetings import codes, queries, service
from network.meetings.calendar import make_calendar
from network.meetings.models import Meeting
from network.meetings.queries import MeetingFilter
from network.meetings.schemas import DecisionSchema, FollowUpSchema, MeetingSchema, MinutesSchema
from network.meetings.words import moment, span
from network.partners.queries import partner_choices
from network.records.queries import get_panel
from network.strategy import codes as action_codes
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form, read_version

bp = Blueprint("meetings", __name__, url_prefix="/meetings", template_folder="templates")
WHEN = ("upcoming", "past", "all")


def read_id(value: str) -> uuid.UUID | None:
    """An id from an address or a form; None for anything else."""
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def calendar_file(content: bytes, name: str) -> Response:
    """A calendar as a download."""
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def invitation_choices(*, actor: Actor) -> dict[str, list[tuple[str, Any]]]:
    """Whom a form can invite."""
    people = [(str(p.person_id), p.name) for p, role in list_members(actor) if role != "partner"]
    return {"partner_ids": list(partner_choices(actor=actor)), "person_ids": list(people)}


def _filter() -> MeetingFilter:
    when, status = request.args.get("when", "upcoming"), request.args.get("status", "")
    return MeetingFilter(
        text=request.args.get("q", "").strip()[:200], when=when if when in WHEN[:2] else "",
        status=status if status in codes.STATUS else "", series_id=read_id(request.args.get("series", "")),
        partner_id=read_id(request.args.get("partner", "")), is_archived=request.args.get("archived") == "1",
    )  # fmt: skip


def _chips(wanted: MeetingFilter, series: dict[uuid.UUID, str], names: dict[uuid.UUID, str]) -> list[tuple[str, str]]:
    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("when", {"past": _("Past"), "": _("Past and to come")}.get(wanted.when, "")),
        ("status", wanted.status and str(codes.STATUS[wanted.status])),
        ("series", wanted.series_id and series.get(wanted.series_id, "")),
        ("partner", wanted.partner_id and names.get(wanted.partner_id, "")),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    return [(name, str(text)) for name, text in found if text]


@bp.get("/")
@requires(Permission.MEETING_READ)
def index() -> Any:
    """Meetings, filtered."""
    actor, wanted, zone = current_actor(), _filter(), get_time_zone(actor=current_actor())
    page = queries.list_meetings(
        wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    is_team = actor.role != "partner"
    series = queries.list_series(actor=actor)
    return render_template(
        "meetings/index.html", page=page, codes=codes, when=lambda m: span(m, zone), series=series, is_team=is_team,
        args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
        chip_items=_chips(
            wanted, {s.series_id: s.title for s in series}, queries.party_names(actor=actor) if wanted.partner_id else {}
        ),
        progress=queries.meeting_progress(actor=actor) if is_team else None, months=queries.NOT_MET_MONTHS,
        may_write=actor.may(Permission.MEETING_WRITE),
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.MEETING_READ)
def export(kind: str) -> Any:
    """The filtered meetings as a file."""
    actor = current_actor()
    zone, names = get_time_zone(actor=actor), queries.party_names(actor=actor)
    headers = [_("Title"), _("From"), _("To"), _("Place"), _("Status"), _("Agenda"), _("Who is invited")]
    rows = (
        [m.title, m.starts_at.astimezone(zone), m.ends_at.astimezone(zone), m.place, codes.STATUS[m.status], m.agenda,
         [name for _kind, _id, name in queries.find_invited(m, names)]]
        for m in queries.all_meetings(_filter(), actor=actor)
    )  # fmt: skip
    return download(kind, "meetings", headers, rows)


def _values(meeting: Meeting, *, actor: Actor) -> dict[str, Any]:
    zone = get_time_zone(actor=actor)
    starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    return {
        "title": meeting.title, "on": starts.date(), "starts": starts.strftime("%H:%M"), "ends": ends.strftime("%H:%M"),
        "place": meeting.place, "agenda": "\n".join(meeting.agenda),
        "partner_ids": [str(i) for i in meeting.partner_ids], "person_ids": [str(i) for i in meeting.person_ids],
    }  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def create() -> Any:
    """Plan a single meeting."""
    actor = current_actor()
    initial = {"partner_ids": request.args.getlist("partner"), "person_ids": [str(actor.person_id)]}
    form = Form(
        MeetingSchema(), request.form if request.method == "POST" else None, initial, invitation_choices(actor=actor)
    )
    if request.method == "POST":
        try:
            meeting = service.add_meeting(form.load(), actor=actor)
            flash(_("The meeting is planned. Nobody has been told yet: send the invitations when you are ready."))
            return redirect(url_for("meetings.show", meeting_id=meeting.meeting_id))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
    page = render_template("meetings/edit.html", form=form, meeting=None, theirs=None)
    return page, 400 if form.errors else 200


@bp.route("/<uuid:meeting_id>/edit", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def edit(meeting_id: uuid.UUID) -> Any:
    """Change a meeting; when somebody else was faster, both texts are shown."""
    actor = current_actor()
    meeting = queries.get_meeting(meeting_id, actor=actor)
    choices = invitation_choices(actor=actor)
    form = Form(
        MeetingSchema(), request.form if request.method == "POST" else None, _values(meeting, actor=actor), choices
    )
    theirs, status = None, 200
    if request.method == "POST":
        version = request.form.get("version", "")
        try:
            service.change_meeting(
                meeting_id, form.load(), version=read_version(version), actor=actor
            )
            flash(_("The meeting is changed."))
            return redirect(url_for("meetings.show", meeting_id=meeting_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            meeting = queries.get_meeting(meeting_id, actor=actor)
        except Conflict:
            db.session.rollback()
            meeting, status = queries.get_meeting(meeting_id, actor=actor), 409
            theirs = Form(MeetingSchema(), None, _values(meeting, actor=actor), choices)
    return render_template("meetings/edit.html", form=form, meeting=meeting, theirs=theirs), status


@bp.get("/<uuid:meeting_id>")
@requires(Permission.MEETING_READ)
def show(meeting_id: uuid.UUID) -> Any:
    """One meeting with who was there, the minutes, decisions and what follows from them."""
    return _show(meeting_id)


def _show(
    meeting_id: uuid.UUID, *, minutes_form: Form | None = None, decision_form: Form | None = None,
    follow_up_form: Form | None = None, status: int = 200, typed_version: str | None = None,
) -> Any:  # fmt: skip
    actor = current_actor()
    meeting, zone = queries.get_meeting(meeting_id, actor=actor), get_time_zone(actor=actor)
    names, minutes = queries.party_names(actor=actor), queries.find_minutes(meeting_id, actor=actor)
    decisions = queries.list_decisions(meeting_id, actor=actor)
    series = queries.get_series(meeting.series_id, actor=actor) if meeting.series_id and actor.role != "partner" else None
    if minutes_form is None:
        minutes_form = Form(
            MinutesSchema(), None, {"body": minutes.body, "is_shared": bool(minutes.partner_ids)} if minutes else {}
        )
    choices = _follow_up_choices(meeting, names, decisions, actor)
    follow_up_form = follow_up_form or Form(FollowUpSchema())
    follow_up_form.choices = choices
    states = {row.partner_id or row.person_id: row.state for row in queries.list_attendance(meeting_id, actor=actor)}
    page = render_template(
        "meetings/show.html", meeting=meeting, codes=codes, when=span(meeting, zone), series=series, names=names,
        invited=queries.find_invited(meeting, names), states=states, minutes=minutes, minutes_form=minutes_form,
        minutes_at=moment(minutes.updated_at, zone) if minutes else "", typed_version=typed_version,
        decisions=decisions, decision_form=decision_form or Form(DecisionSchema()), follow_up_form=follow_up_form,
        follow_ups=queries.list_follow_ups(meeting_id, actor=actor), action_codes=action_codes, today=date.today(), is_team=actor.role != "partner",
        has_begun=meeting.starts_at <= datetime.now(UTC), is_over=meeting.ends_at <= datetime.now(UTC),
        panel=get_panel("meeting", meeting_id, actor=actor) if actor.may(Permission.RECORD_READ) else None,
        may_write=actor.may(Permission.MEETING_WRITE),
    )  # fmt: skip
    return page, status


def _follow_up_choices(
    meeting: Meeting, names: dict[uuid.UUID, str], decisions: list[Any], actor: Actor
) -> dict[str, list[tuple[str, Any]]]:
    invited = [(f"{kind}:{key}", name) for kind, key, name in queries.find_invited(meeting, names)]
    known = {value for value, _name in invited}
    team = [(f"person:{p.person_id}", p.name) for p, role in list_members(actor) if role != "partner"]
    return {
        "owner": invited + [entry for entry in team if entry[0] not in known],
        "decision_id": [(str(d.decision_id), d.body[:80]) for d in decisions],
    }


def _back(meeting_id: uuid.UUID, anchor: str = "") -> Any:
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor=anchor or None))


@bp.get("/<uuid:meeting_id>.ics")
@requires(Permission.MEETING_READ)
def calendar(meeting_id: uuid.UUID) -> Response:
    """One meeting for a calendar program."""
    actor = current_actor()
    meeting = queries.get_meeting(meeting_id, actor=actor)
    site = current_app.extensions["concord.settings"].public_url
    content = make_calendar([meeting], name=meeting.title, zone=get_time_zone(actor=actor), site=site)
    return calendar_file(content, "meeting")


@bp.post("/<uuid:meeting_id>/send")
@requires(Permission.MEETING_WRITE)
def send(meeting_id: uuid.UUID) -> Any:
    """Send the invitations by mail."""
    count = service.send_invitations(meeting_id, actor=current_actor())
    flash(ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", count))
    return _back(meeting_id)


@bp.post("/<uuid:meeting_id>/cancel")
@requires(Permission.MEETING_WRITE)
def cancel(meeting_id: uuid.UUID) -> Any:
    """Cancel a meeting, or undo that."""
    is_cancelled = request.form.get("undo") != "1"
    service.cancel_meeting(meeting_id, is_cancelled=is_cancelled, actor=current_actor())
    flash(_("The meeting is cancelled.") if is_cancelled else _("The meeting takes place after all."))
    return _back(meeting_id)


@bp.post("/<uuid:meeting_id>/archive")
@requires(Permission.MEETING_WRITE)
def archive(meeting_id: uuid.UUID) -> Any:
    """Archive a meeting, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_meeting(meeting_id, is_archived=is_archived, actor=current_actor())
    flash(_("The meeting is archived.") if is_archived else _("The meeting is back."))
    return _back(meeting_id)


@bp.post("/<uuid:meeting_id>/attendance")
@requires(Permission.MEETING_WRITE)
def attendance(meeting_id: uuid.UUID) -> Any:
    """Say who was there."""
    states: dict[service.Party, str] = {}
    for name, state in request.form.items():
        kind, _colon, key = name.partition(":")
        party_id = read_id(key)
        if kind in ("partner", "person") and party_id:
            states[kind, party_id] = state
    service.record_attendance(meeting_id, states, actor=current_actor())
    flash(_("Who was there is kept."))
    return _back(meeting_id, "attendance")


@bp.post("/<uuid:meeting_id>/minutes")
@requires(Permission.MEETING_WRITE)
def minutes(meeting_id: uuid.UUID) -> Any:
    """Keep the minutes."""
    form, version = Form(MinutesSchema(), request.form), request.form.get("version", "")
    try:
        service.save_minutes(
            meeting_id, **form.load(), version=read_version(version), actor=current_actor()
        )
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(meeting_id, minutes_form=form, status=400)
    except Conflict:
        db.session.rollback()
        return _show(meeting_id, minutes_form=form, status=409, typed_version=version)
    flash(_("The minutes are kept."))
    return _back(meeting_id, "minutes")


@bp.post("/<uuid:meeting_id>/decisions")
@requires(Permission.MEETING_WRITE)
def change_decisions(meeting_id: uuid.UUID) -> Any:
    """Write down a decision, or take one away."""
    actor = current_actor()
    if "remove" in request.form:
        service.remove_decision(meeting_id, read_id(request.form["remove"]) or uuid.UUID(int=0), actor=actor)
        flash(_("The decision is taken away."))
        return _back(meeting_id, "decisions")
    form = Form(DecisionSchema(), request.form)
    try:
        service.add_decision(meeting_id, **form.load(), actor=actor)
    except ValidationFailed as error:
        form.errors = error.errors
        return _show(meeting_id, decision_form=form, status=400)
    flash(_("The decision is kept. Who does what about it?"))
    return _back(meeting_id, "decisions")


@bp.post("/<uuid:meeting_id>/follow-ups")
@requires(Permission.MEETING_WRITE)
def change_follow_ups(meeting_id: uuid.UUID) -> Any:
    """Give somebody something to do, say that it is done, or take it away."""
    actor, nobody = current_actor(), uuid.UUID(int=0)
    for name in ("done", "open", "remove"):
        if name in request.form:
            key = read_id(request.form[name]) or nobody
            if name == "remove":
                service.remove_follow_up(meeting_id, key, actor=actor)
            else:
                service.finish_follow_up(meeting_id, key, is_done=name == "done", actor=actor)
            flash(_("The action is changed."))
            return _back(meeting_id, "follow-ups")
    form = Form(FollowUpSchema(), request.form)
    try:
        service.add_follow_up(meeting_id, form.load(), actor=actor)
    except ValidationFailed as error:
        form.errors = error.errors
        db.session.rollback()
        return _show(meeting_id, follow_up_form=form, status=400)
    flash(_("It stands in the action plan now."))
    return _back(meeting_id, "follow-ups")


@bp.get("/partners")
@requires(Permission.PARTNER_READ)
def contacts() -> Any:
    """Whom it is time to meet."""
    actor = current_actor()
    zone = get_time_zone(actor=actor)
    return render_template(
        "meetings/contacts.html", lines=queries.list_contacts(actor=actor), today=date.today(),
        months=queries.NOT_MET_MONTHS, moment=lambda value: moment(value, zone),
        may_write=actor.may(Permission.MEETING_WRITE),
    )  # fmt: skip


@bp.get("/decisions")
@requires(Permission.RECORD_READ)
def decisions() -> Any:
    """What was decided in all meetings, and what follows from it."""
    actor = current_actor()
    zone = get_time_zone(actor=actor)
    page = queries.page_decisions(
        actor=actor, is_open=request.args.get("open") == "1", text=request.args.get("q", "").strip()[:200],
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    args = {k: v for k, v in request.args.items() if v and k not in ("after", "before")}
    chips = [("q", _("Search: %(text)s", text=args["q"]))] if args.get("q") else []
    chips += [("open", _("Nothing follows yet"))] if args.get("open") == "1" else []
    return render_template(
        "meetings/decisions.html", page=page, args=args, chip_items=chips, moment=lambda value: moment(value, zone)
    )


@bp.get("/decisions.<any(csv, xlsx):kind>")
@requires(Permission.RECORD_READ)
def export_decisions(kind: str) -> Any:
    """The decisions as a file."""
    actor = current_actor()
    zone = get_time_zone(actor=actor)
    page = queries.page_decisions(
        actor=actor, is_open=request.args.get("open") == "1", text=request.args.get("q", "").strip()[:200], limit=5000
    )
    headers = [_("Decision"), _("Meeting"), _("Day"), _("Follow-ups"), _("Done")]
    rows = ([line.decision.body, line.meeting.title, line.meeting.starts_at.astimezone(zone).date(), line.follow_ups,
             line.done] for line in page.items)  # fmt: skip
    return download(kind, "decisions", headers, rows)

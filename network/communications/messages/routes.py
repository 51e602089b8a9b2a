"""Pages of planned messages: list, month, message, text, and the steps of a text's life."""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.communications import codes
from network.communications.messages import queries, service
from network.communications.messages.calendar import make_month, month_days, read_month
from network.communications.messages.queries import MessageFilter
from network.communications.messages.starters import STARTERS, find_starter
from network.communications.models import (
    Audience,
    Channel,
    KeyMessage,
    MessageTemplate,
    MessageVersion,
    PlannedMessage,
    Rumour,
    Spokesperson,
)
from network.communications.queries import RegisterFilter, all_of_register
from network.communications.registers import read_version
from network.communications.schemas import MessageSchema, MessageTextSchema, NewMessageSchema
from network.identity.permissions import Permission
from network.identity.service import list_members
from network.kernel.db import db
from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import locale_name, reader_locale
from network.kernel.tenancy import Actor
from network.partners.schemas import language_choices
from network.records.keeping import get_kept
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form

bp = Blueprint("messages", __name__, url_prefix="/messages", template_folder="templates")
SORT_NAMES = {"planned": _l("Latest first"), "soonest": _l("Earliest first"), "name": _l("By name")}


def _id(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _filter() -> MessageFilter:
    args = request.args
    status, occasion = args.get("status", ""), args.get("occasion", "")
    return MessageFilter(
        text=args.get("q", "").strip()[:200], status=status if status in codes.MESSAGE_STATUS else "",
        language=args.get("language", "")[:3], occasion=occasion if occasion in codes.OCCASIONS else "",
        audience_id=_id(args.get("audience", "")), channel_id=_id(args.get("channel", "")),
        date_from=_day(args.get("from", "")), date_to=_day(args.get("to", "")),
        is_archived=args.get("archived") == "1",
    )  # fmt: skip


def _choices(actor: Actor) -> dict[str, list[tuple[str, Any]]]:
    """Audiences, channels and spokespeople to choose from."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for name, model in (("audience_ids", Audience), ("channel_ids", Channel), ("spokesperson_id", Spokesperson)):
        of: Any = model
        found[name] = [(str(e.record_id), e.name) for e in all_of_register(of, RegisterFilter(), actor=actor)]
    return found


def _chips(wanted: MessageFilter, choices: dict[str, list[tuple[str, Any]]]) -> list[tuple[str, str]]:
    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("status", wanted.status and codes.MESSAGE_STATUS[wanted.status]),
        ("language", dict(language_choices()).get(wanted.language, "")),
        ("occasion", wanted.occasion and codes.OCCASIONS[wanted.occasion]),
        ("audience", dict(choices["audience_ids"]).get(str(wanted.audience_id), "")),
        ("channel", dict(choices["channel_ids"]).get(str(wanted.channel_id), "")),
        ("from", wanted.date_from and _("From %(day)s", day=wanted.date_from)),
        ("to", wanted.date_to and _("Until %(day)s", day=wanted.date_to)),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    return [(name, str(text)) for name, text in found if text]


@bp.get("/")
@requires(Permission.COMMUNICATION_READ)
def index() -> Any:
    """The messages, as a list or as a month."""
    actor, wanted = current_actor(), _filter()
    choices = _choices(actor)
    common = {
        "chip_items": _chips(wanted, choices), "codes": codes, "languages": language_choices(), "choices": choices,
        "language_names": dict(language_choices()), "may_write": actor.may(Permission.COMMUNICATION_WRITE),
        "counts": queries.count_by_status(actor=actor), "may_approve": actor.may(Permission.MESSAGE_APPROVE),
        "args": {k: v for k, v in request.args.items() if v and k not in ("after", "before")},
    }  # fmt: skip
    if request.args.get("view") == "month":
        first, weekday = read_month(request.args.get("month", "")), reader_locale().first_week_day
        weeks = month_days(first, weekday)
        month = MessageFilter(**{**vars(wanted), "date_from": weeks[0][0], "date_to": weeks[-1][-1]})
        messages = queries.all_messages(month, actor=actor, limit=queries.MOST_IN_MONTH)
        names = reader_locale().days["stand-alone"]["abbreviated"]
        return render_template(
            "messages/month.html", month=make_month(first, weekday, messages), today=date.today(),
            month_name=reader_locale().months["stand-alone"]["wide"][first.month],
            weekday_names=[names[(weekday + i) % 7] for i in range(7)],
            parts=queries.find_parts([m.message_id for m in messages], actor=actor), **common,
        )  # fmt: skip
    sort = request.args.get("sort", "")
    page = queries.list_messages(
        wanted, actor=actor, sort=sort if sort in queries.SORTS else "planned",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    return render_template(
        "messages/index.html", page=page, sorts=SORT_NAMES, today=date.today(),
        parts=queries.find_parts([m.message_id for m in page.items], actor=actor), **common,
    )  # fmt: skip


@bp.get("/export.<any(csv, xlsx):kind>")
@requires(Permission.COMMUNICATION_READ)
def export(kind: str) -> Any:
    """The filtered messages as a file, one row for each text."""
    actor = current_actor()
    messages = queries.all_messages(_filter(), actor=actor)
    parts = queries.find_parts([m.message_id for m in messages], actor=actor)
    people = _people(actor)
    headers = [_("Name of the message"), _("Occasion"), _("Planned for"), _("Audiences"), _("Channels"), _("Language"),
               _("Status"), _("Headline"), _("Text"), _("Short text for social media"), _("Written by"),
               _("Reviewed by"), _("Approved by"), _("Published on"), _("Where it is out")]  # fmt: skip

    def row(message: PlannedMessage, text: MessageVersion | None) -> list[Any]:
        own = parts[message.message_id]
        plan = [message.name, str(codes.OCCASIONS[message.occasion]), message.planned_on,
                [name for _id, name in own.audiences], [name for _id, name in own.channels]]  # fmt: skip
        if text is None:
            return [*plan, *[""] * 10]
        return [*plan, text.language, str(codes.MESSAGE_STATUS[text.status]), text.name, text.body, text.short_text,
                people.get(text.written_by, ""), people.get(text.reviewed_by, ""), people.get(text.approved_by, ""),
                text.published_at, text.link]  # fmt: skip

    def texts(message: PlannedMessage) -> list[MessageVersion | None]:
        return [*parts[message.message_id].versions] or [None]

    rows = (row(message, text) for message in messages for text in texts(message))
    return download(kind, "messages", headers, rows)


def _key_messages(actor: Actor) -> list[KeyMessage]:
    """What everybody who speaks for the city says, beside the text that is written."""
    return all_of_register(KeyMessage, RegisterFilter(), actor=actor, limit=50)


def _people(actor: Actor) -> dict[uuid.UUID | None, str]:
    return {person.person_id: person.name for person, role in list_members(actor) if role != "partner"}


def _beginning(actor: Actor) -> dict[str, Any]:
    """What a new message or text begins with, as the address says: a template, a ready-made text."""
    starter = find_starter(request.args.get("starter", ""), request.args.get("in", ""))
    if starter is not None:
        return {"name": starter.name, "occasion": starter.occasion, "language": starter.language,
                "headline": starter.headline, "body": starter.body, "short_text": starter.short_text}  # fmt: skip
    template_id = _id(request.args.get("template", ""))
    if template_id is not None:
        template = get_kept(MessageTemplate, template_id, actor=actor)
        return {"name": template.name, "occasion": template.occasion, "language": template.language,
                "headline": template.headline, "body": template.body}  # fmt: skip
    return {}


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.COMMUNICATION_WRITE)
def create() -> Any:
    """Plan a message and begin its first text; from a template, or as the answer to a rumour."""
    actor = current_actor()
    initial: dict[str, Any] = {"planned_on": date.today(), "language": locale_name()[:2], "occasion": "everyday"} | _beginning(actor)
    if audience_id := _id(request.args.get("audience", "")):
        initial["audience_ids"] = [str(audience_id)]
    rumour_id = _id(request.values.get("rumour", ""))
    rumour = get_kept(Rumour, rumour_id, actor=actor) if rumour_id else None
    if rumour is not None and "body" not in initial:
        initial |= {"name": rumour.name, "occasion": "rumour", "body": rumour.response}
    form = Form(NewMessageSchema(), request.form if request.method == "POST" else None, initial, _choices(actor))
    if request.method == "POST":
        try:
            message = service.plan_message(form.load(), actor=actor)
            if rumour is not None:
                service.answer_rumour(rumour.rumour_id, message.message_id, actor=actor)
            flash(_("The message is planned, its text is a draft."))
            return redirect(url_for("messages.show", message_id=message.message_id))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
            rumour = get_kept(Rumour, rumour_id, actor=actor) if rumour_id else None
    page = render_template("messages/edit.html", form=form, message=None, rumour=rumour, version=0, theirs=None,
                           key_messages=_key_messages(actor))  # fmt: skip
    return page, 400 if form.errors else 200


def _values(message: PlannedMessage, actor: Actor) -> dict[str, Any]:
    parts = queries.find_parts([message.message_id], actor=actor)[message.message_id]
    return {name: getattr(message, name) for name in ("name", "occasion", "purpose", "planned_on", "spokesperson_id")} | {
        "audience_ids": [str(one) for one, _name in parts.audiences],
        "channel_ids": [str(one) for one, _name in parts.channels],
    }  # fmt: skip


@bp.route("/<uuid:message_id>/edit", methods=["GET", "POST"])
@requires(Permission.COMMUNICATION_WRITE)
def edit(message_id: uuid.UUID) -> Any:
    """Change the plan of a message; when somebody else was faster, both are shown."""
    actor = current_actor()
    message = queries.get_message(message_id, actor=actor)
    choices = _choices(actor)
    form = Form(
        MessageSchema(), request.form if request.method == "POST" else None, _values(message, actor), choices
    )
    theirs, status, version = None, 200, message.version
    if request.method == "POST":
        version = read_version()
        try:
            service.change_message(message_id, form.load(), version=version, actor=actor)
            flash(_("The plan is changed."))
            return redirect(url_for("messages.show", message_id=message_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
        except Conflict:
            status = 409
        db.session.rollback()
        message = queries.get_message(message_id, actor=actor)
        if status == 409:
            version = message.version
            theirs = Form(MessageSchema(), None, _values(message, actor), choices)
    page = render_template(
        "messages/edit.html", form=form, message=message, rumour=None, version=version, theirs=theirs, key_messages=[]
    )
    return page, status


@bp.get("/<uuid:message_id>")
@requires(Permission.COMMUNICATION_READ)
def show(message_id: uuid.UUID) -> Any:
    """A message with its plan and its texts."""
    actor = current_actor()
    message = queries.get_message(message_id, actor=actor)
    parts = queries.find_parts([message_id], actor=actor)[message_id]
    wanted = {audience_id for audience_id, _name in parts.audiences}
    needed = {
        language for audience in all_of_register(Audience, RegisterFilter(), actor=actor)
        if audience.audience_id in wanted for language in audience.languages
    }  # fmt: skip
    names = dict(language_choices())
    speaker = get_kept(Spokesperson, message.spokesperson_id, actor=actor) if message.spokesperson_id else None
    return render_template(
        "messages/show.html", message=message, parts=parts, codes=codes, speaker=speaker, people=_people(actor),
        missing=sorted((names.get(code, code), code) for code in needed - {v.language for v in parts.versions}),
        rumours=queries.list_answered_rumours(message_id, actor=actor), language_names=names,
        panel=get_panel("planned_message", message_id, actor=actor), steps=_steps_for_all(parts.versions, actor),
        may_write=actor.may(Permission.COMMUNICATION_WRITE),
    )  # fmt: skip


def _steps_for_all(versions: list[MessageVersion], actor: Actor) -> list[tuple[str, str]]:
    """The steps that the caller can take with several texts at once, with the words of the button."""
    may_write, may_approve = actor.may(Permission.COMMUNICATION_WRITE), actor.may(Permission.MESSAGE_APPROVE)
    counts = Counter(version.status for version in versions)
    own = sum(1 for v in versions if v.status == "in_review" and actor.person_id in (v.written_by, v.created_by))
    steps = [
        ("submit", may_write, counts["draft"], _("Ask for review of all drafts (%(count)s)", count=counts["draft"])),
        ("approve", may_approve, counts["in_review"] - own,
         _("Approve all in review (%(count)s)", count=counts["in_review"] - own)),
        ("publish", may_write, counts["approved"], _("All approved are out now (%(count)s)", count=counts["approved"])),
    ]  # fmt: skip
    return [(name, label) for name, is_allowed, count, label in steps if is_allowed and count > 1]


@bp.post("/<uuid:message_id>/step")
@requires(Permission.COMMUNICATION_READ)
def step_with_all(message_id: uuid.UUID) -> Any:
    """Take a step with all texts of a message that are ready for it."""
    actor, name = current_actor(), request.form.get("step", "")
    needed = {"submit": Permission.COMMUNICATION_WRITE, "approve": Permission.MESSAGE_APPROVE,
              "publish": Permission.COMMUNICATION_WRITE}  # fmt: skip
    if name not in needed or not actor.may(needed[name]):
        raise NotFound("step")
    queries.get_message(message_id, actor=actor)
    taken, refused = service.take_step_with_all(message_id, name, actor=actor)
    flash(_("Texts that took this step: %(count)s.", count=taken))
    if refused:
        flash(_("Texts that could not: %(count)s. Open them to see why.", count=refused))
    return redirect(url_for("messages.show", message_id=message_id))


@bp.post("/<uuid:message_id>/archive")
@requires(Permission.COMMUNICATION_WRITE)
def archive(message_id: uuid.UUID) -> Any:
    """Archive a message, or undo that."""
    is_archived = request.form.get("undo") != "1"
    service.archive_message(message_id, is_archived=is_archived, actor=current_actor())
    flash(_("The message is archived.") if is_archived else _("The message is back."))
    return redirect(url_for("messages.show", message_id=message_id))


@bp.route("/<uuid:message_id>/texts/new", methods=["GET", "POST"])
@requires(Permission.COMMUNICATION_WRITE)
def add_text(message_id: uuid.UUID) -> Any:
    """Begin the text of a message in one more language."""
    actor = current_actor()
    message = queries.get_message(message_id, actor=actor)
    initial = _beginning(actor)
    initial = {**initial, "name": initial.get("headline", "")} if initial else {"language": request.args.get("in", "")}
    form = Form(MessageTextSchema(), request.form if request.method == "POST" else None, initial)
    if request.method == "POST":
        try:
            version = service.add_version(message_id, form.load(), actor=actor)
            flash(_("The text is kept as a draft."))
            return redirect(url_for("messages.version", version_id=version.message_version_id))
        except ValidationFailed as error:
            form.errors = error.errors
            db.session.rollback()
            message = queries.get_message(message_id, actor=actor)
    versions = queries.find_parts([message_id], actor=actor)[message_id].versions
    used = {version.language for version in versions}
    starters = [s for s in STARTERS if s.occasion == message.occasion and s.language not in used]
    page = render_template(
        "messages/edit_text.html", form=form, message=message, found=None, version=0, theirs=None, starters=starters,
        others=versions, language_names=dict(language_choices()), key_messages=_key_messages(actor),
    )  # fmt: skip
    return page, 400 if form.errors else 200


def _text_values(found: MessageVersion) -> dict[str, Any]:
    return {name: getattr(found, name) for name in MessageTextSchema().load_fields}


@bp.route("/texts/<uuid:version_id>/edit", methods=["GET", "POST"])
@requires(Permission.COMMUNICATION_WRITE)
def edit_text(version_id: uuid.UUID) -> Any:
    """Change a text; when somebody else was faster, both are shown."""
    actor = current_actor()
    found = queries.get_version(version_id, actor=actor)
    form = Form(MessageTextSchema(), request.form if request.method == "POST" else None, _text_values(found))
    theirs, status, version = None, 200, found.version
    if request.method == "POST":
        version = read_version()
        try:
            service.change_version(version_id, form.load(), version=version, actor=actor)
            flash(_("The text is kept as a draft."))
            return redirect(url_for("messages.version", version_id=version_id))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
        except Conflict:
            status = 409
        db.session.rollback()
        found = queries.get_version(version_id, actor=actor)
        if status == 409:
            theirs, version = Form(MessageTextSchema(), None, _text_values(found)), found.version
    page = render_template(
        "messages/edit_text.html", form=form, found=found, version=version, theirs=theirs, starters=[], others=[],
        message=queries.get_message(found.message_id, actor=actor), language_names=dict(language_choices()),
        key_messages=_key_messages(actor),
    )  # fmt: skip
    return page, status


@bp.get("/texts/<uuid:version_id>")
@requires(Permission.COMMUNICATION_READ)
def version(version_id: uuid.UUID) -> Any:
    """A text in one language, with where it stands and what can be done with it."""
    actor = current_actor()
    found = queries.get_version(version_id, actor=actor)
    may_write, may_approve = actor.may(Permission.COMMUNICATION_WRITE), actor.may(Permission.MESSAGE_APPROVE)
    return render_template(
        "messages/version.html", found=found, message=queries.get_message(found.message_id, actor=actor), codes=codes,
        people=_people(actor), language_names=dict(language_choices()), may_write=may_write, may_approve=may_approve,
        reviewers=service.list_reviewers(actor=actor),
        is_own=actor.person_id in (found.written_by, found.created_by), actor=actor,
        placeholders=service.find_placeholders(found.name, found.body, found.short_text),
        panel=get_panel("message_version", version_id, actor=actor),
    )  # fmt: skip


def _submit(version_id: uuid.UUID, actor: Actor) -> Any:
    service.submit_version(version_id, reviewer_id=_id(request.form.get("reviewer_id", "")), actor=actor)
    return _("The text is in review. Those who are to read it have a notice.")


def _review(version_id: uuid.UUID, actor: Actor) -> Any:
    service.review_version(version_id, actor=actor)
    return _("It is noted that you have read it.")


def _return(version_id: uuid.UUID, actor: Actor) -> Any:
    service.return_version(version_id, note=request.form.get("note", "").strip(), actor=actor)
    return _("The text is a draft again. Its author has a notice.")


def _approve(version_id: uuid.UUID, actor: Actor) -> Any:
    service.approve_version(version_id, actor=actor)
    return _("The text is approved.")


def _publish(version_id: uuid.UUID, actor: Actor) -> Any:
    link = request.form.get("link", "").strip()[:1000]
    if link and not link.startswith(("https://", "http://")):
        raise Refused(_("Write a full address that begins with https://."))
    _found, answered = service.publish_version(version_id, link=link, actor=actor)
    if answered:
        return _("The text is out. Rumours that are answered by it: %(count)s.", count=len(answered))
    return _("The text is out.")


def _withdraw(version_id: uuid.UUID, actor: Actor) -> Any:
    service.withdraw_version(version_id, actor=actor)
    return _("The text is withdrawn. Take it off the channels, too.")


def _reopen(version_id: uuid.UUID, actor: Actor) -> Any:
    service.reopen_version(version_id, actor=actor)
    return _("The text is a draft again.")


def _remove(version_id: uuid.UUID, actor: Actor) -> Any:
    service.remove_version(version_id, is_archived=True, actor=actor)
    return _("This language is taken away from the message.")


def _restore(version_id: uuid.UUID, actor: Actor) -> Any:
    service.remove_version(version_id, is_archived=False, actor=actor)
    return _("The text is back.")


WRITER_STEPS: dict[str, Callable[[uuid.UUID, Actor], Any]] = {
    "submit": _submit, "publish": _publish, "withdraw": _withdraw, "reopen": _reopen, "remove": _remove,
    "restore": _restore,
}  # fmt: skip
READER_STEPS: dict[str, Callable[[uuid.UUID, Actor], Any]] = {
    "review": _review, "return": _return, "approve": _approve,
}  # fmt: skip


@bp.post("/texts/<uuid:version_id>/step")
@requires(Permission.COMMUNICATION_READ)
def step(version_id: uuid.UUID) -> Any:
    """Take the next step in a text's life."""
    actor, name = current_actor(), request.form.get("step", "")
    if name in READER_STEPS:
        flash(READER_STEPS[name](version_id, actor))
    elif name in WRITER_STEPS and actor.may(Permission.COMMUNICATION_WRITE):
        flash(WRITER_STEPS[name](version_id, actor))
    else:
        raise NotFound("step")
    return redirect(url_for("messages.version", version_id=version_id))

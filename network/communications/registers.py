"""The pages of the simple registers, which differ in their fields and words only."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from network.communications import codes, queries, service
from network.communications.messages.starters import STARTERS, find_starter
from network.communications.models import Audience, Channel, KeyMessage, MessageTemplate, Spokesperson
from network.communications.queries import RegisterFilter
from network.communications.schemas import (
    AudienceSchema,
    ChannelSchema,
    KeyMessageSchema,
    MessageTemplateSchema,
    SpokespersonSchema,
)
from network.identity.permissions import Permission
from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.partners.schemas import language_choices
from network.records.keeping import Kept, get_kept
from network.records.queries import get_panel
from network.web.access import current_actor, requires
from network.web.downloads import download
from network.web.forms import Form


@dataclass(frozen=True)
class Register:
    """One register: its table, its schema, its words, and the columns that its list shows."""

    endpoint: str
    address: str
    model: type[Kept]
    schema: type[BaseSchema]
    record_type: str
    title: Any
    lead: Any
    add: Any
    empty_title: Any
    empty_text: Any
    columns: Sequence[str]
    kinds: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The words of code fields, by field."""
    foot: str = ""
    """A template that comes after the list."""
    use: str = ""
    """A template with what can be done with an entry."""

    @property
    def has_languages(self) -> bool:
        """Whether its entries have languages to filter by."""
        return bool({"language", "languages"} & set(self.schema._declared_fields))

    @property
    def kind_name(self) -> str:
        """The field by which its entries fall into kinds."""
        return "kind" if "kind" in self.schema._declared_fields else "occasion"

    def label(self, name: str) -> str:
        """What a field is called."""
        return str(self.schema._declared_fields[name].metadata["label"])

    def words(self, entry: Kept, name: str) -> str:
        """A field of an entry in words."""
        value = getattr(entry, name)
        table = dict(language_choices()) if name in ("language", "languages") else self.tables.get(name, {})
        if isinstance(value, list):
            return ", ".join(str(table.get(item, item)) for item in value)
        return str(table.get(value, value))


REGISTERS = (
    Register(
        "key_messages", "/communications/key-messages", KeyMessage, KeyMessageSchema, "key_message",
        _l("Key messages"),
        _l("What the city stands for, in sentences that everybody who speaks for it can say on the worst day."),
        _l("Add a key message"), _l("No key messages yet"),
        _l("Write three sentences that the mayor, the police and a youth worker would all say after an attack."),
        ("kind", "body"), codes.KEY_MESSAGE_KINDS, {"kind": codes.KEY_MESSAGE_KINDS},
    ),
    Register(
        "audiences", "/communications/audiences", Audience, AudienceSchema, "audience", _l("Audiences"),
        _l("Whom the city must reach, in which languages, and whom they trust."),
        _l("Add an audience"), _l("No audiences yet"),
        _l("Begin with the community that would be afraid first, and the one that would be blamed first."),
        ("languages", "channel_kinds"), {}, {"channel_kinds": codes.CHANNEL_KINDS}, use="messages/_of_audience.html",
    ),
    Register(
        "channels", "/communications/channels", Channel, ChannelSchema, "channel", _l("Channels"),
        _l("The ways by which words go out, and who has the keys to each."),
        _l("Add a channel"), _l("No channels yet"),
        _l("Which account can you publish on within ten minutes on a Sunday night? Begin with that one."),
        ("kind", "languages", "keeper"), codes.CHANNEL_KINDS, {"kind": codes.CHANNEL_KINDS},
        use="messages/_of_channel.html",
    ),
    Register(
        "spokespeople", "/spokespeople", Spokesperson, SpokespersonSchema, "spokesperson", _l("Spokespeople"),
        _l("Who may speak for the city, about what, in which languages. Only your team sees this list."),
        _l("Add a spokesperson"), _l("No spokespeople yet"),
        _l("Who speaks when the mayor can't be reached? Write down two people for each language."),
        ("function", "languages", "topics"),
    ),
    Register(
        "message_templates", "/message-templates", MessageTemplate, MessageTemplateSchema, "message_template",
        _l("Message templates"),
        _l("Words of your own to begin from, for each occasion and language. What is to be filled in stands in [square brackets]."),
        _l("Add a template"), _l("No templates of your own yet"),
        _l("Take one of the ready-made texts, put in what is always the same in your city, and keep it."),
        ("occasion", "language", "headline"), codes.OCCASIONS, {"occasion": codes.OCCASIONS},
        "messages/_starters.html", "messages/_use_template.html",
    ),
)  # fmt: skip


def _filter(register: Register) -> RegisterFilter:
    kind = request.args.get("kind", "")
    return RegisterFilter(
        text=request.args.get("q", "").strip()[:200], kind=kind if kind in register.kinds else "",
        language=request.args.get("language", "")[:3] if register.has_languages else "",
        is_archived=request.args.get("archived") == "1",
    )  # fmt: skip


def _chips(register: Register, wanted: RegisterFilter) -> list[tuple[str, str]]:
    found = [
        ("q", wanted.text and _("Search: %(text)s", text=wanted.text)),
        ("kind", wanted.kind and register.kinds[wanted.kind]),
        ("language", dict(language_choices()).get(wanted.language, "")),
        ("archived", wanted.is_archived and _("Archived")),
    ]
    return [(name, str(text)) for name, text in found if text]


def read_version() -> int:
    """The version that a form says it was made from; 0 for none."""
    version = request.form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _values(register: Register, entry: Kept) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in register.schema().load_fields}


def _ready_made() -> dict[str, Any]:
    """What a new template begins with, when it is made from a ready-made text."""
    starter = find_starter(request.args.get("starter", ""), request.args.get("in", ""))
    if starter is None:
        return {}
    return {"name": starter.name, "occasion": starter.occasion, "language": starter.language,
            "headline": starter.headline, "body": starter.body}  # fmt: skip


def register_pages(register: Register) -> Blueprint:
    """The blueprint with list, page, forms, archive and export of one register."""
    bp = Blueprint(register.endpoint, __name__, url_prefix=register.address, template_folder="templates")
    model, where = register.model, f"{register.endpoint}."

    @bp.get("/")
    @requires(Permission.COMMUNICATION_READ)
    def index() -> Any:
        """The register, filtered."""
        actor, wanted = current_actor(), _filter(register)
        page = queries.list_register(
            model, wanted, actor=actor, after=request.args.get("after", ""), before=request.args.get("before", "")
        )
        return render_template(
            "communications/register.html", register=register, page=page, where=where,
            chip_items=_chips(register, wanted), languages=language_choices() if register.has_languages else [],
            args={k: v for k, v in request.args.items() if v and k not in ("after", "before")},
            may_write=actor.may(Permission.COMMUNICATION_WRITE), starters=STARTERS, codes=codes,
        )  # fmt: skip

    @bp.get("/export.<any(csv, xlsx):kind>")
    @requires(Permission.COMMUNICATION_READ)
    def export(kind: str) -> Any:
        """The filtered register as a file."""
        entries = queries.all_of_register(model, _filter(register), actor=current_actor())
        names = list(register.schema._declared_fields)
        rows = ([register.words(entry, name) for name in names] for entry in entries)
        name = register.endpoint.replace("_", "-")
        return download(kind, name, [register.label(name) for name in names], rows)

    @bp.get("/<uuid:record_id>")
    @requires(Permission.COMMUNICATION_READ)
    def show(record_id: uuid.UUID) -> Any:
        """One entry."""
        actor = current_actor()
        entry = get_kept(model, record_id, actor=actor)
        return render_template(
            "communications/entry.html", register=register, entry=entry, where=where,
            names=list(register.schema._declared_fields)[1:],
            panel=get_panel(register.record_type, record_id, actor=actor),
            may_write=actor.may(Permission.COMMUNICATION_WRITE),
        )  # fmt: skip

    @bp.route("/new", methods=["GET", "POST"])
    @requires(Permission.COMMUNICATION_WRITE)
    def create() -> Any:
        """Add an entry."""
        form = Form(register.schema(), request.form if request.method == "POST" else None, _ready_made())
        if request.method == "POST":
            try:
                entry = service.add_entry(model, form.load(), actor=current_actor())
                flash(_("It is kept."))
                return redirect(url_for(f"{where}show", record_id=entry.record_id))
            except ValidationFailed as error:
                form.errors = error.errors
                db.session.rollback()
        page = render_template(
            "communications/edit_entry.html", register=register, form=form, entry=None, version=0, theirs=None,
            where=where,
        )  # fmt: skip
        return page, 400 if form.errors else 200

    @bp.route("/<uuid:record_id>/edit", methods=["GET", "POST"])
    @requires(Permission.COMMUNICATION_WRITE)
    def edit(record_id: uuid.UUID) -> Any:
        """Change an entry; when somebody else was faster, both texts are shown."""
        actor = current_actor()
        entry = get_kept(model, record_id, actor=actor)
        form = Form(register.schema(), request.form if request.method == "POST" else None, _values(register, entry))
        theirs, status, version = None, 200, entry.version
        if request.method == "POST":
            version = read_version()
            try:
                service.change_entry(model, record_id, form.load(), version=version, actor=actor)
                flash(_("It is changed."))
                return redirect(url_for(f"{where}show", record_id=record_id))
            except ValidationFailed as error:
                form.errors, status = error.errors, 400
            except Conflict:
                status = 409
            db.session.rollback()
            entry = get_kept(model, record_id, actor=actor)
            if status == 409:
                version = entry.version
                theirs = Form(register.schema(), None, _values(register, entry))
        page = render_template(
            "communications/edit_entry.html", register=register, form=form, entry=entry, version=version,
            theirs=theirs, where=where,
        )  # fmt: skip
        return page, status

    @bp.post("/<uuid:record_id>/archive")
    @requires(Permission.COMMUNICATION_WRITE)
    def archive(record_id: uuid.UUID) -> Any:
        """Archive an entry, or undo that."""
        is_archived = request.form.get("undo") != "1"
        service.archive_entry(model, record_id, is_archived=is_archived, actor=current_actor())
        flash(_("It is archived.") if is_archived else _("It is back."))
        return redirect(url_for(f"{where}show", record_id=record_id))

    views: list[Callable[..., Any]] = [index, export, show, create, edit, archive]
    assert all(hasattr(view, "access") for view in views)
    return bp


BLUEPRINTS = tuple(register_pages(register) for register in REGISTERS)

"""What the registers of communications ask for. A name is nearly always enough to begin with."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates

from network.communications import codes
from network.kernel.locale import lazy_text as _l
from network.kernel.schema import BaseSchema
from network.partners.schemas import LANGUAGES, language_choices


def _name(label: Any, help_text: Any = "") -> fields.String:
    return fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"label": label, "help": help_text}
    )


def _text(label: Any, most: int, help_text: Any = "", *, is_required: bool = False) -> fields.String:
    widget = {"widget": "textarea"} if most >= 1000 else {}
    length = validate.Length(1 if is_required else None, most)
    metadata = {"label": label, "help": help_text, **widget}
    if is_required:
        return fields.String(required=True, validate=length, metadata=metadata)
    return fields.String(load_default="", validate=length, metadata=metadata)


def _one_of(label: Any, table: dict[str, Any], **options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(list(table)),
        metadata={"label": label, "choices": lambda: list(table.items())}, **options,
    )  # fmt: skip


def _some_of(label: Any, table: dict[str, Any], help_text: Any = "") -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.OneOf(list(table))), load_default=list,
        metadata={"label": label, "help": help_text, "choices": lambda: list(table.items())},
    )  # fmt: skip


def _languages(label: Any, help_text: Any = "") -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.OneOf(LANGUAGES)), load_default=list,
        metadata={"label": label, "help": help_text, "choices": language_choices},
    )  # fmt: skip


class KeyMessageSchema(BaseSchema):
    """A value or a key message."""

    name = _name(_l("In one sentence"), _l("As somebody would say it aloud."))
    kind = _one_of(_l("Kind"), codes.KEY_MESSAGE_KINDS, required=True)
    body = _text(_l("In a few sentences"), 5000)
    facts = _text(_l("Facts that carry it"), 5000, _l("Figures, examples, sources: what you answer when somebody doubts it."))
    avoid = _text(_l("Words to avoid"), 2000, _l("What hurts, labels a group or repeats a false claim."))


class AudienceSchema(BaseSchema):
    """People whom the city wants to reach."""

    name = _name(_l("Whom you want to reach"), _l("For example: parents of pupils in the north, Somali elders."))
    description = _text(_l("What they need to hear, and what worries them"), 5000)
    languages = _languages(_l("Languages that it takes to reach them"))
    channel_kinds = _some_of(_l("How they are reached best"), codes.CHANNEL_KINDS)
    trusted_voices = _text(_l("Whom they trust"), 1000, _l("Functions and organisations rather than names."))


class ChannelSchema(BaseSchema):
    """A way by which words go out."""

    name = _name(_l("Name of the channel"))
    kind = _one_of(_l("Kind"), codes.CHANNEL_KINDS, required=True)
    address = _text(_l("Address or account"), 500)
    languages = _languages(_l("Languages"))
    keeper = _text(_l("Who can publish there"), 200, _l("A function, with its deputy: in a crisis somebody must have the keys."))
    note = _text(_l("Note"), 1000)


class SpokespersonSchema(BaseSchema):
    """Somebody who may speak for the city."""

    name = _name(_l("Name"))
    function = _text(_l("Function"), 200)
    languages = _languages(_l("Languages"))
    topics = _text(_l("What they speak about"), 1000)
    email = fields.Email(
        load_default="", validate=validate.Length(max=254),
        metadata={"label": _l("E-mail"), "attributes": {"autocomplete": "off"}},
    )  # fmt: skip
    phone = _text(_l("Phone"), 50)
    availability = _text(_l("When they can be reached, and who stands in"), 500)


class MessageSchema(BaseSchema):
    """The plan of a message: the occasion, whom it is for, which ways it takes."""

    name = _name(_l("Name of the message"), _l("For your team; the headline comes with the text."))
    occasion = _one_of(_l("Occasion"), codes.OCCASIONS, required=True)
    purpose = _text(_l("What it is to achieve"), 2000)
    planned_on = fields.Date(required=True, metadata={"label": _l("Planned for")})
    audience_ids = fields.List(fields.UUID(), load_default=list, metadata={"label": _l("Audiences"), "choices": list})
    channel_ids = fields.List(fields.UUID(), load_default=list, metadata={"label": _l("Channels"), "choices": list})
    spokesperson_id = fields.UUID(
        load_default=None, metadata={"label": _l("Who speaks"), "choices": list, "widget": "select"}
    )


class MessageTextSchema(BaseSchema):
    """The text of a message in one language."""

    language = fields.String(
        required=True, validate=validate.OneOf(LANGUAGES),
        metadata={"label": _l("Language"), "choices": language_choices},
    )  # fmt: skip
    name = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": _l("Headline")})
    body = _text(_l("Text"), 10_000, _l("What is still to be filled in stands in [square brackets]."), is_required=True)
    short_text = _text(_l("Short text for social media"), 500)


class NewMessageSchema(MessageSchema):
    """A message with its first text."""

    language = MessageTextSchema._declared_fields["language"]
    headline = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": _l("Headline")})
    body = MessageTextSchema._declared_fields["body"]
    short_text = MessageTextSchema._declared_fields["short_text"]


class MessageTemplateSchema(BaseSchema):
    """Words to begin a message from."""

    name = _name(_l("Name of the template"))
    occasion = _one_of(_l("Occasion"), codes.OCCASIONS, required=True)
    language = MessageTextSchema._declared_fields["language"]
    headline = fields.String(load_default="", validate=validate.Length(max=200), metadata={"label": _l("Headline")})
    body = MessageTextSchema._declared_fields["body"]
    note = _text(_l("How to use it"), 1000)


def read_links(value: str) -> list[str]:
    """The addresses of a text with one on each line; ValidationError names the first bad one."""
    links = [line.strip() for line in value.splitlines() if line.strip()]
    check = validate.URL(schemes={"http", "https"})
    for link in links:
        try:
            check(link)
        except ValidationError:
            raise ValidationError(
                str(_l("This is no full address: %(link)s", link=link[:80])), "evidence_links"
            ) from None
    if len(links) > 20 or any(len(link) > 1000 for link in links):
        raise ValidationError(str(_l("At most 20 addresses are possible, each of at most 1000 characters.")), "evidence_links")
    return links


class _Links(fields.String):
    """Addresses, typed one on each line."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, list):
            value = "\n".join(map(str, value))
        return read_links(super()._deserialize(value, attr, data, **kwargs))


class RumourSchema(BaseSchema):
    """A false or unchecked claim."""

    name = _name(_l("The claim in short"), _l("In your own words, without the name of a private person."))
    claim = _text(_l("What is claimed, word for word"), 5000)
    narrative = _one_of(_l("What kind of claim"), codes.NARRATIVES, required=True)
    first_seen_on = fields.Date(required=True, metadata={"label": _l("First seen on")})
    where_seen = _text(_l("Where it was seen"), 1000)
    channel_kinds = _some_of(_l("How it spreads"), codes.CHANNEL_KINDS)
    spread = _one_of(_l("How far it has spread"), codes.SPREAD, required=True)
    harm = fields.Integer(
        required=True, validate=validate.Range(1, 5),
        metadata={"label": _l("Harm that it can do"), "choices": lambda: list(codes.HARM.items())},
    )  # fmt: skip
    affected = _text(_l("Whom it hurts"), 1000)
    facts = _text(_l("What is true"), 5000, _l("What has been checked, by whom and when. Write what is not known yet, too."))
    evidence_links = _Links(
        load_default=list,
        metadata={"label": _l("Evidence"), "widget": "textarea", "help": _l("Addresses, one on each line. Better attach a picture of it too: posts disappear.")},
    )
    response = _text(_l("How you answer"), 5000, _l("Say what is true first; do not repeat the claim in a headline."))
    status = _one_of(_l("Status"), codes.RUMOUR_STATUS, load_default="open")
    message_id = fields.UUID(
        load_default=None, metadata={"label": _l("Message that answers it"), "choices": list, "widget": "select"}
    )

    @validates("first_seen_on")
    def _check_day(self, value: date, **_options: Any) -> None:
        if value > date.today():
            raise ValidationError(str(_l("This day is in the future.")))

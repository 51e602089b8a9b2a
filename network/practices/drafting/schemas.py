"""What may be typed into a draft: the rules of the practice, with only the title required."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from network.kernel.locale import lazy_text as _l
from network.kernel.locale import reader_locale
from network.kernel.locale import text as _
from network.kernel.schema import BaseSchema
from network.practices import codes
from network.practices.schemas import PracticeSchema, SourceSchema

OFFERED_LANGUAGES = """ar bn bs ca cs da de el en es et fa fi fr gu he hi hr hu it ja ko lt lv mk nl no pa pl pt ro
ru sk sl so sq sr sv sw ta tl tr uk ur vi zh""".split()


def language_choices() -> list[tuple[str, str]]:
    """Languages that a form offers, by their names in the reader's language."""
    names = reader_locale().languages
    return sorted(((code, str(names.get(code, code))) for code in OFFERED_LANGUAGES), key=lambda pair: pair[1].lower())


class Lines(fields.Field[list[str]]):
    """A list that is typed one item in a line."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[str]:
        lines = value.splitlines() if isinstance(value, str) else value
        if not isinstance(lines, list):
            raise ValidationError(str(_l("Write text.")))
        found = [str(line).strip() for line in lines if str(line).strip()]
        if len(found) > 40 or any(len(line) > 300 for line in found):
            raise ValidationError(_("At most 40 lines of at most 300 characters."))
        return found


class SourceLines(fields.Field[list[dict[str, Any]]]):
    """Sources that are typed one in a line: title | publisher | year | address."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[dict[str, Any]]:
        found, wrong = [], []
        lines = value.splitlines() if isinstance(value, str) else value
        for number, line in enumerate(lines, 1):
            if isinstance(line, str) and not line.strip():
                continue
            try:
                found.append(SourceSchema().load(_source(line) if isinstance(line, str) else line))
            except ValidationError as error:
                messages = error.normalized_messages()  # type: ignore[no-untyped-call]
                wrong += [_("Line %(number)s: %(message)s", number=number, message=said)
                          for all_said in messages.values() for said in all_said]  # fmt: skip
        if wrong:
            raise ValidationError(wrong)
        return found


def _source(line: str) -> dict[str, Any]:
    source: dict[str, Any] = {}
    parts = [part.strip() for part in line.split("|") if part.strip()]
    rest = []
    for part in parts:
        if re.match(r"https?://", part):
            source["url"] = part
        elif re.fullmatch(r"\d{4}", part):
            source["year"] = int(part)
        else:
            rest.append(part)
    source["title"] = rest[0] if rest else source.get("url", "")
    if len(rest) > 1:
        source["publisher"] = ", ".join(rest[1:])
    return source


def write_source(source: dict[str, Any]) -> str:
    """A source as one line of the form."""
    parts = (source["title"], source["publisher"], source["year"], source["url"])
    return " | ".join(str(part) for part in parts if part)


_base = PracticeSchema._declared_fields


class DraftSchema(BaseSchema):
    """A draft as its authors type it."""

    title = _base["title"]
    summary = fields.String(
        load_default="", validate=validate.Length(max=2000),
        metadata={"label": _l("Summary"), "widget": "textarea",
                  "help": _l("Two or three sentences that another city reads first.")},
    )  # fmt: skip
    problem = _base["problem"]
    approach = _base["approach"]
    partners = Lines(
        load_default=list,
        metadata={"label": _l("Done with"), "widget": "textarea", "help": _l("One in a line; organisations, not people.")},
    )  # fmt: skip
    target_groups = Lines(
        load_default=list, metadata={"label": _l("For whom"), "widget": "textarea", "help": _l("One in a line.")}
    )
    themes = _base["themes"]
    prevention_levels = _base["prevention_levels"]
    steps = _base["steps"]
    setting = _base["setting"]
    mandate = _base["mandate"]
    started = _base["started"]
    ended = _base["ended"]
    duration = _base["duration"]
    cost_band = _base["cost_band"]
    cost_note = _base["cost_note"]
    results = _base["results"]
    evidence_rating = _base["evidence_rating"]
    evidence_reason = _base["evidence_reason"]
    obstacles = _base["obstacles"]
    advice = _base["advice"]
    transfer = _base["transfer"]
    languages = fields.List(
        fields.String(validate=validate.OneOf(OFFERED_LANGUAGES)), load_default=list,
        metadata={"label": _l("Languages of the practice"), "choices": language_choices},
    )  # fmt: skip
    language = fields.String(
        load_default="en", validate=validate.OneOf(OFFERED_LANGUAGES),
        metadata={"label": _l("Language of this text"), "choices": language_choices},
    )  # fmt: skip
    sources = SourceLines(
        load_default=list,
        metadata={"label": _l("Sources"), "widget": "textarea",
                  "help": _l("One in a line: title | publisher | year | address.")},
    )  # fmt: skip
    _check_years = PracticeSchema._check_years


class RemarkSchema(BaseSchema):
    """A remark on a passage of one field."""

    field = fields.String(load_default="", metadata={"label": _l("About which part")})
    passage = fields.String(
        load_default="", validate=validate.Length(max=2000),
        metadata={"label": _l("Passage"), "widget": "textarea", "help": _l("Copy the words here that you mean.")},
    )  # fmt: skip
    body = fields.String(
        required=True, validate=validate.Length(1, 5000), metadata={"label": _l("Your remark"), "widget": "textarea"}
    )


TEXTS = ("summary", "problem", "approach", "results", "evidence_reason", "obstacles", "advice", "transfer",
         "setting", "mandate", "cost_note", "duration")  # fmt: skip
"""The fields that hold sentences, in the order in which they are read."""


FILES = "files"
"""The part of a text that names its pictures and documents; it is not typed into the form."""


def field_label(name: str) -> Any:
    """What a field of the practice is called."""
    if name == FILES:
        return _l("Pictures and documents")
    found = DraftSchema().declared_fields.get(name)
    return found.metadata["label"] if found is not None else name


def value_text(name: str, value: Any) -> str:
    """The value of a field in words, lists one in a line."""
    tables = {"themes": codes.THEME, "prevention_levels": codes.LEVEL, "steps": codes.STEP,
              "cost_band": codes.COST, "evidence_rating": codes.EVIDENCE}  # fmt: skip
    if value is None or value == "" or value == []:
        return ""
    if name == FILES:
        return "\n".join(" · ".join(part for part in (
            item["alt"], item["caption"], item["credit"], str(codes.FILE_LICENCE[item["licence"]].label)) if part) for item in value)
    if name == "sources":
        return "\n".join(write_source(source) for source in value)
    if name in ("language", "languages"):
        names = reader_locale().languages
        return ", ".join(str(names.get(code, code)) for code in ([value] if isinstance(value, str) else value))
    if name in tables:
        items = value if isinstance(value, list) else [value]
        return "\n".join(str(tables[name][str(item)].label) for item in items)
    return "\n".join(str(item) for item in value) if isinstance(value, list) else str(value)


def as_typed(content: dict[str, Any]) -> dict[str, Any]:
    """The values of a text as the form shows them."""
    typed = dict(content)
    for name in ("partners", "target_groups"):
        typed[name] = "\n".join(content.get(name, []))
    typed["sources"] = "\n".join(write_source(source) for source in content.get("sources", []))
    typed["steps"] = [str(step) for step in content.get("steps", [])]
    return typed

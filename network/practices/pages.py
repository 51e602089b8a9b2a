"""What the pages of the library are drawn from: filters in the address, facets as links, metadata."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask import current_app, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from network.cities.countries import name_country
from network.practices import codes
from network.practices.models import PublishedPractice
from network.practices.queries import SORTS, START, STOP, Facets, PracticeFilter
from network.practices.translations.models import PracticeTranslation
from network.practices.translations.schemas import TRANSLATED

LICENCE = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
"""Under which the public library may be used elsewhere."""
TAG = r"[^\s,](?:[^,\x00-\x1f]{0,48}[^\s,])?"
"""What a tag may look like."""


@dataclass(frozen=True)
class Option:
    """One value of a facet: what it is called, how many it would show, and the address that turns it on
    or off."""

    label: str
    count: int
    is_chosen: bool
    href: str


@dataclass(frozen=True)
class FacetView:
    """One facet with its values."""

    label: str
    options: list[Option]


def language_name(code: str) -> str:
    """A language's name in the language of the page."""
    return str(_locale().languages.get(code, code))


def _locale() -> Locale:
    locale = get_locale()
    return locale if isinstance(locale, Locale) else Locale("en")


def marked(passage: str) -> Markup:
    """A passage with its found words marked; everything else is escaped."""
    return Markup(str(escape(passage)).replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S704 (escaped)


def read_filter(args: "MultiDict[str, str]") -> PracticeFilter:
    """The filter that an address means; unknown values ask for nothing."""

    def known(name: str, table: dict[str, codes.Code]) -> tuple[str, ...]:
        return tuple(value for value in dict.fromkeys(args.getlist(name)) if value in table)

    def shaped(name: str, pattern: str) -> tuple[str, ...]:
        return tuple(v for v in dict.fromkeys(args.getlist(name)) if re.fullmatch(pattern, v))[:20]

    evidence = args.get("evidence", "")
    return PracticeFilter(
        text=args.get("q", "").strip()[:200], themes=known("theme", codes.THEME),
        steps=tuple(int(value) for value in known("step", codes.STEP)), levels=known("level", codes.LEVEL),
        countries=shaped("country", "[A-Z]{2}"), languages=shaped("language", "[a-z]{2,3}"),
        evidence=int(evidence) if evidence in codes.EVIDENCE else 0, tags=shaped("tag", TAG),
    )  # fmt: skip


def read_sort(args: "MultiDict[str, str]") -> str:
    """The order that an address means: relevance unless it names another."""
    sort = args.get("sort", "")
    return sort if sort in SORTS else SORTS[0]


def filter_args(wanted: PracticeFilter, sort: str = SORTS[0]) -> dict[str, Any]:
    """The address of a filter, without what is not set."""
    args = {
        "q": wanted.text, "theme": list(wanted.themes), "step": [str(v) for v in wanted.steps],
        "level": list(wanted.levels), "country": list(wanted.countries),
        "language": list(wanted.languages), "tag": list(wanted.tags), "evidence": str(wanted.evidence or ""),
        "sort": sort if sort != SORTS[0] else "",
    }  # fmt: skip
    return {name: value for name, value in args.items() if value}


def sort_names(*, is_city: bool = False) -> dict[str, str]:
    """How the orders are called; the likeness to one's own city is for cities."""
    names = {"relevance": _("Relevance"), "evidence": _("Evidence, the best first"),
             "newest": _("Newest first"), "title": _("Title")}  # fmt: skip
    return names | ({"similar": _("Cities like mine first")} if is_city else {})


def list_facets(facets: Facets, args: dict[str, Any]) -> list[FacetView]:
    """The facets with links; a value without practices is left out unless it is chosen."""

    def facet(name: str, label: str, names: dict[str, Any], *, one: bool = False) -> FacetView:
        chosen = args.get(name, [])
        chosen = [chosen] if isinstance(chosen, str) else chosen
        options = []
        for value, said in names.items():
            is_chosen, count = value in chosen, facets.counts[name].get(value, 0)
            if not count and not is_chosen:
                continue
            rest = [v for v in chosen if v != value] if not one else []
            new = rest if is_chosen else [*rest, value]
            options.append(
                Option(str(said), count, is_chosen, url_for("practices.index", **{**args, name: new}))
            )
        return FacetView(label, options)

    def labels(table: dict[str, codes.Code]) -> dict[str, Any]:
        return {code.value: code.label for code in table.values()}

    def by_name(name: str, say: Any) -> dict[str, Any]:
        values = {*facets.counts[name], *args.get(name, [])}
        return dict(sorted(((v, say(v)) for v in values), key=lambda pair: pair[1]))

    evidence = {k: _("%(label)s or better", label=c.label) if k != "5" else c.label
                for k, c in codes.EVIDENCE.items() if k != "0"}  # fmt: skip
    found = [
        facet("theme", _("Theme"), labels(codes.THEME)), facet("step", _("Step of the ten"), labels(codes.STEP)),
        facet("level", _("Level of prevention"), labels(codes.LEVEL)),
        facet("evidence", _("Evidence"), evidence, one=True),
        facet("tag", _("Tag"), by_name("tag", str)), facet("country", _("Country"), by_name("country", name_country)),
        facet("language", _("Language"), by_name("language", language_name)),
    ]  # fmt: skip
    return [view for view in found if view.options]


def list_chosen(facets: list[FacetView], args: dict[str, Any]) -> list[Option]:
    """What is chosen, each with the address without it."""
    chosen = [option for view in facets for option in view.options if option.is_chosen]
    if "q" in args:
        rest = {name: value for name, value in args.items() if name != "q"}
        chosen.insert(0, Option(f"“{args['q']}”", 0, True, url_for("practices.index", **rest)))
    return chosen


def address(practice: PublishedPractice) -> str:
    """The full, lasting address of a practice."""
    return public_address(url_for("practices.show", slug=practice.slug))


def file_address(practice: PublishedPractice, item: dict[str, Any]) -> str:
    """The full address of a picture or document of a practice."""
    return public_address(url_for("practice_files.read", city_id=practice.author_id, file_id=item["file_id"]))


def public_address(path: str) -> str:
    """A path of this site as people outside reach it."""
    return str(current_app.extensions["concord.settings"].public_url) + path


def describe(practice: PublishedPractice) -> dict[str, Any]:
    """What search engines are told, after schema.org."""
    place: dict[str, Any] = {"@type": "City", "name": practice.city, "address": {
        "@type": "PostalAddress", "addressCountry": practice.country}}  # fmt: skip
    if practice.latitude is not None and practice.longitude is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": practice.latitude, "longitude": practice.longitude}
    pictures = [file_address(practice, item) for item in practice.files if item["kind"] == "picture"]
    return {
        "@context": "https://schema.org", "@type": "Article", "@id": address(practice),
        "url": address(practice), "headline": practice.title, "description": practice.summary,
        "inLanguage": practice.language, "datePublished": practice.published_at.date().isoformat(),
        "dateModified": practice.updated_at.date().isoformat(), "version": str(practice.version),
        "license": LICENCE[1], "isAccessibleForFree": True, "contentLocation": place,
        "keywords": [str(codes.THEME[theme].label) for theme in practice.themes],
        "citation": [source["url"] for source in practice.sources if source["url"]],
    } | ({"image": pictures} if pictures else {})  # fmt: skip


def export_row(practice: PublishedPractice) -> dict[str, Any]:
    """One practice of the export, with everything that is published of it."""
    names = """slug version title summary city country latitude longitude population setting mandate problem
    approach partners target_groups themes prevention_levels steps started ended duration cost_band cost_note
    results evidence_rating evidence_reason obstacles advice transfer languages language sources tags visibility""".split()
    row: dict[str, Any] = {"id": str(practice.practice_id), "url": address(practice)}
    row |= {name: getattr(practice, name) for name in names}
    row["files"] = [
        {"title": item["alt"], "publisher": item["credit"], "url": file_address(practice, item), "kind": item["kind"],
         "licence": item["licence"], "caption": item["caption"]}
        for item in practice.files
    ]  # fmt: skip
    row |= {"published_at": practice.published_at.isoformat(), "updated_at": practice.updated_at.isoformat()}
    return row


def as_cell(value: Any) -> str:
    """A value of an export row in one cell of a table."""
    if isinstance(value, list):
        return "; ".join(
            " | ".join(str(item[name]) for name in ("title", "publisher", "year", "url") if item.get(name))
            if isinstance(item, dict) else str(item)
            for item in value
        )  # fmt: skip
    return "" if value is None else str(value)


def tell(practice: PublishedPractice, translation: PracticeTranslation | None) -> dict[str, Any]:
    """The texts of a practice in its own language, or as far as they are translated."""
    said = {name: getattr(practice, name) for name in TRANSLATED} | {"language": practice.language}
    if translation is not None:
        said |= {name: value for name, value in translation.content.items() if value}
        said |= {"title": translation.title, "language": translation.language}
    return said


def cite(practice: PublishedPractice) -> str:
    """How to name this page in a report."""
    said = _(
        "%(city)s: %(title)s. Practice library of Concord, version %(version)s of %(day)s.",
        city=practice.city, title=practice.title, version=practice.version,
        day=practice.updated_at.date().isoformat(),
    )  # fmt: skip
    return str(said)


def is_due(practice: PublishedPractice) -> bool:
    """Whether its text is so old that it should be looked at again."""
    return practice.renew_on <= datetime.datetime.now(datetime.UTC).date()


"""The practice library: list, page, feed, export; open to everybody as far as a practice is public."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from network.identity.permissions import Permission
from network.kernel.tenancy import Scope
from network.practices import codes, pages, queries
from network.practices.collections.queries import list_collections, list_collections_of
from network.practices.contact.queries import find_contact
from network.practices.exchange import codes as exchange_codes
from network.practices.exchange import queries as exchange
from network.practices.exchange.pages import draw_travels
from network.practices.exchange.service import may_answer
from network.practices.models import PublishedPractice
from network.practices.needs import list_needs
from network.practices.reading.queries import count_read
from network.practices.translations.queries import list_translations, may_translate
from network.web.access import current_actor, public, requires
from network.web.downloads import harmless

bp = Blueprint("practices", __name__, template_folder="templates")


@bp.app_template_filter("language_name")
def _language_name(code: str) -> str:
    return pages.language_name(code)


@bp.app_template_filter("number")
def _number(value: int) -> str:
    return str(format_decimal(value))


@bp.get("/practices/")
@public
def index() -> Any:
    """The library: search, facets, a page of practices."""
    wanted, sort = pages.read_filter(request.args), pages.read_sort(request.args)
    args = pages.filter_args(wanted, sort)
    search = queries.open_search(wanted, actor=current_actor())
    facets = queries.count_facets(search)
    page = queries.list_practices(
        search, sort=sort, after=request.args.get("after", ""), before=request.args.get("before", "")
    )
    shown = pages.list_facets(facets, args)
    return render_template(
        "practices/index.html", page=page, facets=shown, total=facets.total, is_close=search.is_close,
        args=args, chosen=pages.list_chosen(shown, args), sort=sort, sorts=pages.sort_names(is_city=current_actor().scope is Scope.CITY), codes=codes,
        marked=pages.marked, licence=pages.LICENCE, canonical=pages.public_address(url_for("practices.index")),
        featured=queries.list_featured() if not request.args else [],
    )  # fmt: skip


@bp.get("/for-you")
@requires(Permission.PRACTICE_READ)
def for_you() -> Any:
    """Practices that answer what the caller's city needs, with the reasons."""
    actor = current_actor()
    needs = list_needs(actor)
    return render_template(
        "practices/for_you.html", suggestions=queries.suggest_practices(needs, actor=actor, limit=12), codes=codes,
    )  # fmt: skip


def _exchange(practice: PublishedPractice) -> dict[str, Any]:
    """What the section about a practice's travels shows to this caller."""
    actor = current_actor()
    items = exchange.list_travels(practice.practice_id)
    may_ask = actor.may(Permission.PRACTICE_ASK)
    thanks = exchange.list_thanks(practice.practice_id) if may_ask else []
    own = practice.author_id is not None and practice.author_id == actor.organisation_id
    return {
        "travels": items, "codes": exchange_codes, "thanks": thanks, "may_ask": may_ask,
        "recommending": sum(item.recommends == "yes" for item in items),
        "map": draw_travels(practice, items, title=_("Where it travelled")),
        "may_adapt": actor.may(Permission.PRACTICE_ADAPT) and not own,
        "has_thanked": any(t.organisation_id == actor.organisation_id for t in thanks),
        "questions": exchange.list_questions(practice.practice_id) if may_ask else [],
        "may_answer": may_ask and may_answer(practice.author_id, actor=actor),
    }  # fmt: skip


@bp.get("/practices/<slug>")
@public
def show(slug: str) -> Any:
    """One practice."""
    practice, actor = queries.get_practice(slug), current_actor()
    is_public = practice.visibility == "public"
    if request.method == "GET":
        count_read(practice.practice_id, browser=request.headers.get("User-Agent", ""))
    translations = list_translations(practice.practice_id)
    chosen = next((t for t in translations if t.language == request.args.get("lang") and t.state == "checked"), None)
    return render_template(
        "practices/show.html", practice=practice, x=_exchange(practice), said=pages.tell(practice, chosen), chosen=chosen, actor=actor,
        translations=[t for t in translations if t.state == "checked"], may_curate=actor.may("practice:review"),
        may_translate=may_translate(practice, actor=actor),
        collections=list_collections_of(practice.practice_id), related=queries.list_related(practice), codes=codes,
        description=pages.describe(practice) if is_public else None, canonical=pages.address(practice),
        citation=pages.cite(practice), is_due=pages.is_due(practice), licence=pages.LICENCE, file_address=pages.file_address,
        contact=find_contact(practice.author_id, practice.practice_id),
    )  # fmt: skip


@bp.get("/practices/feed.atom")
@public
def feed() -> Response:
    """Public practices as an Atom feed, the newest first; the filters of the list work here too."""
    wanted = pages.read_filter(request.args)
    practices = queries.list_newest_public(wanted, actor=current_actor())
    page = render_template(
        "practices/feed.xml", practices=practices, codes=codes, address=pages.address,
        this=pages.public_address(url_for("practices.feed", **pages.filter_args(wanted))),
        home=pages.public_address(url_for("practices.index", **pages.filter_args(wanted))),
        updated=max((p.updated_at for p in practices), default=datetime(2020, 1, 1, tzinfo=UTC)),
        licence=pages.LICENCE,
    )  # fmt: skip
    return Response(page, mimetype="application/atom+xml")


@bp.get("/practices/export.json")
@public
def export_json() -> Response:
    """The whole public library as JSON, with its licence."""
    rows = [pages.export_row(practice) for practice in queries.stream_public()]
    body = {
        "licence": {"name": pages.LICENCE[0], "url": pages.LICENCE[1]},
        "source": pages.public_address(url_for("practices.index")),
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"), "count": len(rows), "practices": rows,
    }  # fmt: skip
    response = Response(orjson.dumps(body), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="practices.json"'
    return response


@bp.get("/practices/export.csv")
@public
def export_csv() -> Response:
    """The whole public library as CSV, with its licence in each row."""
    out = io.StringIO()
    writer = csv.writer(out)
    rows = [pages.export_row(p) | {"licence": pages.LICENCE[1]} for p in queries.stream_public()]
    names = list(rows[0]) if rows else ["id", "url", "licence"]
    writer.writerow(names)
    for row in rows:
        writer.writerow(harmless(pages.as_cell(row[name])) for name in names)
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="practices.csv"'
    return response


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The pages that search engines may know: the start, the library and its public practices."""
    pages_of_site: list[tuple[str, datetime | None]] = [(pages.public_address(url_for(name)), None) for name in ("today.show", "practices.index", "collections.index")]
    pages_of_site += [
        (pages.public_address(url_for("collections.show", slug=item.collection.slug)), item.collection.updated_at)
        for item in list_collections() if item.collection.is_published
    ]
    pages_of_site += [(pages.address(p), p.updated_at) for p in queries.stream_public()]
    page = render_template("practices/sitemap.xml", pages=pages_of_site)
    return Response(page, mimetype="application/xml")


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Where robots may look; every page behind the sign-in is closed to them anyway."""
    lines = ["User-agent: *", "Disallow: /practices/*?", "Disallow: /sign-in", "Disallow: /graphql",
             f"Sitemap: {pages.public_address(url_for('practices.sitemap'))}", ""]  # fmt: skip
    return Response("\n".join(lines), mimetype="text/plain")

"""Finding published practices. The policies decide who sees which; filters say what is meant.

A search asks for every word first. When no practice has them all, those that come close are
shown: one of the words, or a word that is spelt alike.
"""

import math
import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Float,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    outerjoin,
    select,
    text,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, TSQUERY
from sqlalchemy.orm import aliased, load_only

from network.cities.queries import get_city
from network.kernel.db import db
from network.kernel.errors import NotFound, ValidationFailed
from network.kernel.paging import Page, decode_cursor, encode_cursor
from network.kernel.tenancy import Actor, Scope
from network.practices.models import PublishedPractice as Practice
from network.practices.needs import Need
from network.practices.words import group_words

MOST_WORDS = 12
SORTS = ("relevance", "evidence", "newest", "title", "similar")
START, STOP = "\ue000", "\ue001"
"""Marks around a found word in a passage: private characters that no text of a practice holds."""
_HEADLINE = f"StartSel={START}, StopSel={STOP}, MaxWords=38, MinWords=18, MaxFragments=1"
CARD = (Practice.slug, Practice.title, Practice.city, Practice.country, Practice.summary, Practice.language,
         Practice.themes, Practice.steps, Practice.prevention_levels, Practice.evidence_rating,
         Practice.visibility, Practice.published_at, Practice.updated_at, Practice.title_key,
         Practice.population, Practice.version, Practice.featured_at, Practice.featured_note)  # fmt: skip
"""The columns that a card of a list shows."""


@dataclass(frozen=True)
class PracticeFilter:
    """Which practices are meant; several values of one facet mean any of them."""

    text: str = ""
    themes: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    evidence: int = 0
    """At least this rating."""
    tags: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """What was typed, as words without accents and capitals."""
        plain = unicodedata.normalize("NFKD", self.text)
        plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
        return re.findall(r"\w+", plain)[:MOST_WORDS]


@dataclass(frozen=True)
class Found:
    """One practice of a list, with the passage that fits the words best."""

    practice: Practice
    passage: str
    """Text with START and STOP around the words; empty when no words were asked for."""
    cursor: str
    """To page on from here."""


@dataclass(frozen=True)
class Facets:
    """How many practices there are, and how many for each value of each facet if that value were
    chosen, all other filters applied. For evidence a value counts every rating from it upwards."""

    total: int
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Search:
    """What is asked, by whom, and how much of it must be there: "all" words, "most", or "any" of them
    and words that are spelt alike."""

    wanted: PracticeFilter
    actor: Actor
    need: str = "all"
    query: str | None = None
    """The words as the database made a query of them, if it did already."""
    best: tuple[list[uuid.UUID], list[int]] | None = None
    """The practices that come close with their relevance, if they were ranked already."""

    @property
    def is_close(self) -> bool:
        """Whether practices that only come close are taken."""
        return self.need != "all"

    @property
    def _query(self) -> ColumnElement[Any]:
        if self.query is not None:
            return cast(self.query, TSQUERY)
        return func.find_practice_query(type_coerce(group_words(self.wanted.words), JSONB), self.need)

    @property
    def _near(self) -> list[str]:
        # Short words are like too many others.
        return [word for word in self.wanted.words if len(word) > 3] if self.need == "any" else []

    @cached_property
    def _hits(self) -> Any:
        """The practices that fit, with their relevance as whole numbers, so that a page can be found
        again from its last row; of those that only come close the best 1,000."""
        columns = column("practice_id", Uuid), column("rank", Integer)
        if self.best is not None:
            ids, ranks = cast(self.best[0], ARRAY(Uuid)), cast(self.best[1], ARRAY(Integer))
            return func.unnest(ids, ranks).table_valued(*columns).render_derived("hits")
        rank = func.rank_public_practices if self._is_public else func.rank_practices
        most = 1000 if self.is_close else 100_000
        return rank(self._query, cast(self._near, ARRAY(Text)), most).table_valued(*columns).alias("hits")

    @property
    def _is_public(self) -> bool:
        return self.actor.scope in (Scope.PUBLIC, Scope.PLATFORM)

    def _matching(self, most: int) -> Any:
        """The ids of practices that fit, unranked."""
        match = func.match_public_practices if self._is_public else func.match_practices
        return select(match(self._query, most).table_valued(column("practice_id", Uuid)).alias("matching").c.practice_id)

    @property
    def _rank(self) -> ColumnElement[Any]:
        return self._hits.c.rank if self.wanted.words else literal(0)

    @property
    def matches(self) -> ColumnElement[bool]:
        """Whether the text fits the words."""
        if not self.wanted.words:
            return true()
        found = select(self._hits.c.practice_id) if self.is_close else self._matching(100_000)
        return Practice.practice_id.in_(found)

    @property
    def conditions(self) -> dict[str, ColumnElement[bool]]:
        """The condition of each facet in which something is chosen."""
        wanted = self.wanted
        conditions: dict[str, ColumnElement[bool]] = {}
        for name, listed, values in (
            ("theme", Practice.themes, wanted.themes), ("step", Practice.steps, wanted.steps),
            ("level", Practice.prevention_levels, wanted.levels),
            ("language", Practice.languages, wanted.languages), ("tag", Practice.tags, wanted.tags),
        ):  # fmt: skip
            if values:
                conditions[name] = listed.op("&&")(cast(list(values), listed.type))
        if wanted.countries:
            conditions["country"] = Practice.country.in_(wanted.countries)
        if wanted.evidence:
            conditions["evidence"] = Practice.evidence_rating >= wanted.evidence
        return conditions


def open_search(wanted: PracticeFilter, *, actor: Actor) -> Search:
    """Decide whether practices with every word are meant, with all words but one, or those that have
    any; one statement for each. What only comes close is ranked here, once for list and figures."""
    if not wanted.words:
        return Search(wanted, actor)
    search = Search(wanted, actor)
    matching = search._matching(1)
    query, has_any = db.session.execute(select(cast(search._query, Text), matching.exists())).one()
    if has_any:
        return Search(wanted, actor, "all", query)
    for need in ("most", "any") if len(wanted.words) > 2 else ("any",):
        search = Search(wanted, actor, need)
        hits = search._hits
        query, ids, ranks = db.session.execute(
            select(cast(search._query, Text), func.array_agg(hits.c.practice_id), func.array_agg(hits.c.rank))
            .select_from(hits)
        ).one()  # fmt: skip
        if ids or need == "any":
            break
    return Search(wanted, actor, need, query, (ids or [], ranks or []))


def list_practices(
    search: Search, *, sort: str = "relevance", after: str = "", before: str = "", limit: int = 20,
    whole: bool = False,
) -> Page[Found]:
    """A page of what is asked. Without words, relevance is the newest first.

    Only what a card shows is loaded, unless the ``whole`` text is asked for.
    """
    keys = _sort_keys(search, sort)
    query = _select(search, keys, whole)
    is_back = bool(before) and not after
    if after or before:
        query = query.where(_beyond(keys, _read_cursor(after or before, keys), is_back))
    order = [key.desc() if is_down != is_back else key.asc() for key, is_down in keys]
    rows = db.session.execute(query.order_by(*order).limit(limit + 1)).all()
    has_more, rows = len(rows) > limit, rows[:limit]
    if is_back:
        rows = rows[::-1]
    if not rows:
        return Page([])

    def cursor_of(row: Any) -> str:
        return encode_cursor(*(v.isoformat() if isinstance(v, datetime) else v if isinstance(v, int) else str(v)
                               for v in row[2:]))  # fmt: skip

    has_next, has_previous = (True, has_more) if is_back else (has_more, bool(after))
    found = [Found(row[0], row[1], cursor_of(row)) for row in rows]
    return Page(found, found[-1].cursor if has_next else None, found[0].cursor if has_previous else None)


def _sort_keys(search: Search, sort: str) -> list[tuple[Any, bool]]:
    """What orders the list, each with whether it goes downwards; the last makes the order total."""
    first: dict[str, list[tuple[Any, bool]]] = {
        "relevance": [(search._rank, True)] if search.wanted.words else [(Practice.published_at, True)],
        "evidence": [(Practice.evidence_rating, True)],
        "newest": [(Practice.published_at, True)],
        "title": [(Practice.title_key, False)],
        "similar": [],
    }
    if sort not in first:
        raise ValidationFailed({"sort": ["Sort by " + ", ".join(SORTS) + "."]})
    if sort == "similar":
        first[sort] = _likeness_of_city(search.actor) or first["relevance"]
    return [*first[sort], (Practice.practice_id, True)]


def _likeness_of_city(actor: Actor) -> list[tuple[Any, bool]]:
    """How near a practice's city is to the caller's: size on a logarithmic scale, and the country.

    As a whole number, the nearest first; nothing for callers that are no city.
    """
    if actor.scope is not Scope.CITY:
        return []
    city = get_city(actor=actor)
    sizes = func.abs(func.ln(func.coalesce(Practice.population, 1)) - math.log(max(city.population, 1)))
    unknown = case((Practice.population.is_(None), 3.0), else_=sizes)
    elsewhere = case((Practice.country == city.country, 0.0), else_=1.5)
    return [(cast((unknown + elsewhere) * 1000, Integer), False)]


def _select(search: Search, keys: Sequence[tuple[Any, bool]], whole: bool) -> Select[Any]:
    passage: Any = literal("")
    if search.wanted.words:
        told = func.concat_ws(" … ", Practice.summary, Practice.problem, Practice.approach, Practice.results)
        passage = func.ts_headline(text("'concord_en'::regconfig"), told, search._query, _HEADLINE)
    query = select(Practice, passage, *(key for key, _ in keys))
    if not whole:
        query = query.options(load_only(*CARD, raiseload=True))
    if search.wanted.words:
        query = query.join(search._hits, search._hits.c.practice_id == Practice.practice_id)
    return query.where(*search.conditions.values())


def _beyond(keys: Sequence[tuple[Any, bool]], edge: Sequence[Any], is_back: bool) -> ColumnElement[bool]:
    """The rows after the edge in the order of the list, or before it."""
    ways = []
    for i, (key, is_down) in enumerate(keys):
        further = key < edge[i] if is_down != is_back else key > edge[i]
        ways.append(and_(*(k == e for (k, _), e in zip(keys[:i], edge[:i], strict=True)), further))
    return or_(*ways)


def _read_cursor(cursor: str, keys: Sequence[tuple[Any, bool]]) -> list[Any]:
    edge = decode_cursor(cursor, length=len(keys))
    read: list[Any] = []
    try:
        for value, (key, _) in zip(edge, keys, strict=True):
            kind = key.type.python_type
            if kind is datetime:
                read.append(datetime.fromisoformat(value))
            elif kind is uuid.UUID:
                read.append(uuid.UUID(value))
            elif isinstance(value, kind):
                read.append(value)
            else:
                raise ValueError
    except (TypeError, ValueError, AttributeError):
        raise ValidationFailed({"cursor": ["This page address is not valid."]}) from None
    return read


def count_facets(search: Search) -> Facets:
    """The figures beside the filters, in one statement, of what the caller may see."""
    conditions = search.conditions
    base = (
        select(
            Practice.themes, Practice.steps, Practice.prevention_levels, Practice.languages, Practice.country,
            Practice.evidence_rating, Practice.tags, *(c.label(f"fits_{name}") for name, c in conditions.items()),
        ).where(search.matches).cte("base")
    )  # fmt: skip
    values = {
        "theme": func.unnest(base.c.themes), "step": cast(func.unnest(base.c.steps), Text),
        "level": func.unnest(base.c.prevention_levels), "language": func.unnest(base.c.languages),
        "tag": func.unnest(base.c.tags), "country": base.c.country, "evidence": cast(base.c.evidence_rating, Text), "total": literal("total"),
    }  # fmt: skip
    parts = []
    for name, value in values.items():
        others = [base.c[f"fits_{other}"] for other in conditions if other != name]
        chosen = select(value.label("value")).select_from(base).where(*others).subquery()
        parts.append(select(literal(name), chosen.c.value, func.count()).group_by(chosen.c.value))
    counts: dict[str, dict[str, int]] = {name: {} for name in values}
    for name, value, count in db.session.execute(union_all(*parts)):
        counts[name][value] = count
    ratings = counts["evidence"]
    counts["evidence"] = {
        str(least): sum(count for rating, count in ratings.items() if int(rating) >= least) for least in range(1, 6)
    }
    return Facets(counts.pop("total").get("total", 0), counts)


def get_practice(slug: str) -> Practice:
    """One published practice; NotFound also for those that the caller may not read."""
    found = db.session.execute(select(Practice).where(Practice.slug == slug)).scalar_one_or_none()
    if found is None:
        raise NotFound("practice")
    return found


def list_related(practice: Practice, *, limit: int = 3) -> list[Practice]:
    """Practices that share the most themes, steps and levels with this one."""
    shared = sum(
        (
            func.cardinality(func.array(
                select(func.unnest(column)).intersect(select(func.unnest(cast(list(values), column.type))))
                .scalar_subquery()
            )) * weight
            for column, values, weight in (
                (Practice.themes, practice.themes, 3), (Practice.steps, practice.steps, 1),
                (Practice.prevention_levels, practice.prevention_levels, 1),
            )
        ),
        literal(0),
    )  # fmt: skip
    themes = cast(list(practice.themes), ARRAY(Text))
    return list(
        db.session.execute(
            select(Practice).options(load_only(*CARD, raiseload=True))
            .where(Practice.practice_id != practice.practice_id, Practice.themes.op("&&")(themes))
            .order_by(shared.desc(), Practice.evidence_rating.desc(), Practice.practice_id).limit(limit)
        ).scalars()
    )  # fmt: skip


def list_featured(*, limit: int = 3) -> list[Practice]:
    """The practices that the curators put forward, the latest first."""
    return list(
        db.session.execute(
            select(Practice).options(load_only(*CARD, raiseload=True)).where(Practice.featured_at.is_not(None))
            .order_by(Practice.featured_at.desc(), Practice.practice_id).limit(limit)
        ).scalars()
    )  # fmt: skip


@dataclass(frozen=True)
class Alike:
    """A published practice that may be the same as another text, 0 to 1."""

    practice: Practice
    likeness: float


def find_alike(
    title: str, summary: str, *, city: str, but_not: uuid.UUID | None = None, limit: int = 5
) -> list[Alike]:
    """Published practices whose title or city and summary are alike by trigrams, the most alike first."""
    words = func.lower(func.unaccent(f"{title} {city} {summary}"[:2000]))
    likeness: Any = func.greatest(
        func.similarity(Practice.title_key, func.lower(func.unaccent(title))),
        func.similarity(Practice.search_text, words),
    )
    query = (
        select(Practice, likeness).options(load_only(*CARD, raiseload=True)).where(likeness > 0.4)
        .order_by(likeness.desc(), Practice.practice_id).limit(limit)
    )  # fmt: skip
    if but_not is not None:
        query = query.where(Practice.practice_id != but_not)
    return [Alike(row[0], round(float(row[1]), 2)) for row in db.session.execute(query)]


def list_pairs_alike(*, limit: int = 50) -> list[tuple[Practice, Practice, float]]:
    """Pairs of published practices that may be one, the most alike first."""
    one, other = aliased(Practice), aliased(Practice)
    likeness: Any = func.similarity(one.search_text, other.search_text)
    rows = db.session.execute(
        select(one, other, likeness)
        .options(load_only(one.slug, one.title, one.city, raiseload=True),
                 load_only(other.slug, other.title, other.city, raiseload=True))
        .where(one.practice_id < other.practice_id, one.search_text.op("%")(other.search_text), likeness > 0.4)
        .order_by(likeness.desc(), one.practice_id, other.practice_id).limit(limit)
    )  # fmt: skip
    return [(row[0], row[1], round(float(row[2]), 2)) for row in rows]


def count_tags() -> dict[str, int]:
    """How often each tag is used, by name."""
    tag = func.unnest(Practice.tags).label("tag")
    used = select(tag).subquery()
    rows = db.session.execute(select(used.c.tag, func.count()).group_by(used.c.tag).order_by(used.c.tag))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Suggestion:
    """A practice that answers needs, with the reasons, the strongest first."""

    practice: Practice
    reasons: list[str]


def suggest_practices(
    needs: Sequence[Need], *, actor: Actor, limit: int = 6, but_not: Sequence[uuid.UUID] = ()
) -> list[Suggestion]:
    """Practices that answer the caller's needs, the best first; two statements, whatever is needed.

    For members. Themes count most, then words, then steps; better evidence decides between equals.
    One word that stands in many practices is no reason: two must be there, or one that is rare.
    """
    parts = []
    for number, need in enumerate(needs):
        themes, steps = cast(list(need.themes), ARRAY(Text)), cast(list(need.steps), Practice.steps.type)
        groups = group_words([word for word in PracticeFilter(text=" ".join(need.words)).words if len(word) > 2])
        fits: list[ColumnElement[bool]] = []
        source: Any = Practice
        score: Any = Practice.evidence_rating * 0.02
        if need.themes:
            fits.append(Practice.themes.op("&&")(themes))
            shared = select(func.unnest(Practice.themes)).intersect(select(func.unnest(themes))).scalar_subquery()
            score = score + func.cardinality(func.array(shared)) * 0.5
        if need.steps:
            score = score + case((Practice.steps.op("&&")(steps), 0.1), else_=0.0)
            if not need.themes and not groups:
                fits.append(Practice.steps.op("&&")(steps))
        if groups:
            asked = func.find_need_query(type_coerce(groups, JSONB))
            hits = func.rank_practices(asked, cast([], ARRAY(Text)), 200).table_valued(
                column("practice_id", Uuid), column("rank", Integer)
            ).alias()  # fmt: skip
            source = outerjoin(Practice, hits, hits.c.practice_id == Practice.practice_id)
            fits.append(hits.c.rank.is_not(None))
            score = score + func.coalesce(hits.c.rank, 0) / 1_000_000.0
        if not fits:
            continue
        best = (
            select(Practice.practice_id, literal(number).label("number"), cast(score, Float).label("score"))
            .select_from(source).where(or_(*fits), Practice.practice_id.not_in(list(but_not)))
            .order_by(cast(score, Float).desc(), Practice.practice_id).limit(limit).subquery()
        )  # fmt: skip
        parts.append(select(best))
    if not parts:
        return []
    strengths: dict[uuid.UUID, list[tuple[float, int]]] = {}
    rows = db.session.execute(union_all(*parts)).all()
    best_of = {number: max(row[2] for row in rows if row[1] == number) for number in {row[1] for row in rows}}
    for practice_id, number, score in rows:
        # Who answers a need half as well as another has one word in common by chance.
        if score * 2 >= best_of[number]:
            strengths.setdefault(practice_id, []).append((score, number))
    best_ids = sorted(strengths, key=lambda i: (-sum(s for s, _n in strengths[i]), str(i)))[:limit]
    found = {
        practice.practice_id: practice for practice in db.session.execute(
            select(Practice).options(load_only(*CARD, raiseload=True)).where(Practice.practice_id.in_(best_ids))
        ).scalars()
    }  # fmt: skip
    return [
        Suggestion(found[i], [needs[n].reason for _s, n in sorted(strengths[i], reverse=True)])
        for i in best_ids if i in found
    ]  # fmt: skip


def list_newest_public(wanted: PracticeFilter, *, actor: Actor, limit: int = 50) -> list[Practice]:
    """The newest public practices that the filter means, whoever asks: for the feed."""
    search = Search(wanted, actor)
    return list(
        db.session.execute(
            select(Practice)
            .where(Practice.visibility == "public", search.matches, *search.conditions.values())
            .order_by(Practice.published_at.desc(), Practice.practice_id.desc()).limit(limit)
        ).scalars()
    )  # fmt: skip


def stream_public(*, limit: int = 50_000) -> list[Practice]:
    """Every public practice, the newest first, whoever asks: for sitemap and export."""
    return list(
        db.session.execute(
            select(Practice).where(Practice.visibility == "public")
            .order_by(Practice.published_at.desc(), Practice.practice_id.desc()).limit(limit)
        ).scalars()
    )  # fmt: skip


def list_by_slug(slugs: Sequence[str]) -> list[Practice]:
    """The published practices of these slugs, in their order; those that are not there are left out."""
    rows = db.session.execute(select(Practice).options(load_only(*CARD)).where(Practice.slug.in_(slugs))).scalars()
    found = {practice.slug: practice for practice in rows}
    return [found[slug] for slug in slugs if slug in found]

"""How good the search of the library is: judged queries in three languages, nDCG@10 and recall@10.

Grades go from 1 (touches it) to 3 (what was meant). Distractors are made of the library's own
sentences, so that they are written like practices and judged as none.
"""

import csv
import json
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from network.demo.load import DATA
from network.kernel.tenancy import Actor
from network.practices.queries import PracticeFilter, list_practices, open_search
from tests.conftest import Connection

JUDGED = Path(__file__).resolve().parents[1] / "practices" / "judged_queries.csv"


@dataclass(frozen=True)
class Judged:
    """One query with the practices that answer it and how well."""

    language: str
    query: str
    grades: dict[str, int]


@dataclass(frozen=True)
class Quality:
    """Means over the queries of one language, or of all."""

    ndcg: float
    recall: float
    queries: int


def load_judged() -> list[Judged]:
    """The judged set."""
    with JUDGED.open(encoding="utf-8") as file:
        return [
            Judged(row["language"], row["query"],
                   {slug: int(grade) for slug, grade in (pair.split(":") for pair in row["relevant"].split())})
            for row in csv.DictReader(file)
        ]  # fmt: skip


def ndcg(found: list[str], grades: dict[str, int], *, at: int = 10) -> float:
    """Normalised discounted cumulative gain with gains 2^grade - 1."""
    def gain(ordered: list[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(ordered[:at]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(slug, 0) for slug in found]) / best if best else 0.0


def search(query: str, actor: Actor) -> list[str]:
    """The slugs of the first page, as the library answers."""
    page = list_practices(open_search(PracticeFilter(text=query), actor=actor), limit=10)
    return [item.practice.slug for item in page.items]


def judge(actor: Actor, *, find: Callable[[str, Actor], list[str]] = search) -> tuple[dict[str, Quality], list[tuple[Judged, float]]]:
    """Quality by language and over "all", and each query with its nDCG; the caller is the session's."""
    scores: dict[str, list[tuple[float, float]]] = {}
    each = []
    for judged in load_judged():
        found = find(judged.query, actor)
        recall = sum(slug in found[:10] for slug in judged.grades) / len(judged.grades)
        score = ndcg(found, judged.grades)
        each.append((judged, score))
        for key in (judged.language, "all"):
            scores.setdefault(key, []).append((score, recall))
    return {
        key: Quality(sum(s for s, _r in values) / len(values), sum(r for _s, r in values) / len(values), len(values))
        for key, values in scores.items()
    }, each  # fmt: skip


def distractors(count: int, *, seed: int = 5, first: int = 0) -> Iterator[dict[str, Any]]:
    """Texts put together from sentences of different practices, in no order: like them and about nothing."""
    items = json.loads((DATA / "practices.json").read_text())
    sentences = [s.strip() + "." for item in items for field in ("problem", "approach", "results", "advice")
                 for s in item.get(field, "").split(". ") if len(s) > 30]  # fmt: skip
    chance = random.Random(seed + first)
    for number in range(first, first + count):
        picked = chance.sample(sentences, 9)
        words = " ".join(picked[0].split()[:6])
        yield {
            "slug": f"distractor-{number}", "title": f"{words} {number}"[:200], "summary": " ".join(picked[1:3])[:2000],
            "problem": picked[3], "approach": " ".join(picked[4:7]), "results": " ".join(picked[7:]), "city": f"Town {number}",
            "country": chance.choice(["DE", "FR", "US", "KE", "BR"]), "language": "en", "visibility": "public",
            "themes": chance.sample(["youth", "schools", "newcomers", "interfaith", "public_space"], 2),
            "prevention_levels": ["primary"], "steps": [chance.randint(1, 10)], "cost_band": "low",
            "evidence_rating": chance.randint(0, 5),
        }  # fmt: skip


def add_distractors(admin: Connection, count: int, *, first: int = 0) -> None:
    """Store distractors as the administrator."""
    rows = list(distractors(count, first=first))
    if not rows:
        return
    names = list(rows[0])
    with admin.cursor() as cursor:
        cursor.executemany(
            f"insert into published_practice ({', '.join(names)}) values ({', '.join(f'%({n})s' for n in names)})", rows
        )
    admin.execute("analyze published_practice")


def time_against_plain(actor: Actor, queries: list[str], run_plain: Callable[[str], Any]) -> float:
    """How many times longer a page of the library's search takes than plain full-text search: the
    ratio of the medians over the queries."""
    def median_of(run: Callable[[str], Any]) -> float:
        times = []
        for query in queries:
            begun = time.perf_counter()
            run(query)
            times.append(time.perf_counter() - begun)
        return sorted(times)[len(times) // 2]

    median_of(run_plain)
    ours, plain = median_of(lambda query: search(query, actor)), median_of(run_plain)
    return ours / plain

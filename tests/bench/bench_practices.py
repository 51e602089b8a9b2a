"""The second part of ``make bench``: how good and how fast the search of practices is.

Quality over the real examples and 3,000 distractors; latency at BENCH_PRACTICES (50,000) practices, as
the ratio of a page of the library's search to plain full-text search of the same rows.
"""

import os
import statistics
import time

import pytest
from flask import Flask

from network.demo.load import load_practices
from network.kernel.tenancy import PUBLIC, acting_as
from tests.bench.practice_search import add_distractors, judge, load_judged, time_against_plain
from tests.conftest import Connection
from tests.world import World

PLAIN = """select slug from published_practice, websearch_to_tsquery('english', %s) wanted
where search_vector @@ wanted order by ts_rank_cd(search_vector, wanted) desc limit 10"""


@pytest.mark.timeout(3600)
def test_quality_and_latency(app: Flask, admin: Connection) -> None:
    world = World(admin)
    with app.app_context():
        load_practices(world.actor("network", "curator"))
    add_distractors(admin, 3000)
    officer = world.actor("toronto", "officer")
    with app.app_context(), acting_as(officer):
        quality, each = judge(officer)
    print("\nlanguage  queries  nDCG@10  recall@10")
    for language, found in quality.items():
        print(f"{language:8}  {found.queries:7}  {found.ndcg:7.3f}  {found.recall:9.3f}")
    print("weakest:", ", ".join(f"{j.query} ({score:.2f})" for j, score in sorted(each, key=lambda pair: pair[1])[:5]))
    count = int(os.environ.get("BENCH_PRACTICES", "50000"))
    begun = time.perf_counter()
    add_distractors(admin, max(count - 3000, 0), first=3000)
    print(f"{count} practices, the last of them stored in {time.perf_counter() - begun:.0f} s")
    queries = [judged.query for judged in load_judged() if judged.language == "en"]
    for name, actor in (("member", officer), ("visitor", PUBLIC)):
        with app.app_context(), acting_as(actor):
            ratios = [
                time_against_plain(actor, queries, lambda query: admin.execute(PLAIN, (query,)).fetchall())
                for _round in range(3)
            ]
        print(f"{name}: a page costs {statistics.median(ratios):.1f} times plain full-text search")

"""The search is measured: judged queries in three languages against the real examples and distractors."""

from flask import Flask

from network.demo.load import load_practices
from network.kernel.tenancy import acting_as
from network.practices.words import group_words
from tests.bench.practice_search import add_distractors, distractors, judge, load_judged, ndcg
from tests.conftest import Connection
from tests.world import World


def test_the_judged_set_is_whole(app: Flask, admin: Connection) -> None:
    judged = load_judged()
    assert len(judged) >= 60 and {j.language for j in judged} == {"en", "fr", "es"}
    assert len({j.query for j in judged}) == len(judged)
    with app.app_context():
        load_practices(World(admin).actor("network", "curator"))
    known = {row[0] for row in admin.execute("select slug from published_practice")}
    assert {slug for j in judged for slug in j.grades} <= known


def test_the_measure_itself() -> None:
    assert ndcg(["a", "b"], {"a": 3, "b": 1}) == 1.0
    assert 0 < ndcg(["x", "a"], {"a": 3}) < 1 and ndcg(["x"], {"a": 3}) == 0
    assert list(distractors(3)) == list(distractors(3))


def test_what_was_meant_stands_on_the_first_page(app: Flask, admin: Connection) -> None:
    world = World(admin)
    with app.app_context():
        load_practices(world.actor("network", "curator"))
    add_distractors(admin, 500)
    officer = world.actor("toronto", "officer")
    with app.app_context(), acting_as(officer):
        quality, each = judge(officer)
    worst = [(j.language, j.query, round(score, 2)) for j, score in sorted(each, key=lambda pair: pair[1])[:12]]
    print({key: (round(q.ndcg, 3), round(q.recall, 3), q.queries) for key, q in quality.items()}, worst)
    assert quality["all"].ndcg >= 0.8 and quality["all"].recall >= 0.85, worst
    assert min(q.ndcg for q in quality.values()) >= 0.75, quality


def test_words_that_mean_the_same() -> None:
    assert group_words(["delitos", "de", "odio"])[0][:2] == ["delitos de odio", "hate crime"]
    assert "rumour" in group_words(["rumeurs"])[0] and group_words(["xyzzy"]) == [["xyzzy"]]
    assert group_words(["crime", "de", "haine"]) != group_words(["crime"])

"""Somebody who may ask everything tries to work out what one incident did to the figures.

``pytest -s tests/trends/test_disclosure.py`` prints what each attack gains.
"""

import math
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from flask import Flask

from network.kernel.tenancy import Actor, acting_as
from network.trends.disclosure import LARGEST_NOISE, publish
from network.trends.perturbation import MOST_NOISE, SCALE, SMALL, VARIANCE, build_table, read_table
from network.trends.service import GroupBy, Interval, TrendRequest, get_trend
from tests.conftest import Connection
from tests.world import World, add_incident, add_organisation

SECRET = bytes(range(32))
STATED_ADVANTAGE = 0.36
"""Of telling from one published count whether a given incident is in it, over guessing."""


def probabilities(row: list[tuple[int, int]]) -> dict[int, float]:
    thresholds = [0, *(threshold for _number, threshold in row)]
    return {row[i][0]: (high - low) / SCALE for i, (low, high) in enumerate(pairwise(thresholds))}


TABLE = [probabilities(row) for row in read_table()]


def test_the_committed_table_is_the_one_that_the_parameters_make() -> None:
    assert read_table() == build_table()
    assert len(TABLE) == MOST_NOISE + SMALL + 2


def test_zero_stays_zero() -> None:
    assert TABLE[0] == {0: 1.0}
    assert {publish(0, key, SECRET) for key in range(1000)} == {0}


@pytest.mark.parametrize("count", range(1, len(TABLE)))
def test_each_row_keeps_its_promises(count: int) -> None:
    row = TABLE[count]
    noise = {number - count: p for number, p in row.items()}
    assert all(p > 0 for p in row.values())
    assert math.isclose(sum(noise.values()), 1)
    assert math.isclose(sum(n * p for n, p in noise.items()), 0, abs_tol=1e-7)
    assert math.isclose(sum(n * n * p for n, p in noise.items()), VARIANCE, rel_tol=1e-6)
    assert max(map(abs, noise)) <= MOST_NOISE == LARGEST_NOISE
    assert min(row) >= 0 and not set(row) & set(range(1, SMALL + 1))


def test_the_last_row_serves_every_larger_count() -> None:
    last = len(TABLE) - 1
    for key in range(500):
        assert publish(last + 1000, key, SECRET) - publish(last, key, SECRET) == 1000


def test_published_numbers_are_right_in_the_mean_and_spread_as_the_table_says() -> None:
    random = Random(1)
    for count in (1, 2, 3, 9, 40):
        noise = [publish(count, random.getrandbits(40), SECRET) - count for _ in range(20_000)]
        # Four standard errors of the mean; the variance of the square is below 130.
        assert abs(sum(noise)) / 20_000 < 4 * math.sqrt(VARIANCE / 20_000)
        assert abs(sum(n * n for n in noise) / 20_000 - VARIANCE) < 4 * math.sqrt(130 / 20_000)


def test_another_installation_draws_other_noise() -> None:
    other = bytes(reversed(SECRET))
    same = sum(publish(30, key, SECRET) == publish(30, key, other) for key in range(2000))
    chance = sum(p * p for p in TABLE[-1].values())
    assert abs(same / 2000 - chance) < 0.05


def test_one_count_never_tells_more_than_is_stated() -> None:
    """Total variation between the numbers published for n and for n + 1 incidents: by so much the
    best guess whether the incident is there beats tossing a coin."""
    gains = [
        sum(abs(one.get(n, 0) - other.get(n, 0)) for n in {*one, *other}) / 2 for one, other in pairwise(TABLE)
    ]
    print("\nadvantage from one count, for 0, 1, 2, … other incidents:", [round(gain, 3) for gain in gains])
    assert max(gains) <= STATED_ADVANTAGE
    assert gains[0] <= 0.16


def test_a_difference_before_and_after_shows_little_more_than_that_something_changed() -> None:
    """Two draws of noise lie between the numbers: what is printed is the chance that their
    difference is exactly the one incident."""
    for count in (3, 9, 40):
        before, after = TABLE[min(count, len(TABLE) - 1)], TABLE[min(count + 1, len(TABLE) - 1)]
        shift = max(0, count - len(TABLE) + 1)
        exact = sum(p * after.get(n + 1 - (shift and 1), 0) for n, p in before.items())
        print(f"\nchance that a difference is exact at {count}: {exact:.3f}")
        assert exact < 0.2


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    """Six cities with forty incidents each, all shared with the network, two nations."""
    admin.execute("insert into disclosure_secret (secret) values (%s)", (SECRET,))
    world, random = World(admin), Random(7)
    for name in ("hamilton", "london", "halifax"):
        world.ids[name] = add_organisation(admin, "city", name, "CA")
    world.ids["lyon"] = add_organisation(admin, "city", "lyon", "FR")
    for name in CITIES:
        for _ in range(40):
            add_incident(
                admin, world.ids[name], severity=random.randint(1, 5), kind=random.choice(["threat", "hate_crime"]),
                bias_motivations=random.sample(["antisemitism", "anti_roma", "age"], random.randint(1, 2)),
                occurred_on=f"202{random.randint(2, 4)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}",
            )  # fmt: skip
        world.agree(name, "network")
        world.agree(name, "france" if name == "lyon" else "canada")
    return world


CITIES = ("toronto", "ottawa", "hamilton", "london", "halifax", "lyon")


class Asking:
    """Somebody who may ask everything that an actor may."""

    def __init__(self, app: Flask, actor: Actor) -> None:
        self.app, self.actor = app, actor

    def series(
        self, start: str = "2022-01-01", end: str = "2024-12-31", interval: Interval = Interval.TOTAL,
        group_by: GroupBy | None = None, **filters: object,
    ) -> dict[str, list[int]]:  # fmt: skip
        request = TrendRequest(
            date.fromisoformat(start), date.fromisoformat(end), interval, group_by, **filters  # type: ignore[arg-type]
        )
        with self.app.app_context(), acting_as(self.actor):
            answer = get_trend(request, actor=self.actor)
        return {series.key: [point.count for point in series.points] for series in answer.series}

    def count(self, **question: object) -> int:
        return sum(sum(counts) for counts in self.series(**question).values())  # type: ignore[arg-type]


def test_every_route_to_a_cell_shows_the_same_number(app: Flask, world: World) -> None:
    network, canada = (Asking(app, world.actor(name, "coordinator")) for name in ("network", "canada"))
    toronto = world.ids["toronto"]
    year = {"start": "2023-01-01", "end": "2023-12-31"}
    routes = {
        canada.count(**year, city_ids=(toronto,)),
        network.count(**year, city_ids=(toronto,)),
        canada.count(**year, interval=Interval.YEAR, city_ids=(toronto,)),
        sum(canada.series(**year, group_by=GroupBy.CITY)[str(toronto)]),
        sum(network.series(**year, group_by=GroupBy.CITY, interval=Interval.YEAR)[str(toronto)]),
        network.series(interval=Interval.YEAR, city_ids=(toronto,))[""][1],
        network.count(start="2023-03-05", end="2023-03-06", interval=Interval.YEAR, city_ids=(toronto,)),
        network.count(**year, city_ids=(toronto,), countries=("CA",)),
    }
    assert len(routes) == 1
    country = {
        network.count(**year, interval=Interval.YEAR, countries=("CA",)), canada.count(**year),
        sum(network.series(**year, group_by=GroupBy.COUNTRY)["CA"]),
    }  # fmt: skip
    assert len(country) == 1
    assert {canada.count(**year) for _ in range(3)} == country


def test_overlapping_sets_do_not_average_the_noise_out(app: Flask, world: World) -> None:
    """Every pair of sets that differ by one cell gives one and the same estimate of it."""
    network, random = Asking(app, world.actor("network", "coordinator")), Random(3)
    toronto = world.ids["toronto"]
    others = [world.ids[name] for name in CITIES if name != "toronto"]
    by_city, by_severity, by_kind = set(), set(), set()
    for _ in range(12):
        some = tuple(random.sample(others, random.randint(1, len(others))))
        by_city.add(network.count(city_ids=(*some, toronto)) - network.count(city_ids=some))
        levels = tuple(random.sample([1, 2, 3, 4], random.randint(1, 4)))
        by_severity.add(network.count(severities=(*levels, 5)) - network.count(severities=levels))
    by_kind.add(network.count(kinds=("threat", "hate_crime")) - network.count(kinds=("hate_crime",)))
    assert by_city == {network.count(city_ids=(toronto,))}
    assert by_severity == {network.count(severities=(5,))}
    assert by_kind == {network.count(kinds=("threat",))}


def test_sliding_spans_do_not_average_the_noise_out(app: Flask, world: World) -> None:
    network = Asking(app, world.actor("network", "coordinator"))
    july = {
        network.count(start=start, end="2023-07-31") - network.count(start=start, end="2023-06-30")
        for start in ("2022-01-01", "2022-02-01", "2022-11-01", "2023-01-01", "2023-05-01", "2023-06-01")
    }
    assert july == {network.count(start="2023-07-01", end="2023-07-31")}


def test_a_city_that_leaves_does_not_leave_its_count_behind(app: Flask, world: World) -> None:
    canada = Asking(app, world.actor("canada", "coordinator"))
    own = Asking(app, world.actor("toronto", "officer"))
    questions = [{"start": f"{year}-01-01", "end": f"{year}-12-31", "severities": (level,)}
                 for year in (2022, 2023, 2024) for level in range(1, 6)]  # fmt: skip
    with_toronto = [canada.count(**question) for question in questions]
    world.admin.execute("update sharing_agreement set revoked_at = now() where city_id = %s", (world.ids["toronto"],))
    exact = [own.count(**question) for question in questions]
    without = [canada.count(**question) for question in questions]
    hits = sum(a - b == c for a, b, c in zip(with_toronto, without, exact, strict=True))
    print(f"\na city's exact count from its leaving: {hits} of {len(questions)} guesses right")
    assert hits <= len(questions) * 0.4
    world.admin.execute("update sharing_agreement set revoked_at = null where city_id = %s", (world.ids["toronto"],))
    assert [canada.count(**question) for question in questions] == with_toronto


def test_rates_tell_no_more_than_counts(app: Flask, world: World) -> None:
    canada = world.actor("canada", "coordinator")
    request = TrendRequest(date(2022, 1, 1), date(2024, 12, 31), Interval.YEAR, GroupBy.CITY)
    with app.app_context(), acting_as(canada):
        answer = get_trend(request, actor=canada)
    for series in answer.series:
        assert series.population
        for point in series.points:
            assert point.rate is not None and round(point.rate * series.population / 1e5) == point.count


def test_a_group_that_shows_nothing_is_not_named(app: Flask, world: World, admin: Connection) -> None:
    """A key with a zero would tell that there is an incident whose noise came out as zero."""
    add_incident(admin, world.ids["lyon"], bias_motivations=["disability"], record_key=_key_published_as_zero())
    france = Asking(app, world.actor("france", "coordinator"))
    assert "disability" not in france.series(group_by=GroupBy.BIAS)
    own = Asking(app, world.actor("lyon", "officer"))
    assert own.series(group_by=GroupBy.BIAS)["disability"] == [1]


def _key_published_as_zero() -> int:
    return next(key for key in range(1000) if publish(1, key, SECRET) == 0)


def test_the_secret_is_for_nations_and_the_network_and_changes_never(app: Flask, world: World, admin: Connection) -> None:
    admin.execute("delete from disclosure_secret")
    made = {bytes(admin.execute("select cell_key_secret()").fetchone()[0]) for _ in range(3)}  # type: ignore[index]
    assert len(made) == 1 and len(made.pop()) == 32
    refused = admin.execute(
        "select role from unnest(array['public', 'identity', 'city', 'platform', 'worker']) role"
        " where has_function_privilege('concord_' || role, 'cell_key_secret()', 'execute')"
    ).fetchall()
    assert refused == []

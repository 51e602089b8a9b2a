"""What a question about trends answers, to whom, and at what cost."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event

from network.kernel.db import db
from network.kernel.tenancy import Actor, acting_as
from network.trends.disclosure import LARGEST_NOISE
from network.trends.service import GroupBy, Interval, Trend, TrendRequest, get_trend
from tests.conftest import Connection
from tests.world import World, add_incident

YEAR = TrendRequest(date(2024, 1, 1), date(2024, 12, 31), Interval.YEAR)


@pytest.fixture
def world(admin: Connection, app: Flask) -> World:
    world = World(admin)
    for city, count in (("toronto", 12), ("ottawa", 7)):
        for i in range(count):
            add_incident(admin, world.ids[city], occurred_on=f"2024-{i % 12 + 1:02d}-05")
    return world


def ask(app: Flask, actor: Actor, request: TrendRequest = YEAR) -> Trend:
    with app.app_context(), acting_as(actor):
        return get_trend(request, actor=actor)


def total(trend: Trend) -> int:
    return trend.series[0].points[0].count


def close(published: int, exact: int) -> bool:
    """What is published for a cell: zero for nothing, else the count with its noise."""
    return published == 0 if exact == 0 else abs(published - exact) <= LARGEST_NOISE


def test_only_what_is_agreed_and_only_while_it_is(app: Flask, world: World, admin: Connection) -> None:
    nation, network = world.actor("canada", "analyst"), world.actor("network", "coordinator")
    world.agree("toronto", "canada")
    world.agree("ottawa", "canada", "{records}")
    assert close(total(ask(app, nation)), 12)
    for other in (network, world.actor("france", "analyst")):
        answer = ask(app, other)
        assert (total(answer), answer.coverage) == (0, [])
    # Nothing but the clock ends this one: no statement touches its dates.
    admin.execute("set session_replication_role = replica")
    admin.execute("update sharing_agreement set valid_from = now() - interval '2 days',"
                  " valid_until = now() - interval '1 day' where 'counts' = any(grants)")  # fmt: skip
    admin.execute("set session_replication_role = origin")
    answer = ask(app, nation)
    assert (total(answer), answer.coverage) == (0, [])
    left = admin.execute("select coalesce(sum(incidents), 0) from shared_trend_cell").fetchone()
    assert left == (0,)


def test_a_filter_for_a_city_that_did_not_agree_finds_nothing(app: Flask, world: World) -> None:
    world.agree("toronto", "canada")
    for ids, expected in ((("ottawa",), 0), (("toronto", "ottawa"), 12)):
        request = TrendRequest(
            YEAR.date_from, YEAR.date_to, Interval.YEAR, city_ids=tuple(world.ids[name] for name in ids)
        )
        assert close(total(ask(app, world.actor("canada", "analyst"), request)), expected)


def test_exact_for_the_city_and_protected_for_others(app: Flask, world: World) -> None:
    world.agree("toronto", "canada")
    months = TrendRequest(YEAR.date_from, YEAR.date_to, Interval.MONTH)
    own = ask(app, world.actor("toronto", "officer"), months)
    assert [p.count for p in own.series[0].points] == [1] * 12
    assert not own.is_protected
    seen = ask(app, world.actor("canada", "analyst"), months)
    counts = [p.count for p in seen.series[0].points]
    assert all(close(count, 1) for count in counts) and not {1, 2} & set(counts)
    assert seen.is_protected
    year = ask(app, world.actor("canada", "analyst")).series[0].points[0]
    assert year.rate == float(year.count)


def test_the_total_counts_an_incident_with_two_motivations_once(app: Flask, world: World, admin: Connection) -> None:
    city = world.ids["toronto"]
    admin.execute("delete from incident")
    add_incident(admin, city, bias_motivations=["racism_xenophobia.anti_black", "racism_xenophobia.anti_asian", "age"])
    actor = world.actor("toronto", "officer")
    assert total(ask(app, actor)) == 1
    by_bias = ask(app, actor, TrendRequest(YEAR.date_from, YEAR.date_to, Interval.YEAR, GroupBy.BIAS))
    assert {s.key: s.points[0].count for s in by_bias.series} == {"age": 1, "racism_xenophobia": 1}


@pytest.mark.parametrize("group_by", [None, *GroupBy])
def test_the_number_of_statements_is_fixed(app: Flask, world: World, group_by: GroupBy | None) -> None:
    world.agree("toronto", "canada")
    request = TrendRequest(YEAR.date_from, YEAR.date_to, Interval.MONTH, group_by)
    nation, city = world.actor("canada", "analyst"), world.actor("toronto", "officer")
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        counts = []
        for step in range(2):
            for actor in (nation, city):
                seen.clear()
                ask(app, actor, request)
                counts.append(len(seen))
            if not step:
                world.agree("ottawa", "canada")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    # Who is calling (and, for a nation, which agreements are in force and settled), which cities,
    # how many; one more where the cities are narrowed to those that are asked for.
    narrowed = group_by is GroupBy.CITY
    assert counts == [5 + narrowed, 3] * 2

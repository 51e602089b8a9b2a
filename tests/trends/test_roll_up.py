"""The roll-up equals a recount from the incidents, whatever happened and in whatever order."""

import threading
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Connection
from tests.world import World, add_incident

RECOUNT = """
select p.grain, p.period, b.bias, i.kind, i.severity, count(*), sum(i.record_key)
from incident i cross join lateral bias_cells(i.bias_motivations) as b(bias)
cross join lateral cell_periods(i.occurred_on, i.occurred_precision) as p
where i.is_counted {where} group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
"""
CELLS = """
select grain, period, bias, kind, severity, sum(incidents), sum(record_key) from {table}
group by 1, 2, 3, 4, 5 having sum(incidents) <> 0 or sum(record_key) <> 0 order by 1, 2, 3, 4, 5
"""

BIASES = st.lists(
    st.sampled_from(["antisemitism", "anti_roma", "racism_xenophobia.anti_black", "racism_xenophobia.anti_asian"]),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip
VALUES = st.fixed_dictionaries({
    "bias_motivations": BIASES,
    "severity": st.integers(1, 3),
    "kind": st.sampled_from(["threat", "hate_crime"]),
    "tlp": st.sampled_from(["RED", "AMBER+STRICT", "GREEN"]),
    "status": st.sampled_from(["reported", "verified", "unfounded", "duplicate"]),
    "occurred_on": st.sampled_from(["2023-12-31", "2024-01-01", "2024-02-29"]),
    "occurred_precision": st.sampled_from(["minute", "day", "month", "year"]),
})  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), VALUES),
        st.tuples(st.just("change"), VALUES),
        st.tuples(st.sampled_from(["delete", "archive", "restore", "agree", "revoke", "fold", "failed"]), st.none()),
    ),
    max_size=14,
)


def assert_equal_to_a_recount(admin: Connection, *, is_shared: bool) -> None:
    recount = admin.execute(RECOUNT.format(where="")).fetchall()
    assert admin.execute(CELLS.format(table="trend_cell")).fetchall() == recount
    shared = [row for row in recount if row[0] != "day"] if is_shared else []
    assert admin.execute(CELLS.format(table="shared_trend_cell")).fetchall() == shared


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_history_equals_a_recount(admin: Connection, steps: list[tuple[str, Any]]) -> None:
    for table in ("record_event", "incident", "sharing_agreement", "trend_cell", "shared_trend_cell", "membership", "person",
                  "city", "organisation"):  # fmt: skip
        admin.execute(f"delete from {table}")
    world = World(admin)
    city, is_shared = world.ids["toronto"], False
    for step, values in steps:
        if step == "insert":
            add_incident(admin, city, **values)
        elif step == "change":
            names = ", ".join(f"{name} = %({name})s" for name in values)
            admin.execute(f"update incident set {names} where incident_id in"
                          " (select incident_id from incident order by incident_id limit 2)", values)  # fmt: skip
        elif step == "delete":
            admin.execute("delete from incident where incident_id in"
                          " (select incident_id from incident order by incident_id limit 1)")  # fmt: skip
        elif step in ("archive", "restore"):
            admin.execute(f"update incident set archived_at = {'now()' if step == 'archive' else 'null'}")
        elif step == "agree" and not is_shared:
            world.agree("toronto", "canada")
            is_shared = True
        elif step == "revoke":
            admin.execute("update sharing_agreement set revoked_at = now() where revoked_at is null")
            is_shared = False
        elif step == "fold":
            admin.execute("select fold_trend_cells()")
        elif step == "failed":
            try:
                with admin.transaction():
                    add_incident(admin, city)
                    admin.execute("select 1 / 0")
            except psycopg.errors.DivisionByZero:
                pass
    assert_equal_to_a_recount(admin, is_shared=is_shared)


def test_writers_and_agreements_at_the_same_time_lose_nothing(
    database: tuple[str, str], admin: Connection
) -> None:
    world = World(admin)
    city = world.ids["toronto"]
    signer = world.actor("toronto", "coordinator").person_id
    errors: list[BaseException] = []

    def write() -> None:
        try:
            with psycopg.connect(database[0]) as connection:
                for i in range(25):
                    add_incident(connection, city, severity=i % 3 + 1)
                    connection.commit()
        except BaseException as error:
            errors.append(error)

    def agree() -> None:
        try:
            with psycopg.connect(database[0], autocommit=True) as connection:
                for i in range(10):
                    connection.execute(
                        "insert into sharing_agreement (city_id, recipient_id, recipient_kind, grants, signed_by,"
                        " signed_by_name) values (%s, %s, 'nation', '{counts}', %s, 'S')",
                        (city, world.ids["canada"], signer),
                    )
                    connection.execute("select fold_trend_cells()")
                    if i < 9:
                        connection.execute("update sharing_agreement set revoked_at = now() where revoked_at is null")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)] + [threading.Thread(target=agree)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert admin.execute("select count(*) from incident").fetchone() == (100,)
    assert_equal_to_a_recount(admin, is_shared=True)

"""Assessments made by the administrator, whom neither policies nor guards bind."""

from typing import Any

from tests.world import World


def one(world: World, statement: str, *values: Any) -> str:
    row = world.admin.execute(statement, values).fetchone()
    assert row
    return str(row[0])


def add_assessment(world: World, city: str = "toronto", *, number: int = 1, status: str = "draft",
                   title: str = "Hidden picture") -> str:  # fmt: skip
    adopted = "2025-01-01" if status in ("adopted", "superseded") else None
    return one(
        world, "insert into assessment (city_id, number, title, status, period_from, period_to, adopted_on)"
        " values (%s, %s, %s, %s, '2024-01-01', '2024-12-31', %s) returning assessment_id",
        world.ids[city], number, title, status, adopted,
    )  # fmt: skip


def add_threat(world: World, assessment: str | None, name: str = "Street violence", *, city: str = "toronto",
               likelihood: int = 4, impact: int = 4) -> str:  # fmt: skip
    key = one(world, "insert into threat (city_id, name) values (%s, %s) returning threat_id", world.ids[city], name)
    if assessment:
        world.admin.execute(
            "insert into assessment_threat (city_id, assessment_id, threat_id, name, ideology, likelihood, impact, trend,"
            " confidence) values (%s, %s, %s, %s, 'far_right', %s, %s, 'rising', 'medium')",
            (world.ids[city], assessment, key, name, likelihood, impact),
        )
    return key


def add_community(world: World, assessment: str | None, name: str = "Sikh families", *, city: str = "toronto",
                  hit_by: str | None = None) -> str:  # fmt: skip
    key = one(
        world, "insert into community (city_id, name) values (%s, %s) returning community_id", world.ids[city], name
    )
    if assessment:
        world.admin.execute(
            "insert into assessment_community (city_id, assessment_id, community_id, name, size_band, confidence)"
            " values (%s, %s, %s, %s, 'under_1000', 'low')", (world.ids[city], assessment, key, name),
        )  # fmt: skip
        if hit_by:
            world.admin.execute(
                "insert into assessment_exposure values (%s, %s, %s, %s)", (world.ids[city], assessment, hit_by, key)
            )
    return key

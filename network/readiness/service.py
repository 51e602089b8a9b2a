"""Keeping the profile as dated history."""

import json
from datetime import date

from sqlalchemy import text

from network.kernel.db import db
from network.kernel.tenancy import Actor
from network.readiness.facts import gather_facts
from network.readiness.rules import RULES_VERSION, assess

_KEEP = text(
    "insert into readiness_snapshot (city_id, taken_on, rules_version, indicators)"
    " values (:city, :day, :rules, cast(:indicators as jsonb))"
    " on conflict (city_id, taken_on) do update set indicators = excluded.indicators,"
    " rules_version = excluded.rules_version, taken_at = now()"
)


def keep_snapshot(*, actor: Actor) -> None:
    """Keep where the acting city stands today; once more on the same day replaces it.

    For its mayor and coordinators, whose rights reach everything that the rules look at.
    """
    indicators = {r.indicator.code: r.is_met for step in assess(gather_facts(actor=actor)) for r in step.results}
    db.session.execute(
        _KEEP,
        {"city": actor.organisation_id, "day": date.today(), "rules": RULES_VERSION,
         "indicators": json.dumps(indicators)},
    )  # fmt: skip

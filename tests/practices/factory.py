"""Published practices with plain values, made by the administrator."""

import json
import uuid
from typing import Any

from tests.conftest import Connection


def add_practice(admin: Connection, slug: str, **values: Any) -> uuid.UUID:
    """A public practice of a city that is no member."""
    row = {
        "slug": slug, "visibility": "public", "language": "en", "title": slug.replace("-", " ").title(),
        "city": "Springfield", "country": "US", "summary": "What the city did.", "themes": ["youth"],
        "prevention_levels": ["primary"], "steps": [6], "cost_band": "low", "evidence_rating": 1, **values,
    }  # fmt: skip
    row = {k: json.dumps(v) if k == "sources" else v for k, v in row.items()}
    names, marks = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    found = admin.execute(
        f"insert into published_practice ({names}) values ({marks}) returning practice_id", row
    ).fetchone()
    assert found
    return uuid.UUID(str(found[0]))

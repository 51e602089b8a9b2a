"""How many statements a page costs."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from network.kernel.db import db


def count_statements(app: Flask, client: FlaskClient, path: str) -> int:
    """The statements of one request, which must succeed."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)

"""Showing the form of a record and saving it: the same for every record of this part."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request

from network.kernel.db import db
from network.kernel.errors import Conflict, ValidationFailed
from network.kernel.schema import BaseSchema
from network.web.forms import Form


def typed_version() -> int:
    """The version that the form was made from; 0 when it names none."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def edit_record(
    schema: type[BaseSchema], record: Any, *, reload: Callable[[], Any], save: Callable[[dict[str, Any]], str],
    initial: dict[str, Any] | None = None, choices: dict[str, list[tuple[str, Any]]] | None = None,
    template: str = "assessment/edit.html", **page: Any,
) -> Any:  # fmt: skip
    """Show the form of a record; save it and go on, or show it again with what is wrong, or with
    what somebody else wrote meanwhile. ``save`` gives the address to go on to."""

    def values(found: Any) -> dict[str, Any]:
        return {name: getattr(found, name, "") for name in schema().load_fields} if found is not None else {}

    typed = request.form if request.method == "POST" else None
    form = Form(schema(), typed, {**values(record), **(initial or {})}, choices)
    theirs, status = None, 200
    if request.method == "POST":
        try:
            return redirect(save(form.load()))
        except ValidationFailed as error:
            form.errors, status = error.errors, 400
            db.session.rollback()
            record = reload()
        except Conflict:
            db.session.rollback()
            record, status = reload(), 409
            theirs = Form(schema(), None, {**values(record), **(initial or {})}, choices)
    return render_template(template, form=form, record=record, theirs=theirs, **page), status

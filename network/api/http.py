"""GraphQL over HTTP: bearer tokens for programs, the session for signed-in people."""

from functools import lru_cache
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from graphql import DocumentNode, GraphQLError, execute, parse, validate
from sqlalchemy import text
from wtforms.validators import ValidationError as CsrfInvalid

from network.api.limits import measure
from network.api.schema import schema
from network.identity.permissions import Permission
from network.identity.service import authenticate_token
from network.kernel.db import db
from network.kernel.errors import ConcordError, ValidationFailed
from network.kernel.tenancy import Actor, Scope, set_actor
from network.web.access import public, requires
from network.web.shell import csrf

bp = Blueprint("api", __name__, template_folder="templates", static_folder="static",
               static_url_path="/static/api")  # fmt: skip
MOST_BYTES = 100_000
SECONDS = 10


class Rejected(Exception):
    """A request that is answered before anything is executed."""

    def __init__(self, status: int, message: str, code: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@lru_cache(maxsize=512)
def _prepare(query: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...], int]:
    """Parse, validate and measure a document; remembered by its text."""
    try:
        document = parse(query, max_tokens=4000)
        cost = measure(document)
        errors = validate(schema.graphql_schema, document)
    except GraphQLError as error:
        return None, (error,), 0
    return document, tuple(errors), cost


def _caller() -> Actor:
    header = request.headers.get("Authorization", "")
    if header:
        kind, _blank, token = header.partition(" ")
        holder = authenticate_token(token.strip()) if kind.lower() == "bearer" else None
        if holder is None:
            raise Rejected(401, "The token is not valid.", "UNAUTHENTICATED")
        set_actor(holder)
        return holder
    actor: Actor = g.actor
    if actor.scope is Scope.PUBLIC:
        raise Rejected(401, "Send a bearer token.", "UNAUTHENTICATED")
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except CsrfInvalid:
        raise Rejected(403, "The page is out of date: reload it.", "CSRF") from None
    return actor


def _body() -> dict[str, Any]:
    if (request.content_length or 0) > MOST_BYTES:
        raise Rejected(413, f"A request may have {MOST_BYTES} bytes.", "TOO_LARGE")
    if request.mimetype != "application/json":
        raise Rejected(415, "Send application/json.", "UNSUPPORTED_MEDIA_TYPE")
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise Rejected(400, "The body is not JSON.", "BAD_REQUEST") from None
    if isinstance(body, list):
        raise Rejected(400, "One operation at a time.", "BATCHING_OFF")
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise Rejected(400, "The body needs a query.", "BAD_REQUEST")
    if not isinstance(body.get("variables") or {}, dict):
        raise Rejected(400, "Variables must be an object.", "BAD_REQUEST")
    if not isinstance(body.get("operationName") or "", str):
        raise Rejected(400, "operationName must be text.", "BAD_REQUEST")
    return body


def _answer(status: int, payload: dict[str, Any]) -> Response:
    modern = "application/graphql-response+json"
    kind = modern if modern in request.headers.get("Accept", "") else "application/json"
    response = Response(orjson.dumps(payload, default=str), status=status, mimetype=kind)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Concord"'
    return response


def _shown(error: GraphQLError) -> dict[str, Any]:
    cause, shown = error.original_error, error.formatted
    if cause is None:
        shown.setdefault("extensions", {}).setdefault("code", "BAD_QUERY")
        # A suggestion would tell the schema to somebody who may not read it.
        shown["message"] = shown["message"].split(" Did you mean")[0]
        return dict(shown)
    if isinstance(cause, ValidationFailed):
        shown["message"] = "Invalid arguments."
        shown["extensions"] = {"code": cause.code, "fields": cause.errors}
    elif isinstance(cause, ConcordError):
        shown["message"] = "Not found." if cause.code == "NOT_FOUND" else str(cause)
        shown["extensions"] = {"code": cause.code}
    else:
        current_app.logger.error("error in a resolver", exc_info=cause)
        shown["message"], shown["extensions"] = "Something went wrong.", {"code": "INTERNAL"}
    return dict(shown)


def _run(body: dict[str, Any], actor: Actor) -> tuple[int, dict[str, Any]]:
    """The status and the answer of one operation, asked by ``actor``."""
    document, errors, cost = _prepare(body["query"])
    if document is None or errors:
        return 400, {"errors": [_shown(error) for error in errors]}
    db.session.execute(text("select set_config('statement_timeout', :limit, true)"), {"limit": f"{SECONDS}s"})
    result = execute(
        schema.graphql_schema, document, variable_values=body.get("variables"),
        operation_name=body.get("operationName"), context_value={"actor": actor},
    )  # fmt: skip
    payload: dict[str, Any] = {"data": result.data, "extensions": {"cost": cost}}  # type: ignore[union-attr]
    if result.errors:  # type: ignore[union-attr]
        payload["errors"] = [_shown(error) for error in result.errors]  # type: ignore[union-attr]
    return 200, payload


@bp.post("/graphql")
@csrf.exempt
@public
def graphql() -> Response:
    """One operation; tokens only read. Callers prove themselves by token, or by session and CSRF header."""
    try:
        body = _body()
        actor = _caller()
    except Rejected as rejected:
        error = {"message": str(rejected), "extensions": {"code": rejected.code}}
        return _answer(rejected.status, {"errors": [error]})
    return _answer(*_run(body, actor))


FIRST_QUERY = """query ($from: Date!, $to: Date!) {
  trends(from: $from, to: $to, interval: YEAR, groupBy: BIAS) {
    periods
    series { key counts }
    coverage { name since }
  }
}"""
FIRST_VARIABLES = '{"from": "2020-01-01", "to": "2024-12-31"}'


@bp.route("/graphql/explore", methods=["GET", "POST"])
@requires(Permission.API_EXPLORE)
def explore() -> Any:
    """Ask as the signed-in person: a plain form, and GraphiQL, served from here, for who likes it."""
    query = request.form.get("query", FIRST_QUERY)[:MOST_BYTES]
    variables = request.form.get("variables", FIRST_VARIABLES)[:MOST_BYTES]
    answer, error = "", ""
    if request.method == "POST":
        try:
            values = orjson.loads(variables or "{}")
            if not isinstance(values, dict):
                raise ValueError(variables)
        except ValueError:
            error = _("Write the variables as a JSON object.")
        else:
            _status, payload = _run({"query": query, "variables": values}, g.actor)
            answer = orjson.dumps(payload, default=str, option=orjson.OPT_INDENT_2).decode()
    page = render_template("api/explore.html", query=query, variables=variables, answer=answer, error=error)
    return page, 400 if error else 200

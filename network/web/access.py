"""Every view says who may open it: a permission, or that it is public. A test asks each route."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort, g, redirect, request, url_for

from network.kernel.tenancy import Actor, Scope

P = ParamSpec("P")
R = TypeVar("R")

SIGNED_IN = "signed-in"
"""The permission of everybody who has signed in."""


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open to anybody, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """Who sent this request."""
    actor: Actor = g.actor
    return actor


def requires(permission: str) -> Callable[[Callable[P, R]], Callable[P, Any]]:
    """Open to roles with the permission. Others get "not found", visitors the sign-in page, and
    people who act for no organisation the page on which to choose one."""

    def decorate(view: Callable[P, R]) -> Callable[P, Any]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> Any:
            actor = current_actor()
            if actor.scope is Scope.PUBLIC and g.get("signed_in") is not None:
                # Signed in, but acting for nobody: the person left, or the organisation is closed.
                if permission == SIGNED_IN:
                    return view(*args, **kwargs)
                return redirect(url_for("identity.choose")) if request.method == "GET" else abort(404)
            if actor.scope is Scope.PUBLIC:
                if request.method != "GET":
                    abort(401)
                return redirect(url_for("identity.sign_in", next=request.full_path.rstrip("?")))
            if permission != SIGNED_IN and not actor.may(permission):
                abort(404)
            return view(*args, **kwargs)

        checked.access = permission  # type: ignore[attr-defined]
        return checked

    return decorate

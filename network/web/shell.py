"""Security headers, CSRF protection, language, error pages and the small things of every page."""

import hashlib
import re
import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from flask import (
    Blueprint,
    Flask,
    Request,
    current_app,
    g,
    has_request_context,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import Babel, format_date, format_decimal, format_time, get_locale, lazy_gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.utils import cached_property
from werkzeug.wrappers import Response

from network.kernel.errors import Conflict, NotFound, Refused, ValidationFailed
from network.kernel.locale import LOCALES
from network.kernel.settings import Settings
from network.kernel.tenancy import PUBLIC
from network.web.access import public
from network.web.navigation import list_navigation

csrf = CSRFProtect()
bp = Blueprint("shell", __name__, template_folder="templates", static_folder="static",
               static_url_path="/static/web")  # fmt: skip

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; manifest-src 'self'"
)
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})

_l = lazy_gettext
ERRORS = {
    400: (_l("This request can't be read"), _l("Go back, reload the page and try again.")),
    401: (_l("Please sign in"), _l("Your session has ended. Sign in and try again.")),
    403: (_l("Not allowed"), _l("Reload the page and try again.")),
    404: (_l("Not found"), _l("It does not exist, or it is not for you to see.")),
    405: (_l("Not possible here"), _l("Go back and use the buttons of the page.")),
    409: (_l("Somebody else was faster"), _l("The record has changed. Reload it and try again.")),
    413: (_l("Too large"), _l("What was sent is larger than this site accepts.")),
    422: (_l("This can't be done"), _l("Check what you entered and try again.")),
    429: (_l("Too many attempts"), _l("Wait a few minutes and try again.")),
    500: (_l("Something went wrong"), _l("Nothing was saved. Please try again in a moment.")),
    503: (_l("Not available right now"), _l("Nothing was saved. Please try again in a minute.")),
}


# What neither PostgreSQL nor XML (DOCX, XLSX, Atom) can hold. No keyboard writes it.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _writable(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(k, _UNWRITABLE.sub("", v)) for k, v in values.items(multi=True)])


class PlainRequest(Request):
    """A request of plain text: without characters that can't be kept, and its address can't speak
    to ``url_for``, since pages hand the filters in their address on."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """What stands after the question mark, without the names that ``url_for`` takes as its own."""
        pairs = _writable(super().args).items(multi=True)
        return ImmutableMultiDict([(k, v) for k, v in pairs if k != "endpoint" and not k.startswith("_")])

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = _writable(self.__dict__["form"])


def init_web(app: Flask, settings: Settings) -> None:
    """Make the application answer as every page of this site does."""
    app.request_class = PlainRequest
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        SESSION_COOKIE_NAME="concord",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.cookie_secure,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parents[1] / "translations"),
    )
    app.jinja_env.add_extension("jinja2.ext.do")
    csrf.init_app(app)
    Babel(app, locale_selector=select_locale, timezone_selector=_select_time_zone)
    app.register_blueprint(bp)
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(CSRFError, show_error)
    app.register_error_handler(NotFound, lambda e: show_page(404))
    app.register_error_handler(Conflict, lambda e: show_page(409))
    app.register_error_handler(Refused, lambda e: show_page(422, e.reason))
    app.register_error_handler(
        ValidationFailed,
        lambda e: show_page(400, " ".join(m for found in e.errors.values() for m in found)),
    )
    app.register_error_handler(500, lambda e: show_page(500))

    @app.before_request
    def refuse_unwritable() -> Any:
        return show_page(404) if _UNWRITABLE.search(request.path) else None

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if settings.cookie_secure:
            response.headers["Strict-Transport-Security"] = "max-age=63072000"
        if request.endpoint in ("static", "shell.static"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers["Cache-Control"] = "no-store"
        return response

    hashes: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in hashes:
            content = (Path(__file__).parent / "static" / name).read_bytes()
            hashes[name] = hashlib.sha256(content).hexdigest()[:12]
        return url_for("shell.static", filename=name, v=hashes[name])

    app.jinja_env.globals.update(
        asset=asset, locales=LOCALES, navigation=list_navigation, unique_id=_unique_id,
        theme=lambda: _choice("theme", ("light", "dark"), ""),
        language=lambda: str(get_locale()),
        direction=lambda: "rtl" if _language() in RIGHT_TO_LEFT else "ltr",
        without=_without, table_numbers=lambda headers: [(header, "num") for header in headers],
    )  # fmt: skip
    app.jinja_env.filters.update(day=_day, moment=_moment, number=format_decimal)


def _without(args: dict[str, Any], name: str) -> dict[str, Any]:
    """The arguments of an address less one of them."""
    return {key: value for key, value in args.items() if key != name}


def _unique_id() -> str:
    return f"id-{secrets.token_hex(4)}"


def _language() -> str:
    locale = get_locale()
    return locale.language if isinstance(locale, Locale) else "en"


def _day(value: date | None) -> str:
    return format_date(value, "medium") if value else ""


def _moment(value: datetime | None) -> str:
    return f"{format_date(value, 'medium')}, {format_time(value, 'short')}" if value else ""


def _select_time_zone() -> str | None:
    """Days and times are those of the acting city, where there is one; UTC for everybody else."""
    find = current_app.extensions.get("concord.find_time_zone")
    return find(g.actor) if find is not None and has_request_context() and "actor" in g else None


def _choice(cookie: str, allowed: tuple[str, ...], default: str) -> str:
    value = request.cookies.get(cookie, default)
    return value if value in allowed else default


def select_locale() -> str:
    """The language of this answer: the person's choice, else what the browser asks for."""
    if not has_request_context():
        return "en"  # background jobs speak for the installation, not for a browser
    chosen = _choice("locale", tuple(LOCALES), "")
    return chosen or request.accept_languages.best_match(LOCALES) or "en"


def safe_next(target: str | None) -> str:
    """A path of this site to go on to, or the start page; never another site."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")):
        parts = urlsplit(target)
        if not parts.netloc and not parts.scheme and "\\" not in target:
            return target
    return url_for("today.show")


@bp.post("/preferences")
@public
def set_preference() -> Response:
    """Keep the language or the theme in a cookie and go back to the page."""
    response = redirect(safe_next(request.form.get("next")))
    for name, allowed in (("locale", tuple(LOCALES)), ("theme", ("light", "dark", "auto"))):
        if request.form.get(name) in allowed:
            response.set_cookie(
                name, request.form[name], max_age=31536000, httponly=True, samesite="Lax",
                secure=request.is_secure,
            )  # fmt: skip
    return response


def show_error(error: HTTPException) -> Any:
    """An error page with the status that the error carries."""
    if error.response is not None:
        return error.response
    return show_page(error.code or 500)


def show_page(status: int, detail: str | None = None) -> Any:
    """A page for a status; for the API the same in JSON."""
    title, text = ERRORS.get(status, ERRORS[500 if status >= 500 else 400])
    if request.path.startswith("/graphql"):
        return jsonify(errors=[{"message": str(title), "extensions": {"code": f"HTTP_{status}"}}]), status
    if "actor" not in g:
        g.actor = PUBLIC
    page = render_template("shell/error.html", status=status, title=title, text=detail or text)
    return page, status

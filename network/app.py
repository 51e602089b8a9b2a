"""The application: settings, extensions, blueprints, and the transaction of each request."""

import uuid
from typing import Any

import psycopg
from flask import Flask, g, request
from flask_login import LoginManager, current_user
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from network.api.http import bp as api
from network.assessment.evidence.routes import bp as evidence
from network.assessment.mandate.queries import RECORD_TYPES as MANDATE_RECORDS
from network.assessment.mandate.routes import bp as mandate
from network.assessment.mapping.queries import RECORD_TYPES as MAPPING_RECORDS
from network.assessment.mapping.routes import bp as mapping
from network.assessment.places.queries import RECORD_TYPES as PLACE_RECORDS
from network.assessment.places.routes import bp as places
from network.assessment.queries import RECORD_TYPES as ASSESSMENT_RECORDS
from network.assessment.routes import bp as assessments
from network.cities.organisations.routes import bp as organisations
from network.cities.queries import get_time_zone
from network.cities.routes import bp as city
from network.communications.messages.queries import NOTICES as MESSAGE_NOTICES
from network.communications.messages.queries import RECORD_TYPES as MESSAGE_RECORDS
from network.communications.messages.routes import bp as messages
from network.communications.queries import RECORD_TYPES as COMMUNICATION_RECORDS
from network.communications.registers import BLUEPRINTS as REGISTERS
from network.communications.routes import bp as communications
from network.communications.rumours.queries import RECORD_TYPES as RUMOUR_RECORDS
from network.communications.rumours.routes import bp as rumours
from network.identity import service as identity_service
from network.identity import tasks as identity_tasks
from network.identity.permissions import Permission
from network.identity.routes import bp as identity
from network.incidents.handling.queries import NOTICES as HANDLING_NOTICES
from network.incidents.handling.routes import bp as handling
from network.incidents.handling.work_routes import bp as incident_work
from network.incidents.imports import tasks as import_tasks
from network.incidents.imports.mapping_routes import bp as mappings
from network.incidents.imports.routes import bp as imports
from network.incidents.imports.saved import RECORD_TYPES as IMPORT_RECORDS
from network.incidents.queries import RECORD_TYPES as INCIDENT_RECORDS
from network.incidents.routes import bp as incidents
from network.kernel.db import db
from network.kernel.locale import lazy_text as _l
from network.kernel.postgres import DatabaseUnavailable
from network.kernel.provision import SCOPE_ROLES
from network.kernel.settings import Settings
from network.kernel.tenancy import PUBLIC, Actor, Scope, acting_as, set_actor
from network.meetings import tasks as meeting_tasks
from network.meetings.feed_routes import bp as calendar
from network.meetings.queries import RECORD_TYPES as MEETING_RECORDS
from network.meetings.routes import bp as meetings
from network.meetings.series_routes import bp as meeting_series
from network.partners.queries import RECORD_TYPES as PARTNER_RECORDS
from network.partners.routes import bp as partners
from network.practices import tasks as practice_tasks
from network.practices.collections.routes import bp as collections
from network.practices.contact.routes import bp as practice_contact
from network.practices.curation.routes import bp as curation
from network.practices.drafting.queries import RECORD_TYPES as PRACTICE_RECORDS
from network.practices.drafting.routes import bp as drafting
from network.practices.exchange.queries import RECORD_TYPES as EXCHANGE_RECORDS
from network.practices.exchange.routes import bp as exchange
from network.practices.files.routes import bp as practice_files
from network.practices.following import tasks as following_tasks
from network.practices.following.routes import bp as following
from network.practices.importing.routes import bp as importing
from network.practices.needs import register_needs
from network.practices.routes import bp as practices
from network.practices.translations.routes import bp as translations
from network.programmes.children import BLUEPRINTS as PROGRAMME_PARTS
from network.programmes.queries import RECORD_TYPES as PROGRAMME_RECORDS
from network.programmes.routes import bp as programmes
from network.readiness import tasks as readiness_tasks
from network.readiness.routes import bp as readiness
from network.records import tasks as record_tasks
from network.records.registry import register, register_notice
from network.records.routes import bp as records
from network.response.live.queries import RECORD_TYPES as ACTIVATION_RECORDS
from network.response.live.routes import bp as activations
from network.response.parts import BLUEPRINTS as RESPONSE_PARTS
from network.response.queries import RECORD_TYPES as RESPONSE_RECORDS
from network.response.routes import bp as response
from network.sharing.routes import bp as sharing
from network.strategy import tasks as strategy_tasks
from network.strategy.consultations.queries import RECORD_TYPES as CONSULTATION_RECORDS
from network.strategy.consultations.routes import bp as consultations
from network.strategy.documents.routes import bp as documents
from network.strategy.indicators.queries import RECORD_TYPES as INDICATOR_RECORDS
from network.strategy.indicators.routes import bp as indicators
from network.strategy.queries import RECORD_TYPES as STRATEGY_RECORDS
from network.strategy.routes.actions import bp as actions
from network.strategy.routes.assigned import bp as assigned
from network.strategy.routes.strategies import bp as strategy
from network.strategy.starters.routes import bp as starters
from network.strategy.versions.routes import bp as versions
from network.tenants import tasks as tenant_tasks
from network.tenants.routes import bp as tenants
from network.today.needs import PROVIDERS as NEEDS
from network.today.routes import bp as today
from network.web.navigation import NavigationItem, add_navigation
from network.web.shell import init_web

JOB_MODULES = (
    identity_tasks,
    import_tasks,
    readiness_tasks,
    record_tasks,
    practice_tasks,
    following_tasks,
    meeting_tasks,
    strategy_tasks,
    tenant_tasks,
)
"""Importing them registers their jobs."""

BLUEPRINTS = (
    today,
    identity,
    city,
    organisations,
    records,
    incidents,
    handling,
    incident_work,
    imports,
    mappings,
    partners,
    strategy,
    versions,
    documents,
    indicators,
    consultations,
    actions,
    assigned,
    starters,
    assessments,
    evidence,
    places,
    mandate,
    mapping,
    communications,
    *REGISTERS,
    messages,
    rumours,
    programmes,
    *PROGRAMME_PARTS,
    response,
    *RESPONSE_PARTS,
    activations,
    meetings,
    meeting_series,
    calendar,
    practices,
    practice_contact,
    practice_files,
    readiness,
    drafting,
    curation,
    collections,
    translations,
    exchange,
    following,
    importing,
    sharing,
    tenants,
    api,
)
RECORD_TYPES = (
    *INCIDENT_RECORDS,
    *IMPORT_RECORDS,
    *PARTNER_RECORDS,
    *PRACTICE_RECORDS,
    *EXCHANGE_RECORDS,
    *STRATEGY_RECORDS,
    *INDICATOR_RECORDS,
    *CONSULTATION_RECORDS,
    *ASSESSMENT_RECORDS,
    *PLACE_RECORDS,
    *MANDATE_RECORDS,
    *MAPPING_RECORDS,
    *COMMUNICATION_RECORDS,
    *MESSAGE_RECORDS,
    *RUMOUR_RECORDS,
    *PROGRAMME_RECORDS,
    *RESPONSE_RECORDS,
    *ACTIVATION_RECORDS,
    *MEETING_RECORDS,
)
"""The kinds of records, in the order in which search and links offer them."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application; ``settings.database_app_url`` must be the address of the login role.

    DatabaseUnavailable when that role could bypass the row policies.
    """
    settings = settings or Settings.from_environment()
    if not settings.database_app_url:
        raise DatabaseUnavailable(
            "DATABASE_APP_URL is not set: start with 'concord serve', which prepares the database."
        )
    app = Flask(__name__, static_folder=None)
    app.secret_key = settings.load_secret("secret-key")
    app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg://"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "creator": lambda: psycopg.connect(
            settings.database_app_url or "", prepare_threshold=None, connect_timeout=10
        ),
        "pool_size": settings.web_threads + 2, "max_overflow": settings.web_threads,
        "pool_pre_ping": True,
    }  # fmt: skip
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1) if settings.cookie_secure else app.wsgi_app  # type: ignore[method-assign]
    app.extensions["concord.settings"] = settings
    app.extensions["concord.passwords"] = identity_service.Passwords(settings)
    app.extensions["concord.find_time_zone"] = _find_time_zone
    app.extensions["concord.load_actor"] = identity_service.load_actor
    db.init_app(app)
    init_web(app, settings)
    _init_identity(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _init_navigation(app)
    register(*RECORD_TYPES)
    register_needs(**NEEDS)
    for kind, words in (MESSAGE_NOTICES | HANDLING_NOTICES).items():
        register_notice(kind, words)
    app.before_request(_identify)
    app.after_request(_finish)
    _check_role(app)
    return app


def _find_time_zone(actor: Actor) -> str | None:
    return get_time_zone(actor=actor).key if actor.scope is Scope.CITY else None


def _init_identity(app: Flask) -> None:
    login = LoginManager(app)
    login.session_protection = None  # the server-side session is what counts

    @login.user_loader
    def load(token: str) -> Any:
        return identity_service.find_signed_in(token)

    app.jinja_env.globals["signed_in"] = lambda: g.get("signed_in")


def _init_navigation(app: Flask) -> None:
    add_navigation(
        app,
        NavigationItem("today.show", _l("Today"), Permission.TREND_READ),
        NavigationItem("records.notifications", _l("Notices"), Permission.NOTICE_READ),
        NavigationItem("readiness.steps", _l("Ten steps"), Permission.STEP_READ),
        NavigationItem("readiness.index", _l("Readiness"), Permission.READINESS_READ),
        NavigationItem("incidents.index", _l("Incidents"), Permission.INCIDENT_READ, "understand"),
        NavigationItem("handling.triage", _l("Triage"), Permission.INCIDENT_HANDLE, "act"),
        NavigationItem("strategy.index", _l("Strategy"), Permission.STRATEGY_READ, "act"),
        NavigationItem("actions.index", _l("Actions"), Permission.STRATEGY_READ, "act"),
        NavigationItem("assigned.index", _l("Assigned to us"), Permission.ACTION_REPORT, "act"),
        NavigationItem("assessments.index", _l("Assessment"), Permission.ASSESSMENT_READ, "understand"),
        NavigationItem("places.index", _l("Soft targets"), Permission.PLACE_READ, "understand"),
        NavigationItem("mandate.show", _l("Mandate"), Permission.ASSESSMENT_READ, "understand"),
        NavigationItem("mapping.index", _l("What exists"), Permission.ASSESSMENT_READ, "understand"),
        NavigationItem("starters.index", _l("Strategy templates"), Permission.TEMPLATE_WRITE, "act"),
        NavigationItem("partners.index", _l("Partners"), Permission.PARTNER_READ, "act"),
        NavigationItem("meetings.index", _l("Meetings"), Permission.MEETING_READ, "act"),
        NavigationItem("programmes.index", _l("Programmes"), Permission.PROGRAMME_READ, "act"),
        NavigationItem("activations.index", _l("Responses"), Permission.RESPONSE_READ, "respond"),
        NavigationItem("response_plans.index", _l("Response plans"), Permission.RESPONSE_READ, "respond"),
        NavigationItem("communications.index", _l("Communications"), Permission.COMMUNICATION_READ, "act"),
        NavigationItem("practices.index", _l("Practices"), None, "learn"),
        NavigationItem("drafting.index", _l("Our practices"), Permission.PRACTICE_DRAFT, "learn"),
        NavigationItem("exchange.index", _l("What we adapt"), Permission.PRACTICE_DRAFT, "learn"),
        NavigationItem("curation.queue", _l("Review queue"), Permission.PRACTICE_REVIEW, "learn"),
        NavigationItem("organisations.index", _l("Organisations"), Permission.ORGANISATION_CREATE),
        NavigationItem("city.show", _l("City"), Permission.CITY_READ, "organisation"),
        NavigationItem("identity.team", _l("Team"), Permission.TEAM_READ, "organisation"),
        NavigationItem("sharing.index", _l("Sharing"), Permission.SHARING_READ, "organisation"),
        NavigationItem("tenants.index", _l("Your city's data"), Permission.TENANT_READ, "organisation"),
        NavigationItem("identity.tokens", _l("API tokens"), Permission.TOKEN_MANAGE, "organisation"),
        NavigationItem("api.explore", _l("API"), Permission.API_EXPLORE, "organisation"),
    )


def _identify() -> None:
    """Find out who is calling, in a transaction of its own that ends before the caller's begins."""
    g.actor, g.person_id, g.signed_in = PUBLIC, uuid.UUID(int=0), None
    if request.endpoint != "shell.static" and current_user.is_authenticated:
        me = current_user._get_current_object()
        g.signed_in, g.actor, g.person_id = me, me.actor, me.actor.person_id
    set_actor(g.actor)


def _finish(response: Response) -> Response:
    """Commit what a successful request did; take back what a failed one began."""
    if response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def _check_role(app: Flask) -> None:
    try:
        with app.app_context(), acting_as(None) as session:
            owns, inherits = session.execute(
                text(
                    "select rolsuper or rolbypassrls or exists (select 1 from pg_class c"
                    " where c.relowner = r.oid and c.relnamespace = 'public'::regnamespace),"
                    " exists (select 1 from pg_roles s where s.rolname = any(:scopes) and pg_has_role(session_user, s.oid, 'usage'))"
                    " from pg_roles r where rolname = session_user"
                ),
                {"scopes": list(SCOPE_ROLES)},
            ).one()
    except OperationalError as error:
        reason = (str(error.orig).strip().splitlines() or ["no answer"])[-1]
        raise DatabaseUnavailable(f"The database can't be reached: {reason}") from None
    if inherits and not owns:
        raise DatabaseUnavailable(
            "The role in DATABASE_APP_URL has the rights of every kind of caller at once: make it NOINHERIT,"
            " and on PostgreSQL 16 or newer grant it the roles WITH INHERIT FALSE."
        )
    if owns:
        raise DatabaseUnavailable(
            "The role in DATABASE_APP_URL owns tables or bypasses row-level security: use another."
        )

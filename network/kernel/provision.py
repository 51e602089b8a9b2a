"""Make a server ready: the database, the owner and scope roles, the application's login role."""

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from network.kernel.postgres import DatabaseUnavailable
from network.kernel.settings import Settings

SCOPE_ROLES = tuple(
    f"concord_{scope}"
    for scope in ("public", "identity", "city", "nation", "network", "platform", "worker")
)
OWNING_ROLES = ("concord_owner", "concord_definer", "concord_custodian")
GROUP_ROLES = (*OWNING_ROLES, *SCOPE_ROLES)
OLDEST_VERSION = 15
EXTENSIONS = frozenset({"pg_trgm", "unaccent"})


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """An autocommit connection; DatabaseUnavailable in one sentence, without the password."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.ProgrammingError:
        # The driver's reason would quote parts of the address, the password among them.
        raise DatabaseUnavailable(
            "The address of the database is not of the form postgresql://user:password@host:port/database."
        ) from None
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else "no answer"
        raise DatabaseUnavailable(f"The database can't be reached: {reason}") from None
    if connection.info.server_version < OLDEST_VERSION * 10000:
        version = connection.info.server_version // 10000
        connection.close()
        raise DatabaseUnavailable(
            f"PostgreSQL {OLDEST_VERSION} or newer is needed; this server is version {version}."
        )
    return connection


def with_database(url: str, database: str) -> str:
    """The same address with another database, as a connection string of libpq."""
    return make_conninfo(url, dbname=database)


def provision(admin_url: str, settings: Settings) -> str:
    """Create what is missing and return the address of the application's role.

    ``admin_url`` is a role that may create roles (or finds them all created). Safe to repeat and
    beside a running application.
    """
    with connect(admin_url) as admin:
        _check_extensions(admin)
        try:
            # Roles belong to the whole cluster: two installations must not make them at once.
            admin.execute("select pg_advisory_lock(hashtext('concord provision'))")
            _create_group_roles(admin)
            database = admin.info.dbname
            if settings.database_app_url:
                login = conninfo_to_dict(settings.database_app_url).get("user")
                app_url = settings.database_app_url
            else:
                login = f"{database}_app"
                app_url = _login_role(admin, admin_url, str(login), settings)
            _grant(admin, database, str(login))
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseUnavailable(
                f"The role in DATABASE_URL lacks a right: {str(error).splitlines()[0]}."
            ) from None
    return app_url


def _check_extensions(admin: psycopg.Connection[tuple[object, ...]]) -> None:
    """The migrations create them; that needs no more rights than the owner role has."""
    rows = admin.execute("select name from pg_available_extensions").fetchall()
    missing = sorted(EXTENSIONS - {str(row[0]) for row in rows})
    if missing:
        raise DatabaseUnavailable(
            f"The server lacks PostgreSQL's own extensions {', '.join(missing)}: install postgresql-contrib."
        )


def _exists(admin: psycopg.Connection[tuple[object, ...]], role: str) -> bool:
    return admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is not None


def _create_group_roles(admin: psycopg.Connection[tuple[object, ...]]) -> None:
    for role in GROUP_ROLES:
        if not _exists(admin, role):
            admin.execute(
                sql.SQL("create role {} nologin nosuperuser nobypassrls").format(sql.Identifier(role))
            )


def _login_role(
    admin: psycopg.Connection[tuple[object, ...]], admin_url: str, login: str, settings: Settings
) -> str:
    password = settings.load_secret("app-password")
    app_url = make_conninfo(admin_url, user=login, password=password)
    if not _exists(admin, login):
        admin.execute(
            sql.SQL("create role {} login noinherit nosuperuser nobypassrls").format(
                sql.Identifier(login)
            )
        )
    try:
        psycopg.connect(app_url, connect_timeout=10).close()
    except psycopg.OperationalError:
        # The server stores the SCRAM verifier that libpq makes here; the text stays on this side.
        verifier = admin.pgconn.encrypt_password(
            password.encode(), login.encode(), b"scram-sha-256"
        ).decode()
        admin.execute(
            sql.SQL("alter role {} password {}").format(sql.Identifier(login), sql.Literal(verifier))
        )
    return app_url


def _is_member(admin: psycopg.Connection[tuple[object, ...]], member: str, role: str) -> bool:
    found = admin.execute(
        "select pg_has_role(%s::name, %s::name, 'member')", (member, role)
    ).fetchone()
    return bool(found and found[0])


def _holds(admin: psycopg.Connection[tuple[object, ...]], database: str, login: str) -> bool:
    """Whether the rights on the database and its schema are as they should be already."""
    found = admin.execute(
        "select has_database_privilege('concord_owner', %(d)s, 'create, connect')"
        " and has_database_privilege('concord_owner', %(d)s, 'create')"
        " and has_database_privilege(%(l)s::name, %(d)s, 'connect')"
        " and has_schema_privilege('concord_owner', 'public', 'create')"
        " and has_schema_privilege('concord_definer', 'public', 'create')"
        " and has_schema_privilege('concord_custodian', 'public', 'create')"
        " and not has_schema_privilege(%(l)s::name, 'public', 'create')",
        {"d": database, "l": login},
    ).fetchone()
    return bool(found and found[0])


def _grant(admin: psycopg.Connection[tuple[object, ...]], database: str, login: str) -> None:
    if not _exists(admin, login):
        raise DatabaseUnavailable(f"The role {login} of DATABASE_APP_URL does not exist: create it.")
    inherit = " with inherit false, set true" if admin.info.server_version >= 160000 else ""
    for role in SCOPE_ROLES:
        if not _is_member(admin, login, role):
            admin.execute(
                sql.SQL("grant {} to {}" + inherit).format(sql.Identifier(role), sql.Identifier(login))
            )
    me = sql.Identifier(admin.info.user)
    owners = sql.SQL(", ").join(map(sql.Identifier, OWNING_ROLES))
    # What an administrator has granted before is not granted anew: a lesser role may not do it.
    for owner in OWNING_ROLES:
        if not _is_member(admin, admin.info.user, owner):
            admin.execute(sql.SQL("grant {} to {}").format(sql.Identifier(owner), me))
    for role in OWNING_ROLES[1:]:
        if not _is_member(admin, "concord_owner", role):
            admin.execute(sql.SQL("grant {} to concord_owner").format(sql.Identifier(role)))
    if _holds(admin, database, login):
        return
    name = sql.Identifier(database)
    admin.execute(sql.SQL("grant create, connect on database {} to concord_owner").format(name))
    admin.execute(sql.SQL("grant connect on database {} to {}").format(name, sql.Identifier(login)))
    # Imports are staged in a temporary table; installations may have taken that right from everybody.
    admin.execute(sql.SQL("grant temporary on database {} to concord_city").format(name))
    admin.execute("revoke create on schema public from public")
    # Owning a function in a schema needs the right to create there.
    admin.execute(sql.SQL("grant usage, create on schema public to {}").format(owners))

"""Bring the schema to a revision. Alembic does the work, as the owner role."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError

from network.kernel.custody import open_custody
from network.kernel.postgres import DatabaseUnavailable

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def _config(admin_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["admin_url"] = admin_url
    return config


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise DatabaseUnavailable(
            f"The database can't be brought to that revision ({error}): is it of a newer version of Concord?"
        ) from None
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise DatabaseUnavailable(f"The database could not be migrated: {reason}.") from None


def upgrade(admin_url: str, revision: str = "head") -> None:
    """Upgrade; two at once wait for each other. DatabaseUnavailable when the schema is not one that
    this version knows, or when a lock is not had in time."""
    with _explained():
        command.upgrade(_config(admin_url), revision)
    open_custody(admin_url)


def downgrade(admin_url: str, revision: str) -> None:
    """Go back to ``revision`` (``base`` for an empty database)."""
    with _explained():
        command.downgrade(_config(admin_url), revision)
    open_custody(admin_url)


def head() -> str:
    """The newest revision this code knows."""
    revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert revision is not None
    return revision

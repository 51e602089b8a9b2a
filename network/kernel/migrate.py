"""Bring the schema to a revision. Alembic does the work, as the owner role."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def _config(admin_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["admin_url"] = admin_url
    return config


def upgrade(admin_url: str, revision: str = "head") -> None:
    """Upgrade; two at once wait for each other, a lock that is not had in time is an error."""
    command.upgrade(_config(admin_url), revision)


def downgrade(admin_url: str, revision: str) -> None:
    """Go back to ``revision`` (``base`` for an empty database)."""
    command.downgrade(_config(admin_url), revision)


def head() -> str:
    """The newest revision this code knows."""
    revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert revision is not None
    return revision

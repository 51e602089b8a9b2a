"""Up, down and up again, and a single line of revisions."""

from typing import Any

from network.kernel import migrate
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings

OBJECTS = (
    "select 'table', relname::text from pg_class where relnamespace = 'public'::regnamespace"
    " and relname not like 'alembic%' union all"
    " select 'function', proname::text from pg_proc where pronamespace = 'public'::regnamespace"
)


def test_up_down_up(new_database: Any, settings: Settings) -> None:
    url = new_database()
    provision(url, settings)
    migrate.upgrade(url)
    with connect(url) as admin:
        before = sorted(admin.execute(OBJECTS).fetchall())
        migrate.downgrade(url, "base")
        assert admin.execute(OBJECTS).fetchall() == []
        migrate.upgrade(url)
        assert sorted(admin.execute(OBJECTS).fetchall()) == before


def test_each_step_can_be_undone(new_database: Any, settings: Settings) -> None:
    url = new_database()
    provision(url, settings)
    migrate.upgrade(url)
    migrate.downgrade(url, "0001")
    migrate.upgrade(url)

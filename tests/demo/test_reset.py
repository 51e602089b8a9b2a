"""``concord demo --reset``, and a demonstration whose loading was cut off."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from network import serve
from network.kernel import migrate
from network.kernel.postgres import DatabaseUnavailable
from network.kernel.provision import connect, provision
from network.kernel.settings import Settings
from tests.world import add_organisation


class Cut(Exception):
    """What ends a load in the middle."""


@pytest.fixture
def installation(new_database: Any, settings: Settings, tmp_path: Path) -> Settings:
    """An empty installation on a database of its own."""
    found = dataclasses.replace(settings, database_url=new_database(), data_dir=tmp_path)
    assert found.database_url
    provision(found.database_url, found)
    migrate.upgrade(found.database_url)
    return found


def add(settings: Settings, slug: str, *, is_demo: bool) -> None:
    assert settings.database_url
    with connect(settings.database_url) as admin:
        made = add_organisation(admin, "network" if is_demo else "nation", slug, None if is_demo else "CA")
        admin.execute("update organisation set is_demo = %s where organisation_id = %s", (is_demo, made))


def slugs(settings: Settings) -> list[str]:
    assert settings.database_url
    with connect(settings.database_url) as admin:
        return [str(row[0]) for row in admin.execute("select slug from organisation order by 1")]


def test_a_reset_deletes_the_demonstration_and_loads_it_anew(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    add(installation, "old-demonstration", is_demo=True)
    monkeypatch.setattr(serve, "load_demo", lambda: add(installation, "new-demonstration", is_demo=True))
    serve.reset_demo(installation)
    assert slugs(installation) == ["new-demonstration"]
    assert not (installation.data_dir / serve.HALF_LOADED).exists()


def test_a_reset_is_refused_where_anything_is_real(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    add(installation, "demonstration", is_demo=True)
    add(installation, "real", is_demo=False)
    with connect(installation.database_url or "") as admin:
        admin.execute("update organisation set closed_at = now() where slug = 'real'")  # a closed one counts too
    monkeypatch.setattr(serve, "load_demo", lambda: pytest.fail("nothing is loaded"))
    with pytest.raises(DatabaseUnavailable, match=r"no demonstration \(1\); nothing was deleted"):
        serve.reset_demo(installation)
    assert slugs(installation) == ["demonstration", "real"]


def test_a_load_that_was_cut_off_begins_afresh(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut() -> None:
        add(installation, "half", is_demo=True)
        raise Cut

    app_url = provision(installation.database_url or "", installation)
    ready = dataclasses.replace(installation, database_app_url=app_url)
    monkeypatch.setattr(serve, "load_demo", cut)
    with pytest.raises(Cut):
        serve._load_demo_once(installation, ready)
    assert slugs(installation) == ["half"]
    monkeypatch.setattr(serve, "load_demo", lambda: add(installation, "whole", is_demo=True))
    serve._load_demo_once(installation, ready)
    assert slugs(installation) == ["whole"]
    # And no more from then on.
    monkeypatch.setattr(serve, "load_demo", lambda: pytest.fail("it is loaded"))
    serve._load_demo_once(installation, ready)

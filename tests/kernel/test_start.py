"""Starting under bad conditions: one clear sentence, or recovery."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from network.kernel.postgres import DatabaseUnavailable, EmbeddedServer
from network.kernel.provision import connect
from network.kernel.settings import Settings, SettingsError
from tests.conftest import ROOT


def test_a_killed_server_recovers_with_its_data(tmp_path: Path) -> None:
    server = EmbeddedServer(Settings(data_dir=tmp_path / "private"))
    url = server.start()
    try:
        assert (tmp_path / "private").stat().st_mode & 0o077 == 0
        with connect(url) as admin:
            admin.execute("create table kept as select 42 as answer")
        pid = int((tmp_path / "private/postgres/data/postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        with connect(server.start()) as admin:
            assert admin.execute("select answer from kept").fetchone() == (42,)
        server.stop()
        # The number of the dead server now belongs to somebody else.
        (tmp_path / "private/postgres/data/postmaster.pid").write_text(f"{os.getpid()}\n")
        with connect(server.start()) as admin:
            assert admin.execute("select answer from kept").fetchone() == (42,)
    finally:
        server.stop()


def test_an_unreachable_server_is_one_sentence_without_its_password() -> None:
    with pytest.raises(DatabaseUnavailable, match="can't be reached") as told:
        connect("postgresql://me:secret-word@127.0.0.1:1/nothing")
    assert "secret-word" not in str(told.value)


def test_a_bad_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="PORT must be a number from 1 to 65535"):
        Settings.from_environment({"PORT": "http"})


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    source = (ROOT / "network/kernel/settings.py").read_text()
    import re

    for name in set(re.findall(r'"""([A-Z_]{4,}):', source)):
        assert f"`{name}`" in readme, name


def test_a_port_in_use_is_one_sentence_and_an_exit_code(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "network.cli", "serve"], cwd=ROOT, capture_output=True, text=True, timeout=60,
            env={**os.environ, "PORT": port, "CONCORD_DATA": str(tmp_path / "data")}, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip() == f"Can't listen on 127.0.0.1:{port}: Address already in use."
    assert not (tmp_path / "data").exists()

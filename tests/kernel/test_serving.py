"""``concord serve`` as real processes: start, stop, trouble and recovery."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from network.kernel import server_account
from network.kernel.postgres import find_binaries
from network.kernel.provision import connect, with_database
from network.kernel.server_account import NoAccount, choose_account
from network.kernel.supervisor import ProgramFailed, Supervisor
from tests.conftest import ROOT
from tests.kernel.running import Served, concord, environment, free_port, pretended_server, processes, serving, wait_for

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can become somebody else")
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
pytestmark = needs_proc


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a stopped installation with one organisation."""
    data = tmp_path_factory.mktemp("filled") / "data of Concord"
    made = concord(data, "organisation", "create", "network", "Cities of the test")
    assert (made.returncode, made.stdout.strip()) == (0, "cities-of-the-test"), made.stderr
    return data


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it for one test."""
    copy = tmp_path / "data"
    shutil.copytree(filled, copy)
    yield copy
    for pid in processes(copy):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def as_user(uid: int) -> tuple[str, ...]:
    """A prefix that runs a program as another account that may look into root's folders."""
    return ("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
            "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",
            "--securebits=+no_setuid_fixup")  # fmt: skip


def without(tmp_path: Path, *programs: str) -> str:
    """A PATH on which these programs exist but fail, as where the kernel forbids what they do."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in programs:
        (folder / program).write_text("#!/bin/sh\nexit 1\n")
        (folder / program).chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def organisations(data: Path, **variables: str) -> str:
    return concord(data, "organisation", "list", **variables).stdout


def test_a_command_stops_the_database_that_it_started(filled: Path) -> None:
    assert not processes(filled)
    assert not (filled / "postgres/data/postmaster.pid").exists()


def test_start_stop_and_start_again(data: Path) -> None:
    begun = time.monotonic()
    with serving(data) as served:
        assert time.monotonic() - begun < 30
        assert f"Concord is ready: http://127.0.0.1:{served.port}\n" in served.output
        assert f"No SMTP_URL is set: mail is not sent but written to {data / 'mail'}.\n" in served.output
        assert served.status() == 200
        # A command uses the running database and leaves it running.
        assert "cities-of-the-test" in organisations(data)
        assert served.status() == 200

        for port in (served.port, free_port()):
            second = concord(data, "serve", PORT=str(port))
            assert (second.returncode, second.stdout) == (1, "")
            assert second.stderr == (
                f"Concord runs already with the data folder {data}: process {served.process.pid}, "
                f"http://127.0.0.1:{served.port}.\n"
            )
        assert served.status() == 200
        assert served.stop() == 0
        assert "Traceback" not in served.output
        wait_for("everything ends", lambda: not processes(data), 5)
        assert served.status() == 0
    with serving(data, port=served.port) as served:
        assert served.status() == 200
        assert served.stop(signal.SIGTERM) == 0
    assert "cities-of-the-test" in organisations(data)


def test_what_ends_is_started_again(data: Path) -> None:
    with serving(data) as served:
        for pattern, name in (("gunicorn", "web server"), ("network.cli worker", "job worker")):
            old = served.pid_of(pattern)
            os.kill(old, signal.SIGKILL)
            wait_for(name, lambda: f"The {name} ended and was started again." in served.output)  # noqa: B023
            wait_for(name, lambda: served.pid_of(pattern) not in (0, old))  # noqa: B023
        wait_for("the site answers", lambda: served.status() == 200)
        database = int((data / "postgres/data/postmaster.pid").read_text().splitlines()[0])
        os.kill(database, signal.SIGKILL)
        wait_for("the database", lambda: "The database ended and is started again." in served.output)
        wait_for("the site answers", lambda: served.status() == 200)
        assert served.stop() == 0
    wait_for("everything ends", lambda: not processes(data), 5)


def test_a_killed_one_recovers(data: Path) -> None:
    with serving(data) as served:
        assert served.stop(signal.SIGKILL) == -signal.SIGKILL
        # The web server and the worker notice; the database goes on until the next run takes it over.
        with serving(data, port=served.port) as again:
            assert again.status() == 200
            for pid in processes(data):
                if pid != again.process.pid:
                    os.kill(pid, signal.SIGKILL)
            again.stop(signal.SIGKILL)
    with serving(data, port=served.port) as third:
        assert third.status() == 200
        assert third.stop() == 0
    assert "cities-of-the-test" in organisations(data)


def test_a_stop_while_it_prepares(tmp_path: Path) -> None:
    data = tmp_path / "new"
    served = Served(data)
    wait_for("the database is made", lambda: (data / "postgres").exists() or served.process.poll() is not None)
    assert served.stop() == 0
    assert "Traceback" not in served.output
    wait_for("everything ends", lambda: not processes(data), 10)
    with serving(data) as again:
        assert again.status() == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::1"])  # noqa: S104
def test_the_host_can_be_set(data: Path, host: str) -> None:
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))
    except OSError:
        pytest.skip("this machine has no such address")
    with serving(data, HOST=host) as served:
        assert served.status() == 200


def test_a_program_that_ends_again_and_again_stops_everything(tmp_path: Path) -> None:
    supervisor = Supervisor(
        {"clock": ["sleep", "600"], "web server": ["false"]}, environ=dict(os.environ), cwd=tmp_path
    )
    supervisor.start()
    try:
        with pytest.raises(ProgramFailed, match="The web server ended 5 times within a minute"):
            while True:
                supervisor.revive()
                time.sleep(0.05)
    finally:
        supervisor.stop()
    assert supervisor.ended() == {}


def test_a_web_server_that_can_not_start_is_one_sentence_at_the_end(data: Path) -> None:
    done = concord(data, "serve", PORT=str(free_port()), GUNICORN_CMD_ARGS="--chdir /nonexistent")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("The web server did not start; its messages are above.")
    wait_for("everything ends", lambda: not processes(data), 5)


@needs_root
@pytest.mark.parametrize("uid", [65534, 54321])
def test_an_ordinary_user_with_and_without_a_name(open_folder: Path, uid: int) -> None:
    programs = find_binaries()
    if uid == 54321 and not all(folder.stat().st_mode & 0o001 for folder in (programs, *programs.parents)):
        pytest.skip("in a namespace this user can't look into root's folders, where the programs are")
    data = open_folder / "data"
    data.mkdir()
    os.chown(data, uid, uid)
    with serving(data, prefix=as_user(uid)) as served:
        assert served.status() == 200
        assert (data / "postgres/data").stat().st_uid == uid
    # Then root: the data stay the user's.
    assert concord(data, "organisation", "create", "network", "By root").returncode == 0
    assert (data / "postgres/data/PG_VERSION").stat().st_uid == uid
    assert "by-root" in concord(data, "organisation", "list", prefix=as_user(uid)).stdout


@needs_root
def test_root_without_user_namespaces(tmp_path: Path, data: Path) -> None:
    path = without(tmp_path, "unshare")
    assert stat.S_IMODE(tmp_path.parent.stat().st_mode) & 0o011 == 0, "a folder that only root may enter"
    assert (data / "postgres/data").stat().st_uid == 0
    with serving(data, PATH=path) as served:
        assert served.status() == 200
        assert (data / "postgres/data").stat().st_uid != 0
    # And back: whoever has the data now keeps them.
    assert "cities-of-the-test" in organisations(data)
    assert stat.S_IMODE((data / "postgres-password").stat().st_mode) == 0o600

    new = tmp_path / "new"
    assert concord(new, "organisation", "create", "network", "New", PATH=path).returncode == 0
    assert not (new / "postgres/initial-password").exists()


@needs_root
def test_root_that_can_become_nobody_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = concord(tmp_path / "data", "serve", PORT=str(free_port()), PATH=without(tmp_path, "unshare", "setpriv"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "PostgreSQL does not run as root" in done.stderr
    assert "set DATABASE_URL" in done.stderr

    monkeypatch.setattr(server_account, "_unprivileged", lambda: None)
    with pytest.raises(NoAccount, match="there is no other account: run as an ordinary user or set DATABASE_URL"):
        choose_account(tmp_path, tmp_path)


def test_a_data_folder_that_can_not_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = concord(tmp_path / "file/data", "serve", PORT=str(free_port()))
    assert done.returncode == 1
    assert done.stderr == f"The data folder {tmp_path / 'file/data'} can't be used: Not a directory.\n"


@needs_root
def test_a_data_folder_of_somebody_else(tmp_path: Path) -> None:
    done = concord(tmp_path / "data", "serve", PORT=str(free_port()), prefix=as_user(65534))
    assert done.returncode == 1
    assert done.stderr == f"The data folder {tmp_path / 'data'} can't be used: Permission denied.\n"
    low = concord(tmp_path / "data", "serve", PORT="80", prefix=as_user(65534), HOST="127.0.0.1")
    assert low.returncode == 1
    assert "Can't listen on 127.0.0.1:80" in low.stderr or "can't be used" in low.stderr


def test_a_host_that_is_none(tmp_path: Path) -> None:
    done = concord(tmp_path / "data", "serve", PORT=str(free_port()), HOST="192.0.2.1")
    assert done.returncode == 1
    assert "Can't listen on 192.0.2.1" in done.stderr
    assert done.stderr.count("\n") == 1


SENTENCES = {
    "unreachable": ("postgresql://me:secret-word@127.0.0.1:{closed}/x", "The database can't be reached: "),
    "wrong password": ("postgresql://postgres:secret-word@127.0.0.1:{real}/postgres", "password authentication failed"),
    "no such database": ("{admin}", 'database "no_such_database" does not exist'),
    "too old": ("postgresql://me:secret-word@127.0.0.1:{old}/x",
                "PostgreSQL 15 or newer is needed; this server is version 14."),
    "not PostgreSQL": ("postgresql://me:secret-word@127.0.0.1:{web}/x", "The database can't be reached: "),
    "no address": ("postgresql://me:secret-word@host:port:1/x?nonsense", "The address of the database is not of the form"),
}  # fmt: skip


@pytest.mark.parametrize("trouble", SENTENCES)
def test_trouble_with_the_database_is_one_sentence(tmp_path: Path, server_url: str, trouble: str) -> None:
    url, sentence = SENTENCES[trouble]
    with pretended_server("14.12") as old, socket.create_server(("127.0.0.1", 0)) as web:
        ports = {"closed": free_port(), "real": psycopg.conninfo.conninfo_to_dict(server_url)["port"], "old": old,
                 "web": web.getsockname()[1], "admin": with_database(server_url, "no_such_database")}  # fmt: skip
        if trouble == "not PostgreSQL":
            web.close()
        done = concord(tmp_path / "data", "serve", PORT=str(free_port()), DATABASE_URL=url.format(**ports))
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret-word" not in done.stderr
    assert not (tmp_path / "data/postgres").exists()


def test_an_existing_server_is_used_and_nothing_embedded_is_started(tmp_path: Path, new_database: object) -> None:
    assert callable(new_database)
    url, data = new_database(), tmp_path / "data"
    with serving(data, DATABASE_URL=url) as served:
        assert served.status() == 200
        environ = Path(f"/proc/{served.pid_of('gunicorn')}/environ").read_text()
        assert "DATABASE_URL=" not in environ and "DATABASE_APP_URL=" in environ
    assert not (data / "postgres").exists()
    with connect(url) as admin:
        assert admin.execute("select count(*) from organisation").fetchone() == (0,)


def test_separate_roles_that_an_administrator_made(tmp_path: Path, new_database: object) -> None:
    """The owner's role may create no roles, and the login role has nothing but its membership."""
    assert callable(new_database)
    url = new_database()
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    script = (Path(__file__).parents[2] / "deploy/roles.sql").read_text()
    with connect(url) as admin:
        for statement in (f"create role {name}_owner login password 'owner-word'",
                          f"create role {name}_app login noinherit password 'app-word'"):  # fmt: skip
            admin.execute(statement)
        admin.execute(
            script.replace(":owner", f"{name}_owner").replace(":app", f"{name}_app").replace(":database", str(name))
        )
    owner = psycopg.conninfo.make_conninfo(url, user=f"{name}_owner", password="owner-word")
    app = psycopg.conninfo.make_conninfo(url, user=f"{name}_app", password="app-word")
    data = tmp_path / "data"
    try:
        empty = concord(data, "serve", PORT=str(free_port()), DATABASE_APP_URL=app)
        assert (empty.returncode, empty.stderr) == (
            1, "The database in DATABASE_APP_URL is empty: run 'concord migrate' with DATABASE_URL first.\n"
        )  # fmt: skip
        with serving(data, DATABASE_URL=owner, DATABASE_APP_URL=app) as served:
            assert served.status() == 200
        with serving(data, DATABASE_APP_URL=app) as served:
            assert served.status() == 200
        refused = concord(data, "migrate", DATABASE_APP_URL=app)
        assert refused.returncode == 1 and refused.stderr.startswith("DATABASE_URL is not set")
        # A login role that inherits would have every right at once.
        with connect(url) as admin:
            admin.execute(f"alter role {name}_app inherit")
            if admin.info.server_version >= 160000:
                admin.execute(f"grant concord_identity to {name}_app with inherit true")
        refused = concord(data, "serve", PORT=str(free_port()), DATABASE_APP_URL=app)
        assert refused.returncode == 1 and "rights of every kind of caller at once" in refused.stderr
        assert not (data / "postgres").exists()
    finally:
        with connect(url) as admin:
            admin.execute(f"drop owned by {name}_owner, {name}_app")
            admin.execute(f"drop role {name}_owner, {name}_app")


def test_flasks_own_command_line_works(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "routes"], cwd=ROOT, env=environment(data),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "incidents.index" in done.stdout
    assert not processes(data)


def test_a_half_loaded_demonstration_is_begun_afresh_unless_anything_is_real(data: Path) -> None:
    (data / "demonstration-unfinished").touch()
    done = concord(data, "serve", "--demo", PORT=str(free_port()))
    assert done.returncode == 1
    assert done.stderr == "There are organisations that are no demonstration (1); nothing was deleted.\n"
    refused = concord(data, "demo", "--reset")
    assert (refused.returncode, refused.stderr) == (1, done.stderr)
    assert "is not empty" in concord(data, "demo").stderr
    assert "cities-of-the-test" in organisations(data)

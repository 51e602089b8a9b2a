"""``concord serve``: the database, the web server and a job worker as one, until stopped."""

import dataclasses
import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import click
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from network.app import create_app
from network.demo.load import PASSWORD, count_others, is_loaded, list_sign_ins, load_demo
from network.kernel import migrate as migrations
from network.kernel.installation import open_database, prepared, uses_embedded
from network.kernel.postgres import DatabaseUnavailable, EmbeddedServer
from network.kernel.provision import provision
from network.kernel.settings import Settings, SettingsError
from network.kernel.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[1]
ORPHAN_PATIENCE = 20.0
START_PATIENCE = 60.0
DATABASE_CHECK_SECONDS = 3.0
HALF_LOADED = "demonstration-unfinished"


def run_server(settings: Settings, *, demo: bool) -> None:
    """Prepare the database and run the web server and a worker until a signal comes.

    SettingsError, DatabaseUnavailable or ProgramFailed, each one sentence, for what can't go on.
    """
    with ExitStack() as stack:
        signals = stack.enter_context(_Signals())
        killed = stack.enter_context(_only_one(settings))
        stack.enter_context(_port(settings, patience=ORPHAN_PATIENCE if killed else 0))
        try:
            ready = stack.enter_context(prepared(settings))
            if demo:
                _load_demo_once(settings, ready)
        except KeyboardInterrupt:
            return
        signals.is_preparing = False
        supervisor = Supervisor(_programs(ready), environ=_environ(ready), cwd=ROOT)
        stack.callback(supervisor.stop)
        if not signals.received:
            supervisor.start()
            if _wait_until_ready(ready, supervisor, signals):
                _announce(ready, demo)
                embedded = EmbeddedServer(settings) if uses_embedded(settings) else None
                stack.callback(embedded.stop if embedded else lambda: None)
                _watch(ready, supervisor, signals, embedded)


class _Signals:
    """Remembers that the process is to stop; while it prepares, interrupts it too."""

    def __init__(self) -> None:
        self.received: list[int] = []
        self.is_preparing = True

    def __enter__(self) -> "_Signals":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._receive)
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_preparing = False

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self.received.append(number)
        if self.is_preparing:
            self.is_preparing = False
            raise KeyboardInterrupt


@contextmanager
def _only_one(settings: Settings) -> Iterator[bool]:
    """Hold the data folder; yields whether the last holder was killed. SettingsError if it is held."""
    path = settings.data_dir / "serve.lock"
    if not path.exists():
        # A port in use is found out before anything is made.
        with _port(settings, patience=0):
            pass
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SettingsError(f"The data folder {settings.data_dir} can't be used: {error.strerror}.") from None
    with os.fdopen(lock, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(
                f"Concord runs already with the data folder {settings.data_dir}: {file.read().strip()}."
            ) from None
        killed = bool(file.read())
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}, {settings.public_url}")
        file.flush()
        try:
            yield killed
        finally:
            file.seek(0)
            file.truncate()


@contextmanager
def _port(settings: Settings, *, patience: float) -> Iterator[None]:
    """Hold the port so that nobody else takes it; the web server may listen on it meanwhile."""
    deadline = time.monotonic() + patience
    while True:
        try:
            address = socket.getaddrinfo(
                settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(address[0]) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address[4])
            break
        except OSError as error:
            # The web server of a run that was killed needs a moment to notice.
            if time.monotonic() >= deadline:
                raise SettingsError(
                    f"Can't listen on {settings.host}:{settings.port}: {error.strerror}."
                ) from None
            time.sleep(0.2)
    if sys.platform != "linux":
        yield
        return
    # Bound but not listening: it gets no connection, and no other program gets the port.
    with socket.socket(address[0]) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(address[4])
        yield


def _load_demo_once(settings: Settings, ready: Settings) -> None:
    """Load it into an empty installation; ``ready`` are the settings after preparation."""
    mark = settings.data_dir / HALF_LOADED
    if mark.exists():
        click.echo("The demonstration network was left half loaded; starting afresh …")
        reset_demo(settings)
        return
    with create_app(ready).app_context():
        if not is_loaded():
            click.echo("Loading the demonstration network …")
            mark.touch()
            load_demo()
            mark.unlink()


def reset_demo(settings: Settings) -> None:
    """Delete everything and load the demonstration anew; DatabaseUnavailable, with nothing deleted,
    when there is any organisation that is not of the demonstration."""
    mark = settings.data_dir / HALF_LOADED
    with prepared(settings) as ready, create_app(ready).app_context():
        others = count_others()
        if others:
            raise DatabaseUnavailable(
                f"There are organisations that are no demonstration ({others}); nothing was deleted."
            )
    mark.touch()
    with open_database(settings) as admin_url:
        provision(admin_url, settings)
        migrations.downgrade(admin_url, "base")
        with prepared(settings) as ready, create_app(ready).app_context():
            load_demo()
    mark.unlink()


def _programs(settings: Settings) -> dict[str, list[str]]:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "web server": [
            sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", str(settings.web_workers),
            "--threads", str(settings.web_threads), "-b", f"{host}:{settings.port}",
            "--reuse-port", "--graceful-timeout", "10", "--log-level", "warning", "wsgi:app",
        ],
        "job worker": [sys.executable, "-m", "network.cli", "worker"],
    }  # fmt: skip


def _environ(settings: Settings) -> dict[str, str]:
    environ = {**os.environ, "DATABASE_APP_URL": settings.database_app_url or ""}
    # The programs serve as the restricted role and never learn the administrator's address.
    environ.pop("DATABASE_URL", None)
    return environ


def _wait_until_ready(settings: Settings, supervisor: Supervisor, signals: _Signals) -> bool:
    """Whether the site answers; False when a signal came first."""
    deadline = time.monotonic() + START_PATIENCE
    while not signals.received:
        ended = supervisor.ended()
        if ended:
            raise DatabaseUnavailable(f"The {next(iter(ended))} did not start; its messages are above.")
        if _answers(settings):
            return True
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(f"The web server does not answer after {START_PATIENCE:.0f} seconds.")
        time.sleep(0.1)
    return False


def _answers(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.port, timeout=10)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(settings: Settings, demo: bool) -> None:
    click.echo(f"\nConcord is ready: {settings.public_url}")
    if demo:
        click.echo(f"Demonstration sign-ins, all with the password {PASSWORD}:")
        for entry in list_sign_ins():
            click.echo(f"  {entry.email:34} {entry.role}, {entry.organisation}")
    if not settings.smtp_url:
        click.echo(f"No SMTP_URL is set: mail is not sent but written to {settings.data_dir / 'mail'}.")
    click.echo("Stop with Ctrl-C.")


def _watch(settings: Settings, supervisor: Supervisor, signals: _Signals, embedded: EmbeddedServer | None) -> None:
    """Restart what ends, the embedded database included, until a signal comes."""
    checked = time.monotonic()
    while not signals.received:
        time.sleep(0.2)
        if signals.received:
            return
        if embedded and time.monotonic() - checked > DATABASE_CHECK_SECONDS:
            if not embedded.is_running():
                click.echo("The database ended and is started again.", err=True)
                port = conninfo_to_dict(embedded.start())["port"]
                moved = make_conninfo(settings.database_app_url or "", port=port)
                if conninfo_to_dict(settings.database_app_url or "") != conninfo_to_dict(moved):
                    settings = dataclasses.replace(settings, database_app_url=moved)
                    supervisor.restart(_environ(settings))
            checked = time.monotonic()
        for name in supervisor.revive():
            click.echo(f"The {name} ended and was started again.", err=True)

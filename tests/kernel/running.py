"""Real processes of an installation, for tests from the outside."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

OWN = ("DATABASE_URL", "DATABASE_APP_URL", "SMTP_URL", "PUBLIC_URL", "SECRET_KEY")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, **variables: str) -> dict[str, str]:
    """The variables of an installation of its own, small and with cheap passwords."""
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    return {
        **kept, "CONCORD_DATA": str(data), "WEB_WORKERS": "1", "WEB_THREADS": "2", "PYTHONDONTWRITEBYTECODE": "1",
        "PASSWORD_TIME_COST": "1", "PASSWORD_MEMORY_KIB": "8", **variables,
    }  # fmt: skip


def concord(data: Path, *arguments: str, prefix: tuple[str, ...] = (), say: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "network.cli", *arguments], cwd=ROOT, env=environment(data, **variables),
        capture_output=True, text=True, timeout=120, input=say, check=False,
    )  # fmt: skip


def processes(data: Path) -> dict[int, str]:
    """The living processes of an installation with their command lines, the database among them."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            variables = folder.joinpath("environ").read_bytes().split(b"\0")
        except OSError:
            continue
        mine = f"CONCORD_DATA={data}".encode() in variables or f"-D {data}/postgres/data" in command
        if mine and command and int(folder.name) != os.getpid():
            found[int(folder.name)] = command
    return found


def wait_for(what: str, done: object, seconds: float = 30) -> None:
    """Wait until ``done()`` holds; AssertionError with ``what`` otherwise."""
    assert callable(done)
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Served:
    """A running ``concord serve``."""

    def __init__(self, data: Path, *arguments: str, prefix: tuple[str, ...] = (), port: int = 0, **variables: str) -> None:
        self.data, self.port = data, port or free_port()
        self.host = variables.get("HOST", "127.0.0.1")
        self._output = data.parent / f"output-{uuid.uuid4().hex}.log"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "network.cli", "serve", *arguments], cwd=ROOT,
                env=environment(data, PORT=str(self.port), **variables), stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_until_ready(self) -> "Served":
        """Wait for the line that says so."""
        wait_for("ready", lambda: "Concord is ready" in self.output or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.output
        return self

    def status(self, path: str = "/sign-in") -> int:
        """The status of a page; 0 when there is no answer."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def pid_of(self, pattern: str) -> int:
        """The eldest process whose command line has the pattern."""
        found = [pid for pid, command in processes(self.data).items() if re.search(pattern, command)]
        return min(found, default=0)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        return self.process.wait(timeout=40)


@contextmanager
def serving(data: Path, *arguments: str, prefix: tuple[str, ...] = (), port: int = 0, **variables: str) -> Iterator[Served]:
    """A ready server that is stopped at the end, whatever the test did."""
    served = Served(data, *arguments, prefix=prefix, port=port, **variables)
    try:
        yield served.wait_until_ready()
    finally:
        served.stop()
        for pid in processes(data):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def pretended_server(version: str) -> Iterator[int]:
    """Something that speaks enough of PostgreSQL's protocol to tell its version; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    connection, _address = listener.accept()
                except OSError:
                    return
                with connection:
                    _greet(connection, version)

        threading.Thread(target=answer, daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


def _greet(connection: socket.socket, version: str) -> None:
    def message(kind: bytes, body: bytes) -> bytes:
        return kind + (len(body) + 4).to_bytes(4, "big") + body

    def status(name: str, value: str) -> bytes:
        return message(b"S", f"{name}\0{value}\0".encode())

    while True:
        asked = connection.recv(4096)
        if not asked:
            return
        code = int.from_bytes(asked[4:8], "big")
        if code in (80877103, 80877104):  # TLS or GSS encryption: no
            connection.sendall(b"N")
            continue
        if code == 196608 or asked[4:6] == b"\0\3":
            connection.sendall(
                message(b"R", (0).to_bytes(4, "big")) + status("server_version", version)
                + status("client_encoding", "UTF8") + status("server_encoding", "UTF8")
                + message(b"K", b"\0\0\0\1\0\0\0\1") + message(b"Z", b"I")
            )  # fmt: skip
            continue
        return

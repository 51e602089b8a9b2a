"""Programs that belong together: started together, restarted when one ends, stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

MOST_FAILURES = 5
FAILURE_WINDOW = 60.0
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ProgramFailed(Exception):
    """A program ends again and again; the text is one sentence for the administrator."""


def _end_with_parent() -> None:
    """Let the kernel end this process when the supervisor is killed, so that nothing is left behind."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Keeps named programs running. Not for several threads: the programs end with the thread that
    started them."""

    def __init__(self, programs: Mapping[str, Sequence[str]], *, environ: Mapping[str, str], cwd: Path) -> None:
        self._programs = programs
        self._environ = dict(environ)
        self._cwd = cwd
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._failures: dict[str, deque[float]] = {name: deque(maxlen=MOST_FAILURES) for name in programs}

    def start(self) -> None:
        """Start every program that does not run."""
        for name in self._programs:
            if name not in self._running:
                self._running[name] = subprocess.Popen(
                    self._programs[name], env=self._environ, cwd=self._cwd, start_new_session=True,
                    preexec_fn=_end_with_parent,
                )  # fmt: skip

    def ended(self) -> dict[str, int]:
        """The programs that have ended, with their exit codes, negative for a signal."""
        codes = {name: process.poll() for name, process in self._running.items()}
        return {name: code for name, code in codes.items() if code is not None}

    def revive(self) -> list[str]:
        """Start anew what has ended and return the names; ProgramFailed when that does not help."""
        ended = self.ended()
        for name in ended:
            times = self._failures[name]
            times.append(time.monotonic())
            if len(times) == MOST_FAILURES and times[-1] - times[0] < FAILURE_WINDOW:
                raise ProgramFailed(
                    f"The {name} ended {MOST_FAILURES} times within a minute; its messages are above."
                )
            # The first time at once, then more slowly, so that a short trouble can pass.
            time.sleep(0 if len(times) == 1 else min(2.0 ** (len(times) - 3), 5))
            del self._running[name]
        self.start()
        return list(ended)

    def restart(self, environ: Mapping[str, str]) -> None:
        """Stop everything and start it with other variables."""
        self.stop()
        self._environ = dict(environ)
        self.start()

    def stop(self, *, patience: float = 15) -> None:
        """Ask every program to end, and end those that don't within ``patience`` seconds."""
        for process in self._running.values():
            process.terminate()
        deadline = time.monotonic() + patience
        for process in self._running.values():
            try:
                process.wait(timeout=max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                # Its own children too: each program leads a session of its own.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()

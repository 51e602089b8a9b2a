"""The benchmark itself works."""

import subprocess
import sys

from tests.conftest import ROOT


def test_the_benchmark_runs_on_a_small_network() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--small"], cwd=ROOT, capture_output=True, text=True, timeout=170, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split("|") for line in done.stdout.splitlines() if line.startswith("| ")][2:]
    assert len(lines) == 10
    for line in lines:
        assert float(line[5].split()[0]) >= 1
        assert line[5].split()[1:] in (["×", "as", "long"], ["×", "as", "fast"])

"""Disclosure control by the cell key method: what every count that leaves a city passes through.

Each incident carries a random record key; the key of a cell is the sum of its incidents' keys. The
cell key, mixed with the secret of the installation, picks the noise from a published table (see
``perturbation``). So the same cell shows the same number whoever asks and however, and a number
tells neither that a particular incident is in it nor, with another number, that it is not.

Noise belongs to the cells of a fixed lattice only: one value or all of each dimension, and the
calendar's own periods. Anything else (several kinds, some of the cities, a span of months) is the
sum of the published numbers of its cells. Otherwise thousands of overlapping sets could be asked
for, each with noise of its own, and the noise averaged out.

Limits: a number that changes shows that something in its cell has changed, though not what. And
whoever knows every other incident of many cells of the lattice gains a little from each of them;
against that much knowledge no noise of a fixed size helps.
"""

import hmac
from bisect import bisect_right
from functools import lru_cache

from network.trends.perturbation import MOST_NOISE, read_table

LARGEST_NOISE = MOST_NOISE
"""A published cell differs from the exact count by at most this."""

_KEYS = 1 << 64


@lru_cache(maxsize=1)
def _rows() -> list[tuple[list[int], list[int]]]:
    return [([t for _n, t in row], [n for n, _t in row]) for row in read_table()]


def publish(count: int, cell_key: int, secret: bytes) -> int:
    """The number to show for a cell of ``count`` incidents whose record keys add up to
    ``cell_key``. Never negative, never 1 or 2; zero stays zero."""
    if count <= 0:
        return 0
    rows = _rows()
    mixed = hmac.digest(secret, (cell_key % _KEYS).to_bytes(8, "big"), "sha256")
    last = len(rows) - 1
    thresholds, published = rows[min(count, last)]
    number = published[bisect_right(thresholds, int.from_bytes(mixed[:4], "big"))]
    return number + max(0, count - last)

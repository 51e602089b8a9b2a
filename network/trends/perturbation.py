"""The perturbation table of the cell key method: ``python -m network.trends.perturbation`` writes it.

For each count from 0 to the largest one that needs a row of its own, the table says with which
probability which number is published. A row is the distribution of greatest entropy among those
with mean zero noise, the stated variance and the stated largest noise that publish no number from
1 to SMALL; zero is always published as zero. The last row serves every larger count.

Method: B. Fraser and J. Wooton, *A proposed method for confidentialising tabular output to protect
against differencing* (UNECE/Eurostat 2005); tables of greatest entropy: J. Marley and V. Leaver, *A
method for confidentialising user-defined tables* (ISI 2011), and S. Giessing, *Computational issues
in the design of transition probabilities* (Privacy in Statistical Databases 2016).
"""

import csv
import math
import sys
from pathlib import Path

MOST_NOISE = 7
VARIANCE = 6.0
SMALL = 2
PATH = Path(__file__).parent / "data" / "perturbation.csv"
SCALE = 1 << 32
"""Cell keys are spread evenly over 0 to SCALE - 1; thresholds are on the same scale."""

Table = list[list[tuple[int, int]]]
"""By count: the numbers that may be published, each with the upper threshold of its keys."""


def noise_probabilities(count: int, *, most: int, variance: float, small: int) -> dict[int, float]:
    """Probability of each published number for a count above zero.

    ValueError where no distribution fits (a variance below 2 can't lift 1 and 2 over SMALL = 2).
    """
    steps = [n - count for n in range(max(0, count - most), count + most + 1) if n == 0 or n > small]
    linear = square = 0.0
    for _ in range(1000):
        exponents = [linear * s + square * s * s for s in steps]
        largest = max(exponents)
        weights = [math.exp(e - largest) for e in exponents]
        p = [weight / sum(weights) for weight in weights]
        moment = [sum(q * s**k for q, s in zip(p, steps, strict=True)) for k in range(5)]
        miss = moment[1], moment[2] - variance
        if max(map(abs, miss)) < 1e-12:
            return {count + s: q for s, q in zip(steps, p, strict=True)}
        # Newton's step on the two multipliers, damped so that it can't overshoot.
        a, b, c = moment[2] - moment[1] ** 2, moment[3] - moment[1] * moment[2], moment[4] - moment[2] ** 2
        determinant = a * c - b * b
        if determinant < 1e-15:
            break
        step = (miss[0] * c - miss[1] * b) / determinant, (miss[1] * a - miss[0] * b) / determinant
        damping = min(1.0, 1 / max(abs(step[0]), abs(step[1]), 1e-9))
        linear, square = linear - damping * step[0], square - damping * step[1]
    raise ValueError(f"no noise of variance {variance} up to {most} fits the count {count}")


def build_table(*, most: int = MOST_NOISE, variance: float = VARIANCE, small: int = SMALL) -> Table:
    """The table for these parameters; the row of the count ``most + small + 1`` serves larger ones."""
    table: Table = [[(0, SCALE)]]
    for count in range(1, most + small + 2):
        row, cumulated = [], 0.0
        found = noise_probabilities(count, most=most, variance=variance, small=small)
        for published, probability in sorted(found.items()):
            cumulated += probability
            row.append((published, round(cumulated * SCALE)))
        row[-1] = row[-1][0], SCALE
        table.append(row)
    return table


def read_table(path: Path = PATH) -> Table:
    """The table as it was committed."""
    table: Table = []
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            count, cell = int(row["count"]), (int(row["published"]), int(row["threshold"]))
            if count == len(table):
                table.append([])
            table[count].append(cell)
    return table


def main() -> int:
    """Write the table; with --check, 1 when the committed one differs."""
    built = build_table()
    if "--check" in sys.argv[1:]:
        return 0 if PATH.exists() and read_table() == built else 1
    PATH.parent.mkdir(exist_ok=True)
    with PATH.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["count", "published", "threshold"])
        writer.writerows((count, *cell) for count, row in enumerate(built) for cell in row)
    return 0


if __name__ == "__main__":
    sys.exit(main())

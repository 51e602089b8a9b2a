"""Disclosure control: the one function that every count leaving a city passes through.

Primary suppression hides counts of 1 to 4; complementary suppression hides more cells, so that
no hidden one follows from the sums of its row or column, which count as known even where an
answer does not show them. See Hundepool and others, *Statistical Disclosure Control* (2012),
chapter 4. Suppression works within one answer: it does not stop somebody who subtracts answers
over different periods or filters.
"""

from collections.abc import Sequence

THRESHOLD = 5
"""The smallest count above zero that is published."""


def protect(table: Sequence[Sequence[int]]) -> list[list[int | None]]:
    """The same table (rows of equal length) with hidden cells as None; zero stays zero."""
    hidden = [[0 < count < THRESHOLD for count in row] for row in table]
    height, width = len(table), len(table[0]) if table else 0
    lines = [[(r, c) for c in range(width)] for r in range(height)]
    # A single row has no sums beside it: its columns are the cells themselves.
    if height > 1:
        lines += [[(r, c) for r in range(height)] for c in range(width)]
    changed = True
    while changed:
        changed = False
        for line in lines if width > 1 or height > 1 else []:
            secret = [cell for cell in line if hidden[cell[0]][cell[1]]]
            if not secret or _is_ambiguous([table[r][c] for r, c in secret]):
                continue
            open_cells = [(table[r][c], r, c) for r, c in line if not hidden[r][c] and table[r][c]]
            if open_cells:
                _, row, column = min(open_cells)
                hidden[row][column] = True
                changed = True
    return [
        [None if hidden[r][c] else table[r][c] for c in range(width)] for r in range(height)
    ]


def _is_ambiguous(counts: list[int]) -> bool:
    """Whether the sum of the hidden cells of a line leaves each of them open."""
    if len(counts) < 2:
        return False
    total, has_large = sum(counts), any(count >= THRESHOLD for count in counts)
    return total > len(counts) and (has_large or total < (THRESHOLD - 1) * len(counts))

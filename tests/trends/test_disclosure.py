"""Somebody who knows every sum tries to work out what is hidden."""

import time
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from network.trends.disclosure import THRESHOLD, protect

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8]), min_size=width, max_size=width), min_size=1, max_size=3
    )
)


def exposed_cells(table: list[list[int]], shown: list[list[int | None]] | None = None) -> list[tuple[int, int]]:
    """Small cells with one possible value, found by trying all numbers.

    Known are the sums of rows and columns and of the whole, unless they are small themselves, and
    that a hidden cell is not zero, unless zeros are hidden too.
    """
    shown = shown or protect(table)
    height, width = len(table), len(table[0])
    lines = [[(r, c) for c in range(width)] for r in range(height)] if width > 1 else []
    if height > 1:
        lines += [[(r, c) for r in range(height)] for c in range(width)]
    lines.append([(r, c) for r in range(height) for c in range(width)])
    secret = [(r, c) for r in range(height) for c in range(width) if shown[r][c] is None]
    least = min((table[r][c] for r, c in secret), default=1) and 1
    known = []
    for line in lines:
        if not 0 < sum(table[r][c] for r, c in line) < THRESHOLD:
            inside = [cell for cell in line if cell in secret]
            known.append((inside, sum(table[r][c] for r, c in inside)))

    def can_hold(cell: tuple[int, int], value: int) -> bool:
        numbers = {cell: value}

        def fits() -> bool:
            for inside, total in known:
                spent = [numbers[x] for x in inside if x in numbers]
                rest = total - sum(spent) - least * (len(inside) - len(spent))
                if rest < 0 or (rest and len(spent) == len(inside)):
                    return False
            return True

        def fill(i: int) -> bool:
            if not fits():
                return False
            if i == len(order):
                return True
            # Along a circle each number changes by one at most, so that no others need be tried.
            count = table[order[i][0]][order[i][1]]
            for number in range(max(least, count - 1), count + 2):
                numbers[order[i]] = number
                if fill(i + 1):
                    return True
                del numbers[order[i]]
            return False

        order = [x for x in secret if x != cell]
        return fill(0)

    found = []
    for r, c in secret:
        count = table[r][c]
        if 0 < count < THRESHOLD and not any(can_hold((r, c), v) for v in (count + 1, count - 1) if v >= least):
            found.append((r, c))
    return found


@settings(max_examples=300, deadline=None)
@given(table=TABLES)
def test_no_small_count_follows_from_sums(table: list[list[int]]) -> None:
    shown = protect(table)
    for row, result in zip(table, shown, strict=True):
        for count, value in zip(row, result, strict=True):
            assert value is None or value == count
            assert not (value is not None and 0 < value < THRESHOLD)
    # What follows even where nothing at all is shown follows from the sums alone.
    blank: list[list[int | None]] = [[None] * len(row) for row in table]
    assert set(exposed_cells(table)) <= set(exposed_cells(table, blank))


def test_a_sum_of_other_sums_reveals_nothing() -> None:
    # Two rectangles joined by one cell: each line hides two cells, and yet the sums of the first
    # two rows less those of the first two columns leave that one cell alone.
    joined = [[3, 2, 6, 7], [2, 3, 2, 8], [6, 7, 3, 2], [8, 9, 2, 3]]
    # The only number of the second row equals the row's sum.
    alone = [[3, 12, 14, 4], [10, 0, 0, 0]]
    for table in (joined, alone, [[2, 13, 12], [0, 11, 0], [0, 12, 1]]):
        assert exposed_cells(table) == []


def test_what_needs_no_protection_stays() -> None:
    assert protect([]) == []
    assert protect([[]]) == [[]]
    assert protect([[0, 0, 0]]) == [[0, 0, 0]]
    assert protect([[10, 20], [5, 0]]) == [[10, 20], [5, 0]]
    # The year's sum is small itself, so that nobody gets to know it.
    assert protect([[0, 3, 0]]) == [[0, None, 0]]


def test_a_large_table_takes_little_time() -> None:
    random = Random(1)  # noqa: S311
    table = [[random.choice([0, 0, 0, 1, 2, 3, 7, 30]) for _ in range(120)] for _ in range(300)]
    start = time.perf_counter()
    protect(table)
    assert time.perf_counter() - start < 5

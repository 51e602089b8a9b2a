"""Disclosure control: the one function that every count leaving a city passes through.

Primary suppression hides counts of 1 to 4. Complementary suppression hides more cells, so that
no small count follows from the sums of rows and columns, which count as known even where an
answer does not show them, unless they are small themselves. See Hundepool and others,
*Statistical Disclosure Control* (2012), chapter 4; whether sums determine a cell is asked as in
Gusfield, *A graph theoretic approach to statistical data security* (1988), and what to hide is
chosen by rectangles, as in the hypercube method described there.

Limits: suppression works within one answer and does not stop somebody who subtracts answers over
different periods or filters. Where the sums alone determine a small count (five cells with a sum
of 5; all incidents in one row and one of its columns), hiding cells of this table can't help: the
answer that would show such sums has to, and does where it is a single row.
"""

from collections.abc import Iterable, Iterator, Sequence

THRESHOLD = 5
"""The smallest count above zero that is published."""

_ZERO_COST = 1 << 40
"""Zeros are hidden only where no other cell helps."""

Cell = tuple[int, int]


def protect(table: Sequence[Sequence[int]]) -> list[list[int | None]]:
    """The same table (rows of equal length) with hidden cells as None.

    Zero is no small count: it is hidden only where nothing else covers a small one.
    """
    if not table or not table[0]:
        return [[] for _ in table]
    if len(table[0]) == 1 < len(table):
        return [[count] for count in protect([[row[0] for row in table]])[0]]
    work = _Suppression(table)
    work.run()
    return [
        [None if hidden else count for count, hidden in zip(*rows, strict=True)]
        for rows in zip(table, work.hidden, strict=True)
    ]


class _Suppression:
    """The table with the cells hidden so far."""

    def __init__(self, table: Sequence[Sequence[int]]) -> None:
        self.table = table
        self.height, self.width = len(table), len(table[0])
        self.hidden = [[0 < count < THRESHOLD for count in row] for row in table]
        self.small = [(r, c) for r, row in enumerate(self.hidden) for c, is_small in enumerate(row) if is_small]
        # A single row has no sums beside it: its columns are the cells themselves.
        columns = [sum(row[c] for row in table) for c in range(self.width)]
        self.open_rows = _mask(r for r, row in enumerate(table) if 0 < sum(row) < THRESHOLD)
        self.open_columns = _mask(
            c for c, total in enumerate(columns) if self.height == 1 or 0 < total < THRESHOLD
        )
        self.is_total_open = 0 < sum(columns) < THRESHOLD
        self.least = 1
        """What everybody may take a hidden cell to hold at least."""

    def run(self) -> None:
        while True:
            self._cover_lines()
            exposed = list(self._exposed())
            if any([self._cover(cell) for cell in exposed]):
                continue
            if not exposed or not self._hide_all_if_it_helps(exposed):
                return

    def _hide_all_if_it_helps(self, exposed: list[Cell]) -> bool:
        before = [list(row) for row in self.hidden], self.least
        self._hide((r, c) for r in range(self.height) for c in range(self.width))
        if self.hidden != before[0] and len(list(self._exposed())) < len(exposed):
            return True
        self.hidden, self.least = before
        return False

    def _hide(self, cells: Iterable[Cell]) -> None:
        for r, c in cells:
            self.hidden[r][c] = True
            if self.table[r][c] == 0:
                self.least = 0

    def _cost(self, r: int, c: int) -> int:
        return 0 if self.hidden[r][c] else self.table[r][c] or _ZERO_COST

    def _cover_lines(self) -> None:
        """Hide until the sum of the hidden cells of a line leaves each of them open."""
        lines = [[(r, c) for c in range(self.width)] for r in range(self.height)]
        if self.height > 1:
            lines += [[(r, c) for r in range(self.height)] for c in range(self.width)]
        has_changed = True
        while has_changed:
            has_changed = False
            for line in lines:
                secret = [self.table[r][c] for r, c in line if self.hidden[r][c]]
                total = sum(self.table[r][c] for r, c in line)
                if total < THRESHOLD or not secret or self._is_ambiguous(secret):
                    continue
                left = [(self._cost(r, c), r, c) for r, c in line if not self.hidden[r][c]]
                if left:
                    self._hide([min(left)[1:]])
                    has_changed = True

    def _is_ambiguous(self, counts: list[int]) -> bool:
        if not any(0 < count < THRESHOLD for count in counts):
            return True
        total, has_large = sum(counts), any(count >= THRESHOLD for count in counts)
        is_above = total > len(counts) * self.least
        return len(counts) > 1 and is_above and (has_large or total < (THRESHOLD - 1) * len(counts))

    def _exposed(self) -> Iterator[Cell]:
        """The small cells that the sums of rows and columns determine together.

        One more in a cell means one less in another of its row and of its column, and so on in a
        circle; a cell on no such circle has only one possible value.
        """
        more = [_mask(c for c in range(self.width) if self.hidden[r][c]) for r in range(self.height)]
        less = [0] * self.width
        more_from, less_from = [0] * self.width, [0] * self.height
        for r in range(self.height):
            for c in _bits(more[r]):
                more_from[c] |= 1 << r
                if self.table[r][c] > self.least:
                    less[c] |= 1 << r
                    less_from[r] |= 1 << c
        for r, c in self.small:
            if self._is_on_circle(r, c, more, less):
                continue
            if self.table[r][c] > self.least and self._is_on_circle(r, c, less_from, more_from):
                continue
            yield r, c

    def _is_on_circle(self, row: int, column: int, to_columns: list[int], to_rows: list[int]) -> bool:
        """Whether a way leads from the column back to the row without the cell itself."""
        rows, columns, goal = 0, 0, 1 << row
        new_rows, new_columns = 0, 1 << column
        while new_rows or new_columns:
            columns |= new_columns
            rows |= new_rows
            if (rows | new_rows) & goal:
                return True
            found_rows, found_columns = 0, 0
            for c in _bits(new_columns):
                found_rows |= to_rows[c] & ~(goal if c == column else 0)
                if found_rows & goal:
                    return True
            for r in _bits(new_rows):
                found_columns |= to_columns[r]
            # A sum that nobody knows can take the difference to another such sum.
            if (new_rows & self.open_rows) or (self.is_total_open and new_columns & self.open_columns):
                found_rows |= self.open_rows
            if (new_columns & self.open_columns) or (self.is_total_open and new_rows & self.open_rows):
                found_columns |= self.open_columns
            new_rows, new_columns = found_rows & ~rows, found_columns & ~columns
        return False

    def _cover(self, cell: Cell) -> bool:
        """Hide the cheapest rectangle that lets the cell be another number; False if none is left."""
        r, c = cell
        partners = sorted((self._cost(r, other), other) for other in range(self.width) if other != c)
        best: tuple[int, list[Cell]] | None = None
        for cost, other in partners:
            if best is not None and cost >= best[0]:
                break
            if self.height == 1:
                corners = [[(r, other)]]
            else:
                corners = [[(r, other), (s, c), (s, other)] for s in range(self.height) if s != r]
            for found in corners:
                price = sum(self._cost(*corner) for corner in found)
                if price and (best is None or price < best[0]) and self._can_swap(cell, found):
                    best = price, found
        if best is None:
            return False
        self._hide(best[1])
        return True

    def _can_swap(self, cell: Cell, corners: list[Cell]) -> bool:
        counts = [self.table[r][c] for r, c in corners]
        least = 0 if 0 in counts else self.least
        beside, across = counts[:2], [self.table[cell[0]][cell[1]], *counts[2:]]
        return min(beside) > least or min(across) > least


def _mask(places: Iterable[int]) -> int:
    result = 0
    for place in places:
        result |= 1 << place
    return result


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low

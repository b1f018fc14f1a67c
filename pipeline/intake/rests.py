"""Rests of a record: lines that a line end inside a cell cut off it, where no quote holds them.

An address in two lines is of the person before. What may be a rest has fewer cells than a record,
and not more than the record lacks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.intake.loose_records import Record


class Rests:
    """Finds them block by block, also where a block ends within a record.

    Args:
        width: cells of a whole record; 0 where it is not known. Nothing is a rest then, nor where
            each line is a whole record of one cell.
    """

    def __init__(self, *, width: int) -> None:
        self._width = width
        self._cells = 0

    def find(self, block: Sequence[Record], taken: Collection[int]) -> dict[int, list[int]]:
        """Return record → the records around it that are rests of it.

        Args:
            block: the next records of the file.
            taken: which of them, from 0, are those of persons looked for.

        Returns:
            Positions in the block; -1 stands for the last record taken of the block before.
        """
        if self._width <= 1:
            return {}
        found: dict[int, list[int]] = {-1: self._behind(block, -1, taken)}
        used = set(found[-1])
        for row in sorted(taken):
            self._cells = len(block[row].cells)
            before = self._before(block, row, used.union(taken))
            found[row] = [*before, *self._behind(block, row, taken)]
            used.update(found[row])
        return found

    def _before(self, block: Sequence[Record], row: int, used: Collection[int]) -> list[int]:
        found = []
        for at in range(row - 1, -1, -1):
            more = len(block[at].cells)
            is_rest = self._cells < self._width and self._goes_on(more)
            if at in used or not more or not is_rest:
                break
            found.append(at)
            self._cells += more - 1
        return found

    def _behind(self, block: Sequence[Record], row: int, taken: Collection[int]) -> list[int]:
        found = []
        for at in range(row + 1, len(block) if self._cells else 0):
            more = len(block[at].cells)
            if at in taken or (more and not self._goes_on(more)):
                self._cells = 0
                break
            found.append(at)
            self._cells += max(more - 1, 0)
        # Empty lines behind the last rest are nobody's.
        while found and not block[found[-1]].cells:
            found.pop()
        return found

    def _goes_on(self, more: int) -> bool:
        """Tell whether a line of so many cells, the first a part of one, may be of the record."""
        return more == 1 < self._width or self._cells + more - 1 <= self._width

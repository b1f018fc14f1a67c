"""Is a record one of its dataset at all? Files that were put together may be of one width.

Behind teachers may stand pupils in as many columns: such a line reads as a teacher's, and its
codes, numbers and dates say that it is none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from time import strptime

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column, Dataset

# The names of columns and the cells of one record → whether it is of another dataset.
IsForeign = Callable[[Sequence[str], Sequence[str]], bool]
# One cell may be damaged; of two that cannot stand where they do the record is no such record.
IMPOSSIBLE = 2


def foreign_to(dataset: Dataset, codelists: Mapping[str, CodeList]) -> IsForeign:
    """Return what tells whether a record is none of a dataset, whatever file it came in.

    Args:
        dataset: the contract under which the file came.
        codelists: those of the project.
    """
    columns = {column.name: column for column in dataset.columns}
    spelled = {
        name: frozenset(unicodedata.normalize("NFC", each) for each in codelists[code].spellings)
        for name, column in columns.items()
        if (code := column.codelist) is not None
    }

    def is_foreign(names: Sequence[str], cells: Sequence[str]) -> bool:
        if len(names) != len(cells):
            return True
        impossible = sum(
            not _can_stand(cell.strip(), columns[name], spelled.get(name))
            for name, cell in zip(names, cells, strict=True)
            if name in columns
        )
        return impossible >= IMPOSSIBLE

    return is_foreign


def _can_stand(cell: str, column: Column, spelled: frozenset[str] | None) -> bool:
    """Tell whether a cell, empty or well or badly written, can be one of a column."""
    if not cell:
        return True
    if spelled is not None:
        return unicodedata.normalize("NFC", cell) in spelled
    if column.type in {"integer", "decimal"}:
        return not any(map(str.isalpha, cell))
    if column.type == "date" and column.format is not None:
        try:
            strptime(cell, column.format)
        except ValueError:
            return False
    return True

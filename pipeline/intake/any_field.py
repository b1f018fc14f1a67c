"""Which records hold an identifier looked for in fields of any name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from pipeline.intake.mentions import Mask, Sought, text_of


def in_any_field(cells: list[list[str]], sought: Sought) -> Mask:
    """Return which records hold an identifier, its parts in any fields and in their order."""
    parts = len(sought.columns)
    tried: list[tuple[str, ...]] = []
    owners: list[int] = []
    for owner, record in enumerate(cells):
        chosen = list(permutations([cell for cell in record if cell.strip()], parts))
        tried += chosen
        owners += [owner] * len(chosen)
    found = np.zeros(len(cells), dtype=np.bool_)
    if tried:
        mask = sought.is_listed([text_of([one[part] for one in tried]) for part in range(parts)])
        found[np.array(owners)[mask]] = True
    return found


def foreign(cells: list[list[str]], names: Sequence[str], sought: Sought) -> Mask:
    """Return which records hold an identifier and are none of the dataset of their file."""
    if sought.is_foreign is None:
        return np.zeros(len(cells), np.bool_)
    mask = in_any_field(cells, sought)
    for row in np.flatnonzero(mask).tolist():
        mask[row] = sought.is_foreign(names, cells[row])
    return mask

"""Say what follows from counts that others publish of the same persons, and refuse what it opens.

Everybody is taken to know these counts, zeros among them. To hide a cell that they add up to would
hide nothing, so that none is hidden; a count that the policy hides must not be among them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from math import prod

import numpy as np

from pipeline.disclosure.shape import Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError, Place, Problem

_AT = {
    "disclosure.small_elsewhere": "disclosure.small_elsewhere_at",
    "disclosure.opened_elsewhere": "disclosure.opened_elsewhere_at",
}


def told_elsewhere(system: System) -> Mask:
    """Return the published cells that are sums of what others publish, and the latter."""
    told = system.cells.elsewhere.copy()
    for grid in system.grids:
        if grid.is_elsewhere:
            cells = grid.start + np.arange(prod(grid.sizes)).reshape(grid.sizes)
            inner = cells[(slice(None), *(slice(-1),) * len(grid.crossed))].ravel()
            parts = system.membership[inner]
            shared = (system.membership @ parts.T).tocsr()
            whole = shared.copy()
            whole.data = (shared.data == np.diff(parts.indptr)[shared.indices]).astype(np.int64)
            counted = np.diff(system.membership.indptr)
            told |= (whole.multiply(shared).sum(axis=1) == counted) & (counted > 0)
    return told


def refuse_told(code: str, system: System, cells: Mask, *, width: int) -> None:
    """Refuse cells that what others publish gives away: how many of each table and level.

    Raises:
        DisclosureError: there are any.
    """
    own = np.flatnonzero(cells & ~system.cells.elsewhere)
    if not len(own):
        return
    where = zip(system.cells.table[own].tolist(), system.cells.level[own].tolist(), strict=True)
    each = [
        Problem(code=_AT[code], place=Place(table=table), count=count, facts=(("level", level),))
        for (table, level), count in sorted(Counter(where).items())
    ]
    raise DisclosureError(code, count=len(own), problems=each, width=width)


def published(system: System) -> System:
    """Return the same without what others publish."""
    size = int(np.count_nonzero(~system.cells.elsewhere))
    kept = {
        each.name: getattr(system.cells, each.name)[:size]
        for each in fields(system.cells)
        if each.name != "codes"
    }
    codes = {name: column[:size] for name, column in system.cells.codes.items()}
    return replace(
        system,
        cells=replace(system.cells, codes=codes, **kept),
        membership=system.membership[:size],
        margins=system.margins[:size, :size],
        grids=tuple(grid for grid in system.grids if not grid.is_elsewhere),
        shapes=tuple(replace(shape, elsewhere={}) for shape in system.shapes),
    )

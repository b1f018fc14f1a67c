"""Name for each hidden cell the rules that hide it; a cell that none does protects others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.protect import Pattern
from pipeline.disclosure.shape import Mask

SAME, HELD, TOLD = "same", "held", "told"
"""Counts the same persons as such a cell; is hidden in a public release; tells who changed."""


def rules_of(
    pattern: Pattern, *, held: Mask | None = None, told: Mask | None = None
) -> NDArray[np.str_]:
    """Return the rules that hide each cell by itself, separated by blanks; empty for all others.

    Args:
        pattern: what is hidden.
        held: cells that a release which is still public hides.
        told: cells that would tell of too few changed persons.
    """
    nowhere = np.zeros_like(pattern.primary)
    by_rule = {name: cells & pattern.primary for name, cells in pattern.rules.items()}
    rest = pattern.primary & ~np.any([nowhere, *by_rule.values()], axis=0)
    held, told = (nowhere if cells is None else cells & pattern.hidden for cells in (held, told))
    by_rule |= {SAME: rest, HELD: held & ~pattern.primary, TOLD: told & ~pattern.primary}
    found = np.full(len(nowhere), "", dtype=object)
    for name, cells in by_rule.items():
        found[cells] += f"{name} "
    return np.char.rstrip(found.astype(np.str_))

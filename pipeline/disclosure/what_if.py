"""Weigh what a way of protecting a table would leave, and what it would still tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.cell_key import KEY_BITS
from pipeline.disclosure.shape import Counts
from pipeline.disclosure.system import System
from pipeline.disclosure.utility import Utility, utility

_NEAR = 0.1
"""A figure is near the truth when it differs by a tenth of it at most, or by one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Hold what is left of a table, and what it tells.

    Args:
        levels: level of territory -> what is left there.
        near: of the cells that count somebody, the share shown near the truth, 0 to 1.
        read: of the counts from 1 to k-1, the share shown as they are, 0 to 1.
    """

    levels: Mapping[str, Utility]
    near: float
    read: float

    @property
    def whole(self) -> Utility:
        """Return what is left over all levels."""
        parts = self.levels.values()
        return Utility(
            cells=sum(part.cells for part in parts),
            cells_kept=sum(part.cells_kept for part in parts),
            persons=sum(part.persons for part in parts),
            persons_kept=sum(part.persons_kept for part in parts),
            moved=sum(part.moved for part in parts),
        )


def weigh(system: System, shown: NDArray[np.float64], *, k: int) -> Weighed:
    """Return what is left of a table, and what it tells of small counts.

    Args:
        system: one table alone, with its exact counts.
        shown: the figure of each published cell; NaN where it is hidden.
        k: counts of 1 to k-1 are small.
    """
    exact = system.cells.value
    away = np.abs(shown - exact)
    small = (exact > 0) & (exact < k)
    levels = {}
    for level in dict.fromkeys(system.cells.level.tolist()):
        mine = system.cells.level == level
        levels[level] = utility(exact[mine], shown[mine])
    return Weighed(
        levels=levels,
        near=_share(away <= np.maximum(exact * _NEAR, 1), exact > 0),
        read=_share(away == 0, small),
    )


def stand_in_keys(system: System) -> Counts:
    """Return cell keys that behave as those of persons would, and are not theirs.

    The sum of secret numbers of some persons is uniform, whoever they are.
    """
    drawn = np.random.default_rng(0).integers(0, 1 << KEY_BITS, len(system.atoms))
    return np.asarray(system.membership @ np.where(system.atoms > 0, drawn, 0), dtype=np.int64)


def _share(holds: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return float(holds[among].mean()) if among.any() else 0.0

"""Tell what a method of protection leaves of a table: what is still shown, and how near it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.shape import Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Utility:
    """What is left of some cells, as sums, so that parts can be added.

    Args:
        cells: how many there are.
        cells_kept: how many are shown, exact or not.
        persons: exact counts, added over the cells.
        persons_kept: the same over the cells that are shown.
        moved: by how much shown figures differ from exact ones, signs left out, added up.
    """

    cells: int
    cells_kept: int
    persons: int
    persons_kept: int
    moved: float

    @property
    def mean_error(self) -> float:
        """Return the mean absolute error of what is shown, in persons."""
        return self.moved / self.cells_kept if self.cells_kept else 0.0


def utility(exact: Counts, shown: NDArray[np.floating]) -> Utility:
    """Return what is left of cells.

    Args:
        exact: count of each cell.
        shown: the released figure of each; NaN where it is hidden.
    """
    kept = ~np.isnan(shown)
    return Utility(
        cells=len(exact),
        cells_kept=int(kept.sum()),
        persons=int(exact.sum()),
        persons_kept=int(exact[kept].sum()),
        moved=float(np.abs(shown[kept] - exact[kept]).sum()),
    )

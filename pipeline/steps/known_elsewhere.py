"""What the contracts declare that others publish of the persons of a table, as exact counts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.contracts import Contracts
from pipeline.disclosure.layout import Cells
from pipeline.steps.counting import Counted
from pipeline.steps.laying_out import cells_frame

ELSEWHERE = "exact_elsewhere_"
"""Before the name of a table, under which its counts are sealed with the exact ones."""


def known_cells(
    cells: Cells, present: Sequence[Counted], contracts: Contracts
) -> dict[str, pd.DataFrame]:
    """Return table → the counts of one period that others publish; they stay in the review zone.

    Zeros are among them. Columns: those of released cells but coverage and observation status.
    A territory whose figures stand as they were is counted as it was then.

    Args:
        cells: of one population, with what is counted of it.
        present: its tables.
        contracts: the rules.
    """
    found = {}
    for one in present:
        if one.table.known_elsewhere:
            frame = cells_frame(cells, one, contracts, elsewhere=True)
            frame[one.table.measure_names[0]] = cells.value[
                cells.of(one.table.table, elsewhere=True)
            ]
            found[one.table.table] = frame.assign(conf_status="F")
    return found

"""Lay out the inner cells of a table as the cells that will be published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.contracts import Contracts, Table
from pipeline.disclosure.layout import Cells
from pipeline.disclosure.shape import Absence, Geography, TableShape
from pipeline.disclosure.system import System, build_system
from pipeline.steps.counting import Counted, code_lists, person_dimensions


def table_shape(table: Table, contracts: Contracts, *, k: int | None = None) -> TableShape:
    """Return what a table publishes, in the words of disclosure control.

    Args:
        table: the contract.
        contracts: the rules.
        k: a threshold to try; default: that of the policy.
    """
    extreme_pct = contracts.extreme_pct(table)
    rule: dict[str, Any] = {} if extreme_pct is None else {"extreme_pct": extreme_pct}
    return TableShape(
        name=table.table,
        k=contracts.threshold(table) if k is None else k,
        dimensions=table.dimensions,
        levels=table.levels,
        zeros=contracts.zeros(table),
        sensitive={} if extreme_pct is None else contracts.sensitive(table),
        **rule,
    )


def hiding_shape(table: Table, contracts: Contracts) -> TableShape:
    """Return the same of a table whose cells are hidden: beside what others publish of it."""
    told = {level: one.dimensions for level, one in table.known_elsewhere.items()}
    return replace(table_shape(table, contracts), elsewhere=told)


def system_of(
    one: Counted,
    column: str,
    contracts: Contracts,
    places: Geography,
    *,
    absences: Sequence[Absence] = (),
) -> System:
    """Return one table alone, its cells holding the sums of a column of its inner cells."""
    inner = one.inner(column, person_dimensions(one.table, contracts))
    shape = table_shape(one.table, contracts)
    codes = code_lists(contracts)
    return build_system([shape], [inner], codes, geography=places, absences=absences)


def cells_frame(
    cells: Cells, one: Counted, contracts: Contracts, *, elsewhere: bool = False
) -> pd.DataFrame:
    """Return the keys of a table's cells: ref_area, area_level, time_period, dimensions.

    Args:
        cells: of a system with the table.
        one: the table.
        contracts: the rules.
        elsewhere: those that others publish of its persons, instead of its own.
    """
    mine = cells.of(one.table.table, elsewhere=elsewhere)
    prefixes = contracts.territories.prefixes
    levels = cells.level[mine]
    areas = [prefixes[level] + area for level, area in zip(levels, cells.area[mine], strict=True)]
    frame = pd.DataFrame({"ref_area": areas, "area_level": levels, "time_period": one.period})
    for name in one.table.dimensions:
        frame[name] = cells.codes[name][mine]
    return frame

"""Where published tables of units say that there can be nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts, Table
from pipeline.disclosure.shape import Absence
from pipeline.steps.counting import Counted


def absences_of(
    present: Sequence[Counted],
    counted: Mapping[str, Counted],
    contracts: Contracts,
    exact: Mapping[str, pd.DataFrame],
) -> list[Absence]:
    """Return where published tables of units say that there can be nobody.

    A territory without a school of a sector has no pupil of it: whoever reads both tables knows.
    """
    base = contracts.territories.base_level
    housed = {one.table.territory_of for one in present}
    return [
        _absence(exact[one.table.table], one.table, name, contracts)
        for one in counted.values()
        if one.table.method == "none" and one.table.territory_of in housed
        for name in one.table.levels.get(base, ())
    ]


def _absence(cells: pd.DataFrame, table: Table, name: str, contracts: Contracts) -> Absence:
    base = contracts.territories.base_level
    others = [dimension for dimension in table.dimensions if dimension != name]
    empty = cells[
        (cells["area_level"] == base)
        & (cells[name] != TOTAL)
        & (cells[table.measure_names[0]] == 0)
        & cells[others].isin([TOTAL, NOT_APPLICABLE]).all(axis=1)
    ]
    areas = empty["ref_area"].str.removeprefix(contracts.territories.prefixes[base])
    return Absence(
        territory=areas.to_numpy(dtype=np.str_),
        codes={name: empty[name].to_numpy(dtype=np.str_)},
    )

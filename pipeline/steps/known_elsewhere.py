"""What the contracts declare that others publish of the persons of a table, as exact counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.contracts import TOTAL, Contracts
from pipeline.contracts.geography import Geography
from pipeline.steps.counting import Counted, disclosure_geography

ELSEWHERE = "exact_elsewhere_"
"""Before the name of a table, under which its counts are sealed with the exact ones."""


def known_cells(
    counted: Mapping[str, Counted],
    contracts: Contracts,
    geography: Geography,
    *,
    standing: Mapping[str, Mapping[str, Sequence[str]]],
) -> dict[str, pd.DataFrame]:
    """Return table → the counts of one period that others publish; they stay in the review zone.

    One row per area and codes that somebody is in; none of an area with a territory whose figures
    stand as they were. Columns: those of released cells but coverage and observation status.

    Args:
        counted: table → its inner cells.
        contracts: the rules.
        geography: the territories.
        standing: population → candidate → smallest territories that stand as counted for it.
    """
    places = disclosure_geography(contracts, geography)
    found: dict[str, pd.DataFrame] = {}
    for name, one in counted.items():
        rows = []
        for level, told in one.table.known_elsewhere.items():
            cells = one.cells.to_pandas()
            areas = dict(zip(places.territory, places.areas(level), strict=True))
            stood = [t for own in standing.get(one.table.population, {}).values() for t in own]
            old = {areas[territory] for territory in stood if territory in areas}
            cells = cells[~cells["territory_code"].map(areas).isin(old)]
            cells["ref_area"] = contracts.territories.prefixes[level] + cells["territory_code"].map(
                areas
            )
            keys = ["ref_area", *told.dimensions]
            sums = cells.groupby(keys, as_index=False)[list(one.table.measure_names)].sum()
            summed = {other: TOTAL for other in one.table.dimensions if other not in keys}
            rows.append(sums.assign(area_level=level, time_period=one.period, **summed))
        if rows:
            found[name] = pd.concat(rows, ignore_index=True).assign(conf_status="F")
    return found

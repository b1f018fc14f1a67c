"""Say, from what is public alone, where persons stand as counted before their units went.

A territory whose figures stand as an earlier release shows them is counted by the schools of then.
A table of schools of today that shows none there says nothing of its pupils.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.contracts import Contracts, Table

Frames = Mapping[str, pd.DataFrame]
_ADDRESS = ["time_period", "ref_area"]


def reopened(
    frames: Frames, contracts: Contracts, earlier: Sequence[Frames]
) -> dict[tuple[str, str], frozenset[int]]:
    """Return table of units, population → rows that show none where such a release shows some.

    Args:
        frames: what a release publishes; cells of a table stand under `cells/` and its name.
        contracts: what its tables are.
        earlier: what every other release that is still public publishes.
    """
    found: dict[tuple[str, str], frozenset[int]] = {}
    for units in contracts.tables.values():
        name = f"cells/{units.table}"
        if units.counts != "units" or units.amounts is not None or name not in frames:
            continue
        gone = [(release, _gone(units, frames[name], release.get(name))) for release in earlier]
        for population, tables in contracts.populations().items():
            rows = [
                int(number)
                for release, lost in gone
                if len(lost)
                for number in _standing(lost, tables, contracts, pair=(frames, release))
            ]
            if rows:
                found[units.table, population] = frozenset(rows)
    return found


def _gone(units: Table, now: pd.DataFrame, then: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows that show none, with their number, where an earlier release shows some."""
    measure = units.measure_names[0]
    keys = [*_ADDRESS, *units.dimensions]
    empty = np.flatnonzero(now[measure] == 0)
    none = now.iloc[empty][keys].astype(str).assign(number=empty)
    if then is None:
        return none.head(0)
    return none.merge(then[then[measure] > 0][keys].astype(str), on=keys)


def _standing(
    lost: pd.DataFrame,
    tables: Sequence[Table],
    contracts: Contracts,
    *,
    pair: tuple[Frames, Frames],
) -> list[int]:
    """Return the numbers of the rows whose territory is shown alike in both, in all tables."""
    base = contracts.territories.base_level
    stands = lost
    for table in tables:
        name, measure = f"cells/{table.table}", table.measure_names[0]
        if any(name not in frames for frames in pair):
            return []
        shown = [*_ADDRESS, *table.dimensions, measure, "conf_status"]
        now, then = (
            own[own["area_level"] == base][shown].astype({measure: "float64"}).astype(str)
            for own in (frames[name] for frames in pair)
        )
        cells, alike = (f.groupby(_ADDRESS).size() for f in (now, now.merge(then, on=shown)))
        same = cells.index[cells == alike.reindex(cells.index)]
        stands = stands[stands.set_index(_ADDRESS).index.isin(same)]
    return [int(number) for number in stands["number"]]

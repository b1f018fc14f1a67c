"""Where published tables of units say that there can be nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts, Table
from pipeline.disclosure.shape import Absence, Codes, Inner
from pipeline.steps.already_public import PublicPeriod
from pipeline.steps.counting import Counted
from pipeline.steps.same_territories import where_now


def absences_of(
    present: Sequence[Counted],
    counted: Mapping[str, Counted],
    contracts: Contracts,
    exact: Mapping[str, pd.DataFrame],
) -> list[Absence]:
    """Return where published tables of units say that there can be nobody.

    A territory without a school of a sector has no pupil of it: whoever reads both tables knows.
    """
    return [
        Absence(territory=territory, codes={name: codes})
        for table, name in _telling(present, [one.table for one in counted.values()], contracts)
        for territory, codes in [_places(exact[table.table], table, name, contracts, are=False)]
    ]


def housed_of(
    present: Sequence[Counted], public: PublicPeriod | None, contracts: Contracts
) -> list[Inner]:
    """Return where a release that is still public shows units, as if one person were in each.

    Persons who stand as it counted them may be there, whatever tables of units show now.
    """
    found = []
    for release in public.releases if public else ():
        tables = [contracts.tables[name] for name in release.units]
        for table, name in _telling(present, tables, contracts):
            cells = release.units[table.table]
            cells = cells[cells["time_period"] == present[0].period]
            territory, codes = _places(cells, table, name, contracts, are=True)
            if release.former:
                territory = where_now(release.former, territory)
            one = np.ones(len(territory), dtype=np.int64)
            found.append(
                Inner(table=table.table, territory=territory, codes={name: codes}, count=one)
            )
    return found


def absent_then(
    present: Sequence[Counted], public: PublicPeriod | None, contracts: Contracts
) -> dict[str, list[Absence]]:
    """Return release that is still public → where it shows no units, in its own territories."""
    found: dict[str, list[Absence]] = {}
    for release in public.releases if public else ():
        tables = [contracts.tables[name] for name in release.units]
        for table, name in _telling(present, tables, contracts):
            cells = release.units[table.table]
            cells = cells[cells["time_period"] == present[0].period]
            territory, codes = _places(cells, table, name, contracts, are=False)
            absence = Absence(territory=territory, codes={name: codes})
            found.setdefault(release.release_id, []).append(absence)
    return found


def _telling(
    present: Sequence[Counted], tables: Iterable[Table], contracts: Contracts
) -> Iterator[tuple[Table, str]]:
    """Yield open tables of units where the persons are counted, by what they cross there."""
    housed = {one.table.territory_of for one in present}
    for table in tables:
        if table.method == "none" and table.territory_of in housed:
            for name in table.levels.get(contracts.territories.base_level, ()):
                yield table, name


def _places(
    cells: pd.DataFrame, table: Table, name: str, contracts: Contracts, *, are: bool
) -> tuple[Codes, Codes]:
    """Return the smallest territories and codes of which a table shows that units are, or none."""
    base = contracts.territories.base_level
    others = [dimension for dimension in table.dimensions if dimension != name]
    units = cells[table.measure_names[0]]
    told = cells[
        (cells["area_level"] == base)
        & (cells[name] != TOTAL)
        & ((units > 0) if are else (units == 0))
        & cells[others].isin([TOTAL, NOT_APPLICABLE]).all(axis=1)
    ]
    areas = told["ref_area"].str.removeprefix(contracts.territories.prefixes[base])
    return areas.to_numpy(dtype=np.str_), told[name].to_numpy(dtype=np.str_)

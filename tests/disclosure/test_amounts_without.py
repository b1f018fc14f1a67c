"""What an open table shows to be nothing is shown as 0, and hides no other amount."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pandas as pd
import pyarrow as pa
import pytest

from benchmarks.disclosure.two_releases import nation
from pipeline.errors import DisclosureError
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.counting import Counted
from pipeline.steps.drawing import Drawings
from pipeline.steps.protecting import release_cells
from pipeline.steps.workspace import Workspace

School = tuple[str, str, bool, int]
"""Commune, sector, whether it has internet, and how much."""

COMMUNES = 8
MANY: list[School] = [
    ("35002", "PUB", True, amount) for amount in (40, 45, 50, 55, 60, 65, 70, 75, 80)
]


def cells(schools: list[School]) -> Mapping[str, pd.DataFrame]:
    """Return what is published of the bandwidth and the equipment of some schools."""
    contracts = load_project(INSTALLATION).contracts
    geography = nation(communes=COMMUNES, seed=0)[0].geography
    frame = pd.DataFrame(schools, columns=["territory_code", "sector", "connected", "mbps"])
    rows = []
    for (commune, sector), own in frame.groupby(["territory_code", "sector"]):
        largest = sorted([*own["mbps"], 0, 0, 0], reverse=True)
        rows.append(
            {
                "territory_code": commune,
                "sector": sector,
                "bandwidth_mbps": own["mbps"].sum(),
                "units": len(own),
                "contributors": len(own),
                **{f"largest_{rank + 1}": largest[rank] for rank in range(3)},
                "schools_reporting": len(own),
                "schools_with_internet": own["connected"].sum(),
                "pupil_computers": len(own),
            }
        )
    table = pa.Table.from_pandas(pd.DataFrame(rows), preserve_index=False)
    names = ("school_bandwidth", "school_equipment")
    counted = {name: Counted(contracts.tables[name], "2021", table) for name in names}
    return release_cells(
        counted, contracts, geography, drawings=Drawings(cast("Workspace", None))
    ).tables


def shown(found: Mapping[str, pd.DataFrame], area: str, sector: str = "_T") -> float | None:
    """Return the bandwidth of an area, None where it is hidden."""
    table = found["school_bandwidth"]
    one = table[(table["ref_area"] == area) & (table["sector"] == sector)]
    value = one[one["urbanisation"].isin(["_T", "_Z"])]["bandwidth_mbps"].iloc[0]
    return None if pd.isna(value) else float(value)


def test_a_commune_without_internet_is_shown_to_have_nothing() -> None:
    found = cells([*MANY, ("35000", "PUB", False, 0), ("35001", "PUB", True, 100)])
    assert shown(found, "COM-35000") == 0
    assert shown(found, "COM-35001") is None


def test_an_amount_is_not_hidden_behind_schools_without_internet() -> None:
    """Communes 35000 and 35001 are one community: its sum would be that of the one school."""
    found = cells([*MANY, ("35000", "PUB", False, 0), ("35001", "PUB", True, 100)])
    assert shown(found, "EPCI-240") is None
    assert shown(found, "EPCI-240", "PUB") is None
    assert shown(found, "EPCI-240", "PRIV") == 0


def test_a_sector_without_internet_hides_nothing_of_the_other() -> None:
    schools = [("35000", "PRIV", False, 0), ("35000", "PUB", True, 100), *MANY]
    found = cells([*schools, ("35001", "PUB", True, 50)])
    assert shown(found, "EPCI-240", "PRIV") == 0
    assert shown(found, "EPCI-240", "PUB") is None
    assert shown(found, "EPCI-240") is None


def test_an_amount_where_there_can_be_none_is_refused() -> None:
    with pytest.raises(DisclosureError, match="amount_without") as refusal:
        cells([*MANY, ("35000", "PUB", False, 7)])
    assert refusal.value.problem.count == 1

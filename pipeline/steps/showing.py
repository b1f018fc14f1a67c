"""Show the exact cells of a table as they are released, and tell what is left of them."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from pipeline.contracts import Table
from pipeline.disclosure.utility import utility
from pipeline.steps.perturbing import SHOWN

RULES = "rules"
"""The column of exact cells that names the rules which hide each by itself."""


def hide(cells: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the cells of a table as they are released."""
    released = cells.drop(columns=["is_primary", "is_hidden", SHOWN, RULES], errors="ignore")
    hidden = cells["is_hidden"].to_numpy()
    if SHOWN in cells:
        released[table.measure_names[0]] = cells[SHOWN]
    for measure in table.measure_names:
        released[measure] = released[measure].astype("float64").mask(hidden)
    # One symbol for primary and secondary: two would tell which counts are small.
    released["conf_status"] = np.where(hidden, "C", "F")
    return released


def report_of(table: Table, cells: pd.DataFrame) -> pd.DataFrame:
    """Return one row per level: how many cells, how many hidden, and what is left of them."""
    measure = table.measure_names[0]
    shown = cells[SHOWN if SHOWN in cells else measure].astype("float64")
    kept = shown.mask(cells["is_hidden"])
    rows = []
    for (period, level), part in cells.groupby(["time_period", "area_level"], sort=False):
        left = utility(part[measure].to_numpy(), kept.loc[part.index].to_numpy())
        rows.append({
            "table_name": table.table,
            "time_period": period,
            "area_level": level,
            "primary": int(part["is_primary"].sum()),
            "secondary": int((part["is_hidden"] & ~part["is_primary"]).sum()),
            **asdict(left),
        })  # fmt: skip
    return pd.DataFrame(rows)

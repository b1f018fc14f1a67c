"""The disclosure report: what a candidate hides, by table and level, and under which rule."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from pipeline.contracts import Contracts

REPORT_COLUMNS = (
    *("table", "area_level", "threshold"),
    *("cells", "primary", "secondary", "hidden_pct"),
)
"""The names of an entry, in the order in which a person reads them."""
PERTURBED_COLUMNS = ("table", "area_level", "method", "cells", "mean_error")
"""The same where figures are moved instead of hidden."""


def disclosure_report(hidden: pd.DataFrame, contracts: Contracts) -> list[dict[str, Any]]:
    """Return one entry per table and level, over all periods.

    Args:
        hidden: table_name, time_period, area_level, cells, primary, secondary (cells), and the
            sums of what is left of them.
        contracts: they say the threshold, its reason and the method.

    Returns:
        Entries with the names of `REPORT_COLUMNS`, method, mean_error (persons) and kept_pct (of
        persons). No count of persons.
    """
    parts = ["cells", "primary", "secondary", "cells_kept", "persons", "persons_kept", "moved"]
    totals = hidden.groupby(["table_name", "area_level"], sort=False, as_index=False)[parts].sum()
    return [_entry(row, contracts) for row in totals.to_dict("records")]


def _entry(row: dict[Hashable, Any], contracts: Contracts) -> dict[str, Any]:
    table = contracts.tables[str(row["table_name"])]
    hidden = int(row["primary"]) + int(row["secondary"])
    return {
        "table": str(row["table_name"]),
        "area_level": str(row["area_level"]),
        "threshold": contracts.threshold(table),
        "cells": int(row["cells"]),
        "primary": int(row["primary"]),
        "secondary": int(row["secondary"]),
        "hidden_pct": round(100 * hidden / int(row["cells"]), 2),
        "method": table.method,
        "mean_error": round(float(row["moved"]) / max(int(row["cells_kept"]), 1), 2),
        "kept_pct": round(100 * int(row["persons_kept"]) / max(int(row["persons"]), 1), 2),
    }

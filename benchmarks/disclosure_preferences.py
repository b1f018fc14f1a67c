"""Measure what each preference of the policy's `secondary` hides, and keeps from year to year.

Two years of a nation are protected; `again` is how many of the second year's hidden cells the first
hides as well, `flicker` how many cells are hidden in one year alone. Writes
benchmarks/results/disclosure-preferences.json. Example:
    make bench NAME=disclosure-preferences COMMUNES=1000
"""

from __future__ import annotations

import json
import os
import time
from itertools import product
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.disclosure.measure import RESULTS
from benchmarks.disclosure.nations import nation
from pipeline.contracts.policy import Secondary
from pipeline.disclosure.protect import protect
from pipeline.disclosure.shape import TOTAL, Mask
from pipeline.disclosure.system import System
from pipeline.steps.ground import preferences_of

WIDTH = 3
CHOICES = tuple(
    Secondary(fewest=fewest, totals=totals, pattern=pattern)
    for fewest, totals, pattern in product(("cells", "persons"), ("kept", "free"), ("kept", "free"))
)


def measure(communes: int, *, linked: bool, seed: int = 1) -> list[dict[str, Any]]:
    """Return one row per choice: what the second of two years hides."""
    drawn = nation(communes, seed=seed)
    years = [one.system(linked=linked) for one in (drawn, drawn.next_year(seed=seed))]
    return [_row(years, choice, linked=linked, communes=communes) for choice in CHOICES]


def _row(years: list[System], choice: Secondary, *, linked: bool, communes: int) -> dict[str, Any]:
    began = time.process_time()
    before: dict[str, Mask] = {}
    patterns = []
    for system in years:
        preferences = preferences_of(choice, system, before)
        patterns.append(protect(system, width=WIDTH, preferences=preferences, threads=2))
        before = {"pupils": patterns[-1].hidden}
    first, second = (pattern.hidden for pattern in patterns)
    cells = years[1].cells
    totals = np.any([codes == TOTAL for codes in cells.codes.values()], axis=0)
    return {
        "communes": communes,
        "linked": linked,
        **choice.model_dump(),
        "secondary": int(np.count_nonzero(patterns[1].secondary)),
        "lower_bound": patterns[1].bound,
        "persons": int(cells.value[patterns[1].secondary].sum()),
        "totals_hidden": int(np.count_nonzero(second & totals)),
        "again": int(np.count_nonzero(first & second)),
        "flicker": int(np.count_nonzero(first ^ second)),
        "cpu_seconds": round(time.process_time() - began, 1),
    }


def main() -> None:
    """Measure nested and overlapping levels, print a table and write the figures."""
    communes = int(os.environ.get("COMMUNES", "1000"))
    rows = measure(communes, linked=False) + measure(communes // 2, linked=True)
    table = Table(*rows[0], title="disclosure-preferences")
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console().print(table)
    named = {
        f"{row['fewest']}_totals_{row['totals']}_pattern_{row['pattern']}_{name}"
        f"_{'linked' if row['linked'] else 'nested'}": row[name]
        for row in rows
        for name in ("secondary", "persons", "totals_hidden", "again", "flicker")
    }
    kept = {
        "name": "disclosure-preferences",
        "machine": {"processors": os.cpu_count()},
        "figures": named,
        "runs": rows,
    }
    path = RESULTS / "disclosure-preferences.json"
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Measure how closely linear programs can bound hidden cells: no interval may be too narrow.

For each of `SEEDS` nations of `COMMUNES` communes, with nested and with overlapping levels, every
small count that is hidden, or `SAMPLE` of them drawn at random, is bounded from what is shown
alone, by two programs of its own. Writes benchmarks/results/disclosure-intervals.json. Example:
    make bench NAME=disclosure-intervals COMMUNES=500 SEEDS=3
"""

from __future__ import annotations

import json
import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.disclosure.attacks import WIDTH, Oracle, safe_case

RESULT = Path(__file__).parent / "results" / "disclosure-intervals.json"
_NEAR = 1e-6
Figures = dict[str, float | str]


def bounded(communes: int, sample: int, *, linked: bool, seed: int) -> Figures:
    """Return how wide the intervals of the small counts of one nation are."""
    case = safe_case(communes, linked=linked, seed=seed)
    counts = case.system.cells.value[case.hidden]
    small = np.flatnonzero(counts < case.system.cells.k[case.hidden])
    chosen = np.random.default_rng(seed).permutation(small)[: sample or len(small)]
    oracle, before = Oracle(case.system, case.hidden), time.perf_counter()
    width = np.array([oracle.interval(int(cell)) for cell in chosen])
    return {
        "communes": communes,
        "levels": "overlapping" if linked else "nested",
        "seed": seed,
        "small": len(small),
        "bounded": len(chosen),
        "narrow": int(np.count_nonzero(width < WIDTH - _NEAR)),
        "narrowest": round(float(width.min()), 3),
        "median": round(float(np.median(width)), 1),
        "seconds": round(time.perf_counter() - before, 1),
    }


def main() -> None:
    """Measure, print, and keep the figures beside those of other nations."""
    communes, sample = int(os.environ.get("COMMUNES", "200")), int(os.environ.get("SAMPLE", "0"))
    cases = list(product((False, True), range(1, int(os.environ.get("SEEDS", "1")) + 1)))
    with ProcessPoolExecutor() as pool:
        asked = [
            pool.submit(bounded, communes, sample, linked=linked, seed=seed)
            for linked, seed in cases
        ]
        runs = [one.result() for one in asked]
    table = Table(*runs[0], title=f"disclosure-intervals, width {WIDTH}")
    for run in runs:
        table.add_row(*map(str, run.values()))
    Console(width=120).print(table)
    kept = json.loads(RESULT.read_text(encoding="utf-8"))["runs"] if RESULT.exists() else []
    runs = [one for one in kept if one["communes"] != communes] + runs
    machine = {"processors": os.cpu_count(), "python": platform.python_version()}
    result = {"name": "disclosure-intervals", "machine": machine, "runs": runs}
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

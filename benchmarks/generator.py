"""Measure the generator of synthetic pupils: seconds per ten million rows, at national size.

Writes benchmarks/results/generator.json. Example:
    python -m benchmarks.generator
"""

from __future__ import annotations

import json
import os
import platform
import resource
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from pipeline.synthetic import draw_nation, names_for, pupil_batches

RESULTS = Path(__file__).parent / "results" / "generator.json"
COMMUNES, PUPILS, PERIOD, SEED, REPEATS = 35_000, 12_000_000, 2021, 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One measured run: a nation is drawn, then all its pupils are streamed."""

    nation_seconds: float
    pupils_seconds: float
    rows: int
    schools: int
    megabytes: float

    @property
    def seconds_per_10m_rows(self) -> float:
        """Seconds for ten million rows, the drawing of the nation included."""
        return (self.nation_seconds + self.pupils_seconds) / self.rows * 1e7


def measure() -> Run:
    """Draw the nation and every pupil of it, keeping no batch."""
    start = time.perf_counter()
    facts = draw_nation(communes=COMMUNES, pupils=PUPILS, period=PERIOD, seed=SEED)
    names = names_for(facts, seed=SEED)
    drawn = time.perf_counter()
    batches = pupil_batches(facts, names=names, period=PERIOD, seed=SEED)
    rows, size = _drain(batches)
    return Run(
        nation_seconds=round(drawn - start, 2),
        pupils_seconds=round(time.perf_counter() - drawn, 2),
        rows=rows,
        schools=facts.schools.num_rows,
        megabytes=round(size / 1e6, 1),
    )


def _drain(batches: Iterator[pa.RecordBatch]) -> tuple[int, int]:
    rows = size = 0
    for batch in batches:
        rows += batch.num_rows
        size += batch.nbytes
    return rows, size


def _report(runs: list[Run]) -> dict[str, object]:
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "name": "generator",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.system(),
        },
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pyarrow": pa.__version__,
        },
        "figures": {
            "seconds_per_10m_rows": round(median(run.seconds_per_10m_rows for run in runs), 2),
            "rows": runs[0].rows,
            "communes": COMMUNES,
            "schools": runs[0].schools,
            "peak_memory_mb": round(usage / 1024, 1),
        },
        "runs": [asdict(run) for run in runs],
    }


def main() -> None:
    """Measure, print a table and write the figures."""
    runs = [measure() for _ in range(REPEATS)]
    report = _report(runs)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    table = Table("run", "rows", "nation (s)", "pupils (s)", "s per 10 M rows", title="generator")
    for number, run in enumerate(runs, start=1):
        table.add_row(
            str(number),
            f"{run.rows:,}",
            f"{run.nation_seconds:.1f}",
            f"{run.pupils_seconds:.1f}",
            f"{run.seconds_per_10m_rows:.1f}",
        )
    console = Console()
    console.print(table)
    console.print(f"Figures: {RESULTS.relative_to(RESULTS.parents[2])}")


if __name__ == "__main__":
    main()

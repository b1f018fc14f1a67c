"""Measure the protection of a nation's tables: seconds, memory, what is hidden, and the bound.

One process protects one nation at one width; `COMMUNES`, `WIDTH`, `SEED` and `THREADS` in the
environment name others than the standard ones, and `SECTORS=1` tells pupils by sector as well.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.disclosure.nations import nation
from pipeline.disclosure.protect import Preferences, protect

RESULTS = Path(__file__).parents[1] / "results"
# The fewest cells, whatever they count and wherever they lie.
FEWEST = Preferences(territory=0.0, margin=0.0, person=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One protected nation."""

    communes: int
    source: str
    width: int
    threads: int
    cells: int
    build_seconds: float
    seconds: float
    cpu_seconds: float
    peak_rss_mb: int
    primary: int
    secondary: int
    lower_bound: int
    ratio_to_bound: float
    determined: int
    narrow: int


def measure(*, linked: bool, communes: int) -> Run:
    """Build and protect one nation."""
    communes = int(os.environ.get("COMMUNES", communes))
    width, threads = int(os.environ.get("WIDTH", "1")), int(os.environ.get("THREADS", "2"))
    drawn = nation(communes, seed=int(os.environ.get("SEED", "0")))
    if os.environ.get("SECTORS"):
        drawn = drawn.by_sector(seed=int(os.environ.get("SEED", "0")))
    before = time.perf_counter()
    system = drawn.system(linked=linked)
    built, cpu = time.perf_counter(), time.process_time()
    pattern = protect(system, width=width, preferences=FEWEST, threads=threads)
    secondary = int(np.count_nonzero(pattern.secondary))
    return Run(
        communes=communes,
        source=drawn.source,
        width=width,
        threads=threads,
        cells=len(system.cells),
        build_seconds=round(built - before, 2),
        seconds=round(time.perf_counter() - built, 2),
        cpu_seconds=round(time.process_time() - cpu, 2),
        peak_rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        primary=int(np.count_nonzero(pattern.primary)),
        secondary=secondary,
        lower_bound=pattern.bound,
        ratio_to_bound=round(secondary / max(pattern.bound, 1), 4),
        determined=int(np.count_nonzero(pattern.audit.determined)),
        narrow=int(np.count_nonzero(pattern.audit.narrow)),
    )


def report(name: str, run: Run) -> None:
    """Print a run and keep it beside the others of this benchmark, one per nation and width."""
    table = Table("", name, title=f"{run.communes} communes, width {run.width}")
    for field, value in asdict(run).items():
        table.add_row(field, str(value))
    Console().print(table)
    path = RESULTS / f"{name}.json"
    before = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else []
    same = {"communes": run.communes, "width": run.width, "source": run.source}
    others = [one for one in before if any(one[key] != value for key, value in same.items())]
    runs = sorted([*others, asdict(run)], key=lambda one: (one["communes"], one["width"]))
    kept = {
        "name": name,
        "machine": {"processors": os.cpu_count()},
        "versions": {
            "python": platform.python_version(),
            **{library: version(library) for library in ("highspy", "numpy", "scipy")},
        },
        "figures": asdict(run),
        "runs": runs,
    }
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")

"""Measure how long the exports of a release take, and how large they are, as large as France.

`files` are Parquet and CSV; the others bear the names of their folders. `peak_mb` is the most
memory that the process held, the nation itself included; `…_peak_mb` the most while one export was
written (Linux only).

Writes benchmarks/results/exports.json. Example:
    python -m benchmarks.exports --copies 1
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.published.nation import COPIES, Nation, write_nation
from pipeline.dissemination.access import open_published
from pipeline.dissemination.exports.source import ReleaseSource
from pipeline.dissemination.exports.writing import EXPORTS
from pipeline.dissemination.files import write_files

RESULTS = Path(__file__).parent / "results" / "exports.json"


def main() -> None:
    """Write a nation and each of its exports, and keep what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--copies", type=int, default=COPIES, help="of the sample's 332 communes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        nation = write_nation(Path(folder), copies=asked.copies)
        seconds, peaks = _write(nation, Path(folder))
        sizes = {
            path.name: _bytes(path) for path in Path(folder).iterdir() if path.name != "README.md"
        }
    peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, *peaks.values())
    communes = sum(level == "commune" for level, _ in nation.geography.territories)
    figures = {f"{name}_seconds": taken for name, taken in seconds.items()}
    figures |= {"communes": communes, "peak_mb": peak}
    figures |= {f"{name}_peak_mb": most for name, most in peaks.items()}
    figures |= {f"{name}_mb": round(size / 1e6, 1) for name, size in sorted(sizes.items())}
    _report(figures, asked.copies)


def _write(nation: Nation, folder: Path) -> tuple[dict[str, float], dict[str, int]]:
    """Return the seconds and the most megabytes of each export."""
    peaks: dict[str, int] = {}
    _forget_peak()
    start = time.perf_counter()
    write_files(nation.database, folder)
    seconds = {"files": round(time.perf_counter() - start, 1)}
    peaks["files"] = _peak()
    with open_published(nation.database) as connection:
        source = ReleaseSource(
            connection=connection,
            contracts=nation.contracts,
            geography=nation.geography,
            outlines=nation.outlines,
            folder=folder,
        )
        for name, write in EXPORTS:
            _forget_peak()
            start = time.perf_counter()
            write(source)
            seconds[name] = round(time.perf_counter() - start, 1)
            peaks[name] = _peak()
            Console(stderr=True).print(f"{name}: {seconds[name]} s, {peaks[name]} MB")
    return seconds, peaks


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> int:
    """Return the most memory held since `_forget_peak`, in megabytes."""
    status = Path("/proc/self/status").read_text("ascii")
    (held,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(held.split()[1]) // 1024


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(each.stat().st_size for each in files if each.is_file())


def _report(figures: dict[str, float], copies: int) -> None:
    table = Table("", "", title=f"{figures['communes']:,} communes")
    for name, figure in figures.items():
        table.add_row(name, f"{figure:,}")
    Console().print(table)
    before = json.loads(RESULTS.read_text("utf-8"))["runs"] if RESULTS.exists() else []
    others = [run for run in before if run["copies"] != copies]
    kept = {
        "name": "exports",
        "machine": {"processors": os.cpu_count()},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("duckdb", "pyarrow", "pysdmx", "xlsxwriter")},
        },
        "figures": figures,
        "runs": sorted([*others, {"copies": copies, **figures}], key=lambda run: run["copies"]),
    }
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Measure what a statistician waits for on a release as large as France.

Each query is run on a connection as `cartable query` opens it, one warm-up first, then as often as
asked; the fastest counts, since what else a machine does only adds to it, and the median is kept
beside it. `worst_ms` is the slowest of all queries: the aim is 50 ms.

Writes benchmarks/results/published-queries.json. Example:
    python -m benchmarks.published_queries --repeats 7
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.published.nation import COPIES, write_nation
from pipeline.dissemination.access import open_published, query

RESULTS = Path(__file__).parent / "results" / "published-queries.json"
QUERIES = {
    "an indicator at a level": "from indicator('PTR', level := 'epci', period := '2021')",
    "an indicator of all communes": "from indicator('ENROLMENT', level := 'commune', "
    "period := '2021')",
    "everything of a territory": "from totals where ref_area = 'COM-7x35238'",
    "two territories": "from compare('COM-7x35238', 'EPCI-7x243500139')",
    "the first ten": "from top('DEVICES_NEEDED', 'commune', n := 10)",
    "parents": "from parents('COM-7x35238')",
    "children": "from children('EPCI-7x243500139')",
    "priorities of a level": "from priorities where indicator = 'DEVICES_NEEDED' and "
    "area_level = 'epci' and time_period = '2021' and rank <= 10",
    "a trend": "from observations where indicator = 'ENROLMENT' and ref_area = 'COM-7x35238'",
    "a breakdown": "from observations where indicator = 'ENROLMENT' and area_level = 'epci' and "
    "time_period = '2021' and sex = 'F' and edu_level = '_T' and sector = '_T'",
    "a theme of a territory": "from pupils where ref_area = 'EPCI-7x243500139'",
    "caveats of an indicator": "from caveats where indicator in ('_T', 'PTR')",
    "the codebook of a table": "from codebook where table_name = 'observations'",
    "a name": "from territories where name = 'Rennes'",
    "an average by level": "select area_level, avg(obs_value) as mean from totals "
    "where indicator = 'HOME_INTERNET' and time_period = '2021' group by area_level",
}


def main() -> None:
    """Write a nation, ask it everything, and keep what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--copies", type=int, default=COPIES, help="of the sample's 332 communes")
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        nation = write_nation(Path(folder), copies=asked.copies)
        built = time.perf_counter() - start
        with open_published(nation.database) as connection:
            rows = connection.execute("select count(*) from observations").fetchall()[0][0]
            taken = {name: _ask(connection, sql, asked.repeats) for name, sql in QUERIES.items()}
        size = nation.database.stat().st_size
    figures = {f"{name.replace(' ', '_')}_ms": fastest for name, (fastest, _) in taken.items()}
    figures |= {
        "worst_ms": max(fastest for fastest, _ in taken.values()),
        "observations": rows,
        "communes": sum(level == "commune" for level, _ in nation.geography.territories),
        "database_mb": round(size / 1e6, 1),
        "write_seconds": round(built, 1),
    }
    _report(taken, figures)


def _ask(connection: duckdb.DuckDBPyConnection, sql: str, repeats: int) -> tuple[float, float]:
    """Return the milliseconds of the fastest and of the median run."""
    query(connection, sql)
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        query(connection, sql)
        taken.append(1000 * (time.perf_counter() - start))
    return round(min(taken), 1), round(median(taken), 1)


def _report(taken: dict[str, tuple[float, float]], figures: dict[str, float]) -> None:
    table = Table(
        "query", "fastest, ms", "median, ms", title=f"{figures['observations']:,} observations"
    )
    for name, times in taken.items():
        table.add_row(name, *(f"{ms:.1f}" for ms in times))
    Console().print(table)
    kept = {
        "name": "published-queries",
        "machine": {"processors": os.cpu_count()},
        "versions": {"python": platform.python_version(), "duckdb": duckdb.__version__},
        "figures": figures,
        "runs": [
            {"query": QUERIES[name], "fastest_ms": fastest, "median_ms": middle}
            for name, (fastest, middle) in taken.items()
        ],
    }
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

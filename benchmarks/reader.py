"""Measure the strict reader against readers that check nothing, on the same file in the same run.

Pupils of a made-up nation lie in one CSV file of twelve columns, once without quotes, once with
every cell in quotes. In child processes, in turn:

- `apart` reads strictly, as an ingest does, in processes apart: every cell is typed and held
  against the rules of the contract, the structure is proved, the records are counted by a second
  counter, keys that come again are looked for; the columns of which something is kept come back;
- `here` does the same in the process that asks;
- `duckdb` reads every cell as text into a table, with sniffing off, `duckdb_count` merely counts;
- `pyarrow` and `pandas` read every cell as text.

Then `large` reads a file of many gigabytes apart and hands the accepted rows on, to see what memory
stays with the reader. `mb_per_s` is that of `apart`; a ratio is its seconds over those of another.

Writes benchmarks/results/reader.json. Examples:
    python -m benchmarks.reader
    python -m benchmarks.reader --rows 500000 --repeats 1 --large-gb 0
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from pyarrow import csv
from rich.console import Console
from rich.table import Table

from benchmarks.ingest import COLUMNS, QuotingStyle, run_child, write_project, write_pupils
from pipeline.errors import Place
from pipeline.intake import Apart, Reference, Task, read_by, read_delivery
from pipeline.intake.nursery import Nursery
from pipeline.intake.outcome import Keep, keep_all
from pipeline.project import load_project

RESULTS = Path(__file__).parent / "results" / "reader.json"
PUPILS, REPEATS, LARGE_GB = 3_000_000, 3, 10.0
SCHOOLS = ".schools"
# As many pupils as can be drawn apart; more are drawn again, by another seed.
MOST_PUPILS = 12_000_000
# About what a row takes, to know how many fill a large file; and of a large file, how much more
# room a disk must have before it is written.
ROW_BYTES, ROOM = 147, 1.2


def write_files(folder: Path, *, rows: int, large_gb: float) -> None:
    """Write the files, the project they are delivered to and the schools they refer to."""
    write_project(folder / "project")
    _write(folder / "plain.csv", rows=rows)
    _write(folder / "quoted.csv", rows=rows, quoting="all_valid")
    if large_gb:
        rows = round(large_gb * 1e9 / ROW_BYTES)
        _write(folder / "large.csv", rows=rows, draws=-(-rows // MOST_PUPILS))


def _write(path: Path, *, rows: int, quoting: QuotingStyle = "none", draws: int = 1) -> None:
    """Write a file and, beside it, the schools that it refers to."""
    schools = write_pupils(path, rows=rows, quoting=quoting, draws=draws)
    path.with_suffix(SCHOOLS).write_text("\n".join(schools.to_pylist()), encoding="utf-8")


def task_of(path: Path) -> Task:
    """Return what a file is read against: the contract, its code lists and the schools."""
    contracts = load_project(path.parent / "project").contracts
    dataset = contracts.datasets["pupils"]
    # In a file of several draws another pupil, of another school, may bear the same identifier.
    dataset = dataset.model_copy(update={"key": ("national_id", "school_code")})
    schools = path.with_suffix(SCHOOLS).read_text(encoding="utf-8").split("\n")
    return Task(
        dataset=dataset,
        codelists=contracts.codelists,
        reference=Reference(values={"schools.school_code": pa.array(schools)}),
        wanted=frozenset(column.name for column in dataset.kept),
        is_coded=True,
    )


@contextmanager
def clock(told: dict[str, Any]) -> Iterator[None]:
    """Measure the seconds that pass in the block and those of the processor in this process."""
    start, cpu = time.perf_counter(), time.process_time()
    yield
    told |= {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}


def read_apart(path: Path, *, keep: Keep = keep_all) -> dict[str, Any]:
    """Read strictly, in processes apart; their start is not timed, as it is not in an ingest."""
    told: dict[str, Any] = {}
    task, place = task_of(path), Place(dataset="pupils", file=path.name)
    nursery = Nursery()
    nursery.end(nursery.born())
    started = _of_children()
    with clock(told), Apart(nursery, task, place) as reader, path.open("rb") as source:
        reading = read_by(
            reader, source, task, place=place, keep=keep, again=partial(path.open, "rb")
        )
    nursery.close()
    told["cpu"] += _of_children() - started
    return {**told, "rows": reading.accepted.num_rows}


def read_here(path: Path) -> dict[str, Any]:
    """Read strictly in this process."""
    told: dict[str, Any] = {}
    task = task_of(path)
    with clock(told), path.open("rb") as source:
        reading = read_delivery(
            source,
            task.dataset,
            task.codelists,
            file=path.name,
            reference=task.reference,
            again=partial(path.open, "rb"),
        )
    return {**told, "rows": reading.accepted.num_rows}


def read_large(path: Path) -> dict[str, Any]:
    """Read strictly apart, and hand the accepted rows on: only their number stays."""
    return read_apart(path, keep=lambda rows: pa.table({"handed on": pa.nulls(rows.num_rows)}))


# The layout is given: nothing is sniffed. Of a table it makes, DuckDB answers how many rows it has.
_COUNT = """
    select count(*) from read_csv(
        $1, auto_detect = false, header = true, delim = ';', quote = '"', columns = $2
    )
"""
_TABLE = _COUNT.replace("select count(*)", "create table pupils as")


def read_duckdb(path: Path, *, statement: str) -> dict[str, Any]:
    """Read with DuckDB, the layout given, every cell as text; the statement tells the rows."""
    told: dict[str, Any] = {}
    names = [column.name for column in task_of(path).dataset.columns]
    with clock(told), duckdb.connect() as connection:
        given = [str(path), dict.fromkeys(names, "VARCHAR")]
        [rows] = connection.execute(statement, given).fetchall()[0]
    return {**told, "rows": rows}


def read_arrow(path: Path) -> dict[str, Any]:
    """Read with pyarrow, every cell as text."""
    told: dict[str, Any] = {}
    names = [column.name for column in task_of(path).dataset.columns]
    with clock(told):
        table = csv.read_csv(
            path,
            parse_options=csv.ParseOptions(delimiter=";"),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    return {**told, "rows": table.num_rows}


def read_pandas(path: Path) -> dict[str, Any]:
    """Read with pandas, every cell as text."""
    told: dict[str, Any] = {}
    with clock(told):
        frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False)
    return {**told, "rows": len(frame)}


def _of_children() -> float:
    """Return the seconds of the processor that children took which have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


WAYS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "apart": read_apart,
    "here": read_here,
    "duckdb": partial(read_duckdb, statement=_TABLE),
    "duckdb_count": partial(read_duckdb, statement=_COUNT),
    "pyarrow": read_arrow,
    "pandas": read_pandas,
}


# In which ways each file is read.
FILES = {"plain": tuple(WAYS), "quoted": ("apart", "duckdb")}


def measure(folder: Path, *, repeats: int) -> list[dict[str, Any]]:
    """Read each file in every way in turn, so that a busy machine slows all of them."""
    runs = []
    for number in range(repeats + 1):
        for file, ways in FILES.items():
            size = (folder / f"{file}.csv").stat().st_size
            for way in ways:
                told = run_child(way, folder, file, module="benchmarks.reader")
                runs.append({"turn": number, "file": file, "way": way, "bytes": size, **told})
    # In the first turn modules are compiled and the files come into memory.
    return [run for run in runs if run["turn"]]


def _report(runs: list[dict[str, Any]], large: dict[str, Any] | None) -> dict[str, object]:
    def of(what: str, way: str, file: str = "plain") -> float:
        return median(run[what] for run in runs if (run["way"], run["file"]) == (way, file))

    seconds = partial(of, "seconds")
    size = {run["file"]: run["bytes"] / 1e6 for run in runs}
    figures = {
        "mb_per_s": round(size["plain"] / seconds("apart"), 1),
        "ratio_to_duckdb": round(seconds("apart") / seconds("duckdb"), 2),
        "ratio_to_duckdb_count": round(seconds("apart") / seconds("duckdb_count"), 2),
        "ratio_to_pyarrow": round(seconds("apart") / seconds("pyarrow"), 2),
        "ratio_to_pandas": round(seconds("apart") / seconds("pandas"), 2),
        "quoted_mb_per_s": round(size["quoted"] / seconds("apart", "quoted"), 1),
        "quoted_ratio_to_duckdb": round(
            seconds("apart", "quoted") / seconds("duckdb", "quoted"), 2
        ),
    }
    for way in WAYS:
        figures |= {
            f"{way}_mb_per_s": round(size["plain"] / seconds(way), 1),
            f"{way}_mb_per_cpu_s": round(size["plain"] / of("cpu", way), 1),
            f"{way}_peak_rss_mb": round(of("peak_rss_mb", way), 1),
        }
    if large is not None:
        figures |= {
            "large_file_mb": round(large["bytes"] / 1e6, 1),
            "large_rows": large["rows"],
            "large_mb_per_s": round(large["bytes"] / 1e6 / large["seconds"], 1),
            "large_peak_rss_mb": large["peak_rss_mb"],
            "large_peak_shared_once_mb": large["peak_shared_once_mb"],
        }
    return {
        "name": "reader",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.system(),
            # What else runs: above the number of cores, seconds are longer than they would be.
            "load": round(os.getloadavg()[0], 1),
        },
        "versions": {
            "python": platform.python_version(),
            "duckdb": duckdb.__version__,
            "pandas": pd.__version__,
            "pyarrow": pa.__version__,
        },
        "figures": {
            **figures,
            "rows": runs[0]["rows"],
            "columns": COLUMNS,
            "file_mb": round(size["plain"], 1),
        },
        "runs": [*runs, *([large] if large else [])],
    }


def _show(report: dict[str, Any]) -> None:
    table = Table("figure", "value", title="reader")
    for figure, value in report["figures"].items():
        table.add_row(figure, f"{value:,}")
    Console().print(table)


def main() -> None:
    """Write the files, measure, print a table and, at full size, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=PUPILS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--large-gb", type=float, default=LARGE_GB)
    parser.add_argument("--child", choices=(*WAYS, "large"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        read = {**WAYS, "large": read_large}[given.child]
        measured = read(given.folder / f"{given.home}.csv")
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**measured, "peak_rss_mb": round(own * 1024 / 1e6, 1)}))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        free = shutil.disk_usage(folder).free / 1e9
        large_gb = min(given.large_gb, max(free / ROOM - 2, 0))
        write_files(folder, rows=given.rows, large_gb=large_gb)
        runs = measure(folder, repeats=given.repeats)
        large = None
        if large_gb:
            size = (folder / "large.csv").stat().st_size
            told = run_child("large", folder, "large", module="benchmarks.reader")
            large = {"file": "large", "way": "large", "bytes": size, **told}
    report = _report(runs, large)
    _show(report)
    if given.rows == PUPILS and given.repeats >= REPEATS and large_gb == LARGE_GB:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

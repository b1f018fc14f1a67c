"""Measure an ingest with every protection on against a bare copy of the same file by DuckDB.

Pupils of a made-up nation are delivered as one CSV file of twelve columns. In child processes,
in turn, DuckDB copies it to Parquet (every column as text, declared delimiter, nothing checked),
and `steps.ingest.ingest` seals, reads strictly, casts, checks, pseudonymises, minimises, gates
and keeps it encrypted. Seconds per stage are thread seconds: two threads at work count twice.

Writes benchmarks/results/ingest.json. Examples:
    python -m benchmarks.ingest
    python -m benchmarks.ingest --rows 500000 --repeats 1
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa
import yaml
from pyarrow import csv
from rich.console import Console
from rich.table import Table

from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.installing import make_keys
from pipeline.steps.signing import sign_demonstration
from pipeline.steps.workspace import Workspace
from pipeline.synthetic import draw_nation, names_for, pupil_batches

RESULTS = Path(__file__).parent / "results" / "ingest.json"
COMMUNES, PUPILS, PERIOD, SEED, REPEATS = 35_000, 6_000_000, 2021, 1, 3
FILE = "pupils.csv"
# The contract's columns, and one more text, so that the file has twelve.
CLASS = {
    "name": "class_group",
    "label": {"en": "Class", "fr": "Classe"},
    "type": "text",
    "role": "attribute",
    "privacy": {"rule": "drop"},
}
COLUMNS = 12
QuotingStyle = Literal["none", "all_valid"]
# Stage → the functions of which it is made: module, object (of a class, where there is one).
STAGES = {
    "seal": [("pipeline.storage.deliveries", "DeliveryStore.receive")],
    "read": [("pipeline.steps.ingest", "read_sealed")],
    "parse": [("pipeline.intake.apart", "Apart._exchange")],
    "check": [("pipeline.intake.apart", "Apart._understood")],
    "minimise": [("pipeline.steps.reading", "minimise")],
    "keys": [("pipeline.intake.streaming", "repeated")],
    "gate": [("pipeline.steps.ingest", "run_gate")],
    "store": [
        ("pipeline.storage.protected", "write_parts"),
        ("pipeline.storage.protected", "ProtectedStore._commit"),
    ],
}


def write_delivery(folder: Path, *, rows: int) -> None:
    """Write the delivered file and the project it is delivered to; persons are synthetic."""
    schools = write_pupils(folder / FILE, rows=rows)
    write_project(folder / "project")
    workspace = open_workspace(folder, "base")
    make_keys(workspace.settings)
    sign_demonstration(workspace)
    _accept_schools(workspace, schools)


def write_pupils(
    path: Path, *, rows: int, quoting: QuotingStyle = "none", draws: int = 1
) -> pa.ChunkedArray:
    """Write the pupils of a nation, drawn so many times, and return the codes of their schools."""
    facts = draw_nation(communes=COMMUNES, pupils=rows // draws, period=PERIOD, seed=SEED)
    names = names_for(facts, seed=SEED)
    drawn = (
        pupil_batches(facts, names=names, period=PERIOD, seed=SEED + draw) for draw in range(draws)
    )
    options = csv.WriteOptions(delimiter=";", quoting_style=quoting, quoting_header=quoting)
    groups = pa.array([f"{number} {letter}" for number in range(1, 9) for letter in "ABCDE"])
    with path.open("wb") as file:
        writer = None
        for batch in chain.from_iterable(drawn):
            taken = groups.take(pa.array(np.arange(batch.num_rows) // 27 % len(groups)))
            full = batch.append_column(str(CLASS["name"]), taken)
            writer = writer or csv.CSVWriter(file, full.schema, write_options=options)
            writer.write_batch(full)
        assert writer is not None  # noqa: S101  a nation has pupils
        writer.close()
    return facts.schools["school_code"]


def write_project(root: Path) -> None:
    """Write the project to which the file is delivered."""
    shutil.copytree(INSTALLATION / "contracts", root / "contracts")
    shutil.copytree(INSTALLATION / "demo" / "facts", root / "demo" / "facts")
    path = root / "contracts" / "datasets" / "pupils.yml"
    contract = yaml.safe_load(path.read_text(encoding="utf-8"))
    contract["columns"] = [*contract["columns"], CLASS][:COLUMNS]
    path.write_text(yaml.safe_dump(contract, allow_unicode=True), encoding="utf-8")


def open_workspace(folder: Path, home: str) -> Workspace:
    """Return the workspace of one run; the keys are the same for all."""
    settings = Settings(
        home=folder / home, keys=folder / "keys", project=folder / "project", language="en"
    )
    return Workspace(settings)


def _accept_schools(workspace: Workspace, codes: pa.ChunkedArray) -> None:
    """Put the schools into the store, as far as pupils refer to them."""
    workspace.protected.accept(
        pa.table({"school_code": codes}),
        dataset="schools",
        period=str(PERIOD),
        batch_id="schools",
        as_of=datetime(PERIOD, 9, 1, tzinfo=UTC).isoformat(),
        sender_column=None,
        groups=1,
        counts={"counted": len(codes), "accepted": len(codes), "refused": 0},
    )


def copy_bare(folder: Path, home: str) -> dict[str, Any]:
    """Copy the file to Parquet with DuckDB, every column as text, and return the seconds."""
    target = folder / f"{home}.parquet"
    start, cpu = time.perf_counter(), time.process_time()
    source = duckdb.read_csv(str(folder / FILE), sep=";", header=True, all_varchar=True)
    source.write_parquet(str(target), compression="zstd")
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}


def ingest_protected(folder: Path, home: str) -> dict[str, Any]:
    """Ingest the file with everything on and return the seconds, in all and by stage."""
    from pipeline.steps.ingest import ingest

    shutil.copytree(folder / "base", folder / home)
    workspace = open_workspace(folder, home)
    seconds = dict.fromkeys(STAGES, 0.0)
    for stage, names in STAGES.items():
        for module, name in names:
            _watch(module, name, seconds, stage=stage)
    with (folder / FILE).open("rb") as source:
        start, cpu = time.perf_counter(), time.process_time()
        receipt = ingest(workspace, "pupils", source, file=FILE, period=str(PERIOD))
        total, cpu = time.perf_counter() - start, time.process_time() - cpu
    workspace.nursery.close()
    # All other processes have ended by now.
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu += ended.ru_utime + ended.ru_stime
    accepted = receipt.counts["accepted"]
    return {"seconds": total, "cpu": cpu, "stages": seconds, "accepted": accepted}


def _watch(module: str, name: str, seconds: dict[str, float], *, stage: str) -> None:
    """Add up the seconds that calls of a function take; nothing, where it does not exist."""
    owner: Any = importlib.import_module(module)
    *outer, last = name.split(".")
    for part in outer:
        owner = getattr(owner, part)
    watched: Callable[..., Any] | None = getattr(owner, last, None)
    if watched is None:
        return
    lock = threading.Lock()

    @wraps(watched)
    def timed(*given: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return watched(*given, **named)
        finally:
            with lock:
                seconds[stage] += time.perf_counter() - start

    setattr(owner, last, timed)


def run_child(
    what: str, folder: Path, home: str, *, module: str = "benchmarks.ingest"
) -> dict[str, Any]:
    """Run one of the two in a new process and return what it measured, its peak memory too."""
    command = [sys.executable, "-m", module, "--child", what]
    # Compiled modules are kept, as they are where Cartable is installed.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command += ["--folder", str(folder), "--home", home]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        cwd=INSTALLATION,
        env={**environment, "PYTHONPYCACHEPREFIX": str(folder / "compiled")},
    ) as child:
        peak = Peak(child.pid)
        told, _ = child.communicate()
        together, once = peak.end()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    measured: dict[str, Any] = json.loads(told)
    # That of the child alone is known without looking.
    most = max(together, measured["peak_rss_mb"])
    return {**measured, "peak_rss_mb": most, "peak_shared_once_mb": once}


class Peak:
    """The most memory that a process and all below it hold together, looked at often.

    Once with the pages that processes share counted in each of them; once, looked at less often,
    with each page counted once. Who looks is in none of them, and takes no time of theirs.
    """

    EVERY, SELDOM = 0.02, 25

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most, self._most_once = 0, 0
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def end(self) -> tuple[float, float]:
        """Return both peaks in MB."""
        self._over.set()
        self._watcher.join()
        return round(self._most / 1e6, 1), round(self._most_once / 1e6, 1)

    def _watch(self) -> None:
        looks = 0
        while not self._over.wait(self.EVERY):
            family, looks = _family(self._pid), looks + 1
            self._most = max(self._most, sum(map(_rss, family)))
            if looks % self.SELDOM == 0:
                self._most_once = max(self._most_once, sum(map(_pss, family)))


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        below = " ".join((task / "children").read_text(encoding="ascii") for task in tasks)
    except OSError:
        return [pid]
    return [pid, *(each for child in below.split() for each in _family(int(child)))]


def _rss(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _pss(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next(int(line.split()[1]) << 10 for line in told.splitlines() if line[:4] == "Pss:")


def load_modules(folder: Path, home: str) -> dict[str, Any]:
    """Load what an ingest loads, so that its modules are compiled once, before it is timed."""
    del folder, home
    for module in (
        "pipeline.steps.ingest",
        "pipeline.quality.validation",
        "pipeline.intake.serving",
    ):
        importlib.import_module(module)
    return {}


CHILDREN: dict[str, Callable[[Path, str], dict[str, Any]]] = {
    "load": load_modules,
    "bare": copy_bare,
    "ingest": ingest_protected,
}


def measure(folder: Path, *, repeats: int) -> list[dict[str, Any]]:
    """Run both in turn, so that a busy machine slows both; each in a home of its own."""
    runs = []
    run_child("load", folder, "load")
    for number in range(repeats):
        run = {what: run_child(what, folder, f"{what}-{number}") for what in ("bare", "ingest")}
        runs.append(run)
        shutil.rmtree(folder / f"ingest-{number}")
        (folder / f"bare-{number}.parquet").unlink()
    return runs


def _report(runs: list[dict[str, Any]], *, rows: int, megabytes: float) -> dict[str, object]:
    bare = median(run["bare"]["seconds"] for run in runs)
    protected = median(run["ingest"]["seconds"] for run in runs)
    cpu, bare_cpu = (median(run[what]["cpu"] for run in runs) for what in ("ingest", "bare"))
    stages = {
        f"{stage}_thread_s": round(median(run["ingest"]["stages"][stage] for run in runs), 2)
        for stage in STAGES
    }
    return {
        "name": "ingest",
        "machine": {
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "system": platform.system(),
        },
        "versions": {
            "python": platform.python_version(),
            "duckdb": duckdb.__version__,
            "numpy": np.__version__,
            "pyarrow": pa.__version__,
        },
        "figures": {
            "ratio_to_bare_copy": round(protected / bare, 2),
            "cpu_ratio_to_bare_copy": round(cpu / bare_cpu, 2),
            "peak_rss_mb": max(run["ingest"]["peak_rss_mb"] for run in runs),
            "mb_per_s": round(megabytes / protected, 1),
            "seconds": round(protected, 2),
            "bare_copy_seconds": round(bare, 2),
            "cpu_seconds": round(cpu, 2),
            "bare_copy_cpu_seconds": round(bare_cpu, 2),
            "bare_copy_peak_rss_mb": max(run["bare"]["peak_rss_mb"] for run in runs),
            **stages,
            "rows": rows,
            "columns": COLUMNS,
            "file_mb": round(megabytes, 1),
        },
        "runs": runs,
    }


def _show(report: dict[str, Any]) -> None:
    table = Table("figure", "value", title="ingest")
    for figure, value in report["figures"].items():
        table.add_row(figure, f"{value:,}")
    Console().print(table)


def main() -> None:
    """Draw, measure, print a table and, at full size, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=PUPILS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--child", choices=tuple(CHILDREN), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        measured = CHILDREN[given.child](given.folder, given.home)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**measured, "peak_rss_mb": round(own * 1024 / 1e6, 1)}))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_delivery(folder, rows=given.rows)
        runs = measure(folder, repeats=given.repeats)
        megabytes = (folder / FILE).stat().st_size / 1e6
    report = _report(runs, rows=given.rows, megabytes=megabytes)
    _show(report)
    if given.rows == PUPILS and given.repeats >= REPEATS:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

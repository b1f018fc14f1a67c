"""Measure perturbation by cell keys against the package cell-key-perturbation, on the same rows.

A million synthetic pupils of 2,900 communes with record keys from 0 to 255, and one perturbation
table of 256 keys, ours, given to both. What is made is a published table: communes, départements
and the country, crossed by sex, level and internet at home, with all margins. The package makes
one crossing of one level a call, so it is called once for each of them; we count once and add up.
Ours is timed from the rows in memory to the perturbed cells, the package's likewise, in
.venv-peers, in turn. Every cell must be equal: count, cell key and result. How both do on the
finest crossing alone is told beside.

Writes benchmarks/results/cell-key.json when as many rows were measured as it stands for; fails when
nothing was compared or an answer differs. Examples:
    python -m benchmarks.cell_key
    python -m benchmarks.cell_key --rows 100000 --repeats 1
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from benchmarks.risk import draw_rows, peers, show
from pipeline.disclosure.cell_key import KEY_BITS, PerturbationTable, design_table
from pipeline.disclosure.layout import lay_out
from pipeline.disclosure.shape import TOTAL, Geography, Inner, TableShape
from pipeline.disclosure.system import build_system
from pipeline.engines import run_query

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "cell-key.json"
ROWS, REPEATS, SEED = 1_000_000, 5, 1
BITS = 8
# The package knows 750 counts, and takes the last 250 again and again for all above.
COUNTS = 750
COMMUNES, COMMUNES_OF_A_DEPARTMENT = 2_900, 100
LEVELS = ("commune", "departement", "country")
BY = ("sex", "edu_level", "home_internet")
SQL = """
select commune, sex, edu_level, home_internet,
    count(*) as persons, cast(sum(record_key) as bigint) as record_keys
from pupils
group by commune, sex, edu_level, home_internet
"""


def draw(pupils: int) -> pa.Table:
    """Return pupils with their territories, what they are counted by and keys from 0 to 255."""
    rows = draw_rows(pupils)
    schools = rows["school_code"].combine_chunks().dictionary_encode()
    number = schools.indices.to_numpy() % COMMUNES
    names = {
        "commune": np.char.mod("C%04d", np.arange(COMMUNES))[number],
        "departement": np.char.mod("D%02d", np.arange(100))[number // COMMUNES_OF_A_DEPARTMENT],
        "country": np.full(len(number), "FR"),
    }
    keys = np.random.default_rng(SEED).integers(0, 1 << BITS, rows.num_rows)
    return pa.table({**names, **{name: rows[name] for name in BY}, "record_key": keys})


def geography_of(rows: pa.Table) -> Geography:
    """Return the communes that have pupils."""
    known = rows.select(LEVELS).group_by(LEVELS).aggregate([]).sort_by("commune")
    columns = {level: np.array(known[level].to_pylist()) for level in LEVELS}
    base, *upper = LEVELS
    return Geography(
        base=base,
        territory=columns[base],
        upper={level: columns[level] for level in upper},
        typology={},
    )


def count(rows: pa.Table) -> pa.Table:
    """Return the inner cells with the sum of their record keys."""
    return run_query(SQL, {"pupils": rows}, name="benchmark")


def ours(
    rows: pa.Table, noise: PerturbationTable, geography: Geography
) -> tuple[Any, dict[str, np.ndarray]]:
    """Return the system of the published table, and count, key and result of each of its cells."""
    cells = count(rows)
    texts = {n: np.array(cells[n].to_pylist(), dtype=np.str_) for n in ("commune", *BY)}
    codes = {name: tuple(sorted(set(texts[name].tolist()))) for name in BY}
    shape = TableShape(name="pupils", k=1, dimensions=BY, levels=dict.fromkeys(LEVELS, BY))
    inners = [
        Inner(
            table="pupils",
            territory=texts["commune"],
            codes={name: texts[name] for name in BY},
            count=cells[column].to_numpy(),
        )
        for column in ("persons", "record_keys")
    ]
    system = build_system([shape], inners[:1], codes, geography=geography)
    _, keys = lay_out(inners[1], BY, codes, geography=geography)
    # Keys of 8 bits stand for the leading ones of ours.
    sums = system.membership @ keys
    result = noise.perturb(system.cells.value, sums << (KEY_BITS - BITS))
    return system, {"persons": system.cells.value, "ckey": sums % (1 << BITS), "result": result}


def finest(rows: pa.Table, noise: PerturbationTable) -> float:
    """Return the seconds that the finest crossing takes alone."""
    start = time.perf_counter()
    cells = count(rows)
    noise.perturb(cells["persons"].to_numpy(), cells["record_keys"].to_numpy() << (KEY_BITS - BITS))
    return time.perf_counter() - start


def as_ptable(noise: PerturbationTable) -> pa.Table:
    """Return our table in the package's form: one row per count and key."""
    last = len(noise.noise) - 1
    counts = np.repeat(np.arange(1, COUNTS + 1), 1 << BITS)
    keys = np.tile(np.arange(1 << BITS), COUNTS)
    return pa.table(
        {"pcv": counts, "ckey": keys, "pvalue": noise.noise[np.minimum(counts, last), keys]}
    )


def crossings() -> list[list[str]]:
    """Return the columns of each call that the package needs, the finest first."""
    return [
        [level, *chosen]
        for size in range(len(BY), -1, -1)
        for chosen in combinations(BY, size)
        for level in LEVELS
    ]


def ask_package(python: Path, folder: Path) -> dict[str, Any]:
    """Return the package's version and the seconds of each call; cells in `answers.csv`."""
    files = {name: str(folder / f"{name}.csv") for name in ("rows", "ptable", "answers")}
    request = {**files, "crossings": crossings(), "record_key": "record_key"}
    done = subprocess.run(
        [str(python), str(ROOT / "benchmarks" / "peers" / "cell_key_answers.py")],
        input=json.dumps(request),
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def differences(system: Any, cells: dict[str, np.ndarray], folder: Path) -> int:
    """Return how many cells of persons are not the package's, or are with one of both only."""
    keys = ["level", "area", *BY]
    names = {"level": system.cells.level, "area": system.cells.area, **system.cells.codes}
    mine = pd.DataFrame({**names, **cells})
    theirs = pd.read_csv(folder / "answers.csv", dtype=dict.fromkeys(keys, str))
    theirs[list(BY)] = theirs[list(BY)].fillna(TOTAL)
    both = mine[mine["persons"] > 0].merge(
        theirs[theirs["pre_sdc_count"] > 0],
        on=keys,
        how="outer",
        suffixes=("", "_theirs"),
        validate="1:1",
    )
    same = (
        (both["persons"] == both["pre_sdc_count"])
        & (both["ckey"] == both["ckey_theirs"])
        & (both["result"] == both["count"])
    )
    return int((~same).sum())


def measure(pupils: int, repeats: int) -> dict[str, Any]:
    """Return the report: figures, runs, versions."""
    start = time.perf_counter()
    design_table(variance=3, maximum=5, smallest=3)
    designed = time.perf_counter() - start
    noise = design_table(variance=3, maximum=5, smallest=3, bits=BITS)
    rows = draw(pupils)
    geography = geography_of(rows)
    python = peers()
    if python is None:
        sys.exit("cell-key: the package is missing, so nothing was compared: see above")
    ours(rows, noise, geography)
    runs, cells_made = [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        csv.write_csv(rows, folder / "rows.csv")
        csv.write_csv(as_ptable(noise), folder / "ptable.csv")
        for _ in range(repeats):
            start = time.perf_counter()
            system, cells = ours(rows, noise, geography)
            seconds = time.perf_counter() - start
            alone = finest(rows, noise)
            told = ask_package(python, folder)
            cells_made = int(np.count_nonzero(cells["persons"]))
            runs.append({
                "ours_s": round(seconds, 4),
                "package_s": round(sum(told["seconds"]), 3),
                "ours_finest_s": round(alone, 4),
                "package_finest_s": round(told["seconds"][0], 3),
                "differences": differences(system, cells, folder),
            })  # fmt: skip
    middle = {name: median(run[name] for run in runs) for name in runs[0] if name.endswith("_s")}
    return {
        "name": "cell-key",
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
            "cell-key-perturbation": told["version"],
        },
        "figures": {
            "ratio_to_package": round(median(r["package_s"] / r["ours_s"] for r in runs), 1),
            **{name: round(value, 4) for name, value in middle.items()},
            "rows": pupils,
            "cells": cells_made,
            "calls_of_package": len(crossings()),
            "cells_that_differ": sum(run["differences"] for run in runs),
            "design_s": round(designed, 4),
        },
        "runs": runs,
    }


def main() -> None:
    """Measure, print a table and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    asked = parser.parse_args()
    report = measure(asked.rows, asked.repeats)
    show(report["figures"], title="cell-key")
    if report["figures"]["cells_that_differ"]:
        sys.exit(f"cell-key: cells differ from those of the package: {report['runs']}")
    if asked.rows < ROWS:
        print(f"Fewer rows than {RESULTS.relative_to(ROOT)} stands for: it stays as it is")
        return
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"Figures: {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

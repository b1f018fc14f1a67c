"""Measure the risk figures of rows about persons against pycanon, on the same rows.

A million synthetic pupils: k, distinct l, entropy l and both t, ours by grouping in the engine,
pycanon's by itself in .venv-peers, in turn; the figures of both must be equal. Then ours alone on
six million. Ours is timed from the table in memory to the last figure, pycanon's likewise.

Writes benchmarks/results/risk.json when both were measured on the rows that its figures stand for;
else it prints them alone, and fails when nothing was compared. Examples:
    python -m benchmarks.risk
    python -m benchmarks.risk --rows 100000 --repeats 1
    python -m benchmarks.risk --facts   (writes tests/privacy/facts/pycanon.json anew)
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
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from rich.console import Console
from rich.table import Table

from pipeline.engines import count_combinations
from pipeline.engines.grouping import ROWS
from pipeline.privacy.risk import Limits, Risk, measure_risk
from pipeline.privacy.risk_cells import cells_of
from pipeline.project import load_project
from pipeline.synthetic import draw_nation, names_for, pupil_batches

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "risk.json"
FACTS = ROOT / "tests" / "privacy" / "facts" / "pycanon.json"
PERIOD, SEED = 2021, 1
ROWS_COMPARED, ROWS_ALONE = 1_000_000, 6_000_000
PUPILS_PER_COMMUNE = 340
QUASI, SENSITIVE = ["school_code", "sex", "edu_level"], ["home_internet", "birth_year"]
LIMITS = Limits(k=5, distinct_l=2, record_risk=0.2)
# pycanon gives it as a whole number, rounded down.
ENTROPY = "entropy_l"
ALIKE = 1e-9


def draw_rows(pupils: int) -> pa.Table:
    """Return synthetic pupils as the protected zone would hold them, and their year of birth."""
    communes = max(pupils // PUPILS_PER_COMMUNE, 10)
    facts = draw_nation(communes=communes, pupils=pupils, period=PERIOD, seed=SEED)
    levels = load_project(ROOT).contracts.codelists["grade"].broader("edu_level")
    grades, codes = pa.array(levels.keys(), pa.string()), pa.array(levels.values(), pa.string())
    names = names_for(facts, seed=SEED)
    parts = []
    for batch in pupil_batches(facts, names=names, period=PERIOD, seed=SEED):
        year = pc.cast(pc.utf8_slice_codeunits(batch["birth_date"], 6, 10), pa.int64())
        level = codes.take(pc.index_in(batch["grade"], value_set=grades))
        columns = [batch["school_code"], batch["sex"], level, batch["home_internet"], year]
        parts.append(pa.record_batch(columns, names=[*QUASI, *SENSITIVE]))
    return pa.Table.from_batches(parts)


def ours(rows: pa.Table, quasi: list[str], sensitive: list[str]) -> Risk:
    """Return every figure of the rows: one grouped query, then the table of classes."""
    counted = count_combinations(rows, [*quasi, *sensitive], name="benchmark")
    cells = cells_of(counted, quasi_identifiers=quasi, sensitive=sensitive, rows=ROWS)
    return measure_risk(cells, LIMITS)


def timed(rows: pa.Table) -> tuple[float, Risk]:
    """Return the seconds that our figures take, and the figures."""
    start = time.perf_counter()
    risk = ours(rows, QUASI, SENSITIVE)
    return time.perf_counter() - start, risk


def ask_pycanon(python: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return pycanon's answers to a request, from a process of its own."""
    script = ROOT / "benchmarks" / "peers" / "pycanon_answers.py"
    done = subprocess.run(
        [str(python), str(script)],
        input=json.dumps(request),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def differences(risk: Risk, answer: Mapping[str, Any]) -> list[str]:
    """Return the figures that are not those of pycanon, like compared with like."""
    found = [] if risk.k == answer["k"] else ["k"]
    for diversity in risk.diversity:
        theirs = answer["columns"][diversity.column]
        alike = {
            "distinct_l": diversity.distinct_l == theirs["distinct_l"],
            ENTROPY: int(diversity.entropy_l) == theirs[ENTROPY],
            "t": abs(diversity.t - theirs["t"]) < ALIKE,
        }
        found += [f"{name} {diversity.column}" for name, is_alike in alike.items() if not is_alike]
    return found


def peers() -> Path | None:
    """Return the interpreter of .venv-peers, or None, said why on standard error."""
    made = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "setup_peers.py")],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Path(made.stdout.strip()) if made.returncode == 0 else None


def compare(python: Path, rows: pa.Table, repeats: int) -> list[dict[str, Any]]:
    """Return one entry per repeat: seconds of both, in turn, and what differs."""
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        csv.write_csv(rows, file)
        table = {
            "file": str(file), "delimiter": ",", "quasi_identifiers": QUASI, "sensitive": SENSITIVE,
        }  # fmt: skip
        for _ in range(repeats):
            seconds, risk = timed(rows)
            told = ask_pycanon(python, {"rows": table})
            answer = told["answers"]["rows"]
            runs.append({
                "ours_s": round(seconds, 4),
                "pycanon_s": round(sum(answer["seconds"].values()), 2),
                "pycanon_parts_s": {n: round(s, 2) for n, s in answer["seconds"].items()},
                "pycanon_version": told["version"],
                "differences": differences(risk, answer),
            })  # fmt: skip
    return runs


def measure(pupils: int, many: int, repeats: int) -> dict[str, Any]:
    """Return the report: figures, runs, versions."""
    python = peers()
    rows = draw_rows(pupils)
    timed(rows)
    runs = compare(python, rows, repeats) if python else []
    classes = timed(rows)[1].classes
    rows = draw_rows(many)
    alone = [timed(rows)[0] for _ in range(repeats)]
    figures: dict[str, float] = {
        "rows": pupils,
        "classes": classes,
        "rows_alone": rows.num_rows,
        "ours_alone_s": round(median(alone), 3),
    }
    if runs:
        figures |= {
            "ratio_to_pycanon": round(median(r["pycanon_s"] / r["ours_s"] for r in runs), 1),
            "ours_s": round(median(r["ours_s"] for r in runs), 4),
            "pycanon_s": round(median(r["pycanon_s"] for r in runs), 2),
            "figures_that_differ": sum(len(r["differences"]) for r in runs),
        }
    return {
        "name": "risk",
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
            "pycanon": runs[0]["pycanon_version"] if runs else "not installed",
        },
        "figures": figures,
        "runs": [*runs, {"ours_alone_s": [round(seconds, 3) for seconds in alone]}],
    }


def write_facts(python: Path) -> None:
    """Write pycanon's answers on the tables that the facts name, for the tests."""
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    given = Path(os.environ["CARTABLE_TEST_DATA"])
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "small.csv"
        csv.write_csv(pa.table(facts["small"]), own)
        request = {
            name: {**table, "file": str(given / table["file"] if table["file"] else own)}
            for name, table in facts["tables"].items()
        }
        told = ask_pycanon(python, request)
    for name, answer in told.pop("answers").items():
        facts["tables"][name] |= {"k": answer["k"], "columns": answer["columns"]}
    FACTS.write_text(json.dumps({**facts, **told}, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, print a table and write the figures; or write the facts for the tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS_COMPARED)
    parser.add_argument("--many", type=int, default=ROWS_ALONE)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--facts", action="store_true")
    asked = parser.parse_args()
    if asked.facts:
        python = peers()
        if python is None:
            sys.exit(1)
        write_facts(python)
        return
    report = measure(asked.rows, asked.many, asked.repeats)
    show(report["figures"])
    if "ratio_to_pycanon" not in report["figures"]:
        sys.exit("risk: pycanon is missing, so nothing was compared: setup_peers says why above")
    if report["figures"]["figures_that_differ"]:
        sys.exit(f"risk: figures differ from those of pycanon: {report['runs']}")
    if asked.rows < ROWS_COMPARED or asked.many < ROWS_ALONE:
        print(f"Fewer rows than {RESULTS.relative_to(ROOT)} stands for: it stays as it is")
        return
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"Figures: {RESULTS.relative_to(ROOT)}")


def show(figures: Mapping[str, float], *, title: str = "risk") -> None:
    """Print figures as a table."""
    table = Table("figure", "value", title=title)
    for name, value in figures.items():
        table.add_row(name, f"{value:,}")
    Console().print(table)


if __name__ == "__main__":
    main()

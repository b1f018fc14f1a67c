"""What pycanon says of the tables of a request, and how long it took.

Runs in .venv-peers, apart from the pipeline: it reads a request as JSON on standard input and
prints the answers as JSON. A request lists tables; each has the path of a CSV file, its
delimiter, quasi-identifiers, and sensitive columns. Reading the file is not timed.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import metadata

import pandas as pd
from pycanon import anonymity

FIGURES = {
    "distinct_l": anonymity.l_diversity,
    "entropy_l": anonymity.entropy_l_diversity,
    "t": anonymity.t_closeness,
}


def answer(table: dict) -> dict:
    """Return k, then distinct l, entropy l and t of each sensitive column, with the seconds."""
    quasi, sensitive = table["quasi_identifiers"], table["sensitive"]
    rows = pd.read_csv(table["file"], sep=table["delimiter"], usecols=[*quasi, *sensitive])
    seconds = {}
    start = time.perf_counter()
    k = int(anonymity.k_anonymity(rows, quasi))
    seconds["k"] = time.perf_counter() - start
    columns = {}
    for column in sensitive:
        columns[column] = {}
        for name, figure in FIGURES.items():
            start = time.perf_counter()
            columns[column][name] = float(figure(rows, quasi, [column]))
            seconds[f"{name} {column}"] = time.perf_counter() - start
    return {"k": k, "columns": columns, "seconds": seconds}


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    about = metadata("pycanon")
    content = {
        "tool": "pycanon",
        "version": about["Version"],
        "licence": about["License"],
        "answers": {name: answer(table) for name, table in request.items()},
    }
    json.dump(content, sys.stdout)


if __name__ == "__main__":
    main()

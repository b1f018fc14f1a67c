"""What cell-key-perturbation makes of a table of rows, and how long it took.

Runs in .venv-peers, apart from the pipeline: it reads a request as JSON on standard input and
prints the answers as JSON. The request names a CSV of rows with their record keys, one of the
perturbation table, one to write the cells to, and the crossings: a level of territory and what is
crossed there. Reading and writing are not timed.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from importlib.metadata import metadata

import pandas as pd
from cell_key_perturbation.create_perturbed_table import create_perturbed_table


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    key, names = request["record_key"], request["crossings"][0][1:]
    rows = pd.read_csv(request["rows"], dtype=str).astype({key: int})
    ptable = pd.read_csv(request["ptable"])
    seconds, parts = [], []
    for level, *by in request["crossings"]:
        start = time.perf_counter()
        # It prints notes.
        with contextlib.redirect_stdout(sys.stderr):
            table = create_perturbed_table(
                data=rows, ptable=ptable, geog=[level], tab_vars=by, record_key=key, threshold=0
            )
        seconds.append(time.perf_counter() - start)
        parts.append(table.rename(columns={level: "area"}).assign(level=level))
    columns = ["level", "area", *names, "pre_sdc_count", "ckey", "count"]
    pd.concat(parts)[columns].to_csv(request["answers"], index=False)
    json.dump(
        {"version": metadata("cell-key-perturbation")["Version"], "seconds": seconds}, sys.stdout
    )


if __name__ == "__main__":
    main()

"""Our figures are those of pycanon, by its own answers, kept with its version and licence.

Where it differs from the papers, like is compared with like: it gives entropy l as a whole number,
rounded down, and takes a column of numbers for a ladder of the values that occur. It leaves out
rows without a quasi-identifier, which none of these tables has.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv

from pipeline.engines import count_combinations
from pipeline.engines.grouping import ROWS
from pipeline.privacy.risk import Limits, Risk, measure_risk
from pipeline.privacy.risk_cells import cells_of

FACTS = json.loads((Path(__file__).parent / "facts" / "pycanon.json").read_text(encoding="utf-8"))
TABLES: dict[str, dict[str, Any]] = FACTS["tables"]


def rows_of(table: dict[str, Any]) -> pa.Table:
    if table["file"] is None:
        return pa.table(FACTS["small"])
    folder = os.environ.get("CARTABLE_TEST_DATA")
    if folder is None:
        pytest.skip("CARTABLE_TEST_DATA is unset: the public files are not at hand")
    options = csv.ParseOptions(delimiter=table["delimiter"])
    return csv.read_csv(Path(folder) / table["file"], parse_options=options)


def ours(table: dict[str, Any]) -> Risk:
    quasi, sensitive = table["quasi_identifiers"], table["sensitive"]
    counted = count_combinations(rows_of(table), [*quasi, *sensitive], name="pycanon")
    cells = cells_of(counted, quasi_identifiers=quasi, sensitive=sensitive, rows=ROWS)
    return measure_risk(cells, Limits(k=5))


def test_the_answers_say_whose_they_are() -> None:
    assert (FACTS["tool"], FACTS["licence"]) == ("pycanon", "Apache-2.0")
    lock = (Path(__file__).parents[2] / "requirements" / "peers.txt").read_text(encoding="utf-8")
    assert f"pycanon=={FACTS['version']} " in lock
    assert len(TABLES) == 10


@pytest.mark.parametrize("name", TABLES)
def test_every_figure_is_that_of_pycanon(name: str) -> None:
    table = TABLES[name]
    risk = ours(table)
    assert risk.k == table["k"]
    assert [diversity.column for diversity in risk.diversity] == table["sensitive"]
    for diversity in risk.diversity:
        theirs = table["columns"][diversity.column]
        assert diversity.distinct_l == theirs["distinct_l"], diversity.column
        assert math.floor(diversity.entropy_l) == theirs["entropy_l"], diversity.column
        assert diversity.t == pytest.approx(theirs["t"], abs=1e-12), diversity.column


def test_both_distances_are_compared() -> None:
    columns = {
        name: ours(TABLES[name]).diversity for name in ("small", "small, one quasi-identifier")
    }
    for diversity in columns.values():
        assert {one.distance for one in diversity} == {"equal", "ordered"}

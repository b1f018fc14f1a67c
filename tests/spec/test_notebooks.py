"""The worked examples: each runs on a release, says what the release says, and ends in a map."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.browser.sample import ROOT, sample_publication
from tests.release_sample import write_release

EXAMPLES = ROOT / "docs" / "examples"
DIVIDE, CONNECT = (
    "where-is-the-digital-divide-widest",
    "what-would-it-take-to-connect-every-school",
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a release lies under the name that the notebooks give it."""
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / "release").mkdir()
    write_release(sample_publication(epci=("243500139", "243500618")), folder / "release")
    return folder


def cells(name: str) -> list[dict[str, Any]]:
    notebook = json.loads((EXAMPLES / f"{name}.ipynb").read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    found: list[dict[str, Any]] = notebook["cells"]
    return found


def run(folder: Path, name: str, *, then: str) -> Any:
    """Run all code of a notebook in order, in a process of its own; return what `then` gives."""
    code = ["".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "code"]
    told = f"import json; open('told.json', 'w').write(json.dumps({then}))"
    command = [sys.executable, "-W", "error::FutureWarning", "-c", "\n".join([*code, told])]
    ran = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads((folder / "told.json").read_text("utf-8"))


def totals(folder: Path, indicator: str) -> pd.DataFrame:
    """Return the totals of an indicator in its last period, from the CSV alone."""
    rows = pd.read_csv(folder / "release" / "csv" / "observations.csv", dtype={"time_period": str})
    rows = rows[
        (rows["indicator"] == indicator) & (rows["time_period"] == rows["time_period"].max())
    ]
    fixed = {
        *("indicator", "ref_area", "area_level", "time_period", "obs_value", "obs_status"),
        *("conf_status", "coverage", "unit_measure", "stands_from", "obs_low", "obs_high"),
    }
    dimensions = [name for name in rows.columns if name not in fixed]
    return rows[rows[dimensions].isin(("_T", "_Z")).all(axis="columns")]


@pytest.mark.parametrize("name", [DIVIDE, CONNECT])
def test_a_notebook_is_kept_without_what_a_run_left_in_it(name: str) -> None:
    kept = cells(name)
    assert len({cell["id"] for cell in kept}) == len(kept)
    code = [cell for cell in kept if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in code] == [[]] * len(code)
    assert {cell["execution_count"] for cell in code} == {None}


def test_the_divide_is_that_of_the_release_and_hidden_communes_are_told(folder: Path) -> None:
    told = run(
        folder,
        DIVIDE,
        then="[levels.loc['commune', ['shown', 'hidden', 'gap']].astype(float).tolist(), "
        "len(shown), len(hidden), behind['obs_value'].tolist()]",
    )
    communes = totals(folder, "HOME_INTERNET").query("area_level == 'commune'")
    values = communes["obs_value"].dropna()
    hidden = int(communes["conf_status"].eq("C").sum())
    assert hidden > 0
    gap = round(values.max() - values.min(), 1)
    assert told[:3] == [[len(values), hidden, gap], len(values), hidden]
    assert told[3] == sorted(values)[:10]
    drawn = (folder / f"{DIVIDE}.svg").read_text("utf-8")
    # Every outline on the ground; over it those that are hidden, and those that show a figure.
    outlines = pd.read_parquet(folder / "release" / "geo" / "territories.parquet")
    ground = int(outlines["level"].eq("commune").sum())
    marks = ('fill="#f1eee8"', 'fill="#b9b5ac"', 'aria-roledescription="geoshape"')
    assert [drawn.count(mark) for mark in marks] == [ground, hidden, len(values)]


def test_the_cost_is_that_of_the_needs_of_the_release(folder: Path) -> None:
    told = run(folder, CONNECT, then="[float(order['cost'].sum()), len(order), len(to_connect)]")
    needs = totals(folder, "CONNECTIONS_NEEDED")
    groups = needs.query("area_level == 'epci'")["obs_value"]
    communes = needs.query("area_level == 'commune'")["obs_value"]
    assert told == [groups.sum() * 12_000, groups.count(), int((communes > 0).sum())]
    drawn = (folder / f"{CONNECT}.svg").read_text("utf-8")
    assert drawn.count('aria-roledescription="circle"') == told[2] > 0

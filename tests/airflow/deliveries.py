"""Small real deliveries: the facts of one school in twenty, the persons drawn to fit them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from pipeline.synthetic import write_deliveries

ROOT = Path(__file__).parents[2]
FACTS = ROOT / "demo" / "facts"
PERIOD = "2021"
PAST_YEARS = ("2019", "2020")


def write_small_deliveries(folder: Path) -> Path:
    """Write one file per dataset and period under `folder`, and return where."""
    facts = folder / "facts"
    facts.mkdir(parents=True)
    for name in ("territories.csv", "communes.geojson"):
        shutil.copy(FACTS / name, facts / name)
    with (FACTS / "enrolment.csv").open(encoding="utf-8", newline="") as file:
        open_schools = {r["school_code"] for r in csv.DictReader(file) if r["period"] == PERIOD}
    chosen = set(sorted(open_schools)[::20])
    _keep("schools.csv", facts, lambda row: row["school_code"] in chosen)
    _keep(
        "enrolment.csv",
        facts,
        lambda row: row["school_code"] in chosen and row["period"] in {*PAST_YEARS, PERIOD},
    )
    write_deliveries(facts, folder / "outbox", periods=[*PAST_YEARS, PERIOD], seed=35)
    return folder / "outbox"


def _keep(name: str, facts: Path, wanted: Callable[[dict[str, str]], bool]) -> None:
    with (
        (FACTS / name).open(encoding="utf-8", newline="") as source,
        (facts / name).open("w", encoding="utf-8", newline="") as target,
    ):
        reader = csv.DictReader(source)
        writer = csv.DictWriter(target, reader.fieldnames or ())
        writer.writeheader()
        writer.writerows(row for row in reader if wanted(row))

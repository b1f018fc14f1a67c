"""Small real deliveries: the facts of one school in twenty, the persons drawn to fit them."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from pipeline.synthetic import write_deliveries

ROOT = Path(__file__).parents[2]
FACTS = ROOT / "demo" / "facts"
PERIOD = "2021"
PERSONS = 150


def write_small_deliveries(folder: Path) -> Path:
    """Write one file per dataset of one period under `folder`, and return where."""
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
        lambda row: row["school_code"] in chosen and row["period"] == PERIOD,
    )
    write_deliveries(facts, folder / "outbox", periods=[PERIOD], seed=35)
    return folder / "outbox"


def identifying_texts(outbox: Path) -> set[str]:
    """Return what would name some of the delivered persons, as written and as JSON escapes it."""
    texts: set[str] = set()
    for dataset in ("pupils", "teachers"):
        for row in islice(_rows(outbox / f"{dataset}_{PERIOD}.csv"), PERSONS):
            family, given = row["family_name"], row["given_name"]
            texts |= {f"{given} {family}", f"{family};{given}", f"{family} {given}"}
            texts |= {row[name] for name in ("national_id", "address", "email") if name in row}
    return texts | {json.dumps(text)[1:-1] for text in texts}


def _keep(name: str, facts: Path, wanted: Callable[[dict[str, str]], bool]) -> None:
    with (
        (FACTS / name).open(encoding="utf-8", newline="") as source,
        (facts / name).open("w", encoding="utf-8", newline="") as target,
    ):
        reader = csv.DictReader(source)
        writer = csv.DictWriter(target, reader.fieldnames or ())
        writer.writeheader()
        writer.writerows(row for row in reader if wanted(row))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")

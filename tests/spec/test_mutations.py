"""Damaged copies of the demonstration's files: never silently different, and told where it hurts.

Each copy is read like its sound original or refused, in whole or by row, with its file and line
and, where one exists, its column; every record is accounted for, and no message holds a value.
`CARTABLE_MUTATIONS=100` tries each kind of damage at a hundred places, else a few are tried.
"""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from dataclasses import dataclass
from random import Random

import pyarrow as pa
import pytest

from pipeline.errors import CartableError, DeliveryError, Problem
from pipeline.intake import (
    Reading,
    Reference,
    RefusedDelivery,
    Task,
    read_delivery,
    refusal_problems,
)
from pipeline.intake.answers import put_error, take_error
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from pipeline.synthetic import draw_deliveries, read_facts
from tests import mutation_cells, mutation_kinds
from tests.mutations import KINDS, Mutated, Sheet

FILE, PERIOD, SEED = "livraison-2021.csv", "2021", 5
ROWS, PLACES = 60, int(os.environ.get("CARTABLE_MUTATIONS", "4"))
# Of the copies whose damage lies in a column, in percent.
LEAST_IN_COLUMN = 95
DAMAGED = [*vars(mutation_kinds), *vars(mutation_cells)]


@dataclass(frozen=True)
class Ground:
    """What copies are read against."""

    project: Project
    sheets: dict[str, Sheet]
    reference: Reference


@pytest.fixture(scope="module")
def ground() -> Ground:
    project = load_project(INSTALLATION)
    facts = read_facts(INSTALLATION / "demo" / "facts")
    sheets = {}
    for name, _, content in draw_deliveries(facts, periods=[PERIOD], seed=SEED):
        header, *rows = [line.split(";") for line in content.decode().splitlines()]
        # Rows of the whole file, so that they are of many schools and communes.
        some = rows[:: max(len(rows) // ROWS, 1)][:ROWS]
        sheets[name] = Sheet(project.contracts.datasets[name], header, tuple(some))
    schools = {row[sheets["schools"].where("school_code")] for row in sheets["schools"].rows}
    schools |= {
        row[sheet.where("school_code")]
        for sheet in sheets.values()
        if "school_code" in sheet.header
        for row in sheet.rows
    }
    geography = project.geography
    territories = {
        level: frozenset(code for at, code in geography.territories if at == level)
        for level, _ in geography.territories
    }
    reference = Reference(
        values={"schools.school_code": pa.array(sorted(schools))},
        territories=territories,
        changes=geography.changes,
    )
    return Ground(project, sheets, reference)


def read(ground: Ground, name: str, content: bytes) -> Reading:
    return read_delivery(
        io.BytesIO(content),
        ground.sheets[name].dataset,
        ground.project.contracts.codelists,
        file=FILE,
        reference=ground.reference,
    )


def rows_of(table: pa.Table) -> list[tuple[object, ...]]:
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)


def crossed(refusal: DeliveryError, ground: Ground, name: str) -> CartableError:
    """Return a refusal as it comes back from the process that parses a delivery."""
    task = Task(
        dataset=ground.sheets[name].dataset,
        codelists=ground.project.contracts.codelists,
        reference=ground.reference,
    )
    words, _ = put_error(refusal)
    return take_error(json.loads(json.dumps(words)), task, refusal.problem.place)


@dataclass(frozen=True)
class Outcome:
    """What came of a copy: its faults by kind, empty where all is well."""

    faults: tuple[str, ...]
    is_of_column: bool
    words: str


def outcome_of(ground: Ground, name: str, mutated: Mutated) -> Outcome:
    """Read a copy and hold what is told against what was done to it."""
    faults: list[str] = []
    problems: list[Problem] = []
    try:
        reading = read(ground, name, mutated.content)
    except RefusedDelivery as refusal:
        problems = list(refusal.problems)
        lines = set(refusal.refused["line"].to_pylist())
        if refusal.refused.num_rows > refusal.counted:
            faults.append("account")
        words = _words(refusal)
    except DeliveryError as refusal:
        if crossed(refusal, ground, name).words() != refusal.words():
            faults.append("another refusal from a process apart")
        problems = list(refusal.problems) or [refusal.problem]
        lines = {problem.place.line for problem in problems}
        words = _words(refusal)
    else:
        sound = rows_of(read(ground, name, ground.sheets[name].content()).accepted)
        found = rows_of(reading.accepted)
        if reading.accepted.num_rows + reading.refused.num_rows != reading.counted:
            faults.append("account")
        left = Counter(sound)
        left.subtract(found)
        if min(left.values(), default=0) < 0 or (not reading.refused.num_rows and found != sound):
            faults.append("silently different")
        problems = list(
            refusal_problems(
                reading.refused,
                ground.sheets[name].dataset,
                ground.project.contracts.codelists,
                file=FILE,
            )
        )
        lines = set(reading.refused["line"].to_pylist())
        words = "\n".join(p.words(language) for p in problems for language in ("en", "fr"))
    return Outcome(
        (*faults, *_misplaced(mutated, problems, lines), *_leaks(ground, name, mutated, words)),
        mutated.columns is not None,
        words,
    )


def _words(refusal: CartableError) -> str:
    return refusal.words("en") + "\n" + refusal.words("fr")


def _misplaced(mutated: Mutated, problems: list[Problem], lines: set[int | None]) -> list[str]:
    if mutated.lines is None:
        return ["not read"] if problems else []
    if not problems:
        return []
    faults = []
    if {problem.place.file for problem in problems} != {FILE}:
        faults.append("file")
    if not lines & mutated.lines or min(lines, key=lambda n: n or 0) not in mutated.lines:
        faults.append("line")
    columns = {problem.place.column for problem in problems}
    if mutated.columns is not None and not columns & mutated.columns:
        faults.append("column")
    return faults


def _leaks(ground: Ground, name: str, mutated: Mutated, words: str) -> list[str]:
    known = ground.project.contracts.datasets[name].model_dump_json()
    known += "".join(each.model_dump_json() for each in ground.project.contracts.codelists.values())
    text = mutated.content.decode("utf-8", "ignore")
    cells = {cell.strip('" \r') for line in text.splitlines()[1:] for cell in line.split(";")}
    shown = {cell for cell in cells if len(cell) >= 5 and cell not in known and cell in words}
    return ["value"] if shown - {FILE} else []


def test_each_kind_of_damage_is_tried() -> None:
    assert len(KINDS) >= 70
    assert set(KINDS) <= set(DAMAGED)


def test_no_damaged_copy_is_silently_different_and_each_is_told_where_it_hurts(
    ground: Ground,
) -> None:
    rng = Random(SEED)
    faults: Counter[str] = Counter()
    told: list[str] = []
    copies = in_column = 0
    for kind, mutate in KINDS.items():
        for _ in range(PLACES):
            for _ in range(20):
                name = rng.choice(sorted(ground.sheets))
                mutated = mutate(ground.sheets[name], rng)
                if mutated is not None:
                    break
            else:
                pytest.fail(f"{kind} fits no file")
            copies += 1
            outcome = outcome_of(ground, name, mutated)
            in_column += outcome.is_of_column
            faults.update(outcome.faults)
            told += [f"{kind} of {name}: {fault}\n{outcome.words}" for fault in outcome.faults]
    misses = faults.pop("column", 0)
    print(
        f"{copies} copies of {len(KINDS)} kinds: {faults.total()} faults but for columns; "
        f"{in_column - misses} of {in_column} columns right"
    )
    assert not faults, "\n".join(told)
    assert 100 * (in_column - misses) >= LEAST_IN_COLUMN * in_column, "\n".join(told)

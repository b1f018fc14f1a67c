"""The verifier believes nothing: each whole number that is altered anywhere is found."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.disclosure import verifier
from pipeline.disclosure.proof import Proof, Territories
from pipeline.disclosure.verifier import verify
from pipeline.errors import DisclosureError
from tests.disclosure.conftest import Department
from tests.disclosure.test_witnesses import Kept, keep

LINES, TIMES = 100, 110
AREAS = Territories(areas={"A": ("A", "FR"), "B": ("B", "FR")}, classes={})
# Two communes, girls and boys: totals are shown, and two girls of A may be boys as well.
SHOWN: Mapping[tuple[str, ...], int | None] = {
    ("A", "F"): None,
    ("A", "M"): None,
    ("A", "_T"): 10,
    ("B", "F"): None,
    ("B", "M"): None,
    ("B", "_T"): 20,
    ("FR", "F"): 12,
    ("FR", "M"): 18,
    ("FR", "_T"): 30,
}
PROOF = Proof(
    table="enrolment",
    dimensions=("sex",),
    counted_by=("sex",),
    least=1,
    shown=SHOWN,
    rows=[("A", "F"), ("A", "M"), ("B", "F"), ("B", "M")],
    persons=[2, 8, 10, 10],
    empty=frozenset(),
    worlds={0: {0: 3, 1: -3, 2: -3, 3: 3}},
)


def test_a_range_is_what_a_cell_takes_over_the_worlds() -> None:
    [found] = verify([PROOF], AREAS)
    assert found["A", "F"] == (2, 5)
    assert found["B", "M"] == (10, 13)
    assert found["FR", "F"] == (12, 12)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("sums", {"persons": [3, 8, 10, 10]}),
        ("sums", {"persons": [0, 10, 12, 8]}),
        ("sums", {"shown": {**SHOWN, ("FR", "_T"): 31}}),
        ("sums", {"shown": {**SHOWN, ("A", "F"): 5}}),
        ("worlds", {"shown": {**SHOWN, ("A", "F"): 2}}),
        ("worlds", {"worlds": {0: {0: 3, 1: -3, 2: -2, 3: 2}}}),
        ("worlds", {"worlds": {0: {0: -2, 1: 2, 2: 2, 3: -2}}}),
        ("persons", {"worlds": {0: {0: -3, 1: 3, 2: 3, 3: -3}}}),
        ("persons", {"empty": frozenset({0})}),
        ("cells", {"rows": [("A", "F"), ("A", "M"), ("B", "F"), ("B", "X")]}),
    ],
)
def test_what_contradicts_the_public_is_refused_by_its_rule(
    rule: str, changes: dict[str, object]
) -> None:
    with pytest.raises(DisclosureError, match="proof_contradicts") as refused:
        verify([replace(PROOF, **changes)], AREAS)
    assert refused.value.problem.place.rule == rule
    assert refused.value.problem.count


def test_a_hidden_cell_may_be_nothing_only_where_zeros_are_hidden_too() -> None:
    nothing = replace(PROOF, worlds={0: {0: -2, 1: 2, 2: 2, 3: -2}}, least=0)
    [found] = verify([nothing], AREAS)
    assert found["A", "F"] == (0, 2)


def test_two_tables_must_count_the_same_persons() -> None:
    other = replace(PROOF, table="home", persons=[3, 7, 9, 11], worlds={})
    with pytest.raises(DisclosureError, match="same_persons"):
        verify([PROOF, other], AREAS)
    still = replace(PROOF, table="home", worlds={})
    with pytest.raises(DisclosureError, match="same_persons"):
        verify([PROOF, still], AREAS)
    assert len(verify([PROOF, replace(PROOF, table="home")], AREAS)) == 2


def test_the_verifier_is_short_and_knows_nothing_of_what_it_judges() -> None:
    text = Path(verifier.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) < LINES
    modules = {
        node.module for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)
    }
    assert modules == {
        "collections.abc",
        "itertools",
        "pipeline.disclosure.proof",
        "pipeline.errors",
    }


@pytest.fixture(scope="module")
def kept() -> Kept:
    """Return two tables of the same pupils in five communes, both of which hide something."""
    department = Department(5, seed=4)
    return keep(department, department.pupils_system())


def altered_worlds(proofs: list[Proof], random: np.random.Generator) -> list[Proof]:
    table = int(random.integers(len(proofs)))
    proof = proofs[table]
    world = int(random.choice(list(proof.worlds)))
    row = int(random.choice(list(proof.worlds[world])))
    by = int(random.choice([-1, 1]))
    changes = {**proof.worlds[world], row: proof.worlds[world][row] + by}
    return with_table(proofs, table, worlds={**proof.worlds, world: changes})


def altered_persons(proofs: list[Proof], random: np.random.Generator) -> list[Proof]:
    table = int(random.integers(len(proofs)))
    persons = list(proofs[table].persons)
    persons[int(random.integers(len(persons)))] += int(random.choice([-1, 1]))
    return with_table(proofs, table, persons=persons)


def altered_figures(proofs: list[Proof], random: np.random.Generator) -> list[Proof]:
    table = int(random.integers(len(proofs)))
    shown = dict(proofs[table].shown)
    told = [at for at, count in shown.items() if count is not None]
    shown[told[int(random.integers(len(told)))]] += int(random.choice([-1, 1]))
    return with_table(proofs, table, shown=shown)


def shown_cells(proofs: list[Proof], random: np.random.Generator) -> list[Proof]:
    """Return the proofs with one cell less hidden, shown with a small count."""
    table = int(random.integers(len(proofs)))
    hidden = [at for at, count in proofs[table].shown.items() if count is None]
    at = hidden[int(random.integers(len(hidden)))]
    return with_table(proofs, table, shown={**proofs[table].shown, at: int(random.integers(1, 5))})


def hidden_cells(proofs: list[Proof], random: np.random.Generator) -> list[Proof]:
    """Return the proofs with one cell more hidden, which no world moves."""
    table = int(random.integers(len(proofs)))
    told = [at for at, count in proofs[table].shown.items() if count]
    at = told[int(random.integers(len(told)))]
    return with_table(proofs, table, shown={**proofs[table].shown, at: None})


def with_table(proofs: list[Proof], table: int, **changes: object) -> list[Proof]:
    return [replace(each, **changes) if i == table else each for i, each in enumerate(proofs)]


@pytest.mark.parametrize(
    "alter", [altered_worlds, altered_persons, altered_figures, shown_cells, hidden_cells]
)
def test_every_single_alteration_is_found(
    kept: Kept, alter: Callable[[list[Proof], np.random.Generator], list[Proof]]
) -> None:
    assert kept.is_proven(kept.proofs)
    random = np.random.default_rng(2_024)
    unseen = [n for n in range(TIMES) if kept.is_proven(alter(kept.proofs, random))]
    assert unseen == []

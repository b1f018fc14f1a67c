"""What is kept of a pattern's worlds proves it again, and does not tell what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from benchmarks.disclosure.nations import nation
from benchmarks.disclosure.proofs import proofs_of, territories_of
from pipeline.disclosure.proof import Proof, Territories
from pipeline.disclosure.protect import Pattern, protect
from pipeline.disclosure.system import System
from pipeline.disclosure.verifier import verify
from pipeline.disclosure.witnesses import Witnesses, select, veil
from pipeline.errors import DisclosureError
from tests.disclosure.conftest import CODE_LISTS, Department

WIDTH = 3
ALTERED = 120


@dataclass(frozen=True)
class Kept:
    """A protected département and what is kept of its worlds."""

    system: System
    pattern: Pattern
    witnesses: Witnesses
    proofs: list[Proof]
    territories: Territories

    def is_proven(self, proofs: Sequence[Proof]) -> bool:
        """Return whether every hidden cell is proven; a contradiction proves nothing."""
        try:
            found = verify(proofs, self.territories)
        except DisclosureError:
            return False
        return all(
            ranges[at][1] - ranges[at][0] >= WIDTH
            for proof, ranges in zip(proofs, found, strict=True)
            for at, count in proof.shown.items()
            if count is None
        )


def keep(department: Department, system: System) -> Kept:
    pattern = protect(system, width=WIDTH)
    worlds = select(system, pattern.hidden, pattern.audit.changes, asked=pattern.audit.asked)
    random = np.random.default_rng(department.seed)
    witnesses = veil(system, pattern.hidden, worlds, asked=pattern.audit.asked, random=random)
    geography = department.geography()
    proofs = proofs_of(system, pattern.hidden, witnesses, geography, code_lists=CODE_LISTS)
    return Kept(system, pattern, witnesses, proofs, territories_of(geography))


@pytest.fixture(scope="module")
def pupils() -> Kept:
    """Return two tables of the same pupils: overlapping areas, a typology, 12 communes."""
    department = Department(12, seed=5)
    return keep(department, department.pupils_system())


def test_few_worlds_prove_every_hidden_cell_again(pupils: Kept) -> None:
    assert pupils.pattern.hidden.sum() > 200
    assert pupils.is_proven(pupils.proofs)
    assert pupils.witnesses.changes.shape[0] < pupils.pattern.audit.worlds


def test_the_table_that_is_kept_is_not_the_one_that_was_counted(pupils: Kept) -> None:
    system, hidden = pupils.system, pupils.pattern.hidden
    kept = system.membership @ pupils.witnesses.persons
    assert np.array_equal(kept[~hidden], system.cells.value[~hidden])
    assert np.mean(kept[hidden] != system.cells.value[hidden]) > 0.3
    # Sectors are not published by commune: none of what is small there is left as it was.
    small = (system.atoms > 0) & (system.atoms < 5)
    assert np.mean(pupils.witnesses.persons[small] != system.atoms[small]) > 0.5


def test_two_runs_keep_different_tables(pupils: Kept) -> None:
    worlds = select(
        pupils.system,
        pupils.pattern.hidden,
        pupils.pattern.audit.changes,
        asked=pupils.pattern.audit.asked,
    )
    first, second = (
        veil(
            pupils.system,
            pupils.pattern.hidden,
            worlds,
            asked=pupils.pattern.audit.asked,
            random=np.random.default_rng(),
        ).persons
        for _ in range(2)
    )
    assert np.any(first != second)


@pytest.mark.parametrize("linked", [False, True])
def test_small_moves_of_a_nation_are_mixed(*, linked: bool) -> None:
    drawn = nation(90, seed=3)
    system = drawn.system(linked=linked)
    pattern = protect(system, width=1)
    worlds = select(system, pattern.hidden, pattern.audit.changes, asked=pattern.audit.asked)
    witnesses = veil(
        system, pattern.hidden, worlds, asked=pattern.audit.asked, random=np.random.default_rng(1)
    )
    geography = drawn.geography(linked=linked)
    proofs = proofs_of(system, pattern.hidden, witnesses, geography, code_lists=drawn.code_lists)
    [found] = verify(proofs, territories_of(geography))
    hidden = {at for at, count in proofs[0].shown.items() if count is None}
    assert len(hidden) == pattern.hidden.sum() > 100
    assert all(found[at][1] > found[at][0] for at in hidden)
    kept = system.membership @ witnesses.persons
    assert np.mean(kept[pattern.hidden] != system.cells.value[pattern.hidden]) > 0.3


def test_nothing_hidden_needs_no_world() -> None:
    department = Department(2, seed=1)
    system = department.teachers_system()
    report = protect(system, width=WIDTH).audit
    none = np.zeros(len(system.cells), dtype=bool)
    worlds = select(system, none, report.changes[:0], asked=report.asked)
    kept = veil(system, none, worlds, asked=report.asked, random=np.random.default_rng(0))
    assert kept.changes.shape == (0, len(system.atoms))
    assert np.array_equal(system.membership @ kept.persons, system.cells.value)

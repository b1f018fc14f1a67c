"""The audit finds every hidden cell that can be known, and cries wolf on no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from pipeline.disclosure.audit import audit
from pipeline.disclosure.figures import reduce_system
from pipeline.disclosure.protect import protect
from pipeline.disclosure.shape import Geography, Inner, TableShape
from pipeline.disclosure.system import System, build_system
from pipeline.errors import DisclosureError

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from tests.disclosure.conftest import Department, Find, Small


FAR = 1_000


def intervals(system: System, hidden: np.ndarray, *, whole: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of each hidden cell: two programs over every atom (the slow oracle)."""
    value = system.cells.value
    lower, upper = np.where(hidden, 1, value), np.where(hidden, np.inf, value)
    low, high = value.astype(float), value.astype(float)
    rows = system.membership.toarray()
    relations = LinearConstraint(system.membership, lower, upper)
    links = LinearConstraint(system.links, 0, 0)
    _, first, same = np.unique(rows[hidden], axis=0, return_index=True, return_inverse=True)
    for number, cell in enumerate(np.flatnonzero(hidden)[first]):
        twins = np.flatnonzero(hidden)[same == number]
        for sign, bound in ((1, low), (-1, high)):
            answer = milp(
                sign * rows[cell],
                constraints=[relations, links],
                bounds=Bounds(0, FAR),
                integrality=np.full(len(system.atoms), int(whole)),
                options={"mip_rel_gap": 0},
            )
            assert answer.status == 0
            bound[twins] = sign * answer.fun
    return low, high


def hide(system: System, *cells: int) -> np.ndarray:
    hidden = np.zeros(len(system.cells), dtype=bool)
    hidden[list(cells)] = True
    return hidden


def test_a_cell_hidden_alone_is_its_total_less_the_rest(small: Small, find: Find) -> None:
    system = small.one_table({"A": [3, 20]})
    report = audit(system, hide(system, find(system, "A", sex="F")))
    assert report.determined.sum() == 1
    assert not report.passed


def test_two_hidden_cells_of_one_total_cannot_be_told_apart(small: Small, find: Find) -> None:
    system = small.one_table({"A": [3, 20]})
    cells = find(system, "A", sex="F"), find(system, "A", sex="M")
    report = audit(system, hide(system, *cells), width=3)
    assert report.passed
    assert report.narrowest >= 3


def test_hidden_ones_that_sum_to_their_number_are_known(small: Small, find: Find) -> None:
    ones = small.one_table({"A": [1, 1]})
    hidden = hide(ones, find(ones, "A", sex="F"), find(ones, "A", sex="M"))
    assert audit(ones, hidden).determined.sum() == 2
    more = small.one_table({"A": [1, 2]})
    assert audit(more, hidden).passed


def test_the_width_is_exact_for_what_the_first_worlds_leave_narrow(
    small: Small, find: Find
) -> None:
    system = small.one_table({"A": [2, 2]})
    hidden = hide(system, find(system, "A", sex="F"), find(system, "A", sex="M"))
    assert audit(system, hidden, width=2).passed
    report = audit(system, hidden, width=3)
    assert not report.passed
    assert (report.low[hidden].tolist(), report.high[hidden].tolist()) == ([1, 1], [3, 3])


def test_a_hidden_zero_is_refused_because_zeros_are_published(small: Small, find: Find) -> None:
    system = small.one_table({"A": [0, 20]})
    with pytest.raises(DisclosureError, match="zero_hidden"):
        audit(system, hide(system, find(system, "A", sex="F"), find(system, "A", sex="M")))


def test_a_published_zero_makes_the_other_cell_the_total(small: Small, find: Find) -> None:
    system = small.one_table({"A": [0, 3], "B": [9, 9]}, country=("FR", "FR"))
    men, whole = find(system, "A", sex="M"), find(system, "A")
    assert audit(system, hide(system, men)).determined[men]
    more = hide(system, men, whole, find(system, "B", sex="M"), find(system, "B"))
    assert audit(system, more).passed


def test_a_cell_shown_at_another_level_is_determined(small: Small, find: Find) -> None:
    system = small.one_table({"A": [3, 20]}, country=("FR",))
    hidden = hide(system, find(system, "A", sex="F"), find(system, "A", sex="M"))
    assert audit(system, hidden).determined.sum() == 2


def test_an_overlapping_hierarchy_opens_what_a_nested_one_protects(
    small: Small, find: Find
) -> None:
    counts = {"A": [3, 20], "B": [4, 20], "C": [30, 30], "D": [30, 30]}
    nested = small.one_table(counts, departement=("1", "1", "2", "2"))
    cells = [find(nested, area, sex=sex) for area in "AB" for sex in "FM"]
    assert audit(nested, hide(nested, *cells)).passed
    linked = small.one_table(counts, departement=("1", "1", "2", "2"), epci=("X", "Y", "X", "Y"))
    cells = [find(linked, area, sex=sex) for area in "AB" for sex in "FM"]
    report = audit(linked, hide(linked, *cells))
    assert report.determined.sum() == 4


def test_a_typology_is_a_relation_too(small: Small, find: Find) -> None:
    counts = {"A": [3, 20], "B": [4, 20], "C": [30, 30]}
    shape = TableShape(
        name="enrolment",
        k=5,
        dimensions=("sex", "urbanisation"),
        levels={"commune": ("sex",), "country": ("sex", "urbanisation")},
    )

    def determined(*classes: str) -> int:
        system = build_system(
            [shape],
            [small.inner("enrolment", ("sex",), counts)],
            small.code_lists,
            geography=small.geography(("A", "B", "C"), classes, country=("FR",) * 3),
        )
        cells = [find(system, area, sex=sex) for area in "AB" for sex in "FM"]
        return int(audit(system, hide(system, *cells)).determined.sum())

    assert determined("U1", "U1", "U2") == 0
    assert determined("U1", "U2", "U2") == 4


def test_tables_of_the_same_persons_open_one_another(small: Small, find: Find) -> None:
    names = {"enrolment": ("sex",), "home_connectivity": ("home_internet",)}
    shapes = [small.table(table, 5, {"commune": crossed}) for table, crossed in names.items()]
    counts = {"enrolment": [3, 20], "home_connectivity": [10, 9, 4]}
    system = build_system(
        shapes,
        [small.inner(table, names[table], {"A": counts[table]}) for table in names],
        small.code_lists,
        geography=small.geography(("A",)),
    )
    women, total = find(system, "A", sex="F"), find(system, "A")
    other_total = find(system, "A", table="home_connectivity")
    assert audit(system, hide(system, women, total)).determined.sum() == 2
    unknown = find(system, "A", table="home_connectivity", home_internet="_U")
    assert audit(system, hide(system, women, total, other_total, unknown)).passed


def test_a_proposed_world_that_contradicts_a_shown_cell_is_refused(
    small: Small, find: Find
) -> None:
    system = small.one_table({"A": [3, 20]})
    hidden = hide(system, find(system, "A", sex="F"), find(system, "A", sex="M"))
    assert audit(system, hidden, proposals=csr_array([[2, -2]])).high[hidden].tolist() == [5, 20]
    for wrong in ([2, 0], [-3, 3], [-4, 4]):
        with pytest.raises(DisclosureError, match="world_contradicts"):
            audit(system, hidden, proposals=csr_array([wrong]))


def without_some_secondary(system: System, *, share: float, seed: int) -> np.ndarray:
    """Return a safe pattern from which some secondary figures have been shown again."""
    pattern = protect(system, width=3)
    figures = reduce_system(system)
    again = np.random.default_rng(seed).random(figures.size) < share
    return pattern.hidden & ~(pattern.secondary & figures.cells(again))


@pytest.mark.parametrize(("share", "seed"), [(0.0, 0), (0.1, 1)])
def test_it_agrees_with_two_integer_programs_per_hidden_cell(
    department: type[Department], share: float, seed: int
) -> None:
    system = department(communes=6, seed=seed).teachers_system()
    hidden = without_some_secondary(system, share=share, seed=seed)
    low, high = intervals(system, hidden, whole=True)
    report = audit(system, hidden, width=1)
    np.testing.assert_array_equal(report.determined, hidden & (low == high))
    wide = audit(system, hidden, width=3)
    np.testing.assert_array_equal(wide.narrow, hidden & (high - low < 3))
    assert report.determined.any() == (share > 0)
    assert not np.all(report.determined[hidden])


def test_it_agrees_with_them_on_two_tables_of_the_same_persons(
    department: type[Department],
) -> None:
    system = department(communes=4, seed=6).pupils_system()
    hidden = without_some_secondary(system, share=0.15, seed=6)
    low, high = intervals(system, hidden, whole=True)
    report = audit(system, hidden, width=3)
    np.testing.assert_array_equal(report.determined, hidden & (low == high))
    np.testing.assert_array_equal(report.narrow, hidden & (high - low < 3))
    assert 0 < np.count_nonzero(report.determined) < np.count_nonzero(hidden)


def test_no_range_it_shows_is_wider_than_the_linear_interval(department: type[Department]) -> None:
    system = department(communes=4, seed=5).teachers_system()
    cells = system.cells
    hidden = (cells.value > 0) & (cells.value < 12)
    low, high = intervals(system, hidden, whole=False)
    report = audit(system, hidden, width=3)
    assert np.all(report.low >= low - 1e-6)
    assert np.all(report.high <= high + 1e-6)
    assert np.all(high[~report.determined & hidden] > low[~report.determined & hidden])


@st.composite
def tiny(draw: st.DrawFn) -> tuple[System, np.ndarray]:
    """Draw two communes by three codes, or one commune with two tables, and what is hidden."""
    counts = st.integers(0, 3)
    if draw(st.booleans()):
        values = draw(st.lists(counts, min_size=6, max_size=6))
        communes, names = ("A", "B"), ("edu_level",)
        tables = {"enrolment": (names, np.reshape(values, (2, 3)))}
    else:
        values = draw(st.lists(st.integers(0, 1), min_size=8, max_size=8))
        persons = np.reshape(values, (2, 2, 2))
        communes = ("A",)
        tables = {
            "enrolment": (("sex", "sector"), persons.sum(axis=2)[None]),
            "staff": (("sex", "has_digital_training"), persons.sum(axis=1)[None]),
        }
    country = draw(st.booleans())
    zeros = {table: draw(st.sampled_from(["published", "protected"])) for table in tables}
    levels = ("commune", "country") if country else ("commune",)
    lists = {
        "sex": ("F", "M"),
        "sector": ("PUB", "PRIV"),
        "edu_level": ("L02", "L1", "L2"),
        "has_digital_training": ("Y", "N"),
    }
    shapes = [
        TableShape(
            name=table,
            k=3,
            dimensions=names,
            levels=dict.fromkeys(levels, names),
            zeros=zeros[table],
        )
        for table, (names, _) in tables.items()
    ]
    inners = []
    for table, (names, count) in tables.items():
        grid = np.indices(count.shape).reshape(count.ndim, -1)
        codes = {name: np.array(lists[name])[grid[i + 1]] for i, name in enumerate(names)}
        inners.append(
            Inner(
                table=table,
                territory=np.array(communes)[grid[0]],
                codes=codes,
                count=count.ravel().astype(np.int64),
            )
        )
    geography = Geography(
        base="commune",
        territory=np.array(communes),
        upper={"country": np.full(len(communes), "FR")} if country else {},
        typology={},
    )
    system = build_system(shapes, inners, lists, geography=geography)
    shown = draw(st.lists(st.booleans(), min_size=len(system.cells), max_size=len(system.cells)))
    return system, ~np.array(shown) & (system.cells.room >= 0)


def enumerate_worlds(system: System, hidden: np.ndarray) -> np.ndarray:
    """Return the cells of every whole table with small counts that agrees with what is shown."""
    size = len(system.atoms)
    cap = 5 if size == 6 else 3
    atoms = np.indices((cap + 1,) * size).reshape(size, -1).T
    atoms = atoms[~np.any(atoms @ system.links.toarray().T, axis=1)]
    cells = atoms @ system.membership.toarray().T
    value = system.cells.value
    zeros = {shape.name: shape.zeros for shape in system.shapes}
    floor = [int(zeros[name] == "published") for name in system.cells.table]
    agree = np.all(np.where(hidden, cells >= floor, cells == value), axis=1)
    return cells[agree]


@given(tiny())
@settings(max_examples=40, deadline=None)
def test_it_agrees_with_the_enumeration_of_all_tiny_tables(case: tuple[System, np.ndarray]) -> None:
    system, hidden = case
    worlds = enumerate_worlds(system, hidden)
    known = hidden & np.all(worlds == worlds[0], axis=0)
    np.testing.assert_array_equal(audit(system, hidden).determined, known)


def test_linear_programs_alone_would_let_it_pass(small: Small, find: Find) -> None:
    """Show that the oracle and the bound of 1 matter: without the bound, ones would look safe."""
    system = small.one_table({"A": [1, 1]})
    hidden = hide(system, find(system, "A", sex="F"), find(system, "A", sex="M"))
    rows = system.membership.toarray()
    free = linprog(rows[0], A_eq=rows[~hidden], b_eq=system.cells.value[~hidden])
    assert free.fun == pytest.approx(0.0)
    low, high = intervals(system, hidden, whole=False)
    np.testing.assert_array_equal(low, high)

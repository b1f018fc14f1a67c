"""The least pattern of a small table is the least, and what territories pay each other is true."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.disclosure.nations import nation
from pipeline.disclosure import choice, cuts
from pipeline.disclosure.audit import audit
from pipeline.disclosure.circuits import (
    circuits,
    elementary_circuits,
    number_of_circuits,
    number_of_elementary_circuits,
    sums_of_two,
)
from pipeline.disclosure.compounds import Compounds
from pipeline.disclosure.cover import covered
from pipeline.disclosure.cuts import Cuts
from pipeline.disclosure.exchange import exchanges
from pipeline.disclosure.figures import reduce_system
from pipeline.disclosure.forms import cut
from pipeline.disclosure.ground import ground
from pipeline.disclosure.known import Known
from pipeline.disclosure.local import least, rooms
from pipeline.disclosure.payments import Payers, Territories
from pipeline.disclosure.protect import Preferences, protect
from pipeline.disclosure.relations import margins
from pipeline.disclosure.start import Start, start
from pipeline.disclosure.system import System
from pipeline.disclosure.walks import Walks, arrangements

if TYPE_CHECKING:
    from tests.disclosure.conftest import Department, Small

FORMS = [(), (3,), (4,), (2, 2), (2, 3), (3, 3), (3, 4)]
FEWEST = Preferences(territory=0.0, margin=0.0, person=0.0)


def sums(form: tuple[int, ...]) -> np.ndarray:
    """Return relations x cells that are zero on every table of a form."""
    cells = int(np.prod(form))
    relations = margins((1, *form)).toarray() - np.eye(cells, dtype=int)
    return relations[(relations > 0).any(axis=1)]


def with_totals(inner: np.ndarray) -> np.ndarray:
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner


@pytest.mark.parametrize("form", FORMS[:-1])
def test_circuits_are_the_changes_of_fewest_cells(form: tuple[int, ...]) -> None:
    """Each is listed once, none is missing: all changes by -1, 0 or 1 are tried."""
    signs = np.array(list(product((-1, 0, 1), repeat=int(np.prod(form)))))
    changes = signs[~(signs @ sums(form).T).any(axis=1) & signs.any(axis=1)]
    supports = {tuple(np.flatnonzero(change)) for change in changes}
    least_ones = {one for one in supports if not any(set(other) < set(one) for other in supports)}
    found = circuits(form).signs
    assert {tuple(np.flatnonzero(change)) for change in found} == least_ones
    assert len(found) == len(least_ones) == number_of_circuits(form)
    assert not (found.astype(int) @ sums(form).T).any()


@pytest.mark.parametrize("form", [(2, 2, 2), (3, 2, 3), (2, 3, 2, 2)])
def test_elementary_circuits_span_all_changes(form: tuple[int, ...]) -> None:
    """In whole numbers: modulo each small prime they have the rank of the relations' kernel."""
    found = elementary_circuits(form).signs.astype(int)
    assert len(found) == len(np.unique(found, axis=0)) == number_of_elementary_circuits(form)
    assert not (found @ sums(form).T).any()
    free = int(np.prod([size - 1 for size in form]))
    assert np.linalg.matrix_rank(sums(form)) == np.prod(form) - free
    assert {rank_modulo(found, prime) for prime in (2, 3, 5, 7)} == {free}


def rank_modulo(matrix: np.ndarray, prime: int) -> int:
    left, rank = matrix % prime, 0
    for column in range(matrix.shape[1]):
        rows = np.flatnonzero(left[rank:, column]) + rank
        if not len(rows):
            continue
        left[[rank, rows[0]]] = left[[rows[0], rank]]
        left[rank] = left[rank] * pow(int(left[rank, column]), -1, prime) % prime
        below = left[rank + 1 :, [column]]
        left[rank + 1 :] = (left[rank + 1 :] - below * left[rank]) % prime
        rank += 1
    return rank


def test_elementary_circuits_of_two_dimensions_are_the_shortest_of_all() -> None:
    every, shortest = circuits((3, 4)).signs, elementary_circuits((3, 4)).signs
    sizes = np.count_nonzero(every, axis=1)
    among = {signs.tobytes() for signs in every[sizes == sizes.min()]}
    assert len(shortest) == len(among)
    assert all({one.tobytes(), (-one).tobytes()} & among for one in shortest)


@settings(max_examples=30, deadline=None)
@given(
    inner=arrays(np.int64, (2, 2, 2), elements=st.sampled_from([0, 1, 2, 3, 6, 30])),
    width=st.sampled_from([1, 3]),
)
def test_what_covers_a_table_protects_it_where_circuits_can(inner: np.ndarray, width: int) -> None:
    """What is on a hidden circuit that is wide enough has the width by integer programs."""
    count = with_totals(inner)
    primary = ((count > 0) & (count < 3)).ravel()
    form = elementary_circuits(count.shape)
    hidden = covered(count.reshape(1, -1), primary[None], form, price=np.ones(27), width=width)[0]
    assert np.all(hidden[primary])
    assert not np.any(hidden & (count.ravel() == 0))
    along, against = rooms(count.reshape(1, -1), form, width=width)
    wide = (along + against >= width)[0]
    on = form.signs != 0
    inside = wide & ~np.any(on & ~hidden, axis=1)
    could = np.any(on[wide], axis=0)
    for cell in np.flatnonzero(hidden):
        assert np.any(on[inside, cell]) == could[cell]
        if could[cell]:
            assert range_inside(count, hidden, cell) >= width


def test_equal_tables_are_covered_alike_and_dear_cells_last() -> None:
    count = with_totals(np.full((2, 2, 2), 30))
    count[0, 0, 0] = 3
    table, form = count.reshape(1, -1), elementary_circuits((3, 3, 3))
    inner_only = np.ones(27, dtype=np.int64)
    inner_only.reshape(3, 3, 3)[-1] = inner_only.reshape(3, 3, 3)[:, -1] = 5
    inner_only.reshape(3, 3, 3)[:, :, -1] = 5
    two = np.concatenate([table, table])
    hidden = covered(two, two == 3, form, price=inner_only, width=3)
    np.testing.assert_array_equal(hidden[0], hidden[1])
    assert np.argwhere(hidden[0].reshape(3, 3, 3)).max() == 1
    assert np.count_nonzero(hidden[0]) == 8


@pytest.mark.parametrize(("linked", "width"), list(product((False, True), (1, 3))))
def test_tables_of_three_dimensions_are_protected_with_few_programs(
    monkeypatch: pytest.MonkeyPatch, *, linked: bool, width: int
) -> None:
    """Programs that hide serve less than a tenth of what is small; the bound holds."""
    served: list[int] = []

    def note(one: choice.Choice, _parts: object) -> None:
        served.append(int(np.count_nonzero(one.narrow)))

    monkeypatch.setattr(choice.Choice, "_open_on", note)
    system = nation(150, seed=2).by_sector(seed=2).system(linked=linked)
    pattern = protect(system, width=width, preferences=FEWEST)
    assert pattern.bound <= np.count_nonzero(pattern.secondary) <= 2.2 * pattern.bound
    assert served[0] < 0.1 * np.count_nonzero(pattern.primary)


def test_sums_of_two_circuits_are_sums() -> None:
    form = circuits((3, 4))
    of_each = sums_of_two(form)
    assert all(of_each)
    for whole, pairs in zip(form.signs.astype(int), of_each, strict=True):
        for one, sign, two, other in pairs:
            np.testing.assert_array_equal(whole, sign * form.signs[one] + other * form.signs[two])


def range_inside(count: np.ndarray, hidden: np.ndarray, cell: int, floor: int = 1) -> float:
    """Return the range of a hidden cell in one table by two integer programs."""
    relations = sums(count.shape)
    low = np.where(hidden, floor, count.ravel())
    high = np.where(hidden, 1_000, count.ravel())
    objective = np.zeros(count.size)
    objective[cell] = 1
    ends = []
    for sign in (1, -1):
        answer = milp(
            sign * objective,
            constraints=LinearConstraint(relations, 0, 0) if len(relations) else (),
            bounds=Bounds(low, high),
            integrality=np.ones(count.size),
        )
        ends.append(sign * answer.fun)
    return ends[1] - ends[0]


def least_by_trial(count: np.ndarray, primary: np.ndarray, width: int, floor: int) -> int | None:
    """Return the fewest cells to hide besides the primary ones, trying all; None if none do."""
    candidates = np.flatnonzero(~primary & (count.ravel() >= floor))
    for extra in range(len(candidates) + 1):
        for chosen in combinations(candidates, extra):
            hidden = primary.copy()
            hidden[list(chosen)] = True
            cells = np.flatnonzero(hidden)
            if all(range_inside(count, hidden, cell, floor) >= width for cell in cells):
                return extra
    return None


@settings(max_examples=40, deadline=None)
@given(
    inner=st.sampled_from([(2, 2), (2, 3), (3,)]).flatmap(
        lambda shape: st.lists(
            st.sampled_from([0, 1, 1, 2, 3, 4, 6, 30]),
            min_size=int(np.prod(shape)),
            max_size=int(np.prod(shape)),
        ).map(lambda values: np.reshape(values, shape))
    ),
    width=st.sampled_from([1, 2, 3]),
    floor=st.sampled_from([0, 1]),
)
def test_no_pattern_of_fewer_cells_protects_a_table(
    inner: np.ndarray, width: int, floor: int
) -> None:
    count = with_totals(inner)
    primary = ((count > 0) & (count < 3)).ravel()
    price = np.ones(count.size, dtype=np.int64)
    form = circuits(count.shape)
    counted = count.reshape(1, -1) + 1 - floor
    found = least(counted, primary[None], form, price=price, width=width)
    fewest = least_by_trial(count, primary, width, floor) if primary.any() else 0
    assert found.cost[0] == (-1 if fewest is None else fewest)
    hidden = found.hidden[0]
    assert np.count_nonzero(hidden & ~primary) == max(found.cost[0], 0)
    if fewest is not None:
        cells = np.flatnonzero(hidden)
        assert all(range_inside(count, hidden, cell, floor) >= width for cell in cells)


def test_dear_totals_are_kept_where_inner_cells_do() -> None:
    count = with_totals(np.array([[3, 30], [30, 30]])).reshape(1, -1)
    primary = count == 3
    form = circuits((3, 3))
    dear = np.array([1, 1, 4, 1, 1, 4, 4, 4, 8])
    found = least(count, primary, form, price=dear, width=1)
    assert np.flatnonzero(found.hidden[0]).tolist() == [0, 1, 3, 4]
    assert found.cost[0] == 3


@settings(max_examples=15, deadline=None)
@given(
    inner=st.lists(st.sampled_from([0, 1, 2, 3, 6, 30]), min_size=4, max_size=4),
    seed=st.integers(0, 9),
)
def test_each_table_has_its_own_prices(inner: list[int], seed: int) -> None:
    """Two tables of the same counts and other prices: no pattern of either is cheaper."""
    table = with_totals(np.reshape(inner, (2, 2)))
    count = np.array([table.ravel()] * 2)
    primary = (count > 0) & (count < 3)
    price = np.random.default_rng(seed).integers(1, 9, count.shape)
    found = least(count, primary, circuits(table.shape), price=price, width=1)
    for row in range(2):
        if found.cost[row] >= 0:
            assert found.cost[row] == price[row, found.hidden[row] & ~primary[row]].sum()
            assert protects(table, found.hidden[row])
        others = np.flatnonzero(~primary[row] & (count[row] > 0))
        most = found.cost[row] if found.cost[row] >= 0 else np.inf
        cheaper = [
            np.isin(np.arange(9), chosen) | primary[row]
            for size in range(len(others) + 1)
            for chosen in combinations(others, size)
            if price[row, list(chosen)].sum() < most
        ]
        assert not any(protects(table, pattern) for pattern in cheaper)


def protects(table: np.ndarray, hidden: np.ndarray) -> bool:
    cells = np.flatnonzero(hidden)
    return all(range_inside(table, hidden, cell) >= 1 for cell in cells)


def test_a_grid_is_cut_and_put_together_again(department: type[Department]) -> None:
    for grid in department(communes=8, seed=3).pupils_system().grids:
        size = int(np.prod(grid.sizes))
        pieces = cut(grid)
        values = np.random.default_rng(0).integers(0, 2, size).astype(bool)
        np.testing.assert_array_equal(pieces.cells(pieces.tables(values)), values)
        tables = pieces.tables(np.arange(size)) + grid.start
        assert len(pieces.form) <= 2
        assert sorted(tables.ravel()) == list(range(grid.start, grid.start + size))


def first(system: System, width: int, closed: np.ndarray | None = None) -> tuple[np.ndarray, Start]:
    """Return the cells of few persons, and the first pattern that hides them."""
    cells, figures = system.cells, reduce_system(system)
    none = np.zeros(len(cells), dtype=bool)
    primary = figures.cells(figures.any((cells.value > 0) & (cells.value < cells.k)))
    alike = np.ones(len(cells), dtype=np.int64)
    return primary, start(
        system,
        primary,
        closed=none if closed is None else closed,
        dear=none,
        margin=0.0,
        weight=alike,
        width=width,
    )


def first_pattern(system: System, width: int) -> np.ndarray:
    figures = reduce_system(system)
    return figures.cells(figures.any(first(system, width)[1].hidden))


@pytest.mark.parametrize(("linked", "width"), list(product((False, True), (1, 3))))
def test_what_territories_pay_each_other_is_a_world(*, linked: bool, width: int) -> None:
    """The audit refuses a world that contradicts anything shown; none does, and most cells move."""
    system = nation(60, seed=width).system(linked=linked)
    hidden = first_pattern(system, width)
    base = ground(system)
    assert base is not None
    own = hidden[base.cells].reshape(base.count.shape)
    worlds = base.worlds(exchanges(base, own, width=width), len(system.atoms))
    report = audit(system, hidden, width=width, proposals=worlds)
    assert report.worlds >= worlds.shape[0] > 0
    moved = (worlds @ system.membership.T).tocsc()
    high, low = moved.max(axis=0).toarray().ravel(), moved.min(axis=0).toarray().ravel()
    assert np.all(report.high >= system.cells.value + high)
    assert np.all(report.low <= system.cells.value + low)
    assert np.mean((high - low)[hidden] >= width) > 0.2


def nothing_moved(system: System, hidden: np.ndarray, cells: slice | np.ndarray) -> Known:
    here = hidden[cells].reshape(-1, 18)
    count = system.cells.value[cells].reshape(here.shape)
    return Known(
        hidden=here.copy(),
        low=np.zeros(here.shape, dtype=np.int64),
        high=np.zeros(here.shape, dtype=np.int64),
        price=np.where(count > 0, 1.0, np.inf),
    )


@pytest.mark.parametrize("width", [1, 3])
def test_walks_over_overlapping_areas_are_worlds(width: int) -> None:
    """Walks that hide nothing move what is hidden; those that hide move all that they served."""
    system = nation(400, seed=4).system(linked=True)
    base = ground(system)
    assert base is not None
    whole, loose = arrangements(base)
    assert len(whole) == len(loose) == 3
    hidden = first_pattern(system, width)
    own = nothing_moved(system, hidden, base.cells)
    areas = [nothing_moved(system, hidden, area.cells) for area in base.areas]
    opened, walked = [], 0
    for arrangement in (*whole, *loose):
        walks = Walks(base, arrangement, width=width, threads=1)
        still = walks.round(own, areas, most=0.0, apart=False)
        more = walks.round(own, areas, most=12.0, apart=True)
        np.testing.assert_array_equal(still.own.hidden, own.hidden)
        assert np.all(more.own.hidden[own.hidden])
        for served in (still, more):
            everything = hidden.copy()
            everything[base.cells] = served.own.hidden.ravel()
            for area, known in zip(base.areas, served.areas, strict=True):
                everything[area.cells[known.hidden]] = True
            worlds = base.worlds(served.moves, len(system.atoms))
            report = audit(system, everything, width=0, proposals=worlds)
            assert worlds.shape[0] == served.walks
            moved = np.diff((worlds @ system.membership.T).tocsc().indptr) > 0
            assert np.all(report.high[moved] > report.low[moved])
            np.testing.assert_array_equal(
                (served.own.high - served.own.low).ravel() > 0, moved[base.cells]
            )
        walked += still.walks + more.walks
        opened.append(int(np.count_nonzero(everything) - np.count_nonzero(hidden)))
    assert walked > 20
    assert sum(opened) > 50


def test_no_walk_changes_an_area_that_shows_other_tables() -> None:
    """What is left out and cannot be hidden cell by cell stays as it is."""
    system = nation(400, seed=4).system(linked=True)
    base = ground(system)
    assert base is not None
    hidden = first_pattern(system, 1)
    own, walked = nothing_moved(system, hidden, base.cells), 0
    for level, closed in enumerate(base.areas):
        other = replace(closed, cells=closed.cells[:0], count=closed.count[:0])
        areas = (*base.areas[:level], other, *base.areas[level + 1 :])
        changed = replace(base, areas=areas)
        known = [nothing_moved(system, hidden, area.cells) for area in areas]
        for arrangement in arrangements(changed)[1]:
            walks = Walks(changed, arrangement, width=1, threads=1)
            moves = walks.round(own, known, most=24.0, apart=False).moves
            change = base.form.signs[moves.circuit].astype(int) * moves.amount[:, None]
            sums = np.zeros((int(moves.world.max(initial=0)) + 1, *closed.count.shape), dtype=int)
            np.add.at(sums, (moves.world, closed.label[moves.territory]), change)
            assert not sums.any()
            walked += len(moves.world)
    assert walked > 20


def test_walks_are_for_areas_that_overlap_in_one_table(department: type[Department]) -> None:
    nested = ground(nation(400, seed=4).system(linked=False))
    assert nested is not None
    assert arrangements(nested) == ([], [])
    assert ground(department(communes=8, seed=3).pupils_system()) is None


@pytest.mark.parametrize(("width", "most"), [(1, 1.4), (3, 1.65)])
def test_a_nation_too_large_for_programs_is_protected_by_walks_and_in_small_parts(
    monkeypatch: pytest.MonkeyPatch, width: int, most: float
) -> None:
    """Where linear programs would take too long, what one grouping forbids is hidden above.

    In a nation as small as this that costs more than in one of 35,000: 1.22 times the bound there.
    """
    monkeypatch.setattr(choice, "_SMALL", 500)
    monkeypatch.setattr(cuts, "_WHOLE", 3_000)
    system = nation(400, seed=4).system(linked=True)
    pattern = protect(system, width=width, preferences=FEWEST)
    assert np.count_nonzero(pattern.secondary) <= most * pattern.bound


def test_persons_are_paid_one_by_one_where_nobody_pays_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Several circuits and payers serve what no single walk serves."""
    system = nation(400, seed=4).system(linked=True)
    base = ground(system)
    assert base is not None
    [whole, *_], _ = arrangements(base)
    hidden = first_pattern(system, 3)
    left = []
    for way in ("single", "sums"):
        if way == "single":
            monkeypatch.setattr(Compounds, "walks", lambda *_: iter(()))
        else:
            monkeypatch.undo()
        own = nothing_moved(system, hidden, base.cells)
        areas = [nothing_moved(system, hidden, area.cells) for area in base.areas]
        walks = Walks(base, whole, width=3, threads=1)
        served = walks.round(own, areas, most=0.0, apart=False)
        while served.walks:
            served = walks.round(served.own, served.areas, most=0.0, apart=False)
        left.append(int(np.count_nonzero(served.own.narrow(3))))
    assert left[1] < 0.9 * left[0]


def test_an_area_is_hidden_where_its_territories_cannot_move() -> None:
    """Ten communes of one pupil each have ten: shown, it tells each of them."""
    drawn = nation(400, seed=4)
    pupils = drawn.pupils.copy()
    epci = np.unique(drawn.epci, return_counts=True)
    pupils[drawn.epci == epci[0][epci[1].argmax()], 0, 0] = 1
    stiff = []
    for nation_ in (drawn, replace(drawn, pupils=pupils)):
        system = nation_.system(linked=True)
        base = ground(system)
        assert base is not None
        [area] = [area for area in base.areas if len(area.count) == len(epci[0])]
        primary, pattern = first(system, 1)
        cell = area.cells[epci[1].argmax(), 0]
        assert not primary[cell]
        stiff.append(bool(pattern.hidden[cell]))
        assert pattern.bound <= np.count_nonzero(pattern.hidden & ~primary)
        public = np.zeros(len(system.cells), dtype=bool)
        public[cell] = True
        assert not first(system, 1, closed=public)[1].hidden[cell]
    assert stiff == [False, True]


def test_clusters_are_neighbours_and_share_nothing() -> None:
    system = nation(400, seed=4).system(linked=True)
    figures = reduce_system(system)
    for size in (10, 60):
        parts = Cuts(system, figures).clusters(size)
        together = np.concatenate(parts)
        assert len(parts) > 5
        assert len(np.unique(together)) == len(together)
        for part in parts:
            homes = figures.territory[part]
            assert 0 < len(np.unique(homes[homes >= 0])) <= 2 * size


def test_several_pay_what_one_cannot_and_nobody_pays_for_himself() -> None:
    three = Territories(
        first=np.array([0, 0, 0, 0]),
        second=np.zeros(4, dtype=np.int64),
        open=1,
        room=np.array([3, 1, 2, 1]),
        price=np.array([9.0, 0.0, 0.0, 1.0]),
        opening=np.full(4, np.inf),
    )
    payers = Payers(three, amount=3, width=3, most=100.0)
    last = np.array([2])
    assert payers.price.tolist() == [0.0]
    assert sorted(payers.who(0, ())) == [(1, 1), (2, 2)]
    assert payers.pay(np.array([0]), last).tolist() == [9.0]
    assert payers.who(0, (2,)) == [(0, 3)]
    assert payers.who(0, (0, 2)) == []
    assert payers.row(np.array([1]), np.array([0])).tolist() == [-1]


@pytest.mark.parametrize(("linked", "width"), list(product((False, True), (1, 3))))
def test_the_bound_is_below_what_is_hidden_and_the_pattern_the_same_on_two_threads(
    *, linked: bool, width: int
) -> None:
    system = nation(150, seed=10 + width).system(linked=linked)
    alone = protect(system, width=width, preferences=FEWEST)
    together = protect(system, width=width, preferences=FEWEST, threads=2)
    np.testing.assert_array_equal(alone.secondary, together.secondary)
    np.testing.assert_array_equal(alone.audit.low, together.audit.low)
    np.testing.assert_array_equal(alone.audit.high, together.audit.high)
    assert 0 < alone.bound <= np.count_nonzero(alone.secondary)
    if not linked:
        assert np.count_nonzero(alone.secondary) <= 1.15 * alone.bound


def test_the_bound_holds_for_several_tables_of_the_same_persons(
    department: type[Department],
) -> None:
    for system in (
        department(communes=30, seed=5).pupils_system(),
        department(communes=30, seed=5).teachers_system(),
    ):
        pattern = protect(system, width=3)
        assert 0 < pattern.bound <= np.count_nonzero(pattern.secondary)


def test_nothing_is_bound_where_nothing_is_small(small: Small) -> None:
    system = small.one_table({"A": [30, 30], "B": [40, 40]}, country=("FR", "FR"))
    assert protect(system, width=3).bound == 0

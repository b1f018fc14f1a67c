"""What must be hidden by itself is, on both sides of each limit, and cannot be recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.audit import audit
from pipeline.disclosure.figures import reduce_system
from pipeline.disclosure.primary import primary_cells
from pipeline.disclosure.protect import Public, protect
from pipeline.disclosure.shape import PROTECTED, Absence, TableShape
from pipeline.disclosure.system import System, build_system
from pipeline.errors import DisclosureError
from tests.disclosure.conftest import CODE_LISTS, Small

if TYPE_CHECKING:
    from tests.disclosure.conftest import Department, Find

HOME = "home_connectivity"
INTERNET = {"home_internet": ("Y", "N")}
WIDTH = 3


def home(
    counts: Mapping[str, object],
    *,
    names: tuple[str, ...] = ("home_internet",),
    k: int = 1,
    extreme_pct: float = 100.0,
    sensitive: Mapping[str, tuple[str, ...]] = INTERNET,
    absences: tuple[Absence, ...] = (),
    **upper: tuple[str, ...],
) -> System:
    """Return one table whose zeros are protected; counts by commune, with, without, unanswered."""
    levels = dict.fromkeys(("commune", *upper), names)
    shape = TableShape(
        name=HOME,
        k=k,
        dimensions=names,
        levels=levels,
        zeros=PROTECTED,
        sensitive=sensitive,
        extreme_pct=extreme_pct,
    )
    small = Small(CODE_LISTS)
    return build_system(
        [shape],
        [small.inner(HOME, names, counts)],
        CODE_LISTS,
        geography=small.geography(tuple(counts), **upper),
        absences=absences,
    )


def told(system: System) -> set[str]:
    """Return the addresses of the cells that the rules hide: the area and its codes."""
    return {
        " ".join(
            (str(system.cells.area[cell]), *(str(c[cell]) for c in system.cells.codes.values()))
        )
        for cell in np.flatnonzero(primary_cells(system, width=WIDTH).cells)
    }


def test_where_all_who_answered_are_alike_the_others_are_hidden() -> None:
    system = home({"A": [200, 0, 10], "B": [150, 20, 0], "C": [0, 40, 0]})
    assert told(system) == {"A N", "C Y"}


def test_a_group_is_alike_from_the_share_on() -> None:
    shares = {"A": [98, 2, 0], "B": [99, 1, 0], "C": [1, 99, 500], "D": [981, 19, 0]}
    assert told(home(shares, extreme_pct=99.0)) == {"B N", "C Y"}
    assert told(home(shares, extreme_pct=98.1)) == {"B N", "C Y", "D N"}
    assert told(home(shares)) == set()


def test_not_to_have_answered_tells_nothing_and_an_empty_group_is_none() -> None:
    assert told(home({"A": [0, 0, 40], "B": [0, 0, 0], "C": [1, 0, 39]})) == {"C N"}


def test_groups_of_every_level_and_crossing_count() -> None:
    both = {"home_internet": ("Y", "N"), "home_device": ("Y", "N")}
    counts = {"A": [[30, 0, 0], [0, 20, 0], [0, 0, 0]], "B": [[30, 9, 0], [9, 20, 0], [0, 0, 0]]}
    system = home(counts, names=("home_internet", "home_device"), sensitive=both, epci=("E", "F"))
    crossed = {"Y N", "N Y"}
    assert told(system) == {f"{area} {codes}" for area in "AE" for codes in crossed}


def test_a_group_that_is_alike_may_be_another_one_for_all_that_is_shown(find: Find) -> None:
    counts = {"A": [200, 0, 0], "B": [150, 20, 10], "C": [90, 9, 9]}
    system = home(counts, country=("FR",) * 3)
    without = find(system, "A", table=HOME, home_internet="N")
    pattern = protect(system, width=WIDTH)
    assert pattern.primary[without]
    assert pattern.audit.low[without] == 0
    assert pattern.audit.high[without] >= WIDTH
    assert not pattern.hidden[find(system, "A", table=HOME)]
    # With zeros published the same pattern would be none: a hidden cell could not be the zero.
    shown = home(counts, country=("FR",) * 3, sensitive={})
    published = replace(shown, cells=replace(shown.cells, floor=np.ones_like(shown.cells.floor)))
    with pytest.raises(DisclosureError, match="zero_hidden"):
        audit(published, pattern.hidden)


@pytest.mark.parametrize(("extreme_pct", "others"), [(100.0, 3), (99.0, 3), (95.0, 6), (90.0, 11)])
def test_as_many_may_be_otherwise_as_bring_the_share_below_the_limit(
    find: Find, extreme_pct: float, others: int
) -> None:
    counts = {"A": [100, 0, 0], "B": [150, 50, 10], "C": [190, 49, 9]}
    system = home(counts, extreme_pct=extreme_pct, country=("FR",) * 3)
    without = find(system, "A", table=HOME, home_internet="N")
    assert primary_cells(system, width=WIDTH).width[without] == others
    pattern = protect(system, width=WIDTH)
    assert pattern.audit.high[without] >= others
    assert pattern.audit.passed
    assert pattern.audit.width == WIDTH
    # One less is not enough for the audit.
    narrow = replace(
        pattern.audit, high=np.where(pattern.hidden, pattern.audit.low + others - 1, 0)
    )
    assert not narrow.passed


def test_groups_cannot_be_hidden_where_zeros_are_published() -> None:
    with pytest.raises(DisclosureError, match="zeros_tell"):
        TableShape(name="t", k=5, dimensions=(), levels={}, sensitive=INTERNET)
    for share in (50.0, 101.0):
        with pytest.raises(DisclosureError, match="rule_unsupported"):
            TableShape(name="t", k=5, dimensions=(), levels={}, zeros=PROTECTED, extreme_pct=share)


def test_a_zero_that_everyone_knows_stays_shown() -> None:
    nobody = Absence(territory=np.array(["A"]), codes={"sector": np.array(["PRIV"])})
    system = home(
        {"A": [[9, 0], [2, 0]], "B": [[2, 9], [9, 9]], "C": [[9, 9], [9, 9]]},
        names=("sex", "sector"),
        sensitive={},
        k=5,
        absences=(nobody,),
        country=("FR",) * 3,
    )
    known = (system.cells.area == "A") & (system.cells.codes["sector"] == "PRIV")
    assert np.all(system.cells.floor[known] == 1)
    assert np.all(system.cells.floor[~known] == 0)
    pattern = protect(system, width=WIDTH)
    assert np.any(pattern.hidden & (system.cells.area == "A"))
    assert not np.any(pattern.hidden & known)
    with pytest.raises(DisclosureError, match="zero_hidden"):
        audit(system, pattern.hidden | known)


def test_a_zero_may_be_hidden_for_others_where_zeros_are_protected(find: Find) -> None:
    counts = {"A": [3, 0, 40], "B": [40, 40, 40]}
    system = home(counts, k=5, sensitive={}, country=("FR",) * 2)
    cells = [find(system, area, table=HOME, home_internet=code) for area in "AB" for code in "YN"]
    hidden = np.zeros(len(system.cells), dtype=bool)
    hidden[cells] = True
    report = audit(system, hidden, width=WIDTH)
    assert report.passed
    assert (report.low[cells[1]], report.high[cells[1]]) == (0, 3)


def two_tables(zeros: str) -> System:
    """Return a table of sexes, zeros published, and one of answers, of the same pupils."""
    small = Small(CODE_LISTS)
    names = {"enrolment": ("sex",), HOME: ("home_internet",)}
    counts = {
        "enrolment": {"A": [0, 0], "B": [1, 1], "C": [30, 30]},
        HOME: {"A": [0, 0, 0], "B": [2, 0, 0], "C": [20, 20, 20]},
    }
    levels = {table: dict.fromkeys(("commune", "country"), own) for table, own in names.items()}
    shapes = [small.table(table, 3, levels[table]) for table in names]
    return build_system(
        [shapes[0], replace(shapes[1], zeros=zeros)],
        [small.inner(table, own, counts[table]) for table, own in names.items()],
        CODE_LISTS,
        geography=small.geography(("A", "B", "C"), country=("FR",) * 3),
    )


def test_what_a_table_with_published_zeros_tells_holds_for_one_with_protected_zeros(
    find: Find,
) -> None:
    system = two_tables(PROTECTED)
    empty = system.cells.area == "A"
    figures = reduce_system(system)
    assert np.all(figures.of_cell[empty] == -1)
    assert not np.any(protect(system, width=1).hidden & empty)
    total = find(system, "B", table=HOME)
    assert figures.floor[figures.of_cell[total]] == 1
    answers = [find(system, "B", table=HOME, home_internet=code) for code in ("Y", "N", "_U")]
    assert np.all(figures.floor[figures.of_cell[answers]] == 0)
    # Whose total is hidden in both tables is known to be at least one, of each sex.
    hidden = np.zeros(len(system.cells), dtype=bool)
    hidden[[*answers, total]] = True
    for area in "BC":
        hidden[[find(system, area, sex=sex) for sex in "FM"]] = True
        hidden[find(system, area)] = True
    hidden[find(system, "C", table=HOME)] = hidden[find(system, "C", table=HOME, home_internet="Y")]
    hidden[(system.cells.area == "C") & (system.cells.table == HOME)] = True
    report = audit(system, hidden, width=1)
    assert report.passed
    assert report.low[total] == 2


def test_a_group_that_a_release_shows_is_refused_until_that_is_withdrawn(find: Find) -> None:
    system = home({"A": [200, 0, 9], "B": [150, 20, 9]}, country=("FR",) * 2)
    shown = np.zeros(len(system.cells), dtype=bool)
    shown[find(system, "A", table=HOME, home_internet="N")] = True
    public = Public(hidden=np.zeros_like(shown), shown=shown, moved=np.zeros_like(shown))
    with pytest.raises(DisclosureError, match="small_is_public"):
        protect(system, width=WIDTH, public=public)


def every_table(system: System, hidden: np.ndarray, most: int) -> np.ndarray:
    """Return the cells of every table with inner counts up to `most` that agrees with the shown."""
    size = len(system.atoms)
    atoms = np.indices((most + 1,) * size, dtype=np.int8).reshape(size, -1).T
    cells = atoms.astype(np.int64) @ system.membership.toarray().T
    agrees = np.all(hidden | (cells == system.cells.value), axis=1)
    found: np.ndarray = cells[agrees]
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=6, max_size=6),
    st.sampled_from([{}, {"country": ("FR", "FR")}]),
    st.sampled_from([1, 2]),
)
def test_no_group_is_in_one_code_in_every_table_that_could_be_behind_the_shown_one(
    values: list[int], upper: dict[str, tuple[str, ...]], width: int
) -> None:
    """Write down all tables: each hidden cell has its range, no code of a group is certain."""
    system = home(dict(zip("AB", np.reshape(values, (2, 3)), strict=True)), k=2, **upper)
    pattern = protect(system, width=width)
    tables = every_table(system, pattern.hidden, most=6)
    widest = tables.max(axis=0) - tables.min(axis=0)
    assert np.all(widest[pattern.hidden] >= width)
    codes, area, level = system.cells.codes["home_internet"], system.cells.area, system.cells.level
    for grid in system.grids:
        for one in np.unique(area[level == grid.level]):
            own = (area == one) & (level == grid.level)
            with_it, without = (tables[:, own & (codes == code)][:, 0] for code in "YN")
            known = with_it + without
            for count in (with_it, without):
                assert not np.all((known > 0) & (count == known)), (one, values)


def test_groups_of_a_whole_department_are_hidden_at_a_fair_price(
    department: type[Department],
) -> None:
    before = department(communes=40, seed=3).pupils_system()
    both = {"home_internet": ("Y", "N"), "home_device": ("Y", "N")}
    after = department(communes=40, seed=3).pupils_system(zeros=PROTECTED, sensitive=both)
    plain, grouped = (protect(system, width=WIDTH) for system in (before, after))
    zeros = after.cells.value == 0
    assert np.count_nonzero(grouped.primary & zeros) > 0
    assert np.all(grouped.primary[plain.primary])
    assert not np.any(grouped.hidden & zeros & (after.cells.table == "enrolment"))
    assert audit(after, grouped.hidden, width=WIDTH).passed
    assert np.count_nonzero(grouped.hidden) < 1.3 * np.count_nonzero(plain.hidden)

"""Everything that a population publishes is one system, complete and consistent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.disclosure.audit import audit
from pipeline.disclosure.figures import reduce_system
from pipeline.disclosure.shape import Absence, TableShape
from pipeline.disclosure.system import System, build_system
from pipeline.errors import DisclosureError

if TYPE_CHECKING:
    from tests.disclosure.conftest import Department, Find, Small


def test_each_published_cell_counts_the_atoms_of_its_area_and_codes(
    department: type[Department],
) -> None:
    draw = department(communes=12, seed=1)
    system, pupils = draw.pupils_system(), draw.enrolment()
    geography, lists = draw.geography(), {"sex": ("F", "M"), "edu_level": ("L02", "L1", "L2")}
    cells = system.cells
    chosen = np.flatnonzero((cells.table == "enrolment") & (cells.codes["urbanisation"] != "U2"))
    for i in chosen:
        where = geography.areas(cells.level[i]) == cells.area[i]
        if cells.codes["urbanisation"][i] not in {"_T", "_Z"}:
            where &= geography.typology["urbanisation"] == cells.codes["urbanisation"][i]
        part = pupils[where].sum(axis=0)
        for name, codes in (*lists.items(), ("sector", ("PUB", "PRIV"))):
            code = cells.codes[name][i]
            part = part.sum(axis=0) if code == "_T" else part[codes.index(code)]
        assert cells.value[i] == part


def test_every_territory_and_combination_is_a_cell_even_where_nobody_was_counted(
    small: Small, find: Find
) -> None:
    levels = {"commune": ("sex",), "country": ("sex",)}
    inner = small.inner("enrolment", ("sex",), {"A": [7, 8]})
    system = build_system(
        [small.table("enrolment", 5, levels)],
        [inner],
        small.code_lists,
        geography=small.geography(("A", "B"), country=("FR", "FR")),
    )
    assert len(system.cells) == 3 * 3
    assert system.cells.value[find(system, "B", sex="F")] == 0
    assert system.cells.value[find(system, "FR", sex="M")] == 8


def test_a_dimension_that_a_level_lacks_is_total_and_a_typology_not_applicable(
    department: type[Department],
) -> None:
    cells = department(communes=12, seed=1).pupils_system().cells
    communes = cells.level == "commune"
    home = cells.table == "home_connectivity"
    assert set(cells.codes["urbanisation"][communes]) == {"_Z"}
    assert set(cells.codes["urbanisation"][cells.level == "region"]) == {
        "U1",
        "U2",
        "U3",
        "U4",
        "_T",
    }
    assert set(cells.codes["sex"][communes & home]) == {"_T"}
    assert set(cells.codes["sex"][(cells.level == "epci") & home]) == {"F", "M", "_T"}


def test_margins_sum_to_their_cell(department: type[Department]) -> None:
    system = department(communes=12, seed=2).teachers_system()
    has_parts = np.diff(system.margins.indptr) > 0
    assert has_parts.any()
    np.testing.assert_array_equal(
        (system.margins @ system.cells.value)[has_parts], system.cells.value[has_parts]
    )
    assert not (system.margins @ system.membership - system.membership)[has_parts].nnz


def test_the_same_persons_are_one_figure_in_every_table_and_level(
    department: type[Department], find: Find
) -> None:
    system = department(communes=12, seed=1).pupils_system()
    figures = reduce_system(system)
    same = [
        find(system, "53", sex="F"),
        find(system, "FR", sex="F"),
        find(system, "35", sex="F", table="home_connectivity"),
    ]
    assert len({int(figures.of_cell[i]) for i in same}) == 1
    other = find(system, "53", sex="M")
    assert figures.of_cell[other] != figures.of_cell[same[0]]
    assert not (figures.relations @ figures.value).any()


def test_a_figure_stands_for_one_sum_of_atoms_only(department: type[Department]) -> None:
    system = department(communes=30, seed=3).teachers_system()
    figures = reduce_system(system)
    rows = system.membership[:, figures.atoms].toarray()
    positive = figures.of_cell >= 0
    distinct = np.unique(rows[positive], axis=0)
    assert figures.size == len(distinct)
    for figure in range(figures.size):
        assert len(np.unique(rows[figures.of_cell == figure], axis=0)) == 1


def test_a_published_zero_opens_the_atoms_beneath_it(small: Small, find: Find) -> None:
    counts = {"A": [[0, 0, 0], [6, 7, 0]], "B": [[5, 5, 5], [5, 5, 5]]}
    system = small.one_table(counts, names=("sex", "edu_level"), country=("FR", "FR"))
    figures = reduce_system(system)
    assert len(figures.atoms) == 2 + 6
    whole, men = find(system, "A"), find(system, "A", sex="M")
    assert figures.of_cell[whole] == figures.of_cell[men]
    assert figures.of_cell[find(system, "A", sex="F")] == -1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"territory": np.array(["X", "A"])}, "disclosure.inner_unknown_code"),
        ({"codes": {"sex": np.array(["F", "X"])}}, "disclosure.inner_unknown_code"),
        ({"codes": {}}, "disclosure.inner_unknown_dimension"),
        ({"count": np.array([3, -1])}, "disclosure.inner_negative"),
        ({"table": "other"}, "disclosure.tables_unmatched"),
    ],
)
def test_inner_cells_that_do_not_fit_are_refused(
    small: Small, change: Mapping[str, object], code: str
) -> None:
    inner = replace(small.inner("enrolment", ("sex",), {"A": [7, 8]}), **change)
    with pytest.raises(DisclosureError) as refusal:
        build_system(
            [small.table("enrolment", 5, {"commune": ("sex",)})],
            [inner],
            small.code_lists,
            geography=small.geography(("A",)),
        )
    assert refusal.value.problem.code == code


def test_tables_that_count_different_persons_are_refused(small: Small) -> None:
    shapes = [
        small.table("one", 5, {"commune": ("sex",)}),
        small.table("two", 5, {"commune": ("sex", "sector")}),
    ]
    inners = [
        small.inner("one", ("sex",), {"A": [7, 8]}),
        small.inner("two", ("sex", "sector"), {"A": [[4, 3], [4, 5]]}),
    ]
    with pytest.raises(DisclosureError, match="tables_disagree"):
        build_system(shapes, inners, small.code_lists, geography=small.geography(("A",)))


def test_three_tables_that_share_dimensions_in_a_circle_are_refused(small: Small) -> None:
    pairs = [("sex", "sector"), ("sector", "home_internet"), ("home_internet", "sex")]
    shapes = [small.table("+".join(pair), 5, {"commune": pair}) for pair in pairs]
    counts = [np.full((2, 2), 6), np.full((2, 3), 4), np.full((3, 2), 4)]
    inners = [
        small.inner(shape.name, pair, {"A": count})
        for shape, pair, count in zip(shapes, pairs, counts, strict=True)
    ]
    with pytest.raises(DisclosureError, match="tables_entangled"):
        build_system(shapes, inners, small.code_lists, geography=small.geography(("A",)))


def test_hidden_zeros_and_thresholds_below_one_are_refused() -> None:
    with pytest.raises(DisclosureError, match="rule_unsupported"):
        TableShape(name="t", k=5, dimensions=(), levels={"commune": ()}, zeros="hidden")
    with pytest.raises(DisclosureError, match="rule_unsupported"):
        TableShape(name="t", k=0, dimensions=(), levels={"commune": ()})


def test_a_level_or_dimension_that_nobody_declared_is_refused(small: Small) -> None:
    with pytest.raises(DisclosureError, match="shape_unknown_dimension"):
        TableShape(name="t", k=5, dimensions=("sex",), levels={"commune": ("sector",)})
    with pytest.raises(DisclosureError, match="shape_unknown_level"):
        build_system(
            [small.table("t", 5, {"canton": ("sex",)})],
            [small.inner("t", ("sex",), {"A": [7, 8]})],
            small.code_lists,
            geography=small.geography(("A",)),
        )
    with pytest.raises(DisclosureError, match="geography_invalid"):
        small.geography(("A", "A"))


def _two_communes(small: Small, absences: list[Absence]) -> System:
    levels = {"commune": (), "country": ("sector",)}
    return build_system(
        [small.table("enrolment", 5, levels)],
        [small.inner("enrolment", ("sector",), {"A": [2, 0], "B": [3, 10]})],
        small.code_lists,
        geography=small.geography(("A", "B"), country=("FR", "FR")),
        absences=absences,
    )


def test_what_everyone_knows_to_be_empty_narrows_what_is_hidden(small: Small, find: Find) -> None:
    """Without a private school A has at most the 5 pupils of the public ones."""
    no_private = [Absence(territory=np.array(["A"]), codes={"sector": np.array(["PRIV"])})]
    for absences, widest in (([], 13), (no_private, 4)):
        system = _two_communes(small, absences)
        hidden = np.zeros(len(system.cells), dtype=bool)
        hidden[[find(system, "A"), find(system, "B")]] = True
        assert audit(system, hidden, width=widest).passed
        assert not audit(system, hidden, width=widest + 1).passed


def test_persons_where_nobody_can_be_are_refused(small: Small) -> None:
    no_public = [Absence(territory=np.array(["A"]), codes={"sector": np.array(["PUB"])})]
    with pytest.raises(DisclosureError, match="absent_counted"):
        _two_communes(small, no_public)

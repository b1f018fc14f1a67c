"""No small count is shown, and no hidden one can be narrowed to fewer persons than promised."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pyarrow.parquet as pq
import pytest

from pipeline.disclosure import protect as protection
from pipeline.disclosure.audit import audit
from pipeline.disclosure.protect import Preferences, Public, protect
from pipeline.disclosure.shape import Geography, Inner, TableShape
from pipeline.disclosure.system import System, build_system
from pipeline.errors import DisclosureError

if TYPE_CHECKING:
    from tests.disclosure.conftest import Department, Find, Small


PAIRS = {"A": [[30, 30], [30, 30]], "B": [[40, 40], [40, 40]], "C": [[9, 9], [9, 9]]}
NAMES = ("sex", "sector")


def check(system: System, pattern: protection.Pattern, *, width: int) -> None:
    """Check the promise from the pattern alone: an audit of its own, not the one it brought."""
    cells = system.cells
    small_counts = (cells.value > 0) & (cells.value < cells.k)
    assert np.all(pattern.primary[small_counts])
    assert not np.any(pattern.primary & pattern.secondary)
    assert not np.any(pattern.hidden & (cells.value == 0))
    report = audit(system, pattern.hidden, width=width)
    assert report.passed
    assert not report.determined.any()


@pytest.mark.parametrize(
    ("count", "fate"), [(0, "shown"), (1, "hidden"), (4, "hidden"), (5, "shown")]
)
def test_counts_from_one_to_k_less_one_are_hidden(
    small: Small, find: Find, count: int, fate: str
) -> None:
    system = small.one_table(
        {**PAIRS, "A": [[count, 30], [30, 30]]}, names=NAMES, country=("FR",) * 3
    )
    pattern = protect(system, width=1)
    assert pattern.primary[find(system, "A", sex="F", sector="PUB")] == (fate == "hidden")
    assert pattern.hidden.any() == (fate == "hidden")


def test_nothing_is_hidden_where_nothing_is_small(small: Small) -> None:
    pattern = protect(small.one_table(PAIRS, names=NAMES, country=("FR",) * 3), width=3)
    assert not pattern.hidden.any()
    assert pattern.audit.narrowest is None


def test_hidden_ones_are_never_left_to_sum_to_their_number(small: Small) -> None:
    system = small.one_table({**PAIRS, "A": [[1, 1], [30, 30]]}, names=NAMES, country=("FR",) * 3)
    check(system, protect(system, width=1), width=1)
    check(system, protect(system, width=3), width=3)


def test_every_hidden_cell_has_the_width_that_was_asked(small: Small) -> None:
    counts = {**PAIRS, "A": [[2, 30], [30, 30]]}
    system = small.one_table(counts, names=NAMES, country=("FR",) * 3)
    for width in (1, 3, 6):
        pattern = protect(system, width=width)
        assert pattern.audit.width == width
        assert pattern.audit.narrowest >= width
        check(system, pattern, width=width)


def test_a_width_that_nothing_can_give_is_refused(small: Small) -> None:
    with pytest.raises(DisclosureError, match="width_unsupported"):
        protect(small.one_table(PAIRS, names=NAMES), width=0)


def test_a_table_that_cannot_be_protected_is_refused(small: Small) -> None:
    system = small.one_table({"A": [[2, 30], [30, 30]]}, names=NAMES)
    large = system.cells.value >= system.cells.k
    public = Public(hidden=~large, shown=large, moved=np.zeros_like(large))
    with pytest.raises(DisclosureError, match="no_safe_pattern"):
        protect(system, width=3, public=public)


def test_small_communes_pay_before_totals_and_upper_levels(small: Small) -> None:
    system = small.one_table({**PAIRS, "A": [[3, 30], [30, 30]]}, names=NAMES, country=("FR",) * 3)
    pattern = protect(system, width=3)
    assert pattern.secondary.any()
    assert set(system.cells.level[pattern.hidden]) == {"commune"}
    assert not np.any(pattern.hidden & (system.cells.codes["sex"] == "_T"))
    assert not np.any(pattern.hidden & (system.cells.area == "B"))


def test_preferences_change_who_pays(small: Small) -> None:
    counts = {"A": [[3, 30], [30, 30]], "B": [[60, 60], [60, 60]]}
    system = small.one_table(counts, names=NAMES, country=("FR",) * 2)
    keep_communes = Preferences(territory=-3.0, margin=0.5, person=0.0)
    assert "country" not in system.cells.level[protect(system, width=1).hidden]
    pattern = protect(system, width=1, preferences=keep_communes)
    assert "country" in system.cells.level[pattern.hidden]
    check(system, pattern, width=1)


def test_what_one_table_hides_no_table_of_the_same_persons_shows(small: Small, find: Find) -> None:
    names = {"enrolment": ("sex",), "home_connectivity": ("home_internet",)}
    thresholds = {"enrolment": 5, "home_connectivity": 11}
    levels = {table: dict.fromkeys(("commune", "country"), names[table]) for table in names}
    counts = {
        "enrolment": {"A": [0, 7], "B": [20, 20], "C": [30, 30]},
        "home_connectivity": {"A": [7, 0, 0], "B": [14, 13, 13], "C": [20, 20, 20]},
    }
    system = build_system(
        [small.table(table, thresholds[table], levels[table]) for table in names],
        [small.inner(table, names[table], counts[table]) for table in names],
        small.code_lists,
        geography=small.geography(("A", "B", "C"), country=("FR",) * 3),
    )
    pattern = protect(system, width=3)
    assert pattern.primary[find(system, "A", table="home_connectivity")]
    assert pattern.primary[find(system, "A", table="enrolment")]
    assert pattern.primary[find(system, "A", table="enrolment", sex="M")]
    check(system, pattern, width=3)


@pytest.mark.parametrize("seed", range(2))
def test_all_tables_and_levels_of_a_population_are_protected_jointly(
    department: type[Department], seed: int
) -> None:
    draw = department(communes=40, seed=seed)
    for system in (draw.pupils_system(), draw.teachers_system()):
        check(system, protect(system, width=3), width=3)


@pytest.mark.parametrize(("communes", "seed", "width"), [(8, 109, 3), (2, 121, 5)])
def test_a_few_persons_in_many_levels_can_always_be_protected(
    department: type[Department], communes: int, seed: int, width: int
) -> None:
    """Two cases in which asking for all cells at once goes round in circles."""
    system = department(communes=communes, seed=seed).teachers_system()
    check(system, protect(system, width=width), width=width)


@pytest.mark.parametrize("names", [("sex",), ("sex", "edu_level")])
def test_a_table_of_one_category_is_protected_where_areas_overlap(
    small: Small, names: tuple[str, ...]
) -> None:
    one_code = replace(small, code_lists={name: small.code_lists[name][:1] for name in names})
    groupings = {"departement": ("D0", "D1", "D0"), "epci": ("E1", "E0", "E0")}
    counts = {"A": [5], "B": [0], "C": [4]}
    system = one_code.one_table(counts, names=names, country=("FR",) * 3, **groupings)
    check(system, protect(system, width=3), width=3)


def test_a_pattern_made_table_by_table_is_not_safe(department: type[Department]) -> None:
    """Show why tables are joined: two patterns, each safe alone, open each other."""
    draw = department(communes=40, seed=0)
    system = draw.pupils_system()
    cells = system.cells
    apart = np.zeros(len(cells), dtype=bool)
    for table in ("enrolment", "home_connectivity"):
        own = cells.table == table
        elsewhere = replace(cells, k=np.where(own, cells.k, 1))
        alone = protect(replace(system, cells=elsewhere, links=system.links[:0]), width=1)
        apart |= alone.hidden & own
    assert audit(system, apart).determined.any()


def test_the_same_input_in_any_order_gives_the_same_pattern(department: type[Department]) -> None:
    draw = department(communes=40, seed=7)
    names = ("sex", "edu_level", "has_digital_training")
    shape = TableShape(
        name="teaching_staff",
        k=5,
        dimensions=names,
        levels={"commune": (), "epci": names, "country": names},
    )
    count, geography = draw.teachers(), draw.geography()
    grid = np.indices(count.shape).reshape(count.ndim, -1)
    lists = {
        "sex": ("F", "M"),
        "edu_level": ("L02", "L1", "L2"),
        "has_digital_training": ("Y", "N"),
    }
    geography = replace(geography, typology={})

    def hidden(rows: np.ndarray, communes: np.ndarray) -> np.ndarray:
        inner = Inner(
            table="teaching_staff",
            territory=geography.territory[grid[0]][rows],
            codes={n: np.array(lists[n])[grid[i + 1]][rows] for i, n in enumerate(names)},
            count=count.ravel()[rows].astype(np.int64),
        )
        shuffled = Geography(
            base="commune",
            territory=geography.territory[communes],
            upper={level: codes[communes] for level, codes in geography.upper.items()},
            typology={},
        )
        return protect(build_system([shape], [inner], lists, geography=shuffled), width=3).hidden

    random = np.random.default_rng(0)
    in_order = hidden(np.arange(count.size), np.arange(40))
    shuffled = hidden(random.permutation(count.size), random.permutation(40))
    assert in_order.any()
    np.testing.assert_array_equal(in_order, shuffled)


def test_an_audit_that_crashes_refuses_the_pattern(
    monkeypatch: pytest.MonkeyPatch, small: Small
) -> None:
    system = small.one_table({**PAIRS, "A": [[3, 30], [30, 30]]}, names=NAMES)

    def crash(*_: object, **__: object) -> NoReturn:
        raise MemoryError(17)

    monkeypatch.setattr(protection, "audit", crash)
    with pytest.raises(DisclosureError, match="audit_crashed") as refusal:
        protect(system, width=3)
    assert "17" not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_an_audit_that_fails_refuses_the_pattern(
    monkeypatch: pytest.MonkeyPatch, small: Small
) -> None:
    system = small.one_table({**PAIRS, "A": [[3, 30], [30, 30]]}, names=NAMES)

    def without_secondary(system: System, hidden: np.ndarray, **_: object) -> object:
        del hidden
        cells = system.cells
        return audit(system, (cells.value > 0) & (cells.value < cells.k), width=3)

    monkeypatch.setattr(protection, "audit", without_secondary)
    with pytest.raises(DisclosureError, match="audit_failed"):
        protect(system, width=3)


def test_progress_is_told_and_ends_complete(small: Small) -> None:
    told: list[tuple[int, int]] = []
    system = small.one_table({**PAIRS, "A": [[3, 30], [30, 30]]}, names=NAMES)
    protect(system, width=3, on_progress=lambda done, total: told.append((done, total)))
    assert told
    assert told[-1][0] == told[-1][1] > 0


@pytest.mark.skipif(
    "CARTABLE_TEST_DATA" not in os.environ, reason="CARTABLE_TEST_DATA names no folder of samples"
)
def test_a_public_cube_with_overlapping_hierarchies_is_protected() -> None:
    cube = pq.read_table(
        Path(os.environ["CARTABLE_TEST_DATA"]) / "data" / "sdc_cubes" / "cube_100.parquet"
    ).to_pandas()
    base = cube.drop_duplicates("commune")
    upper = {level: base[level].to_numpy(dtype=str) for level in ("dept", "region", "epci")}
    upper["country"] = np.full(len(base), "FR")
    names = ("sex", "level")
    levels = dict.fromkeys(("commune", *upper), names)
    levels |= dict.fromkeys(("region", "country"), (*names, "typo"))
    system = build_system(
        [TableShape(name="cube", k=5, dimensions=(*names, "typo"), levels=levels)],
        [
            Inner(
                table="cube",
                territory=cube["commune"].to_numpy(dtype=str),
                codes={name: cube[name].to_numpy(dtype=str) for name in names},
                count=cube["freq"].to_numpy(dtype=np.int64),
            )
        ],
        {
            "sex": ("F", "M"),
            "level": tuple(f"L{i}" for i in range(5)),
            "typo": tuple(sorted(set(base["typo"].astype(str)))),
        },
        geography=Geography(
            base="commune",
            territory=base["commune"].to_numpy(dtype=str),
            upper=upper,
            typology={"typo": base["typo"].to_numpy(dtype=str)},
        ),
    )
    check(system, protect(system, width=3), width=3)

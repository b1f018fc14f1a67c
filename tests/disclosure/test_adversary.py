"""The adversary finds what careless suppression leaves open, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.disclosure.adversary import Report, attack
from tests.disclosure.adversary_relations import ContradictionError
from tests.disclosure.adversary_sample import (
    Counts,
    Hides,
    Sample,
    SampleCell,
    SampleRate,
    SampleTable,
)

SEXES = {"sex": ("F", "M")}
BY_SEX = {"commune": ("sex",), "epci": ("sex",)}
TOTALS = {"commune": (), "epci": ()}
HOME = {"home_internet": ("Y", "N"), "home_device": ("Y", "N")}


def enrolment(
    counts: Counts,
    dimensions: Mapping[str, Sequence[str]] = MappingProxyType({}),
    levels: Mapping[str, Sequence[str]] = MappingProxyType({"commune": ()}),
) -> SampleTable:
    return SampleTable("enrolment", "pupils", counts, dimensions, levels)


def one_epci(*communes: str) -> dict[str, dict[str, str]]:
    return {commune: {"epci": "E"} for commune in communes}


def few(cell: SampleCell) -> bool:
    """Hide what is below the threshold, and nothing else."""
    return cell.value < 5


def only(*addresses: str, measure: str = "pupils") -> Hides:
    """Hide these cells: the area and the codes that are no total."""
    wanted = {tuple(address.split()) for address in addresses}
    return lambda cell: (
        cell.measure == measure and (cell.area, *sorted(cell.codes.values())) in wanted
    )


def known(report: Report) -> set[str]:
    """Return the addresses of the cells found: the area and the codes that are no total."""
    return {
        " ".join((cell.area, *sorted(code for code in cell.codes if code != "_T")))
        for verdict in report.known
        for cell in verdict.figure.cells
    }


def test_primary_suppression_alone_hides_nothing(tmp_path: Path) -> None:
    counts = {f"C{i:02d}": [1 + i % 4, 20 + i] for i in range(35)}
    table = enrolment(counts, dimensions=SEXES, levels=BY_SEX)
    published = Sample(one_epci(*counts), [table], few).publish(tmp_path)
    report = attack(published)
    assert published.hidden == 35
    assert known(report) == {f"{commune} F" for commune in counts}
    assert all(v.low == counts[v.figure.cells[0].area][0] for v in report.known)


def test_hidden_cells_that_sum_to_their_number_are_all_ones(tmp_path: Path) -> None:
    counts = {"A": 1, "B": 1, "C": 1, "D": 30}
    published = Sample(one_epci(*counts), [enrolment(counts, levels=TOTALS)], few).publish(tmp_path)
    assert known(attack(published)) == {"A", "B", "C"}


def test_they_may_be_others_where_zeros_are_protected(tmp_path: Path) -> None:
    counts = {"A": 1, "B": 1, "C": 1, "D": 30}
    table = enrolment(counts, levels=TOTALS)
    sample = Sample(one_epci(*counts), [table], few, protected_zeros=["enrolment"])
    report = attack(sample.publish(tmp_path))
    assert not report.known
    assert {(verdict.low, verdict.high) for verdict in report.verdicts} == {(0, 3)}


def test_a_hidden_zero_alone_in_its_sum_is_known(tmp_path: Path) -> None:
    counts = {"A": [0, 20], "B": [30, 30]}
    table = enrolment(counts, dimensions=SEXES, levels=BY_SEX)
    sample = Sample(one_epci(*counts), [table], only("A F"), protected_zeros=["enrolment"])
    assert known(attack(sample.publish(tmp_path))) == {"A F"}


def test_hidden_cells_that_sum_to_one_more_are_safe(tmp_path: Path) -> None:
    counts = {"A": 1, "B": 2, "C": 1, "D": 30}
    published = Sample(one_epci(*counts), [enrolment(counts, levels=TOTALS)], few).publish(tmp_path)
    report = attack(published)
    assert not report.known
    assert report.intervals == [1, 1, 1]


CROSSED = {
    "A": {"epci": "E1", "arrondissement": "R1"},
    "B": {"epci": "E1", "arrondissement": "R1"},
    "X": {"epci": "E1", "arrondissement": "R2"},
    "C": {"epci": "E2", "arrondissement": "R2"},
    "D": {"epci": "E2", "arrondissement": "R2"},
}


@pytest.mark.parametrize(
    ("levels", "found"),
    [(("epci",), set()), (("arrondissement",), set()), (("epci", "arrondissement"), {"X"})],
)
def test_two_hierarchies_that_are_safe_apart_tell_together(
    tmp_path: Path, levels: tuple[str, ...], found: set[str]
) -> None:
    counts = {"A": 12, "B": 14, "X": 3, "C": 13, "D": 15}
    table = enrolment(counts, levels={"commune": (), **dict.fromkeys(levels, ())})
    sample = Sample(CROSSED, [table], only(*counts))
    assert known(attack(sample.publish(tmp_path))) == found


def test_a_class_with_one_commune_shows_it(tmp_path: Path) -> None:
    counts = {"A": 3, "B": 9, "C": 20}
    table = enrolment(counts, levels={"commune": (), "epci": ("urbanisation",)})
    classes = {"A": "RURAL", "B": "TOWN", "C": "RURAL"}
    hides = only("A", "B")
    safe = Sample(one_epci(*counts), [enrolment(counts, levels=TOTALS)], hides, classes=classes)
    told = Sample(one_epci(*counts), [table], hides, classes=classes)
    assert known(attack(safe.publish(tmp_path))) == set()
    assert known(attack(told.publish(tmp_path))) == {"A", "B"}


@pytest.mark.parametrize(
    ("tables", "found"),
    [(("enrolment",), set()), (("enrolment", "home_connectivity"), {"A", "B"})],
)
def test_a_table_of_the_same_pupils_gives_the_hidden_total(
    tmp_path: Path, tables: tuple[str, ...], found: set[str]
) -> None:
    counts = {"A": 4, "B": 9}
    answers = {"A": [[2, 1], [1, 0]], "B": [[3, 2], [3, 1]]}
    pupils = enrolment(counts, levels=TOTALS)
    home = SampleTable(
        "home_connectivity", "pupils", answers, HOME, {"commune": ("home_internet", "home_device")}
    )

    def hides(cell: SampleCell) -> bool:
        return cell.table == "enrolment" and cell.area in counts

    chosen = [table for table in (pupils, home) if table.name in tables]
    published = Sample(one_epci(*counts), chosen, hides).publish(tmp_path)
    assert known(attack(published)) == found


def test_teachers_are_not_taken_for_pupils(tmp_path: Path) -> None:
    tables = [
        enrolment({"A": 4, "B": 9}, levels=TOTALS),
        SampleTable("teaching_staff", "teachers", {"A": 7, "B": 8}),
    ]
    published = Sample(one_epci("A", "B"), tables, only("A", "B")).publish(tmp_path)
    assert published.hidden == 2
    assert known(attack(published)) == set()


def test_no_school_of_a_sector_means_no_pupil_of_it(tmp_path: Path) -> None:
    counts = {"A": [3, 0], "B": [0, 9]}
    sector = {"sector": ("PUB", "PRIV")}
    levels = {"commune": (), "epci": ("sector",)}
    pupils = enrolment(counts, dimensions=sector, levels=levels)
    schools = SampleTable(
        "schools", "schools", {"A": [1, 0], "B": [0, 1]}, sector, {"commune": ("sector",)}
    )
    hides = only("A", "B")
    alone = Sample(one_epci(*counts), [pupils], hides).publish(tmp_path)
    beside = Sample(one_epci(*counts), [pupils, schools], hides).publish(tmp_path)
    assert known(attack(alone)) == set()
    assert known(attack(beside)) == {"A", "B"}


def test_a_parity_index_gives_hidden_girls_in_whole_numbers_only(tmp_path: Path) -> None:
    counts = {"A": [4, 8], "B": [30, 31]}
    table = enrolment(counts, dimensions=SEXES, levels={"commune": ("sex",)})
    rate = SampleRate("GPI", "A", 0.5, 3)
    sample = Sample(one_epci(*counts), [table], only("A F", "A M"), rates=[rate])
    report = attack(sample.publish(tmp_path))
    assert known(report) == {"A F", "A M"}
    assert not any(verdict.by_elimination for verdict in report.known)
    assert len(report.telling) == 1


@pytest.mark.parametrize(
    ("rates", "found"), [((), set()), ((SampleRate("PTR", "A", 25.0, 1),), {"A", "B"})]
)
def test_pupils_per_teacher_give_the_hidden_teachers(
    tmp_path: Path, rates: tuple[SampleRate, ...], found: set[str]
) -> None:
    tables = [
        enrolment({"A": 100, "B": 90}),
        SampleTable("teaching_staff", "teachers", {"A": 4, "B": 9}, levels=TOTALS),
    ]
    hides = only("A", "B", measure="teachers")
    published = Sample(one_epci("A", "B"), tables, hides, rates=rates).publish(tmp_path)
    assert known(attack(published)) == found


def test_devices_needed_narrow_the_hidden_pupils(tmp_path: Path) -> None:
    counts = {"A": 3, "B": 40}
    equipment = SampleTable("school_equipment", "pupil_computers", {"A": 0, "B": 9})
    rate = SampleRate("DEVICES_NEEDED", "A", 1.0, 0)
    sample = Sample(
        one_epci(*counts),
        [enrolment(counts, levels=TOTALS), equipment],
        only("A", "B"),
        rates=[rate],
    )
    report = attack(sample.publish(tmp_path))
    assert not report.known
    assert report.intervals == [4, 4]
    assert len(report.telling) == 1


def test_a_rate_of_shown_counts_tells_nothing(tmp_path: Path) -> None:
    counts = {"A": [4, 8], "B": [30, 31]}
    table = enrolment(counts, dimensions=SEXES, levels={"commune": ("sex",)})
    rate = SampleRate("GPI", "B", 0.968, 3)
    sample = Sample(one_epci(*counts), [table], only("A F", "A M"), rates=[rate])
    report = attack(sample.publish(tmp_path))
    assert not report.known
    assert not report.telling


def test_a_square_of_hidden_cells_is_safe(tmp_path: Path) -> None:
    counts = {"A": [3, 9], "B": [8, 7], "C": [30, 31]}
    table = enrolment(counts, dimensions=SEXES, levels=BY_SEX)
    square = only("A F", "A M", "B F", "B M")
    report = attack(Sample(one_epci(*counts), [table], square).publish(tmp_path))
    assert not report.known
    assert [(v.interval.low, v.interval.high) for v in report.verdicts if v.interval] == [
        (1, 10),
        (2, 11),
        (1, 10),
        (5, 14),
    ]


def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    table = enrolment({"A": [3, 9]}, dimensions=SEXES, levels={"commune": ("sex",)})
    rate = SampleRate("GPI", "A", 90.0, 3)
    sample = Sample(one_epci("A"), [table], only("A F", "A M"), rates=[rate])
    with pytest.raises(ContradictionError):
        attack(sample.publish(tmp_path))

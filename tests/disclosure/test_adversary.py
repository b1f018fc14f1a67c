"""The adversary finds what careless suppression leaves open, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from pipeline.disclosure import adversary
from pipeline.disclosure.adversary import Plan, Published, Report
from pipeline.errors import DisclosureError
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


def attack(published: Published) -> Report:
    return adversary.attack(published, Plan(width=3))


def known(published: Published, report: Report | None = None) -> set[str]:
    """Return the addresses of the cells found: the area and the codes that are no total."""
    addresses = (
        published.tables[cell.table].address(cell.number)
        for finding in (report or attack(published)).known
        for cell in finding.figure.cells
    )
    return {" ".join((area, *sorted(code for _, code in codes))) for area, codes in addresses}


def telling(report: Report) -> list[str]:
    return [name for puzzle in report.puzzles.values() for name in puzzle.telling]


def test_primary_suppression_alone_hides_nothing() -> None:
    counts = {f"C{i:02d}": [1 + i % 4, 20 + i] for i in range(35)}
    table = enrolment(counts, dimensions=SEXES, levels=BY_SEX)
    published = Sample(one_epci(*counts), [table], few).published()
    report = attack(published)
    assert report.cells == 35
    assert known(published, report) == {f"{commune} F" for commune in counts}
    assert sorted(v.low for v in report.known) == sorted(few for few, _ in counts.values())


def test_hidden_cells_that_sum_to_their_number_are_all_ones() -> None:
    counts = {"A": 1, "B": 1, "C": 1, "D": 30}
    published = Sample(one_epci(*counts), [enrolment(counts, levels=TOTALS)], few).published()
    assert known(published) == {"A", "B", "C"}


def test_they_may_be_others_where_zeros_are_protected() -> None:
    counts = {"A": 1, "B": 1, "C": 1, "D": 30}
    table = enrolment(counts, levels=TOTALS)
    sample = Sample(one_epci(*counts), [table], few, protected_zeros=["enrolment"])
    report = attack(sample.published())
    assert not report.known
    assert {(finding.low, finding.high) for finding in report.findings} == {(0, 3)}


def test_a_hidden_zero_alone_in_its_sum_is_known() -> None:
    counts = {"A": [0, 20], "B": [30, 30]}
    table = enrolment(counts, dimensions=SEXES, levels=BY_SEX)
    sample = Sample(one_epci(*counts), [table], only("A F"), protected_zeros=["enrolment"])
    assert known(sample.published()) == {"A F"}


def test_hidden_cells_that_sum_to_one_more_are_safe() -> None:
    counts = {"A": 1, "B": 2, "C": 1, "D": 30}
    published = Sample(one_epci(*counts), [enrolment(counts, levels=TOTALS)], few).published()
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
    levels: tuple[str, ...], found: set[str]
) -> None:
    counts = {"A": 12, "B": 14, "X": 3, "C": 13, "D": 15}
    table = enrolment(counts, levels={"commune": (), **dict.fromkeys(levels, ())})
    sample = Sample(CROSSED, [table], only(*counts))
    assert known(sample.published()) == found


def test_a_class_with_one_commune_shows_it() -> None:
    counts = {"A": 3, "B": 9, "C": 20}
    table = enrolment(counts, levels={"commune": (), "epci": ("urbanisation",)})
    classes = {"A": "RURAL", "B": "TOWN", "C": "RURAL"}
    hides = only("A", "B")
    safe = Sample(one_epci(*counts), [enrolment(counts, levels=TOTALS)], hides, classes=classes)
    told = Sample(one_epci(*counts), [table], hides, classes=classes)
    assert known(safe.published()) == set()
    assert known(told.published()) == {"A", "B"}


@pytest.mark.parametrize(
    ("tables", "found"),
    [(("enrolment",), set()), (("enrolment", "home_connectivity"), {"A", "B"})],
)
def test_a_table_of_the_same_pupils_gives_the_hidden_total(
    tables: tuple[str, ...], found: set[str]
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
    published = Sample(one_epci(*counts), chosen, hides).published()
    assert known(published) == found


def test_teachers_are_not_taken_for_pupils() -> None:
    tables = [
        enrolment({"A": 4, "B": 9}, levels=TOTALS),
        SampleTable("teaching_staff", "teachers", {"A": 7, "B": 8}),
    ]
    published = Sample(one_epci("A", "B"), tables, only("A", "B")).published()
    assert attack(published).cells == 2
    assert known(published) == set()


def test_no_school_of_a_sector_means_no_pupil_of_it() -> None:
    counts = {"A": [3, 0], "B": [0, 9]}
    sector = {"sector": ("PUB", "PRIV")}
    levels = {"commune": (), "epci": ("sector",)}
    pupils = enrolment(counts, dimensions=sector, levels=levels)
    schools = SampleTable(
        "schools", "schools", {"A": [1, 0], "B": [0, 1]}, sector, {"commune": ("sector",)}
    )
    hides = only("A", "B")
    alone = Sample(one_epci(*counts), [pupils], hides).published()
    beside = Sample(one_epci(*counts), [pupils, schools], hides).published()
    assert known(alone) == set()
    assert known(beside) == {"A", "B"}


def test_a_parity_index_gives_hidden_girls_in_whole_numbers_only() -> None:
    counts = {"A": [4, 8], "B": [30, 31]}
    table = enrolment(counts, dimensions=SEXES, levels={"commune": ("sex",)})
    rate = SampleRate("GPI", "A", 0.5, 3)
    sample = Sample(one_epci(*counts), [table], only("A F", "A M"), rates=[rate])
    published = sample.published()
    report = attack(published)
    assert known(published, report) == {"A F", "A M"}
    assert not any(finding.by_elimination for finding in report.known)
    assert len(telling(report)) == 1


@pytest.mark.parametrize(
    ("rates", "found"), [((), set()), ((SampleRate("PTR", "A", 25.0, 1),), {"A", "B"})]
)
def test_pupils_per_teacher_give_the_hidden_teachers(
    rates: tuple[SampleRate, ...], found: set[str]
) -> None:
    tables = [
        enrolment({"A": 100, "B": 90}),
        SampleTable("teaching_staff", "teachers", {"A": 4, "B": 9}, levels=TOTALS),
    ]
    hides = only("A", "B", measure="teachers")
    published = Sample(one_epci("A", "B"), tables, hides, rates=rates).published()
    assert known(published) == found


def test_devices_needed_narrow_the_hidden_pupils() -> None:
    counts = {"A": 3, "B": 40}
    equipment = SampleTable("school_equipment", "pupil_computers", {"A": 0, "B": 9})
    rate = SampleRate("DEVICES_NEEDED", "A", 1.0, 0)
    sample = Sample(
        one_epci(*counts),
        [enrolment(counts, levels=TOTALS), equipment],
        only("A", "B"),
        rates=[rate],
    )
    report = attack(sample.published())
    assert not report.known
    assert report.intervals == [4, 4]
    assert len(telling(report)) == 1


def test_a_rate_of_shown_counts_tells_nothing() -> None:
    counts = {"A": [4, 8], "B": [30, 31]}
    table = enrolment(counts, dimensions=SEXES, levels={"commune": ("sex",)})
    rate = SampleRate("GPI", "B", 0.968, 3)
    sample = Sample(one_epci(*counts), [table], only("A F", "A M"), rates=[rate])
    report = attack(sample.published())
    assert not report.known
    assert not telling(report)


def test_a_square_of_hidden_cells_is_safe() -> None:
    counts = {"A": [3, 9], "B": [8, 7], "C": [30, 31]}
    table = enrolment(counts, dimensions=SEXES, levels=BY_SEX)
    square = only("A F", "A M", "B F", "B M")
    report = attack(Sample(one_epci(*counts), [table], square).published())
    assert not report.known
    assert [(v.interval.low, v.interval.high) for v in report.findings if v.interval] == [
        (1, 10),
        (2, 11),
        (1, 10),
        (5, 14),
    ]


def test_a_file_that_contradicts_itself_is_refused() -> None:
    table = enrolment({"A": [3, 9]}, dimensions=SEXES, levels={"commune": ("sex",)})
    rate = SampleRate("GPI", "A", 90.0, 3)
    sample = Sample(one_epci("A"), [table], only("A F", "A M"), rates=[rate])
    with pytest.raises(DisclosureError):
        attack(sample.published())


SQUARE = {"A": [3, 9], "B": [8, 7], "C": [30, 31]}


def square(counts: Counts, *hidden: str) -> Published:
    """Return three communes by sex of which some cells are hidden."""
    table = enrolment(counts, dimensions=SEXES, levels=BY_SEX)
    return Sample(one_epci(*counts), [table], only(*hidden)).published()


FOUR = ("A F", "A M", "B F", "B M")


def rules(published: Published) -> set[tuple[str, str]]:
    verdict = adversary.judge(published, attack(published))
    return {(reason.rule, reason.outcome) for reason in verdict.reasons}


def test_a_verdict_passes_where_nothing_is_found() -> None:
    published = square(SQUARE, *FOUR)
    verdict = adversary.judge(published, attack(published))
    assert (verdict.outcome, verdict.reasons, verdict.hidden) == ("pass", (), 4)
    assert verdict.narrowest is not None
    assert verdict.narrowest >= 3


def test_a_count_that_another_release_of_the_same_rows_shows_is_known() -> None:
    now, then = square(SQUARE, *FOUR), square(SQUARE, "A F", "A M", "B F")
    assert known(then) == {"A F", "A M", "B F"}
    both = replace(now, earlier=[then.tables])
    assert known(both) == {"A F", "A M", "B F", "B M"}
    assert rules(both) == {("known", "refuse"), ("crossed", "refuse")}


def test_a_count_that_an_earlier_release_hides_and_this_one_shows_is_no_secret() -> None:
    both = replace(square(SQUARE), earlier=[square(SQUARE, *FOUR).tables])
    assert rules(both) == {("crossed", "refuse")}


def test_the_same_pattern_twice_tells_no_more() -> None:
    now = square(SQUARE, *FOUR)
    assert rules(replace(now, earlier=[now.tables, now.tables])) == set()


def test_a_release_of_other_rows_tells_nothing_exact_and_is_counted() -> None:
    then = square({**SQUARE, "C": [30, 32]})
    published = replace(square(SQUARE, *FOUR), earlier=[then.tables])
    verdict = adversary.judge(published, attack(published))
    assert verdict.outcome == "pass"
    assert verdict.risks.changed == 4
    assert verdict.risks.crossed == 0


def test_what_others_publish_is_no_secret_and_opens_what_depends_on_it() -> None:
    now = square(SQUARE, *FOUR)
    beside = replace(now, elsewhere=[square(SQUARE, "A M", "B F", "B M").tables["enrolment"]])
    assert known(beside) == {"A M", "B F", "B M"}
    assert rules(beside) == {("known", "refuse")}


def test_a_rate_that_nothing_explains_is_left_to_a_human() -> None:
    rate = SampleRate("GPI", "A", 0.333, 3)
    table = enrolment(SQUARE, dimensions=SEXES, levels=BY_SEX)
    sample = Sample(one_epci(*SQUARE), [table], only(*FOUR), rates=[rate]).published()
    unexplained = replace(sample, rates=[replace(sample.rates[0], formula=None)])
    verdict = adversary.judge(unexplained, attack(unexplained))
    assert verdict.outcome == "review"
    (reason,) = verdict.reasons
    assert (reason.rule, reason.table, reason.count) == ("unread", "GPI", 1)
    beside_shown = replace(unexplained.rates[0], area=np.array(["C"]))
    assert rules(replace(unexplained, rates=[beside_shown])) == set()


def test_a_group_that_answered_alike_is_refused() -> None:
    answers = {"A": [[0, 20]], "B": [[9, 12]]}
    dimensions = {"sex": ("F",), "home_internet": ("Y", "N")}
    home = SampleTable(
        "home_connectivity", "pupils", answers, dimensions, {"commune": ("home_internet",)}
    )
    published = Sample(one_epci(*answers), [home], only()).published()
    table = published.tables["home_connectivity"]
    sensitive = replace(table, sensitive={"home_internet": ("Y", "N")}, extreme_pct=99.0)
    assert rules(published) == set()
    assert rules(replace(published, tables={table.name: sensitive})) == {("uniform", "refuse")}

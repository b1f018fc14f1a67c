"""What would follow if a hidden figure were shown, by subtraction and by programs."""

from __future__ import annotations

from pipeline.disclosure.reader import Reader
from pipeline.disclosure.sums import Address, Sums
from tests.disclosure.adversary_sample import PERIOD, TYPOLOGY, Sample, SampleCell, SampleTable

SEX = {"sex": ("F", "M")}
LEVELS = {"commune": ("sex",), "epci": ("sex",)}
ABOVE = {"A": {"epci": "E"}, "B": {"epci": "E"}}


def at(area: str, **codes: str) -> Address:
    return area, frozenset(codes.items())


def in_communes(cell: SampleCell) -> bool:
    return cell.area in ABOVE and "sex" in cell.codes


def pupils(counts: dict[str, list[int]], levels: dict[str, tuple[str, ...]]) -> SampleTable:
    return SampleTable("t", "pupils", counts, SEX, levels)


def sums(sample: Sample) -> Sums:
    published = sample.published()
    return Sums(published.persons, published.territories, PERIOD)


TWO = Sample(ABOVE, [pupils({"A": [3, 20], "B": [7, 30]}, LEVELS)], in_communes)


def test_each_figure_follows_from_the_sum_in_which_it_is_the_last() -> None:
    found = sums(TWO)
    follows = found.follows(at("A", sex="F"))
    told = {figure: (one.total, one.over, after) for figure, (one, after) in follows.items()}
    assert told == {
        at("A", sex="M"): (at("A"), "sex", 0),
        at("B", sex="F"): (at("E", sex="F"), "commune", 0),
        at("B", sex="M"): (at("E", sex="M"), "commune", 1),
    }
    assert found.shown[at("E", sex="F")] == 10


def test_nothing_follows_while_two_figures_of_each_sum_are_unknown() -> None:
    def hides(cell: SampleCell) -> bool:
        return in_communes(cell) or cell.area == "E"

    found = sums(Sample(ABOVE, TWO.tables, hides))
    assert list(found.follows(at("A", sex="F"))) == [at("A", sex="M")]
    assert next(iter(found.beside(at("A", sex="F")))) == at("A", sex="M")


def test_a_class_of_a_typology_is_the_sum_of_its_smallest_territories() -> None:
    above = {name: {"epci": "E"} for name in "ABC"}
    table = pupils({"A": [9, 9], "B": [2, 3], "C": [4, 4]}, {"commune": (), "epci": (TYPOLOGY,)})
    classes = {"A": "rural", "B": "town", "C": "town"}
    hidden = Sample(above, [table], lambda cell: cell.area in {"B", "C"}, classes=classes)
    follows = sums(hidden).follows(at("B"))
    [(figure, (one, _))] = follows.items()
    assert figure == at("C")
    assert (one.total, one.parts) == (at("E", **{TYPOLOGY: "town"}), (at("B"), at("C")))


def test_an_area_is_no_sum_of_those_that_lie_in_it_in_part() -> None:
    above = {
        "A": {"epci": "E", "departement": "D"},
        "B": {"epci": "E", "departement": "X"},
        "C": {"epci": "G", "departement": "X"},
    }
    counts = {name: [9] for name in above}
    levels: dict[str, tuple[str, ...]] = {"commune": (), "epci": (), "departement": ()}
    table = SampleTable("t", "pupils", counts, {"sex": ("F",)}, levels)
    found = sums(Sample(above, [table], lambda cell: cell.area == "A"))
    assert [(one.total, one.over) for one in found.of(at("E"))] == [(at("E"), "commune")]
    assert {(one.total, one.over) for one in found.of(at("X"))} == {(at("X"), "commune")}


def test_a_reader_is_told_the_ends_and_what_one_more_figure_would_do_to_them() -> None:
    published = TWO.published()
    reader, found = Reader(published, PERIOD), sums(TWO)
    cells = {figure: own[0] for figure, own in found.hidden.items()}
    # Zeros are shown: each of the four is one at least, and ten girls are shared out.
    assert reader.interval(cells[at("A", sex="F")]) == (1, 9)
    assert reader.interval(cells[at("B", sex="M")]) == (28, 36)
    others = [cells[at("A", sex="M")], cells[at("B", sex="M")]]
    assert reader.told_by(cells[at("A", sex="F")], 3, others) == dict.fromkeys(others, 0)
    assert reader.interval(cells[at("A", sex="F")]) == (1, 9)
    assert reader.interval(("t", 10_000)) is None

"""A wrong file gives a clear error without a value, and no row of it is lost.

The contract is the demonstration's own for pupils; the persons are invented.
"""

from __future__ import annotations

import codecs
import io
import traceback
from collections.abc import Iterator

import pyarrow as pa
import pytest

from pipeline.contracts import Dataset
from pipeline.contracts.datasets import Alias
from pipeline.errors import CartableError, DeliveryError, ExitCode, Place, Problem
from pipeline.intake import (
    Reading,
    Reference,
    RefusedDelivery,
    Task,
    read_by,
    read_delivery,
    refusal_problems,
)
from pipeline.intake.readers import Here
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION

FILE = "pupils-2021.csv"
HEADER = (
    "national_id;family_name;given_name;birth_date;sex;address;guardian_email;"
    "school_code;grade;home_internet;home_device"
)
ROW = "{id:09d}AB;Kerouanton;Zoé;01/02/2012;F;1 rue des Lilas;z@example.org;0350001A;CP;oui;nsp"
SCHOOLS = Reference(values={"schools.school_code": pa.array(["0350001A", "0350002B"])})
MARKER = "Zanzibar-Xylophone"


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(INSTALLATION)


def row(number: int, **cells: str) -> str:
    names = HEADER.split(";")
    values = dict(zip(names, ROW.format(id=number).split(";"), strict=True))
    return ";".join((values | cells).values())


def text(*rows: str, header: str = HEADER) -> str:
    return "".join(f"{line}\n" for line in (header, *rows))


def dataset_of(project: Project, limit_pct: float = 100) -> Dataset:
    return project.contracts.datasets["pupils"].model_copy(update={"max_refused_pct": limit_pct})


def read(project: Project, data: str | bytes, *, limit_pct: float = 100) -> Reading:
    content = data.encode() if isinstance(data, str) else data
    return read_delivery(
        io.BytesIO(content),
        dataset_of(project, limit_pct),
        project.contracts.codelists,
        file=FILE,
        reference=SCHOOLS,
    )


def refusal(project: Project, data: str | bytes) -> list[Problem]:
    """Return the single refusals of a file that is refused as a whole."""
    with pytest.raises(DeliveryError) as caught:
        read(project, data)
    error = caught.value
    assert error.exit_code is ExitCode.DELIVERY
    assert error.problem.place.file == FILE
    return list(error.problems) or [error.problem]


def told(problem: Problem) -> tuple[str, int | None, str | None]:
    assert problem.place.file == FILE
    for language in ("en", "fr"):
        sentence = problem.words(language)
        assert FILE in sentence
        assert len(sentence) > len(problem.code) + 60  # what happened, and what to do
    return problem.code, problem.place.line, problem.place.column


def refused_rows(reading: Reading) -> list[tuple[int, str, str]]:
    columns = (reading.refused[name].to_pylist() for name in ("line", "column", "rule"))
    return list(zip(*columns, strict=True))


def test_a_sound_file_is_read_with_the_types_of_the_contract(project: Project) -> None:
    reading = read(project, text(row(1), row(2, guardian_email="", home_internet="non")))
    assert (reading.counted, reading.refused.num_rows) == (2, 0)
    assert reading.accepted.column_names == HEADER.split(";")
    assert reading.accepted.schema.field("birth_date").type == pa.date32()
    assert reading.accepted["home_internet"].to_pylist() == ["Y", "N"]
    assert reading.accepted["home_device"].to_pylist() == ["_U", "_U"]
    assert reading.accepted["guardian_email"].to_pylist() == ["z@example.org", None]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("last_end", [True, False])
def test_disguises_of_one_file_read_the_same(
    project: Project, line_end: str, mark: bytes, *, last_end: bool
) -> None:
    plain = text(row(1), row(2))
    disguised = plain.replace("\n", line_end)
    disguised = disguised if last_end else disguised.removesuffix(line_end)
    assert read(project, mark + disguised.encode()).accepted.equals(read(project, plain).accepted)


def test_columns_are_known_by_name_not_by_place(project: Project) -> None:
    moved = "\n".join(";".join(reversed(line.split(";"))) for line in text(row(1)).splitlines())
    assert read(project, moved + "\n").accepted.equals(read(project, text(row(1))).accepted)


def test_a_missing_column_is_named(project: Project) -> None:
    lines = [";".join(line.split(";")[:-1]) for line in (HEADER, row(1))]
    [problem] = refusal(project, text(lines[1], header=lines[0]))
    assert told(problem) == ("delivery.missing_column", 1, "home_device")


def test_an_extra_column_is_told_by_its_position_only(project: Project) -> None:
    [problem] = refusal(project, text(f"{row(1)};x", header=f"{HEADER};{MARKER}"))
    assert told(problem) == ("delivery.extra_column", 1, None)
    assert "12" in problem.words()
    assert MARKER not in problem.words()


@pytest.mark.parametrize("other", ["Sex", "SEXE", " sex", "sex\u00a0", "sexs"])
def test_a_renamed_column_is_told_by_its_place_and_never_taken(
    project: Project, other: str
) -> None:
    [problem] = refusal(project, text(row(1), header=HEADER.replace("sex", other)))
    assert told(problem) == ("delivery.renamed_column", 1, "sex")
    assert "place 5" in problem.words()


def test_a_column_of_quite_another_name_is_a_missing_and_an_extra_one(project: Project) -> None:
    problems = refusal(project, text(row(1), header=HEADER.replace("sex", MARKER)))
    assert [told(problem) for problem in problems] == [
        ("delivery.missing_column", 1, "sex"),
        ("delivery.extra_column", 1, None),
    ]


def test_a_header_of_labels_or_capitals_is_told_column_by_column(project: Project) -> None:
    columns = project.contracts.datasets["pupils"].columns
    for header in (HEADER.upper(), ";".join(column.label.fr for column in columns)):
        problems = refusal(project, text(row(1), header=header))
        assert {problem.code for problem in problems} == {"delivery.renamed_column"}
        assert [problem.place.column for problem in problems] == HEADER.split(";")


@pytest.mark.parametrize(
    "above", [["Élèves 2021"], ["", ""], ["sep=;"], ["Identité;;;;;;;Scolarité;;;"]]
)
def test_lines_above_the_header_are_told_with_the_line_where_it_stands(
    project: Project, above: list[str]
) -> None:
    [problem] = refusal(project, text(HEADER, row(1), header="\n".join(above)))
    assert told(problem) == ("delivery.preamble", 1, None)
    assert f"stands on line {len(above) + 1}" in problem.words()


def aliased(project: Project) -> Dataset:
    """Return the contract of pupils in which two columns had other names in some years."""
    names = {
        "national_id": Alias.model_validate({"name": "INE", "to": 2019}),
        "sex": Alias(name="Sexe"),
    }
    dataset = dataset_of(project)
    columns = tuple(
        column.model_copy(update={"aliases": (names[column.name],)} if column.name in names else {})
        for column in dataset.columns
    )
    return dataset.model_copy(update={"columns": columns})


def read_in(project: Project, period: str | None, data: str) -> Reading:
    task = Task(
        dataset=aliased(project),
        codelists=project.contracts.codelists,
        reference=SCHOOLS,
        period=period,
    )
    place = Place(dataset="pupils", file=FILE)
    return read_by(Here(task, place), io.BytesIO(data.encode()), task, place=place)


def test_a_name_that_the_contract_gives_a_year_is_read_in_that_year_alone(
    project: Project,
) -> None:
    plain = read(project, text(row(1), row(2))).accepted
    old = text(row(1), row(2), header=HEADER.replace("national_id", "INE").replace("sex", "Sexe"))
    assert read_in(project, "2019", old).accepted.equals(plain)
    assert read_in(project, "2020", text(row(1), row(2))).accepted.equals(plain)
    for period in ("2020", None):
        with pytest.raises(DeliveryError) as caught:
            read_in(project, period, old)
        [problem] = caught.value.problems
        assert told(problem) == ("delivery.alias_of_other_years", 1, "national_id")


def test_a_column_may_not_stand_under_two_of_its_names(project: Project) -> None:
    data = text(f"{row(1)};F", header=f"{HEADER};Sexe")
    with pytest.raises(DeliveryError) as caught:
        read_in(project, "2019", data)
    assert [told(p) for p in caught.value.problems] == [("delivery.repeated_column", 1, "sex")]


def test_a_repeated_column_is_named(project: Project) -> None:
    [problem] = refusal(project, text(f"{row(1)};F", header=f"{HEADER};sex"))
    assert told(problem) == ("delivery.repeated_column", 1, "sex")


@pytest.mark.parametrize(("delimiter", "name"), [(",", ","), ("\t", "TAB"), ("|", "|")])
def test_a_wrong_delimiter_is_named(project: Project, delimiter: str, name: str) -> None:
    [problem] = refusal(project, text(row(1)).replace(";", delimiter))
    assert told(problem) == ("delivery.delimiter", 1, None)
    assert f"separated by '{name}', the contract says ';'" in problem.words()


def test_a_row_with_another_delimiter_is_told_by_its_line(project: Project) -> None:
    [problem] = refusal(project, text(row(1), row(2).replace(";", ","), row(3)))
    assert told(problem) == ("delivery.delimiter", 3, None)


def test_a_byte_that_does_not_fit_is_told_with_its_column(project: Project) -> None:
    for mark, code in (("\0", "delivery.nul"), ("\ufeff", "delivery.mark_inside")):
        [problem] = refusal(project, text(row(1), row(2, given_name=f"Z{mark}oé")))
        assert told(problem) == (code, 3, "given_name")
    data = text(row(1), row(2, given_name="Zo?")).encode().replace(b"Zo?", b"Zo\xe9")
    [problem] = refusal(project, data)
    assert told(problem) == ("delivery.encoding", 3, "given_name")


@pytest.mark.parametrize(
    ("start", "kind"),
    [("<!DOCTYPE html>\n", "HTML"), ("<?xml version='1.0'?>\n", "XML"), ('[\n {"a": 1}', "JSON")],
)
def test_a_page_in_place_of_a_file_is_told_as_such(project: Project, start: str, kind: str) -> None:
    [problem] = refusal(project, start + text(row(1)))
    assert told(problem) == ("delivery.other_kind", 1, None)
    assert f"looks like {kind}" in problem.words()


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_a_wrong_encoding_is_named(project: Project, encoding: str) -> None:
    [problem] = refusal(project, text(row(1)).encode(encoding))
    assert told(problem)[0] == "delivery.encoding"
    assert "is not in utf-8" in problem.words()


@pytest.mark.parametrize("data", [b"", b"\n", codecs.BOM_UTF8, b" \r\n\r\n"])
def test_an_empty_file_is_refused(project: Project, data: bytes) -> None:
    [problem] = refusal(project, data)
    assert told(problem)[0] == "delivery.empty"


def test_a_header_alone_is_refused(project: Project) -> None:
    assert told(refusal(project, text())[0])[0] == "delivery.no_rows"


def test_a_file_without_its_header_is_refused(project: Project) -> None:
    [problem] = refusal(project, text(row(2), header=row(1)))
    assert told(problem) == ("delivery.no_header", 1, None)


def test_two_files_laid_end_to_end_are_refused(project: Project) -> None:
    [problem] = refusal(project, text(row(1)) + text(row(2)))
    assert told(problem) == ("delivery.repeated_header", 3, None)


def test_faults_of_header_and_rows_are_told_at_once(project: Project) -> None:
    data = text(row(1), f"{row(2)};x", '"' + row(3), header=HEADER.replace("sex", "sexe"))
    assert [told(problem) for problem in refusal(project, data)] == [
        ("delivery.renamed_column", 1, "sex"),
        ("delivery.ragged", 3, None),
        ("delivery.quote", 4, "national_id"),
    ]


def test_the_first_twenty_faults_are_told_and_all_are_counted(project: Project) -> None:
    with pytest.raises(DeliveryError) as caught:
        read(project, text(*[f"{row(number)};x" for number in range(25)]))
    assert (caught.value.problem.count, len(caught.value.problems)) == (25, 20)
    assert "25 fault(s)" in str(caught.value)


def test_a_truncated_file_is_refused_wherever_it_is_cut(project: Project) -> None:
    data = text(row(1), row(2)).encode()
    whole = read(project, data).accepted
    start = data.index(b"\n", data.index(b"\n") + 1) + 1
    for length in range(start + 1, len(data)):
        try:
            reading = read(project, data[:length])
        except DeliveryError:
            continue
        # A last row that lacks nothing but its line end is whole.
        complete = reading.accepted.equals(whole)
        assert complete or reading.refused.num_rows == 1


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"birth_date": "31/02/2012"}, "birth_date", "row.date_impossible"),
        ({"birth_date": "2012-02-01"}, "birth_date", "row.date_iso"),
        ({"birth_date": "1/2/2012"}, "birth_date", "row.date"),
        ({"birth_date": "40940"}, "birth_date", "row.date_serial"),
        ({"family_name": "ThÃ©venot"}, "family_name", "row.mojibake"),
        ({"school_code": "0359999Z"}, "school_code", "row.reference"),
        ({"sex": "X"}, "sex", "row.code"),
        ({"home_device": " oui"}, "home_device", "row.hidden_space"),
        ({"national_id": "1,23E+10"}, "national_id", "row.exponent"),
        ({"national_id": "2AB"}, "national_id", "row.pattern"),
        ({"family_name": ""}, "family_name", "row.required"),
        ({"sex": "X", "birth_date": "?"}, "birth_date", "row.placeholder"),
    ],
)
def test_a_bad_row_is_counted_and_kept_for_the_quarantine_and_the_others_are_accepted(
    project: Project, cells: dict[str, str], column: str, rule: str
) -> None:
    bad = row(2, **cells)
    reading = read(project, text(row(1), bad, row(3)))
    assert refused_rows(reading) == [(3, column, rule)]
    assert reading.refused["row"].to_pylist() == [bad.encode()]
    assert reading.accepted["national_id"].to_pylist() == ["000000001AB", "000000003AB"]
    assert reading.accepted.num_rows + reading.refused.num_rows == reading.counted == 3
    [problem] = refusal_problems(
        reading.refused, dataset_of(project), project.contracts.codelists, file=FILE
    )
    assert told(problem) == (rule, 3, column)
    assert problem.count == 1


def test_rows_without_a_cell_are_told_as_empty_and_not_as_lacking_one(project: Project) -> None:
    empty, half = ";" * row(1).count(";"), row(2, national_id="", family_name="")
    quoted = ";".join(['""'] * (row(1).count(";") + 1))
    reading = read(project, text(row(1), empty, half, quoted))
    assert [(line, rule) for line, _, rule in refused_rows(reading)] == [
        (3, "row.empty"),
        (4, "row.required"),
        (5, "row.empty"),
    ]
    problems = refusal_problems(
        reading.refused, dataset_of(project), project.contracts.codelists, file=FILE
    )
    assert {told(problem)[0]: problem.count for problem in problems} == {
        "row.empty": 2,
        "row.required": 1,
    }


def test_a_refused_row_comes_back_in_the_encoding_of_its_sender(project: Project) -> None:
    bad = row(1, sex="X")
    latin = dataset_of(project).model_copy(
        update={"format": dataset_of(project).format.model_copy(update={"encoding": "cp1252"})}
    )
    reading = read_delivery(
        io.BytesIO(text(bad, row(2)).encode("cp1252")),
        latin,
        project.contracts.codelists,
        file=FILE,
        reference=SCHOOLS,
    )
    assert reading.refused["row"].to_pylist() == [bad.encode("cp1252")]
    assert reading.accepted["given_name"].to_pylist() == ["Zoé"]


def test_a_pupil_delivered_twice_alike_is_kept_once(project: Project) -> None:
    reading = read(project, text(row(1), row(2), row(1)))
    assert refused_rows(reading) == [(4, "national_id", "row.duplicate")]
    assert reading.accepted["national_id"].to_pylist() == ["000000001AB", "000000002AB"]


def test_a_pupil_delivered_twice_differently_is_not_accepted_at_all(project: Project) -> None:
    reading = read(project, text(row(1), row(2), row(1, grade="CE1")))
    assert refused_rows(reading) == [
        (2, "national_id", "row.conflict"),
        (4, "national_id", "row.conflict"),
    ]
    assert reading.accepted["national_id"].to_pylist() == ["000000002AB"]


def test_a_pupil_delivered_by_two_schools_is_no_contradiction(project: Project) -> None:
    reading = read(project, text(row(1), row(2), row(1, school_code="0350002B")))
    assert refused_rows(reading) == []
    assert reading.accepted.num_rows == 3


def test_a_row_refused_for_a_cell_still_contradicts_its_twin(project: Project) -> None:
    reading = read(project, text(row(1), row(1, guardian_email="", sex="?"), row(2)))
    assert refused_rows(reading) == [
        (2, "national_id", "row.conflict"),
        (3, "sex", "row.code"),
    ]


def test_a_row_that_lacks_a_value_contradicts_its_twin_whose_value_is_refused(
    project: Project,
) -> None:
    reading = read(project, text(row(1, sex="?"), row(1, sex=""), row(2)))
    assert [rule for _, _, rule in refused_rows(reading)] == ["row.code", "row.required"]


@pytest.mark.parametrize(("limit_pct", "is_refused"), [(25, False), (24.9, True), (0, True)])
def test_more_refused_rows_than_the_contract_allows_refuse_the_file(
    project: Project, limit_pct: float, *, is_refused: bool
) -> None:
    data = text(row(1), row(2, sex="X"), row(3), row(4))
    if not is_refused:
        assert read(project, data, limit_pct=limit_pct).accepted.num_rows == 3
        return
    with pytest.raises(RefusedDelivery) as caught:
        read(project, data, limit_pct=limit_pct)
    assert caught.value.counted == 4
    assert caught.value.refused["row"].to_pylist() == [row(2, sex="X").encode()]
    [problem] = caught.value.problems
    assert told(problem) == ("row.code", 3, "sex")


@pytest.mark.parametrize(
    ("rows", "limit_pct", "most"), [(5_000, 1.14, 57), (100, 2, 2), (50, 0, 0)]
)
def test_as_many_refused_rows_as_the_limit_says_are_not_too_many(
    project: Project, rows: int, limit_pct: float, most: int
) -> None:
    def told_with(wrong: int) -> str:
        return text(*(row(n, sex="X" if n < wrong else "F") for n in range(rows)))

    assert read(project, told_with(most), limit_pct=limit_pct).refused.num_rows == most
    with pytest.raises(RefusedDelivery) as caught:
        read(project, told_with(most + 1), limit_pct=limit_pct)
    assert caught.value.refused.num_rows == most + 1


def test_the_first_ten_lines_of_a_rule_are_told(project: Project) -> None:
    with pytest.raises(RefusedDelivery) as caught:
        read(project, text(*[row(number, sex="X") for number in range(12)]), limit_pct=0)
    [problem] = caught.value.problems
    assert problem.count == 12
    assert "line(s) 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …" in problem.words()


def test_a_count_that_does_not_agree_refuses_the_file(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.intake.whole.count_records", lambda _body: 4)
    [problem] = refusal(project, text(row(1), row(2)))
    assert told(problem)[0] == "delivery.account"


def test_a_crash_of_a_check_refuses_the_file_without_its_cause(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ValueError(MARKER)

    monkeypatch.setattr("pipeline.intake.whole.find_repeats", crash)
    with pytest.raises(DeliveryError) as caught:
        read(project, text(row(1)))
    assert caught.value.problem.code == "delivery.unreadable"
    assert caught.value.__context__ is None
    assert MARKER not in "".join(traceback.format_exception(caught.value))


def damaged_files() -> Iterator[tuple[str, bytes]]:
    """Yield files that each hold the marker where it hurts, by the name of the damage."""
    marked = row(2, family_name=MARKER)
    sound = text(row(1), marked)
    yield "missing column", sound.replace("sex;", "", 1).encode()
    yield "marker in the header", sound.replace("sex", MARKER, 1).encode()
    yield "no header", text(row(1), header=marked).encode()
    yield "one column header", text(marked, header=MARKER).encode()
    yield "preamble", (f"{MARKER}\n" + sound).encode()
    yield "wrong delimiter", sound.replace(";", ",").encode()
    yield "mixed delimiter", text(row(1), marked.replace(";", "|")).encode()
    yield "latin-1", text(row(1), marked.replace("Kerouanton", "é")).encode("latin-1")
    yield (
        "odd byte beside the marker",
        sound.encode().replace(MARKER.encode(), MARKER.encode() + b"\xff"),
    )
    yield "UTF-16", sound.encode("utf-16")
    yield "NUL", sound.replace(MARKER, f"{MARKER}\0").encode()
    yield "mark inside", sound.replace(MARKER, f"\ufeff{MARKER}").encode()
    yield "ragged", text(row(1), f"{marked};{MARKER}").encode()
    yield "stray quote", sound.replace(MARKER, f'{MARKER}"').encode()
    yield "lost quote", sound.replace(MARKER, f'"{MARKER}').encode()
    yield "mixed line ends", sound.replace("\n", "\r\n", 1).encode()
    yield "bare return", sound.replace(MARKER, f"{MARKER}\r").encode()
    yield "repeated header", (sound + sound).encode()
    yield "cut in the last column", sound.removesuffix("sp\n").encode()
    for column in ("national_id", "birth_date", "sex", "school_code", "grade", "home_internet"):
        yield f"bad {column}", text(row(1), row(2, **{column: MARKER})).encode()
    yield "missing value", text(row(1), row(2, family_name=MARKER, given_name="")).encode()
    yield "duplicate", text(marked, marked).encode()
    yield "conflict", text(row(1), row(1, family_name=MARKER)).encode()


@pytest.mark.parametrize(
    ("damage", "data"), list(damaged_files()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_no_refusal_quotes_the_delivery(project: Project, damage: str, data: bytes) -> None:
    with pytest.raises(CartableError) as caught:
        read(project, data, limit_pct=0)
    error = caught.value
    shown = [
        str(error),
        repr(error),
        error.words("fr"),
        repr(error.problems),
        "".join(traceback.format_exception(error)),
        "".join(traceback.format_exception(error, chain=True)),
    ]
    assert error.__cause__ is None
    assert error.__context__ is None
    for part in (MARKER, "Kerouanton", "Lilas", "z@example.org"):
        assert not any(part in each for each in shown), damage


def test_the_text_form_of_a_reading_shows_counts_only(project: Project) -> None:
    assert repr(read(project, text(row(1), row(2, sex=MARKER)))) == "Reading(counted=2)"

"""Each format becomes the text of a table, or is refused with each kind of fault and its place."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet.encryption as pe
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.datasets import Dataset
from pipeline.contracts.formats import FileFormat, JsonLinesFormat, ParquetFormat, XlsxFormat
from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats.laying_out import laid_out
from pipeline.intake.parts import Task
from pipeline.intake.reference import Reference
from tests.packed_files import zipped
from tests.table_files import json_lines, parquet_file, sheet, workbook, xlsx

PLACE = Place(dataset="visits", file="-")
JSONL, PARQUET = JsonLinesFormat(kind="jsonl"), ParquetFormat(kind="parquet")
XLSX, NAMED = XlsxFormat(kind="xlsx"), XlsxFormat(kind="xlsx", sheet="Élèves")
LABEL = {"en": "x", "fr": "x"}
KINDS = {
    "code": {"type": "text"},
    "has_net": {"type": "code", "codelist": "yes"},
    "day": {"type": "date", "format": "%d/%m/%Y"},
    "count": {"type": "integer"},
    "share": {"type": "decimal", "decimal": ","},
}


def dataset(form: FileFormat, names: tuple[str, ...] = tuple(KINDS)) -> Dataset:
    columns = [
        {
            "name": name,
            "label": LABEL,
            "role": "attribute",
            "privacy": {"rule": "drop"},
            "required": False,
            **KINDS[name],
        }
        for name in names
    ]
    told = {
        "dataset": "visits",
        **dict.fromkeys(("label", "description", "purpose"), LABEL),
        "unit": "place",
        "counts_persons": False,
        "source": "x",
        "schedule": "0 3 * * *",
        "format": form.model_dump(),
        "mode": "full",
        "key": ["code"],
        "max_refused_pct": 2,
        "columns": columns,
    }
    return Dataset.model_validate_json(json.dumps(told))


ROWS: list[dict[str, Any]] = [
    {"code": "00123", "has_net": True, "day": date(2012, 2, 1), "count": 7, "share": 0.1},
    {"code": 'a "b"; c', "has_net": None, "day": None, "count": None, "share": 1e-05},
    {"code": "", "has_net": False, "day": date(1999, 12, 31), "count": -3, "share": 1234567.0},
]
LINES = [
    ["code", "has_net", "day", "count", "share"],
    ["00123", "true", "01/02/2012", "7", "0,1"],
    ['a "b"; c', "", "", "", "0,00001"],
    ["", "false", "31/12/1999", "-3", "1234567"],
]
TYPED = pa.schema(
    [
        ("code", pa.string()),
        ("has_net", pa.bool_()),
        ("day", pa.date32()),
        ("count", pa.int16()),
        ("share", pa.float64()),
    ]
)


def taken(
    content: bytes, form: FileFormat, *, size: int = 100, names: tuple[str, ...] = tuple(KINDS)
) -> tuple[list[list[str]], int | None]:
    """Return the lines of the text and the records by the counter of the format."""
    made = laid_out(
        (content[at : at + size] for at in range(0, len(content), size)),
        Task(dataset=dataset(form, names), codelists={}, reference=Reference()),
        PLACE,
    )
    text = b""
    while True:
        try:
            text += next(made)
        except StopIteration as end:
            records = end.value.records
            break
    return list(csv.reader(io.StringIO(text.decode(), ""), delimiter=";", strict=True)), records


def as_json(rows: list[dict[str, Any]]) -> bytes:
    told = [
        {**row, "day": row["day"] and row["day"].strftime("%d/%m/%Y")} if "day" in row else row
        for row in rows
    ]
    return json_lines(told).replace(b"1e-05", b"0.00001").replace(b"1234567.0", b"1234567")


def test_the_same_table_in_each_format_is_the_same_text() -> None:
    sound = {
        "jsonl": (as_json(ROWS), JSONL),
        "jsonl by gzip": (gzip.compress(as_json(ROWS)), JSONL),
        "jsonl with CRLF": (as_json(ROWS).replace(b"\n", b"\r\n"), JSONL),
        "jsonl without last end": (as_json(ROWS)[:-1], JSONL),
        "jsonl with a mark": (b"\xef\xbb\xbf" + as_json(ROWS), JSONL),
        "parquet": (parquet_file(ROWS, schema=TYPED), PARQUET),
        "parquet, coded": (
            parquet_file(
                ROWS,
                schema=TYPED.set(0, pa.field("code", pa.dictionary(pa.int8(), pa.string()))),
                compression="zstd",
            ),
            PARQUET,
        ),
        "xlsx": (xlsx(ROWS), XLSX),
        "xlsx, sheet by name": (workbook({"Notes": sheet(ROWS[:1]), "Élèves": sheet(ROWS)}), NAMED),
    }
    for what, (content, form) in sound.items():
        for size in (3, 1 << 20):
            assert taken(content, form, size=size) == (LINES, 3), what


def test_decimals_of_parquet_keep_their_digits() -> None:
    schema = pa.schema([("code", pa.string()), ("share", pa.decimal128(9, 3))])
    content = parquet_file([{"code": "a", "share": Decimal("1.250")}], schema=schema)
    lines, _ = taken(content, PARQUET, names=("code", "share"))
    assert lines[1] == ["a", "1,250"]


def jsonl(line: str, *, first: str = '{"code": "a", "count": 1}') -> bytes:
    return f"{first}\n{line}\n".encode()


TWO = ("code", "count")
# What → content, names of the contract, code of the fault, line, column.
WRONG_LINES: dict[str, tuple[str, str, int, str | None]] = {
    "a name twice": ('{"code": "a", "code": "b", "count": 1}', "delivery.json_twice", 2, None),
    "a name more": ('{"code": "a", "count": 1, "more": 2}', "delivery.json_unknown", 2, None),
    "a name less": ('{"code": "a"}', "delivery.json_missing", 2, "count"),
    "a list": ('{"code": ["a"], "count": 1}', "delivery.nested", 2, "code"),
    "an object": ('{"code": {"a": 1}, "count": 1}', "delivery.nested", 2, "code"),
    "a code as a number": ('{"code": 123, "count": 1}', "delivery.number_for_text", 2, "code"),
    "a truth for a number": ('{"code": "a", "count": true}', "delivery.cell_type", 2, "count"),
    "NaN": ('{"code": "a", "count": NaN}', "delivery.json_line", 2, None),
    "no object": ('["a", 1]', "delivery.json_line", 2, None),
    "no JSON": ('{"code": "a", "count": 1', "delivery.json_line", 2, None),
    "two objects": ('{"code": "a", "count": 1}{}', "delivery.json_line", 2, None),
    "half a character": ('{"code": "\\ud800", "count": 1}', "delivery.json_line", 2, "code"),
    "a line break": ('{"code": "a\\nb", "count": 1}', "delivery.line_in_cell", 2, "code"),
    "a blank line": ("", "delivery.json_line", 2, None),
    "depth without end": ("[" * 200_000, "delivery.json_line", 2, None),
}


def refused(content: bytes, form: FileFormat, names: tuple[str, ...]) -> DeliveryError:
    with pytest.raises(DeliveryError) as error:
        taken(content, form, names=names)
    return error.value


@pytest.mark.parametrize("what", WRONG_LINES)
def test_a_line_that_is_no_record_is_told_by_its_place(what: str) -> None:
    line, code, number, column = WRONG_LINES[what]
    [problem] = refused(jsonl(line), JSONL, TWO).problems
    assert (problem.code, problem.place.line, problem.place.column) == (code, number, column)


def test_all_kinds_of_fault_are_told_at_once_and_counted() -> None:
    lines = ['{"code": 1, "count": 1}', '{"code": 2, "count": []}', '{"code": "a", "count": 1}']
    error = refused(jsonl("\n".join(lines)), JSONL, TWO)
    assert error.problem.count == 3
    assert [(p.code, p.count, p.place.line) for p in error.problems] == [
        ("delivery.number_for_text", 2, 2),
        ("delivery.nested", 1, 3),
    ]


def test_numbers_are_taken_letter_by_letter() -> None:
    line = '{"code": "a", "count": 12345678901234567890}'
    assert taken(jsonl(line), JSONL, names=TWO)[0][2] == ["a", "12345678901234567890"]


NAMES: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "jsonl": lambda row: json_lines([row]),
    "parquet": lambda row: parquet_file([row]),
    "xlsx": lambda row: xlsx([row]),
}


@pytest.mark.parametrize("kind", NAMES)
def test_names_are_those_of_the_contract(kind: str) -> None:
    form = {"jsonl": JSONL, "parquet": PARQUET, "xlsx": XLSX}[kind]
    for row, code in (
        ({"code": "a"}, "delivery.missing_column"),
        ({"code": "a", "count": 1, "more": 2}, "delivery.extra_column"),
        ({"code": "a", "kount": 1}, "delivery.renamed_column"),
    ):
        error = refused(NAMES[kind](row), form, TWO)
        assert [problem.code for problem in error.problems] == [code]
        assert "kount" not in str(error)


def parquet_of(**columns: pa.Array) -> bytes:
    return parquet_file(pa.table(columns).to_pylist(), schema=pa.table(columns).schema)


ONE = {"code": pa.array(["a"]), "count": pa.array([1])}
WRONG_PARQUET: dict[str, tuple[Callable[[], bytes], str, str | None]] = {
    "a code as a number": (
        lambda: parquet_of(**{**ONE, "code": pa.array([123])}),
        "delivery.number_for_text",
        "code",
    ),
    "a whole number as a float": (
        lambda: parquet_of(**{**ONE, "count": pa.array([1.0])}),
        "delivery.column_type",
        "count",
    ),
    "an instant for a number": (
        lambda: parquet_of(**{**ONE, "count": pa.array([datetime(2020, 1, 1)])}),  # noqa: DTZ001 - a cell has no zone
        "delivery.column_type",
        "count",
    ),
    "octets": (
        lambda: parquet_of(**{**ONE, "code": pa.array([b"a"])}),
        "delivery.column_type",
        "code",
    ),
    "a list": (
        lambda: parquet_of(**{**ONE, "code": pa.array([["a"]])}),
        "delivery.nested",
        "code",
    ),
    "a line break": (
        lambda: parquet_of(**{**ONE, "code": pa.array(["a\nb"])}),
        "delivery.line_in_cell",
        "code",
    ),
    "no rows": (lambda: parquet_of(**{n: a[:0] for n, a in ONE.items()}), "delivery.no_rows", None),
    "cut": (lambda: parquet_of(**ONE)[:-9], "delivery.not_parquet", None),
    "a footer of nothing": (lambda: b"PAR1" + bytes(40) + b"PAR1", "delivery.not_parquet", None),
    "text": (lambda: b"code;count\na;1\n", "delivery.not_parquet", None),
    "encrypted": (
        lambda: parquet_file(
            [{"code": "a", "count": 1}],
            encryption_properties=pe.create_encryption_properties(b"0" * 16),
        ),
        "delivery.parquet_encrypted",
        None,
    ),
    "encrypted behind a plain footer": (
        lambda: parquet_file(
            [{"code": "a", "count": 1}],
            encryption_properties=pe.create_encryption_properties(b"0" * 16, plaintext_footer=True),
        ),
        "delivery.not_parquet",
        None,
    ),
}


@pytest.mark.parametrize("what", WRONG_PARQUET)
def test_what_is_no_plain_parquet_of_the_contract_is_refused(what: str) -> None:
    make, code, column = WRONG_PARQUET[what]
    error = refused(make(), PARQUET, TWO)
    told = error.problems[0] if error.problems else error.problem
    assert (told.code, told.place.column) == (code, column)


def test_a_small_parquet_of_one_value_a_billion_times_is_refused() -> None:
    many = pa.table({"code": pa.repeat(pa.scalar("x" * 200), 400_000), "count": [1] * 400_000})
    target = io.BytesIO()
    pa.parquet.write_table(many, target, compression="zstd")
    assert refused(target.getvalue(), PARQUET, TWO).problem.code == "delivery.packed_ratio"


def wrong_sheet(change: Callable[[str], str]) -> bytes:
    rows = [{"code": "a", "count": 1}, {"code": "b", "count": 2}]
    return workbook({"Feuille": change(sheet(rows))})


def with_cell(text: str) -> Callable[[str], str]:
    return lambda xml: xml.replace("</sheetData>", f'<row r="4">{text}</row></sheetData>')


def sharing(texts: str, *, at: str = "0", linked: str | None = None) -> bytes:
    """Return a workbook whose one code is a shared text, perhaps of another part by its link."""
    text = sheet([{"code": "", "count": 1}])
    text = text.replace('<c r="B2">', f'<c r="A2" t="s"><v>{at}</v></c><c r="B2">')
    more = {"xl/sharedStrings.xml": f"<sst>{texts}</sst>".encode()}
    if linked is None:
        return workbook({"a": text}, more=more)
    more["xl/other.xml"] = f"<sst>{linked}</sst>".encode()
    return workbook({"a": text}, more=more, shared="other.xml")


def altered(old: str, new: str) -> bytes:
    """Return a workbook of one row in which a piece of the sheet's XML is another one."""
    text = sheet([{"code": "a", "count": 1}])
    assert text.count(old) == 1
    return workbook({"a": text.replace(old, new)})


def with_value(name: str, value: Any) -> Callable[[], bytes]:
    return lambda: xlsx([{"code": "a", "count": 1}, {"code": "b", "count": 2, name: value}])


MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
WRONG_XLSX: dict[str, tuple[Callable[[], bytes], str, int | None, str | None]] = {
    "a formula": (
        lambda: wrong_sheet(with_cell('<c r="A4"><f>1+1</f><v>2</v></c>')),
        "delivery.xlsx_formula",
        4,
        None,
    ),
    "an error": (
        lambda: wrong_sheet(with_cell('<c r="A4" t="e"><v>#REF!</v></c>')),
        "delivery.xlsx_error",
        4,
        None,
    ),
    "a hidden row": (
        lambda: wrong_sheet(lambda xml: xml.replace('<row r="2"', '<row r="2" hidden="1"')),
        "delivery.xlsx_hidden_rows",
        2,
        None,
    ),
    "a row of no height": (
        lambda: wrong_sheet(lambda xml: xml.replace('<row r="3"', '<row r="3" ht="0"')),
        "delivery.xlsx_hidden_rows",
        3,
        None,
    ),
    "a hidden column": (
        lambda: xlsx(
            [{"code": "a", "count": 1}],
            before='<cols><col min="2" max="2" width="9" hidden="1"/></cols>',
        ),
        "delivery.xlsx_hidden_columns",
        None,
        None,
    ),
    "merged cells": (
        lambda: xlsx(
            [{"code": "a", "count": 1}],
            after='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>',
        ),
        "delivery.xlsx_merged",
        None,
        None,
    ),
    "a blank row": (
        lambda: wrong_sheet(
            lambda xml: xml.replace('r="3"', 'r="7"').replace("A3", "A7").replace("B3", "B7")
        ),
        "delivery.xlsx_blank_row",
        3,
        None,
    ),
    "a code as a number": (with_value("code", 123), "delivery.number_for_text", 3, "code"),
    "a code as a date": (with_value("code", date(2020, 1, 2)), "delivery.date_for_text", 3, "code"),
    "a date for a number": (
        with_value("count", date(2020, 1, 2)),
        "delivery.date_for_text",
        3,
        "count",
    ),
    "a truth for a number": (with_value("count", value=True), "delivery.cell_type", 3, "count"),
    "a line break": (with_value("code", "a\nb"), "delivery.line_in_cell", 3, "code"),
    "two sheets": (
        lambda: workbook(dict.fromkeys(("A", "B"), sheet([{"code": "a", "count": 1}]))),
        "delivery.xlsx_sheets",
        None,
        None,
    ),
    "a hidden sheet": (
        lambda: workbook(
            dict.fromkeys(("A", "B"), sheet([{"code": "a", "count": 1}])), states={"B": "hidden"}
        ),
        "delivery.xlsx_hidden_sheet",
        None,
        None,
    ),
    "a very hidden sheet": (
        lambda: workbook({"A": sheet([{"code": "a", "count": 1}])}, states={"A": "veryHidden"}),
        "delivery.xlsx_hidden_sheet",
        None,
        None,
    ),
    "macros": (
        lambda: workbook({"A": sheet([{"code": "a", "count": 1}])}, main=MACROS),
        "delivery.xlsx_macros",
        None,
        None,
    ),
    "macros under another name": (
        lambda: workbook(
            {"A": sheet([{"code": "a", "count": 1}])}, more={"xl/vbaProject.bin": b"x"}
        ),
        "delivery.xlsx_macros",
        None,
        None,
    ),
    "dates from 1904": (
        lambda: workbook(
            {"A": sheet([{"code": "a", "count": 1}])}, properties='<workbookPr date1904="1"/>'
        ),
        "delivery.xlsx_1904",
        None,
        None,
    ),
    "entities": (
        lambda: wrong_sheet(lambda xml: BOMB + xml),
        "delivery.xml_typed",
        None,
        None,
    ),
    "XML cut short": (
        lambda: wrong_sheet(lambda xml: xml[:-9]),
        "delivery.xml_damaged",
        None,
        None,
    ),
    "a password": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "delivery.xlsx_encrypted",
        None,
        None,
    ),
    "two values in one cell": (
        lambda: altered('<c r="B2"><v>1</v></c>', '<c r="B2"><v>1</v><v>2</v></c>'),
        "delivery.xlsx_ambiguous",
        2,
        None,
    ),
    "two cells at one place": (
        lambda: altered('<c r="B2"><v>1</v></c>', '<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>'),
        "delivery.xlsx_ambiguous",
        2,
        None,
    ),
    "a cell of another row": (
        lambda: altered('<c r="B2"><v>1</v></c>', '<c r="B3"><v>1</v></c>'),
        "delivery.xlsx_ambiguous",
        2,
        None,
    ),
    "a number in characters by number": (
        lambda: altered("<v>1</v>", "<v>&#50;&#51;</v>"),
        "delivery.xlsx_ambiguous",
        2,
        None,
    ),
    "a number in a marked section": (
        lambda: altered("<v>1</v>", "<v>2<![CDATA[3]]></v>"),
        "delivery.xlsx_ambiguous",
        2,
        None,
    ),
    "a number of more digits than a sheet has": (
        lambda: xlsx([{"code": "a", "count": 90071992547409931}]),
        "delivery.xlsx_ambiguous",
        2,
        None,
    ),
    "a text that is none of the shared ones": (
        lambda: sharing("<si><t>a</t></si>", at="-1"),
        "delivery.xlsx_ambiguous",
        2,
        None,
    ),
    "a shared text that the workbook links elsewhere": (
        lambda: sharing("<si><t>a</t></si>", linked="<si><t>b</t></si>"),
        "delivery.xlsx_ambiguous",
        2,
        None,
    ),
    "a cell far below": (
        lambda: altered("</sheetData>", '<row r="1048576"><c r="XFD1048576"/></row></sheetData>'),
        "delivery.xlsx_far",
        1048576,
        None,
    ),
    "a row without height": (
        lambda: altered('<row r="2">', '<row r="2" ht="0.0">'),
        "delivery.xlsx_hidden_rows",
        2,
        None,
    ),
    "a row hidden in capitals": (
        lambda: altered('<row r="2">', '<row r="2" hidden="TRUE">'),
        "delivery.xlsx_hidden_rows",
        2,
        None,
    ),
    "two parts that differ in capitals": (
        lambda: workbook(
            {"a": sheet([{"code": "a", "count": 1}])},
            more={"xl/worksheets/Sheet1.xml": sheet([{"code": "b", "count": 2}]).encode()},
        ),
        "delivery.not_xlsx",
        None,
        None,
    ),
    "text": (lambda: b"code;count\na;1\n", "delivery.not_xlsx", None, None),
    "a zip of something else": (
        lambda: zipped({"a.csv": b"code;count\na;1\n"}),
        "delivery.not_xlsx",
        None,
        None,
    ),
    "a bomb": (
        lambda: workbook(
            {"A": sheet([{"code": "a", "count": 1}]) + " " * (64 << 20)},
        ),
        "delivery.packed_ratio",
        None,
        None,
    ),
}


@pytest.mark.parametrize("what", WRONG_XLSX)
def test_what_hides_computes_or_damages_in_a_workbook_is_refused(what: str) -> None:
    make, code, line, column = WRONG_XLSX[what]
    error = refused(make(), XLSX, TWO)
    told = error.problems[0] if error.problems else error.problem
    assert (told.code, told.place.line, told.place.column) == (code, line, column)


def test_a_serial_is_a_date_only_where_the_cell_shows_one() -> None:
    names = ("code", "day")
    rows = [{"code": "a", "day": date(2012, 2, 1)}, {"code": "b", "day": "03/02/2012"}]
    assert [line[1] for line in taken(xlsx(rows), XLSX, names=names)[0]] == [
        *("day", "01/02/2012", "03/02/2012")
    ]
    error = refused(xlsx([*rows, {"code": "c", "day": 40940}]), XLSX, names)
    assert [(p.code, p.place.line) for p in error.problems] == [("delivery.serial_date", 4)]
    late = [*rows, {"code": "c", "day": datetime(2012, 2, 1, 12)}]  # noqa: DTZ001 - a cell has no zone
    error = refused(xlsx(late), XLSX, names)
    assert [(p.code, p.place.line) for p in error.problems] == [("delivery.cell_type", 4)]


def test_a_sheet_of_another_name_is_not_taken_for_the_one_that_is_wanted() -> None:
    content = xlsx([{"code": "a", "count": 1}])
    assert refused(content, NAMED, TWO).problem.code == "delivery.xlsx_no_sheet"


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8)


PAIRS = st.lists(st.tuples(TEXTS, st.integers(-999, 999)), min_size=1)


@given(PAIRS)
def test_any_text_goes_through_as_it_is(pairs: list[tuple[str, int]]) -> None:
    rows = [{"code": code, "count": count} for code, count in pairs]
    wanted = [["code", "count"], *[[code, str(count)] for code, count in pairs]]
    assert taken(json_lines(rows), JSONL, names=TWO) == (wanted, len(rows))
    assert taken(parquet_file(rows), PARQUET, names=TWO) == (wanted, len(rows))


def test_a_page_of_parquet_whose_check_sum_is_wrong_is_refused() -> None:
    content = parquet_file(
        [{"code": "k00500", "count": 1}],
        write_page_checksum=True,
        compression="none",
        use_dictionary=False,
    )
    assert taken(content, PARQUET, names=TWO)[1] == 1
    # Wherever the value stands: in its page, and in the statistics that nobody reads.
    error = refused(content.replace(b"k00500", b"k00509"), PARQUET, TWO)
    assert error.problem.code == "delivery.not_parquet"


def test_a_decimal_near_nothing_is_written_in_digits() -> None:
    schema = pa.schema([("code", pa.string()), ("share", pa.decimal128(20, 10))])
    rows = [{"code": "a", "share": Decimal(0)}, {"code": "b", "share": Decimal("0.0000000001")}]
    lines, _ = taken(parquet_file(rows, schema=schema), PARQUET, names=("code", "share"))
    assert [line[1] for line in lines[1:]] == ["0,0000000000", "0,0000000001"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<t>a&amp;b</t>", "a&b"),
        ("<t>&#97;<![CDATA[b]]><!-- -->c</t>", "abc"),
        ("<r><t>a</t></r><r><t xml:space='preserve'> b</t></r>", "a b"),
        ("<t>a</t><rPh sb='0' eb='1'><t>spoken</t></rPh>", "a"),
        ("<t>a_x0041_</t>", "aA"),
    ],
)
def test_a_text_is_read_alike_whether_it_is_shared_or_not(written: str, read: str) -> None:
    assert taken(sharing(f"<si>{written}</si>"), XLSX, names=TWO)[0][1] == [read, "1"]

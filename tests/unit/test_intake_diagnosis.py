"""A cell that breaks a rule is told by what became of it; one that keeps it never is."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column
from pipeline.errors import Place
from pipeline.intake import Reference
from pipeline.intake.casts import RULES, cast_column, cast_distinct

LABEL = {"en": "x", "fr": "x"}
LEVEL = CodeList.model_validate(
    {
        "label": LABEL,
        "source": "test",
        "items": tuple({"code": code, "label": LABEL} for code in ("F", "M", "01", "CP")),
    }
)
KNOWN = Reference(
    values={"schools.school_code": pa.array(["0350001A"])},
    territories={"commune": frozenset({"01004", "35238"})},
)
NUMBER, DECIMAL = {"type": "integer"}, {"type": "decimal", "decimal": "."}
COMMA = {"type": "decimal", "decimal": ","}
DATE = {"type": "date", "format": "%d/%m/%Y"}
CODE = {"type": "code", "codelist": "level"}
IDENTIFIER = {"pattern": "[0-9]{7}[A-Z]"}
SCHOOL = {"references": "schools.school_code"}
COMMUNE = {"territory": "commune"}


def rule_of(cell: str, *, is_key: bool = False, **parts: Any) -> str | None:
    column = Column.model_validate(
        {
            "name": "cell",
            "label": LABEL,
            "type": "text",
            "role": "attribute",
            "privacy": {"rule": "keep"},
            "required": False,
            **parts,
        }
    )
    told = []
    for cast in (cast_column, cast_distinct):
        result = cast(
            pa.chunked_array([[cell, cell, cell]], pa.string()),
            column,
            codelists={"level": LEVEL},
            reference=KNOWN,
            is_key=is_key,
            place=Place(dataset="d", file="f"),
        )
        told += result.verdict.rules.tolist()
    assert len(set(told)) == 1
    return RULES[told[0] - 1] if told[0] else None


@pytest.mark.parametrize(
    ("cell", "parts", "rule"),
    [
        ("1E+10", NUMBER, "row.exponent"),
        ("1,23E+10", IDENTIFIER, "row.exponent"),
        ("1.2e-3", DECIMAL, "row.exponent"),
        ("3.5E+05", SCHOOL, "row.exponent"),
        ("1 234", NUMBER, "row.thousands"),
        ("1\u00a0234\u00a0567", NUMBER, "row.thousands"),
        ("1\u202f234", NUMBER, "row.thousands"),
        ("1'234,5", COMMA, "row.thousands"),
        ("1,234.5", DECIMAL, "row.thousands"),
        ("1,5", DECIMAL, "row.decimal_mark"),
        ("-1.5", COMMA, "row.decimal_mark"),
        (".5", DECIMAL, "row.decimal_mark"),
        ("12,0", NUMBER, "row.decimals"),
        ("12.", NUMBER, "row.decimals"),
        ("12 %", NUMBER, "row.unit"),
        ("3€", DECIMAL, "row.unit"),
        ("41234", DATE, "row.date_serial"),
        ("41234,5", DATE, "row.date_serial"),
        ("2012-02-01", DATE, "row.date_iso"),
        ("01/02/12", DATE, "row.date_short"),
        ("01/02/2012 00:00:00", DATE, "row.date_time"),
        ("2012-02-01T00:00:00", DATE, "row.date_time"),
        ("02/28/2012", DATE, "row.date_swapped"),
        ("31/02/2012", DATE, "row.date_impossible"),
        ("350001A", IDENTIFIER, "row.leading_zeros"),
        ("350001A", SCHOOL, "row.leading_zeros"),
        ("1004", COMMUNE, "row.leading_zeros"),
        ("1", CODE, "row.leading_zeros"),
        ("0350001A\u00a0", IDENTIFIER, "row.hidden_space"),
        ("0350\u200b001A", SCHOOL, "row.hidden_space"),
        ("35 238", COMMUNE, "row.hidden_space"),
        ("\ufeffCP", CODE, "row.hidden_space"),
        ("C\u00adP", CODE, "row.hidden_space"),
        (" 12", NUMBER, "row.hidden_space"),
        ("\u201cCP\u201d", CODE, "row.quoted"),
        ("'0350001A'", IDENTIFIER, "row.quoted"),
        ("'12", NUMBER, "row.quoted"),
        ("cp", CODE, "row.capitals"),
        ("0350001a", SCHOOL, "row.capitals"),
        ("#REF!", NUMBER, "row.spreadsheet_error"),
        ("#N/A", CODE, "row.spreadsheet_error"),
        ("########", DATE, "row.spreadsheet_error"),
        ("#VALEUR!", {}, "row.spreadsheet_error"),
        ("n/a", NUMBER, "row.placeholder"),
        ("-", DATE, "row.placeholder"),
        ("NULL", SCHOOL, "row.placeholder"),
        ("Total", COMMUNE, "row.total"),
        ("TOTAL GÉNÉRAL :", IDENTIFIER, "row.total"),
        ("ThÃ©venot", {}, "row.mojibake"),
        ("ThÃ©venot", IDENTIFIER, "row.mojibake"),
        ("lâ€™Ã‰cole", {}, "row.mojibake"),
        ("CÅ“ur", {}, "row.mojibake"),
        ("nÂ° 3", {}, "row.mojibake"),
        ("Th\u00c3\u0089venot", {}, "row.mojibake"),
        ("Th\ufffdvenot", {}, "row.lost_character"),
    ],
)
def test_what_became_of_a_cell_is_told(cell: str, parts: dict[str, Any], rule: str) -> None:
    assert rule_of(cell, **parts) == rule


@pytest.mark.parametrize("name", ["school_code", "SCHOOL_CODE", " Code de l'école ", "uai"])
def test_a_second_header_is_told_by_the_names_of_the_column(name: str) -> None:
    named = {
        "name": "school_code",
        "label": {"en": "School code", "fr": "Code de l'école"},
        "aliases": ({"name": "UAI", "to": 2019},),
    }
    assert rule_of(name, **named, **SCHOOL) == "row.header"
    assert rule_of("another", **named, **SCHOOL) != "row.header"
    assert rule_of(name, **named) is None


@pytest.mark.parametrize("cell", ["Total", "sous-total", "Ensemble", "TOTAUX", "Grand Total :"])
def test_a_total_names_no_row(cell: str) -> None:
    assert rule_of(cell, is_key=True) == "row.total"
    assert rule_of(cell) is None


@pytest.mark.parametrize(
    "name",
    [
        *("João", "JOÃO", "São Tomé", "MANHÃ", "IRMÃ", "Åse", "Ågren", "Ñandú", "Château", "ÎLE"),
        *(
            "Âge d\u2019or",
            "PÂTÉ",
            "L\u2019ÉTÉ",
            "Éléonore",
            "Œuvrard",
            "Kurşun",
            "Đỗ Thị",
            "Łukasz",
        ),
        *("Þórður", "Ærøskøbing", "Bâ", "Sâ-Ngũ", "Mbâ", "Ðorđe", "Ïsha", "Nguyễn", "Σοφία"),
        *(
            "محمد",
            "O\u2019Brien",
            "«Île»",
            "Total",
            "N/A",
            "5 €",
            "n° 3",
            "#1",
            "=1+1",
            "-",
            "1E10",
        ),
    ],
)
def test_a_name_as_people_have_it_is_kept(name: str) -> None:
    assert rule_of(name) is None


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=0xC0, max_codepoint=0xFF), min_size=1, max_size=6))
def test_letters_read_in_another_encoding_show(letters: str) -> None:
    try:
        misread = letters.encode().decode("cp1252")
    except UnicodeDecodeError:
        misread = letters.encode().decode("latin-1")
    assert rule_of(misread) == "row.mojibake"

"""Each rule of a cell, on both sides of its edge."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column
from pipeline.errors import ContractError, DeliveryError, Place
from pipeline.intake.casts import RULES, TYPES, cast_column
from pipeline.intake.reference import Reference

LABEL = {"en": "x", "fr": "x"}
SEX = CodeList.model_validate(
    {
        "label": LABEL,
        "source": "test",
        "items": (
            {"code": "F", "label": LABEL, "spelled": ("fille", "élève")},
            {"code": "M", "label": LABEL},
        ),
    }
)


def column(**given_parts: Any) -> Column:
    parts = {
        "name": "cell",
        "label": LABEL,
        "type": "text",
        "role": "attribute",
        "privacy": {"rule": "keep"},
        **given_parts,
    }
    return Column.model_validate(parts)


def cast(
    cells: list[str], reference: Reference | None = None, *, is_key: bool = False, **parts: Any
) -> tuple[list[Any], list[str | None]]:
    """Return the typed values and the broken rule of each row."""
    result = cast_column(
        pa.chunked_array([cells], pa.string()),
        column(**parts),
        codelists={"sex": SEX},
        reference=reference or Reference(),
        is_key=is_key,
        place=Place(dataset="d", file="f"),
    )
    assert result.values.type == TYPES[parts.get("type", "text")]
    rules = [RULES[number - 1] if number else None for number in result.verdict.rules]
    return result.values.to_pylist(), rules


def rules_of(cells: list[str], reference: Reference | None = None, **parts: Any) -> list[Any]:
    return cast(cells, reference, **parts)[1]


def test_text_is_kept_as_it_is() -> None:
    cells = ["NA", "None", "null", "01004", "1E10", " a ", "=1+1"]
    assert cast(cells) == (cells, [None] * len(cells))


@pytest.mark.parametrize("empty", ["", " ", "\u00a0\t"])
def test_a_required_cell_that_is_blank_is_refused(empty: str) -> None:
    assert rules_of([empty, "a"]) == ["row.required", None]


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "date", "code"])
def test_an_empty_cell_is_missing_where_none_is_required(kind: str) -> None:
    parts: dict[str, Any] = {"codelist": "sex"} if kind == "code" else {}
    parts |= {"format": "%d/%m/%Y"} if kind == "date" else {}
    assert cast([""], type=kind, required=False, minimum=1, **parts) == ([None], [None])


def test_codes_are_spelled_as_declared_and_nothing_else() -> None:
    cells = ["fille", "M", "e\u0301le\u0300ve", "F", "m", " M", "Fille", "élève"]
    values, rules = cast(cells, type="code", codelist="sex")
    assert values == ["F", "M", "F", None, None, None, None, "F"]
    assert [(cell, rule) for cell, rule in zip(cells, rules, strict=True) if rule] == [
        ("F", "row.code"),
        ("m", "row.capitals"),
        (" M", "row.hidden_space"),
        ("Fille", "row.capitals"),
    ]


def test_integers_are_digits() -> None:
    good = ["0", "-1", "007", "9" * 18]
    bad = ["+1", "٣", "9" * 19, "one", "1-2", "1;00"]
    assert cast(good, type="integer") == ([0, -1, 7, int("9" * 18)], [None] * 4)
    assert rules_of(bad, type="integer") == ["row.integer"] * len(bad)


@pytest.mark.parametrize("mark", [".", ","])
def test_decimals_have_the_declared_mark(mark: str) -> None:
    good = [f"1{mark}5", "-2", f"0{mark}1"]
    bad = ["inf", "1/2", f"1{mark}5{mark}2", "+2", "9" * 16]
    assert cast(good, type="decimal", decimal=mark) == ([1.5, -2.0, 0.1], [None] * 3)
    assert rules_of(bad, type="decimal", decimal=mark) == ["row.decimal"] * len(bad)


def test_bounds_belong_to_the_range() -> None:
    cells = ["-1", "0", "5", "6"]
    expected = ["row.minimum", None, None, "row.maximum"]
    assert rules_of(cells, type="integer", minimum=0, maximum=5) == expected
    assert rules_of(["-0.1", "0", "5.0", "5.1"], type="decimal", minimum=0, maximum=5) == expected


def test_dates_are_in_the_declared_form_and_in_the_calendar() -> None:
    cells = ["28/02/2015", "29/02/2016", "29/02/2015", "31/04/2015", "00/01/2015", "00/13/2015"]
    values, rules = cast(cells, type="date", format="%d/%m/%Y")
    assert values == [dt.date(2015, 2, 28), dt.date(2016, 2, 29), None, None, None, None]
    assert rules == [None, None, *["row.date_impossible"] * 4]
    wrong = ["1/2/2015", "01.02.2015", "\u0660\u0661/02/2015", "1 February 2015", "01/022015"]
    assert rules_of(wrong, type="date", format="%d/%m/%Y") == ["row.date"] * len(wrong)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 14), st.integers(0, 33)), min_size=20)
)
def test_dates_agree_with_the_calendar_of_the_standard_library(
    days: list[tuple[int, int, int]],
) -> None:
    expected = [calendar_day(*day) for day in days]
    cells = [f"{year:04d}-{month:02d}-{day:02d}" for year, month, day in days]
    assert cast(cells, type="date", format="%Y-%m-%d")[0] == expected


def calendar_day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


@pytest.mark.parametrize("form", ["%d/%m/%y", "%d/%m", "%d/%m/%Y %H", "%d/%d/%m/%Y"])
def test_a_date_format_with_other_parts_is_refused(form: str) -> None:
    with pytest.raises(ContractError, match=r"contract\.bad_value"):
        cast(["01/02/15"], type="date", format=form)


def test_a_pattern_fits_the_whole_cell() -> None:
    cells = ["0350001A", "0350001", "x0350001A", "35000001A"]
    expected = [None, *["row.pattern"] * 3]
    assert rules_of(cells, pattern="[0-9]{7}[A-Z]") == expected
    assert rules_of(["a", "bc"], pattern="a|b") == [None, "row.pattern"]


def test_a_pattern_that_cannot_be_applied_is_refused() -> None:
    with pytest.raises(ContractError, match=r"contract\.bad_value"):
        cast(["a"], pattern="(?=a)")


def test_white_space_around_a_key_is_refused() -> None:
    assert rules_of(["a", " a", "a ", "a b"], is_key=True) == [
        None, "row.space", "row.space", None,
    ]  # fmt: skip


def test_a_reference_must_be_known() -> None:
    known = Reference(values={"schools.school_code": pa.array(["0350001A"])})
    parts: dict[str, Any] = {"references": "schools.school_code"}
    assert rules_of(["0350001A", "0350001B"], known, **parts) == [None, "row.reference"]
    assert cast([""], known, required=False, **parts) == ([None], [None])


def test_a_reference_that_was_not_given_refuses_the_file() -> None:
    with pytest.raises(DeliveryError, match=r"delivery\.no_reference"):
        cast(["0350001A"], references="schools.school_code")
    with pytest.raises(DeliveryError, match=r"delivery\.no_reference"):
        cast(["35238"], territory="commune")


def test_territories_of_an_older_vintage_are_brought_forward() -> None:
    known = Reference(
        territories={"commune": frozenset({"35238", "01004", "35001"})},
        changes={"35112": "35238", "35001": "35238", "35999": "99999"},
    )
    values, rules = cast(["01004", "35112", "35001", "35999", "x1004"], known, territory="commune")
    assert values == ["01004", "35238", "35001", None, None]
    assert rules == [None, None, None, "row.territory", "row.territory"]


def test_the_first_broken_rule_of_a_cell_is_told() -> None:
    assert rules_of([" x"], is_key=True, pattern="[0-9]+") == ["row.space"]

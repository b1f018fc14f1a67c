"""Kinds of damage to single cells, as spreadsheets, editors and hurried people do it."""

from __future__ import annotations

import re
from random import Random

from tests.mutations import (
    Mutated,
    Sheet,
    a_code,
    a_column,
    a_row,
    in_cell,
    kind,
    recoded,
    told,
    written,
)

# The space that French puts between thousands, as programs write it.
SPACES = (" ", "\u00a0", "\u202f", "\u2009")
INVISIBLE = ("\u200b", "\u00ad", "\u2060", "\u200e")


@kind
def leading_zeros_are_lost(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_cell(sheet, rng, a_code(sheet, rng), lambda cell: cell.lstrip("0"))


@kind
def a_code_became_an_exponent(sheet: Sheet, rng: Random) -> Mutated | None:
    made = rng.choice(["1E+10", "1,23E+10", "3.5E+05", "2e8"])
    return in_cell(sheet, rng, a_code(sheet, rng), lambda _: made)


@kind
def a_code_became_a_number_with_decimals(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_cell(sheet, rng, a_code(sheet, rng), lambda cell: re.sub("[A-Z]", "", cell) + ".0")


@kind
def a_code_has_a_space(sheet: Sheet, rng: Random) -> Mutated | None:
    space = rng.choice(SPACES)
    change = rng.choice(
        [
            lambda cell: cell + space,
            lambda cell: space + cell,
            lambda cell: cell[:2] + space + cell[2:],
        ]
    )
    return in_cell(sheet, rng, a_code(sheet, rng), change, least=3)


@kind
def a_code_has_an_invisible_character(sheet: Sheet, rng: Random) -> Mutated | None:
    sign = rng.choice(INVISIBLE)
    return in_cell(sheet, rng, a_code(sheet, rng), lambda cell: cell[:2] + sign + cell[2:], least=3)


@kind
def a_value_of_a_list_has_a_space(sheet: Sheet, rng: Random) -> Mutated | None:
    space = rng.choice([*SPACES, *INVISIBLE])
    return in_cell(sheet, rng, a_column(sheet, rng, "code"), lambda cell: cell + space)


@kind
def a_value_is_in_curly_quotes(sheet: Sheet, rng: Random) -> Mutated | None:
    column = a_column(sheet, rng, "code") or a_code(sheet, rng)
    return in_cell(sheet, rng, column, lambda cell: f"\u201c{cell}\u201d")


@kind
def a_value_of_a_list_in_other_letters(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_cell(sheet, rng, a_column(sheet, rng, "code"), lambda cell: f"{cell.swapcase()}x")


@kind
def a_number_has_its_thousands_apart(sheet: Sheet, rng: Random) -> Mutated | None:
    made = rng.choice(["1{}234", "12{}345{}678"]).replace(
        "{}", rng.choice([*SPACES, "'", ".", ","])
    )
    at, column = a_row(sheet, rng), a_column(sheet, rng, "integer")
    return column and recoded(sheet, at, column.name, made)


@kind
def a_number_has_another_decimal_mark(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_cell(
        sheet, rng, a_column(sheet, rng, "decimal"), lambda cell: cell.replace(".", ","), least=3
    )


def _longer(sheet: Sheet, rng: Random, types: tuple[str, ...], *ends: str) -> Mutated | None:
    more = rng.choice(ends)
    return in_cell(sheet, rng, a_column(sheet, rng, *types), lambda cell: cell + more)


@kind
def a_whole_number_has_decimals(sheet: Sheet, rng: Random) -> Mutated | None:
    return _longer(sheet, rng, ("integer",), ".0", ",0", ",00")


@kind
def a_number_has_its_unit(sheet: Sheet, rng: Random) -> Mutated | None:
    return _longer(sheet, rng, ("integer", "decimal"), " %", " Mbit/s", "€")


@kind
def a_date_has_a_time(sheet: Sheet, rng: Random) -> Mutated | None:
    return _longer(sheet, rng, ("date",), " 00:00", " 00:00:00", "T00:00:00")


def _dated(sheet: Sheet, rng: Random, *forms: str) -> Mutated | None:
    made = rng.choice(forms)
    return in_cell(sheet, rng, a_column(sheet, rng, "date"), lambda _: made)


@kind
def a_date_of_another_form(sheet: Sheet, rng: Random) -> Mutated | None:
    forms = ("2012-02-29", "29/02/12", "29.02.2012", "2/9/2012", "20120229", "29 février 2012")
    return _dated(sheet, rng, *forms)


@kind
def a_date_that_does_not_exist(sheet: Sheet, rng: Random) -> Mutated | None:
    forms = ("31/02/2012", "00/01/2012", "02/28/2012", "31/04/2012", "29/02/2013")
    return _dated(sheet, rng, *forms)


@kind
def a_date_became_a_number_of_days(sheet: Sheet, rng: Random) -> Mutated | None:
    return _dated(sheet, rng, str(rng.randrange(36000, 45000)) + rng.choice(["", ",5"]))


@kind
def a_spreadsheet_wrote_an_error(sheet: Sheet, rng: Random) -> Mutated | None:
    made = rng.choice(["#REF!", "#N/A", "#VALEUR!", "#NOM?", "########"])
    column = a_column(sheet, rng, "text", "code", "integer", "decimal", "date")
    return in_cell(sheet, rng, column, lambda _: made)


@kind
def a_word_for_an_empty_cell(sheet: Sheet, rng: Random) -> Mutated | None:
    made = rng.choice(["NULL", "N/A", "n.c.", "-", "?", "None", "NaN"])
    column = a_column(sheet, rng, "code", "integer", "date") or a_code(sheet, rng)
    return in_cell(sheet, rng, column, lambda _: made)


@kind
def a_required_cell_is_empty(sheet: Sheet, rng: Random) -> Mutated | None:
    required = [column for column in sheet.dataset.columns if column.required]
    made = rng.choice(["", " ", "\u00a0"])
    return in_cell(sheet, rng, rng.choice(required), lambda _: made)


@kind
def two_cells_of_a_row_are_swapped(sheet: Sheet, rng: Random) -> Mutated | None:
    # A number in place of a code that is all digits shows in a control file alone.
    column, coded = a_column(sheet, rng, "code", "date"), a_code(sheet, rng)
    if column is None or coded is None:
        return None
    at = a_row(sheet, rng)
    row = sheet.rows[at]
    one, other = row[sheet.where(column.name)], row[sheet.where(coded.name)]
    swapped = sheet.changed(at, column.name, other).changed(at, coded.name, one)
    return told(swapped.content(), at + 2, columns=[column.name, coded.name])


@kind
def a_row_stands_twice(sheet: Sheet, rng: Random) -> Mutated:
    at, lines = a_row(sheet, rng), sheet.lines()
    later = rng.randrange(at + 2, len(lines) + 1)
    lines.insert(later, lines[at + 1])
    return told(written(lines), later + 1, columns=sheet.dataset.key[:1])


@kind
def a_row_contradicts_another(sheet: Sheet, rng: Random) -> Mutated | None:
    # Under another school it is no contradiction, but a person who stands in two.
    others = [name for name in sheet.header if name not in sheet.dataset.row_key]
    at, name = a_row(sheet, rng), rng.choice(others)
    cells = {row[sheet.where(name)] for row in sheet.rows} - {sheet.rows[at][sheet.where(name)]}
    cells -= {""}
    if not cells:
        return None
    twin = list(sheet.rows[at])
    twin[sheet.where(name)] = rng.choice(sorted(cells))
    lines = [*sheet.lines(), ";".join(twin)]
    return told(written(lines), at + 2, len(lines), columns=sheet.dataset.key[:1])

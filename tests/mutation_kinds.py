"""Kinds of damage to the structure of a file: delimiters, quotes, lines, headers, encodings."""

from __future__ import annotations

import codecs
import json
from dataclasses import replace
from random import Random

from tests.mutations import (
    Mutated,
    Sheet,
    a_code,
    a_column,
    a_name,
    a_row,
    accented,
    alike,
    columns_of,
    compressed,
    edited,
    in_any_cell,
    in_cell,
    kind,
    plain,
    told,
    without_column,
    written,
)

OTHERS = (",", "\t", "|")


@kind
def a_delimiter_is_lost(sheet: Sheet, rng: Random) -> Mutated:
    at = a_row(sheet, rng)
    row = list(sheet.rows[at])
    gap = rng.randrange(len(row) - 1)
    row[gap : gap + 2] = [row[gap] + row[gap + 1]]
    return told(edited(sheet, at, ";".join(row)), at + 2)


@kind
def a_delimiter_stands_in_a_cell(sheet: Sheet, rng: Random) -> Mutated | None:
    return without_column(in_any_cell(sheet, rng, lambda a, b: f"{a};{b}"))


@kind
def a_line_has_other_delimiters(sheet: Sheet, rng: Random) -> Mutated:
    at = a_row(sheet, rng)
    return told(edited(sheet, at, rng.choice(OTHERS).join(sheet.rows[at])), at + 2)


@kind
def one_delimiter_is_another(sheet: Sheet, rng: Random) -> Mutated:
    at = a_row(sheet, rng)
    row = sheet.rows[at]
    cut = rng.randrange(1, len(row))
    line = ";".join(row[:cut]) + rng.choice(OTHERS) + ";".join(row[cut:])
    return told(edited(sheet, at, line), at + 2)


@kind
def the_file_has_another_delimiter(sheet: Sheet, rng: Random) -> Mutated:
    other = rng.choice(OTHERS)
    return told(written([other.join(row) for row in (sheet.header, *sheet.rows)]), 1)


@kind
def a_trailing_delimiter_on_every_line(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return told(written([f"{line};" for line in sheet.lines()]), 1)


@kind
def a_trailing_delimiter_on_every_row(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    header, *rows = sheet.lines()
    return told(written([header, *(f"{row};" for row in rows)]), 2)


@kind
def empty_columns_behind_the_table(sheet: Sheet, rng: Random) -> Mutated:
    more = ";" * rng.randrange(2, 6)
    return told(written([line + more for line in sheet.lines()]), 1)


@kind
def a_quote_strays_into_a_cell(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_any_cell(sheet, rng, lambda a, b: f'{a}"{b}')


def _half_quoted(sheet: Sheet, rng: Random, before: str, behind: str) -> Mutated:
    at, name = a_row(sheet, rng), rng.choice(sheet.header)
    row = list(sheet.rows[at])
    row[sheet.where(name)] = f"{before}{row[sheet.where(name)]}{behind}"
    return told(edited(sheet, at, ";".join(row)), at + 2, columns=[name])


@kind
def a_closing_quote_is_lost(sheet: Sheet, rng: Random) -> Mutated:
    return _half_quoted(sheet, rng, '"', "")


@kind
def an_opening_quote_is_lost(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_any_cell(sheet, rng, lambda a, b: f'{a}{b}"')


@kind
def a_quote_opens_in_one_row_and_closes_in_another(sheet: Sheet, rng: Random) -> Mutated:
    first, name = a_row(sheet, rng), rng.choice(sheet.header)
    last = rng.randrange(first + 1, len(sheet.rows))
    lines = [list(row) for row in sheet.rows]
    lines[first][sheet.where(name)] = '"' + lines[first][sheet.where(name)]
    lines[last][sheet.where(name)] += '"'
    rows = [";".join(row) for row in lines]
    return told(written([sheet.lines()[0], *rows]), first + 2, columns=[name])


@kind
def quotes_are_escaped_by_backslash(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_any_cell(sheet, rng, lambda a, b: f'"{a}\\"{b}"')


@kind
def a_space_stands_before_the_quote(sheet: Sheet, rng: Random) -> Mutated:
    return _half_quoted(sheet, rng, ' "', '"')


@kind
def every_cell_is_in_quotes(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    quoted = ['"' + line.replace(";", '";"') + '"' for line in sheet.lines()]
    return alike(written(quoted))


@kind
def every_line_is_in_quotes(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return told(written([f'"{line}"' for line in sheet.lines()]), 1)


@kind
def a_line_break_stands_in_a_cell(sheet: Sheet, rng: Random) -> Mutated | None:
    made = without_column(in_any_cell(sheet, rng, lambda a, b: f"{a}\n{b}"))
    return made and replace(made, lines=made.lines and made.lines | {min(made.lines) + 1})


@kind
def a_line_break_stands_in_quotes(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_any_cell(sheet, rng, lambda a, b: f'"{a}\n{b}"')


@kind
def two_lines_are_joined(sheet: Sheet, rng: Random) -> Mutated:
    at, lines = a_row(sheet, rng), sheet.lines()
    lines[at + 1 : at + 3] = [lines[at + 1] + lines[at + 2]]
    return told(written(lines), at + 2)


@kind
def a_line_is_cut(sheet: Sheet, rng: Random) -> Mutated:
    at = a_row(sheet, rng)
    line = ";".join(sheet.rows[at])
    return told(edited(sheet, at, line[: rng.randrange(1, line.rindex(";"))]), at + 2)


@kind
def a_blank_line(sheet: Sheet, rng: Random) -> Mutated:
    at, lines = a_row(sheet, rng), sheet.lines()
    lines.insert(at + 1, rng.choice(["", " ", "\t"]))
    return told(written(lines), at + 2)


@kind
def a_line_of_delimiters(sheet: Sheet, rng: Random) -> Mutated:
    at, lines = a_row(sheet, rng), sheet.lines()
    lines.insert(at + 1, ";" * (len(sheet.header) - 1))
    return told(written(lines), at + 2)


@kind
def the_header_stands_again(sheet: Sheet, rng: Random) -> Mutated:
    at, lines = a_row(sheet, rng), sheet.lines()
    again = rng.choice([lines[0], '"' + lines[0].replace(";", '";"') + '"'])
    lines.insert(at + 1, again)
    return told(written(lines), at + 2)


@kind
def a_second_line_of_header(sheet: Sheet, rng: Random) -> Mutated:
    language = rng.choice(["fr", "en"])
    names = [getattr(sheet.dataset.column(name).label, language) for name in sheet.header]
    header, *rows = sheet.lines()
    return told(written([header, ";".join(names), *rows]), 2)


@kind
def the_header_is_labels(sheet: Sheet, rng: Random) -> Mutated:
    language = rng.choice(["fr", "en"])
    names = [getattr(sheet.dataset.column(name).label, language) for name in sheet.header]
    _, *rows = sheet.lines()
    return told(written([";".join(names), *rows]), 1)


@kind
def a_header_in_capitals(sheet: Sheet, rng: Random) -> Mutated:
    header, *rows = sheet.lines()
    made = rng.choice([header.upper(), header.title(), header.replace("_", " ")])
    return told(written([made, *rows]), 1) if made != header else alike(sheet.content())


@kind
def a_line_of_groups_above_the_header(sheet: Sheet, rng: Random) -> Mutated:
    groups = [""] * len(sheet.header)
    groups[0], groups[rng.randrange(1, len(groups))] = "Identité", "Scolarité"
    return told(written([";".join(groups), *sheet.lines()]), 1, 2)


@kind
def titles_above_the_header(sheet: Sheet, rng: Random) -> Mutated:
    titles = ["Académie de Rennes", "", "Extraction du 15/10/2021", "Source : base élèves"]
    count = rng.randrange(1, 5)
    return told(written([*titles[:count], *sheet.lines()]), 1, count + 1)


@kind
def blank_lines_above_the_header(sheet: Sheet, rng: Random) -> Mutated:
    return told(written([*[""] * rng.randrange(1, 3), *sheet.lines()]), 1, 2, 3)


@kind
def a_line_that_names_the_delimiter(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return told(written(["sep=;", *sheet.lines()]), 1, 2)


@kind
def no_header(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return told(written(sheet.lines()[1:]), 1)


@kind
def a_note_below_the_rows(sheet: Sheet, rng: Random) -> Mutated:
    notes = ["Fin de fichier", "Source : rectorat", f"({len(sheet.rows)} lignes)", "Total : 60"]
    return told(written([*sheet.lines(), rng.choice(notes)]), len(sheet.rows) + 2)


@kind
def a_total_below_the_rows(sheet: Sheet, rng: Random) -> Mutated:
    total = [""] * len(sheet.header)
    total[0] = rng.choice(["Total", "TOTAL", "Ensemble", "Total général"])
    total[-1] = rng.choice(["", "60"])
    line = len(sheet.rows) + 2
    return told(written([*sheet.lines(), ";".join(total)]), line)


@kind
def a_line_ends_otherwise(sheet: Sheet, rng: Random) -> Mutated:
    at = a_row(sheet, rng)
    return told(edited(sheet, at, ";".join(sheet.rows[at]) + "\r"), at + 2)


@kind
def lines_end_otherwise_from_one_on(sheet: Sheet, rng: Random) -> Mutated:
    at, lines = a_row(sheet, rng), sheet.lines()
    content = written(lines[: at + 1]) + written(lines[at + 1 :], end="\r\n")
    return told(content, at + 2)


@kind
def lines_end_in_cr_alone(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return told(written(sheet.lines(), end="\r"), 1)


@kind
def a_cr_stands_in_a_cell(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_any_cell(sheet, rng, lambda a, b: f"{a}\r{b}")


@kind
def lines_end_in_crlf(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return alike(written(sheet.lines(), end="\r\n"))


@kind
def a_mark_at_the_start(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return alike(codecs.BOM_UTF8 + sheet.content())


@kind
def a_mark_inside(sheet: Sheet, rng: Random) -> Mutated:
    at, name = a_row(sheet, rng), rng.choice(sheet.header)
    cell = "\ufeff" + sheet.rows[at][sheet.where(name)]
    return told(sheet.changed(at, name, cell).content(), at + 2, columns=[name])


@kind
def a_nul_in_a_cell(sheet: Sheet, rng: Random) -> Mutated | None:
    return in_cell(sheet, rng, a_column(sheet, rng, "text", "code"), lambda c: f"{c[:1]}\0{c[1:]}")


@kind
def a_byte_that_is_no_letter(sheet: Sheet, rng: Random) -> Mutated | None:
    made = in_cell(
        sheet, rng, a_column(sheet, rng, "text", "code"), lambda c: f"{c[:1]}\ue000{c[1:]}"
    )
    if made is None:
        return None
    bad = bytes((rng.choice([0xFF, 0xC0, 0x80, 0xE9]),))
    return Mutated(made.content.replace("\ue000".encode(), bad), made.lines, made.columns)


@kind
def a_line_in_another_encoding(sheet: Sheet, rng: Random) -> Mutated | None:
    found = accented(sheet, rng)
    if found is None:
        return None
    at, _ = found
    lines = sheet.lines()
    other = rng.choice(["cp1252", "cp850", "mac-roman"])
    try:
        bad = f"{lines[at + 1]}\n".encode(other)
    except UnicodeEncodeError:
        return None
    content = written(lines[: at + 1]) + bad + written(lines[at + 2 :])
    row = sheet.rows[at]
    first = next(n for n in sheet.header if not row[sheet.where(n)].isascii())
    return told(content, at + 2, columns=[first])


@kind
def the_file_in_another_encoding(sheet: Sheet, rng: Random) -> Mutated | None:
    found = [
        (number, name)
        for number, row in enumerate(sheet.rows)
        for name in sheet.header
        if not row[sheet.where(name)].isascii()
    ]
    if not found:
        return None
    try:
        content = written(sheet.lines(), encoding=rng.choice(["cp1252", "cp850", "mac-roman"]))
    except UnicodeEncodeError:
        return None
    at, name = found[0]
    return told(content, at + 2, columns=[name])


@kind
def the_file_in_utf_16(sheet: Sheet, rng: Random) -> Mutated:
    encoding = rng.choice(["utf-16", "utf-16-le", "utf-16-be"])
    return told(written(sheet.lines(), encoding=encoding), 1)


@kind
def the_file_is_cut(sheet: Sheet, rng: Random) -> Mutated:
    content = sheet.content()
    start = content.rindex(b"\n", 0, len(content) - 1) + 1
    last = content.rindex(b";")
    return told(content[: rng.randrange(start + 1, last)], len(sheet.rows) + 1)


@kind
def the_file_twice(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return told(sheet.content() * 2, len(sheet.rows) + 2)


@kind
def a_mark_of_the_end(sheet: Sheet, rng: Random) -> Mutated:
    del rng
    return told(sheet.content() + b"\x1a", len(sheet.rows) + 2)


@kind
def another_kind_of_file(sheet: Sheet, rng: Random) -> Mutated:
    rows = [dict(zip(sheet.header, row, strict=True)) for row in sheet.rows]
    page = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>\n"
    return told(
        rng.choice(
            [
                page.encode(),
                json.dumps(rows, ensure_ascii=False, indent=1).encode(),
                "".join(json.dumps(row) + "\n" for row in rows).encode(),
                compressed(sheet.content()),
                b"PK\x03\x04\x14\0\6\0" + bytes(range(256)) * 4,
                b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + sheet.content(),
                b"{\\rtf1\\ansi " + sheet.content() + b"}",
            ]
        ),
        1,
    )


@kind
def a_column_is_missing(sheet: Sheet, rng: Random) -> Mutated:
    name = rng.choice(sheet.header)
    at = sheet.where(name)
    rows = [";".join(row[:at] + row[at + 1 :]) for row in (sheet.header, *sheet.rows)]
    return told(written(rows), 1, columns=[name])


@kind
def a_column_is_renamed(sheet: Sheet, rng: Random) -> Mutated:
    name = rng.choice(sheet.header)
    label = plain(sheet.dataset.column(name).label.fr)
    other = rng.choice([name.upper(), f"{name}s", name[:-1], label, f" {name}", f"{name}\u00a0"])
    header = [other if each == name else each for each in sheet.header]
    return told(written([";".join(header), *sheet.lines()[1:]]), 1, columns=[name])


@kind
def a_column_is_new(sheet: Sheet, rng: Random) -> Mutated:
    at = rng.randrange(len(sheet.header) + 1)
    rows = [list(row) for row in (sheet.header, *sheet.rows)]
    for number, row in enumerate(rows):
        row.insert(at, "telephone" if number == 0 else "0299000000")
    return told(written([";".join(row) for row in rows]), 1)


@kind
def a_column_stands_twice(sheet: Sheet, rng: Random) -> Mutated:
    name = rng.choice(sheet.header)
    rows = [";".join([*row, row[sheet.where(name)]]) for row in (sheet.header, *sheet.rows)]
    return told(written(rows), 1, columns=[name])


@kind
def columns_are_moved(sheet: Sheet, rng: Random) -> Mutated:
    order = list(range(len(sheet.header)))
    rng.shuffle(order)
    rows = [";".join(row[at] for at in order) for row in (sheet.header, *sheet.rows)]
    return alike(written(rows))


@kind
def two_names_of_the_header_are_swapped(sheet: Sheet, rng: Random) -> Mutated | None:
    typed = [column.name for column in columns_of(sheet, "date", "code")]
    coded = a_code(sheet, rng)
    if not typed or coded is None:
        return None
    one, other = rng.choice(typed), coded.name
    header = [{one: other, other: one}.get(name, name) for name in sheet.header]
    content = written([";".join(header), *sheet.lines()[1:]])
    return told(content, 2, columns=[one, other])


@kind
def cells_are_shifted_from_a_line_on(sheet: Sheet, rng: Random) -> Mutated:
    first = a_row(sheet, rng)
    rows = [row if number < first else ["", *row[:-1]] for number, row in enumerate(sheet.rows)]
    content = written([sheet.lines()[0], *(";".join(row) for row in rows)])
    lines = range(first + 2, len(rows) + 2)
    return told(content, *lines, columns=[sheet.header[0]])


@kind
def a_name_has_a_letter_misread(sheet: Sheet, rng: Random) -> Mutated | None:
    found = accented(sheet, rng)
    if found is None:
        return None
    at, name = found
    cell = sheet.rows[at][sheet.where(name)]
    try:
        misread = cell.encode().decode(rng.choice(["cp1252", "latin-1"]))
    except UnicodeDecodeError:
        misread = cell.encode().decode("latin-1")
    return told(sheet.changed(at, name, misread).content(), at + 2, columns=[name])


@kind
def a_name_has_lost_a_letter(sheet: Sheet, rng: Random) -> Mutated | None:
    column = a_name(sheet, rng)
    return in_cell(sheet, rng, column, lambda cell: f"{cell[:1]}\ufffd{cell[2:]}", least=3)

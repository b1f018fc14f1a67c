"""A workbook for people: a sheet of notes, then a sheet per theme; values only, no formula.

It is written row by row, so that it takes no memory. A text that looks like a formula is a text
in a workbook, and opens as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from sqlglot import exp
from xlsxwriter.worksheet import Worksheet

from pipeline.contracts import Label
from pipeline.dissemination.caveat_words import CAVEATS
from pipeline.dissemination.columns import PublishedTable
from pipeline.dissemination.exports.source import ReleaseSource
from pipeline.dissemination.exports.symbols import (
    NOT_APPLICABLE_SYMBOL,
    SYMBOL_WORDS,
    SYMBOLS,
)
from pipeline.dissemination.exports.xlsx_detail import first_rows, theme_cut
from pipeline.dissemination.views import theme_views
from pipeline.errors import Place, StorageError

PATH = "xlsx/figures.xlsx"
# A sheet holds 1,048,576 rows, its header among them; one that people open in a second far fewer.
MOST_ROWS = 100_000
_TEXTS_ONLY = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_REFERENCES = ("territories", "indicators", "dimensions", "caveats")
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """One sheet: its table, the query of its rows, and what was left out of it."""

    described: PublishedTable
    query: exp.Select
    left_out: Label | None = None


def write_xlsx(source: ReleaseSource) -> None:
    """Write `xlsx/figures.xlsx`: notes, the wide view of each theme, and the reference tables.

    Where a theme has more rows than people can use, detail of the smallest territories is left
    out as `xlsx_detail` says: the notes tell what is not there, and which files hold it.

    Raises:
        StorageError: a sheet could not hold what was to stand in a cell.
    """
    path = source.folder / PATH
    path.parent.mkdir()
    sheets = [*_themes(source), *_references(source)]
    with xlsxwriter.Workbook(str(path), _TEXTS_ONLY) as book:
        # The same release gives the same file.
        book.set_properties({"created": source.release["created"].replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        _write(book.add_worksheet("notes"), _notes(source, sheets), header=bold)
        for sheet in sheets:
            page = book.add_worksheet(sheet.described.name[:31])
            page.freeze_panes(1, 0)
            _write(page, _rows(source, sheet), header=bold)


def _write(page: Worksheet, rows: Iterator[tuple[Any, ...]], *, header: Any) -> None:
    for place, row in enumerate(rows):
        for position, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, bool):
                lost = page.write_boolean(place, position, value)
            elif isinstance(value, int | float):
                lost = page.write_number(place, position, value)
            else:
                text = value.isoformat() if hasattr(value, "isoformat") else str(value)
                lost = page.write_string(place, position, text, header if place == 0 else None)
            if lost:
                # The library returns a number for what it leaves out or cuts, and goes on.
                raise StorageError("publication.not_in_a_cell", place=Place(file=PATH))


def _themes(source: ReleaseSource) -> Iterator[_Sheet]:
    for view in theme_views(source.contracts):
        cut = theme_cut(source, view.described, most=MOST_ROWS)
        query = _named(view.described).where(cut.condition).limit(cut.rows)
        yield _Sheet(described=view.described, query=query, left_out=cut.left_out)


def _named(described: PublishedTable) -> exp.Select:
    """Return the rows of a view, each with the name of its territory."""
    names = exp.select("id", "name").distinct().from_("territories").subquery("named")
    return (
        exp.select(
            exp.column("name", table="named"),
            *(exp.column(name, table="told", quoted=True) for name in described.column_names),
        )
        .from_(exp.alias_(exp.table_(described.name, quoted=True), "told", table=True))
        .join(names, on="named.id = told.ref_area", join_type="left")
        .order_by(*(exp.column(name, table="told", quoted=True) for name in described.order))
    )


def _count(source: ReleaseSource, query: exp.Select) -> int:
    counted = exp.select(exp.Count(this=exp.Star())).from_(query.subquery("counted"))
    ((rows,),) = source.connection.execute(counted.sql(dialect="duckdb")).fetchall()
    return int(rows)


def _references(source: ReleaseSource) -> Iterator[_Sheet]:
    for table in source.tables:
        if table.name in _REFERENCES and table.schema == "main":
            columns = (exp.column(name, quoted=True) for name in table.column_names)
            query = exp.select(*columns).from_(exp.table_(table.name, quoted=True))
            rows = _count(source, query)
            is_cut = rows > MOST_ROWS
            left_out = first_rows(MOST_ROWS, rows, table=table.name) if is_cut else None
            yield _Sheet(described=table, query=query.limit(MOST_ROWS), left_out=left_out)


def _rows(source: ReleaseSource, sheet: _Sheet) -> Iterator[tuple[Any, ...]]:
    """Yield the names of the columns, then the rows; no figure of a theme is an empty cell."""
    told = source.connection.execute(sheet.query.sql(dialect="duckdb"))
    names = [str(column[0]) for column in told.description or ()]
    yield tuple(names)
    statuses = {
        position: names.index(f"{name}_status")
        for position, name in enumerate(names)
        if f"{name}_status" in names
    }
    figures = {names[position] for position in statuses}
    ends = [
        position
        for position, name in enumerate(names)
        if name.removesuffix("_low").removesuffix("_high") in figures - {name}
    ]
    while rows := told.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            yield _with_symbols(row, statuses, ends)


def _with_symbols(
    row: tuple[Any, ...], statuses: Mapping[int, int], ends: Sequence[int]
) -> tuple[Any, ...]:
    """Return a row with a symbol where a figure, or an end of its band, is not there."""
    values = list(row)
    for position in ends:
        values[position] = NOT_APPLICABLE_SYMBOL if row[position] is None else row[position]
    for position, status in statuses.items():
        if values[position] is None:
            values[position] = SYMBOLS.get(values[status], NOT_APPLICABLE_SYMBOL)
            values[status] = values[status] or NOT_APPLICABLE_SYMBOL
    return tuple(values)


def _notes(source: ReleaseSource, sheets: list[_Sheet]) -> Iterator[tuple[Any, ...]]:
    policy, release = source.contracts.policy, source.release
    made: datetime = release["created"]
    yield ("", "English", "Français")
    yield ("release", release["release_id"], release["release_id"])
    yield ("created", made.isoformat(), made.isoformat())
    yield ("publisher", policy.publisher.en, policy.publisher.fr)
    yield ("licence", policy.licence.name, policy.licence.name)
    yield ("licence", policy.licence.url, policy.licence.url)
    if policy.synthetic is not None:
        yield ("synthetic", policy.synthetic.en, policy.synthetic.fr)
    for symbol, words in SYMBOL_WORDS.items():
        yield (f"symbol {symbol}", words.en, words.fr)
    for caveat, words in CAVEATS.items():
        yield (f"caveat {caveat}", words.en, words.fr)
    for sheet in sheets:
        described = sheet.described
        yield (f"sheet {described.name}", described.description.en, described.description.fr)
        if sheet.left_out is not None:
            yield (f"sheet {described.name}", sheet.left_out.en, sheet.left_out.fr)
        for column in described.columns:
            yield (
                f"{described.name}.{column.name}",
                column.description.en,
                column.description.fr,
            )

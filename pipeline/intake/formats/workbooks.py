"""XLSX: the cells of one sheet, as they were typed; what a spreadsheet made of them is refused.

A code that became a number has lost its zeros; a number that became a date was none. A number is
taken where the contract wants one, a date where it wants one and the cell says that it is one.

Source: ECMA-376, parts 1 and 2.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Generator, Iterable, Sequence
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from pipeline.contracts.datasets import Column
from pipeline.contracts.formats import XlsxFormat
from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats.archives import Archive
from pipeline.intake.formats.faults import Faults, check_names
from pipeline.intake.formats.sheet_parts import (
    Sheet,
    check_reach,
    check_xml,
    chosen_sheet,
    count_rows,
)
from pipeline.intake.formats.table_text import header_line, lines_of
from pipeline.intake.formats.typed_cells import typed_cell
from pipeline.intake.formats.zip_listing import LOCAL
from pipeline.intake.parts import Task

# How an old XLS begins, and an XLSX under a password.
_COMPOUND = b"\xd0\xcf\x11\xe0"
_ROWS = 10_000
Cells = Sequence[Any]


def table_of_sheet(
    pieces: Iterable[bytes], task: Task, place: Place
) -> Generator[bytes, None, int]:
    """Yield the text of a sheet, the first row its header; a row of it is a line of the text.

    Returns:
        The rows that hold something by the sheet's XML, the header not among them.

    Raises:
        DeliveryError: it is no such workbook; each kind of fault with its first row.
    """
    data = b"".join(pieces)
    if data.startswith(_COMPOUND):
        raise DeliveryError("delivery.xlsx_encrypted", place=place)
    if not data.startswith(LOCAL):
        raise DeliveryError("delivery.not_xlsx", place=place)
    archive = Archive(data, place)
    wanted = form.sheet if isinstance(form := task.dataset.format, XlsxFormat) else None
    sheet = chosen_sheet(archive, wanted, place)
    check_reach(archive, sheet, place)
    rows = _rows(archive, sheet, place)
    counted = count_rows(archive, sheet, rows, place)
    if not rows:
        raise DeliveryError("delivery.empty", place=place)
    names = [name if isinstance(name, str) else "" for name in rows[0]]
    columns = [task.dataset.column(name) for name in check_names(names, task, place)]
    faults = Faults(place)
    yield header_line(names)
    for first in range(1, len(rows), _ROWS):
        block = enumerate(rows[first : first + _ROWS], start=first + 1)
        cells = [_row(row, columns, number, faults) for number, row in block]
        if not faults:
            yield lines_of([pa.array(each, pa.string()) for each in zip(*cells, strict=True)])
    faults.check()
    return counted - 1


def _rows(archive: Archive, sheet: Sheet, place: Place) -> list[list[Any]]:
    """Return the rows of a sheet from its first cell on."""
    try:
        book = CalamineWorkbook.from_filelike(_checked(archive))
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except (CalamineError, OSError):
        rows = None
    if rows is None:
        check_xml(archive, sheet, place)
        raise DeliveryError("delivery.not_xlsx", place=place)
    return rows


def _checked(archive: Archive) -> io.BytesIO:
    """Return the members of an archive, each checked, as one that has one meaning."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as checked:
        for name in archive.names:
            if not name.endswith("/"):
                checked.writestr(zipfile.ZipInfo(name), archive.read(name))
    target.seek(0)
    return target


def _row(row: Cells, columns: Sequence[Column], number: int, faults: Faults) -> list[str]:
    if all(cell == "" for cell in row):
        faults.add("delivery.xlsx_blank_row", line=number)
    cells = []
    for value, column in zip(row, columns, strict=True):
        code, cell = typed_cell(value, column)
        if code is not None:
            faults.add(code, line=number, column=column.name)
        cells.append(cell)
    return cells

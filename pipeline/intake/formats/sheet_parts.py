"""The parts of an XLSX workbook: what hides, computes or merges in it, found in its XML."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats.archives import Archive
from pipeline.intake.formats.faults import Faults
from pipeline.intake.formats.sheet_cells import CellReader, column_number, shared_texts
from pipeline.intake.formats.xml_events import local_name, read_xml

_TYPES, _BOOK, _LINKS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHARED = "/sharedStrings"
_MACROS = ("macroEnabled", "vbaProject", "macrosheet")
_TRUE = {"1", "true", "on"}
# Cells for which there is room beside those that are filled, and for each of those.
_ROOM, _ROOM_PER_CELL = 4_000_000, 20
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
# Of a sheet, all that is looked at.
_TOLD = frozenset({"row", "c", "f", "v", "is", "t", "rPh", "col", "mergeCell", "sheetFormatPr"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: as its tab says.
        part: the member of the archive that holds it.
    """

    name: str = field(repr=False)
    part: str


def chosen_sheet(archive: Archive, wanted: str | None, place: Place) -> Sheet:
    """Return the sheet that a contract asks for: by name, or the only one.

    Raises:
        DeliveryError: it is no workbook, has macros or hidden sheets, or not that sheet.
    """
    names = {name.casefold() for name in archive.names}
    if len(names) != len(archive.names) or not {_TYPES, _BOOK, _LINKS} <= set(archive.names):
        raise DeliveryError("delivery.not_xlsx", place=place)
    kinds = _attributes(archive, _TYPES, place, {"Override", "Default"})
    told = [kind.get("ContentType", "") for kind in kinds] + archive.names
    if any(mark in each for mark in _MACROS for each in told):
        raise DeliveryError("delivery.xlsx_macros", place=place)
    book = _attributes(archive, _BOOK, place, {"sheet", "workbookPr"})
    if any(_is_true(each.get("date1904")) for each in book):
        raise DeliveryError("delivery.xlsx_1904", place=place)
    sheets = [each for each in book if "sheetId" in each]
    hidden = [each for each in sheets if each.get("state", "visible") != "visible"]
    if hidden:
        raise DeliveryError("delivery.xlsx_hidden_sheet", place=place, count=len(hidden))
    found = [each for each in sheets if wanted in {None, each.get("name")}]
    if wanted is None and len(found) != 1:
        raise DeliveryError("delivery.xlsx_sheets", place=place, count=len(found))
    links = {
        each.get("Id"): each.get("Target", "")
        for each in _attributes(archive, _LINKS, place, {"Relationship"})
    }
    parts = [posixpath.join("/xl", links.get(each.get("id"), ""))[1:] for each in found]
    if len(found) != 1 or parts[0] not in archive.names:
        raise DeliveryError("delivery.xlsx_no_sheet", place=place)
    return Sheet(found[0].get("name", ""), parts[0])


def count_rows(archive: Archive, sheet: Sheet, read: Sequence[Sequence[Any]], place: Place) -> int:
    """Return how many rows of a sheet hold something, once nothing in it hides or computes.

    Args:
        archive: the workbook.
        sheet: which.
        read: its rows as another reader took them, which are held against the XML.
        place: dataset and file.

    Raises:
        DeliveryError: something does, or is taken differently, each kind with its first row.
    """
    seen = _Sheet(Faults(place), CellReader(read, _shared(archive, place)))
    part = [archive.read(sheet.part)]
    for _ in read_xml(
        part, place, started=seen.started, wanted=_TOLD, ended=seen.ended, text=seen.cells.text
    ):
        pass
    if seen.cells.filled != sum(cell != "" for row in read for cell in row):
        seen.faults.add("delivery.xlsx_ambiguous")
    seen.faults.check()
    return seen.rows


def _shared(archive: Archive, place: Place) -> list[str]:
    """Return the texts that cells share, of the part that the workbook links or is wont to have."""
    links = _attributes(archive, _LINKS, place, {"Relationship"})
    targets = [each.get("Target", "") for each in links if each.get("Type", "").endswith(_SHARED)]
    parts = [posixpath.join("/xl", target)[1:] for target in targets] or [f"xl{_SHARED}.xml"]
    return shared_texts(archive.read(parts[0]), place) if parts[0] in archive.names else []


def check_reach(archive: Archive, sheet: Sheet, place: Place) -> None:
    """Check that a sheet reaches about as far as it is filled: a reader makes room for all of it.

    Raises:
        DeliveryError: one of its cells stands far off the others; the last such row is told.
    """
    found = [(column_number(c), int(r)) for c, r in _CELL.findall(archive.read(sheet.part))]
    if not found:
        return
    widest, last = max(found), max(found, key=lambda cell: cell[1])
    if widest[0] * last[1] > _ROOM + _ROOM_PER_CELL * len(found):
        off = last if last[1] > len(found) else widest
        raise DeliveryError("delivery.xlsx_far", place=replace(place, line=off[1]))


def check_xml(archive: Archive, sheet: Sheet, place: Place) -> None:
    """Check that a sheet is well-formed XML.

    Raises:
        DeliveryError: it is not.
    """
    for _ in read_xml([archive.read(sheet.part)], place, started=lambda *_: None):
        pass


class _Sheet:
    """What a sheet's XML tells, element by element."""

    def __init__(self, faults: Faults, cells: CellReader) -> None:
        self.faults = faults
        self.cells = cells
        self.rows = 0
        self._row = 0
        self._counted = 0

    def started(self, name: str, told: dict[str, str]) -> None:
        match name:
            case "row":
                self._row_started(told)
            case "c":
                self._cell_started(told)
            case "f":
                self.faults.add("delivery.xlsx_formula", line=self._row)
            case "v" | "is" | "t" | "rPh":
                self._part_started(name)
            case "col" if _is_true(told.get("hidden")) or _is_zero(told.get("width")):
                self.faults.add("delivery.xlsx_hidden_columns")
            case "mergeCell":
                self.faults.add("delivery.xlsx_merged")
            case "sheetFormatPr" if _is_true(told.get("zeroHeight")) or _is_zero(
                told.get("defaultRowHeight")
            ):
                self.faults.add("delivery.xlsx_hidden_rows")

    def _cell_started(self, told: dict[str, str]) -> None:
        if told.get("t") == "e":
            self.faults.add("delivery.xlsx_error", line=self._row)
        if not self.cells.begin(told):
            self.faults.add("delivery.xlsx_ambiguous", line=self._row)

    def _part_started(self, name: str) -> None:
        self.cells.part(name, is_over=False)
        if name in {"v", "is"}:
            self.rows += self._counted != self._row
            self._counted = self._row

    def ended(self, name: str) -> None:
        if name in {"v", "is", "t", "rPh"}:
            self.cells.part(name, is_over=True)
        elif name == "c" and not self.cells.end():
            self.faults.add("delivery.xlsx_ambiguous", line=self._row)

    def _row_started(self, told: dict[str, str]) -> None:
        number = told.get("r", "")
        at = int(number) if number.isascii() and number.isdigit() else self._row + 1
        if at <= self._row:
            self.faults.add("delivery.not_xlsx", line=at)
        self._row = at
        self.cells.begin_row(at)
        if _is_true(told.get("hidden")) or _is_zero(told.get("ht")):
            self.faults.add("delivery.xlsx_hidden_rows", line=at)


def _is_true(told: str | None) -> bool:
    return told is not None and told.strip().lower() in _TRUE


def _is_zero(told: str | None) -> bool:
    """Whether a height or width is none; what is no number is none that anybody could see."""
    try:
        return told is not None and not float(told) > 0
    except ValueError:
        return True


def _attributes(
    archive: Archive, part: str, place: Place, wanted: set[str]
) -> list[dict[str, str]]:
    """Return the attributes of some elements of a part."""
    found: list[dict[str, str]] = []

    def started(_: str, told: dict[str, str]) -> None:
        found.append({local_name(name): value for name, value in told.items()})

    for _ in read_xml([archive.read(part)], place, started=started, wanted=wanted):
        pass
    return found

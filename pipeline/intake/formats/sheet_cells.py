"""Cells of a sheet as its XML has them, held against what another reader made of them.

What two readers take differently has no meaning that anybody could answer for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.errors import Place
from pipeline.intake.formats.xml_events import read_xml

# The first serial day of which all readers think alike: one before is a 29 February 1900.
_FIRST_DAY = 61
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]+")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INDEX = re.compile(r"[0-9]+")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LETTERS, _BEFORE_A = 26, 64


class CellReader:
    """Takes the cells of one sheet, element by element.

    Args:
        rows: the same sheet by the other reader, from its first row and column on; an empty cell
            is an empty text.
        shared: the texts that cells of the workbook share, in order.

    Attributes:
        filled: cells so far that hold something.
    """

    def __init__(self, rows: Sequence[Sequence[Any]], shared: Sequence[str]) -> None:
        self.filled = 0
        self._rows = rows
        self._shared = shared
        self._row = self._column = 0
        self._kind = "n"
        self._text = TextReader()
        self._values = 0

    def begin_row(self, number: int) -> None:
        """Begin a row."""
        self._row, self._column = number, 0

    def begin(self, told: Mapping[str, str]) -> bool:
        """Begin a cell; return whether it stands behind the one before, in the row around it."""
        self._kind, self._values = told.get("t", "n"), 0
        self._text.take()
        place = told.get("r")
        if place is None:
            self._column += 1
            return True
        found = _PLACE.fullmatch(place)
        before = self._column
        if found is not None:
            self._column = column_number(found[1].encode())
        return found is not None and int(found[2]) == self._row and self._column > before

    def part(self, name: str, *, is_over: bool) -> None:
        """Begin or end a part of a cell."""
        if not is_over and name in {"v", "is"}:
            self._values += 1
        self._text.part(name, is_over=is_over)

    def text(self, text: str) -> None:
        """Take some text of a cell."""
        self._text.text(text)

    def end(self) -> bool:
        """End a cell; return whether the other reader took it alike."""
        row = self._rows[self._row - 1] if self._row <= len(self._rows) else ()
        value = row[self._column - 1] if self._column <= len(row) else ""
        self.filled += value != ""
        text = self._text.take()
        if self._values > 1:
            return False
        if not text:
            return bool(value == "")
        if self._kind == "s":
            number = int(text) if _INDEX.fullmatch(text) else len(self._shared)
            return number < len(self._shared) and _is_same_text(self._shared[number], value)
        return self._kind in _ALIKE and _ALIKE[self._kind](text, value)


class TextReader:
    """Takes the text of a cell or of a shared string, without how it is spoken."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._is_text = self._is_spoken = False

    def part(self, name: str, *, is_over: bool) -> None:
        """Begin or end a part."""
        if name in {"v", "t"}:
            self._is_text = not is_over and not self._is_spoken
        elif name == "rPh":
            self._is_spoken = not is_over

    def text(self, text: str) -> None:
        """Take some text."""
        if self._is_text:
            self._parts.append(text)

    def take(self) -> str:
        """Return the text so far, and begin anew."""
        text = "".join(self._parts)
        self._parts.clear()
        return text


def shared_texts(part: bytes, place: Place) -> list[str]:
    """Return the texts that cells of a workbook share, in order.

    Raises:
        DeliveryError: the part is no well-formed XML.
    """
    found: list[str] = []
    reader = TextReader()

    def ended(name: str) -> None:
        if name == "si":
            found.append(reader.take())
        reader.part(name, is_over=True)

    for _ in read_xml(
        [part],
        place,
        started=lambda name, _: reader.part(name, is_over=False),
        ended=ended,
        text=reader.text,
    ):
        pass
    return found


def column_number(letters: bytes) -> int:
    """Return the number of a column, from 1 on, by its letters."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - _BEFORE_A
    return number


def _is_same_text(text: str, value: object) -> bool:
    """Whether a text is the same, with what stands for a sign written out, or without its edges."""
    written = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return value in {text, text.strip(), written}


def _is_same_day(text: str, value: object) -> bool:
    if isinstance(value, date):
        return value.isoformat().startswith(text.removesuffix("Z"))
    return _is_same_text(text, value)


def _is_same_number(text: str, value: object) -> bool:
    if not _NUMBER.fullmatch(text) or isinstance(value, bool):
        return False
    if isinstance(value, date):
        return float(text) >= _FIRST_DAY
    if isinstance(value, (int, float)):
        whole = _WHOLE.fullmatch(text)
        return int(text) == value if whole else float(text) == value
    # A time of day, or a duration: refused by its type.
    return value != ""


_ALIKE: Mapping[str, Callable[[str, Any], bool]] = {
    "n": _is_same_number,
    "str": _is_same_text,
    "inlineStr": _is_same_text,
    "b": lambda text, value: isinstance(value, bool) and text == str(int(value)),
    "d": _is_same_day,
    # Told as what it is.
    "e": lambda _, __: True,
}

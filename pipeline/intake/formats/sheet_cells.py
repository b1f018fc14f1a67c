"""Cells of a sheet as its XML has them, held against what another reader made of them.

What two readers take differently has no meaning that anybody could answer for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

# The first serial day of which all readers think alike: one before is a 29 February 1900.
_FIRST_DAY = 61
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]+")
_INDEX = re.compile(r"[0-9]+")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LETTERS, _BEFORE_A = 26, 64


class CellReader:
    """Takes the cells of one sheet, element by element.

    Args:
        rows: the same sheet by the other reader, from its first row and column on; an empty cell
            is an empty text.

    Attributes:
        filled: cells so far that hold something.
    """

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.filled = 0
        self._rows = rows
        self._row = self._column = 0
        self._kind = "n"
        self._parts: list[str] = []
        self._values = 0
        self._is_text = False

    def begin_row(self, number: int) -> None:
        """Begin a row."""
        self._row, self._column = number, 0

    def begin(self, told: Mapping[str, str]) -> bool:
        """Begin a cell; return whether it stands behind the one before, in the row around it."""
        self._kind, self._parts, self._values = told.get("t", "n"), [], 0
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
        if name in {"v", "t"}:
            self._is_text = not is_over
        elif name == "rPh":
            # How a text is spoken is no part of it.
            self._is_text = False

    def text(self, text: str) -> None:
        """Take some text of a cell."""
        if self._is_text:
            self._parts.append(text)

    def end(self) -> bool:
        """End a cell; return whether the other reader took it alike."""
        row = self._rows[self._row - 1] if self._row <= len(self._rows) else ()
        value = row[self._column - 1] if self._column <= len(row) else ""
        self.filled += value != ""
        text = "".join(self._parts)
        if self._values > 1:
            return False
        if not text:
            return bool(value == "")
        return self._kind in _ALIKE and _ALIKE[self._kind](text, value)


def column_number(letters: bytes) -> int:
    """Return the number of a column, from 1 on, by its letters."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + letter - _BEFORE_A
    return number


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
    "s": lambda text, value: bool(_INDEX.fullmatch(text)) and isinstance(value, str),
    "str": lambda text, value: bool(text == value),
    "inlineStr": lambda text, value: bool(text == value),
    "b": lambda text, value: isinstance(value, bool) and text == str(int(value)),
    "d": lambda _, value: isinstance(value, (str, date)),
    # Told as what it is.
    "e": lambda _, __: True,
}

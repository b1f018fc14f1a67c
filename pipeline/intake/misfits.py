"""Lines that are no row: what a line of another number of fields than the header seems to be.

Told from its form, so that whoever mends it knows what it is: a note below the table, a total, a
row that stands in quotes as a whole, one with another delimiter.
"""

from __future__ import annotations

import re

from pipeline.errors import Fact
from pipeline.intake.diagnosis import TOTAL
from pipeline.intake.header import DELIMITERS, delimiter_name
from pipeline.intake.records import QUOTE

MISFITS = (
    "delivery.cut",
    "delivery.ragged",
    "delivery.note",
    "delivery.total",
    "delivery.quoted_row",
)
_TOTAL = re.compile(TOTAL)


def misfit(
    record: bytes, found: int, *, width: int, delimiter: str
) -> tuple[str, tuple[tuple[str, Fact], ...]]:
    """Return the code and the facts of a line that has not the width of the header.

    Args:
        record: the line in UTF-8, without its end.
        found: its fields, by the declared delimiter.
        width: fields of the header.
        delimiter: as declared.
    """
    if found == 1:
        for other in DELIMITERS:
            if other != delimiter and record.count(other.encode()) == width - 1:
                names = (("declared", delimiter_name(delimiter)), ("found", delimiter_name(other)))
                return "delivery.delimiter", names
    facts: tuple[tuple[str, Fact], ...] = (("expected", width), ("found", found))
    cells = (cell.strip(QUOTE + b" ") for cell in record.split(delimiter.encode()))
    first = next(filter(None, cells), b"").decode("utf-8", "replace")
    if _TOTAL.fullmatch(first):
        return "delivery.total", facts
    if found > 1:
        return "delivery.ragged", facts
    is_quoted = record[:1] == QUOTE == record[-1:]
    if is_quoted and record.count(delimiter.encode()) >= width - 1:
        return "delivery.quoted_row", facts
    return "delivery.note", facts

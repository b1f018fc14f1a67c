"""A file as its sender wrote it becomes the text of a table, which is sealed and read."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeAlias

from pipeline.errors import CartableError, DeliveryError, Place
from pipeline.intake.formats.feed import Laid
from pipeline.intake.formats.json_lines import table_of_json_lines
from pipeline.intake.formats.packing import unpacked
from pipeline.intake.parts import Task

# Yields the text in pieces.
LaidOut: TypeAlias = "Generator[bytes, None, Laid]"


def laid_out(pieces: Iterable[bytes], task: Task, place: Place) -> LaidOut:
    """Yield a file as the text of a table.

    Args:
        pieces: of the file as it was sent.
        task: its contract, and the period.
        place: for refusals.

    Returns:
        What it tells of itself.

    Raises:
        DeliveryError: it cannot be unpacked, or is no table that the contract allows.
    """
    try:
        return (yield from _laid_out(pieces, task, place))
    except (CartableError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  any library's message may quote a cell
        kind = type(error).__name__
    # Raised outside of the handler: not even as a context may the cause be kept.
    raise DeliveryError("delivery.unreadable", place=place, kind=kind)


def _laid_out(pieces: Iterable[bytes], task: Task, place: Place) -> LaidOut:
    match task.dataset.format.kind:
        case "csv" | "sql":
            yield from unpacked(pieces, place)
            return Laid()
        case "jsonl":
            return Laid((yield from table_of_json_lines(unpacked(pieces, place), task, place)))
        case "parquet":
            from pipeline.intake.formats.parquet_tables import table_of_parquet  # noqa: PLC0415  loaded when asked for

            return Laid((yield from table_of_parquet(pieces, task, place)))
        case "xlsx":
            from pipeline.intake.formats.workbooks import table_of_sheet  # noqa: PLC0415  loaded when asked for

            return Laid((yield from table_of_sheet(pieces, task, place)))
        case "oneroster":
            from pipeline.intake.formats.rosters import table_of_roster  # noqa: PLC0415  loaded when asked for

            return Laid(*(yield from table_of_roster(pieces, task.dataset, place)))
        case "edfi":
            from pipeline.intake.formats.interchanges import (  # noqa: PLC0415  loaded when asked for
                table_of_interchange,
            )

            text = unpacked(pieces, place)
            return Laid((yield from table_of_interchange(text, task.dataset, place)))

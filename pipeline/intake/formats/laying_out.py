"""A file as its sender wrote it becomes the text of a table, which is sealed and read."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeAlias

from pipeline.contracts.datasets import Dataset
from pipeline.errors import CartableError, DeliveryError, Place
from pipeline.intake.formats.json_lines import table_of_json_lines
from pipeline.intake.formats.packing import unpacked

# Yields the text in pieces; returns how many records the file has by a counter of its own format.
LaidOut: TypeAlias = "Generator[bytes, None, int | None]"


def laid_out(pieces: Iterable[bytes], dataset: Dataset, place: Place) -> LaidOut:
    """Yield a file as the text of a table.

    Args:
        pieces: of the file as it was sent.
        dataset: its contract.
        place: for refusals.

    Returns:
        Its records by an independent counter of its format; None for text, which its reader counts.

    Raises:
        DeliveryError: it cannot be unpacked, or is no table that the contract allows.
    """
    try:
        return (yield from _laid_out(pieces, dataset, place))
    except (CartableError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  any library's message may quote a cell
        kind = type(error).__name__
    # Raised outside of the handler: not even as a context may the cause be kept.
    raise DeliveryError("delivery.unreadable", place=place, kind=kind)


def _laid_out(pieces: Iterable[bytes], dataset: Dataset, place: Place) -> LaidOut:
    match dataset.format.kind:
        case "csv":
            yield from unpacked(pieces, place)
            return None
        case "jsonl":
            return (yield from table_of_json_lines(unpacked(pieces, place), dataset, place))
        case "parquet":
            from pipeline.intake.formats.parquet_tables import table_of_parquet  # noqa: PLC0415  loaded when asked for

            return (yield from table_of_parquet(pieces, dataset, place))
        case "xlsx":
            from pipeline.intake.formats.workbooks import table_of_sheet  # noqa: PLC0415  loaded when asked for

            return (yield from table_of_sheet(pieces, dataset, place))
        case "oneroster":
            from pipeline.intake.formats.rosters import table_of_roster  # noqa: PLC0415  loaded when asked for

            return (yield from table_of_roster(pieces, dataset, place))
        case "edfi":
            from pipeline.intake.formats.interchanges import (  # noqa: PLC0415  loaded when asked for
                table_of_interchange,
            )

            return (yield from table_of_interchange(unpacked(pieces, place), dataset, place))

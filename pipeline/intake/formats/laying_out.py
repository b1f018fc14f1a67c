"""A file as its sender wrote it becomes the text of a table, which is sealed and read."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeAlias

from pipeline.errors import CartableError, DeliveryError, Place
from pipeline.intake.formats.packing import unpacked

# Yields the text in pieces; returns how many records the file has by a counter of its own format.
LaidOut: TypeAlias = "Generator[bytes, None, int | None]"


def laid_out(pieces: Iterable[bytes], place: Place) -> LaidOut:
    """Yield a file as the text of a table.

    Args:
        pieces: of the file as it was sent.
        place: for refusals.

    Returns:
        Its records by an independent counter of its format; None for text, which its reader counts.

    Raises:
        DeliveryError: it cannot be unpacked.
    """
    try:
        return (yield from _laid_out(pieces, place))
    except (CartableError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  any library's message may quote a cell
        kind = type(error).__name__
    # Raised outside of the handler: not even as a context may the cause be kept.
    raise DeliveryError("delivery.unreadable", place=place, kind=kind)


def _laid_out(pieces: Iterable[bytes], place: Place) -> LaidOut:
    yield from unpacked(pieces, place)
    return None

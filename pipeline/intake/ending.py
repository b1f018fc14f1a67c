"""The end of a file: a last row without its line end may have been cut short.

Many senders leave out the last line end, so its absence alone is no proof. But a cut number
or identifier is another number or identifier, and no other rule would see it. The last cell
stands without a line end only where a cut would show: it is quoted, or of a closed domain in
which no longer value begins with it, or free text that nobody counts or joins by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column
from pipeline.errors import DeliveryError, Place
from pipeline.intake.reference import Reference


def check_ending(
    cell: str,
    column: Column,
    *,
    is_key: bool,
    codelists: Mapping[str, CodeList],
    reference: Reference,
    place: Place,
) -> None:
    """Refuse a file without a last line end whose last cell may have been cut short.

    Args:
        cell: the last cell as delivered, quotes included.
        column: its contract.
        is_key: whether the column is part of the key.
        codelists: those of the project.
        reference: what the column may refer to.
        place: dataset, file and line.

    Raises:
        DeliveryError: a cut would not show.
    """
    if cell.endswith('"'):
        return
    if column.type == "code":
        shows = _is_whole(cell, codelists[str(column.codelist)].spellings)
    elif column.references is not None:
        known = reference.values.get(column.references, ())
        shows = _is_whole(cell, (str(value) for value in known))
    elif column.territory is not None:
        codes = reference.territories.get(column.territory, frozenset())
        shows = _is_whole(cell, (*codes, *reference.changes))
    else:
        is_free_text = column.type == "text" and column.pattern is None and not is_key
        shows = bool(cell) and (is_free_text or column.type == "date")
    if not shows:
        raise DeliveryError(
            "delivery.unfinished",
            place=replace(place, column=column.name),
        )


def _is_whole(cell: str, values: Iterable[str]) -> bool:
    return not any(value != cell and value.startswith(cell) for value in values)

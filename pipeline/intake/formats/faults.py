"""What is wrong in a file of records: each kind of fault by column, counted, told by its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.errors import DeliveryError, Place, Problem
from pipeline.intake.formats.table_text import header_line
from pipeline.intake.header import read_header
from pipeline.intake.parts import Task

_TOLD = 50


class Faults:
    """Gathers faults, so that all of a file are told at once.

    Args:
        place: dataset and file.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._found: dict[tuple[str, str | None], tuple[int, int | None]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(
        self, code: str, *, line: int | None = None, column: str | None = None, count: int = 1
    ) -> None:
        """Note a fault.

        Args:
            code: of the message catalogue.
            line: on which the first stands, or record.
            column: of the contract.
            count: how many there are.
        """
        before, first = self._found.get((code, column), (0, line))
        self._found[code, column] = (before + count, first)

    def check(self) -> None:
        """Refuse the file if a fault was noted.

        Raises:
            DeliveryError: each kind of fault by column, with the first place.
        """
        if not self._found:
            return
        problems = [
            Problem(
                code=code,
                place=replace(
                    self._place,
                    line=first,
                    column=column,
                    rule=f"columns.{column}" if column else None,
                ),
                count=count,
            )
            for (code, column), (count, first) in self._found.items()
        ]
        count = sum(count for count, _ in self._found.values())
        raise DeliveryError(
            "delivery.layout", place=self._place, count=count, problems=problems[:_TOLD]
        )


def check_names(names: Sequence[str], task: Task, place: Place) -> list[str]:
    """Return the contract's column behind each name of a file, as for the header of a text.

    Raises:
        DeliveryError: names are missing, unknown or come twice.
    """
    read = read_header(header_line(names), task.dataset, place=place, period=task.period)
    if read.problems:
        # A name has no line here, but a position.
        problems = [
            replace(problem, place=replace(problem.place, line=None)) for problem in read.problems
        ]
        raise DeliveryError("delivery.layout", place=place, count=len(problems), problems=problems)
    return [str(name) for name in read.names]

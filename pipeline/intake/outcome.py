"""The outcome of a reading: what was accepted, what was refused and why, in counted records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.errors import DeliveryError, Place, Problem
from pipeline.intake.casts import RULES, CastColumn
from pipeline.intake.sums import Sums

# The numbers of two rules, from 1: a cell that must be there is not, and none of a row is.
_LACKS, _EMPTY = (RULES.index(rule) + 1 for rule in ("row.required", "row.empty"))
# What is made of accepted rows before they leave the reader, such as their minimisation.
Keep = Callable[[pa.Table], pa.Table]

REFUSED = pa.schema(
    [
        pa.field("line", pa.int64(), nullable=False),
        pa.field("column", pa.string(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("row", pa.binary(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one delivered file holds. Its text form shows counts, never rows.

    Attributes:
        accepted: one row per accepted record, in order of the file; exactly the contract's
            columns: text and code (of the code list) as string, integer as int64, decimal as
            float64, date as date32, territory codes at the reference vintage; null where empty. Or
            what the caller keeps of them.
        refused: one row per refused record, in order of the file: line:int64, column:string and
            rule:string of the first broken rule in column order, row:binary as delivered.
        counted: records of the file by the independent counter, the header not among them.
        columns: the contract's columns in the order of the file, so that of each refused row.
        sums: of the columns of which a control file may tell the sum, all records together.
    """

    accepted: pa.Table = field(repr=False)
    refused: pa.Table = field(repr=False)
    counted: int
    columns: tuple[str, ...] = field(default=(), repr=False)
    sums: Sums = field(default_factory=dict, repr=False)

    @property
    def is_accounted(self) -> bool:
        """Whether accepted and refused are as many as the independent counter found."""
        return bool(self.accepted.num_rows + self.refused.num_rows == self.counted)


class RefusedDelivery(DeliveryError):  # noqa: N818  named for the event that steps handle
    """More rows were refused than the contract allows: nothing of the file was accepted.

    Attributes:
        refused: the refused rows, as in `Reading.refused`, for the quarantine.
        counted: records of the file.
        columns: as in `Reading.columns`.
    """

    def __init__(
        self,
        reading: Reading,
        *,
        place: Place,
        limit_pct: float,
        problems: tuple[Problem, ...],
    ) -> None:
        self.refused = reading.refused
        self.counted = reading.counted
        self.columns = reading.columns
        super().__init__(
            "delivery.too_many_refused",
            place=replace(place, rule="max_refused_pct"),
            count=reading.refused.num_rows,
            problems=problems,
            counted=reading.counted,
            limit=f"{limit_pct:g}",
        )


def keep_all(accepted: pa.Table) -> pa.Table:
    """Keep accepted rows as they are."""
    return accepted


def first_broken(
    columns: Mapping[str, CastColumn],
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Return for each row its first broken rule in column order, and the column's place.

    A row of which each cell is empty is told as that, not as one that lacks a cell.

    Returns:
        The number of the rule in `RULES` from 1, 0 where none is broken; and the place of its
        column in `columns` from 0.
    """
    if not any(column.verdict.rules.any() for column in columns.values()):
        rows = len(next(iter(columns.values())).verdict.rules)
        return np.zeros(rows, np.int8), np.zeros(rows, np.int64)
    verdicts = np.stack([column.verdict.rules for column in columns.values()])
    at = (verdicts != 0).argmax(axis=0)
    rules = np.take_along_axis(verdicts, at[np.newaxis], axis=0)[0]
    lacking = np.flatnonzero(rules == _LACKS)
    for verdict, column in zip(verdicts, columns.values(), strict=True):
        is_nothing = pc.is_null(column.values.take(pa.array(lacking))).to_numpy()
        lacking = lacking[is_nothing & np.isin(verdict[lacking], (0, _LACKS))]
    rules[lacking], at[lacking] = _EMPTY, 0
    return rules, at


def with_verdict(typed: pa.Table, rules: NDArray[np.int8], at: NDArray[np.int64]) -> pa.Table:
    """Return what rows say, for the search of repeats.

    A row refused for a cell still contradicts the others of its key: the cell and the rule are
    part of what it says.
    """
    return typed.append_column("0 column", pa.array(at)).append_column("0 rule", pa.array(rules))

"""What is made of one block of a large delivery: checked and kept rows, refused ones, key hashes.

Pure in effect: a block and the contract in, a part out, on any thread, in any order. A part is
None where the block is not certainly sound or anything fails: the reader of whole files then
tells what it is, so that a refusal never depends on how a file was cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.coded import plain_table
from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Dataset
from pipeline.errors import Place
from pipeline.intake.casts import RULES, cast_distinct
from pipeline.intake.ending import check_ending
from pipeline.intake.keys import Hashes, Rows, hash_keys
from pipeline.intake.outcome import REFUSED, first_broken, with_verdict
from pipeline.intake.records import LINE_FEED, Records, count_records, find_records
from pipeline.intake.reference import Reference
from pipeline.intake.sound import sound_block
from pipeline.intake.sums import Sums, add_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is the same for every block of a delivery.

    Attributes:
        dataset: its contract.
        codelists: those of the project.
        reference: what rows are checked against.
        wanted: the columns that leave the reader; None for all of the contract.
        is_coded: whether text that repeats leaves the reader of blocks coded.
        period: of the file; columns may bear other names in some years.
    """

    dataset: Dataset
    codelists: Mapping[str, CodeList]
    reference: Reference
    wanted: frozenset[str] | None = None
    is_coded: bool = False
    period: str | None = None

    @property
    def leaving(self) -> list[str]:
        """The columns that leave the reader, in the contract's order."""
        names = [column.name for column in self.dataset.columns]
        return [name for name in names if self.wanted is None or name in self.wanted]


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a sound file.

    Attributes:
        names: the contract's columns in the order of the file.
        text: the line without its end; as a record it would be a file laid behind another.
        line_end: of it, and so of every record.
        codec: in which the blocks of the file are delivered; text and line end are in UTF-8.
    """

    names: tuple[str, ...]
    text: bytes
    line_end: bytes
    codec: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Part:
    """What stays of a block; rows from 0 and lines from 1 are those of the block.

    Attributes:
        accepted: the rows that break no rule of a cell, or what the caller keeps of them.
        refused: the others, in the form of `REFUSED`.
        refused_rows: their numbers.
        hashes: of the key of every row.
        counted: records by the independent counter.
        lines: line ends in the block.
        line_end: of its records; None where the only one lacks its own.
        may_be_utf8: whether it could be in UTF-8, where it is not said to be; None: nothing tells.
        sums: see `Reading.sums`.
    """

    accepted: pa.Table = field(repr=False)
    refused: pa.Table = field(repr=False)
    refused_rows: Rows = field(repr=False)
    hashes: Hashes = field(repr=False)
    counted: int
    lines: int
    line_end: bytes | None
    may_be_utf8: bool | None = None
    sums: Sums = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Claims:
    """What some rows of a block say, for the search of repeats.

    Attributes:
        content: one row each, the verdict on its cells among what it says.
        lines: on which each starts, from 1 in the block.
        raw: as delivered.
    """

    content: pa.Table = field(repr=False)
    lines: Rows = field(repr=False)
    raw: Sequence[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Typed:
    table: pa.Table = field(repr=False)
    rules: NDArray[np.int8] = field(repr=False)
    at: Rows = field(repr=False)
    lines: int
    line_end: bytes | None
    sums: Sums = field(repr=False)


def part_of(body: bytes, header: Header, task: Task) -> Part | None:
    """Return what stays of a block: whole records in UTF-8."""
    try:
        return _part(body, header, task)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  told, with its place, by the reader of whole files
        return None


def claims_of(body: bytes, rows: Rows, header: Header, task: Task) -> Claims | None:
    """Return what some rows of a block say."""
    try:
        typed = _typed(body, header, task)
        if typed is None:
            return None
        content = with_verdict(typed.table, typed.rules, typed.at).take(pa.array(rows))
        return Claims(plain_table(content), *_delivered(body, rows, header, task))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  told, with its place, by the reader of whole files
        return None


def _part(body: bytes, header: Header, task: Task) -> Part | None:
    typed = _typed(body, header, task)
    if typed is None:
        return None
    if not body.endswith(LINE_FEED):
        records = _records(body, header, task)
        record = body[records.starts[-1] : records.stops[-1]]
        check_last(record, header.names, task, Place(dataset=task.dataset.dataset))
    is_sound = typed.rules == 0
    refused = np.flatnonzero(~is_sound)
    leaving = typed.table.select(task.leaving)
    leaving = leaving if task.is_coded else plain_table(leaving)
    return Part(
        accepted=leaving.filter(pa.array(is_sound)) if refused.size else leaving,
        refused=_refused(body, refused, typed, header, task=task),
        refused_rows=refused,
        hashes=hash_keys([typed.table[name] for name in task.dataset.row_key]),
        counted=count_records(body),
        lines=typed.lines,
        line_end=typed.line_end,
        sums=typed.sums,
    )


def _typed(body: bytes, header: Header, task: Task) -> _Typed | None:
    if header.text in body:
        return None
    delimiter = task.dataset.text.delimiter
    sound = sound_block(
        body,
        names=header.names,
        delimiter=delimiter,
        tallest=task.dataset.tallest(header.names),
    )
    if sound is None:
        return None
    columns = {
        column.name: cast_distinct(
            sound.cells[column.name],
            column,
            codelists=task.codelists,
            reference=task.reference,
            is_key=column.name in task.dataset.key,
            place=Place(dataset=task.dataset.dataset),
        )
        for column in task.dataset.columns
    }
    rules, at = first_broken(columns)
    table = pa.table({name: column.values for name, column in columns.items()})
    return _Typed(table, rules, at, sound.lines, sound.line_end, add_up(sound.cells, task.dataset))


def check_last(record: bytes, names: Sequence[str], task: Task, place: Place) -> None:
    """Refuse a file whose last record has no line end and may have been cut short.

    Raises:
        DeliveryError: a cut of its last cell would not show.
    """
    last = task.dataset.column(names[-1])
    check_ending(
        record.rpartition(task.dataset.text.delimiter.encode())[2].decode("utf-8"),
        last,
        is_key=last.name in task.dataset.key,
        codelists=task.codelists,
        reference=task.reference,
        place=place,
    )


def _refused(body: bytes, rows: Rows, typed: _Typed, header: Header, *, task: Task) -> pa.Table:
    names = [column.name for column in task.dataset.columns]
    lines, raw = _delivered(body, rows, header, task)
    return pa.table(
        {
            "line": lines,
            "column": [names[number] for number in typed.at[rows]],
            "rule": [RULES[number - 1] for number in typed.rules[rows]],
            "row": raw,
        },
        schema=REFUSED,
    )


def _delivered(body: bytes, rows: Rows, header: Header, task: Task) -> tuple[Rows, list[bytes]]:
    """Return the lines of some rows, and the rows as they were delivered."""
    if not rows.size:
        return np.empty(0, np.int64), []
    records = _records(body, header, task)
    raw = [body[records.starts[row] : records.stops[row]] for row in rows]
    return records.lines[rows], raw


def _records(body: bytes, header: Header, task: Task) -> Records:
    delimiter = task.dataset.text.delimiter
    records = find_records(
        body,
        delimiter=delimiter,
        width=len(header.names),
        tallest=task.dataset.tallest(header.names),
    )
    if records is None:
        raise ValueError
    return records

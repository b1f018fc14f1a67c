"""Persons who stand in several rows in force, and which of these rows count.

What counts is a function of the rows in force, of the dates of their deliveries and of the rule in
the dataset's contract: neither the order of arrival nor the files matter. The rows that are set
aside stay in force where they are; they are left out whenever rows are counted. Where rule and
dates do not decide, a hash of what is kept beside pseudonyms does: it means nothing, favours no
sender, and stays what it is under a new epoch of pseudonyms.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.coded import Column, plain_table
from pipeline.contracts.enrolments import AllEnrolments, DoubleEnrolment, MainEnrolment
from pipeline.storage.changes import Pieces
from pipeline.storage.row_order import leading
from pipeline.storage.signed import canonical_json

_Numbers = NDArray[np.int64]
_Marks = NDArray[np.bool_]
# No column of a contract bears such a name.
_PIECE, _ROW = "0 piece", "0 row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubles:
    """The persons who stand in several rows in force, in counts.

    Attributes:
        persons: how many they are.
        rows: sender → rows of theirs in force; of None where senders are not known.
        aside: sender → of these, those that do not count.
        undecided: of how many persons neither the rule nor the dates told which row counts.
    """

    persons: int = 0
    rows: Mapping[str | None, int] = field(default_factory=dict)
    aside: Mapping[str | None, int] = field(default_factory=dict)
    undecided: int = 0


def counted_once(pieces: Pieces, rule: DoubleEnrolment) -> Pieces:
    """Return the rows that count, by the batch that holds them; of each person as the rule says.

    Args:
        pieces: all rows in force of a dataset and period.
        rule: of the dataset.
    """
    if isinstance(rule, AllEnrolments):
        return pieces
    found = _find(pieces, rule)
    if found is None:
        return pieces
    return [
        (batch, rows.filter(pa.array(~aside)) if aside.any() else rows)
        for (batch, rows), aside in zip(pieces, found.masks(pieces), strict=True)
    ]


def has_doubles(pieces: Pieces, person: str) -> bool:
    """Tell whether a person stands in several rows; other columns may lack."""
    return bool(len(_twice(pieces, person)))


def count_doubles(pieces: Pieces, rule: DoubleEnrolment, *, of: str | None = None) -> Doubles:
    """Count the persons who stand in several rows, and the rows of theirs that do not count.

    Args:
        pieces: all rows in force of a dataset and period.
        rule: of the dataset.
        of: a batch: only persons of whom it holds a row in force; None: all.
    """
    found = _find(pieces, rule)
    if found is None:
        return Doubles()
    wanted = np.ones(len(found.person), np.bool_)
    if of is not None:
        is_own = np.array([batch.batch_id == of for batch, _ in pieces])[found.piece]
        wanted = np.isin(found.person, found.person[is_own])
    column = pieces[0][0].sender_column
    senders = [None] * len(wanted) if column is None else found.rows[column].to_pylist()
    chosen = [(sender, is_aside) for sender, is_aside in zip(senders, found.aside, strict=True)]
    told = [each for each, is_told in zip(chosen, wanted, strict=True) if is_told]
    return Doubles(
        persons=len(np.unique(found.person[wanted])),
        rows=Counter(sender for sender, _ in told),
        aside=Counter(sender for sender, is_aside in told if is_aside),
        undecided=len(np.unique(found.person[wanted & found.is_tied])),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The rows of persons who stand in several, one element a row.

    Attributes:
        rows: what they hold.
        person: number of the person.
        piece: number of the piece in which the row lies.
        row: its number in the piece.
        aside: whether it does not count.
        is_tied: whether only the hash told.
    """

    rows: pa.Table
    person: _Numbers
    piece: _Numbers
    row: _Numbers
    aside: _Marks
    is_tied: _Marks

    def masks(self, pieces: Pieces) -> list[_Marks]:
        """Return for each piece which of its rows do not count."""
        masks = [np.zeros(rows.num_rows, np.bool_) for _, rows in pieces]
        for number, mask in enumerate(masks):
            mask[self.row[self.aside & (self.piece == number)]] = True
        return masks


def _find(pieces: Pieces, rule: DoubleEnrolment) -> _Found | None:
    twice = _twice(pieces, rule.person)
    if not len(twice):
        return None
    tables = []
    for number, (_, rows) in enumerate(pieces):
        at = np.flatnonzero(pc.is_in(rows[rule.person], value_set=twice).to_numpy())
        chosen = plain_table(rows.take(at))
        chosen = chosen.append_column(_PIECE, pa.array(np.full(len(at), number)))
        tables.append(chosen.append_column(_ROW, pa.array(at)))
    told = pa.concat_tables(tables)
    piece, row = told[_PIECE].to_numpy(), told[_ROW].to_numpy()
    rows = told.drop_columns([_PIECE, _ROW]).combine_chunks()
    person = _ranks(rows[rule.person]) - 1
    dates = pa.array([batch.as_of for batch, _ in pieces], pa.string())
    ranks = (*_ranks_by_rule(rows, rule), _ranks(dates)[piece])
    best = _best(person, ranks)
    if isinstance(rule, AllEnrolments):
        aside, is_tied = np.zeros(len(person), np.bool_), np.zeros(len(person), np.bool_)
    else:
        counted = np.bincount(person[best], minlength=len(person))
        is_tied = best & (counted[person] > 1)
        aside = ~best
        aside[is_tied] = ~_first_by_hash(rows.filter(pa.array(is_tied)), person[is_tied])
    return _Found(rows=rows, person=person, piece=piece, row=row, aside=aside, is_tied=is_tied)


def _twice(pieces: Pieces, person: str) -> pa.Array:
    """Return the persons who stand in several rows."""
    tables = [plain_table(rows.select([person])) for _, rows in pieces]
    if not sum(table.num_rows for table in tables):
        return pa.array([], pa.string())
    persons = pa.concat_tables(tables)[person].combine_chunks()
    if _is_pseudonym(persons):
        # Numbers are sorted sooner than bytes are grouped: of equal values the first bytes are.
        starts = leading(persons)
        ordered = np.sort(starts)
        again = ordered[1:][ordered[1:] == ordered[:-1]]
        persons = persons.filter(pa.array(np.isin(starts, again))) if again.size else persons[:0]
    counted = pc.value_counts(persons)
    names = counted.field("values")
    return names.filter(pc.and_(pc.greater(counted.field("counts"), 1), names.is_valid()))


def _ranks(values: pa.Array | pa.ChunkedArray) -> _Numbers:
    """Return numbers in the order of values, the same for the same; what is missing comes first."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_fixed_size_binary(values.type):
        values = values.cast(pa.binary())
    ranks = pc.rank(values, "ascending", tiebreaker="dense").to_numpy().astype(np.int64)
    numbers: _Numbers = np.where(values.is_valid(), ranks, 0)
    return numbers


def _ranks_by_rule(rows: pa.Table, rule: DoubleEnrolment) -> tuple[_Numbers, ...]:
    """Return what the rule looks at, the greater the better."""
    if rule.column is None:
        return ()
    column = rows[rule.column]
    if isinstance(rule, MainEnrolment):
        is_main = pc.is_in(column.cast(pa.string()), value_set=pa.array(rule.values, pa.string()))
        return (is_main.to_numpy().astype(np.int64),)
    return (_ranks(column),)


def _best(person: _Numbers, ranks: tuple[_Numbers, ...]) -> _Marks:
    """Return which rows no other row of their person is better than."""
    best = np.ones(len(person), np.bool_)
    for rank in ranks:
        greatest = np.full(person.max() + 1, -1, np.int64)
        np.maximum.at(greatest, person[best], rank[best])
        best &= rank == greatest[person]
    return best


def _first_by_hash(rows: pa.Table, person: _Numbers) -> _Marks:
    """Return which row of each person is taken where nothing else tells."""
    told = [name for name in rows.column_names if not _is_pseudonym(rows[name])]
    contents = zip(_hashes(rows.select(told)), _hashes(rows), strict=True)
    first: dict[int, tuple[tuple[bytes, bytes], int]] = {}
    for at, (number, content) in enumerate(zip(person.tolist(), contents, strict=True)):
        if number not in first or content < first[number][0]:
            first[number] = content, at
    chosen = np.zeros(len(person), np.bool_)
    chosen[[at for _, at in first.values()]] = True
    return chosen


def _is_pseudonym(column: Column) -> bool:
    return bool(pa.types.is_fixed_size_binary(column.type))


def _hashes(rows: pa.Table) -> list[bytes]:
    names = sorted(rows.column_names)
    columns = [map(str, rows[name].to_pylist()) for name in names]
    return [hashlib.sha256(canonical_json(each)).digest() for each in zip(*columns, strict=True)]

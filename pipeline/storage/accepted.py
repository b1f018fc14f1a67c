"""The batches that were accepted, and which of their rows are in force: the store as it is read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.enrolments import DoubleEnrolment
from pipeline.errors import Place, StorageError
from pipeline.storage.batch_index import BatchIndex
from pipeline.storage.batches import Batch, Part, current_parts
from pipeline.storage.batches import among as batches_among
from pipeline.storage.changes import has_changes, in_force
from pipeline.storage.doubles import Doubles, count_doubles, counted_once, has_doubles
from pipeline.storage.encrypted_parquet import read_part
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import Ledger
from pipeline.storage.replaced import Replaced, by_sender, count_replaced, count_rows, counts_of
from pipeline.storage.signed import canonical_json
from pipeline.storage.state import hash_rows

RuleOf = Callable[[str], DoubleEnrolment | None]


def no_rule(_: str) -> None:
    """Return that a dataset says nothing of double enrolments: every row counts."""


class AcceptedRows:
    """The accepted rows under one home.

    Args:
        home: the folder of all zones.
        ring: opens data keys, checks the index.
        ledger: of the same home, if it is open already.
        rule_of: tells which rows of a dataset count of a person who stands in several.
    """

    def __init__(
        self,
        home: Path,
        ring: KeyRing,
        *,
        ledger: Ledger | None = None,
        rule_of: RuleOf = no_rule,
    ) -> None:
        self._folder = home / "protected"
        self._ring = ring
        self._rule_of = rule_of
        self._index = BatchIndex(self._folder, ring, ledger=ledger)

    def has(self, batch_id: str) -> bool:
        """Tell whether the store holds this batch.

        Raises:
            StorageError: the index is missing or altered.
        """
        return batch_id in self._index.entries()

    def batch(self, batch_id: str) -> Batch:
        """Return one batch.

        Raises:
            StorageError: there is none of this id, or it is altered.
        """
        entries = self._index.entries()
        if batch_id not in entries:
            raise StorageError("storage.unknown_id", kind="batch")
        return self._index.batch(batch_id, entries[batch_id])

    def batches(self, dataset: str | None = None, period: str | None = None) -> list[Batch]:
        """Return the batches, of one dataset and period or of all, by `as_of` and rank.

        Raises:
            StorageError: the index or a batch is missing or altered.
        """
        found = [
            self._index.batch(batch_id, entry)
            for batch_id, entry in self._index.entries().items()
            if dataset in (None, entry.dataset) and period in (None, entry.period)
        ]
        return sorted(found, key=lambda batch: batch.age)

    def periods(self, dataset: str) -> list[str]:
        """Return the periods of which the store holds rows of a dataset, sorted."""
        entries = self._index.entries().values()
        return sorted({entry.period for entry in entries if entry.dataset == dataset})

    def current(
        self, dataset: str, period: str, *, among: Container[str] | None = None
    ) -> pa.Table:
        """Return the rows that count: for each sender the newest full batch, and changes since.

        Of a person who stands in several of them, as the dataset's rule says.

        Args:
            dataset: the contract.
            period: such as `2021`.
            among: versions of the batches to look at, with the dates they had then, as if there
                were no others; None: all.

        Raises:
            StorageError: nothing was accepted for them, batches in force have other columns
                than each other, a pseudonym domain is between two epochs, or a file is missing
                or altered.
        """
        held = self.batches(dataset, period)
        batches = held if among is None else batches_among(held, among)
        place = Place(dataset=dataset)
        if not batches:
            raise StorageError("storage.nothing_accepted", place=place, period=period)
        self._check_epochs(batches)
        pieces = in_force(batches, self._rows)
        first = pieces[0][1].schema
        if any(not rows.schema.equals(first) for _, rows in pieces):
            raise StorageError("storage.columns_differ", place=place, period=period)
        rule = self._rule_of(dataset)
        if rule is not None:
            _check_columns(batches, rule)
            pieces = counted_once(pieces, rule)
        return pa.concat_tables([rows for _, rows in pieces])

    def doubles(
        self, dataset: str, period: str, rule: DoubleEnrolment, *, of: str | None = None
    ) -> Doubles:
        """Count the persons who stand in several rows in force, and the rows that do not count.

        Args:
            dataset: the contract.
            period: such as `2021`.
            rule: which rows count.
            of: a batch: only persons of whom it holds a row in force; None: all.

        Raises:
            StorageError: as `current`.
        """
        batches = self.batches(dataset, period)
        _check_columns(batches, rule)
        named = {
            name
            for batch in batches
            for name in (rule.person, batch.sender_column, batch.deletion_column, *batch.key)
            if name is not None
        }
        # Who stands in several rows is told by few columns; mostly nobody does.
        if not has_doubles(in_force(batches, partial(self._rows, columns=named)), rule.person):
            return Doubles()
        return count_doubles(in_force(batches, self._rows), rule, of=of)

    def rows_of(self, batch_id: str) -> pa.Table:
        """Return all rows of a batch, superseded ones too.

        Raises:
            StorageError: there is none of this id, or a file of it is missing or altered.
        """
        batch = self.batch(batch_id)
        return pa.concat_tables([self._read(batch, part) for part in batch.parts])

    def rows_by_sender(self, batch_id: str) -> dict[str | None, int]:
        """Return sender → rows of a batch that knows its senders.

        Raises:
            StorageError: as `rows_of`.
        """
        batch = self.batch(batch_id)
        counted: dict[str | None, int] = {}
        for part in batch.parts:
            counted.update(counts_of(self._senders(batch, part)))
        return counted

    def rows_in_force(self, dataset: str, period: str) -> dict[str, int]:
        """Return batch → how many of its rows are in force, of every batch that is held.

        Only a file that holds replaced rows too is opened for it.

        Raises:
            StorageError: as `current`.
        """
        batches = self.batches(dataset, period)
        found = {batch.batch_id: 0 for batch in batches}
        if any(map(has_changes, batches)):
            for batch, rows in in_force(batches, self._rows):
                found[batch.batch_id] += rows.num_rows
            return found
        for batch, part, senders in current_parts(batches) if batches else []:
            is_whole = senders is None
            found[batch.batch_id] += (
                part.rows if is_whole else self._rows(batch, part, senders).num_rows
            )
        return found

    def senders_in_force(self, dataset: str, period: str) -> Mapping[str | None, int]:
        """Return sender → its rows in force; of None where senders are not known.

        Raises:
            StorageError: as `current`.
        """
        batches = self.batches(dataset, period)
        column = batches[0].sender_column if batches else None
        if column is None or any(map(has_changes, batches)):
            return by_sender(in_force(batches, self._rows), column)
        counted: Counter[str | None] = Counter()
        for batch, part, senders in current_parts(batches):
            held = count_rows(pa.table({column: self._senders(batch, part)}), column)
            counted.update({name: held[name] for name in senders or held})
        return counted

    def replaced_by(self, batch: Batch, rows: pa.Table) -> Replaced:
        """Count the rows in force that a batch takes the place of once it is accepted, or dated.

        Args:
            batch: as it is to be; hold `replacing` until it is.
            rows: its rows.

        Raises:
            StorageError: the index or a batch is missing or altered, or batches disagree on
                what names the sender.
        """
        held = self.batches(batch.dataset, batch.period)
        others = [other for other in held if other.batch_id != batch.batch_id]
        return count_replaced(
            batch,
            rows,
            others,
            former=next((same for same in held if same.batch_id == batch.batch_id), None),
            read=self._rows,
            read_senders=self._senders,
        )

    def replaced_by_joining(self, batch: Batch, rows: pa.Table) -> Replaced:
        """Count the rows in force of older batches whose place rows that join a batch would take.

        Args:
            batch: a batch with senders.
            rows: of senders of which it holds nothing yet; hold `replacing` until they join.

        Raises:
            StorageError: as `replaced_by`.
        """
        held = self.batches(batch.dataset, batch.period)
        others = [other for other in held if other.batch_id != batch.batch_id]
        return count_replaced(
            batch, rows, others, former=None, read=self._rows, read_senders=self._senders
        )

    def state_hash(self, dataset: str, period: str) -> str:
        """Return the hash of the rows in force, whatever deliveries and files they came in.

        Raises:
            StorageError: as `current`.
        """
        return hash_rows(self.current(dataset, period))

    def state_hash_all(self) -> str:
        """Return the hash of the rows in force of all datasets and periods.

        Raises:
            StorageError: as `current`.
        """
        held = sorted({(each.dataset, each.period) for each in self._index.entries().values()})
        states = [[*key, self.state_hash(*key)] for key in held]
        return hashlib.sha256(canonical_json(states)).hexdigest()

    def _check_epochs(self, batches: Iterable[Batch]) -> None:
        """Check that all pseudonyms stand at the epochs of the keys."""
        if any(batch.epochs != self._ring.epochs for batch in batches):
            raise StorageError("storage.epoch_turning")

    def _rows(
        self,
        batch: Batch,
        part: Part,
        senders: frozenset[str] | None,
        columns: Iterable[str] | None = None,
    ) -> pa.Table:
        chosen = None if columns is None else [name for name in batch.columns if name in columns]
        rows = self._read(batch, part, columns=chosen)
        if senders is None:
            return rows
        wanted = pa.array(sorted(senders), pa.string())
        return rows.filter(pc.is_in(rows[batch.sender_column].cast(pa.string()), wanted))

    def _senders(self, batch: Batch, part: Part) -> pa.ChunkedArray:
        return self._read(batch, part, columns=[str(batch.sender_column)]).column(0)

    def _read(self, batch: Batch, part: Part, *, columns: list[str] | None = None) -> pa.Table:
        address = (batch.dataset, batch.period, batch.batch_id)
        path = self._folder.joinpath(*address, part.name)
        return read_part(part, path, self._ring, address=address, columns=columns)


def _check_columns(batches: Iterable[Batch], rule: DoubleEnrolment) -> None:
    """Check that batches hold what a rule on double enrolments looks at."""
    looked_at = {rule.person, rule.column or rule.person}
    for batch in batches:
        if not looked_at <= batch.columns.keys():
            place = Place(dataset=batch.dataset, rule="double_enrolment")
            raise StorageError("storage.columns_differ", place=place, period=batch.period)

"""The protected store: accepted, pseudonymised rows, encrypted, one folder per batch.

`protected/<dataset>/<period>/<batch>/` holds encrypted Parquet parts and a note of them. The
signed `protected/index.json` names every batch with the hash of its note; a batch exists from
the instant the index names it. What the index does not name is never read, and what it names
must be there unaltered. No plain row is ever on disk, no key ever in SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pyarrow as pa

from pipeline.coded import plain_type
from pipeline.errors import Place, StorageError
from pipeline.storage.accepted import AcceptedRows
from pipeline.storage.batch_index import write_note
from pipeline.storage.batches import ONLY_FULL, Batch, Changes, Part, Settlement, utc_as_of
from pipeline.storage.folders import check_name, hidden_folder, locked, show, withdraw
from pipeline.storage.rewriting import Change, Rewriting, Rewritten
from pipeline.storage.staging import Staged, write_parts

REPLACING = ".replacing"


class ProtectedStore(AcceptedRows):
    """The protected rows under one home, to be read, added to and changed.

    Args:
        home: the folder of all zones.
        ring: keeps data keys, signs the index.
        ledger: of the same home, if it is open already.
        rule_of: tells which rows of a dataset count of a person who stands in several.
    """

    def accept(
        self,
        table: pa.Table,
        *,
        dataset: str,
        period: str,
        batch_id: str,
        as_of: str,
        sender_column: str | None,
        groups: int,
        counts: Mapping[str, int],
        scopes: Mapping[str, str] | None = None,
    ) -> Batch:
        """Keep the accepted rows of a delivery and return the batch; a second time is nothing.

        All at once what `staging` and `commit` do, with their arguments and errors.
        """
        with self.staging(
            table,
            dataset=dataset,
            period=period,
            batch_id=batch_id,
            as_of=as_of,
            sender_column=sender_column,
            groups=groups,
            scopes=scopes,
        ) as staged:
            return self.commit(staged, counts)

    @contextmanager
    def staging(
        self,
        table: pa.Table,
        *,
        dataset: str,
        period: str,
        batch_id: str,
        as_of: str,
        sender_column: str | None,
        groups: int,
        scopes: Mapping[str, str] | None = None,
        refused: str | None = None,
        changes: Changes = ONLY_FULL,
        received: str | None = None,
    ) -> Iterator[Staged]:
        """Have rows written out of sight while the block goes on; `commit` in it accepts them.

        Without a commit nothing is left of them, neither a file nor a key.

        Args:
            table: one row per accepted record, pseudonymised and minimised.
            dataset: the contract.
            period: such as `2021`.
            batch_id: unique in the store; the same rows again must bear the same id.
            as_of: ISO date or date-time; among batches of one sender the newest holds.
            sender_column: the text column that names the sender of each row, if any.
            groups: into how many files the senders are spread, at least 1; without senders
                there is one file.
            scopes: pseudonym domain → the rule under which its pseudonyms were made; one rule
                for all batches of a dataset and period, else one person is two.
            refused: hash of the refused rows of the delivery, which are part of its content.
            changes: whether these are changes alone, and what names and deletes a row.
            received: when the delivery came, as `as_of`; None: at its date.

        Raises:
            StorageError: the index is missing or altered, or the disk refuses. What is wrong
                with the rows is told by `commit`.
        """
        batch = Batch(
            batch_id=check_name(batch_id),
            dataset=check_name(dataset),
            period=check_name(period),
            as_of=utc_as_of(as_of),
            sender_column=sender_column,
            columns={name: str(plain_type(table[name])) for name in table.column_names},
            counts={},
            parts=(),
            scopes=scopes or {},
            epochs=self._ring.epochs,
            refused=None if refused is None else self._ring.fingerprint(refused),
            received=utc_as_of(received or as_of),
            **asdict(changes),
        )
        write = partial(
            write_parts,
            table,
            vault=self._ring.vault,
            mark=self._ring.fingerprint,
            batch=batch,
            groups=groups,
        )
        is_new = not table.num_rows or not self.has(batch_id)
        with hidden_folder(self._folder) as content, ThreadPoolExecutor(1) as aside:
            writing = aside.submit(write, content) if is_new else None
            yield Staged(batch, table.num_rows, content, writing)

    def commit(self, staged: Staged, counts: Mapping[str, int]) -> Batch:
        """Accept what was staged and return the batch.

        Args:
            staged: in whose block this is called.
            counts: to keep with the batch.

        Raises:
            StorageError: no row, a row without sender, another batch of this id, pseudonyms of
                another rule, a pseudonym epoch that began since the keys were opened, a damaged
                index, or a disk that refuses; nothing was accepted.
        """
        batch = staged.written().model_copy(update={"counts": counts})
        if staged.writing is not None:
            with self._ring.vault.keeping(staged.writing.result().keys):
                self._commit(staged.content, batch)
        return self._same(batch, rows=staged.rows)

    def find_content(self, staged: Staged) -> Batch | None:
        """Return the batch that holds the content of a staged one already, if there is one.

        Whatever the delivery was called and in whatever order its rows stood. Hold `replacing`.

        Raises:
            StorageError: the index or a batch is missing or altered; no row, or a row without
                sender.
        """
        batch = staged.written()
        held = self.batches(batch.dataset, batch.period)
        # By its first rank too: rows that were refused may have joined it since.
        return next(
            (one for one in held if batch.rank == one.rank or batch.content == one.content), None
        )

    def date(self, batch_id: str, as_of: str) -> Batch:
        """Give a batch the date of another delivery of its content, if it is later.

        Args:
            batch_id: of the batch.
            as_of: ISO date or date-time.

        Returns:
            The batch with its latest date.

        Raises:
            StorageError: there is no such batch, the index is damaged, or the disk refuses.
        """
        with locked(self._folder):
            entries = self._index.entries()
            batch = self.batch(batch_id)
            if utc_as_of(as_of) <= batch.as_of:
                return batch
            batch, entry = batch.dated(utc_as_of(as_of)), entries[batch_id]
            noted = write_note(
                self._index.batch_folder(batch_id, entry), batch, revision=entry.revision + 1
            )
            self._index.write({**entries, batch_id: noted})
            self._index.withdraw_unnamed()
        return batch

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """Have other acceptances wait while what a batch replaces is counted, and replaced."""
        with locked(self._folder, lock=REPLACING):
            yield

    def settle(self, batch_id: str, settlement: Settlement, rows: pa.Table | None = None) -> None:
        """Note what became of refused rows of a batch; those that are accepted now join it.

        The zone is the one before or the one after, never between. Hold `replacing`.

        Args:
            batch_id: the batch.
            settlement: what became of them; each mark once in all settlements.
            rows: what joins the batch, pseudonymised and minimised as its rows are.

        Raises:
            StorageError: other columns, a domain between two epochs, a file that is missing or
                altered, or a disk that refuses; nothing was changed.
        """
        with locked(self._folder):
            batch = self.batch(batch_id)
            self._check_epochs([batch])
            if rows is not None and self._ring.vault.epochs() != batch.epochs:
                raise StorageError("storage.epoch_turning")
            Rewriting(self._folder, self._index, self._ring).settle(batch_id, settlement, rows)

    def withdraw_before(self, period: str) -> int:
        """Take the batches of all periods before one out of the index, for good.

        The next shredding destroys them.

        Returns:
            How many there were; again is nothing.

        Raises:
            StorageError: the index is missing or altered, or the disk refuses.
        """
        with locked(self._folder):
            entries = self._index.entries()
            kept = {key: entry for key, entry in entries.items() if entry.period >= period}
            if len(kept) < len(entries):
                self._index.write(kept)
        return len(entries) - len(kept)

    def rewrite(
        self,
        dataset: str,
        period: str,
        change: Change,
        *,
        epochs: Mapping[str, int] | None = None,
    ) -> Rewritten:
        """Change the rows of a dataset and period in every batch, superseded ones too.

        Parts that `change` leaves as they are are not touched; the others are written anew under
        new keys. The zone is the one before or the one after, never between. What was replaced
        is out of sight; the next shredding destroys it. A part without a row left stays, empty:
        its batch is known for ever, so that the same delivery is not taken in anew, and still
        has the truth on its senders, so that no row that it replaced comes back.

        Args:
            dataset: the contract.
            period: such as `2021`.
            change: gets the rows of one part; returns rows of the same columns, or None for no
                row.
            epochs: what the batches' epochs become, when it is their pseudonyms that change.

        Raises:
            StorageError: other columns, a domain between two epochs, a file that is missing or
                altered, or a disk that refuses; nothing was changed. What `change` raises goes
                through.
        """
        with locked(self._folder):
            if epochs is None:
                self._check_epochs(self.batches(dataset, period))
            rewriting = Rewriting(self._folder, self._index, self._ring)
            return rewriting.rewrite((dataset, period), change, epochs=epochs)

    def renew(self) -> int:
        """Write under new keys every part whose key is being replaced; return how many.

        Raises:
            StorageError: a file is missing or altered, or the disk refuses.
        """
        held = sorted({(each.dataset, each.period) for each in self._index.entries().values()})
        with locked(self._folder):
            rewriting = Rewriting(self._folder, self._index, self._ring)
            done = [
                rewriting.rewrite(each, lambda rows: rows, is_due=self._is_due) for each in held
            ]
        return sum(rewritten.parts for rewritten in done)

    def _is_due(self, part: Part) -> bool:
        return self._ring.vault.is_due(bytes.fromhex(part.key_id))

    def _commit(self, content: Path, batch: Batch) -> None:
        """Show the batch and name it in the index, unless another run was first."""
        entry = write_note(content, batch)
        with locked(self._folder):
            entries = self._index.entries()
            if batch.batch_id in entries:
                return
            if self._ring.vault.epochs() != batch.epochs:
                raise StorageError("storage.epoch_turning")
            self._check_scopes(batch)
            if not self._index.has_file():
                self._index.write({})
            target = self._index.batch_folder(batch.batch_id, entry)
            if target.exists():
                # A kill came between showing and naming: it was never a batch.
                withdraw(target, self._folder)
            show(content, target)
            self._index.write({**entries, batch.batch_id: entry})

    def _check_scopes(self, batch: Batch) -> None:
        """Check that no batch beside this one was pseudonymised under another rule."""
        for other in self.batches(batch.dataset, batch.period):
            if other.scopes != batch.scopes:
                raise StorageError("storage.other_rule", place=Place(dataset=batch.dataset))

    def _same(self, told: Batch, *, rows: int) -> Batch:
        """Return the batch kept under an id, which must be the one that the caller told of."""
        kept = self.batch(told.batch_id)
        of_content = ("dataset", "period", "sender_column", "columns")
        if kept.rows + kept.removed - kept.joined != rows or any(
            getattr(kept, n) != getattr(told, n) for n in of_content
        ):
            raise StorageError("storage.batch_differs", place=Place(dataset=told.dataset))
        return kept

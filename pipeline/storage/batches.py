"""What the protected zone writes down of a batch, and which batch holds the truth on a sender."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Frozen
from pipeline.errors import StorageError

Mode = Literal["full", "delta"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(Frozen):
    """One encrypted file of a batch.

    Attributes:
        name: of the file.
        sha256: of the encrypted file.
        rows: how many it holds.
        key_id: of its data key, in hex.
        senders: whose rows it holds, all of them; empty when the batch knows no senders.
        content: keyed mark of its rows, equal for equal rows.
    """

    name: str
    sha256: Sha256
    rows: int
    key_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    senders: tuple[str, ...]
    content: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Whether the rows of a delivery are changes alone, and how such rows are read.

    Attributes:
        mode: see `Batch`.
        key: see `Batch`.
        deletion_column: see `Batch`.
        deletion_values: see `Batch`.
    """

    mode: Mode = "full"
    key: tuple[str, ...] = ()
    deletion_column: str | None = None
    deletion_values: tuple[str, ...] = ()


ONLY_FULL = Changes()


class Settlement(Frozen):
    """Refused rows of a batch that wait no more.

    Attributes:
        action: what became of them: mended by the sender, accepted as they were sent under the
            rules of a later day, or given up.
        marks: one per row, keyed: whoever lacks the keys cannot tell which lines they were.
        reason: why they were given up, a code.
        delivery: in which their correction came.
    """

    action: Literal["fixed", "released", "discarded"]
    marks: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")], ...]
    reason: str = ""
    delivery: str = ""


class Batch(Frozen):
    """The accepted rows of one delivery.

    Attributes:
        batch_id: unique in the store.
        dataset: the contract.
        period: the period.
        as_of: the sender's date, ISO 8601 in UTC, the latest that its content came with; it
            orders corrections.
        sender_column: the column that names the sender, if any.
        columns: name → Arrow type.
        counts: of the step that made it.
        parts: the files; one whose rows were all removed stays, empty, since its batch still
            has the truth on its senders.
        scopes: pseudonym domain → the rule under which its pseudonyms were made.
        epochs: pseudonym domain → epoch of its pseudonyms, where it is not the first.
        removed: rows that were taken out since it was accepted.
        settlements: what became of its refused rows, in order.
        refused: keyed mark of the rows of its delivery that were refused; none where there are
            none.
        rank: keyed mark of its whole content when it was accepted; of two batches of one date
            the greater wins, and it stays when persons are taken out.
        earlier: the dates that it had before, in the order in which they were told.
        received: when the first delivery of its content came, ISO 8601 in UTC.
        mode: `full`: all that its senders have; `delta`: what changed, row by row.
        key: the kept columns that name one row; of datasets that know deltas.
        deletion_column: the column that says that a row is deleted, if any.
        deletion_values: what it says then.
    """

    batch_id: str
    dataset: str
    period: str
    as_of: str
    sender_column: str | None
    columns: Mapping[str, str]
    counts: Mapping[str, int]
    parts: tuple[Part, ...]
    scopes: Mapping[str, str] = {}
    epochs: Mapping[str, Annotated[int, Field(ge=2)]] = {}
    removed: Annotated[int, Field(ge=0)] = 0
    settlements: tuple[Settlement, ...] = ()
    refused: Sha256 | None = None
    rank: str = ""
    earlier: tuple[str, ...] = ()
    received: str = ""
    mode: Mode = "full"
    key: tuple[str, ...] = ()
    deletion_column: str | None = None
    deletion_values: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """The number of rows."""
        return sum(part.rows for part in self.parts)

    def settled(self, *actions: str) -> int:
        """Return how many refused rows were settled so, or in any way."""
        return sum(
            len(each.marks) for each in self.settlements if not actions or each.action in actions
        )

    @property
    def joined(self) -> int:
        """The number of refused rows that were accepted since."""
        return self.settled("fixed", "released")

    @property
    def senders(self) -> tuple[str, ...]:
        """The senders of which it holds rows, sorted."""
        return tuple(sorted(sender for part in self.parts for sender in part.senders))

    @property
    def age(self) -> tuple[str, str]:
        """What orders batches of one dataset and period, oldest first: date, then content.

        Neither depends on which delivery came first.
        """
        return self.as_of, self.rank

    @property
    def content(self) -> tuple[str, ...]:
        """Mode, and marks of the accepted and refused rows: equal for equal contents."""
        marks = sorted(part.content for part in self.parts if part.rows)
        return (self.mode, *marks, self.refused or "")

    @property
    def version(self) -> str:
        """Its id, and its date once it has another than the first."""
        return f"{self.batch_id}@{self.as_of}" if self.earlier else self.batch_id

    def dated(self, as_of: str) -> Batch:
        """Return the same batch with a later date."""
        return self.model_copy(update={"as_of": as_of, "earlier": (*self.earlier, self.as_of)})

    def ranked(self) -> Batch:
        """Return the same batch with the rank that its content has now."""
        rank = hashlib.sha256("\n".join(self.content).encode()).hexdigest()
        return self.model_copy(update={"rank": rank})


def utc_as_of(as_of: str) -> str:
    """Return an ISO date or date-time as UTC with microseconds, so that text order is time order.

    A date is its midnight; without a zone it is UTC.

    Raises:
        StorageError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        raise StorageError("storage.bad_as_of") from None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).isoformat(timespec="microseconds")


def current_parts(batches: Iterable[Batch]) -> list[tuple[Batch, Part, frozenset[str] | None]]:
    """Return the parts of full deliveries that hold current rows, newest batch first.

    The newest batch that holds a sender has the truth on that sender, whole; when senders are
    not known, the newest batch has the truth on everything. Deltas are not looked at.

    Returns:
        Batch, part, and the senders whose rows of it are current; None for all of its rows.

    Raises:
        StorageError: some batches name their senders and others do not, or in another column.
    """
    newest_first = sorted(batches, key=lambda batch: batch.age, reverse=True)
    if not newest_first:
        return []
    if len({batch.sender_column for batch in newest_first}) > 1:
        raise StorageError("storage.senders_differ", count=len(newest_first))
    newest_first = [batch for batch in newest_first if batch.mode == "full"]
    if newest_first and newest_first[0].sender_column is None:
        return [(newest_first[0], part, None) for part in newest_first[0].parts]
    settled: set[str] = set()
    chosen: list[tuple[Batch, Part, frozenset[str] | None]] = []
    for batch in newest_first:
        for part in batch.parts:
            wanted = frozenset(part.senders) - settled
            if wanted:
                chosen.append((batch, part, wanted if len(wanted) < len(part.senders) else None))
        settled.update(batch.senders)
    return chosen


def among(batches: Iterable[Batch], versions: Container[str]) -> list[Batch]:
    """Return the batches that some versions name, each with the date that it had then."""
    found = []
    for batch in batches:
        dates = (*batch.earlier, batch.as_of)
        for number in range(len(dates) - 1, -1, -1):
            then = batch.model_copy(update={"as_of": dates[number], "earlier": dates[:number]})
            if then.version in versions:
                found.append(then)
                break
    return found

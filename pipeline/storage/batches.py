"""What the protected zone writes down of a batch, and which batch holds the truth on a sender."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Frozen
from pipeline.errors import StorageError

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(Frozen):
    """One encrypted file of a batch.

    Attributes:
        name: of the file.
        sha256: of the encrypted file.
        rows: how many it holds.
        key_id: of its data key, in hex.
        senders: whose rows it holds, all of them; empty when the batch knows no senders.
    """

    name: str
    sha256: Sha256
    rows: int
    key_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    senders: tuple[str, ...]


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
        as_of: the sender's date, ISO 8601 in UTC; it orders corrections.
        sender_column: the column that names the sender, if any.
        columns: name → Arrow type.
        counts: of the step that made it.
        parts: the files; one whose rows were all removed stays, empty, since its batch still
            has the truth on its senders.
        scopes: pseudonym domain → the rule under which its pseudonyms were made.
        epochs: pseudonym domain → epoch of its pseudonyms, where it is not the first.
        removed: rows that were taken out since it was accepted.
        settlements: what became of its refused rows, in order.
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
        """What orders batches of one dataset and period, oldest first."""
        return self.as_of, self.batch_id


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
    """Return the parts that hold current rows, newest batch first.

    The newest batch that holds a sender has the truth on that sender, whole; when senders are
    not known, the newest batch has the truth on everything.

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
    if newest_first[0].sender_column is None:
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

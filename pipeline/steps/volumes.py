"""Compare how much senders deliver with what they had in the period before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from pipeline.contracts import Dataset
from pipeline.errors import DeliveryError, Place, Problem
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch
from pipeline.storage.replaced import count_rows


@dataclass(frozen=True, slots=True)
class Volumes:
    """What was found: what to keep with the batch, and what to say of it."""

    counts: Mapping[str, int]
    problems: tuple[Problem, ...] = ()


def compare_volumes(
    workspace: Workspace,
    dataset: Dataset,
    batch: Batch,
    rows: pa.Table,
    *,
    file: str,
    may_differ: bool,
) -> Volumes:
    """Return how many senders have far more or fewer rows than in the period before.

    A sender that is new, or had fewer rows then than the contract compares, is not asked about;
    nor are changes alone.

    Args:
        workspace: the rows in force of the period before.
        dataset: the contract, which says what is far.
        batch: the new rows, as they will be.
        rows: the same.
        file: what to call the delivery.
        may_differ: whether it was confirmed that they differ.

    Raises:
        DeliveryError: some do, the contract refuses that, and it was not confirmed.
    """
    limits = dataset.volume
    former = str(int(batch.period) - 1)
    if limits is None or batch.mode == "delta":
        return Volumes({})
    if not workspace.protected.batches(batch.dataset, former):
        return Volumes({})
    before = workspace.protected.senders_in_force(batch.dataset, former)
    now = count_rows(rows, batch.sender_column)
    # As it is written, not the binary fraction next to it.
    most_pct = Fraction(str(limits.max_change_pct))
    far = [
        (before[sender], count)
        for sender, count in now.items()
        if before.get(sender, 0) >= limits.of_at_least
        and 100 * abs(count - before[sender]) > most_pct * before[sender]
    ]
    if not far:
        return Volumes({})
    then, after = (sum(counted) for counted in zip(*far, strict=True))
    told = DeliveryError(
        "delivery.volume",
        place=Place(dataset=batch.dataset, file=file, rule="volume"),
        senders=len(far),
        before=then,
        after=after,
        former=former,
        limit=f"{limits.max_change_pct:g}",
        name=batch.dataset,
        period=batch.period,
    )
    if limits.beyond == "refuse" and not may_differ:
        raise told
    counts = {"volume_senders": len(far), "volume_before": then, "volume_after": after}
    return Volumes(counts, (told.problem,) if limits.beyond == "warn" else ())

"""A correction replaces all that its senders sent: one that keeps too little is asked about."""

from __future__ import annotations

from fractions import Fraction

from pipeline.errors import DeliveryError, Place
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch
from pipeline.storage.replaced import Replaced


def check_replaced(
    workspace: Workspace,
    batch: Batch,
    replaced: Replaced,
    *,
    file: str,
    may_be_smaller: bool,
) -> dict[str, int]:
    """Check that no sender is left with far fewer rows, or that this was confirmed.

    Args:
        workspace: the policy that says what is far fewer.
        batch: the new rows.
        replaced: what they take the place of.
        file: what to call the delivery.
        may_be_smaller: whether it was confirmed.

    Returns:
        What to keep with the batch: rows replaced, senders left out; where it was confirmed,
        how many senders have far fewer rows, and how many they had and have.

    Raises:
        DeliveryError: some sender is, and it was not confirmed.
    """
    limits = workspace.project.contracts.policy.replacement
    # As it is written, not the binary fraction next to it.
    kept_pct = Fraction(str(limits.kept_pct.value))
    smaller = [
        (before, after)
        for before, after in replaced.by_sender
        if 100 * after < kept_pct * before and before - after >= limits.lost_rows.value
    ]
    counts = {"replaced": replaced.rows, "senders_left_out": replaced.left_out}
    if not smaller:
        return counts
    senders = len(smaller)
    before, after = (sum(rows) for rows in zip(*smaller, strict=True))
    if may_be_smaller:
        return counts | {
            "smaller_senders": senders,
            "smaller_before": before,
            "smaller_after": after,
        }
    raise DeliveryError(
        "delivery.smaller",
        place=Place(dataset=batch.dataset, file=file, rule="policy.replacement"),
        senders=senders,
        before=before,
        after=after,
        kept_pct=f"{limits.kept_pct.value:g}",
        lost_rows=limits.lost_rows.value,
        name=batch.dataset,
        period=batch.period,
    )

"""Replay the proofs of a release: for each hidden cell, whole tables in which it differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter_ns
from typing import Any

from pipeline.contracts import Contracts
from pipeline.disclosure.proof import Proof, Territories
from pipeline.disclosure.verifier import Ranges, verify
from pipeline.errors import DisclosureError, StorageError
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.proof_reading import Kept, Public, proofs_of, read_public, territories_of
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace

OTHER_ROWS = frozenset({"sums", "cells"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the proofs of a release show.

    Attributes:
        rows: one per table and level: table, area_level, hidden and proven cells, narrowest range
            in what the table counts, worlds of the table.
        receipt: the same in all.
    """

    rows: tuple[dict[str, Any], ...]
    receipt: Receipt

    def check(self) -> None:
        """Refuse what is not proven.

        Raises:
            DisclosureError: a hidden cell does not vary by the width.
        """
        unproven = self.receipt.counts["hidden"] - self.receipt.counts["proven"]
        if unproven:
            raise DisclosureError("disclosure.unproven", count=unproven)


def replay(
    workspace: Workspace, name: str | None = None, *, progress: Progress = SILENT
) -> Replayed:
    """Check the proofs of a release, or of a candidate, against what it publishes.

    The opening stands in the ledger before anything is opened. The cells are those of the
    release's own folder; whom they count is worked out anew from its territories and codes.

    Args:
        workspace: the zones, the keys and the contracts.
        name: a release or candidate as `cartable status` names it; default: the release in force.
        progress: told which release is added up, and how many of its systems are done.

    Raises:
        DisclosureError: none is in force, its proofs are missing, altered or of another release,
            or they contradict what is public.
        StorageError: there is no such release, its files are not as they were signed, or its
            proofs were destroyed.
    """
    started = perf_counter_ns()
    progress.stage("Reading what is public")
    public = read_public(workspace, name)
    kept = _opened(workspace, public)
    rows, worlds = proven(public, kept, workspace.project.contracts, progress=progress)
    counts = {key: sum(row[key] for row in rows) for key in ("hidden", "proven")}
    counts |= {"worlds": worlds, "milliseconds": (perf_counter_ns() - started) // 1_000_000}
    receipt = Receipt(step="audit proofs", changed=False, ids={"of": public.name}, counts=counts)
    return Replayed(rows=tuple(rows), receipt=receipt)


def proven(
    public: Public, kept: Kept, contracts: Contracts, *, progress: Progress = SILENT
) -> tuple[list[dict[str, Any]], int]:
    """Return what proofs show of each table and level, as `Replayed.rows`, and how many worlds.

    Raises:
        DisclosureError: a proof is missing, or contradicts what is public.
    """
    territories = territories_of(public, contracts)
    levels = dict(zip(public.territories["id"], public.territories["level"], strict=True))
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    worlds = 0
    progress.stage(f"Adding up {public.name}")
    for proofs in proofs_of(public, kept, contracts):
        worlds += len({world for proof in proofs for world in proof.worlds})
        for proof, ranges in zip(proofs, verify(proofs, territories), strict=True):
            _add(rows, proof, ranges, levels, width=kept.asked[proof.table])
        progress.advance()
    for cells in public.others:
        progress.stage("Adding up another release that is public")
        own = {name: frame for name, frame in cells.items() if name in kept.asked}
        for proofs in proofs_of(replace(public, cells={**public.cells, **own}), kept, contracts):
            _weigh([proof for proof in proofs if proof.table in own], territories)
            progress.advance()
    return list(rows.values()), worlds


def _weigh(proofs: list[Proof], territories: Territories) -> None:
    """Check worlds against another release too, where it shows the same persons.

    Raises:
        DisclosureError: the table that is kept agrees with it, and a world does not.
    """
    try:
        verify(proofs, territories)
    except DisclosureError as told:
        # Rows were corrected between the two: what one shows is no sum of the other's persons.
        if told.problem.place.rule not in OTHER_ROWS:
            raise


def _opened(workspace: Workspace, public: Public) -> Kept:
    """Return what was sealed with a candidate; the ledger is told before it is opened."""
    unusable = DisclosureError("disclosure.proof_unusable", name=public.name)
    try:
        facts = workspace.review.facts(public.candidate)
        if public.content not in {None, facts["content"]} or "proof" not in facts:
            raise unusable
        workspace.ledger.append(
            "opening", zone="review", candidate=public.candidate, table="proofs", reason="audit"
        )
        sealed = workspace.review.proofs(public.candidate)
    except StorageError as error:
        if error.problem.code == "storage.proofs_destroyed":
            raise
        raise unusable from None
    tables = {name: table.to_pandas() for name, table in sealed.items()}
    return Kept(asked=facts["proof"]["asked"], least=facts["proof"]["least"], tables=tables)


def _add(
    rows: dict[tuple[str, str], dict[str, Any]],
    proof: Proof,
    ranges: Ranges,
    levels: Mapping[str, str],
    *,
    width: int,
) -> None:
    """Add what one proof shows of each level to what others showed."""
    told: set[str] = set()
    for address, (low, high) in ranges.items():
        if proof.shown[address] is not None:
            continue
        level = levels[address[0]]
        row = rows.setdefault(
            (proof.table, level),
            {
                "table": proof.table,
                "area_level": level,
                "hidden": 0,
                "proven": 0,
                "narrowest": high - low,
                "worlds": 0,
            },
        )
        row["hidden"] += 1
        row["proven"] += high - low >= width
        row["narrowest"] = min(row["narrowest"], high - low)
        row["worlds"] += len(proof.worlds) * (level not in told)
        told.add(level)

"""Prepare a release candidate: count, protect, compute indicators, gate, seal for review."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.errors import ContractError, Problem, QualityError
from pipeline.lineage import check_lineage, released_columns
from pipeline.papers import disclosure_report
from pipeline.quality import Verdict, gate_parameters, require, run_gate
from pipeline.steps.already_public import read_public
from pipeline.steps.attacking import (
    adversary_verdict,
    candidate_frames,
    doubts,
    record_sealed_verdict,
    record_verdict,
)
from pipeline.steps.counting import count_period
from pipeline.steps.disclosing import gather_disclosure
from pipeline.steps.drawing import Drawings
from pipeline.steps.in_force import check_public_files, moved_pointer
from pipeline.steps.inputs import Inputs, read_inputs
from pipeline.steps.known_elsewhere import ELSEWHERE
from pipeline.steps.observing import add_coverage, observe
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.protecting import Released, release_cells
from pipeline.steps.receipt import Receipt
from pipeline.steps.recording import record_candidate
from pipeline.steps.resuming import Resuming
from pipeline.steps.standing import let_stand
from pipeline.steps.weighing import batches_in_force, coverages, public_period
from pipeline.steps.witnessing import proof_rules
from pipeline.steps.workspace import Workspace
from pipeline.storage.suppressions import counting


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything of a candidate before it is sealed.

    Attributes:
        observations: what will be published, long form.
        cells: table → released cells.
        exact: table → exact cells; they never leave the review zone.
        elsewhere: table → exact counts that others publish of its persons.
        proofs: worlds that prove what is hidden; they never leave it either.
        coverage: who delivered, by territory, period and dataset.
        report: cells hidden, by table, period and level.
        disclosure: what else its disclosure report tells.
        gates: verdict of each published table's suite.
        standing: period → population → candidate → smallest territories that stand as counted
            for it.
        waiting: period → population → why changes wait → in how many territories.
    """

    observations: pd.DataFrame
    cells: Mapping[str, pd.DataFrame]
    exact: Mapping[str, pd.DataFrame]
    elsewhere: Mapping[str, pd.DataFrame]
    proofs: Mapping[str, pd.DataFrame]
    coverage: pd.DataFrame
    report: pd.DataFrame
    disclosure: Mapping[str, Any]
    gates: tuple[Verdict, ...]
    standing: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]
    waiting: Mapping[str, Mapping[str, Mapping[str, int]]]

    @property
    def content_hash(self) -> str:
        """SHA-256 of all that would be published; an approval names it."""
        digest = hashlib.sha256()
        frames = {"observations": self.observations, "coverage": self.coverage, **self.cells}
        for name, frame in sorted(frames.items()):
            digest.update(name.encode())
            digest.update(frame.to_csv(index=False, lineterminator="\n").encode())
        return digest.hexdigest()


def prepare(workspace: Workspace, *, progress: Progress = SILENT) -> Receipt:
    """Make the candidate of the current rows; the same rows and rules give the same candidate.

    Raises:
        ContractError: a query reads or returns what it must not.
        DisclosureError: a table cannot be shown to be safe.
        PolicyError: the rules are not those that are signed; nothing was read.
        QualityError: rows were lost while counting, or a critical expectation failed.
        StorageError: a file of a release that is still public is missing, changed or added.
    """
    progress.stage("Checking what the candidate depends on")
    check_public_files(workspace)
    moved = moved_pointer(workspace)
    # Who is erased or restricted meanwhile is so once these counts are there to be withdrawn.
    with counting(workspace.home):
        while True:
            inputs = read_inputs(workspace)
            receipt = _prepare(workspace, inputs, progress)
            if receipt is not None:
                return receipt if moved is None else _warned(workspace, receipt, moved)


def candidate_name(inputs: Inputs) -> str:
    """Return the name of the candidate of these inputs."""
    return f"candidate-{inputs.hash[:16]}"


def _warned(workspace: Workspace, receipt: Receipt, problem: Problem) -> Receipt:
    words = problem.words(workspace.settings.language)
    return replace(receipt, warnings=(*receipt.warnings, words))


def _prepare(workspace: Workspace, inputs: Inputs, progress: Progress) -> Receipt | None:
    """Make the candidate of these inputs; None when they changed while rows were counted."""
    candidate_id = candidate_name(inputs)
    if _is_made(workspace, candidate_id):
        # A kill may have come before they went.
        workspace.patterns.withdraw()
        if workspace.review.has_counts(candidate_id):
            record_candidate(workspace, candidate_id)
            record_sealed_verdict(workspace, candidate_id)
        return _receipt(workspace, candidate_id, changed=False)
    _prove_lineage(workspace)
    drawings = Drawings(workspace)
    draft = _draft(workspace, drawings, progress)
    progress.stage("Setting the adversary on the candidate")
    frames = candidate_frames(
        workspace,
        cells=draft.cells,
        observations=draft.observations,
        coverage=draft.coverage,
        elsewhere=draft.elsewhere,
    )
    content = draft.content_hash
    verdict = adversary_verdict(workspace, frames, candidate_id=candidate_id, content=content)
    progress.stage("Sealing the candidate for review")
    # Its name would say the rows of before, and some of what it counts are those of now.
    if read_inputs(workspace) != inputs:
        return None
    facts = {
        "inputs": inputs.hash,
        "state": inputs.state,
        "policy_hash": inputs.policy,
        "content": content,
        "periods": sorted(draft.observations["time_period"].unique()),
        "observations": len(draft.observations),
        "hidden": int((draft.observations["conf_status"] == "C").sum()),
        "expectations": sum(len(gate.outcomes) for gate in draft.gates),
        "warnings": [gate.suite for gate in draft.gates if gate.warnings],
        "drawings": drawings.made,
        "report": disclosure_report(draft.report, workspace.project.contracts),
        "proof": proof_rules(workspace.project.contracts),
        "adversary": verdict,
        "disclosure": draft.disclosure,
        "batches": batches_in_force(workspace),
        "standing": draft.standing,
        "waiting": draft.waiting,
    }
    proofs = _arrow(draft.proofs)
    workspace.review.put(candidate_id, _sealed_tables(draft), facts, proofs=proofs)
    workspace.patterns.withdraw()
    record_candidate(workspace, candidate_id)
    record_verdict(workspace, candidate_id, verdict)
    return _receipt(workspace, candidate_id, changed=True)


def _is_made(workspace: Workspace, candidate_id: str) -> bool:
    """Tell whether a candidate is there; one whose counts outlived their retention is made anew."""
    if candidate_id not in workspace.review.candidates():
        return False
    is_decided = workspace.ledger.find("release", candidate=candidate_id) is not None
    return is_decided or workspace.review.has_counts(candidate_id)


def _prove_lineage(workspace: Workspace) -> None:
    project = workspace.project
    problems = check_lineage(project.contracts, project.counts, project.indicators)
    if problems:
        raise ContractError("contract.invalid", count=len(problems), problems=problems)


def _draft(workspace: Workspace, drawings: Drawings, progress: Progress) -> Draft:
    contracts, geography = workspace.project.contracts, workspace.project.geography
    periods = sorted({batch.period for batch in workspace.protected.batches()})
    if not periods:
        raise QualityError("quality.nothing_to_count")
    released: dict[str, Released] = {}
    covered: list[pd.DataFrame] = []
    public = read_public(workspace)
    for period in periods:
        progress.stage(f"Counting {period}")
        counted = count_period(workspace, period)
        said = public_period(workspace, counted, public, period)
        earlier = [*released.values()]
        found = release_cells(
            counted,
            contracts,
            geography,
            public=said,
            before=earlier,
            drawings=drawings,
            progress=progress,
            protecting=Resuming(workspace.patterns).protect,
        )
        released[period] = found
        covered += coverages(workspace, counted, said, found.standing)
    all_coverage = pd.concat(covered, ignore_index=True)
    every = [*released.values()]
    cells = _cells(workspace, every, all_coverage)
    progress.stage("Computing indicators")
    observations = observe(cells, contracts, geography, workspace.project.indicators)
    observations = let_stand(observations, public, contracts)
    progress.stage("Replaying the proofs")
    proofs = _joined([one.proofs for one in every])
    disclosure = gather_disclosure(
        workspace,
        cells,
        all_coverage,
        proofs=proofs,
        hidings=[hiding for one in every for hiding in one.hidings],
    )
    progress.stage("Checking the tables", total=len(cells))
    return Draft(
        observations=observations,
        cells=cells,
        exact=_joined([one.exact for one in every]),
        elsewhere=_joined([one.elsewhere for one in every]),
        proofs=proofs,
        coverage=all_coverage,
        report=pd.concat([one.report for one in every], ignore_index=True),
        disclosure=disclosure,
        gates=_gates(workspace, cells, progress),
        standing={period: one.standing for period, one in released.items()},
        waiting={period: one.waiting for period, one in released.items()},
    )


def _joined(parts: Sequence[Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    names = dict.fromkeys(name for one in parts for name in one)
    return {
        name: pd.concat([one[name] for one in parts if name in one], ignore_index=True)
        for name in names
    }


def _cells(
    workspace: Workspace, released: list[Released], covered: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    contracts = workspace.project.contracts
    cells = {}
    for name, frame in _joined([one.tables for one in released]).items():
        table = contracts.tables[name]
        own = covered[covered["dataset"] == table.population]
        columns = released_columns(contracts, name)
        cells[name] = add_coverage(frame, table, own)[columns]
    return cells


def _gates(
    workspace: Workspace, cells: Mapping[str, pd.DataFrame], progress: Progress
) -> tuple[Verdict, ...]:
    contracts = workspace.project.contracts
    verdicts = []
    for name, frame in cells.items():
        suite = workspace.project.suites["published", name]
        parameters = gate_parameters(contracts, zone="published", name=name)
        verdict = run_gate(frame, suite, zone="published", name=name, parameters=parameters)
        verdicts.append(require(verdict))
        progress.advance()
    return tuple(verdicts)


def _sealed_tables(draft: Draft) -> dict[str, pa.Table]:
    frames = {
        "observations": draft.observations,
        "coverage": draft.coverage,
        **{f"cells_{name}": frame for name, frame in draft.cells.items()},
        **{f"exact_{name}": frame for name, frame in draft.exact.items()},
        **{f"{ELSEWHERE}{name}": frame for name, frame in draft.elsewhere.items()},
    }
    return _arrow(frames)


def _arrow(frames: Mapping[str, pd.DataFrame]) -> dict[str, pa.Table]:
    return {
        name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in frames.items()
    }


def _receipt(workspace: Workspace, candidate_id: str, *, changed: bool) -> Receipt:
    facts = workspace.review.facts(candidate_id)
    return Receipt(
        step="prepare",
        changed=changed,
        ids={"candidate": candidate_id},
        counts={key: int(facts[key]) for key in ("observations", "hidden", "expectations")},
        hashes={"content": facts["content"], "inputs": facts["inputs"]},
        warnings=(
            *(f"suite with warnings: {name}" for name in facts["warnings"]),
            *(doubt.words(workspace.settings.language) for doubt in doubts(facts)),
        ),
    )

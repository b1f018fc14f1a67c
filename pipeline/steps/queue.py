"""The quarantine as a work queue: what waits, why, since when, until when; never a value."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from pipeline.errors import Language, Problem
from pipeline.intake import refusal_problems
from pipeline.steps.awaiting import read_awaited
from pipeline.steps.kept import told_kept
from pipeline.steps.recording import SETTLED
from pipeline.steps.refused_whole import read_faults, rule_of
from pipeline.steps.searches import dataset_of
from pipeline.steps.waiting import Waiting, read_waiting, superseded_lines
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry
from pipeline.storage.told_batches import DESTROYED

REPORTED = "sender_report"
FILE_DIGITS = 8


def list_queue(workspace: Workspace) -> list[dict[str, Any]]:
    """Return one row per delivery of which something waits, the longest wait first.

    Each holds batch, dataset, period, file (equal for equal names of files, and telling nothing
    else of them), whole (whether all of it was refused), rows, rules (column and rule → rows),
    superseded (rows that a later delivery made vain), since, reported (when the sender's report
    was written), days_left until retention destroys what waits, and the account of its rows.
    """
    told = told_kept(workspace, "quarantine")
    rows = [_row(workspace, name, told.get(name)) for name in workspace.quarantine.ids()]
    held = {row["batch"] for row in rows}
    rows += [
        _refused_whole(workspace, awaited.delivery, awaited.rule)
        for awaited in read_awaited(workspace)
        if awaited.delivery not in held
    ]
    waiting = [row for row in rows if row["rows"] or row["whole"]]
    return sorted(waiting, key=lambda row: (row["since"], row["batch"]))


def show_waiting(workspace: Workspace, batch_id: str, language: Language) -> list[dict[str, Any]]:
    """Return line, column, rule and remedy of each row that waits; nothing is opened for anyone.

    Of a file of which no row could be told apart: its faults; `fault` says what is wrong.

    Raises:
        StorageError: nothing was refused under this id, or it is altered.
    """
    waiting = read_waiting(workspace, batch_id)
    if waiting.batch is None and not waiting.rows.num_rows:
        return _faults(workspace, waiting, language)
    codelists = workspace.project.contracts.codelists
    problems = refusal_problems(waiting.rows, waiting.dataset, codelists, file=batch_id)
    remedies = {(p.place.column, p.code): p.sentences(language)[1] for p in problems}
    vain = superseded_lines(workspace, waiting)
    told = waiting.rows.select(["line", "column", "rule"]).to_pylist()
    return [
        {**row, "superseded": row["line"] in vain, "remedy": remedies[row["column"], row["rule"]]}
        for row in told
    ]


def _faults(workspace: Workspace, waiting: Waiting, language: Language) -> list[dict[str, Any]]:
    """Return what is wrong with a file, as long as a new one is awaited."""
    if waiting.id not in {awaited.delivery for awaited in read_awaited(workspace)}:
        return []
    facts = (("batch", waiting.id), ("rule", rule_of(workspace, waiting)))
    reads = Problem(code="quarantine.refused_by", facts=facts)
    rows = []
    for problem in read_faults(workspace, waiting) or (reads,):
        what, remedy = problem.sentences(language)
        told = {"line": problem.place.line, "column": problem.place.column, "rule": problem.code}
        rows.append({**told, "superseded": False, "fault": what, "remedy": remedy})
    return rows


def account_of(waiting: Waiting) -> dict[str, int]:
    """Return what became of every row of a batch; `gone` are those erased or past retention.

    counted = accepted + left_out + waiting + fixed + released + discarded + gone.
    """
    batch = waiting.batch
    if batch is None:
        return {"counted": waiting.rows.num_rows, "waiting": waiting.rows.num_rows}
    settled = {name: batch.settled(name) for name in ("fixed", "released", "discarded")}
    waits = waiting.rows.num_rows
    return {
        "counted": batch.counts["counted"],
        "accepted": batch.counts["accepted"],
        "left_out": batch.counts.get("suppressed", 0),
        "waiting": waits,
        **settled,
        "gone": batch.counts["refused"] - waits - sum(settled.values()),
    }


def reported_at(workspace: Workspace, batch_id: str) -> str:
    """Return when a report for the sender was written last, to the minute; empty if never."""
    told = workspace.ledger.find(REPORTED, delivery=batch_id)
    return told.at[:16] if told is not None else ""


def _row(workspace: Workspace, batch_id: str, told: Entry | None) -> dict[str, Any]:
    waiting = read_waiting(workspace, batch_id)
    days = workspace.project.contracts.policy.retention.quarantine.value
    columns, rules = (waiting.rows[name].to_pylist() for name in ("column", "rule"))
    return {
        "batch": batch_id,
        "dataset": waiting.dataset.dataset,
        "period": waiting.period,
        "file": _file(told),
        "whole": waiting.batch is None,
        "rows": waiting.rows.num_rows,
        "rules": _counted(zip(columns, rules, strict=True)),
        "superseded": len(superseded_lines(workspace, waiting)),
        "since": _since(workspace, told),
        "reported": reported_at(workspace, batch_id),
        "days_left": _days_left(workspace, told, days),
        "account": account_of(waiting),
    }


def _refused_whole(workspace: Workspace, delivery_id: str, rule: str) -> dict[str, Any]:
    """Return the row of a delivery of which no row could be told apart."""
    told = workspace.ledger.find("refusal", delivery=delivery_id)
    received = workspace.ledger.find("delivery", delivery=delivery_id)
    days = workspace.project.contracts.policy.retention.deliveries.value
    return {
        "batch": delivery_id,
        "dataset": dataset_of(delivery_id),
        "period": delivery_id.rsplit("-", 2)[1],
        "file": _file(told),
        "whole": True,
        "rows": 0,
        "rules": {rule: 1},
        "superseded": 0,
        "since": _since(workspace, told),
        "reported": reported_at(workspace, delivery_id),
        "days_left": _days_left(workspace, received, days),
        "account": {},
    }


def _since(workspace: Workspace, told: Entry | None) -> str:
    """Return since when a delivery waits, to the minute: reading it again is no new wait."""
    if told is None or "delivery" not in told.facts:
        return told.at[:16] if told is not None else ""
    delivery = told.facts["delivery"]
    ended = (
        workspace.ledger.find(DESTROYED, zone="quarantine", delivery=delivery),
        workspace.ledger.find(SETTLED, batch=delivery, action="discarded"),
    )
    last = max((entry.seq for entry in ended if entry is not None), default=0)
    refusals = workspace.ledger.entries("refusal")
    waits = (each for each in refusals if each.facts["delivery"] == delivery and each.seq > last)
    return next(waits, told).at[:16]


def _counted(found: Any) -> dict[str, int]:
    counted = Counter(f"{column} {rule}" for column, rule in found)
    return dict(sorted(counted.items()))


def _file(told: Entry | None) -> str:
    return str(told.facts.get("file", ""))[:FILE_DIGITS] if told is not None else ""


def _days_left(workspace: Workspace, told: Entry | None, days: int) -> int | None:
    if told is None:
        return None
    ends = datetime.fromisoformat(told.at) + timedelta(days=days)
    return max(0, (ends - workspace.clock()).days)

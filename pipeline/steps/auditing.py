"""Write the officer's papers: the register, the impact assessment, the audit report of a period.

All figures are counted here, from the ledger (its chain checked from first to last), the stores'
own counts and the release in force. No sealed row is shown; a file of which a part of the senders
was corrected is opened, to count those whose rows are still in force.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.errors import ContractError, Language
from pipeline.lineage import check_lineage, identified_columns
from pipeline.papers import (
    Event,
    Evidence,
    Incoming,
    PublishedLevel,
    RefusedRows,
    audit_page,
    columns_csv,
    dpia_json,
    register_csv,
    register_page,
)
from pipeline.steps.breaches import list_breaches
from pipeline.steps.in_force import release_in_force
from pipeline.steps.keeping import key_status
from pipeline.steps.papering import hashes_of, is_any_new, names_of, write_papers
from pipeline.steps.receipt import Receipt
from pipeline.steps.recording import AGAIN
from pipeline.steps.requests import list_requests
from pipeline.steps.workspace import Workspace
from pipeline.storage.keys import PUBLIC

VERDICTS = {"batch": "accepted", AGAIN: "same", "refusal": "refused"}


def write_register(workspace: Workspace, folder: Path, *, language: Language) -> Receipt:
    """Write the register of processing: `register.html`, `register.csv`, `register_columns.csv`.

    Raises:
        StorageError: the ledger was cut or emptied, a paper with another content is there, or the
            disk refuses.
    """
    _check_ledger(workspace)
    contracts, today = workspace.project.contracts, workspace.clock().date()
    written = write_papers(
        {
            folder / "register.html": register_page(contracts, language=language, on=today),
            # With a mark at the start, so that spreadsheets read the accents right.
            folder / "register.csv": "\ufeff"
            + register_csv(contracts, language=language, on=today),
            folder / "register_columns.csv": "\ufeff" + columns_csv(contracts, language=language),
        }
    )
    columns = sum(len(dataset.columns) for dataset in contracts.datasets.values())
    return Receipt(
        step="audit register",
        changed=is_any_new(written),
        ids=names_of(written),
        counts={"datasets": len(contracts.datasets), "columns": columns},
        hashes=hashes_of(written),
    )


def write_dpia(workspace: Workspace, file: Path, *, language: Language) -> Receipt:
    """Write the impact assessment as the JSON that the CNIL's PIA tool imports.

    Raises:
        StorageError: the ledger was cut or emptied, a paper with another content is there, or the
            disk refuses.
    """
    _check_ledger(workspace)
    text = dpia_json(workspace.project.contracts, language=language, made_at=workspace.clock())
    written = write_papers({file: text})
    return Receipt(
        step="audit dpia",
        changed=is_any_new(written),
        ids=names_of(written),
        hashes=hashes_of(written),
    )


def write_report(workspace: Workspace, period: str, file: Path, *, language: Language) -> Receipt:
    """Write the audit report of a period as one page.

    Raises:
        ContractError: nothing is known of the period.
        StorageError: the ledger or a store is altered, a paper with another content is there, or
            the disk refuses.
    """
    evidence = gather(workspace, period)
    page = audit_page(workspace.project.contracts, evidence, language=language)
    written = write_papers({file: page})
    return Receipt(
        step="audit report",
        changed=is_any_new(written),
        ids={"period": period, **names_of(written)},
        counts={"deliveries": len(evidence.incoming), "entries": len(evidence.events)},
        hashes={**hashes_of(written), "ledger": evidence.head},
    )


def _check_ledger(workspace: Workspace) -> None:
    """Check the ledger of an installation; before there are keys there is none."""
    if (workspace.settings.keys / PUBLIC).exists():
        workspace.ledger.check_heads()


def gather(workspace: Workspace, period: str) -> Evidence:
    """Return all that the report of a period tells, counted now.

    Raises:
        ContractError: nothing is known of the period.
        StorageError: the ledger or a store is altered.
    """
    project = workspace.project
    # These may tell the ledger what a kill left untold: they come before it is read.
    requests, breaches = list_requests(workspace), list_breaches(workspace)
    standing = key_status(workspace)
    entries = list(workspace.ledger.entries())
    events = tuple(Event(seq=e.seq, at=e.at, kind=e.kind, facts=e.facts) for e in entries)
    incoming = tuple(_incoming(events, period, _held(workspace, period)))
    if not incoming:
        known = sorted({_of(str(e.facts["delivery"]))[1] for e in events if e.kind == "delivery"})
        raise ContractError("papers.unknown_period", period=period, known=", ".join(known) or "-")
    release, disclosure = _release(workspace, period)
    problems = check_lineage(project.contracts, project.counts, project.indicators)
    queries = len(project.counts) + len(project.indicators)
    return Evidence(
        period=period,
        made_at=workspace.clock(),
        events=events,
        head=entries[-1].hash,
        incoming=incoming,
        quarantine=tuple(_quarantine(workspace, period)),
        release=release,
        published=tuple(_published(workspace, period)) if release else (),
        disclosure=tuple(disclosure),
        proved_queries=None if problems else queries,
        identified_columns=len(identified_columns(project.contracts)),
        fingerprint=project.fingerprint,
        keys={name: fact for name, fact in standing.items() if name != "domains"},
        domains=tuple(standing["domains"]),
        requests=tuple(requests),
        breaches=tuple(breaches),
    )


def _of(name: str) -> tuple[str, str]:
    """Return dataset and period of a delivery, which its name tells: dataset, period, hash."""
    dataset, period, _ = name.rsplit("-", 2)
    return dataset, period


def _held(workspace: Workspace, period: str) -> dict[str, tuple[int, int]]:
    """Return batch → rows in force and rows that were replaced, of the batches that are held."""
    batches = [batch for batch in workspace.protected.batches() if batch.period == period]
    in_force: dict[str, int] = {}
    for dataset in {batch.dataset for batch in batches}:
        in_force |= workspace.protected.rows_in_force(dataset, period)
    return {
        batch.batch_id: (in_force[batch.batch_id], batch.rows - in_force[batch.batch_id])
        for batch in batches
    }


def _incoming(
    events: tuple[Event, ...], period: str, held: Mapping[str, tuple[int, int]]
) -> Iterator[Incoming]:
    verdicts: dict[str, Event] = {}
    for event in events:
        if event.kind in VERDICTS:
            about = "batch" if event.kind == "batch" else "delivery"
            # Content that came again with another date is still that of its own batch.
            if event.kind != AGAIN or event.facts["delivery"] != event.facts["batch"]:
                verdicts[str(event.facts[about])] = event
    settled = [event.facts for event in events if event.kind == "settlement"]
    corrections = {str(facts["delivery"]) for facts in settled if "delivery" in facts}
    joined: Counter[str] = Counter()
    for facts in settled:
        if facts["action"] != "discarded":
            joined[str(facts["batch"])] += int(str(facts["rows"]))
    told: set[str] = set()
    for event in events:
        name = str(event.facts.get("delivery", ""))
        if event.kind != "delivery" or name in told or _of(name)[1] != period:
            continue
        told.add(name)
        found = _delivery(event, name, verdicts.get(name), held.get(name, (0, 0)))
        if name in corrections and found.verdict == "pending":
            found = replace(found, verdict="correction")
        if count := joined[name]:
            # Refused at first, they joined the batch since.
            yield replace(
                found,
                accepted=(found.accepted or 0) + count,
                refused=(found.refused or 0) - count,
            )
        else:
            yield found


def _delivery(event: Event, name: str, verdict: Event | None, held: tuple[int, int]) -> Incoming:
    facts: dict[str, Any] = dict(verdict.facts) if verdict else {}
    return Incoming(
        name=name,
        dataset=_of(name)[0],
        at=event.at,
        verdict=VERDICTS[verdict.kind] if verdict else "pending",
        rule=facts.get("rule"),
        counted=facts.get("counted"),
        accepted=facts.get("accepted"),
        refused=facts.get("refused"),
        suppressed=facts.get("suppressed"),
        in_force=held[0],
        replaced=held[1],
    )


def _quarantine(workspace: Workspace, period: str) -> Iterator[RefusedRows]:
    for refused in workspace.quarantine.summary():
        dataset, of = _of(refused.batch_id)
        if of == period:
            yield RefusedRows(
                dataset=dataset, column=refused.column, rule=refused.rule, rows=refused.rows
            )


def _release(workspace: Workspace, period: str) -> tuple[str | None, list[dict[str, Any]]]:
    """Return the release in force and the disclosure report of its candidate."""
    current = release_in_force(workspace)
    if current is None or period not in current.facts["periods"]:
        return None, []
    candidate = str(current.facts["candidate"])
    return current.release_id, list(workspace.review.facts(candidate)["report"])


PUBLISHED = """
    select
        indicator,
        area_level,
        time_period,
        count(*) as cells,
        count(*) filter (where conf_status = 'C') as hidden,
        min(obs_value) filter (where obs_value > 0) as smallest
    from observations
    group by indicator, area_level, time_period
    order by indicator, cells desc, area_level
"""


def _published(workspace: Workspace, period: str) -> Iterator[PublishedLevel]:
    """Return what the release in force holds of the period, by indicator and level."""
    from pipeline.steps.asking import ask

    counted = {
        measure.indicator
        for table in workspace.project.contracts.tables.values()
        for measure in table.measures
        if table.counts == "persons" and measure.indicator
    }
    for row in ask(workspace.settings, PUBLISHED).table.to_pylist():
        if row["time_period"] != period:
            continue
        counts_persons = row["indicator"] in counted and row["smallest"] is not None
        yield PublishedLevel(
            indicator=row["indicator"],
            area_level=row["area_level"],
            cells=row["cells"],
            hidden=row["hidden"],
            smallest=int(row["smallest"]) if counts_persons else None,
        )

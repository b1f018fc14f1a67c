"""Write the report for a sender: of a whole delivery, or of the rows of one school alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from pipeline.errors import (
    DeliveryError,
    Language,
    Place,
    PrivacyError,
    Problem,
)
from pipeline.intake import refusal_problems
from pipeline.intake.refusals import told_lines
from pipeline.papers import RefusedLine, SenderReport, sender_csv, sender_page
from pipeline.steps.doubling import counts_all, read_doubles
from pipeline.steps.papering import hashes_of, is_any_new, names_of, write_papers
from pipeline.steps.queue import REPORTED, account_of
from pipeline.steps.receipt import Receipt
from pipeline.steps.refused_whole import read_faults, rule_of
from pipeline.steps.waiting import Waiting, read_waiting, senders_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.doubles import Doubles

FORMS = (".html", ".csv")
# Faults of one line or column of the file; what is refused for another reason has no place in it.
_OF_FILE = ("delivery", "row", "contract")


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a delivery, and of each of its senders.

    Attributes:
        waiting: the rows that wait.
        problems: the faults of a file of which no row could be told apart.
        why: the key of a sentence, where nothing has a place.
        senders: the sender of each row that waits, where it is one that is known.
        accepted: sender → rows accepted.
        doubles: of the persons in rows accepted, those who stand in several rows and count once.
    """

    waiting: Waiting
    problems: tuple[Problem, ...]
    why: str
    senders: list[str | None] = field(repr=False)
    accepted: dict[str | None, int] = field(repr=False)
    doubles: Doubles = field(repr=False)


def write_sender_report(
    workspace: Workspace,
    batch_id: str,
    to: Path,
    *,
    language: Language,
    sender: str = "",
    file: str = "",
) -> Receipt:
    """Write what became of a delivery for whoever sent it; nothing of its content is in it.

    Args:
        workspace: the zones and the ledger.
        batch_id: the batch, or the delivery when all of it was refused.
        to: a new file in `.html` or `.csv`.
        language: of the report.
        sender: one sender, such as a school, whose rows alone are told; default: all.
        file: what the sender calls the file.

    Raises:
        PrivacyError: the file is in no form that is written.
        DeliveryError: the sender is not known, or the delivery is no more kept.
        StorageError: nothing was refused under this id, or another paper stands there.
    """
    if to.suffix not in FORMS:
        raise PrivacyError("subjects.not_on_list", what="file", known=", ".join(FORMS))
    told = _look(workspace, batch_id)
    if sender and sender not in _known_senders(told):
        raise DeliveryError("quarantine.unknown_sender", place=Place(file=batch_id))
    report = _report(workspace, told, sender=sender, file=file)
    return _written(workspace, batch_id, {to: report}, language)


def write_each_senders_report(
    workspace: Workspace, batch_id: str, folder: Path, *, language: Language, file: str = ""
) -> Receipt:
    """Write for each sender of whom rows wait a page and a table: `report_SENDER.html`, `.csv`.

    Raises:
        DeliveryError: no row that waits names a sender that is known.
        StorageError: as `write_sender_report`.
    """
    told = _look(workspace, batch_id)
    names = sorted({sender for sender in told.senders if sender is not None})
    if not names:
        raise DeliveryError("quarantine.unknown_sender", place=Place(file=batch_id))
    papers: dict[Path, SenderReport] = {}
    for name in names:
        report = _report(workspace, told, sender=name, file=file)
        papers |= {folder / f"report_{name}{form}": report for form in FORMS}
    receipt = _written(workspace, batch_id, papers, language)
    problems = _of_no_sender(told)
    own = workspace.settings.language
    return replace(receipt, warnings=tuple(problem.words(own) for problem in problems))


def _of_no_sender(told: Told) -> list[Problem]:
    """Return what is said of rows that name nobody who is known: no sender is told of them."""
    rows = zip(told.waiting.lines, told.senders, strict=True)
    lines = sorted(line for line, sender in rows if sender is None)
    facts = (("batch", told.waiting.id), ("lines", told_lines(lines)))
    return [Problem(code="quarantine.of_no_sender", count=len(lines), facts=facts)] * bool(lines)


def _look(workspace: Workspace, batch_id: str) -> Told:
    waiting = read_waiting(workspace, batch_id)
    problems: tuple[Problem, ...] = ()
    why = ""
    if waiting.batch is None and not waiting.rows.num_rows:
        problems, why = _faults(workspace, waiting)
    expected = waiting.dataset.expected
    column = expected.column if expected is not None else ""
    named = senders_of(waiting, column) if column else [None] * waiting.rows.num_rows
    accepted = (
        workspace.protected.rows_by_sender(batch_id) if waiting.batch is not None and column else {}
    )
    # What stands in a refused row may be anything: a sender is one that the register knows.
    known = {*accepted, *_register(workspace, waiting)}
    senders = [name if name in known else None for name in named]
    doubles = (
        Doubles()
        if waiting.batch is None or counts_all(waiting.dataset)
        else read_doubles(workspace, waiting.dataset, waiting.period, of=batch_id)
    )
    return Told(waiting, problems, why, senders, accepted, doubles)


def _faults(workspace: Workspace, waiting: Waiting) -> tuple[tuple[Problem, ...], str]:
    """Return what is wrong with a file that was refused as a whole, or a sentence on why."""
    rule = rule_of(workspace, waiting)
    if rule == "delivery.smaller":
        return (), "sender.smaller"
    problems = read_faults(workspace, waiting)
    if not problems:
        return (), "sender.other" if rule.startswith("quality.") else "sender.reads_now"
    is_told = all(problem.code.partition(".")[0] in _OF_FILE for problem in problems)
    return (problems, "") if is_told else ((), "sender.other")


def _register(workspace: Workspace, waiting: Waiting) -> set[str]:
    """Return the senders that are expected by name."""
    expected = waiting.dataset.expected
    if expected is None:
        return set()
    other, _, column = expected.each.partition(".")
    if not workspace.protected.batches(other, waiting.period):
        return set()
    return set(workspace.protected.current(other, waiting.period)[column].to_pylist())


def _known_senders(told: Told) -> set[str | None]:
    return {*told.senders, *told.accepted} - {None}


def _report(workspace: Workspace, told: Told, *, sender: str, file: str) -> SenderReport:
    waiting = told.waiting
    rows = waiting.rows
    senders = [sender] if sender else list(told.accepted) or [None]
    account = dict(account_of(waiting))
    if sender:
        rows = rows.filter(pa.array([each == sender for each in told.senders], pa.bool_()))
        held = told.accepted.get(sender, 0)
        counts = {"counted": held + rows.num_rows, "accepted": held, "waiting": rows.num_rows}
    else:
        joined = account.get("fixed", 0) + account.get("released", 0)
        counts = {
            "counted": _counted(workspace, waiting),
            "accepted": account.get("accepted", 0) + joined,
            "waiting": rows.num_rows,
            "mended": joined,
            "gone": sum(account.get(name, 0) for name in ("discarded", "gone", "left_out")),
        }
    codelists = workspace.project.contracts.codelists
    problems = refusal_problems(rows, waiting.dataset, codelists, file=waiting.id)
    columns = (rows[name].to_pylist() for name in ("line", "column", "rule"))
    return SenderReport(
        dataset=waiting.dataset,
        period=waiting.period,
        delivery=waiting.id,
        received=_received(workspace, waiting.id),
        sender=sender,
        file=file,
        is_whole=waiting.batch is None,
        why_whole=told.why,
        account={"counted": 0, "accepted": 0, "waiting": 0, "mended": 0, "gone": 0} | counts,
        lines=[RefusedLine(*each) for each in zip(*columns, strict=True)],
        problems=[*problems, *told.problems],
        until=_until(workspace, waiting.id),
        doubled=sum(told.doubles.rows.get(each, 0) for each in senders),
        set_aside=sum(told.doubles.aside.get(each, 0) for each in senders),
    )


def _counted(workspace: Workspace, waiting: Waiting) -> int:
    """Return how many rows a delivery has; nought where they were not counted."""
    if waiting.batch is not None:
        return waiting.batch.counts["counted"]
    told = workspace.ledger.find("refusal", delivery=waiting.id)
    counted = told.facts.get("counted", 0) if told is not None else 0
    return counted if isinstance(counted, int) else 0


def _received(workspace: Workspace, batch_id: str) -> date:
    told = workspace.ledger.find("delivery", delivery=batch_id)
    return datetime.fromisoformat(told.at).date() if told is not None else workspace.clock().date()


def _until(workspace: Workspace, batch_id: str) -> date | None:
    told = workspace.ledger.find("batch", batch=batch_id)
    if told is None:
        return None
    days = workspace.project.contracts.policy.retention.quarantine.value
    return (datetime.fromisoformat(told.at) + timedelta(days=days)).date()


def _written(
    workspace: Workspace, batch_id: str, reports: dict[Path, SenderReport], language: Language
) -> Receipt:
    contracts = workspace.project.contracts
    papers = {
        path: sender_page(report, contracts, language=language)
        if path.suffix == ".html"
        # With a mark at the start, so that spreadsheets read the accents right.
        else "\ufeff" + sender_csv(report, language=language)
        for path, report in reports.items()
    }
    written = write_papers(papers)
    rows = _rows(reports.values())
    workspace.ledger.append_once(REPORTED, delivery=batch_id, rows=rows, files=len(papers))
    return Receipt(
        step="quarantine report",
        changed=is_any_new(written),
        ids={"batch": batch_id, **names_of(written)},
        counts={"rows": rows, "files": len(papers)},
        hashes=hashes_of(written),
    )


def _rows(reports: Iterable[SenderReport]) -> int:
    """Return how many rows are told of; a sender's page and table tell of the same."""
    return sum({report.sender: len(report.lines) for report in reports}.values())

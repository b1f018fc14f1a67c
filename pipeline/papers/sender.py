"""The report for a sender: what of a file was refused, where, and how to mend it; never a value."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.contracts import Contracts, Dataset
from pipeline.errors import Language, Problem
from pipeline.papers.page import render_page
from pipeline.papers.sender_rules import REMEDIES, RULES, for_sender
from pipeline.papers.sender_words import form_in_words
from pipeline.papers.words import WORDS

LINES_SHOWN = 300


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """One row that waits."""

    line: int
    column: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReport:
    """What a sender is told.

    Attributes:
        dataset: the contract.
        period: first year of the school year.
        delivery: the id to quote.
        received: day on which the file came.
        sender: whose rows these are; empty for all of the file.
        file: what the sender calls the file; empty where nobody said.
        is_whole: whether nothing of the file was accepted.
        why_whole: the key of a sentence on why, where no fault has a place.
        account: counted, accepted, waiting, mended, gone.
        lines: rows that wait.
        problems: of these rows by column and rule, or the faults of the file.
        until: day on which what waits is destroyed.
        doubled: rows in force of persons who stand in another row too, where one of them counts.
        set_aside: of these, those that do not count.
    """

    dataset: Dataset
    period: str
    delivery: str
    received: date
    sender: str = ""
    file: str = ""
    is_whole: bool
    why_whole: str = ""
    account: Mapping[str, int]
    lines: Sequence[RefusedLine]
    problems: Sequence[Problem]
    until: date | None
    doubled: int = 0
    set_aside: int = 0

    @property
    def school_year(self) -> str:
        """The school year, such as 2021-2022."""
        return f"{self.period}-{int(self.period) + 1}"


@dataclass(frozen=True, slots=True)
class Told:
    """One fault as a person reads it."""

    line: int | None
    lines: str
    column: str
    label: str
    rule: str
    what: str
    remedy: str
    rows: int


def sender_page(report: SenderReport, contracts: Contracts, *, language: Language) -> str:
    """Return the report as one self-contained HTML page."""
    return render_page(
        "sender.html.j2",
        language,
        policy=contracts.policy,
        report=report,
        told=[_told(problem, report, language) for problem in report.problems],
        lines=_line_by_line(report, language)[:LINES_SHOWN],
        shown=LINES_SHOWN,
    )


def sender_csv(report: SenderReport, *, language: Language) -> str:
    """Return the report as CSV: one row per refused row or fault of the file, `;` between."""
    names = ("sender.line", "sender.column", "sender.label", "sender.rule", "sender.wrong")
    header = [WORDS[name].words(language) for name in (*names, "sender.how")]
    found = _line_by_line(report, language)
    if not found:
        found = [_told(problem, report, language) for problem in report.problems]
    content = io.StringIO(newline="")
    writer = csv.writer(content, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    for told in found:
        place = told.line if told.line is not None else ""
        writer.writerow((place, told.column, told.label, told.rule, told.what, told.remedy))
    return content.getvalue()


def _line_by_line(report: SenderReport, language: Language) -> list[Told]:
    by_rule = {
        (problem.place.column, problem.code): _told(problem, report, language)
        for problem in report.problems
    }
    return [
        replace(by_rule[each.column, each.rule], line=each.line, rows=1) for each in report.lines
    ]


def _told(problem: Problem, report: SenderReport, language: Language) -> Told:
    what, remedy = problem.sentences(language)
    column = problem.place.column or ""
    known = {each.name: each for each in report.dataset.columns}
    if problem.code in RULES:
        what = RULES[problem.code].words(language)
    if problem.code in REMEDIES:
        remedy = REMEDIES[problem.code].words(language).format(**problem.said(language))
    remedy = for_sender(remedy, language)
    pattern = known[column].pattern if column in known else None
    form = form_in_words(pattern, language) if pattern else None
    if problem.code == "row.pattern" and form is not None:
        remedy = {"en": f"Write {form}", "fr": f"Écrire {form}"}[language]
    return Told(
        line=problem.place.line,
        lines=str(dict(problem.facts).get("lines", problem.place.line or "")),
        column=column,
        label=known[column].label.words(language) if column in known else "",
        rule=problem.place.rule or problem.code,
        what=_sentence(what),
        remedy=_sentence(remedy),
        rows=_rows(problem),
    )


def _rows(problem: Problem) -> int:
    """Return how many lines of the file a fault is on; nought where it is on none of its own.

    What else a fault may count are columns or bytes.
    """
    if problem.code.startswith("row.") or "lines" in dict(problem.facts):
        return problem.count or 1
    return int(problem.place.line is not None)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."

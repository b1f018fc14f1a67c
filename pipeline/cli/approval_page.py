"""What a candidate hides, for whoever is asked to approve it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.cli.console import show_table
from pipeline.cli.words import in_words
from pipeline.errors import Language
from pipeline.papers.disclosure import REPORT_COLUMNS

# Counts of persons from 1 to the threshold less 1 are hidden.
_HEADINGS = {"threshold": "hidden_below"}


def show_hidden(
    report: Sequence[Mapping[str, Any]], language: Language, *, to_stderr: bool = False
) -> None:
    """Print how many cells a candidate hides, by table and level.

    Args:
        report: entries of the disclosure report.
        language: of title and headings.
        to_stderr: where the output is for another program.
    """
    title = in_words("What this candidate hides (cells)", language)
    show_table(title, [_row(each) for each in report], language=language, to_stderr=to_stderr)


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    row = {_HEADINGS.get(name, name): entry[name] for name in REPORT_COLUMNS}
    # Where units are counted nothing is hidden as small.
    if entry["threshold"] <= 1:
        row["hidden_below"] = "\N{EN DASH}"
    return row

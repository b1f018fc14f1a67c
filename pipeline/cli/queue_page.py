"""The queue of refused rows, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.cli.console import show_table
from pipeline.cli.words import in_words
from pipeline.errors import Language

_DAY = len("2021-10-15")


def show_queue(rows: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Print what waits, one delivery a line.

    Args:
        rows: as `steps.queue.list_queue` found them.
        language: of all headings and words.
    """
    title = in_words("Refused rows that wait", language)
    show_table(title, [_short(row) for row in rows], language=language, is_ours=True)


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    rules = ", ".join(f"{name} {count}" for name, count in row["rules"].items())
    return {
        "batch": row["batch"],
        "file_mark": row["file"],
        "whole": row["whole"],
        "rows": row["rows"],
        "superseded": row["superseded"],
        "rules": rules,
        "since": row["since"][:_DAY],
        "reported": row["reported"][:_DAY],
        "days_left": row["days_left"],
    }

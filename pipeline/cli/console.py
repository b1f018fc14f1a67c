"""What a person sees at the terminal: progress, receipts, tables, one-line errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import CartableError, Language, own_place
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

WIDE = 200
SENDERS_TOLD = 6


@contextmanager
def listening() -> Iterator[Progress]:
    """Yield a progress display when standard error is a terminal, else one that is silent."""
    if not sys.stderr.isatty():
        yield SILENT
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Bars(bars)


class _Bars:
    """Progress as one bar, that of the current stage."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._task: Any = None

    def stage(self, words: str, total: int | None = None) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = self._bars.add_task(words, total=total)

    def advance(self, amount: int = 1) -> None:
        if self._task is not None:
            self._bars.advance(self._task, amount)


def show_receipts(receipts: Sequence[Receipt], *, as_json: bool) -> None:
    """Print receipts: one line each, or JSON."""
    if as_json:
        content = [receipt.as_dict() for receipt in receipts]
        print(json.dumps(content[0] if len(content) == 1 else content, indent=2))
        return
    for receipt in receipts:
        print(receipt_line(receipt))
        for warning in receipt.warnings:
            print(f"    warning: {warning}")


def receipt_line(receipt: Receipt) -> str:
    """Return one line on a receipt: step, what it made, counts, whether anything changed."""
    made = ", ".join(dict.fromkeys(receipt.ids.values()))
    counts = ", ".join(f"{name} {count:,}" for name, count in receipt.counts.items())
    state = "" if receipt.changed else " (unchanged)"
    return ": ".join(part for part in (receipt.step, made, counts) if part) + state


def show_table(title: str, rows: Sequence[Mapping[str, Any]], *, to_stderr: bool = False) -> None:
    """Print rows as a table, or say that there are none."""
    from rich.table import Table

    if not rows:
        print(f"{title}: none", file=sys.stderr if to_stderr else sys.stdout)
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(title=verbatim(title), title_justify="left", title_style="bold")
    for name in columns:
        numeric = all(isinstance(row.get(name), int | float) for row in rows)
        add_column(table, name.replace("_", " "), is_number=numeric)
    for row in rows:
        table.add_row(*(verbatim(_cell(row.get(name))) for name in columns))
    print_wide(table, to_stderr=to_stderr)


def add_column(table: Table, name: str, *, is_number: bool) -> None:
    """Add a column whose long cells go on in the next line: nothing is cut without a word."""
    table.add_column(verbatim(name), justify="right" if is_number else "left", overflow="fold")


def verbatim(text: str) -> Text:
    """Return a text as it is for a table: neither markup nor the terminal obeys what it holds."""
    from rich.text import Text

    return Text(
        "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    )


def show_arrivals(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print how many senders came by dataset and period, then the first of those missing."""
    counts = [{k: v for k, v in row.items() if k != "missing_senders"} for row in rows]
    show_table("Arrivals (senders)", counts)
    for row in rows:
        missing = row["missing_senders"]
        if missing:
            more = len(missing) - SENDERS_TOLD
            told = ", ".join(missing[:SENDERS_TOLD]) + (f" and {more:,} more" if more > 0 else "")
            print(f"  missing, {row['dataset']} {row['period']}: {told}")


def show_facts(title: str, facts: Mapping[str, Any] | None) -> None:
    """Print names and values, one a line, or say that there are none."""
    if not facts:
        print(f"{title}: none")
        return
    print(title)
    width = max(map(len, facts))
    for name, value in facts.items():
        words = ", ".join(map(str, value)) if isinstance(value, list) else _cell(value)
        print(f"  {name.replace('_', ' '):<{width}}  {words}")


def print_wide(table: Table, *, to_stderr: bool = False) -> None:
    """Print a table; where the output is no terminal nothing is cut to 80 columns."""
    from rich.console import Console

    output = sys.stderr if to_stderr else sys.stdout
    Console(width=None if output.isatty() else WIDE, file=output).print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)


def show_error(error: BaseException, language: Language) -> int:
    """Print an error on standard error and return its exit code.

    An error that is not ours may quote data: only its kind and the place in our code are said.
    """
    if isinstance(error, CartableError):
        print(error.words(language), file=sys.stderr)
        return int(error.exit_code)
    kind, where = type(error).__name__, own_place(error)
    unknown = CartableError("command.unexpected", kind=kind, where=where)
    print(unknown.words(language), file=sys.stderr)
    return int(unknown.exit_code)

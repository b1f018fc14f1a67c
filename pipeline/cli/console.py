"""What a person sees at the terminal: progress, receipts, tables, one-line errors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline.cli.words import code_in_words, in_words
from pipeline.contracts.numbers import colon, number
from pipeline.errors import CartableError, Language, lack_of_memory, on_one_line, own_place
from pipeline.settings import read_settings
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

WIDE = 200
# Below this a column is no longer read, and one that keeps its width for it gives it up.
NARROW = 10
GAPS = (2, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, whether it holds numbers, and whether we wrote its cells.

    What we wrote is shown as it is, with the narrow spaces of French numbers; what others wrote is
    shown letter by letter.
    """

    heading: str
    is_number: bool
    is_ours: bool = False


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
    """Print receipts: one line each in the language that is set, or JSON."""
    if as_json:
        content = [receipt.as_dict() for receipt in receipts]
        print(json.dumps(content[0] if len(content) == 1 else content, indent=2))
        return
    language = read_settings().language
    for receipt in receipts:
        print(receipt_line(receipt, language))
        show_warnings(receipt, language)


def show_warnings(receipt: Receipt, language: Language) -> None:
    """Print the findings that did not stop a step, one a line."""
    for warning in receipt.warnings:
        print(f"    {in_words('warning', language)}{colon(language)}{warning}")


def receipt_line(receipt: Receipt, language: Language = "en") -> str:
    """Return one line on a receipt: step, what it made, counts, whether anything changed."""
    step = in_words(receipt.step, language)
    made = ", ".join(_made(receipt, language))
    counts = ", ".join(
        f"{in_words(name, language)} {number(count, 0, language)}"
        for name, count in receipt.counts.items()
    )
    state = "" if receipt.changed else f" ({in_words('unchanged', language)})"
    return colon(language).join(part for part in (step, made, counts) if part) + state


def _made(receipt: Receipt, language: Language) -> Iterator[str]:
    """Yield what a receipt is of; a delivery and the batch of another one are told apart."""
    named = {name: receipt.ids.get(name) for name in ("delivery", "batch")}
    is_told_apart = None not in named.values() and len(set(named.values())) > 1
    for each in dict.fromkeys(receipt.ids.values()):
        kind = [name for name in named if named[name] == each] if is_told_apart else []
        yield " ".join(
            (*(in_words(name, language) for name in kind), code_in_words(each, language))
        )


def show_table(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    language: Language = "en",
    to_stderr: bool = False,
    is_ours: bool = False,
    as_blocks: bool = False,
) -> None:
    """Print rows as a table, or say that there are none.

    Args:
        title: in the language.
        rows: name of a column → cell; the name is translated.
        language: of headings and of numbers.
        to_stderr: where the output is for another program.
        is_ours: whether no cell holds what a sender wrote.
        as_blocks: whether each row is a block of names and values, for cells that are sentences.
    """
    if not rows:
        nothing = f"{title}{colon(language)}{in_words('none', language)}"
        print(nothing, file=sys.stderr if to_stderr else sys.stdout)
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    shown = [Column(in_words(name, language), _is_number(rows, name), is_ours) for name in columns]
    decimals = {name: _decimals(rows, name) for name in columns}
    cells = [[_cell(row.get(name), language, decimals[name]) for name in columns] for row in rows]
    print_table(shown, cells, title=title, to_stderr=to_stderr, as_blocks=as_blocks)


def _is_number(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    found = [row[name] for row in rows if row.get(name) is not None]
    return bool(found) and all(isinstance(each, int | float) for each in found)


def _decimals(rows: Sequence[Mapping[str, Any]], name: str) -> int:
    """Return how many decimals the numbers of a column have, six at most: they are aligned."""
    floats = [each for row in rows if isinstance(each := row.get(name), float)]
    return max((len(f"{each:.6f}".rstrip("0").partition(".")[2]) for each in floats), default=0)


def print_table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    title: str | None = None,
    to_stderr: bool = False,
    as_blocks: bool = False,
) -> None:
    """Print a table; where the output is no terminal it may be wide.

    On a terminal that is too narrow the frame goes, then headings take several lines, then cells
    do, those of the first column and numbers last. Where even that leaves no column its width, each
    row is a block of names and values. Nothing is cut without a word.
    """
    from rich.console import Console
    from rich.text import Text

    output = sys.stderr if to_stderr else sys.stdout
    console = Console(width=None if output.isatty() else WIDE, file=output)
    # The spaces in a number are ours.
    made = [Text if column.is_number or column.is_ours else verbatim for column in columns]
    cells = [[make(cell) for make, cell in zip(made, row, strict=True)] for row in rows]
    longest = [max((row[at].cell_len for row in cells), default=0) for at in range(len(columns))]
    if title is not None:
        console.print(verbatim(title), style="bold")
    if as_blocks:
        _print_blocks(console, columns, cells)
        return
    framed = [max(cell, len(column.heading)) for cell, column in zip(longest, columns, strict=True)]
    if sum(framed) + 3 * len(columns) + 1 <= console.width:
        console.print(_filled(_framed(), columns, [None] * len(columns), cells))
        return
    for gap in GAPS:
        widths = _widths(columns, longest, console.width - gap * (len(columns) - 1))
        if widths is not None:
            console.print(_filled(_unframed(gap), columns, widths, cells))
            return
    _print_blocks(console, columns, cells)


def _framed() -> Table:
    from rich.table import Table

    return Table()


def _unframed(gap: int) -> Table:
    from rich import box
    from rich.table import Table

    padding = (0, gap - 1, 0, 0)
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=padding)


def _filled(
    table: Table,
    columns: Sequence[Column],
    widths: Sequence[int | None],
    cells: Sequence[Sequence[Text]],
) -> Table:
    for column, width in zip(columns, widths, strict=True):
        justify: Literal["left", "right"] = "right" if column.is_number else "left"
        heading = verbatim(column.heading)
        if width is not None and heading.cell_len > width:
            heading = verbatim(" ".join(_words(column.heading)))
        table.add_column(heading, justify=justify, overflow="fold", width=width)
    for row in cells:
        table.add_row(*row)
    return table


def _print_blocks(
    console: Console, columns: Sequence[Column], cells: Sequence[Sequence[Text]]
) -> None:
    """Print each row as names and values, one a line."""
    named = max(len(column.heading) for column in columns)
    for at, row in enumerate(cells):
        block = _unframed(GAPS[0])
        block.show_header = False
        block.add_column(width=named)
        block.add_column(overflow="fold")
        for column, cell in zip(columns, row, strict=True):
            if cell.plain or not column.is_ours:
                block.add_row(verbatim(column.heading), cell)
        if at:
            console.print()
        console.print(block)


def _words(heading: str) -> list[str]:
    """Return the parts of a heading that stand on a line each where it must: `obs_`, `value`."""
    return heading.replace("_", "_ ").split()


def _widths(
    columns: Sequence[Column], longest: Sequence[int], left: int
) -> list[int | None] | None:
    """Return the width that each column keeps; None for one that gives way to the others.

    Args:
        columns: of the table.
        longest: width of the widest cell of each.
        left: characters for all columns together.

    Returns:
        None where the columns that are left would be too narrow to be read.
    """
    words = [max(map(len, _words(column.heading)), default=0) for column in columns]
    whole: list[int] = [max(pair) for pair in zip(longest, words, strict=True)]
    spare = left - sum(whole)
    if spare >= 0:
        for at, column in enumerate(columns):
            wider = min(max(0, len(column.heading) - whole[at]), spare)
            whole[at], spare = whole[at] + wider, spare - wider
        return [*whole]
    keeps = [at == 0 or column.is_number for at, column in enumerate(columns)]
    needed = sum(width if kept else NARROW for width, kept in zip(whole, keeps, strict=True))
    if needed > left:
        return None
    return [width if kept else None for width, kept in zip(whole, keeps, strict=True)]


def verbatim(text: str) -> Text:
    """Return a text as it is for a table: neither markup nor the terminal obeys what it holds."""
    from rich.text import Text

    return Text(on_one_line(text))


def show_facts(title: str, facts: Mapping[str, Any] | None, *, language: Language = "en") -> None:
    """Print names and values, one a line, or say that there are none."""
    if not facts:
        print(f"{title}{colon(language)}{in_words('none', language)}")
        return
    print(title)
    named = {name: in_words(name, language) for name in facts}
    width = max(map(len, named.values()))
    for name, value in facts.items():
        cell = _cell(value, language, _decimals([facts], name))
        words = ", ".join(map(str, value)) if isinstance(value, list) else cell
        print(f"  {named[name]:<{width}}  {words}")


def _cell(value: object, language: Language, decimals: int = 0) -> str:
    if isinstance(value, bool):
        return in_words("yes" if value else "no", language)
    if isinstance(value, int | float):
        return number(value, decimals, language)
    return "" if value is None else str(value)


def show_error(error: BaseException, language: Language) -> int:
    """Print an error on standard error and return its exit code.

    An error that is not ours may quote data: only its kind and the place in our code are said.
    """
    if isinstance(error, CartableError):
        print(error.words(language), file=sys.stderr)
        return int(error.exit_code)
    kind, where = type(error).__name__, own_place(error)
    unknown = lack_of_memory(error, where=where) or CartableError(
        "command.unexpected", kind=kind, where=where
    )
    if isinstance(error, OSError) and error.errno:
        # The system's reason by its number: its text may hold a name.
        unknown = CartableError("command.system", reason=os.strerror(error.errno), where=where)
    print(unknown.words(language), file=sys.stderr)
    return int(unknown.exit_code)

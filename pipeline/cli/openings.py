"""The commands that open a closed zone; each opening stands in the ledger before it is shown."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shared import AsJson, open_workspace
from pipeline.contracts.rights import REASONS
from pipeline.settings import read_settings

if TYPE_CHECKING:
    from pipeline.steps.openings import Opened

review_app = typer.Typer(help="Look at what is under review.", no_args_is_help=True)

Reason = Annotated[str, typer.Option(help=f"Why: {', '.join(REASONS)}.")]
To = Annotated[
    Path | None,
    typer.Option(help="Write to this new JSON file, yours alone, instead of the terminal."),
]


@review_app.command("open")
def review_open(
    candidate: Annotated[str, typer.Argument(help="The candidate, as `prepare` named it.")],
    table: Annotated[str, typer.Option(help="Which table, such as exact_enrolment.")],
    reason: Reason,
    to: To = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show a table of a candidate, exact counts too, after the ledger was told.

    Example: cartable review open candidate-0123456789abcdef --table exact_enrolment --reason audit
    """
    check_watched(to, as_json=as_json)
    from pipeline.steps.openings import open_review

    opened = open_review(open_workspace(), candidate, table=table, reason=reason, to=to)
    show_opened(opened, to, as_json=as_json)


def check_watched(to: Path | None, *, as_json: bool) -> None:
    """Refuse to show where nobody looks: what is piped ends in files and logs of others."""
    from pipeline.errors import PrivacyError

    if to is None and (as_json or not sys.stdout.isatty()):
        raise PrivacyError("subjects.not_a_terminal")


def show_opened(opened: Opened, to: Path | None, *, as_json: bool) -> None:
    """Print what was opened where no file takes it, and the receipt."""
    from pipeline.cli.console import show_receipts, show_table
    from pipeline.cli.words import in_words

    if to is None:
        language = read_settings().language
        title = in_words(opened.receipt.step, language)
        show_table(title, opened.rows.to_pylist(), language=language)
    show_receipts([opened.receipt], as_json=as_json)

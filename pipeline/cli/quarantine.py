"""The quarantine as the steward works on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.openings import check_watched, show_opened
from pipeline.cli.shared import AsJson, Lang, is_confirmed, language_of, open_workspace
from pipeline.contracts.rights import DISCARDS, REASONS

SHRED = "Shred {count} refused row(s) of {batch} for good?"
GIVE_UP = "No row of {batch} waits to be shredded. Await no new file in its place?"

quarantine_app = typer.Typer(help="Work on refused rows that wait.", no_args_is_help=True)

BatchId = Annotated[
    str, typer.Argument(metavar="BATCH", help="As `cartable quarantine list` names it.")
]
Smaller = Annotated[
    bool,
    typer.Option("--smaller", help="Confirm that senders who join the batch keep far fewer rows."),
]


@quarantine_app.command("list")
def quarantine_list(as_json: AsJson = False) -> None:
    """List the deliveries of which refused rows wait, one a line, the longest wait first.

    Example: cartable quarantine list
    """
    import json

    from pipeline.cli.queue_page import show_queue
    from pipeline.steps.queue import list_queue

    rows = list_queue(open_workspace())
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    show_queue(rows, language_of(None))


@quarantine_app.command("show")
def quarantine_show(
    batch: BatchId,
    reason: Annotated[
        str | None,
        typer.Option(
            help=f"Open the rows themselves, after the ledger was told why: {', '.join(REASONS)}."
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            help="With --reason, write to this new file, yours alone; `.csv`: to be mended."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show line, column, rule and remedy of what waits; the rows themselves for a reason.

    Example: cartable quarantine show pupils-2021-0123456789abcdef --reason correction --to rows.csv
    """
    import json

    from pipeline.cli.console import show_table
    from pipeline.cli.words import in_words

    if reason is not None or to is not None:
        check_watched(to, as_json=as_json)
        from pipeline.steps.openings import open_quarantine

        opened = open_quarantine(open_workspace(), batch, reason=reason or "", to=to)
        show_opened(opened, to, as_json=as_json)
        return
    from pipeline.steps.queue import show_waiting

    language = language_of(None)
    rows = show_waiting(open_workspace(), batch, language)
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    show_table(in_words("Rows that wait", language), rows, language=language, is_ours=True)


@quarantine_app.command("fix")
def quarantine_fix(
    batch: BatchId,
    file: Annotated[
        Path,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Header and corrected rows, with `refused_line` or found by their key.",
        ),
    ],
    *,
    smaller: Smaller = False,
    as_json: AsJson = False,
) -> None:
    """Take the sender's correction of refused rows; those that pass join their batch.

    Example: cartable quarantine fix pupils-2021-0123456789abcdef --file rows.csv
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.settling import fix

    with file.open("rb") as source:
        receipt = fix(open_workspace(), batch, source, file=file.name, may_be_smaller=smaller)
    show_receipts([receipt], as_json=as_json)


@quarantine_app.command("release")
def quarantine_release(
    batch: BatchId, *, smaller: Smaller = False, as_json: AsJson = False
) -> None:
    """Read refused rows again under the rules of today; those that pass join their batch.

    Example: cartable quarantine release pupils-2021-0123456789abcdef
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.settling import release

    receipt = release(open_workspace(), batch, may_be_smaller=smaller)
    show_receipts([receipt], as_json=as_json)


@quarantine_app.command("discard")
def quarantine_discard(
    batch: BatchId,
    reason: Annotated[str, typer.Option(help=f"Why: {', '.join(DISCARDS)}.")],
    line: Annotated[
        list[int] | None, typer.Option(help="Only the row refused on this line; repeatable.")
    ] = None,
    *,
    superseded: Annotated[
        bool,
        typer.Option("--superseded", help="Only rows that a later delivery made vain."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Discard without being asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give up refused rows, or a file that could not be read; their number and the reason stay.

    Example: cartable quarantine discard pupils-2021-0123456789abcdef --reason repeated --line 12
    """
    from pipeline.cli.console import show_receipts
    from pipeline.cli.words import in_words
    from pipeline.errors import DeliveryError, Place
    from pipeline.steps.discarding import count_chosen, discard

    workspace, lines = open_workspace(), line or ()
    if not yes:
        rows, files = count_chosen(
            workspace, batch, reason=reason, lines=lines, only_superseded=superseded
        )
        question = in_words(SHRED if rows else GIVE_UP, language_of(None))
        asked = question.format(batch=batch, count=rows)
        if (rows or files) and not is_confirmed(asked):
            raise DeliveryError("quarantine.declined", place=Place(file=batch))
    receipt = discard(workspace, batch, reason=reason, lines=lines, only_superseded=superseded)
    show_receipts([receipt], as_json=as_json)


@quarantine_app.command("report")
def quarantine_report(
    batch: BatchId,
    to: Annotated[
        Path,
        typer.Option(help="A new file in .html or .csv; with --each-sender a folder of both."),
    ],
    sender: Annotated[
        str, typer.Option(help="Tell of the rows of this sender alone, such as a school.")
    ] = "",
    name: Annotated[str, typer.Option(help="What the sender calls the file.")] = "",
    *,
    each_sender: Annotated[
        bool, typer.Option("--each-sender", help="One report for each sender of whom rows wait.")
    ] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Write for the sender what was refused, where, and how to mend it; no value of a row.

    Example: cartable quarantine report pupils-2021-0123456789abcdef --to report.html --lang fr
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.sender_reports import write_each_senders_report, write_sender_report

    workspace, language = open_workspace(), language_of(lang)
    if each_sender:
        receipt = write_each_senders_report(workspace, batch, to, language=language, file=name)
    else:
        receipt = write_sender_report(
            workspace, batch, to, language=language, sender=sender, file=name
        )
    show_receipts([receipt], as_json=as_json)

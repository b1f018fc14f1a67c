"""Who delivered, who did not, who will not, and a reminder to those who should."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from pipeline.cli.shared import AsJson, language_of, open_workspace
from pipeline.cli.words import in_words
from pipeline.contracts import Label
from pipeline.contracts.non_response import NON_RESPONSE

arrivals_app = typer.Typer()
WITHOUT = "No address, so that --send would send none: {senders}"
Period = Annotated[str, typer.Option(help="First year of the school year, such as 2021.")]
DatasetName = Annotated[str, typer.Argument(help="Name of the dataset contract.")]


class ArrivalsFormat(StrEnum):
    """How arrivals are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class ArrivalState(StrEnum):
    """Whether the delivery of a sender came."""

    RECEIVED = "received"
    LATE = "late"
    MISSING = "missing"
    EXPECTED = "expected"
    NON_RESPONSE = "non_response"
    UNEXPECTED = "unexpected"


# Of the delivery of one sender; `cartable status` counts several.
STATES = {
    ArrivalState.RECEIVED: Label(en="received", fr="reçue"),
    ArrivalState.LATE: Label(en="late", fr="en retard"),
    ArrivalState.MISSING: Label(en="missing", fr="manquante"),
    ArrivalState.EXPECTED: Label(en="expected", fr="attendue"),
    ArrivalState.NON_RESPONSE: Label(en="non-response", fr="non-réponse"),
    ArrivalState.UNEXPECTED: Label(en="unexpected", fr="inattendue"),
}


@arrivals_app.callback(invoke_without_command=True)
def arrivals(
    context: typer.Context,
    dataset: Annotated[str | None, typer.Option(help="This dataset only.")] = None,
    period: Annotated[str | None, typer.Option(help="This period only.")] = None,
    state: Annotated[
        ArrivalState | None,
        typer.Option(help="received, late, missing, expected, non_response or unexpected only."),
    ] = None,
    *,
    output_format: Annotated[
        ArrivalsFormat, typer.Option("--format", help="How to write them.")
    ] = ArrivalsFormat.TABLE,
) -> None:
    """Show for each dataset, period and sender whether its delivery came, and when.

    Example: cartable arrivals --dataset pupils --period 2021 --state missing
    """
    if context.invoked_subcommand is not None:
        return
    from pipeline.cli.console import show_table
    from pipeline.steps.answering import list_arrivals

    rows = list_arrivals(open_workspace(), dataset=dataset, period=period)
    rows = [row for row in rows if state in (None, row["status"])]
    if output_format is ArrivalsFormat.JSON:
        print(json.dumps(rows, indent=2))
    elif output_format is ArrivalsFormat.CSV:
        columns = ("dataset", "period", "sender", "status", "due", "received_on")
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        language = language_of(None)
        for row in rows:
            row["status"] = STATES[row["status"]].words(language)
        show_table(in_words("Arrivals (senders)", language), rows, language=language)


@arrivals_app.command("non-response")
def non_response(
    dataset: DatasetName,
    senders: Annotated[list[str], typer.Argument(help="Codes of the senders.")],
    period: Period,
    reason: Annotated[str, typer.Option(help=f"Why: {', '.join(NON_RESPONSE)}; or lifted.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Note that senders will not deliver, and why: they are missing, and not reminded.

    Example: cartable arrivals non-response pupils 0350001A --period 2021 --reason closed
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.answering import declare_non_response

    receipt = declare_non_response(open_workspace(), dataset, period, senders, reason=reason)
    show_receipts([receipt], as_json=as_json)


@arrivals_app.command("remind")
def remind(
    dataset: DatasetName,
    period: Period,
    send: Annotated[
        bool, typer.Option("--send", help="Send the mails; without it they are shown.")
    ] = False,
    *,
    as_json: AsJson = False,
) -> None:
    """Remind the contacts of senders that are missing, each once in the contract's days.

    Example: cartable arrivals remind pupils --period 2021 --send
    """
    from pipeline.cli.console import show_receipts
    from pipeline.steps.answering import remind as remind_step
    from pipeline.steps.answering import reminders

    workspace = open_workspace()
    if send:
        show_receipts([remind_step(workspace, dataset, period)], as_json=as_json)
        return
    awaited, language = reminders(workspace, dataset, period), language_of(None)
    if as_json:
        told: list[dict[str, str | None]]
        told = [{"sender": m.sender, "subject": m.subject} for m in awaited.mails]
        told += [{"sender": sender, "subject": None} for sender in awaited.without]
        print(json.dumps(told, indent=2))
        return
    for mail in awaited.mails:
        print(f"{mail.sender}: {mail.to}\n{mail.subject}\n\n{mail.body}")
    print(in_words("{count} mail(s), none sent", language).format(count=len(awaited.mails)))
    if awaited.without:
        print(in_words(WITHOUT, language).format(senders=", ".join(awaited.without)))
